"""
Chooses ways through a procedure that are worth a test each, and writes the tests.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import combinations

from propflow.errors import HandbookError
from propflow.procedures import Program
from propflow.sites import Site
from propflow.verify import Passed, explore, outcomes, paths

#: The ways that can be asked for.
MANNERS = ("transitions", "shortest", "pairwise")

Way = tuple[Passed, ...]


def ways(program: Program, *, manner: str = "transitions") -> list[Way]:
    """
    Ways from the start to an end, each the shortest for what it is for.

    Args:
        program: The compiled procedure. It is sound.
        manner: ``transitions``, so that every outcome of every step is taken; ``shortest``, one
            to each end; ``pairwise``, so that any two outcomes of different decisions which can
            come together in one case do.

    Raises:
        ValueError: There is no such manner.
    """
    match manner:
        case "transitions":
            return list(paths(program))
        case "shortest":
            return list(_to_each_end(program))
        case "pairwise":
            return list(_pairs(program))
    raise ValueError(f"{manner!r} is not one of {', '.join(MANNERS)}.")


def _to_each_end(program: Program) -> Iterator[Way]:
    explored = explore(program, None, lambda state, _step, _outcome: state)
    left = set(program.ends.values())
    for place in explored.came:
        end = program.end(place.marking)
        if end in left:
            left.discard(end)
            yield explored.trace(place)


def _pairs(program: Program) -> Iterator[Way]:
    deciding = {
        (stop.id, outcome)
        for stop in program.stops
        if stop.step is not None and len(list(outcomes(stop))) > 1
        for outcome in outcomes(stop)
    }
    left = {pair for pair in combinations(sorted(deciding), 2) if pair[0][0] != pair[1][0]}
    while left:
        pair = min(left)
        way = _with(program, pair)
        left.discard(pair)
        if way is None:
            continue
        met = sorted(deciding.intersection(way))
        left -= set(combinations(met, 2))
        yield way


def _with(program: Program, wanted: tuple[Passed, Passed]) -> Way | None:
    """
    A shortest way to an end on which two outcomes come, or nothing where there is none.
    """
    # Which of the two have come is all that is kept beside the marking.
    first = program.begin(), frozenset[Passed]()
    came: dict[
        tuple[int, frozenset[Passed]], tuple[tuple[int, frozenset[Passed]], Passed] | None
    ] = {first: None}
    queue = deque([first])
    while queue:
        here = queue.popleft()
        marking, met = here
        if program.end(marking) is not None:
            if len(met) == len(wanted):
                return _back(came, here)
            continue
        for stop in program.open(marking):
            for outcome in outcomes(stop):
                passed = stop.id, outcome
                after = met | {passed} if passed in wanted else met
                there = program.fire(marking, stop, outcome), after
                if there not in came:
                    came[there] = here, passed
                    queue.append(there)
    return None


def _back(
    came: dict[tuple[int, frozenset[Passed]], tuple[tuple[int, frozenset[Passed]], Passed] | None],
    here: tuple[int, frozenset[Passed]],
) -> Way:
    found: list[Passed] = []
    at = came[here]
    while at is not None:
        here, passed = at
        found.append(passed)
        at = came[here]
    return tuple(reversed(found))


class WayError(HandbookError):
    """
    A way cannot be gone as it is written.
    """

    def __str__(self) -> str:
        procedure, number, step, why = self.args
        return f"{procedure}: the way ends at its step {number}, {step!r}: {why}"


def follow(site: Site, procedure: str, way: Iterable[Passed]) -> str:
    """
    Go a way through a procedure; returns the end that it comes to.

    Args:
        site: The site.
        procedure: Id of the procedure.
        way: Steps and the outcomes by which they are left.

    Raises:
        WayError: A step is not open when its turn comes, has no such outcome, or the way stops
            before an end.
    """
    program = site.program(procedure)
    marking = program.begin()
    number = 0
    for number, (step, outcome) in enumerate(way, 1):
        there = [stop.id for stop in program.open(marking)]
        if step not in there:
            raise WayError(procedure, number, step, f"open is {', '.join(there) or 'nothing'}.")
        stop = program.stops[program.number[step]]
        if outcome not in outcomes(stop):
            raise WayError(procedure, number, step, f"it never comes to {outcome!r}.")
        marking = program.fire(marking, stop, outcome)
    end = program.end(marking)
    if end is None:
        there = [stop.id for stop in program.open(marking)]
        raise WayError(procedure, number + 1, there[0], "the way stops before an end.")
    return end


def write_tests(
    site: Site, procedure: str, *, manner: str = "transitions", fixture: str = "site"
) -> str:
    """
    A file of plain pytest cases, one for each way.

    Args:
        site: The site.
        procedure: Id of the procedure.
        manner: Which ways; see `ways`.
        fixture: Name of the fixture that gives the site.
    """
    name = procedure.replace("-", "_")
    title = site.procedure(procedure).title.to("en")
    lines = [
        '"""',
        f"{title}: every way that is worth a test, by {manner}.",
        '"""',
        "",
        "from propflow.testing import follow",
    ]
    for number, way in enumerate(ways(site.program(procedure), manner=manner), 1):
        end = follow(site, procedure, way)
        turns = [f"{step} ({by})" for step, by in way if by] or [step for step, _ in way[:1]]
        lines += ["", "", f"def test_{name}_{number}({fixture}):", '    """']
        lines += [f"    By way of {', '.join(turns)}.", '    """', "    way = ["]
        lines += [f"        ({step!r}, {outcome!r})," for step, outcome in way]
        lines += ["    ]", f"    assert follow({fixture}, {procedure!r}, way) == {end!r}"]
    return "\n".join(lines) + "\n"
