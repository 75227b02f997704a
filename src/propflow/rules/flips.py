"""
What if: the smallest change of the facts that would make a table answer otherwise.

Smallest is the fewest inputs; of several values of one input, the nearest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from itertools import combinations, product
from typing import Any

import attrs

from propflow.fields import Field, Value, dump
from propflow.rules.compiled import Decider
from propflow.rules.decision import Decision, Ruling
from propflow.rules.hits import Outcome, dump_outcome
from propflow.rules.reasons import say_outcomes
from propflow.rules.regions import Column, Line
from propflow.rules.saying import say_name, say_value, spoken
from propflow.rules.spans import Dense

#: How many flips are listed unless somebody asks for more.
MOST = 20


@attrs.frozen(kw_only=True)
class Change:
    """
    One input and what it would be instead.

    Attributes:
        input: Its name.
        now: Its value, or nothing where none is given.
        then: What it would be, or nothing.
    """

    input: str
    now: Value | None
    then: Value | None


@attrs.frozen(kw_only=True)
class Flip:
    """
    A smallest change that makes the table answer otherwise.

    Attributes:
        changes: The inputs that change, in the order of the columns.
        decision: What the table would answer.
    """

    changes: tuple[Change, ...]
    decision: Decision

    @property
    def outcome(self) -> Outcome:
        """
        What it would come to.
        """
        return self.decision.outcome

    def as_dict(self) -> dict[str, Any]:
        """
        The flip for JSON.
        """
        return {
            "changes": [
                {
                    "input": change.input,
                    "now": None if change.now is None else dump(change.now),
                    "then": None if change.then is None else dump(change.then),
                }
                for change in self.changes
            ],
            "rows": list(self.decision.rows),
            "outcome": dump_outcome(self.outcome),
        }

    def say(self, language: str = "en") -> str:
        """
        The flip in a sentence.
        """
        chinese = spoken(language) == "zh"
        table = self.decision.ruling.table
        fields = {field.name: field for field in table.inputs}
        said = [_say(change, fields[change.input], language) for change in self.changes]
        so = say_outcomes(self.decision.outcomes, table.outputs, language)
        rows = self.decision.rows
        if chinese:
            which = f"（第{'、'.join(map(str, rows))}行）" if rows else ""
            return f"若{'，且'.join(said)}，则{so}{which}。"
        several = "rows" if len(rows) > 1 else "row"
        which = f" ({several} {', '.join(map(str, rows))})" if rows else ""
        return f"If {' and '.join(said)}: {so}{which}."


def flips(
    decider: Decider,
    facts: Mapping[str, Value],
    *,
    to: Value | None = None,
    at: date | None = None,
    most: int = MOST,
) -> tuple[Flip, ...]:
    """
    The smallest changes of these facts that make the table come to another outcome.

    Args:
        decider: The table.
        facts: Value by name, as for a decision. They may be such that no row fits.
        to: Only changes that make it come to this.
        at: The day as of which it is decided.
        most: Stop after so many.

    Returns:
        All with the fewest inputs: for each choice of inputs and each outcome the nearest
        values. None where no facts at all make the table come to anything else.

    Raises:
        ValueRefusedError: A value does not fit its input.
        UndecidedError: A fact is missing that some row asks for, or the table needs the day.
    """
    part = decider.on(at)
    search = _Search(part, part.known(facts), to)
    for count in range(1, len(part.columns) + 1):
        found = list(search.with_changes(count, most))
        if found:
            return tuple(found)
    return ()


class _Search:
    # Rows are bits. For each input: the rows that fit its value as it is, and its other values
    # by the rows that fit them, of each kind the nearest.

    def __init__(self, decider: Decider, values: Sequence[Value | None], to: Value | None) -> None:
        self.decider = decider
        self.to = to
        self.values = values
        self.names = [column.field.name for column in decider.columns]
        pairs = list(zip(decider.columns, values, strict=True))
        self.fits = [_fits(column, value) for column, value in pairs]
        self.others = [_others(column, value) for column, value in pairs]
        self.now = self._ruling(self._alive(()))
        self.wanted = self._giving(to)

    def with_changes(self, count: int, most: int) -> Iterator[Flip]:
        left = most
        for inputs in combinations(range(len(self.names)), count):
            rest = self._alive(inputs)
            if not rest & self.wanted and not self._without_rows():
                continue
            best: dict[Outcome, Flip] = {}
            known: dict[int, Outcome | None] = {}
            for chosen in product(*(self.others[at] for at in inputs)):
                rows = rest
                for fit, _ in chosen:
                    rows &= fit
                if rows not in known:
                    known[rows] = self._other(rows)
                outcome = known[rows]
                if outcome is not None and outcome not in best:
                    best[outcome] = self._flip(inputs, [value for _, value in chosen])
            for flip in best.values():
                if not left:
                    return
                left -= 1
                yield flip

    def _alive(self, without: Sequence[int]) -> int:
        rows = self.decider.start
        for at, fit in enumerate(self.fits):
            if at not in without:
                rows &= fit
        return rows

    def _ruling(self, rows: int) -> Ruling | None:
        ruling = self.decider.ruling(rows)
        return None if isinstance(ruling, str) else ruling

    def _other(self, rows: int) -> Outcome | None:
        ruling = self._ruling(rows)
        if ruling is None or (self.now is not None and ruling.outcomes == self.now.outcomes):
            return None
        return ruling.outcome if self.to is None or ruling.outcome == self.to else None

    def _giving(self, to: Value | None) -> int:
        table = self.decider.table
        if to is None or not table.single:
            return -1
        main = table.outputs[0].name
        return sum(1 << n for n, row in enumerate(table.rows) if dict(row.outcome)[main] == to)

    def _without_rows(self) -> bool:
        return self._ruling(0) is not None

    def _flip(self, inputs: Sequence[int], chosen: Sequence[Value | None]) -> Flip:
        values = list(self.values)
        changes = []
        for at, value in zip(inputs, chosen, strict=True):
            changes.append(Change(input=self.names[at], now=self.values[at], then=value))
            values[at] = value
        facts = {n: v for n, v in zip(self.names, values, strict=True) if v is not None}
        return Flip(changes=tuple(changes), decision=self.decider.carefully(facts))


def _fits(column: Column, value: Value | None) -> int:
    if value is None:
        # An input that nobody asks for and nobody gave admits all.
        return -1 if column.absent is None else column.absent
    return sum(1 << row for row, cell in enumerate(column.cells) if cell.admits(value))


def _others(column: Column, value: Value | None) -> list[tuple[int, Value | None]]:
    # The nearest other value for each set of rows, nearest first.
    if value is None and column.absent is None:
        return []
    here = _fits(column, value)
    found: list[tuple[Any, int, int, Value | None]] = []
    for at, rows in enumerate(column.masks):
        if rows == here:
            continue
        nearest = _nearest(column, at, value)
        found.append((_distance(column.field, value, nearest), at, rows, nearest))
    best: dict[int, Value | None] = {}
    for _, _, rows, nearest in sorted(found, key=lambda each: each[:2]):
        best.setdefault(rows, nearest)
    return list(best.items())


def _nearest(column: Column, at: int, value: Value | None) -> Value | None:
    # The value of a region that is nearest to the value, or a plain one where none is nearest.
    regions = column.values
    if value is None or not isinstance(regions, Line) or at >= regions.size:
        return column.regions.sample(at)
    low = regions.cuts[at - 1] if at else regions.low
    high = regions.cuts[at] if at < regions.size - 1 else regions.high
    order = regions.order
    cut = order.cut(value, 0)
    if isinstance(order, Dense):
        end, closed = (low, 0) if low is not None and cut < low else (high, 1)
        return end[0] if end is not None and end[1] == closed else regions.sample(at)
    if low is not None and cut < low:
        return order.value(low)
    return order.value(high - 1) if high is not None else regions.sample(at)


def _distance(field: Field, one: Value | None, other: Value | None) -> Any:
    if one is None or other is None or not field.ordered:
        return 0
    a, b = (_number(value) for value in (one, other))
    return abs(a - b)


def _number(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, date):
        return value.toordinal()
    if isinstance(value, time):
        return value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6
    return value.total_seconds() if hasattr(value, "total_seconds") else value


def _say(change: Change, field: Field, language: str) -> str:
    chinese = spoken(language) == "zh"
    name = say_name(field, language)
    if name.endswith(("?", "？")):
        name = f"“{name}”"
    values = [
        ("未提供" if chinese else "not given")
        if value is None
        else say_value(value, field, language)
        for value in (change.then, change.now)
    ]
    if chinese:
        return f"{name}为{values[0]}（现为{values[1]}）"
    return f"{name} were {values[0]} instead of {values[1]}"
