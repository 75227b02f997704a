"""
Amends cases: carries several over to other versions, all of them or none; undoes and does again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from propflow.engine.amends import Move, Moved, Redact, Redacted, Redo, Undo
from propflow.engine.case import Case
from propflow.engine.commits import TRIES, Commits
from propflow.engine.effects import NOTICE
from propflow.engine.machine import decide
from propflow.engine.refusals import Refusals
from propflow.engine.store import Change
from propflow.engine.undoing import Wish, redoing, undoing
from propflow.engine.worklist import timers_of, waits_of
from propflow.errors import ConflictError, RefusedError


def move_all(commits: Commits, moves: Sequence[tuple[str, Move]]) -> tuple[Case, ...]:
    """
    Carry cases over in one transaction.

    Args:
        commits: The part of the engine that writes.
        moves: For each case where it goes.

    Raises:
        UnknownNameError: There is no such case.
        RefusedError: A case has gone on since its move was worked out, or is over.
        ConflictError: A case went on at this very moment. Nothing was changed.
        StoreError: The store cannot write. Nothing was changed.
    """
    now = commits.now()
    changes = []
    for name, move in moves:
        # Not what is at hand: another process may have gone on with it.
        before = commits.fresh(name)
        chart = commits.definitions.version(before.procedure, move.moved.version)
        commits.definitions.keep(chart)
        after, events = decide(chart, before, move, now)
        changes.append(
            Change(
                before=before.seq,
                after=after,
                events=events,
                at=now,
                timers=tuple(timers_of(chart, after)),
                waits=waits_of(chart, after),
            )
        )
    commits.store.commit_all(changes)
    for change in changes:
        commits.written(change)
    return tuple(change.after for change in changes)


def undo(commits: Commits, refusals: Refusals, name: str, step: str, wish: Wish) -> Case:
    """
    Let what was done last at a step not count; see `propflow.engine.Engine.undo`.
    """

    def work_out(case: Case) -> Undo:
        lines = commits.store.history(case.id)[: case.seq]
        moved = [line.seq for line in lines if isinstance(line.event, Moved)]
        base = Case(id=case.id)
        if moved:
            base = commits.definitions.replayed(lines[: moved[-1] + 1])
        # What was tried once may have been heard.
        waiting = [e.id for e in commits.store.outbox((NOTICE,)) if not e.attempts]
        return undoing(
            commits.definitions.of(case),
            lines,
            step,
            wish,
            base=base,
            now=commits.now(),
            waiting=waiting,
        )

    return _amend(commits, refusals, name, "undo", wish, work_out)


def redo(commits: Commits, refusals: Refusals, name: str, step: str, wish: Wish) -> Case:
    """
    Let what was undone last at a step count after all; see `propflow.engine.Engine.redo`.
    """

    def work_out(case: Case) -> Redo:
        lines = commits.store.history(case.id)[: case.seq]
        return redoing(commits.definitions.of(case), case, lines, step, wish)

    return _amend(commits, refusals, name, "redo", wish, work_out)


def redact(
    commits: Commits, refusals: Refusals, name: str, facts: Sequence[str], wish: Wish
) -> Case:
    """
    Destroy the personal values of a case; see `propflow.engine.Engine.redact`.
    """

    def work_out(case: Case) -> Redact:
        kept = [one for one in commits.store.personal(case.id) if not facts or one.name in facts]
        names = dict.fromkeys(one.name for one in kept)
        event = Redacted(
            names=tuple(names),
            destroys=tuple(one.commitment for one in kept),
            by=wish.by,
            reason=wish.reason,
        )
        return Redact(seq=case.seq, roles=wish.roles, redacted=event)

    return _amend(commits, refusals, name, "redact", wish, work_out)


def _amend(
    commits: Commits,
    refusals: Refusals,
    name: str,
    does: str,
    wish: Wish,
    work_out: Callable[[Case], Undo | Redo | Redact],
) -> Case:
    case = commits.known(name)
    try:
        for left in reversed(range(TRIES)):
            found = commits.fresh(case)
            try:
                return commits.carry_out(case, work_out(found))
            except RefusedError as refused:
                # Somebody has gone on with it between reading and writing: look again.
                if refused.code != "moved-on" or not left:
                    raise
            except ConflictError:
                if not left:
                    raise
    except RefusedError as refused:
        refusals.note(refused, by=wish.by, does=does, at=commits.now(), case=case)
        raise
    raise AssertionError("unreachable")
