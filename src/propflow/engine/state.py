"""
A case while it is being worked on, and what each event makes of it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from propflow.engine.amends import Moved, Redacted, Redone, Undone
from propflow.engine.case import Aside, Case, Origin
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
    Interrupted,
    Late,
    Received,
    Resumed,
    Returned,
    Skipped,
    Suspended,
    Told,
    Withdrawn,
)
from propflow.procedures import DONE

#: Stands for the step of a case that waits until what came between is over. No step of a file
#: can have this name.
BETWEEN = "(between)"


class State:
    """
    A case while it is being worked on; copied once on the way in and once on the way out.
    """

    def __init__(self, chart: Chart, case: Case) -> None:
        self.chart = chart
        self.case = case
        self.seq = case.seq
        self.marking = case.marking
        self.facts = dict(case.facts)
        self.since = dict(case.since)
        self.late = set(case.late)
        self.doers = dict(case.doers)
        self.behalf = case.behalf
        self.children = dict(case.children)
        self.assigned = dict(case.assigned)
        self.suspended = case.suspended
        self.end = case.end
        self.changes: dict[str, Any] = {}

    def frozen(self) -> Case:
        """
        The case as it stands now.
        """
        case, changes = self.case, self.changes
        settled = {name: changes[name] for name in Origin._fields if name in changes}
        ended = changes.get("ended", case.ended)
        return Case.of(
            case.origin._replace(**settled) if settled else case.origin,
            self.seq,
            self.chart.standing(self.marking, tuple(self.since)),
            tuple(self.since.values()),
            self.facts,
            self.doers,
            Aside(frozenset(self.late), self.children, self.assigned, self.suspended, self.behalf),
            None if ended is None and self.end is None else (ended, self.end),
        )

    def apply(self, event: Event, at: datetime) -> None:
        """
        Take in one more event.
        """
        self.seq += 1
        match event:
            case Done() | Redone():
                self.facts.update(event.facts)
                self.doers[event.step] = event.by if isinstance(event, Done) else event.did
                if event.behalf or event.step in self.behalf:
                    self.behalf = {**self.behalf, event.step: event.behalf}
                self.leave(event.step, event.answer, at)
            case Decided():
                self.leave(event.step, event.outcome, at)
            case Told() | Halted():
                self.leave(event.step, "", at)
            case Called():
                if event.calls:
                    self.children[event.step] = len(event.calls)
                else:
                    self.leave(event.step, "", at)
            case Returned():
                self.facts.update(event.facts)
                self.returned(event, at)
            case Received():
                self.facts.update(event.facts)
                self.leave(event.step, event.message, at)
            case Late():
                if event.outcome:
                    self.leave(event.step, event.outcome, at)
                else:
                    self.late.add(event.step)
            case Began():
                self.begin(event, at)
            case Ended():
                self.end = event.end
                self.changes["ended"] = at
            case other:
                self.managed(other, at)

    def managed(
        self,
        event: Skipped
        | Assigned
        | Suspended
        | Resumed
        | Interrupted
        | Withdrawn
        | Moved
        | Undone
        | Redacted,
        at: datetime,
    ) -> None:
        """
        Take in what somebody in charge has said, or what has come between.
        """
        match event:
            case Skipped():
                moves = self.chart.program.stops[self.chart.program.number[event.step]].moves
                self.leave(event.step, DONE if DONE in moves else "", at)
            case Assigned():
                self.assigned[event.step] = event.to
            case Suspended():
                self.suspended = at
            case Interrupted():
                self.suspended = at
                self.children[BETWEEN] = 1
            case Resumed():
                self.resume(at)
            case Withdrawn():
                self.give_up(event, at)
            case Moved():
                self.move(event)
            case Undone():
                self.undo(event)
            case Redacted():
                for name in event.names:
                    self.facts.pop(name, None)

    def returned(self, event: Returned, at: datetime) -> None:
        """
        A called case has ended; with the last of a step, the step is over.
        """
        self.children[event.step] -= 1 + event.leaves
        if self.children[event.step]:
            return
        del self.children[event.step]
        if event.step == BETWEEN:
            self.resume(at)
        else:
            self.leave(event.step, event.end, at)

    def resume(self, at: datetime) -> None:
        """
        Go on, and give each open step as much time as it had left.
        """
        if self.suspended is not None:
            for step, since in self.since.items():
                self.since[step] = self.chart.resumed(step, since, self.suspended, at)
        self.suspended = None

    def begin(self, event: Began, at: datetime) -> None:
        """
        Open the case.
        """
        program = self.chart.program
        self.facts.update(event.facts)
        self.changes |= {
            "procedure": event.procedure,
            "version": event.version,
            "ref": event.ref,
            "parent": event.parent,
            "began": at,
        }
        self.marking = program.begin()
        for stop in program.open(self.marking):
            self.since[stop.id] = event.since or at

    def leave(self, step: str, outcome: str, at: datetime) -> None:
        """
        Leave a step by an outcome; what it leads to is open from now.
        """
        program = self.chart.program
        stop = program.stops[program.number[step]]
        self.marking = program.fire(self.marking, stop, outcome)
        self.close(step)
        opened = [ready.id for ready in program.open(self.marking)]
        for ended in [name for name in self.since if name not in opened] if stop.clears else ():
            self.close(ended)
        for name in opened:
            self.since.setdefault(name, at)

    def move(self, event: Moved) -> None:
        """
        Stand where the other version has it; what is kept of a step goes along under its new name.
        """
        name = event.steps
        self.changes["version"] = event.version
        self.marking = event.marking
        self.since = dict(event.since)
        self.late = {name.get(step, step) for step in self.late}
        self.doers = {name.get(step, step): by for step, by in self.doers.items()}
        self.behalf = {name.get(step, step): whom for step, whom in self.behalf.items()}
        self.children = {name.get(step, step): left for step, left in self.children.items()}
        self.assigned = {name.get(step, step): to for step, to in self.assigned.items()}

    def undo(self, event: Undone) -> None:
        """
        Stand where it would stand without what was done.
        """
        self.marking = event.marking
        self.since = dict(event.since)
        self.late = set(event.late)
        self.doers = dict(event.doers)
        self.behalf = dict(event.behalf)
        self.children = dict(event.children)
        self.assigned = dict(event.assigned)
        self.facts = dict(event.facts)

    def give_up(self, event: Withdrawn, at: datetime) -> None:
        """
        Close the case where it stands. What it called goes on by itself.
        """
        for step in tuple(self.since):
            self.close(step)
        self.children.clear()
        self.suspended = None
        self.marking = 0
        self.end = event.end
        self.changes["ended"] = at

    def close(self, step: str) -> None:
        """
        Forget all that is kept of a step only while it is open.
        """
        del self.since[step]
        self.late.discard(step)
        self.children.pop(step, None)
        self.assigned.pop(step, None)
