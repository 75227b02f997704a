"""
A shortest way through one procedure that cannot be gone through another.
"""

from __future__ import annotations

from collections import deque

from propflow.procedures import Program, TwiceError
from propflow.verify.explore import Passed, outcomes

#: So many pairs of places are looked at.
PAIRS = 50_000


def only_in(one: Program, other: Program, *, bound: int = PAIRS) -> tuple[Passed, ...] | str | None:
    """
    A shortest run of one procedure, to an end, that the other does not have.

    Runs are the same where they pass the same steps by the same outcomes, one after another.

    Args:
        one: Whose run it is.
        other: Which does not have it.
        bound: How many pairs of places are looked at, at the most.

    Returns:
        The run; nothing where the other has every run of the first; ``"gave up"`` past the bound.
    """
    start = (one.begin(), other.begin())
    came: dict[tuple[int, int], tuple[tuple[int, int], Passed] | None] = {start: None}
    queue = deque([start])
    while queue:
        here = queue.popleft()
        if one.end(here[0]) is not None and other.end(here[1]) is None:
            return _way(came, here)
        theirs = {
            (stop.id, outcome): stop for stop in other.open(here[1]) for outcome in outcomes(stop)
        }
        for stop in one.open(here[0]):
            for outcome in outcomes(stop):
                passed = (stop.id, outcome)
                try:
                    after = one.fire(here[0], stop, outcome)
                except (TwiceError, KeyError):
                    continue
                if passed not in theirs:
                    return (*_way(came, here), passed, *_to_end(one, after))
                try:
                    there = other.fire(here[1], theirs[passed], outcome)
                except (TwiceError, KeyError):
                    return (*_way(came, here), passed, *_to_end(one, after))
                if (after, there) not in came:
                    if len(came) >= bound:
                        return "gave up"
                    came[after, there] = (here, passed)
                    queue.append((after, there))
    return None


def _way(
    came: dict[tuple[int, int], tuple[tuple[int, int], Passed] | None], here: tuple[int, int]
) -> tuple[Passed, ...]:
    way: list[Passed] = []
    step = came[here]
    while step is not None:
        before, passed = step
        way.append(passed)
        step = came[before]
    return tuple(reversed(way))


def _to_end(program: Program, marking: int) -> tuple[Passed, ...]:
    """
    A shortest way on to an end.
    """
    came: dict[int, tuple[int, Passed] | None] = {marking: None}
    queue = deque([marking])
    while queue:
        here = queue.popleft()
        if program.end(here) is not None:
            way: list[Passed] = []
            step = came[here]
            while step is not None:
                before, passed = step
                way.append(passed)
                step = came[before]
            return tuple(reversed(way))
        for stop in program.open(here):
            for outcome in outcomes(stop):
                try:
                    after = program.fire(here, stop, outcome)
                except (TwiceError, KeyError):
                    continue
                if after not in came and len(came) < PAIRS:
                    came[after] = (here, (stop.id, outcome))
                    queue.append(after)
    return ()
