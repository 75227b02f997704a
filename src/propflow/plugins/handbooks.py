"""
Shipped plugin: the handbook made from the company's charts.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from propflow.plugins.hookspecs import hookimpl

if TYPE_CHECKING:
    from collections.abc import Callable


@hookimpl
def register_handbooks(register: Callable[[str, Path], None]) -> None:
    """
    Offer the handbook ``property``.
    """
    register("property", Path(__file__).parent.parent / "handbook")
