"""
An example of what a table decides: facts, and what it says of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import attrs

from propflow.errors import HandbookError, Place
from propflow.fields import Value, dump
from propflow.rules.hits import Outcome, dump_outcome

if TYPE_CHECKING:
    from propflow.rules.compiled import Decider


def _pairs(given: Any) -> Any:
    return tuple(given.items() if isinstance(given, Mapping) else map(tuple, given))


@attrs.frozen(kw_only=True)
class Example:
    """
    Facts, and what a table says of them.

    Attributes:
        facts: Pairs of an input and its value, or a mapping.
        outcome: Pairs of an output and its value, or a mapping; a tuple of values where the table
            lists them. Outputs that are not named may be anything.
        at: The day as of which it is decided, where that matters.
        about: What it is an example of: ``row 3``, ``affected 19``.
        place: Where it stands in a file. Not part of what it means.
    """

    facts: tuple[tuple[str, Value], ...] = attrs.field(converter=_pairs)
    outcome: tuple[tuple[str, Outcome], ...] = attrs.field(converter=_pairs)
    at: date | None = None
    about: str = ""
    place: Place | None = attrs.field(default=None, eq=False)

    def fault(self, decider: Decider) -> str:
        """
        What the table says instead, as a sentence, or nothing where it says this.
        """
        from propflow.rules.saying import tell

        try:
            answer = decider.decide(dict(self.facts), at=self.at)
        except HandbookError as error:
            return f"for {tell(self.facts)} it comes to nothing: {error}"
        said = answer.outcomes
        for name, wanted in self.outcome:
            if said[name] != wanted:
                known, asked = (_words(value) for value in (said[name], wanted))
                return f"for {tell(self.facts)} {name} is {known}, not {asked}. {answer.why('en')}"
        return ""

    def as_dict(self) -> dict[str, Any]:
        """
        The example for JSON and YAML.
        """
        day = {} if self.at is None else {"at": self.at.isoformat()}
        return {
            "given": {name: dump(value) for name, value in self.facts},
            "then": {name: dump_outcome(value) for name, value in self.outcome},
            **day,
        }


def _words(value: Outcome) -> str:
    said = dump_outcome(value)
    return (", ".join(map(str, said)) or "nothing") if isinstance(said, list) else str(said)
