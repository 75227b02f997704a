"""
The short way of a step that a person does, taken a hundred thousand times a second.

What a command does is said once, in `propflow.engine.machine`. Where a step leads from a place
depends on little: the answer, and what the tables come to. So what the machine made of it the
first time is kept, and made use of for every case that stands at the same place. Who may do it,
whether four eyes see it and whether each fact fits is looked at every time. The short way says
only yes: whatever it is not certain of goes the long way, which says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

import attrs

from propflow.engine.case import PLAIN, Case, Origin, Standing
from propflow.engine.chart import Chart, Decides, Verdict
from propflow.engine.effects import Effect, told
from propflow.engine.events import (
    Began,
    Begin,
    Complete,
    Decided,
    Done,
    Ended,
    Event,
    Facts,
    Halted,
    Told,
)
from propflow.engine.state import State
from propflow.engine.store.base import Change, Parts, Timer, Timing
from propflow.engine.worklist import timers_of, waits_of
from propflow.errors import UndecidedError, ValueRefusedError
from propflow.procedures import Work

#: What a case can begin with, and what may follow: all else goes the long way.
_FIRST = Began | Done
_THEN = Decided | Told | Halted | Ended
#: A run of more events than that is not kept.
_MOST = 50
#: What this module knows of a step. A step that says more goes the long way.
KNOWN = frozenset(
    {
        *("id", "label", "place", "covers", "reading", "support", "caution", "records", "fills"),
        *("asks", "by", "not_by", "within", "late_tells", "late_answer", "optional"),
    }
)
_NOTHING: dict[str, Any] = {}
#: What a change of the short way has nothing of.
_REST = tuple(Parts._field_defaults[name] for name in Parts._fields[9:])
#: Stands for the moment at which all happens, when the machine is asked where a step leads.
_NOW = datetime(2001, 1, 1, tzinfo=UTC)


@attrs.define(eq=False, kw_only=True)
class Way:
    """
    What happens by itself, up to the next decision or until somebody or something is awaited.

    Attributes:
        events: What happens.
        outcome: The outcome of the step itself, where its answer leads here.
        step: The step that decides then, if one does.
        decide: How.
        ways: The way of each outcome that has come up.
        standing: Where the case stands then, if nothing decides.
        moments: For each step open there, which of the former moments it is open from; -1 for
            now.
        fresh: How many steps are open there, if all are so from now; -1 if not.
        count: Number of events from the beginning.
        told: The notices from the beginning, each with its number.
        end: The end that it comes to.
        timers: What tells the deadlines there; nothing if there are none.
        waits: The messages awaited there.
    """

    events: tuple[Event, ...]
    outcome: str = ""
    step: str = ""
    decide: Decides | None = None
    ways: dict[str, Way] = attrs.field(factory=dict)
    standing: Standing | None = None
    moments: tuple[int, ...] = ()
    fresh: int = 0
    count: int = 0
    told: tuple[tuple[int, Told], ...] = ()
    end: str | None = None
    timers: Timing = ()
    waits: tuple[str, ...] = ()


@attrs.frozen(eq=False, kw_only=True)
class Plan:
    """
    A step that is open at a place.

    Attributes:
        by: The roles that may do it.
        not_by: The steps that somebody else must have done.
        asks: The facts that must come with it.
        ways: For each answer that has come up, where it leads.
    """

    by: frozenset[str] = frozenset()
    not_by: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    ways: dict[str, Way] = attrs.field(factory=dict)


class Course(NamedTuple):
    """
    What happened, as little as can be kept of it; called, it tells the events.

    Attributes:
        first: The event that the command was, if it was not a step that was done.
        step: The step that was done.
        outcome: By which outcome.
        by: By whom.
        facts: What was filled in.
        way: What happened then.
        verdicts: What was decided on the way.
    """

    first: Event | None
    step: str
    outcome: str
    by: str
    facts: Facts
    way: Way
    verdicts: tuple[Verdict, ...]

    def __call__(self) -> tuple[Event, ...]:
        """
        The events, in order.
        """
        first, step, outcome, by, facts, way, verdicts = self
        events = [first or Done(step=step, by=by, answer=outcome, facts=facts), *way.events]
        for verdict in verdicts:
            events.append(decided(way.step, verdict))
            way = way.ways[verdict.outcome]
            events += way.events
        return tuple(events)


def decided(step: str, verdict: Verdict) -> Decided:
    """
    The event of a decision.
    """
    return Decided(
        step=step,
        outcome=verdict.outcome,
        table=verdict.table,
        row=verdict.row,
        facts=verdict.facts,
    )


def complete(  # noqa: PLR0913, PLR0917 names would take as long as the checks
    chart: Chart,
    case: Case,
    step: str,
    by: str,
    roles: frozenset[str],
    answer: str,
    facts: Mapping[str, Any] | None,
    now: datetime,
    key: str = "",
) -> Change | None:
    """
    What it changes that a person does a step; nothing where the long way must say.
    """
    origin, seq, standing, moments, known, doers, aside, _ = case
    if aside is not PLAIN or standing.owner is not chart:
        return None
    plan = standing.plans.get(step)
    if plan is None or plan.by.isdisjoint(roles):
        return None
    way = plan.ways.get(answer)
    if way is None:
        return None
    for other in plan.not_by:
        if doers.get(other) == by:
            return None
    if facts:
        facts = dict(facts)
        fits = chart.fits
        for name, value in facts.items():
            if name not in fits or not fits[name](value):
                return None
        known = {**known, **facts}
    else:
        facts = _NOTHING
    for name in plan.asks:
        if name not in facts:
            return None
    rest, verdicts = (way, ()) if way.decide is None else _follow(way, known, now)
    if rest is None or (rest.end is not None and origin.parent is not None):
        return None
    course = tuple.__new__(Course, (None, step, way.outcome, by, facts, way, verdicts))
    doers = {**doers, step: by}
    return _change(origin, seq, moments, known, doers, rest, course, now, 0, key)


def begin(
    chart: Chart, case: str, command: Begin, now: datetime, number: int, key: str = ""
) -> Change | None:
    """
    What it changes that a case is opened; nothing where the long way must say.
    """
    plan = chart.standing(0, ()).plans.get("")
    if plan is None or command.since is not None or command.parent is not None:
        return None
    facts = dict(command.facts)
    for name, value in facts.items():
        if name not in chart.fits or not chart.fits[name](value):
            return None
    procedure = chart.procedure.id
    way = plan.ways[""]
    rest, verdicts = _follow(way, facts, now)
    if rest is None:
        return None
    first = Began(
        procedure=procedure,
        version=chart.version,
        facts=facts,
        ref=command.ref,
        by=command.by,
        because=command.because,
    )
    origin = Origin(case, procedure, chart.version, command.ref, None, now)
    course = Course(first, "", "", "", _NOTHING, way, verdicts)
    events = course if rest.count > 1 else (first,)
    return _change(origin, 0, (), facts, _NOTHING, rest, events, now, number, key)


def _follow(way: Way, facts: Facts, now: datetime) -> tuple[Way | None, tuple[Verdict, ...]]:
    """
    Where decisions lead, and what they were.
    """
    verdicts: list[Verdict] = []
    following: Way | None = way
    while following is not None and following.decide is not None:
        try:
            verdict = following.decide(facts, now)
        except (UndecidedError, ValueRefusedError):
            return None, ()
        verdicts.append(verdict)
        following = following.ways.get(verdict.outcome)
    return following, tuple(verdicts)


def _change(  # noqa: PLR0913, PLR0917 names would take as long as the rest
    origin: Origin,
    seq: int,
    moments: tuple[datetime, ...],
    facts: Facts,
    doers: Mapping[str, str],
    way: Way,
    events: Course | tuple[Event, ...],
    now: datetime,
    number: int,
    key: str,
) -> Change:
    if way.fresh >= 0:
        since = (now,) * way.fresh
    else:
        since = tuple([now if at < 0 else moments[at] for at in way.moments])
    over = None if way.end is None else (now, way.end)
    parts = (origin, seq + way.count, way.standing, since, facts, doers, PLAIN, over)
    after = tuple.__new__(Case, parts)
    effects: tuple[Effect, ...] = ()
    if way.told:
        effects = tuple(
            [told(f"{origin.id}:{seq + at}", after, event, now) for at, event in way.told]
        )
    timers, waits = way.timers, way.waits
    return tuple.__new__(
        Change,
        (seq, after, events, now, effects, timers, waits, number, key, *_REST),
    )


def learn(
    chart: Chart, before: Case, command: Begin | Complete, events: tuple[Event, ...], after: Case
) -> None:
    """
    Keep what the machine made of a command, for the next case that stands at the same place.

    Args:
        chart: The procedure.
        before: The case before.
        command: What was asked.
        events: What happened.
        after: The case afterwards.
    """
    first, *then = events
    here = chart.standing(before.marking, before.standing.names)
    plain = before.aside is PLAIN and after.aside is PLAIN and len(events) <= _MOST
    kept = chart.keeps(here) and chart.keeps(after.standing)
    usual = isinstance(first, _FIRST) and all(isinstance(event, _THEN) for event in then)
    step, answer = (command.step, command.answer) if isinstance(command, Complete) else ("", "")
    plan = here.plans.get(step) or _plan(chart, step)
    if plan is None or not (plain and kept and usual):
        return
    runs: list[tuple[str, list[Event]]] = [(answer, [])]
    for event in then:
        if isinstance(event, Decided):
            runs.append((event.outcome, []))
        else:
            runs[-1][1].append(event)
    deciding = [event.step for event in then if isinstance(event, Decided)]
    ways = plan.ways
    for (outcome, run), decider in zip(runs, [*deciding, ""], strict=True):
        if outcome not in ways:
            way = Way(events=tuple(run), step=decider)
            if decider:
                way.decide = chart.decide[decider]
            else:
                _rest(way, chart, before, events, after)
            ways[outcome] = way
        ways = ways[outcome].ways
    plan.ways[answer].outcome = first.answer if isinstance(first, Done) else ""
    here.plans[step] = plan


def _plan(chart: Chart, step: str) -> Plan | None:
    if not step:
        return Plan()
    stop = chart.stop(step)
    work = stop.step if stop is not None else None
    if not isinstance(work, Work):
        return None
    more = [a for a in attrs.fields(type(work)) if a.name not in KNOWN]
    if any(getattr(work, a.name) and getattr(work, a.name) != a.default for a in more):
        return None
    return Plan(by=frozenset(work.by), not_by=work.not_by, asks=work.asks)


def _rest(way: Way, chart: Chart, before: Case, events: tuple[Event, ...], after: Case) -> None:
    """
    Note where a run of events comes to rest: let the machine go there with marked moments.
    """
    marks = tuple(_NOW + timedelta(microseconds=at + 1) for at in range(len(before.since)))
    parts = (*before[:3], marks, *before[4:])
    state = State(chart, tuple.__new__(Case, parts))
    for event in events:
        state.apply(event, _NOW)
    at = [marks.index(since) if since in marks else -1 for since in state.since.values()]
    way.standing = after.standing
    way.moments = tuple(at)
    way.fresh = len(at) if all(old < 0 for old in at) else -1
    way.count = len(events)
    way.told = tuple((n, event) for n, event in enumerate(events) if isinstance(event, Told))
    way.end = after.end
    way.timers = partial(_timers, chart) if _timers(chart, after) else ()
    way.waits = waits_of(chart, after)


def _timers(chart: Chart, case: Case) -> tuple[Timer, ...]:
    return tuple(timers_of(chart, case))
