"""
What time it is: the one place that may ask the machine.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """
    Says what moment it is.
    """

    def now(self) -> datetime:
        """
        The moment, with its time zone.
        """
        ...


class SystemClock:
    """
    The machine's own clock, in UTC.
    """

    def now(self) -> datetime:
        """
        The moment, with its time zone.
        """
        return datetime.now(UTC)


class SimulatedClock:
    """
    A clock that stands still until it is told to move, and never goes back.
    """

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("a clock needs a moment with its time zone")
        self._now = start

    def now(self) -> datetime:
        """
        The moment, with its time zone.
        """
        return self._now

    def move_to(self, moment: datetime) -> None:
        """
        Go forward to *moment*; stay where it is if that has passed.
        """
        self._now = max(self._now, moment)
