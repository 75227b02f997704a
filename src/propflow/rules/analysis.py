"""
What can be proved of a table before anybody relies on it: facts that no row fits, rows that get
into each other's way, rows that can never decide.

Exact, not sampled: the regions of each input are walked with the bit sets of their rows. What
rows treat alike is walked once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs

from propflow.fields import Value
from propflow.rules.compiled import Decider
from propflow.rules.kinds import Anything, Cell
from propflow.rules.regions import Column
from propflow.rules.saying import tell

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
    """

    table: str
    cells: tuple[tuple[str, Cell], ...]
    witness: tuple[tuple[str, Value], ...]

    @property
    def facts(self) -> dict[str, Value]:
        """
        One example of such facts.
        """
        return dict(self.witness)

    def __str__(self) -> str:
        return (
            f"decision {self.table!r}: no row fits {_cells(self.cells)}, "
            f"for example {tell(self.witness)}."
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
    """

    table: str
    rows: tuple[int, int]
    outcomes: str
    cells: tuple[tuple[str, Cell], ...]
    witness: tuple[tuple[str, Value], ...]

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
            f"decision {self.table!r}: rows {first} and {second} both fit {_cells(self.cells)}, "
            f"for example {tell(self.witness)}, with {how}."
        )


@attrs.frozen(kw_only=True)
class Shadow:
    """
    A row that can never decide.

    Attributes:
        table: Name of the table.
        row: The row, the first is 1.
        how: ``duplicate`` of another row, ``covered`` by others wherever it fits, or ``empty``:
            no value of some input satisfies its cell.
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
    diagram = _Diagram(decider)
    found: list[Gap] = []
    for boxes in diagram.boxes(diagram.build(0, diagram.all), {}):
        if len(found) == most:
            break
        bits = [boxes.get(at, column.full) for at, column in enumerate(decider.columns)]
        found.append(
            Gap(
                table=decider.table.id,
                cells=_as_cells(decider.columns, bits),
                witness=_as_facts(decider.columns, map(_lowest, bits)),
            )
        )
    return found


def overlaps(decider: Decider, *, most: int = MOST) -> list[Overlap]:
    """
    The pairs of rows that some facts fit both, by row.

    Args:
        decider: The table, of whatever hit policy.
        most: Stop after so many.
    """
    rows = decider.table.rows
    found: list[Overlap] = []
    for second, rivals in enumerate(_meeting(decider.columns, len(rows))):
        for first in _places(rivals & ((1 << second) - 1)):
            if len(found) == most:
                return sorted(found, key=lambda overlap: overlap.rows)
            bits = [column.bits[first] & column.bits[second] for column in decider.columns]
            same = dict(rows[first].outcome) == dict(rows[second].outcome)
            found.append(
                Overlap(
                    table=decider.table.id,
                    rows=(first + 1, second + 1),
                    outcomes="same" if same else "different",
                    cells=_as_cells(decider.columns, bits),
                    witness=_as_facts(decider.columns, map(_lowest, bits)),
                )
            )
    return sorted(found, key=lambda overlap: overlap.rows)


def shadowed(decider: Decider) -> list[Shadow]:
    """
    The rows that can never decide.

    Under ``first`` these are the rows that rows above cover; under ``unique`` the rows that
    others cover, for facts that two rows fit decide nothing.
    """
    search = _Search(decider)
    return [
        _shadow(decider, search, row)
        for row in range(len(decider.table.rows))
        if search.alone(row, search.rivals(row)) is None
    ]


def witnesses(decider: Decider) -> list[tuple[dict[str, Value], int]]:
    """
    For each row facts that make it decide, with its number; the first row is 1.

    Rows that are `shadowed` have none and are left out.
    """
    search = _Search(decider)
    found = []
    for row in range(len(decider.table.rows)):
        regions = search.alone(row, search.rivals(row))
        if regions is not None:
            found.append((dict(_as_facts(decider.columns, regions)), row + 1))
    return found


class _Diagram:
    # A decision diagram of the gaps: a node for each input and set of rows still in play, nodes
    # that lead to the same gaps made one. Node 0 is covered whatever comes, node 1 is a gap
    # whatever comes.

    def __init__(self, decider: Decider) -> None:
        self.columns = decider.columns
        self.all = (1 << len(decider.table.rows)) - 1
        self.indifferent = _indifferent(decider.columns, self.all)
        self.classes = [_classes(column) for column in decider.columns]
        self.sizes = _sizes(decider)
        self.nodes: list[tuple[int, tuple[tuple[int, int], ...]]] = [(-1, ()), (-1, ())]
        self.known: dict[tuple[int, tuple[tuple[int, int], ...]], int] = {}
        self.built: dict[tuple[int, int], int] = {}

    def build(self, at: int, alive: int) -> int:
        if not alive:
            return 1
        if alive & self.indifferent[at]:
            return 0
        if (at, alive) in self.built:
            return self.built[at, alive]
        if self.full(at, alive):
            return 0
        below: dict[int, int] = {}
        for rows, regions in self.classes[at].items():
            below[alive & rows] = below.get(alive & rows, 0) | regions
        children: dict[int, int] = {}
        for rows, regions in below.items():
            child = self.build(at + 1, rows)
            children[child] = children.get(child, 0) | regions
        node = next(iter(children)) if len(children) == 1 else self.node(at, children)
        self.built[at, alive] = node
        return node

    def full(self, at: int, alive: int) -> bool:
        # Rows that share no facts leave no gap if, counted in regions, they are as large
        # together as all there is.
        if not self.sizes:
            return False
        whole, *sizes = self.sizes[at]
        return sum(sizes[row] for row in _places(alive)) == whole

    def node(self, at: int, children: Mapping[int, int]) -> int:
        key = at, tuple((regions, child) for child, regions in children.items())
        if key not in self.known:
            self.known[key] = len(self.nodes)
            self.nodes.append(key)
        return self.known[key]

    def boxes(self, node: int, chosen: Mapping[int, int]) -> Iterator[Mapping[int, int]]:
        if node == 1:
            yield chosen
        elif node:
            at, branches = self.nodes[node]
            for regions, child in branches:
                yield from self.boxes(child, {**chosen, at: regions})


class _Search:
    # Looks for facts that one row fits and none of its rivals does.

    def __init__(self, decider: Decider) -> None:
        self.columns = decider.columns
        self.meeting = _meeting(decider.columns, len(decider.table.rows))
        self.first = decider.table.hit == "first"

    def rivals(self, row: int) -> int:
        met = self.meeting[row]
        return met & ((1 << row) - 1) if self.first else met & ~(1 << row)

    def alone(self, row: int, rivals: int) -> list[int] | None:
        # A region for each column, or nothing.
        if not all(column.bits[row] for column in self.columns):
            return None
        covering = [rivals]
        for column in reversed(self.columns):
            asked = column.bits[row]
            last = covering[-1]
            covering.append(sum(1 << at for at in _places(last) if not asked & ~column.bits[at]))
        covering.reverse()
        return self._step(row, 0, rivals, covering, set())

    def _step(
        self, row: int, at: int, alive: int, covering: Sequence[int], failed: set[tuple[int, int]]
    ) -> list[int] | None:
        if not alive:
            return [_lowest(column.bits[row]) for column in self.columns[at:]]
        # A rival that fits wherever the row does, in all columns to come, cannot be shaken off.
        if alive & covering[at] or (at, alive) in failed:
            return None
        column = self.columns[at]
        below: dict[int, int] = {}
        for region in _places(column.bits[row]):
            below.setdefault(alive & column.masks[region], region)
        for rows, region in sorted(below.items(), key=lambda pair: pair[0].bit_count()):
            rest = self._step(row, at + 1, rows, covering, failed)
            if rest is not None:
                return [region, *rest]
        failed.add((at, alive))
        return None


def _shadow(decider: Decider, search: _Search, row: int) -> Shadow:
    columns, table = decider.columns, decider.table.id
    if not all(column.bits[row] for column in columns):
        return Shadow(table=table, row=row + 1, how="empty", by=(), witness=())
    rivals = search.rivals(row)
    how = "covered"
    same = [
        other
        for other in _places(rivals)
        if all(column.bits[other] == column.bits[row] for column in columns)
    ]
    if same:
        rivals, how = 1 << same[0], "duplicate"
    # From below, so that the rows named are the topmost that do.
    for other in reversed(list(_places(rivals))):
        if search.alone(row, rivals & ~(1 << other)) is None:
            rivals &= ~(1 << other)
    return Shadow(
        table=table,
        row=row + 1,
        how=how,
        by=tuple(other + 1 for other in _places(rivals)),
        witness=_as_facts(columns, (_lowest(column.bits[row]) for column in columns)),
    )


def _meeting(columns: Sequence[Column], count: int) -> list[int]:
    # For each row the rows that share facts with it, itself included unless it is empty.
    met = [(1 << count) - 1] * count
    for column in columns:
        seen: dict[int, int] = {}
        for row, regions in enumerate(column.bits):
            if regions not in seen:
                rows = 0
                for region in _places(regions):
                    rows |= column.masks[region]
                seen[regions] = rows
            met[row] &= seen[regions]
    return met


def _sizes(decider: Decider) -> list[list[int]]:
    # For each column how many combinations of regions there are from there on, in all and in
    # each row. Nothing where rows share facts, for then the sum says nothing.
    count = len(decider.table.rows)
    met = _meeting(decider.columns, count)
    if any(rows & ~(1 << row) for row, rows in enumerate(met)):
        return []
    sizes = [[1] * (count + 1)]
    for column in reversed(decider.columns):
        here = [column.regions.size, *(bits.bit_count() for bits in column.bits)]
        sizes.append([mine * rest for mine, rest in zip(here, sizes[-1], strict=True)])
    return sizes[::-1]


def _indifferent(columns: Sequence[Column], rows: int) -> list[int]:
    # For each column the rows that ask for nothing from there on.
    found = [rows]
    for column in reversed(columns):
        free = sum(1 << row for row, bits in enumerate(column.bits) if bits == column.full)
        found.append(found[-1] & free)
    return found[::-1]


def _classes(column: Column) -> dict[int, int]:
    # The regions of a column by the rows that admit them.
    found: dict[int, int] = {}
    for region, rows in enumerate(column.masks):
        found[rows] = found.get(rows, 0) | 1 << region
    return found


def _places(bits: int) -> Iterator[int]:
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low


def _lowest(bits: int) -> int:
    return (bits & -bits).bit_length() - 1


def _as_facts(
    columns: Sequence[Column], regions: Iterator[int] | Sequence[int]
) -> tuple[tuple[str, Value], ...]:
    pairs = zip(columns, regions, strict=True)
    return tuple((column.field.name, column.regions.sample(at)) for column, at in pairs)


def _as_cells(columns: Sequence[Column], bits: Sequence[int]) -> tuple[tuple[str, Cell], ...]:
    pairs = zip(columns, bits, strict=True)
    cells = [(column.field.name, column.regions.cell(some)) for column, some in pairs]
    return tuple((name, cell) for name, cell in cells if not isinstance(cell, Anything))


def _cells(cells: Sequence[tuple[str, Cell]]) -> str:
    return "; ".join(f"{name}: {cell}" for name, cell in cells) or "whatever the facts"
