"""
Refusals on record: who wanted what, when, and why it was not done.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from propflow.engine import Engine, MemoryStore, SimulatedClock, Store
from propflow.engine.refusals import MOST
from propflow.engine.store.sqlite import SqliteStore
from propflow.errors import RefusedError, StoreError
from propflow.sites import Site
from tests.engine.conftest import START


def refuse(engine: Engine, case: str, by: str = "gus") -> None:
    """
    Let somebody try to record a complaint who is no clerk.
    """
    with pytest.raises(RefusedError):
        engine.complete(case, "record", by=by, facts={"floors": 1})


def test_a_refused_command_is_on_record_and_changes_nothing_else(quiet: Engine) -> None:
    """
    Who, what, when and why; the case, its journal and its deadlines stay as they were.
    """
    case = quiet.begin("complaint", {"kind": "noise"})
    refuse(quiet, case.id)
    assert (quiet.case(case.id), len(quiet.history(case.id))) == (case, 1)
    (refusal,) = quiet.refusals(case.id)
    assert (refusal.by, refusal.does, refusal.case, refusal.step, refusal.code) == (
        "gus",
        "complete",
        "complaint-1",
        "record",
        "not-yours",
    )
    assert refusal.at == START
    assert refusal.what == "step 'record' of complaint-1 is for clerk, which gus is not now."


def test_what_belongs_to_no_case_is_on_record_too(quiet: Engine) -> None:
    """
    A payment that nobody waits for, and a complaint that cannot even begin.
    """
    with pytest.raises(RefusedError):
        quiet.send("paid", {"unit": "9-999"})
    with pytest.raises(RefusedError):
        quiet.begin("complaint", {"kind": "smell"}, by="ann")
    assert [(r.by, r.does, r.code) for r in quiet.refusals()] == [
        ("", "send paid", "nobody-waits"),
        ("ann", "begin", "bad-fact"),
    ]


def test_what_somebody_filled_in_is_not_repeated_in_a_refusal(quiet: Engine) -> None:
    """
    The value may be nobody else's business; the field and what it takes are said.
    """
    case = quiet.begin("complaint", {"kind": "noise"}).id
    with pytest.raises(RefusedError, match="my neighbour Mr Li"):
        quiet.complete(case, "record", by="ann", facts={"floors": "my neighbour Mr Li"})
    (refusal,) = quiet.refusals(case)
    assert refusal.what == "'floors' does not fit: it takes a whole number, 0 or more."


def test_whoever_asks_again_and_again_cannot_fill_the_disk(quiet: Engine) -> None:
    """
    After so many no more are kept, and the last line says so.
    """
    case = quiet.begin("complaint", {"kind": "noise"}).id
    for _ in range(MOST + 20):
        refuse(quiet, case)
    refusals = quiet.refusals(case)
    assert len(refusals) == MOST + 1
    assert (refusals[-1].code, refusals[-1].what) == (
        "no-more",
        "1000 refusals are on record; no more.",
    )
    assert quiet.verify().whole


def test_a_refusal_that_cannot_be_kept_is_still_a_refusal(
    site: Site, clock: SimulatedClock
) -> None:
    """
    The disk is full: the person is told no all the same, and that it is not on record.
    """

    class Full(MemoryStore):
        def note(self, *_: object) -> None:  # type: ignore[override]
            raise StoreError("memory:", "the disk is full.")

    engine = Engine(site, Full(), clock=clock, duties=())
    case = engine.begin("complaint", {"kind": "noise"}).id
    with pytest.raises(RefusedError, match="is for clerk") as refusal:
        engine.complete(case, "record", by="gus", facts={})
    assert refusal.value.__notes__ == [
        "The refusal could not be put on record: memory:: the disk is full."
    ]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE notes SET data = replace(data, 'gus', 'ann')",
        "DELETE FROM notes WHERE seq = 1",
        "DELETE FROM notes WHERE seq = 2",
        "UPDATE notes SET seq = 5 - seq WHERE seq IN (1, 2)",
        "DELETE FROM notes",
        "DELETE FROM streams",
    ],
)
def test_a_refusal_cannot_be_changed_unnoticed(site: Site, tmp_path: Path, change: str) -> None:
    """
    Refusals are sealed like the journal.
    """
    store: Store = SqliteStore(tmp_path / "cases.db")
    engine = Engine(site, store, clock=SimulatedClock(START), duties=())
    case = engine.begin("complaint", {"kind": "noise"}).id
    for by in ("gus", "max", "nat"):
        refuse(engine, case, by)
    assert engine.verify().whole
    store._db.execute(change)  # type: ignore[attr-defined]
    assert not engine.verify().whole
    store.close()
