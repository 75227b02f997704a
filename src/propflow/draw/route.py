"""
Which way each arrow takes through the grid, so that it never runs through a box.

The grid is seen as a lattice of points. An odd coordinate is the middle of a column or row,
where boxes stand; an even one is the gap before it, where arrows run side by side. Middles are
kept for one arrow alone, gaps hold any number: `propflow.draw.tracks` parts them.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from itertools import pairwise

import attrs

from propflow.draw.layout import Grid
from propflow.procedures import (
    Edge,
    Fork,
    Join,
    Merge,
    StepGraph,
)

Point = tuple[int, int]
Link = tuple[Point, Point]

DOWN, UP, LEFT, RIGHT = (0, 1), (0, -1), (-1, 0), (1, 0)
_MOVES = (DOWN, RIGHT, LEFT, UP)

#: What a way costs: a bend, a crossing, a way shared with an arrow from or to the same box.
_BEND, _CROSSING, _SHARED, _MIXED, _FACING = 70.0, 45.0, 240.0, 160.0, 110.0
_WIDE, _HIGH, _GAP = 110.0, 50.0, 14.0


@attrs.frozen
class Run:
    """
    A straight piece of an arrow.

    Attributes:
        axis: ``x`` for an upright piece, which keeps its x; ``y`` for a level one.
        line: Lattice coordinate that it keeps.
        begin: The other coordinate where it begins.
        end: The other coordinate where it ends.
    """

    axis: str
    line: int
    begin: int
    end: int

    @property
    def low(self) -> int:
        """
        The smaller of *begin* and *end*.
        """
        return min(self.begin, self.end)

    @property
    def high(self) -> int:
        """
        The larger of *begin* and *end*.
        """
        return max(self.begin, self.end)

    @property
    def in_gap(self) -> bool:
        """
        Whether it runs in a gap, beside others, and not through the middle of a row or column.
        """
        return self.line % 2 == 0


@attrs.frozen(kw_only=True)
class Route:
    """
    The way of one arrow.

    Attributes:
        edge: The edge that it draws.
        runs: Straight pieces, upright and level by turns; one at least.
    """

    edge: Edge
    runs: tuple[Run, ...]


def routes(graph: StepGraph, grid: Grid) -> tuple[Route, ...]:
    """
    A way for every edge, in the order of the graph.
    """
    router = _Router(graph, grid)

    def length(edge: Edge) -> tuple[int, int]:
        one, two = grid.cells[edge.source], grid.cells[edge.target]
        return (
            int(edge in grid.back),
            abs(one.row - two.row) + 2 * abs(one.column - two.column),
        )

    found = {edge: router.route(edge) for edge in sorted(graph.edges, key=length)}
    return tuple(Route(edge=edge, runs=_runs(found[edge])) for edge in graph.edges)


def _runs(points: list[Point]) -> tuple[Run, ...]:
    corners = [points[0]]
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        if (before[0] == here[0]) != (here[0] == after[0]):
            corners.append(here)
    corners.append(points[-1])
    return tuple(
        Run("x", one[0], one[1], two[1]) if one[0] == two[0] else Run("y", one[1], one[0], two[0])
        for one, two in pairwise(corners)
    )


@attrs.define
class _Use:
    """
    Who uses a link or a point that is kept for one: sources and targets of the edges there.
    """

    edges: list[Edge] = attrs.field(factory=list)

    def cost(self, edge: Edge, leaving: float = 0.0, entering: float = 0.0) -> float | None:
        """
        What it costs *edge* to come too; nothing where it must not.

        Args:
            edge: The edge that wants to use the same way.
            leaving: The price where all there leave the same box.
            entering: The price where all there enter the same box.
        """
        if not self.edges:
            return 0.0
        if all(other.target == edge.target for other in self.edges):
            return entering
        if all(other.source == edge.source for other in self.edges):
            return leaving
        return None


class _Router:
    def __init__(self, graph: StepGraph, grid: Grid) -> None:
        self.graph = graph
        self.grid = grid
        self.width, self.height = 2 * grid.columns, 2 * grid.rows
        self.boxes: dict[Point, str] = {}
        for name, cell in grid.cells.items():
            for x in range(2 * cell.first + 1, 2 * cell.last + 2):
                self.boxes[x, 2 * cell.row + 1] = name
        self.links: dict[Link, _Use] = {}
        self.points: dict[Point, _Use] = {}
        self.upright: dict[Point, int] = {}
        self.level: dict[Point, int] = {}

    def route(self, edge: Edge) -> list[Point]:
        """
        The cheapest way of an edge. It is taken at once: later edges find it there.
        """
        points = self.search(edge)
        for one, two in pairwise(points):
            if _kept(one, two):
                self.links.setdefault(_link(one, two), _Use()).edges.append(edge)
            count = self.upright if one[0] == two[0] else self.level
            for point in (one, two):
                count[point] = count.get(point, 0) + 1
        for point in _turns(points):
            self.points.setdefault(point, _Use()).edges.append(edge)
        return points

    def search(self, edge: Edge) -> list[Point]:
        goals = set(self.goals(edge))
        ends = [goal[0] for goal in goals]
        left, right = min(x for x, _ in ends), max(x for x, _ in ends)
        bottom = ends[0][1]

        def rest(point: Point) -> float:
            x, y = point
            aside = max(left - x, x - right, 0)
            return aside * (_WIDE + _GAP) / 2 + abs(bottom - y) * (_HIGH + _GAP) / 2

        heap: list[tuple[float, int, float, Point, Point, int]] = []
        best: dict[tuple[Point, Point], float] = {}
        trail: list[tuple[Point, int]] = []
        count = 0
        for point, direction, price in self.starts(edge):
            trail.append((point, -1))
            heap.append((price + rest(point), count, price, point, direction, len(trail) - 1))
            count += 1
        heapq.heapify(heap)
        pending = len(heap)
        while heap:
            _, order, spent, point, direction, index = heapq.heappop(heap)
            first = order < pending
            if (point, direction) in goals and not first:
                return _path(trail, index)
            for move in _MOVES:
                if (first and move != direction) or (-move[0], -move[1]) == direction:
                    continue
                step = self.step(edge, point, direction, move, goals)
                if step is None:
                    continue
                after, price = step
                total = spent + price
                if best.get((after, move), float("inf")) <= total:
                    continue
                best[after, move] = total
                trail.append((after, index))
                count += 1
                heapq.heappush(
                    heap, (total + rest(after), count, total, after, move, len(trail) - 1)
                )
        raise AssertionError(f"no way for {edge}")

    def step(
        self,
        edge: Edge,
        point: Point,
        direction: Point,
        move: Point,
        goals: set[tuple[Point, Point]],
    ) -> tuple[Point, float] | None:
        """
        The next point by a move, and what it costs to go there; nothing where there is no way.
        """
        after = point[0] + move[0], point[1] + move[1]
        if not (0 <= after[0] <= self.width and 0 <= after[1] <= self.height):
            return None
        if after in self.boxes and (after, move) not in goals:
            return None
        price = _length(move)
        if move != direction:
            if self.points.get(point, _Use()).cost(edge) is None:
                return None
            price += _BEND
        if _kept(point, after):
            joins = isinstance(self.graph.by_id[edge.target], Join)
            shared = self.links.get(_link(point, after), _Use()).cost(
                edge,
                leaving=_SHARED / 4 ** (len(self.graph.out[edge.source]) - 2),
                entering=_SHARED if joins else 0.0,
            )
            if shared is None:
                return None
            price += shared + self.mixed(edge, point, after)
        across = self.level if move[0] == 0 else self.upright
        return after, price + _CROSSING * min(across.get(after, 0), 3)

    def mixed(self, edge: Edge, one: Point, two: Point) -> float:
        """
        What it costs that a loop runs into a way onward, or an arrow towards another.
        """
        use = self.links.get(_link(one, two), _Use())
        loop = edge in self.grid.back
        price = 0.0 if all((other in self.grid.back) == loop for other in use.edges) else _MIXED
        if one[0] == two[0]:
            # Two arrows that face each other in a column have to keep clear of each other.
            gap = one if one[1] % 2 == 0 else two
            beyond = gap[0], 2 * gap[1] - (one[1] + two[1] - gap[1])
            facing = self.links.get(_link(gap, beyond), _Use())
            price += 0.0 if edge in facing.edges or not facing.edges else _FACING
        return price

    def starts(self, edge: Edge) -> Iterator[tuple[Point, Point, float]]:
        """
        Where an edge can leave its source: points within the box, and the way out.
        """
        node, cell = self.graph.by_id[edge.source], self.grid.cells[edge.source]
        y = 2 * cell.row + 1
        if isinstance(node, Fork | Join):
            for column in range(cell.first, cell.last + 1):
                yield (2 * column + 1, y), DOWN, 0.0
            return
        yield (2 * cell.column + 1, y), DOWN, 0.0
        sideways = edge in self.grid.back or len(self.graph.out[edge.source]) > 1
        if sideways and not isinstance(node, Merge):
            yield (2 * cell.column + 1, y), RIGHT, 5.0
            yield (2 * cell.column + 1, y), LEFT, 10.0

    def goals(self, edge: Edge) -> Iterator[tuple[Point, Point]]:
        """
        Where an edge can enter its target: points within the box, and the way in.
        """
        node, cell = self.graph.by_id[edge.target], self.grid.cells[edge.target]
        y = 2 * cell.row + 1
        if isinstance(node, Fork | Join):
            for column in range(cell.first, cell.last + 1):
                yield (2 * column + 1, y), DOWN
            return
        yield (2 * cell.column + 1, y), DOWN
        if isinstance(node, Merge):
            yield (2 * cell.column + 1, y), RIGHT
            yield (2 * cell.column + 1, y), LEFT


def _kept(one: Point, two: Point) -> bool:
    """
    Whether the link between two points runs through a middle, and so is kept for one arrow.
    """
    return bool(one[0] % 2 if one[0] == two[0] else one[1] % 2)


def _link(one: Point, two: Point) -> Link:
    return (one, two) if one < two else (two, one)


def _length(move: Point) -> float:
    return (_WIDE + _GAP) / 2 if move[0] else (_HIGH + _GAP) / 2


def _turns(points: list[Point]) -> Iterator[Point]:
    """
    The points at which a way turns in the middle of a row, and those it ends beside.
    """
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        if here[1] % 2 and (before[0] == here[0]) != (here[0] == after[0]):
            yield here


def _path(trail: list[tuple[Point, int]], index: int) -> list[Point]:
    points = []
    while index >= 0:
        point, index = trail[index]
        points.append(point)
    return points[::-1]
