"""
What a check of a whole site has to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import attrs

from propflow.errors import Place, UnknownNameError
from propflow.procedures import Decide, Procedure, Program, Step, StepGraph
from propflow.rules import prove, shadowed
from propflow.sites import Site
from propflow.sites.rehearsals import Rehearsal, rehearsals_of
from propflow.sites.things import Waiver
from propflow.verify.calls import endless
from propflow.verify.finding import RULES, SEVERITIES, Finding, Waived
from propflow.verify.known import Knowing
from propflow.verify.laws import say_law
from propflow.verify.proof import counterexample
from propflow.verify.rehearse import rehearsed
from propflow.verify.soundness import soundness
from propflow.verify.staff import Staff


def check(site: Site, *, progress: Callable[[str], None] = lambda _: None) -> list[Finding]:
    """
    Prove what can be proved of a site's procedures, decisions and duties.

    Args:
        site: The site.
        progress: Is told the id of what is looked at next.

    Returns:
        What was found, the gravest first. What the site waives stays among it, with its reason.
    """
    found: list[Finding] = []
    staff, knowing = Staff(site), Knowing(site)
    for name in site.procedures:
        progress(name)
        found += check_procedure(site, name, staff=staff, knowing=knowing)
    found += endless(site)
    found += staff.duties()
    found += _uncovered(site)
    for name in site.tables:
        progress(name)
        found += check_table(site, name)
    found = [*waived(site, found), *_idle(site, found)]
    return sorted(found, key=lambda finding: SEVERITIES.index(finding.severity))


def check_procedure(
    site: Site,
    name: str,
    *,
    staff: Staff | None = None,
    knowing: Knowing | None = None,
    rehearsals: Iterable[Rehearsal] | None = None,
) -> list[Finding]:
    """
    Prove what can be proved of one procedure.

    Args:
        site: The site.
        name: Id of the procedure.
        staff: Who can do what on the site, where that is known already.
        knowing: What its procedures need, where that is known already.
        rehearsals: The rehearsals that are held, where they have been read already.
    """
    procedure, program = site.procedure(name), site.program(name)
    told = rehearsals_of(site, name) if rehearsals is None else rehearsals
    return [
        *_unsound(procedure, program),
        *_laws(site, procedure, program),
        *rehearsed(site, name, told),
        *(knowing or Knowing(site)).findings(procedure, program.graph),
        *_dead_branches(site, procedure, program.graph),
        *_cautions(procedure, program.graph),
        *(staff or Staff(site)).findings(procedure, program.graph),
    ]


def _uncovered(site: Site) -> Iterator[Finding]:
    covered = site.covers().keys()
    for box, gist in site.boxes.items():
        if box not in covered:
            yield Finding(
                severity="warning",
                rule="uncovered",
                where=site.handbook,
                subject=box,
                what=f"nothing stands for box {box}: {gist}",
            )


def _place(graph: StepGraph, step: str | None) -> Place | None:
    node = graph.by_id.get(step) if step else None
    return node.place if isinstance(node, Step) else None


def _unsound(procedure: Procedure, program: Program) -> Iterator[Finding]:
    for fault in soundness(program):
        yield Finding(
            severity="error",
            rule=fault.rule,
            where=procedure.id,
            subject=fault.step or "",
            what=fault.what,
            place=_place(program.graph, fault.step) or procedure.place,
            trace=fault.trace,
        )


def _laws(site: Site, procedure: Procedure, program: Program) -> Iterator[Finding]:
    for law in procedure.laws:
        try:
            way = counterexample(program, law, facts=procedure.facts, tables=site.tables)
        except UnknownNameError as error:
            yield Finding(
                severity="error",
                rule="law-step",
                where=procedure.id,
                subject=law.id,
                what=f"law {law.id!r} ({say_law(law)}): {error}",
                place=law.place,
            )
            continue
        if way is None:
            continue
        gave_up = isinstance(way, str)
        yield Finding(
            severity="warning" if gave_up else "error",
            rule="law",
            where=procedure.id,
            subject=law.id,
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
                subject=step.id,
                what=f"{step.id}: {step.caution}",
                place=step.place,
            )


def _dead_branches(site: Site, procedure: Procedure, graph: StepGraph) -> Iterator[Finding]:
    """
    Outcomes that only rows give which never decide.
    """
    for step in graph.steps:
        if not isinstance(step, Decide) or step.table is None:
            continue
        table = site.tables[step.table]
        never = {shadow.row for shadow in shadowed(site.decider(step.table))}
        given = {
            str(row.outcome[0][1])
            for number, row in enumerate(table.rows, 1)
            if number not in never
        }
        given |= {str(table.default[0][1])} if table.default else set()
        for edge in graph.out[step.id]:
            for outcome in edge.outcomes:
                if outcome not in given:
                    yield Finding(
                        severity="warning",
                        rule="dead-branch",
                        where=procedure.id,
                        subject=step.id,
                        what=f"{step.id!r} never comes to {outcome!r}: no row of "
                        f"{step.table!r} that can decide says so.",
                        place=step.place,
                    )


#: What can be wrong with a table, by the rule that asks for it.
_FLAWS = {
    "gap": "gap",
    "overlap": "overlap",
    "tie": "tie",
    "shadowed": "shadowed",
    "duplicate": "shadowed",
    "unreachable": "unreachable",
    "mergeable": "mergeable",
}
#: What a table's flaw is to a check. Rows that could be merged are no fault.
_GRAVE = {"error": "error", "warning": "warning", "hint": "note"}


def check_table(site: Site, name: str) -> list[Finding]:
    """
    Prove what can be proved of one decision.

    Args:
        site: The site.
        name: Id of the decision.
    """
    decider = site.decider(name)

    def finding(severity: str, rule: str, what: object) -> Finding:
        place = site.tables[name].place
        return Finding(severity=severity, rule=rule, where=name, what=str(what), place=place)

    found = [finding(_GRAVE[flaw.severity], _FLAWS[flaw.kind], flaw) for flaw in prove(decider)]
    for number, example in enumerate(site.tables[name].cases, 1):
        fault = example.fault(decider)
        if fault:
            said = finding("error", "case", f"decision {name!r}, case {number}: {fault}")
            found.append(attrs.evolve(said, place=example.place or said.place))
    return found


def waived(site: Site, found: Iterable[Finding]) -> Iterator[Finding]:
    """
    Findings as the site has them: those that it waives with the reason.
    """
    for finding in found:
        fitting = (waiver for waiver in site.waivers if _fits(waiver, finding))
        waiver = next(fitting, None)
        if waiver is None:
            yield finding
        else:
            reason = Waived(because=waiver.because, owner=waiver.owner)
            yield attrs.evolve(finding, waived=reason)


def _fits(waiver: Waiver, finding: Finding) -> bool:
    return (
        waiver.rule == finding.rule
        and waiver.where == finding.where
        and waiver.subject in ("", finding.subject)
    )


def _idle(site: Site, found: list[Finding]) -> Iterator[Finding]:
    """
    Waivers that waive nothing.
    """
    for waiver in site.waivers:
        if any(_fits(waiver, finding) for finding in found):
            continue
        about = f"{waiver.where}: {waiver.subject}" if waiver.subject else waiver.where
        what = f"{waiver.rule!r} is waived for {about}, and nothing is found there. Remove it."
        if waiver.rule not in RULES:
            what = f"{waiver.rule!r} is no rule; the rules are {', '.join(RULES)}."
        yield Finding(
            severity="warning",
            rule="waiver",
            where=waiver.where,
            subject=waiver.subject,
            what=what,
            place=waiver.place,
        )
