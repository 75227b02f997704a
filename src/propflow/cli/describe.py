"""
One thing of a site, whole: as JSON can hold it, and in words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import attrs

from propflow.calendar import Duty
from propflow.durations import say_duration
from propflow.errors import UnknownNameError
from propflow.fields import Field, dump
from propflow.procedures import Law, Procedure, Step, StepGraph
from propflow.rules import Anything, Table
from propflow.sites import Post, Site
from propflow.text import Text
from propflow.verify import say_law


def describe(site: Site, name: str) -> dict[str, Any]:
    """
    The whole definition of a procedure, decision, post, duty or law.

    Raises:
        UnknownNameError: The site has nothing of that name.
    """
    if name in site.procedures:
        return _procedure(site.procedure(name), site.graph(name))
    if name in site.tables:
        return site.tables[name].as_dict()
    if name in site.posts:
        return _post(site.posts[name])
    duty = _duties(site).get(name)
    if duty is not None:
        return _duty(duty)
    owner, law = _laws(site).get(name, ("", None))
    if law is not None:
        return {**_law(law), "procedure": owner}
    known = (*site.procedures, *site.tables, *site.posts, *_duties(site), *_laws(site))
    raise UnknownNameError("procedure, decision, post, duty or law", name, known)


def say(site: Site, name: str, language: str) -> str:
    """
    A decision, post, duty or law in words.
    """
    if name in site.tables:
        return "\n".join(_say_table(site.tables[name], language)) + "\n"
    if name in site.posts:
        return "\n".join(_say_post(site.posts[name], language)) + "\n"
    duty = _duties(site).get(name)
    if duty is not None:
        return f"{duty.label.to(language)}: {duty.rhythm.say(language)}\n"
    owner, law = _laws(site)[name]
    return f"{law.label.to(language)}\n  {say_law(law)}  ({owner})\n"


def _duties(site: Site) -> Mapping[str, Duty]:
    return {duty.id: duty for duty in site.duties}


def _laws(site: Site) -> Mapping[str, tuple[str, Law]]:
    return {law.id: (p.id, law) for p in site.procedures.values() for law in p.laws}


# -- as JSON --------------------------------------------------------------------------------


def _procedure(procedure: Procedure, graph: StepGraph) -> dict[str, Any]:
    return {
        "id": procedure.id,
        "kind": "procedure",
        "title": procedure.title.as_dict(),
        "chart": procedure.chart,
        "drawn": procedure.drawn == "yes",
        "version": graph.digest,
        "opens_on": list(procedure.opens_on),
        "covers": list(procedure.covers),
        "reading": procedure.reading,
        "facts": [_field(field) for field in procedure.facts],
        "steps": [_node(node) for node in graph.nodes],
        "edges": [
            {"source": e.source, "target": e.target, "outcomes": list(e.outcomes)}
            for e in graph.edges
        ],
        "ends": list(graph.ends),
        "laws": [_law(law) for law in procedure.laws],
    }


def _node(node: object) -> dict[str, Any]:
    found = {"id": node.id, "kind": type(node).__name__.lower()}  # type: ignore[attr-defined]
    if isinstance(node, Step):
        found |= _attributes(node, without=("id",))
    return found


def _attributes(thing: Any, *, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """
    What a frozen class says, its place and whatever says nothing left out; `covers` always.
    """
    said = {
        field.name: _plain(getattr(thing, field.name))
        for field in attrs.fields(type(thing))
        if field.eq and field.name not in without
    }
    return {
        name: value for name, value in said.items() if value or name == "covers" or value is False
    }


def _plain(value: object) -> Any:
    if isinstance(value, Text):
        return value.as_dict()
    if isinstance(value, timedelta):
        return say_duration(value)
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if value is None or isinstance(value, str | int | bool):
        return value
    return str(value)


def _field(field: Field) -> dict[str, Any]:
    found: dict[str, Any] = {"name": field.name, "type": field.type, "label": field.label.as_dict()}
    if field.of:
        found["of"] = list(field.of)
    if field.unit:
        found["unit"] = field.unit
    for bound in ("min", "max"):
        value = getattr(field, bound)
        if value is not None:
            found[bound] = dump(value)
    return found


def _law(law: Law) -> dict[str, Any]:
    return {
        "id": law.id,
        "kind": "law",
        "title": law.label.as_dict(),
        "template": law.template,
        "steps": list(law.steps),
        "covers": list(law.covers),
    }


def _duty(duty: Duty) -> dict[str, Any]:
    return {
        "id": duty.id,
        "kind": "duty",
        "title": duty.label.as_dict(),
        "rhythm": str(duty.rhythm),
        "grace": say_duration(duty.grace),
        **_attributes(duty, without=("id", "label", "rhythm", "grace")),
    }


def _post(post: Post) -> dict[str, Any]:
    return {
        "id": post.id,
        "kind": "post",
        "title": post.title.as_dict(),
        "chart": post.chart,
        "role": post.role,
        "orders": [_attributes(order) for order in post.orders],
        "responses": [_attributes(response) for response in post.responses],
        "duties": [_duty(duty) for duty in post.duties],
        "covers": list(post.covers),
        "reading": post.reading,
    }


# -- in words -------------------------------------------------------------------------------


def _say_table(table: Table, language: str) -> Iterator[str]:
    yield table.title.to(language) or table.id
    for number, row in enumerate(table.rows, 1):
        cells = [
            f"{field.label.to(language) or field.name} {cell.say(language)}"
            for field in table.inputs
            if not isinstance(cell := row.cell(field.name), Anything)
        ]
        outcome = ", ".join(str(dump(value)) for _, value in row.outcome)
        yield f"  {number}. {'; '.join(cells) or '-'} -> {outcome}"
        if row.because:
            yield f"       {row.because.to(language)}"


def _say_post(post: Post, language: str) -> Iterator[str]:
    yield post.title.to(language) or post.id
    for duty in post.duties:
        yield f"  {duty.rhythm.say(language)}: {duty.label.to(language)}"
    for order in post.orders:
        yield f"  - {order.label.to(language)}"
    for response in post.responses:
        yield f"  {response.on}: {response.label.to(language) or response.opens}"
