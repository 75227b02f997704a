"""
Makes a decision table of its file: typed inputs and outputs, rows of cells, days of validity.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import attrs

from propflow.errors import Place
from propflow.fields import Field, Value
from propflow.rules import LISTS, CellError, Example, Row, Table, TableError, parse_cell
from propflow.sites.facts import fields_of, value_of
from propflow.sites.faults import Faults
from propflow.sites.files import DecisionFile
from propflow.sites.names import missing
from propflow.sites.nodes import Word
from propflow.sites.rowshape import CaseShape, RowShape

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
    rows = _rows(file, inputs, outputs, faults)
    default: dict[str, Value] = {}
    if file.default is not None:
        default = _outcome(file.default, file.place, outputs, faults, key="default")
    days = _days(file, faults)
    cases = [_case(shape, file.hit, inputs, outputs, faults) for shape in file.cases]
    if len(faults) > before:
        return None
    columns: dict[str, Any] = {
        "inputs": tuple(inputs.values()),
        "outputs": tuple(outputs.values()),
        "rows": tuple(rows),
        "covers": tuple(map(str, file.covers)),
        "default": default,
        "cases": tuple(cases),
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
        place = rows[error.row - 1].place if error.row else file.place
        faults.add(place or file.place, f"decision {error.table!r}: {error.what}")
        return None


def _rows(
    file: DecisionFile, inputs: Mapping[str, Field], outputs: Mapping[str, Field], faults: Faults
) -> list[Row]:
    if not isinstance(file.rows, Word):
        return [_row(row, inputs, outputs, faults) for row in file.rows]
    from propflow.sites import sheets
    from propflow.sites.convert import structure

    path = Path(file.place.file).parent / file.rows
    if not path.is_file():
        faults.add(file.rows.place, f"there is no file {str(file.rows)!r} beside this one.")
        return []
    own = Faults()
    try:
        nodes = sheets.read(path, own)
    except sheets.SheetError as error:
        faults.add(file.rows.place, error.what)
        return []
    shapes = [structure(node, RowShape, own) for node in nodes]
    rows = [_row(shape, inputs, outputs, own) for shape in shapes if shape is not None]
    sheet = "rows" if path.suffix == ".xlsx" else ""
    for fault in own:
        faults.add(*sheets.said_of(fault.place, fault.what, sheet))
    return [attrs.evolve(r, place=r.place and Place(r.place.file, r.place.line)) for r in rows]


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


def _case(
    shape: CaseShape,
    hit: str,
    inputs: Mapping[str, Field],
    outputs: Mapping[str, Field],
    faults: Faults,
) -> Example:
    facts, outcome = {}, {}
    for name, word in shape.given.items():
        field = inputs.get(str(name))
        if field is None:
            faults.add(name.place, missing("input", name, inputs))
            continue
        value = value_of(field, word, faults)
        if value is not None:
            facts[str(name)] = value
    then: Mapping[Word, Word | tuple[Word, ...]]
    main = Word(next(iter(outputs), ""))
    then = {**shape.then} if isinstance(shape.then, dict) else {main: shape.then}
    for name, given in then.items():
        field = outputs.get(str(name))
        if field is None:
            faults.add(name.place, missing("output", name, outputs))
            continue
        if hit == "collect count":
            field = Field(name=str(name), type="integer", min=0)
        several = isinstance(given, tuple)
        if several and hit not in LISTS:
            what = f"under hit {hit!r} a case comes to one value. Write it without a list."
            faults.add(shape.place, what)
            continue
        words = given if isinstance(given, tuple) else (given,)
        values = [value for word in words if (value := value_of(field, word, faults)) is not None]
        if values or several:
            outcome[str(name)] = tuple(values) if hit in LISTS else values[0]
    day = _days_of({"at": shape.at}, faults).get("at")
    made: Any = facts
    return Example(facts=made, outcome=outcome, at=day, place=shape.place)


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
    days = {"valid_from": shape.valid_from, "valid_until": shape.valid_until}
    return _days_of(days, faults)


def _days_of(days: Mapping[str, Word | None], faults: Faults) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, word in days.items():
        if word is not None:
            try:
                found[name] = date.fromisoformat(word)
            except ValueError:
                faults.add(word.place, f"there is no day {word!s}.")
    return found
