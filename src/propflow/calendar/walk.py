"""
Walks the days of an agenda: which rounds are held on each, and in what order their calls come.

Days are walked one at a time. A day on which no clock changes is a list of minutes that many
days share, so its order is worked out once; only around a change is every call placed by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import chain, pairwise, repeat

import attrs

from propflow.calendar.clock import instant, moment, offset_of, seconds_of
from propflow.calendar.duty import Duty, Occurrence, Roll
from propflow.calendar.ground import CERTAINTIES, STATUS, Certainty, Ground, least
from propflow.calendar.rhythm import DAY, ONE_DAY, STILL, Rhythm
from propflow.calendar.working import WorkingDays
from propflow.errors import HandbookError

#: How many calls the shared day lists may hold together, so that memory stays bounded.
SHARED = 200_000

#: Rounds that one duty holds on a day: their calls, by how many days they were moved there, and
#: how surely they come.
Rounds = tuple[tuple[tuple[int, ...], int, Certainty], ...]


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


@attrs.frozen
class _Shared:
    """
    The calls of a day without a clock change, in order, as four columns of equal length.
    """

    duties: tuple[Duty, ...]
    after: tuple[timedelta, ...]
    moved: tuple[timedelta, ...]
    certainty: tuple[Certainty, ...]


#: A call of a day: its minute, its duty's number, how far it was moved and whither, how sure.
_Call = tuple[int, int, int, int, Certainty]


class _Kind:
    """
    What most duties hold on all days of one kind, sorted once: today's calls, and tomorrow's.
    """

    def __init__(self, rounds: tuple[tuple[int, Rounds], ...]) -> None:
        self.rounds = rounds
        self.heads = sorted(_calls(rounds, 0))
        self.tails = sorted(_calls(rounds, DAY))
        self.tail = tuple(self.tails)
        self.number = 0


@attrs.frozen
class _Held:
    """
    What is held on a day: what is usual, and the rounds of duties that had to be asked.
    """

    kind: _Kind
    loose: tuple[tuple[int, Rounds], ...]

    def rounds(self) -> Iterator[tuple[int, Rounds]]:
        yield from self.kind.rounds
        yield from self.loose

    def tail(self) -> tuple[tuple[int, Rounds], ...]:
        return tuple(
            (index, rounds)
            for index, rounds in self.loose
            if any(minutes[-1] >= DAY for minutes, _, _ in rounds)
        )


def _calls(rounds: Iterable[tuple[int, Rounds]], start: int) -> Iterator[_Call]:
    for index, held in rounds:
        for minutes, shift, sure in held:
            for minute in minutes:
                if start <= minute < start + DAY:
                    yield minute - start, index, abs(shift), shift, sure


class Walk:
    """
    Walks the days of an agenda once.

    Args:
        duties: Whose calls.
        ground: Where, with the site's zone and working days.
        others: Duties that a rhythm may refer to, by name.
        waiting: Names of the duties whose calls are being worked out, to notice a circle.
    """

    def __init__(
        self,
        duties: tuple[Duty, ...],
        ground: Ground,
        *,
        others: Mapping[str, Duty],
        waiting: tuple[str, ...] = (),
    ) -> None:
        self.duties = duties
        self.zone = ground.zone
        self.working = ground.working
        self.shared: dict[tuple[object, ...], _Shared] = {}
        self.held = 0
        self.rhythms = tuple(_settled(duty, ground, others, waiting) for duty in duties)
        weeks = [_week(*both) for both in zip(duties, self.rhythms, strict=True)]
        # Most duties ask nothing of a day but its weekday and whether it is worked: their rounds
        # are written down once for each such kind of day, and only the others are asked anew.
        self.weeks = weeks
        loose = [index for index, week in enumerate(weeks) if week is None]
        self.simple = tuple((i, self.rhythms[i].starting) for i in loose if _is_simple(duties[i]))
        self.loose = tuple(index for index in loose if not _is_simple(duties[index]))
        self.by_work = any(duty.days == "working" for duty in duties)
        self.kinds: dict[tuple[int, bool, Certainty], _Kind] = {}
        self.alike: dict[tuple[tuple[int, Rounds], ...], _Kind] = {}
        self.tails: dict[tuple[_Call, ...], int] = {}

    def between(self, start: datetime, end: datetime) -> Iterator[Occurrence]:
        """
        What falls due from *start* until before *end*.
        """
        return chain.from_iterable(self._days(start, end))

    def _days(self, start: datetime, end: datetime) -> Iterator[Iterable[Occurrence]]:
        zone, first, last = self.zone, seconds_of(start), seconds_of(end)
        day = start.astimezone(zone).date()
        before, here = offset_of(day - ONE_DAY, zone), offset_of(day, zone)
        held = self.rounds(day - ONE_DAY)
        midnight = instant(day, 0, zone)
        make, kind = tuple.__new__, repeat(Occurrence)
        while midnight < last:
            tomorrow = day + ONE_DAY
            after = offset_of(tomorrow, zone)
            yesterday, held = held, self.rounds(day)
            # Three plain midnights: neither this day nor the night before it saw a change.
            if here is not None and before == here == after:
                next_midnight = midnight + 86400
                if first <= midnight and next_midnight <= last:
                    base = datetime(day.year, day.month, day.day, tzinfo=zone)
                    plan = self._plan(yesterday, held)
                    due = map(base.__add__, plan.after)
                    # Past the constructor: it would take longer than all the rest together.
                    columns = zip(plan.duties, due, plan.moved, plan.certainty, strict=True)
                    yield map(make, kind, columns)
                elif next_midnight > first:
                    yield self._placed(day, max(first, midnight), min(last, next_midnight))
            else:
                next_midnight = instant(tomorrow, 0, zone)
                yield self._placed(day, max(first, midnight), min(last, next_midnight))
            before, here, day, midnight = here, after, tomorrow, next_midnight

    def rounds(self, day: date) -> _Held:
        """
        For each duty the rounds that are held on *day*.
        """
        is_working, certainty = True, CERTAINTIES[0]
        if self.by_work:
            is_working = self.working.is_working(day)
            certainty = STATUS[self.working.status(day)]
        name = (day.weekday(), is_working, certainty)
        kind = self.kinds.get(name)
        if kind is None:
            kind = self.kinds[name] = self._kind(*name)
        asked: list[tuple[int, Rounds]] = [
            (index, ((minutes, 0, CERTAINTIES[0]),))
            for index, starting in self.simple
            if (minutes := starting(day))
        ]
        if self.loose:
            runs = _Runs(day, self.working) if is_working else None
            for index in self.loose:
                rounds = self._loose(index, day, runs, certainty)
                if rounds:
                    asked.append((index, rounds))
        return _Held(kind, tuple(asked))

    def _kind(self, weekday: int, is_working: bool, certainty: Certainty) -> _Kind:  # noqa: FBT001
        usual = (
            (index, _usual(self.duties[index], week[weekday], is_working, certainty))
            for index, week in enumerate(self.weeks)
            if week is not None
        )
        rounds = tuple(pair for pair in usual if pair[1])
        kind = self.alike.get(rounds)
        if kind is None:
            kind = self.alike[rounds] = _Kind(rounds)
            # Days whose nights end alike are one kind of yesterday.
            kind.number = self.tails.setdefault(kind.tail, len(self.tails))
        return kind

    def _loose(self, index: int, day: date, runs: _Runs | None, certainty: Certainty) -> Rounds:
        duty, rhythm = self.duties[index], self.rhythms[index]
        sources: Iterable[tuple[date, Certainty]] = ((day, CERTAINTIES[0]),)
        if duty.days == "working":
            if runs is None:
                return ()
            sources = ((day, certainty),)
            if duty.roll != "skip":
                sources = ((day, certainty), *runs.rolled(duty.roll, certainty))
        return tuple(
            (minutes, (day - source).days, least(sure, own))
            for source, sure in sources
            if duty.holds(source)
            for minutes, own in rhythm.rounds(source)
        )

    def _plan(self, yesterday: _Held, today: _Held) -> _Shared:
        tail = yesterday.tail() if yesterday.loose else ()
        key = (yesterday.kind.number, tail, id(today.kind), today.loose)
        plan = self.shared.get(key)
        if plan is not None:
            return plan
        calls = today.kind.heads + yesterday.kind.tails
        calls += _calls(tail, DAY)
        calls += _calls(today.loose, 0)
        calls.sort()
        once = calls[:1] + [call for last, call in pairwise(calls) if call[:2] != last[:2]]
        plan = _Shared(
            tuple(self.duties[call[1]] for call in once),
            tuple(timedelta(minutes=call[0]) for call in once),
            tuple(timedelta(days=call[3]) if call[3] else STILL for call in once),
            tuple(call[4] for call in once),
        )
        self.held += len(once) + 1
        if self.held > SHARED:
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
        for held in (day - 2 * ONE_DAY, day - ONE_DAY, day):
            for index, rounds in self.rounds(held).rounds():
                rhythm = self.rhythms[index]
                for minutes, shift, sure in rounds:
                    for seconds, off in rhythm.fall(held, minutes, self.zone):
                        if first <= seconds < last:
                            moved = off + shift * ONE_DAY
                            calls.append((seconds, index, abs(moved), moved, sure))
        calls.sort()
        once = calls[:1] + [call for last_, call in pairwise(calls) if call[:2] != last_[:2]]
        return [
            Occurrence(self.duties[index], moment(seconds, self.zone), moved, sure)
            for seconds, index, _, moved, sure in once
        ]


def _settled(
    duty: Duty, ground: Ground, others: Mapping[str, Duty], waiting: tuple[str, ...]
) -> Rhythm:
    if duty.rhythm.plain:
        return duty.rhythm
    own = attrs.evolve(ground, duty=duty.id, calls=_lookup(duty, ground, others, waiting))
    return duty.rhythm.settle(own)


def _lookup(
    duty: Duty, ground: Ground, others: Mapping[str, Duty], waiting: tuple[str, ...]
) -> Callable[[str, date, date], Sequence[int]]:
    """
    When other duties fall due, for a duty that goes by them.
    """
    way = (*waiting, duty.id)
    walks: dict[str, Walk] = {}

    def calls(name: str, first: date, last: date) -> Sequence[int]:
        if name not in walks:
            if name in way:
                circle = " -> ".join([*way[way.index(name) :], name])
                raise AgendaError(f"duties wait for each other in a circle: {circle}.")
            walks[name] = Walk((others[name],), ground, others=others, waiting=way)
        begin, end = (
            moment(instant(day, 0, ground.zone), ground.zone) for day in (first, last + ONE_DAY)
        )
        return [int(seconds_of(call.due)) for call in walks[name].between(begin, end)]

    return calls


def _week(duty: Duty, rhythm: Rhythm) -> tuple[tuple[int, ...], ...] | None:
    if duty.roll != "skip" or duty.starts is not None or duty.ends is not None:
        return None
    return rhythm.week()


def _is_simple(duty: Duty) -> bool:
    in_force = duty.starts is None and duty.ends is None
    return duty.days == "all" and in_force and duty.rhythm.plain


def _usual(duty: Duty, minutes: tuple[int, ...], is_working: bool, sure: Certainty) -> Rounds:  # noqa: FBT001
    if not minutes or (duty.days == "working" and not is_working):
        return ()
    return ((minutes, 0, sure if duty.days == "working" else CERTAINTIES[0]),)


class _Runs:
    """
    The days without work directly before and after a working day, and which of them roll to it.
    """

    def __init__(self, day: date, working: WorkingDays) -> None:
        self.day = day
        self.working = working
        self._sides: tuple[list[date], list[date]] | None = None
        self._rolled: dict[Roll, list[tuple[date, Certainty]]] = {}

    def rolled(self, roll: Roll, certainty: Certainty) -> list[tuple[date, Certainty]]:
        if roll not in self._rolled:
            self._rolled[roll] = [
                (source, least(certainty, STATUS[self.working.status(source)]))
                for source in self._sources(roll)
            ]
        return self._rolled[roll]

    def _sources(self, roll: Roll) -> Iterator[date]:
        if self._sides is None:
            self._sides = _free(self.day, -1, self.working), _free(self.day, 1, self.working)
        for side in self._sides:
            for source in side:
                if rolled(source, roll, self.working) == self.day:
                    yield source


def _free(day: date, step: int, working: WorkingDays) -> list[date]:
    days = []
    day += step * ONE_DAY
    while not working.is_working(day):
        days.append(day)
        day += step * ONE_DAY
    return days


def rolled(day: date, roll: Roll, working: WorkingDays) -> date | None:
    """
    The day on which the round of *day* is held, or nothing where it is skipped.
    """
    if working.is_working(day):
        return day
    if roll == "skip":
        return None
    after = working.next(day)
    if roll == "next":
        return after
    before = working.previous(day)
    if roll == "previous":
        return before
    if roll == "nearest":
        return before if day - before < after - day else after
    return after if (after.year, after.month) == (day.year, day.month) else before
