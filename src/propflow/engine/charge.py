"""
What only somebody in charge can say, or what comes between: skip, assign, suspend, go on, give up.
"""

from __future__ import annotations

from propflow.engine.amends import Move, Moved, Redact, Redacted, Redo, Redone, Undo, Undone
from propflow.engine.case import Case
from propflow.engine.chart import checked
from propflow.engine.events import (
    Assign,
    Assigned,
    Event,
    Interrupt,
    Interrupted,
    Resume,
    Resumed,
    Skip,
    Skipped,
    Suspend,
    Suspended,
    Withdraw,
    Withdrawn,
)
from propflow.engine.state import BETWEEN, State
from propflow.errors import RefusedError
from propflow.procedures import Stop, Task, Work


def of_a_step(state: State, stop: Stop, command: Skip | Assign) -> Event:
    """
    The event of a command about one open step.

    Raises:
        RefusedError: The person is not over those whose step it is, or the step cannot be
            passed over, or is given to somebody who may not do it.
    """
    case, step = state.case, stop.step
    if not isinstance(step, Work) or (isinstance(command, Skip) and not isinstance(step, Task)):
        raise RefusedError(
            "not-work",
            f"step {stop.id!r} of {case.id} is no plain work: it can be neither skipped nor given "
            "to anybody.",
            case.id,
            stop.id,
        )
    over = state.chart.over(stop.id)
    own = step.by if isinstance(command, Skip) and step.optional == "yes" else ()
    if not command.roles.intersection(over.union(own)):
        raise RefusedError(
            "not-over",
            f"{command.by} is not over {' or '.join(step.by)}, whose step {stop.id!r} of "
            f"{case.id} is.",
            case.id,
            stop.id,
        )
    if isinstance(command, Skip):
        _needs_reason(state, command.reason)
        check_eyes(state, stop, command.by, command.behalf)
        return Skipped(step=stop.id, by=command.by, reason=command.reason, behalf=command.behalf)
    if not command.to_roles.intersection(step.by):
        raise RefusedError(
            "not-theirs",
            f"step {stop.id!r} of {case.id} is for {' or '.join(step.by)}, "
            f"which {command.to} is not now.",
            case.id,
            stop.id,
        )
    return Assigned(step=stop.id, to=command.to, by=command.by, behalf=command.behalf)


def check_eyes(case: Case | State, stop: Stop, by: str, behalf: tuple[str, ...] = ()) -> None:
    """
    Refuse where a step is for somebody else than who did another.

    Whoever stands in for somebody counts as both: neither of the two may have had a hand in it.

    Raises:
        RefusedError: One of them had.
    """
    for other in stop.step.not_by if isinstance(stop.step, Work) else ():
        doer = case.doers.get(other)
        if doer is None:
            continue
        first = {doer, *case.behalf.get(other, ())}
        both = first.intersection((by, *behalf))
        if both:
            name = case.id if isinstance(case, Case) else case.case.id
            who = doer if doer in both else f"{doer} for {' and '.join(sorted(both))}"
            raise RefusedError(
                "four-eyes",
                f"step {stop.id!r} of {name} is for somebody else than who did {other!r}, "
                f"and that was {who}.",
                name,
                stop.id,
            )


def of_the_whole(
    state: State, command: Suspend | Resume | Withdraw | Interrupt | Move | Undo | Redo | Redact
) -> Event:
    """
    The event of a command about the case as a whole.

    Raises:
        RefusedError: The person is not over anybody in the procedure, the case stands still
            already, or does not stand still, another case waits for its end, or nothing of the
            kind can come between.
    """
    case = state.case
    if isinstance(command, Interrupt):
        return _interrupted(state, command)
    if isinstance(command, Withdraw):
        return _withdrawn(state, command)
    if isinstance(command, Move | Undo | Redo):
        return _amended(state, command)
    if isinstance(command, Redact):
        return _redacted(state, command)
    _in_charge(state, command)
    if isinstance(command, Suspend):
        if case.suspended is not None:
            raise RefusedError("suspended", f"{case.id} stands still already.", case.id)
        _needs_reason(state, command.reason)
        return Suspended(by=command.by, reason=command.reason, behalf=command.behalf)
    if case.suspended is None:
        raise RefusedError("not-suspended", f"{case.id} does not stand still.", case.id)
    if BETWEEN in case.children:
        raise RefusedError(
            "between", f"what came between {case.id} is not over; it goes on by itself.", case.id
        )
    return Resumed(by=command.by, behalf=command.behalf)


