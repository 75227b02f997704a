"""
Rhythms: at which times of which days a piece of work comes round.

A rhythm is a plan for a day: asked for a date it answers with minutes of that day. Times are
local, whole minutes. When the clocks change, a time that is skipped counts at the first moment
after the gap and a time that comes twice counts once, the first time; only `Every` counts the
hours that really pass.
"""

from __future__ import annotations

from abc import abstractmethod
from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from typing import Any, ClassVar, Literal

import attrs

from propflow.calendar.clock import instant, moment
from propflow.calendar.ground import Certainty, Ground
from propflow.calendar.words import (
    WEEKDAYS,
    ordinal,
    say_times,
    say_weekdays,
    write_times,
)
from propflow.errors import HandbookError

#: Minutes of a day on which no clock changes.
DAY = 1440
ONE_DAY = timedelta(days=1)
ONE_MINUTE = timedelta(minutes=1)
STILL = timedelta()


@attrs.define(slots=False)
class RhythmError(HandbookError):
    """
    A rhythm cannot be read, or asks for something that never comes.

    Attributes:
        text: The rhythm as it was written.
        what: What is wrong and what to write instead.
        hint: The nearest word that would do, as a closing sentence, or nothing.
    """

    text: str
    what: str
    hint: str = ""

    def __str__(self) -> str:
        return f"rhythm {self.text!r}: {self.what}{self.hint}"


@attrs.frozen
class Rhythm:
    """
    What all rhythms have in common. ``str(rhythm)`` is the text that reads back as the same.

    Attributes:
        plain: Whether it looks at nothing but the date.
        elapsed: Whether its calls follow each other by the hours that really pass.
    """

    plain: ClassVar[bool] = True
    elapsed: ClassVar[bool] = False

    @abstractmethod
    def starting(self, day: date) -> tuple[int, ...]:
        """
        The calls of the round that begins on *day*, in minutes after its midnight, sorted.

        A night belongs to the date on which it began, so 1440 and more are calls of the next
        morning. Working days are judged by this date.
        """

    def settle(self, ground: Ground) -> Rhythm:
        """
        The rhythm as it goes on one site: one that looks at nothing but the date is itself.
        """
        return self

    def week(self) -> tuple[tuple[int, ...], ...] | None:
        """
        The calls of the rounds that begin on Monday to Sunday, where only the weekday matters.
        """
        return None

    def soonest(self, day: date) -> date:
        """
        A date, not before *day*, before which no round begins: *day* itself where nobody knows.
        """
        return day

    def certainty(self, day: date) -> Certainty:
        """
        How surely a round that begins on *day* will come.
        """
        return "certain"

    def rounds(self, day: date) -> Iterator[tuple[tuple[int, ...], Certainty]]:
        """
        The calls of the round that begins on *day*, those of different certainty apart.
        """
        minutes = self.starting(day)
        if minutes:
            yield minutes, self.certainty(day)

    @abstractmethod
    def say(self, language: str = "en") -> str:
        """
        The rhythm as a phrase for people, in ``en`` or ``zh``; any other language gets ``en``.
        """

    def on(self, day: date) -> tuple[int, ...]:
        """
        The minutes of the calendar date *day*, 0 to 1439, at which a call comes, sorted.

        The morning end of last night's round belongs to this date, tonight's morning end to
        the next. On a day when the clocks change this is what the plan says, not what happens.
        """
        tail = [minute - DAY for minute in self.starting(day - ONE_DAY) if minute >= DAY]
        head = self.starting(day)
        if not tail and (not head or head[-1] < DAY):
            return head
        return tuple(sorted({*tail, *(minute for minute in head if minute < DAY)}))

    def fall(
        self, day: date, minutes: tuple[int, ...], zone: tzinfo
    ) -> Iterator[tuple[int, timedelta]]:
        """
        Where the calls of a round really fall when it is held on *day*.

        Args:
            day: Local date on which the round begins.
            minutes: Its calls, as `starting` gives them.
            zone: Whose clock.

        Yields:
            The moment, in seconds since 1970-01-01T00:00Z, and how far the clock then stands
            from the time that was planned: more than zero after a gap.
        """
        for minute in minutes:
            yield place(day, minute, zone)


def place(day: date, minute: int, zone: tzinfo) -> tuple[int, timedelta]:
    """
    Where a local time falls, in seconds since 1970-01-01T00:00Z, and how far the clock is off then.
    """
    seconds = instant(day, minute, zone)
    # No zone: it is a time on the plan, which the clock may never show.
    planned = datetime(day.year, day.month, day.day) + minute * ONE_MINUTE  # noqa: DTZ001
    return seconds, moment(seconds, zone).replace(tzinfo=None, fold=0) - planned


def minutes_of(at: Iterable[time]) -> tuple[int, ...]:
    """
    Times of the day in minutes after midnight.
    """
    return tuple(one.hour * 60 + one.minute for one in at)


def in_order(values: Iterable[Any]) -> tuple[Any, ...]:
    """
    Values sorted: the order in which a rhythm was written is no part of what it means.
    """
    return tuple(sorted(values))


def check_time(rhythm: Rhythm, one: object) -> None:
    """
    Refuse what is not a local time in whole minutes.
    """
    if not isinstance(one, time):
        raise RhythmError(type(rhythm).__name__, f"{one!r} is not a time of day.")
    if one.tzinfo is not None:
        raise RhythmError(
            str(rhythm), f"{one.isoformat()} has a time zone, but a rhythm goes by local time."
        )
    if one.second or one.microsecond:
        raise RhythmError(
            str(rhythm), f"{one.isoformat()} has seconds, but a rhythm goes by whole minutes."
        )


