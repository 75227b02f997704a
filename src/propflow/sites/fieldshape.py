"""
What a typed field looks like in a file: a fact, an input, a column.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import attrs

from propflow.sites.items import NOTHING, Labelled
from propflow.sites.kinds import Outcome, Sentence, Value
from propflow.text import Text

FieldType = Literal[
    "choice", "text", "integer", "decimal", "money", "boolean", "date", "time", "duration", "moment"
]


@attrs.frozen(kw_only=True, eq=False)
class FieldShape(Labelled):
    """
    A typed field: a fact, an input, a column.

    Attributes:
        type: What its values are.
        of: The words of a choice, or a label for each of them.
        unit: Unit of a number, or currency of money.
        min: Smallest value, itself allowed.
        max: Largest value, itself allowed.
        required: Whether a form is incomplete without it.
        personal: Whether it says something of a person, and can be destroyed.
    """

    noun: ClassVar[str] = "field"

    type: FieldType
    of: tuple[Outcome, ...] | dict[Outcome, Text] = ()
    unit: Sentence = NOTHING
    min: Value | None = None
    max: Value | None = None
    required: Literal["yes", "no"] = "yes"
    personal: Literal["yes", "no"] = "no"
