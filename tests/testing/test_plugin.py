"""
pytest collects a site where it is asked to, and nothing where it is not.
"""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from tests.verify.house import lay_out

#: Before propflow is installed anew, pytest has not heard of the plugin.
KNOWN = any(e.name == "propflow" for e in entry_points(group="pytest11"))


@pytest.fixture
def run(tmp_path: Path):
    """
    Pytest in a process of its own, on the small house with its handbook as a plugin would offer it.
    """
    offers = tmp_path / "offers.py"
    offers.write_text(
        "from pathlib import Path\n"
        "from propflow.plugins.manager import Plugins\n"
        f"Plugins.handbooks = {{'small': Path({str(tmp_path / 'book')!r})}}\n",
        encoding="utf-8",
    )
    (tmp_path / "test_other.py").write_text("def test_one():\n    pass\n", encoding="utf-8")

    def pytest_says(*args: str, **changed: str) -> str:
        lay_out(tmp_path, **changed)
        known = () if KNOWN else ("-p", "propflow.testing.plugin")
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *known, *args],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout

    return pytest_says


def test_nothing_is_collected_unless_it_is_asked_for(run) -> None:
    """
    A suite that has a site.yaml lying about is not disturbed by it.
    """
    assert "1 passed" in run("-q")


def test_a_site_is_collected_where_it_is_named(run) -> None:
    """
    Soundness, what can be done, each law, the walk, and each table.
    """
    said = run("-p", "offers", "-v", "site/site.yaml")
    assert [line.split("::", 1)[1].split(" ")[0] for line in said.splitlines() if "::" in line] == [
        "leak::sound",
        "leak::can-be-done",
        "leak::seen-first",
        "leak::grave-is-told",
        "leak::paid-for",
        "leak::walk",
        "gravity::whole",
    ]
    assert "7 passed" in said


def test_with_its_option_every_site_is_collected_beside_the_other_tests(run) -> None:
    """
    And the coverage is told in a section of its own.
    """
    said = run("-p", "offers", "--propflow", "--propflow-coverage")
    assert "8 passed" in said
    assert "= propflow coverage =" in said
    assert "small: 7 of 7 transitions taken, 2 of 2 rows fired." in said


def test_a_failure_is_a_way_through_the_chart(run) -> None:
    """
    With file and line, and no line of Python.
    """
    said = run(
        "-p", "offers", "site/site.yaml", law="precedence: [look, mend]=>precedence: [report, mend]"
    )
    assert "1 failed, 6 passed" in said
    shown = said[said.index("leak.yaml:18:5") :]
    assert shown.splitlines()[:5] == [
        "leak.yaml:18:5: error [law] leak: law 'seen-first' ('mend' only after 'report') does not "
        "hold.",
        "  on the way:",
        "  1. Look",
        "  2. How grave? -> minor",
        "  3. Mend it",
    ]
    assert "Traceback" not in said


def test_each_case_of_a_table_is_a_test(run) -> None:
    """
    The one that goes otherwise fails with the line where it is written.
    """
    cases = "cases:\n  - {given: {floors: 1}, then: minor}\n  - {given: {floors: 9}, then: minor}\n"
    said = run("-p", "offers", "-v", "site/site.yaml", cases=f"rows:\n=>{cases}rows:\n")
    assert "gravity::case-1 PASSED" in said
    assert "gravity::case-2 FAILED" in said
    assert "gravity::whole PASSED" in said
    assert "gravity is serious, not minor." in said
    assert "gravity.yaml:11:" in said


def test_a_row_that_never_decides_fails_the_walk(run) -> None:
    """
    A fault seeded in the table.
    """
    said = run(
        "-p",
        "offers",
        "site/site.yaml",
        change='- {floors: ">= 3", then: serious}=>- {floors: ">= 3", then: serious}\n'
        '  - {floors: ">= 5", then: serious}',
        hit="title: {en: How grave}=>title: {en: How grave}\nhit: first",
    )
    assert "row 3 of 'gravity' never decides." in said


def test_a_site_that_cannot_be_read_is_an_error_with_its_place(run, tmp_path: Path) -> None:
    """
    Every fault of its files, as the command line has them.
    """
    run()
    (tmp_path / "site" / "site.yaml").write_text("site: x\n", encoding="utf-8")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "offers"),
            *(() if KNOWN else ("-p", "propflow.testing.plugin")),
            "site/site.yaml",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "site.yaml:1:1: site 'x' has no 'title'. Add it." in done.stdout
    assert done.returncode == 2
