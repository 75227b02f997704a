"""
Procedures that call each other round and round, with no way to come to an end.
"""

from __future__ import annotations

from collections.abc import Iterator

from propflow.procedures import Call, End, StepGraph
from propflow.sites import Site
from propflow.verify.finding import Finding


def endless(site: Site) -> Iterator[Finding]:
    """
    Procedures that can only end once a case of their own kind has ended.

    A procedure can end if some way leads to an end on which it calls none but such as can end.
    Whoever is left when all those are taken away waits for ever.
    """
    graphs = {name: site.graph(name) for name in site.procedures}
    can: set[str] = set()
    changed = True
    while changed:
        changed = False
        for name, graph in graphs.items():
            if name not in can and _ends(graph, can):
                can.add(name)
                changed = True
    for name, graph in graphs.items():
        if name in can:
            continue
        calls = sorted(
            {s.procedure for s in graph.steps if isinstance(s, Call) and s.procedure not in can}
        )
        procedure = site.procedures[name]
        yield Finding(
            severity="error",
            rule="recursion",
            where=name,
            what=f"no case of it can end: every way calls {' or '.join(map(repr, calls))}, which "
            "waits for a case like this one.",
            place=procedure.place,
        )


def _ends(graph: StepGraph, can: set[str]) -> bool:
    """
    Whether some way leads to an end past every call that cannot come back.
    """
    met = {graph.nodes[0].id}
    queue = list(met)
    for name in queue:
        node = graph.by_id[name]
        if isinstance(node, End):
            return True
        if isinstance(node, Call) and node.procedure not in can:
            continue
        for edge in graph.out[name]:
            if edge.target not in met:
                met.add(edge.target)
                queue.append(edge.target)
    return False
