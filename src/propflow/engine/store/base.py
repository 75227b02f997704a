"""
What the engine asks of a store. Every store is held to the same contract tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import NamedTuple, Protocol

import attrs

from propflow.engine.case import Case
from propflow.engine.effects import Effect
from propflow.engine.events import Event
from propflow.engine.journal import Entry, Verification
from propflow.engine.personal import Personal
from propflow.engine.store.beside import Beside


@attrs.frozen(kw_only=True, order=True)
class Timer:
    """
    The time of an open step.

    Attributes:
        due: When it has passed.
        case: Id of the case.
        step: Id of the step.
    """

    due: datetime
    case: str
    step: str


@attrs.frozen(kw_only=True)
class Occasion:
    """
    A duty that fell due, and the case that it opened.

    Attributes:
        duty: Id of the duty.
        slot: Which occurrence of it; a duty has each slot once.
        due: When it was due.
        until: When it counts as missed.
        case: Id of the case.
    """

    duty: str
    slot: str
    due: datetime
    until: datetime
    case: str


#: What a change says, or a function that says it: most of it is looked at later or never.
Happened = tuple[Event, ...] | Callable[[], tuple[Event, ...]]
Timing = tuple[Timer, ...] | Callable[[Case], tuple[Timer, ...]]


class Parts(NamedTuple):
    """
    A `Change` as it is kept.
    """

    before: int
    after: Case
    events: Happened
    at: datetime
    effects: tuple[Effect, ...] = ()
    timers: Timing = ()
    waits: tuple[str, ...] = ()
    number: int = 0
    key: str = ""
    carried: str = ""
    occasion: Occasion | None = None
    withdraws: tuple[str, ...] = ()
    personal: tuple[Personal, ...] = ()
    destroys: tuple[str, ...] = ()


# Every step makes one: a named tuple, and not attributes one by one, for its tenth of the time.
class Change(Parts):
    """
    Everything that one command changes; it happens whole or not at all.

    Attributes:
        before: Number of events that the case is expected to have; 0 for a new case.
        after: The case afterwards.
        events: What happened, in order; the store seals it.
        at: When it happened.
        effects: What is to be done because of them.
        timers: The step and moment of every deadline that the case has now.
        waits: The messages that the case waits for now.
        number: For a new case, its number among those of its procedure.
        key: The caller's key, or ``""``; a key is taken once.
        carried: Id of the effect that this change carries out, or ``""``.
        occasion: The duty that opened the case.
        personal: Personal values that stand in the events, where these have something else.
        destroys: What stands for personal values that are destroyed.
        withdraws: Ids of effects that are not to be carried out after all; each is still waiting.
    """

    __slots__ = ()

    @property
    def events(self) -> tuple[Event, ...]:
        """
        What happened, in order.
        """
        return happened(self[2])

    @property
    def timers(self) -> tuple[Timer, ...]:
        """
        The step and moment of every deadline that the case has now.
        """
        return pending(self[5], self[1])


def happened(events: Happened) -> tuple[Event, ...]:
    """
    The events themselves.
    """
    return events() if callable(events) else events


def pending(timers: Timing, case: Case) -> tuple[Timer, ...]:
    """
    The deadlines themselves.
    """
    return timers(case) if callable(timers) else timers


#: The methods of a store that write. Whoever puts faults between an engine and its store looks
#: here for where they can fall.
WRITES = ("commit", "commit_all", "define", "carried", "failed", "revive", "remember", "note")


class Store(Beside, Protocol):
    """
    Keeps the journal, the cases, and what is still to be done.

    Methods that write raise `ConflictError` when somebody else was first, and `StoreError` when
    the store cannot write; then nothing at all has changed.
    """

    name: str

    def commit(self, change: Change) -> None:
        """
        Make a change, all of it or nothing.
        """
        ...

    def commit_all(self, changes: Sequence[Change]) -> None:
        """
        Make changes of several cases that are there, no two of one: all of them or nothing.
        """
        ...

    def together(self) -> AbstractContextManager[None]:
        """
        Whatever this thread writes inside is written at the end, all of it or nothing.

        A commit that is refused inside leaves the others be.
        """
        ...

    def load(self, case: str) -> Case | None:
        """
        The case of that id.
        """
        ...

    def glance(self, case: str) -> Case | None:
        """
        The case as it was last seen here, which need not be the latest: whoever goes by it finds
        out when committing.
        """
        ...

    def find(self, ref: str) -> str | None:
        """
        Id of the case that its opener calls *ref*.
        """
        ...

    def taken(self, key: str) -> str | None:
        """
        Id of the case whose command took *key*.
        """
        ...

    def last_number(self, procedure: str) -> int:
        """
        Number of the newest case of a procedure, or 0.
        """
        ...

    def cases(self, *, state: str = "all") -> Iterator[Case]:
        """
        Cases in the order in which they were opened; *state* is ``all`` or ``open``.
        """
        ...

    def history(self, case: str, *, start: int = 0) -> Sequence[Entry]:
        """
        The journal's lines of one case, in order, from number *start*.
        """
        ...

    def journal(self) -> Iterator[Entry]:
        """
        All lines of the journal, in the order in which they were written.
        """
        ...

    def timers(self, until: datetime) -> Sequence[Timer]:
        """
        Deadlines that have passed at *until*, the earliest first.
        """
        ...

    def waiting(self, message: str) -> Sequence[str]:
        """
        Ids of the cases that wait for a message, in the order in which they were opened.
        """
        ...

    def outbox(self, kinds: Sequence[str]) -> Sequence[Effect]:
        """
        Effects of these kinds that are still to be carried out, the oldest first.
        """
        ...

    def carried(self, effect: str) -> None:
        """
        An effect has been carried out.
        """
        ...

    def failed(
        self, effect: str, error: str, *, dead: str = "no", later: datetime | None = None
    ) -> None:
        """
        An effect was tried in vain.

        Args:
            effect: Its id.
            error: What went wrong, for a person.
            dead: When this is ``yes``, it is not tried again.
            later: The moment of the next attempt, which outlives the process.
        """
        ...

    def dead(self) -> Sequence[tuple[Effect, str]]:
        """
        Effects that are not tried again, with the last error of each.
        """
        ...

    def revive(self, effect: str) -> None:
        """
        Try an effect again that was given up, as if it had never been tried.
        """
        ...

    def occasions(self, *, duty: str = "", state: str = "all") -> Sequence[Occasion]:
        """
        Duties that fell due, in the order of time.

        Args:
            duty: Only those of this duty.
            state: ``all``, or ``open`` for those whose case has not ended.
        """
        ...

    def recall(self, name: str) -> str | None:
        """
        A small fact that the engine keeps for itself.
        """
        ...

    def remember(self, name: str, value: str) -> None:
        """
        Keep a small fact.
        """
        ...

    def verify(self) -> Verification:
        """
        Check every seal of the journal.
        """
        ...

    def close(self) -> None:
        """
        Let go of the store.
        """
        ...
