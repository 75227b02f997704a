"""
What is otherwise between two editions of the small house, in words, in runs and in pictures.
"""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from propflow.cli import main
from propflow.difference import bare, compared, lines_of, only_in
from propflow.difference.picture import picture
from propflow.errors import UnknownNameError
from propflow.rules import compile_table, shifts
from propflow.sites import load_handbook, load_site
from tests.sites.house import build, load, spoil
from tests.sites.tailored import tailor

CHANGES = """
- insert:
    - do: photograph
      en: Take a photograph
      zh: 拍照
      by: caretaker
  in: leak
  after: look
- {remove: warn, in: leak, expects: {tell: warn}}
- {rename: mend, in: leak, to: repair}
- {change: close-valve, in: leak, expects: {by: caretaker}, to: {by: manager}}
- {drop: {law: seen-before-mended}, in: leak, expects: {precedence: [look, repair]}}
- {edit-row: leak-size, expects: {litres: ">= 100"}, to: {litres: ">= 80"}}
- {edit-row: leak-size, expects: {litres: "[5..100)"}, to: {litres: "[5..80)"}}
- {change: {duty: rents}, expects: {rhythm: monthly on day 1 at 09:00},
   to: {rhythm: monthly on day 3 at 09:00}}
- {disable: {duty: night-round}}
- {add: {role: porter, en: Porter, zh: 门童}}
"""


@pytest.fixture(autouse=True)
def house(tmp_path, monkeypatch):
    """
    A copy of the small house.
    """
    build(tmp_path, monkeypatch)
    spoil("estate/site.yaml", "settings: {patience: 30 minutes}\n", "")


def both():
    before = load_site(Path("estate"), {"house": Path("book")}, tailored="no")
    return before, load()


def test_a_site_is_not_otherwise_than_itself():
    """
    Nothing is said where nothing changed, and that is said.
    """
    site = load()
    found = compared(site, load(), year=2027)
    assert not found
    assert found.say() == ["Nothing is otherwise."]
    assert found.say("zh") == ["没有不同。"]


def test_each_change_is_told_in_words():
    """
    Steps, rows, duties, laws and roles, by the names that people have for them.
    """
    tailor(CHANGES)
    assert [line.text.to("en") for line in lines_of(*both())] == [
        "step mend is called repair (Mend it) now",
        "step warn (Warn the neighbours) is gone",
        "step photograph (Take a photograph) is new, behind look",
        "step close-valve (Close the valve): who does it: Caretaker -> Manager",
        "law seen-before-mended (Nothing is mended unseen.) is gone",
        "decision leak-size: row 1 {litres: >= 100, then: flood} becomes "
        "{litres: >= 80, then: flood}",
        "decision leak-size: row 2 {litres: [5..100), then: stream} becomes "
        "{litres: [5..80), then: stream}",
        "role porter (Porter) is new",
        "duty night-round (Go round the house) is gone",
        "duty rents (Look through the rents): when it comes round: "
        "monthly on day 1 at 09:00 -> monthly on day 3 at 09:00",
    ]
    assert [line.text.to("zh") for line in lines_of(*both())][:4] == [
        "步骤mend改称repair（修复）",
        "取消步骤warn（通知邻居）",
        "新增步骤photograph（拍照），在look之后",
        "步骤close-valve（关闭阀门）：由谁办理：管理员 → 经理",
    ]


def test_backwards_the_same_lines_are_told_the_other_way():
    """
    What is new one way is gone the other way.
    """
    tailor(CHANGES)
    before, after = both()
    there, back = lines_of(before, after), lines_of(after, before)
    turned = {"added": "dropped", "dropped": "added"}
    assert sorted((turned.get(one.change, one.change), one.kind) for one in there) == sorted(
        (one.change, one.kind) for one in back
    )


def test_steps_in_another_order_are_told():
    """
    Nothing comes and nothing goes, and still the case goes another way.
    """
    tailor("- {reorder: [until-dry, work], in: leak, expects: [work, until-dry]}")
    found = [line.text.to("en") for line in lines_of(*both()) if line.change == "moved"]
    assert found[0] == (
        "after size comes mend, report-manager, and not close-valve, report-manager, warn"
    )