def _redacted(state: State, command: Redact) -> Redacted:
    case, event = state.case, command.redacted
    _as_it_was(case, command.seq)
    if case.open:
        raise RefusedError(
            "still-open", f"{case.id} is still open and needs what it knows.", case.id
        )
    if not event.destroys:
        raise RefusedError("nothing-personal", f"nothing personal is kept of {case.id}.", case.id)
    if not any(not state.chart.above.get(role, "nobody") for role in command.roles):
        _in_charge(state, command)  # whoever is over everybody is over this case as well
    _needs_reason(state, event.reason)
    return event


def _as_it_was(case: Case, seq: int) -> None:
    if case.seq != seq:
        raise RefusedError(
            "moved-on",
            f"{case.id} has gone on since this was worked out. Work it out again.",
            case.id,
        )


def _amended(state: State, command: Move | Undo | Redo) -> Moved | Undone | Redone:
    case = state.case
    _as_it_was(case, command.seq)
    if isinstance(command, Move):
        _needs_reason(state, command.moved.reason)
        return command.moved
    event = command.undone if isinstance(command, Undo) else command.redone
    if case.suspended is not None:
        raise RefusedError(
            "suspended", f"{case.id} stands still: nothing is done until it goes on.", case.id
        )
    did = command.did if isinstance(command, Undo) else command.redone.did
    stop = state.chart.stop(event.step)
    own = stop.step.by if stop is not None and isinstance(stop.step, Work) else ()
    mine = did == command.by and command.roles.intersection(own)
    if not mine and not command.roles.intersection(state.chart.over(event.step)):
        raise RefusedError(
            "not-over",
            f"{command.by} neither did step {event.step!r} of {case.id} nor is over "
            f"{' or '.join(own)}, whose it is.",
            case.id,
            event.step,
        )
    _needs_reason(state, event.reason)
    return event


def _withdrawn(state: State, command: Withdraw) -> Withdrawn:
    case = state.case
    if case.parent is not None and command.caller != case.parent[0]:
        raise RefusedError(
            "called",
            f"{case.id} was called by {case.parent[0]}, which waits for its end: "
            "come to an end of its own, or withdraw the caller.",
            case.id,
        )
    if command.by:
        _in_charge(state, command)
    _needs_reason(state, command.reason)
    return Withdrawn(end=command.end, reason=command.reason, by=command.by, behalf=command.behalf)


def _in_charge(state: State, command: Suspend | Resume | Withdraw | Redact) -> None:
    stops = state.chart.program.stops
    over = frozenset[str]().union(*(state.chart.over(stop.id) for stop in stops))
    if not command.roles.intersection(over):
        raise RefusedError(
            "not-over",
            f"{command.by} is not over anybody who works on {state.case.id}.",
            state.case.id,
        )


def _interrupted(state: State, command: Interrupt) -> Interrupted:
    case, chart = state.case, state.chart
    for interrupt in chart.procedure.interrupts:
        agrees = all(command.facts.get(f) == case.facts.get(f) for f in interrupt.same)
        if interrupt.on == command.message and agrees and case.suspended is None:
            wanted = chart.child[interrupt.opens]
            known = {**case.facts, **command.facts}
            facts = {name: value for name, value in known.items() if name in wanted}
            own = {k: v for k, v in command.facts.items() if k in chart.fields}
            checked(own, chart.fields, chart.procedure.id, case=case.id)
            return Interrupted(message=command.message, procedure=interrupt.opens, facts=facts)
    raise RefusedError(
        "not-waiting", f"{command.message!r} does not come between {case.id}.", case.id
    )


def _needs_reason(state: State, reason: str) -> None:
    if not reason.strip():
        raise RefusedError("no-reason", "say why: the journal keeps the reason.", state.case.id)
