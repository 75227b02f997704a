"""
Notices that cannot be told, on a database: tried later and later, given up, seen and tried again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from propflow.cli.incidents import command
from propflow.engine import Engine, SimulatedClock
from propflow.engine.store.sqlite import SqliteStore
from propflow.sites import Site
from tests.engine.conftest import START, Collected

PAST = Path(__file__).parent / "past"

#: Makes an engine of the same database, as a program does that begins anew.
Again = Callable[[], Engine]


@pytest.fixture
def again(site: Site, tmp_path: Path, clock: SimulatedClock, notices: Collected) -> Again:
    """
    Begins the program anew.
    """

    def made() -> Engine:
        store = SqliteStore(tmp_path / "cases.db")
        return Engine(site, store, clock=clock, notifiers=[notices], duties=())

    return made


def incidents(*words: str) -> str:
    """
    What `propflow incidents` prints.
    """
    found = CliRunner().invoke(command, list(words))
    assert found.exit_code == 0, found.output
    return found.output


def test_a_program_that_begins_anew_waits_as_long_as_before(
    again: Again, notices: Collected, clock: SimulatedClock
) -> None:
    """
    Begun anew every half minute, it tries at once and after one, three, seven and fifteen minutes.
    """
    notices.failures = 100
    engine = again()
    case = engine.begin("complaint", {"unit": "1-101", "kind": "noise"}).id
    engine.complete(case, "record", by="ann", facts={"floors": 0})
    began, tried = clock.now(), []
    for half in range(36):
        clock.move_to(began + timedelta(seconds=30 * half))
        left = notices.failures
        engine.tick()
        tried += [half / 2] * (left - notices.failures)
        engine.store.close()
        engine = again()
    engine.store.close()
    assert tried == [0, 1, 3, 7, 15]


def test_what_was_given_up_is_seen_and_told_in_the_end(
    again: Again, notices: Collected, clock: SimulatedClock, tmp_path: Path
) -> None:
    """
    Five attempts in vain make one incident; put back, it is told at the next tick, once.
    """
    database = str(tmp_path / "cases.db")
    notices.failures = 5
    engine = again()
    case = engine.begin("complaint", {"unit": "1-101", "kind": "noise"}).id
    engine.complete(case, "record", by="ann", facts={"floors": 0})
    for _ in range(4):
        engine.tick()
        clock.move_to(clock.now() + timedelta(minutes=8))
        assert json.loads(incidents(database, "--json")) == []
    engine.tick()
    hour = clock.now() + timedelta(hours=1)
    assert engine.next_due(hour) == engine.next_timer(hour)
    engine.store.close()
    (incident,) = json.loads(incidents(database, "--json"))
    assert (incident["case"], incident["kind"], incident["attempts"], incident["error"]) == (
        case,
        "notice",
        5,
        "ConnectionError: the line is dead",
    )
    engine = again()
    assert engine.tick().delivered == 0
    engine.store.close()
    assert (
        incidents(database, "--retry", incident["id"]) == "1 put back; the next tick tries them.\n"
    )
    engine = again()
    assert [engine.tick().delivered, engine.tick().delivered] == [1, 0]
    assert [notice.id for notice in notices.notices] == [incident["id"]]
    assert json.loads(incidents(database, "--json")) == []
    engine.store.close()


def test_what_had_failed_in_an_old_database_is_tried_at_once(
    site: Site, tmp_path: Path, notices: Collected
) -> None:
    """
    A release that kept no moment of the next attempt left one notice tried once.
    """
    path = tmp_path / "cases.db"
    path.write_bytes((PAST / "format-4.sqlite").read_bytes())
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT attempts, state FROM outbox").fetchall() == [(1, "waiting")]
    store = SqliteStore(path)
    assert [(e.attempts, e.later) for e in store.outbox(("notice",))] == [(1, None)]
    engine = Engine(site, store, clock=SimulatedClock(START), notifiers=[notices], duties=())
    assert engine.deliver() == 1
    store.close()
