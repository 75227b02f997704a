"""
For test suites: Hypothesis strategies, state machines made from a site, a walk through every
way, generators of plain tests, and the contract that every store keeps.
"""

from propflow.testing.contract import StoreContract
from propflow.testing.coverage import Coverage, to_meet
from propflow.testing.machine import SiteMachine, machine_for
from propflow.testing.player import BrokenError, Player
from propflow.testing.reach import reach
from propflow.testing.strategies import ROLE, blocks, procedures
from propflow.testing.walk import Walk, walk

__all__ = [
    "ROLE",
    "BrokenError",
    "Coverage",
    "Player",
    "SiteMachine",
    "StoreContract",
    "Walk",
    "blocks",
    "machine_for",
    "procedures",
    "reach",
    "to_meet",
    "walk",
]
