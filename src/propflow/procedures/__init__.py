"""
WHAT is to be done: the model of a procedure, the algebra, the normal form, the program.
"""

from propflow.procedures.graph import StepGraph, graph_of, steps_of
from propflow.procedures.model import (
    DONE,
    LATE,
    Ask,
    Block,
    Call,
    Choose,
    Decide,
    Each,
    Edge,
    End,
    Fork,
    Join,
    Law,
    Merge,
    Node,
    Notice,
    Plain,
    Procedure,
    Repeat,
    Sequence,
    Start,
    Step,
    Task,
    Test,
    Together,
    Wait,
    Work,
    sequence,
)
from propflow.procedures.program import Move, Program, Stop, TwiceError, compile_graph

__all__ = [
    "DONE", "LATE", "Ask", "Block", "Call", "Choose", "Decide", "Each", "Edge", "End", "Fork", "Join",
    "Law", "Merge", "Move", "Node", "Notice", "Plain", "Procedure", "Program", "Repeat",
    "Sequence", "Start", "Step", "StepGraph", "Stop", "Task", "Test", "Together", "TwiceError",
    "Wait", "Work", "compile_graph", "graph_of", "sequence", "steps_of",
]
