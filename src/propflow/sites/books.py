"""
Ledgers that a site keeps as CSV files, every value read by its column's field.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

import attrs

from propflow.errors import Place, ValueRefusedError, nearest
from propflow.fields import Field, Value
from propflow.sites.faults import Faults
from propflow.sites.yaml import text_of
from propflow.text import Text

#: The most bytes that a ledger may have, and the most faults of it that are worth reading.
BYTES = 16 << 20
FAULTS = 50


@attrs.frozen
class Cell:
    """
    One value of a line, and where it stands.

    Attributes:
        text: The value as it is written.
        place: Where it begins.
    """

    text: str
    place: Place


@attrs.frozen(kw_only=True, slots=False, eq=False)
class Book:
    """
    A ledger of the site. Its file is read when somebody asks for its lines.

    Attributes:
        id: Name of the book.
        label: What people call it.
        columns: Its columns.
        path: Its file, or nothing where the site keeps no such book.
        units_file: The file with the site's homes and shops, where it has one: then a column
            ``unit`` may name no other.
    """

    id: str
    label: Text = Text()
    columns: tuple[Field, ...]
    path: Path | None = None
    units_file: Path | None = None

    @cached_property
    def rows(self) -> tuple[Mapping[str, Value], ...]:
        """
        The lines, each as column and value; no lines where there is no file.

        Raises:
            FaultyFileError: Wrong columns, values that do not fit, a unit that is not there.
        """
        if self.path is None:
            return ()
        faults = Faults()
        rows = []
        units = [unit.id for unit in units_of(self.units_file)] if self.units_file else []
        known = frozenset(units)
        for line in lines_of(self.path, [field.name for field in self.columns], faults):
            rows.append(self._read(line, known, faults))
            if len(faults) >= FAULTS:
                break
        faults.close()
        return tuple(rows)

    def _read(
        self, line: Mapping[str, Cell], units: frozenset[str], faults: Faults
    ) -> dict[str, Value]:
        row: dict[str, Value] = {}
        for field in self.columns:
            cell = line[field.name]
            try:
                row[field.name] = field.read(cell.text)
            except ValueRefusedError as error:
                faults.add(cell.place, str(error))
                continue
            if field.name == "unit" and units and cell.text not in units:
                faults.add(
                    cell.place,
                    f"the site has no unit {cell.text!r}.{nearest(cell.text, units)}",
                )
        return row


@attrs.frozen(kw_only=True)
class Unit:
    """
    A home or a shop of the site.

    Attributes:
        id: Its number, as on the door.
        building: The building that it is in.
        floor: The floor that it is on.
        owner: Who owns it.
        place: Where it is written.
    """

    id: str
    building: str
    floor: str
    owner: str
    place: Place | None = attrs.field(default=None, eq=False, repr=False)


def units_of(path: Path) -> tuple[Unit, ...]:
    """
    The homes and shops in a file with the columns unit, building, floor and owner.

    Raises:
        FaultyFileError: Wrong columns, or a unit without a number or given twice.
    """
    faults = Faults()
    found: dict[str, Unit] = {}
    for line in lines_of(path, ("unit", "building", "floor", "owner"), faults):
        name = line["unit"]
        if not name.text:
            faults.add(name.place, "a unit has no number.")
        elif name.text in found:
            faults.add(name.place, f"unit {name.text!r} is given twice. Keep one.")
        found[name.text] = Unit(
            id=name.text,
            building=line["building"].text,
            floor=line["floor"].text,
            owner=line["owner"].text,
            place=name.place,
        )
        if len(faults) >= FAULTS:
            break
    faults.close()
    return tuple(found.values())


def lines_of(
    path: Path, columns: tuple[str, ...] | list[str], faults: Faults
) -> Iterator[Mapping[str, Cell]]:
    """
    The lines of a CSV file, its columns in any order and none but *columns*.

    Args:
        path: The file, with a first line that names the columns.
        columns: The names that it must have.
        faults: Takes what is wrong; faulty lines are left out.
    """
    text = text_of(path, faults, BYTES)
    if text is None:
        return
    file = str(path)
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    if not lines[0].strip():
        what = f"the first line is empty. It names the columns: {','.join(columns)}."
        faults.add(Place(file), what)
        return
    head = _cells(lines[0], Place(file), faults)
    if head is None or not _right(head, columns, Place(file), faults):
        return
    names = [cell.text for cell in head]
    for number, line in enumerate(lines[1:], 2):
        if not line.strip():
            continue
        cells = _cells(line, Place(file, number), faults)
        if cells is None:
            continue
        if len(cells) != len(names):
            faults.add(
                Place(file, number),
                f"this line has {len(cells)} values, and there are {len(names)} columns.",
            )
            continue
        yield dict(zip(names, cells, strict=True))


def _right(
    head: list[Cell], columns: tuple[str, ...] | list[str], place: Place, faults: Faults
) -> bool:
    before = len(faults)
    names = [cell.text for cell in head]
    for number, cell in enumerate(head):
        if cell.text not in columns:
            left = [name for name in columns if name not in names]
            hint = nearest(cell.text, left) or f" It has {', '.join(columns)}."
            faults.add(cell.place, f"the book has no column {cell.text!r}.{hint}")
        elif cell.text in names[:number]:
            faults.add(cell.place, f"column {cell.text!r} is given twice. Keep one.")
    for name in columns:
        if name not in names:
            faults.add(place, f"column {name!r} is missing. Add it.")
    return len(faults) == before


def _cells(line: str, start: Place, faults: Faults) -> list[Cell] | None:
    try:
        words = next(csv.reader([line], strict=True)) or [""]
    except (csv.Error, StopIteration):
        faults.add(start, "the quotation marks of this line do not pair. A value is one line.")
        return None
    return [
        Cell(word.strip(), Place(start.file, start.line, column))
        for word, column in zip(words, _columns(line), strict=True)
    ]


def _columns(line: str) -> Iterator[int]:
    """
    Where each value of a line begins; commas between quotation marks part nothing.
    """
    start, quoted = 1, False
    yield start
    for column, sign in enumerate(line, 1):
        # Only a value that begins with a mark is quoted; in any other it is a sign like all.
        if sign == '"' and (column == start or line[start - 1] == '"'):
            quoted = not quoted
        elif sign == "," and not quoted:
            start = column + 1
            yield start


__all__ = ["Book", "Cell", "Unit", "lines_of", "units_of"]
