"""
What a case would be without something that was done in it, and whether that can still be so.

The latest work of a branch can be undone while all that followed from it stayed inside the case:
no notice was delivered, no other case begun, nobody has gone on from there.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import attrs

from propflow.engine.amends import Redo, Redone, Undo, Undone
from propflow.engine.case import Case
from propflow.engine.charge import check_eyes
from propflow.engine.chart import Chart
from propflow.engine.events import (
    Assigned,
    Began,
    Called,
    Decided,
    Done,
    Ended,
    Event,
    Halted,
    Late,
    Received,
    Returned,
    Skipped,
    Told,
)
from propflow.engine.journal import Entry, standing
from propflow.engine.state import State
from propflow.errors import RefusedError

#: What somebody did.
_WORK = (Done, Skipped, Redone)
#: What follows from that by itself, in the same moment.
_FOLLOWS = (Decided, Told, Halted, Called, Ended)
#: What happens to one step, which has to be open for it.
_OF_A_STEP = (*_WORK, *_FOLLOWS[:-1], Assigned, Late, Received, Returned)


@attrs.frozen(kw_only=True)
class Wish:
    """
    Who wants something undone or done again, and why.

    Attributes:
        by: Id of the person.
        roles: The roles that the person has at this moment.
        reason: Why.
    """

    by: str
    roles: frozenset[str]
    reason: str


def undoing(
    chart: Chart,
    lines: Sequence[Entry],
    step: str,
    wish: Wish,
    *,
    base: Case,
    now: datetime,
    waiting: Collection[str],
) -> Undo:
    """
    The command that undoes what was done last at a step.

    Args:
        chart: The version that the case keeps to.
        lines: The journal of the case.
        step: Id of the step; the latest work of the case where it is ``""``.
        wish: Who wants it, and why.
        base: The case as it was after it last went over to another version, or a bare one.
        now: The moment.
        waiting: Ids of the notices that have not been delivered.

    Raises:
        RefusedError: It was not done, or what followed has left the case.
    """
    alive = [line for line in standing(lines) if line.seq >= base.seq]
    index = _latest(alive, lines[-1].case, step)
    line = alive[index]
    event = line.event
    case, name = line.case, _step(event)
    gone = [line.seq]
    notices = []
    for after in alive[index + 1 :]:
        follows = after.event
        if not isinstance(follows, _FOLLOWS):
            break
        gone.append(after.seq)
        if isinstance(follows, Told):
            notices.append(f"{case}:{after.seq}")
        _check_inside(case, name, follows, f"{case}:{after.seq}" in waiting)
    filled = frozenset(event.facts) if isinstance(event, Done | Redone) else frozenset()
    without = base
    for each in alive:
        what = each.event
        if each.seq in gone:
            continue
        if each.seq > line.seq:
            _check_apart(case, name, without, what, filled)
        state = State(chart, without)
        state.apply(what, each.moment)
        without = state.frozen()
    since = {
        open_: at + (now - line.moment) if open_ == name else at
        for open_, at in without.since.items()
    }
    undone = Undone(
        step=name,
        seq=line.seq,
        undoes=tuple(gone),
        by=wish.by,
        reason=wish.reason,
        marking=without.marking,
        since=since,
        late=tuple(sorted(without.late)),
        doers=without.doers,
        behalf=without.behalf,
        children=without.children,
        assigned=without.assigned,
        facts=without.facts,
    )
    return Undo(
        seq=len(lines),
        did=_doer(event),
        roles=wish.roles,
        undone=undone,
        notices=tuple(notices),
    )


def redoing(chart: Chart, case: Case, lines: Sequence[Entry], step: str, wish: Wish) -> Redo:
    """
    The command that lets count again what was undone last at a step.

    Raises:
        RefusedError: It was not undone, was skipped and not done, something has happened at
            the step since, or it would be done by whom it may not be done.
    """
    undone = next(
        (
            line
            for line in reversed(lines)
            if isinstance(line.event, Undone) and step in ("", line.event.step)
        ),
        None,
    )
    if undone is None or not isinstance(undone.event, Undone):
        raise RefusedError(
            "not-undone", f"nothing of {step or lines[-1].case!r} was undone.", lines[-1].case, step
        )
    name = undone.event.step
    since = [line.event for line in lines[undone.seq + 1 :]]
    again = any(isinstance(event, Redone) and event.seq == undone.seq for event in since)
    if again or name not in case.since:
        raise RefusedError(
            "not-undone", f"step {name!r} of {case.id} is not open as it was.", case.id, name
        )
    was = lines[undone.event.seq].event
    if isinstance(was, Skipped) or not isinstance(was, Done | Redone):
        raise RefusedError(
            "not-undone",
            f"step {name!r} of {case.id} was passed over; pass over it again.",
            case.id,
            name,
        )
    did = _doer(was)
    stop = chart.stop(name)
    if stop is not None:
        check_eyes(case, stop, did, was.behalf)
    redone = Redone(
        step=name,
        seq=undone.seq,
        by=wish.by,
        reason=wish.reason,
        did=did,
        behalf=was.behalf,
        answer=was.answer,
        facts=was.facts,
    )
    return Redo(seq=len(lines), roles=wish.roles, redone=redone)


def _latest(alive: Sequence[Entry], case: str, step: str) -> int:
    for index in range(len(alive) - 1, -1, -1):
        event = alive[index].event
        if isinstance(event, _WORK) and step in ("", event.step):
            return index
    what = f"step {step!r} of {case}" if step else f"anything of {case}"
    raise RefusedError("not-done", f"nobody has done {what}.", case, step or None)


def _check_inside(case: str, step: str, event: Event, waits: bool) -> None:  # noqa: FBT001 one question
    """
    Refuse where something that followed has left the case.
    """
    if isinstance(event, Told) and not waits:
        why = f"{' and '.join(event.to)} have been told ({event.step!r})."
    elif isinstance(event, Called) and event.calls:
        why = f"{event.procedure} has been begun ({event.step!r})."
    elif isinstance(event, Halted) and event.ended:
        why = f"{', '.join(event.ended)} is over with it."
    elif isinstance(event, Ended):
        why = "the case is over."
    else:
        return
    raise _refused(case, step, why)


def _check_apart(case: str, step: str, without: Case, event: Event, filled: frozenset[str]) -> None:
    """
    Refuse where something has been built on it since.
    """
    name = _step(event)
    if isinstance(event, _OF_A_STEP) and name not in without.since:
        raise _refused(case, step, f"{name!r} came of it; undo that first.")
    used: frozenset[str] = frozenset()
    if isinstance(event, Decided):
        used = filled.intersection(event.facts)
    elif isinstance(event, Called):
        used = filled.intersection(*(frozenset(call) for call in event.calls[:1]))
    if used and not isinstance(event, Began):
        raise _refused(case, step, f"{name!r} went by what was filled in.")


def _refused(case: str, step: str, why: str) -> RefusedError:
    return RefusedError(
        "not-inside", f"step {step!r} of {case} cannot be undone: {why}", case, step
    )


def _step(event: Event) -> str:
    return getattr(event, "step", "")


def _doer(event: Event) -> str:
    return event.did if isinstance(event, Redone) else getattr(event, "by", "")
