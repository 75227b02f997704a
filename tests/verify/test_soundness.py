"""
A procedure that can get stuck is found before the shift starts.
"""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from propflow.errors import GraphError
from propflow.procedures import (
    Ask,
    Edge,
    End,
    Fork,
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
)
from propflow.testing import procedures
from propflow.verify import outcomes, paths, soundness


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
    Nothing is called sound that was not looked at.
    """
    names = [f"s{n}" for n in range(12)]
    program = compiled(
        (Start(), Fork("f"), *(do(name) for name in names), Join("j"), End(id="done")),
        ("start", "f"),
        *(("f", name) for name in names),
        *((name, "j") for name in names),
        ("j", "done"),
    )
    (found,) = soundness(program, bound=500)
    assert found.rule == "gave-up"
    assert soundness(program) == []


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """
    Any small graph at all that can be compiled: sound or not, blocks or not.
    """
    names = [f"n{n}" for n in range(draw(st.integers(2, 7)))]
    kinds = st.sampled_from(["task", "task", "ask", "fork", "join", "merge"])
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


@given(programs())
def test_soundness_is_what_brute_force_says(program: Program) -> None:
    """
    On any graph, and every trace that is reported can be walked.
    """
    found = soundness(program)
    assert (found == []) == brute_force(program)
    for fault in found:
        if not fault.trace:
            continue
        marking = program.begin()
        for number, (step, outcome) in enumerate(fault.trace, 1):
            stop = program.stops[program.number[step]]
            assert stop in program.open(marking)
            try:
                marking = program.fire(marking, stop, outcome)
            except TwiceError:
                assert (fault.rule, number) == ("twice", len(fault.trace))


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
