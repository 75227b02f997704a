"""
Hypothesis strategies: procedures of every shape, sound by construction.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import attrs
from hypothesis import assume
from hypothesis import strategies as st

from propflow.errors import GraphError
from propflow.fields import Field
from propflow.procedures import (
    Ask,
    Block,
    Choose,
    Decide,
    Edge,
    Fork,
    Join,
    Merge,
    Node,
    Notice,
    Plain,
    Procedure,
    Repeat,
    Sequence,
    StepGraph,
    Task,
    Together,
    Work,
    compile_graph,
    graph_of,
    sequence,
    steps_of,
)
from propflow.text import Text
from propflow.verify import soundness

#: The role that every step of a made-up procedure is for.
ROLE = "clerk"


@st.composite
def blocks(draw: st.DrawFn, *, most: int = 8) -> Block:
    """
    An arrangement of steps, each with a name of its own.

    Args:
        draw: Hypothesis hands it in.
        most: How many steps there are at the most, roughly.
    """
    numbers = count(1)

    def name(kind: str) -> str:
        return f"{kind}-{next(numbers)}"

    def block(left: int) -> Block:
        kinds = ["task", "notice"]
        if left > 1:
            kinds += ["sequence", "ask", "together", "repeat"]
        kind = draw(st.sampled_from(kinds))
        if kind == "task":
            return _task(name("do"))
        if kind == "notice":
            tell = name("tell")
            return Notice(id=tell, to=(ROLE,), label=Text.of(en=tell))
        if kind == "repeat":
            body = block(left - 1)
            again = name("again")
            ask = Task(id=name("check"), by=(ROLE,), asks=(again,), label=Text.of(en=again))
            test = Decide(id=f"until-{again}", test=((again, "yes"),), label=Text.of(en=again))
            between = block(left // 2) if draw(st.booleans()) else Sequence()
            return Repeat(body=sequence(body, ask), test=test, between=between)
        size = draw(st.integers(2, min(3, left)))
        parts = [block(left // size) for _ in range(size)]
        if kind == "sequence":
            return sequence(*parts)
        if kind == "together":
            return Together(branches=tuple((str(n), part) for n, part in enumerate(parts)))
        step = Ask(id=name("ask"), by=(ROLE,), label=Text.of(en="which"))
        branches = [((f"way-{n}",), part) for n, part in enumerate(parts)]
        if draw(st.booleans()):
            branches.append((("neither",), Sequence()))
        return Choose(step=step, branches=tuple(branches))

    return block(most)


def _task(name: str) -> Task:
    return Task(id=name, by=(ROLE,), label=Text.of(en=name))


@st.composite
def procedures(draw: st.DrawFn, *, most: int = 8) -> Procedure:
    """
    A procedure, sound by construction, with the facts that its loops ask for.

    Args:
        draw: Hypothesis hands it in.
        most: How many steps it has at the most, roughly.
    """
    body = draw(blocks(most=most))
    asked = {fact for step in steps_of(body) if isinstance(step, Work) for fact in step.asks}
    return Procedure(
        id="made-up",
        title=Text.of(en="Made up"),
        body=body,
        facts=tuple(Field(name=fact, type="choice", of=("yes", "no")) for fact in sorted(asked)),
    )


@st.composite
def unsound(draw: st.DrawFn, *, most: int = 8) -> Procedure:
    """
    A procedure that is not sound: one gateway of a sound one was drawn as another.

    Args:
        draw: Hypothesis hands it in.
        most: How many steps it has at the most, roughly.
    """
    graph = graph_of(draw(procedures(most=most)))
    flips = [
        made
        for made in (attrs.evolve(SKELETON, plain=plain) for plain in flipped(graph))
        if not _is_sound(made)
    ]
    assume(flips)
    return draw(st.sampled_from(flips))


#: Whatever is drawn is drawn into this.
SKELETON = Procedure(id="made-up", title=Text.of(en="Made up"))


def _is_sound(procedure: Procedure) -> bool:
    try:
        return not soundness(compile_graph(graph_of(procedure)))
    except GraphError:
        return True  # it is refused before anybody asks whether it is sound


def flipped(graph: StepGraph) -> Iterator[Plain]:
    """
    A graph with one gateway drawn as another, gateway by gateway: forks and choices, joins and
    merges.
    """
    for node in graph.nodes:
        if not isinstance(node, Join | Merge | Fork | Ask):
            continue
        out = graph.out[node.id]
        other: Node
        match node:
            case Join() | Merge():
                other = Merge(node.id) if isinstance(node, Join) else Join(node.id)
            case Fork():
                other = Ask(id=node.id.replace(" ", "-"), by=(ROLE,), label=Text.of(en="which"))
                out = tuple(Edge(other.id, edge.target, (edge.target,)) for edge in out)
            case Ask():
                other = Task(id=node.id, by=node.by, label=node.label)
                out = tuple(Edge(node.id, edge.target) for edge in out)
        into = tuple(attrs.evolve(edge, target=other.id) for edge in graph.into[node.id])
        rest = tuple(edge for edge in graph.edges if node.id not in (edge.source, edge.target))
        nodes = tuple(other if one is node else one for one in graph.nodes)
        yield Plain(nodes=nodes, edges=rest + into + out)
