"""
Many changes, one flush: none is acknowledged before it is on the disk, and none fails for another.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from propflow.engine import Case, Engine, MemoryStore, SimulatedClock, Store
from propflow.engine.journal import Entry
from propflow.engine.store.sqlite import SqliteStore
from propflow.errors import RefusedError, StoreError, UnknownNameError
from propflow.sites import Site

NOW = datetime(2025, 10, 11, 8, 0, tzinfo=UTC)
FACTS = {"unit": "1-101", "kind": "noise"}


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """
    Each store.
    """
    made = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "p.sqlite")
    yield made
    made.close()


@pytest.fixture
def engine(site: Site, store: Store) -> Engine:
    """
    An engine on each store.
    """
    return Engine(site, store, clock=SimulatedClock(NOW))


def on_disk(path: Path, case: str) -> int:
    """
    How many events of a case somebody else reads in the file.
    """
    other = SqliteStore(path)
    try:
        return len(other.history(case))
    finally:
        other.close()


def test_each_command_of_a_batch_has_its_own_outcome(engine: Engine) -> None:
    """
    The refused and the unknown among them keep nobody else from what is allowed.
    """
    with engine.batch() as batch:
        opened = batch.begin("complaint", FACTS, ref="call")
        stranger = batch.complete("call", "record", by="gus", facts={"floors": 0})
        recorded = batch.complete("call", "record", by="ann", facts={"floors": 0})
        nowhere = batch.complete("calls", "handle", by="gus")
        skipped = batch.do(lambda: engine.skip("call", "handle", by="max", reason="a gift"))
        with pytest.raises(RuntimeError, match=r"^the batch is not over yet\.$"):
            _ = opened.case
    assert opened.case.seq == 1
    assert recorded.case.since.keys() == {"handle"}
    assert skipped.case.since.keys() == {"reply"}
    assert isinstance(stranger.refused, RefusedError)
    assert isinstance(nowhere.refused, UnknownNameError)
    assert recorded.refused is None
    assert engine.case("call") == skipped.case
    assert [refusal.by for refusal in engine.refusals("call")] == ["gus"]
    assert engine.verify().whole


def test_a_batch_that_is_left_by_an_error_does_nothing(engine: Engine) -> None:
    """
    Whoever stumbles while putting it together has changed nothing.
    """
    outcomes = []

    def stumble() -> None:
        with engine.batch() as batch:
            outcomes.append(batch.begin("complaint", FACTS))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        stumble()
    assert list(engine.cases()) == []
    assert isinstance(outcomes[0].refused, RuntimeError)


def test_a_batch_is_on_the_disk_as_a_whole_and_only_then_shown(site: Site, tmp_path: Path) -> None:
    """
    In the middle nobody else sees any of it; observers hear of it when it is written.
    """
    path = tmp_path / "p.sqlite"
    seen: list[tuple[str, int]] = []

    def watch(case: Case, entries: Any) -> None:
        assert all(isinstance(entry, Entry) for entry in entries)
        seen.append((case.id, on_disk(path, case.id)))

    engine = Engine(site, SqliteStore(path), clock=SimulatedClock(NOW), observers=[watch])
    between: list[int] = []
    with engine.batch() as batch:
        batch.begin("complaint", FACTS)
        batch.do(lambda: between.append(on_disk(path, "complaint-1")) or engine.case("complaint-1"))
        batch.complete("complaint-1", "record", by="ann", facts={"floors": 0})
    engine.close()
    assert between == [0]
    assert seen == [("complaint-1", 4), ("complaint-1", 4)]


def test_a_batch_that_the_disk_does_not_take_has_not_happened(site: Site, tmp_path: Path) -> None:
    """
    All outcomes say so, and the engine goes on from where it was.
    """
    path = tmp_path / "p.sqlite"
    store = SqliteStore(path)
    engine = Engine(site, store, clock=SimulatedClock(NOW))
    case = engine.begin("complaint", FACTS)
    pages = store._one("PRAGMA page_count")
    store._db.execute(f"PRAGMA max_page_count={pages + 20}")
    outcomes = []

    def fill() -> None:
        with engine.batch() as batch:
            outcomes.append(batch.complete(case.id, "record", by="ann", facts={"floors": 0}))
            batch.begin("dunning", {"unit": "1-101"})
            for number in range(200):
                batch.begin("complaint", {**FACTS, "unit": f"1-{number}" * 50})

    with pytest.raises(StoreError, match="the disk is full"):
        fill()
    assert isinstance(outcomes[0].refused, StoreError)
    assert engine.case(case.id) == case
    store._db.execute(f"PRAGMA max_page_count={pages * 100}")
    assert engine.complete(case.id, "record", by="ann", facts={"floors": 0}).seq == 4
    assert [found.id for found in engine.cases()] == [case.id]
    dunning = engine.begin("dunning", {"unit": "1-101"})
    assert store.definition("dunning", dunning.version) is not None
    assert engine.verify().whole
    engine.close()


def test_whoever_opens_cases_at_once_has_each_a_number(site: Site, tmp_path: Path) -> None:
    """
    Eight threads that open and record, while another hands over batches.
    """
    store = SqliteStore(tmp_path / "p.sqlite")
    engine = Engine(site, store, clock=SimulatedClock(NOW))

    def clerk(_: int) -> None:
        for _ in range(5):
            case = engine.begin("complaint", FACTS)
            engine.complete(case.id, "record", by="ann", facts={"floors": 0})

    def importer(_: int) -> None:
        for _ in range(3):
            with engine.batch() as batch:
                outcomes = [batch.begin("complaint", FACTS) for _ in range(5)]
            assert [outcome.refused for outcome in outcomes] == [None] * 5

    with ThreadPoolExecutor(10) as pool:
        work = [pool.submit(clerk, n) for n in range(8)] + [
            pool.submit(importer, n) for n in (0, 1)
        ]
        for each in work:
            each.result(60)
    assert [case.id for case in engine.cases()] == [f"complaint-{n}" for n in range(1, 71)]
    assert engine.verify().whole
    engine.close()


def test_threads_that_wait_for_the_disk_are_written_together(site: Site, tmp_path: Path) -> None:
    """
    Eight clerks, one of them refused for a key that another has taken: one flush for all.
    """
    path = tmp_path / "p.sqlite"
    store = SqliteStore(path)
    engine = Engine(site, store, clock=SimulatedClock(NOW))
    cases = [engine.begin("complaint", FACTS).id for _ in range(8)]
    said: list[str] = []
    store._db.set_trace_callback(said.append)
    held, go = Event(), Event()

    def hold() -> None:
        with store._lock:
            held.set()
            go.wait(10)

    def record(case: str) -> int:
        done = engine.complete(case, "record", by="ann", facts={"floors": 0})
        return on_disk(path, done.id)

    holder = Thread(target=hold)
    holder.start()
    held.wait(10)
    with ThreadPoolExecutor(8) as pool:
        found = [pool.submit(record, case) for case in cases]
        twice = pool.submit(engine.complete, cases[0], "record", by="ben", facts={"floors": 0})
        while len(store._group._waiting) < 8:
            pass
        go.set()
        assert [each.result() for each in found[1:]] == [4] * 7
        refused = [each for each in (found[0], twice) if each.exception()]
    holder.join()
    assert [type(each.exception()) for each in refused] == [RefusedError]
    assert said.count("COMMIT") < 8
    assert [engine.case(case).seq for case in cases] == [4] * 8
    assert engine.verify().whole
    engine.close()
