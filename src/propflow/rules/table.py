"""
Decision tables as people keep them: inputs, outputs, and rows that say why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import attrs

from propflow.errors import HandbookError, Place, UnknownNameError, ValueRefusedError, nearest
from propflow.fields import Field, Value, dump
from propflow.rules.cells import Absent, Anything, Cell, Interval, OneOf, parse_cell
from propflow.rules.example import Example
from propflow.rules.hits import SINGLE, fault_of
from propflow.rules.kinds import speaks_of_absence
from propflow.text import Text


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
        valid_from: The first day on which the row counts; nothing means it always has.
        valid_until: The last day on which it counts; nothing means for ever.
        place: Where it stands in a file. Not part of what it means.
    """

    cells: tuple[tuple[str, Cell], ...] = attrs.field(converter=_pairs)
    outcome: tuple[tuple[str, Value], ...] = attrs.field(converter=_pairs)
    because: Text = Text()
    valid_from: date | None = None
    valid_until: date | None = None
    place: Place | None = attrs.field(default=None, eq=False)

    def cell(self, name: str) -> Cell:
        """
        What the row says of an input.
        """
        return next((cell for known, cell in self.cells if known == name), Anything())

    def counts(self, day: date) -> bool:
        """
        Whether the row counts on a day.
        """
        return lies(day, self.valid_from, self.valid_until)


def parse_row(
    cells: Mapping[str, str],
    outcome: Mapping[str, object],
    *,
    inputs: Iterable[Field],
    outputs: Iterable[Field],
    because: Text = Text(),
    valid_from: date | None = None,
    valid_until: date | None = None,
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
        valid_from: The first day on which the row counts.
        valid_until: The last day on which it counts.
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
        valid_from=valid_from,
        valid_until=valid_until,
        place=place,
    )


# Not plain `tuple`: a type checker cannot tell what would be in it.
def _fields(given: Iterable[Field]) -> tuple[Field, ...]:
    return tuple(given)


