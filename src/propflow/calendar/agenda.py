"""
The agenda: everything that falls due between two moments, in the order of time.

Days are walked one at a time. A day on which no clock changes is a list of minutes that many
days share, so its order is worked out once; only around a change is every call placed by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta, tzinfo
from itertools import pairwise

import attrs

from propflow.calendar.clock import instant, moment, offset_of, seconds_of
from propflow.calendar.duty import Duty, Occurrence
from propflow.calendar.rhythm import DAY
from propflow.calendar.words import listed, say_moment
from propflow.calendar.working import WorkingDays
from propflow.errors import HandbookError

_ONE_DAY = timedelta(days=1)
_STILL = timedelta()
_WEEK = WorkingDays()

#: How far ahead `next_due` looks: long enough for a 29 February that is a working day.
_FAR = timedelta(days=40 * 366)

#: How many calls the shared day lists may hold together, so that memory stays bounded.
_SHARED = 200_000

#: Rounds that one duty holds on a day: their calls, and by how many days they were moved there.
_Rounds = tuple[tuple[tuple[int, ...], int], ...]


@attrs.define(slots=False)
class AgendaError(HandbookError):
    """
    An agenda was asked for in a way that has no answer.

    Attributes:
        what: What is wrong and what to do.
    """

    what: str

    def __str__(self) -> str:
        return f"agenda: {self.what}"


def agenda(
    duties: Iterable[Duty],
    start: datetime,
    end: datetime,
    *,
    zone: tzinfo,
    working: WorkingDays = _WEEK,
) -> Iterator[Occurrence]:
    """
    What falls due from *start* until before *end*, lazily and in the order of time.

    What falls due at the same moment comes in the order of *duties*. Calls of one duty that
    come to the same moment are owed once. Memory is bounded by the calls of a few days.

    Args:
        duties: No id twice.
        start: Aware; itself included.
        end: Aware; itself not included.
        zone: The site's time zone: rhythms are local times, and *due* is given in it.
        working: The site's working days; without any, Monday to Friday.

    Raises:
        AgendaError: A moment without a zone, an end before the start, a year after 9900, or
            two duties of one name.
    """
    todo = tuple(duties)
    _check(todo, start, end)
    return _Walk(todo, zone, working).between(start, end)


def next_due(
    duty: Duty, after: datetime, *, zone: tzinfo, working: WorkingDays = _WEEK
) -> Occurrence | None:
    """
    The first time that *duty* falls due later than *after*, or nothing in the next 40 years.

    Raises:
        AgendaError: *after* has no time zone.
    """
    _check((duty,), after, after)
    start = after + timedelta(microseconds=1)
    return next(_Walk((duty,), zone, working).between(start, after + _FAR), None)


def why_not(
    duty: Duty,
    day: date,
    *,
    zone: tzinfo,
    working: WorkingDays = _WEEK,
    language: str = "en",
) -> str:
    """
    Why *duty* is not due on *day*; where it is, that it is, and when.

    A night's round counts for the day on which its calls fall due.
    """
    zh = language == "zh"
    begin, end = (moment(instant(day, minute, zone), zone) for minute in (0, DAY))
    due = list(agenda((duty,), begin, end, zone=zone, working=working))
    rhythm = duty.rhythm.say(language)
    if due:
        times = listed([f"{one.due:%H:%M}" for one in due], language)
        return f"{day}到期:{times}。" if zh else f"due on {day} at {times}."
    says = []
    if begin == end:
        says.append("当地没有这一天" if zh else "the local clock skips the whole day")
    for held in (day, day - _ONE_DAY):
        minutes = duty.rhythm.starting(held)
        mine = any(minute < DAY if held == day else minute >= DAY for minute in minutes)
        if mine and duty.days == "working" and not working.is_working(held):
            says.append(working.why(held, language).rstrip(".。"))
            if duty.roll != "skip":
                to = working.next(held) if duty.roll == "next" else working.previous(held)
                says.append(f"移至{to}" if zh else f"its round is held on {to}")
    if not says:
        says.append(f"节奏不含该日:{rhythm}" if zh else f"the rhythm does not name it: {rhythm}")
        after = next_due(duty, begin, zone=zone, working=working)
        if after is not None:
            coming = say_moment(after.due)
            says.append(f"下次{coming}" if zh else f"next due {coming}")
    if zh:
        return f"{day}不到期:{';'.join(says)}。"
    return f"not due on {day}: {'; '.join(says)}."


def _naive(when: object) -> bool:
    return not isinstance(when, datetime) or when.utcoffset() is None


def _check(duties: tuple[Duty, ...], start: datetime, end: datetime) -> None:
    for word, when in (("begins", start), ("ends", end)):
        if _naive(when):
            raise AgendaError(
                f"it {word} at {when}, which has no time zone: say which, as in "
                "2026-03-31 20:00+08:00."
            )
        if not 1 < when.year <= 9900:
            raise AgendaError(f"it {word} in the year {when.year}; years 2 to 9900 can be walked.")
    if seconds_of(end) < seconds_of(start):
        raise AgendaError(f"it ends at {end.isoformat()}, before it begins at {start.isoformat()}.")
    seen = set()
    for duty in duties:
        if duty.id in seen:
            raise AgendaError(f"duty {duty.id!r} is there twice: ids are names, one for each.")
        seen.add(duty.id)


@attrs.frozen
class _Shared:
    """
    The calls of a day without a clock change, in order, as three columns of equal length.
    """

    duties: tuple[Duty, ...]
    after: tuple[timedelta, ...]
    moved: tuple[timedelta, ...]


class _Walk:
    """
    Walks the days of an agenda once.
    """

    def __init__(self, duties: tuple[Duty, ...], zone: tzinfo, working: WorkingDays) -> None:
        self.duties = duties
        self.zone = zone
        self.working = working
        self.shared: dict[tuple[tuple[_Rounds, ...], tuple[_Rounds, ...]], _Shared] = {}
        self.held = 0

    def between(self, start: datetime, end: datetime) -> Iterator[Occurrence]:
        zone, first, last = self.zone, seconds_of(start), seconds_of(end)
        day = start.astimezone(zone).date()
        before, here = offset_of(day - _ONE_DAY, zone), offset_of(day, zone)
        rounds = self._rounds(day - _ONE_DAY)
        midnight = instant(day, 0, zone)
        while midnight < last:
            tomorrow = day + _ONE_DAY
            after = offset_of(tomorrow, zone)
            yesterday, rounds = rounds, self._rounds(day)
            # Three plain midnights: neither this day nor the night before it saw a change.
            if here is not None and before == here == after:
                next_midnight = midnight + 86400
                if first <= midnight and next_midnight <= last:
                    base = datetime(day.year, day.month, day.day, tzinfo=zone)
                    plan = self._plan(yesterday, rounds)
                    yield from map(
                        Occurrence, plan.duties, map(base.__add__, plan.after), plan.moved
                    )
                elif next_midnight > first:
                    yield from self._placed(day, max(first, midnight), min(last, next_midnight))
            else:
                next_midnight = instant(tomorrow, 0, zone)
                yield from self._placed(day, max(first, midnight), min(last, next_midnight))
            before, here, day, midnight = here, after, tomorrow, next_midnight

    def _rounds(self, day: date) -> tuple[_Rounds, ...]:
        """
        For each duty the rounds that are held on *day*.
        """
        working = self.working
        is_working = working.is_working(day)
        earlier: list[date] | None = None
        later: list[date] | None = None
        held: list[_Rounds] = []
        for duty in self.duties:
            if duty.days == "working" and not is_working:
                held.append(())
                continue
            minutes = duty.rhythm.starting(day)
            rounds: _Rounds = ((minutes, 0),) if minutes else ()
            if duty.roll == "next":
                if earlier is None:
                    earlier = _free(day, -_ONE_DAY, working)
                rounds += _moved(duty, day, earlier)
            elif duty.roll == "previous":
                if later is None:
                    later = _free(day, _ONE_DAY, working)
                rounds += _moved(duty, day, later)
            held.append(rounds)
        return tuple(held)

    def _plan(self, yesterday: tuple[_Rounds, ...], today: tuple[_Rounds, ...]) -> _Shared:
        key = (yesterday, today)
        plan = self.shared.get(key)
        if plan is not None:
            return plan
        calls = sorted(
            (minute - start, index, abs(shift), shift)
            for start, held in ((0, today), (DAY, yesterday))
            for index, rounds in enumerate(held)
            for minutes, shift in rounds
            for minute in minutes
            if start <= minute < start + DAY
        )
        once = calls[:1] + [call for last, call in pairwise(calls) if call[:2] != last[:2]]
        plan = _Shared(
            tuple(self.duties[index] for _, index, _, _ in once),
            tuple(timedelta(minutes=minute) for minute, _, _, _ in once),
            tuple(timedelta(days=shift) if shift else _STILL for _, _, _, shift in once),
        )
        self.held += len(once) + 1
        if self.held > _SHARED:
            self.shared.clear()
            self.held = len(once) + 1
        self.shared[key] = plan
        return plan

    def _placed(self, day: date, first: float, last: float) -> list[Occurrence]:
        """
        The calls from *first* until before *last* (seconds), each placed by itself.

        Two days back, because a zone that skips a whole day pushes the end of one night
        across it.
        """
        calls = []
        for held in (day - 2 * _ONE_DAY, day - _ONE_DAY, day):
            for index, rounds in enumerate(self._rounds(held)):
                duty = self.duties[index]
                for minutes, shift in rounds:
                    for seconds, off in duty.rhythm.fall(held, minutes, self.zone):
                        if first <= seconds < last:
                            moved = off + shift * _ONE_DAY
                            calls.append((seconds, index, abs(moved), moved))
        calls.sort()
        once = calls[:1] + [call for last_, call in pairwise(calls) if call[:2] != last_[:2]]
        return [
            Occurrence(self.duties[index], moment(seconds, self.zone), moved)
            for seconds, index, _, moved in once
        ]


def _free(day: date, step: timedelta, working: WorkingDays) -> list[date]:
    """
    The days that are not worked directly before or after *day*.
    """
    days = []
    day += step
    while not working.is_working(day):
        days.append(day)
        day += step
    return days


def _moved(duty: Duty, day: date, sources: list[date]) -> _Rounds:
    rounds = ((duty.rhythm.starting(source), (day - source).days) for source in sources)
    return tuple((minutes, shift) for minutes, shift in rounds if minutes)
