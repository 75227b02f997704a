"""
Ways that are worth a test, and the tests that are written for them.
"""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given

from propflow.procedures import Procedure, compile_graph, graph_of
from propflow.sites import Site
from propflow.testing import WayError, follow, procedures, ways, write_tests
from propflow.verify import outcomes


def test_the_shortest_way_to_each_end(house: Site) -> None:
    """
    One way for the one end of the leak.
    """
    way = (("look", ""), ("gravity", "minor"), ("mend", ""), ("pay", "owner"))
    assert ways(house.program("leak"), manner="shortest") == [way]


@given(procedures(most=5))
def test_pairs_of_decisions_are_all_met(procedure: Procedure) -> None:
    """
    Two outcomes that come together on some way that covers transitions do so on one of these.
    """
    program = compile_graph(graph_of(procedure))
    deciding = {
        (stop.id, outcome)
        for stop in program.stops
        if stop.step is not None and len(list(outcomes(stop))) > 1
        for outcome in outcomes(stop)
    }

    def pairs(found):
        return {
            pair
            for way in found
            for pair in combinations(sorted(deciding.intersection(way)), 2)
            if pair[0][0] != pair[1][0]
        }

    assert pairs(ways(program)) <= pairs(ways(program, manner="pairwise"))


def test_the_tests_that_are_written_pass(house: Site) -> None:
    """
    They are plain: they can be read, kept and changed.
    """
    text = write_tests(house, "leak", manner="pairwise")
    names: dict[str, object] = {}
    exec(compile(text, "test_leak.py", "exec"), names)  # noqa: S102  our own text
    tests = [made for name, made in names.items() if name.startswith("test_")]
    assert len(tests) == 4
    for test in tests:
        test(house)  # type: ignore[operator]
    assert text.splitlines()[:14] == [
        '"""',
        "A leak: every way that is worth a test, by pairwise.",
        '"""',
        "",
        "from propflow.testing import follow",
        "",
        "",
        "def test_leak_1(site):",
        '    """',
        "    By way of gravity (minor), pay (house).",
        '    """',
        "    way = [",
        "        ('look', ''),",
        "        ('gravity', 'minor'),",
    ]


@pytest.mark.parametrize(
    ("way", "said"),
    [
        ([("mend", "")], "leak: the way ends at its step 1, 'mend': open is look."),
        (
            [("look", "done")],
            "leak: the way ends at its step 1, 'look': it never comes to 'done'.",
        ),
        (
            [("look", "")],
            "leak: the way ends at its step 2, 'gravity': the way stops before an end.",
        ),
    ],
)
def test_a_way_that_cannot_be_gone_says_where_it_ends(house: Site, way, said: str) -> None:
    """
    When a chart changes, its old tests say what is no longer so.
    """
    with pytest.raises(WayError) as refused:
        follow(house, "leak", way)
    assert str(refused.value) == said


def test_ways_of_no_manner_are_refused(house: Site) -> None:
    """
    With the manners that there are.
    """
    with pytest.raises(ValueError, match="'longest' is not one of transitions, shortest, pairwise"):
        ways(house.program("leak"), manner="longest")
