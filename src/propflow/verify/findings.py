"""
What a check of a whole site has to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import attrs

from propflow.errors import Place
from propflow.procedures import Call, Decide, Join, Procedure, Program, Step, StepGraph, Wait, Work
from propflow.rules import Anything, Table, prove
from propflow.sites import Site
from propflow.verify.explore import Passed
from propflow.verify.laws import say_law
from propflow.verify.proof import counterexample
from propflow.verify.soundness import soundness

#: An ``error`` can stop a case or break a law; a ``warning`` leaves somebody without an answer;
#: a ``caution`` is where the source itself conflicts with the law or with sense, or where a table
#: could be simpler.
SEVERITIES = ("error", "warning", "caution")


@attrs.frozen(kw_only=True)
class Finding:
    """
    One thing that a check found.

    Attributes:
        severity: One of `SEVERITIES`.
        rule: A word for the kind of finding.
        where: Id of the procedure, decision or duty.
        what: What is wrong, in a sentence.
        place: Where it is written.
        trace: A shortest way to it, where there is one.
    """

    severity: str
    rule: str
    where: str
    what: str
    place: Place | None = None
    trace: tuple[Passed, ...] = ()

    def __str__(self) -> str:
        place = f"{self.place}: " if self.place else ""
        text = f"{place}{self.severity} [{self.rule}] {self.where}: {self.what}"
        if self.trace:
            way = " -> ".join(f"{step} ({by})" if by else step for step, by in self.trace)
            text += f"\n    on the way: {way}"
        return text


def check(site: Site, *, progress: Callable[[str], None] = lambda _: None) -> list[Finding]:
    """
    Prove what can be proved of a site's procedures, decisions and duties.

    Args:
        site: The site.
        progress: Is told the id of what is looked at next.
    """
    found: list[Finding] = []
    for name, procedure in site.procedures.items():
        progress(name)
        program = site.program(name)
        found += _unsound(procedure, program)
        found += _laws(procedure, program)
        found += _facts(site, procedure, program.graph)
        found += _cautions(procedure, program.graph)
        found += _nobody(site, procedure, program.graph)
    for name in site.tables:
        progress(name)
        found += _table(site, name)
    return sorted(found, key=lambda finding: SEVERITIES.index(finding.severity))


def _place(graph: StepGraph, step: str | None) -> Place | None:
    node = graph.by_id.get(step) if step else None
    return node.place if isinstance(node, Step) else None


def _unsound(procedure: Procedure, program: Program) -> Iterator[Finding]:
    for fault in soundness(program):
        yield Finding(
            severity="error",
            rule=fault.rule,
            where=procedure.id,
            what=fault.what,
            place=_place(program.graph, fault.step) or procedure.place,
            trace=fault.trace,
        )


def _laws(procedure: Procedure, program: Program) -> Iterator[Finding]:
    for law in procedure.laws:
        way = counterexample(program, law, facts=procedure.facts)
        if way is None:
            continue
        gave_up = isinstance(way, str)
        yield Finding(
            severity="warning" if gave_up else "error",
            rule="law",
            where=procedure.id,
            what=f"law {law.id!r} ({say_law(law)}) "
            + ("is not proved: too many places." if gave_up else "does not hold."),
            place=law.place,
            trace=() if isinstance(way, str) else way,
        )


def _cautions(procedure: Procedure, graph: StepGraph) -> Iterator[Finding]:
    for step in graph.steps:
        if step.caution:
            yield Finding(
                severity="caution",
                rule="source",
                where=procedure.id,
                what=f"{step.id}: {step.caution}",
                place=step.place,
            )


def _nobody(site: Site, procedure: Procedure, graph: StepGraph) -> Iterator[Finding]:
    if not site.people:
        return
    held = {role for person in site.people.values() for role in person.roles}
    held |= {post.role for post in site.posts.values() if site.staffed(post.id)}
    for step in graph.steps:
        if isinstance(step, Work) and not held.intersection(step.by):
            yield Finding(
                severity="warning",
                rule="nobody",
                where=procedure.id,
                what=f"step {step.id!r} is for {' or '.join(step.by)}, and nobody on the site is.",
                place=step.place,
            )


def _table(site: Site, name: str) -> Iterator[Finding]:
    table = site.tables[name]
    for flaw in prove(site.decider(name)):
        # What could be simpler hinders nobody: no reason to fail a check.
        severity = "caution" if flaw.severity == "hint" else flaw.severity
        place = (table.rows[flaw.rows[0] - 1].place if flaw.rows else None) or table.place
        yield Finding(severity=severity, rule=flaw.kind, where=name, what=flaw.what, place=place)


# -- facts that a decision needs ------------------------------------------------------------


def _facts(site: Site, procedure: Procedure, graph: StepGraph) -> Iterator[Finding]:
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
