"""
Rhythms that go by something else: the last completion, another duty, a date.
"""

from __future__ import annotations

from abc import abstractmethod
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal

import attrs

from propflow.calendar.clock import instant, moment, seconds_of
from propflow.calendar.ground import STATUS, Certainty, Ground
from propflow.calendar.rhythm import (
    DAY,
    ONE_DAY,
    ONE_MINUTE,
    STILL,
    Rhythm,
    RhythmError,
    check_time,
    minutes_of,
)
from propflow.calendar.words import say_step, write_times
from propflow.durations import say_duration

_SECOND = timedelta(seconds=1)
_FAR = 366


@attrs.frozen
class _Moments(Rhythm):
    """
    A rhythm whose calls are moments and not times of a day.
    """

    plain = False

    ground: Ground = attrs.field(factory=Ground, eq=False, repr=False, kw_only=True)

    @abstractmethod
    def moments(self, first: date, last: date) -> Sequence[int]:
        """
        The calls between two local dates, both included, in seconds since 1970-01-01T00:00Z.
        """

    def starting(self, day: date) -> tuple[int, ...]:
        """
        The calls that fall on *day*, by its clock.
        """
        return tuple(sorted({minute for minute, _ in self._timed(day)}))

    def _timed(self, day: date) -> Iterator[tuple[int, int]]:
        """
        The calls of a day: minute by its clock, and moment.
        """
        begin = instant(day, 0, self.ground.zone)
        offset = moment(begin, self.ground.zone).utcoffset()
        for seconds in self.moments(day, day):
            local = moment(seconds, self.ground.zone)
            plain = local.utcoffset() == offset
            yield (seconds - begin) // 60 if plain else local.hour * 60 + local.minute, seconds

    def fall(
        self, day: date, minutes: tuple[int, ...], zone: tzinfo
    ) -> Iterator[tuple[int, timedelta]]:
        """
        Where the calls fall: on the very moments, unless they were moved to another day.
        """
        timed = list(self._timed(day))
        if {minute for minute, _ in timed}.issuperset(minutes):
            for minute, seconds in timed:
                if minute in minutes:
                    yield seconds, STILL
            return
        yield from super().fall(day, minutes, zone)


@attrs.frozen
class AfterCompletion(_Moments):
    """
    So long after the work was last completed.

    Until it is completed for the first time it is due on *first*, at *at*. Counted in whole days
    the next call is on that many days' later date, at *at*; counted in hours and minutes, when they
    have passed since the completion. A call that is not completed stays the one that is owed:
    later ones are *expected*, as if each were completed when it is due, and owed only when it is.

    Attributes:
        step: From a completion to the next call, whole minutes.
        at: Local time of the first call, and of all others where *step* is in days.
        first: Date of the first call.

    Raises:
        RhythmError: A step that is no whole number of minutes, or longer than ten years.
    """

    step: timedelta
    at: time
    first: date

    def __attrs_post_init__(self) -> None:
        check_time(self, self.at)
        if self.step < ONE_MINUTE or self.step % ONE_MINUTE or self.step > 3660 * ONE_DAY:
            raise RhythmError(str(self), "the step is whole minutes, at most 3660 days.")

    def settle(self, ground: Ground) -> Rhythm:
        """
        The rhythm by what a site has completed.
        """
        return attrs.evolve(self, ground=ground)

    def moments(self, first: date, last: date) -> Sequence[int]:
        """
        The calls between two local dates, both included, in seconds since 1970-01-01T00:00Z.
        """
        zone = self.ground.zone
        begin, end = instant(first, 0, zone), instant(last, DAY, zone)
        return [seconds for seconds in self._chain(begin, end) if begin <= seconds < end]

    def _chain(self, begin: int, end: int) -> Iterator[int]:
        yield instant(self.first, minutes_of((self.at,))[0], self.ground.zone)
        seconds = 0
        for done in self._done():
            seconds = self._after(int(seconds_of(done)))
            yield seconds
        seconds = seconds or instant(self.first, minutes_of((self.at,))[0], self.ground.zone)
        step = self.step // _SECOND
        if begin > seconds + 3 * step:  # no need to expect them one by one
            seconds += (begin - seconds) // step * step - 2 * step
            seconds = self._after(seconds - step)
        while seconds < end:
            seconds = self._after(seconds)
            yield seconds

    def _after(self, done: int) -> int:
        if self.step % ONE_DAY:
            return done + self.step // _SECOND
        day = moment(done, self.ground.zone).date() + self.step
        return instant(day, minutes_of((self.at,))[0], self.ground.zone)

    def _done(self) -> list[datetime]:
        return sorted(when.astimezone(UTC) for when in self.ground.done.get(self.ground.duty, ()))

    def rounds(self, day: date) -> Iterator[tuple[tuple[int, ...], Certainty]]:
        """
        What follows the last completion is certain, and what follows that is expected.
        """
        done = self._done()
        sure = instant(self.first, minutes_of((self.at,))[0], self.ground.zone)
        if done:
            sure = max(sure, self._after(int(seconds_of(done[-1]))))
        found: dict[Certainty, list[int]] = {"certain": [], "expected": []}
        for minute, seconds in self._timed(day):
            found["certain" if seconds <= sure else "expected"].append(minute)
        for certainty, minutes in found.items():
            if minutes:
                yield tuple(sorted(set(minutes))), certainty

    def say(self, language: str = "en") -> str:
        """
        The rhythm as a phrase for people.
        """
        step, at = say_step(self.step, language), write_times((self.at,))
        days = not self.step % ONE_DAY
        if language == "zh":
            when = f"{at}" if days else ""
            return f"上次完成后{step}{when},首次{self.first} {at}"
        said = f"1 {step}" if not step[0].isdigit() else step
        when = f" at {at}" if days else ""
        return f"{said} after it was last completed{when}, first on {self.first} at {at}"

    def __str__(self) -> str:
        at = write_times((self.at,))
        return f"every {say_duration(self.step)} after completion at {at} from {self.first}"


