"""
Makes the forms of a handbook of its files.
"""

from __future__ import annotations

from propflow.sites.facts import fields_of
from propflow.sites.faults import Faults
from propflow.sites.files import HandbookFile
from propflow.sites.things import Record


def records_of(file: HandbookFile, faults: Faults) -> dict[str, Record]:
    """
    The forms, by name; fields that are wrong are left out, once noted why.
    """
    return {
        str(name): Record(
            id=str(name),
            label=shape.label,
            fields=tuple(fields_of(shape.fields, faults).values()),
            filled_by=tuple(map(str, shape.filled_by)),
            signed_by=tuple(map(str, shape.signed_by)),
            place=name.place,
        )
        for name, shape in file.records.items()
    }
