"""
Laws: what must hold on every path, each a small automaton that watches the steps go by.

Source: Pesic, Schonenberg, van der Aalst, "DECLARE: Full Support for Loosely-Structured
Processes", EDOC 2007.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from propflow.procedures import Law, Program
from propflow.verify.explore import BOUND, Passed, explore

#: For each template, how many steps it speaks of, and its meaning.
TEMPLATES = {
    "existence": (1, "{0} happens"),
    "absence": (1, "{0} never happens"),
    "init": (1, "{0} happens first"),
    "end": (1, "{0} happens last"),
    "at-most-once": (1, "{0} happens once at the most"),
    "choice": (2, "{0} or {1} happens"),
    "exclusive-choice": (2, "{0} or {1} happens, and not both"),
    "responded-existence": (2, "where {0} happens, {1} happens as well, before or after"),
    "co-existence": (2, "{0} and {1} happen both or neither"),
    "response": (2, "after {0}, {1} follows"),
    "precedence": (2, "{1} only after {0}"),
    "succession": (2, "{1} only after {0}, and after {0}, {1} follows"),
    "not-succession": (2, "after {0}, {1} never follows"),
    "not-co-existence": (2, "{0} and {1} do not both happen"),
}


@attrs.frozen
class Watch:
    """
    What a law has seen so far.

    Attributes:
        some: Whether anything at all has happened.
        a: Whether the first step of the law has happened.
        b: Whether the second has.
        owed: Whether the second is still to follow the first.
        last: Whether what happened last is the first step of the law.
        broken: Whether nothing that follows can mend it.
    """

    some: bool = False
    a: bool = False
    b: bool = False
    owed: bool = False
    last: bool = False
    broken: bool = False

    def after(self, law: Law, step: str) -> Watch:
        """
        What the law has seen after one more step.
        """
        if self.broken:
            return self
        is_a = step == law.steps[0]
        is_b = len(law.steps) > 1 and step == law.steps[1]
        broken = (
            (law.template == "absence" and is_a)
            or (law.template == "init" and not self.some and not is_a)
            or (law.template == "at-most-once" and is_a and self.a)
            or (law.template in ("precedence", "succession") and is_b and not self.a)
            or (law.template == "not-succession" and is_b and self.a)
        )
        # Only what the template speaks of is kept, so that exploring stays small.
        return Watch(
            some=law.template == "init",
            a=self.a or is_a,
            b=self.b or is_b,
            owed=law.template in ("response", "succession") and (is_a or (self.owed and not is_b)),
            last=law.template == "end" and is_a,
            broken=broken,
        )

    def holds_at_end(self, law: Law) -> bool:
        """
        Whether the law has held, now that the case is over.
        """
        a, b = self.a, self.b
        at_end = {
            "existence": a,
            "init": a,
            "end": self.last,
            "choice": a or b,
            "exclusive-choice": a != b,
            "responded-existence": not a or b,
            "co-existence": a == b,
            "response": not self.owed,
            "succession": not self.owed,
            "not-co-existence": not (a and b),
        }
        return not self.broken and at_end.get(law.template, True)


def holds(law: Law, steps: Iterable[str]) -> bool:
    """
    Whether a law held in a case that is over.

    Args:
        law: The law.
        steps: The steps of the case, in the order in which they were done.
    """
    watch = Watch()
    for step in steps:
        watch = watch.after(law, step)
    return watch.holds_at_end(law)


def counterexample(
    program: Program, law: Law, *, bound: int = BOUND
) -> tuple[Passed, ...] | str | None:
    """
    A shortest way through a procedure on which a law does not hold.

    Returns:
        The way; nothing where the law holds on every path; ``"gave up"`` past the bound.
    """
    explored = explore(program, Watch(), lambda watch, step, _: watch.after(law, step), bound=bound)
    for place in explored.came:
        if place.state.broken or (
            program.end(place.marking) is not None and not place.state.holds_at_end(law)
        ):
            return explored.trace(place)
    return None if explored.complete == "yes" else "gave up"


def say_law(law: Law) -> str:
    """
    A law in a plain phrase: ``'file' only after 'reply'``.
    """
    return TEMPLATES[law.template][1].format(*(repr(step) for step in law.steps))
