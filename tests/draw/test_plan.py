"""
Where boxes, arrows and words lie: nothing may cover what it does not belong to.
"""

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings

from propflow.draw.geometry import Rect, plan
from propflow.draw.layout import lay_out
from propflow.procedures import Join, Procedure, Work, graph_of
from propflow.procedures.compose import choose, end, task, together
from tests.draw.charts import CHARTS, chart, names
from tests.draw.graphs import block_graphs, plain_graphs


def segments(line):
    return [
        Rect(min(a, c), min(b, d), max(a, c), max(b, d))
        for (a, b), (c, d) in pairwise(line.points)
        if (a, b) != (c, d)
    ]


def faults(graph, called=None):
    """
    Everything in a plan that a reader would stumble over.
    """
    drawn = plan(graph, called or names())
    found = []
    for one, two in combinations(drawn.boxes, 2):
        if one.frame.meets(two.frame, 2):
            found.append(f"{one.node.id} covers {two.node.id}")
    for line in drawn.lines:
        found.extend(across(line, drawn.boxes))
        if line.frame is not None:
            found.extend(
                f"words of {line.edge} cover {box.node.id}"
                for box in drawn.boxes
                if line.frame.meets(box.frame)
            )
    for one, two in combinations(drawn.lines, 2):
        if one.edge.source != two.edge.source and one.edge.target != two.edge.target:
            found.extend(
                f"{one.edge} and {two.edge} run over each other"
                for first in segments(one)
                for second in segments(two)
                if along(first, second)
            )
    worded = [line for line in drawn.lines if line.frame is not None]
    found.extend(
        f"words of {one.edge} cover words of {two.edge}"
        for one, two in combinations(worded, 2)
        if one.frame.meets(two.frame)
    )
    inside = Rect(0, 0, drawn.width, drawn.height)
    frames = {box.node.id: [box.frame] for box in drawn.boxes}
    frames |= {line.edge: segments(line) for line in drawn.lines}
    outside = [what for what, parts in frames.items() if not all(within(p, inside) for p in parts)]
    return found + [f"{what} leaves the picture" for what in outside]


def across(line, boxes):
    for box in boxes:
        inner = box.frame.around(-0.5)
        own = box.node.id in (line.edge.source, line.edge.target)
        for piece in segments(line):
            if not own and piece.meets(box.frame, 1):
                yield f"{line.edge} runs through {box.node.id}"
            if own and piece.meets(inner):
                yield f"{line.edge} runs through its own {box.node.id}"


def along(one, two):
    """
    Whether two pieces lie over or right beside each other for a stretch, not just cross.
    """
    upright = one.left == one.right and two.left == two.right
    level = one.top == one.bottom and two.top == two.bottom
    if upright:
        return abs(one.left - two.left) < 5 and one.top < two.bottom and two.top < one.bottom
    if level:
        return abs(one.top - two.top) < 5 and one.left < two.right and two.left < one.right
    return False


def within(one, two):
    return (
        one.left >= two.left
        and one.right <= two.right
        and one.top >= two.top
        and one.bottom <= two.bottom
    )


@pytest.mark.parametrize("name", CHARTS)
def test_nothing_covers_anything_in_a_chart(name):
    """
    Complaint, fire and arrears can be read: no box on a box, no arrow through a box.
    """
    assert faults(chart(name)[1]) == []


@given(block_graphs)
def test_nothing_covers_anything_whatever_the_procedure(graph):
    """
    Choices, parallel branches and loops within each other leave every box and arrow clear.
    """
    assert faults(graph) == []


@given(plain_graphs())
def test_nothing_covers_anything_in_a_foreign_model(graph):
    """
    Ways that lead from anywhere to anywhere are drawn as clearly as blocks.
    """
    assert faults(graph) == []


@given(block_graphs)
@settings(max_examples=25)
def test_time_runs_downward(graph):
    """
    Whatever comes later stands lower, but for loops back.
    """
    grid = lay_out(graph)
    for edge in graph.edges:
        if edge not in grid.back:
            assert grid.cells[edge.source].row < grid.cells[edge.target].row


@given(block_graphs)
@settings(max_examples=25)
def test_every_arrow_leads_from_its_box_to_its_box(graph):
    """
    An arrow begins at the rim of one box, ends at the rim of the other and never runs aslant.
    """
    drawn = plan(graph, names())
    frames = {box.node.id: box.frame for box in drawn.boxes}
    for line in drawn.lines:
        for name, (x, y) in (
            (line.edge.source, line.points[0]),
            (line.edge.target, line.points[-1]),
        ):
            assert frames[name].left <= x <= frames[name].right
            assert frames[name].top <= y <= frames[name].bottom
        assert all(a == c or b == d for (a, b), (c, d) in pairwise(line.points))


@pytest.mark.parametrize("name", CHARTS)
def test_work_stands_in_the_lane_of_its_role(name):
    """
    Who looks down a lane sees all the work of one role and none of another's.
    """
    drawn = plan(chart(name)[1], names())
    sides = {role: (left, right) for role, left, right in drawn.lanes}
    for box in drawn.boxes:
        if isinstance(box.node, Work):
            left, right = sides[box.node.by[0]]
            assert left < box.frame.left < box.frame.right < right


def test_a_bar_reaches_over_its_branches():
    """
    The bar before the fire command post gathers all three branches.
    """
    graph = chart("fire")[1]
    cells = lay_out(graph).cells
    joins = [node.id for node in graph.nodes if isinstance(node, Join)]
    for join in joins:
        columns = [cells[edge.source].column for edge in graph.into[join]]
        assert (cells[join].first, cells[join].last) == (min(columns), max(columns))


def test_work_of_one_role_at_one_time_stands_side_by_side():
    """
    Two branches of the same role have columns of their own within its lane.
    """
    body = together(task("one", by="clerk"), task("two", by="clerk"), task("three", by="guard"))
    grid = lay_out(graph_of(Procedure(id="any", body=body)))
    cells = [grid.cells[name] for name in ("one", "two", "three")]
    assert len({cell.row for cell in cells}) == 1
    assert len({cell.column for cell in cells}) == 3
    assert grid.lanes == ("clerk", "guard")
    assert grid.spans == ((0, 2), (2, 3))


def test_a_branch_that_ends_by_itself_makes_way():
    """
    The way that goes on runs straight down; the refusal stands beside it.
    """
    refused = task("refuse", by="clerk") >> end("refused")
    body = choose("may", no=refused, yes=task("permit", by="clerk")) >> task("file", by="clerk")
    cells = lay_out(graph_of(Procedure(id="any", body=task("ask", by="clerk") >> body))).cells
    assert len({cells[name].column for name in ("ask", "may", "permit", "file", "done")}) == 1
    assert cells["refuse"].column == cells["refused"].column == cells["may"].column + 1
