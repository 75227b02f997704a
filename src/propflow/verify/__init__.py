"""
PROVES: every place a case can come to, soundness, laws, and the findings of a whole site.
"""

from propflow.verify.automata import VOCABULARY, Template
from propflow.verify.explore import Explored, Found, Passed, explore, outcomes, paths
from propflow.verify.finding import RULES, SEVERITIES, Finding, Waived, say_trace
from propflow.verify.findings import check, check_procedure, check_table, waived
from propflow.verify.laws import TEMPLATES, Doer, Watch, holds, say_law
from propflow.verify.logs import LogError, read_log
from propflow.verify.moving import Moving, Plan, apply_moves, plan_back, plan_moves
from propflow.verify.mutants import KINDS, Fate, Mutant, flips, judge, mutants, vacuous
from propflow.verify.proof import can_hold, counterexample
from propflow.verify.rehearse import Missed, rehearse
from propflow.verify.soundness import Unsound, soundness
from propflow.verify.watching import Happening, Monitor, Standing, Trace, hold, traces_of

__all__ = [
    "KINDS",
    "RULES",
    "SEVERITIES",
    "TEMPLATES",
    "VOCABULARY",
    "Doer",
    "Explored",
    "Fate",
    "Finding",
    "Found",
    "Happening",
    "LogError",
    "Missed",
    "Monitor",
    "Moving",
    "Mutant",
    "Passed",
    "Plan",
    "Standing",
    "Template",
    "Trace",
    "Unsound",
    "Waived",
    "Watch",
    "apply_moves",
    "can_hold",
    "check",
    "check_procedure",
    "check_table",
    "counterexample",
    "explore",
    "flips",
    "hold",
    "holds",
    "judge",
    "mutants",
    "outcomes",
    "paths",
    "plan_back",
    "plan_moves",
    "read_log",
    "rehearse",
    "say_law",
    "say_trace",
    "soundness",
    "traces_of",
    "vacuous",
    "waived",
]
