"""
Durations as people write them: ``30 minutes``, ``1 day 12 hours``, and ``2 working days``.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Literal

import attrs

_UNITS = {
    "second": 1,
    "minute": 60,
    "hour": 3600,
    "day": 86400,
    "week": 604800,
}
#: Durations that are read are shorter than this: longer ones are slips of the pen.
LONGEST = timedelta(days=1_000_000)
_PART = re.compile(r"(\d{1,6})\s*([a-z]+?)s?(?=\s|\d|$)\s*")


def parse_duration(text: str) -> timedelta:
    """
    Read a duration.

    Args:
        text: Whole numbers with a unit each, ``second`` to ``week``, singular or plural.

    Raises:
        ValueError: It is not such a text, nothing at all, or `LONGEST` and more. The message
            says what would do.

    A month has no fixed length and is refused here: say ``30 days``. No time at all is written
    ``0 seconds``.
    """
    rest = text.strip().lower()
    seconds = 0
    at = 0
    if not rest:
        raise ValueError(_WANTED)
    while at < len(rest):
        part = _PART.match(rest, at)
        if part is None or part[2] not in _UNITS:
            raise ValueError(_WANTED)
        seconds += int(part[1]) * _UNITS[part[2]]
        at = part.end()
    if seconds >= LONGEST.total_seconds():
        raise ValueError(f"a duration is shorter than {LONGEST.days:,} days.")
    return timedelta(seconds=seconds)


_WANTED = "a duration is a number and seconds, minutes, hours, days or weeks, as in '30 minutes'."


def say_duration(length: timedelta) -> str:
    """
    Write a duration so that `parse_duration` reads the same back: ``1 day 12 hours``.
    """
    seconds = int(length.total_seconds())
    parts = []
    for unit in ("day", "hour", "minute", "second"):
        count, seconds = divmod(seconds, _UNITS[unit])
        if count:
            parts.append(f"{count} {unit}{'' if count == 1 else 's'}")
    return " ".join(parts) or "0 seconds"


@attrs.frozen(kw_only=True)
class WorkLength:
    """
    A length of time as a deadline has it: on the clock, in office hours or in working days.

    Attributes:
        unit: ``clock``, ``hours`` or ``days``.
        time: How long, where it is not in days.
        days: How many working days.
    """

    unit: Literal["clock", "hours", "days"]
    time: timedelta = timedelta()
    days: int = 0

    def __bool__(self) -> bool:
        return bool(self.days or self.time)

    def __str__(self) -> str:
        if self.unit == "days":
            return f"{self.days} working day{'' if self.days == 1 else 's'}"
        said = say_duration(self.time)
        return said if self.unit == "clock" else f"{said} of work"


_WORKING_DAYS = re.compile(r"(\d{1,4}) working days?", re.ASCII)
_WORKING_TIME = re.compile(
    r"(\d[\w ]*?) of work|(\d+) (?:working|office) (hours?|minutes?)", re.ASCII
)


def parse_length(text: str) -> WorkLength:
    """
    Read a length: ``2 working days``, ``4 office hours``, ``3 hours of work``, ``30 minutes``.

    Raises:
        ValueError: It is none of these. The message says what would do.
    """
    words = " ".join(text.lower().split())
    days = _WORKING_DAYS.fullmatch(words)
    if days is not None:
        return WorkLength(unit="days", days=int(days[1]))
    worked = _WORKING_TIME.fullmatch(words)
    if worked is not None:
        return WorkLength(
            unit="hours", time=parse_duration(worked[1] or f"{worked[2]} {worked[3]}")
        )
    return WorkLength(unit="clock", time=parse_duration(words))


#: How long a step may take: on the clock, or in working time.
Deadline = timedelta | WorkLength


def parse_deadline(text: str) -> Deadline:
    """
    Read how long a step may take: ``30 minutes``, ``4 office hours``, ``2 working days``.

    Raises:
        ValueError: It is none of these. The message says what would do.
    """
    length = parse_length(text)
    return length.time if length.unit == "clock" else length


def say_deadline(length: Deadline) -> str:
    """
    Write a deadline so that `parse_deadline` reads the same back.
    """
    return say_duration(length) if isinstance(length, timedelta) else str(length)
