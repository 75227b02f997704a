"""
PROVES: every place a case can come to, soundness, laws, and the findings of a whole site.
"""

from propflow.verify.automata import VOCABULARY, Template
from propflow.verify.explore import Explored, Found, Passed, explore, outcomes, paths
from propflow.verify.findings import Finding, check
from propflow.verify.laws import TEMPLATES, Watch, holds, say_law
from propflow.verify.logs import LogError, read_log
from propflow.verify.proof import can_hold, counterexample
from propflow.verify.soundness import Unsound, soundness
from propflow.verify.watching import Happening, Monitor, Standing, Trace, hold, traces_of

__all__ = [
    "TEMPLATES",
    "VOCABULARY",
    "Explored",
    "Finding",
    "Found",
    "Happening",
    "LogError",
    "Monitor",
    "Passed",
    "Standing",
    "Template",
    "Trace",
    "Unsound",
    "Watch",
    "can_hold",
    "check",
    "counterexample",
    "explore",
    "hold",
    "holds",
    "outcomes",
    "paths",
    "read_log",
    "say_law",
    "soundness",
    "traces_of",
]
