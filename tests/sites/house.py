"""
A small handbook and a site that keeps it, whole and right, and ways to spoil a copy of it.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from propflow.errors import FaultyFileError
from propflow.sites import Site, load_site

HOUSE = Path(__file__).parent / "house"


def build(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Put a copy into *folder* and stand in it, so that messages name files as a person would.
    """
    for part in ("book", "estate"):
        shutil.copytree(HOUSE / part, folder / part)
    monkeypatch.chdir(folder)


def load() -> Site:
    """
    Load the copy.
    """
    return load_site(Path("estate"), {"house": Path("book")})


def spoil(file: str, old: str, new: str) -> None:
    """
    Replace a piece of text, which has to be there once.
    """
    path = Path(file)
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in {file}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def report() -> list[str]:
    """
    What loading the copy complains of, a fault a line.
    """
    with pytest.raises(FaultyFileError) as caught:
        load()
    return str(caught.value).splitlines()


def refusals(table: str = "refusals.txt") -> list[tuple[str, str, str, str]]:
    """
    The blocks of a table: file, what is replaced in it, by what, and the whole report.
    """
    found = []
    text = (Path(__file__).parent / table).read_text(encoding="utf-8")
    for block in text.split("\n\n"):
        lines = [line for line in block.splitlines() if not line.startswith("#")]
        if lines:
            old, new, said = (
                "\n".join(line[2:] for line in lines[1:] if line.startswith(sign))
                for sign in ("- ", "+ ", "> ")
            )
            found.append((lines[0], old, new, said))
    return found
