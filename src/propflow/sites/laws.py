"""
Makes a law of what a file says: one template, steps, a condition, a time, a count.
"""

from __future__ import annotations

from collections.abc import Mapping

from propflow.durations import Deadline
from propflow.fields import Field
from propflow.procedures import Law
from propflow.sites.check import check_cell
from propflow.sites.faults import Faults
from propflow.sites.kinds import Limit, StepName
from propflow.sites.lawshape import COUNTING, EACH, TEMPLATES, TIMELESS, UNCONDITIONAL, LawShape
from propflow.sites.nodes import Word
from propflow.sites.steps import Surroundings

#: A law that counts further than this says nothing about people.
MOST_TIMES = 100


def law_of(
    shape: LawShape, facts: Mapping[str, Field], around: Surroundings, faults: Faults
) -> Law:
    """
    The law that an entry states.

    Args:
        shape: The entry.
        facts: The facts of its procedure, for the law's condition.
        around: The site's settings, for its time.
        faults: Takes what is wrong.
    """
    given = [
        (name, getattr(shape, name.replace("-", "_")))
        for name in TEMPLATES
        if getattr(shape, name.replace("-", "_"))
    ]
    if len(given) != 1:
        hint = ", ".join(TEMPLATES) if not given else ", ".join(name for name, _ in given)
        faults.add(shape.place, f"law {str(shape.law)!r} says exactly one of these: {hint}.")
        return Law(id=str(shape.law), template="", steps=())
    template, steps = given[0]
    count = TEMPLATES[template]
    if shape.where and template in UNCONDITIONAL:
        faults.add(shape.place, f"{template!r} takes no condition: it always holds.")
    if count == EACH:
        pass
    elif len(steps) != count:
        faults.add(
            steps[0].place,
            f"{template!r} speaks of {count} step{'s' if count > 1 else ''}, not of {len(steps)}.",
        )
    elif len(set(map(str, steps))) < count:
        faults.add(steps[1].place, f"{template!r} speaks of two different steps.")
    for name, cell in shape.where.items():
        if str(name) in facts:
            check_cell(cell, facts[str(name)], faults)
    if shape.within is not None and template in TIMELESS:
        faults.add(shape.within.word.place, f"{template!r} cannot be bound in time.")
    return Law(
        id=str(shape.law),
        template=template,
        steps=tuple(map(str, steps)),
        label=shape.label,
        covers=tuple(map(str, shape.covers)),
        where=tuple((str(name), str(cell)) for name, cell in shape.where.items()),
        within=around.time(shape.within, faults),
        times=_times(template, shape.times, faults),
        by=tuple((str(step), tuple(map(str, roles))) for step, roles in shape.done_by.items()),
        limits=_limits(shape.at_most or shape.at_least, around, faults),
        place=shape.place,
    )


def _limits(
    said: Mapping[StepName, Limit], around: Surroundings, faults: Faults
) -> tuple[tuple[str, Deadline], ...]:
    found = ((str(step), around.limit(limit, faults)) for step, limit in said.items())
    return tuple((step, limit) for step, limit in found if limit is not None)


def _times(template: str, word: Word | None, faults: Faults) -> int:
    if word is None:
        return 1
    if template not in COUNTING:
        known = ", ".join(sorted(COUNTING))
        faults.add(word.place, f"{template!r} does not count. Those that do are {known}.")
    elif not (word.isascii() and word.isdecimal() and 1 <= int(word) <= MOST_TIMES):
        faults.add(
            word.place, f"{str(word)!r} is not how often. Write a number from 1 to {MOST_TIMES}."
        )
    else:
        return int(word)
    return 1
