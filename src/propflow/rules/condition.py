"""
Conditions: several cells that must hold together, as in ``until: {satisfied: "yes"}``.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from propflow.errors import UndecidedError, UnknownNameError
from propflow.fields import Field, Value
from propflow.rules.cells import Anything, Cell, CellError, parse_cell
from propflow.rules.kinds import speaks_of_absence
from propflow.rules.saying import say_missing, say_name, spoken


@attrs.frozen
class Condition:
    """
    Holds if each of its cells admits its fact. Guards, filters and laws are written with it.

    Attributes:
        tests: Pairs of field and cell, at least one, each field once.
    """

    tests: tuple[tuple[Field, Cell], ...]

    @property
    def needs(self) -> tuple[str, ...]:
        """
        The facts that have to be known before one can tell.
        """
        return tuple(field.name for field, cell in self.tests if not speaks_of_absence(cell))

    def holds(self, facts: Mapping[str, Value]) -> bool:
        """
        Whether it holds for these facts.

        Raises:
            UndecidedError: A fact is missing. Even where another already settles the matter: an
                answer must not depend on the order in which things are written.
            ValueRefusedError: A value does not fit its field.
        """
        asked = [pair for pair in self.tests if not isinstance(pair[1], Anything)]
        missing = [f for f, cell in asked if f.name not in facts and not speaks_of_absence(cell)]
        if missing:
            names = tuple(field.name for field in missing)
            raise UndecidedError(str(self), say_missing(missing), names)
        fitting = [
            cell.admits(field.check(facts[field.name]) if field.name in facts else None)
            for field, cell in asked
        ]
        return all(fitting)

    def say(self, language: str = "en") -> str:
        """
        The condition in plain words.
        """
        is_, and_ = ("为", "，且") if spoken(language) == "zh" else (" is ", " and ")
        return and_.join(
            say_name(field, language) + is_ + cell.say(language) for field, cell in self.tests
        )

    def __str__(self) -> str:
        return ", ".join(f"{field.name}: {cell}" for field, cell in self.tests)


def parse_condition(cells: Mapping[str, str], fields: Mapping[str, Field]) -> Condition:
    """
    Read a condition.

    Args:
        cells: Cell by fact.
        fields: The facts that there are.

    Raises:
        CellError: A cell cannot be read, or there is none.
        UnknownNameError: There is no such fact.
    """
    if not cells:
        raise CellError("", 1, "a condition needs one fact at least, as in {satisfied: yes}.")
    tests = []
    for name, text in cells.items():
        if name not in fields:
            raise UnknownNameError("fact", name, tuple(fields))
        tests.append((fields[name], parse_cell(text, fields[name])))
    return Condition(tuple(tests))
