"""
A procedure that can get stuck is found before the shift starts.
"""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from propflow.errors import GraphError
from propflow.procedures import (
    Ask,
    Block,
    Edge,
    End,
    Fork,
    Halt,
    Join,
    Merge,
    Node,
    Plain,
    Procedure,
    Program,
    Start,
    Task,
    TwiceError,
    compile_graph,
    graph_of,
    sequence,
)
from propflow.procedures.compose import end, task, together
from propflow.testing import procedures
from propflow.verify import Unsound, outcomes, paths, soundness


def compiled(nodes: tuple[Node, ...], *edges: tuple[str, str] | tuple[str, str, str]) -> Program:
    """
    A plain graph, compiled.
    """
    drawn = tuple(Edge(e[0], e[1], e[2:]) for e in edges)
    return compile_graph(graph_of(Procedure(id="p", plain=Plain(nodes=nodes, edges=drawn))))


def do(name: str) -> Task:
    """
    A task of the clerk.
    """
    return Task(id=name, by=("clerk",))


def test_a_join_that_waits_for_a_choice_gets_stuck() -> None:
    """
    Only one of two answers is taken, and the join waits for both.
    """
    program = compiled(
        (Start(), Ask(id="q", by=("x",)), do("a"), do("b"), Join("j"), End(id="done")),
        ("start", "q"),
        ("q", "a", "yes"),
        ("q", "b", "no"),
        ("a", "j"),
        ("b", "j"),
        ("j", "done"),
    )
    first, *_ = soundness(program)
    assert (first.rule, first.trace) == ("stuck", ())
    assert first.what == "from here no end can be reached; open is 'q'."
    assert {found.step for found in soundness(program) if found.rule == "dead-step"} == {"done"}


def test_a_fork_without_its_join_enters_a_step_twice() -> None:
    """
    Two branches run into one step, one after the other.
    """
    program = compiled(
        (Start(), Fork("f"), do("a"), do("b"), Merge("m"), do("c"), End(id="done")),
        ("start", "f"),
        ("f", "a"),
        ("f", "b"),
        ("a", "m"),
        ("b", "m"),
        ("m", "c"),
        ("c", "done"),
    )
    first, *_ = soundness(program)
    assert (first.rule, first.step) == ("twice", "c")
    assert first.trace == (("a", ""), ("b", ""))


def test_past_its_bound_it_gives_up_honestly() -> None:
    """
    Nothing is called sound that was not proved.
    """
    names = [f"s{n}" for n in range(9)]
    program = compiled(
        (
            Start(),
            Fork("f"),
            *(Ask(id=name, by=("x",)) for name in names),
            *(End(id=f"{way}-{name}") for name in names for way in ("good", "bad")),
        ),
        ("start", "f"),
        *(("f", name) for name in names),
        *((name, f"{way}-{name}", way) for name in names for way in ("good", "bad")),
    )
    (found,) = soundness(program, bound=500)
    assert found.rule == "gave-up"
    assert found.what == "more than 500 different places can be reached; nothing is proved."
    assert soundness(program) == []


def test_ten_branches_of_three_steps_need_no_exploring() -> None:
    """
    A million places by plain search; the rules of reduction leave none.
    """
    block = together(*(_branch(number) for number in range(10))) >> end("done")
    program = compile_graph(graph_of(Procedure(id="p", body=block)))
    assert soundness(program, bound=1) == []


def _branch(number: int) -> Block:
    return sequence(*(task(f"b{number}-{step}", by="x") for step in range(3)))


