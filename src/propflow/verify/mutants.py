"""
Charts with one thing wrong in them, and who notices: a test of the laws themselves.

Source: DeMillo, Lipton, Sayward, "Hints on Test Data Selection", Computer 11 (1978).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

import attrs

from propflow.durations import say_duration
from propflow.errors import HandbookError
from propflow.procedures import (
    Ask,
    Decide,
    Edge,
    End,
    Fork,
    Halt,
    Join,
    Merge,
    Node,
    Plain,
    Sequence,
    Step,
    StepGraph,
    Task,
    Wait,
    Work,
    graph_of,
)
from propflow.rules import Table
from propflow.sites import Site
from propflow.sites.rehearsals import Rehearsal, rehearsals_of
from propflow.text import Text
from propflow.verify.finding import Finding
from propflow.verify.findings import check_procedure, check_table
from propflow.verify.staff import Staff

#: What can be wrong: a way, a gateway, what decides, a table, who, and how long.
KINDS = ("edge", "gateway", "guard", "cell", "role", "deadline")


@attrs.frozen(kw_only=True)
class Mutant:
    """
    A site with one thing wrong in it.

    Attributes:
        kind: One of `KINDS`.
        where: Id of the procedure, also where it is a table of its that is wrong.
        what: What is wrong, in a phrase.
        site: The site with it.
        table: The table that is wrong, or ``""``.
    """

    kind: str
    where: str
    what: str
    site: Site = attrs.field(repr=False)
    table: str = ""


@attrs.frozen(kw_only=True)
class Fate:
    """
    What became of a mutant.

    Attributes:
        mutant: The mutant.
        noticed: What noticed it: ``refused`` where it could not even be loaded, the rules by
            which something was found, ``law NAME`` for a law. Nothing where it survives.
    """

    mutant: Mutant = attrs.field(repr=False)
    noticed: tuple[str, ...]


def mutants(site: Site, name: str) -> Iterator[Mutant]:
    """
    Every mutant of a procedure and of the decision tables that it goes by.

    One whose chart means the same as the original is left out: nobody could notice it.

    Args:
        site: The site.
        name: Id of the procedure.
    """
    procedure, graph = site.procedure(name), site.graph(name)
    seen = {graph.digest}
    for kind, what, plain in _charts(site, graph):
        made = attrs.evolve(procedure, body=Sequence(), plain=plain)
        try:
            digest = graph_of(made).digest
        except HandbookError:
            digest = what
        if digest not in seen:
            seen.add(digest)
            yield Mutant(kind=kind, where=name, what=what, site=site.having(procedure=made))
    tables = {s.table: None for s in graph.steps if isinstance(s, Decide) and s.table}
    for table in tables:
        for what, other in _tables(site.table(table)):
            changed = site.having(table=other)
            yield Mutant(kind="cell", where=name, what=what, site=changed, table=table)


def judge(site: Site, name: str) -> Iterator[Fate]:
    """
    The fate of every mutant of a procedure.

    Args:
        site: The site.
        name: Id of the procedure.
    """
    staff, told = Staff(site), rehearsals_of(site, name)
    usual = {_key(finding) for finding in _looked(site, name, "", staff, told)}
    only = _only_here(site, name)
    for mutant in mutants(site, name):
        noticed = _noticed(mutant, usual, staff, told)
        if noticed != ("refused",) and only - _boxes(mutant.site.graph(name)):
            noticed += ("uncovered",)
        yield Fate(mutant=mutant, noticed=noticed)


def _boxes(graph: StepGraph) -> set[str]:
    return {box for step in graph.steps for box in step.covers}


def _only_here(site: Site, name: str) -> set[str]:
    """
    The boxes of the source for which only a step of this procedure stands.
    """
    own = _boxes(site.graph(name))
    others = {
        box
        for box, found in site.covers().items()
        if any((kind, owner) != ("procedure", name) or not step for kind, owner, step in found)
    }
    return own - others


def _noticed(
    mutant: Mutant, usual: set[tuple[str, str, str]], staff: Staff, told: tuple[Rehearsal, ...]
) -> tuple[str, ...]:
    try:
        found = _looked(mutant.site, mutant.where, mutant.table, staff, told)
    except HandbookError:
        return ("refused",)
    new = [finding for finding in found if _key(finding) not in usual and finding.counts]
    return tuple(dict.fromkeys(f"law {f.subject}" if f.rule == "law" else f.rule for f in new))


def _looked(
    site: Site, name: str, table: str, staff: Staff, told: tuple[Rehearsal, ...]
) -> list[Finding]:
    found = check_procedure(site, name, staff=staff, rehearsals=told)
    return found + check_table(site, table) if table else found


def _key(finding: Finding) -> tuple[str, str, str]:
    return finding.rule, finding.where, finding.subject


# -- charts ---------------------------------------------------------------------------------

_Wrong = Iterator[tuple[str, str, Plain]]


def _charts(site: Site, graph: StepGraph) -> _Wrong:
    for plain, what in flips(graph):
        yield "gateway", what, plain
    for step in graph.steps:
        if not isinstance(step, End):
            yield from _ways(graph, step)
            yield from _gateways(graph, step)
            yield from _guards(graph, step)
        if isinstance(step, Work):
            yield from _roles(site, graph, step)
            yield from _questions(graph, step)
        if isinstance(step, Work | Wait):
            yield from _deadlines(graph, step)


def _plain(graph: StepGraph, edges: Iterable[Edge], *, step: Step | None = None) -> Plain:
    nodes = tuple(step if step is not None and n.id == step.id else n for n in graph.nodes)
    return Plain(nodes=nodes, edges=tuple(edges))


def _ways(graph: StepGraph, step: Step) -> _Wrong:
    """
    The step left out, the step and the next one the other way round, a way that leads too far.
    """
    out, into = graph.out[step.id], graph.into[step.id]
    if len(out) == 1 and not out[0].outcomes and len(into) == 1:
        (before,), after = into, out[0].target
        rest = [edge for edge in graph.edges if step.id not in (edge.source, edge.target)]
        nodes = tuple(_without(node, step.id) for node in graph.nodes if node.id != step.id)
        past = Plain(nodes=nodes, edges=(*rest, attrs.evolve(before, target=after)))
        yield "edge", f"without {step.id!r}", past
        following = graph.by_id[after]
        single = isinstance(following, Step) and not isinstance(following, End)
        onward = graph.out[after]
        if single and len(onward) == 1 and not onward[0].outcomes and len(graph.into[after]) == 1:
            rest = [edge for edge in graph.edges if edge not in (before, out[0], onward[0])]
            turned = (
                attrs.evolve(before, target=after),
                Edge(after, step.id),
                Edge(step.id, onward[0].target),
            )
            swapped = Plain(nodes=graph.nodes, edges=(*rest, *turned))
            yield "edge", f"{after!r} before {step.id!r}", swapped
    if len(out) == 1 and isinstance(step, Task) and not out[0].outcomes:
        again = attrs.evolve(step, id=f"{step.id}-again")
        edges = [edge for edge in graph.edges if edge is not out[0]]
        edges += [Edge(step.id, again.id), Edge(again.id, out[0].target)]
        twice = Plain(nodes=(*graph.nodes, again), edges=tuple(edges))
        yield "edge", f"{step.id!r} twice", twice
    for edge in out:
        target = graph.by_id[edge.target]
        if isinstance(target, Step) and not isinstance(target, End):
            for further in graph.out[target.id][:1]:
                if further.target == step.id:
                    continue
                said = f" by {', '.join(edge.outcomes)}" if edge.outcomes else ""
                edges = [
                    attrs.evolve(e, target=further.target) if e is edge else e for e in graph.edges
                ]
                yield "edge", f"{step.id!r}{said} leads past {target.id!r}", _plain(graph, edges)


def _gateways(graph: StepGraph, step: Step) -> _Wrong:
    """
    A step that somebody may pass over, and a step that is done beside the next one.
    """
    out, into = graph.out[step.id], graph.into[step.id]
    if not isinstance(step, Task) or len(out) != 1 or out[0].outcomes or len(into) != 1:
        return
    (before,), (after,) = into, out
    asked = Ask(id=f"whether-{step.id}", by=step.by, label=Text.of(en="whether"))
    edges = [edge for edge in graph.edges if edge is not before]
    edges += [
        attrs.evolve(before, target=asked.id),
        Edge(asked.id, step.id, ("yes",)),
        Edge(asked.id, after.target, ("no",)),
    ]
    maybe = Plain(nodes=(*graph.nodes, asked), edges=tuple(edges))
    yield "gateway", f"{step.id!r} or not, as one likes", maybe
    following, onward = graph.by_id[after.target], graph.out[after.target]
    plain = isinstance(following, Task) and len(onward) == 1 and not onward[0].outcomes
    if not plain or len(graph.into[after.target]) != 1:
        return
    fork, join = Fork(f"fork-{step.id}"), Join(f"join-{step.id}")
    edges = [edge for edge in graph.edges if edge not in (before, after, onward[0])]
    edges += [
        attrs.evolve(before, target=fork.id),
        *(Edge(fork.id, name) for name in (step.id, following.id)),
        *(Edge(name, join.id) for name in (step.id, following.id)),
        Edge(join.id, onward[0].target),
    ]
    beside = Plain(nodes=(*graph.nodes, fork, join), edges=tuple(edges))
    yield "gateway", f"{step.id!r} beside {following.id!r}", beside


def _questions(graph: StepGraph, step: Work) -> _Wrong:
    """
    A fact that is no longer asked for.
    """
    for fact in step.asks:
        asks = tuple(name for name in step.asks if name != fact)
        changed = attrs.evolve(step, asks=asks)
        what = f"{step.id!r} does not ask for {fact!r}"
        yield "guard", what, _plain(graph, graph.edges, step=changed)


def _without(node: Node, name: str) -> Node:
    if isinstance(node, Halt):
        return attrs.evolve(node, region=tuple(one for one in node.region if one != name))
    return node


def _guards(graph: StepGraph, step: Step) -> _Wrong:
    """
    Two outcomes that lead each other's way.
    """
    out = [edge for edge in graph.out[step.id] if edge.outcomes]
    for number, one in enumerate(out):
        for other in out[number + 1 :]:
            swapped = {one: one.outcomes, other: other.outcomes}
            edges = [
                attrs.evolve(edge, outcomes=swapped[other if edge is one else one])
                if edge is one or edge is other
                else edge
                for edge in graph.edges
            ]
            what = f"{step.id!r}: {one.outcomes[0]} and {other.outcomes[0]} the other way round"
            yield "guard", what, _plain(graph, edges)


def _roles(site: Site, graph: StepGraph, step: Work) -> _Wrong:
    for role in step.by:
        others = [next((name for name in site.roles if name not in step.by), None)]
        others.append(site.superior(role) if role in site.roles else None)
        for other in dict.fromkeys(others):
            if other is None or other in step.by:
                continue
            by = tuple(other if name == role else name for name in step.by)
            changed = attrs.evolve(step, by=by)
            what = f"{step.id!r} by {other} instead of {role}"
            yield "role", what, _plain(graph, graph.edges, step=changed)
    if step.not_by:
        changed = attrs.evolve(step, not_by=())
        what = f"{step.id!r} by whoever did {' or '.join(step.not_by)}"
        yield "role", what, _plain(graph, graph.edges, step=changed)


def _deadlines(graph: StepGraph, step: Work | Wait) -> _Wrong:
    if step.within is None:
        return
    if isinstance(step, Work):
        ever = attrs.evolve(step, within=None, late_tells=())
        yield "deadline", f"{step.id!r} without a limit", _plain(graph, graph.edges, step=ever)
    # A moment is far too short, and a year far too long, for anything on any chart.
    for within in (timedelta(seconds=1), timedelta(days=365)):
        changed = attrs.evolve(step, within=within)
        what = f"{step.id!r} within {say_duration(within)}"
        yield "deadline", what, _plain(graph, graph.edges, step=changed)


def flips(graph: StepGraph) -> Iterator[tuple[Plain, str]]:
    """
    A graph with one gateway drawn as another, gateway by gateway, and what was done in a phrase:
    forks and choices change places, and so do joins and merges.
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
                name = node.id.replace(" ", "-")
                # A gateway's name would be given to the next fork.
                other = Ask(id=name, by=_somebody(graph), label=Text.of(en="which"))
                out = tuple(Edge(other.id, edge.target, (edge.target,)) for edge in out)
            case Ask():
                other = Task(id=node.id, by=node.by, label=node.label, asks=node.asks)
                out = tuple(Edge(node.id, edge.target) for edge in out)
        into = tuple(attrs.evolve(edge, target=other.id) for edge in graph.into[node.id])
        rest = tuple(edge for edge in graph.edges if node.id not in (edge.source, edge.target))
        nodes = tuple(other if one is node else one for one in graph.nodes)
        kind = type(other).__name__.lower()
        yield Plain(nodes=nodes, edges=rest + into + out), f"{node.id!r} as a {kind}"


