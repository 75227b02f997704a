"""
Histories of this release and of those before it: each is the same case, seal by seal, for ever.
"""

from __future__ import annotations

import json
from pathlib import Path

import attrs
import pytest

from propflow.cli.desk import open_site
from propflow.engine import MemoryStore
from propflow.engine.definitions import Definitions
from propflow.errors import StoreError
from tests.histories.keeping import define, read, releases


@pytest.fixture(scope="module", params=releases(), ids=lambda folder: folder.name)
def release(request: pytest.FixtureRequest) -> tuple[Path, Definitions]:
    """
    A folder of histories, and the definitions of its time.
    """
    store = MemoryStore()
    define(store, request.param / "definitions.jsonl")
    return request.param, Definitions(open_site(None), store)


def test_every_recorded_history_still_makes_the_same_case(
    release: tuple[Path, Definitions],
) -> None:
    """
    Every procedure of the handbook of that time, and the garden's day: replayed by this release,
    each event is read, each state is the one that was recorded, and each chain ends in its seal.
    """
    folder, definitions = release
    files = sorted(set(folder.glob("*.jsonl")) - {folder / "definitions.jsonl"})
    assert len(files) > 100
    for file in files:
        kept = list(read(file))
        assert kept, file
        for one in kept:
            assert one.lines[-1].seal == one.head, one.case.id
            assert definitions.replayed(one.lines) == one.case


def test_an_event_that_is_read_otherwise_is_noticed(release: tuple[Path, Definitions]) -> None:
    """
    A fault seeded in a history: one word of one event is another.
    """
    folder, definitions = release
    one = next(read(folder / "complaint.jsonl"))
    done = next(n for n, line in enumerate(one.lines) if '"event":"Done"' in line.data)
    other = json.loads(one.lines[done].data)
    other["by"] = "somebody-else"
    forged = attrs.evolve(one.lines[done], data=json.dumps(other))
    lines = [*one.lines[:done], forged, *one.lines[done + 1 :]]
    assert definitions.replayed(lines) != one.case


def test_a_definition_that_was_changed_is_noticed(release: tuple[Path, Definitions]) -> None:
    """
    A version is the hash of what it says.
    """
    folder, _ = release
    one = next(read(folder / "complaint.jsonl"))
    store = MemoryStore()
    for line in (folder / "definitions.jsonl").read_text("utf-8").splitlines():
        said = json.loads(line)
        if said["procedure"] == "complaint":
            text = json.dumps(said["definition"]).replace("record", "record-it")
            store.define("complaint", said["version"], text)
    site = attrs.evolve(open_site(None), procedures={})
    with pytest.raises(StoreError, match=r"version \w{8} of complaint"):
        Definitions(site, store).replayed(one.lines)
