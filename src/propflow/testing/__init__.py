"""
For test suites: Hypothesis strategies that make procedures, a walk through every way,
and the contract that every store keeps.
"""

from propflow.testing.contract import StoreContract
from propflow.testing.strategies import ROLE, blocks, procedures
from propflow.testing.walk import Walk, walk

__all__ = ["ROLE", "StoreContract", "Walk", "blocks", "procedures", "walk"]
