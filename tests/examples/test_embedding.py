"""
The programs in examples/embedding print what is recorded beside them.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "examples" / "embedding"
PROGRAMS = sorted(FOLDER.glob("*.py"))


def test_each_program_has_its_output_and_each_output_its_program():
    """
    Nothing is shown that is not run.
    """
    assert PROGRAMS
    assert [path.stem for path in PROGRAMS] == [path.stem for path in sorted(FOLDER.glob("*.out"))]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_program_prints_what_is_recorded(program, tmp_path):
    """
    The same output on every machine, whatever the folder, the time zone and the language.
    """
    done = subprocess.run(
        [sys.executable, "-W", "error", "-X", "utf8", program],
        cwd=tmp_path,
        env={"PATH": "", "TZ": "America/New_York", "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert done.stderr == ""
    assert done.stdout == program.with_suffix(".out").read_text(encoding="utf-8")
    assert list(tmp_path.iterdir()) == []
