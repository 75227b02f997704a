"""
The last seals, kept with somebody else: whoever can write the whole database can also seal it
anew, and only what lies elsewhere shows it then.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress

import attrs

from propflow.engine.store import Store
from propflow.errors import Fault, FaultyFileError, Place


@attrs.frozen
class Anchor:
    """
    How far the journal of a case had come at some time.

    Attributes:
        case: Id of the case, or name of a stream beside the cases.
        events: How many events it had.
        seal: The seal of the last of them.
    """

    case: str
    events: int
    seal: str


def anchors(store: Store) -> Iterator[Anchor]:
    """
    The last seal of every case and of every stream, as they are now.
    """
    for case in store.cases():
        *_, last = store.history(case.id)
        yield Anchor(case.id, last.seq + 1, last.seal)
    for stream, _ in store.streams():
        *_, last = store.notes(stream)
        yield Anchor(stream, last.seq + 1, last.seal)


def against(kept: Iterable[Anchor], store: Store) -> Iterator[str]:
    """
    What is no longer as it was when the anchors were taken, a sentence each.

    Args:
        kept: Anchors that were taken of this store before. What came after them is not looked at:
            that is for `propflow.engine.Engine.verify`.
        store: The store as it is now.
    """
    for anchor in kept:
        lines = store.history(anchor.case) or store.notes(anchor.case)
        if len(lines) < anchor.events:
            yield f"{anchor.case}: {anchor.events} events were anchored, {len(lines)} are there."
        elif lines[anchor.events - 1].seal != anchor.seal:
            yield (
                f"{anchor.case}: its first {anchor.events} events are not those that were anchored."
            )


def dump_anchors(kept: Iterable[Anchor]) -> str:
    """
    Anchors as text, a JSON object a line.
    """
    lines = (json.dumps(attrs.asdict(anchor), ensure_ascii=False) for anchor in kept)
    return "".join(f"{line}\n" for line in lines)


def load_anchors(text: str, name: str) -> list[Anchor]:
    """
    The anchors of a text that `dump_anchors` wrote.

    Args:
        text: The text.
        name: Name of the file, for the error.

    Raises:
        FaultyFileError: A line is something else.
    """
    return [_read(line, Place(name, number)) for number, line in enumerate(text.splitlines(), 1)]


def _read(line: str, place: Place) -> Anchor:
    with suppress(ValueError):
        match json.loads(line):
            case {"case": str(case), "events": int(events), "seal": str(seal)} if events > 0:
                return Anchor(case, events, seal)
    what = (
        'this is no anchor, as in {"case": "complaint-1", "events": 12, "seal": "9f2c..."}. Such '
        "files are written by propflow audit --anchor."
    )
    raise FaultyFileError((Fault(place, what),))
