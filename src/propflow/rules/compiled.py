"""
Tables made quick: each input looks up the rows that admit its value, and the rows that are left
when all inputs have spoken decide.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import attrs

from propflow.errors import UndecidedError
from propflow.fields import Field, Value
from propflow.rules.decision import Decision, Ruling, rule
from propflow.rules.quick import READY, Quick, quick
from propflow.rules.regions import Column, Line, Words, divide
from propflow.rules.saying import say_missing, tell
from propflow.rules.spans import Dense
from propflow.rules.table import Row, Table, lies

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
#: From one day to another, both included; nothing means no end.
Period = tuple[date | None, date | None]


class _Otherwise(dict[Any, int]):
    # Rows by word, and the rows for every word that no cell names.

    def __init__(self, rows: Mapping[Any, int], others: int) -> None:
        super().__init__(rows)
        self.others = others

    def __missing__(self, word: object) -> int:
        return self.others


class _Stretches(dict[Any, int]):
    # Rows by value; the values that come up are kept, up to a number.

    def __init__(self, lookup: _Lookup) -> None:
        super().__init__()
        self.lookup = lookup

    def __missing__(self, value: Any) -> int:
        rows = self.lookup(value)
        if len(self) < READY:
            self[value] = rows
        return rows


class _Moments:
    # Not kept: an hour that the clock gives twice is one value to a dict and two to a table.

    def __init__(self, lookup: _Lookup) -> None:
        self.lookup = lookup

    def __getitem__(self, value: Any) -> int:
        return self.lookup(value)


class _Rulings(dict[int, Ruling]):
    # What each set of rows that fit comes to, worked out when it first comes up.

    def __init__(self, table: Table, start: int) -> None:
        super().__init__()
        self.table = table
        self.start = start

    def __missing__(self, rows: int) -> Ruling:
        ruling = rule(self.table, rows, self.start)
        if isinstance(ruling, str):
            raise KeyError(ruling)
        if len(self) >= READY:
            self.clear()
        self[rows] = ruling
        return ruling


@attrs.frozen(kw_only=True)
class Decider:
    """
    A table, compiled.

    Attributes:
        table: The table.
        period: The days for which this holds, where the table depends on the day.
        start: The rows that count, one bit each.
        columns: For each input its regions and the rows that admit them.
    """

    table: Table
    period: Period = (None, None)
    start: int
    columns: tuple[Column, ...] = attrs.field(eq=False, repr=False)
    _quick: Quick = attrs.field(eq=False, repr=False)
    _lookups: tuple[_Lookup, ...] = attrs.field(eq=False, repr=False)
    _rulings: dict[int, Ruling] = attrs.field(eq=False, repr=False)
    # Where the table depends on the day: the days on which it changes, and what holds between.
    _days: tuple[date, ...] = attrs.field(default=(), eq=False, repr=False)
    _parts: tuple[Decider, ...] = attrs.field(default=(), eq=False, repr=False)

    def decide(self, facts: Mapping[str, Value], *, at: date | None = None) -> Decision:
        """
        The outcome for these facts.

        Args:
            facts: Value by name. Names that the table does not look at are no concern of it.
            at: The day as of which it is decided, or a moment on that day. Needed where rows or
                the table are valid for a time only.

        Raises:
            ValueRefusedError: A value does not fit its input.
            UndecidedError: A fact is missing that some row asks for, no row fits and there is no
                default, two rows fit that exclude one another, or the table needs the day.
        """
        return self._quick(facts) or self._otherwise(facts, at)

    def surviving(self, facts: Mapping[str, Value], *, at: date | None = None) -> tuple[int, ...]:
        """
        All rows that fit, the first is 1. It decides nothing, so two or none are no fault.

        Raises:
            ValueRefusedError: A value does not fit its input.
            UndecidedError: A fact is missing that some row asks for, or the table needs the day.
        """
        part = self.on(at)
        rows = part.alive(part.known(facts))
        return tuple(at + 1 for at in range(rows.bit_length()) if rows >> at & 1)

    def on(self, day: date | None) -> Decider:
        """
        What holds on a day, or at a moment of that day; itself where the day does not matter.

        Raises:
            UndecidedError: The day matters and is not said, or the table does not hold on it.
        """
        if not self._parts:
            return self
        if day is None:
            raise UndecidedError(
                self.table.id, "its rows are valid for a time: say as of which day."
            )
        if isinstance(day, datetime):
            day = day.date()
        first, last = self.table.valid_from, self.table.valid_until
        if not lies(day, first, last):
            days = [f"from {first}"] if first else []
            days += [f"until {last}"] if last else []
            raise UndecidedError(self.table.id, f"it holds {' '.join(days)}, not on {day}.")
        return self._parts[bisect_right(self._days, day)]

    def periods(self) -> tuple[Decider, ...]:
        """
        What holds from when until when, in order; itself alone where the day does not matter.
        """
        return self._parts or (self,)

    def known(self, facts: Mapping[str, Value]) -> tuple[Value | None, ...]:
        """
        The value of each input, ``None`` where there is none and there need not be.

        Raises:
            ValueRefusedError: A value does not fit its input.
            UndecidedError: A fact is missing that some row asks for.
        """
        values: list[Value | None] = []
        missing: list[Field] = []
        for column in self.columns:
            field = column.field
            if field.name in facts:
                values.append(field.check(facts[field.name]))
            else:
                values.append(None)
                if field.required and column.constrained:
                    missing.append(field)
        if missing:
            names = tuple(field.name for field in missing)
            raise UndecidedError(self.table.id, say_missing(missing), names)
        return tuple(values)

    def alive(self, values: tuple[Value | None, ...]) -> int:
        """
        The rows that fit the value of each input, one bit each.
        """
        rows = self.start
        for column, lookup, value in zip(self.columns, self._lookups, values, strict=True):
            if value is not None:
                rows &= lookup(value)
            elif column.absent is not None:
                rows &= column.absent
        return rows

    def ruling(self, rows: int) -> Ruling | str:
        """
        What these rows, one bit each, come to where they are all that fit; or why to nothing.
        """
        try:
            return self._rulings[rows]
        except KeyError as error:
            return str(error.args[0])

    def _otherwise(self, facts: Mapping[str, Value], at: date | None) -> Decision:
        part = self.on(at)
        return part.carefully(facts) if part is self else part.decide(facts)

    def carefully(self, facts: Mapping[str, Value]) -> Decision:
        """
        `decide`, the long way round: the same answer, or the reason why there is none.
        """
        values = self.known(facts)
        ruling = self.ruling(self.alive(values))
        if isinstance(ruling, str):
            names = [field.name for field in self.table.inputs]
            told = tell(zip(names, values, strict=True))
            raise UndecidedError(self.table.id, ruling.format(told=told))
        return Decision((ruling, values))

    def __reduce__(self) -> tuple[Callable[[Table, Period], Decider], tuple[Table, Period]]:
        return _again, (self.table, self.period)


def _again(table: Table, period: Period) -> Decider:
    whole = compile_table(table)
    return next((part for part in whole.periods() if part.period == period), whole)


def compile_table(table: Table) -> Decider:
    """
    Compile a table, so that to decide is to look up each input and to AND a few integers.
    """
    columns = tuple(divide(field, table.column(field.name)) for field in table.inputs)
    lookups = tuple(map(_lookup, columns))
    whole = (1 << len(table.rows)) - 1
    names = [field.name for field in table.inputs]
    types = [field.type for field in table.inputs]
    walk = tuple(map(_walked, columns, lookups))

    def part(period: Period, start: int) -> Decider:
        rulings = _Rulings(table, start)
        return Decider(
            table=table,
            period=period,
            start=start,
            columns=columns,
            quick=quick(names, types, walk, rulings, start),
            lookups=lookups,
            rulings=rulings,
        )

    decider = part((None, None), whole)
    if not table.timed:
        return decider
    days = sorted(set(_changes(table)))
    parts = [part(period, _counting(table.rows, period)) for period in _periods(days)]
    return attrs.evolve(decider, days=tuple(days), parts=tuple(parts), quick=lambda _: None)


def _changes(table: Table) -> Iterator[date]:
    every: list[Row | Table] = [table, *table.rows]
    for timed in every:
        if timed.valid_from is not None and timed.valid_from > date.min:
            yield timed.valid_from
        if timed.valid_until is not None and timed.valid_until < date.max:
            yield timed.valid_until + timedelta(days=1)


def _periods(days: list[date]) -> Iterator[Period]:
    # One more than there are changes, those outside the table's own time too: they are not used.
    firsts: list[date | None] = [None, *days]
    lasts: list[date | None] = [*(day - timedelta(days=1) for day in days), None]
    yield from zip(firsts, lasts, strict=True)


def _counting(rows: tuple[Row, ...], period: Period) -> int:
    day = period[0] or period[1] or date.max
    return sum(1 << at for at, row in enumerate(rows) if row.counts(day))


def _walked(column: Column, lookup: _Lookup) -> tuple[type, Any]:
    kind = _TYPES[column.field.type]
    if isinstance(column.values, Words):
        return kind, _by_word(column, column.values)
    return kind, (_Moments if kind is datetime else _Stretches)(lookup)


def _by_word(column: Column, regions: Words) -> dict[Any, int]:
    # Of an input that may be missing, the last mask is for that.
    masks = column.masks[: regions.size]
    rows = dict(zip(regions.words, masks, strict=True))
    if column.field.type == "text":
        return _Otherwise(rows, masks[-1])
    return rows


def _stretches(column: Column, regions: Line) -> tuple[list[Any], list[int]]:
    # Cuts and the rows between them, neighbours that agree made one. Values outside the
    # field's bounds have no row, so that bisection checks the bounds as well.
    cuts: list[Any] = []
    masks: list[int] = []
    edges: list[tuple[Any, int]] = [(None, 0 if column.field.min is not None else column.masks[0])]
    if column.field.min is not None:
        edges.append((regions.low, column.masks[0]))
    edges.extend(zip(regions.cuts, column.masks[1 : regions.size], strict=True))
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
    if isinstance(column.values, Words):
        return _by_word(column, column.values).__getitem__
    cuts, masks = _by_stretch(column, column.values)
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