def test_a_shortest_run_that_only_one_has():
    """
    It goes to an end, and where both have the same runs there is none.
    """
    tailor(
        "- {insert: [{tell: inform, to: owner}], in: rent, after: for-rent}".replace(
            "after: for-rent", "before: paid"
        )
    )
    before, after = both()
    run = only_in(after.program("rent"), before.program("rent"))
    assert run == (("for-rent", "rent-paid"), ("inform", ""))
    assert only_in(before.program("rent"), after.program("rent")) == (("for-rent", "rent-paid"),)
    assert only_in(before.program("leak"), after.program("leak")) is None
    assert only_in(before.program("leak"), after.program("leak"), bound=3) == "gave up"


def test_what_is_decided_otherwise_has_an_example():
    """
    One for each pair of answers, with the facts that matter and no others.
    """
    tailor(CHANGES)
    before, after = both()
    old, new = before.tables["leak-size"], after.tables["leak-size"]
    (shift,) = shifts(before.decider("leak-size"), after.decider("leak-size"))
    assert shift.say(old, new) == "Litres an hour: 80: stream becomes flood."
    assert shift.say(old, new, "zh") == "每小时升数为80：由“stream”变为“flood”。"
    assert shifts(compile_table(old), compile_table(old)) == ()


def test_a_year_of_duties_is_compared():
    """
    A duty that moves is paired with itself, one that is disabled vanishes.
    """
    tailor(CHANGES)
    found = compared(*both(), year=2027)
    kinds = {(change.duty, change.kind) for change in found.calls}
    assert ("night-round", "vanishes") in kinds
    assert {kind for duty, kind in kinds if duty == "rents"} <= {"moves", "appears", "vanishes"}
    assert "night-round: 2,190 vanish" in found.say() or any(
        line.strip().startswith("night-round: ") for line in found.say()
    )


def test_what_no_longer_holds_is_named():
    """
    A law that the changes break stands in the difference with the way to it, and is mended after.
    """
    tailor(
        "- {add: {law: asked, existence: content, en: x, zh: x}, in: leak}\n"
        "- insert:\n    - decide: fast\n      fact: weekend\n"
        "      yes: [{end: left}]\n      no: []\n  in: leak\n  before: content"
    )
    before, after = both()
    found = compared(before, after, year=2027)
    assert ["law 'asked'" in one.what for one in found.broken if one.rule == "law"] == [True]
    assert compared(after, before, year=2027).mended == found.broken
    assert main(["diff", "estate"]) == 2  # the handbook 'house' is not one that is offered


def test_both_pictures_stand_side_by_side_in_colour():
    """
    One element, well formed, with what is new, gone and otherwise marked in its own picture.
    """
    tailor(CHANGES)
    drawn = ET.fromstring(picture(*both(), "leak"))  # noqa: S314  we drew it ourselves
    inner = [one for one in drawn if one.tag.endswith("svg")]
    assert len(inner) == 2
    marked = [
        {
            node.get("data-step"): mark
            for node in half.iter()
            for mark in ("added", "dropped", "changed")
            if node.get("data-step") and mark in (node.get("class") or "").split()
        }
        for half in inner
    ]
    assert marked == [
        {"warn": "dropped", "close-valve": "changed", "mend": "changed"},
        {"photograph": "added", "close-valve": "changed", "repair": "changed"},
    ]
    with pytest.raises(UnknownNameError, match="Did you mean 'leak'"):
        picture(*both(), "leek")


def test_handbooks_are_compared_like_sites(capsys):
    """
    At the command line two folders of handbooks do as well, and JSON has both languages.
    """
    spoil(
        "book/procedures/leak.yaml",
        "within: setting patience\n    late",
        "within: 5 minutes\n    late",
    )
    one = bare(load_handbook(Path("book")))
    assert one.id == "house"
    Path("old").mkdir()
    build(Path("old").resolve(), pytest.MonkeyPatch())
    assert main(["diff", "book", "../book", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [line["text"] for line in found["lines"]] == [
        {
            "en": "step look (Look at the leak): how long it may take: 20 minutes -> 5 minutes",
            "zh": "步骤look（查看渗漏）：时限：20 minutes → 5 minutes",
        }
    ]
