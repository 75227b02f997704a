"""
Facts that a decision needs and that are not known on some way to it.
"""

from __future__ import annotations

from collections.abc import Iterator

from propflow.procedures import Call, Decide, Join, Procedure, Step, StepGraph, Wait, Work
from propflow.rules import Anything, Table
from propflow.sites import Site
from propflow.verify.finding import Finding


def unknown(site: Site, procedure: Procedure, graph: StepGraph) -> Iterator[Finding]:
    """
    Facts that a decision needs and that are not known on some way to it.

    A fact that no step asks for is taken to be given when the case is opened, unless messages
    open it: then it must be one that they bring.
    """
    known = _known_before(graph, _given(site, procedure, graph))
    for step in graph.steps:
        for fact in _needed(site, step):
            if fact not in known[step.id]:
                yield Finding(
                    severity="error",
                    rule="fact-unknown",
                    where=procedure.id,
                    what=f"{step.id!r} needs {fact!r}, which is not known on every way to it.",
                    place=step.place or procedure.place,
                )


def _needed(site: Site, step: Step) -> tuple[str, ...]:
    match step:
        case Decide(table=str(table)):
            return _constrained(site.tables[table])
        case Decide(fact=str(fact)):
            return (fact,)
        case Decide(test=test):
            return tuple(fact for fact, _ in test)
        case Wait(same=same):
            return same
    return ()


def _constrained(table: Table) -> tuple[str, ...]:
    """
    The inputs that a table looks at in at least one row.
    """
    return tuple(
        field.name
        for field in table.inputs
        if any(not isinstance(cell, Anything) for cell in table.column(field.name))
    )


def _given(site: Site, procedure: Procedure, graph: StepGraph) -> frozenset[str]:
    own = frozenset(field.name for field in procedure.facts)
    messages = [m for m in site.messages.values() if procedure.id in site.opens(m.id)]
    if messages:
        brought = [frozenset(field.name for field in m.facts) for m in messages]
        return own & frozenset.intersection(*brought)
    return own - frozenset(fact for step in graph.steps for fact in _adds(step))


def _known_before(graph: StepGraph, given: frozenset[str]) -> dict[str, frozenset[str]]:
    """
    For each node the facts that are known on every way to it.
    """
    everything = given.union(*(_adds(step) for step in graph.steps))
    known = dict.fromkeys(graph.by_id, everything)
    start = graph.nodes[0].id
    known[start] = given
    changed = True
    while changed:
        changed = False
        for node in graph.nodes[1:]:
            arriving = [
                known[edge.source] | _adds(graph.by_id[edge.source]) for edge in graph.into[node.id]
            ]
            # A join has had all its branches; anything else has come by one of its edges.
            together = frozenset.union if isinstance(node, Join) else frozenset.intersection
            now = together(*arriving)
            if now != known[node.id]:
                known[node.id] = now
                changed = True
    return known


def _adds(node: object) -> frozenset[str]:
    """
    The facts that are known once a node has been passed.
    """
    match node:
        case Work(asks=asks):
            return frozenset(asks)
        case Call(takes=takes):
            return frozenset(own for own, _ in takes)
    return frozenset()
