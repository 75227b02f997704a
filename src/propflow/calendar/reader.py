"""
Reads a rhythm from the words in which people write it: ``every 1 hour from 20:00 to 06:00``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time, timedelta

from propflow.calendar.cron import Cron
from propflow.calendar.rhythm import Daily, Every, EveryDays, Monthly, Rhythm, RhythmError, Weekly
from propflow.calendar.words import WEEKDAYS
from propflow.durations import parse_duration
from propflow.errors import nearest

#: Longer than any sensible rhythm, short enough that nobody can drown the reader.
_LONGEST = 300

_EXAMPLES = {
    "daily": "daily at 08:00, 17:00",
    "weekly": "weekly on monday, friday at 09:00",
    "monthly": "monthly on day 25 at 16:00' or 'monthly on last day at 16:00",
    "every": "every 1 hour from 20:00 to 06:00' or 'every 7 days at 09:00 from 2026-01-05",
    "cron": "cron 0 8 * * 1-5",
}
_SHAPES = {
    "daily": re.compile(r"daily at (?P<at>.+)"),
    "weekly": re.compile(r"weekly on (?P<days>.+?) at (?P<at>.+)"),
    "monthly": re.compile(r"monthly on (?P<day>.+?) at (?P<at>.+)"),
    "every": re.compile(
        r"every (?P<step>.+?)(?: at (?P<at>.+?))?(?: from (?P<first>.+?))?(?: to (?P<last>.+?))?"
    ),
    "cron": re.compile(r"cron (?P<cron>.+)"),
}
_LIST = re.compile(r"\s*,\s*|\s+and\s+")
_TIME = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)
_DAY = re.compile(r"day (\d{1,3})", re.ASCII)


def parse_rhythm(text: str) -> Rhythm:
    """
    Read a rhythm.

    Args:
        text: One of

            * ``daily at 08:00`` · ``daily at 08:00, 17:00``
            * ``weekly on monday at 09:00`` · ``weekly on monday, friday at 09:00``
            * ``monthly on day 25 at 16:00`` · ``monthly on last day at 16:00``
            * ``every 30 minutes`` · ``every hour from 20:00 to 06:00``
            * ``every 7 days at 09:00 from 2026-01-05``
            * ``cron 0 8 * * 1-5``

            Small and capital letters are the same; ``and`` does as well as a comma.

    Raises:
        RhythmError: It is none of these. The message says what would do.
    """
    if len(text) > _LONGEST:
        raise RhythmError(text[:57] + "...", f"it is longer than {_LONGEST} characters.")
    words = " ".join(text.split()).lower()
    head = words.partition(" ")[0]
    if head not in _SHAPES:
        raise RhythmError(
            text,
            f"it begins with {head!r}, but a rhythm begins with daily, weekly, monthly, every "
            "or cron.",
            nearest(head, _SHAPES),
        )
    match = _SHAPES[head].fullmatch(words)
    if match is None:
        raise RhythmError(text, f"it is not complete: write it as in '{_EXAMPLES[head]}'.")
    try:
        return _READS[head](match.groupdict())
    except RhythmError as error:
        # What was typed, not what was made of it: the reader looks for it in a file.
        raise RhythmError(text, error.what, error.hint) from None


def _daily(parts: dict[str, str]) -> Rhythm:
    return Daily(_times(parts["at"]))


def _weekly(parts: dict[str, str]) -> Rhythm:
    names = _LIST.split(parts["days"])
    for name in names:
        if name not in WEEKDAYS:
            raise RhythmError("", f"{name!r} is not a day of the week.", nearest(name, WEEKDAYS))
    return Weekly(tuple(WEEKDAYS.index(name) for name in names), _times(parts["at"]))


def _monthly(parts: dict[str, str]) -> Rhythm:
    if parts["day"] == "last day":
        return Monthly("last", _times(parts["at"]))
    match = _DAY.fullmatch(parts["day"])
    if match is None:
        raise RhythmError(
            "", f"{parts['day']!r} is not a day of a month: write 'day 25' or 'last day'."
        )
    return Monthly(int(match[1]), _times(parts["at"]))


def _every(parts: dict[str, str | None]) -> Rhythm:
    step = parts["step"] or ""
    at, first, last = parts["at"], parts["first"], parts["last"]
    try:
        length = parse_duration(step if step[:1].isdigit() else f"1 {step}")
    except ValueError:
        raise RhythmError(
            "", f"{step!r} is not a step: write 'hour', '30 minutes' or '7 days'."
        ) from None
    if length % timedelta(days=1) == timedelta():
        return _every_days(length.days, at, first, last)
    if at is not None:
        raise RhythmError(
            "", "a step of minutes or hours goes 'from' one time 'to' another, not 'at' one."
        )
    return Every(
        length,
        None if first is None else _time(first),
        None if last is None else _time(last),
    )


def _every_days(days: int, at: str | None, first: str | None, last: str | None) -> Rhythm:
    if at is None or first is None or last is not None:
        raise RhythmError(
            "",
            "a step of days needs a time and the date from which it is counted, as in "
            f"'every {days} days at 09:00 from 2026-01-05'."
            if days > 1
            else "for every day write 'daily at 08:00'.",
        )
    try:
        anchor = date.fromisoformat(first)
    except ValueError:
        raise RhythmError(
            "", f"{first!r} is not a date: write year, month and day, as in 2026-01-05."
        ) from None
    return EveryDays(days, _times(at), anchor)


def _cron(parts: dict[str, str]) -> Rhythm:
    return Cron(parts["cron"])


def _times(text: str) -> tuple[time, ...]:
    return tuple(_time(word) for word in _LIST.split(text))


def _time(text: str) -> time:
    match = _TIME.fullmatch(text)
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        raise RhythmError(
            "", f"{text!r} is not a time of day: write hours and minutes, as in 08:00."
        )
    return time(int(match[1]), int(match[2]))


_READS: dict[str, Callable[..., Rhythm]] = {
    "daily": _daily,
    "weekly": _weekly,
    "monthly": _monthly,
    "every": _every,
    "cron": _cron,
}
