"""
Says in another language what is wrong with a file: the place and the names stay as they are.
"""

from __future__ import annotations

from propflow.wording.catalogue import Catalogue, catalogue
from propflow.wording.saying import say, say_line

__all__ = ["Catalogue", "catalogue", "say", "say_line"]
