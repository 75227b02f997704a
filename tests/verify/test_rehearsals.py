"""
A case told beforehand goes as it was told, or the line is named at which it goes otherwise.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from propflow.errors import FaultyFileError
from propflow.plugins.manager import Plugins
from propflow.sites import Site, load_site
from propflow.sites.rehearsals import rehearsals_of
from propflow.testing import write_rehearsals
from propflow.verify import check, check_procedure, judge, vacuous
from tests.verify.house import lay_out

TOLD = """
rehearsals: leak
list:
  - rehearsal: grave
    goes:
      - look by clerk within 1 hour with floors=3
      - gravity is serious
      - report by clerk
      - mend by clerk
      - pay is owner by manager but not who did mend
    ends: done
  - rehearsal: slight
    goes:
      - look with floors=2
      - gravity is minor
      - mend
      - pay is house
    ends: done
"""


def told(folder: Path, text: str = TOLD, **changed: str) -> Site:
    """
    The small house with rehearsals in its handbook.
    """
    path = folder / "book/rehearsals/leak.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.lstrip(), encoding="utf-8")
    return lay_out(folder, **changed)


def said(site: Site) -> list[str]:
    """
    What is found in the leak, with the line at which it goes otherwise.
    """
    return [
        f"{one.place.line if one.place else 0} {one.subject}: {one.what.partition(': ')[2]}"
        for one in check_procedure(site, "leak")
        if one.rule == "rehearsal"
    ]


def test_as_it_is_told_nothing_is_found(tmp_path: Path) -> None:
    """
    Every line fits, and both cases end.
    """
    site = told(tmp_path)
    assert [one.id for one in rehearsals_of(site, "leak")] == ["grave", "slight"]
    assert check(site) == []


OTHERWISE = {
    "row": (
        '"< 3", then: minor}\n  - {floors: ">= 3"=>"< 2", then: minor}\n  - {floors: ">= 2"',
        ["14 slight: told is 'gravity' is minor, and it is 'gravity' is serious."],
    ),
    "role": (
        "by: manager, not-by: mend=>by: clerk, not-by: mend",
        ["9 grave: 'pay' is by manager, as it is told, and it is clerk."],
    ),
    "two people": (
        "by: manager, not-by: mend,=>by: manager,",
        ["9 grave: 'pay' is not by whoever did mend, as it is told, and it is nobody."],
    ),
    "limit": (
        "within: 1 hour=>within: 2 hours",
        ["5 grave: 'look' is told to take 1 hour at the most, and it has 2 hours."],
    ),
    "question": (
        "asks: floors, within=>within",
        [
            "5 grave: 'look' does not ask for 'floors'.",
            "13 slight: 'look' does not ask for 'floors'.",
        ],
    ),
    "step more": (
        "  - {do: mend, en: Mend it, by: clerk}=>"
        "  - {do: mend, en: Mend it, by: clerk}\n  - {do: sign, en: Sign, by: clerk}",
        [
            "9 grave: 'pay' is not open; open is 'sign'.",
            "16 slight: 'pay' is not open; open is 'sign'.",
        ],
    ),
    "answer gone": (
        "owner: [], house: []=>guests: [], house: []",
        ["9 grave: step 'pay' of rehearsal-1 takes the answers guests, house, not 'owner'."],
    ),
    "end more": (
        "owner: [], house: []=>owner: [], house: [{do: thank, en: Thank, by: clerk}]",
        ["11 slight: it is not over; open is 'thank'."],
    ),
    "other end": (
        "owner: [], house: []=>owner: [], house: [{end: ours}]",
        ["11 slight: it is told to end 'done', and ends 'ours'."],
    ),
}


@pytest.mark.parametrize("fault", OTHERWISE)
def test_what_goes_otherwise_is_named_with_its_line(tmp_path: Path, fault: str) -> None:
    """
    A fault seeded in the chart, and the first line that no longer fits.
    """
    change, expected = OTHERWISE[fault]
    assert said(told(tmp_path, change=change)) == expected


def test_lateness_is_told_as_well(tmp_path: Path) -> None:
    """
    Whom it is told to, and that it has a limit at all.
    """
    late = TOLD.replace("      - look by", "      - look too late telling manager\n      - look by")
    tells = "within: 1 hour=>within: 1 hour, late-tells: manager"
    assert said(told(tmp_path, late, tells=tells)) == []
    assert said(told(tmp_path, late)) == [
        "5 grave: that 'look' is late is told to manager, as it is told, and it is nobody."
    ]
    assert said(told(tmp_path, late, change=", within: 1 hour=>")) == [
        "5 grave: 'look' is never late: it has no limit."
    ]


UNREADABLE = {
    "look by clerk=>look well, clerk": "is no line of a rehearsal. Write it as in",
    "rehearsal: slight=>rehearsal: grave": "rehearsal 'grave' is given twice. Rename one.",
    "floors=2=>floors": "'floors' fills in nothing. Write it as in satisfied=yes.",
    "1 hour=>setting look-within": "there is no setting 'look-within'.",
    "rehearsals: leak=>rehearsals: lock": "this file is called leak.yaml, and tells of 'lock'.",
    "goes:=>gose:": "'gose' is not a key of rehearsal 'grave'. Did you mean 'goes'?",
}


@pytest.mark.parametrize("change", UNREADABLE)
def test_a_file_that_cannot_be_read_is_refused_with_its_place(tmp_path: Path, change: str) -> None:
    """
    Every fault of the file, as with any other.
    """
    old, _, new = change.partition("=>")
    site = told(tmp_path, TOLD.replace(old, new, 1))
    with pytest.raises(FaultyFileError) as refusal:
        rehearsals_of(site, "leak")
    assert UNREADABLE[change] in str(refusal.value)


def test_rehearsals_can_be_written_down(tmp_path: Path) -> None:
    """
    As short as they can be, and between them every outcome, row and lateness.
    """
    tells = "within: 1 hour=>within: 1 hour, late-tells: manager"
    text = write_rehearsals(lay_out(tmp_path, tells=tells), "leak")
    assert text == (
        "rehearsals: leak\n"
        "list:\n"
        "  - rehearsal: way-1\n"
        "    opens: {dry: yes}\n"
        "    goes:\n"
        "      - look too late telling manager\n"
        "      - look by clerk within 1 hour with floors=3\n"
        "      - gravity is serious\n"
        "      - report by clerk\n"
        "      - mend by clerk\n"
        "      - pay is owner by manager but not who did mend\n"
        "    ends: done\n"
        "  - rehearsal: way-2\n"
        "    opens: {dry: yes}\n"
        "    goes:\n"
        "      - look with floors=0\n"
        "      - gravity is minor\n"
        "      - mend\n"
        "      - pay is house\n"
        "    ends: done\n"
    )
    assert said(told(tmp_path, text, tells=tells)) == []


def test_what_no_law_notices_a_rehearsal_does(tmp_path: Path) -> None:
    """
    Who does what, and how long it may take; and a law stays as vacuous as it was.
    """
    fates = list(judge(told(tmp_path), "leak"))
    noticed = {fate.mutant.what: fate.noticed for fate in fates}
    assert noticed["'look' within 365 days"] == ("rehearsal",)
    assert noticed["'report' by manager instead of clerk"] == ("rehearsal",)
    assert vacuous(tmp_site := told(tmp_path), "leak", fates) == vacuous(
        tmp_site, "leak", judge(lay_out(tmp_path / "bare"), "leak")
    )


def test_every_shipped_chart_is_rehearsed() -> None:
    """
    On the example estate, whose settings are its own.
    """
    site = load_site(Path("examples/garden"), Plugins().handbooks)
    charts = {one.id for one in site.procedures.values() if not one.id.startswith("duty-")}
    untold = {name for name in charts if not rehearsals_of(site, name)}
    # The law has these otherwise: what the handbook tells of them is no longer so.
    assert untold == site.changed
    assert site.changed == {
        "arrears", "fire-control", "gate-trouble", "move-out", "suspicious-person", "thief",
    }  # fmt: skip
