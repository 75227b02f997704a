"""
What a table answered, and why: the rows that fit, and for every other row what kept it out.
"""

from __future__ import annotations

from typing import Any

import attrs

from propflow.fields import Field, Value, dump
from propflow.rules.hits import (
    FIGURES,
    LISTS,
    Outcome,
    answers_without_rows,
    dump_outcome,
    figure,
    rank,
)
from propflow.rules.kinds import Anything, Cell
from propflow.rules.table import Row, Table


@attrs.frozen
class Ruling:
    """
    What rows decide together, made ready once for all decisions that they will make.

    Attributes:
        table: The table.
        rows: The rows that count, in the order of their answers; the first row is 1. None where
            the default counts, or where no row is an answer too.
        outcome: The value of the first output; a tuple of values where the table lists them.
        valid: The rows that were valid, one bit each.
    """

    table: Table
    rows: tuple[int, ...]
    outcome: Outcome
    valid: int

    @property
    def outcomes(self) -> dict[str, Outcome]:
        """
        The value of every output.
        """
        table = self.table
        if table.hit in FIGURES:
            return {table.outputs[0].name: self.outcome}
        given = [dict(table.rows[row - 1].outcome) for row in self.rows]
        given = given or [dict(table.default)][: bool(table.default)]
        if table.hit in LISTS:
            return {f.name: tuple(f.check(each[f.name]) for each in given) for f in table.outputs}
        return {f.name: f.check(given[0][f.name]) for f in table.outputs}


def rule(table: Table, alive: int, valid: int) -> Ruling | str:
    """
    What a table answers where just these rows fit.

    Args:
        table: The table.
        alive: The rows that fit, one bit each.
        valid: The rows that are valid, one bit each.

    Returns:
        The ruling, or why there is none: a sentence with ``{told}`` for the facts.
    """
    rows = tuple(at + 1 for at in range(alive.bit_length()) if alive >> at & 1)
    main, hit = table.outputs[0], table.hit
    if not rows and table.default:
        outcome = main.check(dict(table.default)[main.name])
        return Ruling(table, (), (outcome,) if hit in LISTS else outcome, valid)
    if not rows and not answers_without_rows(hit):
        return "no row fits {told}. Add a row for it."
    if hit == "unique" and len(rows) > 1:
        how = "make their cells exclude one another, or say 'hit: first'."
        return f"{_which(rows)} fit {{told}}: {how}"
    if hit == "any" and len({frozenset(table.rows[row - 1].outcome) for row in rows}) > 1:
        how = "let them say the same, or make their cells exclude one another."
        return f"{_which(rows)} fit {{told}} and differ: {how}"
    if hit in ("priority", "output order"):
        rows = tuple(sorted(rows, key=lambda row: rank(table.rows[row - 1].outcome, table.outputs)))
    if hit in ("first", "priority"):
        rows = rows[:1]
    answers = tuple(_given(table.rows[row - 1], main) for row in rows)
    if hit in LISTS:
        return Ruling(table, rows, answers, valid)
    return Ruling(table, rows, answers[0] if table.single else figure(hit, answers, main), valid)


def _which(rows: tuple[int, ...]) -> str:
    *most, last = map(str, rows)
    return f"rows {', '.join(most)} and {last} {'both' if len(rows) == 2 else 'all'}"


def _given(row: Row, field: Field) -> Value:
    return field.check(dict(row.outcome)[field.name])


@attrs.frozen
class Miss:
    """
    Why a row did not decide.

    Attributes:
        row: The row, the first is 1.
        input: The first input whose cell refused its value; ``""`` where it was not a cell.
        cell: That cell.
        value: That value, or nothing where none was given.
        how: ``refused`` by its cell, ``outranked`` where the row fits as well but another comes
            before it, or ``not valid`` on that day.
    """

    row: int
    input: str
    cell: Cell
    value: Value | None
    how: str = "refused"