def test_a_fault_too_far_for_the_shortest_way_still_has_a_way() -> None:
    """
    Where the procedure itself has too many places, the way is that of the reduced one.
    """
    broken = compiled(
        (*(do(f"s{n}") for n in range(8)), Ask(id="q", by=("x",)), Join("j"), End(id="done")),
        ("s0", "s1"),
        *((f"s{n}", f"s{n + 1}") for n in range(1, 7)),
        ("s7", "q"),
        ("q", "j", "yes"),
        ("s0", "j"),
        ("q", "done", "no"),
        ("j", "done"),
    )
    (found,) = soundness(broken, shortest=3)
    assert (found.rule, found.step) == ("stuck", "q")
    assert found.trace == (*((f"s{n}", "") for n in range(8)), ("q", "no"))


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """
    Any small graph at all that can be compiled: sound or not, blocks or not.
    """
    names = [f"n{n}" for n in range(draw(st.integers(2, 9)))]
    kinds = st.sampled_from(["task", "task", "ask", "fork", "join", "merge", "halt"])
    nodes: list[Node] = [Start()]
    edges: list[Edge] = [Edge("start", names[0])]
    targets = st.sampled_from([*names, "done"])
    for name, following in zip(names, [*names[1:], "done"], strict=True):
        kind = draw(kinds)
        other = draw(targets.filter(lambda target, following=following: target != following))
        if kind == "ask":
            nodes.append(Ask(id=name, by=("x",)))
            edges += [Edge(name, following, ("yes",)), Edge(name, other, ("no",))]
        elif kind == "fork":
            nodes.append(Fork(name))
            edges += [Edge(name, following), Edge(name, other)]
        elif kind == "halt":
            region = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))
            nodes.append(Halt(id=name, region=tuple(region)))
            edges.append(Edge(name, following))
        else:
            make = {"task": do, "join": Join, "merge": Merge}[kind]
            nodes.append(make(name))
            edges.append(Edge(name, following))
    nodes.append(End(id="done"))
    plain = Plain(nodes=tuple(nodes), edges=tuple(edges))
    try:
        return compile_graph(graph_of(Procedure(id="p", plain=plain)))
    except GraphError:
        assume(False)  # noqa: FBT003 the way Hypothesis spells it
        raise


def brute_force(program: Program) -> bool:
    """
    Whether a procedure is sound, found by trying everything with sets and no cleverness.
    """
    try:
        seen = {program.begin()}
    except TwiceError:
        return False
    queue = list(seen)
    after: dict[int, set[int]] = {}
    fired = set()
    for marking in queue:
        after[marking] = set()
        if program.end(marking) is not None:
            continue
        for stop in program.open(marking):
            fired.add(stop.id)
            for outcome in outcomes(stop):
                try:
                    following = program.fire(marking, stop, outcome)
                except TwiceError:
                    return False
                after[marking].add(following)
                if following not in seen:
                    seen.add(following)
                    queue.append(following)
    ends = {marking for marking in seen if program.end(marking) is not None}
    can = set(ends)
    while True:
        more = {m for m in seen if m not in can and after[m] & can}
        if not more:
            break
        can |= more
    steps = {stop.id for stop in program.stops if stop.step is not None}
    return can == seen and fired == steps and all(any(m & b for m in seen) for b in program.ends)


@settings(max_examples=300)
@given(programs(), st.sampled_from([0, 3, 20_000]))
def test_soundness_is_what_brute_force_says(program: Program, shortest: int) -> None:
    """
    On any graph, and every trace that is reported can be walked.
    """
    found = soundness(program, shortest=shortest)
    assert (found == []) == brute_force(program)
    for fault in found:
        replay(program, fault)


def replay(program: Program, fault: Unsound) -> None:
    """
    Walk the way to a fault, and find the fault at its end.
    """
    if not fault.trace and fault.rule == "twice":
        with pytest.raises(TwiceError):
            program.begin()
        return
    marking = program.begin()
    for number, (step, outcome) in enumerate(fault.trace, 1):
        stop = program.stops[program.number[step]]
        assert stop in program.open(marking)
        try:
            marking = program.fire(marking, stop, outcome)
        except TwiceError:
            assert (fault.rule, number) == ("twice", len(fault.trace))
            return
    assert fault.rule != "twice"
    if fault.rule == "stuck":
        assert not can_end(program, marking)


def can_end(program: Program, marking: int) -> bool:
    """
    Whether some end can be reached from here.
    """
    seen = {marking}
    queue = [marking]
    for place in queue:
        if program.end(place) is not None:
            return True
        for stop in program.open(place):
            for outcome in outcomes(stop):
                with contextlib.suppress(TwiceError):
                    after = program.fire(place, stop, outcome)
                    if after not in seen:
                        seen.add(after)
                        queue.append(after)
    return False


@given(procedures())
def test_paths_of_a_sound_procedure_take_every_outcome(procedure: Procedure) -> None:
    """
    Between them they leave every step by every outcome, and each comes to an end.
    """
    program = compile_graph(graph_of(procedure))
    missing = {
        (stop.id, outcome)
        for stop in program.stops
        if stop.step is not None
        for outcome in outcomes(stop)
    }
    for path in paths(program):
        marking = program.begin()
        for step, outcome in path:
            marking = program.fire(marking, program.stops[program.number[step]], outcome)
        assert program.end(marking) is not None
        missing -= set(path)
    assert not missing