Unit = Literal["time", "days", "working days"]


@attrs.frozen
class Beside(_Moments):
    """
    So long before or after another duty falls due, or before or after a date.

    In whole days the call is on the date that many days earlier or later, at *at* or else at the
    other's own time; in working days, days without work are not counted. In hours and
    minutes it is that much time that really passes. What the other duty moves, moves with it.

    Attributes:
        length: How far: a time, or a number of days, as `unit` says.
        unit: ``time``, ``days`` or ``working days``.
        side: ``before`` or ``after``.
        of: The other duty's name, or a date.
        at: Local time of the call; needed beside a date, where lengths are in days.

    Raises:
        RhythmError: A length longer than a year, or a time of day where none belongs.
    """

    length: timedelta
    unit: Unit
    side: Literal["before", "after"]
    of: str | date
    at: time | None = None
    _months: dict[tuple[int, int], Sequence[int]] = attrs.field(
        factory=dict, init=False, eq=False, repr=False
    )

    def __attrs_post_init__(self) -> None:
        if self.at is not None:
            check_time(self, self.at)
        if self.length % ONE_MINUTE or not STILL < self.length <= _FAR * ONE_DAY:
            raise RhythmError(str(self), f"it is from one minute to {_FAR} days.")
        if self.unit == "time" and self.at is not None and isinstance(self.of, str):
            raise RhythmError(
                str(self), "hours and minutes are counted from the other's time: leave out 'at'."
            )
        if isinstance(self.of, date) and self.at is None:
            raise RhythmError(str(self), "a date has no time of day: add one, as in 'at 09:00'.")

    def settle(self, ground: Ground) -> Rhythm:
        """
        The rhythm by the other duties of a site.
        """
        return attrs.evolve(self, ground=ground)

    def moments(self, first: date, last: date) -> Sequence[int]:
        """
        The calls between two local dates, both included, in seconds since 1970-01-01T00:00Z.
        """
        found: list[int] = []
        month = first.replace(day=1)
        while month <= last:
            found += self._month(month)
            month = (month + 32 * ONE_DAY).replace(day=1)
        zone = self.ground.zone
        begin, end = instant(first, 0, zone), instant(last, DAY, zone)
        return found[bisect_left(found, begin) : bisect_left(found, end)]

    def _month(self, month: date) -> Sequence[int]:
        key = (month.year, month.month)
        if key not in self._months:
            if len(self._months) > 24:
                self._months.clear()
            last = (month + 32 * ONE_DAY).replace(day=1) - ONE_DAY
            self._months[key] = sorted({self._shifted(one) for one in self._others(month, last)})
            zone = self.ground.zone
            begin, end = instant(month, 0, zone), instant(last, DAY, zone)
            self._months[key] = [s for s in self._months[key] if begin <= s < end]
        return self._months[key]

    def _others(self, first: date, last: date) -> Sequence[int]:
        """
        The other's moments whose calls may lie between two dates.
        """
        if isinstance(self.of, date):
            at = 0 if self.at is None else minutes_of((self.at,))[0]
            return [instant(self.of, at, self.ground.zone)]
        # Working days stretch: of two days in a row at least one in ten is worked.
        reach = self.length // ONE_DAY + 2
        if self.unit == "working days":
            reach = reach * 2 + 30
        reach_by = reach * ONE_DAY
        if self.side == "before":
            first, last = first - ONE_DAY, last + reach_by
        else:
            first, last = first - reach_by, last + ONE_DAY
        try:
            return self.ground.calls(self.of, first, last)
        except LookupError:
            raise RhythmError(str(self), f"there is no duty {self.of!r} to go by.") from None

    def _shifted(self, other: int) -> int:
        zone = self.ground.zone
        sign = -1 if self.side == "before" else 1
        if self.unit == "time":
            return other + sign * (self.length // _SECOND)
        local = moment(other, zone)
        day = local.date()
        count = self.length // ONE_DAY
        if self.unit == "days":
            day += sign * count * ONE_DAY
        else:
            step = self.ground.working.next if sign > 0 else self.ground.working.previous
            for _ in range(count):
                day = step(day)
        minute = local.hour * 60 + local.minute if self.at is None else minutes_of((self.at,))[0]
        return instant(day, minute, zone)

    def certainty(self, day: date) -> Certainty:
        """
        As sure as the days that are counted.
        """
        return STATUS[self.ground.working.status(day)] if self.unit == "working days" else "certain"

    def say(self, language: str = "en") -> str:
        """
        The rhythm as a phrase for people.
        """
        at = "" if self.at is None else write_times((self.at,))
        if language == "zh":
            side = "前" if self.side == "before" else "后"
            step = say_step(self.length, language)
            if self.unit == "working days":
                step = f"{self.length // ONE_DAY}个工作日"
            return f"{self.of}{side}{step}{at}"
        return f"{self._length()} {self.side} {self.of}" + (f" at {at}" if at else "")

    def __str__(self) -> str:
        at = "" if self.at is None else f" at {write_times((self.at,))}"
        return f"{self._length()} {self.side} {self.of}{at}"

    def _length(self) -> str:
        if self.unit == "working days":
            count = self.length // ONE_DAY
            return f"{count} working day{'' if count == 1 else 's'}"
        return say_duration(self.length)


def waits_for(rhythm: Rhythm) -> str | None:
    """
    The duty by which a rhythm goes, or nothing.
    """
    return rhythm.of if isinstance(rhythm, Beside) and isinstance(rhythm.of, str) else None
