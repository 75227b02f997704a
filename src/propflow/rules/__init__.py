"""
How a decision falls: cells, tables, conditions, their reasons, and what can be proved of them.
"""

from propflow.rules.analysis import Gap, Overlap, Shadow, gaps, overlaps, shadowed, witnesses
from propflow.rules.cells import (
    Absent,
    AnyOf,
    Anything,
    Cell,
    CellError,
    Interval,
    OneOf,
    parse_cell,
)
from propflow.rules.compiled import Decider, compile_table
from propflow.rules.condition import Condition, parse_condition
from propflow.rules.correlate import Conclusion, Correlator, RuleEngine
from propflow.rules.decision import Decision, Miss
from propflow.rules.example import Example
from propflow.rules.examples import EXAMPLES, by_boundary, by_pair, by_row, examples
from propflow.rules.flips import Change, Flip, flips
from propflow.rules.hits import FIGURES, HITS, LISTS, SINGLE
from propflow.rules.lanes import FOREVER, Finder, Found, Key, Lanes, Trace, keeps, together
from propflow.rules.proof import Flaw, mergeable, prove
from propflow.rules.rulebook import Kind, Pattern, Rule, Rulebook, RulebookError, Then
from propflow.rules.shifts import Shift, incomparable, shifts
from propflow.rules.table import Row, Table, TableError, parse_row

__all__ = [
    "EXAMPLES",
    "FIGURES",
    "FOREVER",
    "HITS",
    "LISTS",
    "SINGLE",
    "Absent",
    "AnyOf",
    "Anything",
    "Cell",
    "CellError",
    "Change",
    "Conclusion",
    "Condition",
    "Correlator",
    "Decider",
    "Decision",
    "Example",
    "Finder",
    "Flaw",
    "Flip",
    "Found",
    "Gap",
    "Interval",
    "Key",
    "Kind",
    "Lanes",
    "Miss",
    "OneOf",
    "Overlap",
    "Pattern",
    "Row",
    "Rule",
    "RuleEngine",
    "Rulebook",
    "RulebookError",
    "Shadow",
    "Shift",
    "Table",
    "TableError",
    "Then",
    "Trace",
    "by_boundary",
    "by_pair",
    "by_row",
    "compile_table",
    "examples",
    "flips",
    "gaps",
    "incomparable",
    "keeps",
    "mergeable",
    "overlaps",
    "parse_cell",
    "parse_condition",
    "parse_row",
    "prove",
    "shadowed",
    "shifts",
    "together",
    "witnesses",
]
