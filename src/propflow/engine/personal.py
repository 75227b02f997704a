"""
Personal facts: the sealed journal holds a commitment to each, and the value stands beside it.

The commitment is a hash of the value with salt that nobody can guess. While value and salt are
there it proves that the value is the one that was sealed; when they are destroyed it says nothing,
and the chain of seals is what it was.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from hashlib import sha256
from secrets import token_hex
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from propflow.engine.events import Event
    from propflow.engine.journal import Entry

_NO_FACTS: Mapping[str, Any] = {}

#: How the text of an event begins to speak of something sealed.
_MARK = '{"sealed":'


@attrs.frozen
class Sealed:
    """
    Stands in a sealed event where a personal value was.

    Attributes:
        commitment: SHA-256 of salt, case, fact and value, 64 hexadecimal digits.
    """

    commitment: str


@attrs.frozen(kw_only=True)
class Personal:
    """
    A personal value, kept beside the journal.

    Attributes:
        commitment: What the journal has instead.
        case: Id of the case.
        name: The fact.
        salt: What makes the commitment impossible to guess.
        value: The value as JSON text.
    """

    commitment: str
    case: str
    name: str
    salt: str
    value: str

    @property
    def right(self) -> bool:
        """
        Whether it is what was sealed.
        """
        return self.commitment == _commit(self.salt, self.case, self.name, self.value)


def fresh_salt(_: str) -> str:
    """
    Sixteen bytes that nobody can guess, as 32 hexadecimal digits.
    """
    return token_hex(16)


def played_salt(about: str) -> str:
    """
    Salt for a day that is only played: the same for the same value, so that the same day twice has
    the same seals. Anybody can guess it.
    """
    return sha256(about.encode()).hexdigest()[:32]


def _commit(salt: str, case: str, name: str, value: str) -> str:
    return sha256(f"{salt}\n{case}\n{name}\n{value}".encode()).hexdigest()


def concealed(
    case: str,
    events: Iterable[Event],
    names: AbstractSet[str],
    *,
    start: int,
    salt: Callable[[str], str],
    pack: Callable[[Any], Any],
) -> tuple[tuple[Event, ...], tuple[Personal, ...]]:
    """
    Events as they are sealed, and the personal values that stood in them.

    Args:
        case: Id of the case.
        events: What happened.
        names: The personal facts.
        start: Number of the first of the events in its case.
        salt: Makes salt; it is told what for, which no other value is for.
        pack: Makes JSON of a value.
    """
    kept: list[Personal] = []

    def hide(facts: Mapping[str, Any], seq: int) -> Mapping[str, Any]:
        hidden = dict(facts)
        for name in facts:
            if name in names:
                value = json.dumps(pack(facts[name]), ensure_ascii=False, sort_keys=True)
                fresh = salt(f"{case}:{seq}:{name}:{len(kept)}")
                commitment = _commit(fresh, case, name, value)
                kept.append(
                    Personal(commitment=commitment, case=case, name=name, salt=fresh, value=value)
                )
                hidden[name] = Sealed(commitment)
        return hidden

    found = []
    for seq, event in enumerate(events, start):
        more: dict[str, Any] = {}
        if names & getattr(event, "facts", _NO_FACTS).keys():
            more["facts"] = hide(event.facts, seq)  # type: ignore[union-attr]
        if any(names & call.keys() for call in getattr(event, "calls", ())):
            more["calls"] = tuple(hide(call, seq) for call in event.calls)  # type: ignore[union-attr]
        found.append(attrs.evolve(event, **more) if more else event)
    return tuple(found), tuple(kept)


def revealed(data: str, values: Mapping[str, str]) -> str:
    """
    The text of an event with its personal values back; those that were destroyed are left out.
    """
    if _MARK not in data:
        return data
    raw = json.loads(data)
    for facts in _facts(raw):
        for name, value in list(facts.items()):
            if isinstance(value, dict) and "sealed" in value:
                del facts[name]
                if value["sealed"] in values:
                    facts[name] = json.loads(values[value["sealed"]])
    return json.dumps(raw, ensure_ascii=False, sort_keys=True)


def _facts(raw: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    if isinstance(raw.get("facts"), dict):
        yield raw["facts"]
    yield from raw.get("calls", ())


class Commitments:
    """
    Looks, while a journal is read, for what was sealed and what was destroyed.
    """

    def __init__(self) -> None:
        self._sealed: dict[str, tuple[str, int]] = {}
        self._destroyed: set[str] = set()

    def read(self, lines: Iterable[Entry]) -> Iterator[Entry]:
        """
        The same lines, looked at in passing.
        """
        for line in lines:
            if _MARK in line.data:
                for facts in _facts(json.loads(line.data)):
                    for value in facts.values():
                        if isinstance(value, dict) and "sealed" in value:
                            self._sealed[value["sealed"]] = line.case, line.seq
            elif '"destroys":' in line.data:
                self._destroyed.update(json.loads(line.data).get("destroys", ()))
            yield line

    def broken(self, kept: Iterable[Personal]) -> list[str]:
        """
        What is wrong with the personal values that are kept.
        """
        found = []
        left = dict(self._sealed)
        for one in kept:
            if left.pop(one.commitment, None) is None or not one.right:
                what = f"{one.case}: what is kept of {one.name!r} is not what was sealed."
                found.append(what)
        found += [
            f"{case}: a personal value of event {seq} is gone, and no redaction says so."
            for commitment, (case, seq) in left.items()
            if commitment not in self._destroyed
        ]
        return found
