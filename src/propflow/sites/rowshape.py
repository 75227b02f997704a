"""
What a row of a decision table looks like in a file.
"""

from __future__ import annotations

from typing import ClassVar

import attrs

from propflow.sites.items import Shape
from propflow.sites.kinds import Cell, Date, Outcome, Value
from propflow.text import Text


@attrs.frozen(kw_only=True, eq=False)
class RowShape(Shape):
    """
    One row of a decision table. Every other key is an input with its cell.

    Attributes:
        then: The outcome, or a value for each output.
        because: Why, for people.
        valid_from: The first day on which the row counts.
        valid_until: The last day on which it counts.
        cells: The cell of each input; an input that is not named admits every value.
    """

    noun: ClassVar[str] = "row"

    then: Value | dict[Outcome, Value]
    because: Text = Text()
    valid_from: Date | None = None
    valid_until: Date | None = None
    cells: dict[Outcome, Cell] = attrs.field(factory=dict, metadata={"rest": "input"})


@attrs.frozen(kw_only=True, eq=False)
class CaseShape(Shape):
    """
    An example of what a decision comes to, for `propflow check` to try.

    Attributes:
        given: The facts.
        then: The outcome, a list of them, or a value for each output that matters.
        at: The day as of which it is decided, where that matters.
    """

    noun: ClassVar[str] = "case"

    given: dict[Outcome, Value]
    then: Value | tuple[Value, ...] | dict[Outcome, Value]
    at: Date | None = None
