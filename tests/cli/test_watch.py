"""
`propflow check --watch`: what each change of a file brings, and what it takes away.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from click.testing import CliRunner

from propflow.cli import cli, watch
from propflow.cli.desk import example_site


class Hand:
    """
    Stands in for whoever edits the files between two looks, and then ends the watch.
    """

    def __init__(self, *edits) -> None:
        self.edits = list(edits)

    def __call__(self, _seconds) -> None:
        if not self.edits:
            raise KeyboardInterrupt
        self.edits.pop(0)()


def test_each_change_is_checked_and_only_what_is_other_is_said(tmp_path: Path, monkeypatch) -> None:
    """
    A setting is misspelt and put right again; a look at which nothing has changed says nothing.
    """
    folder = Path(shutil.copytree(example_site(), tmp_path / "estate"))
    file = folder / "site.yaml"
    right = file.read_text(encoding="utf-8")
    wrong = right.replace("fire-verify:", "fire-verfy:")
    hand = Hand(
        lambda: file.write_text(wrong, encoding="utf-8"),
        lambda: None,
        lambda: file.write_text(right, encoding="utf-8"),
    )
    monkeypatch.setattr(watch, "sleep", hand)
    said = CliRunner().invoke(cli, ["check", "--watch", "--site", str(folder)]).output
    lines = [line.replace(str(folder), "estate") for line in said.splitlines() if line.strip()]
    fault = "there is no setting 'fire-verfy'. Did you mean 'fire-verify'?"
    place = f"estate/site.yaml:{right[: right.index('fire-verify:')].count(chr(10)) + 1}:3"
    assert lines[:7] == [
        "0 findings. Watching; Ctrl-C ends it.",
        "-- estate/site.yaml",
        f"new   {place}: {fault}",
        "1 finding. Watching; Ctrl-C ends it.",
        "-- estate/site.yaml",
        f"gone  {place}: {fault}",
        "0 findings. Watching; Ctrl-C ends it.",
    ]


def test_a_file_that_comes_or_goes_is_a_change(tmp_path: Path) -> None:
    """
    So are more bytes in the same instant.
    """
    (tmp_path / "a.yaml").write_text("a", encoding="utf-8")
    before = watch.seen([tmp_path])
    (tmp_path / "a.yaml").unlink()
    (tmp_path / "b.csv").write_text("b", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("of no concern", encoding="utf-8")
    found = watch.changed(before, watch.seen([tmp_path]))
    assert found == [str(tmp_path / "a.yaml"), str(tmp_path / "b.csv")]
