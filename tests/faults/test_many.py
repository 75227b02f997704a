"""
Many people at the same time: nothing that was acknowledged is overwritten by anybody else.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import pytest

from propflow.engine import Engine, MemoryStore, SimulatedClock, Store
from propflow.engine.events import Done
from propflow.engine.store.sqlite import SqliteStore
from propflow.errors import ConflictError
from propflow.sites import Site, load_site
from tests.engine.conftest import lay_out
from tests.faults.campaign import size

NOW = datetime(2025, 10, 11, 8, 0, tzinfo=UTC)
LOOP = {
    "handbook.yaml": """
handbook: counting
title: {en: Counting}
version: "1"
offices: {desk: {en: Desk}}
roles: {clerk: {en: Clerk, office: desk}}
""",
    "procedures/count.yaml": """
procedure: count
chart: "1"
title: {en: Count}
facts:
  who: {type: text, en: Who}
  more: {type: choice, of: [yes, no], en: Is there more?}
steps:
  - repeat: until-counted
    en: Is that all?
    steps:
      - {do: one, en: Count one, by: clerk, asks: [who, more]}
    until: {more: no}
""",
}
COUNTING = """
site: counting
title: {en: Counting}
handbook: counting
timezone: UTC
people:
  - {person: ann, en: Ann, roles: [clerk]}
"""


def counting(folder: Path) -> Site:
    """
    An estate where things are counted, one after the other.
    """
    book = lay_out(folder / "book", LOOP)
    return load_site(lay_out(folder / "site", {"site.yaml": COUNTING}), {"counting": book})


def engine_on(site: Site, store: Store) -> Engine:
    """
    An engine as another process would have it.
    """
    return Engine(site, store, clock=SimulatedClock(NOW), duties=())


def count(engine: Engine, case: str, who: str) -> tuple[str, int]:
    """
    Count one more; who met others five times is told so, and comes again under the same key.
    """
    conflicts = 0
    while True:
        try:
            engine.complete(case, "one", by="ann", facts={"who": who, "more": "yes"}, key=who)
        except ConflictError:
            conflicts += 1
        else:
            return who, conflicts


def counted(engine: Engine, case: str) -> list[str]:
    """
    What the journal says was counted, in order.
    """
    events = (line.event for line in engine.history(case))
    return [str(event.facts["who"]) for event in events if isinstance(event, Done)]


@pytest.fixture(params=["memory", "sqlite, one engine", "sqlite, an engine each"])
def desks(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[Engine]]:
    """
    Thirty-two desks: on one engine, or each with an engine and a connection of its own.
    """
    site = counting(tmp_path)
    if request.param == "sqlite, an engine each":
        engines = [engine_on(site, SqliteStore(tmp_path / "c.db", wait=60)) for _ in range(32)]
    else:
        store = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "c.db")
        engines = [engine_on(site, store)] * 32
    yield engines
    for engine in dict.fromkeys(engines):
        engine.close()


def test_thirty_two_desks_on_one_case_lose_no_update(desks: list[Engine]) -> None:
    """
    Each thing that was counted is in the journal, once, and the case is what its journal says.
    """
    case = desks[0].begin("count").id
    rounds = size(3, 50)

    def desk(number: int) -> list[str]:
        return [count(desks[number], case, f"{number}-{n}")[0] for n in range(rounds)]

    with ThreadPoolExecutor(32) as pool:
        done = [who for found in pool.map(desk, range(32)) for who in found]
    assert sorted(counted(desks[0], case)) == sorted(done)
    assert len(done) == 32 * rounds
    assert desks[0].verify().whole
    assert desks[0].case(case).seq == len(desks[0].history(case))


def process(folder: str, number: int, cases: list[str]) -> list[tuple[str, str]]:
    """
    One of several processes: it counts one in each case.
    """
    engine = engine_on(
        counting(Path(folder) / f"p{number}"), SqliteStore(f"{folder}/c.db", wait=60)
    )
    done = [(case, count(engine, case, f"{case}-{number}")[0]) for case in cases]
    engine.close()
    return done


def test_processes_on_many_cases_lose_no_update(tmp_path: Path) -> None:
    """
    All go through the same cases at the same time, from the first to the last.
    """
    site = counting(tmp_path)
    engine = engine_on(site, SqliteStore(tmp_path / "c.db", wait=60))
    cases = [engine.begin("count").id for _ in range(size(12, 1000))]
    desks = size(3, 8)
    with ProcessPoolExecutor(desks, mp_context=get_context("spawn")) as pool:
        jobs = [pool.submit(process, str(tmp_path), number, cases) for number in range(desks)]
        done = [one for job in jobs for one in job.result()]
    found = [(case, who) for case in cases for who in counted(engine, case)]
    assert sorted(found) == sorted(done)
    assert len(done) == desks * len(cases)
    assert engine.verify().whole
    engine.close()


def test_who_meets_others_again_and_again_is_told_so(tmp_path: Path) -> None:
    """
    A conflict is tried again five times; then it is an error of its own, and nothing is written.
    """
    site = counting(tmp_path)
    store = MemoryStore()
    other = engine_on(site, store)
    case = other.begin("count").id
    mine = engine_on(site, store)
    real, meets = store.commit, []

    def commit(change):
        # Somebody else is always a moment quicker.
        if len(meets) < 100 and change.key == "mine":
            meets.append(change)
            store.commit = real
            count(other, case, f"other-{len(meets)}")
            store.commit = commit
        real(change)

    store.commit = commit
    with pytest.raises(ConflictError, match="somebody else changed count-1 first"):
        mine.complete(case, "one", by="ann", facts={"who": "me", "more": "yes"}, key="mine")
    assert counted(other, case) == [f"other-{n}" for n in range(1, 6)]
    meets.extend([None] * 100)
    mine.complete(case, "one", by="ann", facts={"who": "me", "more": "yes"}, key="mine")
    assert counted(mine, case)[-1] == "me"


def test_readers_wait_for_no_writer(tmp_path: Path) -> None:
    """
    Another process is in the middle of a long write: a worklist comes all the same, and so does
    whatever else is only looked at.
    """
    site = counting(tmp_path)
    store = SqliteStore(tmp_path / "c.db", wait=60)
    engine = engine_on(site, store)
    case = engine.begin("count").id
    other = SqliteStore(tmp_path / "c.db")
    other._db.execute("BEGIN IMMEDIATE")
    other._db.execute("DELETE FROM cases")
    writer = threading.Thread(target=count, args=(engine, case, "late"))
    writer.start()
    while store._lock.acquire(blocking=False):
        store._lock.release()  # until the writer of this process waits for the other one
    assert [item.step for item in engine.worklist()] == ["one"]
    assert engine.case(case).seq == 1
    assert len(engine.history(case)) == 1
    assert engine.verify().whole
    assert writer.is_alive()
    other._db.execute("ROLLBACK")
    writer.join()
    assert counted(engine, case) == ["late"]
    other.close()
    engine.close()
