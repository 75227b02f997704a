"""
The public holidays of any country that the package holidays knows.

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
    Offer the calendar ``holidays:COUNTRY``, or ``holidays:COUNTRY-REGION``.
    """
    register("holidays", _country)


def _country(code: str) -> WorkingDays:
    from propflow_holidays.country import country

    return country(code)
