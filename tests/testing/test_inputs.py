"""
What Hypothesis is given to play with is what it says it is.
"""

from __future__ import annotations

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from propflow.calendar import Rhythm
from propflow.procedures import Procedure, StepGraph, compile_graph, graph_of
from propflow.rules import compile_table, witnesses
from propflow.sites import Site
from propflow.testing import (
    facts_for,
    graphs,
    procedures,
    reach,
    rhythms,
    runs_of,
    sites,
    tables,
    unsound,
)
from propflow.verify import outcomes, soundness


@given(graphs())
def test_graphs_can_be_compiled(graph: StepGraph) -> None:
    """
    Sound or not, each of them can be asked.
    """
    soundness(compile_graph(graph))


def test_graphs_are_sound_and_unsound() -> None:
    """
    Both are met: a suite that only ever sees one of them proves little.
    """
    for wanted in (True, False):
        find(graphs(), lambda g, w=wanted: (soundness(compile_graph(g)) == []) == w)


@given(unsound())
def test_what_is_made_unsound_is_so(procedure: Procedure) -> None:
    """
    One gateway is wrong, and soundness says where it leads.
    """
    assert soundness(compile_graph(graph_of(procedure)))


@given(procedures(sound="no"))
def test_unsound_ones_can_be_had_from_the_same_call(procedure: Procedure) -> None:
    """
    On request, and with both kinds mixed each of them is met.
    """
    assert soundness(compile_graph(graph_of(procedure)))


@pytest.mark.parametrize("wanted", [True, False])
def test_both_kinds_can_be_mixed(wanted: bool) -> None:  # noqa: FBT001 which of the two is met
    """
    A suite that takes either meets both.
    """
    mixed = procedures(sound="either")
    find(mixed, lambda p: (soundness(compile_graph(graph_of(p))) == []) == wanted)


@given(tables(), st.data())
def test_facts_for_a_table_decide(table, data) -> None:
    """
    Whatever they are, some row fires.
    """
    decision = compile_table(table).decide(data.draw(facts_for(table)))
    assert decision.outcome in ("a", "b", "c")


def test_facts_for_a_table_reach_each_row_that_can_fire(house: Site) -> None:
    """
    No row is so rare that it is never met.
    """
    decider = house.decider("gravity")
    assert [number for _, number in witnesses(decider)] == [1, 2]
    for number in (1, 2):
        find(facts_for(decider), lambda facts, n=number: decider.decide(facts).row == n)


@given(procedures(), st.data())
def test_runs_come_to_an_end(procedure, data) -> None:
    """
    Each step is open when its turn comes.
    """
    program = compile_graph(graph_of(procedure))
    run = data.draw(runs_of(program))
    marking = program.begin()
    for step, outcome in run:
        stop = program.stops[program.number[step]]
        assert stop in program.open(marking)
        assert outcome in outcomes(stop)
        marking = program.fire(marking, stop, outcome)
    assert program.end(marking) is not None or len(run) == 100


@given(rhythms())
def test_rhythms_are_said_and_read_again(rhythm: Rhythm) -> None:
    """
    Each is one that a file can hold.
    """
    from propflow.calendar import parse_rhythm

    assert parse_rhythm(str(rhythm)) == rhythm


@settings(max_examples=10)
@given(sites(most=2))
def test_made_up_sites_can_be_played(site: Site) -> None:
    """
    Their cases are opened and carried out by their people.
    """
    reach(site, turns=30)
