"""
Many hosts write to one database at the same time.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from propflow.engine import Engine, SimulatedClock
from propflow.engine.store.sqlite import SqliteStore
from propflow.errors import RefusedError
from propflow.sites import Site

NOW = datetime(2025, 10, 11, 8, 0, tzinfo=UTC)


def engine_on(site: Site, path: Path) -> Engine:
    """
    An engine with a connection of its own, as another process would have.
    """
    return Engine(site, SqliteStore(path, wait=60), clock=SimulatedClock(NOW), duties=())


def test_eight_desks_open_cases_and_no_number_is_given_twice(site: Site, tmp_path: Path) -> None:
    """
    Every case that was acknowledged is there, once.
    """
    path = tmp_path / "cases.db"
    SqliteStore(path).close()

    def desk(number: int) -> list[str]:
        engine = engine_on(site, path)
        opened = [engine.begin("complaint", {"kind": "noise"}).id for _ in range(12)]
        engine.close()
        return opened

    with ThreadPoolExecutor(8) as pool:
        opened = [case for cases in pool.map(desk, range(8)) for case in cases]
    store = SqliteStore(path)
    assert sorted(opened) == sorted(f"complaint-{n}" for n in range(1, 97))
    assert sorted(case.id for case in store.cases()) == sorted(opened)
    assert store.verify().whole
    store.close()


def test_sixteen_clerks_on_one_case_and_one_of_them_does_each_step(
    site: Site, tmp_path: Path
) -> None:
    """
    Who comes second is told that the step is no longer open; nothing is done twice.
    """
    path = tmp_path / "cases.db"
    first = engine_on(site, path)
    case = first.begin("complaint", {"kind": "noise"}).id

    refused: set[str] = set()

    def clerk(number: int) -> int:
        engine = engine_on(site, path)
        done = 0
        for step, by, facts in (
            ("record", "ann", {"floors": 0}),
            ("handle", "gus", {}),
            ("reply", "ann", {"satisfied": "yes"}),
            ("file", "ben", {}),
            ("sign", "ben", {}),
        ):
            try:
                engine.complete(case, step, by=by, facts=facts)
                done += 1
            except RefusedError as error:
                refused.add(error.code)
        engine.close()
        return done

    with ThreadPoolExecutor(16) as pool:
        done = list(pool.map(clerk, range(16)))
    found = first.store.load(case)
    assert found is not None
    assert (sum(done), found.end) == (5, "filed")
    assert refused <= {"not-open", "ended"}
    assert first.verify().whole
    first.close()
