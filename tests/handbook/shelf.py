"""
The shipped handbook as plain lists and words, read without propflow.

A second reader on purpose: what these tests say about the files holds whatever the loader does.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

import propflow

FOLDER = Path(propflow.__file__).parent / "handbook"

#: The charts of the source that the handbook holds whole.
CHARTS = (
    *("0a", "0b", "0c", "0d", "0e", "0f", "0g", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
    *("10", "12", "13", "14", "15", "16", "17", "18", "19"),
    *("S2", "S2b", "S10", "S11", "S12", "S13", "S13b"),
)

#: Every file by its path in the handbook. To this reader each word is text: yes is no boolean.
FILES: dict[str, Any] = {
    path.relative_to(FOLDER).as_posix(): yaml.load(
        path.read_text(encoding="utf-8"),
        yaml.BaseLoader,  # noqa: S506  it makes words and nothing else
    )
    for path in sorted(FOLDER.rglob("*.yaml"))
    if path.parent.name != "rehearsals"  # cases told beforehand: nothing that people read there
}

#: What all files share: offices, roles, forms, messages, settings, books.
SHARED: dict[str, dict[str, Any]] = {}
for _path, _file in FILES.items():
    if _path.startswith("shared/"):
        for _part, _things in _file.items():
            if _part != "shared":
                SHARED.setdefault(_part, {}).update(_things)

#: The number of each box of the source, and its gist.
with (FOLDER / "boxes.csv").open(encoding="utf-8", newline="") as table:
    ROWS = [(row["number"], row["gist"]) for row in csv.DictReader(table)]
BOXES = dict(ROWS)


def entries(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """
    Every mapping inside *node*, with the way that leads to it.
    """
    if isinstance(node, dict):
        yield path, node
    for name, inner in node.items() if isinstance(node, dict) else enumerate(_items(node)):
        yield from entries(inner, f"{path}/{_name(name, inner)}")


def _items(node: Any) -> list[Any]:
    return node if isinstance(node, list) else []


def _name(name: str | int, inner: Any) -> str:
    # An item of a list is known by its first key and word: "do record".
    if isinstance(name, int) and isinstance(inner, dict):
        key, word = next(iter(inner.items()))
        return f"{key} {word}" if isinstance(word, str) else key
    return str(name)
