"""
The compiled program does what the graph says.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from propflow.procedures import (
    Edge,
    End,
    Fork,
    Join,
    Merge,
    Procedure,
    StepGraph,
    TwiceError,
    compile_graph,
    graph_of,
)
from propflow.procedures.compose import end, task, together
from propflow.testing import procedures
from propflow.verify import outcomes, soundness

Tokens = frozenset[Edge]


def settle(graph: StepGraph, tokens: Tokens) -> Tokens:
    """
    Move tokens through gateways one at a time, until all stand before steps and ends.
    """
    while True:
        for node in graph.nodes:
            into = graph.into[node.id]
            if isinstance(node, Merge):
                used = [edge for edge in into if edge in tokens][:1]
            elif isinstance(node, Fork):
                used = [edge for edge in into if edge in tokens]
            elif isinstance(node, Join) and tokens.issuperset(into):
                used = list(into)
            else:
                continue
            if used:
                tokens = tokens.difference(used).union(graph.out[node.id])
                break
        else:
            return tokens


@given(procedures(), st.data())
def test_the_program_plays_the_same_game_as_tokens_on_edges(
    procedure: Procedure, data: st.DataObject
) -> None:
    """
    Bit masks are only a faster way to move tokens along the edges of the chart.
    """
    graph = graph_of(procedure)
    program = compile_graph(graph)
    marking = program.begin()
    tokens = settle(graph, frozenset(graph.out["start"]))
    for _ in range(30):
        there = {edge.target for edge in tokens if not isinstance(graph.by_id[edge.target], Join)}
        there -= {node.id for node in graph.nodes if isinstance(node, End)}
        assert {stop.id for stop in program.open(marking)} == there
        assert (program.end(marking) is not None) == (
            not there and all(isinstance(graph.by_id[edge.target], End) for edge in tokens)
        )
        if not there:
            return
        stop = data.draw(st.sampled_from(program.open(marking)))
        outcome = data.draw(st.sampled_from(list(outcomes(stop))))
        taken = [e for e in graph.out[stop.id] if not e.outcomes or outcome in e.outcomes]
        tokens = settle(graph, tokens.difference(graph.into[stop.id]).union(taken))
        marking = program.fire(marking, stop, outcome)


@given(procedures())
def test_what_the_algebra_writes_is_sound(procedure: Procedure) -> None:
    """
    Blocks can always come to an end, and no step is entered twice.
    """
    assert soundness(compile_graph(graph_of(procedure))) == []


def test_a_step_entered_twice_is_an_error_and_not_a_lost_token() -> None:
    """
    Two branches that run into one step without a join are noticed when the second arrives.
    """
    from propflow.procedures import Plain, Start, Task

    nodes = (Start(), Fork("f"), *(Task(id=n, by=("x",)) for n in "abc"), End(id="done"))
    edges = [("start", "f"), ("f", "a"), ("f", "b"), ("a", "c"), ("b", "c"), ("c", "done")]
    plain = Plain(nodes=nodes, edges=tuple(Edge(*ends) for ends in edges))
    program = compile_graph(graph_of(Procedure(id="p", plain=plain)))
    marking = program.begin()
    a, b = (program.stops[program.number[name]] for name in "ab")
    marking = program.fire(marking, a)
    with pytest.raises(TwiceError, match="step 'c' would be entered twice at once"):
        program.fire(marking, b)


def test_a_case_is_over_when_nothing_but_ends_is_marked() -> None:
    """
    One branch has ended; the other is still open, and so is the case.
    """
    body = together(task("a", by="x") >> end("early"), task("b", by="x") >> end("late"))
    program = compile_graph(graph_of(Procedure(id="p", body=body)))
    a, b = (program.stops[program.number[name]] for name in "ab")
    marking = program.fire(program.begin(), a)
    assert program.end(marking) is None
    assert program.end(program.fire(marking, b)) == "early"


def test_the_marking_of_a_case_is_one_small_integer() -> None:
    """
    A bit for each way into a step, and none for gateways that are worked out beforehand.
    """
    body = together(*(task(f"s{n}", by="x") for n in range(10))) >> task("sign", by="x")
    program = compile_graph(graph_of(Procedure(id="p", body=body)))
    marking = program.begin()
    assert marking.bit_count() == 10
    for stop in program.open(marking):
        marking = program.fire(marking, stop)
    assert [stop.id for stop in program.open(marking)] == ["sign"]
