"""
Stores: where the journal and the cases are kept.
"""

from propflow.engine.store.base import Change, Occasion, Store, Timer
from propflow.engine.store.memory import MemoryStore

__all__ = ["Change", "MemoryStore", "Occasion", "Store", "Timer"]
