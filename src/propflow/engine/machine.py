"""
The pure heart: what a command does to a case, and what an event makes of it.

`decide` turns a command into events or a refusal; `evolve` applies one event. Neither reads a
clock, a file or a random number: the same history always gives the same case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from propflow.engine.amends import Move, Redact, Redo, Undo
from propflow.engine.case import Case
from propflow.engine.charge import check_eyes, of_a_step, of_the_whole
from propflow.engine.chart import Chart, checked
from propflow.engine.events import (
    Assign,
    Began,
    Begin,
    Called,
    Command,
    Complete,
    Decided,
    Done,
    Ended,
    Event,
    Expire,
    Facts,
    Halted,
    Interrupt,
    Late,
    Receive,
    Received,
    Resume,
    Return,
    Returned,
    Skip,
    Suspend,
    Told,
    Withdraw,
)
from propflow.engine.state import BETWEEN, State
from propflow.errors import RefusedError, UndecidedError, nearest
from propflow.fields import Value
from propflow.procedures import (
    DONE,
    LATE,
    Ask,
    Call,
    Decide,
    Each,
    Halt,
    Notice,
    Stop,
    TwiceError,
    Wait,
    Work,
)

#: Lines of a book, each a mapping of column to value.
Lines = Iterable[Mapping[str, Value]]

#: How many steps may follow by themselves from one command. A loop of decisions that no
#: person and no time interrupts would otherwise never come back.
AT_ONCE = 1000


def decide(
    chart: Chart,
    case: Case,
    command: Command,
    now: datetime,
    *,
    books: Mapping[str, Lines] | None = None,
) -> tuple[Case, tuple[Event, ...]]:
    """
    What a command does to a case.

    Args:
        chart: The procedure that the case keeps to.
        case: The case so far; ``Case(id=...)`` for one that is about to begin.
        command: What is asked.
        now: The moment, with its time zone.
        books: The site's books, for steps that go over one.

    Returns:
        The case afterwards, and the events that led there, in order; at least one.

    Raises:
        RefusedError: The command cannot be carried out. The case stays as it was.
    """
    state = State(chart, case)
    events: list[Event] = []
    try:
        first = _first(state, command, now)
        state.apply(first, now)
        events.append(first)
        while state.end is None and (event := _next(state, books or {}, now)) is not None:
            if len(events) > AT_ONCE:
                raise RefusedError("endless", "it goes round and round.", case.id)
            state.apply(event, now)
            events.append(event)
    except UndecidedError as error:
        raise RefusedError("undecided", str(error), case.id) from error
    except TwiceError as error:
        raise RefusedError("twice", str(error), case.id, error.step) from error
    return state.frozen(), tuple(events)


def evolve(chart: Chart, case: Case, event: Event, at: datetime) -> Case:
    """
    The case after one more event.
    """
    state = State(chart, case)
    state.apply(event, at)
    return state.frozen()


def _first(state: State, command: Command, now: datetime) -> Event:
    """
    The event that the command itself is, once it is known to be allowed.
    """
    case = state.case
    if isinstance(command, Begin):
        return Began(
            procedure=state.chart.procedure.id,
            version=state.chart.version,
            facts=_checked(state, command.facts),
            ref=command.ref,
            by=command.by,
            because=command.because,
            parent=command.parent,
            since=command.since,
        )
    if not case.open and not isinstance(command, Redact):
        raise RefusedError("ended", f"{case.id} is over: it came to {case.end!r}.", case.id)
    if isinstance(command, Suspend | Resume | Withdraw | Interrupt | Move | Undo | Redo | Redact):
        return of_the_whole(state, command)
    if isinstance(command, Return) and command.step == BETWEEN in case.children:
        return Returned(step=BETWEEN, child=command.child, end=command.end)
    if case.suspended is not None and not isinstance(command, Receive | Return):
        raise RefusedError(
            "suspended", f"{case.id} stands still: nothing is done until it goes on.", case.id
        )
    stop = _open_stop(state, command.step)
    match command:
        case Complete():
            return _done(state, stop, command)
        case Receive():
            return _received(state, stop, command)
        case Expire():
            return _late(state, stop, command, now)
        case Return():
            return _returned(state, stop, command)
        case Skip() | Assign():
            return of_a_step(state, stop, command)


def _open_stop(state: State, step: str) -> Stop:
    case = state.case
    stop = state.chart.stop(step)
    if stop is None or stop.step is None:
        known = [s.id for s in state.chart.program.stops if s.step is not None]
        raise RefusedError(
            "unknown-step",
            f"{case.procedure} has no step {step!r}.{nearest(step, known)}",
            case.id,
            step,
        )
    if step not in state.since:
        there = ", ".join(repr(name) for name in state.since)
        raise RefusedError(
            "not-open", f"step {step!r} of {case.id} is not open; open is {there}.", case.id, step
        )
    return stop


def _done(state: State, stop: Stop, command: Complete) -> Done:
    case, step = state.case, stop.step
    if not isinstance(step, Work):
        raise RefusedError(
            "not-work", f"step {stop.id!r} of {case.id} is not done by a person.", case.id, stop.id
        )
    if not command.roles.intersection(step.by):
        raise RefusedError(
            "not-yours",
            f"step {stop.id!r} of {case.id} is for {' or '.join(step.by)}, "
            f"which {command.by} is not now.",
            case.id,
            stop.id,
        )
    given = case.assigned.get(stop.id, command.by)
    if given != command.by and given not in command.behalf:
        raise RefusedError(
            "given-to-another",
            f"step {stop.id!r} of {case.id} was given to {given}, not to {command.by}.",
            case.id,
            stop.id,
        )
    if step.not_by:
        check_eyes(state, stop, command.by, command.behalf)
    facts = _checked(state, command.facts, stop.id)
    for name in step.asks:
        if name not in facts:
            raise RefusedError(
                "missing-fact",
                f"step {stop.id!r} of {case.id} asks for {name!r}, which is not given: "
                f"{state.chart.fields[name].wanted()}.",
                case.id,
                stop.id,
            )
    _check_answer(case, stop, command.answer)
    outcome = command.answer or (DONE if DONE in stop.moves else "")
    return Done(step=stop.id, by=command.by, answer=outcome, facts=facts, behalf=command.behalf)


def _check_answer(case: Case, stop: Stop, answer: str) -> None:
    if not isinstance(stop.step, Ask):
        if answer:
            raise RefusedError(
                "not-asked", f"step {stop.id!r} of {case.id} asks nothing.", case.id, stop.id
            )
        return
    if answer not in stop.moves:
        raise RefusedError(
            "unknown-answer",
            f"step {stop.id!r} of {case.id} takes the answers {', '.join(stop.moves)}, "
            f"not {answer!r}.{nearest(answer, stop.moves)}",
            case.id,
            stop.id,
        )


def _received(state: State, stop: Stop, command: Receive) -> Received:
    case, step = state.case, stop.step
    if not isinstance(step, Wait) or command.message not in step.messages:
        raise RefusedError(
            "not-waiting",
            f"step {stop.id!r} of {case.id} does not wait for {command.message!r}.",
            case.id,
            stop.id,
        )
    for name in step.same:
        if command.facts.get(name) != case.facts.get(name):
            raise RefusedError(
                "another-matter",
                f"{command.message!r} is about another {name} than {case.id}.",
                case.id,
                stop.id,
            )
    own = {k: v for k, v in command.facts.items() if k in state.chart.fields}
    return Received(step=stop.id, message=command.message, facts=_checked(state, own, stop.id))


def _late(state: State, stop: Stop, command: Expire, now: datetime) -> Late:
    case, step = state.case, stop.step
    due = state.chart.due(stop.id, state.since[stop.id])
    if due is None or stop.id in state.late or due != command.due:
        raise RefusedError(
            "no-deadline", f"step {stop.id!r} of {case.id} has no such deadline.", case.id, stop.id
        )
    if now < command.due:
        raise RefusedError(
            "not-late", f"step {stop.id!r} of {case.id} is not late yet.", case.id, stop.id
        )
    outcome = LATE if LATE in stop.moves or isinstance(step, Wait) else ""
    if isinstance(step, Ask):
        outcome = step.late_answer or ""
    tells = step.late_tells if isinstance(step, Work) else ()
    return Late(step=stop.id, due=command.due, outcome=outcome, tells=tells)


def _returned(state: State, stop: Stop, command: Return) -> Returned:
    case, step = state.case, stop.step
    if not isinstance(step, Call | Each) or stop.id not in state.children:
        raise RefusedError(
            "not-called", f"step {stop.id!r} of {case.id} called nobody.", case.id, stop.id
        )
    facts: dict[str, Value] = {}
    if isinstance(step, Call):
        facts = {own: command.facts[other] for own, other in step.takes if other in command.facts}
    left = state.children[stop.id] - 1
    wanted = isinstance(step, Each) and command.end in step.until
    # Counted from the last: the case keeps only how many have not ended.
    calls = command.calls[-left:][:1] if left and not wanted else ()
    return Returned(
        step=stop.id,
        child=command.child,
        end=command.end,
        facts=_checked(state, facts, stop.id),
        procedure=step.procedure if calls else "",
        calls=calls,
        leaves=left if wanted else 0,
    )


def _checked(state: State, facts: Facts, step: str | None = None) -> Facts:
    chart = state.chart
    return checked(facts, chart.fields, chart.procedure.id, case=state.case.id, step=step)


def _next(state: State, books: Mapping[str, Lines], now: datetime) -> Event | None:
    """
    The next thing that happens by itself, or nothing: then somebody or something is awaited.
    """
    program = state.chart.program
    end = program.end(state.marking)
    if end is not None:
        return Ended(end=end)
    for name in state.since:
        step = program.stops[program.number[name]].step
        match step:
            case Decide():
                return _decided(state, step, now)
            case Halt():
                ended = [name for name in state.since if name in step.region]
                return Halted(step=step.id, ended=tuple(ended))
            case Notice():
                return Told(step=step.id, to=step.to)
            case Call() if step.id not in state.children:
                return Called(step=step.id, procedure=step.procedure, calls=(_down(state, step),))
            case Each() if step.id not in state.children:
                return _each(state, step, books)
    return None


def _decided(state: State, step: Decide, now: datetime) -> Decided:
    verdict = state.chart.decide[step.id](state.facts, now)
    if verdict.outcome not in state.chart.program.stops[state.chart.program.number[step.id]].moves:
        raise UndecidedError(step.id, f"{verdict.outcome!r} leads nowhere.")
    return Decided(
        step=step.id,
        outcome=verdict.outcome,
        table=verdict.table,
        row=verdict.row,
        facts=verdict.facts,
    )


def _down(state: State, step: Call) -> Facts:
    """
    The facts that a called case begins with.
    """
    if step.gives:
        return {other: state.facts[own] for other, own in step.gives if own in state.facts}
    wanted = state.chart.child[step.procedure]
    return {name: value for name, value in state.facts.items() if name in wanted}


def _each(state: State, step: Each, books: Mapping[str, Lines]) -> Called:
    if step.over not in books:
        raise RefusedError(
            "no-book", f"the site keeps no book {step.over!r}.", state.case.id, step.id
        )
    where = state.chart.where[step.id]
    wanted = state.chart.child[step.procedure]
    calls = tuple(
        {name: value for name, value in line.items() if name in wanted}
        for line in books[step.over]
        if where is None or where.holds(line)
    )
    return Called(step=step.id, procedure=step.procedure, calls=calls, order=step.order)
