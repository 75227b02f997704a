"""
The handbook as propflow itself reads it: without a fault, without a gap, with a way to every end.
"""

from __future__ import annotations

import pytest

from propflow.procedures import compile_graph
from propflow.rules import compile_table
from propflow.rules.analysis import gaps, overlaps, shadowed, witnesses
from propflow.sites import load_handbook
from tests.handbook.shelf import FILES as PLAIN
from tests.handbook.shelf import FOLDER, entries

HANDBOOK = load_handbook(FOLDER)


@pytest.mark.parametrize("name", HANDBOOK.tables)
def test_every_table_decides_whatever_the_facts(name):
    """
    No facts fall between the rows, no row is of no use, and no two rows of one table quarrel.
    """
    decider = compile_table(HANDBOOK.tables[name])
    assert gaps(decider) == []
    assert shadowed(decider) == []
    assert len(witnesses(decider)) == len(HANDBOOK.tables[name].rows)
    if HANDBOOK.tables[name].hit == "unique":
        assert overlaps(decider) == []


@pytest.mark.parametrize("name", HANDBOOK.procedures)
def test_every_case_can_come_to_an_end(name):
    """
    From wherever a case can get to, some way leads to an end, and every end can be come to.
    """
    program = compile_graph(HANDBOOK.graphs[name])
    before = {program.begin(): set()}
    ends = {}
    todo = list(before)
    for marking in todo:
        end = program.end(marking)
        if end is not None:
            ends[marking] = end
            continue
        for stop in program.open(marking):
            for outcome in stop.moves:
                after = program.fire(marking, stop, outcome)
                if after not in before:
                    before[after] = set()
                    todo.append(after)
                before[after].add(marking)
    home = list(ends)
    for marking in home:
        home.extend(sorted(before[marking] - set(home)))
    assert set(home) == set(before)
    assert set(ends.values()) == set(HANDBOOK.graphs[name].ends)


def test_loader_and_plain_reader_see_the_same_boxes():
    """
    What the files claim to cover is what the loaded handbook covers.
    """
    plain = {box for _, entry in entries(PLAIN) for box in entry.get("covers", ())}
    loaded = {
        box
        for name, graph in HANDBOOK.graphs.items()
        for step in graph.steps
        for box in (*step.covers, *HANDBOOK.procedures[name].covers)
    }
    for post in HANDBOOK.posts.values():
        loaded |= {box for thing in (post, *post.orders, *post.responses) for box in thing.covers}
    loaded |= {box for duty in HANDBOOK.duties for box in duty.covers}
    assert loaded == plain
