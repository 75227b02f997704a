from __future__ import annotations

from pathlib import Path

import pytest

from propflow import Plugins, load_site
from propflow.pages import staff_handbook

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def garden():
    """
    The example estate.
    """
    offered = Plugins()
    return load_site(ROOT / "examples" / "garden", offered.handbooks, calendars=offered.calendars)


@pytest.fixture(scope="session")
def handbook(garden):
    """
    The files of its staff handbook.
    """
    return staff_handbook(garden)
