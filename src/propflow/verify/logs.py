"""
Reads logs that other programs have written: CSV, and XES with nothing but data in it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.parsers import expat

import attrs

from propflow.errors import HandbookError, ValueRefusedError
from propflow.fields import Field, Value
from propflow.verify.laws import Doer
from propflow.verify.watching import Happening, Trace

#: What the columns of a CSV may be called.
CASE = ("case", "case_id", "case:concept:name")
STEP = ("step", "activity", "concept:name")
TIME = ("time", "timestamp", "time:timestamp")
PERSON = ("person", "resource", "org:resource")
ROLE = ("role", "org:role")
BEGAN = ("began", "start_timestamp")

#: No log is read further than this, so that a wrong file does no harm.
MOST_BYTES = 256 * 1024 * 1024


@attrs.define(slots=False)
class LogError(HandbookError):
    """
    A log cannot be read.

    Attributes:
        file: Which.
        line: Where; 0 where it is about the whole file.
        what: What is wrong and what to do.
    """

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        at = f":{self.line}" if self.line else ""
        return f"{self.file}{at}: {self.what}"


@attrs.define
class _Row:
    case: str
    step: str
    time: str
    more: Mapping[str, str]
    line: int


def read_log(path: Path, *, facts: Iterable[Field] = ()) -> list[Trace]:
    """
    The cases of a log, in the order in which they begin in it.

    A CSV has a column ``case``, a column ``step`` and, where times are known, a column ``time``;
    a column with the name of a fact brings that fact. For laws on who does a step and how long it
    takes there can be columns ``person``, ``role`` and ``began``. In XES these are ``concept:name``
    of the trace and of the event, ``time:timestamp``, ``org:resource``, ``org:role``, ``began``.

    Args:
        path: A file that ends in ``.csv`` or ``.xes``.
        facts: The facts that the procedure knows.

    Raises:
        LogError: It cannot be read, and why.
    """
    if path.suffix.lower() not in (".csv", ".xes"):
        raise LogError(str(path), 0, "a log ends in .csv or .xes.")
    try:
        if path.stat().st_size > MOST_BYTES:
            raise LogError(str(path), 0, "it is larger than 256 MiB. Split it.")
        rows = list(_csv(path) if path.suffix.lower() == ".csv" else _Xes(path).rows())
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise LogError(str(path), 0, f"it cannot be read: {error}.") from error
    fields = {field.name: field for field in facts}
    cases: dict[str, list[_Row]] = {}
    for row in rows:
        cases.setdefault(row.case, []).append(row)
    return [_trace(str(path), case, own, fields) for case, own in cases.items()]


def _trace(file: str, case: str, rows: list[_Row], fields: Mapping[str, Field]) -> Trace:
    known: dict[str, Value] = {}
    found = []
    for row in rows:
        for name, text in row.more.items():
            if name in fields and text != "":
                try:
                    known[name] = fields[name].load(text)
                except ValueRefusedError as error:
                    raise LogError(file, row.line, str(error)) from error
        at, began = _moment(file, row, row.time), _moment(file, row, _said(row, BEGAN))
        happening = Happening(
            step=row.step,
            at=at,
            facts=dict(known),
            doer=_doer(row),
            took=at - began if at is not None and began is not None else None,
        )
        found.append(happening)
    times = [one.at for one in found]
    if None not in times:
        # A log need not be written in the order of time, and of one moment keeps its own.
        found.sort(key=lambda one: one.at or datetime.min.replace(tzinfo=UTC))
    return Trace(case=case, happenings=tuple(found), began=found[0].at)


def _said(row: _Row, names: tuple[str, ...]) -> str:
    return next((row.more[name] for name in names if row.more.get(name)), "")


def _doer(row: _Row) -> Doer | None:
    person, role = _said(row, PERSON), _said(row, ROLE)
    if not person and not role:
        return None
    # Where no person is named, nobody can be told to have done two steps.
    return Doer(person or f"{row.line}", frozenset({role}) if role else None)


def _moment(file: str, row: _Row, text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise LogError(
            file, row.line, f"{text!r} is no moment. Write it as 2025-10-11T08:00:00+08:00."
        ) from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _csv(path: Path) -> Iterator[_Row]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        names = list(reader.fieldnames or ())
        case = _column(path, names, CASE)
        step = _column(path, names, STEP)
        time = next((name for name in TIME if name in names), None)
        for line in reader:
            if not line[case] or not line[step]:
                raise LogError(str(path), reader.line_num, "this line has no case or no step.")
            more = {k: v for k, v in line.items() if isinstance(k, str) and isinstance(v, str)}
            at = (line[time] or "") if time else ""
            yield _Row(line[case], line[step], at, more, reader.line_num)


def _column(path: Path, names: list[str], wanted: tuple[str, ...]) -> str:
    for name in wanted:
        if name in names:
            return name
    raise LogError(
        str(path), 1, f"it has no column {wanted[0]!r}; it has {', '.join(names) or 'none'}."
    )


class _Xes:
    """
    Source: IEEE 1849-2016, "XES for Achieving Interoperability in Event Logs".

    A document type is refused, and with it every entity that a file could declare: nothing is
    expanded, nothing is fetched.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.found: list[_Row] = []
        self.stack: list[str] = []
        self.trace = ""
        self.event: dict[str, str] = {}
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self.refuse
        self.parser.EntityDeclHandler = self.refuse
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end

    def rows(self) -> list[_Row]:
        try:
            with self.path.open("rb") as stream:
                self.parser.ParseFile(stream)
        except expat.ExpatError as error:
            what = expat.ErrorString(error.code)
            raise LogError(str(self.path), error.lineno, f"this is no XML: {what}.") from error
        return self.found

    def refuse(self, *_: Any) -> None:
        raise LogError(
            str(self.path),
            self.parser.CurrentLineNumber,
            "it declares a document type or an entity, which no log needs. Remove that.",
        )

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        inside = self.stack[-1] if self.stack else ""
        self.stack.append(name)
        if name == "trace":
            self.trace = ""
        elif name == "event":
            self.event = {}
        elif inside == "trace" and attributes.get("key") == "concept:name":
            self.trace = attributes.get("value", "")
        elif inside == "event" and "key" in attributes:
            self.event[attributes["key"]] = attributes.get("value", "")

    def end(self, tag: str) -> None:
        name = self.stack.pop()
        if name != "event":
            return
        line = self.parser.CurrentLineNumber
        step = self.event.pop("concept:name", "")
        if not self.trace or not step:
            raise LogError(str(self.path), line, "an event or its trace has no 'concept:name'.")
        time = self.event.pop("time:timestamp", "")
        self.found.append(_Row(self.trace, step, time, self.event, line))
