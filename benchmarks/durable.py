"""
The complaint case on disk: every step is flushed before the next one begins.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.complaint import handle
from benchmarks.harness import Contender, Row, Work, repeat
from benchmarks.peers import spiff, workflows
from benchmarks.walk import DOERS, NOW, OPENING, WALK, estate

#: Here and not in the system's folder for such things, which is often in memory.
_HERE = Path(__file__).parent.parent / ".benchmarks"


@contextmanager
def folder() -> Iterator[Path]:
    """
    A folder on the disk that is measured, and nothing of it afterwards.
    """
    _HERE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_HERE) as folder:
        yield Path(folder)


def database(where: Path, table: str) -> sqlite3.Connection:
    """
    A plain database with one table, flushed at every commit.
    """
    connection = sqlite3.connect(where / "limit.sqlite", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(table)
    return connection


@contextmanager
def _propflow() -> Iterator[Work]:
    from propflow.engine import Engine, SimulatedClock
    from propflow.engine.store.sqlite import SqliteStore

    with folder() as where:
        engine = Engine(estate(), SqliteStore(where / "p.sqlite"), clock=SimulatedClock(NOW))
        try:
            yield repeat(lambda: handle(engine))
        finally:
            engine.close()


@contextmanager
def _spiff() -> Iterator[Work]:
    from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer

    process = spiff.Process()
    serializer = BpmnWorkflowSerializer()
    with folder() as where:
        connection = database(where, "CREATE TABLE cases (id INTEGER PRIMARY KEY, state TEXT)")

        def once() -> int:
            workflow = process.begin()
            saved = connection.execute(
                "INSERT INTO cases (state) VALUES (?)", (serializer.serialize_json(workflow),)
            )
            for step, facts in WALK:
                spiff.complete(workflow, step, facts)
                connection.execute(
                    "UPDATE cases SET state = ? WHERE id = ?",
                    (serializer.serialize_json(workflow), saved.lastrowid),
                )
            assert workflow.is_completed()
            return len(WALK)

        try:
            yield repeat(once)
        finally:
            connection.close()


@contextmanager
def _dbos() -> Iterator[Work]:
    with folder() as where, workflows.dbos(where) as once:
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
            connection.execute(insert, ("", "", json.dumps(OPENING)))
            for step, facts in WALK:
                connection.execute(insert, (step, DOERS[step], json.dumps(facts)))
            return len(WALK)

        try:
            yield repeat(once)
        finally:
            connection.close()


ROW = Row(
    id="durable",
    title="A complaint on disk, one commit a step",
    unit="step",
    # A disk is slow for seconds at a time: turns of one case each, so that all share its moods.
    rounds=101,
    turn=0.0,
    does=(
        "the same case, and each completed step is flushed to a SQLite file (write-ahead log, "
        "`synchronous=FULL`) before the next begins; the opening is a commit of its own."
    ),
    fair=(
        "of the disk, yes: the same SQLite, settings and disk, and 12 flushes a case for all but "
        "DBOS, which makes 13 (counted by strace). What is written is not the same; read the "
        "lines below. The slower the disk, the nearer all ratios come to 1: a flush that takes "
        "milliseconds hides what is done around it."
    ),
    contenders=(
        Contender(
            name="propflow",
            part="propflow",
            prepare=_propflow,
            lacks=(
                "the case, its sealed journal, deadlines, waits and outbox in one transaction, "
                "with every check on."
            ),
            package="propflow",
        ),
        Contender(
            name="SpiffWorkflow",
            part="peer",
            prepare=_spiff,
            lacks=(
                "its serializer's JSON of the whole workflow replaces the row at every step, as "
                "its manual shows; no journal, no authority, no facts checked, and the "
                "definition is saved with each case."
            ),
            package="SpiffWorkflow",
        ),
        Contender(
            name="DBOS",
            part="peer",
            prepare=_dbos,
            lacks=(
                "a workflow with one durable step a work item, called directly; its start and end "
                "are commits too; it can resume the function after a crash; no chart, no "
                "authority, no facts checked; its background threads run during its row."
            ),
            package="dbos",
        ),
        Contender(
            name="raw sqlite3",
            part="limit",
            prepare=_raw,
            lacks="one INSERT and its commit a step, with step, doer and facts; checks nothing.",
        ),
    ),
)
