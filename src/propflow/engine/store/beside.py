"""
What a store keeps beside the cases: definitions, and streams of notes, each sealed line by line
like a case.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from propflow.engine.journal import Entry
from propflow.engine.personal import Personal


class Beside(Protocol):
    """
    The part of a store that is about no single case.
    """

    def note(self, stream: str, data: str, at: datetime) -> Entry:
        """
        Write one more line into a stream, sealed to the line before it.

        Args:
            stream: Its name; a stream begins with its first line.
            data: What is noted, as text.
            at: When it happened.
        """
        ...

    def notes(self, stream: str) -> Sequence[Entry]:
        """
        The lines of a stream, in order; `Entry.case` is the name of the stream.
        """
        ...

    def streams(self) -> Sequence[tuple[str, int]]:
        """
        Every stream with its number of lines, by name.
        """
        ...

    def define(self, procedure: str, version: str, text: str) -> None:
        """
        Keep a definition. One that is there already is never changed.

        Args:
            procedure: Id of the procedure.
            version: The hash of what it means.
            text: The definition.
        """
        ...

    def definition(self, procedure: str, version: str) -> str | None:
        """
        The text of a definition.
        """
        ...

    def personal(self, case: str = "") -> Sequence[Personal]:
        """
        The personal values that are kept of a case; of every case where *case* is ``""``.
        """
        ...

    def compact(self) -> None:
        """
        Write everything anew, so that nothing is left of what was destroyed.
        """
        ...
