"""
The words that files, programs and people meet are in the reference, all of them.
"""

import re
from pathlib import Path

import pytest

import propflow
from propflow.calendar import reader
from propflow.cli import COMMANDS
from propflow.fields import TYPES
from propflow.rules import HITS
from propflow.verify import TEMPLATES
from tests.docs.pages import ROOT

SOURCE = Path(propflow.__file__).parent
REFERENCE = ROOT / "docs/reference"


def page(name):
    return (REFERENCE / name).read_text(encoding="utf-8")


def test_every_error_that_a_caller_may_catch_is_listed():
    """
    The list has every error outside the command line, which reports its own and exits.
    """
    for file in sorted(SOURCE.rglob("*.py")):
        if "cli" in file.parts:
            continue
        for name in re.findall(r"^class ([A-Z]\w*Error)\(", file.read_text("utf-8"), re.MULTILINE):
            assert f"| `{name}` |" in page("errors.md"), f"{name} of {file.name} is not listed"


def test_every_refusal_has_its_line():
    """
    The codes of the page are those that the engine gives, no more and no fewer.
    """
    given = set()
    for file in (SOURCE / "engine").rglob("*.py"):
        given |= set(re.findall(r"RefusedError\(\s*\"([a-z-]+)\"", file.read_text("utf-8")))
    listed = page("errors.md").partition("## Refusals")[2]
    assert set(re.findall(r"^\| `([a-z-]+)` \|", listed, re.MULTILINE)) == given


def test_every_hit_policy_and_every_type_has_its_line():
    """
    A table can be written from the page alone.
    """
    lines = re.findall(r"^\| `([a-z ]+)` \|", page("cells.md"), re.MULTILINE)
    assert set(HITS) | set(TYPES) <= set(lines)


def test_every_way_to_begin_a_rhythm_is_shown():
    """
    The page has an example for each word with which a rhythm begins.
    """
    shown = re.findall(r"^\| `(\w+)", page("rhythms.md"), re.MULTILINE)
    assert set(reader._SHAPES) <= set(shown)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_its_section(name):
    """
    Each command is described, with output that it printed.
    """
    section = page("command-line.md").partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    assert f"$ propflow {name}" in section


def test_every_word_of_a_law_is_explained():
    """
    The page on laws prints them, so none is missing.
    """
    laws = (ROOT / "docs/how-to/laws.md").read_text(encoding="utf-8")
    assert [word for word in TEMPLATES if f"\n{word} " not in laws] == []


def test_every_name_that_propflow_offers_is_on_the_page_of_python():
    """
    What can be imported from propflow itself is listed with what it is.
    """
    names = set(re.findall(r"`(\w+)`", page("python.md")))
    assert set(propflow.__all__) - {"__version__"} <= names
