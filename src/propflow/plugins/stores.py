"""
Shipped plugin: stores in memory and in a SQLite file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from propflow.plugins.hookspecs import hookimpl

if TYPE_CHECKING:
    from collections.abc import Callable

    from propflow.engine import Store


@hookimpl
def register_stores(register: Callable[[str, Callable[[str], Store]], None]) -> None:
    """
    Offer ``memory:`` and ``sqlite:FILE``.
    """
    register("memory", _memory)
    register("sqlite", _sqlite)


def _memory(_: str) -> Store:
    from propflow.engine import MemoryStore

    return MemoryStore()


def _sqlite(path: str) -> Store:
    from propflow.engine.store.sqlite import SqliteStore

    return SqliteStore(path)
