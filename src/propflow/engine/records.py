"""
Cases and events as text that a store can keep, and back.

Every value keeps its type on the way: a date comes back as a date. The text of an event is
canonical, so that its hash can be taken of what is stored.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from cattrs import Converter
from cattrs.strategies import configure_tagged_union

from propflow.durations import WorkLength, parse_duration, parse_length, say_duration
from propflow.engine.case import Case
from propflow.engine.events import EVENTS, Event
from propflow.engine.personal import Sealed, revealed
from propflow.fields import Value

# Plain JSON values stand for themselves; the others are an object with their type for a key.
_PACK: dict[type, tuple[str, Any]] = {
    Decimal: ("decimal", str),
    datetime: ("moment", datetime.isoformat),
    date: ("date", date.isoformat),
    time: ("time", time.isoformat),
    timedelta: ("duration", say_duration),
    WorkLength: ("deadline", str),
    Sealed: ("sealed", lambda sealed: sealed.commitment),
}
_UNPACK: dict[str, Any] = {
    "decimal": Decimal,
    "moment": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "duration": parse_duration,
    "deadline": parse_length,
}


def pack(value: Value) -> Any:
    """
    A value as JSON carries it without losing its type.
    """
    kind = _PACK.get(type(value))
    return value if kind is None else {kind[0]: kind[1](value)}


def unpack(raw: Any) -> Value:
    """
    The value that `pack` was given.
    """
    if not isinstance(raw, dict):
        return raw  # type: ignore[no-any-return]
    ((kind, text),) = raw.items()
    return _UNPACK[kind](text)  # type: ignore[no-any-return]


def _converter() -> Converter:
    converter = Converter(omit_if_default=True)
    converter.register_unstructure_hook(Value, pack)
    converter.register_structure_hook(Value, lambda raw, _: unpack(raw))
    converter.register_unstructure_hook(datetime, datetime.isoformat)
    converter.register_structure_hook(datetime, lambda raw, _: datetime.fromisoformat(raw))
    converter.register_unstructure_hook_func(lambda kind: kind == frozenset[str], sorted)
    configure_tagged_union(Event, converter, tag_name="event")
    return converter


_CONVERTER = _converter()


def dump_event(event: Event) -> str:
    """
    The canonical text of an event.
    """
    return _text(_CONVERTER.unstructure(event, unstructure_as=Event))


def load_event(text: str, personal: Mapping[str, str] | None = None) -> Event:
    """
    The event of a text that `dump_event` wrote.

    Args:
        text: The text.
        personal: The personal values that are kept of it, by what stands for them. Those that
            are not are left out.
    """
    return _CONVERTER.structure(json.loads(revealed(text, personal or {})), Event)  # type: ignore[arg-type]


def dump_case(case: Case) -> str:
    """
    The text of a case.
    """
    plain: dict[str, Any] = {"id": case.id, "seq": case.seq, "marking": case.marking}
    for name in ("procedure", "version", "ref", "parent", "end"):
        if value := getattr(case, name):
            plain[name] = value
    for name in ("doers", "behalf", "children", "assigned"):
        if kept := getattr(case, name):
            plain[name] = kept
    if case.facts:
        plain["facts"] = {name: pack(value) for name, value in case.facts.items()}
    # In the order in which they were opened: what happens by itself happens in this order.
    if since := case.since:
        plain["since"] = {name: at.isoformat() for name, at in since.items()}
    if case.late:
        plain["late"] = sorted(case.late)
    for name in ("began", "ended", "suspended"):
        if (moment := getattr(case, name)) is not None:
            plain[name] = moment.isoformat()
    return plain_text(plain)


def load_case(text: str) -> Case:
    """
    The case of a text that `dump_case` wrote.
    """
    raw = json.loads(text)
    for name in ("began", "ended", "suspended"):
        if name in raw:
            raw[name] = datetime.fromisoformat(raw[name])
    if "parent" in raw:
        raw["parent"] = tuple(raw["parent"])
    raw["since"] = {n: datetime.fromisoformat(at) for n, at in raw.get("since", {}).items()}
    raw["facts"] = {name: unpack(value) for name, value in raw.get("facts", {}).items()}
    raw["behalf"] = {step: tuple(whom) for step, whom in raw.get("behalf", {}).items()}
    raw["late"] = frozenset(raw.get("late", ()))
    return Case(**raw)


# `json.dumps` makes an encoder each time, which takes longer than what it then does.
_text = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
plain_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


KINDS = tuple(kind.__name__ for kind in EVENTS)
