"""
What is wrong with a file, in Chinese: every report that the tests keep has its words.
"""

import re
from collections import Counter
from pathlib import Path

import pytest

from propflow.errors import (
    MOST_FAULTS,
    Fault,
    FaultyFileError,
    HandbookError,
    Place,
    UnknownNameError,
)
from propflow.sites import load_site
from propflow.wording import catalogue, say, say_line
from propflow.wording.catalogue import read
from tests.calendar.test_cron import TRAPS
from tests.calendar.test_duty import REFUSED as DUTIES
from tests.calendar.test_rhythm import REFUSED as RHYTHMS
from tests.calendar.test_working import REFUSED as DAYS
from tests.calendar.test_worktime import REFUSED as HOURS
from tests.rules.test_cells import test_a_cell_that_is_none_is_refused as cells
from tests.rules.test_correlate import (
    test_a_rule_that_could_not_work_is_refused_when_it_is_made as rules,
)
from tests.rules.test_decisions import test_a_table_that_is_none_is_refused as decisions
from tests.rules.test_hits import (
    test_a_policy_that_does_not_go_with_the_outputs_is_refused as hits,
)
from tests.sites.house import build, refusals, spoil
from tests.sites.test_locks import UNLOCKABLE
from tests.sites.test_sheets import FAULTS as SHEETS
from tests.sites.test_timing import CALENDARS, SITE, offered
from tests.sites.test_timing import FAULTS as TIMING

KEPT = ("refusals.txt", "rulebooks.txt", "tailoring.txt", "weakening.txt")
LINES = sorted(
    {line for table in KEPT for block in refusals(table) for line in block[3].splitlines()}
)
PLACE = re.compile(r"^\S+:\d+:\d+: ")
QUOTED = re.compile(r"(?<![\w}])'(?:[^']|(?<=\w)'(?=\w))*'")


def table_of(test):
    """
    The table by which a test goes.
    """
    (mark,) = (mark for mark in test.pytestmark if mark.name == "parametrize")
    return mark.args[1]


#: What the tests of other parts refuse, without a place.
ELSEWHERE = {
    "rhythm": [said for _, said in (*RHYTHMS, *TRAPS)],
    "sheet": [said for *_, said in SHEETS],
    "cell": [f"cell {text!r}, column {n}: {said}" for _, text, n, said in table_of(cells)],
    "decision": [f"decision 'x'{said}" for _, said in table_of(decisions)],
    "hit": [f"decision 'x'{said}" for _, said in table_of(hits)],
    "rule": [f"rulebook 'book', rule 'r': {said}" for _, said in table_of(rules)],
    "duty": [said for _, said in DUTIES],
    "lock": [*UNLOCKABLE.values()],
    "working days": [f"working days: {said}" for _, said in DAYS],
    "working time": [f"working time: {said}" for _, said in HOURS],
}


def put_in_words(text: str) -> str:
    """
    A message in Chinese, held against the English one.
    """
    said = say_line(text, language="zh")
    assert said != text, f"nobody has put this into Chinese: {text}"
    assert re.search("[\u4e00-\u9fff]", said), said
    assert Counter(QUOTED.findall(said)) == Counter(QUOTED.findall(text)), said
    return said


@pytest.mark.parametrize("line", LINES, ids=range(len(LINES)))
def test_a_refusal_that_is_kept_is_said_in_chinese_with_its_place_and_its_names(line):
    """
    A new message without a translation is found here.
    """
    place = PLACE.match(line)
    assert place is not None
    put_in_words(line[place.end() :])


@pytest.mark.parametrize("part", ELSEWHERE)
def test_what_a_part_of_a_file_is_refused_for_is_said_in_chinese(part):
    """
    Rhythms, cells of sheets, duties, locks, calendars and office hours have tables of their own.
    """
    for said in ELSEWHERE[part]:
        put_in_words(said)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        *((file, old, new) for file, old, new, _ in TIMING),
        *((SITE, "  weekend: [saturday, sunday]", f'  from: "{name}"') for name, _ in CALENDARS),
    ],
    ids=range(len(TIMING) + len(CALENDARS)),
)
def test_what_is_wrong_with_time_is_said_in_chinese(file, old, new, tmp_path, monkeypatch):
    """
    Calendars, windows, turns and secrets: loaded, refused, and every fault put into words.
    """
    build(tmp_path, monkeypatch)
    spoil(file, old, new)
    with pytest.raises(FaultyFileError) as caught:
        load_site(Path("estate"), {"house": Path("book")}, calendars={"tide": offered})
    for fault in caught.value.faults:
        put_in_words(fault.what)
    said = say(caught.value, language="zh").splitlines()
    places = [str(fault.place) for fault in sorted(caught.value.faults)]
    assert [PLACE.match(line)[0] for line in said] == [f"{place}: " for place in places]


