"""
What nobody has said, and who is not there, is found before the shift starts.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from propflow.verify import check
from tests.verify.house import lay_out

#: A procedure that waits for the news of its own flat, and one that calls it.
FLAT = """  flat: {type: text, en: Flat}
"""
WAITING = "  - {wait: for-news, en: Wait, for: news, same: flat}\n"
NEWS = "messages:\n  news: {en: News, facts: {flat: {type: text, en: Flat}}}\n"


def found(folder: Path, **changed: str) -> list[str]:
    """
    Rule, place and sentence of each finding.
    """
    site = lay_out(folder, **changed)
    return [f"{one.rule} {one.where}: {one.what}" for one in check(site) if one.counts]


def with_other(folder: Path, text: str) -> None:
    """
    A second procedure beside the leak.
    """
    path = folder / "book/procedures/round.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(text.lstrip(), encoding="utf-8")


CALLING = """
procedure: round
chart: "2"
title: {{en: The round}}
facts:
  {fact}: {{type: text, en: Flat}}
steps:
  - {{do: go, en: Go, by: clerk, asks: {fact}}}
  - {{call: leak, en: See to it{gives}}}
"""
NEEDY = {
    "message": 'version: "1"\n=>version: "1"\n' + NEWS,
    "fact": "facts:\n  floors=>facts:\n" + FLAT + "  floors",
    "wait": "  - {do: mend=>" + WAITING + "  - {do: mend",
}


def test_a_fact_that_is_asked_for_too_late_is_not_known(tmp_path: Path) -> None:
    """
    The decision comes before the look.
    """
    change = "clerk, asks: floors, within=>clerk, within"
    later = (
        "{do: report, en: Report it, by: clerk}=>{do: report, en: Report, by: clerk, asks: floors}"
    )
    assert found(tmp_path, change=change, later=later) == [
        "fact-unknown leak: 'gravity' needs 'floors', which is not known on every way to it."
    ]


def test_a_called_procedure_has_to_be_told_what_it_needs(tmp_path: Path) -> None:
    """
    It waits for news of its own flat, and whoever calls it has no flat to name.
    """
    with_other(tmp_path, CALLING.format(fact="door", gives=""))
    assert found(tmp_path, **NEEDY) == [
        "fact-unknown round: 'leak' needs 'flat', which is not known on every way to it."
    ]


@pytest.mark.parametrize(
    ("fact", "gives"), [("flat", ""), ("door", ", gives: {flat: door}")], ids=["same", "given"]
)
def test_what_is_handed_down_is_known(tmp_path: Path, fact: str, gives: str) -> None:
    """
    By the same name, or as it is said.
    """
    with_other(tmp_path, CALLING.format(fact=fact, gives=gives))
    assert found(tmp_path, **NEEDY) == []


def test_what_is_handed_down_and_not_asked_for_is_missing(tmp_path: Path) -> None:
    """
    The call says what it gives, and the flat is not among it.
    """
    with_other(tmp_path, CALLING.format(fact="dry", gives=", gives: {dry: dry}"))
    text = tmp_path / "book/procedures/round.yaml"
    text.write_text(
        text.read_text("utf-8").replace("type: text", "type: choice, of: [yes, no]"), "utf-8"
    )
    assert found(tmp_path, **NEEDY) == [
        "fact-unknown round: 'leak' calls 'leak', which needs 'flat' and is not given it."
    ]


def test_a_duty_has_nothing_to_say(tmp_path: Path) -> None:
    """
    What it opens must ask for all that it needs.
    """
    path = tmp_path / "book/duties/desk.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(
        "duties: desk\nlist:\n  - {duty: daily, en: Daily, rhythm: daily at 08:00, by: clerk, "
        "opens: leak}\n",
        "utf-8",
    )
    assert found(tmp_path, **NEEDY) == [
        "fact-unknown leak: duty 'daily' opens it with nothing said, and it needs 'flat'."
    ]


def test_a_message_tells_what_it_brings(tmp_path: Path) -> None:
    """
    Behind the wait the fact is known; where the wait may be over without it, it is not.
    """
    change = "clerk, asks: floors, within=>clerk, within"
    message = (
        'version: "1"\n=>version: "1"\n'
        "messages:\n  news: {en: News, facts: {floors: {type: integer, min: 0, en: Floors}}}\n"
    )
    wait = "  - decide: gravity=>  - {wait: for-news, en: Wait, for: news}\n  - decide: gravity"
    opened = "title: {en: A leak}=>title: {en: A leak}\nopens-on: begun"
    begun = "messages:=>messages:\n  begun: {en: It leaks}"
    asked = {"change": change, "message": message, "wait": wait, "opened": opened, "begun": begun}
    law = "response: [look, report]=>precedence: [look, report]"
    assert found(tmp_path / "told", **asked, law=law) == []
    hurried = {**asked, "late": "for: news}=>for: news, within: 1 hour}"}
    assert found(tmp_path / "late", **hurried, law=law) == [
        "fact-unknown leak: 'gravity' needs 'floors', which is not known on every way to it."
    ]


POSTED = {
    "post": "people:=>shifts: {day: '08:00 to 20:00'}\n"
    "roster:\n  - {post: gate, shift: day, people: [bob]}\npeople:",
    "role": "  clerk: {=>  guard: {en: Guard, office: desk}\n  clerk: {",
}


@pytest.mark.parametrize(("grace", "is_late"), [("1 hour", "yes"), ("3 hours", "no")])
def test_a_round_that_falls_due_when_nobody_is_there_is_found(
    tmp_path: Path, grace: str, is_late: str
) -> None:
    """
    The gate is kept by day; the round at six may wait for the guard, or it may not.
    """
    path = tmp_path / "book/posts/gate.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(
        'post: gate\nchart: "3"\ntitle: {en: Gate}\nrole: guard\nduties:\n'
        f"  - {{duty: early-round, en: Go round, rhythm: daily at 06:00, grace: {grace}}}\n",
        "utf-8",
    )
    said = found(tmp_path, **POSTED)
    late = [
        "late-by-roster early-round: it falls due when the roster has nobody who may do it in "
        "time, 14 times in two weeks; first on Monday at 06:00."
    ]
    assert said == (late if is_late == "yes" else [])
