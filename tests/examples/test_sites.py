"""
Harbour Tower and Old Town Lane: two tailorings that check, and what they do otherwise, recorded.
"""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import pytest

from propflow.cli import main
from propflow.cli.desk import open_site
from propflow.pages import Book, articles
from propflow.sites import Site
from propflow.verify import check

EXAMPLES = Path(__file__).parents[2] / "examples"
DAY = ("--from", "2025-10-12", "--to", "2025-10-13", "--office", "cleaning")

#: What was recorded, and the command that prints it.
RECORDED = {
    "tower/move-out.out": ("run", "move-out", "--at", "2025-10-13T10:00"),
    "tower/complaint.out": ("run", "complaint", "unit=12A", "--at", "2025-10-13T09:10"),
    "tower/agenda.out": ("agenda", *DAY),
    "old-town/visitor.out": ("run", "visitor-entry", "visitor=Courier", "--at", "2025-10-13T23:30"),
    "old-town/agenda.out": ("agenda", *DAY),
}


@pytest.fixture(scope="module", params=["tower", "old-town"])
def site(request: pytest.FixtureRequest) -> Site:
    """
    One of the two.
    """
    return open_site(EXAMPLES / request.param)


def test_it_is_found_sound_with_all_that_it_changes(site: Site) -> None:
    """
    Every case can end, every law holds, every step has somebody who may do it.
    """
    found = [finding for finding in check(site) if finding.severity != "caution"]
    assert {finding.rule for finding in found} <= {"uncovered", "rehearsal"}
    assert all(finding.waived for finding in found)


def test_its_files_say_that_they_belong_together(site: Site) -> None:
    """
    Every unit of the ledger of dues is a unit of the site, and the other way round.
    """
    units = [unit.id for unit in site.units]
    assert len(units) == 60
    assert [line["unit"] for line in site.lines()["dues"]] == units


@pytest.mark.parametrize("file", RECORDED)
def test_what_it_does_is_as_it_was_recorded(file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A tenant with ten days' notice is sent back; the courier at night leaves his parcel.
    """
    monkeypatch.setenv("COLUMNS", "100")
    assert printed(file) == (EXAMPLES / file).read_text(encoding="utf-8")


def printed(file: str) -> str:
    """
    What the command of a recorded file prints.
    """
    command = [*RECORDED[file], "--site", str(EXAMPLES / Path(file).parent), "--lang", "en"]
    script = (EXAMPLES / file).with_suffix(".jsonl")
    if script.is_file():
        command += ["--script", str(script)]
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        assert main(command) == 0
    return "".join(f"{line.rstrip()}\n" for line in said.getvalue().splitlines())


def test_the_staff_reads_what_holds_on_their_own_site() -> None:
    """
    The tower's table speaks of tenants; the lane has no page on a car park that it has not.
    """
    found = {}
    for name in ("tower", "old-town"):
        book = Book(site=open_site(EXAMPLES / name), language="en", target=lambda *_: "")
        found[name] = {f"{one.kind}/{one.id}": one.body for one in articles(book)}
    assert "Tenants affected: 3 or more" in found["tower"]["decision/complaint-severity"]
    assert "notice of fifteen days" in found["tower"]["procedure/move-out"]
    assert "lock it at eleven" in found["old-town"]["post/gate"]
    assert "post/car-park" not in found["old-town"]
    assert "procedure/parking" not in found["old-town"]


if __name__ == "__main__":
    for recorded in RECORDED:
        (EXAMPLES / recorded).write_text(printed(recorded), encoding="utf-8")
