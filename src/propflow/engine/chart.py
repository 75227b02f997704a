"""
A procedure as the machine runs it: its program, its typed facts, and what decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import attrs

from propflow.durations import Deadline, WorkLength
from propflow.engine.case import Case, Standing
from propflow.engine.events import Facts
from propflow.engine.written import version_of
from propflow.errors import RefusedError, UndecidedError, ValueRefusedError, nearest
from propflow.fields import Field, Fits, Value, fitting
from propflow.procedures import (
    Call,
    Decide,
    Each,
    Procedure,
    Program,
    StepGraph,
    Stop,
    Wait,
    Work,
    compile_graph,
)
from propflow.rules import Condition, Decider, Decision, Table, compile_table, parse_condition
from propflow.sites import Site

if TYPE_CHECKING:
    from propflow.calendar import Hours


class Verdict(NamedTuple):
    """
    What a decision came to: see `propflow.engine.events.Decided`.

    Attributes:
        outcome: The way that was taken.
        grounds: The decision of a table, or the facts that decided without one.
    """

    outcome: str
    grounds: Decision | Facts

    @property
    def table(self) -> str:
        """
        Id of the decision table, or ``""``.
        """
        return self.grounds.table if isinstance(self.grounds, Decision) else ""

    @property
    def row(self) -> int:
        """
        Number of the row that fired; 0 where there is no table.
        """
        return self.grounds.row if isinstance(self.grounds, Decision) else 0

    @property
    def facts(self) -> Facts:
        """
        The facts that were looked at.
        """
        return self.grounds.facts if isinstance(self.grounds, Decision) else self.grounds


#: So many places of a procedure are remembered with what leads on from there.
REMEMBERED = 1000

#: Takes a decision on some facts, as of a moment.
Decides = Callable[[Facts, datetime], Verdict]


@attrs.frozen(eq=False)
class Chart:
    """
    Everything that deciding about a case needs to know of its procedure.

    Attributes:
        procedure: The definition.
        version: Its content hash.
        program: The compiled graph.
        fields: Its facts by name.
        decide: For each deciding step, the function from facts and moment to verdict.
        where: For each step that goes over a book, the condition on a line.
        child: For each procedure called, the names of its facts.
        above: For each role, the roles over it, up to the top.
        tables: The tables that decide in it.
        fits: For each fact, whether a value is certainly right as it is.
        personal: Facts that say something of a person: its own, and those that it hands on or is
            told.
    """

    procedure: Procedure
    version: str
    program: Program
    fields: Mapping[str, Field]
    decide: Mapping[str, Decides]
    where: Mapping[str, Condition | None]
    child: Mapping[str, frozenset[str]]
    above: Mapping[str, frozenset[str]] = attrs.field(factory=dict)
    tables: Mapping[str, Table] = attrs.field(factory=dict)
    personal: frozenset[str] = frozenset()
    working: Callable[[], Hours] | None = None
    fits: Mapping[str, Fits] = attrs.field(init=False, repr=False)
    # Most cases stand at the same few places.
    _standings: dict[tuple[int, tuple[str, ...]], Standing] = attrs.field(
        factory=dict, init=False, repr=False
    )

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "fits", {n: fitting(field) for n, field in self.fields.items()})

    def standing(self, marking: int, names: tuple[str, ...]) -> Standing:
        """
        The place of every case of this chart with that marking and these open steps.
        """
        found = self._standings.get((marking, names))
        if found is None:
            found = Standing(marking, names, self)
            if len(self._standings) < REMEMBERED:
                self._standings[marking, names] = found
        return found

    def keeps(self, standing: Standing) -> bool:
        """
        Whether this chart keeps that place for later cases.
        """
        return self._standings.get((standing.marking, standing.names)) is standing

    def at_home(self, case: Case) -> Case:
        """
        The same case, at the place that this chart keeps for it.
        """
        standing = self.standing(case.marking, case.standing.names)
        return tuple.__new__(Case, (*case[:2], standing, *case[3:]))

    @cached_property
    def hours(self) -> Hours:
        """
        The site's office hours. Asked for only where a deadline is in working time.
        """
        if self.working is None:
            raise AssertionError(f"{self.procedure.id}: a chart without office hours.")
        return self.working()

    def stop(self, step: str) -> Stop | None:
        """
        The compiled step of that name.
        """
        number = self.program.number.get(step)
        return None if number is None else self.program.stops[number]

    def read(self, raw: Mapping[str, object]) -> Facts:
        """
        Facts as JSON or a form brings them, read by their types.

        Raises:
            RefusedError: A name that the procedure does not know, or a value that does not fit.
        """
        return {name: self._read(name, value) for name, value in raw.items()}

    def _read(self, name: str, raw: object) -> Value:
        if name not in self.fields:
            raise RefusedError(
                "unknown-fact",
                f"{self.procedure.id} knows no {name!r}.{nearest(name, self.fields)}",
            )
        try:
            return self.fields[name].load(raw)
        except ValueRefusedError as error:
            raise RefusedError("bad-fact", str(error)) from error

    def over(self, step: str) -> frozenset[str]:
        """
        The roles over those that may do a step.
        """
        stop = self.stop(step)
        by = stop.step.by if stop is not None and isinstance(stop.step, Work) else ()
        return frozenset().union(*(self.above.get(role, frozenset()) for role in by))

    def due(self, step: str, since: datetime) -> datetime | None:
        """
        By when a step that is open since then is to be done, in UTC; nothing without a limit.
        """
        within = self.within(step)
        if within is None or isinstance(within, timedelta):
            return None if within is None else since + within
        return self.hours.after(since, within).astimezone(UTC)

    def resumed(self, step: str, since: datetime, stopped: datetime, now: datetime) -> datetime:
        """
        From when a step counts as open that stood still from *stopped* until *now*.

        So that as much is left of its time as there was: on the clock, in office hours, or in
        whole working days.
        """
        within = self.within(step)
        now = max(now, stopped)  # a clock that was set back takes no time away from anybody
        if since >= stopped:
            return max(now, since)
        if isinstance(within, WorkLength):
            if within.unit == "days":
                zone = self.hours.zone
                first, last = (when.astimezone(zone).date() for when in (since, stopped))
                begun = self.hours.add_days(now, -self.hours.days_between(first, last))
            else:
                begun = self.hours.subtract(now, self.hours.between(since, stopped))
            return begun.astimezone(UTC)
        return since + (now - stopped)

    def within(self, step: str) -> Deadline | None:
        """
        How long an open step may take.
        """
        stop = self.stop(step)
        if stop is not None and isinstance(stop.step, Work | Wait):
            return stop.step.within
        return None


def checked(facts: Facts, fields: Mapping[str, Field], owner: str, **where: str | None) -> Facts:
    """
    The facts, each known to its owner and of its type.

    Args:
        facts: What is given.
        fields: What the owner knows.
        owner: A procedure or a message, for the refusal.
        where: ``case`` and ``step``, for the refusal.

    Raises:
        RefusedError: A name that the owner does not know, or a value that does not fit.
    """
    found = {}
    for name, value in facts.items():
        if name not in fields:
            raise RefusedError(
                "unknown-fact", f"{owner} knows no {name!r}.{nearest(name, fields)}", **where
            )
        try:
            found[name] = fields[name].check(value)
        except ValueRefusedError as error:
            raise RefusedError("bad-fact", str(error), **where) from error
    return found


def by_table(decider: Decider, zone: tzinfo) -> Decides:
    """
    A decision that a table makes. Where it depends on the day, that is the day in *zone*.
    """
    timed = decider.table.timed

    def decide(facts: Facts, now: datetime) -> Verdict:
        decision = decider.decide(facts, at=now.astimezone(zone) if timed else None)
        return Verdict(str(decision.outcome), decision)

    return decide


def by_fact(step: Decide) -> Decides:
    """
    A decision that the value of one fact makes.
    """
    name = step.fact or ""

    def decide(facts: Facts, _: datetime) -> Verdict:
        if name not in facts:
            raise UndecidedError(step.id, f"nobody has said yet what {name!r} is.", (name,))
        return Verdict(str(facts[name]), {name: facts[name]})

    return decide


def by_condition(step: Decide, condition: Condition) -> Decides:
    """
    A decision that a condition on facts makes, with the outcomes ``yes`` and ``no``.
    """
    needs = condition.needs
    # Words are the same whenever they are equal, and there are few: what they come to is kept.
    words = len(needs) == len(condition.tests) and all(
        f.type == "choice" for f, _ in condition.tests
    )
    kept: dict[tuple[Value, ...], str] = {}

    def decide(facts: Facts, _: datetime) -> Verdict:
        missing = [name for name in needs if name not in facts]
        if missing:
            what = f"nobody has said yet what {missing[0]!r} is."
            raise UndecidedError(step.id, what, tuple(missing))
        looked = {name: facts[name] for name in needs}
        values = tuple(looked.values())
        outcome = kept.get(values) if words else None
        if outcome is None:
            outcome = "yes" if condition.holds(facts) else "no"
            if words:
                kept[values] = outcome
        return Verdict(outcome, looked)

    return decide


def chart_of(site: Site, procedure: str) -> Chart:
    """
    A procedure of a site, ready for the machine.

    Raises:
        UnknownNameError: The site has no such procedure.
    """
    program = site.program(procedure)
    deciders = {name: site.decider(name) for name in _tables(program.graph)}
    return _assembled(site, site.procedure(procedure), program, deciders)


def rebuilt(
    site: Site, procedure: Procedure, graph: StepGraph, tables: Mapping[str, Table]
) -> Chart:
    """
    A former version of a procedure, ready for the machine, with the roles and books of today.
    """
    deciders = {name: compile_table(table) for name, table in tables.items()}
    return _assembled(site, procedure, compile_graph(graph), deciders)


def _tables(graph: StepGraph) -> list[str]:
    return [step.table for step in graph.steps if isinstance(step, Decide) and step.table]


def _assembled(
    site: Site, definition: Procedure, program: Program, deciders: Mapping[str, Decider]
) -> Chart:
    fields = {field.name: field for field in definition.facts}
    decide: dict[str, Decides] = {}
    where: dict[str, Condition | None] = {}
    child: dict[str, frozenset[str]] = {}
    for stop in program.stops:
        match stop.step:
            case Decide(table=str(table)):
                decide[stop.id] = by_table(deciders[table], site.zone)
            case Decide(fact=str()) as step:
                decide[stop.id] = by_fact(step)
            case Decide() as step:
                decide[stop.id] = by_condition(step, parse_condition(dict(step.test), fields))
            case Call() | Each() as step:
                child[step.procedure] = _facts_of(site, step.procedure)
        if isinstance(stop.step, Each) and stop.step.over in site.books:
            book = {field.name: field for field in site.books[stop.step.over].columns}
            test = dict(stop.step.where)
            where[stop.id] = parse_condition(test, book) if test else None
    for interrupt in definition.interrupts:
        child[interrupt.opens] = _facts_of(site, interrupt.opens)
    tables = {name: decider.table for name, decider in deciders.items()}
    return Chart(
        procedure=definition,
        version=version_of(definition, program.graph, tables.values()),
        program=program,
        fields=fields,
        decide=decide,
        where=where,
        child=child,
        above={role: _above(site, role) for role in site.roles},
        working=lambda: site.hours,
        tables=tables,
        personal=frozenset(_personal(site, definition, program, child)),
    )


def _personal(
    site: Site, definition: Procedure, program: Program, called: Iterable[str]
) -> Iterator[str]:
    messages = [one.on for one in definition.interrupts]
    for stop in program.stops:
        messages += stop.step.messages if isinstance(stop.step, Wait) else ()
    told = [site.messages[name].facts for name in messages if name in site.messages]
    others = [site.procedure(name).facts for name in called if name in site.procedures]
    for fields in (definition.facts, *told, *others):
        yield from (field.name for field in fields if field.personal)


def _facts_of(site: Site, procedure: str) -> frozenset[str]:
    # A former version may call what the handbook has no more: then the call cannot begin, and
    # waits among the incidents.
    if procedure not in site.procedures:
        return frozenset()
    return frozenset(field.name for field in site.procedure(procedure).facts)


def _above(site: Site, role: str) -> frozenset[str]:
    found: set[str] = set()
    over = site.superior(role)
    while over is not None and over not in found:
        found.add(over)
        over = site.superior(over)
    return frozenset(found)
