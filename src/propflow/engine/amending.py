"""
Carries several cases over to other versions of their procedures: all of them or none.
"""

from __future__ import annotations

from collections.abc import Sequence

from propflow.engine.amends import Move
from propflow.engine.case import Case
from propflow.engine.commits import Commits
from propflow.engine.machine import decide
from propflow.engine.store import Change
from propflow.engine.worklist import timers_of, waits_of


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
