"""
Proves a law on every path of a procedure, or shows a shortest path on which it does not hold.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import product
from typing import Protocol

import attrs

from propflow.fields import Field
from propflow.procedures import Call, Decide, Law, Program, Stop, TwiceError, Wait, Work
from propflow.rules import Cell, parse_cell
from propflow.verify.automata import VOCABULARY
from propflow.verify.explore import BOUND, Passed, outcomes
from propflow.verify.laws import Reading, States
from propflow.verify.reduce import START, Net, Way, passed_on

#: A chart with no more places than this is proved as it stands; a larger one is first reduced
#: to what the law mentions.
SMALL = 500
#: So many places are looked at for the shortest way on which a law is known to break.
SHORTEST = 20_000

#: What is known of each fact that the law's condition asks for: a word of a choice, whether the
#: condition's cell admits it, or nothing yet.
Known = tuple[str | None, ...]


def counterexample(
    program: Program, law: Law, *, facts: Iterable[Field] = (), bound: int = BOUND
) -> tuple[Passed, ...] | str | None:
    """
    A shortest way through a procedure on which a law does not hold.

    A law's time bound is left to those who watch a case or read a log: no path by itself says
    how long people take.

    Args:
        program: The compiled procedure.
        law: The law.
        facts: The facts of the procedure, for the law's condition.
        bound: How many places are looked at, at the most.

    Returns:
        The way; nothing where the law holds on every path; ``"gave up"`` past the bound.
    """
    search = _Search(law, tuple(facts))
    whole = _Whole(program)
    found = search.run(whole, bound=min(bound, SMALL))
    if found != "gave up" or bound <= SMALL:
        return found
    if law.where or VOCABULARY[law.template].next == "yes":
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


@attrs.frozen
class _Tracked:
    """
    A fact that a condition asks for, and what can be known of it.
    """

    field: Field
    cell: Cell
    text: str

    @property
    def values(self) -> tuple[str, ...]:
        return self.field.of if self.field.type == "choice" else ("in", "out")

    def admits(self, value: str | None) -> bool:
        if value is None:
            return False
        return self.cell.admits(value) if self.field.type == "choice" else value == "in"


class _Search:
    def __init__(self, law: Law, facts: tuple[Field, ...]) -> None:
        self.law = law
        self.reading = Reading(law)
        fields = {field.name: field for field in facts}
        self.tracked = tuple(
            _Tracked(fields[name], parse_cell(text, fields[name]), text) for name, text in law.where
        )

    def run(self, walk: _Walk, *, bound: int) -> tuple[Passed, ...] | str | None:
        start = self.reading.start
        unknown: Known = (None,) * len(self.tracked)
        came: dict[tuple[int, States, Known], tuple[tuple[int, States, Known] | None, Way]] = {}
        for marking, way in walk.begin():
            for known in self.given(unknown):
                came[marking, start, known] = None, way
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
                for now in self.filled(step, known):
                    after = self.reading.after(states, step.name, holds=self.holds(now))
                    there = step.after, after, now
                    if there in came:
                        continue
                    if len(came) >= bound:
                        return "gave up"
                    came[there] = here, step.way
                    queue.append(there)
        return None

    # -- what the case knows ----------------------------------------------------------------

    def holds(self, known: Known) -> bool:
        return all(one.admits(value) for one, value in zip(self.tracked, known, strict=True))

    def given(self, unknown: Known) -> Iterator[Known]:
        """
        What can be known when a case is opened: of each fact anything, or nothing yet.
        """
        return product(
            *((value, *one.values) for one, value in zip(self.tracked, unknown, strict=True))
        )

    def filled(self, step: _Step, known: Known) -> Iterator[Known]:
        """
        What can be known once a step was left, if what is known lets it be left that way.
        """
        made = step.stop.step if step.stop is not None else None
        if not self.tracked or made is None:
            return iter((known,))
        match made:
            case Work(asks=asks) if any(one.field.name in asks for one in self.tracked):
                return self.asked(asks, known)
            case Wait():
                return self.given(known)
            case Call(takes=takes) if takes:
                own = [name for name, _ in takes]
                return self.asked(own, known)
            case Decide() as decide if not self.decides(decide, step.outcome, known):
                return iter(())
        return iter((known,))

    def asked(self, names: Iterable[str], known: Known) -> Iterator[Known]:
        names = tuple(names)
        return product(
            *(
                one.values if one.field.name in names else (value,)
                for one, value in zip(self.tracked, known, strict=True)
            )
        )

    def decides(self, decide: Decide, outcome: str, known: Known) -> bool:
        """
        Whether a decision can fall so, as far as what is known says.
        """
        tests = dict(decide.test)
        fits: list[bool] = []
        for one, value in zip(self.tracked, known, strict=True):
            name = one.field.name
            if decide.fact == name and value is not None:
                return value == outcome
            text = tests.get(name)
            if text is None or value is None:
                continue
            if one.field.type == "choice":
                fits.append(parse_cell(text, one.field).admits(value))
            elif text == one.text:
                fits.append(value == "in")
        if outcome == "yes":
            return all(fits)
        # Whatever is not known may still speak against it.
        return not tests or len(fits) < len(tests) or not all(fits)


def _trace(
    came: dict[tuple[int, States, Known], tuple[tuple[int, States, Known] | None, Way]],
    here: tuple[int, States, Known],
) -> tuple[Passed, ...]:
    ways = []
    at: tuple[int, States, Known] | None = here
    while at is not None:
        at, way = came[at]
        ways.append(way)
    return tuple(passed for way in reversed(ways) for passed in passed_on(way))