class Decision(tuple[Ruling, tuple[Value | None, ...]]):
    """
    The answer of a table to some facts. Reasons are worked out when somebody asks for them.
    """

    # A decision is made a million times a second, and Python makes no frozen thing quicker
    # than a tuple. What is in it: the ruling, and one value for each input.
    __slots__ = ()

    @property
    def table(self) -> str:
        """
        Name of the table.
        """
        return self[0].table.id

    @property
    def row(self) -> int:
        """
        The row that decided, the first is 1; of several the first; 0 where no row fitted.
        """
        rows = self[0].rows
        return rows[0] if rows else 0

    @property
    def rows(self) -> tuple[int, ...]:
        """
        The rows that decided, in the order of their answers; the first row is 1.
        """
        return self[0].rows

    @property
    def outcome(self) -> Outcome:
        """
        The value of the table's first output; a tuple of values where the table lists them.
        """
        return self[0].outcome

    @property
    def outcomes(self) -> dict[str, Outcome]:
        """
        The value of every output.
        """
        return self[0].outcomes

    @property
    def facts(self) -> dict[str, Value]:
        """
        The facts that the table looked at.
        """
        return {
            field.name: value
            for field, value in zip(self[0].table.inputs, self[1], strict=True)
            if value is not None
        }

    @property
    def matched(self) -> dict[str, Cell]:
        """
        The cells of the row that ask for something; of several rows, those of the first.
        """
        if not self.row:
            return {}
        row = self[0].table.rows[self.row - 1]
        cells = {field.name: row.cell(field.name) for field in self[0].table.inputs}
        return {name: cell for name, cell in cells.items() if not isinstance(cell, Anything)}

    def misses(self) -> tuple[Miss, ...]:
        """
        Why each of the other rows did not decide, from top to bottom.
        """
        ruling = self[0]
        return tuple(
            self._miss(row, number)
            for number, row in enumerate(ruling.table.rows, 1)
            if number not in ruling.rows
        )

    def why(self, language: str = "en") -> str:
        """
        The rows that decided, the cells that fitted, and the reasons that the rows give.
        """
        from propflow.rules.reasons import say_why

        return say_why(self, language)

    def why_not(self, language: str = "en") -> list[str]:
        """
        For each of the other rows the first cell that failed, with the value.
        """
        from propflow.rules.reasons import say_miss

        return [say_miss(self, miss, language) for miss in self.misses()]

    def as_dict(self) -> dict[str, Any]:
        """
        The decision for JSON, with its reasons as data.
        """
        table = self[0].table
        because = table.rows[self.row - 1].because.as_dict() if self.row else {}
        return {
            "decision": self.table,
            "hit": table.hit,
            "row": self.row,
            "rows": list(self.rows),
            "outcome": dump_outcome(self.outcome),
            "outcomes": {name: dump_outcome(value) for name, value in self.outcomes.items()},
            "facts": {name: dump(value) for name, value in self.facts.items()},
            "matched": {name: str(cell) for name, cell in self.matched.items()},
            "because": because,
            "misses": [
                {
                    "row": miss.row,
                    "how": miss.how,
                    "input": miss.input,
                    "cell": str(miss.cell),
                    "value": None if miss.value is None else dump(miss.value),
                }
                for miss in self.misses()
            ],
        }

    @property
    def ruling(self) -> Ruling:
        """
        What the rows decided together, with the table.
        """
        return self[0]

    def __repr__(self) -> str:
        return f"Decision({self.table!r}, row={self.row}, outcome={self.outcome!r})"

    def _miss(self, row: Row, number: int) -> Miss:
        ruling = self[0]
        if not ruling.valid >> number - 1 & 1:
            return Miss(number, "", Anything(), None, "not valid")
        for field, value in zip(ruling.table.inputs, self[1], strict=True):
            cell = row.cell(field.name)
            if not cell.admits(value):
                return Miss(number, field.name, cell, value)
        return Miss(number, "", Anything(), None, "outranked")
