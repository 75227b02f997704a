"""
Every way through a procedure, walked with facts that make its decisions fall each way.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import attrs

from propflow.engine.case import Case
from propflow.engine.chart import Chart, chart_of
from propflow.engine.events import (
    Begin,
    Command,
    Complete,
    Decided,
    Ended,
    Event,
    Expire,
    Facts,
    Receive,
    Return,
)
from propflow.engine.journal import passed
from propflow.engine.machine import decide
from propflow.errors import RefusedError
from propflow.fields import Field, Value
from propflow.procedures import Ask, Call, Decide, Each, Stop, Wait, Work
from propflow.rules import Condition, Row, Table, compile_table, witnesses
from propflow.sites import Site
from propflow.text import Text
from propflow.verify import Passed, outcomes

#: Past so many combinations of values, each value is tried once and not each combination.
COMBINATIONS = 300

_NOW = datetime(2025, 10, 11, 8, 0, tzinfo=UTC)

_DEFAULTS: dict[str, Any] = {
    "text": "x",
    "integer": 0,
    "decimal": Decimal(0),
    "money": Decimal(0),
    "boolean": False,
    "date": date(2025, 10, 11),
    "time": time(8),
    "duration": timedelta(hours=1),
    "moment": _NOW,
}


@attrs.frozen(kw_only=True)
class Walk:
    """
    What was met on all ways through a procedure.

    Attributes:
        taken: The steps that were left, each with the outcome by which.
        rows: Rows of decision tables that fired: table and number.
        ends: The ends that were reached.
        stuck: Cases that no command moves and that are not over.
        missing: Outcomes of steps that were never taken.
        unfired: Rows of the procedure's tables that never fired.
    """

    taken: frozenset[Passed]
    rows: frozenset[tuple[str, int]]
    ends: frozenset[str]
    stuck: tuple[Case, ...]
    missing: frozenset[Passed]
    unfired: frozenset[tuple[str, int]]


def walk(site: Site, procedure: str) -> Walk:
    """
    Carry out a procedure in every way that its decisions can tell apart.

    Wherever a fact is filled in, the values tried are those at which some decision of the
    procedure falls differently. Deadlines pass and messages come as well; called procedures
    come to each of their ends.

    Args:
        site: The site.
        procedure: Id of the procedure.
    """
    return _Walker(site, procedure).walk()


class _Walker:
    def __init__(self, site: Site, procedure: str) -> None:
        self.site = site
        self.chart: Chart = chart_of(site, procedure)
        self.values = _values(site, self.chart)
        self.taken: set[Passed] = set()
        self.rows: set[tuple[str, int]] = set()
        self.ends: set[str] = set()
        self.stuck: list[Case] = []

    def walk(self) -> Walk:
        seen = set()
        queue: deque[Case] = deque()
        for facts in self.options(self.given()):
            self.step(Case(id="walk-1"), Begin(facts=facts), queue)
        while queue:
            case = queue.popleft()
            key = self.key(case)
            if key in seen:
                continue
            seen.add(key)
            moved = False
            for command in self.commands(case):
                moved |= self.step(case, command, queue)
            for late, command in self.deadlines(case):
                moved |= self.step(late, command, queue)
            if not moved:
                self.stuck.append(case)
        stops = [stop for stop in self.chart.program.stops if stop.step is not None]
        possible = {(stop.id, outcome) for stop in stops for outcome in self.outcomes(stop)}
        tables = {s.step.table for s in stops if isinstance(s.step, Decide) and s.step.table}
        rows = {
            (table, number)
            for table in tables
            for number in range(1, len(self.site.tables[table].rows) + 1)
        }
        return Walk(
            taken=frozenset(self.taken),
            rows=frozenset(self.rows),
            ends=frozenset(self.ends),
            stuck=tuple(self.stuck),
            missing=frozenset(possible - self.taken),
            unfired=frozenset(rows - self.rows),
        )

    def step(self, case: Case, command: Command, queue: deque[Case]) -> bool:
        books = {name: self.lines(name) for name in self.site.books}
        try:
            after, events = decide(self.chart, case, command, _NOW, books=books)
        except RefusedError:
            return False
        self.note(case, events)
        if after.open:
            queue.append(after)
        return True

    def note(self, case: Case, events: tuple[Event, ...]) -> None:
        self.taken.update(passed(events, case.children))
        for event in events:
            if isinstance(event, Decided) and event.table:
                self.rows.add((event.table, event.row))
            if isinstance(event, Ended):
                self.ends.add(event.end)

    def key(self, case: Case) -> object:
        decisive = self.values.keys()
        facts = frozenset((name, case.facts[name]) for name in decisive if name in case.facts)
        return case.marking, facts, case.late, frozenset(case.children)

    # -- what can be done -------------------------------------------------------------------

    def commands(self, case: Case) -> Iterator[Command]:
        for name in case.since:
            stop = self.chart.stop(name)
            if stop is None:
                continue
            match stop.step:
                case Work() as step:
                    yield from self.work(stop, step)
                case Wait() as step:
                    yield from self.messages(case, stop, step)
                case Call() | Each() as step:
                    yield from self.returns(stop, step)

    def work(self, stop: Stop, step: Work) -> Iterator[Command]:
        answers = [a for a in stop.moves if a] if isinstance(step, Ask) else [""]
        for answer in answers:
            for facts in self.options(step.asks):
                # Nobody is refused for being the same person: who differs is another question.
                yield Complete(
                    step=stop.id,
                    by=f"somebody at {stop.id}",
                    roles=frozenset(step.by),
                    answer=answer,
                    facts=facts,
                )

    def messages(self, case: Case, stop: Stop, step: Wait) -> Iterator[Command]:
        for message in step.messages:
            brought = {field.name for field in self.site.message(message).facts}
            for facts in self.options(brought & set(self.chart.fields)):
                same = {name: case.facts[name] for name in step.same if name in case.facts}
                yield Receive(step=stop.id, message=message, facts={**facts, **same})

    def returns(self, stop: Stop, step: Call | Each) -> Iterator[Command]:
        takes = dict(step.takes) if isinstance(step, Call) else {}
        for end in self.site.graph(step.procedure).ends:
            for own in self.options(takes):
                facts = {takes[name]: value for name, value in own.items()}
                yield Return(step=stop.id, child="walk-2", end=end, facts=facts)

    def deadlines(self, case: Case) -> Iterator[tuple[Case, Command]]:
        """
        The clock of a walk stands still: a step whose time passes was opened earlier instead.
        """
        for name in case.since:
            within = self.chart.within(name)
            if within is not None and name not in case.late:
                earlier = {**case.since, name: _NOW - within}
                yield attrs.evolve(case, since=earlier), Expire(step=name, due=_NOW)

    # -- with which facts -------------------------------------------------------------------

    def given(self) -> list[str]:
        """
        The facts that a case begins with: those that no step asks for.
        """
        steps = self.chart.program.graph.steps
        asked = {fact for step in steps if isinstance(step, Work) for fact in step.asks}
        asked |= {own for step in steps if isinstance(step, Call) for own, _ in step.takes}
        return [name for name in self.chart.fields if name not in asked]

    def options(self, names: Iterable[str]) -> Iterator[Facts]:
        """
        The ways in which some facts can be filled in.
        """
        names = list(names)
        choices = [self.values.get(n) or [_default(self.chart.fields[n])] for n in names]
        count = 1
        for values in choices:
            count *= len(values)
        if count <= COMBINATIONS:
            for chosen in product(*choices):
                yield dict(zip(names, chosen, strict=True))
            return
        plain = {name: values[0] for name, values in zip(names, choices, strict=True)}
        yield plain
        for name, values in zip(names, choices, strict=True):
            for value in values[1:]:
                yield {**plain, name: value}
        for facts in _witnesses(self.site, self.chart):
            yield {**plain, **{name: facts[name] for name in names if name in facts}}

    def lines(self, book: str) -> list[Mapping[str, Value]]:
        """
        A book with one line, which fits, so that what goes over it is called once.
        """
        columns = {field.name: field for field in self.site.books[book].columns}
        line = {name: _default(field) for name, field in columns.items()}
        for step in self.chart.program.graph.steps:
            if isinstance(step, Each) and step.over == book:
                condition = self.chart.where[step.id]
                if condition is not None:
                    line |= _falling(condition)[0]
        return [line]

    def outcomes(self, stop: Stop) -> Iterator[str]:
        for outcome in outcomes(stop):
            if outcome or not isinstance(stop.step, Call | Each):
                yield outcome


def _default(field: Field) -> Value:
    if field.type == "choice":
        return field.of[0]
    value: Value = _DEFAULTS[field.type]
    if field.min is not None and value < field.min:  # type: ignore[operator]
        return field.min
    return value


def _values(site: Site, chart: Chart) -> dict[str, list[Value]]:
    """
    For each fact that decides anything, the values at which it decides differently.
    """
    found: dict[str, dict[Value, None]] = {}
    for facts in _witnesses(site, chart):
        for name, value in facts.items():
            found.setdefault(name, {})[value] = None
    for name in found:
        field = chart.fields[name]
        if field.type == "choice":
            found[name] = dict.fromkeys(field.of)
    return {name: list(values) for name, values in found.items()}


def _witnesses(site: Site, chart: Chart) -> Iterator[Facts]:
    for step in chart.program.graph.steps:
        match step:
            case Decide(table=str(table)):
                for facts, _ in witnesses(site.decider(table)):
                    yield facts
            case Decide(fact=str(fact)):
                for word in chart.fields[fact].of:
                    yield {fact: word}
            case Decide(test=test) if test:
                yield from _falling(site.condition(chart.procedure.id, test))


def _falling(condition: Condition) -> list[Facts]:
    """
    Facts for which a condition holds, and facts for which it does not, where there are any.
    """
    answer = Field(name="holds", type="choice", of=("yes", "no"))
    cells = tuple((field.name, cell) for field, cell in condition.tests)
    table = Table(
        id="holds",
        title=Text(),
        inputs=tuple(field for field, _ in condition.tests),
        outputs=(answer,),
        rows=(
            Row(cells=cells, outcome=(("holds", "yes"),)),
            Row(cells=(), outcome=(("holds", "no"),)),
        ),
        hit="first",
    )
    return [facts for facts, _ in witnesses(compile_table(table))]
