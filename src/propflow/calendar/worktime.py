"""
Working time: office hours added, taken away and measured, with pauses and suspensions left out.

Time is worked while the office is open and nothing stands still. Between two moments lies so
much of it; from a moment on so much of it brings one to another moment. Laws that hold, and are
tests: what is measured in two parts adds up to the whole; of two moments the later has no less
behind it; adding *a* and then *b* is adding both at once; and what was added is what is measured.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise

import attrs

from propflow.calendar.clock import instant, moment, seconds_of
from propflow.calendar.ground import WEEK
from propflow.calendar.working import WorkingDays
from propflow.durations import WorkLength, say_duration
from propflow.errors import HandbookError

_ONE_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
#: Of so many days in a row at least one has office hours, or none ever has.
_PATIENCE = 3660
#: How many days are worked out at once.
_CHUNK = 64

#: Open from one local time until before another; 24:00 is written as midnight.
Span = tuple[time, time]


@attrs.define(slots=False)
class WorkTimeError(HandbookError):
    """
    Office hours contradict themselves, or so much working time never comes together.

    Attributes:
        what: What is wrong and what to do.
    """

    what: str

    def __str__(self) -> str:
        return f"working time: {self.what}"


def _as_week(
    given: Mapping[int, Iterable[Span]] | Iterable[Iterable[Span]],
) -> tuple[tuple[Span, ...], ...]:
    if isinstance(given, Mapping):
        return tuple(tuple(given.get(day, ())) for day in range(7))
    return tuple(tuple(spans) for spans in given)


@attrs.frozen(kw_only=True)
class Pause:
    """
    A stretch in which no time is worked: a break, or the suspension of a case.

    Attributes:
        start: Its beginning, aware.
        end: Its end, aware; nothing while it goes on.
    """

    start: datetime
    end: datetime | None = None


def _as_pauses(given: Iterable[Pause]) -> tuple[Pause, ...]:
    return tuple(given)


@attrs.frozen(kw_only=True)
class Hours:
    """
    When work is done: hours of each day of the week, on working days, outside pauses.

    A span that ends before it begins, or when it begins, goes on until the next day; it belongs
    to the day on which it began. Where the clocks change, time is counted as it really passes,
    and a span begins and ends as all local times do: what is skipped, at the first moment after.

    Attributes:
        zone: Whose clock.
        week: For Monday to Sunday the spans, in order and apart; a mapping by weekday is taken.
        working: Which days are worked. A make-up day has the hours of the last weekday that has
            any. Nothing: every day of the week by its own hours.
        pauses: Stretches that do not count, in any order.

    Raises:
        WorkTimeError: Spans that touch or overlap, a week without hours, a pause that ends before
            it begins, or a moment without a zone.
    """

    zone: tzinfo
    week: tuple[tuple[Span, ...], ...] = attrs.field(converter=_as_week)
    working: WorkingDays | None = WEEK
    pauses: tuple[Pause, ...] = attrs.field(default=(), converter=_as_pauses)
    _minutes: tuple[tuple[tuple[int, int], ...], ...] = attrs.field(
        init=False, eq=False, repr=False
    )
    _still: tuple[tuple[int, int], ...] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if len(self.week) != 7:
            raise WorkTimeError("a week has seven days, from Monday to Sunday.")
        minutes = tuple(tuple(map(_minutes, spans)) for spans in self.week)
        if not any(minutes):
            raise WorkTimeError("no day of the week has hours: nothing would ever be done.")
        for today, tomorrow in pairwise((*minutes, minutes[0])):
            later = [(start + 1440, end + 1440) for start, end in tomorrow]
            for (_, end), (start, _) in pairwise((*today, *later)):
                if start <= end and (start, end) != (1440, 1440):
                    raise WorkTimeError(
                        "hours of a day come in order and apart: join those that touch."
                    )
        object.__setattr__(self, "_minutes", minutes)
        object.__setattr__(self, "_still", _joined(self.pauses))

    # -- what is open -----------------------------------------------------------------------

    def opens(self, first: date, last: date) -> list[tuple[int, int]]:
        """
        The stretches of work that begin on the days from *first* to *last*, pauses left out.

        Returns:
            Beginning and end in seconds since 1970-01-01T00:00Z, in order and apart.
        """
        found: list[tuple[int, int]] = []
        for number in range((last - first).days + 1):
            day = first + number * _ONE_DAY
            for start, end in self._of(day):
                begin, until = instant(day, start, self.zone), instant(day, end, self.zone)
                if begin < until:
                    if found and found[-1][1] >= begin:
                        found[-1] = (found[-1][0], until)
                    else:
                        found.append((begin, until))
        return _without(found, self._still)

    def _of(self, day: date) -> tuple[tuple[int, int], ...]:
        own = self._minutes[day.weekday()]
        if self.working is None:
            return own
        if not self.working.is_working(day):
            return ()
        if own:
            return own
        weekday = day.weekday()
        return next(
            self._minutes[(weekday - back) % 7]
            for back in range(1, 7)
            if self._minutes[(weekday - back) % 7]
        )

    def is_open(self, when: datetime) -> bool:
        """
        Whether time is worked at a moment.
        """
        seconds, day = self._at(when)
        stretches = self.opens(day - _ONE_DAY, day)
        return any(start <= seconds < end for start, end in stretches)

    # -- the algebra ------------------------------------------------------------------------

    def between(self, start: datetime, end: datetime) -> timedelta:
        """
        How much time is worked from *start* until *end*; below zero where *end* is earlier.

        Raises:
            WorkTimeError: A moment without a zone.
        """
        (first, day), (last, until) = self._at(start), self._at(end)
        if last < first:
            return -self.between(end, start)
        total = 0
        day -= _ONE_DAY
        while day <= until:
            stop = min(day + (_CHUNK - 1) * _ONE_DAY, until)
            total += sum(
                max(0, min(close, last) - max(begin, first))
                for begin, close in self.opens(day, stop)
            )
            day = stop + _ONE_DAY
        return total * _SECOND

    def add(self, start: datetime, length: timedelta) -> datetime:
        """
        The first moment by which so much time has been worked since *start*.

        Nothing added is *start* itself. Eight hours from Monday 09:00, where the office closes at
        17:00, is Monday 17:00 and not Tuesday's opening. A length below zero is taken away.

        Raises:
            WorkTimeError: A moment without a zone, or in ten years so much does not come together.
        """
        if length < timedelta():
            return self.subtract(start, -length)
        now, day = self._at(start)
        left = length // _SECOND
        if not left:
            return start
        first = day - _ONE_DAY
        for _ in range(0, _PATIENCE, _CHUNK):
            last = first + (_CHUNK - 1) * _ONE_DAY
            for begin, end in self.opens(first, last):
                worked = end - max(begin, now)
                if worked <= 0:
                    continue
                if worked >= left:
                    return moment(max(begin, now) + left, self.zone)
                left -= worked
            first = last + _ONE_DAY
        raise self._never(length)

    def subtract(self, end: datetime, length: timedelta) -> datetime:
        """
        The last moment from which so much time is worked until *end*.

        Raises:
            WorkTimeError: A moment without a zone, or in ten years so much does not come together.
        """
        if length < timedelta():
            return self.add(end, -length)
        now, day = self._at(end)
        left = length // _SECOND
        if not left:
            return end
        last = day
        for _ in range(0, _PATIENCE, _CHUNK):
            first = last - (_CHUNK - 1) * _ONE_DAY
            for begin, close in reversed(self.opens(first, last)):
                worked = min(close, now) - begin
                if worked <= 0:
                    continue
                if worked >= left:
                    return moment(min(close, now) - left, self.zone)
                left -= worked
            last = first - _ONE_DAY
        raise self._never(length)

    def add_days(self, start: datetime, days: int) -> datetime:
        """
        The same time of the day so many working days later, or earlier where *days* is below zero.

        A day counts where it is worked and has hours and no pause takes all of it; the day of
        *start* itself does not. Nothing added is *start*.

        Raises:
            WorkTimeError: A moment without a zone, or in ten years so many do not come together.
        """
        _, day = self._at(start)
        if not days:
            return start
        local = start.astimezone(self.zone)
        step = _ONE_DAY if days > 0 else -_ONE_DAY
        left, waited = abs(days), 0
        while left:
            day += step
            left -= (worked := self._is_worked(day))
            waited = 0 if worked else waited + 1
            if waited > _PATIENCE:
                raise self._never(days * _ONE_DAY)
        seconds = instant(day, local.hour * 60 + local.minute, self.zone)
        return moment(seconds + local.second, self.zone)

    def days_between(self, start: date, end: date) -> int:
        """
        How many working days there are after *start* until *end*, itself included.

        Below zero where *end* is earlier, and then the negative of the way back.
        """
        if end < start:
            return -self.days_between(end, start)
        days = (end - start).days
        return sum(self._is_worked(start + number * _ONE_DAY) for number in range(1, days + 1))

    def after(self, start: datetime, length: WorkLength) -> datetime:
        """
        When a deadline passes: so much working time, or so many working days, after *start*.

        Raises:
            WorkTimeError: A moment without a zone, or so much never comes together.
        """
        if length.unit == "days":
            return self.add_days(start, length.days)
        if length.unit == "hours":
            return self.add(start, length.time)
        return (start.astimezone(UTC) + length.time).astimezone(self.zone)

    def suspended(self, *pauses: Pause) -> Hours:
        """
        The same hours with more pauses.
        """
        return attrs.evolve(self, pauses=(*self.pauses, *pauses))

    def _is_worked(self, day: date) -> bool:
        return bool(self.opens(day, day))

    def _at(self, when: datetime) -> tuple[int, date]:
        if when.utcoffset() is None:
            raise WorkTimeError(
                f"{when} has no time zone: say which, as in 2026-03-31 20:00+08:00."
            )
        return int(seconds_of(when)), when.astimezone(self.zone).date()

    def _never(self, length: timedelta) -> WorkTimeError:
        return WorkTimeError(
            f"in ten years there are not {say_duration(abs(length))} of it: is everything paused?"
        )


def _minutes(span: Span) -> tuple[int, int]:
    start, end = (one.hour * 60 + one.minute for one in span)
    return start, end if end > start else end + 1440


def _joined(pauses: tuple[Pause, ...]) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    for pause in pauses:
        for when in (pause.start, pause.end):
            if when is not None and when.utcoffset() is None:
                raise WorkTimeError(f"the pause at {when} has no time zone: say which.")
        start = int(seconds_of(pause.start))
        end = _NEVER if pause.end is None else int(seconds_of(pause.end))
        if end < start:
            raise WorkTimeError(f"a pause ends at {pause.end}, before it begins.")
        found.append((start, end))
    joined: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _without(
    stretches: list[tuple[int, int]], still: tuple[tuple[int, int], ...]
) -> list[tuple[int, int]]:
    if not still or not stretches:
        return stretches
    low = bisect_right(still, stretches[0][0], key=lambda pause: pause[1])
    high = bisect_left(still, stretches[-1][1], key=lambda pause: pause[0])
    found = []
    for start, end in stretches:
        now = start
        for begin, until in still[low:high]:
            if until <= now or begin >= end:
                continue
            if begin > now:
                found.append((now, begin))
            now = until
        if now < end:
            found.append((now, end))
    return found


_NEVER = 10**12
