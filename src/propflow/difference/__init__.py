"""
What is otherwise between two sites, or between a site and its handbook: in words and pictures,
in what can happen, in what is decided, in what falls due and in what no longer holds.
"""

from __future__ import annotations

from propflow.difference.lines import Line, lines_of
from propflow.difference.report import Difference, bare, compared
from propflow.difference.runs import only_in

__all__ = ["Difference", "Line", "bare", "compared", "lines_of", "only_in"]
