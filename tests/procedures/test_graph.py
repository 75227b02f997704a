"""
Any graph comes in; one that cannot be followed is refused in a sentence.
"""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from propflow.errors import GraphError
from propflow.procedures import (
    Ask,
    Block,
    Decide,
    Edge,
    End,
    Fork,
    Join,
    Merge,
    Notice,
    Plain,
    Procedure,
    Start,
    Task,
    compile_graph,
    graph_of,
)
from propflow.procedures.compose import ask, choose, end, repeat, task, together, wait


def do(name: str) -> Task:
    """
    A task of the clerk.
    """
    return Task(id=name, by=("clerk",))


def plain(nodes: list[object], *edges: str) -> Procedure:
    """
    A procedure from steps and edges, each written ``"a -> b"`` or ``"a -yes-> b"``.
    """
    drawn = []
    for edge in edges:
        left, target = edge.split("-> ")
        source, _, outcomes = left.strip().partition(" -")
        drawn.append(Edge(source.strip(), target, tuple(outcomes.split("|")) if outcomes else ()))
    return Procedure(id="foreign", plain=Plain(nodes=tuple(nodes), edges=tuple(drawn)))  # type: ignore[arg-type]


def test_blocks_and_edges_that_say_the_same_have_the_same_hash() -> None:
    """
    A foreign model drawn with gateways is the procedure that the algebra writes.
    """
    yes_no = Ask(id="good", by=("clerk",))
    drawn = plain(
        [do("a"), Fork("f"), do("b"), do("c"), Join("j"), Merge("m"), yes_no, End(id="done")],
        "a -> f",
        "f -> b",
        "f -> c",
        "b -> j",
        "c -> j",
        "j -> good",
        "good -yes-> m",
        "good -no-> m",
        "m -> done",
    )
    from propflow.procedures import Choose, Sequence, Together, sequence

    written = Procedure(
        id="foreign",
        body=sequence(
            do("a"),
            Together(branches=(("1", do("b")), ("2", do("c")))),
            Choose(step=yes_no, branches=((("yes",), Sequence()), (("no",), Sequence()))),
            End(id="done"),
        ),
    )
    assert graph_of(drawn).digest == graph_of(written).digest


def test_gateways_that_a_foreign_model_leaves_out_are_drawn() -> None:
    """
    Several edges in are a merge and several edges out a fork, as BPMN 2.0 has it.
    """
    graph = graph_of(
        plain(
            [
                Start(),
                do("a"),
                do("b"),
                do("c"),
                Join("j"),
                Ask(id="good", by=("clerk",)),
                End(id="done"),
            ],
            "start -> a",
            "a -> b",
            "a -> c",
            "b -> j",
            "c -> j",
            "j -> good",
            "good -no-> a",
            "good -yes-> done",
        )
    )
    assert [node.id for node in graph.nodes] == [
        "start",
        "merge 1",
        "a",
        "fork 1",
        "b",
        "c",
        "join 1",
        "good",
        "done",
    ]


def test_a_graph_that_no_blocks_can_write_is_taken_as_it_is() -> None:
    """
    Two loops that cross are no block, and compile all the same.
    """
    first, second = Ask(id="first", by=("clerk",)), Ask(id="second", by=("clerk",))
    program = compile_graph(
        graph_of(
            plain(
                [do("a"), first, do("b"), second, End(id="done")],
                "a -> first",
                "first -on-> b",
                "first -skip-> second",
                "b -> second",
                "second -back-> first",
                "second -again-> b",
                "second -out-> done",
            )
        )
    )
    assert [stop.id for stop in program.open(program.begin())] == ["a"]


