"""
Carries out rehearsals: does a case go as it was told, and who may do what on the way?
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

import attrs

from propflow.durations import say_deadline
from propflow.engine.case import Case
from propflow.engine.chart import Chart, chart_of
from propflow.engine.events import (
    Begin,
    Command,
    Complete,
    Event,
    Expire,
    Late,
    Receive,
    Return,
)
from propflow.engine.journal import passed
from propflow.engine.machine import decide
from propflow.errors import HandbookError, Place, RefusedError, ValueRefusedError
from propflow.fields import Field, Value
from propflow.procedures import LATE, Ask, Call, Each, Notice, Wait, Work
from propflow.sites import Site
from propflow.sites.rehearsals import Rehearsal, Turn
from propflow.verify.explore import Passed
from propflow.verify.finding import Finding

#: The moment at which everything happens that needs one: a rehearsal has no clock.
MOMENT = datetime(2025, 10, 11, 8, 0, tzinfo=UTC)
#: Longer ago than any limit in office hours or working days.
_LONG = timedelta(days=3660)


@attrs.frozen(kw_only=True)
class Missed:
    """
    Where a case does not go as it was told.

    Attributes:
        why: What is otherwise, in a sentence.
        trace: The steps that went as they were told.
        place: The line that does not.
    """

    why: str
    trace: tuple[Passed, ...]
    place: Place | None


def rehearse(site: Site, rehearsal: Rehearsal, *, chart: Chart | None = None) -> Missed | None:
    """
    Carry out a rehearsal on the engine's own machine; nothing where all goes as it is told.

    Args:
        site: The site.
        rehearsal: The case as it is told.
        chart: The procedure, where it is at hand already.
    """
    stage = _Stage(site, chart or chart_of(site, rehearsal.procedure), rehearsal)
    at = rehearsal.place
    try:
        stage.begin()
        for turn in rehearsal.turns:
            at = turn.place
            stage.turn(turn)
        at = rehearsal.place
        stage.close()
    except _OtherwiseError as otherwise:
        return Missed(why=str(otherwise), trace=tuple(stage.trace), place=at)
    except (RefusedError, ValueRefusedError) as error:
        return Missed(why=str(error), trace=tuple(stage.trace), place=at)
    return None


def rehearsed(site: Site, procedure: str, rehearsals: Iterable[Rehearsal]) -> Iterator[Finding]:
    """
    What is found where the rehearsals of a procedure do not go as they are told.

    Args:
        site: The site.
        procedure: Id of the procedure.
        rehearsals: Its rehearsals.
    """
    chart: Chart | None = None
    for rehearsal in rehearsals:
        chart = chart or chart_of(site, procedure)
        missed = rehearse(site, rehearsal, chart=chart)
        if missed is not None:
            yield Finding(
                severity="error",
                rule="rehearsal",
                where=procedure,
                subject=rehearsal.id,
                what=f"rehearsal {rehearsal.id!r} goes otherwise: {missed.why}",
                place=missed.place,
                trace=missed.trace,
            )


class _OtherwiseError(HandbookError):
    """
    Something goes otherwise than it was told.
    """


class _Stage:
    def __init__(self, site: Site, chart: Chart, rehearsal: Rehearsal) -> None:
        self.chart = chart
        self.rehearsal = rehearsal
        self.case = Case(id="rehearsal-1")
        self.trace: list[Passed] = []
        #: What has happened by itself and has not been told yet.
        self.untold: list[Passed] = []
        self.books = {
            name: [_read(line, site.books[name].columns)]
            for name, line in rehearsal.books.items()
            if name in site.books
        }

    def begin(self) -> None:
        self.carry_out(Begin(facts=self.facts(self.rehearsal.opens)))

    def facts(self, said: Mapping[str, str]) -> dict[str, Value]:
        unknown = next((name for name in said if name not in self.chart.fields), None)
        if unknown is not None:
            raise _OtherwiseError(f"there is no fact {unknown!r}.")
        return _read(said, self.chart.fields.values())

    def carry_out(self, command: Command) -> tuple[Event, ...]:
        children = self.case.children
        self.case, events = decide(self.chart, self.case, command, MOMENT, books=self.books)
        self.untold += passed(events, children)
        return events

    def turn(self, turn: Turn) -> None:
        self.look(turn)
        if not self.untold:
            if self.do(turn) == "stays open":
                return
            if not self.untold:
                raise _OtherwiseError(f"{turn.step!r} is not left by {turn.said!r}.")
        step, outcome = now = self.untold.pop(0)
        if now != (turn.step, turn.outcome):
            told = f"{turn.step!r}{f' is {turn.outcome}' if turn.outcome else ''}"
            raise _OtherwiseError(
                f"told is {told}, and it is {step!r}{f' is {outcome}' if outcome else ''}."
            )
        self.trace.append(now)

    def look(self, turn: Turn) -> None:
        """
        Hold what the line says of its step to what the chart says of it.
        """
        stop = self.chart.stop(turn.step)
        step = stop.step if stop is not None else None
        if step is None:
            raise _OtherwiseError(f"there is no step {turn.step!r}.")
        if turn.by or turn.not_by:
            by = step.by if isinstance(step, Work) else ()
            not_by = step.not_by if isinstance(step, Work) else ()
            _same(f"{turn.step!r} is by", turn.by, by, " or ")
            _same(f"{turn.step!r} is not by whoever did", turn.not_by, not_by, " or ")
        if isinstance(step, Work):
            for name in turn.facts:
                if name not in step.asks:
                    raise _OtherwiseError(f"{turn.step!r} does not ask for {name!r}.")
        if turn.to:
            _same(
                f"{turn.step!r} goes to",
                turn.to,
                step.to if isinstance(step, Notice) else (),
                " and ",
            )
        if turn.within is not None:
            within = step.within if isinstance(step, Work | Wait) else None
            if within != turn.within:
                said = "no limit" if within is None else say_deadline(within)
                raise _OtherwiseError(
                    f"{turn.step!r} is told to take {say_deadline(turn.within)} at the most, and "
                    f"it has {said}."
                )

    def do(self, turn: Turn) -> str:
        """
        Do what a line tells of; says whether its step ``is left`` or ``stays open``.
        """
        if turn.step not in self.case.since:
            there = ", ".join(map(repr, self.case.since)) or "nothing"
            raise _OtherwiseError(f"{turn.step!r} is not open; open is {there}.")
        stop = self.chart.stop(turn.step)
        step = stop.step if stop is not None else None
        asked_late = turn.outcome == LATE and not (
            isinstance(step, Ask) and stop is not None and LATE in stop.moves
        )
        if turn.late == "yes" or asked_late:
            return self.pass_time(turn)
        self.carry_out(self.command(turn, step))
        return "is left"

    def pass_time(self, turn: Turn) -> str:
        within = self.chart.within(turn.step)
        if within is None:
            raise _OtherwiseError(f"{turn.step!r} is never late: it has no limit.")
        # The clock stands still: a step whose time passes was opened earlier instead.
        begun = MOMENT - (within if isinstance(within, timedelta) else _LONG)
        due = self.chart.due(turn.step, begun) or MOMENT
        since = {**self.case.since, turn.step: begun}
        self.case = self.case.replaced(since=since)
        events = self.carry_out(Expire(step=turn.step, due=due))
        late = next((event for event in events if isinstance(event, Late)), None)
        if turn.telling:
            tells = late.tells if late is not None else ()
            _same(f"that {turn.step!r} is late is told to", turn.telling, tells, " and ")
        return "is left" if late is not None and late.outcome else "stays open"

    def command(self, turn: Turn, step: object) -> Command:
        match step:
            case Work():
                return Complete(
                    step=turn.step,
                    by=f"somebody at {turn.step}",
                    roles=frozenset(turn.by or step.by),
                    answer=turn.outcome if isinstance(step, Ask) else "",
                    facts=self.facts(turn.facts),
                )
            case Wait():
                facts = dict(self.facts(turn.facts))
                facts |= {n: self.case.facts[n] for n in step.same if n in self.case.facts}
                return Receive(step=turn.step, message=turn.outcome, facts=facts)
            case Call() | Each():
                takes = dict(step.takes) if isinstance(step, Call) else {}
                facts = {
                    takes.get(name, name): value for name, value in self.facts(turn.facts).items()
                }
                return Return(step=turn.step, child="rehearsal-2", end=turn.outcome, facts=facts)
        raise _OtherwiseError(f"{turn.step!r} happens by itself, and not now.")

    def close(self) -> None:
        if self.untold:
            step, outcome = self.untold[0]
            said = f"{step!r}{f' is {outcome}' if outcome else ''}"
            raise _OtherwiseError(f"{said} comes besides.")
        if self.case.open:
            there = ", ".join(map(repr, self.case.since))
            raise _OtherwiseError(f"it is not over; open is {there}.")
        if self.case.end != self.rehearsal.ends:
            raise _OtherwiseError(
                f"it is told to end {self.rehearsal.ends!r}, and ends {self.case.end!r}."
            )


def _read(line: Mapping[str, str], columns: Iterable[Field]) -> dict[str, Value]:
    return {field.name: field.read(line[field.name]) for field in columns if field.name in line}


def _same(what: str, told: tuple[str, ...], found: tuple[str, ...], between: str) -> None:
    if frozenset(told) != frozenset(found):
        raise _OtherwiseError(
            f"{what} {between.join(told) or 'nobody'}, as it is told, and it is "
            f"{between.join(found) or 'nobody'}."
        )
