"""
One column of a table divided into regions: stretches of values that every row treats alike.

For each region there is a bit set of the rows that admit it, and for each row a bit set of the
regions. What decides, what proves and what explains all read these.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

import attrs

from propflow.fields import Field, Value
from propflow.rules.kinds import Absent, AnyOf, Anything, Cell, Interval, OneOf
from propflow.rules.spans import Cut, Dense, Steps, cuts, order_of, words_of

_SECOND = 1_000_000


@attrs.frozen
class Words:
    """
    Regions of a field without order: one for each word.

    Attributes:
        field: The field.
        words: A value for each region; for a text the last stands for every word not named.
    """

    field: Field
    words: tuple[Value, ...]

    @property
    def size(self) -> int:
        """
        How many regions there are.
        """
        return len(self.words)

    def bits(self, part: OneOf | Interval) -> int:
        """
        The regions that the values of this part fill, one bit each.
        """
        wanted = set(part.points())
        return sum(1 << at for at, word in enumerate(self.words) if word in wanted)

    def sample(self, at: int) -> Value:
        """
        A value of the region.
        """
        return self.words[at]

    def ends(self, at: int) -> tuple[Value, Value]:
        """
        The first and the last value of the region: there is one.
        """
        return self.words[at], self.words[at]

    def cell(self, bits: int) -> Cell:
        """
        The cell that admits these regions and no other.
        """
        if bits == (1 << self.size) - 1:
            return Anything()
        text = self.field.type == "text"
        others = text and bool(bits >> (self.size - 1) & 1)
        named = self.words[:-1] if text else self.words
        listed = tuple(word for at, word in enumerate(named) if bool(bits >> at & 1) != others)
        return OneOf(listed, negated=others, field=self.field)


@attrs.frozen
class Line:
    """
    Regions of an ordered field: neighbours on a line, each from one cut to the next.

    Attributes:
        field: The field.
        cuts: Where each region but the first begins.
        low: The edge below the first region, ``None`` if there is none.
        high: The edge above the last.
    """

    field: Field
    cuts: tuple[Cut, ...]
    low: Cut | None
    high: Cut | None

    @property
    def order(self) -> Steps | Dense:
        """
        How the values follow one another.
        """
        return order_of(self.field)

    @property
    def size(self) -> int:
        """
        How many regions there are.
        """
        return len(self.cuts) + 1

    def bits(self, part: OneOf | Interval) -> int:
        """
        The regions that this part fills, one bit each.
        """
        if isinstance(part, Interval):
            return self._between(part)
        found = 0
        for value in part.values:
            first = self._region(self.order.cut(value, 0))
            found |= (1 << self._region(self.order.cut(value, 1))) - (1 << first)
        return found

    def sample(self, at: int) -> Value:
        """
        A value of the region.
        """
        return self.order.sample(*self._edges(at, at + 1))

    def ends(self, at: int) -> tuple[Value, Value]:
        """
        The first and the last value of the region; a plain one where there is no first or last.
        """
        low, high = self._edges(at, at + 1)
        order, plain = self.order, self.sample(at)
        if isinstance(order, Dense):
            # Between any two lies another, so there is only one that is near the end.
            near = plain if high is None else order.sample(None, high)
            return plain, near if low is None or order.cut(near, 0) >= low else plain
        return (
            plain if low in {None, order.first} else order.value(low),
            plain if high is None or high - 1 == order.last else order.value(high - 1),
        )

    def cell(self, bits: int) -> Cell:
        """
        The cell that admits these regions and no other.
        """
        if bits == (1 << self.size) - 1:
            return Anything()
        parts: list[OneOf | Interval | Absent] = []
        for first, end in runs(bits):
            part = self._part(*self._edges(first, end))
            before = parts[-1] if parts else None
            if isinstance(part, OneOf) and isinstance(before, OneOf):
                parts[-1] = attrs.evolve(before, values=before.values + part.values)
            else:
                parts.append(part)
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def _between(self, part: Interval) -> int:
        first, end = 0, self.size
        if part.low is not None:
            first = self._region(self.order.cut(part.low, int(part.low_open)))
        if part.high is not None:
            end = self._region(self.order.cut(part.high, int(not part.high_open)))
        return max((1 << end) - (1 << first), 0)

    def _region(self, cut: Cut) -> int:
        # The region that begins at the cut; cuts beyond the edges count as the edges.
        if self.low is not None and cut <= self.low:
            return 0
        if self.high is not None and cut >= self.high:
            return self.size
        return bisect_left(self.cuts, cut) + 1

    def _edges(self, first: int, end: int) -> tuple[Cut | None, Cut | None]:
        low = self.cuts[first - 1] if first else self.low
        high = self.cuts[end - 1] if end < self.size else self.high
        return low, high

    def _part(self, low: Cut | None, high: Cut | None) -> OneOf | Interval:
        if isinstance(self.order, Dense):
            return self._dense_part(low, high)
        order = self.order
        if low is not None and high is not None and high - low == 1:
            return OneOf((order.value(low),), field=self.field)
        # Times of day read best by whole seconds: 08:00 left out, not 08:00:00.000001 let in.
        unit = _SECOND if len(order.units) > 1 else 1
        begins = None if low in {None, order.first} else low
        ends = None if high is None or high - 1 == order.last else high
        low_open = begins is not None and begins % unit == 1
        high_open = ends is not None and unit > 1 and ends % unit != 1
        return Interval(
            low=None if begins is None else order.value(begins - low_open),
            high=None if ends is None else order.value(ends - (not high_open)),
            low_open=low_open,
            high_open=high_open,
            field=self.field,
        )

    def _dense_part(self, low: Cut | None, high: Cut | None) -> OneOf | Interval:
        if low is not None and high is not None and low[0] == high[0]:
            return OneOf((low[0],), field=self.field)
        return Interval(
            low=None if low is None else low[0],
            high=None if high is None else high[0],
            low_open=low is not None and low[1] == 1,
            high_open=high is not None and high[1] == 0,
            field=self.field,
        )


@attrs.frozen
class Maybe:
    """
    Regions of a field that need not be given: those of its values, and one for none.

    Attributes:
        inner: The regions of its values.
    """

    inner: Words | Line

    @property
    def field(self) -> Field:
        """
        The field.
        """
        return self.inner.field

    @property
    def size(self) -> int:
        """
        How many regions there are; the last is that of no value.
        """
        return self.inner.size + 1

    def bits(self, part: OneOf | Interval) -> int:
        """
        The regions that this part fills, one bit each.
        """
        return self.inner.bits(part)

    def sample(self, at: int) -> Value | None:
        """
        A value of the region, or nothing in the region of no value.
        """
        return None if at == self.inner.size else self.inner.sample(at)

    def ends(self, at: int) -> tuple[Value | None, Value | None]:
        """
        The first and the last value of the region; nothing in the region of no value.
        """
        return (None, None) if at == self.inner.size else self.inner.ends(at)

    def cell(self, bits: int) -> Cell:
        """
        The cell that admits these regions and no other.
        """
        whole = (1 << self.inner.size) - 1
        given, absent = bits & whole, bits > whole
        if not given:
            return Absent()
        cell = self.inner.cell(given)
        if isinstance(cell, Anything):
            return cell if absent else AnyOf((Absent(),), negated=True)
        if not absent or isinstance(cell, Absent):
            return cell
        parts: tuple[OneOf | Interval | Absent, ...]
        parts = cell.parts if isinstance(cell, AnyOf) else (cell,)
        return AnyOf((*parts, Absent()))

    def split(self, bits: int) -> tuple[int, ...]:
        """
        The same regions in as many parts as it takes to write each as one cell.
        """
        other = 1 << self.inner.size - 1
        if self.field.type != "text" or not bits & other or bits + 1 == 1 << self.size:
            return (bits,)
        # No cell says "no value, or any word but these".
        absent = bits >> self.inner.size << self.inner.size
        return (bits & ~absent, absent) if absent else (bits,)


@attrs.frozen
class Column:
    """
    One input of a table and what each row says of it.

    Attributes:
        regions: The division of its values.
        cells: A cell for each row.
        bits: For each row the regions that it admits.
        masks: For each region the rows that admit it.
    """

    regions: Words | Line | Maybe
    cells: tuple[Cell, ...]
    bits: tuple[int, ...]
    masks: tuple[int, ...]

    @property
    def field(self) -> Field:
        """
        The input.
        """
        return self.regions.field

    @property
    def values(self) -> Words | Line:
        """
        The division of the values that there can be.
        """
        return self.regions.inner if isinstance(self.regions, Maybe) else self.regions

    @property
    def absent(self) -> int | None:
        """
        The rows that fit where there is no value; nothing where there has to be one.
        """
        return self.masks[-1] if isinstance(self.regions, Maybe) else None

    @property
    def full(self) -> int:
        """
        All regions.
        """
        return (1 << self.regions.size) - 1

    @property
    def constrained(self) -> bool:
        """
        Whether any row asks for something of this input.
        """
        return any(not isinstance(cell, Anything) for cell in self.cells)


def divide(field: Field, cells: Sequence[Cell]) -> Column:
    """
    Divide the values of one input by the cells that stand in its column.
    """
    points = [point for cell in dict.fromkeys(cells) for point in cell.points()]
    values: Words | Line
    if field.ordered:
        low, high = order_of(field).edges(field)
        values = Line(field, cuts(field, points), low, high)
    else:
        values = Words(field, words_of(field, points))
    regions = values if field.required else Maybe(values)
    known = {cell: _bits(regions, cell) for cell in dict.fromkeys(cells)}
    bits = tuple(known[cell] for cell in cells)
    return Column(regions, tuple(cells), bits, _turned(bits, regions.size))


def runs(bits: int) -> list[tuple[int, int]]:
    """
    The stretches of ones, each as its first place and the place after its last.
    """
    found = []
    at = 0
    while bits:
        zeros = (bits & -bits).bit_length() - 1
        bits >>= zeros
        ones = (~bits & (bits + 1)).bit_length() - 1
        bits >>= ones
        found.append((at + zeros, at + zeros + ones))
        at += zeros + ones
    return found


def _bits(regions: Words | Line | Maybe, cell: Cell) -> int:
    full = (1 << regions.size) - 1
    absent = 1 << regions.inner.size if isinstance(regions, Maybe) else 0
    if isinstance(cell, Anything):
        return full
    if isinstance(cell, Absent):
        return absent
    if isinstance(cell, Interval):
        return regions.bits(cell)
    found = 0
    for part in (cell,) if isinstance(cell, OneOf) else cell.parts:
        found |= absent if isinstance(part, Absent) else regions.bits(part)
    return full & ~absent & ~found if cell.negated else found


def _turned(bits: Sequence[int], size: int) -> tuple[int, ...]:
    # From regions by row to rows by region. A row enters where a run of its regions begins and
    # leaves where it ends, so the cost is that of the runs and not of rows times regions.
    turns = [0] * (size + 1)
    for row, regions in enumerate(bits):
        for first, end in runs(regions):
            turns[first] ^= 1 << row
            turns[end] ^= 1 << row
    alive = 0
    masks = []
    for turn in turns[:-1]:
        alive ^= turn
        masks.append(alive)
    return tuple(masks)
