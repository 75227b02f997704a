"""
What can be proved of a table before anybody relies on it: facts that no row fits, rows that get
into each other's way, rows that can never decide.

Exact, not sampled: the regions of each input are walked with the bit sets of their rows. What
rows treat alike is walked once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from itertools import product

import attrs

from propflow.fields import Value
from propflow.rules.compiled import Decider, Period
from propflow.rules.kinds import Anything, Cell
from propflow.rules.regions import Column, Maybe
from propflow.rules.saying import say_period, tell
from propflow.rules.search import Diagram, Search, lowest, meeting, places
from propflow.rules.table import Row, Table

#: How many findings of one kind are listed unless somebody asks for more.
MOST = 100


@attrs.frozen(kw_only=True)
class Gap:
    """
    Facts that no row fits.

    Attributes:
        table: Name of the table.
        cells: The row that is missing: pairs of input and cell, without those that are ``-``.
        witness: One example of such facts.
        period: The days on which it is missing, where that depends on the day.
    """

    table: str
    cells: tuple[tuple[str, Cell], ...]
    witness: tuple[tuple[str, Value], ...]
    period: Period = (None, None)

    @property
    def facts(self) -> dict[str, Value]:
        """
        One example of such facts.
        """
        return dict(self.witness)

    def __str__(self) -> str:
        return (
            f"decision {self.table!r}: no row fits {say_cells(self.cells)}, "
            f"for example {tell(self.witness)}{say_period(*self.period)}."
        )


@attrs.frozen(kw_only=True)
class Overlap:
    """
    Facts that two rows fit. A fault where the rows should exclude one another.

    Attributes:
        table: Name of the table.
        rows: The two, the first row is 1.
        outcomes: ``same`` or ``different``.
        cells: Where they meet: pairs of input and cell, without those that are ``-``.
        witness: One example of such facts.
        period: The days on which both are valid, where rows are valid for a time.
    """

    table: str
    rows: tuple[int, int]
    outcomes: str
    cells: tuple[tuple[str, Cell], ...]
    witness: tuple[tuple[str, Value], ...]
    period: Period = (None, None)

    @property
    def facts(self) -> dict[str, Value]:
        """
        One example of such facts.
        """
        return dict(self.witness)

    def __str__(self) -> str:
        first, second = self.rows
        how = "the same outcome" if self.outcomes == "same" else "different outcomes"
        return (
            f"decision {self.table!r}: rows {first} and {second} both fit {say_cells(self.cells)}, "
            f"for example {tell(self.witness)}, with {how}{say_period(*self.period)}."
        )


@attrs.frozen(kw_only=True)
class Shadow:
    """
    A row that can never decide.

    Attributes:
        table: Name of the table.
        row: The row, the first is 1.
        how: ``duplicate`` of another row, ``covered`` by others wherever it fits, ``empty``: no
            value of some input satisfies its cell, or ``expired``: it is valid when the table is
            not.
        by: The rows that stand in its light, no more than it takes.
        witness: One example of facts that it fits, nothing where it is empty.
    """

    table: str
    row: int
    how: str
    by: tuple[int, ...]
    witness: tuple[tuple[str, Value], ...]

    @property
    def facts(self) -> dict[str, Value]:
        """
        One example of facts that it fits.
        """
        return dict(self.witness)

    def __str__(self) -> str:
        said = f"decision {self.table!r}: row {self.row} can never decide: "
        if self.how == "empty":
            return said + "no value satisfies its cells."
        if self.how == "expired":
            return said + "on no day are both the row and the table valid."
        *most, last = map(str, self.by)
        others = f"rows {', '.join(most)} and {last}" if most else f"row {last}"
        if self.how == "duplicate":
            return said + f"it has the same cells as {others}."
        verb = "fit" if most else "fits"
        return said + f"{others} {verb} wherever it does, for example {tell(self.witness)}."


def gaps(decider: Decider, *, most: int = MOST) -> list[Gap]:
    """
    The facts that no row fits, put together into as few rows as their common parts allow.

    Args:
        decider: The table.
        most: Stop after so many. An empty list always means that there is no gap.
    """
    found: dict[tuple[tuple[str, Cell], ...], list[Gap]] = {}
    for part in still_open(decider):
        for gap in _gaps(part, most):
            # The same gap in two periods that follow one another is one.
            before = found.setdefault(gap.cells, [])
            if before and _touch(before[-1].period, gap.period):
                period = before[-1].period[0], gap.period[1]
                before[-1] = attrs.evolve(before[-1], period=period)
            else:
                before.append(gap)
    return [gap for gaps in found.values() for gap in gaps][:most]


def overlaps(
    decider: Decider, *, most: int = MOST, only: Callable[[Row, Row], bool] = lambda *_: True
) -> list[Overlap]:
    """
    The pairs of rows that some facts fit both, by row.

    Args:
        decider: The table, of whatever hit policy.
        most: Stop after so many.
        only: Which pairs to look at.
    """
    rows = decider.table.rows
    found: list[Overlap] = []
    for second, rivals in enumerate(meeting(decider.columns, len(rows))):
        for first in places(rivals & ((1 << second) - 1)):
            period = _both(decider.table, rows[first], rows[second])
            if period is None or not only(rows[first], rows[second]):
                continue
            if len(found) == most:
                return sorted(found, key=lambda overlap: overlap.rows)
            bits = [column.bits[first] & column.bits[second] for column in decider.columns]
            same = dict(rows[first].outcome) == dict(rows[second].outcome)
            found.append(
                Overlap(
                    table=decider.table.id,
                    rows=(first + 1, second + 1),
                    outcomes="same" if same else "different",
                    cells=as_cells(decider.columns, bits),
                    witness=as_facts(decider.columns, map(lowest, bits)),
                    period=period,
                )
            )
    return sorted(found, key=lambda overlap: overlap.rows)


def shadowed(decider: Decider) -> list[Shadow]:
    """
    The rows that can never decide.

    Under ``first`` and ``any`` these are the rows that rows above cover; under ``priority`` those
    that rows of higher priority cover; under ``unique`` the rows that others cover, for facts
    that two rows fit decide nothing. Where all rows count, only a row that nothing satisfies.
    """
    parts = [(part, Search(part)) for part in still_open(decider)]
    found = []
    for row in range(len(decider.table.rows)):
        having = [(part, search) for part, search in parts if part.start >> row & 1]
        if all(search.alone(row, search.rivals(row)) is None for _, search in having):
            found.append(_shadow(decider, [search for _, search in having], row))
    return found


def witnesses(decider: Decider) -> list[tuple[dict[str, Value], int]]:
    """
    For each row facts that make it decide, with its number; the first row is 1.

    Rows that are `shadowed` have none and are left out. Facts for which the default decides come
    last, with 0.
    """
    searches = [(part, Search(part)) for part in still_open(decider)]
    found = []
    for row in range(len(decider.table.rows)):
        for part, search in searches:
            regions = search.alone(row, search.rivals(row)) if part.start >> row & 1 else None
            if regions is not None:
                found.append((dict(as_facts(decider.columns, regions)), row + 1))
                break
    if decider.table.default:
        found += [(gap.facts, 0) for gap in gaps(decider, most=1)]
    return found


def _gaps(decider: Decider, most: int) -> Iterator[Gap]:
    diagram = Diagram(decider)
    left = most
    for boxes in diagram.gaps():
        every = [boxes.get(at, column.full) for at, column in enumerate(decider.columns)]
        for bits in _split(decider.columns, every):
            if not left:
                return
            left -= 1
            yield Gap(
                table=decider.table.id,
                cells=as_cells(decider.columns, bits),
                witness=as_facts(decider.columns, map(lowest, bits)),
                period=decider.period,
            )


def _split(columns: Sequence[Column], bits: Sequence[int]) -> Iterator[tuple[int, ...]]:
    return product(
        *(
            column.regions.split(some) if isinstance(column.regions, Maybe) else (some,)
            for column, some in zip(columns, bits, strict=True)
        )
    )


def still_open(decider: Decider) -> Iterator[Decider]:
    """
    What holds from when until when, while the table itself is valid.
    """
    table = decider.table
    for part in decider.periods():
        first, last = part.period
        early = table.valid_from and last and last < table.valid_from
        late = table.valid_until and first and first > table.valid_until
        if not (early or late):
            yield part


def _touch(one: Period, other: Period) -> bool:
    return bool(one[1] and other[0] and one[1] + timedelta(days=1) == other[0])


def _both(*timed: Table | Row) -> Period | None:
    # When all of them are valid at once.
    firsts = [each.valid_from for each in timed if each.valid_from]
    lasts = [each.valid_until for each in timed if each.valid_until]
    first, last = max(firsts, default=None), min(lasts, default=None)
    return None if first and last and first > last else (first, last)


def _shadow(decider: Decider, searches: Sequence[Search], row: int) -> Shadow:
    columns, table = decider.columns, decider.table.id
    if not all(column.bits[row] for column in columns):
        return Shadow(table=table, row=row + 1, how="empty", by=(), witness=())
    witness = as_facts(columns, (lowest(column.bits[row]) for column in columns))
    if not searches:
        return Shadow(table=table, row=row + 1, how="expired", by=(), witness=witness)
    by = 0
    how = "duplicate"
    for search in searches:
        rivals = search.rivals(row)
        same = [
            other
            for other in places(rivals)
            if all(column.bits[other] == column.bits[row] for column in columns)
        ]
        whole = search.covering(row)[0] & rivals
        if same:
            rivals = 1 << same[0]
        else:
            how = "covered"
            rivals = whole & -whole or rivals  # one row that does it alone says most
        # From below, so that the rows named are the topmost that do.
        for other in reversed(list(places(rivals)) if rivals & (rivals - 1) else []):
            if search.alone(row, rivals & ~(1 << other)) is None:
                rivals &= ~(1 << other)
        by |= rivals
    return Shadow(
        table=table,
        row=row + 1,
        how=how,
        by=tuple(other + 1 for other in places(by)),
        witness=witness,
    )


def as_facts(
    columns: Sequence[Column], regions: Iterator[int] | Sequence[int]
) -> tuple[tuple[str, Value], ...]:
    """
    An example of facts for a region of each column; a region of no value gives none.
    """
    pairs = zip(columns, regions, strict=True)
    found = ((column.field.name, column.regions.sample(at)) for column, at in pairs)
    return tuple((name, value) for name, value in found if value is not None)


def as_cells(columns: Sequence[Column], bits: Sequence[int]) -> tuple[tuple[str, Cell], ...]:
    """
    The cells that admit these regions of each column, without those that are ``-``.
    """
    pairs = zip(columns, bits, strict=True)
    cells = [(column.field.name, column.regions.cell(some)) for column, some in pairs]
    return tuple((name, cell) for name, cell in cells if not isinstance(cell, Anything))


def say_cells(cells: Sequence[tuple[str, Cell]]) -> str:
    """
    Cells as they stand in a row: ``category: noise; affected: >= 3``.
    """
    return "; ".join(f"{name}: {cell}" for name, cell in cells) or "whatever the facts"
