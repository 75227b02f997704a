"""
Shipped plugin: stores in memory and in a SQLite file.
"""

from __future__ import annotations

from collections.abc import Callable

from propflow.engine import MemoryStore, Store
from propflow.plugins.hookspecs import hookimpl


@hookimpl
def register_stores(register: Callable[[str, Callable[[str], Store]], None]) -> None:
    """
    Offer ``memory:`` and ``sqlite:FILE``.
    """
    register("memory", lambda _: MemoryStore())
    register("sqlite", _sqlite)


def _sqlite(path: str) -> Store:
    from propflow.engine.store.sqlite import SqliteStore  # noqa: PLC0415 read when used

    return SqliteStore(path)
