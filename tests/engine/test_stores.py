"""
Every store that is shipped keeps to the contract.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from propflow.engine import MemoryStore, Store
from propflow.engine.store.sqlite import SqliteStore
from propflow.testing import StoreContract


class TestMemory(StoreContract):
    """
    In dictionaries.
    """

    @pytest.fixture
    def store(self) -> Store:
        """
        An empty store.
        """
        return MemoryStore()


class TestSqlite(StoreContract):
    """
    In a file.
    """

    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[Store]:
        """
        An empty store.
        """
        store = SqliteStore(tmp_path / "cases.db")
        yield store
        store.close()
