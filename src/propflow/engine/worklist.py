"""
What is awaited now: work of people, messages, and the passing of time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

import attrs

from propflow.engine.case import Case
from propflow.engine.charge import check_eyes
from propflow.engine.chart import Chart
from propflow.engine.delegation import Right
from propflow.engine.store.base import Timer
from propflow.errors import RefusedError
from propflow.procedures import Ask, Wait, Work
from propflow.text import Text


@attrs.frozen(kw_only=True)
class WorkItem:
    """
    A step that is open for somebody now.

    Attributes:
        case: Id of the case.
        procedure: Id of its procedure.
        step: Id of the step.
        label: What is to be done.
        by: Roles, any of which may do it.
        since: From when it is open.
        due: By when it is to be done, where there is a limit.
        late: ``yes`` once that has passed.
        to: The person to whom it was given, or ``""``.
        asks: Facts without which it cannot be done.
        answers: The answers that it takes, where it is a question.
        why: Of the worklist of one person: why that person may do it.
        until: Until when that is so, where it ends of itself.
        behalf: For whom the person would do it.
    """

    case: str
    procedure: str
    step: str
    label: Text
    by: tuple[str, ...]
    since: datetime
    due: datetime | None
    late: str
    to: str
    asks: tuple[str, ...]
    answers: tuple[str, ...]
    why: str = ""
    until: datetime | None = None
    behalf: tuple[str, ...] = ()


def work_items(chart: Chart, case: Case) -> Iterator[WorkItem]:
    """
    The steps of a case that are open for somebody, the oldest first.
    """
    if case.suspended is not None:
        return
    for name, since in case.since.items():
        stop = chart.stop(name)
        if stop is None or not isinstance(stop.step, Work):
            continue
        step = stop.step
        yield WorkItem(
            case=case.id,
            procedure=case.procedure,
            step=name,
            label=step.label,
            by=step.by,
            since=since,
            due=chart.due(name, since),
            late="yes" if name in case.late else "no",
            to=case.assigned.get(name, ""),
            asks=step.asks,
            answers=tuple(stop.moves) if isinstance(step, Ask) else (),
        )


def allowed(chart: Chart, case: Case, item: WorkItem, rights: Iterable[Right]) -> Right | None:
    """
    The right by which a person may do a piece of work, the own before one that was given.

    Args:
        chart: The version that the case keeps to.
        case: The case.
        item: The work.
        rights: What the person may do at this moment; `Right.behalf` says for whom.
    """
    for right in rights:
        if right.role in item.by and item.to in ("", right.person, *right.behalf):
            stop = chart.stop(item.step)
            try:
                if stop is not None:
                    check_eyes(case, stop, right.person, right.behalf)
            except RefusedError:
                continue
            return right
    return None


def timers_of(chart: Chart, case: Case) -> Iterator[Timer]:
    """
    The deadlines of a case that have not been noted as passed.
    """
    if case.suspended is not None:
        return  # clocks stand still with the case
    for step, since in case.since.items():
        due = None if step in case.late else chart.due(step, since)
        if due is not None:
            yield Timer(due=due, case=case.id, step=step)


def waits_of(chart: Chart, case: Case) -> tuple[str, ...]:
    """
    The messages that a case waits for.
    """
    messages: dict[str, None] = {}
    if case.open and case.suspended is None:
        messages.update((interrupt.on, None) for interrupt in chart.procedure.interrupts)
    for name in case.since:
        stop = chart.stop(name)
        if stop is not None and isinstance(stop.step, Wait):
            messages.update(dict.fromkeys(stop.step.messages))
    return tuple(messages)
