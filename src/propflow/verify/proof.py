"""
Proves a law on every path of a procedure, or shows a shortest path on which it does not hold.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

import attrs

from propflow.errors import UnknownNameError
from propflow.fields import Field
from propflow.procedures import Law, Program, Stop, TwiceError
from propflow.rules import Table
from propflow.verify.automata import VOCABULARY
from propflow.verify.explore import BOUND, Passed, outcomes
from propflow.verify.laws import Reading, States, may_break
from propflow.verify.reduce import START, Net, Way, passed_on
from propflow.verify.tracking import Known, Tracking

#: A chart with no more places than this is proved as it stands; a larger one is first reduced
#: to what the law mentions.
SMALL = 500
#: So many places are looked at for the shortest way on which a law is known to break.
SHORTEST = 20_000

#: Where a case stands, where the law's automata stand, and what the case knows.
_Place = tuple[int, States, Known]
_Came = dict[_Place, tuple[_Place | None, Way]]


def counterexample(
    program: Program,
    law: Law,
    *,
    facts: Iterable[Field] = (),
    tables: Mapping[str, Table] | None = None,
    bound: int = BOUND,
) -> tuple[Passed, ...] | str | None:
    """
    A shortest way through a procedure on which a law does not hold.

    A law's time bound is left to those who watch a case or read a log: no path by itself says
    how long people take. A law on who does a step and on how long it takes is held to what the
    chart says: who may do it, and the limit that it has.

    Args:
        program: The compiled procedure.
        law: The law.
        facts: The facts of the procedure, for the law's condition.
        tables: The decision tables, for ways that the condition rules out.
        bound: How many places are looked at, at the most.

    Returns:
        The way; nothing where the law holds on every path; ``"gave up"`` past the bound.

    Raises:
        UnknownNameError: The procedure has no step that the law speaks of.
    """
    tracking = Tracking(law, program, facts, tables or {}) if law.where else None
    for step in law.steps:
        if step not in program.number and step not in program.graph.ends:
            known = tuple(stop.id for stop in program.stops if stop.step is not None)
            raise UnknownNameError("step", step, known)
    own = VOCABULARY[law.template].each != ""
    if own and not any(
        may_break(law, {s.id: s for s in program.graph.steps}, s) for s in law.steps
    ):
        return None
    search = _Search(law, tracking, program.graph.by_id if own else {})
    whole = _Whole(program)
    found = search.run(whole, bound=min(bound, SMALL))
    if found != "gave up" or bound <= SMALL:
        return found
    if law.where or own or VOCABULARY[law.template].next == "yes":
        return search.run(whole, bound=bound)
    reduced = search.run(_Reduced(program, law), bound=bound)
    if reduced is None or reduced == "gave up":
        return reduced
    found = search.run(whole, bound=min(bound, SHORTEST))
    return reduced if found == "gave up" or found is None else found


def can_hold(
    program: Program, law: Law, marking: int, states: States, *, bound: int = 2000
) -> bool:
    """
    Whether a case that has come this far can still end as the law has it.

    Args:
        program: The compiled procedure.
        law: The law.
        marking: Where the case stands.
        states: Where the law's automata stand.
        bound: How many places are looked at; past that the answer is yes, as nothing else was
            proved.
    """
    reading = Reading(law)
    whole = _Whole(program)
    seen = {(marking, states)}
    queue = deque(seen)
    while queue:
        here, now = queue.popleft()
        if whole.over(here):
            if reading.accepts(now):
                return True
            continue
        for step in whole.steps(here):
            # What the case will know then is open: the condition may hold or not.
            for holds in (True, False) if law.where else (True,):
                after = reading.after(now, step.name, holds=holds)
                if reading.broken(after) or (step.after, after) in seen:
                    continue
                if len(seen) >= bound:
                    return True
                seen.add((step.after, after))
                queue.append((step.after, after))
    return False


@attrs.frozen
class _Step:
    """
    One way on: the step that counts, what else was passed, and where it leads.
    """

    name: str
    outcome: str
    way: Way
    after: int
    stop: Stop | None = None


class _Walk(Protocol):
    def begin(self) -> Iterator[tuple[int, Way]]: ...

    def steps(self, marking: int) -> Iterator[_Step]: ...

    def over(self, marking: int) -> bool: ...


class _Whole:
    """
    The procedure as it stands.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self._steps: dict[int, list[_Step]] = {}

    def begin(self) -> Iterator[tuple[int, Way]]:
        try:
            yield self.program.begin(), None
        except TwiceError:
            return

    def over(self, marking: int) -> bool:
        return self.program.end(marking) is not None

    def steps(self, marking: int) -> Iterator[_Step]:
        found = self._steps.get(marking)
        if found is None:
            found = self._steps[marking] = list(self._found(marking))
        return iter(found)

    def _found(self, marking: int) -> Iterator[_Step]:
        for stop in self.program.open(marking):
            for outcome in outcomes(stop):
                try:
                    after = self.program.fire(marking, stop, outcome)
                except TwiceError:
                    continue
                yield _Step(stop.id, outcome, (stop.id, outcome), after, stop)


