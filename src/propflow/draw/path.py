"""
How far a case has come, as a picture shows it.
"""

from __future__ import annotations

from collections.abc import Iterable

from propflow.draw.scene import Progress
from propflow.procedures import Edge, Fork, Join, Merge, Start, StepGraph


def progress_of(
    graph: StepGraph,
    passed: Iterable[tuple[str, str]],
    *,
    open: Iterable[str] = (),  # noqa: A002 the word of the glossary
    late: Iterable[str] = (),
) -> Progress:
    """
    The path of a case and its position.

    Args:
        graph: The procedure's normal form.
        passed: The steps that were left, each with the outcome by which.
        open: The steps that are open now.
        late: Those of them whose time has passed.
    """
    passed = list(passed)
    taken: set[tuple[str, str]] = set()
    for node in graph.nodes:
        if isinstance(node, Start):
            _follow(graph, graph.out[node.id][0], taken)
    for step, outcome in passed:
        for edge in graph.out.get(step, ()):
            if not edge.outcomes or outcome in edge.outcomes:
                _follow(graph, edge, taken)
    done = {step for step, _ in passed}
    done |= {end for end in graph.ends if any((e.source, end) in taken for e in graph.into[end])}
    return Progress(done=done, open=open, taken=taken, late=late)


def _follow(graph: StepGraph, edge: Edge, taken: set[tuple[str, str]]) -> None:
    if (edge.source, edge.target) in taken:
        return
    taken.add((edge.source, edge.target))
    node = graph.by_id[edge.target]
    closes = isinstance(node, Join) and all(
        (into.source, into.target) in taken for into in graph.into[node.id]
    )
    if closes or isinstance(node, Fork | Merge):
        for following in graph.out[node.id]:
            _follow(graph, following, taken)
