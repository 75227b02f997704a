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
from typing import Any, Literal

import attrs

from propflow.calendar.clock import instant, moment
from propflow.calendar.words import (
    WEEKDAYS,
    clock,
    ordinal,
    say_step,
    say_times,
    say_weekdays,
    write_times,
)
from propflow.durations import say_duration
from propflow.errors import HandbookError

#: Minutes of a day on which no clock changes.
DAY = 1440
_ONE_DAY = timedelta(days=1)
_ONE_MINUTE = timedelta(minutes=1)
_STILL = timedelta()


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
    """

    @abstractmethod
    def starting(self, day: date) -> tuple[int, ...]:
        """
        The calls of the round that begins on *day*, in minutes after its midnight, sorted.

        A night belongs to the date on which it began, so 1440 and more are calls of the next
        morning. Working days are judged by this date.
        """

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
        tail = [minute - DAY for minute in self.starting(day - _ONE_DAY) if minute >= DAY]
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
            yield _fall(day, minute, zone)


def _fall(day: date, minute: int, zone: tzinfo) -> tuple[int, timedelta]:
    seconds = instant(day, minute, zone)
    # No zone: it is a time on the plan, which the clock may never show.
    planned = datetime(day.year, day.month, day.day) + minute * _ONE_MINUTE  # noqa: DTZ001
    return seconds, moment(seconds, zone).replace(tzinfo=None, fold=0) - planned


def _minutes(at: Iterable[time]) -> tuple[int, ...]:
    return tuple(one.hour * 60 + one.minute for one in at)


def _sorted(values: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(sorted(values))


def _check_time(rhythm: Rhythm, one: object) -> None:
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


def _check_times(rhythm: Rhythm, at: tuple[time, ...]) -> None:
    if not at:
        raise RhythmError(type(rhythm).__name__, "it has no time of day.")
    for one in at:
        _check_time(rhythm, one)
    for one, after in pairwise(at):
        if one == after:
            raise RhythmError(
                str(rhythm), f"{one.isoformat('minutes')} is there twice: once is enough."
            )


def _check_whole(rhythm: Rhythm, name: str, value: object, low: int, high: int) -> None:
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

    at: tuple[time, ...] = attrs.field(converter=_sorted)
    _plan: tuple[int, ...] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        _check_times(self, self.at)
        object.__setattr__(self, "_plan", _minutes(self.at))

    def starting(self, day: date) -> tuple[int, ...]:
        """
        The same calls, whatever the day.
        """
        return self._plan

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

    days: tuple[int, ...] = attrs.field(converter=_sorted)
    at: tuple[time, ...] = attrs.field(converter=_sorted)
    _plan: tuple[int, ...] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if not self.days or any(type(day) is not int or not 0 <= day <= 6 for day in self.days):
            raise RhythmError(
                "weekly", "it needs at least one day of the week, from 0 (Monday) to 6 (Sunday)."
            )
        for day, after in pairwise(self.days):
            if day == after:
                raise RhythmError(str(self), f"{WEEKDAYS[day]} is there twice: once is enough.")
        _check_times(self, self.at)
        object.__setattr__(self, "_plan", _minutes(self.at))

    def starting(self, day: date) -> tuple[int, ...]:
        """
        The calls, on the days of the week that are named.
        """
        return self._plan if day.weekday() in self.days else ()

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
    at: tuple[time, ...] = attrs.field(converter=_sorted)
    _plan: tuple[int, ...] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if self.day != "last":
            _check_whole(self, "the day of the month", self.day, 1, 31)
        _check_times(self, self.at)
        object.__setattr__(self, "_plan", _minutes(self.at))

    def starting(self, day: date) -> tuple[int, ...]:
        """
        The calls, on the one day of the month.
        """
        wanted = 31 if self.day == "last" else self.day
        if wanted > 28:
            wanted = min(wanted, monthrange(day.year, day.month)[1])
        return self._plan if day.day == wanted else ()

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


@attrs.frozen
class Every(Rhythm):
    """
    Again and again after so many minutes or hours, in a part of the day or all day long.

    The first call comes at *first* and the last not later than *last*, which is a call itself
    where the steps meet it: hourly from 20:00 to 06:00 is eleven calls. A *last* earlier than
    *first* is on the next morning, and the whole night belongs to the date on which it began.
    Without the two, calls are counted anew from every midnight.

    When the clocks change the calls go on by the hours that really pass, so none is owed twice
    and none is skipped: a night of eleven calls has ten when an hour is lost and twelve when an
    hour is gained. The two ends are local times like any other: in a gap the first moment
    after it, in a fold the first of the two.

    Attributes:
        step: From one call to the next, whole minutes, shorter than a day.
        first: First call of the round, local time.
        last: End of the round, local time.

    Raises:
        RhythmError: A step that is no whole number of minutes, is a day or longer, or is longer
            than the round; one end without the other; both ends the same.

    Source: chart 17.01, "from 20:00 to 06:00 report to the shift leader every hour".
    """

    step: timedelta
    first: time | None = None
    last: time | None = None
    _plan: tuple[int, ...] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self._check_step()
        if (self.first is None) != (self.last is None):
            raise RhythmError(
                str(self),
                "'from' and 'to' go together, as in 'every 1 hour from 20:00 to 06:00'; "
                "without both it goes on all day.",
            )
        step = self.step // _ONE_MINUTE
        if self.first is None or self.last is None:
            plan = range(0, DAY, step)
        else:
            _check_time(self, self.first)
            _check_time(self, self.last)
            first, last = _minutes((self.first, self.last))
            if first == last:
                raise RhythmError(
                    str(self), "it ends when it begins; for all day leave out 'from' and 'to'."
                )
            last += DAY if last < first else 0
            if step > last - first:
                raise RhythmError(
                    str(self),
                    "the step is longer than the time between, so that there is only one call; "
                    f"for that write 'daily at {clock(first)}'.",
                )
            plan = range(first, last + 1, step)
        object.__setattr__(self, "_plan", tuple(plan))

    def _check_step(self) -> None:
        if self.step < _ONE_MINUTE or self.step % _ONE_MINUTE:
            raise RhythmError(str(self), "the step is a whole number of minutes, at least one.")
        if self.step >= _ONE_DAY:
            raise RhythmError(
                str(self),
                "the step is shorter than a day; for days write "
                "'every 7 days at 09:00 from 2026-01-05'.",
            )

    def starting(self, day: date) -> tuple[int, ...]:
        """
        The calls of one round, the same every day; those of the next morning are 1440 and more.
        """
        return self._plan

    def fall(
        self, day: date, minutes: tuple[int, ...], zone: tzinfo
    ) -> Iterator[tuple[int, timedelta]]:
        """
        Where the calls of a round fall: one step apart by the hours that really pass.
        """
        # The number of calls depends on how long this night really is, so *minutes* only says
        # where the round begins; its end is taken from the clock.
        if not minutes:
            return
        begin, moved = _fall(day, minutes[0], zone)
        if self.last is None:
            end = instant(day, DAY, zone) - 1
        else:
            over = self._plan[0] > self.last.hour * 60 + self.last.minute
            end = instant(day, _minutes((self.last,))[0] + DAY * over, zone)
        step = self.step // timedelta(seconds=1)
        for seconds in range(begin, end + 1, step):
            yield seconds, moved
            moved = _STILL

    def say(self, language: str = "en") -> str:
        """
        The rhythm as a phrase for people.
        """
        step = say_step(self.step, language)
        zh = language == "zh"
        if self.first is None or self.last is None:
            even = DAY % (self.step // _ONE_MINUTE) == 0
            if zh:
                return f"全天每{step}一次" + ("" if even else ",自00:00起计")
            return f"every {step}, day and night" + ("" if even else ", counted from 00:00")
        first, last = write_times((self.first,)), write_times((self.last,))
        reached = clock(self._plan[-1])
        if zh:
            over = "次日" if self.last < self.first else ""
            next_day = "次日" if self._plan[-1] >= DAY else ""
            ends = "含首尾" if reached == last else f"最后一次为{next_day}{reached}"
            return f"{first}至{over}{last}每{step}一次,{ends}"
        ends = "both included" if reached == last else f"the last at {reached}"
        return f"every {step} from {first} to {last}, {ends}"

    def __str__(self) -> str:
        window = "".join(
            f" {word} {write_times((end,))}"
            for word, end in (("from", self.first), ("to", self.last))
            if end is not None
        )
        return f"every {say_duration(self.step)}{window}"


@attrs.frozen
class EveryDays(Rhythm):
    """
    Every so many days, counted from a date; never before it.

    Attributes:
        days: From one day to the next, 1 to 3660.
        at: Local times of day, at least one, none twice.
        anchor: The first of the days.

    Raises:
        RhythmError: No such number of days, or a time that is missing, wrong or there twice.

    Source: charts 7.10 and 9.10, "every seven days a summary".
    """

    days: int
    at: tuple[time, ...] = attrs.field(converter=_sorted)
    anchor: date
    _plan: tuple[int, ...] = attrs.field(init=False, eq=False, repr=False)
    _origin: int = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if type(self.anchor) is not date:
            raise RhythmError("every days", f"it is counted from a date, not {self.anchor!r}.")
        _check_whole(self, "the number of days", self.days, 1, 3660)
        _check_times(self, self.at)
        object.__setattr__(self, "_plan", _minutes(self.at))
        object.__setattr__(self, "_origin", self.anchor.toordinal())

    def starting(self, day: date) -> tuple[int, ...]:
        """
        The calls, on days that are a whole number of steps after the anchor.
        """
        passed = day.toordinal() - self._origin
        return self._plan if passed >= 0 and passed % self.days == 0 else ()

    def say(self, language: str = "en") -> str:
        """
        The rhythm as a phrase for people.
        """
        times = say_times(self.at, language)
        if language == "zh":
            return f"自{self.anchor}起每{self.days}天一次,{times}"
        step = "day" if self.days == 1 else f"{self.days} days"
        return f"every {step} at {times}, counted from {self.anchor}"

    def __str__(self) -> str:
        plural = "" if self.days == 1 else "s"
        return f"every {self.days} day{plural} at {write_times(self.at)} from {self.anchor}"
