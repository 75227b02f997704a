"""
`propflow decide` as somebody at a counter uses it, and whoever changes a table.
"""

from __future__ import annotations

import json

import pytest

from propflow.cli import main
from propflow.engine import Engine, SimulatedClock
from propflow.engine.replay import replay
from propflow.engine.store.sqlite import SqliteStore
from propflow.sites import load_site
from tests.engine.conftest import HANDBOOK, SITE, START, lay_out

FACTS = [
    "promise-broken=no",
    "repeated=0",
    "company-fault=no",
    "injury=none",
    "loss=none",
    "days-open=1",
    "affected=3",
]


@pytest.fixture
def run(capfd, monkeypatch, tmp_path):
    """
    Run `propflow decide` in an empty folder; gives its exit code and what it printed.
    """
    monkeypatch.chdir(tmp_path)

    def run(*words):
        code = main(["decide", *words])
        printed = capfd.readouterr()
        return code, printed.out or printed.err

    return run


def test_what_would_flip_it_is_said(run):
    """
    The smallest changes come after the reasons, and as data with --json.
    """
    code, said = run("complaint-severity", *FACTS, "--what-if", "--lang", "en")
    assert code == 0
    assert said.splitlines()[-3:] == [
        "  If “Is the company at fault?” were yes instead of no: "
        "Grade of the complaint is Serious (row 5).",
        "  If Injury were Seriously hurt instead of Nobody hurt: "
        "Grade of the complaint is Serious (row 6).",
        "  If Households affected were 20 instead of 3: Grade of the complaint is Serious (row 7).",
    ]
    _, said = run("complaint-severity", *FACTS, "--what-if", "--json")
    assert json.loads(said)["flips"][2] == {
        "changes": [{"input": "affected", "now": 3, "then": 20}],
        "rows": [7],
        "outcome": "serious",
    }


def test_why_not_asks_for_one_outcome(run):
    """
    Only the rows that give it are looked at, and what it would take to come to it.
    """
    code, said = run("complaint-severity", *FACTS, "--why-not", "major", "--lang", "en")
    assert code == 0
    assert [line[:7] for line in said.splitlines()[3:7]] == [f"  Row {n}" for n in range(1, 5)]
    assert "Grade of the complaint is Major (row 2)." in said
    code, said = run("complaint-severity", *FACTS, "--why-not", "majr")
    assert (code, said) == (
        2,
        "propflow: 'severity' cannot be 'majr': it takes one of minor, serious, major. "
        "Did you mean 'major'?\n",
    )


def test_replay_needs_its_database(run):
    """
    The two options go together and take no facts.
    """
    for words in (["--replay"], ["--db", "a.db"], ["--replay", "--db", "a.db", "affected=3"]):
        code, said = run("complaint-severity", *words)
        assert code == 2
        assert "--replay goes with --db and takes no facts." in said


def test_past_decisions_are_taken_again_by_a_changed_table(tmp_path):
    """
    Those that would come to something else are named, with the reason; the others are not.
    """
    book = lay_out(tmp_path / "book", HANDBOOK)
    estate = lay_out(tmp_path / "estate", SITE)
    store = SqliteStore(str(tmp_path / "cases.db"))
    engine = Engine(
        load_site(estate, {"small": book}), store, clock=SimulatedClock(START), duties=()
    )
    for floors in (1, 2, 5):
        case = engine.begin("complaint", {"unit": "1-101", "kind": "leak"})
        engine.complete(case.id, "record", by="ann", facts={"floors": floors})
    table = book / "decisions" / "gravity.yaml"
    text = table.read_text(encoding="utf-8")
    table.write_text(text.replace('"< 2"', '"< 4"').replace('">= 2"', '">= 4"'), encoding="utf-8")
    again = list(replay(load_site(estate, {"small": book}), store.journal(), "gravity"))
    assert [(each.was, each.now, each.flips) for each in again] == [
        ("minor", "minor", False),
        ("major", "minor", True),
        ("major", "major", False),
    ]
    assert again[1].facts == {"kind": "leak", "floors": 2}
    assert again[1].why.startswith("Row 2 of 'How grave'")
    gone = text.replace('- {kind: leak, floors: ">= 2"', '- {kind: leak, floors: ">= 3"')
    table.write_text(gone, encoding="utf-8")
    again = list(replay(load_site(estate, {"small": book}), store.journal(), "gravity"))
    assert (again[1].now, again[1].flips) == (None, True)
    assert "no row fits" in again[1].why
    store.close()


def test_replay_over_a_journal_without_decisions_finds_nothing(run, tmp_path):
    """
    An empty database is no fault.
    """
    SqliteStore(str(tmp_path / "empty.db")).close()
    code, said = run("complaint-severity", "--replay", "--db", str(tmp_path / "empty.db"))
    assert (code, said) == (0, "0 decisions taken again: 0 would flip.\n")
