"""
Sound: every case can come to an end, nothing is entered twice at once, no step is dead.

Source: van der Aalst, "The Application of Petri Nets to Workflow Management", Journal of
Circuits, Systems and Computers 8 (1998). Several ends are allowed here: a case is over when
nothing but ends is marked.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import attrs

from propflow.procedures import Program
from propflow.verify.explore import BOUND, Explored, Found, Passed, explore, nothing_else


@attrs.frozen(kw_only=True)
class Unsound:
    """
    One reason why a procedure is not sound.

    Attributes:
        rule: ``twice``, ``stuck``, ``dead-step`` or ``gave-up``.
        step: The step at fault, where there is one.
        what: What goes wrong, in a sentence.
        trace: A shortest way to it: steps and the outcomes by which they were left.
    """

    rule: str
    step: str | None
    what: str
    trace: tuple[Passed, ...] = ()


def soundness(program: Program, *, bound: int = BOUND) -> list[Unsound]:
    """
    Why a procedure is not sound; an empty list where it is.
    """
    explored = explore(program, None, nothing_else, bound=bound)
    if explored.complete == "no":
        return [
            Unsound(
                rule="gave-up",
                step=None,
                what=f"more than {bound} different places can be reached; nothing is proved.",
            )
        ]
    if not explored.came:
        return list(_twice(explored))
    return [*_twice(explored), *_stuck(program, explored), *_dead(program, explored)]


def _twice(explored: Explored[None]) -> Iterator[Unsound]:
    if explored.twice is not None:
        trace, step = explored.twice
        yield Unsound(
            rule="twice", step=step, trace=trace, what=f"step {step!r} is entered twice at once."
        )


def _stuck(program: Program, explored: Explored[None]) -> Iterator[Unsound]:
    before: dict[Found[None], list[Found[None]]] = {place: [] for place in explored.came}
    for place, following in explored.after.items():
        for found in following:
            before[found].append(place)
    good = {place for place in explored.came if program.end(place.marking) is not None}
    queue = deque(good)
    while queue:
        for earlier in before[queue.popleft()]:
            if earlier not in good:
                good.add(earlier)
                queue.append(earlier)
    # `came` is in the order of distance, so the first one is nearest to the start.
    worst = next((place for place in explored.came if place not in good), None)
    if worst is not None:
        waiting = ", ".join(repr(stop.id) for stop in program.open(worst.marking))
        trace = explored.trace(worst)
        yield Unsound(
            rule="stuck",
            step=trace[-1][0] if trace else None,
            trace=trace,
            what="from here no end can be reached"
            + (f"; open is {waiting}." if waiting else "; nothing is open."),
        )


def _dead(program: Program, explored: Explored[None]) -> Iterator[Unsound]:
    alive = {stop.id for place in explored.came for stop in program.open(place.marking)}
    for stop in program.stops:
        if stop.step is not None and stop.id not in alive:
            yield Unsound(
                rule="dead-step", step=stop.id, what=f"step {stop.id!r} can never be reached."
            )
    for bit, name in program.ends.items():
        if not any(place.marking & bit for place in explored.came):
            yield Unsound(rule="dead-step", step=name, what=f"end {name!r} can never be reached.")
