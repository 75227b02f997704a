"""
Rhythms of months and years: a date of every year, the second Monday, the last working day.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, time
from itertools import pairwise
from typing import Literal

import attrs

from propflow.calendar.ground import STATUS, WEEK, Certainty, Ground
from propflow.calendar.rhythm import (
    ONE_DAY,
    Rhythm,
    RhythmError,
    check_times,
    check_whole,
    in_order,
    minutes_of,
)
from propflow.calendar.words import (
    MONTHS,
    WEEKDAYS,
    listed,
    ordinal,
    say_times,
    say_weekday,
    write_times,
)
from propflow.calendar.working import WorkingDays

#: Which one of a month: the words of the first five, so that they read like speech.
ORDINALS = ("first", "second", "third", "fourth", "fifth")

Which = int | Literal["last"]


def write_which(which: Which) -> str:
    """
    Which one, as a rhythm's text has it: ``second``, ``7th``, ``last``.
    """
    if which == "last":
        return "last"
    return ORDINALS[which - 1] if which <= 5 else ordinal(which)


def _say_which(which: Which, language: str) -> str:
    if language == "zh":
        return "最后一个" if which == "last" else f"第{which}个"
    return write_which(which)


def next_month(day: date) -> date:
    """
    The first of the month after a date.
    """
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


@attrs.frozen
class Yearly(Rhythm):
    """
    On the same dates of every year.

    29 February is held on 28 February where the year has no 29th, because yearly work is owed
    every year.

    Attributes:
        dates: Pairs of month and day, at least one, none twice.
        at: Local times of day, at least one, none twice.

    Raises:
        RhythmError: A date that no year has, or something missing or there twice.
    """

    dates: tuple[tuple[int, int], ...] = attrs.field(converter=in_order)
    at: tuple[time, ...] = attrs.field(converter=in_order)
    _plan: tuple[int, ...] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if not self.dates:
            raise RhythmError("yearly", "it needs at least one date, as in 'march 15'.")
        for month, day in self.dates:
            if month not in range(1, 13):
                raise RhythmError("yearly", f"there is no month {month}.")
            check_whole(self, f"the day of {MONTHS[month - 1]}", day, 1, monthrange(2000, month)[1])
        for one, after in pairwise(self.dates):
            if one == after:
                raise RhythmError(str(self), f"{_write(one)} is there twice: once is enough.")
        check_times(self, self.at)
        object.__setattr__(self, "_plan", minutes_of(self.at))

    def starting(self, day: date) -> tuple[int, ...]:
        """
        The calls, on the dates that are named.
        """
        named = (day.month, day.day) in self.dates
        if not named and (day.month, day.day) == (2, 28) and (2, 29) in self.dates:
            named = monthrange(day.year, 2)[1] == 28
        return self._plan if named else ()

    def soonest(self, day: date) -> date:
        """
        The first of the named month that comes next, or the day itself within it.
        """
        months = {month for month, _ in self.dates}
        while day.month not in months:
            day = next_month(day)
        return day

    def say(self, language: str = "en") -> str:
        """
        The rhythm as a phrase for people.
        """
        times = say_times(self.at, language)
        if language == "zh":
            days = listed([f"{month}月{day}日" for month, day in self.dates], language)
            return f"每年{days}{times}"
        return f"every year on {listed([_say(one) for one in self.dates], language)} at {times}"

    def __str__(self) -> str:
        days = ", ".join(_write(one) for one in self.dates)
        return f"yearly on {days} at {write_times(self.at)}"


def _write(one: tuple[int, int]) -> str:
    return f"{MONTHS[one[0] - 1].lower()} {one[1]}"


def _say(one: tuple[int, int]) -> str:
    return f"{one[1]} {MONTHS[one[0] - 1]}"


@attrs.frozen
class MonthlyWeekday(Rhythm):
    """
    Once a month, on its first to fourth or its last Monday, Tuesday and so on.

    A fifth is not every month's, and monthly work is owed every month: say last.

    Attributes:
        which: 1 to 4, or ``last``.
        weekday: Monday 0 to Sunday 6.
        at: Local times of day, at least one, none twice.

    Raises:
        RhythmError: No such day, or a time that is missing, wrong or there twice.
    """

    which: Which
    weekday: int
    at: tuple[time, ...] = attrs.field(converter=in_order)
    _plan: tuple[int, ...] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if type(self.weekday) is not int or self.weekday not in range(7):
            raise RhythmError("monthly", "the days of the week are 0 (Monday) to 6 (Sunday).")
        if self.which != "last" and (type(self.which) is not int or self.which not in range(1, 5)):
            raise RhythmError(
                str(self),
                "a month has a first to fourth and a last of each weekday; a fifth is not in "
                "every month.",
            )
        check_times(self, self.at)
        object.__setattr__(self, "_plan", minutes_of(self.at))

    def starting(self, day: date) -> tuple[int, ...]:
        """
        The calls, on that one day of the month.
        """
        if day.weekday() != self.weekday:
            return ()
        if self.which == "last":
            meant = (day + 7 * ONE_DAY).month != day.month
        else:
            meant = (day.day + 6) // 7 == self.which
        return self._plan if meant else ()

    def soonest(self, day: date) -> date:
        """
        The next of that weekday.
        """
        return day + (self.weekday - day.weekday()) % 7 * ONE_DAY

    def say(self, language: str = "en") -> str:
        """
        The rhythm as a phrase for people.
        """
        times = say_times(self.at, language)
        which, name = _say_which(self.which, language), say_weekday(self.weekday, language)
        if language == "zh":
            return f"每月{which}{name}{times}"
        return f"on the {which} {name} of every month at {times}"

    def __str__(self) -> str:
        name = WEEKDAYS[self.weekday]
        return f"monthly on {write_which(self.which)} {name} at {write_times(self.at)}"


@attrs.frozen
class MonthlyWorking(Rhythm):
    """
    Once a month, on its first, second ... or its last working day.

    Which days are worked the site's calendar says; make-up days count. A month with fewer
    working days has the last of them stand in.

    Attributes:
        which: 1 to 15, or ``last``.
        at: Local times of day, at least one, none twice.

    Raises:
        RhythmError: No such day, or a time that is missing, wrong or there twice.
    """

    plain = False

    which: Which
    at: tuple[time, ...] = attrs.field(converter=in_order)
    working: WorkingDays = attrs.field(default=WEEK, eq=False, repr=False, kw_only=True)
    _plan: tuple[int, ...] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if self.which != "last":
            check_whole(self, "the number of the working day", self.which, 1, 15)
        check_times(self, self.at)
        object.__setattr__(self, "_plan", minutes_of(self.at))

    def settle(self, ground: Ground) -> Rhythm:
        """
        The rhythm by the working days of a site.
        """
        return attrs.evolve(self, working=ground.working)

    def starting(self, day: date) -> tuple[int, ...]:
        """
        The calls, on that one working day of the month.
        """
        working = self.working
        if not working.is_working(day):
            return ()
        if self.which != "last":
            first = day.replace(day=1)
            count = sum(working.is_working(first + n * ONE_DAY) for n in range(day.day))
            if count == self.which:
                return self._plan
            if count > self.which:
                return ()
        return self._plan if working.next(day).month != day.month else ()

    def certainty(self, day: date) -> Certainty:
        """
        As sure as the year's working days are.
        """
        return STATUS[self.working.status(day)]

    def say(self, language: str = "en") -> str:
        """
        The rhythm as a phrase for people.
        """
        times, which = say_times(self.at, language), _say_which(self.which, language)
        if language == "zh":
            return f"每月{which}工作日{times}"
        return f"on the {which} working day of every month at {times}"

    def __str__(self) -> str:
        return f"monthly on {write_which(self.which)} working day at {write_times(self.at)}"
