"""
The search for what no row fits, and for what only one row fits: a walk over the regions of a
table's inputs, with what rows treat alike walked once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from propflow.rules.compiled import Decider
from propflow.rules.hits import rank
from propflow.rules.regions import Column

#: How many nodes a diagram has at most; beyond that its gaps are found one by one.
LARGEST = 5_000


class _TooLargeError(Exception):
    pass


class Diagram:
    """
    A decision diagram of the gaps: a node for each input and set of rows still in play, nodes that
    lead to the same gaps made one. Node 0 is covered whatever comes, node 1 a gap whatever comes.

    Args:
        decider: The table, as it holds on some day.
    """

    def __init__(self, decider: Decider) -> None:
        self.columns = decider.columns
        self.all = decider.start
        self.indifferent = _indifferent(decider.columns, self.all)
        self.classes = [_classes(column) for column in decider.columns]
        self.sizes = _sizes(decider)
        self.nodes: list[tuple[int, tuple[tuple[int, int], ...]]] = [(-1, ()), (-1, ())]
        self.known: dict[tuple[int, tuple[tuple[int, int], ...]], int] = {}
        self.built: dict[tuple[int, int], int] = {}

    def gaps(self) -> Iterator[Mapping[int, int]]:
        """
        The gaps, each as the regions of the inputs that it does not fill whole.
        """
        try:
            top = self.build(0, self.all)
        except _TooLargeError:
            # Then what can be merged is not, but nothing is left out.
            return self.walk(0, self.all, {}, set())
        return self.boxes(top, {})

    def walk(
        self, at: int, alive: int, chosen: Mapping[int, int], covered: set[tuple[int, int]]
    ) -> Iterator[Mapping[int, int]]:
        """
        The gaps one by one, nothing kept but what is known to be covered.
        """
        if not alive:
            yield chosen
            return
        if alive & self.indifferent[at] or (at, alive) in covered or self.full(at, alive):
            return
        below: dict[int, int] = {}
        for rows, regions in self.classes[at].items():
            below[alive & rows] = below.get(alive & rows, 0) | regions
        empty = True
        for rows, regions in sorted(below.items(), key=lambda pair: pair[0].bit_count()):
            for boxes in self.walk(at + 1, rows, {**chosen, at: regions}, covered):
                empty = False
                yield boxes
        if empty:
            covered.add((at, alive))

    def build(self, at: int, alive: int) -> int:
        """
        The node for an input and the rows still in play.
        """
        if not alive:
            return 1
        if alive & self.indifferent[at]:
            return 0
        if (at, alive) in self.built:
            return self.built[at, alive]
        if self.full(at, alive):
            return 0
        if len(self.built) > LARGEST:
            raise _TooLargeError
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
        """
        Whether rows that share no facts are as large together as all there is.
        """
        # Counted in regions.
        if not self.sizes:
            return False
        whole, *sizes = self.sizes[at]
        return sum(sizes[row] for row in places(alive)) == whole

    def node(self, at: int, children: Mapping[int, int]) -> int:
        """
        The number of a node with these children.
        """
        key = at, tuple((regions, child) for child, regions in children.items())
        if key not in self.known:
            self.known[key] = len(self.nodes)
            self.nodes.append(key)
        return self.known[key]

    def boxes(self, node: int, chosen: Mapping[int, int]) -> Iterator[Mapping[int, int]]:
        """
        The gaps below a node.
        """
        if node == 1:
            yield chosen
        elif node:
            at, branches = self.nodes[node]
            for regions, child in branches:
                yield from self.boxes(child, {**chosen, at: regions})


class Search:
    """
    Looks for facts that one row fits and none of its rivals does.

    Args:
        decider: The table, as it holds on some day.
    """

    def __init__(self, decider: Decider) -> None:
        self.columns = decider.columns
        self.meeting = meeting(decider.columns, len(decider.table.rows))
        self.start = decider.start
        self.known: dict[int, Sequence[int]] = {}
        table = decider.table
        self.hit = table.hit
        ranked = self.hit == "priority"
        self.ranks = [rank(row.outcome, table.outputs) for row in table.rows] if ranked else []

    def rivals(self, row: int) -> int:
        """
        The rows that keep a row from deciding where they fit as well.
        """
        met = self.meeting[row] & self.start
        above = met & ((1 << row) - 1)
        if self.hit == "unique":
            return met & ~(1 << row)
        if self.hit == "priority":
            mine = self.ranks[row]
            higher = sum(1 << at for at in places(met) if self.ranks[at] < mine)
            return higher | sum(1 << at for at in places(above) if self.ranks[at] == mine)
        return above if self.hit in ("first", "any") else 0

    def alone(self, row: int, rivals: int) -> list[int] | None:
        """
        A region of each input that the row fits and none of the rivals does, or nothing.
        """
        if not all(column.bits[row] for column in self.columns):
            return None
        return self._step(row, 0, rivals, self.covering(row), set())

    def covering(self, row: int) -> Sequence[int]:
        """
        For each input the rows that, from there on, fit wherever this one does.
        """
        if row not in self.known:
            covering = [self.meeting[row] & ~(1 << row)]
            for column in reversed(self.columns):
                asked = column.bits[row]
                last = covering[-1]
                covering.append(sum(1 << at for at in places(last) if not asked & ~column.bits[at]))
            self.known[row] = covering[::-1]
        return self.known[row]

    def _step(
        self, row: int, at: int, alive: int, covering: Sequence[int], failed: set[tuple[int, int]]
    ) -> list[int] | None:
        if not alive:
            return [lowest(column.bits[row]) for column in self.columns[at:]]
        # A rival that fits wherever the row does, in all columns to come, cannot be shaken off.
        if alive & covering[at] or (at, alive) in failed:
            return None
        column = self.columns[at]
        below: dict[int, int] = {}
        for region in places(column.bits[row]):
            below.setdefault(alive & column.masks[region], region)
        for rows, region in sorted(below.items(), key=lambda pair: pair[0].bit_count()):
            rest = self._step(row, at + 1, rows, covering, failed)
            if rest is not None:
                return [region, *rest]
        failed.add((at, alive))
        return None


def meeting(columns: Sequence[Column], count: int) -> list[int]:
    """
    For each row the rows that share facts with it, itself included unless it is empty.
    """
    met = [(1 << count) - 1] * count
    for column in columns:
        seen: dict[int, int] = {}
        for row, regions in enumerate(column.bits):
            if regions not in seen:
                rows = 0
                for region in places(regions):
                    rows |= column.masks[region]
                seen[regions] = rows
            met[row] &= seen[regions]
    return met


def _sizes(decider: Decider) -> list[list[int]]:
    # For each column how many combinations of regions there are from there on, in all and in
    # each row. Nothing where rows share facts, for then the sum says nothing.
    count = len(decider.table.rows)
    met = meeting(decider.columns, count)
    if any(met[row] & decider.start & ~(1 << row) for row in places(decider.start)):
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


def places(bits: int) -> Iterator[int]:
    """
    The places of the ones, from the lowest.
    """
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low


def lowest(bits: int) -> int:
    """
    The place of the lowest one.
    """
    return (bits & -bits).bit_length() - 1
