"""
What a step has called, read from its case's journal: whose turn comes next, and who is given up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from propflow.engine.amends import Moved
from propflow.engine.case import Case
from propflow.engine.chart import Chart
from propflow.engine.effects import Effect
from propflow.engine.events import Called, Facts
from propflow.engine.journal import Entry
from propflow.engine.store import Store
from propflow.procedures import IN_TURN, Each


def turns(chart: Chart, case: Case, step: str, store: Store) -> tuple[Facts, ...]:
    """
    What is handed down to all cases that an open step calls one after another; otherwise nothing.
    """
    stop = chart.stop(step)
    if stop is None or not isinstance(stop.step, Each) or stop.step.order != IN_TURN:
        return ()
    line = _calling(store.history(case.id)[: case.seq], step)
    return line.event.calls if line is not None and isinstance(line.event, Called) else ()


def given_up(store: Store, effect: Effect) -> Iterator[str]:
    """
    The open cases that nobody waits for any more, because another has come to what was wanted.

    Those that have been asked for and not begun never will be.
    """
    step, seq = effect.needs["step"], effect.needs["seq"]
    line = _calling(store.history(effect.case)[:seq], step)
    if line is None:
        return
    asked = f"{effect.case}:{line.seq}:"
    for other in (*store.outbox(("begin",)), *(dead for dead, _ in store.dead())):
        if other.id.startswith(asked):
            store.carried(other.id)
    for case in tuple(store.cases(state="open")):
        # What an earlier round of the same step called is none of its business.
        if case.parent is None or case.parent[0] != effect.case or case.began is None:
            continue
        if case.began >= line.moment and named_now(store, case) == step:
            yield case.id


def named_now(store: Store, child: Case) -> str:
    """
    The step that called a case, as the caller's version names it now.
    """
    if child.parent is None or child.began is None:
        return ""
    caller, step = child.parent
    for line in store.history(caller):
        event = line.event
        if isinstance(event, Moved) and line.moment >= child.began:
            step = event.steps.get(step, step)
    return step


def _calling(lines: Sequence[Entry], step: str) -> Entry | None:
    """
    The last line in which a step called others; it may have had another name then.
    """
    for line in reversed(lines):
        event = line.event
        if isinstance(event, Called) and event.step == step:
            return line
        if isinstance(event, Moved):
            step = next((old for old, new in event.steps.items() if new == step), step)
    return None