def check_times(rhythm: Rhythm, at: tuple[time, ...]) -> None:
    """
    Refuse times that are missing, wrong or there twice.
    """
    if not at:
        raise RhythmError(type(rhythm).__name__, "it has no time of day.")
    for one in at:
        check_time(rhythm, one)
    for one, after in pairwise(at):
        if one == after:
            raise RhythmError(
                str(rhythm), f"{one.isoformat('minutes')} is there twice: once is enough."
            )


def check_whole(rhythm: Rhythm, name: str, value: object, low: int, high: int) -> None:
    """
    Refuse a number that is not whole or out of bounds.
    """
    # type(), not isinstance(): True would pass for day 1.
    if type(value) is not int or not low <= value <= high:
        raise RhythmError(str(rhythm), f"{name} is a whole number from {low} to {high}.")


@attrs.frozen
class Daily(Rhythm):
    """
    Every day at the same times.

    Attributes:
        at: Local times of day, at least one, none twice.

    Raises:
        RhythmError: No time, a time twice, or a time with seconds or a zone.
    """

    at: tuple[time, ...] = attrs.field(converter=in_order)
    _plan: tuple[int, ...] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        check_times(self, self.at)
        object.__setattr__(self, "_plan", minutes_of(self.at))

    def starting(self, day: date) -> tuple[int, ...]:
        """
        The same calls, whatever the day.
        """
        return self._plan

    def week(self) -> tuple[tuple[int, ...], ...]:
        """
        Every day the same.
        """
        return (self._plan,) * 7

    def say(self, language: str = "en") -> str:
        """
        The rhythm as a phrase for people.
        """
        times = say_times(self.at, language)
        return f"每天{times}" if language == "zh" else f"every day at {times}"

    def __str__(self) -> str:
        return f"daily at {write_times(self.at)}"


@attrs.frozen
class Weekly(Rhythm):
    """
    On the same days of every week.

    Attributes:
        days: Days of the week, Monday 0 to Sunday 6, at least one, none twice.
        at: Local times of day, at least one, none twice.

    Raises:
        RhythmError: A day or a time that is missing, wrong or there twice.
    """

    days: tuple[int, ...] = attrs.field(converter=in_order)
    at: tuple[time, ...] = attrs.field(converter=in_order)
    _plan: tuple[int, ...] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if not self.days or any(type(day) is not int or not 0 <= day <= 6 for day in self.days):
            raise RhythmError(
                "weekly", "it needs at least one day of the week, from 0 (Monday) to 6 (Sunday)."
            )
        for day, after in pairwise(self.days):
            if day == after:
                raise RhythmError(str(self), f"{WEEKDAYS[day]} is there twice: once is enough.")
        check_times(self, self.at)
        object.__setattr__(self, "_plan", minutes_of(self.at))

    def starting(self, day: date) -> tuple[int, ...]:
        """
        The calls, on the days of the week that are named.
        """
        return self._plan if day.weekday() in self.days else ()

    def week(self) -> tuple[tuple[int, ...], ...]:
        """
        The calls on the days that are named.
        """
        return tuple(self._plan if day in self.days else () for day in range(7))

    def soonest(self, day: date) -> date:
        """
        The next of the days that are named.
        """
        today = day.weekday()
        return day + min((one - today) % 7 for one in self.days) * ONE_DAY

    def say(self, language: str = "en") -> str:
        """
        The rhythm as a phrase for people.
        """
        days, times = say_weekdays(self.days, language), say_times(self.at, language)
        return f"每{days}{times}" if language == "zh" else f"every {days} at {times}"

    def __str__(self) -> str:
        days = ", ".join(WEEKDAYS[day] for day in self.days)
        return f"weekly on {days} at {write_times(self.at)}"


@attrs.frozen
class Monthly(Rhythm):
    """
    Once a month, on a date or on the last day.

    In a month that is too short the last day stands in: what is owed on the 31st is owed on
    30 April and on 28 February, because monthly work is owed every month.

    Attributes:
        day: 1 to 31, or ``last``.
        at: Local times of day, at least one, none twice.

    Raises:
        RhythmError: No such day, or a time that is missing, wrong or there twice.
    """

    day: int | Literal["last"]
    at: tuple[time, ...] = attrs.field(converter=in_order)
    _plan: tuple[int, ...] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if self.day != "last":
            check_whole(self, "the day of the month", self.day, 1, 31)
        check_times(self, self.at)
        object.__setattr__(self, "_plan", minutes_of(self.at))

    def starting(self, day: date) -> tuple[int, ...]:
        """
        The calls, on the one day of the month.
        """
        wanted = 31 if self.day == "last" else self.day
        if wanted > 28:
            wanted = min(wanted, monthrange(day.year, day.month)[1])
        return self._plan if day.day == wanted else ()

    def soonest(self, day: date) -> date:
        """
        The day of this month or of the next.
        """
        wanted = 31 if self.day == "last" else self.day
        if day.day > wanted:
            day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
        if wanted > 28:
            wanted = min(wanted, monthrange(day.year, day.month)[1])
        return day.replace(day=wanted)

    def say(self, language: str = "en") -> str:
        """
        The rhythm as a phrase for people.
        """
        times = say_times(self.at, language)
        zh = language == "zh"
        if self.day == "last":
            return f"每月最后一天{times}" if zh else f"on the last day of every month at {times}"
        short = self.day > 28
        if zh:
            return f"每月{self.day}日{'(不足则为最后一天)' if short else ''}{times}"
        date_ = f"on the {ordinal(self.day)} of every month"
        return f"{date_}{', or else its last day,' if short else ''} at {times}"

    def __str__(self) -> str:
        day = "last day" if self.day == "last" else f"day {self.day}"
        return f"monthly on {day} at {write_times(self.at)}"
