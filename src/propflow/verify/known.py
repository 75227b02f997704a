"""
Facts that a decision, a wait or a called procedure needs and that are not known on some way to it.
"""

from __future__ import annotations

from collections.abc import Iterator

from propflow.procedures import (
    LATE,
    Call,
    Decide,
    Each,
    Edge,
    Join,
    Procedure,
    Step,
    StepGraph,
    Wait,
    Work,
)
from propflow.rules import Anything, Table
from propflow.sites import Site
from propflow.verify.finding import Finding

_NONE: frozenset[str] = frozenset()


class Knowing:
    """
    What is known on every way through the procedures of a site.

    Args:
        site: The site.
    """

    def __init__(self, site: Site) -> None:
        self.site = site
        self._demands: dict[str, frozenset[str]] = {}
        self._openers: dict[str, list[frozenset[str]]] | None = None

    def findings(self, procedure: Procedure, graph: StepGraph) -> Iterator[Finding]:
        """
        What a procedure needs and does not know on some way.

        A fact that no step asks for is taken to be given when the case is opened by hand. Whoever
        else opens it can give only so much: a message what it brings, a call what it hands down,
        a duty nothing.
        """
        known = self._before(graph, self._given(procedure, graph))
        for step in graph.steps:
            for fact in sorted(self._needed(step)):
                if fact not in known[step.id]:
                    what = f"{step.id!r} needs {fact!r}, which is not known on every way to it."
                    yield _finding(procedure, step, what)
            for fact in sorted(self._denied(procedure, step)):
                what = f"calls {_called(step)!r}, which needs {fact!r} and is not given it."
                yield _finding(procedure, step, f"{step.id!r} {what}")
        for duty in self.site.duties:
            if duty.opens != procedure.id:
                continue
            for fact in sorted(self.demands(procedure.id)):
                yield _finding(
                    procedure,
                    None,
                    f"duty {duty.id!r} opens it with nothing said, and it needs {fact!r}.",
                )

    def demands(self, name: str) -> frozenset[str]:
        """
        The facts that a procedure must be given when it is opened: it needs them on some way
        before any step of its own has asked for them.
        """
        if name not in self._demands:
            self._settle(self._family(name))
        return self._demands[name]

    def _family(self, name: str) -> list[str]:
        """
        A procedure and all that it calls, and what they call, but for what is settled already.
        """
        family = [name]
        for one in family:
            for step in self.site.graph(one).steps:
                called = _called(step)
                if called and called not in family and called not in self._demands:
                    family.append(called)
        return family

    def _settle(self, family: list[str]) -> None:
        # Procedures may call each other in a circle: from nothing upwards until nothing is added.
        self._demands.update(dict.fromkeys(family, _NONE))
        changed = True
        while changed:
            changed = False
            for name in reversed(family):
                graph = self.site.graph(name)
                known = self._before(graph, _NONE)
                now = frozenset(
                    fact
                    for step in graph.steps
                    for fact in self._needed(step)
                    if fact not in known[step.id]
                )
                if now != self._demands[name]:
                    self._demands[name] = now
                    changed = True

    def _needed(self, step: Step) -> frozenset[str]:
        match step:
            case Decide(table=str(table)):
                return _constrained(self.site.tables[table])
            case Decide(fact=str(fact)):
                return frozenset((fact,))
            case Decide(test=test):
                return frozenset(fact for fact, _ in test)
            case Wait(same=same):
                return frozenset(same)
            case Call(gives=gives, procedure=called) if gives:
                wanted = self.demands(called)
                return frozenset(own for their, own in gives if their in wanted)
            case Call(procedure=called):
                return self.demands(called)
        return _NONE

    def _denied(self, procedure: Procedure, step: Step) -> frozenset[str]:
        """
        What a called procedure needs and cannot be given here, whatever this one knows.
        """
        match step:
            case Call(gives=gives, procedure=called) if gives:
                return self.demands(called).difference(their for their, _ in gives)
            case Each(procedure=called, over=book) if book in self.site.books:
                columns = (field.name for field in self.site.books[book].columns)
                return self.demands(called).difference(columns)
        return _NONE

    def _given(self, procedure: Procedure, graph: StepGraph) -> frozenset[str]:
        own = frozenset(field.name for field in procedure.facts)
        brought = self._brought().get(procedure.id)
        if brought:
            return own & frozenset.intersection(*brought)
        return own - frozenset(f for s in graph.steps for f in _asked(s))

    def _brought(self) -> dict[str, list[frozenset[str]]]:
        """
        For each procedure what the messages bring that open it.
        """
        if self._openers is None:
            self._openers = {}
            for message in self.site.messages.values():
                facts = frozenset(field.name for field in message.facts)
                for opened in self.site.opens(message.id):
                    self._openers.setdefault(opened, []).append(facts)
        return self._openers

    def _before(self, graph: StepGraph, given: frozenset[str]) -> dict[str, frozenset[str]]:
        """
        For each node the facts that are known on every way to it.
        """
        adds = {edge: self._adds(graph.by_id[edge.source], edge) for edge in graph.edges}
        everything = given.union(*adds.values())
        known = dict.fromkeys(graph.by_id, everything)
        known[graph.nodes[0].id] = given
        changed = True
        while changed:
            changed = False
            for node in graph.nodes[1:]:
                arriving = [known[edge.source] | adds[edge] for edge in graph.into[node.id]]
                # A join has had all its branches; anything else has come by one of its edges.
                together = frozenset.union if isinstance(node, Join) else frozenset.intersection
                now = together(*arriving)
                if now != known[node.id]:
                    known[node.id] = now
                    changed = True
        return known

    def _adds(self, node: object, edge: Edge) -> frozenset[str]:
        """
        The facts that are known once a node has been left by one of its ways.
        """
        if isinstance(node, Wait):
            late = (LATE,) if node.within is not None else ()
            ways = edge.outcomes or (*node.messages, *late)
            return frozenset.intersection(
                *(self._told(way) if way in node.messages else _NONE for way in ways or ("",))
            )
        return _asked(node)

    def _told(self, message: str) -> frozenset[str]:
        found = self.site.messages.get(message)
        return frozenset(field.name for field in found.facts) if found is not None else _NONE


def _constrained(table: Table) -> frozenset[str]:
    """
    The inputs that a table looks at in at least one row.
    """
    return frozenset(
        field.name
        for field in table.inputs
        if any(not isinstance(cell, Anything) for cell in table.column(field.name))
    )


def _asked(node: object) -> frozenset[str]:
    match node:
        case Work(asks=asks):
            return frozenset(asks)
        case Call(takes=takes):
            return frozenset(own for own, _ in takes)
    return _NONE


def _called(step: Step) -> str:
    return step.procedure if isinstance(step, Call | Each) else ""


def _finding(procedure: Procedure, step: Step | None, what: str) -> Finding:
    return Finding(
        severity="error",
        rule="fact-unknown",
        where=procedure.id,
        subject="" if step is None else step.id,
        what=what,
        place=(step.place if step is not None else None) or procedure.place,
    )
