"""
Tables made quick: each input looks up the rows that admit its value, and the rows that are left
when all inputs have spoken decide.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from operator import itemgetter
from typing import Any

import attrs

from propflow.errors import UndecidedError
from propflow.fields import Field, Value
from propflow.rules.decision import Decision, Ruling
from propflow.rules.regions import Column, Line, Words, divide
from propflow.rules.saying import say_missing, tell
from propflow.rules.spans import Dense
from propflow.rules.table import Table

_TYPES: dict[str, type] = {
    "choice": str,
    "text": str,
    "integer": int,
    "decimal": Decimal,
    "money": Decimal,
    "boolean": bool,
    "date": date,
    "time": time,
    "duration": timedelta,
    "moment": datetime,
}

# Rows by value, as one lookup.
_Lookup = Callable[[Any], int]


class _Otherwise(dict[Any, int]):
    # Rows by word, and the rows for every word that no cell names.

    def __init__(self, rows: Mapping[Any, int], others: int) -> None:
        super().__init__(rows)
        self.others = others

    def __missing__(self, word: object) -> int:
        return self.others


@attrs.frozen(kw_only=True)
class Decider:
    """
    A table, compiled.

    Attributes:
        table: The table.
        columns: For each input its regions and the rows that admit them.
    """

    table: Table
    columns: tuple[Column, ...] = attrs.field(eq=False, repr=False)
    # What decide() walks: (name, type, rows by word), (name, type, cuts, rows by stretch), and
    # (name, type, lookup) where a value can be of the type and still not be fit to compare.
    _words: tuple[tuple[str, type, dict[Any, int]], ...] = attrs.field(eq=False, repr=False)
    _lines: tuple[tuple[str, type, list[Any], list[int]], ...] = attrs.field(eq=False, repr=False)
    _guarded: tuple[tuple[str, type, _Lookup], ...] = attrs.field(eq=False, repr=False)
    _lookups: tuple[_Lookup, ...] = attrs.field(eq=False, repr=False)
    _values: Callable[[Mapping[str, Any]], tuple[Any, ...]] = attrs.field(eq=False, repr=False)
    _rulings: dict[int, Ruling] = attrs.field(eq=False, repr=False)
    _first: int = attrs.field(eq=False, repr=False)

    def decide(self, facts: Mapping[str, Value]) -> Decision:
        """
        The outcome for these facts.

        Args:
            facts: Value by name. Names that the table does not look at are no concern of it.

        Raises:
            ValueRefusedError: A value does not fit its input.
            UndecidedError: A fact is missing that some row asks for, no row fits, or two do and
                the table is one where rows exclude one another.
        """
        rows = -1
        try:
            # type() is, not isinstance: see propflow.fields.
            for name, kind, table in self._words:
                value = facts[name]
                if type(value) is not kind:
                    return self._carefully(facts)
                rows &= table[value]
            for name, kind, cuts, masks in self._lines:
                value = facts[name]
                if type(value) is not kind:
                    return self._carefully(facts)
                rows &= masks[bisect_right(cuts, value)]
            for name, kind, lookup in self._guarded:
                value = facts[name]
                if type(value) is not kind:
                    return self._carefully(facts)
                rows &= lookup(value)
            if self._first:
                rows &= -rows
            return Decision(self._rulings[rows], self._values(facts))
        except KeyError:
            # A fact that is missing, an unknown word, no row left, or two.
            return self._carefully(facts)

    def surviving(self, facts: Mapping[str, Value]) -> tuple[int, ...]:
        """
        All rows that fit, the first is 1. It decides nothing, so two or none are no fault.

        Raises:
            ValueRefusedError: A value does not fit its input.
            UndecidedError: A fact is missing that some row asks for.
        """
        rows = self._alive(self._known(facts))
        return tuple(at + 1 for at in range(len(self.table.rows)) if rows >> at & 1)

    def _carefully(self, facts: Mapping[str, Value]) -> Decision:
        # The slow way round: the same answer, or the reason why there is none.
        values = self._known(facts)
        rows = self._alive(values)
        names = [field.name for field in self.table.inputs]
        told = tell(zip(names, values, strict=True))
        if not rows:
            raise UndecidedError(self.table.id, f"no row fits {told}. Add a row for it.")
        if self._first:
            rows &= -rows
        elif rows & (rows - 1):
            fitting = [str(at + 1) for at in range(len(self.table.rows)) if rows >> at & 1]
            which = f"rows {', '.join(fitting[:-1])} and {fitting[-1]}"
            how = "make their cells exclude one another, or say 'hit: first'."
            what = f"{which} {'both' if len(fitting) == 2 else 'all'} fit {told}: {how}"
            raise UndecidedError(self.table.id, what)
        return Decision(self._rulings[rows], values)

    def _known(self, facts: Mapping[str, Value]) -> tuple[Value | None, ...]:
        values: list[Value | None] = []
        missing: list[Field] = []
        for column in self.columns:
            field = column.field
            if field.name in facts:
                values.append(field.check(facts[field.name]))
            else:
                values.append(None)
                if column.constrained:
                    missing.append(field)
        if missing:
            raise UndecidedError(
                self.table.id, say_missing(missing), tuple(field.name for field in missing)
            )
        return tuple(values)

    def _alive(self, values: tuple[Value | None, ...]) -> int:
        rows = (1 << len(self.table.rows)) - 1
        for lookup, value in zip(self._lookups, values, strict=True):
            if value is not None:
                rows &= lookup(value)
        return rows

    def __reduce__(self) -> tuple[Callable[[Table], Decider], tuple[Table]]:
        return compile_table, (self.table,)


def compile_table(table: Table) -> Decider:
    """
    Compile a table, so that to decide is to look up each input and to AND a few integers.
    """
    columns = tuple(divide(field, table.column(field.name)) for field in table.inputs)
    words: list[tuple[str, type, dict[Any, int]]] = []
    lines: list[tuple[str, type, list[Any], list[int]]] = []
    guarded: list[tuple[str, type, _Lookup]] = []
    for column in columns:
        field, kind = column.field, _TYPES[column.field.type]
        if isinstance(column.regions, Words):
            words.append((field.name, kind, _by_word(column, column.regions)))
        elif field.type in _GUARDS:
            guarded.append((field.name, kind, _lookup(column)))
        else:
            lines.append((field.name, kind, *_by_stretch(column, column.regions)))
    return Decider(
        table=table,
        columns=columns,
        words=tuple(words),
        lines=tuple(lines),
        guarded=tuple(guarded),
        lookups=tuple(map(_lookup, columns)),
        values=_getter([field.name for field in table.inputs]),
        rulings={1 << at: ruling for at, ruling in enumerate(_rulings(table))},
        first=int(table.hit == "first"),
    )


def _rulings(table: Table) -> list[Ruling]:
    main = table.outputs[0]
    return [
        Ruling(table, number, main.check(dict(row.outcome)[main.name]))
        for number, row in enumerate(table.rows, 1)
    ]


def _getter(names: list[str]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    if len(names) == 1:
        only = names[0]
        # itemgetter of one name gives the value and not a tuple of it.
        return lambda facts: (facts[only],)
    return itemgetter(*names)


def _by_word(column: Column, regions: Words) -> dict[Any, int]:
    rows = dict(zip(regions.words, column.masks, strict=True))
    if column.field.type == "text":
        return _Otherwise(rows, column.masks[-1])
    return rows


def _stretches(column: Column, regions: Line) -> tuple[list[Any], list[int]]:
    # Cuts and the rows between them, neighbours that agree made one. Values outside the
    # field's bounds have no row, so that bisection checks the bounds as well.
    cuts: list[Any] = []
    masks: list[int] = []
    edges: list[tuple[Any, int]] = [(None, 0 if column.field.min is not None else column.masks[0])]
    if column.field.min is not None:
        edges.append((regions.low, column.masks[0]))
    edges.extend(zip(regions.cuts, column.masks[1:], strict=True))
    if column.field.max is not None:
        edges.append((regions.high, 0))
    for cut, mask in edges:
        if not masks:
            masks.append(mask)
        elif mask != masks[-1]:
            cuts.append(cut)
            masks.append(mask)
    return cuts, masks


def _by_stretch(column: Column, regions: Line) -> tuple[list[Any], list[int]]:
    cuts, masks = _stretches(column, regions)
    order = regions.order
    if isinstance(order, Dense):
        return cuts, masks
    last = order.last
    # A bound that is the last value there is has nothing above it.
    kept = [cut for cut in cuts if last is None or cut <= last]
    return [order.value(cut) for cut in kept], masks[: len(kept) + 1]


def _lookup(column: Column) -> _Lookup:
    if isinstance(column.regions, Words):
        return _by_word(column, column.regions).__getitem__
    cuts, masks = _by_stretch(column, column.regions)
    return _GUARDS.get(column.field.type, _plain)(cuts, masks)


def _plain(cuts: list[Any], masks: list[int]) -> _Lookup:
    return lambda value: masks[bisect_right(cuts, value)]


def _decimals(cuts: list[Any], masks: list[int]) -> _Lookup:
    # NaN can be compared with nothing, and infinity is no amount: no row, and Field says why.
    if all(side == 0 for _, side in cuts):
        values = [value for value, _ in cuts]
        return lambda value: masks[bisect_right(values, value)] if value.is_finite() else 0
    return lambda value: masks[bisect_right(cuts, (value, 0))] if value.is_finite() else 0


def _times(cuts: list[Any], masks: list[int]) -> _Lookup:
    return lambda value: masks[bisect_right(cuts, value)] if value.tzinfo is None else 0


def _moments(cuts: list[Any], masks: list[int]) -> _Lookup:
    return lambda value: 0 if value.tzinfo is None else masks[bisect_right(cuts, value)]


_GUARDS: dict[str, Callable[[list[Any], list[int]], _Lookup]] = {
    "decimal": _decimals,
    "money": _decimals,
    "time": _times,
    "moment": _moments,
}
