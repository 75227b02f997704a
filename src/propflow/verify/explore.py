"""
Every place that a case of a procedure can come to, and the shortest way there.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

import attrs

from propflow.procedures import LATE, Program, Stop, TwiceError, Wait

#: So many different places are looked at; past that the answer is "gave up".
BOUND = 200_000

#: A step that was left, and the outcome by which.
Passed = tuple[str, str]

S = TypeVar("S")


def outcomes(stop: Stop) -> Iterator[str]:
    """
    The outcomes by which a step can be left.
    """
    if "" not in stop.moves:
        yield from stop.moves
    elif isinstance(stop.step, Wait):
        yield from stop.step.messages
        if stop.step.within is not None:
            yield LATE
    else:
        yield ""


def nothing_else(state: S, step: str, outcome: str) -> S:  # noqa: ARG001 the shape of `follow`
    """
    Keep track of nothing but the marking.
    """
    return state


@attrs.frozen
class Found(Generic[S]):
    """
    A place that was reached: the marking, and what else was kept track of.
    """

    marking: int
    state: S


@attrs.define
class Explored(Generic[S]):
    """
    What an exploration found.

    Attributes:
        came: For each place, the place before it and the step that led there; the first has
            none.
        after: For each place, the places that follow it.
        twice: A way on which a step would be entered twice at once, and that step.
        complete: ``yes``, or ``no`` where the bound was met.
    """

    came: dict[Found[S], tuple[Found[S], Passed] | None]
    after: dict[Found[S], list[Found[S]]]
    twice: tuple[tuple[Passed, ...], str] | None = None
    complete: str = "yes"

    def trace(self, place: Found[S]) -> tuple[Passed, ...]:
        """
        The shortest way to a place.
        """
        steps: list[Passed] = []
        came = self.came[place]
        while came is not None:
            place, passed = came
            steps.append(passed)
            came = self.came[place]
        return tuple(reversed(steps))


def explore(
    program: Program,
    state: S,
    follow: Callable[[S, str, str], S],
    *,
    bound: int = BOUND,
) -> Explored[S]:
    """
    Walk through every place that a case can come to, nearest first.

    Args:
        program: The compiled procedure.
        state: What else is kept track of, at the start.
        follow: From what was kept track of, a step and its outcome, to what is kept track of now.
        bound: How many places at the most.
    """
    explored: Explored[S] = Explored(came={}, after={})
    try:
        first = Found(program.begin(), state)
    except TwiceError as error:
        explored.twice = (), error.step or "?"
        return explored
    explored.came[first] = None
    queue = deque([first])
    while queue:
        place = queue.popleft()
        following = explored.after[place] = []
        if program.end(place.marking) is not None:
            continue
        for stop in program.open(place.marking):
            for outcome in outcomes(stop):
                try:
                    marking = program.fire(place.marking, stop, outcome)
                except TwiceError as error:
                    if explored.twice is None:
                        way = (*explored.trace(place), (stop.id, outcome))
                        explored.twice = way, error.step or stop.id
                    continue
                found = Found(marking, follow(place.state, stop.id, outcome))
                following.append(found)
                if found not in explored.came:
                    if len(explored.came) >= bound:
                        explored.complete = "no"
                        return explored
                    explored.came[found] = place, (stop.id, outcome)
                    queue.append(found)
    return explored


def paths(program: Program) -> Iterator[tuple[Passed, ...]]:
    """
    Ways from the start to an end that between them take every outcome of every step.

    Each is the shortest to the outcome that it is for, and then the shortest to an end.
    """
    explored = explore(program, None, nothing_else)
    to_end = _nearest_end(program, explored)
    missing: dict[Passed, None] = {
        (stop.id, outcome): None
        for stop in program.stops
        if stop.step is not None
        for outcome in outcomes(stop)
    }
    for place in explored.after:
        for stop in program.open(place.marking):
            for outcome in outcomes(stop):
                if (stop.id, outcome) not in missing:
                    continue
                following = Found(program.fire(place.marking, stop, outcome), None)
                way = (*explored.trace(place), (stop.id, outcome), *to_end(following))
                for passed in way:
                    missing.pop(passed, None)
                yield way


def _nearest_end(
    program: Program, explored: Explored[None]
) -> Callable[[Found[None]], tuple[Passed, ...]]:
    """
    A function from a place to the shortest way from there to an end.
    """
    before: dict[Found[None], list[Found[None]]] = {place: [] for place in explored.came}
    for place, following in explored.after.items():
        for found in following:
            before[found].append(place)
    nearer: dict[Found[None], Found[None] | None] = {
        place: None for place in explored.came if program.end(place.marking) is not None
    }
    queue = deque(nearer)
    while queue:
        place = queue.popleft()
        for earlier in before[place]:
            if earlier not in nearer:
                nearer[earlier] = place
                queue.append(earlier)

    def way(place: Found[None]) -> tuple[Passed, ...]:
        steps: list[Passed] = []
        while (following := nearer[place]) is not None:
            steps.append(_between(program, place.marking, following.marking))
            place = following
        return tuple(steps)

    return way


def _between(program: Program, marking: int, after: int) -> Passed:
    return next(
        (stop.id, outcome)
        for stop in program.open(marking)
        for outcome in outcomes(stop)
        if program.fire(marking, stop, outcome) == after
    )


__all__ = ["Explored", "Found", "Passed", "explore", "outcomes", "paths"]
