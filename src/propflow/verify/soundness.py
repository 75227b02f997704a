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

from propflow.procedures import Program, TwiceError
from propflow.verify.explore import BOUND, Explored, Found, Passed, explore, nothing_else
from propflow.verify.reduce import Net
from propflow.verify.residue import verdict

#: So many places are looked at for the shortest way to a fault that is known to be there. Past
#: that, some way to it is shown.
SHORTEST = 20_000


@attrs.frozen(kw_only=True)
class Unsound:
    """
    One reason why a procedure is not sound.

    Attributes:
        rule: ``twice``, ``stuck``, ``dead-step`` or ``gave-up``.
        step: The step at fault, where there is one.
        what: What goes wrong, in a sentence.
        trace: A way to it, the shortest where `SHORTEST` places suffice to find it: steps and
            the outcomes by which they were left.
    """

    rule: str
    step: str | None
    what: str
    trace: tuple[Passed, ...] = ()


def soundness(program: Program, *, bound: int = BOUND, shortest: int = SHORTEST) -> list[Unsound]:
    """
    Why a procedure is not sound; an empty list where it is.

    The procedure is first made small by rules that do not change the answer; what is left is
    explored. Where it is not sound, the way to the fault is looked for in the procedure itself.

    Args:
        program: The compiled procedure.
        bound: How many places are looked at, at the most. Past that the one finding is
            ``gave-up``: nothing is called sound that was not proved.
        shortest: How many places are looked at for the shortest way to a fault that is known to
            be there; past that some way to it is shown.
    """
    net = Net(program)
    net.reduce()
    found = verdict(net, bound=bound)
    if found.answer == "sound":
        return []
    if found.answer == "gave up":
        return [
            Unsound(
                rule="gave-up",
                step=None,
                what=f"more than {bound} different places can be reached; nothing is proved.",
            )
        ]
    explored = explore(program, None, nothing_else, bound=shortest)
    if explored.complete == "yes":
        return list(_faults(program, explored))
    if explored.twice is not None:
        return list(_twice(explored))
    steps, ends = found.dead
    if steps or ends:
        names = [program.stops[number].id for number in steps]
        return [_never("step", name) for name in names] + [
            _never("end", name) for bit, name in program.ends.items() if bit & ends
        ]
    return [_replayed(program, found.trace)]


def _faults(program: Program, explored: Explored[None]) -> Iterator[Unsound]:
    yield from _twice(explored)
    if explored.came:
        yield from _stuck(program, explored)
        yield from _dead(program, explored)


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
        yield _no_end(program, worst.marking, explored.trace(worst))


def _no_end(program: Program, marking: int, trace: tuple[Passed, ...]) -> Unsound:
    waiting = ", ".join(repr(stop.id) for stop in program.open(marking))
    return Unsound(
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
            yield _never("step", stop.id)
    for bit, name in program.ends.items():
        if not any(place.marking & bit for place in explored.came):
            yield _never("end", name)


def _never(kind: str, name: str) -> Unsound:
    return Unsound(rule="dead-step", step=name, what=f"{kind} {name!r} can never be reached.")


def _replayed(program: Program, trace: tuple[Passed, ...]) -> Unsound:
    """
    The fault at the end of a way that was found in the reduced procedure.
    """
    marking = program.begin()
    for number, (step, outcome) in enumerate(trace, 1):
        try:
            marking = program.fire(marking, program.stops[program.number[step]], outcome)
        except TwiceError as error:
            return Unsound(
                rule="twice",
                step=error.step or step,
                trace=trace[:number],
                what=f"step {error.step or step!r} is entered twice at once.",
            )
    return _no_end(program, marking, trace)
