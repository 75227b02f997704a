"""
Refusals on record: who wanted what, when, and why it was not done.

They are kept in streams of their own, one for each case and one for what belongs to no case,
sealed line by line like the journal. A refused command changes nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

import attrs

from propflow.engine.journal import Entry
from propflow.engine.store import Store
from propflow.errors import RefusedError, StoreError, ValueRefusedError

#: The streams of refusals begin with this; the id of the case follows.
STREAM = "refusals:"
#: So many refusals are kept of one case. Whoever asks again and again for what is refused must
#: not be able to fill the disk; the line after the last says that no more are kept.
MOST = 1000
#: No sentence is kept further than this.
LONGEST = 500


@attrs.frozen(kw_only=True)
class Refusal:
    """
    A command that was refused.

    Attributes:
        at: When.
        by: Id of the person who wanted it, or what wanted it, or ``""`` where nobody said.
        does: The command: ``complete``, ``skip``, ``send`` ...
        case: Id of the case, or ``""``.
        step: Id of the step, or ``""``.
        code: Why, in a word for programs.
        what: Why, in a sentence. What somebody filled in is not repeated in it.
    """

    at: datetime
    by: str
    does: str
    case: str
    step: str
    code: str
    what: str


class Refusals:
    """
    The refusals of an engine.

    Args:
        store: Where they are kept.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self._counts: dict[str, int] = {}

    def note(
        self, refused: RefusedError, *, by: str, does: str, at: datetime, case: str = ""
    ) -> None:
        """
        Put a refusal on record. Where that cannot be done, the refusal itself says so.
        """
        stream = STREAM + case
        try:
            if stream not in self._counts:
                self._counts[stream] = len(self.store.notes(stream))
            count = self._counts[stream]
            if count > MOST:
                return
            data = {
                "by": by,
                "does": does,
                "step": refused.step or "",
                "code": refused.code,
                "what": _said(refused)[:LONGEST],
            }
            if count == MOST:
                data = {"code": "no-more", "what": f"{MOST} refusals are on record; no more."}
            line = self.store.note(stream, json.dumps(data, ensure_ascii=False, sort_keys=True), at)
            self._counts[stream] = line.seq + 1
        except StoreError as error:
            refused.add_note(f"The refusal could not be put on record: {error}")

    def of(self, case: str) -> list[Refusal]:
        """
        The refusals of a case, in order; of no case, where *case* is ``""``.
        """
        return [read(line) for line in self.store.notes(STREAM + case)]


def refusals(store: Store) -> Iterator[Refusal]:
    """
    Every refusal that a store keeps, case by case.
    """
    for name, _ in store.streams():
        if name.startswith(STREAM):
            yield from map(read, store.notes(name))


def read(line: Entry) -> Refusal:
    """
    The refusal that a line of such a stream holds.
    """
    data = json.loads(line.data)
    return Refusal(
        at=line.moment,
        by=data.get("by", ""),
        does=data.get("does", ""),
        case=line.case.removeprefix(STREAM),
        step=data.get("step", ""),
        code=data["code"],
        what=data["what"],
    )


def _said(refused: RefusedError) -> str:
    """
    The sentence, without the value that somebody filled in: it may be nobody else's business.
    """
    cause = refused.__cause__
    if isinstance(cause, ValueRefusedError):
        return f"{cause.field!r} does not fit: {cause.why}"
    return refused.what
