"""
China's statutory calendar: long holidays, and the weekend days that are worked in exchange.

This module is read whenever propflow starts, so it imports nothing but the hook marker; the
days themselves come in when a site asks for them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from propflow.plugins import hookimpl

if TYPE_CHECKING:
    from propflow.calendar import WorkingDays

__all__ = ["register_calendars"]


@hookimpl
def register_calendars(register: Callable[[str, Callable[[str], WorkingDays]], None]) -> None:
    """
    Offer the calendar ``china``.
    """
    register("china", _china)


def _china(region: str) -> WorkingDays:
    from propflow_china.statute import china

    return china(region)
