"""
Watches laws on cases that are under way, and holds finished ones to them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import attrs

from propflow.engine import Case
from propflow.engine.amends import Moved, Redone, Undone
from propflow.engine.chart import Chart, chart_of
from propflow.engine.events import Began, Called, Decided, Done, Event, Received, Returned
from propflow.engine.journal import Entry, passed, standing
from propflow.engine.machine import evolve
from propflow.fields import Value
from propflow.procedures import Law
from propflow.sites import Site
from propflow.verify.laws import Doer, Watch, say_law
from propflow.verify.proof import can_hold


@attrs.frozen(kw_only=True)
class Happening:
    """
    One step that was done in a case.

    Attributes:
        step: Id of the step.
        outcome: The outcome by which it was left, where it has several.
        at: When; nothing where the log does not say.
        facts: All that the case knew then.
        doer: Who did it; nothing where nobody did, or nobody knows.
        took: How long it was open, where that is known.
    """

    step: str
    outcome: str = ""
    at: datetime | None = None
    facts: Mapping[str, Value] = attrs.field(factory=dict)
    doer: Doer | None = None
    took: timedelta | None = None

    def tell(self, watch: Watch) -> None:
        """
        Tell a law that watches the case.
        """
        watch.tell(self.step, at=self.at, facts=self.facts, doer=self.doer, took=self.took)


@attrs.frozen(kw_only=True)
class Trace:
    """
    What happened in one case.

    Attributes:
        case: Its name.
        procedure: Id of its procedure, or ``""`` where the log does not say.
        happenings: Its steps, in order.
        began: When it was opened.
        over: ``yes``, ``no``, or ``unknown`` where the log does not say.
    """

    case: str
    procedure: str = ""
    happenings: tuple[Happening, ...] = ()
    began: datetime | None = None
    over: str = "unknown"


@attrs.frozen(kw_only=True)
class Standing:
    """
    How a case stands to a law.

    Attributes:
        case: Id of the case.
        law: Name of the law.
        verdict: ``fulfilled``; ``pending``, where something is still owed; ``doomed``, where no
            way on from here can keep it; ``violated``.
        what: The law in a phrase.
        at: From when it stands so.
        after: The step after which it stands so, or ``""``.
    """

    case: str
    law: str
    verdict: str
    what: str
    at: datetime | None = None
    after: str = ""

    def __str__(self) -> str:
        after = f" after {self.after!r}" if self.after else ""
        return f"{self.case}: {self.law} is {self.verdict}{after}: {self.what}."


class Unfolding:
    """
    Turns the journal's lines of one case into steps done, line by line.

    Args:
        site: The site, for the roles that people had, and for how long its steps were open. What
            a case did by a former definition is not timed.
    """

    def __init__(self, site: Site | None = None) -> None:
        self.facts: dict[str, Value] = {}
        self._calls: dict[str, int] = {}
        self._site = site
        self._chart: Chart | None = None
        self._case: Case | None = None

    def read(self, line: Entry) -> Iterator[Happening]:
        """
        The steps that a line says were done: one, or none.
        """
        event = line.event
        if isinstance(event, Began | Done | Redone | Decided | Received | Returned):
            self.facts.update(event.facts)
        since = self._since(line)
        for step, outcome in passed((event,), self._calls):
            yield Happening(
                step=step,
                outcome=outcome,
                at=line.moment,
                facts=dict(self.facts),
                doer=self._doer(event, line.moment),
                took=line.moment - since[step] if step in since else None,
            )
        if isinstance(event, Called):
            self._calls[event.step] = len(event.calls)
        elif isinstance(event, Returned) and event.step in self._calls:
            self._calls[event.step] -= 1 + event.leaves

    def _doer(self, event: Event, at: datetime) -> Doer | None:
        if not isinstance(event, Done) or self._site is None:
            return None
        own = [self._site.people.get(name) for name in (event.by, *event.behalf)]
        if own[0] is None:
            return Doer(event.by)
        known = (self._site.roles_of(person.id, at) for person in own if person is not None)
        return Doer(event.by, frozenset[str]().union(*known))

    def _since(self, line: Entry) -> Mapping[str, datetime]:
        """
        From when each step was open that is open before a line.
        """
        event, site = line.event, self._site
        if isinstance(event, Began) and site is not None and event.procedure in site.procedures:
            chart = chart_of(site, event.procedure)
            laws = chart.procedure.laws
            if event.version == chart.version and any(law.limits for law in laws):
                self._chart, self._case = chart, Case(id=line.case)
        if self._chart is None or self._case is None:
            return {}
        since = self._case.since
        if isinstance(event, Moved):
            self._chart = None
        else:
            self._case = evolve(self._chart, self._case, event, line.moment)
        return since


class _Watched:
    def __init__(self, site: Site, procedure: str, began: datetime | None) -> None:
        definition = site.procedure(procedure)
        self.unfolding = Unfolding(site)
        self.last = ""
        self.watches = [Watch(law, facts=definition.facts, began=began) for law in definition.laws]
        self.verdicts: dict[str, str] = {}


class Monitor:
    """
    An observer for the engine: says how each case stands to the laws of its procedure.

        monitor = Monitor(site, print)
        engine = Engine(site, store, observers=[monitor])

    Args:
        site: Whose procedures and laws.
        tell: Is told whenever a case comes to stand otherwise to a law.
        history: The journal's lines of a case, for cases that were under way before:
            ``engine.history``. Without it those are not watched.
    """

    def __init__(
        self,
        site: Site,
        tell: Callable[[Standing], object],
        *,
        history: Callable[[str], Sequence[Entry]] | None = None,
    ) -> None:
        self.site = site
        self.tell = tell
        self.history = history
        self._cases: dict[str, _Watched] = {}
        self._versions: dict[str, str] = {}

    def __call__(self, case: Case, entries: Sequence[Entry]) -> None:
        """
        Look at a case as it stands now and at the journal's new lines.
        """
        if any(isinstance(line.event, Undone) for line in entries):
            self._cases.pop(case.id, None)  # what was undone is not watched any more
        if case.id not in self._cases:
            if entries and entries[0].seq:
                if self.history is None:
                    return
                entries = standing(self.history(case.id))
            self._cases[case.id] = _Watched(self.site, case.procedure, case.began)
        watched = self._cases[case.id]
        for line in entries:
            for happening in watched.unfolding.read(line):
                watched.last = happening.step
                for watch in watched.watches:
                    happening.tell(watch)
        at = entries[-1].moment if entries else None
        self._say(case, watched, at)
        if not case.open:
            del self._cases[case.id]

    def tick(self, cases: Iterable[Case], now: datetime) -> None:
        """
        Time has passed: laws with a time bound may be violated by nothing being done.

        Args:
            cases: The open cases, as the engine has them: ``engine.cases(state="open")``.
            now: The moment.
        """
        for case in cases:
            watched = self._cases.get(case.id)
            if watched is not None:
                for watch in watched.watches:
                    watch.wait(now)
                self._say(case, watched, now)

    def _say(self, case: Case, watched: _Watched, at: datetime | None) -> None:
        for watch in watched.watches:
            verdict = self._verdict(case, watch)
            if watched.verdicts.get(watch.law.id) != verdict:
                watched.verdicts[watch.law.id] = verdict
                self.tell(_standing(case.id, watch, verdict, at=at, after=watched.last))

    def _verdict(self, case: Case, watch: Watch) -> str:
        if not case.open:
            return "fulfilled" if watch.holds else "violated"
        verdict = watch.verdict
        if verdict != "pending":
            return verdict
        if case.procedure not in self._versions:
            self._versions[case.procedure] = chart_of(self.site, case.procedure).version
        if case.version != self._versions[case.procedure]:
            return verdict  # it keeps to a former definition, on which nothing is proved here
        program = self.site.program(case.procedure)
        possible = can_hold(program, watch.law, case.marking, watch.states)
        return "pending" if possible else "doomed"


def _standing(
    case: str, watch: Watch, verdict: str, *, at: datetime | None, after: str
) -> Standing:
    law = watch.law
    return Standing(case=case, law=law.id, verdict=verdict, what=say_law(law), at=at, after=after)


def traces_of(
    journal: Iterable[Entry], *, ended: Callable[[str], bool], site: Site | None = None
) -> Iterator[Trace]:
    """
    The cases of propflow's own journal.

    Args:
        journal: Its lines, those of one case in order.
        ended: Whether a case is over.
        site: The site, for laws on who does a step and how long it takes.
    """
    lines: dict[str, list[Entry]] = {}
    for line in journal:
        lines.setdefault(line.case, []).append(line)
    for case, every in lines.items():
        unfolding = Unfolding(site)
        own = standing(every)
        first = own[0].event
        yield Trace(
            case=case,
            procedure=first.procedure if isinstance(first, Began) else "",
            happenings=tuple(h for line in own for h in unfolding.read(line)),
            began=own[0].moment,
            over="yes" if ended(case) else "no",
        )


def hold(
    traces: Iterable[Trace], laws: Iterable[Law], site: Site, procedure: str
) -> Iterator[Standing]:
    """
    Hold the cases of a log to laws.

    Args:
        traces: The cases.
        laws: The laws.
        site: The site, for the facts of the procedure.
        procedure: Id of the procedure that they all follow.

    Yields:
        For each case and law how it stands, in their order. A case of which the log does not
        say whether it is over is taken to be.
    """
    laws = tuple(laws)
    facts = site.procedure(procedure).facts
    for trace in traces:
        for law in laws:
            watch = Watch(law, facts=facts, began=trace.began)
            verdict, after, at = watch.verdict, "", None
            for happening in trace.happenings:
                happening.tell(watch)
                if watch.verdict != verdict:
                    verdict, after, at = watch.verdict, happening.step, happening.at
            if verdict == "pending" and trace.over != "no":
                last = trace.happenings[-1] if trace.happenings else None
                verdict, at = "violated", last.at if last else None
                after = last.step if last else ""
            yield _standing(trace.case, watch, verdict, at=at, after=after)
