"""
A chart with one thing wrong in it is noticed, or named as a survivor.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from propflow.cli import main
from propflow.plugins.manager import Plugins
from propflow.sites import Site, load_site
from propflow.verify import KINDS, check, judge, mutants, vacuous
from tests.verify.house import lay_out


def test_there_are_mutants_of_every_kind(house: Site) -> None:
    """
    At least a score for a chart of four boxes and a table.
    """
    kinds = Counter(mutant.kind for mutant in mutants(house, "leak"))
    assert kinds.keys() == set(KINDS)
    assert kinds.total() >= 20


def test_each_mutant_differs_from_the_chart_and_from_the_others(house: Site) -> None:
    """
    No two say the same, and none is the original.
    """
    said = [mutant.what for mutant in mutants(house, "leak")]
    assert len(said) == len(set(said))


def test_who_notices_is_named(house: Site) -> None:
    """
    A law by its name, a check by its rule.
    """
    fates = {fate.mutant.what: fate.noticed for fate in judge(house, "leak")}
    assert fates["'gravity' by serious leads past 'report'"] == ("refused",)
    assert fates["'gravity': row 2 says 'minor' instead of 'serious'"] == (
        "law grave-is-told",
        "dead-branch",
        "unreachable",
    )
    assert fates["'mend' by manager instead of clerk"] == ("four-eyes",)
    assert fates["without 'look'"] == ("law-step", "uncovered")
    assert "gap" in fates["'gravity' without row 1"]
    assert fates["'look' within 365 days"] == ()


def test_the_original_is_left_as_it_was(house: Site) -> None:
    """
    After all that was done to it, nothing is found in it.
    """
    list(judge(house, "leak"))
    assert check(house) == []


def test_a_law_that_notices_nothing_is_vacuous(tmp_path: Path) -> None:
    """
    It says of a step what holds of any chart.
    """
    change = "existence: pay, en: Somebody pays.=>absence: pay, times: 3, en: Not thrice."
    site = lay_out(tmp_path, law=change)
    fates = list(judge(site, "leak"))
    assert vacuous(site, "leak", fates) == ["paid-for"]


def test_the_command_prints_survivors_and_figures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Exit code 1 where less is noticed than was asked for.
    """
    lay_out(tmp_path)
    monkeypatch.setattr("propflow.plugins.manager.Plugins.handbooks", {"small": tmp_path / "book"})
    site = ("--site", str(tmp_path / "site"))
    assert main(["mutate", "leak", *site, "--kind", "deadline"]) == 0
    assert capsys.readouterr().out == (
        "survives [deadline] leak: 'look' without a limit\n"
        "survives [deadline] leak: 'look' within 1 second\n"
        "survives [deadline] leak: 'look' within 365 days\n"
        "vacuous [law] leak: paid-for notices none of them\n"
        "deadline: 0 of 3 noticed, 0%\n"
        "3 things wrong, 0 noticed, 0%.\n"
    )
    assert main(["mutate", *site, "--least", "90", "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert {"kind", "where", "what", "noticed"} == said["mutants"][0].keys()
    assert said["vacuous"] == ["leak: paid-for"]


@pytest.mark.parametrize("name", ["complaint", "goods-out", "arrears"])
def test_the_page_lists_the_survivors(name: str) -> None:
    """
    Those of a shipped chart, in their order; a chart without any has no line.
    """
    page = Path("docs/explanation/mutants.md").read_text(encoding="utf-8")
    # The handbook as it is shipped: where a site has a chart otherwise, its rehearsals stand aside.
    site = load_site(Path("examples/garden"), Plugins().handbooks, tailored="no")
    survived = [fate.mutant.what.replace("'", "") for fate in judge(site, name) if not fate.noticed]
    line = f"| {name} | {'; '.join(survived)} |"
    assert (line in page) if survived else (f"| {name} |" not in page)
