"""
What is locked can be made stricter and never weaker, whichever way somebody tries.
"""

from pathlib import Path

import pytest

from propflow.sites.faults import Faults
from propflow.sites.tailoring.layers import Layer, lay_on, layers_of
from tests.sites.house import build, load, refusals, report, spoil
from tests.sites.tailored import tailor

LOCKS = Path(__file__).with_name("locks.yaml")


@pytest.fixture(autouse=True)
def house(tmp_path, monkeypatch):
    """
    A copy of the small house, with what the law locks in it.
    """
    build(tmp_path, monkeypatch)
    Path("law").mkdir()
    Path("law/code.yaml").write_text(LOCKS.read_text(encoding="utf-8"), encoding="utf-8")
    # The site would loosen what is locked by its own figure.
    spoil("estate/site.yaml", "settings: {patience: 30 minutes}\n", "layers: ../law\n")


def test_there_are_enough_attempts():
    """
    Half a hundred at least, no two alike.
    """
    attempts = [block[2] for block in refusals("weakening.txt")]
    assert len(set(attempts)) == len(attempts) >= 50


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    refusals("weakening.txt"),
    ids=[block[0] for block in refusals("weakening.txt")],
)
def test_an_attempt_to_weaken_is_refused_and_named(name, old, new, said):
    """
    Each is refused with its place, what is locked and by whom, and in what it would be weaker.
    """
    assert name
    assert not old
    tailor(new)
    found = report()
    assert found == said.splitlines()
    assert any("is locked by 'code'" in line for line in found)


STRICTER = {
    "a shorter deadline": (
        "- {change: look, in: leak, expects: {within: setting patience}, to: {within: 5 minutes}}"
    ),
    "a deadline on the clock": (
        "- {change: monday, in: leak, expects: {within: 2 days}, to: {within: 40 hours}}"
    ),
    "a smaller figure": "- {set: patience, expects: 20 minutes, to: 10 minutes}",
    "fewer who may do it": (
        "- {change: content, in: leak, expects: {by: [caretaker, manager]}, to: {by: manager}}"
    ),
    "more who are told": (
        "- {change: look, in: leak, expects: {late-tells: manager}, "
        "to: {late-tells: [manager, owner]}}"
    ),
    "more that is asked": (
        "- {change: look, in: leak, expects: {asks: [litres, weekend]}, "
        "to: {asks: [litres, weekend, dry]}}"
    ),
    "more eyes": (
        "- {change: mend, in: leak, expects: {not-by: look}, to: {not-by: [look, close-valve]}}"
    ),
    "a step more": "- {insert: [{tell: inform, to: owner}], in: leak, after: look}",
    "a step more in a branch": (
        "- {insert: [{tell: inform, to: owner}], in: leak, into: drip of size}"
    ),
    "something beside it": (
        "- replace: work\n  in: leak\n  expects: {together: work}\n  with:\n    - together: work\n"
        "      water: [{do: close-valve, by: caretaker}]\n"
        "      people:\n"
        "        - {tell: warn, en: Warn the neighbours, zh: 通知邻居, to: [manager, owner]}\n"
        "      owner: [{tell: ring, to: owner}]"
    ),
    "a law more": "- {add: {law: warned, existence: warn, en: x, zh: x}, in: leak}",
    "a law within a time": "- {change: {law: seen-before-mended}, in: leak, to: {within: 1 day}}",
    "more rounds": (
        "- {change: {duty: night-round}, expects: {rhythm: every 2 hours from 20:00 to 06:00}, "
        "to: {rhythm: every 1 hours from 20:00 to 06:00}}"
    ),
    "less grace": "- {change: {duty: rents}, expects: {grace: 1 day}, to: {grace: 4 hours}}",
    "a lower bar": "- {edit-row: leak-size, expects: {litres: '>= 100'}, to: {litres: '>= 50'}}",
    "outcomes that are not kept": (
        "- {edit-row: leak-size, expects: {litres: '[5..100)'}, to: {litres: '[2..100)'}}"
    ),
    "another message that opens it": (
        "- {change: {procedure: leak}, expects: {opens-on: leak-reported}, "
        "to: {opens-on: [leak-reported, rent-paid]}}"
    ),
}