def _somebody(graph: StepGraph) -> tuple[str, ...]:
    return next((step.by for step in graph.steps if isinstance(step, Work)), ("anybody",))


# -- tables ---------------------------------------------------------------------------------


def _tables(table: Table) -> Iterator[tuple[str, Table]]:
    """
    A row left out, a row with another outcome, two rows the other way round.
    """
    first = table.outputs[0].name
    words = list(dict.fromkeys(str(dict(row.outcome)[first]) for row in table.rows))
    for number, row in enumerate(table.rows):
        others = table.rows[:number] + table.rows[number + 1 :]
        if others:
            yield f"{table.id!r} without row {number + 1}", attrs.evolve(table, rows=others)
        own = str(dict(row.outcome)[first])
        other = next((word for word in words if word != own), None)
        if other is not None:
            outcome = tuple(
                (name, other if name == first else value) for name, value in row.outcome
            )
            changed = attrs.evolve(row, outcome=outcome)
            rows = (*table.rows[:number], changed, *table.rows[number + 1 :])
            what = f"{table.id!r}: row {number + 1} says {other!r} instead of {own!r}"
            yield what, attrs.evolve(table, rows=rows)


def vacuous(site: Site, name: str, fates: Iterable[Fate]) -> list[str]:
    """
    The laws of a procedure that have noticed none of its mutants.

    Args:
        site: The site.
        name: Id of the procedure.
        fates: What became of all of them.
    """
    noticed = {word for fate in fates for word in fate.noticed}
    return [law.id for law in site.procedure(name).laws if f"law {law.id}" not in noticed]
