"""
For test suites: Hypothesis strategies, state machines made from a site, a walk through every
way, generators of plain tests, simulated faults, and the contract that every store keeps.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from propflow.testing.contract import StoreContract
    from propflow.testing.coverage import Coverage, to_meet
    from propflow.testing.examples import each_example, examples_of
    from propflow.testing.faults import Crash, Faults, FaultyStore, LeapingClock
    from propflow.testing.inputs import facts_for, graphs, rhythms, runs_of, sites, tables
    from propflow.testing.machine import SiteMachine, machine_for
    from propflow.testing.player import BrokenError, Player
    from propflow.testing.reaching import reach
    from propflow.testing.rehearsing import write_rehearsals
    from propflow.testing.replaying import hold_to_history, rebuild
    from propflow.testing.routes import WayError, follow, ways, write_tests
    from propflow.testing.simulation import Simulated, simulate
    from propflow.testing.strategies import ROLE, blocks, procedures, unsound
    from propflow.testing.walking import Walk, walk

# pytest looks in here whenever it starts, for whatever suite: each name is imported when it is
# first asked for, and Hypothesis with it.
_HOMES = {
    "contract": ("StoreContract",),
    "coverage": ("Coverage", "to_meet"),
    "examples": ("each_example", "examples_of"),
    "faults": ("Crash", "Faults", "FaultyStore", "LeapingClock"),
    "inputs": ("facts_for", "graphs", "rhythms", "runs_of", "sites", "tables"),
    "machine": ("SiteMachine", "machine_for"),
    "player": ("BrokenError", "Player"),
    "reaching": ("reach",),
    "rehearsing": ("write_rehearsals",),
    "replaying": ("hold_to_history", "rebuild"),
    "routes": ("WayError", "follow", "ways", "write_tests"),
    "simulation": ("Simulated", "simulate"),
    "strategies": ("ROLE", "blocks", "procedures", "unsound"),
    "walking": ("Walk", "walk"),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])


__all__ = [
    "ROLE",
    "BrokenError",
    "Coverage",
    "Crash",
    "Faults",
    "FaultyStore",
    "LeapingClock",
    "Player",
    "Simulated",
    "SiteMachine",
    "StoreContract",
    "Walk",
    "WayError",
    "blocks",
    "each_example",
    "examples_of",
    "facts_for",
    "follow",
    "graphs",
    "hold_to_history",
    "machine_for",
    "procedures",
    "reach",
    "rebuild",
    "rhythms",
    "runs_of",
    "simulate",
    "sites",
    "tables",
    "to_meet",
    "unsound",
    "walk",
    "ways",
    "write_rehearsals",
    "write_tests",
]
