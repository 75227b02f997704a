"""
How arrows that run in the same gap are kept apart: each gets a track, as on a railway.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import attrs

from propflow.draw.route import Route, Run
from propflow.procedures import Edge, Merge, StepGraph

#: A run, by the number of its route and its own number in it.
Piece = tuple[int, int]


@attrs.define
class Bundle:
    """
    Runs in one gap that share a track: they leave one box, or enter one, together.

    Attributes:
        pieces: The runs.
        low: Where the first of them begins.
        high: Where the last of them ends.
        pins: Where arrows come onto the track and leave it: position, and the side to which
            they go on: -1 is up or left, 1 is down or right.
    """

    pieces: list[Piece]
    low: float
    high: float
    pins: list[tuple[float, int]]


@attrs.frozen(kw_only=True)
class Tracks:
    """
    Routes whose runs in gaps have tracks.

    Attributes:
        routes: The routes, a few with a step more in them where arrows would have collided.
        bundles: Bundles of each gap, by axis and lattice coordinate of the gap.
    """

    routes: tuple[Route, ...]
    bundles: Mapping[tuple[str, int], tuple[Bundle, ...]]


def bundled(graph: StepGraph, routes: Iterable[Route], back: frozenset[Edge]) -> Tracks:
    """
    Put the runs of each gap into bundles that can be ordered without a collision.

    A collision: an arrow comes down a column to its track and another leaves its own track
    down the same column; the first must lie above the second. Where such wishes form a ring,
    a bundle is taken apart, or an arrow changes its track on the way.
    """
    found = list(routes)
    loose: set[Piece] = set()
    while True:
        bundles = _bundles(graph, found, loose, back)
        ring = next(
            (
                [group[index] for index in cycle]
                for (axis, _), group in bundles.items()
                if axis == "y" and (cycle := _cycle(above_of(group, _same_lattice)))
            ),
            None,
        )
        if ring is None:
            return Tracks(
                routes=tuple(found), bundles={key: tuple(group) for key, group in bundles.items()}
            )
        shared = next((bundle for bundle in ring if len(bundle.pieces) > 1), None)
        if shared is not None:
            loose.update(shared.pieces)
        else:
            route, index = ring[0].pieces[0]
            found[route] = _stepped(found[route], index)
            loose = {(r, i + 2 * (r == route and i > index)) for r, i in loose}


def _bundles(
    graph: StepGraph, routes: list[Route], loose: set[Piece], back: frozenset[Edge]
) -> dict[tuple[str, int], list[Bundle]]:
    trunks: dict[tuple[str, int], int] = {}
    for route in routes:
        trunk = _trunk(route)
        if trunk is not None:
            trunks[trunk] = trunks.get(trunk, 0) + 1
    gaps: dict[tuple[str, int], dict[object, Bundle]] = {}
    for number, route in enumerate(routes):
        trunk = _trunk(route)
        for index, run in enumerate(route.runs):
            if not run.in_gap:
                continue
            piece = number, index
            key: object = piece
            if piece in loose:
                pass
            elif index == 1 and trunk is not None and trunks[trunk] > 1:
                key = "from", route.edge.source
            elif isinstance(graph.by_id[route.edge.target], Merge):
                key = "into", route.edge.target, route.edge in back
            gap = gaps.setdefault((run.axis, run.line), {})
            bundle = gap.setdefault(key, Bundle([], run.low, run.high, []))
            bundle.pieces.append(piece)
            bundle.low, bundle.high = min(bundle.low, run.low), max(bundle.high, run.high)
            bundle.pins.extend(pins_of(route, index))
    return {key: list(gap.values()) for key, gap in sorted(gaps.items())}


def _trunk(route: Route) -> tuple[str, int] | None:
    first = route.runs[0]
    if first.axis == "x" and len(route.runs) > 1:
        return route.edge.source, first.line
    return None


def pins_of(route: Route, index: int) -> list[tuple[int, int]]:
    """
    Where a run joins its neighbours: the position on it, and the side where they lie.
    """
    run = route.runs[index]
    pins = []
    if index > 0:
        before = route.runs[index - 1]
        pins.append((before.line, _sign(before.begin - run.line)))
    if index + 1 < len(route.runs):
        after = route.runs[index + 1]
        pins.append((after.line, _sign(after.end - run.line)))
    return pins


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def _same_lattice(one: float, two: float) -> bool:
    # Arrows in gaps have tracks of their own; only in the middle of a column do they meet.
    return one == two and one % 2 == 1


def above_of(bundles: list[Bundle], same: Callable[[float, float], bool]) -> dict[int, set[int]]:
    """
    For each bundle the bundles that must lie on a later track.
    """
    later: dict[int, set[int]] = {index: set() for index in range(len(bundles))}
    for one, first in enumerate(bundles):
        for two, second in enumerate(bundles):
            if one != two and any(
                side < 0 < other and same(at, there)
                for at, side in first.pins
                for there, other in second.pins
            ):
                later[one].add(two)
    return later


def _cycle(later: Mapping[int, set[int]]) -> list[int]:
    """
    Some ring in a relation, or nothing.
    """
    state: dict[int, int] = {}
    for first in later:
        path = [first]
        while path and state.get(first) != 2:
            here = path[-1]
            state[here] = 1
            following = next((n for n in sorted(later[here]) if state.get(n) != 2), None)
            if following is None:
                state[here] = 2
                path.pop()
            elif state.get(following) == 1:
                return path[path.index(following) :]
            else:
                path.append(following)
    return []


def _stepped(route: Route, index: int) -> Route:
    """
    The route with a change of track in the gap beside the column where the run begins.
    """
    run = route.runs[index]
    middle = run.begin + (1 if run.end > run.begin else -1)
    pieces = (
        Run("y", run.line, run.begin, middle),
        Run("x", middle, run.line, run.line),
        Run("y", run.line, middle, run.end),
    )
    return attrs.evolve(route, runs=(*route.runs[:index], *pieces, *route.runs[index + 1 :]))


def assign(bundles: list[Bundle], later: Mapping[int, set[int]], clearance: float) -> list[int]:
    """
    A track for each bundle, counted from 0 at the top or left, with few crossings.

    Args:
        bundles: The bundles of one gap.
        later: For each the bundles that must lie on a later track; no rings.
        clearance: How far apart two runs on the same track must be.
    """
    cost = [[_crossings(first, second) for second in bundles] for first in bundles]
    order: list[int] = []
    left = set(range(len(bundles)))
    while left:
        free = [n for n in sorted(left) if not any(n in later[m] for m in left)]
        chosen = min(free, key=lambda n: sum(cost[n][m] - cost[m][n] for m in left))
        order.append(chosen)
        left.remove(chosen)
    _settle(order, cost, later)
    tracks = [0] * len(bundles)
    for position, index in enumerate(order):
        one = bundles[index]
        for before in order[:position]:
            two = bundles[before]
            if one.low - clearance <= two.high and two.low - clearance <= one.high:
                tracks[index] = max(tracks[index], tracks[before] + 1)
    return tracks


def _settle(order: list[int], cost: list[list[float]], later: Mapping[int, set[int]]) -> None:
    """
    Swap neighbours as long as that saves a crossing.
    """
    for _ in order:
        swapped = False
        for at in range(len(order) - 1):
            one, two = order[at], order[at + 1]
            if cost[two][one] < cost[one][two] and two not in later[one]:
                order[at], order[at + 1] = two, one
                swapped = True
        if not swapped:
            return


def _crossings(first: Bundle, second: Bundle) -> float:
    """
    How often two bundles cross when the first has the earlier track.
    """
    return sum(side > 0 and second.low < at < second.high for at, side in first.pins) + sum(
        side < 0 and first.low < at < first.high for at, side in second.pins
    )