class _Reduced:
    """
    The procedure reduced to the steps that a law mentions.
    """

    def __init__(self, program: Program, law: Law) -> None:
        self.names = {stop.number: stop.id for stop in program.stops}
        self.net = Net(program)
        self.net.reduce(keep=frozenset(program.number[s] for s in law.steps if s in program.number))

    def begin(self) -> Iterator[tuple[int, Way]]:
        yield from self.net.moves[START].items()

    def over(self, marking: int) -> bool:
        return not marking & ~self.net.ends

    def steps(self, marking: int) -> Iterator[_Step]:
        for number in self.net.ready(marking):
            left = self.net.left(marking, number)
            for puts, way in self.net.moves[number].items():
                if not left & puts:
                    yield _Step(self.names[number], "", way, left | puts)


class _Search:
    def __init__(self, law: Law, tracking: Tracking | None, steps: Mapping[str, object]) -> None:
        self.law = law
        self.reading = Reading(law)
        self.tracking = tracking
        #: The chart's steps, where the law is on who does them or on how long they take.
        self.steps = steps

    def run(self, walk: _Walk, *, bound: int) -> tuple[Passed, ...] | str | None:
        came: _Came = {}
        for marking, way in walk.begin():
            for known in self.tracking.begin() if self.tracking else ((),):
                came[marking, self.reading.start, known] = None, way
        queue = deque(came)
        while queue:
            here = queue.popleft()
            marking, states, known = here
            over = walk.over(marking)
            if self.reading.broken(states) or (over and not self.reading.accepts(states)):
                return _trace(came, here)
            if over or self.reading.settled(states):
                continue
            for step in walk.steps(marking):
                for now, holds in self.known(step, known):
                    there = step.after, self.reading.after(states, step.name, holds=holds), now
                    if there in came:
                        continue
                    if len(came) >= bound:
                        return "gave up"
                    came[there] = here, step.way
                    queue.append(there)
        return None

    def known(self, step: _Step, known: Known) -> Iterator[tuple[Known, bool]]:
        """
        What the case can know once a step was left, and whether the law's condition holds then.
        """
        if self.tracking is None:
            yield known, not self.steps or may_break(self.law, self.steps, step.name)
            return
        made = step.stop.step if step.stop is not None else None
        for now in self.tracking.after(made, step.outcome, known):
            yield now, self.tracking.holds(now)


def _trace(came: _Came, here: _Place) -> tuple[Passed, ...]:
    ways = []
    at: _Place | None = here
    while at is not None:
        at, way = came[at]
        ways.append(way)
    return tuple(passed for way in reversed(ways) for passed in passed_on(way))
