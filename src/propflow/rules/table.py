"""
Decision tables as people keep them: inputs, outputs, and rows that say why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs

from propflow.errors import HandbookError, Place, UnknownNameError, ValueRefusedError, nearest
from propflow.fields import Field, Value, dump
from propflow.rules.cells import Anything, Cell, Interval, OneOf, parse_cell
from propflow.text import Text

#: How a table deals with several rows that fit: none of it, or the topmost counts.
HITS = ("unique", "first")


@attrs.define(slots=False)
class TableError(HandbookError):
    """
    Inputs, outputs and rows do not make a decision table.

    Attributes:
        table: Name of the table.
        what: What is wrong and what to do.
        row: The row at fault, the first is 1; 0 where it is the table as a whole.
    """

    table: str
    what: str
    row: int = 0

    def __str__(self) -> str:
        where = f", row {self.row}" if self.row else ""
        return f"decision {self.table!r}{where}: {self.what}"


def _pairs(given: Any) -> Any:
    return tuple(given.items() if isinstance(given, Mapping) else map(tuple, given))


@attrs.frozen(kw_only=True)
class Row:
    """
    One line of a table: if all of these hold, then that.

    Attributes:
        cells: Pairs of input and cell, or a mapping. An input left out is ``-``.
        outcome: Pairs of output and value, or a mapping. Every output has one.
        because: Why it is so, for whoever asks.
        place: Where it stands in a file. Not part of what it means.
    """

    cells: tuple[tuple[str, Cell], ...] = attrs.field(converter=_pairs)
    outcome: tuple[tuple[str, Value], ...] = attrs.field(converter=_pairs)
    because: Text = Text()
    place: Place | None = attrs.field(default=None, eq=False)

    def cell(self, name: str) -> Cell:
        """
        What the row says of an input.
        """
        return next((cell for known, cell in self.cells if known == name), Anything())


def parse_row(
    cells: Mapping[str, str],
    outcome: Mapping[str, object],
    *,
    inputs: Iterable[Field],
    outputs: Iterable[Field],
    because: Text = Text(),
    place: Place | None = None,
) -> Row:
    """
    Read a row from text.

    Args:
        cells: Cell by input.
        outcome: Value by output, as JSON or YAML bring it.
        inputs: The inputs of the table.
        outputs: The outputs of the table.
        because: Why it is so.
        place: Where it stands.

    Raises:
        CellError: A cell cannot be read.
        ValueRefusedError: A value does not fit its output.
        UnknownNameError: There is no such input or output.
    """
    takes = {field.name: field for field in inputs}
    gives = {field.name: field for field in outputs}
    for kind, named, known in (("input", cells, takes), ("output", outcome, gives)):
        for name in named:
            if name not in known:
                raise UnknownNameError(kind, name, tuple(known))
    return Row(
        cells={name: parse_cell(text, takes[name]) for name, text in cells.items()},
        outcome={name: gives[name].load(value) for name, value in outcome.items()},
        because=because,
        place=place,
    )


# Not plain `tuple`: a type checker cannot tell what would be in it.
def _fields(given: Iterable[Field]) -> tuple[Field, ...]:
    return tuple(given)


def _rows(given: Iterable[Row]) -> tuple[Row, ...]:
    return tuple(given)


@attrs.frozen(kw_only=True)
class Table:
    """
    A decision: from facts to an outcome, row by row.

    Attributes:
        id: The word by which procedures call it.
        title: What people call it.
        inputs: The facts that it looks at, in the order of its columns.
        outputs: What it gives. The first is *the* outcome.
        rows: From top to bottom.
        hit: ``unique``: the rows exclude one another, two that fit are a fault. ``first``: the
            topmost row that fits counts.
        covers: Boxes of the source charts that it covers, as in ``4.02``.
        chart: The chart that it belongs to.
        drawn: Whether the source draws that chart.
        reading: Where the source left a doubt, what was decided and why.
        support: What else the table rests on.
        place: Where it stands in a file. Not part of what it means.

    Raises:
        TableError: A name that is not there or stands twice, a cell or a value that does not fit
            its field, an output without a value, no row, or an unknown hit policy.
    """

    id: str
    title: Text = Text()
    inputs: tuple[Field, ...] = attrs.field(converter=_fields)
    outputs: tuple[Field, ...] = attrs.field(converter=_fields)
    rows: tuple[Row, ...] = attrs.field(converter=_rows)
    hit: str = "unique"
    covers: tuple[str, ...] = attrs.field(default=(), converter=tuple)
    chart: str = ""
    drawn: bool = True
    reading: str = ""
    support: str = ""
    place: Place | None = attrs.field(default=None, eq=False)

    def __attrs_post_init__(self) -> None:
        if self.hit not in HITS:
            what = f"hit is 'unique' or 'first', not {self.hit!r}.{nearest(self.hit, HITS)}"
            raise TableError(self.id, what)
        for what, given in (("inputs", self.inputs), ("outputs", self.outputs)):
            names = [field.name for field in given]
            for name in names:
                if names.count(name) > 1:
                    raise TableError(self.id, f"{name!r} stands twice among its {what}.")
        for what, some in (("input", self.inputs), ("output", self.outputs), ("row", self.rows)):
            if not some:
                raise TableError(self.id, f"it needs one {what} at least.")
        inputs = {field.name: field for field in self.inputs}
        outputs = {field.name: field for field in self.outputs}
        for number, row in enumerate(self.rows, 1):
            fault = _fault(row, inputs, outputs)
            if fault:
                raise TableError(self.id, fault, number)

    def column(self, name: str) -> tuple[Cell, ...]:
        """
        What the rows say of one input, from top to bottom.
        """
        return tuple(row.cell(name) for row in self.rows)

    def as_dict(self) -> dict[str, Any]:
        """
        The whole table for JSON, without its place.
        """
        return {
            "id": self.id,
            "kind": "decision",
            "title": self.title.as_dict(),
            "chart": self.chart,
            "drawn": self.drawn,
            "covers": list(self.covers),
            "reading": self.reading,
            "support": self.support,
            "hit": self.hit,
            "inputs": [_field_as_dict(field) for field in self.inputs],
            "outputs": [_field_as_dict(field) for field in self.outputs],
            "rows": [
                {
                    "if": {field.name: str(row.cell(field.name)) for field in self.inputs},
                    "then": _outcome(row, self.outputs),
                    "because": row.because.as_dict(),
                }
                for row in self.rows
            ],
        }

    @property
    def digest(self) -> str:
        """
        SHA-256 of all that the table says, as hexadecimal digits. Its place plays no part.
        """
        import hashlib
        import json

        said = json.dumps(self.as_dict(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(said.encode()).hexdigest()


def _fault(row: Row, inputs: Mapping[str, Field], outputs: Mapping[str, Field]) -> str:
    for kind, pairs, known in (("input", row.cells, inputs), ("output", row.outcome, outputs)):
        names = [name for name, _ in pairs]
        for name in names:
            if name not in known:
                return _unknown(kind, name, known)
            if names.count(name) > 1:
                return f"{kind} {name!r} stands twice."
    missing = [name for name in outputs if name not in dict(row.outcome)]
    if missing:
        return f"it has no value for {missing[0]!r}."
    try:
        for name, cell in row.cells:
            _fits(cell, inputs[name])
        for name, value in row.outcome:
            outputs[name].check(value)
    except ValueRefusedError as error:
        return str(error)
    return ""


def _fits(cell: Cell, field: Field) -> None:
    # Ends of intervals may lie out of bounds, they must be of the type.
    parts: Sequence[Cell] = (cell,) if isinstance(cell, Anything | OneOf | Interval) else cell.parts
    if not field.ordered and any(isinstance(part, Interval) for part in parts):
        raise ValueRefusedError(field.name, str(cell), f"a {field.type} has no order.")
    unbounded = attrs.evolve(field, min=None, max=None)
    for point in cell.points():
        unbounded.check(point)


def _unknown(kind: str, name: str, known: Iterable[str]) -> str:
    names = list(known)
    return f"there is no {kind} {name!r}; it has {', '.join(names)}.{nearest(name, names)}"


def _outcome(row: Row, outputs: Iterable[Field]) -> dict[str, Any]:
    given = dict(row.outcome)
    return {field.name: dump(given[field.name]) for field in outputs}


def _field_as_dict(field: Field) -> dict[str, Any]:
    said: dict[str, Any] = {"name": field.name, "type": field.type, "label": field.label.as_dict()}
    if field.of:
        said["of"] = list(field.of)
        said["labels"] = {word: label.as_dict() for word, label in field.labels}
    if field.unit:
        said["unit"] = field.unit
    for key, bound in (("min", field.min), ("max", field.max)):
        if bound is not None:
            said[key] = dump(bound)
    if not field.required:
        said["required"] = False
    return said
