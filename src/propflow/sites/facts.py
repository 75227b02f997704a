"""
From the fields in a file to typed fields, and from words to their values.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from propflow.errors import ValueRefusedError
from propflow.fields import ORDERED, Field, Value
from propflow.sites.faults import Faults
from propflow.sites.fieldshape import FieldShape
from propflow.sites.nodes import Word
from propflow.text import Text


def field_of(name: Word, shape: FieldShape, faults: Faults) -> Field | None:
    """
    The typed field that an entry describes, or nothing, once noted why.
    """
    before = len(faults)
    words = tuple(shape.of)
    if shape.type == "choice" and not words:
        faults.add(name.place, f"the choice {str(name)!r} has no words. Add 'of: [...]'.")
    if shape.type != "choice" and words:
        faults.add(name.place, f"{str(name)!r} has words in 'of' but is no choice. Remove 'of'.")
    for number, word in enumerate(words):
        if word in words[:number]:
            faults.add(word.place, f"{str(word)!r} is given twice in 'of'. Keep one.")
    labels: tuple[tuple[str, Text], ...] = ()
    if isinstance(shape.of, dict):
        labels = tuple((str(word), label) for word, label in shape.of.items())
    field = Field(
        name=str(name),
        type=shape.type,
        of=tuple(map(str, words)),
        labels=labels,
        unit=str(shape.unit),
        label=shape.label,
        required=shape.required == "yes",
        personal=shape.personal == "yes",
    )
    low, high = (_bound(field, word, faults) for word in (shape.min, shape.max))
    if len(faults) > before:
        return None
    try:
        return attrs.evolve(field, min=low, max=high)
    except ValueError as error:
        faults.add(name.place, str(error))
        return None


def fields_of(shapes: Mapping[Word, FieldShape], faults: Faults) -> dict[str, Field]:
    """
    The fields of several entries; those that are wrong are left out.
    """
    made = ((name, field_of(name, shape, faults)) for name, shape in shapes.items())
    return {str(name): field for name, field in made if field is not None}


def value_of(field: Field, word: Word, faults: Faults) -> Value | None:
    """
    The value that a word is for a field, or nothing, once noted why.
    """
    try:
        return field.read(word)
    except ValueRefusedError as error:
        faults.add(word.place, str(error))
        return None


def _bound(field: Field, word: Word | None, faults: Faults) -> Value | None:
    if word is None:
        return None
    if field.type not in ORDERED:
        what = f"{field.name!r} is of type {field.type}, which has no bounds. Remove it."
        faults.add(word.place, what)
        return None
    return value_of(field, word, faults)
