"""
China's statutory calendar, long holidays and the weekend days that are worked in exchange,
and a layer of what the law asks of a handbook.

This module is read whenever propflow starts, so it imports nothing but the hook marker; the
days themselves come in when a site asks for them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from propflow.plugins import hookimpl

if TYPE_CHECKING:
    from propflow.calendar import WorkingDays

__all__ = ["register_calendars", "register_tailorings"]


@hookimpl
def register_calendars(register: Callable[[str, Callable[[str], WorkingDays]], None]) -> None:
    """
    Offer the calendar ``china``.
    """
    register("china", _china)


@hookimpl
def register_tailorings(register: Callable[[str, Path], None]) -> None:
    """
    Offer the layer ``china``.
    """
    register("china", Path(__file__).parent / "layer")


def _china(region: str) -> WorkingDays:
    from propflow_china.statute import china

    return china(region)
