"""
A bad month in a second: whatever goes wrong, what was acknowledged stands, once.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from propflow.engine import Engine, MemoryStore, SimulatedClock
from propflow.engine.store import Change
from propflow.engine.store.sqlite import SqliteStore
from propflow.sites import Site
from propflow.testing import BrokenError, Faults, simulate
from tests.faults.campaign import size

ALL = {"busy", "crash", "full", "jump", "reorder", "repeat", "slow"}


def test_nothing_that_was_acknowledged_is_lost_or_doubled(
    garden: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    The whole handbook, seed by seed: crashes, a busy store, a full disk, calls that come twice,
    messages out of order, a clock that jumps, notifiers that fail.
    """
    met: Counter[str] = Counter()
    seeds = size(8, 1000)
    events = 0
    for seed in range(seeds):
        found = simulate(garden, seed=seed, turns=100)
        met.update(found.faults)
        events += found.events
    said = ", ".join(f"{count:,} {fault}" for fault, count in sorted(met.items()))
    with capsys.disabled():
        sys.stdout.write(f"\n{seeds} simulations, {events:,} events: {said}; 0 lost, 0 doubled\n")
    assert {fault for fault, count in met.items() if count} == ALL


def test_duties_fall_due_once_whatever_the_clock_does(garden: Site) -> None:
    """
    The estate's seventy duties open their cases while processes die and the clock jumps.
    """
    for seed in range(size(1, 20)):
        found = simulate(
            garden, seed=seed, turns=40, duties=garden.duties, faults=Faults(forward=0.3)
        )
        assert found.cases > 100


def test_two_engines_on_one_database_come_to_the_same(small: Site, tmp_path: Path) -> None:
    """
    They take turns; what the one has written the other finds.
    """
    for seed in range(size(1, 100)):
        opener = Opener(tmp_path / f"{seed}.db")
        found = simulate(small, seed=seed, turns=50, duties=small.duties, engines=2, store=opener)
        assert found.faults["crash"]
        opener.close()


class Opener:
    """
    Opens one file again and again, as new processes do.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.stores: list[SqliteStore] = []

    def __call__(self) -> SqliteStore:
        self.close()
        store = SqliteStore(self.path)
        store._db.execute("PRAGMA synchronous=OFF")  # the machine itself does not go down here
        self.stores.append(store)
        return store

    def close(self) -> None:
        while self.stores:
            self.stores.pop().close()


def test_the_same_seed_is_the_same_history_in_another_process(garden: Site) -> None:
    """
    Python's own dice for hashes make no difference.
    """
    program = (
        "from propflow.cli.desk import open_site\n"
        "from propflow.testing import simulate\n"
        "found = simulate(open_site(None), seed=5, turns=60)\n"
        "print(found.digest, sorted(found.faults.items()), len(found.story))"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": number},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for number in ("1", "2")
    }
    here = simulate(garden, seed=5, turns=60)
    assert said == {f"{here.digest} {sorted(here.faults.items())} {len(here.story)}\n"}
    assert simulate(garden, seed=6, turns=60).digest != here.digest


# -- faults seeded in propflow itself ---------------------------------------------------------


class Forgetful(MemoryStore):
    """
    A store that acknowledges every tenth change and keeps nothing of it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.changes = 0

    def commit(self, change: Change) -> None:
        self.changes += 1
        if self.changes % 10 or not change.before:
            super().commit(change)


class Keyless(MemoryStore):
    """
    A store that does not keep the callers' keys.
    """

    def commit(self, change: Change) -> None:
        super().commit(change._replace(key=""))


class Twisted(MemoryStore):
    """
    A store that hands out another case than it was given.
    """

    def load(self, case: str) -> Any:
        found = super().load(case)
        return found and found.replaced(doers={"record": "nobody"})


@pytest.mark.parametrize("broken", [Forgetful, Keyless, Twisted])
def test_a_store_that_breaks_its_word_is_noticed(small: Site, broken: type[MemoryStore]) -> None:
    """
    The message says which seed and turn, and what was done last.
    """
    store = broken()
    with pytest.raises(BrokenError, match=r"seed 1, turn \d+: (?s:.*)key-"):
        simulate(small, seed=1, turns=300, store=lambda: store)


def test_an_effect_given_up_too_early_is_noticed(
    garden: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Five attempts are promised.
    """
    monkeypatch.setattr("propflow.engine.commits.ATTEMPTS", 2)
    with pytest.raises(BrokenError, match="given up before its time"):
        simulate(garden, seed=1, turns=60, faults=Faults(silent=1))


def test_a_clock_set_back_takes_no_time_from_a_case_that_stood_still(
    engine_at: Any,
) -> None:
    """
    Two hours to handle a complaint are two hours, whatever the clock on the wall does meanwhile.
    """
    engine, clock = engine_at
    case = engine.begin("complaint", {"kind": "noise"}).id
    engine.complete(case, "record", by="ann", facts={"floors": 0})
    before = engine.case(case).since["handle"]
    engine.suspend(case, by="max", reason="a drill")
    clock.leap(timedelta(hours=-1))
    engine.resume(case, by="max")
    assert engine.case(case).since["handle"] == before


@pytest.fixture
def engine_at(small: Site) -> tuple[Engine, SimulatedClock]:
    """
    An engine in memory, and its clock, which can be set back.
    """
    from propflow.testing.faults import LeapingClock

    clock = LeapingClock(datetime.fromisoformat("2025-10-11T09:00:00+08:00"))
    return Engine(small, MemoryStore(), clock=clock, duties=()), clock
