"""
PROVES: every place a case can come to, soundness, laws, and the findings of a whole site.
"""

from propflow.verify.explore import Explored, Found, Passed, explore, outcomes, paths
from propflow.verify.findings import Finding, check
from propflow.verify.laws import TEMPLATES, counterexample, holds, say_law
from propflow.verify.soundness import Unsound, soundness

__all__ = [
    "TEMPLATES",
    "Explored",
    "Finding",
    "Found",
    "Passed",
    "Unsound",
    "check",
    "counterexample",
    "explore",
    "holds",
    "outcomes",
    "paths",
    "say_law",
    "soundness",
]
