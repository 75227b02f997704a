"""
Databases of former releases: opened, brought up to date, and gone on with.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from propflow.engine import Engine, SimulatedClock
from propflow.engine.store.formats import LATEST
from propflow.engine.store.sqlite import SqliteStore
from propflow.errors import RefusedError
from propflow.sites import Site
from tests.engine.conftest import START

PAST = Path(__file__).parent / "past"


@pytest.fixture(params=sorted(path.name for path in PAST.glob("format-*.sqlite")))
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """
    A copy of a database that a former release wrote.
    """
    return Path(shutil.copy(PAST / request.param, tmp_path / "cases.db"))


def test_an_old_database_is_brought_up_to_date_and_gone_on_with(old: Path, site: Site) -> None:
    """
    Every event is there with its seal, deadlines stand, and what is new can be used at once.
    """
    store = SqliteStore(old)
    assert store._one("PRAGMA user_version") == LATEST
    engine = Engine(site, store, clock=SimulatedClock(START), duties=())
    assert engine.verify().whole
    assert [(c.id, c.end) for c in engine.cases()] == [
        ("complaint-1", None),
        ("dunning-1", None),
        ("round-1", "walked"),
    ]
    assert [type(line.event).__name__ for line in engine.history("round-1")][:2] == [
        "Began",
        "Skipped",
    ]
    assert engine.begin("dunning", {}, key="k1").id == "dunning-1"
    with pytest.raises(RefusedError):
        engine.complete("loud", "handle", by="ann")
    assert [r.code for r in engine.refusals("loud")] == ["not-yours"]
    engine.complete("loud", "handle", by="gus")
    engine.complete("loud", "reply", by="ann", facts={"satisfied": "yes"})
    assert engine.send("paid", {"unit": "1-201"})[0].end == "settled"
    assert engine.verify().whole
    store.close()


def test_a_database_is_brought_up_to_date_once(old: Path) -> None:
    """
    The second time it is opened there is nothing to do.
    """
    SqliteStore(old).close()
    before = old.read_bytes()
    SqliteStore(old).close()
    assert old.read_bytes() == before
