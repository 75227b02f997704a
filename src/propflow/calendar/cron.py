"""
Rhythms written as cron text, for whoever brings them along: ``0 8 * * 1-5``.

croniter reads and judges the text once, when it is declared; the days are then walked without it.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import Any, Literal

import attrs

from propflow.calendar.rhythm import Rhythm, RhythmError
from propflow.calendar.words import MONTHS, clock, listed, ordinal, say_weekdays
from propflow.errors import nearest

_FIELDS = ("minute", "hour", "day of the month", "month", "day of the week")
_DAY_NAMES = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_MONTH_NAMES = tuple(month[:3].lower() for month in MONTHS)
_WORDS: tuple[tuple[str, ...], ...] = ((), (), ("l",), _MONTH_NAMES, (*_DAY_NAMES, "l"))
_TRAPS = {
    "h": "'H' picks a time by a hidden number: write the time itself.",
    "r": "'R' picks a time at random: write the time itself.",
    "w": "'W' moves the day by itself: name the day, and let the duty's working days move it.",
}
_LETTERS = re.compile(r"[a-z]+")
_LONGEST_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

#: Which of a weekday's days in a month: the first is 1, ``l`` is the last.
_Nth = frozenset[int | Literal["l"]]


@attrs.frozen
class _Plan:
    """
    Cron text made plain: which minutes, on which days.

    Attributes:
        minutes: Minutes of every day that is meant.
        months: 1 to 12.
        dates: Days of the month; 0 stands for the last. None: all of them.
        weekdays: Pairs of weekday, Monday 0, and which of its days. None: all of them.
    """

    minutes: tuple[int, ...]
    months: frozenset[int]
    dates: frozenset[int] | None
    weekdays: tuple[tuple[int, _Nth | None], ...] | None


def _tidy(text: str) -> str:
    return " ".join(text.lower().split())


@attrs.frozen
class Cron(Rhythm):
    """
    Five cron fields: minute, hour, day of the month, month, day of the week (0 and 7 are Sunday).

    A day that a month does not have is passed over, as cron does: ``0 8 31 * *`` comes seven
    times a year. (`Monthly` is never passed over.) Times go by the local clock like all others.

    Refused, because cron would do something else than it seems to say: a date that no year has;
    a day of the month together with a day of the week, which cron takes as either of the two;
    seconds and years; ``H``, ``R``, ``W`` and ``@reboot``.

    Attributes:
        text: The fields, as croniter reads them, or a name such as ``@daily``.

    Raises:
        RhythmError: croniter cannot read it, or it is one of the traps above.
    """

    text: str = attrs.field(converter=_tidy)
    _plan: _Plan = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_plan", _compile(self.text))

    def starting(self, day: date) -> tuple[int, ...]:
        """
        The calls, on the days that the text means.
        """
        plan = self._plan
        if day.month not in plan.months:
            return ()
        if (
            plan.dates is not None
            and day.day not in plan.dates
            and not (0 in plan.dates and day.day == monthrange(day.year, day.month)[1])
        ):
            return ()
        if plan.weekdays is not None and not _is_weekday(day, plan.weekdays):
            return ()
        return plan.minutes

    def week(self) -> tuple[tuple[int, ...], ...] | None:
        """
        The calls of each day of the week, where neither date nor month matters.
        """
        plan = self._plan
        if plan.dates is not None or len(plan.months) < 12 or _counted(plan):
            return None
        days = range(7) if plan.weekdays is None else {day for day, _ in plan.weekdays}
        return tuple(plan.minutes if day in days else () for day in range(7))

    def soonest(self, day: date) -> date:
        """
        The day itself, or the first of the next month that is named.
        """
        while day.month not in self._plan.months:
            day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
        return day

    def say(self, language: str = "en") -> str:
        """
        The rhythm as a phrase for people.
        """
        return _say(self._plan, language)

    def __str__(self) -> str:
        return f"cron {self.text}"


def _is_weekday(day: date, weekdays: tuple[tuple[int, _Nth | None], ...]) -> bool:
    for weekday, which in weekdays:
        if day.weekday() == weekday:
            if which is None or (day.day + 6) // 7 in which:
                return True
            return "l" in which and day.day + 7 > monthrange(day.year, day.month)[1]
    return False


def _compile(text: str) -> _Plan:
    _check_words(text)
    # Here and not above: few houses write cron, and all would wait for the import.
    from croniter import croniter

    try:
        (minutes, hours, dates, months, weekdays), counted = croniter.expand(text)
    except (ValueError, TypeError, KeyError) as error:
        raise RhythmError(f"cron {text}", f"croniter cannot read it: {error}") from None
    if dates != ["*"] and weekdays != ["*"]:
        raise RhythmError(
            f"cron {text}",
            "it names days of the month and days of the week, which cron takes as either of the "
            "two: make two duties of it, or leave one of them '*'.",
        )
    nth: dict[Any, Any] = dict(counted)  # its type says str, its keys are int
    plan = _Plan(
        minutes=tuple(
            sorted(h * 60 + m for h in _numbers(hours, 0, 23) for m in _numbers(minutes, 0, 59))
        ),
        months=frozenset(_numbers(months, 1, 12)),
        dates=None if dates == ["*"] else frozenset(0 if day == "l" else int(day) for day in dates),
        weekdays=None
        if weekdays == ["*"]
        else tuple(
            sorted(
                ((int(day) + 6) % 7, frozenset(nth[int(day)]) if int(day) in nth else None)
                for day in weekdays
            )
        ),
    )
    _check_possible(text, plan)
    return plan


def _check_words(text: str) -> None:
    if text.startswith("@"):
        names = ("@midnight", "@hourly", "@daily", "@weekly", "@monthly", "@yearly", "@annually")
        if text not in names:
            raise RhythmError(
                f"cron {text}", f"there is no {text!r} in a calendar.", nearest(text, names)
            )
        return
    fields = text.split()
    if len(fields) != len(_FIELDS):
        raise RhythmError(
            f"cron {text}",
            f"it has {len(fields)} fields, but cron text has five: {', '.join(_FIELDS)}.",
        )
    for name, field, known in zip(_FIELDS, fields, _WORDS, strict=True):
        for word in _LETTERS.findall(field):
            # croniter writes the last Friday as L5 or as lfri.
            if word not in known and word.removeprefix("l") not in known:
                trap = _TRAPS.get(word, f"{word!r} is not a {name}.")
                raise RhythmError(f"cron {text}", trap, nearest(word, known))


def _check_possible(text: str, plan: _Plan) -> None:
    if plan.dates is None or 0 in plan.dates:
        return
    first = min(plan.dates)
    if all(first > _LONGEST_MONTH[month - 1] for month in plan.months):
        months = listed([MONTHS[month - 1] for month in sorted(plan.months)], "en")
        raise RhythmError(
            f"cron {text}", f"it never comes: there is no {first} {months} in any year."
        )


def _numbers(field: list[int | Literal["*", "l"]], low: int, high: int) -> list[int]:
    return list(range(low, high + 1)) if field == ["*"] else [int(value) for value in field]


def _say(plan: _Plan, language: str) -> str:
    zh = language == "zh"
    months, days = _say_months(plan, language), _say_days(plan, language)
    count = len(plan.minutes)
    if count <= 6:
        times = listed([clock(minute) for minute in plan.minutes], language)
    elif zh:
        times = f"{clock(plan.minutes[0])}至{clock(plan.minutes[-1])}共{count}次"
    else:
        times = f"{count} times between {clock(plan.minutes[0])} and {clock(plan.minutes[-1])}"
    if zh:
        return f"{months}{days}{times}"
    return f"{days}{months}{' at' if count <= 6 else ','} {times}"


def _say_months(plan: _Plan, language: str) -> str:
    if len(plan.months) == 12:
        every = plan.dates is not None or _counted(plan)
        if language == "zh":
            return "每月" if every else ""
        return " of every month" if every else ""
    months = sorted(plan.months)
    if language == "zh":
        return listed([f"{month}月" for month in months], language)
    joint = " of " if plan.dates is not None or _counted(plan) else " in "
    return joint + listed([MONTHS[month - 1] for month in months], language)


def _counted(plan: _Plan) -> bool:
    return any(which is not None for _, which in plan.weekdays or ())


def _say_days(plan: _Plan, language: str) -> str:
    zh = language == "zh"
    if plan.dates is not None:
        dates = [f"{day}日" if zh else ordinal(day) for day in sorted(plan.dates) if day]
        if 0 in plan.dates:
            dates.append("最后一天" if zh else "last day")
        return listed(dates, language) if zh else "on the " + listed(dates, language)
    if plan.weekdays is None:
        return "每天" if zh else "every day"
    if not _counted(plan):
        days = say_weekdays((day for day, _ in plan.weekdays), language)
        return f"每{days}" if zh else f"every {days}"
    said = [
        _say_nth(number, day, language)
        for day, which in plan.weekdays
        for number in sorted(which or (), key=lambda number: 9 if number == "l" else number)
    ]
    return listed(said, language) if zh else "on the " + listed(said, language)


def _say_nth(number: int | Literal["l"], day: int, language: str) -> str:
    name = say_weekdays((day,), language)
    if language == "zh":
        return f"最后一个{name}" if number == "l" else f"第{number}个{name}"
    return f"last {name}" if number == "l" else f"{ordinal(number)} {name}"