REFUSED: list[tuple[Procedure, str]] = [
    (
        Procedure(id="p", body=task("a", by="x") >> task("a", by="x")),
        "procedure 'p': two steps are called 'a'. Give one another name.",
    ),
    (
        Procedure(id="p", body=end("filed") >> task("a", by="x")),
        "procedure 'p': step 'a' comes after an end, so nobody reaches it.",
    ),
    (
        plain([do("handle"), End(id="done")], "handle -> doen"),
        "procedure 'foreign': the edge 'handle' -> 'doen' ends at 'doen', which is not one of "
        "its steps. Did you mean 'done'?",
    ),
    (
        plain([do("a"), do("b"), End(id="done")], "a -> done", "b -> b"),
        "procedure 'foreign': nobody reaches step 'b'.",
    ),
    (
        plain([do("a"), do("b")], "a -> b"),
        "procedure 'foreign': nothing follows step 'b', and it is not an end.",
    ),
    (
        plain(
            [do("a"), do("b"), End(id="done"), Ask(id="q", by=("x",))],
            "a -> q",
            "q -out-> done",
            "q -in-> b",
            "b -> b",
        ),
        "procedure 'foreign': from step 'b' there is no way to an end.",
    ),
    (
        plain([do("a"), do("b"), End(id="done")], "a -> done", "b -> done"),
        "procedure 'foreign': it has no start, and not exactly one step without an edge into it: "
        "'a', 'b'. Add a start.",
    ),
    (
        plain([Notice(id="a", to=("x",)), End(id="done")], "a -yes-> done"),
        "procedure 'foreign': step 'a' has outcomes but decides nothing. Make it an ask or a "
        "decide.",
    ),
    (
        plain([do("a"), End(id="done")], "a -done-> done"),
        "procedure 'foreign': 'a' can be late only if it says within what time.",
    ),
    (
        plain([attrs.evolve(do("a"), within=timedelta(1)), End(id="done")], "a -done-> done"),
        "procedure 'foreign': 'a' can come to 'late', which leads nowhere.",
    ),
    (
        plain([do("a"), End(id="done"), do("b")], "a -> done", "done -> b", "b -> done"),
        "procedure 'foreign': something follows the end 'done'.",
    ),
    (
        plain(
            [do("a"), Ask(id="q", by=("x",)), End(id="done"), End(id="off")],
            "a -> q",
            "q -yes-> done",
            "q -yes-> off",
        ),
        "procedure 'foreign': 'yes' of 'q' leads two ways.",
    ),
    (
        plain([Decide(id="d", fact="paid"), End(id="done")], "d -> done"),
        "procedure 'foreign': 'd' asks, but no answer leads anywhere.",
    ),
    (
        Procedure(
            id="p",
            body=ask(
                "q", by="x", late_answer="noo", within=timedelta(1), yes=end("a"), no=end("b")
            ),
        ),
        "procedure 'p': 'q' takes 'noo' for an answer when nobody answers, and that is not one "
        "of its answers. Did you mean 'no'?",
    ),
    (
        Procedure(id="p", body=wait("w", messages="paid", payed=end("a"))),
        "procedure 'p': 'w' never comes to 'payed'. Did you mean 'paid'?",
    ),
    (
        Procedure(id="p", body=wait("w", messages="paid", within=timedelta(1), paid=end("a"))),
        "procedure 'p': 'w' can come to 'late', which leads nowhere.",
    ),
]


@pytest.mark.parametrize(("procedure", "said"), REFUSED, ids=[said[:60] for _, said in REFUSED])
def test_what_cannot_be_followed_is_refused(procedure: Procedure, said: str) -> None:
    """
    Each refusal names the step, says what is wrong, and where it can, the nearest name.
    """
    with pytest.raises(GraphError) as refusal:
        graph_of(procedure)
    assert str(refusal.value) == said


def test_a_way_round_without_a_step_is_refused() -> None:
    """
    A loop of gateways alone would never come back.
    """
    procedure = plain(
        [do("a"), Fork("f"), Merge("m"), End(id="done")],
        "a -> m",
        "m -> f",
        "f -> m",
        "f -> done",
    )
    with pytest.raises(GraphError, match="a way goes round and round without meeting a step"):
        compile_graph(graph_of(procedure))


@pytest.mark.parametrize(
    "block",
    [
        together(task("a", by="x"), task("b", by="x") >> end("off")),
        choose("d", yes=end("one"), no=end("two")),
        repeat(task("a", by="x", asks="ok"), until={"ok": "yes"}, between=task("b", by="x")),
    ],
)
def test_ends_may_stand_anywhere(block: Block) -> None:
    """
    A branch may end by itself; the rest of the procedure is untouched by it.
    """
    assert graph_of(Procedure(id="p", body=block)).ends
