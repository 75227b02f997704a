"""
Tailorings of the small house, as text, and what the house says when they are laid on.
"""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

from propflow.errors import FaultyFileError
from propflow.sites.convert import structure
from propflow.sites.faults import Faults
from propflow.sites.nodes import Entries
from propflow.sites.sources import tree_of
from propflow.sites.tailoring.shapes import TailoringFile
from propflow.sites.tailoring.tree import Tree
from propflow.sites.yaml import parse
from tests.sites.house import HOUSE


def house() -> Tree:
    """
    The files of the small house's handbook.
    """
    faults = Faults()
    tree, _ = tree_of(HOUSE / "book", faults)
    faults.close()
    return tree


def operations(text: str, file: str = "changes.yaml") -> list[Entries]:
    """
    Operations as a tailoring has them, held to their form.
    """
    faults = Faults()
    node = parse("tailoring: changes\nchanges:\n" + indent(text.strip("\n"), "  "), file, faults)
    faults.close()
    assert node is not None
    assert structure(node, TailoringFile, faults) is not None, list(faults)
    return [one for one in node["changes"] if isinstance(one, Entries)]  # type: ignore[index]


def tailor(
    changes: str, *, name: str = "own", folder: str = "estate/tailoring", more: str = ""
) -> None:
    """
    Write a tailoring into the copy of the house.
    """
    path = Path(folder) / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = f"changes:\n{indent(changes.strip(chr(10)), '  ')}\n" if changes.strip() else ""
    path.write_text(f"tailoring: {name}\n{more}{lines}", encoding="utf-8")


def refused(action, *arguments) -> list[str]:
    """
    What is refused when something is done, a fault a line; nothing where it is done.
    """
    try:
        action(*arguments)
    except FaultyFileError as error:
        return str(error).splitlines()
    return []
