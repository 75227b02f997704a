"""
RUNS: cases, the pure machine, the engine that is its shell, and the stores.
"""

from propflow.engine.batch import Batch, Outcome
from propflow.engine.case import Case
from propflow.engine.clock import Clock, SimulatedClock, SystemClock
from propflow.engine.commits import Observer
from propflow.engine.delegation import Delegation
from propflow.engine.engine import Engine
from propflow.engine.journal import Entry, Verification
from propflow.engine.notices import Notice, Notifier
from propflow.engine.refusals import Refusal
from propflow.engine.store import MemoryStore, Occasion, Store
from propflow.engine.ticks import Tick
from propflow.engine.worklist import WorkItem

__all__ = [
    "Batch",
    "Case",
    "Clock",
    "Delegation",
    "Engine",
    "Entry",
    "MemoryStore",
    "Notice",
    "Notifier",
    "Observer",
    "Occasion",
    "Outcome",
    "Refusal",
    "SimulatedClock",
    "Store",
    "SystemClock",
    "Tick",
    "Verification",
    "WorkItem",
]
