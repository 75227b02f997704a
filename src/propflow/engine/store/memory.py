"""
A store in memory: for tests, simulations, and hosts that keep cases elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from threading import RLock

import attrs

from propflow.engine.case import Case
from propflow.engine.effects import Effect
from propflow.engine.journal import NO_SEAL, Entry, Verification, entries, seal, verify, with_notes
from propflow.engine.personal import Commitments, Personal
from propflow.engine.store.base import (
    Change,
    Happened,
    Occasion,
    Parts,
    Timer,
    Timing,
    happened,
    pending,
)
from propflow.engine.store.deadlines import Deadlines
from propflow.errors import ConflictError

#: What a change has that takes and destroys nothing which only one can have.
_NO_CLAIMS = [Parts._field_defaults[name] for name in Parts._fields[7:]]


class MemoryStore:
    """
    Everything in dictionaries; gone when the process ends.
    """

    def __init__(self) -> None:
        self.name = "memory:"
        self._lock = RLock()
        self._cases: dict[str, Case] = {}
        # What happened waits to be sealed until somebody reads it: sealing takes longer than
        # all the rest, and in memory there is nothing that the seals would have to survive.
        self._unsealed: list[tuple[str, int, Happened, datetime]] = []
        self._lines: list[Entry] = []
        self._of: dict[str, list[Entry]] = {}
        self._refs: dict[str, str] = {}
        self._keys: dict[str, str] = {}
        self._numbers: dict[str, int] = {}
        # Likewise the deadlines, until somebody asks what is late.
        self._stirred: dict[str, Timing] = {}
        self._deadlines = Deadlines()
        self._waits: dict[str, dict[str, None]] = {}
        self._waiting: dict[str, tuple[str, ...]] = {}
        # The cases opened since somebody asked in which order they were.
        self._opened: list[str] = []
        self._order: dict[str, int] = {}
        self._outbox: dict[str, Effect] = {}
        self._dead: dict[str, tuple[Effect, str]] = {}
        self._occasions: dict[tuple[str, str], Occasion] = {}
        self._facts: dict[str, str] = {}
        self._personal: dict[str, dict[str, Personal]] = {}
        self._notes: dict[str, list[Entry]] = {}
        self._definitions: dict[tuple[str, str], str] = {}

    def commit(self, change: Change) -> None:
        """
        Make a change, all of it or nothing.
        """
        before, case, events, at, effects, timers, waits, *claims = change
        if not before or claims != _NO_CLAIMS:
            self.commit_all((change,))
            return
        name = case[0][0]
        with self._lock:
            stored = self._cases.get(name)
            if stored is None or stored[1] != before:
                raise ConflictError(self.name, f"somebody else changed {name} first.")
            self._cases[name] = case
            self._unsealed.append((name, before, events, at))
            self._stirred[name] = timers
            if waits or name in self._waiting:
                self._wait(name, waits)
            for effect in effects:
                self._outbox[effect.id] = effect

    def commit_all(self, changes: Sequence[Change]) -> None:
        """
        Make changes of several cases that are there, no two of one: all of them or nothing.
        """
        with self._lock:
            for change in changes:
                self._refuse(change)
            for change in changes:
                self._make(change)

    def _make(self, change: Change) -> None:
        _, case, events, at, effects, timers, waits, *_ = change
        name = case.id
        self._claim(change)
        self._cases[name] = case
        self._unsealed.append((name, change.before, events, at))
        self._stirred[name] = timers
        if waits or name in self._waiting:
            self._wait(name, waits)
        for effect in effects:
            self._outbox[effect.id] = effect

    def _claim(self, change: Change) -> None:
        """
        Take what only one change can have.
        """
        case, occasion = change.after, change.occasion
        if not change.before:
            self._opened.append(case.id)
            if case.ref:
                self._refs[case.ref] = case.id
        if change.number:
            self._numbers[case.procedure] = change.number
        if change.key:
            self._keys[change.key] = case.id
        if occasion is not None:
            self._occasions[occasion.duty, occasion.slot] = occasion
        for effect in (change.carried, *change.withdraws):
            self._outbox.pop(effect, None)
        if change.personal:
            own = self._personal.setdefault(case.id, {})
            own.update((one.commitment, one) for one in change.personal)
        for commitment in change.destroys:
            self._personal[case.id].pop(commitment, None)

    def _wait(self, case: str, messages: tuple[str, ...]) -> None:
        for message in self._waiting.pop(case, ()):
            if message not in messages:
                del self._waits[message][case]
        for message in messages:
            self._waits.setdefault(message, {})[case] = None
        if messages:
            self._waiting[case] = messages

    def _refuse(self, change: Change) -> None:
        case = change.after
        stored = self._cases.get(case.id)
        if (stored.seq if stored is not None else 0) != change.before:
            raise ConflictError(self.name, f"somebody else changed {case.id} first.")
        if change.number and self._numbers.get(case.procedure, 0) != change.number - 1:
            raise ConflictError(self.name, f"somebody else opened {case.id} first.")
        if stored is None and case.ref and case.ref in self._refs:
            raise ConflictError(self.name, f"there is a case called {case.ref!r} already.")
        if change.key and change.key in self._keys:
            raise ConflictError(self.name, f"the key {change.key!r} is taken.")
        for effect in (change.carried, *change.withdraws):
            if effect and effect not in self._outbox:
                raise ConflictError(self.name, f"{effect} was carried out already.")
        occasion = change.occasion
        if occasion is not None and (occasion.duty, occasion.slot) in self._occasions:
            raise ConflictError(self.name, f"{occasion.duty} {occasion.slot} was opened already.")

    def _sealed(self) -> list[Entry]:
        """
        The journal with everything in it sealed.
        """
        for case, before, events, at in self._unsealed:
            own = self._of.setdefault(case, [])
            head = own[-1].seal if own else NO_SEAL
            lines = entries(case, before, head, happened(events), at)
            own.extend(lines)
            self._lines.extend(lines)
        self._unsealed.clear()
        return self._lines

    @contextmanager
    def together(self) -> Iterator[None]:
        """
        Nothing is written, and so everything is together.
        """
        with self._lock:
            yield

    def load(self, case: str) -> Case | None:
        """
        The case of that id.
        """
        return self._cases.get(case)

    #: The case as it was last seen here: in memory that is the latest.
    glance = load

    def find(self, ref: str) -> str | None:
        """
        Id of the case that its opener calls *ref*.
        """
        return self._refs.get(ref)

    def taken(self, key: str) -> str | None:
        """
        Id of the case whose command took *key*.
        """
        return self._keys.get(key)

    def last_number(self, procedure: str) -> int:
        """
        Number of the newest case of a procedure, or 0.
        """
        return self._numbers.get(procedure, 0)

    def cases(self, *, state: str = "all") -> Iterator[Case]:
        """
        Cases in the order in which they were opened; *state* is ``all`` or ``open``.
        """
        for case in list(self._cases.values()):
            if state == "all" or case.open:
                yield case

    def history(self, case: str, *, start: int = 0) -> Sequence[Entry]:
        """
        The journal's lines of one case, in order, from number *start*.
        """
        with self._lock:
            self._sealed()
            return tuple(map(self._shown, self._of.get(case, ())[start:]))

    def journal(self) -> Iterator[Entry]:
        """
        All lines of the journal, in the order in which they were written.
        """
        with self._lock:
            return iter(tuple(map(self._shown, self._sealed())))

    def timers(self, until: datetime) -> Sequence[Timer]:
        """
        Deadlines that have passed at *until*, the earliest first.
        """
        with self._lock:
            for name, timers in self._stirred.items():
                self._deadlines.put(name, pending(timers, self._cases[name]))
            self._stirred.clear()
            return self._deadlines.until(until)

    def waiting(self, message: str) -> Sequence[str]:
        """
        Ids of the cases that wait for a message, in the order in which they were opened.
        """
        with self._lock:
            for number, case in enumerate(self._opened, len(self._order)):
                self._order[case] = number
            self._opened.clear()
            return sorted(self._waits.get(message, ()), key=self._order.__getitem__)

    def outbox(self, kinds: Sequence[str]) -> Sequence[Effect]:
        """
        Effects of these kinds that are still to be carried out, the oldest first.
        """
        with self._lock:
            return [effect for effect in self._outbox.values() if effect.kind in kinds]

    def carried(self, effect: str) -> None:
        """
        An effect has been carried out.
        """
        with self._lock:
            self._outbox.pop(effect, None)

    def failed(
        self, effect: str, error: str, *, dead: str = "no", later: datetime | None = None
    ) -> None:
        """
        An effect was tried in vain; when *dead* is ``yes``, it is not tried again.
        """
        with self._lock:
            tried = self._outbox[effect]
            tried = attrs.evolve(tried, attempts=tried.attempts + 1, later=later)
            if dead == "yes":
                del self._outbox[effect]
                self._dead[effect] = tried, error
            else:
                self._outbox[effect] = tried

    def dead(self) -> Sequence[tuple[Effect, str]]:
        """
        Effects that are not tried again, with the last error of each.
        """
        return list(self._dead.values())

    def revive(self, effect: str) -> None:
        """
        Try an effect again that was given up, as if it had never been tried.
        """
        with self._lock:
            found, _ = self._dead.pop(effect)
            self._outbox[effect] = attrs.evolve(found, attempts=0, later=None)

    def occasions(self, *, duty: str = "", state: str = "all") -> Sequence[Occasion]:
        """
        Duties that fell due, in the order of time.
        """
        with self._lock:
            found = [
                one
                for one in self._occasions.values()
                if (not duty or one.duty == duty) and (state == "all" or self._cases[one.case].open)
            ]
        return sorted(found, key=lambda o: (o.due, o.duty))

    def recall(self, name: str) -> str | None:
        """
        A small fact that the engine keeps for itself.
        """
        return self._facts.get(name)

    def remember(self, name: str, value: str) -> None:
        """
        Keep a small fact.
        """
        self._facts[name] = value

    def note(self, stream: str, data: str, at: datetime) -> Entry:
        """
        Write one more line into a stream, sealed to the line before it.
        """
        with self._lock:
            own = self._notes.setdefault(stream, [])
            seq, head, moment = len(own), own[-1].seal if own else NO_SEAL, at.isoformat()
            own.append(Entry(stream, seq, moment, data, seal(head, stream, seq, moment, data)))
            return own[-1]

    def notes(self, stream: str) -> Sequence[Entry]:
        """
        The lines of a stream, in order.
        """
        with self._lock:
            return tuple(self._notes.get(stream, ()))

    def streams(self) -> Sequence[tuple[str, int]]:
        """
        Every stream with its number of lines, by name.
        """
        with self._lock:
            return sorted((name, len(lines)) for name, lines in self._notes.items())

    def define(self, procedure: str, version: str, text: str) -> None:
        """
        Keep a definition. One that is there already is never changed.
        """
        with self._lock:
            self._definitions.setdefault((procedure, version), text)

    def definition(self, procedure: str, version: str) -> str | None:
        """
        The text of a definition.
        """
        return self._definitions.get((procedure, version))

    def personal(self, case: str = "") -> Sequence[Personal]:
        """
        The personal values that are kept of a case; of every case where *case* is ``""``.
        """
        with self._lock:
            cases = [case] if case else list(self._personal)
            return [one for name in cases for one in self._personal.get(name, {}).values()]

    def _shown(self, line: Entry) -> Entry:
        own = self._personal.get(line.case)
        if not own:
            return line
        return attrs.evolve(line, personal={name: one.value for name, one in own.items()})

    def compact(self) -> None:
        """
        Nothing to do: what was destroyed is gone.
        """

    def verify(self) -> Verification:
        """
        Check every seal of the journal.
        """
        with self._lock:
            lines = self._sealed()
            heads = [(c.id, c.seq, self._of[c.id][-1].seal) for c in self._cases.values()]
            notes = [line for own in self._notes.values() for line in own]
            ends = [(name, len(own), own[-1].seal) for name, own in self._notes.items()]
            seen = Commitments()
            found = with_notes(verify(seen.read(lines), heads), notes, ends)
            broken = seen.broken(self.personal())
            return attrs.evolve(found, broken=(*found.broken, *broken))

    def close(self) -> None:
        """
        Let go of the store.
        """
