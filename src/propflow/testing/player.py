"""
Plays an estate: opens cases, does what is open, lets time pass, and does what must be refused.

Whoever plays is asked at every turn which of several things it shall be; Hypothesis asks its
own dice, `propflow.testing.reach` asks for what has not been met yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from typing import TypeVar

import attrs

from propflow.engine import Case, Engine, MemoryStore, SimulatedClock, WorkItem
from propflow.engine.chart import chart_of
from propflow.engine.events import Facts
from propflow.engine.journal import Entry
from propflow.engine.store import Change
from propflow.errors import RefusedError, StoreError
from propflow.procedures import Ask, Wait, Work
from propflow.sites import Person, Site
from propflow.testing.coverage import Coverage, Transition, to_meet
from propflow.testing.values import MOMENT, Deciding
from propflow.verify import Watch, say_law
from propflow.verify.watching import Unfolding

T = TypeVar("T")

#: So many cases are open at a time at the most; then one of them goes on.
MOST_OPEN = 6
#: How far time leaps where no deadline comes first.
SHIFT = timedelta(hours=12)

#: Is given a few things and picks one.
Choose = Callable[[Sequence[T]], T]


class BrokenError(AssertionError):
    """
    Something that must always hold did not.
    """


class FailingStore(MemoryStore):
    """
    A store in memory that can be told to fail.
    """

    def __init__(self) -> None:
        super().__init__()
        self.failing = "no"

    def commit(self, change: Change) -> None:
        """
        Write a change, or fail and write nothing.
        """
        if self.failing == "yes":
            self.failing = "no"
            raise StoreError("memory", "the disk is full.")
        super().commit(change)


@attrs.frozen(kw_only=True)
class Move:
    """
    One thing that can be done now.

    Attributes:
        kind: ``begin``, ``do``, ``send`` or ``wait``.
        hopes: The transitions that it may lead to at once.
        procedure: The procedure to begin.
        item: The step to do.
        answer: The answer to give.
        message: The message to send.
        case: The case that it is meant for.
    """

    kind: str
    hopes: tuple[Transition, ...] = ()
    procedure: str = ""
    item: WorkItem | None = None
    answer: str = ""
    message: str = ""
    case: Case | None = None

    def __str__(self) -> str:
        match self.kind:
            case "begin":
                return f"begin {self.procedure}"
            case "do":
                said = f" ({self.answer})" if self.answer else ""
                return f"do {self.item.step}{said} of {self.item.case}" if self.item else "do"
            case "send":
                return f"send {self.message}"
        return "wait"


class Player:
    """
    An engine in memory, a clock that stands still until it is moved, and people for every role.

    Args:
        site: The site.
        procedures: Those whose cases are opened; all, if not said.
        coverage: Where what is met is noted.
        most: How many cases are open at a time, at the most.
    """

    def __init__(
        self,
        site: Site,
        procedures: Iterable[str] = (),
        *,
        coverage: Coverage | None = None,
        most: int = MOST_OPEN,
    ) -> None:
        self.most = most
        self.site = _staffed(site)
        self.procedures = tuple(procedures) or tuple(site.procedures)
        self.coverage = coverage or to_meet(site, self.procedures)
        self.clock = SimulatedClock(MOMENT)
        self.store = FailingStore()
        self.engine = self._engine()
        self.story: list[str] = []
        self._deciding: dict[str, Deciding] = {}
        self._laws: dict[str, tuple[Unfolding, list[Watch]]] = {}

    def _engine(self) -> Engine:
        return Engine(self.site, self.store, clock=self.clock, observers=[self._observe], duties=())

    # -- what can be done -------------------------------------------------------------------

    def moves(self) -> list[Move]:
        """
        All that can be done now.
        """
        cases = list(self.engine.cases(state="open"))
        found = [move for case in cases for move in self._for(case)]
        if len(cases) < self.most:
            found += [Move(kind="begin", procedure=name) for name in self.procedures]
        return found

    def _for(self, case: Case) -> Iterator[Move]:
        chart = self.engine.chart(case.procedure)
        for item in self.engine.worklist(case=case.id):
            stop = chart.stop(item.step)
            step = stop.step if stop is not None else None
            if stop is None or not isinstance(step, Work) or case.suspended is not None:
                continue
            answers = [a for a in stop.moves if a] if isinstance(step, Ask) else [""]
            for answer in answers:
                outcome = answer or next(iter(stop.moves))
                hope = case.procedure, stop.id, outcome
                yield Move(kind="do", item=item, answer=answer, hopes=(hope,), case=case)
        late = []
        for name in case.since:
            stop = chart.stop(name)
            step = stop.step if stop is not None else None
            if isinstance(step, Wait):
                for message in step.messages:
                    hope = case.procedure, name, message
                    yield Move(kind="send", message=message, hopes=(hope,), case=case)
            if chart.within(name) is not None and name not in case.late:
                late.append((case.procedure, name, "late"))
                if isinstance(step, Ask) and step.late_answer:
                    late.append((case.procedure, name, step.late_answer))
        if case.suspended is None:
            for interrupt in chart.procedure.interrupts:
                yield Move(kind="send", message=interrupt.on, case=case)
        if late:
            yield Move(kind="wait", hopes=tuple(late), case=case)

    def options(self, procedure: str, names: Iterable[str]) -> list[Facts]:
        """
        The ways in which facts of a procedure can be filled in, as far as they differ.
        """
        return list(self._of(procedure).options(names))

    def _of(self, procedure: str) -> Deciding:
        if procedure not in self._deciding:
            chart = chart_of(self.site, procedure)
            deciding = self._deciding[procedure] = Deciding(self.site, chart)
            for field in chart.fields.values():
                if field.type == "choice":
                    # Whoever called the procedure may decide by what it does not decide by itself.
                    deciding.values.setdefault(field.name, list(field.of))
        return self._deciding[procedure]

    # -- doing it ---------------------------------------------------------------------------

    def play(self, move: Move, choose: Choose[Facts]) -> None:
        """
        Do something, and hold what comes of it to all that must hold.

        Args:
            move: What.
            choose: With which facts, out of the ways in which they can be filled in.

        Raises:
            BrokenError: Something that must always hold did not.
        """
        self.story.append(str(move))
        match move.kind:
            case "begin":
                names = self._of(move.procedure).given()
                self._begin(move.procedure, choose(self.options(move.procedure, names)))
            case "do" if move.item is not None and move.case is not None:
                self._do(move.item, move.case, move.answer, choose)
            case "send" if move.case is not None:
                self._send(move.message, move.case, choose)
            case _:
                self.wait()
        self._check()

    def _begin(self, procedure: str, facts: Facts) -> None:
        try:
            self.engine.begin(procedure, facts)
        except RefusedError as error:
            # What a case begins with may leave a first decision open; nothing else may happen.
            if error.code not in ("undecided", "no-book"):
                raise

    def _do(self, item: WorkItem, case: Case, answer: str, choose: Choose[Facts]) -> None:
        step = self._step(case, item.step)
        facts = choose(self.options(case.procedure, step.asks)) if step.asks else {}
        self.engine.complete(
            case.id, item.step, by=self.person(case, item), answer=answer, facts=facts
        )

    def _send(self, message: str, case: Case, choose: Choose[Facts]) -> None:
        fields = {field.name for field in self.site.message(message).facts}
        known = fields & {field.name for field in self.site.procedure(case.procedure).facts}
        facts = dict(choose(self.options(case.procedure, sorted(known)))) if known else {}
        facts |= {name: case.facts[name] for name in known if name in self._same(case, message)}
        try:
            self.engine.send(message, facts)
        except RefusedError as error:
            if error.code not in ("nobody-waits", "undecided", "no-book"):
                raise

    def _same(self, case: Case, message: str) -> frozenset[str]:
        chart = self.engine.chart(case.procedure)
        found: set[str] = set()
        for name in case.since:
            stop = chart.stop(name)
            if stop is not None and isinstance(stop.step, Wait) and message in stop.step.messages:
                found.update(stop.step.same)
        for interrupt in chart.procedure.interrupts:
            found.update(interrupt.same if interrupt.on == message else ())
        return frozenset(found & case.facts.keys())

    def wait(self) -> None:
        """
        Let time pass until something is late, or for a shift.
        """
        soon = self.engine.next_timer(self.engine.now() + timedelta(days=400))
        self.clock.move_to(soon or self.engine.now() + SHIFT)
        found = self.engine.tick()
        problems = [said for said in found.problems if "nobody has said yet" not in said]
        if problems:
            raise BrokenError("; ".join(problems))

    def person(self, case: Case, item: WorkItem) -> str:
        """
        Somebody who may do a step now.
        """
        step = self._step(case, item.step)
        barred = {case.doers.get(other) for other in step.not_by}
        if item.to and item.to not in barred:
            return item.to
        for role in step.by:
            for person in self.site.holders(role, self.engine.now()):
                if person not in barred:
                    return person
        raise BrokenError(f"nobody may do {item.step!r} of {case.id}.")

    def _step(self, case: Case, name: str) -> Work:
        stop = self.engine.chart(case.procedure).stop(name)
        if stop is None or not isinstance(stop.step, Work):
            raise TypeError(name)
        return stop.step

    # -- what must be refused ---------------------------------------------------------------

    def refuse(self, item: WorkItem) -> None:
        """
        Do what nobody may: each is refused, and nothing is changed by it.

        Raises:
            BrokenError: It was not refused, or changed something.
        """
        case = self.engine.case(item.case)
        attempts: tuple[tuple[str, Callable[[], object]], ...] = (
            ("a stranger", lambda: self.engine.complete(case.id, item.step, by=NOBODY)),
            ("no such step", lambda: self.engine.complete(case.id, "no-such-step", by=NOBODY)),
            ("no such fact", lambda: self.engine.begin(case.procedure, {"no such fact": 1})),
        )
        for what, attempt in attempts:
            before = self.store.load(case.id), len(self.store.history(case.id))
            try:
                attempt()
            except RefusedError:
                pass
            else:
                raise BrokenError(f"{what} was not refused at {item.step!r} of {case.id}.")
            if before != (self.store.load(case.id), len(self.store.history(case.id))):
                raise BrokenError(f"{what} was refused at {case.id}, and changed it.")

    def fail(self, move: Move, choose: Choose[Facts]) -> None:
        """
        The disk is full when something is done: nothing is changed, and it can be done again.

        Raises:
            BrokenError: Something was changed.
        """
        seals = [line.seal for line in self.store.journal()]
        self.store.failing = "yes"
        try:
            self.play(move, choose)
        except StoreError:
            if [line.seal for line in self.store.journal()] != seals:
                raise BrokenError(f"the store failed at {move}, and something stands.") from None
        finally:
            self.store.failing = "no"

    def restart(self) -> None:
        """
        The power goes: a new engine finds everything as it was left.
        """
        before = list(self.engine.cases())
        self.engine = self._engine()
        if list(self.engine.cases()) != before:
            raise BrokenError("a new engine finds other cases than the old one left.")

    # -- what must hold ---------------------------------------------------------------------

    def _observe(self, case: Case, entries: Sequence[Entry]) -> None:
        if case.id not in self._laws:
            definition = self.site.procedure(case.procedure)
            watches = [
                Watch(law, facts=definition.facts, began=case.began) for law in definition.laws
            ]
            self._laws[case.id] = Unfolding(), watches
        unfolding, watches = self._laws[case.id]
        for line in entries:
            for happening in self.coverage.note(case.procedure, line, unfolding):
                for watch in watches:
                    # How long people take is their own affair here; order and facts are not.
                    watch.tell(happening.step, facts=happening.facts)
        if not case.open:
            for watch in watches:
                if not watch.holds:
                    raise BrokenError(f"{case.id} broke {watch.law.id!r}: {say_law(watch.law)}.")

    def _check(self) -> None:
        for case in self.engine.cases(state="open"):
            if not case.since and case.suspended is None:
                raise BrokenError(f"{case.id} is open, and nothing in it is.")


#: Somebody without a role.
NOBODY = "nobody-at-all"


def _staffed(site: Site) -> Site:
    """
    The site with two stand-ins for each role, for whatever its own people cannot do.
    """
    extra = {
        f"stand-in-{number}-{role}": Person(id=f"stand-in-{number}-{role}", roles=(role,))
        for role in site.roles
        for number in (1, 2)
    }
    extra[NOBODY] = Person(id=NOBODY)
    return attrs.evolve(site, people={**site.people, **extra})
