"""
Record histories with this release: ``python -m tests.histories NAME``.

They go into a folder of that name, which must not be there: what a release has recorded is never
written again, since it is there to be read by those that follow.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from propflow.cli import main
from propflow.cli.desk import open_site
from propflow.engine import Engine, MemoryStore, SimulatedClock, Store
from propflow.engine.store.sqlite import SqliteStore
from propflow.testing.values import MOMENT
from tests.faults.walks import do, walk_of
from tests.histories.keeping import HOME, keep, keep_definitions


def record(name: str) -> None:
    """
    A walk through every procedure of the handbook, and one day of the garden.
    """
    folder = HOME / name
    folder.mkdir()
    garden = open_site(None)
    definitions: dict[tuple[str, str], str] = {}
    for procedure in garden.procedures:
        site, calls = walk_of(garden, procedure)
        clock = SimulatedClock(MOMENT)
        engine = Engine(site, MemoryStore(), clock=clock, duties=())
        do(engine, clock, calls)
        keep(engine.store, folder / f"{procedure}.jsonl")
        definitions |= _definitions(engine.store)
    with tempfile.TemporaryDirectory() as day:
        if main(["demo", "--to", day]):
            raise SystemExit("the day was not played.")
        store = SqliteStore(Path(day) / "garden.db")
        keep(store, folder / "garden's day.jsonl")
        definitions |= _definitions(store)
        store.close()
    keep_definitions(definitions, folder / "definitions.jsonl")


def _definitions(store: Store) -> dict[tuple[str, str], str]:
    found = {}
    for case in store.cases():
        definition = store.definition(case.procedure, case.version)
        if definition is None:
            raise SystemExit(f"{case.id} keeps to a version that nobody stored.")
        found[case.procedure, case.version] = definition
    return found


if __name__ == "__main__":
    record(sys.argv[1])
