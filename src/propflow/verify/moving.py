"""
Which open cases can go over to the present version of their procedure, and why the others cannot.

A case can move where its open steps are there by name, the new chart can really come to stand so,
and what was done so far breaks none of the new laws.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from hashlib import sha256

import attrs

from propflow.engine import Case, Engine
from propflow.engine.amends import Move, Moved
from propflow.engine.chart import Chart
from propflow.engine.journal import standing
from propflow.engine.migration import mapped
from propflow.errors import RefusedError, UnknownNameError
from propflow.procedures import Law
from propflow.verify.explore import explore, nothing_else
from propflow.verify.laws import Watch, say_law
from propflow.verify.proof import can_hold
from propflow.verify.watching import Happening, Unfolding


@attrs.frozen(kw_only=True)
class Moving:
    """
    What a plan says of one case.

    Attributes:
        case: Id of the case.
        procedure: Id of its procedure.
        was: The version that it keeps to.
        version: The version that it would keep to, or ``""`` where there is none.
        why_not: Why it cannot move, a sentence each; nothing where it can.
        move: The move, where it can.
    """

    case: str
    procedure: str
    was: str
    version: str = ""
    why_not: tuple[str, ...] = ()
    move: Move | None = None


@attrs.frozen(kw_only=True, slots=False)
class Plan:
    """
    What would become of every open case that does not keep to the version wanted.

    Attributes:
        moves: Case by case, in the order in which they were opened.
    """

    moves: tuple[Moving, ...]

    @cached_property
    def id(self) -> str:
        """
        Name of the plan: the same for the same moves of the same cases.
        """
        said = [(m.case, m.move.seq, m.was, m.version) for m in self.moves if m.move is not None]
        return sha256(json.dumps(said).encode()).hexdigest()[:12]

    @property
    def possible(self) -> tuple[Moving, ...]:
        """
        The cases that can move.
        """
        return tuple(moving for moving in self.moves if moving.move is not None)


def plan_moves(
    engine: Engine, *, procedure: str = "", renamed: Mapping[str, str] | None = None
) -> Plan:
    """
    Look at every open case that does not keep to the version that its site has now.

    Args:
        engine: Runs the site as it is now, on the store with the cases.
        procedure: Only cases of this one.
        renamed: Steps that have another name now: old name and new. Needs a procedure.

    Raises:
        UnknownNameError: The site has no such procedure, or it no step of that name.
    """
    if procedure:
        known = [step.id for step in engine.chart(procedure).program.graph.steps]
        for name in (renamed or {}).values():
            if name not in known:
                raise UnknownNameError(f"step of {procedure!r}", name, tuple(known))
    planner = _Planner(engine)
    moves = []
    for case in engine.cases(state="open"):
        if procedure in ("", case.procedure):
            found = planner.forward(case, renamed or {})
            moves += [] if found is None else [found]
    return Plan(moves=tuple(moves))


def plan_back(engine: Engine, plan: str) -> Plan:
    """
    Look at every open case that a plan has moved: whether it can go back to where it came from.

    Raises:
        UnknownNameError: No case was moved by a plan of that name.
    """
    planner = _Planner(engine)
    moves, known = [], set[str]()
    for case in engine.cases():
        events = [line.event for line in engine.history(case.id)]
        moved = [event for event in events if isinstance(event, Moved)]
        known.update(event.plan for event in moved)
        if case.open and moved and moved[-1].plan == plan:
            back = {new: old for old, new in moved[-1].steps.items()}
            moves.append(planner.to(case, moved[-1].was, back))
    if plan not in known:
        raise UnknownNameError("plan that has moved cases", plan, tuple(sorted(known)))
    return Plan(moves=tuple(moves))


def apply_moves(engine: Engine, plan: Plan, *, by: str, reason: str) -> tuple[Case, ...]:
    """
    Move every case of a plan that can move, all in one transaction.

    Args:
        engine: The engine that the plan was made with.
        plan: The plan.
        by: Who says so.
        reason: Why: the journal keeps it.

    Raises:
        RefusedError: A case has gone on since the plan was made, or no reason is given. Nothing
            was changed.
        StoreError: The store cannot write. Nothing was changed.
    """
    return engine.move(
        [
            (
                moving.case,
                attrs.evolve(
                    moving.move,
                    moved=attrs.evolve(moving.move.moved, by=by, reason=reason, plan=plan.id),
                ),
            )
            for moving in plan.moves
            if moving.move is not None
        ]
    )


class _Planner:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.definitions = engine.definitions
        self._places: dict[str, frozenset[int] | None] = {}

    def forward(self, case: Case, renamed: Mapping[str, str]) -> Moving | None:
        """
        A case on its way to the present version, or nothing where it keeps to that already.
        """
        if case.procedure not in self.engine.site.procedures:
            why = f"the site has no procedure {case.procedure!r} any more; it goes on as it began."
            return self._not(case, "", [why])
        new = self.engine.chart(case.procedure)
        old = self.definitions.known(case)
        if old is not None and old.version == new.version:
            return None
        return self.to(case, new.version, renamed)

    def to(self, case: Case, version: str, renamed: Mapping[str, str]) -> Moving:
        """
        A case on its way to another version.
        """
        try:
            old = self.definitions.of(case)
            new = self.definitions.version(case.procedure, version)
        except RefusedError as refused:
            return self._not(case, version, [refused.what])
        found = mapped(old, new, case, renamed=renamed, now=self.engine.now())
        why = list(found.hindrances) or [
            *self._place(new, found.marking),
            *self._past(new, case, found.marking, renamed),
        ]
        if why:
            return self._not(case, version, why)
        steps = {step: name for step, name in renamed.items() if old.stop(step) is not None}
        moved = Moved(
            was=old.version,
            version=new.version,
            marking=found.marking,
            since=found.since,
            steps=steps,
            by="",
            reason="",
            plan="",
        )
        return Moving(
            case=case.id,
            procedure=case.procedure,
            was=case.version,
            version=version,
            move=Move(seq=case.seq, moved=moved),
        )

    @staticmethod
    def _not(case: Case, version: str, why: Iterable[str]) -> Moving:
        return Moving(
            case=case.id,
            procedure=case.procedure,
            was=case.version,
            version=version,
            why_not=tuple(why),
        )

    def _place(self, chart: Chart, marking: int) -> Iterator[str]:
        """
        Whether a case that follows the chart can ever stand so.
        """
        if chart.version not in self._places:
            found = explore(chart.program, None, nothing_else)
            whole = found.complete == "yes"
            places = frozenset(place.marking for place in found.came) if whole else None
            self._places[chart.version] = places
        places = self._places[chart.version]
        if places is None:
            yield "the new version is too large to prove that a case can stand so."
        elif marking not in places:
            steps = ", ".join(repr(stop.id) for stop in chart.program.open(marking)) or "nothing"
            yield f"no case of the new version ever stands so: open at once would be {steps}."

    def _past(
        self, chart: Chart, case: Case, marking: int, renamed: Mapping[str, str]
    ) -> Iterator[str]:
        """
        The new laws that what was done breaks, or leaves no way to keep.
        """
        past = self._happenings(case, renamed)
        for law in chart.procedure.laws:
            watch = Watch(law, facts=chart.procedure.facts, began=case.began)
            for one in past:
                one.tell(watch)
            if watch.verdict == "violated":
                yield _said(law, "what was done breaks")
            elif watch.verdict == "pending" and not can_hold(
                chart.program, law, marking, watch.states
            ):
                yield _said(law, "from where it would stand, no way keeps")

    def _happenings(self, case: Case, renamed: Mapping[str, str]) -> list[Happening]:
        """
        What was done so far, each step by the name that it would have.
        """
        unfolding = Unfolding(self.engine.site)
        found: list[Happening] = []
        for line in standing(self.engine.history(case.id)):
            event = line.event
            found += unfolding.read(line)
            if isinstance(event, Moved):
                found = _called(found, event.steps)
        return _called(found, renamed)


def _called(happenings: Iterable[Happening], names: Mapping[str, str]) -> list[Happening]:
    return [attrs.evolve(one, step=names.get(one.step, one.step)) for one in happenings]


def _said(law: Law, how: str) -> str:
    return f"{how} the law {law.id!r}: {say_law(law)}."
