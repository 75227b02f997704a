"""
The journal: the same history always gives the same case, and what was written stays so.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from propflow.engine import Case, Engine, MemoryStore, SimulatedClock, Store
from propflow.engine.chart import Chart, by_condition
from propflow.engine.events import Begin, Complete
from propflow.engine.machine import decide, evolve
from propflow.engine.records import dump_case, dump_event, load_case, load_event
from propflow.engine.store import Change
from propflow.engine.store.formats import LATEST
from propflow.engine.store.sqlite import SqliteStore
from propflow.errors import ConflictError, RefusedError, StoreError
from propflow.procedures import Ask, Decide, Procedure, compile_graph, graph_of
from propflow.rules import parse_condition
from propflow.sites import Site
from propflow.testing import ROLE, procedures

NOW = datetime(2025, 10, 11, 8, 0, tzinfo=UTC)


def chart_of(procedure: Procedure) -> Chart:
    """
    A made-up procedure, ready for the machine.
    """
    program = compile_graph(graph_of(procedure))
    fields = {field.name: field for field in procedure.facts}
    return Chart(
        procedure=procedure,
        version=program.graph.digest,
        program=program,
        fields=fields,
        decide={
            step.id: by_condition(step, parse_condition(dict(step.test), fields))
            for step in program.graph.steps
            if isinstance(step, Decide)
        },
        where={},
        child={},
    )


@given(procedures(), st.data())
def test_replaying_the_events_gives_the_same_case(
    procedure: Procedure, data: st.DataObject
) -> None:
    """
    Whatever people do, a case is its events applied in order, and survives being written.
    """
    chart = chart_of(procedure)
    case, events = decide(chart, Case(id="c-1"), Begin(), NOW)
    at = NOW
    history = [(event, at) for event in events]
    for _ in range(20):
        if not case.open:
            break
        step = data.draw(st.sampled_from(list(case.since)))
        stop = chart.stop(step)
        assert stop is not None
        command = Complete(
            step=step,
            by="ann",
            roles=frozenset({ROLE}),
            answer=data.draw(st.sampled_from(list(stop.moves)))
            if isinstance(stop.step, Ask)
            else "",
            facts={
                fact: data.draw(st.sampled_from(["yes", "no"]))
                for fact in getattr(stop.step, "asks", ())
            },
        )
        at += timedelta(minutes=1)
        case, events = decide(chart, case, command, at)
        history += [(event, at) for event in events]
    replayed = Case(id="c-1")
    for event, moment in history:
        replayed = evolve(chart, replayed, load_event(dump_event(event)), moment)
    assert replayed == case
    assert load_case(dump_case(case)) == case


# -- what may happen while it is written ----------------------------------------------------


def live(engine: Engine, clock: Any) -> None:
    """
    A complaint, a review of dues with its children, and a night of duties.
    """
    engine.send("complaint-made", {"unit": "1-101", "kind": "leak"}, ref="c", key="k1")
    engine.complete("c", "record", by="ann", facts={"floors": 3}, key="k2")
    engine.begin("review", ref="r", key="k3")
    engine.tick()
    clock.move_to(NOW + timedelta(hours=6))
    engine.tick()
    while items := [item for item in engine.worklist(case="c") if item.by != ("clerk", "manager")]:
        item = items[0]
        engine.complete(
            "c",
            item.step,
            by={"clerk": "ann", "guard": "gus", "manager": "max"}[item.by[0]],
            answer="handle" if item.answers else "",
            facts={"satisfied": "yes"} if item.asks else {},
            key=f"{item.step}",
        )
    engine.complete("c", "sign", by="ben", key="k9")


class Crashed(BaseException):
    """
    The power went.
    """


class Failing:
    """
    A store whose process dies at a given write: before it, or just after it.
    """

    def __init__(self, store: Store, write: int, moment: str) -> None:
        self._store = store
        self._left = write
        self._moment = moment

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)
        if name not in ("commit", "carried", "failed", "remember"):
            return method

        def writing(*args: Any, **kwargs: Any) -> Any:
            self._left -= 1
            if self._left == 0 and self._moment == "before":
                raise Crashed
            result = method(*args, **kwargs)
            if self._left == 0:
                raise Crashed
            return result

        return writing


def outcome(engine: Engine) -> list[tuple[str, str, str | None, int]]:
    """
    What is left in the end: every case, where it came to, and how many events it took.
    """
    return sorted((c.id, c.procedure, c.end, c.seq) for c in engine.cases())


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_crash_at_any_write_loses_nothing_and_doubles_nothing(site: Site, moment: str) -> None:
    """
    The host hands in the same commands again, under the same keys, and all is as if nothing was.
    """
    clock = SimulatedClock(NOW)
    whole = Engine(site, MemoryStore(), clock=clock)
    live(whole, clock)
    expected = outcome(whole)
    crashes = 0
    for write in range(1, 500):
        store = MemoryStore()
        clock = SimulatedClock(NOW)
        try:
            live(Engine(site, Failing(store, write, moment), clock=clock), clock)  # type: ignore[arg-type]
        except Crashed:
            crashes += 1
        else:
            break
        again = SimulatedClock(NOW)
        engine = Engine(site, store, clock=again)
        live(engine, again)
        engine.tick()
        assert outcome(engine) == expected, f"died {moment} write {write}"
        assert engine.verify().whole
    assert crashes > 15


def test_the_same_key_again_is_the_same_command(engine: Engine) -> None:
    """
    A host that did not hear back asks again; the answer is the case, and nothing is doubled.
    """
    first = engine.begin("complaint", {"kind": "noise"}, key="a")
    assert engine.begin("complaint", {"kind": "noise"}, key="a").id == first.id
    for _ in range(2):
        engine.complete(first.id, "record", by="ann", facts={"floors": 0}, key="b")
    for _ in range(2):
        engine.send("complaint-made", {"unit": "1-101", "kind": "noise"}, key="c")
    assert [case.id for case in engine.cases()] == ["complaint-1", "complaint-2"]
    assert engine.case(first.id).seq == 4


def test_who_comes_second_looks_again_and_then_decides(
    site: Site, store: Store, clock: SimulatedClock
) -> None:
    """
    Two engines on one store: the second sees what the first did before it decides.
    """
    one, two = (Engine(site, store, clock=clock) for _ in range(2))
    case = one.begin("complaint", {"kind": "noise"}).id
    two.case(case)
    one.complete(case, "record", by="ann", facts={"floors": 0})
    with pytest.raises(RefusedError, match="'record' of complaint-1 is not open"):
        two.complete(case, "record", by="ann", facts={"floors": 0})
    assert two.complete(case, "handle", by="gus").seq == one.store.load(case).seq  # type: ignore[union-attr]
    assert store.verify().whole


def test_a_change_based_on_an_old_case_is_a_conflict(engine: Engine, store: Store) -> None:
    """
    The store refuses what was decided on another state, and keeps what it has.
    """
    case = engine.begin("complaint", {"kind": "noise"}).id
    stored = store.load(case)
    assert stored is not None
    engine.complete(case, "record", by="ann", facts={"floors": 0})
    events = (engine.history(case)[1].event,)
    stale = Change(before=1, after=stored, events=events, at=NOW)
    with pytest.raises(ConflictError, match="somebody else changed complaint-1 first"):
        store.commit(stale)
    assert store.verify().whole


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE journal SET data = replace(data, 'noise', 'leak') WHERE seq = 0",
        "UPDATE journal SET at = '2020-01-01T00:00:00+00:00' WHERE seq = 1",
        "DELETE FROM journal WHERE seq = 2",
        "DELETE FROM journal WHERE n = (SELECT max(n) FROM journal)",
        "UPDATE journal SET seq = 9 - seq WHERE seq IN (1, 2)",
        "DELETE FROM journal",
        "DELETE FROM cases",
        "UPDATE cases SET head = '' WHERE n = 1",
    ],
)
def test_whatever_is_changed_behind_its_back_is_found(
    site: Site, tmp_path: Path, change: str
) -> None:
    """
    An edit, a deletion, a swap and a truncation each break the chain.
    """
    store = SqliteStore(tmp_path / "cases.db")
    engine = Engine(site, store, clock=SimulatedClock(NOW))
    case = engine.begin("complaint", {"kind": "noise"}).id
    engine.complete(case, "record", by="ann", facts={"floors": 0})
    assert engine.verify().whole
    store._db.execute(change)
    assert not engine.verify().whole
    store.close()


# -- databases that cannot be used ----------------------------------------------------------


def not_a_database(path: Path) -> None:
    path.write_text("This is a letter to the residents, not a database at all.\n" * 40)


def of_another_program(path: Path) -> None:
    import sqlite3

    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE residents (name TEXT)")
    other.close()


def of_a_later_release(path: Path) -> None:
    store = SqliteStore(path)
    store._db.execute("PRAGMA user_version = 99")
    store.close()


BAD: list[tuple[Callable[[Path], None], str]] = [
    (not_a_database, "this is not a propflow database."),
    (of_another_program, "this is a database of another program."),
    (
        of_a_later_release,
        f"it was written by a later propflow (format 99, this one reads up to {LATEST}). Use the "
        "later release.",
    ),
    (Path.mkdir, "it cannot be opened. Is it a file, and may it be read?"),
]


@pytest.mark.parametrize(("make", "said"), BAD, ids=[make.__name__ for make, _ in BAD])
def test_a_database_that_is_not_ours_is_refused_and_left_as_it_is(
    tmp_path: Path, make: Callable[[Path], None], said: str
) -> None:
    """
    One sentence, and not a byte of the file has changed.
    """
    path = tmp_path / "cases.db"
    make(path)
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(StoreError) as refusal:
        SqliteStore(path)
    assert str(refusal.value) == f"{path}: {said}"
    assert (path.read_bytes() if path.is_file() else b"") == before


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    """
    The store makes its file and never a folder that nobody asked for.
    """
    with pytest.raises(StoreError) as refusal:
        SqliteStore(tmp_path / "nowhere" / "cases.db")
    assert str(refusal.value) == (
        f"{tmp_path}/nowhere/cases.db: there is no folder '{tmp_path}/nowhere'. Make it first."
    )


def test_a_locked_database_says_so(site: Site, tmp_path: Path) -> None:
    """
    Another process is writing and does not finish.
    """
    other = SqliteStore(tmp_path / "cases.db")
    store = SqliteStore(tmp_path / "cases.db", wait=0.05)
    engine = Engine(site, store, clock=SimulatedClock(NOW))
    other._db.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError) as refusal:
        engine.begin("complaint", {"kind": "noise"})
    assert str(refusal.value) == (
        f"{tmp_path}/cases.db: another process holds it locked. Try again when that has finished."
    )
    other._db.execute("ROLLBACK")
    assert engine.begin("complaint", {"kind": "noise"}).id == "complaint-1"
    other.close()
    store.close()


def fill(engine: Engine) -> None:
    """
    Open cases until something gives.
    """
    for _ in range(200):
        engine.begin("complaint", {"kind": "noise", "unit": "1" * 500})


def test_a_full_disk_changes_nothing(site: Site, tmp_path: Path) -> None:
    """
    The case is refused whole; after room has been made, work goes on.
    """
    store = SqliteStore(tmp_path / "cases.db")
    engine = Engine(site, store, clock=SimulatedClock(NOW))
    pages = store._one("PRAGMA page_count")
    store._db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreError) as refusal:
        fill(engine)
    assert str(refusal.value) == (
        f"{tmp_path}/cases.db: the disk is full. Nothing was changed; make room and try again."
    )
    count = len(list(engine.cases()))
    assert engine.verify().whole
    store._db.execute("PRAGMA max_page_count = 100000")
    engine.begin("complaint", {"kind": "noise"})
    assert len(list(engine.cases())) == count + 1
    store.close()


def test_a_database_that_may_only_be_read_says_so(site: Site, tmp_path: Path) -> None:
    """
    Nothing can be written, and the message says what to change.
    """
    path = tmp_path / "cases.db"
    store = SqliteStore(path)
    Engine(site, store, clock=SimulatedClock(NOW))
    store._db.execute("PRAGMA query_only = ON")
    with pytest.raises(StoreError) as refusal:
        Engine(site, store, clock=SimulatedClock(NOW)).begin("complaint", {"kind": "noise"})
    assert str(refusal.value) == (
        f"{path}: it may only be read. Make the file and its folder writable."
    )
    store.close()


def test_what_was_written_is_there_after_opening_again(site: Site, tmp_path: Path) -> None:
    """
    Cases, history, deadlines, waits and keys outlive the process.
    """
    path = tmp_path / "cases.db"
    clock = SimulatedClock(NOW)
    first = Engine(site, SqliteStore(path), clock=clock)
    live(first, clock)
    seen = outcome(first), list(first.store.journal()), first.store.occasions()
    seen_cases = list(first.cases())
    first.close()
    second = Engine(site, SqliteStore(path), clock=clock)
    assert (outcome(second), list(second.store.journal()), second.store.occasions()) == seen
    assert list(second.cases()) == seen_cases
    assert second.verify().whole
    second.close()
