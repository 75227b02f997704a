"""
Where what the source charts do not draw comes from.
"""

from __future__ import annotations

import re

import pytest

from tests.handbook.shelf import FILES, FOLDER, entries

PROPOSED = {p: f for p, f in FILES.items() if f.get("drawn") == "no"}
STEPS = {"do", "tell", "ask", "decide", "wait", "call", "each", "repeat"}

#: Labels that say what kind of support there is, and no title.
KINDS = {"SRC", "GK", "CP"}

#: Every label and what it stands for.
TITLES = dict(
    re.findall(
        r"^#   ([A-Z]+[0-9]*)\s+(.+)$", (FOLDER / "handbook.yaml").read_text("utf-8"), re.MULTILINE
    )
)


def labels(text: object) -> set[str]:
    return set(re.findall(r"\b[A-Z]+[0-9]*\b", text)) if isinstance(text, str) else set()


@pytest.mark.parametrize("path", PROPOSED)
def test_every_proposed_step_says_where_it_comes_from(path: str) -> None:
    """
    A chart that the source only names is a proposal, step by step.
    """
    found = [
        place
        for place, entry in entries(PROPOSED[path]["steps"])
        if next(iter(entry), "") in STEPS and "support" not in entry
    ]
    assert found == []


def test_no_proposed_step_claims_a_box() -> None:
    """
    What the source does not draw has no boxes to cover.
    """
    assert [p for p, f in PROPOSED.items() for _, e in entries(f) if e.get("covers")] == []


def test_every_label_has_a_title() -> None:
    """
    Whoever reads a label finds the title of the published procedure at the head of the handbook.
    """
    found = [entry for file in FILES.values() for _, entry in entries(file)]
    used = {label for entry in found for label in labels(entry.get("support", ""))}
    told = {label for entry in found for label in labels(entry.get("reading", ""))}
    assert sorted(used - TITLES.keys()) == []
    assert sorted(TITLES.keys() - used - told) == []
    assert used >= KINDS