@pytest.mark.parametrize("changes", STRICTER.values(), ids=STRICTER)
def test_what_is_locked_can_be_made_stricter(changes):
    """
    A shorter deadline, one more pair of eyes, an additional step, law or round.
    """
    tailor(changes)
    assert load().id == "corner-house"


def test_what_the_site_sets_in_its_own_file_is_held_to_the_locks_too():
    """
    A figure and a rhythm in site.yaml weaken no less than a tailoring.
    """
    spoil(
        "estate/site.yaml",
        "layers: ../law\n",
        "layers: ../law\nsettings: {patience: 45 minutes}\n"
        "duties:\n  night-round: {days: working}\n  rents: {overlap: skip}\n",
    )
    found = [(line.split(": ", 1)[0], line.rsplit("stricter: ", 1)[1]) for line in report()]
    assert found == [
        ("estate/site.yaml:7:12", "it may be late by 20 minutes, and this makes it 45 minutes."),
        ("estate/site.yaml:7:12", "this makes it 45 minutes, and 30 minutes is the most."),
        ("estate/site.yaml:7:12", "it may take 20 minutes, and this makes it 45 minutes."),
        (
            "estate/site.yaml:9:3",
            "this loses a call, as the one of Saturday 2027-01-02 at 20:00: days is working "
            "instead of nothing.",
        ),
        ("estate/site.yaml:10:3", "this changes 'overlap': skip instead of nothing."),
    ]


def test_a_layer_may_change_what_it_locks_itself():
    """
    A lock binds those who come after, not its own author.
    """
    path = Path("law/code.yaml")
    text = path.read_text(encoding="utf-8")
    change = "changes:\n  - {change: look, in: leak, expects: {fills: leak-form}, without: fills}\n"
    path.write_text(text.replace("locked:\n", change + "locked:\n"), encoding="utf-8")
    assert load().graph("leak").by_id["look"].fills is None


def test_a_handbook_locks_as_well():
    """
    What stands under ``locked`` in handbook.yaml binds every layer.
    """
    path = Path("book/handbook.yaml")
    path.write_text(
        path.read_text(encoding="utf-8") + "locked:\n  - {step: warn, in: leak}\n", encoding="utf-8"
    )
    Path("law/code.yaml").write_text(
        "tailoring: code\nlayer: statute\nchanges:\n"
        "  - {remove: warn, in: leak, expects: {tell: warn}}\n",
        encoding="utf-8",
    )
    assert report() == [
        (
            "estate/../law/code.yaml:4:5: step 'warn' of procedure 'leak' is locked by 'house' "
            "(book/handbook.yaml:45:5) and can only be made stricter: this takes it away."
        )
    ]


UNLOCKABLE = {
    "- {step: lok, in: leak}": "there is no step 'lok' in procedure 'leak'. Did you mean 'look'?",
    "- {step: look}": "say which procedure the step belongs to: 'in: NAME'.",
    "- {step: look, in: leak, law: x}": (
        "a lock names exactly one of step, law, procedure, setting, duty, decision."
    ),
    "- {step: look, in: leak, at-most: 3}": "'at-most' is said of a setting, and this is a step.",
    "- {setting: patience, at-most: soon}": (
        "'value' cannot be 'soon': it takes a duration such as 30 minutes."
    ),
    "- {duty: rents, keeps: yes}": "'keeps' is said of a decision, and this is a duty.",
}


@pytest.mark.parametrize(("entry", "said"), UNLOCKABLE.items(), ids=UNLOCKABLE)
def test_a_lock_on_nothing_is_refused(entry, said):
    """
    A misspelt lock would guard nothing, and nobody would notice.
    """
    Path("law/code.yaml").write_text(
        f"tailoring: code\nlayer: statute\nlocked:\n  {entry}\n", encoding="utf-8"
    )
    (line,) = report()
    assert line.split(": ", 1)[1] == said


def test_locks_cost_nothing_where_there_are_none():
    """
    Without layers nothing is laid on, and the handbook is the very same.
    """
    from tests.sites.tailored import house as plain

    tree = plain()
    assert lay_on(tree, (), Faults()).tree is tree
    assert layers_of((), Path("nowhere"), {}, Faults()) == ()
    assert lay_on(tree, [Layer(name="empty", tailorings=())], Faults()).tree is tree
