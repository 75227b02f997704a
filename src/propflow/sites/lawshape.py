"""
What a law looks like in a file: one template, the steps it speaks of, and its bounds.
"""

from __future__ import annotations

from typing import Any, ClassVar

import attrs

from propflow.sites.items import Labelled
from propflow.sites.kinds import Box, Cell, FactName, Id, Length, Limit, RoleName, StepName, Value

#: Where a template speaks of as many steps as one likes, and says something of each.
EACH = 0


def _law(steps: int, *, counts: str = "no", within: str = "yes") -> Any:
    """
    A template: how many steps it speaks of, whether it counts, whether it can be bound in time.
    """
    return attrs.field(default=(), metadata={"steps": steps, "counts": counts, "within": within})


_EACH = {"steps": EACH, "counts": "no", "within": "no"}


@attrs.frozen(kw_only=True, eq=False)
class LawShape(Labelled):
    """
    What must hold on every path. Exactly one of its templates is given.

    Attributes:
        law: Name of the law.
        covers: Numbers of the boxes that it stands for, as in "4.03".
        existence: The step is done.
        absence: The step is never done.
        exactly: The step is done just so many times.
        at_most_once: The step is done once or never.
        init: The step is done first.
        end: The step is done last.
        choice: One of the two steps is done, or both.
        exclusive_choice: One of the two steps is done and the other is not.
        responded_existence: Where the first step is done, so is the second, before or after.
        co_existence: Both steps are done, or neither.
        response: After the first step the second follows.
        precedence: The second step is done only after the first.
        succession: After the first step the second follows, and never without it.
        alternate_response: After the first step the second follows before the first comes again.
        alternate_precedence: The second step is done only after the first, each time a new one.
        alternate_succession: The two steps take turns, the first step first.
        chain_response: Right after the first step the second follows.
        chain_precedence: The second step is done only right after the first.
        chain_succession: Right after the first step the second follows, and never otherwise.
        not_co_existence: The two steps are not both done.
        not_succession: After the first step the second never comes.
        not_chain_succession: Right after the first step the second never comes.
        done_by: Each step, and the roles of which nobody else ever does it.
        at_most: Each step, and how long it may take.
        at_least: Each step, and how long it takes at the least.
        two_people: The two steps are never both done by the same person.
        where: A condition on what the case knows when the step is done that the law starts out
            from; where it does not hold, that step does not count.
        within: How long the law gives.
        times: How often, for existence (at least), absence (not even) and exactly (just) so often.
    """

    noun: ClassVar[str] = "law"

    law: Id
    covers: tuple[Box, ...] = ()
    existence: tuple[StepName, ...] = _law(1, counts="yes")
    absence: tuple[StepName, ...] = _law(1, counts="yes")
    exactly: tuple[StepName, ...] = _law(1, counts="yes")
    at_most_once: tuple[StepName, ...] = _law(1)
    init: tuple[StepName, ...] = _law(1, within="no")
    end: tuple[StepName, ...] = _law(1, within="no")
    choice: tuple[StepName, ...] = _law(2)
    exclusive_choice: tuple[StepName, ...] = _law(2)
    responded_existence: tuple[StepName, ...] = _law(2)
    co_existence: tuple[StepName, ...] = _law(2)
    response: tuple[StepName, ...] = _law(2)
    precedence: tuple[StepName, ...] = _law(2)
    succession: tuple[StepName, ...] = _law(2)
    alternate_response: tuple[StepName, ...] = _law(2)
    alternate_precedence: tuple[StepName, ...] = _law(2)
    alternate_succession: tuple[StepName, ...] = _law(2)
    chain_response: tuple[StepName, ...] = _law(2)
    chain_precedence: tuple[StepName, ...] = _law(2)
    chain_succession: tuple[StepName, ...] = _law(2)
    not_co_existence: tuple[StepName, ...] = _law(2)
    not_succession: tuple[StepName, ...] = _law(2)
    not_chain_succession: tuple[StepName, ...] = _law(2, within="no")
    done_by: dict[StepName, tuple[RoleName, ...]] = attrs.field(factory=dict, metadata=_EACH)
    at_most: dict[StepName, Limit] = attrs.field(factory=dict, metadata=_EACH)
    at_least: dict[StepName, Limit] = attrs.field(factory=dict, metadata=_EACH)
    two_people: tuple[StepName, ...] = _law(2, within="no")
    where: dict[FactName, Cell] = attrs.field(factory=dict)
    within: Length | None = None
    times: Value | None = None


#: How many steps each template of a law speaks of.
TEMPLATES: dict[str, int] = {
    field.name.replace("_", "-"): field.metadata["steps"]
    for field in attrs.fields(LawShape)
    if "steps" in field.metadata
}
#: The templates that count.
COUNTING = frozenset(
    field.name.replace("_", "-")
    for field in attrs.fields(LawShape)
    if field.metadata.get("counts") == "yes"
)
#: The templates that cannot be bound in time.
TIMELESS = frozenset(
    field.name.replace("_", "-")
    for field in attrs.fields(LawShape)
    if field.metadata.get("within") == "no"
)
#: The templates that hold whatever the case knows.
UNCONDITIONAL = frozenset(name for name, steps in TEMPLATES.items() if steps == EACH) | {
    "two-people"
}
