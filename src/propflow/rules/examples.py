"""
Examples of what a table decides: those that a table carries, and those that can be made from it.

One for each row, one on each side of every boundary, and pairs that differ in one input and so in
the outcome, which shows that the input matters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from propflow.errors import HandbookError
from propflow.fields import Value, dump
from propflow.rules.analysis import as_facts, gaps, still_open
from propflow.rules.compiled import Decider
from propflow.rules.decision import Ruling, rule
from propflow.rules.example import Example
from propflow.rules.regions import Column
from propflow.rules.search import Search

#: The kinds of example that can be made of a table.
EXAMPLES = ("rows", "boundaries", "pairs")
#: How many steps the search for one pair takes at most.
LONGEST = 20_000


def examples(decider: Decider, kinds: Iterable[str] = EXAMPLES) -> list[Example]:
    """
    Examples made from a table, each once.

    Args:
        decider: The table.
        kinds: Which, of `EXAMPLES`.
    """
    makes = {"rows": by_row, "boundaries": by_boundary, "pairs": _by_pair}
    found: dict[tuple[Any, ...], Example] = {}
    for kind in kinds:
        for example in makes[kind](decider):
            found.setdefault((example.facts, example.at), example)
    return list(found.values())


def by_row(decider: Decider) -> Iterator[Example]:
    """
    For each row facts by which it decides; one for the default, where there is one.

    Rows that can never decide have none.
    """
    for row, part, regions in _alone(decider):
        yield _example(decider, part, as_facts(part.columns, regions), f"row {row + 1}")
    if decider.table.default:
        for gap in gaps(decider, most=1):
            day = gap.period[0] or gap.period[1]
            answer = decider.decide(gap.facts, at=day)
            yield Example(facts=gap.witness, outcome=answer.outcomes, at=day, about="the default")


def by_boundary(decider: Decider) -> Iterator[Example]:
    """
    For each row and each input that it asks for, the values on both sides of every boundary.

    All else is as in the row's own example. Facts that the table does not decide are left out.
    """
    for row, part, regions in _alone(decider):
        own = dict(as_facts(part.columns, regions))
        for column in part.columns:
            name = column.field.name
            for value in _edges(column, column.bits[row]):
                given = {**own, name: value}
                facts = [
                    (field.name, known)
                    for field in decider.table.inputs
                    if (known := given.get(field.name)) is not None
                ]
                said = "not given" if value is None else dump(value)
                example = _example(decider, part, facts, f"{name} {said}")
                if example.outcome:
                    yield example


def by_pair(decider: Decider) -> Iterator[tuple[str, Example, Example]]:
    """
    For each row and each input that it asks for, two examples that differ in this input alone: in
    the first the row decides, in the second the outcome is another. With the input.

    There is none where the row never makes a difference by this input. A search that takes more
    than `LONGEST` steps is given up.

    Source: modified condition/decision coverage, RTCA DO-178C.
    """
    for part in still_open(decider):
        for row in range(len(decider.table.rows)):
            if not part.start >> row & 1:
                continue
            for at, column in enumerate(part.columns):
                found = _Pair(part, row, at).find() if column.bits[row] != column.full else None
                if found is None:
                    continue
                name = f"row {row + 1} by {column.field.name}"
                one, two = (
                    _example(decider, part, as_facts(part.columns, regions), name)
                    for regions in found
                )
                yield column.field.name, one, two


def _by_pair(decider: Decider) -> Iterator[Example]:
    for _, one, two in by_pair(decider):
        yield from (one, two)


class _Pair:
    # The search for two facts that differ in one input, where a row decides the first.

    def __init__(self, part: Decider, row: int, at: int) -> None:
        self.part = part
        self.row = row
        self.at = at
        self.others = [n for n in range(len(part.columns)) if n != at]
        self.dead: set[tuple[int, int, int]] = set()
        self.steps = 0

    def find(self) -> tuple[list[int], list[int]] | None:
        start = self.part.start
        classes = _classes(self.part.columns[self.at])
        bit = 1 << self.row
        inside = [(mask, region) for mask, region in classes if mask & bit]
        outside = [(mask, region) for mask, region in classes if not mask & bit]
        for mask, region in inside:
            for other, beside in outside:
                rest = self.walk(0, start & mask, start & other)
                if rest is not None:
                    one, two = ({self.at: each, **rest} for each in (region, beside))
                    order = range(len(self.part.columns))
                    return [one[n] for n in order], [two[n] for n in order]
        return None

    def walk(self, depth: int, one: int, two: int) -> dict[int, int] | None:
        if not one >> self.row & 1 or one == two or (depth, one, two) in self.dead:
            return None
        self.steps += 1
        if self.steps > LONGEST:
            return None
        if depth == len(self.others):
            return {} if self.differ(one, two) else None
        at = self.others[depth]
        for mask, region in _classes(self.part.columns[at]):
            rest = self.walk(depth + 1, one & mask, two & mask)
            if rest is not None:
                return {at: region, **rest}
        self.dead.add((depth, one, two))
        return None

    def differ(self, one: int, two: int) -> bool:
        table, valid = self.part.table, self.part.start
        first, second = rule(table, one, valid), rule(table, two, valid)
        return (
            isinstance(first, Ruling)
            and isinstance(second, Ruling)
            and self.row + 1 in first.rows
            and first.outcomes != second.outcomes
        )


def _classes(column: Column) -> list[tuple[int, int]]:
    # Regions that every row treats alike are one: the first stands for them.
    found: dict[int, int] = {}
    for region, mask in enumerate(column.masks):
        found.setdefault(mask, region)
    return list(found.items())


def _alone(decider: Decider) -> Iterator[tuple[int, Decider, list[int]]]:
    # For each row regions of the inputs in which it decides.
    searches = [(part, Search(part)) for part in still_open(decider)]
    for row in range(len(decider.table.rows)):
        for part, search in searches:
            regions = search.alone(row, search.rivals(row)) if part.start >> row & 1 else None
            if regions is not None:
                yield row, part, list(regions)
                break


def _edges(column: Column, bits: int) -> Iterator[Value | None]:
    # The values at which a cell begins and ends, and their neighbours outside it.
    if bits == column.full:
        return
    regions = column.regions
    for at in range(regions.size):
        inside = bits >> at & 1
        for side, beside in ((0, at - 1), (-1, at + 1)):
            if 0 <= beside < regions.size and bits >> beside & 1 != inside:
                yield regions.ends(at)[side]


def _example(
    decider: Decider, part: Decider, facts: Iterable[tuple[str, Value]], about: str
) -> Example:
    day = None
    if decider.table.timed:
        first, last = part.period
        begins = decider.table.valid_from
        day = max(filter(None, (first, begins)), default=last)
    try:
        outcome = decider.decide(dict(facts), at=day).outcomes
    except HandbookError:
        outcome = {}
    return Example(facts=facts, outcome=outcome, at=day, about=about)