def test_both_sides_of_a_sentence_have_the_same_holes_and_the_same_names():
    """
    No hole is lost or made up, and what stands in quotes stands on both sides.
    """
    holes = re.compile(r"\{[*+]?([a-z]+)\}")
    templates = catalogue("zh").templates
    assert len(templates) > 400
    for one in templates:
        assert set(holes.findall(one.other)) == set(holes.findall(one.english)), one.english
        quoted = Counter(word for word in QUOTED.findall(one.english) if not holes.search(word))
        assert Counter(QUOTED.findall(one.other)) == quoted, one.english


def test_no_sentence_is_in_the_catalogue_twice():
    """
    The second would never be said.
    """
    counted = Counter(one.english for one in catalogue("zh").templates)
    assert [english for english, count in counted.items() if count > 1] == []


WHOLE = {
    "there is no role 'care-taker'. Did you mean 'caretaker'?": (
        "没有角色 'care-taker'。是不是想写 'caretaker'？"
    ),
    "there is no step 'lok' in procedure 'leak'. Did you mean 'look'?": (
        "流程 'leak' 里没有步骤 'lok'。是不是想写 'look'？"
    ),
    "'by' of step 'look' of procedure 'leak' is 'it's me' (a.yaml:1:2), and this expects 'x'. "
    "Look at both and write down what you expect now.": (
        "流程 'leak' 的步骤 'look' 的 'by' 现在是 'it's me'（a.yaml:1:2），而这里预期 'x'。"
        "请对照两处，写下现在的预期。"
    ),
    "working days: 2025-10-01 is a holiday and a working day: say which.": (
        "工作日：2025-10-01 既是假日又是工作日：请只留一样。"
    ),
    "cell 'maybe': 'dry' cannot be 'maybe': it takes one of yes, no. Did you mean 'yes'?": (
        "单元格 'maybe'：'dry' 不能是 'maybe'：应为 yes, no 之一。是不是想写 'yes'？"
    ),
    "a text is written in each language: {en: ..., zh: ...}.": (
        "文字要按语言写：{en: ..., zh: ...}。"
    ),
}


@pytest.mark.parametrize(("english", "chinese"), WHOLE.items(), ids=range(len(WHOLE)))
def test_the_words_themselves(english, chinese):
    """
    Prefixes, suggestions and things inside things are put together in Chinese order.
    """
    assert put_in_words(english) == chinese


@pytest.mark.parametrize(
    "text",
    [
        "the roof is on fire, call somebody.",
        "there is no unicorn 'x'.",
        "there is no step 'x' on Tuesdays.",
        "'x' is not one of a, b. Paint it green.",
        "procedure 'x': the roof is on fire.",
        "the roof is new instead of old.",
        "the roof is on fire. Did you mean 'x'?",
        "",
        "'" * 2000,
        f"there is no step '{'x' * 4000}'.",
    ],
    ids=range(10),
)
def test_what_nobody_has_put_into_words_stays_english_as_a_whole(text):
    """
    Not half of it: a sentence of which one part is unknown is shown as it is.
    """
    assert say_line(text, language="zh") == text


def test_english_is_untouched():
    """
    Byte for byte what the error itself says.
    """
    error = FaultyFileError((Fault(Place("a.yaml", 2, 3), "there is no step 'x'."),))
    assert say(error) == say(error, language="en") == str(error)
    assert say_line("there is no step 'x'.") == "there is no step 'x'."


def test_an_error_without_a_place_is_said_too():
    """
    A name that was asked for, from the command line or from Python.
    """
    error = UnknownNameError("procedure", "leek", ("leak",))
    assert say(error, language="zh") == "没有流程 'leek'。是不是想写 'leak'？"
    assert say(HandbookError("the roof is on fire."), language="zh") == "the roof is on fire."


def test_a_long_report_ends_as_the_english_one_does():
    """
    In file order, cut at the same fault, with the number of those left out.
    """
    what = "this takes it away."
    faults = tuple(Fault(Place("a.yaml", n), what) for n in range(MOST_FAULTS + 2, 0, -1))
    said = say(FaultyFileError(faults), language="zh").splitlines()
    assert len(said) == MOST_FAULTS + 1
    assert said[0] == "a.yaml:1:1: 这样会去掉它。"
    assert said[-1] == "……还有 2 处。"


def test_the_most_literal_sentence_wins_wherever_it_stands():
    """
    The order of the file decides nothing.
    """
    text = "it is {what}.\n    它是{what}。\n\nit is late.\n    迟了。\n"
    lines = text.split("\n\n")
    for order in (lines, lines[::-1]):
        assert read("\n".join(order)).translate("it is late.") == "迟了。"
        assert read("\n".join(order)).translate("it is 3.") == "它是 3。"
