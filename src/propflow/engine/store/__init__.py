"""
Stores: where the journal and the cases are kept.
"""

from propflow.engine.store.base import WRITES, Change, Occasion, Store, Timer
from propflow.engine.store.memory import MemoryStore

__all__ = ["WRITES", "Change", "MemoryStore", "Occasion", "Store", "Timer"]
