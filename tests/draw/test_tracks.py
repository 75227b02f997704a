"""
Arrows that would run into each other in a gap.
"""

import pytest

from propflow.draw.route import Route, Run
from propflow.draw.tracks import above_of, assign, bundled
from propflow.procedures import Edge, Merge, StepGraph, Task


def route(source, target, *, across):
    """
    Down a column into the gap between the rows, along it, and down another column.
    """
    begin, end = across
    runs = (Run("x", begin, 1, 2), Run("y", 2, begin, end), Run("x", end, 2, 3))
    return Route(edge=Edge(source, target), runs=runs)


def same(one, two):
    return one == two and one % 2 == 1


SWAP = (route("a", "d", across=(1, 5)), route("b", "c", across=(5, 1)))
MEETING = (
    route("a", "met", across=(1, 5)),
    route("b", "met", across=(9, 5)),
    route("c", "d", across=(5, 1)),
)


@pytest.mark.parametrize("routes", [SWAP, MEETING])
def test_arrows_that_change_places_do_not_collide(routes):
    """
    Where each of two arrows would have to lie above the other, one changes its track on the way.
    """
    ends = dict.fromkeys(end for made in routes for end in (made.edge.source, made.edge.target))
    nodes = tuple(Merge(end) if end == "met" else Task(id=end, by=("clerk",)) for end in ends)
    graph = StepGraph(procedure="any", nodes=nodes, edges=tuple(made.edge for made in routes))
    tracks = bundled(graph, routes, frozenset())
    assert [len(made.runs) for made in tracks.routes].count(5) == 1
    for made, before in zip(tracks.routes, routes, strict=True):
        assert made.runs[0] == before.runs[0]
        assert made.runs[-1] == before.runs[-1]
    for (axis, _), bundles in tracks.bundles.items():
        later = above_of(list(bundles), same if axis == "y" else lambda _one, _two: False)
        numbers = assign(list(bundles), later, 0.5)
        for one, others in later.items():
            assert all(numbers[one] < numbers[other] for other in others)
