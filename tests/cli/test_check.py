"""
What a check prints, for people, programs and scanners.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from propflow.cli import main
from propflow.verify import RULES
from tests.verify.house import lay_out

WAIVER = """
waivers:
  - waive: nobody
    where: leak
    subject: pay
    because: The manager comes back on Monday.
    owner: bob
"""


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """
    Check the small house, changed.
    """

    def check(*args: str, **changed: str) -> tuple[int, str]:
        lay_out(tmp_path, **changed)
        monkeypatch.setattr(
            "propflow.plugins.manager.Plugins.handbooks", {"small": tmp_path / "book"}
        )
        code = main(["check", "--site", str(tmp_path / "site"), *args])
        return code, capsys.readouterr().out.replace(f"{tmp_path}/", "")

    return check


BROKEN = "precedence: [look, mend]=>precedence: [report, mend]"
AWAY = "roles: [manager, clerk]=>roles: [clerk]"


def test_a_house_in_order_says_so(run) -> None:
    """
    One line, and exit code 0.
    """
    assert run() == (0, "1 procedures, 1 decisions and 3 laws looked at: 0 findings, 0 cautions.\n")


def test_a_broken_law_is_told_in_the_words_of_the_chart(run) -> None:
    """
    Where it is written, what it says, and the way to where it breaks.
    """
    assert run(law=BROKEN) == (
        1,
        "book/procedures/leak.yaml:18:5: error [law] leak: law 'seen-first' ('mend' only after "
        "'report') does not hold.\n"
        "    on the way:\n"
        "    1. Look\n"
        "    2. How grave? -> minor\n"
        "    3. Mend it\n"
        "1 procedures, 1 decisions and 3 laws looked at: 1 findings, 0 cautions.\n",
    )


MORE = """\
  - {floors: ">= 3", then: serious}=>  - {floors: "[3..6)", then: serious}
  - {floors: ">= 6", then: serious}"""


def test_rows_that_could_be_one_are_a_note(run) -> None:
    """
    A note is told and counted by itself; the check does not fail for it.
    """
    assert run(more=MORE) == (
        0,
        "book/decisions/gravity.yaml:2:1: note [mergeable] gravity: decision 'gravity': rows 2 "
        "and 3 can be one row: floors: >= 3, for example floors=3.\n"
        "1 procedures, 1 decisions and 3 laws looked at: 0 findings, 0 cautions, 1 notes.\n",
    )
    said = json.loads(run("--format", "sarif", more=MORE)[1])
    assert [found["level"] for found in said["runs"][0]["results"]] == ["note"]


def test_the_way_is_drawn(run, tmp_path: Path) -> None:
    """
    A picture a finding, with its number, procedure and rule for a name.
    """
    code, _ = run("--pictures", str(tmp_path / "pictures"), law=BROKEN)
    assert code == 1
    (picture,) = (tmp_path / "pictures").iterdir()
    assert picture.name == "001-leak-law.svg"
    assert picture.read_text(encoding="utf-8").startswith("<svg")


def test_a_waiver_lets_a_finding_stand_with_its_reason(run) -> None:
    """
    It is still told, by whom and why, and the exit code is 0.
    """
    code, said = run(away=AWAY, more="people:=>" + WAIVER.strip() + "\npeople:")
    assert code == 0
    assert "    waived by bob: The manager comes back on Monday.\n" in said
    assert said.endswith("0 findings, 1 waived, 0 cautions.\n")


def test_a_waiver_that_waives_nothing_is_a_finding(run) -> None:
    """
    What was mended needs no excuse any more; a rule that is none never did.
    """
    code, said = run(more="people:=>" + WAIVER.strip() + "\npeople:")
    assert code == 1
    assert said.splitlines()[0] == (
        "site/site.yaml:7:5: warning [waiver] leak: 'nobody' is waived for leak: pay, and "
        "nothing is found there. Remove it."
    )
    code, said = run(more="people:=>" + WAIVER.strip().replace("nobody", "nobdy") + "\npeople:")
    assert "'nobdy' is no rule; the rules are twice, stuck," in said


def test_json_is_for_programs(run) -> None:
    """
    A list, an entry a finding.
    """
    code, said = run("--json", law=BROKEN)
    assert code == 1
    assert json.loads(said) == [
        {
            "severity": "error",
            "rule": "law",
            "where": "leak",
            "subject": "seen-first",
            "what": "law 'seen-first' ('mend' only after 'report') does not hold.",
            "place": "book/procedures/leak.yaml:18:5",
            "trace": [["look", ""], ["gravity", "minor"], ["mend", ""]],
            "waived": None,
        }
    ]


def test_sarif_is_for_scanners(run) -> None:
    """
    Every rule that is named is described; a waiver is a suppression.
    """
    changed = {"law": BROKEN, "away": AWAY, "more": "people:=>" + WAIVER.strip() + "\npeople:"}
    _, said = run("--format", "sarif", **changed)
    (log,) = json.loads(said)["runs"]
    assert {rule["id"] for rule in log["tool"]["driver"]["rules"]} == RULES.keys()
    law, nobody = log["results"]
    assert (law["ruleId"], law["level"]) == ("law", "error")
    assert law["locations"][0]["physicalLocation"]["region"] == {"startLine": 18, "startColumn": 5}
    assert len(law["codeFlows"][0]["threadFlows"][0]["locations"]) == 3
    assert nobody["suppressions"][0]["justification"] == "The manager comes back on Monday. (bob)"


FOUND = {
    "four-eyes": (
        "roles: [manager, clerk]}\n  - {person: bob, en: Bob, roles: [clerk]}"
        "=>roles: [manager, clerk]}",
        "warning [four-eyes] leak: steps 'mend' and 'pay' are for two people, and ann is the only "
        "one who may do either.",
    ),
    "nobody": (AWAY, "leak: step 'pay' is for manager, and nobody on the site is."),
    "recursion": (
        "  - {do: mend, en: Mend it, by: clerk}=>"
        "  - {do: mend, en: Mend it, by: clerk}\n  - {call: again, procedure: leak, en: Again}",
        "error [recursion] leak: no case of it can end: every way calls 'leak', which waits for a "
        "case like this one.",
    ),
    "dead-branch": (
        '- {floors: "< 3", then: minor}=>- {then: minor}\n  - {floors: "< 3", then: minor}',
        "warning [dead-branch] leak: 'gravity' never comes to 'serious': no row of 'gravity' that "
        "can decide says so.",
    ),
}


@pytest.mark.parametrize("rule", FOUND)
def test_each_rule_finds_what_it_is_for(run, rule: str) -> None:
    """
    A fault seeded in the house, and the sentence that tells of it.
    """
    change, said = FOUND[rule]
    more = {"hit": "title: {en: How grave}=>title: {en: How grave}\nhit: first"}
    _, text = run(change=change, **(more if rule == "dead-branch" else {}))
    assert said in text
