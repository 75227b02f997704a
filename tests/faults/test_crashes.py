"""
Processes die, on a real database, and whatever they had acknowledged is there, once.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.docs.pages import ROOT
from tests.faults.campaign import size

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="only where processes can fork")


def drive(*words: object) -> dict[str, Any]:
    """
    What a campaign came to. It runs by itself: whoever forks should have no other threads.
    """
    ran = subprocess.run(
        [sys.executable, "-m", "tests.faults.driver", *map(str, words)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert not ran.returncode, ran.stderr
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def test_processes_that_are_killed_lose_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """
    SIGKILL at random moments, flushed commits: what was acknowledged is there, and what was not is
    there whole or not at all; done again by the next process, it is there once.
    """
    found = drive("kills", size(50, 1000), 1)
    with capsys.disabled():
        sys.stdout.write(f"\n{found}\n")
    assert found["kills"] == size(50, 1000)
    assert found["acknowledged"] > found["kills"]
    assert found["unheard"] > 10
    assert (found["lost"], found["doubled"], found["broken"]) == (0, 0, 0)


def test_a_process_may_exit_at_every_write_of_every_chart(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """
    Whoever hands the same calls in again under the same keys finds every case as if nothing had
    happened, wherever the process had got to.
    """
    found = drive("exits", size(150, 1), size(4, 1))
    with capsys.disabled():
        sys.stdout.write(f"\n{found}\n")
    assert found["exits"] >= found["charts"] >= size(25, 100)
    assert (found["lost"], found["doubled"], found["broken"]) == (0, 0, 0)


@pytest.mark.parametrize(
    ("fault", "figure"),
    [("acknowledges-early", "lost"), ("commits-in-parts", "broken"), ("forgets-keys", "doubled")],
)
def test_a_store_that_is_not_safe_is_noticed(fault: str, figure: str) -> None:
    """
    Faults seeded in the store: it says done before it has written, writes a change in two halves,
    or keeps no keys.
    """
    assert drive("kills", 12, 1, fault)[figure] > 0
