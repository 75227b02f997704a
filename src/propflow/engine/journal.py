"""
The chain: each event of a case is sealed with the hash of all that came before it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import attrs

from propflow.engine.amends import Redone, Undone
from propflow.engine.events import (
    Called,
    Decided,
    Done,
    Event,
    Halted,
    Late,
    Received,
    Returned,
    Skipped,
    Told,
)
from propflow.engine.records import dump_event, load_event
from propflow.procedures import DONE

#: The seal before the first event of every case.
NO_SEAL = ""
#: No personal value is kept: so it is of nearly every line, and they share it.
NOTHING_PERSONAL: Mapping[str, str] = {}


@attrs.frozen
class Entry:
    """
    One line of the journal.

    Attributes:
        case: Id of the case.
        seq: Number of the event in its case, from 0.
        at: When it happened, ISO 8601 with the offset from UTC.
        data: The event as canonical text.
        seal: SHA-256 of the seal before it and of this line, 64 hexadecimal digits.
        personal: The personal values of the case that are kept, by what stands for them in *data*.
    """

    case: str
    seq: int
    at: str
    data: str
    seal: str
    personal: Mapping[str, str] = attrs.field(default=NOTHING_PERSONAL, eq=False, repr=False)

    @property
    def event(self) -> Event:
        """
        What happened.
        """
        return load_event(self.data, self.personal)

    @property
    def moment(self) -> datetime:
        """
        When it happened.
        """
        return datetime.fromisoformat(self.at)


def seal(before: str, case: str, seq: int, at: str, data: str) -> str:
    """
    The seal of a line that follows the seal *before*.
    """
    return hashlib.sha256(f"{before}\n{case}\n{seq}\n{at}\n{data}".encode()).hexdigest()


def entries(
    case: str, seq: int, head: str, events: Iterable[Event], at: datetime
) -> tuple[Entry, ...]:
    """
    The journal's lines for events that follow one another at one moment.

    Args:
        case: Id of the case.
        seq: Number of the first of them.
        head: The seal of the line before.
        events: What happened, in order.
        at: When.
    """
    lines = []
    moment = at.isoformat()
    for number, event in enumerate(events, seq):
        data = dump_event(event)
        head = seal(head, case, number, moment, data)
        lines.append(Entry(case, number, moment, data, head))
    return tuple(lines)


def standing(lines: Sequence[Entry]) -> list[Entry]:
    """
    The lines of a case that count: without what was undone, and without the undoing.
    """
    undone: set[int] = set()
    for line in lines:
        event = line.event
        if isinstance(event, Undone):
            undone.update((line.seq, *event.undoes))
    return [line for line in lines if line.seq not in undone]


def passed(
    events: Iterable[Event], called: Mapping[str, int] | None = None
) -> Iterator[tuple[str, str]]:
    """
    The steps that were left, in order, each with the outcome by which.

    Args:
        events: What happened.
        called: For each calling step, how many called cases were open before that.
    """
    calls = dict(called or {})
    for event in events:
        match event:
            case Done() | Redone():
                yield event.step, event.answer
            case Decided():
                yield event.step, event.outcome
            case Told() | Halted():
                yield event.step, ""
            case Received():
                yield event.step, event.message
            case Late() if event.outcome:
                yield event.step, event.outcome
            case Called():
                calls[event.step] = len(event.calls)
                if not event.calls:
                    yield event.step, ""
            case Skipped():
                yield event.step, DONE
            case Returned() if event.step in calls:
                calls[event.step] -= 1 + event.leaves
                if not calls[event.step]:
                    yield event.step, event.end


@attrs.frozen(kw_only=True)
class Verification:
    """
    What a check of the whole journal found.

    Attributes:
        cases: How many cases were read.
        events: How many events were read.
        broken: What is wrong, first find first; nothing where the journal is whole.
    """

    cases: int
    events: int
    broken: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """
        Whether every seal is right and nothing is missing.
        """
        return not self.broken


def verify(
    journal: Iterable[Entry],
    heads: Iterable[tuple[str, int, str]],
    *,
    gaps: Iterable[str] = (),
    since: Mapping[str, tuple[int, str]] | None = None,
) -> Verification:
    """
    Take every seal again and compare.

    Args:
        journal: All lines, those of one case in order.
        heads: For each case its id, its number of events and its last seal, kept apart.
        gaps: What the store itself finds missing.
        since: For each case of which the first events were verified before, how many and the seal
            of the last of them; *journal* has the lines after that.
    """
    last = dict(since or {})
    broken = list(gaps)
    events = 0
    for line in journal:
        events += 1
        seq, before = last.get(line.case, (0, NO_SEAL))
        if line.seq != seq:
            broken.append(f"{line.case}: event {seq} is missing; event {line.seq} follows.")
        elif line.seal != seal(before, line.case, line.seq, line.at, line.data):
            broken.append(f"{line.case}: event {seq} is not what was sealed.")
        last[line.case] = line.seq + 1, line.seal
    known = set()
    for case, count, head in heads:
        known.add(case)
        found = last.get(case, (0, NO_SEAL))
        if found != (count, head):
            broken.append(
                f"{case}: the journal has {found[0]} events of it, its case counts {count}."
                if found[0] != count
                else f"{case}: the last seal is not the one that the case keeps."
            )
    broken += [
        f"{case}: the journal has events of it, and there is no such case."
        for case in last
        if case not in known
    ]
    return Verification(cases=len(known), events=events, broken=tuple(broken))


def with_notes(
    found: Verification,
    notes: Iterable[Entry],
    heads: Iterable[tuple[str, int, str]],
    *,
    gaps: Iterable[str] = (),
) -> Verification:
    """
    What was found, and what is wrong with the streams beside the cases.
    """
    beside = verify(notes, heads, gaps=gaps)
    return attrs.evolve(found, broken=(*found.broken, *beside.broken))
