"""
Makes a decision table of its file: typed inputs and outputs, rows of cells, days of validity.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from propflow.errors import Place
from propflow.fields import Field, Value
from propflow.rules import CellError, Row, Table, TableError, parse_cell
from propflow.sites.facts import fields_of, value_of
from propflow.sites.faults import Faults
from propflow.sites.files import DecisionFile
from propflow.sites.names import missing
from propflow.sites.nodes import Word
from propflow.sites.rowshape import RowShape

#: Keys of a row that are no inputs.
TAKEN = ("then", "because", "valid-from", "valid-until")


def table_of(file: DecisionFile, faults: Faults) -> Table | None:
    """
    The table that a file describes, or nothing, once noted why.
    """
    before = len(faults)
    for name in file.inputs:
        if name in TAKEN:
            faults.add(name.place, f"an input cannot be called {str(name)!r}. Rename it.")
    inputs = fields_of(file.inputs, faults)
    outputs = fields_of(file.outputs, faults)
    if len(faults) > before:
        return None
    rows = [_row(row, inputs, outputs, faults) for row in file.rows]
    default: dict[str, Value] = {}
    if file.default is not None:
        default = _outcome(file.default, file.place, outputs, faults, key="default")
    days = _days(file, faults)
    if len(faults) > before:
        return None
    columns: dict[str, Any] = {
        "inputs": tuple(inputs.values()),
        "outputs": tuple(outputs.values()),
        "rows": tuple(rows),
        "covers": tuple(map(str, file.covers)),
        "default": default,
    }
    try:
        return Table(
            id=str(file.decision),
            title=file.title,
            **columns,
            **days,
            hit=file.hit,
            chart=str(file.chart),
            reading=str(file.reading),
            support=str(file.support),
            place=file.place,
        )
    except TableError as error:
        place = file.rows[error.row - 1].place if error.row else file.place
        faults.add(place, f"decision {error.table!r}: {error.what}")
        return None


def _row(
    row: RowShape, inputs: Mapping[str, Field], outputs: Mapping[str, Field], faults: Faults
) -> Row:
    cells = {}
    for name, word in row.cells.items():
        field = inputs.get(str(name))
        if field is None:
            faults.add(name.place, missing("input", name, (*inputs, *TAKEN)))
            continue
        try:
            cells[str(name)] = parse_cell(word, field)
        except CellError as error:
            faults.add(word.at(error.column - 1), f"cell {error.cell!r}: {error.what}")
    outcome: Any = _outcome(row.then, row.place, outputs, faults)
    made: Any = cells
    return Row(
        cells=made, outcome=outcome, because=row.because, place=row.place, **_days(row, faults)
    )


def _outcome(
    then: Word | Mapping[Word, Word],
    place: Place,
    outputs: Mapping[str, Field],
    faults: Faults,
    *,
    key: str = "then",
) -> dict[str, Value]:
    if isinstance(then, Word):
        then = {Word(next(iter(outputs), "")): then}
    outcome = {}
    for name, word in then.items():
        field = outputs.get(str(name))
        if field is None:
            faults.add(name.place, missing("output", name, outputs))
            continue
        value = value_of(field, word, faults)
        if value is not None:
            outcome[str(name)] = value
    lacking = [name for name in outputs if name not in map(str, then)]
    if lacking:
        this = "this row" if key == "then" else "the default"
        faults.add(place, f"{this} gives no {lacking[0]!r}. Add it to {key!r}.")
    return outcome


def _days(shape: RowShape | DecisionFile, faults: Faults) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, word in (("valid_from", shape.valid_from), ("valid_until", shape.valid_until)):
        if word is not None:
            try:
                found[name] = date.fromisoformat(word)
            except ValueError:
                faults.add(word.place, f"there is no day {word!s}.")
    return found
