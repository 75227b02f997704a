"""
A case loaded, a command decided, and what came of it committed: whole, and once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import RLock, get_ident
from typing import Protocol

from propflow.calendar import Occurrence
from propflow.engine import quick
from propflow.engine.amends import Redact, Undo
from propflow.engine.case import Case
from propflow.engine.chart import Chart
from propflow.engine.clock import Clock
from propflow.engine.definitions import Definitions
from propflow.engine.effects import INNER, Effect, effects_of, facts_of
from propflow.engine.events import (
    Begin,
    Command,
    Complete,
    Facts,
    Interrupt,
    Receive,
    Return,
    Withdraw,
)
from propflow.engine.journal import Entry
from propflow.engine.machine import decide
from propflow.engine.personal import Personal, concealed
from propflow.engine.records import pack
from propflow.engine.store import Change, Occasion, Store
from propflow.engine.turns import given_up, named_now, turns
from propflow.engine.worklist import timers_of, waits_of
from propflow.errors import ConflictError, RefusedError, StoreError, UnknownNameError
from propflow.procedures import Wait
from propflow.sites import Site

#: How often a command is tried again when somebody else changed the case first.
TRIES = 5
#: After so many attempts in vain an effect is left for a person to look at.
ATTEMPTS = 5


class Observer(Protocol):
    """
    Is shown what happened, after it has been written.
    """

    def __call__(self, case: Case, entries: Sequence[Entry]) -> None:
        """
        Look at a case as it stands now and at the journal's new lines.
        """
        ...


class Commits:
    """
    The part of an engine that writes.

    Args:
        site: Whose procedures and books.
        store: Where the journal and the cases are kept.
        clock: What time it is.
        observers: Who is shown what happened.
        salt: Makes fresh salt for personal values.
    """

    def __init__(
        self,
        site: Site,
        store: Store,
        *,
        clock: Clock,
        observers: list[Observer],
        salt: Callable[[str], str],
    ) -> None:
        self.site = site
        self.store = store
        self.clock = clock
        self.observers = observers
        self.salt = salt
        self.definitions = Definitions(site, store)
        # The moment that the clock gave last, and the same in UTC: a clock that stands still
        # gives the same again.
        self._moment: tuple[datetime, datetime] | None = None
        self._opening = RLock()
        # The thread in whose batch things are written, and what observers have not seen of it.
        self._batching = 0
        self._unseen: list[Change] = []

    def now(self) -> datetime:
        """
        The moment, in UTC.

        Python adds to and compares moments of one zone by the wall clock, which is an hour out
        when the clocks change. In UTC nothing of that can happen.
        """
        moment = self.clock.now()
        if moment.tzinfo is UTC:
            return moment
        last = self._moment
        if last is None or last[0] is not moment:
            self._moment = last = moment, moment.astimezone(UTC)
        return last[1]

    def begin(
        self,
        procedure: str,
        command: Begin,
        *,
        key: str = "",
        carried: str = "",
        occurrence: Occurrence | None = None,
    ) -> Case:
        """
        Open a case, unless the key is taken or the effect was carried out.

        Raises:
            RefusedError: It cannot begin so.
            ConflictError: Others were first, again and again.
        """
        # Of two who open cases at once, one would have to try again for the sake of its number.
        with self._opening:
            return self._begin(procedure, command, key, carried, occurrence)

    def _begin(
        self,
        procedure: str,
        command: Begin,
        key: str,
        carried: str,
        occurrence: Occurrence | None,
    ) -> Case:
        chart = self.definitions.present(procedure)
        self.definitions.keep(chart)
        for left in reversed(range(TRIES)):
            taken = self.store.taken(key) if key else None
            if taken:
                return self.again(taken)
            if command.ref and (other := self.store.find(command.ref)):
                raise RefusedError(
                    "ref-taken", f"{other} is called {command.ref!r} already.", other
                )
            number = self.store.last_number(procedure) + 1
            name = f"{procedure}-{number}"
            if not carried and occurrence is None:
                change = quick.begin(chart, name, command, self.now(), number, key)
                if change is not None and self._made(change):
                    return change.after
            fresh = Case(id=name)
            occasion = None
            if occurrence is not None:
                occasion = Occasion(
                    duty=occurrence.duty.id,
                    slot=occurrence.slot,
                    due=occurrence.due,
                    until=occurrence.until,
                    case=fresh.id,
                )
            try:
                return self._commit(
                    chart,
                    fresh,
                    command,
                    key=key,
                    carried=carried,
                    number=number,
                    occasion=occasion,
                )
            except ConflictError:
                if not left:
                    raise
        raise AssertionError("unreachable")

    def complete(
        self,
        name: str,
        step: str,
        *,
        by: str,
        roles: frozenset[str],
        answer: str,
        facts: Facts,
        now: datetime,
        key: str,
    ) -> Case | None:
        """
        Do a step the short way, see `propflow.engine.quick`; nothing where the long way must say.
        """
        case = self.store.glance(name)
        if case is None or (key and self.store.taken(key)):
            return None
        chart = self.definitions.of(case)
        change = quick.complete(chart, case, step, by, roles, answer, facts, now, key)
        if change is None:
            return None
        try:
            self.store.commit(change)
        except ConflictError:
            return None
        if self.observers:
            self.written(change)
        return change.after

    def carry_out(self, case: str, command: Command, *, key: str = "", carried: str = "") -> Case:
        """
        Carry out a command on a case, unless the key is taken.

        Raises:
            RefusedError: The command is not allowed.
            ConflictError: Others were first, again and again.
        """
        for left in reversed(range(TRIES)):
            taken = self.store.taken(key) if key else None
            if taken:
                return self.again(taken)
            found = self.load(case)
            chart = self.definitions.of(found)
            try:
                return self._commit(chart, found, command, key=key, carried=carried)
            except ConflictError:
                if not left:
                    raise
            except RefusedError:
                # Another process may have brought the case to where this is allowed.
                if not left or self.fresh(case).seq == found.seq:
                    raise
        raise AssertionError("unreachable")

    def _commit(
        self,
        chart: Chart,
        before: Case,
        command: Command,
        *,
        key: str,
        carried: str,
        number: int = 0,
        occasion: Occasion | None = None,
    ) -> Case:
        now = self.now()
        after, events = decide(chart, before, command, now, books=self.site.lines())
        effects = tuple(effects_of(before, after, events, now))
        personal: tuple[Personal, ...] = ()
        if chart.personal:
            events, personal = concealed(
                after.id,
                events,
                chart.personal,
                start=before.seq,
                salt=self.salt,
                pack=pack,
            )
        change = Change(
            before=before.seq,
            after=after,
            events=events,
            at=now,
            effects=effects,
            timers=tuple(timers_of(chart, after)),
            waits=waits_of(chart, after),
            number=number,
            key=key,
            carried=carried,
            occasion=occasion,
            withdraws=command.notices if isinstance(command, Undo) else (),
            personal=personal,
            destroys=command.redacted.destroys if isinstance(command, Redact) else (),
        )
        self.store.commit(change)
        if isinstance(command, Begin | Complete) and not chart.personal:
            quick.learn(chart, before, command, events, after)
        self.written(change)
        if any(effect.kind in INNER for effect in change.effects):
            for _ in self.settle():
                pass
            return self.load(after.id)
        return after

    def written(self, change: Change) -> None:
        """
        Show observers what happened; inside a batch, when it is over.
        """
        if self._batching == get_ident():
            self._unseen.append(change)
            return
        if self.observers:
            after = change.after
            lines = self.store.history(after.id, start=change.before)[: after.seq - change.before]
            for observer in self.observers:
                observer(after, lines)

    @contextmanager
    def together(self) -> Iterator[None]:
        """
        Let everything that this thread commits inside be flushed together at the end.

        Raises:
            StoreError: The store cannot write. Nothing was changed.
        """
        # In this order, as when a single case is opened: or one thread would wait for the other.
        with self._opening, self._whole(), self.store.together():
            self._batching = get_ident()
            try:
                yield
            finally:
                self._batching = 0
                unseen, self._unseen = self._unseen, []
        for change in unseen:
            self.written(change)

    @contextmanager
    def _whole(self) -> Iterator[None]:
        try:
            yield
        except StoreError:
            self.definitions.forget()  # what was stored inside is not there
            raise

    def _made(self, change: Change) -> bool:
        """
        Whether nobody was first; then it is written, and shown.
        """
        try:
            self.store.commit(change)
        except ConflictError:
            return False
        if self.observers:
            self.written(change)
        return True

    def again(self, case: str) -> Case:
        """
        The case of a key that is taken. Whoever asks again may have died before all was done.
        """
        for _ in self.settle():
            pass
        return self.fresh(case)

    def settle(self) -> Iterator[str]:
        """
        Carry out the effects that are the engine's own; yields what could not be done.
        """
        tried: set[str] = set()
        while waiting := [e for e in self.store.outbox(INNER) if e.id not in tried]:
            for effect in waiting:
                tried.add(effect.id)
                try:
                    self._carry_inner(effect)
                except ConflictError:
                    continue  # carried out by somebody else meanwhile
                except (RefusedError, UnknownNameError) as error:
                    self.failed(effect, error)
                    yield f"{effect.id}: {error}"

    def _carry_inner(self, effect: Effect) -> None:
        needs = effect.needs
        if effect.kind == "begin":
            command = Begin(facts=facts_of(needs), parent=(effect.case, needs["step"]))
            self.begin(needs["procedure"], command, carried=effect.id)
            return
        if effect.kind == "recall":
            why = f"another came to {needs['end']!r}."
            for other in given_up(self.store, effect):
                self.carry_out(other, Withdraw(reason=why, caller=effect.case))
            self.store.carried(effect.id)
            return
        step, parent = needs["step"], self.fresh(needs["parent"])
        if step not in parent.children:
            step = named_now(self.store, self.fresh(effect.case))
        if step not in parent.children:
            # The caller was halted, or is over: nobody waits for this end any more.
            self.store.carried(effect.id)
            return
        back = Return(
            step=step,
            child=effect.case,
            end=needs["end"],
            facts=facts_of(needs),
            calls=turns(self.definitions.of(parent), parent, step, self.store),
        )
        self.carry_out(parent.id, back, carried=effect.id)

    def receivers(self, message: str, facts: Facts) -> Iterator[tuple[str, Command]]:
        """
        The cases that wait for just this message, or between which it comes.
        """
        for case in self.store.waiting(message):
            found = self.fresh(case)
            chart = self.definitions.known(found)
            if chart is None:
                continue
            for name in found.since:
                stop = chart.stop(name)
                step = stop.step if stop else None
                if (
                    isinstance(step, Wait)
                    and message in step.messages
                    and all(facts.get(f) == found.facts.get(f) for f in step.same)
                ):
                    yield case, Receive(step=name, message=message, facts=facts)
                    break
            else:
                if any(
                    interrupt.on == message
                    and all(facts.get(f) == found.facts.get(f) for f in interrupt.same)
                    for interrupt in chart.procedure.interrupts
                ):
                    yield case, Interrupt(message=message, facts=facts)

    def known(self, name: str) -> str:
        """
        Id of the case of that id, or of the case that its opener calls so.

        Raises:
            UnknownNameError: There is none.
        """
        if self.store.load(name) is not None:
            return name
        found = self.store.find(name)
        if found is None:
            known = tuple(case.id for case in self.store.cases(state="open"))
            raise UnknownNameError("case", name, known)
        return found

    def load(self, case: str) -> Case:
        """
        The case of that id.

        Raises:
            UnknownNameError: There is none.
        """
        found = self.store.load(case)
        if found is None:
            raise UnknownNameError("case", case)
        return found

    def fresh(self, case: str) -> Case:
        """
        The case as the store has it, also where another process has changed it since.

        Raises:
            UnknownNameError: There is none.
        """
        return self.load(case)

    def failed(self, effect: Effect, error: Exception, later: datetime | None = None) -> None:
        """
        Note that an effect was tried in vain, and from when on it is tried again.
        """
        dead = "yes" if effect.attempts + 1 >= ATTEMPTS else "no"
        self.store.failed(effect.id, f"{type(error).__name__}: {error}", dead=dead, later=later)


def part(key: str, name: str, left: int) -> str:
    """
    The key of one of several commits that one call makes; the last has the call's own.
    """
    return f"{key}:{name}" if key and left else key
