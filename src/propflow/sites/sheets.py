"""
The rows of a decision as consultants keep them: a CSV file, or a sheet of an XLSX workbook.

Both ways without loss. A value that a spreadsheet would take for a formula stands behind an
apostrophe; an empty cell says nothing, as ``-`` does.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import attrs

from propflow.errors import HandbookError, Place
from propflow.fields import dump
from propflow.rules import Anything, Row, Table
from propflow.sites.faults import Faults
from propflow.sites.nodes import Entries, Word
from propflow.sites.yaml import text_of

#: How large a file may be, packed and unpacked, and how many lines and columns it may have.
BYTES, UNPACKED, LINES, COLUMNS = 4 << 20, 64 << 20, 20_000, 200
#: So that a place in a workbook has the column and the sign in one number.
WIDE = 1 << 20

_THEN, _BECAUSE = "then ", "because "
_DAYS = ("valid-from", "valid-until")
# What a spreadsheet would take for a formula, behind apostrophes or not; numbers it may have.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_NUMBER = re.compile(r"-?[0-9.,]*")


@attrs.define(slots=False)
class SheetError(HandbookError):
    """
    A table cannot be written to a spreadsheet.

    Attributes:
        file: The file.
        what: What is wrong and what to do.
    """

    file: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}: {self.what}"


def lines_of(table: Table) -> list[list[str]]:
    """
    The rows of a table as lines of text, the first with the names of the columns.
    """
    days = [name for name in _DAYS if any(_day(row, name) for row in table.rows)]
    said = [row.because.as_dict() for row in table.rows]
    tongues = dict.fromkeys(language for words in said for language in words)
    head = [field.name for field in table.inputs]
    head += [f"{_THEN}{field.name}" for field in table.outputs]
    head += [f"{_BECAUSE}{language}" for language in tongues]
    lines = [[*head, *days]]
    for row, because in zip(table.rows, said, strict=True):
        cells = [row.cell(field.name) for field in table.inputs]
        given = dict(row.outcome)
        line = ["-" if isinstance(cell, Anything) else str(cell) for cell in cells]
        line += [_text(given[field.name]) for field in table.outputs]
        line += [because.get(language, "") for language in tongues]
        lines.append([*line, *(_day(row, name) for name in days)])
    return lines


def write(table: Table, path: Path) -> None:
    """
    Write the rows of a table to a file that ends in ``.csv`` or ``.xlsx``.

    Raises:
        SheetError: The name ends otherwise, openpyxl is missing, or the file cannot be written.
    """
    lines = lines_of(table)
    if path.suffix not in (".csv", ".xlsx"):
        raise SheetError(str(path), "a table is written to a .csv or an .xlsx file.")
    data = _as_csv(lines) if path.suffix == ".csv" else _as_xlsx(lines, path)
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        what = (error.strerror or "no reason given").lower()
        raise SheetError(str(path), f"cannot be written: {what}.") from error


def read(path: Path, faults: Faults) -> list[Entries]:
    """
    The rows in a file, each as it would stand in YAML.

    Args:
        path: A ``.csv`` or an ``.xlsx`` file.
        faults: Takes what is wrong with it.
    """
    before = len(faults)
    lines = list(_from_csv(path, faults) if path.suffix == ".csv" else _from_xlsx(path, faults))
    if len(faults) > before:
        return []
    head, *rows = lines or [[]]
    if not any(head):
        faults.add(Place(str(path)), "the first line names the columns, and it is empty.")
        return []
    for number, name in enumerate(head):
        if name and name in head[:number]:
            faults.add(name.place, f"column {str(name)!r} is given twice. Keep one.")
    return [_entries(head, row) for row in rows if any(row)]


def said_of(place: Place, what: str, sheet: str) -> tuple[Place, str]:
    """
    A fault in a spreadsheet by its cell, and in a workbook by its sheet.
    """
    column, sign = divmod(place.column, WIDE)
    if not column:
        return place, what
    signs = f", sign {sign}" if sign > 1 else ""
    where = f"sheet {sheet!r}, cell" if sheet else "cell"
    named = f"{where} {_letters(column)}{place.line}{signs}: {what}"
    return Place(place.file, place.line, column), named


def _entries(head: Sequence[Word], row: Sequence[Word]) -> Entries:
    found = Entries(row[0].file, row[0].line, row[0].column)
    then = Entries(row[0].file, row[0].line, row[0].column)
    because = Entries(row[0].file, row[0].line, row[0].column)
    for name, word in zip(head, row, strict=False):
        if not word or not name:
            continue
        for key, into in ((_THEN, then), (_BECAUSE, because)):
            if name.startswith(key):
                into[_part(name, len(key))] = word
                break
        else:
            if word != "-":
                found[name] = word
    found[_part(head[0], 0, "then")] = then
    if because:
        found[_part(head[0], 0, "because")] = because
    return found


def _part(name: Word, offset: int, text: str | None = None) -> Word:
    said = str(name)[offset:].strip() if text is None else text
    return Word(said, name.file, name.line, name.column)


def _text(value: Any) -> str:
    said = dump(value)
    return ("yes" if said else "no") if isinstance(said, bool) else str(said)


def _day(row: Row, name: str) -> str:
    day = row.valid_from if name == _DAYS[0] else row.valid_until
    return "" if day is None else day.isoformat()


def _guarded(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def _plain(text: str) -> str:
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def _as_csv(lines: list[list[str]]) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerows([_guarded(text) for text in line] for line in lines)
    # Excel takes a CSV file without this mark for one in the machine's own encoding.
    return stream.getvalue().encode("utf-8-sig")


def _from_csv(path: Path, faults: Faults) -> Iterator[list[Word]]:
    text = text_of(path, faults, BYTES)
    if text is None:
        return
    file = str(path)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    before = 0
    try:
        for line in reader:
            at, before = before + 1, reader.line_num
            if at > LINES or len(line) > COLUMNS:
                faults.add(Place(file, at), _too_large())
                return
            yield [
                Word(_plain(cell.strip()), file, at, column * WIDE + 1, quoted=False)
                for column, cell in enumerate(line, 1)
            ]
    except csv.Error:
        faults.add(Place(file, before + 1), "the quotation marks of this line do not pair.")


def _as_xlsx(lines: list[list[str]], path: Path) -> bytes:
    openpyxl = _openpyxl(str(path))
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "rows"
    for number, line in enumerate(lines, 1):
        for column, text in enumerate(line, 1):
            cell = sheet.cell(number, column)
            try:
                cell.value = text
            except ValueError as error:
                raise SheetError(str(path), f"a workbook cannot hold {text!r}.") from error
            # As text: 1..5 is no number, and 2026-01-01 is to come back as it was.
            cell.data_type, cell.number_format = "s", "@"
    sheet.freeze_panes = "A2"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _from_xlsx(path: Path, faults: Faults) -> Iterator[list[Word]]:
    file = str(path)
    openpyxl = _openpyxl(file)
    try:
        if path.stat().st_size > BYTES:
            faults.add(Place(file), _too_large())
            return
        with zipfile.ZipFile(path) as packed:
            if sum(info.file_size for info in packed.infolist()) > UNPACKED:
                faults.add(Place(file), _too_large())
                return
        book = openpyxl.load_workbook(path, read_only=True)
        sheet = book["rows"] if "rows" in book.sheetnames else book.worksheets[0]
        for number, line in enumerate(sheet.iter_rows(max_col=COLUMNS + 1), 1):
            if number > LINES or line[-1].value is not None:
                faults.add(Place(file), _too_large())
                return
            yield [_word(cell, file, number, at, faults) for at, cell in enumerate(line, 1)]
    except OSError as error:
        faults.add(Place(file), f"cannot be read: {(error.strerror or 'no reason given').lower()}.")
    except Exception:  # noqa: BLE001 a broken workbook breaks the reader in any way
        faults.add(Place(file), "this is no XLSX workbook, or it is broken. Save it anew.")


def _word(cell: Any, file: str, line: int, column: int, faults: Faults) -> Word:
    value = cell.value
    word = Word("", file, line, column * WIDE + 1)
    if value is None:
        return word
    if cell.data_type in ("f", "e"):
        faults.add(word.place, "a formula or its error stands here. Put the value in its place.")
        return word
    if isinstance(value, bool):
        text = "yes" if value else "no"
    elif isinstance(value, float) and value.is_integer():
        text = str(int(value))
    elif isinstance(value, datetime) and value.time() == time():
        text = value.date().isoformat()
    elif isinstance(value, date | time):
        text = value.isoformat()
    else:
        text = str(value).strip()
    return Word(text, file, line, column * WIDE + 1)


def _openpyxl(file: str) -> Any:
    try:
        import openpyxl
    except ImportError as error:
        what = "a workbook is read and written with openpyxl: pip install 'propflow[xlsx]'."
        raise SheetError(file, what) from error
    return openpyxl


def _letters(column: int) -> str:
    said = ""
    while column:
        column, rest = divmod(column - 1, 26)
        said = chr(ord("A") + rest) + said
    return said


def _too_large() -> str:
    return f"this is too large for a table: {LINES} lines and {COLUMNS} columns at most."


__all__ = ["SheetError", "lines_of", "read", "said_of", "write"]
