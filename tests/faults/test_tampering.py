"""
Whoever changes a journal behind its back is found out, wherever in it that is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from propflow.cli import main
from propflow.engine import Engine, Entry, SimulatedClock
from propflow.engine.events import Done
from propflow.engine.journal import NO_SEAL, entries, seal, verify
from propflow.engine.store.sqlite import SqliteStore
from propflow.sites import Site

NOW = datetime(2025, 10, 11, 8, 0, tzinfo=UTC)
LENGTH = 10_000

Change = Callable[[list[Entry], int], list[Entry]]


def journal(length: int) -> list[Entry]:
    """
    One case of so many events.
    """
    events = [Done(step="handle", by=f"person-{number}") for number in range(length)]
    lines: list[Entry] = []
    for number, event in enumerate(events):
        head = lines[-1].seal if lines else NO_SEAL
        lines += entries("leak-1", number, head, [event], NOW + timedelta(minutes=number))
    return lines


def edited(**changes: str) -> Change:
    return lambda lines, at: [*lines[:at], attrs.evolve(lines[at], **changes), *lines[at + 1 :]]


def renumbered(lines: list[Entry], at: int) -> list[Entry]:
    return [*lines[:at], attrs.evolve(lines[at], seq=lines[at].seq + 1), *lines[at + 1 :]]


def deleted(lines: list[Entry], at: int) -> list[Entry]:
    return [*lines[:at], *lines[at + 1 :]]


def swapped(lines: list[Entry], at: int) -> list[Entry]:
    if at + 1 == len(lines):
        at -= 1
    return [*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]]


def exchanged(lines: list[Entry], at: int) -> list[Entry]:
    """
    What two lines say, each in the place of the other.
    """
    other = at - 1 if at + 1 == len(lines) else at + 1
    mine, theirs = lines[at], lines[other]
    lines = list(lines)
    lines[at] = attrs.evolve(mine, data=theirs.data)
    lines[other] = attrs.evolve(theirs, data=mine.data)
    return lines


def doubled(lines: list[Entry], at: int) -> list[Entry]:
    return [*lines[: at + 1], *lines[at:]]


def cut(lines: list[Entry], at: int) -> list[Entry]:
    return lines[:at]


def sealed_anew(lines: list[Entry], at: int) -> list[Entry]:
    """
    An edit by somebody who knows how seals are made, and seals that one line again.
    """
    line = attrs.evolve(lines[at], data=lines[at].data.replace("person", "nobody"))
    before = lines[at - 1].seal if at else NO_SEAL
    new = seal(before, line.case, line.seq, line.at, line.data)
    return [*lines[:at], attrs.evolve(line, seal=new), *lines[at + 1 :]]


#: Each kind of change, and what the first broken link is then, at a place or at the last of all.
NOT_SEALED = "leak-1: event {at} is not what was sealed."
MISSING = "leak-1: event {at} is missing; event {after} follows."
FIRST = "leak-2: event 0 is missing; event {at} follows."
SHORT = f"leak-1: the journal has {{at}} events of it, its case counts {LENGTH}."
CHANGES: dict[str, tuple[Change, str, str]] = {
    "what happened": (edited(data='{"by":"me","event":"Done"}'), NOT_SEALED, NOT_SEALED),
    "when": (edited(at="2020-01-01T00:00:00+00:00"), NOT_SEALED, NOT_SEALED),
    "the seal": (edited(seal="0" * 64), NOT_SEALED, NOT_SEALED),
    "of another case": (
        edited(case="leak-2"),
        *["leak-2: event 0 is missing; event {at} follows."] * 2,
    ),
    "the number": (renumbered, MISSING, MISSING),
    "a deletion": (deleted, MISSING, SHORT),
    "a swap": (swapped, MISSING, "leak-1: event {before} is missing; event {at} follows."),
    "an exchange": (exchanged, NOT_SEALED, "leak-1: event {before} is not what was sealed."),
    "a repetition": (doubled, *["leak-1: event {after} is missing; event {at} follows."] * 2),
    "a truncation": (cut, SHORT, SHORT),
    "sealed anew": (
        sealed_anew,
        "leak-1: event {after} is not what was sealed.",
        "leak-1: the last seal is not the one that the case keeps.",
    ),
}


@pytest.fixture(scope="module")
def lines() -> list[Entry]:
    """
    Ten thousand events of one case.
    """
    return journal(LENGTH)


@pytest.mark.parametrize("kind", CHANGES)
def test_every_single_change_is_found_and_the_first_broken_link_is_named(
    lines: list[Entry], kind: str
) -> None:
    """
    At each of ten thousand places. What came before a place was verified; so each time only a
    window is read, from there to three lines on.
    """
    change, elsewhere, last = CHANGES[kind]
    # The first line of all has its number in common with the first of any case.
    places = range(1 if kind == "of another case" else 0, LENGTH)
    for at in places:
        start, end = max(at - 1, 0), min(at + 3, LENGTH)
        window = change(lines[start:end], at - start)
        since = {"leak-1": (start, lines[start - 1].seal if start else NO_SEAL)}
        head = lines[-1] if kind == "a truncation" else lines[end - 1]
        found = verify(window, [("leak-1", head.seq + 1, head.seal)], since=since).broken
        named = (last if at + 1 == LENGTH else elsewhere).format(at=at, before=at - 1, after=at + 1)
        assert found[:1] == (named,), f"{kind} at {at}: {found}"


@given(st.data())
def test_to_verify_in_parts_is_to_verify_the_whole(data: st.DataObject) -> None:
    """
    So what holds for the windows above holds for the whole journal.
    """
    whole = journal(30)
    change, *_ = CHANGES[data.draw(st.sampled_from(sorted(CHANGES)))]
    tampered = change(whole, data.draw(st.integers(0, 29)))
    heads = [("leak-1", 30, whole[-1].seal)]
    everything = verify(tampered, heads).broken
    split = data.draw(st.integers(0, len(tampered)))
    first = [line for line in tampered[:split] if line.case == "leak-1"]
    part = verify(tampered[:split], [])
    since = {"leak-1": (first[-1].seq + 1, first[-1].seal)} if first else {}
    rest = verify(tampered[split:], heads, since=since)
    assert bool(everything) == bool(_found(part.broken) or rest.broken)


def _found(broken: tuple[str, ...]) -> list[str]:
    return [said for said in broken if "there is no such case" not in said or "leak-2" in said]


# -- on the disk ------------------------------------------------------------------------------


@pytest.fixture
def database(small: Site, tmp_path: Path) -> Iterator[SqliteStore]:
    """
    A database with some hundred cases, each closed.
    """
    store = SqliteStore(tmp_path / "cases.db")
    store._db.execute("PRAGMA synchronous=OFF")
    engine = Engine(small, store, clock=SimulatedClock(NOW), duties=())
    for number in range(100):
        case = engine.begin("complaint", {"kind": "noise", "unit": f"{number}"}).id
        engine.complete(case, "record", by="ann", facts={"floors": 0})
    yield store
    store.close()


def test_whatever_is_changed_in_the_file_is_found(database: SqliteStore) -> None:
    """
    Any line, in any column, on the disk; and put back, the journal verifies again.
    """
    dice = Random(1)  # noqa: S311  dice, no secret
    rows = database._db.execute("SELECT n, case_id, seq, at, data, seal FROM journal").fetchall()
    assert database.verify().whole
    for _ in range(60):
        row = dice.choice(rows)
        column = dice.choice(["at", "data", "seal", "gone"])
        if column == "gone":
            database._db.execute("DELETE FROM journal WHERE n = ?", (row[0],))
        else:
            changed = f"UPDATE journal SET {column} = {column} || ' ' WHERE n = ?"  # noqa: S608
            database._db.execute(changed, (row[0],))
        broken = database.verify().broken
        said = f"event {row[2]} is not what was sealed." if column != "gone" else "the journal has"
        assert any(said in line for line in broken), (column, row, broken)
        database._db.execute("INSERT OR REPLACE INTO journal VALUES (?, ?, ?, ?, ?, ?)", row)
        assert database.verify().whole


def test_a_journal_that_was_sealed_anew_is_found_by_seals_kept_elsewhere(
    database: SqliteStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    Somebody rewrites a case from some event on, seals and all; only the anchor shows it.
    """
    file, anchor = str(tmp_path / "cases.db"), str(tmp_path / "anchor.jsonl")
    assert main(["audit", file, "--anchor", anchor]) == 0
    assert main(["audit", file, "--against", anchor]) == 0
    head = NO_SEAL
    rows = database._db.execute("SELECT * FROM journal WHERE case_id = 'complaint-7' ORDER BY seq")
    for n, case, seq, at, data, _ in rows.fetchall():
        forged = data.replace("ann", "ben")
        head = seal(head, case, seq, at, forged)
        database._db.execute("UPDATE journal SET data = ?, seal = ? WHERE n = ?", (forged, head, n))
    database._db.execute("UPDATE cases SET head = ? WHERE id = 'complaint-7'", (head,))
    assert main(["audit", file]) == 0
    capsys.readouterr()
    assert main(["audit", file, "--against", anchor]) == 1
    assert capsys.readouterr().out == (
        "complaint-7: its first 4 events are not those that were anchored.\n"
        "400 events of 100 cases: THE JOURNAL IS BROKEN.\n"
    )
    database._db.execute("DELETE FROM journal WHERE case_id = 'complaint-9'")
    assert main(["audit", file, "--against", anchor]) == 1
    assert "complaint-9: 4 events were anchored, 0 are there.\n" in capsys.readouterr().out


def test_a_file_that_holds_no_anchors_is_refused(
    database: SqliteStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    With the line at fault, and what writes such files.
    """
    letter = tmp_path / "letter.txt"
    letter.write_text('{"case": "leak-1", "events": 3, "seal": "ab"}\nDear residents\n', "utf-8")
    assert main(["audit", database.name, "--against", str(letter)]) == 2
    assert capsys.readouterr().err == (
        f'{letter}:2:1: this is no anchor, as in {{"case": "complaint-1", "events": 12, "seal": '
        '"9f2c..."}. Such files are written by propflow audit --anchor.\n'
    )
