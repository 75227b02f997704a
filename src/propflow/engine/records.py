"""
Cases and events as text that a store can keep, and back.

Every value keeps its type on the way: a date comes back as a date. The text of an event is
canonical, so that its hash can be taken of what is stored.
"""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from cattrs import Converter
from cattrs.strategies import configure_tagged_union

from propflow.durations import WorkLength, parse_duration, parse_length, say_duration
from propflow.engine.case import Case
from propflow.engine.events import EVENTS, Event
from propflow.fields import Value

# Plain JSON values stand for themselves; the others are an object with their type for a key.
_PACK: dict[type, tuple[str, Any]] = {
    Decimal: ("decimal", str),
    datetime: ("moment", datetime.isoformat),
    date: ("date", date.isoformat),
    time: ("time", time.isoformat),
    timedelta: ("duration", say_duration),
    WorkLength: ("deadline", str),
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


def load_event(text: str) -> Event:
    """
    The event of a text that `dump_event` wrote.
    """
    return _CONVERTER.structure(json.loads(text), Event)  # type: ignore[arg-type]


def dump_case(case: Case) -> str:
    """
    The text of a case.
    """
    return _text(_CONVERTER.unstructure(case))


def load_case(text: str) -> Case:
    """
    The case of a text that `dump_case` wrote.
    """
    return _CONVERTER.structure(json.loads(text), Case)


def _text(plain: object) -> str:
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


KINDS = tuple(kind.__name__ for kind in EVENTS)
