"""
Where each box of a picture stands: which row, and which column of which lane.

Time runs downward: a step stands below all that come before it, loops apart. Each role has a
lane; where two steps of one lane stand side by side, the lane has several columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

import attrs

from propflow.draw.scene import lanes_of
from propflow.procedures import Edge, Fork, Join, Merge, StepGraph


@attrs.frozen
class Cell:
    """
    Where a node stands in the grid.

    Attributes:
        row: Counted from 0 at the top.
        column: Column of its middle, counted from 0 at the left.
        first: First column that it covers: a bar covers those of its branches.
        last: Last column that it covers.
    """

    row: int
    column: int
    first: int
    last: int


@attrs.frozen(kw_only=True)
class Grid:
    """
    A picture before it has sizes.

    Attributes:
        cells: Cell of each node.
        lanes: Roles from left to right.
        spans: For each lane its first column and the one after its last.
        rows: How many rows there are.
        columns: How many columns there are.
        back: Edges that lead back to an earlier step.
        order: All nodes, each after those before it but for loops.
    """

    cells: Mapping[str, Cell]
    lanes: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    rows: int
    columns: int
    back: frozenset[Edge]
    order: tuple[str, ...]


def reading(graph: StepGraph) -> tuple[tuple[str, ...], frozenset[Edge]]:
    """
    The order in which a graph is read, and the edges that lead back in it.

    Returns:
        All ids, each after those before it and a branch before its neighbour to the right; and
        the edges that close a loop.
    """
    back: list[Edge] = []
    finished: list[str] = []
    state: dict[str, str] = {}
    for start in (node.id for node in graph.nodes):
        if start in state:
            continue
        state[start] = "open"
        # Last branch first: what finishes last is read first.
        stack: list[tuple[str, Iterator[Edge]]] = [(start, iter(graph.out[start][::-1]))]
        while stack:
            name, edges = stack[-1]
            edge = next(edges, None)
            if edge is None:
                state[name] = "shut"
                finished.append(name)
                stack.pop()
            elif edge.target not in state:
                state[edge.target] = "open"
                stack.append((edge.target, iter(graph.out[edge.target][::-1])))
            elif state[edge.target] == "open":
                back.append(edge)
    return tuple(reversed(finished)), frozenset(back)


def lay_out(graph: StepGraph, *, lanes: Literal["roles", "none"] = "roles") -> Grid:
    """
    Give every node of a procedure its cell.

    Args:
        graph: The procedure.
        lanes: ``roles`` for a lane a role, ``none`` for one lane in all.
    """
    order, back = reading(graph)
    ranks = ranked(graph, order, back)
    lane_of = dict.fromkeys(order, "") if lanes == "none" else lanes_of(graph, order, back)
    arranged = _arranged(graph, list(dict.fromkeys(lane_of[name] for name in order)), lane_of)
    local, widths = _columns(graph, order, back, ranks, lane_of)
    firsts, total = {}, 0
    for lane in arranged:
        firsts[lane] = total
        total += widths[lane]
    column = {name: firsts[lane_of[name]] + local[name] for name in order}
    cells, rows = _rows(graph, order, back, ranks, column)
    return Grid(
        cells=cells,
        lanes=tuple(arranged),
        spans=tuple((firsts[lane], firsts[lane] + widths[lane]) for lane in arranged),
        rows=rows,
        columns=total,
        back=back,
        order=order,
    )


def ranked(graph: StepGraph, order: Iterable[str], back: frozenset[Edge]) -> dict[str, int]:
    """
    How many nodes come before each on the longest way to it, loops apart.
    """
    ranks: dict[str, int] = {}
    for name in order:
        before = [ranks[edge.source] for edge in graph.into[name] if edge not in back]
        ranks[name] = max(before, default=-1) + 1
    return ranks


def leading(graph: StepGraph, order: Iterable[str], back: frozenset[Edge]) -> frozenset[str]:
    """
    The nodes from which the main end can be reached, loops apart.

    The main end is the one with the most before it.
    """
    order = tuple(order)
    ranks = ranked(graph, order, back)
    found = {max(reversed(graph.ends), key=ranks.__getitem__)}
    for name in reversed(order):
        if any(edge.target in found for edge in graph.out[name] if edge not in back):
            found.add(name)
    return frozenset(found)


def dominators(order: Iterable[str], before: Mapping[str, list[str]], first: str) -> dict[str, str]:
    """
    For each node the nearest one that every way from *first* to it passes.

    Args:
        order: All nodes, each after those before it.
        before: The nodes right before each; no loops.
        first: The node where every way begins; it is its own.

    Source: Cooper, Harvey, Kennedy, "A Simple, Fast Dominance Algorithm", 2001.
    """
    number = {name: index for index, name in enumerate(order)}
    above = {first: first}
    for name in number:
        known = [source for source in before[name] if source in above]
        if name == first or not known:
            continue
        nearest = known[0]
        for other in known[1:]:
            one, two = nearest, other
            while one != two:
                if number[one] > number[two]:
                    one = above[one]
                else:
                    two = above[two]
            nearest = one
        above[name] = nearest
    return above


def _arranged(graph: StepGraph, lanes: list[str], lane_of: Mapping[str, str]) -> list[str]:
    """
    Lanes in an order that keeps arrows and bars short, else as they appear.
    """
    weights: dict[tuple[str, str], int] = {}
    for edge in graph.edges:
        one, two = lane_of[edge.source], lane_of[edge.target]
        if one != two:
            weights[one, two] = weights.get((one, two), 0) + 1

    bars = [
        {lane_of[edge.target] for edge in graph.out[node.id]}
        if isinstance(node, Fork)
        else {lane_of[edge.source] for edge in graph.into[node.id]}
        for node in graph.nodes
        if isinstance(node, Fork | Join)
    ]

    def cost(lanes: list[str]) -> int:
        at = {lane: index for index, lane in enumerate(lanes)}
        arrows = sum(abs(at[one] - at[two]) * weight for (one, two), weight in weights.items())
        # Nothing gets through a bar, so a wide one costs more than a long arrow.
        wide = sum(max(at[lane] for lane in bar) - min(at[lane] for lane in bar) for bar in bars)
        return arrows + 3 * wide

    first = lanes[0]
    best = cost(lanes)
    better = True
    while better:
        better = False
        for lane in list(lanes):
            rest = [other for other in lanes if other != lane]
            for index in range(len(lanes)):
                moved = [*rest[:index], lane, *rest[index:]]
                if cost(moved) < best:
                    lanes, best, better = moved, cost(moved), True
    # The mirror image is as good; what begins should stand to the left.
    return lanes if 2 * lanes.index(first) < len(lanes) else lanes[::-1]


def _columns(
    graph: StepGraph,
    order: Iterable[str],
    back: frozenset[Edge],
    ranks: Mapping[str, int],
    lane_of: Mapping[str, str],
) -> tuple[dict[str, int], dict[str, int]]:
    """
    Column of each node within its lane, and how many columns each lane has.
    """
    order = tuple(order)
    before = {
        name: [edge.source for edge in graph.into[name] if edge not in back] for name in order
    }
    above = dominators(order, before, order[0])
    main = leading(graph, order, back)
    local: dict[str, int] = {}
    widths: dict[str, int] = {}
    taken: set[tuple[str, int, int]] = set()  # lane, column, rank
    for name in order:
        lane, rank = lane_of[name], ranks[name]
        sources = before[name]
        gateway = isinstance(graph.by_id[name], Merge | Join)
        if gateway and name in above:
            sources = [above[name], *sources]
        beside = next((source for source in sources if lane_of[source] == lane), None)
        wish = local[beside] if beside is not None else 0
        # The way down from the step right above is kept free, so that it stays straight.
        since = rank if gateway or beside is None else ranks[beside] + 1
        if beside is not None and name not in main:
            # A branch that ends by itself makes way for the one that goes on.
            siblings = (edge.target for edge in graph.out[beside])
            if any(sibling in main and lane_of[sibling] == lane for sibling in siblings):
                wish, since = wish + 1, rank
        width = widths.get(lane, 1)
        # To the right of where it comes from, else to the left, else in a column of its own.
        for column in (*range(wish, max(width, wish + 1)), *range(wish - 1, -1, -1), width):
            way = range(since, rank + 1) if column == wish else (rank,)
            if not any((lane, column, at) in taken for at in way):
                break
        else:
            raise AssertionError("a column of its own is always free")
        local[name] = column
        widths[lane] = max(width, column + 1)
        way = range(since, rank + 1) if column == wish else (rank,)
        taken.update((lane, column, at) for at in way)
        # So is the way down to where it meets other branches.
        for edge in graph.out[name]:
            if edge not in back and isinstance(graph.by_id[edge.target], Merge | Join):
                taken.update((lane, column, at) for at in range(rank + 1, ranks[edge.target]))
    return local, widths


def _rows(
    graph: StepGraph,
    order: Iterable[str],
    back: frozenset[Edge],
    ranks: Mapping[str, int],
    column: Mapping[str, int],
) -> tuple[dict[str, Cell], int]:
    """
    Cells, with a row more where a bar would run through its neighbours.
    """
    by_rank: dict[int, list[str]] = {}
    for name in order:
        by_rank.setdefault(ranks[name], []).append(name)
    cells: dict[str, Cell] = {}
    row = 0
    for rank in sorted(by_rank):
        full: list[list[tuple[int, int]]] = [[]]
        names = by_rank[rank]
        for name in sorted(names, key=lambda name: isinstance(graph.by_id[name], Fork | Join)):
            first, last = _span(graph, name, back, column)
            at = next(
                (
                    index
                    for index, spans in enumerate(full)
                    if all(last < low or high < first for low, high in spans)
                ),
                len(full),
            )
            if at == len(full):
                full.append([])
            full[at].append((first, last))
            cells[name] = Cell(row + at, min(max(column[name], first), last), first, last)
        row += len(full)
    return cells, row


def _span(
    graph: StepGraph, name: str, back: frozenset[Edge], column: Mapping[str, int]
) -> tuple[int, int]:
    node = graph.by_id[name]
    if isinstance(node, Fork):
        ends = [edge.target for edge in graph.out[name] if edge not in back]
    elif isinstance(node, Join):
        ends = [edge.source for edge in graph.into[name] if edge not in back]
    else:
        ends = []
    columns = [column[end] for end in ends] or [column[name]]
    return min(columns), max(columns)
