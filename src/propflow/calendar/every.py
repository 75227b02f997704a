"""
Rhythms of equal steps: every so many minutes or hours of a day, every so many days.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta, tzinfo
from typing import ClassVar

import attrs

from propflow.calendar.clock import instant
from propflow.calendar.rhythm import (
    DAY,
    ONE_DAY,
    ONE_MINUTE,
    STILL,
    Rhythm,
    RhythmError,
    check_time,
    check_times,
    check_whole,
    in_order,
    minutes_of,
    place,
)
from propflow.calendar.words import clock, say_step, say_times, write_times
from propflow.durations import say_duration


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

    elapsed: ClassVar[bool] = True

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
        step = self.step // ONE_MINUTE
        if self.first is None or self.last is None:
            plan = range(0, DAY, step)
        else:
            check_time(self, self.first)
            check_time(self, self.last)
            first, last = minutes_of((self.first, self.last))
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
        if self.step < ONE_MINUTE or self.step % ONE_MINUTE:
            raise RhythmError(str(self), "the step is a whole number of minutes, at least one.")
        if self.step >= ONE_DAY:
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

    def week(self) -> tuple[tuple[int, ...], ...]:
        """
        Every day the same.
        """
        return (self._plan,) * 7

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
        begin, moved = place(day, minutes[0], zone)
        if self.last is None:
            end = instant(day, DAY, zone) - 1
        else:
            over = self._plan[0] > self.last.hour * 60 + self.last.minute
            end = instant(day, minutes_of((self.last,))[0] + DAY * over, zone)
        step = self.step // timedelta(seconds=1)
        for seconds in range(begin, end + 1, step):
            yield seconds, moved
            moved = STILL

    def say(self, language: str = "en") -> str:
        """
        The rhythm as a phrase for people.
        """
        step = say_step(self.step, language)
        zh = language == "zh"
        if self.first is None or self.last is None:
            even = DAY % (self.step // ONE_MINUTE) == 0
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
    at: tuple[time, ...] = attrs.field(converter=in_order)
    anchor: date
    _plan: tuple[int, ...] = attrs.field(init=False, eq=False, repr=False)
    _origin: int = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if type(self.anchor) is not date:
            raise RhythmError("every days", f"it is counted from a date, not {self.anchor!r}.")
        check_whole(self, "the number of days", self.days, 1, 3660)
        check_times(self, self.at)
        object.__setattr__(self, "_plan", minutes_of(self.at))
        object.__setattr__(self, "_origin", self.anchor.toordinal())

    def starting(self, day: date) -> tuple[int, ...]:
        """
        The calls, on days that are a whole number of steps after the anchor.
        """
        passed = day.toordinal() - self._origin
        return self._plan if passed >= 0 and passed % self.days == 0 else ()

    def soonest(self, day: date) -> date:
        """
        The anchor, or the next whole number of steps after it.
        """
        passed = day.toordinal() - self._origin
        return self.anchor if passed <= 0 else day + -passed % self.days * ONE_DAY

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
