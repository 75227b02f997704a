"""
Shipped plugin: the handbook made from the company's charts.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from propflow.plugins.hookspecs import hookimpl


@hookimpl
def register_handbooks(register: Callable[[str, Path], None]) -> None:
    """
    Offer the handbook ``property``.
    """
    register("property", Path(__file__).parent.parent / "handbook")
