"""
The shell: what a host calls. Here, and nowhere below, are the clock, the store and the notifiers.

The engine starts no thread and waits for nobody: its host calls `Engine.tick` when time has
passed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cached_property

import attrs

from propflow.calendar import Duty, Occurrence
from propflow.engine.authority import Authority
from propflow.engine.batch import Batch
from propflow.engine.case import Case
from propflow.engine.chart import Chart, checked
from propflow.engine.clock import Clock, SystemClock
from propflow.engine.commits import Commits, Observer, part
from propflow.engine.courier import Courier
from propflow.engine.definitions import Definitions
from propflow.engine.delegation import Delegations, say_right
from propflow.engine.duties import PassedOver, passed_over
from propflow.engine.effects import Effect
from propflow.engine.escalation import Escalations, Makes
from propflow.engine.events import (
    Begin,
    Complete,
    Facts,
)
from propflow.engine.incharge import InCharge
from propflow.engine.journal import Entry, Verification, passed, standing
from propflow.engine.notices import Notice, Notifier
from propflow.engine.personal import fresh_salt
from propflow.engine.refusals import Refusals
from propflow.engine.store import Store
from propflow.engine.ticks import Tick, Ticks
from propflow.engine.worklist import WorkItem, allowed, work_items
from propflow.errors import RefusedError
from propflow.procedures import Wait
from propflow.sites import Site
from propflow.text import Text


class Engine(InCharge):
    """
    Runs the procedures of one site.

    Args:
        site: Whose procedures, people, calendar and books.
        store: Where the journal and the cases are kept.
        clock: What time it is; the machine's clock unless a host brings its own.
        notifiers: Who brings notices to people.
        observers: Who is shown what happened.
        duties: The duties whose cases it opens; all of the site unless a host says less.
        salt: Makes what keeps personal values from being guessed. Only a simulation brings another
            than the machine's own: `propflow.engine.personal.played_salt`.
        rule_engine: Makes what runs the rulebooks; what the site says unless a host brings another.

    Raises:
        PluginError: What should run the rulebooks cannot.
    """

    def __init__(
        self,
        site: Site,
        store: Store,
        *,
        clock: Clock | None = None,
        notifiers: Iterable[Notifier] = (),
        observers: Iterable[Observer] = (),
        duties: Iterable[Duty] | None = None,
        salt: Callable[[str], str] = fresh_salt,
        rule_engine: Makes | None = None,
    ) -> None:
        self.site = site
        self.store = store
        self.clock = clock or SystemClock()
        self.notifiers = tuple(notifiers)
        self.observers = list(observers)
        self._commits = Commits(site, store, clock=self.clock, observers=self.observers, salt=salt)
        self._authority = Authority(site)
        self._refusals = Refusals(store)
        self._delegations = Delegations(site, store)
        self._ticks = Ticks(self._commits, tuple(site.duties if duties is None else duties))
        self._courier = Courier(store, notice=self._notice, failed=self._commits.failed)
        self.rules = Escalations(self, makes=rule_engine) if site.rulebooks else None
        if self.rules is not None:
            self.observers.append(self.rules)

    # -- what a host calls ------------------------------------------------------------------

    def begin(
        self,
        procedure: str,
        facts: Facts | None = None,
        *,
        ref: str = "",
        by: str = "",
        because: str = "",
        key: str = "",
    ) -> Case:
        """
        Open a case.

        Args:
            procedure: Id of the procedure.
            facts: What is known already.
            ref: The caller's own name for the case; no two cases have the same.
            by: Id of the person who opens it, if one does.
            because: What makes it necessary, for the journal.
            key: The same key again returns the same case and changes nothing.

        Raises:
            UnknownNameError: There is no such procedure or person.
            RefusedError: A fact does not fit, or is needed at once and missing.
            StoreError: The store cannot write. Nothing was changed.
        """
        if by:
            self.site.person(by)
        command = Begin(facts=facts or {}, ref=ref, by=by, because=because)
        try:
            return self._commits.begin(procedure, command, key=key)
        except RefusedError as refused:
            self._refusals.note(refused, by=by or because, does="begin", at=self.now())
            raise

    def complete(
        self,
        case: str,
        step: str,
        *,
        by: str,
        answer: str = "",
        facts: Facts | None = None,
        key: str = "",
    ) -> Case:
        """
        Do a step, or answer its question.

        Args:
            case: Id of the case, or the name that its opener gave it.
            step: Id of the step.
            by: Id of the person.
            answer: The answer, where the step is a question.
            facts: What the step asks for.
            key: The same key again returns the case and changes nothing.

        Raises:
            UnknownNameError: There is no such case or person.
            RefusedError: The step is not open, not this person's, or lacks a fact. The case
                stays as it was.
            StoreError: The store cannot write. Nothing was changed.
        """
        facts = facts or {}
        now = self._commits.now()
        roles = self._authority.roles(by, now)
        done = self._commits.complete(
            case, step, by=by, roles=roles, answer=answer, facts=facts, now=now, key=key
        )
        if done is not None:
            return done
        command = Complete(step=step, by=by, roles=roles, answer=answer, facts=facts)
        return self._ask(case, command, key)

    def batch(self) -> Batch:
        """
        Many commands, each allowed or refused by itself, and one flush to the disk for all.
        """
        return Batch(self)

    def send(
        self, message: str, facts: Facts | None = None, *, ref: str = "", key: str = ""
    ) -> tuple[Case, ...]:
        """
        Hand in a message: cases that wait for it go on, procedures that open on it begin.

        Args:
            message: Name of the message.
            facts: What it brings.
            ref: The caller's own name for the case that it opens; where it opens more than one,
                for the first.
            key: The same key again changes nothing more.

        Returns:
            The cases that it moved or opened, in that order.

        Raises:
            UnknownNameError: There is no such message.
            RefusedError: A fact does not fit, or nobody waits for it and it opens nothing.
            StoreError: The store cannot write.
        """
        try:
            return self._send(message, facts or {}, ref=ref, key=key)
        except RefusedError as refused:
            self._refusals.note(refused, by="", does=f"send {message}", at=self.now())
            raise

    def _send(self, message: str, facts: Facts, *, ref: str, key: str) -> tuple[Case, ...]:
        known = self.site.message(message)
        brought = checked(facts, {field.name: field for field in known.facts}, message)
        taken = self.store.taken(key) if key else None
        if taken:
            return (self._commits.again(taken),)
        waiting = list(self._commits.receivers(message, brought))
        opens = () if waiting else self.site.opens(message)
        if not waiting and not opens and message in self._awaited:
            # A payment for a flat that nobody waits for is a mistake, also where a rulebook
            # would listen to it.
            raise RefusedError("nobody-waits", f"nobody waits for {message!r} now.")
        heard = self.rules is not None and self.rules.hear(message, brought, key=key)
        # The plain key goes with the last case: until all have had the message, the same call
        # again must go on where this one stopped.
        moved = []
        for left, (case, command) in zip(range(len(waiting) - 1, -1, -1), waiting, strict=True):
            moved.append(self._commits.carry_out(case, command, key=part(key, case, left)))
        for left, procedure in zip(range(len(opens) - 1, -1, -1), opens, strict=True):
            names = self.chart(procedure).fields
            given = {name: value for name, value in brought.items() if name in names}
            begin = Begin(facts=given, ref="" if moved else ref, because=message)
            moved.append(self._commits.begin(procedure, begin, key=part(key, procedure, left)))
        if not moved and not heard:
            raise RefusedError("nobody-waits", f"nobody waits for {message!r} now.")
        self._follow()
        return tuple(moved)

    def tick(self) -> Tick:
        """
        Do what is due by now, in the order of time, and nothing twice.

        Deadlines that have passed are noted, duties that fall due open their cases, effects
        left over from an interruption are carried out, and notices are delivered.
        """
        found = self._ticks.tick()
        problems = (*found.problems, *self._follow())
        return attrs.evolve(found, delivered=self.deliver(), problems=problems)

    def next_due(self, until: datetime) -> datetime | None:
        """
        The next moment up to *until* at which a deadline passes, a duty falls due, or a notice
        that could not be told is tried again.
        """
        found = [self._ticks.next_due(until), self.rules.next_due() if self.rules else None]
        if self.notifiers:
            found.append(self._courier.next_try())
        return min((due for due in found if due is not None and due <= until), default=None)

    def queued(self) -> tuple[Occurrence, ...]:
        """
        Calls of duties that wait until the one before is closed, in the order in which they came.
        """
        return tuple(self._ticks.duties.queued())

    def passed_over(self) -> Iterator[PassedOver]:
        """
        Calls of duties that opened nothing, and why, in the order in which it was noticed.
        """
        return passed_over(self.store)

    def next_timer(self, until: datetime) -> datetime | None:
        """
        The next moment up to *until* at which a deadline passes.
        """
        return self._ticks.next_timer(until)

    def deliver(self) -> int:
        """
        Hand waiting notices to the notifiers.

        A notice that a notifier fails to bring is tried again after a minute, then after two, four
        and eight, and after `ATTEMPTS` left for a person to look at.

        Returns:
            How many were delivered.
        """
        # Without a notifier nobody would hear: then notices wait for one.
        return self._courier.deliver(self.notifiers, self.now()) if self.notifiers else 0

    def _follow(self) -> tuple[str, ...]:
        """
        Do what the rulebooks conclude by now; what could not be done, a sentence each.
        """
        if self.rules is None:
            return ()
        self.rules.advance()
        return tuple(self.rules.carry())

    # -- looking ----------------------------------------------------------------------------

    def case(self, name: str) -> Case:
        """
        The case of that id, or the case that its opener calls so.

        Raises:
            UnknownNameError: There is none.
        """
        return self._commits.fresh(self._commits.known(name))

    def cases(self, *, state: str = "all") -> Iterator[Case]:
        """
        Cases in the order in which they were opened; *state* is ``all`` or ``open``.
        """
        return self.store.cases(state=state)

    def history(self, case: str) -> Sequence[Entry]:
        """
        The journal's lines of a case, in order.
        """
        return self.store.history(self._commits.known(case))

    def passed(self, case: str) -> list[tuple[str, str]]:
        """
        The steps that a case has left, in order, each with the outcome by which.
        """
        return list(passed(line.event for line in standing(self.history(case))))

    def worklist(self, *, person: str = "", case: str = "") -> list[WorkItem]:
        """
        The steps that are open for somebody now, the most urgent first.

        Args:
            person: Only what this person may do at this moment.
            case: Only those of this case.
        """
        rights = self._delegations.rights_in(person, self.now()) if person else None
        items = []
        for found in [self.case(case)] if case else self.store.cases(state="open"):
            chart = self._commits.definitions.known(found)
            for item in work_items(chart, found) if chart is not None else ():
                if rights is None or chart is None:
                    items.append(item)
                elif right := allowed(chart, found, item, rights(found.id)):
                    why = say_right(self.site, right)
                    items.append(
                        attrs.evolve(item, why=why, until=right.until, behalf=right.behalf)
                    )
        far = datetime.max.replace(tzinfo=UTC)
        return sorted(items, key=lambda item: (item.due or far, item.since))

    def chart(self, procedure: str) -> Chart:
        """
        A procedure as the site has it and the machine runs it.
        """
        return self._commits.definitions.present(procedure)

    @property
    def definitions(self) -> Definitions:
        """
        The versions of procedures that cases keep to.
        """
        return self._commits.definitions

    def chart_of(self, case: Case) -> Chart:
        """
        The version of its procedure that a case keeps to.

        Raises:
            RefusedError: It is neither the site's present one nor in the store.
        """
        return self._commits.definitions.of(case)

    def verify(self) -> Verification:
        """
        Check every seal of the journal.
        """
        return self.store.verify()

    def close(self) -> None:
        """
        Let go of the notifiers and the store.
        """
        for notifier in self.notifiers:
            notifier.close()
        self.store.close()

    @cached_property
    def _awaited(self) -> frozenset[str]:
        """
        The messages for which any procedure of the site can wait.
        """
        steps = (s for name in self.site.procedures for s in self.site.graph(name).steps)
        found = {m for step in steps if isinstance(step, Wait) for m in step.messages}
        every = self.site.procedures.values()
        return frozenset(found | {one.on for p in every for one in p.interrupts})

    def _notice(self, effect: Effect) -> Notice:
        needs = effect.needs
        case = self._commits.load(effect.case)
        chart = self._commits.definitions.known(case)
        stop = chart.stop(needs["step"]) if chart is not None else None
        at = datetime.fromisoformat(needs["at"])
        people = {p: None for role in needs["to"] for p in self.site.holders(role, at)}
        return Notice(
            id=effect.id,
            case=case.id,
            procedure=case.procedure,
            step=needs["step"],
            kind=needs["kind"],
            to=tuple(needs["to"]),
            people=tuple(people),
            at=at,
            text=stop.step.label if stop and stop.step else Text(),
        )
