"""
From the grid to coordinates: where each box, arrow, word and lane of a picture is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

import attrs

from propflow.draw.boxes import Box, box_of
from propflow.draw.layout import Grid, lay_out
from propflow.draw.measure import pixels, wrap
from propflow.draw.route import Route, Run, routes
from propflow.draw.scene import Names
from propflow.draw.tracks import Bundle, above_of, assign, bundled, pins_of
from propflow.procedures import Edge, Node, StepGraph

#: Distance of neighbouring tracks, and the free space around them.
TRACK = 11.0
MARGIN = 24.0
WORD, WORD_LINE = 11.5, 14.0
_WORD_WIDTH = 104.0
_ASIDE, _BORDER, _OUTER = 13.0, 17.0, 15.0
_BENEATH, _ATOP = 11.0, 16.0
_OVERHANG = 36.0

Place = tuple[float, float]


@attrs.frozen
class Rect:
    """
    An upright rectangle.
    """

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Rect, gap: float = 0.0) -> bool:
        """
        Whether two rectangles overlap, or come closer than *gap*.
        """
        return (
            self.left - gap < other.right
            and other.left - gap < self.right
            and self.top - gap < other.bottom
            and other.top - gap < self.bottom
        )

    def around(self, gap: float) -> Rect:
        """
        The rectangle with *gap* more on each side.
        """
        return Rect(self.left - gap, self.top - gap, self.right + gap, self.bottom + gap)


@attrs.frozen(kw_only=True)
class Placed:
    """
    A box where it stands.

    Attributes:
        node: What it draws.
        box: What stands in it.
        x: The middle of its column.
        y: Its middle line.
        frame: The space that it takes.
    """

    node: Node
    box: Box
    x: float
    y: float
    frame: Rect


@attrs.frozen(kw_only=True)
class Line:
    """
    An arrow.

    Attributes:
        edge: What it draws.
        points: From its source, corner by corner, to its target.
        words: Lines of its outcome.
        frame: Where they stand.
        loop: ``yes`` where it leads back to an earlier step, else ``no``.
    """

    edge: Edge
    points: tuple[Place, ...]
    loop: str = "no"
    words: tuple[str, ...] = ()
    frame: Rect | None = None


@attrs.frozen(kw_only=True)
class Plan:
    """
    All that a picture shows, with coordinates; the corner of the lanes is at 0, 0.

    Attributes:
        boxes: Every node.
        lines: Every edge.
        lanes: Role, left and right side of each lane.
        width: From the left of the first lane to the right of the last.
        height: From below the lanes' titles to their bottom.
    """

    boxes: tuple[Placed, ...]
    lines: tuple[Line, ...]
    lanes: tuple[tuple[str, float, float], ...]
    width: float
    height: float


def plan(graph: StepGraph, names: Names) -> Plan:
    """
    Lay out a procedure and give everything its coordinates.
    """
    return _Planner(graph, names).plan()


class _Planner:
    def __init__(self, graph: StepGraph, names: Names) -> None:
        self.graph = graph
        self.grid: Grid = lay_out(graph, lanes=names.lanes)
        tracks = bundled(graph, routes(graph, self.grid), self.grid.back)
        self.routes: tuple[Route, ...] = tracks.routes
        self.bundles: Mapping[tuple[str, int], tuple[Bundle, ...]] = tracks.bundles
        self.boxes = {node.id: box_of(node, names) for node in graph.nodes}
        self.words = {route.edge: _words(names.outcomes_of(route.edge)) for route in self.routes}
        self.track_of: dict[tuple[int, int], float] = {}
        self.columns: list[float] = []
        self.rows: list[float] = []

    def plan(self) -> Plan:
        lanes, width = self.across()
        height = self.down()
        boxes = tuple(self.placed(node) for node in self.graph.nodes)
        frames = {placed.node.id: placed for placed in boxes}
        bare = [
            Line(
                edge=route.edge,
                points=self.points(number, frames),
                loop="yes" if route.edge in self.grid.back else "no",
            )
            for number, route in enumerate(self.routes)
        ]
        return Plan(
            boxes=boxes,
            lines=tuple(self.worded(bare, frames)),
            lanes=lanes,
            width=width,
            height=height,
        )

    # -- from left to right -----------------------------------------------------------------

    def across(self) -> tuple[tuple[tuple[str, float, float], ...], float]:
        """
        Place columns, and tracks between columns; returns the lanes and the whole width.
        """
        borders = {first for first, _ in self.grid.spans} | {self.grid.columns}
        before, after = self.beside()
        widths = [60.0] * self.grid.columns
        for name, cell in self.grid.cells.items():
            widths[cell.column] = max(widths[cell.column], self.boxes[name].width)
        at = 0.0
        edges: dict[int, float] = {}
        for gap in range(self.grid.columns + 1):
            outer = gap in (0, self.grid.columns)
            group = list(self.bundles.get(("x", 2 * gap), ()))
            tracks = assign(group, {n: set() for n in range(len(group))}, 0.5)
            count = max(tracks, default=-1) + 1
            pad = _OUTER if outer else _BORDER if gap in borders else _ASIDE
            left, right = max(pad, before.get(gap, 0)), max(pad, after.get(gap, 0))
            if gap in borders and not outer and count:
                # The line between two lanes stands left of the tracks, so that none covers it.
                edges[gap] = at + left
                left += TRACK
            elif gap in borders:
                edges[gap] = at + (left if gap else 0)
            first = at + left
            for bundle, track in zip(group, tracks, strict=True):
                for piece in bundle.pieces:
                    self.track_of[piece] = first + track * TRACK
            at = first + max(count - 1, 0) * TRACK + right
            if gap == 0:
                edges[gap] = 0.0
            if gap < self.grid.columns:
                self.columns.append(at + widths[gap] / 2)
                at += widths[gap]
            else:
                edges[gap] = at
        lanes = tuple(
            (lane, edges[first], edges[last])
            for lane, (first, last) in zip(self.grid.lanes, self.grid.spans, strict=True)
        )
        return lanes, at

    def beside(self) -> tuple[dict[int, float], dict[int, float]]:
        """
        Room that words on side exits need in each gap: at its left side, and at its right.
        """
        before: dict[int, float] = {}
        after: dict[int, float] = {}
        for route in self.routes:
            words, run = self.words[route.edge], route.runs[0]
            if not words or run.axis == "x" or self.trunk_shared(route):
                continue
            cell = self.grid.cells[route.edge.source]
            need = _width(words) + 12
            if run.end == 2 * cell.last + 2:
                before[cell.last + 1] = max(before.get(cell.last + 1, 0), need)
            elif run.end == 2 * cell.first:
                after[cell.first] = max(after.get(cell.first, 0), need)
        return before, after

    # -- from top to bottom -----------------------------------------------------------------

    def down(self) -> float:
        """
        Place rows, and tracks between rows; returns the whole height.
        """
        beneath, atop = self.between()
        above = [0.0] * self.grid.rows
        below = [0.0] * self.grid.rows
        for name, cell in self.grid.cells.items():
            above[cell.row] = max(above[cell.row], self.boxes[name].above)
            below[cell.row] = max(below[cell.row], self.boxes[name].below)
        at = 0.0
        for gap in range(self.grid.rows + 1):
            group = list(self.bundles.get(("y", 2 * gap), ()))
            exact = [self.exact(bundle) for bundle in group]
            later = above_of(group, lambda one, two: one == two and one % 2 == 1)
            tracks = assign(exact, later, 8.0)
            count = max(tracks, default=-1) + 1
            first = at + max(_BENEATH, beneath.get(gap, 0))
            for bundle, track in zip(group, tracks, strict=True):
                for piece in bundle.pieces:
                    self.track_of[piece] = first + track * TRACK
            at = first + max(count - 1, 0) * TRACK + max(_ATOP, atop.get(gap, 0))
            if gap < self.grid.rows:
                self.rows.append(at + above[gap])
                at += above[gap] + below[gap]
        return at

    def between(self) -> tuple[dict[int, float], dict[int, float]]:
        """
        Room that words need in each gap between rows: at its top, and at its bottom.
        """
        beneath: dict[int, float] = {}
        atop: dict[int, float] = {}
        for route in self.routes:
            words, run = self.words[route.edge], route.runs[0]
            if not words:
                continue
            tall = len(words) * WORD_LINE
            if self.trunk_shared(route):
                gap = self.grid.cells[route.edge.target].row
                atop[gap] = max(atop.get(gap, 0), tall + 18)
            elif run.axis == "x":
                gap = self.grid.cells[route.edge.source].row + 1
                beneath[gap] = max(beneath.get(gap, 0), tall + 8)
        return beneath, atop

    def trunk_shared(self, route: Route) -> bool:
        """
        Whether an arrow leaves its box together with others.
        """
        first = route.runs[0]
        return any(
            other is not route
            and other.edge.source == route.edge.source
            and other.runs[0].axis == first.axis
            and other.runs[0].line == first.line
            and (other.runs[0].end > other.runs[0].begin) == (first.end > first.begin)
            for other in self.routes
        )

    def exact(self, bundle: Bundle) -> Bundle:
        """
        A level bundle with its true positions, now that columns and their gaps are placed.
        """
        pins = [
            (self.coordinate(number, near), side)
            for number, index in bundle.pieces
            for near, side in zip(
                (index - 1, index + 1), _sides(self.routes[number], index), strict=True
            )
        ]
        spots = [at for at, _ in pins]
        return Bundle(bundle.pieces, min(spots), max(spots), pins)

    def coordinate(self, number: int, index: int) -> float:
        """
        The coordinate that a run keeps: its x where it is upright, else its y.
        """
        run = self.routes[number].runs[index]
        if run.in_gap:
            return self.track_of[number, index]
        return (self.columns if run.axis == "x" else self.rows)[run.line // 2]

    # -- boxes, arrows, words ---------------------------------------------------------------

    def placed(self, node: Node) -> Placed:
        box, cell = self.boxes[node.id], self.grid.cells[node.id]
        x, y = self.columns[cell.column], self.rows[cell.row]
        left, right = x - box.width / 2, x + box.width / 2
        if box.kind in ("fork", "join"):
            left, right = self.columns[cell.first] - _OVERHANG, self.columns[cell.last] + _OVERHANG
        return Placed(
            node=node, box=box, x=x, y=y, frame=Rect(left, y - box.above, right, y + box.below)
        )

    def points(self, number: int, frames: Mapping[str, Placed]) -> tuple[Place, ...]:
        route = self.routes[number]
        runs = route.runs
        kept = [self.coordinate(number, index) for index in range(len(runs))]
        first, last = runs[0], runs[-1]
        points = [_leaving(frames[route.edge.source], first, kept[0], first.end > first.begin)]
        for index in range(1, len(runs)):
            one, two = kept[index - 1], kept[index]
            points.append((one, two) if runs[index - 1].axis == "x" else (two, one))
        points.append(_leaving(frames[route.edge.target], last, kept[-1], last.end < last.begin))
        return tuple(points)

    def worded(self, lines: list[Line], frames: Mapping[str, Placed]) -> list[Line]:
        """
        The arrows with their words beside them, where they cover nothing.
        """
        solid = [placed.frame for placed in frames.values()]
        worded = []
        for line, route in zip(lines, self.routes, strict=True):
            words = self.words[line.edge]
            if not words:
                worded.append(line)
                continue
            size = _width(words), len(words) * WORD_LINE
            others = [other.points for other in lines if other is not line]

            def cost(place: tuple[int, Rect], others: list[tuple[Place, ...]] = others) -> int:
                far, spot = place
                covers = sum(spot.meets(box, 1) for box in solid)
                return 100 * covers + 4 * sum(_touches(way, spot) for way in others) + 15 * far

            _, frame = min(_spots(line.points, size, shared=self.trunk_shared(route)), key=cost)
            solid.append(frame)
            worded.append(attrs.evolve(line, words=words, frame=frame))
        return worded


def _words(text: str) -> tuple[str, ...]:
    if not text:
        return ()
    return tuple(wrap(text, _WORD_WIDTH, lambda words: pixels(words, WORD)))


def _width(words: tuple[str, ...]) -> float:
    return max(pixels(line, WORD) for line in words) + 4


def _sides(route: Route, index: int) -> list[int]:
    return [side for _, side in pins_of(route, index)]


def _leaving(placed: Placed, run: Run, kept: float, onward: bool) -> Place:  # noqa: FBT001
    """
    Where a run meets the side of a box.
    """
    frame = placed.frame
    if run.axis == "x":
        return kept, frame.bottom if onward else frame.top
    return (frame.right if onward else frame.left), kept


def _spots(
    points: tuple[Place, ...], size: tuple[float, float], *, shared: bool
) -> Iterator[tuple[int, Rect]]:
    """
    Where the words of an arrow may stand, best first, and how far from the best piece that is.
    """
    pieces = list(pairwise(points))
    if shared:
        # The end of the arrow is the first place where it is alone for sure.
        pieces = [(end, begin) for begin, end in pieces[:0:-1] or pieces]
    for far, (begin, end) in enumerate(pieces):
        for spot in _beside(begin, end, size, 12.0 if shared else 3.0):
            yield far, spot


def _beside(begin: Place, end: Place, size: tuple[float, float], gap: float) -> Iterator[Rect]:
    """
    Places for words beside a straight piece, those near its beginning first.
    """
    (x, y), (to_x, to_y) = begin, end
    wide, tall = size
    if x == to_x:
        down = to_y > y
        tops = [y + shift if down else y - shift - tall for shift in (gap, gap + 7, gap + 15)]
        for top in (*tops, (y + to_y - tall) / 2):
            for left in (x + 4, x - 4 - wide):
                yield Rect(left, top, left + wide, top + tall)
    else:
        near = x + 4 if to_x > x else x - 4 - wide
        for left in (near, (x + to_x - wide) / 2):
            for top in (y - 2 - tall, y + 2):
                yield Rect(left, top, left + wide, top + tall)


def _touches(points: tuple[Place, ...], spot: Rect) -> bool:
    return any(
        spot.meets(Rect(min(a, c), min(b, d), max(a, c), max(b, d)), 1)
        for (a, b), (c, d) in pairwise(points)
    )
