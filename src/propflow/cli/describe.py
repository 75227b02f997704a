"""
One thing of a site, whole: as JSON can hold it, and in words.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import attrs

from propflow.calendar import Duty
from propflow.durations import say_deadline, say_duration
from propflow.errors import UnknownNameError
from propflow.fields import Field, dump
from propflow.procedures import Law, Procedure, Step, StepGraph, Work
from propflow.rules import Anything, Rulebook, Table
from propflow.rules.retell import say_rule
from propflow.sites import Escalation, Post, Record, Site
from propflow.text import Text
from propflow.verify import say_law

Thing = Procedure | Table | Escalation | Post | Duty | Record | Law


def find(site: Site, name: str) -> tuple[str, Thing]:
    """
    What a name means: a procedure, decision, rulebook, post, duty or record, or a law.

    Args:
        site: The site.
        name: An id; ``duty/centre-daily`` where a procedure has the same; and for a law
            ``complaint/answered-before-filed``, or its own id where no other law has it.

    Returns:
        The kind of the thing, or for a law the procedure that has it; and the thing.

    Raises:
        UnknownNameError: The site has nothing of that name, or several laws of that id.
    """
    things = _things(site)
    for kind in ("procedure", "decision", "rulebook", "post", "duty", "record"):
        full = name if name.startswith(f"{kind}/") else f"{kind}/{name}"
        if full in things:
            return kind, things[full]
    laws = [full for full in things if full == name or full.endswith(f"/{name}")]
    if len(laws) != 1:
        known = laws or [full.removeprefix(f"{_kind(full)}/") for full in things]
        raise UnknownNameError(
            "procedure, decision, rulebook, post, duty, record or law", name, tuple(known)
        )
    return _kind(laws[0]), things[laws[0]]


def _things(site: Site) -> dict[str, Thing]:
    things: dict[str, Thing] = {f"procedure/{p.id}": p for p in site.procedures.values()}
    things |= {f"decision/{table.id}": table for table in site.tables.values()}
    things |= {f"rulebook/{name}": one for name, one in site.rulebooks.items()}
    things |= {f"post/{post.id}": post for post in site.posts.values()}
    things |= {f"duty/{duty.id}": duty for duty in site.duties}
    things |= {f"record/{record.id}": record for record in site.records.values()}
    return things | {f"{p.id}/{law.id}": law for p in site.procedures.values() for law in p.laws}


def _kind(full: str) -> str:
    return full.partition("/")[0]


def describe(site: Site, name: str) -> dict[str, Any]:
    """
    The whole definition of a procedure, decision, rulebook, post, duty, record or law.

    Raises:
        UnknownNameError: The site has nothing of that name, or several.
    """
    kind, thing = find(site, name)
    match thing:
        case Procedure():
            return _procedure(thing, site.graph(thing.id))
        case Table():
            return thing.as_dict()
        case Escalation():
            return _rulebook(thing)
        case Post():
            return _post(thing)
        case Duty():
            return _duty(thing)
        case Record():
            return _record(thing, site)
        case Law():
            return {**_law(thing), "id": f"{kind}/{thing.id}", "procedure": kind}


def say(site: Site, name: str, language: str) -> str:
    """
    A decision, rulebook, post, duty, record or law in words.
    """
    kind, thing = find(site, name)
    lines: list[str]
    match thing:
        case Table():
            lines = [*_say_table(thing, language)]
        case Escalation():
            lines = [*_say_rulebook(thing.book, language)]
        case Post():
            lines = [*_say_post(thing, language)]
        case Duty():
            lines = [f"{thing.label.to(language)}: {thing.rhythm.say(language)}"]
        case Record():
            lines = [*_say_record(thing, site, language)]
        case Law():
            lines = [thing.label.to(language), f"  {say_law(thing)}  ({kind})"]
        case _:
            lines = [thing.title.to(language)]
    return "\n".join(lines) + "\n"


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
    if not field.required:
        found["required"] = False
    if field.unit:
        found["unit"] = field.unit
    for bound in ("min", "max"):
        value = getattr(field, bound)
        if value is not None:
            found[bound] = dump(value)
    return found


def _law(law: Law) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": law.id,
        "kind": "law",
        "title": law.label.as_dict(),
        "template": law.template,
        "steps": list(law.steps),
        "covers": list(law.covers),
    }
    if law.where:
        found["where"] = dict(law.where)
    if law.within is not None:
        found["within"] = say_duration(law.within)
    if law.times != 1:
        found["times"] = law.times
    if law.by:
        found["by"] = {step: list(roles) for step, roles in law.by}
    if law.limits:
        found["limits"] = {step: say_deadline(limit) for step, limit in law.limits}
    return found


def _duty(duty: Duty) -> dict[str, Any]:
    return {
        "id": duty.id,
        "kind": "duty",
        "title": duty.label.as_dict(),
        "rhythm": str(duty.rhythm),
        "grace": say_duration(duty.grace),
        **_attributes(duty, without=("id", "label", "rhythm", "grace")),
    }


def _record(record: Record, site: Site) -> dict[str, Any]:
    return {
        "id": record.id,
        "kind": "record",
        "title": record.label.as_dict(),
        "filled_by": list(record.filled_by),
        "signed_by": list(record.signed_by),
        "fields": [_field(field) for field in record.fields],
        "filled_in": [{"procedure": name, "step": step.id} for name, step in _fills(site, record)],
    }


def _fills(site: Site, record: Record) -> Iterator[tuple[str, Work]]:
    for name in site.procedures:
        for step in site.graph(name).steps:
            if isinstance(step, Work) and step.fills == record.id:
                yield name, step


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


def _rulebook(escalation: Escalation) -> dict[str, Any]:
    feeds = [
        {"kind": feed.kind, "on": feed.on, "name": feed.name, "step": feed.step}
        for feed in escalation.feeds
    ]
    return {**escalation.book.as_dict(), "feeds": feeds}


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


def _say_rulebook(book: Rulebook, language: str) -> Iterator[str]:
    yield book.title.to(language) or book.id
    for rule in book.rules:
        yield f"  {rule.label.to(language) or rule.id}"
        for line in say_rule(book, rule, language):
            yield f"    {line}"
        if rule.because:
            yield f"    {rule.because.to(language)}"


def _say_post(post: Post, language: str) -> Iterator[str]:
    yield post.title.to(language) or post.id
    for duty in post.duties:
        yield f"  {duty.rhythm.say(language)}: {duty.label.to(language)}"
    for order in post.orders:
        yield f"  - {order.label.to(language)}"
    for response in post.responses:
        yield f"  {response.on}: {response.label.to(language) or response.opens}"


def _say_record(record: Record, site: Site, language: str) -> Iterator[str]:
    words = _RECORD.get(language, _RECORD["en"])
    names = {**{r.id: r.label for r in site.roles.values()}, **site.parties}
    yield record.label.to(language) or record.id
    for key, who in (("filled", record.filled_by), ("signed", record.signed_by)):
        if who:
            said = words["comma"].join(names[name].to(language) or name for name in who)
            yield f"  {words[key]}{said}"
    for field in record.fields:
        optional = "" if field.required else words["optional"]
        what = words["colon"].join(
            filter(None, (field.label.to(language), _takes(field, language)))
        )
        yield f"  - {what}{optional}"
    for name, step in _fills(site, record):
        yield f"  {words['at']}{name}/{step.id}{words['colon']}{step.label.to(language)}"


def _takes(field: Field, language: str) -> str:
    """
    What a field takes: the words of a choice, or its type and unit.
    """
    if field.type == "choice":
        labels = dict(field.labels)
        return " / ".join(
            labels[word].to(language) if word in labels else word for word in field.of
        )
    words = _TYPES.get(language, _TYPES["en"])
    return words[field.type] + (f" ({field.unit})" if field.unit else "")


_RECORD = {
    "en": {
        "filled": "Filled in by: ", "signed": "Signed by: ", "at": "Step ", "comma": ", ",
        "colon": ": ", "optional": " (may be left empty)",
    },
    "zh": {
        "filled": "填写：", "signed": "签字：", "at": "步骤 ", "comma": "、",
        "colon": "：", "optional": "（可不填）",
    },
}  # fmt: skip

_TYPES = {
    "en": {
        "text": "words", "integer": "whole number", "decimal": "number", "money": "amount",
        "boolean": "yes / no", "date": "date", "time": "time of day", "duration": "length of time",
        "moment": "date and time",
    },
    "zh": {
        "text": "文字", "integer": "整数", "decimal": "数值", "money": "金额",
        "boolean": "是 / 否", "date": "日期", "time": "时刻", "duration": "时长",
        "moment": "日期时间",
    },
}  # fmt: skip
