"""
What an event asks the world to do: tell somebody, open a called case, report back to a caller.

Effects are written in the same transaction as the events they come from, and carried out
afterwards, each under an id that makes doing it twice the same as doing it once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import attrs

from propflow.engine.case import Case
from propflow.engine.events import (
    Called,
    Ended,
    Event,
    Facts,
    Interrupted,
    Late,
    Returned,
    Told,
)
from propflow.engine.records import pack, plain_text, unpack
from propflow.engine.state import BETWEEN
from propflow.procedures import IN_TURN

#: Effects that the engine carries out itself, at once.
INNER = ("begin", "return", "recall")
#: The effect that a notifier carries out.
NOTICE = "notice"


@attrs.frozen(kw_only=True)
class Effect:
    """
    One thing to do, waiting in the outbox.

    Attributes:
        id: Case, event and number: the key that makes it happen once.
        kind: ``begin``, ``return``, ``recall`` or ``notice``.
        case: Id of the case that asks for it.
        data: What is needed for it, as JSON text.
        attempts: How often it has been tried.
        later: Not to be tried again before this moment; none while it may be tried at once.
    """

    id: str
    kind: str
    case: str
    data: str
    attempts: int = 0
    later: datetime | None = None

    @property
    def needs(self) -> dict[str, Any]:
        """
        The data, read.
        """
        return json.loads(self.data)  # type: ignore[no-any-return]


def effects_of(
    before: Case, after: Case, events: Iterable[Event], at: datetime
) -> Iterator[Effect]:
    """
    The effects of events that follow a case at one moment, in order.
    """
    for seq, event in enumerate(events, before.seq):
        key = f"{after.id}:{seq}"
        match event:
            case Told():
                yield told(key, after, event, at)
            case Late(tells=tells) if tells:
                yield _notice(key, after, "late", event.step, tells, at)
            case Called() | Returned():
                first = isinstance(event, Called) and event.order == IN_TURN
                for number, facts in enumerate(event.calls[:1] if first else event.calls):
                    yield _effect(
                        f"{key}:{number}",
                        "begin",
                        after,
                        procedure=event.procedure,
                        step=event.step,
                        facts=_packed(facts),
                    )
                if isinstance(event, Returned) and event.leaves:
                    yield _effect(key, "recall", after, step=event.step, seq=seq, end=event.end)
            case Interrupted():
                yield _effect(
                    key,
                    "begin",
                    after,
                    procedure=event.procedure,
                    step=BETWEEN,
                    facts=_packed(event.facts),
                )
            case Ended() if after.parent is not None:
                parent, step = after.parent
                yield _effect(
                    key,
                    "return",
                    after,
                    parent=parent,
                    step=step,
                    end=event.end,
                    facts=_packed(after.facts),
                )


def facts_of(needs: dict[str, Any]) -> Facts:
    """
    The facts that an effect carries.
    """
    return {name: unpack(raw) for name, raw in needs["facts"].items()}


def _packed(facts: Facts) -> dict[str, Any]:
    return {name: pack(value) for name, value in facts.items()}


def told(key: str, case: Case, event: Told, at: datetime) -> Effect:
    """
    The notice of a step that tells somebody.
    """
    return _notice(key, case, "notice", event.step, event.to, at)


def _notice(
    key: str, case: Case, kind: str, step: str, to: tuple[str, ...], at: datetime
) -> Effect:
    return _effect(key, NOTICE, case, kind=kind, step=step, to=list(to), at=at.isoformat())


def _effect(key: str, what: str, case: Case, /, **data: Any) -> Effect:
    return Effect(id=key, kind=what, case=case.id, data=plain_text(data))
