"""
Rulebooks in files: what they come to, and what they are refused for.
"""

from datetime import timedelta
from pathlib import Path

import pytest

from propflow.sites import Feed
from tests.sites.house import build, load, refusals, report, spoil

FILE = "book/rulebooks/leak-again.yaml"
TEXT = """\
rulebook: leak-again
title: {en: Leaks that come again, zh: 反复渗漏}
events:
  look: {began: leak, en: Look, zh: 查看, facts: {litres: {type: integer, unit: litre, min: 0}}}
facts:
  wet: {en: Wet, zh: 潮湿, keeps: 1 day, facts: {litres: {type: integer}}}
rules:
  - rule: twice
    when: [{event: look, if: {litres: ">= 5"}}]
    same: litres
    count: 2
    within: 2 days
    then:
      - {conclude: wet, facts: {litres: litres}}
      - {notify: caretaker, en: Wet again, zh: 又渗漏}
"""


@pytest.fixture(autouse=True)
def house(tmp_path, monkeypatch):
    """
    A copy of the small house with a rulebook.
    """
    build(tmp_path, monkeypatch)
    Path(FILE).parent.mkdir()
    Path(FILE).write_text(TEXT, encoding="utf-8")


def test_a_rulebook_is_read_with_all_that_it_says():
    """
    Events with where they come from, facts, and rules in their order.
    """
    found = load().rulebooks["leak-again"]
    assert found.feeds == (Feed(kind="look", on="began", name="leak"),)
    (rule,) = found.book.rules
    assert (rule.count, rule.within, rule.same) == (2, timedelta(days=2), ("litres",))
    assert [(then.does, then.name, then.to) for then in rule.then] == [
        ("conclude", "wet", ()),
        ("notify", "", ("caretaker",)),
    ]
    assert found.book.kind("wet").keeps == timedelta(days=1)
    assert str(rule.when[0].test) == "litres: >= 5"


@pytest.mark.parametrize(("file", "old", "new", "said"), refusals("rulebooks.txt"))
def test_a_spoiled_rulebook_is_refused_with_its_place(file, old, new, said):
    """
    Each gets its whole report and nothing else.
    """
    spoil(file, old, new)
    assert report() == said.splitlines()
