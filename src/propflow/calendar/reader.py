"""
Reads a rhythm from the words in which people write it: ``every 1 hour from 20:00 to 06:00``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

from propflow.calendar.chance import Irregular
from propflow.calendar.cron import Cron
from propflow.calendar.every import Every, EveryDays
from propflow.calendar.linked import AfterCompletion, Beside, Unit
from propflow.calendar.rhythm import Daily, Monthly, Rhythm, RhythmError, Weekly
from propflow.calendar.rule import Rule
from propflow.calendar.words import MONTHS, WEEKDAYS
from propflow.calendar.yearly import ORDINALS, MonthlyWeekday, MonthlyWorking, Which, Yearly
from propflow.durations import parse_duration
from propflow.errors import nearest

#: Longer than any sensible rhythm, short enough that nobody can drown the reader.
_LONGEST = 300

_EXAMPLES = {
    "daily": "daily at 08:00, 17:00",
    "weekly": "weekly on monday, friday at 09:00",
    "monthly": "monthly on day 25 at 16:00' or 'monthly on last day at 16:00",
    "yearly": "yearly on march 15 at 09:00",
    "every": "every 1 hour from 20:00 to 06:00' or 'every 7 days at 09:00 from 2026-01-05",
    "cron": "cron 0 8 * * 1-5",
    "rrule": "rrule FREQ=MONTHLY;BYDAY=-1FR at 09:00 from 2026-01-05",
}
_SHAPES = {
    "daily": re.compile(r"daily at (?P<at>.+)"),
    "weekly": re.compile(r"weekly on (?P<days>.+?) at (?P<at>.+)"),
    "monthly": re.compile(r"monthly on (?P<day>.+?) at (?P<at>.+)"),
    "yearly": re.compile(r"yearly on (?P<days>.+?) at (?P<at>.+)"),
    "every": re.compile(
        r"every (?P<step>.+?)(?: at (?P<at>.+?))?(?: from (?P<first>.+?))?(?: to (?P<last>.+?))?"
    ),
    "cron": re.compile(r"cron (?P<cron>.+)"),
    "rrule": re.compile(r"rrule (?P<rule>.+?) at (?P<at>\S+) from (?P<first>\S+)"),
}
_IRREGULAR = re.compile(
    r"every (?P<least>\d+(?: ?[a-z]+(?: \d+ ?[a-z]+)*)?) to (?P<most>\d+ ?[a-z]+(?: \d+ ?[a-z]+)*?)"
    r"(?: from (?P<first>\S+) to (?P<last>\S+))?",
    re.ASCII,
)
_COMPLETION = re.compile(r"every (?P<step>.+?) after completion at (?P<at>\S+) from (?P<first>\S+)")
_BESIDE = re.compile(
    r"(?P<length>\d[\w ]*?) (?P<side>before|after) (?P<of>\S+)(?: at (?P<at>\S+))?", re.ASCII
)
_WORKING = re.compile(r"(\d{1,3}) working days?", re.ASCII)
_LIST = re.compile(r"\s*,\s*|\s+and\s+")
_TIME = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)
_DAY = re.compile(r"day (\d{1,3})", re.ASCII)
_NTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)", re.ASCII)
_NAME = re.compile(r"[a-z][a-z0-9-]*", re.ASCII)


def parse_rhythm(text: str) -> Rhythm:
    """
    Read a rhythm.

    Args:
        text: One of

            * ``daily at 08:00`` · ``daily at 08:00, 17:00``
            * ``weekly on monday at 09:00`` · ``weekly on monday, friday at 09:00``
            * ``monthly on day 25 at 16:00`` · ``monthly on last day at 16:00``
            * ``monthly on second tuesday at 10:00`` · ``monthly on last friday at 10:00``
            * ``monthly on first working day at 09:00`` · ``monthly on last working day at 16:00``
            * ``yearly on march 15 at 09:00`` · ``yearly on june 1, december 1 at 09:00``
            * ``every 30 minutes`` · ``every hour from 20:00 to 06:00``
            * ``every 5 to 10 minutes from 20:00 to 06:00``, at random
            * ``every 7 days at 09:00 from 2026-01-05``
            * ``every 90 days after completion at 09:00 from 2026-01-05``
            * ``30 minutes before gate-handover`` · ``2 working days before month-report at 16:00``
            * ``14 days after 2026-06-01 at 09:00``
            * ``cron 0 8 * * 1-5``
            * ``rrule FREQ=MONTHLY;BYDAY=-1FR at 09:00 from 2026-01-05``

            Small and capital letters are the same; ``and`` does as well as a comma.

    Raises:
        RhythmError: It is none of these. The message says what would do.
    """
    if len(text) > _LONGEST:
        raise RhythmError(text[:57] + "...", f"it is longer than {_LONGEST} characters.")
    words = " ".join(text.split()).lower()
    try:
        return _read(words)
    except RhythmError as error:
        # What was typed, not what was made of it: the reader looks for it in a file.
        raise RhythmError(text, error.what, error.hint) from None


def _read(words: str) -> Rhythm:
    shapes: tuple[tuple[re.Pattern[str], Callable[..., Rhythm]], ...] = (
        (_IRREGULAR, _irregular),
        (_COMPLETION, _completion),
        (_BESIDE, _beside),
    )
    for shape, read in shapes:
        match = shape.fullmatch(words)
        if match is not None:
            return read(match.groupdict())
    head = words.partition(" ")[0]
    if head not in _SHAPES:
        raise RhythmError(
            "",
            f"it begins with {head!r}, but a rhythm begins with daily, weekly, monthly, yearly, "
            "every, cron or rrule, or with a length, as in '2 days before 2026-12-31 at 09:00'.",
            nearest(head, _SHAPES),
        )
    match = _SHAPES[head].fullmatch(words)
    if match is None:
        raise RhythmError("", f"it is not complete: write it as in '{_EXAMPLES[head]}'.")
    return _READS[head](match.groupdict())


def _daily(parts: dict[str, str]) -> Rhythm:
    return Daily(_times(parts["at"]))


def _weekly(parts: dict[str, str]) -> Rhythm:
    names = _LIST.split(parts["days"])
    for name in names:
        if name not in WEEKDAYS:
            raise RhythmError("", f"{name!r} is not a day of the week.", nearest(name, WEEKDAYS))
    return Weekly(tuple(WEEKDAYS.index(name) for name in names), _times(parts["at"]))


def _monthly(parts: dict[str, str]) -> Rhythm:
    day, at = parts["day"], _times(parts["at"])
    if day == "last day":
        return Monthly("last", at)
    match = _DAY.fullmatch(day)
    if match is not None:
        return Monthly(int(match[1]), at)
    word, _, rest = day.partition(" ")
    which = _which(word)
    if which is not None and rest == "working day":
        return MonthlyWorking(which, at)
    if which is not None and rest in WEEKDAYS:
        return MonthlyWeekday(which, WEEKDAYS.index(rest), at)
    if which is not None and rest:
        known = (*WEEKDAYS, "working day")
        raise RhythmError("", f"{rest!r} is not a day of the week.", nearest(rest, known))
    raise RhythmError(
        "",
        f"{day!r} is not a day of a month: write 'day 25', 'last day', 'second monday' or "
        "'first working day'.",
    )


def _which(word: str) -> Which | None:
    if word == "last":
        return "last"
    if word in ORDINALS:
        return ORDINALS.index(word) + 1
    match = _NTH.fullmatch(word)
    return None if match is None else int(match[1])


def _yearly(parts: dict[str, str]) -> Rhythm:
    months = [month.lower() for month in MONTHS]
    dates = []
    for said in _LIST.split(parts["days"]):
        month, _, day = said.partition(" ")
        if month not in months:
            raise RhythmError("", f"{month!r} is not a month.", nearest(month, months))
        if not day.isascii() or not day.isdigit():
            raise RhythmError("", f"{said!r} is not a date of a year: write it as in 'march 15'.")
        dates.append((months.index(month) + 1, int(day[:4])))
    return Yearly(tuple(dates), _times(parts["at"]))


def _irregular(parts: dict[str, str | None]) -> Rhythm:
    least, most = parts["least"] or "", parts["most"] or ""
    if least.isdigit():
        least += most.lstrip("0123456789")
    ends = (None if end is None else _time(end) for end in (parts["first"], parts["last"]))
    return Irregular(_length(least), _length(most), *ends)


def _completion(parts: dict[str, str]) -> Rhythm:
    step = parts["step"]
    length = _length(step if step[:1].isdigit() else f"1 {step}")
    return AfterCompletion(length, _time(parts["at"]), _date(parts["first"]))


def _beside(parts: dict[str, str | None]) -> Rhythm:
    side: Any = parts["side"]
    at = None if parts["at"] is None else _time(parts["at"])
    of: str | date = parts["of"] or ""
    if _NAME.fullmatch(str(of)) is None:
        of = _date(str(of))
    said = parts["length"] or ""
    working = _WORKING.fullmatch(said)
    if working is not None:
        return Beside(timedelta(days=int(working[1])), "working days", side, of, at)
    length = _length(said)
    unit: Unit = "time" if length % timedelta(days=1) else "days"
    return Beside(length, unit, side, of, at)


def _rrule(parts: dict[str, str]) -> Rhythm:
    return Rule(parts["rule"], _time(parts["at"]), _date(parts["first"]))


def _length(text: str) -> timedelta:
    try:
        return parse_duration(text)
    except ValueError as error:
        raise RhythmError("", str(error)) from None


def _every(parts: dict[str, str | None]) -> Rhythm:
    step = parts["step"] or ""
    at, first, last = parts["at"], parts["first"], parts["last"]
    try:
        length = parse_duration(step if step[:1].isdigit() else f"1 {step}")
    except ValueError:
        length = timedelta()
    if not length:
        raise RhythmError("", f"{step!r} is not a step: write 'hour', '30 minutes' or '7 days'.")
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
    return EveryDays(days, _times(at), _date(first))


def _cron(parts: dict[str, str]) -> Rhythm:
    return Cron(parts["cron"])


def _times(text: str) -> tuple[time, ...]:
    return tuple(_time(word) for word in _LIST.split(text))


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RhythmError(
            "", f"{text!r} is not a date: write year, month and day, as in 2026-01-05."
        ) from None


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
    "yearly": _yearly,
    "every": _every,
    "rrule": _rrule,
    "cron": _cron,
}
