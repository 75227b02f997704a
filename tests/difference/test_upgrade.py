"""
A site's changes carried over to a new edition of its handbook: told, proposed, and written.
"""

import json
import shutil
from pathlib import Path

import pytest

from propflow.cli import main
from propflow.cli.desk import plugins
from propflow.errors import FaultyFileError
from propflow.sites.tailoring.upgrade import upgrade
from tests.sites.house import build, spoil

OWN = """\
# What the corner house does otherwise.
tailoring: own
changes:
  # The owner lives next door.
  - set: patience
    expects: 20 minutes   # as of 2026
    to: 10 minutes
  - change: look
    in: leak
    expects:
      by: caretaker
      # a whole quarter of an hour
      within: setting patience
    to: {within: 5 minutes}
  # A flood is a flood.
  - {edit-row: leak-size, expects: {litres: ">= 100"}, to: {litres: ">= 80"}}
  - insert: [{tell: inform, to: owner}]
    in: leak
    after: look
"""


@pytest.fixture(autouse=True)
def house(tmp_path, monkeypatch):
    """
    The small house, its tailoring, and next year's handbook beside this year's.
    """
    build(tmp_path, monkeypatch)
    shutil.copytree("book", "next")
    spoil("next/handbook.yaml", 'version: "1"', 'version: "2"')
    Path("estate/tailoring").mkdir()
    Path("estate/tailoring/own.yaml").write_text(OWN, encoding="utf-8")


def carried():
    return upgrade(Path("estate"), Path("book"), Path("next"))


def test_an_edition_that_changes_nothing_keeps_every_change():
    """
    Only the edition that the changes fit is written down.
    """
    found = carried()
    assert found.merge.conflicts == ()
    assert len(found.merge.kept) == 4
    (text,) = found.files.values()
    assert text == OWN.replace("tailoring: own\n", 'tailoring: own\nversion: "2"\n')
    assert (found.handbook, found.old, found.new) == ("house", "1", "2")


def test_what_is_proposed_is_written_and_all_else_stays_as_it_stood():
    """
    Other figures, a renamed step, a changed row, a change that the handbook makes itself.
    """
    spoil("next/handbook.yaml", "value: 20 minutes", "value: 10 minutes")
    spoil("next/procedures/leak.yaml", "- do: look", "- do: inspect")
    spoil("next/procedures/leak.yaml", "not-by: look", "not-by: inspect")
    spoil("next/procedures/leak.yaml", "[look, mend]", "[inspect, mend]")
    spoil("next/decisions/leak-size.yaml", '">= 100"', '">= 90"')
    spoil("next/decisions/leak-size.yaml", "[5..100)", "[5..90)")
    found = carried()
    assert [(one.applied.verb, one.kind, one.drops) for one in found.merge.conflicts] == [
        ("set", "same", "yes"),
        ("change", "gone", "no"),
        ("edit-row", "gone", "no"),
        ("insert", "gone", "no"),
    ]
    assert found.open == ()
    (text,) = found.files.values()
    assert text == (
        "# What the corner house does otherwise.\n"
        "tailoring: own\n"
        'version: "2"\n'
        "changes:\n"
        "  - change: inspect\n"
        "    in: leak\n"
        "    expects:\n"
        "      by: caretaker\n"
        "      # a whole quarter of an hour\n"
        "      within: setting patience\n"
        "    to: {within: 5 minutes}\n"
        "  # A flood is a flood.\n"
        '  - {edit-row: leak-size, expects: {litres: ">= 90"}, to: {litres: ">= 80"}}\n'
        "  - insert: [{tell: inform, to: owner}]\n"
        "    in: leak\n"
        "    after: inspect\n"
    )


def test_expectations_written_in_a_block_are_rewritten_too():
    """
    A block of keys gives way to what there is now, on one line.
    """
    spoil("next/procedures/leak.yaml", "by: caretaker\n    fills", "by: [caretaker]\n    fills")
    spoil("next/procedures/leak.yaml", "within: setting patience", "within: 30 minutes")
    (text,) = carried().files.values()
    assert "    expects:\n      {by: [caretaker], within: 30 minutes}\n    to:" in text


def test_a_list_of_changes_of_which_none_is_left_says_so():
    """
    The file stays a tailoring when the handbook has taken over all of it.
    """
    Path("estate/tailoring/own.yaml").write_text(
        "tailoring: own\nversion: '1'\nchanges:\n"
        "  - {set: patience, expects: 20 minutes, to: 10 minutes}\n",
        encoding="utf-8",
    )
    spoil("next/handbook.yaml", "value: 20 minutes", "value: 10 minutes")
    (text,) = carried().files.values()
    assert text == 'tailoring: own\nversion: "2"\nchanges: []\n'


def test_what_cannot_be_told_is_left_to_people():
    """
    The step is gone, nothing is like it: somebody has to decide, and the file stays.
    """
    path = Path("next/procedures/leak.yaml")
    text = path.read_text(encoding="utf-8")
    start, end = text.index("  - do: look"), text.index("  - decide: size")
    path.write_text(text[:start] + text[end:], encoding="utf-8")
    found = carried()
    assert [one.applied.verb for one in found.open] == ["change", "insert"]
    assert "change: look" in next(iter(found.files.values()))


def test_another_handbook_is_no_new_edition():
    """
    A site is not carried over to charts that are not its own.
    """
    spoil("next/handbook.yaml", "handbook: house", "handbook: tower")
    with pytest.raises(FaultyFileError, match="there is no edition of handbook 'tower'"):
        carried()


def test_at_the_command_line_nothing_is_written_until_it_is_said(capsys):
    """
    Told and proved first; with --apply the files are written, and the site fits the new edition.
    """
    folder = plugins().handbooks["property"]
    shutil.copytree(folder, "newer")
    spoil("newer/handbook.yaml", 'version: "1.0"', 'version: "2.0"')
    spoil("newer/decisions/complaint-severity.yaml", '">= 20"', '">= 15"')
    site = Path("mine")
    (site / "tailoring").mkdir(parents=True)
    (site / "site.yaml").write_text(
        "site: mine\ntitle: {en: Mine, zh: 小区}\nhandbook: property\ntimezone: Asia/Shanghai\n",
        encoding="utf-8",
    )
    own = site / "tailoring" / "own.yaml"
    text = (
        "tailoring: own\nchanges:\n"
        '  - {edit-row: complaint-severity, expects: {affected: ">= 20"}, '
        'to: {affected: ">= 10"}}\n'
    )
    own.write_text(text, encoding="utf-8")
    assert main(["upgrade", "mine", "--to", "newer"]) == 0
    said = capsys.readouterr().out
    assert said.splitlines()[0] == (
        "property 1.0 -> 2.0: 0 changes carried over as they are, 1 change to look at."
    )
    assert '  Proposal: expects: {affected: ">= 15"}' in said.splitlines()
    assert said.splitlines()[-1] == "Nothing was written. Say --apply to write it."
    assert own.read_text(encoding="utf-8") == text
    assert main(["upgrade", "mine", "--to", "newer", "--apply", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["conflicts"][0]["kind"] == "gone"
    assert '">= 15"' in own.read_text(encoding="utf-8")
    assert main(["upgrade", "mine", "--to", "nowhere"]) == 2
