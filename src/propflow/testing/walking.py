"""
Every way through a procedure, walked with facts that make its decisions fall each way.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import timedelta

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
    Receive,
    Return,
)
from propflow.engine.journal import passed
from propflow.engine.machine import decide
from propflow.errors import RefusedError
from propflow.procedures import Ask, Call, Decide, Each, Stop, Wait, Work
from propflow.sites import Site
from propflow.testing.values import MOMENT, Deciding
from propflow.verify import Passed, outcomes

#: In so long any deadline in working time has passed.
_LONG = timedelta(days=3660)


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
    return Walker(site, procedure).walk()


class Walker:
    """
    Carries out one procedure, command by command.

    Args:
        site: The site.
        procedure: Id of the procedure.
    """

    def __init__(self, site: Site, procedure: str) -> None:
        self.site = site
        self.chart: Chart = chart_of(site, procedure)
        self.facts = Deciding(site, self.chart)
        self.taken: set[Passed] = set()
        self.rows: set[tuple[str, int]] = set()
        self.ends: set[str] = set()
        self.stuck: list[Case] = []

    def walk(self) -> Walk:
        """
        Go every way, and say what was met.
        """
        seen = set()
        queue: deque[Case] = deque()
        for facts in self.facts.options(self.facts.given()):
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
        """
        Carry out a command; whether the case took it.
        """
        books = {name: self.facts.lines(name) for name in self.site.books}
        try:
            after, events = decide(self.chart, case, command, MOMENT, books=books)
        except RefusedError:
            return False
        self.note(case, events)
        if after.open:
            queue.append(after)
        return True

    def note(self, case: Case, events: tuple[Event, ...]) -> None:
        """
        Note what was met.
        """
        self.taken.update(passed(events, case.children))
        for event in events:
            if isinstance(event, Decided) and event.table:
                self.rows.add((event.table, event.row))
            if isinstance(event, Ended):
                self.ends.add(event.end)

    def key(self, case: Case) -> object:
        """
        What two cases have in common that need not both be looked at.
        """
        decisive = self.facts.values.keys()
        facts = frozenset((name, case.facts[name]) for name in decisive if name in case.facts)
        return case.marking, facts, case.late, frozenset(case.children)

    # -- what can be done -------------------------------------------------------------------

    def commands(self, case: Case) -> Iterator[Command]:
        """
        All that can be done with what is open.
        """
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
        """
        A step done, with each answer and each way to fill in its facts.
        """
        answers = [a for a in stop.moves if a] if isinstance(step, Ask) else [""]
        for answer in answers:
            for facts in self.facts.options(step.asks):
                # Nobody is refused for being the same person: who differs is another question.
                yield Complete(
                    step=stop.id,
                    by=f"somebody at {stop.id}",
                    roles=frozenset(step.by),
                    answer=answer,
                    facts=facts,
                )

    def messages(self, case: Case, stop: Stop, step: Wait) -> Iterator[Command]:
        """
        Each message that a wait is for.
        """
        for message in step.messages:
            brought = {field.name for field in self.site.message(message).facts}
            for facts in self.facts.options(brought & set(self.chart.fields)):
                same = {name: case.facts[name] for name in step.same if name in case.facts}
                yield Receive(step=stop.id, message=message, facts={**facts, **same})

    def returns(self, stop: Stop, step: Call | Each) -> Iterator[Command]:
        """
        A called case come to each of its ends.
        """
        takes = dict(step.takes) if isinstance(step, Call) else {}
        for end in self.site.graph(step.procedure).ends:
            for own in self.facts.options(takes):
                facts = {takes[name]: value for name, value in own.items()}
                yield Return(step=stop.id, child="walk-2", end=end, facts=facts)

    def deadlines(self, case: Case) -> Iterator[tuple[Case, Command]]:
        """
        The clock of a walk stands still: a step whose time passes was opened earlier instead.
        """
        for name in case.since:
            within = self.chart.within(name)
            begun = MOMENT - (within if isinstance(within, timedelta) else _LONG)
            due = self.chart.due(name, begun)
            if due is not None and name not in case.late:
                earlier = {**case.since, name: begun}
                yield case.replaced(since=earlier), Expire(step=name, due=due)

    def outcomes(self, stop: Stop) -> Iterator[str]:
        """
        The outcomes that a walk can meet.
        """
        for outcome in outcomes(stop):
            if outcome or not isinstance(stop.step, Call | Each):
                yield outcome
