"""
The complaint case on disk where many wait for it: batches, and threads that are written together.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

from benchmarks.complaint import handle
from benchmarks.durable import database, folder
from benchmarks.harness import Contender, Row, Work, repeat
from benchmarks.walk import DOERS, NOW, OPENING, WALK, estate

if TYPE_CHECKING:
    from propflow.engine import Engine

CASES = 96
THREADS = 8


@contextmanager
def _engine() -> Iterator[Engine]:
    from propflow.engine import Engine, SimulatedClock
    from propflow.engine.store.sqlite import SqliteStore

    with folder() as where:
        engine = Engine(estate(), SqliteStore(where / "p.sqlite"), clock=SimulatedClock(NOW))
        try:
            yield engine
        finally:
            engine.close()


@contextmanager
def _batches() -> Iterator[Work]:
    with _engine() as engine:
        begun = 0

        def once() -> int:
            nonlocal begun
            outcomes = []
            with engine.batch() as batch:
                for _ in range(CASES):
                    begun += 1
                    batch.begin("complaint", OPENING)
                    outcomes = [
                        batch.complete(f"complaint-{begun}", step, by=DOERS[step], facts=facts)
                        for step, facts in WALK
                    ]
            assert outcomes[-1].case.end == "filed"
            return CASES * len(WALK)

        yield repeat(once)


@contextmanager
def _threads() -> Iterator[Work]:
    with _engine() as engine, ThreadPoolExecutor(THREADS) as pool:

        def once() -> int:
            return sum(pool.map(lambda _: handle(engine), range(CASES)))

        yield repeat(once)


@contextmanager
def _raw() -> Iterator[Work]:
    with folder() as where:
        connection = database(
            where,
            "CREATE TABLE journal (n INTEGER PRIMARY KEY, step TEXT, doer TEXT, facts TEXT)",
        )
        insert = "INSERT INTO journal (step, doer, facts) VALUES (?, ?, ?)"

        def once() -> int:
            for _ in range(CASES):
                connection.execute(insert, ("", "", json.dumps(OPENING)))
                for step, facts in WALK:
                    connection.execute(insert, (step, DOERS[step], json.dumps(facts)))
            return CASES * len(WALK)

        try:
            yield repeat(once)
        finally:
            connection.close()


ROW = Row(
    id="together",
    title="Complaints on disk, many at once",
    unit="step",
    rounds=9,
    turn=0.0,
    does=f"{CASES} complaints from their opening to `filed`, every step on the disk at the end.",
    fair=(
        "no: the limit flushes each step by itself, which is the least that one command after the "
        "other can cost; propflow flushes once for all that wait, and checks and seals each."
    ),
    contenders=(
        Contender(
            name="propflow",
            part="propflow",
            prepare=_batches,
            lacks=f"one batch of {CASES} cases, {CASES * len(WALK):,} steps, one flush.",
            package="propflow",
        ),
        Contender(
            name=f"propflow, {THREADS} threads",
            part="scale",
            prepare=_threads,
            lacks="each thread waits for every step of its own to be on the disk.",
        ),
        Contender(
            name="raw sqlite3",
            part="limit",
            prepare=_raw,
            lacks="one INSERT and its commit a step, with step, doer and facts; checks nothing.",
        ),
    ),
)
