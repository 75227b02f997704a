"""
Cases made anew from their events: the same history must always give the same case.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from propflow.engine import Case, Engine, Entry, Store
from propflow.engine.chart import Chart
from propflow.engine.machine import evolve
from propflow.engine.records import dump_case, load_case
from propflow.testing.player import BrokenError


def rebuild(chart: Chart, entries: Iterable[Entry], *, start: Case) -> Case:
    """
    The case that events lead to.

    Args:
        chart: The procedure that the case keeps to.
        entries: Lines of its journal, in order, from the one after *start*.
        start: ``Case(id=...)`` to begin at the beginning, or a snapshot.
    """
    case = start
    for entry in entries:
        case = evolve(chart, case, entry.event, entry.moment)
    return case


def hold_to_history(engine: Engine, case: str) -> None:
    """
    Compare a case as it stands with its history replayed: whole, and from a snapshot half way.

    Raises:
        BrokenError: They differ.
    """
    live = engine.case(case)
    entries = engine.history(case)
    chart = engine.chart_of(live)
    half = rebuild(chart, entries[: len(entries) // 2], start=Case(id=live.id))
    # The snapshot goes through its text, as it does in a database.
    tail = rebuild(chart, entries[len(entries) // 2 :], start=load_case(dump_case(half)))
    whole = rebuild(chart, entries, start=Case(id=live.id))
    stored = engine.store.load(live.id)
    for name, found in (("all its events", whole), ("a snapshot", tail), ("the store", stored)):
        if found != live:
            raise BrokenError(f"{live.id} is another case by {name} than the one that is run.")


def digest(store: Store) -> str:
    """
    One hash of all that happened: the last seal of every case, by the cases' names.
    """
    heads = sorted((case.id, store.history(case.id)[-1].seal) for case in store.cases())
    return sha256("\n".join(f"{case} {seal}" for case, seal in heads).encode()).hexdigest()
