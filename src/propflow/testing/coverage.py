"""
Which steps, branches and rows of tables were met, and which were not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from propflow.engine.events import Decided
from propflow.engine.journal import Entry
from propflow.procedures import Call, Decide, Each
from propflow.sites import Site
from propflow.verify import Happening, outcomes
from propflow.verify.watching import Unfolding

#: A procedure, one of its steps, and the outcome by which it was left.
Transition = tuple[str, str, str]
#: A decision table and the number of a row in it, from 1.
FiredRow = tuple[str, int]


@attrs.define
class Coverage:
    """
    What there is to be met, and what has been.

    Attributes:
        transitions: Every outcome of every step of the procedures.
        rows: Every row of the decision tables that they use.
        taken: How often each transition was taken.
        fired: How often each row fired.
    """

    transitions: frozenset[Transition]
    rows: frozenset[FiredRow]
    taken: dict[Transition, int] = attrs.field(factory=dict)
    fired: dict[FiredRow, int] = attrs.field(factory=dict)

    def note(self, procedure: str, line: Entry, unfolding: Unfolding) -> list[Happening]:
        """
        Take in one line of a case's journal; returns the steps that it says were done.
        """
        found = list(unfolding.read(line))
        for one in found:
            transition = procedure, one.step, one.outcome
            self.taken[transition] = self.taken.get(transition, 0) + 1
        event = line.event
        if isinstance(event, Decided) and event.table and event.row:
            row = event.table, event.row
            self.fired[row] = self.fired.get(row, 0) + 1
        return found

    @property
    def untaken(self) -> list[Transition]:
        """
        The transitions that were never taken.
        """
        return sorted(self.transitions - self.taken.keys())

    @property
    def unfired(self) -> list[FiredRow]:
        """
        The rows that never fired.
        """
        return sorted(self.rows - self.fired.keys())

    def report(self) -> str:
        """
        The figures in a line, and a line for each thing that was not met.
        """
        taken = len(self.transitions) - len(self.untaken)
        fired = len(self.rows) - len(self.unfired)
        steps = f"{taken} of {len(self.transitions)} transitions taken"
        lines = [f"{steps}, {fired} of {len(self.rows)} rows fired."]
        lines += [
            f"not taken: {procedure}: {step}{f' ({outcome})' if outcome else ''}"
            for procedure, step, outcome in self.untaken
        ]
        lines += [f"not fired: {table}: row {number}" for table, number in self.unfired]
        return "\n".join(lines)


def to_meet(site: Site, procedures: Iterable[str]) -> Coverage:
    """
    All that there is to be met in some procedures, and nothing met yet.
    """
    names = tuple(procedures)
    tables = {
        step.table
        for name in names
        for step in site.graph(name).steps
        if isinstance(step, Decide) and step.table
    }
    return Coverage(
        transitions=frozenset(found for name in names for found in _transitions(site, name)),
        rows=frozenset(
            (table, number)
            for table in tables
            for number in range(1, len(site.table(table).rows) + 1)
        ),
    )


def _transitions(site: Site, name: str) -> Iterator[Transition]:
    for stop in site.program(name).stops:
        step = stop.step
        if step is None:
            continue
        for outcome in outcomes(stop):
            if outcome or not isinstance(step, Call | Each):
                yield name, stop.id, outcome
            else:
                # The journal says the end to which the other procedure came.
                ends = site.graph(step.procedure).ends
                yield from ((name, stop.id, end) for end in ends)
