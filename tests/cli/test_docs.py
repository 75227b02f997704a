"""
`propflow docs`: a folder of pages, whole or not at all.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from propflow import pages
from propflow.cli import main

FILES = {"index.html": pages.MADE_BY, "en/index.html": "one"}


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """
    The command in an empty folder, with pages that are quickly made; they can be exchanged.
    """
    monkeypatch.chdir(tmp_path)
    files = dict(FILES)
    monkeypatch.setattr(pages, "staff_handbook", lambda _site, **_more: files)
    return files


def test_the_folder_is_called_after_the_site(made, capsys) -> None:
    """
    Nothing but what was asked for is left beside it.
    """
    assert main(["docs"]) == 0
    assert capsys.readouterr().out == (
        "The handbook is written. Begin with garden-handbook/index.html.\n"
    )
    assert Path("garden-handbook/en/index.html").read_text(encoding="utf-8") == "one"
    assert [path.name for path in Path().iterdir()] == ["garden-handbook"]


def test_an_older_handbook_gives_way_and_leaves_nothing_behind(made) -> None:
    """
    A page that is no longer made is no longer there.
    """
    assert main(["docs", "-o", "book"]) == 0
    del made["en/index.html"]
    assert main(["docs", "-o", "book"]) == 0
    assert [path.name for path in Path("book").rglob("*")] == ["index.html"]


def test_a_folder_with_anything_else_in_it_is_left_alone(made, capsys) -> None:
    """
    Whoever names the wrong folder loses nothing.
    """
    Path("letters").mkdir()
    Path("letters/index.html").write_text("dear owner", encoding="utf-8")
    assert main(["docs", "-o", "letters"]) == 2
    assert capsys.readouterr().err == (
        "propflow: letters cannot be written: it is there already and was not written by "
        "propflow.\n"
    )
    assert Path("letters/index.html").read_text(encoding="utf-8") == "dear owner"


def test_what_cannot_be_written_leaves_the_older_handbook_as_it_was(made, capsys) -> None:
    """
    A full or forbidden place: the handbook that hangs there goes on hanging there.
    """
    assert main(["docs", "-o", "book"]) == 0
    made["index.html/below"] = "a file cannot be a folder"
    assert main(["docs", "-o", "book"]) == 2
    assert "book cannot be written" in capsys.readouterr().err
    assert Path("book/en/index.html").read_text(encoding="utf-8") == "one"
    assert [path.name for path in Path().iterdir()] == ["book"]
