"""
Definitions as text: a procedure with the tables that decide in it, and the hash of what it means.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

import attrs

from propflow.durations import WorkLength
from propflow.engine.records import pack, unpack
from propflow.fields import Field
from propflow.procedures import Edge, Interrupt, Law, Procedure, Start, StepGraph, digest_of, model
from propflow.rules import Anything, Table, parse_row
from propflow.text import Text

_STEPS = ("Task", "Ask", "Notice", "Decide", "Wait", "Call", "Each", "End", "Halt")
_GATEWAYS = ("Fork", "Join", "Merge")
_CLASSES: dict[str, type] = {
    **{name: getattr(model, name) for name in (*_STEPS, *_GATEWAYS)},
    **{kind.__name__: kind for kind in (Start, Edge, Interrupt, Law, Field, Text)},
}


def dump_definition(procedure: Procedure, graph: StepGraph, tables: Iterable[Table]) -> str:
    """
    A definition as text: all that running it depends on, and its laws.
    """
    plain = {
        "procedure": procedure.id,
        "title": _dump(procedure.title),
        "chart": procedure.chart,
        "facts": _dump(procedure.facts),
        "interrupts": _dump(procedure.interrupts),
        "laws": _dump(procedure.laws),
        "nodes": _dump(graph.nodes),
        "edges": _dump(graph.edges),
        "tables": _dump_tables(tables),
    }
    return _text(plain)


def load_definition(text: str) -> tuple[Procedure, StepGraph, dict[str, Table]]:
    """
    The definition of a text that `dump_definition` wrote.

    Raises:
        HandbookError: Something in it does not fit.
    """
    plain = json.loads(text)
    procedure = Procedure(
        id=plain["procedure"],
        title=_load(plain["title"]),
        chart=plain["chart"],
        facts=_load(plain["facts"]),
        interrupts=_load(plain["interrupts"]),
        laws=_load(plain["laws"]),
    )
    nodes, edges = _load(plain["nodes"]), _load(plain["edges"])
    graph = StepGraph(procedure=procedure.id, nodes=nodes, edges=edges)
    return procedure, graph, {table.id: table for table in map(_load_table, plain["tables"])}


def version_of(procedure: Procedure, graph: StepGraph, tables: Iterable[Table]) -> str:
    """
    SHA-256 of all that running a procedure depends on: 64 hexadecimal digits.

    Its graph, the facts that a case can know, what can come between, and the tables that decide
    in it. Titles, laws and places do not count.
    """
    version = digest_of(procedure, graph)
    said = _dump_tables(tables)
    return sha256(f"{version}\n{_text(said)}".encode()).hexdigest() if said else version


def _text(plain: object) -> str:
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _dump(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_dump(part) for part in value]
    if isinstance(value, WorkLength) or not attrs.has(type(value)):
        return pack(value)
    said = {
        field.name: _dump(getattr(value, field.name))
        for field in attrs.fields(type(value))
        if field.eq and getattr(value, field.name) != field.default
    }
    return {"is": type(value).__name__, **said}


def _load(raw: Any) -> Any:
    if isinstance(raw, list):
        return tuple(_load(part) for part in raw)
    if not isinstance(raw, dict) or "is" not in raw:
        return unpack(raw)
    return _CLASSES[raw["is"]](**{k: _load(part) for k, part in raw.items() if k != "is"})


def _dump_tables(tables: Iterable[Table]) -> list[dict[str, Any]]:
    return [_dump_table(table) for table in sorted(tables, key=lambda table: table.id)]


def _dump_table(table: Table) -> dict[str, Any]:
    return {
        "id": table.id,
        "title": _dump(table.title),
        "hit": table.hit,
        "inputs": _dump(table.inputs),
        "outputs": _dump(table.outputs),
        "default": _dump(table.default),
        "days": _dump((table.valid_from, table.valid_until)),
        "rows": [
            {
                "if": {
                    name: str(cell) for name, cell in row.cells if not isinstance(cell, Anything)
                },
                "then": _dump(row.outcome),
                "because": _dump(row.because),
                "days": _dump((row.valid_from, row.valid_until)),
            }
            for row in table.rows
        ],
    }


def _load_table(raw: Mapping[str, Any]) -> Table:
    inputs, outputs = _load(raw["inputs"]), _load(raw["outputs"])
    rows = []
    for one in raw["rows"]:
        first, last = _load(one["days"])
        row = parse_row(
            one["if"],
            {},
            inputs=inputs,
            outputs=outputs,
            because=_load(one["because"]),
            valid_from=first,
            valid_until=last,
        )
        rows.append(attrs.evolve(row, outcome=_load(one["then"])))
    first, last = _load(raw["days"])
    return Table(
        id=raw["id"],
        title=_load(raw["title"]),
        inputs=inputs,
        outputs=outputs,
        rows=rows,
        hit=raw["hit"],
        default=_load(raw["default"]),
        valid_from=first,
        valid_until=last,
    )
