"""
Five thousand graphs drawn at random: soundness says of each what brute force says.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from propflow.errors import GraphError
from propflow.procedures import (
    Ask,
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
    compile_graph,
    graph_of,
)
from propflow.verify import soundness
from tests.verify.test_soundness import brute_force, replay

KINDS = ["task", "task", "ask", "fork", "fork", "join", "join", "merge", "halt", "split"]
ENDS = ["done", "off"]


def drawn(random: Random) -> Plain:
    """
    A graph of up to a dozen nodes: forks without joins, joins without forks, and worse.
    """
    names = [f"n{n}" for n in range(random.randint(2, 12))]
    nodes: list[Node] = [Start()]
    edges = [Edge("start", names[0])]
    for name, following in zip(names, [*names[1:], "done"], strict=True):
        kind = random.choice(KINDS)
        other = random.choice([n for n in [*names, *ENDS] if n != following])
        edges.append(Edge(name, following, ("yes",) if kind == "ask" else ()))
        match kind:
            case "ask":
                nodes.append(Ask(id=name, by=("x",)))
                edges.append(Edge(name, other, ("no",)))
            case "fork" | "split":
                nodes.append(Fork(name) if kind == "fork" else Task(id=name, by=("x",)))
                edges.append(Edge(name, other))
            case "halt":
                region = random.sample(names, min(len(names), random.randint(1, 3)))
                nodes.append(Halt(id=name, region=tuple(region)))
            case "task":
                nodes.append(Task(id=name, by=("x",)))
            case _:
                nodes.append({"join": Join, "merge": Merge}[kind](name))
    met = {edge.target for edge in edges}
    nodes += [End(id=name) for name in ENDS if name in met]
    return Plain(nodes=tuple(nodes), edges=tuple(edges))


def programs(random: Random) -> Iterator[Program]:
    """
    Graphs that can be compiled, without end.
    """
    while True:
        try:
            yield compile_graph(graph_of(Procedure(id="p", plain=drawn(random))))
        except GraphError:
            continue


@pytest.mark.parametrize("seed", range(5))
def test_a_thousand_graphs_are_judged_as_brute_force_judges_them(seed: int) -> None:
    """
    Sound and unsound, blocks or not; and each way to a fault leads to it.
    """
    random = Random(seed)  # noqa: S311  the same graphs every time
    sound = 0
    for program, _ in zip(programs(random), range(1000), strict=False):
        found = soundness(program, shortest=random.choice([0, 3, 20_000]))
        assert (found == []) == brute_force(program), program.graph.edges
        sound += found == []
        for fault in found:
            replay(program, fault)
    assert 150 < sound < 850
