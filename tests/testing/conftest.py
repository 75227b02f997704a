"""
The small house, loaded once.
"""

from __future__ import annotations

import pytest

from propflow.sites import Site
from tests.verify.house import lay_out


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """
    The small house.
    """
    return lay_out(tmp_path_factory.mktemp("house"))
