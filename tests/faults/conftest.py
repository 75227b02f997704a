"""
The estates that things go wrong on, each loaded once.
"""

from __future__ import annotations

import pytest

from propflow.cli.desk import open_site
from propflow.sites import Site, load_site
from tests.engine.conftest import HANDBOOK, SITE, lay_out


@pytest.fixture(scope="session")
def garden() -> Site:
    """
    The example estate, with the whole handbook.
    """
    return open_site(None)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """
    The small estate of the engine's tests; it has no rulebooks.
    """
    folder = tmp_path_factory.mktemp("estate")
    handbook = lay_out(folder / "handbook", HANDBOOK)
    return load_site(lay_out(folder / "site", SITE), {"small": handbook})
