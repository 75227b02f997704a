"""
Durations as people write them: ``30 minutes``, ``2 hours``, ``1 day 12 hours``.
"""

from __future__ import annotations

import re
from datetime import timedelta

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