def _examples(given: Iterable[Example]) -> tuple[Example, ...]:
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
        hit: What several rows that fit come to. One answer: ``unique``, two that fit are a
            fault; ``any``, they have to agree; ``priority``, the outcome that comes first among
            its output's words; ``first``, the topmost row. A list: ``rule order``, from top to
            bottom; ``output order``, by priority; ``collect``, from top to bottom too. One
            figure: ``collect sum``, ``collect min``, ``collect max``, ``collect count``.
        default: What it gives where no row fits: pairs of output and value, or a mapping.
        valid_from: The first day on which the table holds.
        valid_until: The last day on which it holds.
        cases: Examples that it carries, of what it has to decide. Not part of what it means.
        covers: Boxes of the source charts that it covers, as in ``4.02``.
        chart: The chart that it belongs to.
        drawn: Whether the source draws that chart.
        reading: Where the source left a doubt, what was decided and why.
        support: What else the table rests on.
        place: Where it stands in a file. Not part of what it means.

    Raises:
        TableError: A name that is not there or stands twice, a cell or a value that does not fit
            its field, an output without a value, no row, days in the wrong order, an unknown hit
            policy or one that does not go with the outputs.
    """

    id: str
    title: Text = Text()
    inputs: tuple[Field, ...] = attrs.field(converter=_fields)
    outputs: tuple[Field, ...] = attrs.field(converter=_fields)
    rows: tuple[Row, ...] = attrs.field(converter=_rows)
    hit: str = "unique"
    default: tuple[tuple[str, Value], ...] = attrs.field(default=(), converter=_pairs)
    valid_from: date | None = None
    valid_until: date | None = None
    cases: tuple[Example, ...] = attrs.field(default=(), converter=_examples, eq=False)
    covers: tuple[str, ...] = attrs.field(default=(), converter=tuple)
    chart: str = ""
    drawn: bool = True
    reading: str = ""
    support: str = ""
    place: Place | None = attrs.field(default=None, eq=False)

    def __attrs_post_init__(self) -> None:
        for what, given in (("inputs", self.inputs), ("outputs", self.outputs)):
            names = [field.name for field in given]
            for field in given:
                if field.type == "deadline":
                    why = f"{field.name!r} is a deadline, which only a setting can be"
                    raise TableError(self.id, f"{why}: two of them have no order. Use a duration.")
            for name in names:
                if names.count(name) > 1:
                    raise TableError(self.id, f"{name!r} stands twice among its {what}.")
        for what, some in (("input", self.inputs), ("output", self.outputs), ("row", self.rows)):
            if not some:
                raise TableError(self.id, f"it needs one {what} at least.")
        fault = fault_of(self.hit, self.outputs) or _backwards(self)
        if fault:
            raise TableError(self.id, fault)
        inputs = {field.name: field for field in self.inputs}
        outputs = {field.name: field for field in self.outputs}
        for number, row in enumerate(self.rows, 1):
            fault = _fault(row, inputs, outputs) or _backwards(row)
            if fault:
                raise TableError(self.id, fault, number)
        fault = _fault(Row(cells=(), outcome=self.default), inputs, outputs) if self.default else ""
        if fault:
            raise TableError(self.id, f"its default: {fault}")

        for number, example in enumerate(self.cases, 1):
            fault = _strange(example, inputs, outputs)
            if fault:
                raise TableError(self.id, f"case {number}: {fault}")

    @property
    def single(self) -> bool:
        """
        Whether it comes to the outcome of one row, and not to a list or a figure.
        """
        return self.hit in SINGLE

    @property
    def timed(self) -> bool:
        """
        Whether what it decides depends on the day.
        """
        every: tuple[Row | Table, ...] = (self, *self.rows)
        return any(each.valid_from or each.valid_until for each in every)

    @property
    def needs(self) -> tuple[str, ...]:
        """
        The inputs that have to be given: some row asks for them.
        """
        return tuple(
            field.name
            for field in self.inputs
            if field.required
            and any(not isinstance(cell, Anything) for cell in self.column(field.name))
        )

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
            **({"default": _outcome(self.default, self.outputs)} if self.default else {}),
            **_validity(self),
            "inputs": [field_as_dict(field) for field in self.inputs],
            "outputs": [field_as_dict(field) for field in self.outputs],
            "rows": [
                {
                    "if": {field.name: str(row.cell(field.name)) for field in self.inputs},
                    "then": _outcome(row.outcome, self.outputs),
                    "because": row.because.as_dict(),
                    **_validity(row),
                }
                for row in self.rows
            ],
            **({"cases": [example.as_dict() for example in self.cases]} if self.cases else {}),
        }

    @property
    def digest(self) -> str:
        """
        SHA-256 of all that the table says, as hexadecimal digits. Its place and the cases that it
        carries play no part.
        """
        import hashlib
        import json

        meant = {key: value for key, value in self.as_dict().items() if key != "cases"}
        said = json.dumps(meant, sort_keys=True, separators=(",", ":"))
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


def _strange(example: Example, inputs: Mapping[str, Field], outputs: Mapping[str, Field]) -> str:
    kinds = (("input", example.facts, inputs), ("output", example.outcome, outputs))
    for kind, pairs, known in kinds:
        for name, _ in pairs:
            if name not in known:
                return _unknown(kind, name, known)
    try:
        for name, value in example.facts:
            inputs[name].check(value)
    except ValueRefusedError as error:
        return str(error)
    return ""


def _fits(cell: Cell, field: Field) -> None:
    # Ends of intervals may lie out of bounds, they must be of the type.
    if field.required and speaks_of_absence(cell) and not isinstance(cell, Anything):
        raise ValueRefusedError(field.name, str(cell), "it is always given.")
    simple = Anything | Absent | OneOf | Interval
    parts: Sequence[Cell] = (cell,) if isinstance(cell, simple) else cell.parts
    if not field.ordered and any(isinstance(part, Interval) for part in parts):
        raise ValueRefusedError(field.name, str(cell), f"a {field.type} has no order.")
    unbounded = attrs.evolve(field, min=None, max=None)
    for point in cell.points():
        unbounded.check(point)


def _unknown(kind: str, name: str, known: Iterable[str]) -> str:
    names = list(known)
    return f"there is no {kind} {name!r}; it has {', '.join(names)}.{nearest(name, names)}"


def lies(day: date, first: date | None, last: date | None) -> bool:
    """
    Whether a day lies between two days, both included; nothing means no end.
    """
    return (first is None or first <= day) and (last is None or day <= last)


def _backwards(timed: Row | Table) -> str:
    first, last = timed.valid_from, timed.valid_until
    if first is not None and last is not None and first > last:
        return f"it would be valid from {first} until {last}, which is never."
    return ""


def _validity(timed: Row | Table) -> dict[str, str]:
    days = {"valid_from": timed.valid_from, "valid_until": timed.valid_until}
    return {name: day.isoformat() for name, day in days.items() if day is not None}


def _outcome(outcome: Iterable[tuple[str, Value]], outputs: Iterable[Field]) -> dict[str, Any]:
    given = dict(outcome)
    return {field.name: dump(given[field.name]) for field in outputs}


def field_as_dict(field: Field) -> dict[str, Any]:
    """
    A field for JSON: its name, its type, and all that bounds its values.
    """
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
