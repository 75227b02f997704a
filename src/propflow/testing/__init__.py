"""
For test suites: Hypothesis strategies that make procedures.
"""

from propflow.testing.strategies import ROLE, blocks, procedures

__all__ = ["ROLE", "blocks", "procedures"]
