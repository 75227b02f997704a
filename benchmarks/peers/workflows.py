"""
The complaint as a DBOS workflow: one step of it is one durable step of theirs.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.peers.machines import AFTER, QUESTIONS
from benchmarks.walk import DOERS, OPENING, WALK


@contextmanager
def dbos(folder: Path) -> Iterator[Callable[[], int]]:
    """
    DBOS with its system database in a SQLite file; put away at the end.
    """
    from dbos import DBOS

    file = folder / "dbos.sqlite"
    # The journal's mode stays with the file; DBOS leaves synchronous at FULL, SQLite's own.
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    connection.close()
    DBOS(
        config={
            "name": "benchmarks",
            "system_database_url": f"sqlite:///{file}",
            "log_level": "ERROR",
        }
    )

    def do(step: str, by: str, filled: dict[str, Any]) -> dict[str, Any]:
        return {"step": step, "by": by, **filled}

    durable: Any = DBOS.step(name="do")(do)

    def complaint(opening: dict[str, Any]) -> str:
        state = "record"
        facts = dict(opening)
        for step, filled in WALK:
            if step != state:
                raise ValueError(step)
            facts.update(durable(step, DOERS[step], dict(filled)))
            state = AFTER[step]
            question = QUESTIONS.get(state)
            if question is not None:
                state = question(facts)
        return state

    workflow: Any = DBOS.workflow(name="complaint")(complaint)
    DBOS.launch()

    def once() -> int:
        end = workflow(dict(OPENING))
        assert end == "filed"
        return len(WALK)

    try:
        yield once
    finally:
        DBOS.destroy(destroy_registry=True)
