"""
How a decision falls: cells, tables, conditions, their reasons, and what can be proved of them.
"""

from propflow.rules.analysis import Gap, Overlap, Shadow, gaps, overlaps, shadowed, witnesses
from propflow.rules.cells import AnyOf, Anything, Cell, CellError, Interval, OneOf, parse_cell
from propflow.rules.compiled import Decider, compile_table
from propflow.rules.condition import Condition, parse_condition
from propflow.rules.decision import Decision, Miss
from propflow.rules.table import HITS, Row, Table, TableError, parse_row

__all__ = [
    "HITS",
    "AnyOf",
    "Anything",
    "Cell",
    "CellError",
    "Condition",
    "Decider",
    "Decision",
    "Gap",
    "Interval",
    "Miss",
    "OneOf",
    "Overlap",
    "Row",
    "Shadow",
    "Table",
    "TableError",
    "compile_table",
    "gaps",
    "overlaps",
    "parse_cell",
    "parse_condition",
    "parse_row",
    "shadowed",
    "witnesses",
]
