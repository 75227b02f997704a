"""
The shell: it loads a case, lets the machine decide, and commits what came of it.

Here, and nowhere below, are the clock, the store and the notifiers. The engine starts no
thread and waits for nobody: its host calls `Engine.tick` when time has passed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

import attrs

from propflow.calendar import Duty, Occurrence, agenda
from propflow.engine.case import Case
from propflow.engine.chart import Chart, chart_of, checked
from propflow.engine.clock import Clock, SystemClock
from propflow.engine.effects import INNER, NOTICE, Effect, effects_of, facts_of
from propflow.engine.events import Begin, Command, Complete, Expire, Facts, Receive, Return
from propflow.engine.journal import Entry, Verification, passed
from propflow.engine.machine import decide
from propflow.engine.notices import Notice, Notifier
from propflow.engine.store import Change, Occasion, Store, Timer
from propflow.engine.worklist import WorkItem, timers_of, waits_of, work_items
from propflow.errors import ConflictError, RefusedError, UnknownNameError
from propflow.procedures import Wait
from propflow.sites import Site
from propflow.text import Text

#: How often a command is tried again when somebody else changed the case first.
TRIES = 5
#: After so many attempts in vain an effect is left for a person to look at.
ATTEMPTS = 5
#: The cases that the engine keeps at hand.
AT_HAND = 10_000

_INSTANT = timedelta(microseconds=1)


class Observer(Protocol):
    """
    Is shown what happened, after it has been written.
    """

    def __call__(self, case: Case, entries: Sequence[Entry]) -> None:
        """
        Look at a case as it stands now and at the journal's new lines.
        """
        ...


@attrs.frozen(kw_only=True)
class Tick:
    """
    What a tick found to do.

    Attributes:
        late: Deadlines that had passed.
        due: Duties that fell due.
        delivered: How many notices were delivered.
        problems: What could not be done, a sentence each; it is tried again at the next tick.
    """

    late: tuple[Timer, ...]
    due: tuple[Occasion, ...]
    delivered: int
    problems: tuple[str, ...]


class Engine:
    """
    Runs the procedures of one site.

    Args:
        site: Whose procedures, people, calendar and books.
        store: Where the journal and the cases are kept.
        clock: What time it is; the machine's clock unless a host brings its own.
        notifiers: Who brings notices to people.
        observers: Who is shown what happened.
        duties: The duties whose cases it opens; all of the site unless a host says less.
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
    ) -> None:
        self.site = site
        self.store = store
        self.clock = clock or SystemClock()
        self.notifiers = tuple(notifiers)
        self.observers = list(observers)
        self.duties = tuple(site.duties if duties is None else duties)
        self._charts: dict[str, Chart] = {}
        self._cases: dict[str, Case] = {}
        if store.recall("ticked") is None:
            store.remember("ticked", self.now().isoformat())

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
        return self._begin(
            procedure, Begin(facts=facts or {}, ref=ref, by=by, because=because), key=key
        )

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
        self.site.person(by)
        roles = self.site.roles_of(by, self.now())
        command = Complete(step=step, by=by, roles=roles, answer=answer, facts=facts or {})
        return self._carry_out(self._known(case), command, key=key)

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
        known = self.site.message(message)
        brought = checked(facts or {}, {field.name: field for field in known.facts}, message)
        taken = self.store.taken(key) if key else None
        if taken:
            return (self._load(taken),)
        # The plain key goes with the last case: until all have had the message, the same call
        # again must go on where this one stopped.
        waiting = list(self._receivers(message, brought))
        moved = []
        for left, (case, step) in zip(range(len(waiting) - 1, -1, -1), waiting, strict=True):
            command = Receive(step=step, message=message, facts=brought)
            moved.append(self._carry_out(case, command, key=_part(key, case, left)))
        opens = () if moved else self.site.opens(message)
        for left, procedure in zip(range(len(opens) - 1, -1, -1), opens, strict=True):
            names = self.chart(procedure).fields
            given = {name: value for name, value in brought.items() if name in names}
            begin = Begin(facts=given, ref="" if moved else ref, because=message)
            moved.append(self._begin(procedure, begin, key=_part(key, procedure, left)))
        if not moved:
            raise RefusedError("nobody-waits", f"nobody waits for {message!r} now.")
        return tuple(moved)

    def tick(self) -> Tick:
        """
        Do what is due by now, in the order of time, and nothing twice.

        Deadlines that have passed are noted, duties that fall due open their cases, effects
        left over from an interruption are carried out, and notices are delivered.
        """
        now = self.now()
        problems = list(self._settle())
        since = datetime.fromisoformat(self.store.recall("ticked") or now.isoformat())
        until = max(now + _INSTANT, since)  # a clock that was set back owes nothing twice
        coming = iter(self._agenda(since, until))
        occurrence = next(coming, None)
        late: list[Timer] = []
        due: list[Occasion] = []
        tried: set[Timer] = set()
        while True:
            waiting = [timer for timer in self.store.timers(now) if timer not in tried]
            if not waiting and occurrence is None:
                break
            for timer in waiting:
                while occurrence is not None and occurrence.due <= timer.due:
                    due += self._fall_due(occurrence, problems)
                    occurrence = next(coming, None)
                tried.add(timer)
                late += self._expire(timer, problems)
            if occurrence is not None and not waiting:
                due += self._fall_due(occurrence, problems)
                occurrence = next(coming, None)
        self.store.remember("ticked", until.isoformat())
        delivered = self.deliver()
        return Tick(late=tuple(late), due=tuple(due), delivered=delivered, problems=tuple(problems))

    def next_due(self, until: datetime) -> datetime | None:
        """
        The next moment up to *until* at which a deadline passes or a duty falls due.
        """
        since = datetime.fromisoformat(self.store.recall("ticked") or until.isoformat())
        timers = self.store.timers(until)
        moments = [timer.due for timer in timers[:1]]
        limit = max(moments[0] if moments else until, since)
        moments += [o.due for o in self._first(self._agenda(since, limit + _INSTANT))]
        return min(moments, default=None)

    def next_timer(self, until: datetime) -> datetime | None:
        """
        The next moment up to *until* at which a deadline passes.
        """
        return next((timer.due for timer in self.store.timers(until)), None)

    def deliver(self) -> int:
        """
        Hand waiting notices to the notifiers.

        A notice that a notifier fails to bring is tried again at the next call, and left for a
        person to look at after `ATTEMPTS`.

        Returns:
            How many were delivered.
        """
        delivered = 0
        # Without a notifier nobody would hear: then notices wait for one.
        for effect in self.store.outbox((NOTICE,)) if self.notifiers else ():
            notice = self._notice(effect)
            try:
                for notifier in self.notifiers:
                    notifier.deliver(notice)
            except Exception as error:  # noqa: BLE001 a plugin may raise anything
                self._failed(effect, error)
            else:
                self.store.carried(effect.id)
                delivered += 1
        return delivered

    def now(self) -> datetime:
        """
        The moment, in UTC.

        Python adds to and compares moments of one zone by the wall clock, which is an hour out
        when the clocks change. In UTC nothing of that can happen.
        """
        return self.clock.now().astimezone(UTC)

    # -- looking ----------------------------------------------------------------------------

    def case(self, name: str) -> Case:
        """
        The case of that id, or the case that its opener calls so.

        Raises:
            UnknownNameError: There is none.
        """
        return self._load(self._known(name))

    def cases(self, *, state: str = "all") -> Iterator[Case]:
        """
        Cases in the order in which they were opened; *state* is ``all`` or ``open``.
        """
        return self.store.cases(state=state)

    def history(self, case: str) -> Sequence[Entry]:
        """
        The journal's lines of a case, in order.
        """
        return self.store.history(self._known(case))

    def passed(self, case: str) -> list[tuple[str, str]]:
        """
        The steps that a case has left, in order, each with the outcome by which.
        """
        return list(passed(entry.event for entry in self.history(case)))

    def worklist(self, *, person: str = "", case: str = "") -> list[WorkItem]:
        """
        The steps that are open for somebody now, the most urgent first.

        Args:
            person: Only what this person may do at this moment.
            case: Only those of this case.
        """
        roles = frozenset[str]()
        if person:
            self.site.person(person)
            roles = self.site.roles_of(person, self.now())
        cases = [self.case(case)] if case else self.store.cases(state="open")
        items = [
            item
            for found in cases
            for item in work_items(self.chart(found.procedure), found)
            if not person or roles.intersection(item.by)
        ]
        far = datetime.max.replace(tzinfo=UTC)
        return sorted(items, key=lambda item: (item.due or far, item.since))

    def chart(self, procedure: str) -> Chart:
        """
        A procedure as the machine runs it.
        """
        if procedure not in self._charts:
            self._charts[procedure] = chart_of(self.site, procedure)
        return self._charts[procedure]

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

    # -- carrying out -----------------------------------------------------------------------

    def _begin(
        self,
        procedure: str,
        command: Begin,
        *,
        key: str = "",
        carried: str = "",
        occurrence: Occurrence | None = None,
    ) -> Case:
        chart = self.chart(procedure)
        for left in reversed(range(TRIES)):
            taken = self.store.taken(key) if key else None
            if taken:
                return self._load(taken)
            if command.ref and (other := self.store.find(command.ref)):
                raise RefusedError(
                    "ref-taken", f"{other} is called {command.ref!r} already.", other
                )
            number = self.store.last_number(procedure) + 1
            fresh = Case(id=f"{procedure}-{number}")
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

    def _carry_out(self, case: str, command: Command, *, key: str = "", carried: str = "") -> Case:
        for left in reversed(range(TRIES)):
            taken = self.store.taken(key) if key else None
            if taken:
                return self._load(taken)
            found = self._load(case)
            chart = self.chart(found.procedure)
            try:
                return self._commit(chart, found, command, key=key, carried=carried)
            except ConflictError:
                self._cases.pop(case, None)
                if not left:
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
        change = Change(
            before=before.seq,
            after=after,
            events=events,
            at=now,
            effects=tuple(effects_of(before, after, events, now)),
            timers=tuple(timers_of(chart, after)),
            waits=waits_of(chart, after),
            number=number,
            key=key,
            carried=carried,
            occasion=occasion,
        )
        self.store.commit(change)
        self._keep(after)
        if self.observers:
            lines = self.store.history(after.id)[before.seq : after.seq]
            for observer in self.observers:
                observer(after, lines)
        if any(effect.kind in INNER for effect in change.effects):
            for _ in self._settle():
                pass
            return self._load(after.id)
        return after

    def _settle(self) -> Iterator[str]:
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
                    self._failed(effect, error)
                    yield f"{effect.id}: {error}"

    def _carry_inner(self, effect: Effect) -> None:
        needs = effect.needs
        if effect.kind == "begin":
            command = Begin(facts=facts_of(needs), parent=(effect.case, needs["step"]))
            self._begin(needs["procedure"], command, carried=effect.id)
            return
        back = Return(
            step=needs["step"], child=effect.case, end=needs["end"], facts=facts_of(needs)
        )
        if needs["step"] not in self._load(needs["parent"]).children:
            # The caller was halted, or is over: nobody waits for this end any more.
            self.store.carried(effect.id)
            return
        self._carry_out(needs["parent"], back, carried=effect.id)

    def _receivers(self, message: str, facts: Facts) -> Iterator[tuple[str, str]]:
        """
        The cases, and the step of each, that wait for just this message.
        """
        for case in self.store.waiting(message):
            found = self._load(case)
            chart = self.chart(found.procedure)
            for name in found.since:
                stop = chart.stop(name)
                step = stop.step if stop else None
                if (
                    isinstance(step, Wait)
                    and message in step.messages
                    and all(facts.get(f) == found.facts.get(f) for f in step.same)
                ):
                    yield case, name
                    break

    def _expire(self, timer: Timer, problems: list[str]) -> list[Timer]:
        try:
            self._carry_out(timer.case, Expire(step=timer.step, due=timer.due))
        except RefusedError as error:
            problems.append(f"{timer.case}: {error}")
            return []
        return [timer]

    def _fall_due(self, occurrence: Occurrence, problems: list[str]) -> list[Occasion]:
        duty = occurrence.duty
        key = f"duty:{duty.id}:{occurrence.slot}"
        procedure = duty.opens or f"duty-{duty.id}"
        try:
            begin = Begin(because=f"duty {duty.id}", since=occurrence.due.astimezone(UTC))
            case = self._begin(procedure, begin, key=key, occurrence=occurrence)
        except RefusedError as error:
            problems.append(f"duty {duty.id}: {error}")
            return []
        return [
            Occasion(
                duty=duty.id,
                slot=occurrence.slot,
                due=occurrence.due,
                until=occurrence.until,
                case=case.id,
            )
        ]

    # -- small things -----------------------------------------------------------------------

    def _agenda(self, start: datetime, end: datetime) -> Iterator[Occurrence]:
        return agenda(self.duties, start, end, zone=self.site.zone, working=self.site.working)

    @staticmethod
    def _first(occurrences: Iterator[Occurrence]) -> list[Occurrence]:
        found = next(occurrences, None)
        return [] if found is None else [found]

    def _known(self, name: str) -> str:
        if name in self._cases or self.store.load(name) is not None:
            return name
        found = self.store.find(name)
        if found is None:
            known = tuple(case.id for case in self.store.cases(state="open"))
            raise UnknownNameError("case", name, known)
        return found

    def _load(self, case: str) -> Case:
        found = self._cases.get(case)
        if found is None:
            found = self.store.load(case)
            if found is None:
                raise UnknownNameError("case", case)
            self._keep(found)
        return found

    def _keep(self, case: Case) -> None:
        self._cases[case.id] = case
        if len(self._cases) > AT_HAND:
            del self._cases[next(iter(self._cases))]

    def _notice(self, effect: Effect) -> Notice:
        needs = effect.needs
        case = self._load(effect.case)
        stop = self.chart(case.procedure).stop(needs["step"])
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

    def _failed(self, effect: Effect, error: Exception) -> None:
        dead = "yes" if effect.attempts + 1 >= ATTEMPTS else "no"
        self.store.failed(effect.id, f"{type(error).__name__}: {error}", dead=dead)


def _part(key: str, name: str, left: int) -> str:
    return f"{key}:{name}" if key and left else key
