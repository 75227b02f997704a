"""
For test suites: Hypothesis strategies that make procedures, and a walk through every way.
"""

from propflow.testing.strategies import ROLE, blocks, procedures
from propflow.testing.walk import Walk, walk

__all__ = ["ROLE", "Walk", "blocks", "procedures", "walk"]
