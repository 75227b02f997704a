"""
What a table answered, and why: the row that fits, and for every other row what kept it out.
"""

from __future__ import annotations

from typing import Any

import attrs

from propflow.fields import Field, Value, dump, dump_all
from propflow.rules.kinds import Anything, Cell
from propflow.rules.saying import say_name, say_value, spoken
from propflow.rules.table import Row, Table


@attrs.frozen
class Ruling:
    """
    What a row decides, made ready once for all decisions that it will make.

    Attributes:
        table: The table.
        number: The row, the first is 1.
        outcome: The value of the first output.
    """

    table: Table
    number: int
    outcome: Value


@attrs.frozen
class Miss:
    """
    Why a row did not decide.

    Attributes:
        row: The row, the first is 1.
        input: The first input whose cell refused its value; ``""`` where the row fits as well
            but stands further down.
        cell: That cell.
        value: That value.
    """

    row: int
    input: str
    cell: Cell
    value: Value | None


@attrs.frozen(init=False, repr=False)
class Decision:
    """
    The answer of a table to some facts. Reasons are worked out when somebody asks for them.
    """

    _ruling: Ruling
    # One value for each input, None where there is none and no row asks.
    _values: tuple[Value | None, ...]

    # A decision is made a million times a second; the setters of the slots take a third of
    # the time of what attrs would write for a frozen class.
    def __init__(self, ruling: Ruling, values: tuple[Value | None, ...]) -> None:
        _set_ruling(self, ruling)
        _set_values(self, values)

    @property
    def table(self) -> str:
        """
        Name of the table.
        """
        return self._ruling.table.id

    @property
    def row(self) -> int:
        """
        The row that decided, the first is 1.
        """
        return self._ruling.number

    @property
    def outcome(self) -> Value:
        """
        The value of the table's first output.
        """
        return self._ruling.outcome

    @property
    def outcomes(self) -> dict[str, Value]:
        """
        The value of every output.
        """
        given = dict(self._row.outcome)
        return {field.name: field.check(given[field.name]) for field in self._ruling.table.outputs}

    @property
    def facts(self) -> dict[str, Value]:
        """
        The facts that the table looked at.
        """
        return {
            field.name: value
            for field, value in zip(self._ruling.table.inputs, self._values, strict=True)
            if value is not None
        }

    @property
    def matched(self) -> dict[str, Cell]:
        """
        The cells of the row that ask for something.
        """
        row = self._row
        cells = {field.name: row.cell(field.name) for field in self._ruling.table.inputs}
        return {name: cell for name, cell in cells.items() if not isinstance(cell, Anything)}

    def misses(self) -> tuple[Miss, ...]:
        """
        Why each of the other rows did not decide, from top to bottom.
        """
        rows = self._ruling.table.rows
        return tuple(
            self._miss(row, number) for number, row in enumerate(rows, 1) if number != self.row
        )

    def why(self, language: str = "en") -> str:
        """
        The row that decided, the cells that fitted, and the reason that the row gives.
        """
        chinese = spoken(language) == "zh"
        table = self._ruling.table
        parts = [self._said(field, language) for field in table.inputs]
        told = [part for part in parts if part]
        outcomes = self.outcomes
        given = [
            say_name(field, language)
            + ("为" if chinese else " is ")
            + say_value(outcomes[field.name], field, language)
            for field in table.outputs
        ]
        because = self._row.because.to(language)
        if chinese:
            facts = "；".join(told) or "无论何种情况"
            where = f"“{say_table(table, language)}”第{self.row}行"
            return f"{where}：{facts}。因此{'，'.join(given)}。{because}"
        facts = "; ".join(told) or "whatever the facts"
        said = f"Row {self.row} of '{say_table(table, language)}': {facts}. So {', '.join(given)}."
        return f"{said} {because}".rstrip()

    def why_not(self, language: str = "en") -> list[str]:
        """
        For each of the other rows the first cell that failed, with the value.
        """
        fields = {field.name: field for field in self._ruling.table.inputs}
        return [self._say_miss(miss, fields.get(miss.input), language) for miss in self.misses()]

    def as_dict(self) -> dict[str, Any]:
        """
        The decision for JSON, with its reasons as data.
        """
        return {
            "decision": self.table,
            "row": self.row,
            "outcome": dump(self.outcome),
            "outcomes": dump_all(self.outcomes),
            "facts": dump_all(self.facts),
            "matched": {name: str(cell) for name, cell in self.matched.items()},
            "because": self._row.because.as_dict(),
            "misses": [
                {
                    "row": miss.row,
                    "input": miss.input,
                    "cell": str(miss.cell),
                    "value": None if miss.value is None else dump(miss.value),
                }
                for miss in self.misses()
            ],
        }

    def __repr__(self) -> str:
        return f"Decision({self.table!r}, row={self.row}, outcome={self.outcome!r})"

    @property
    def _row(self) -> Row:
        return self._ruling.table.rows[self.row - 1]

    def _miss(self, row: Row, number: int) -> Miss:
        for field, value in zip(self._ruling.table.inputs, self._values, strict=True):
            cell = row.cell(field.name)
            if value is not None and not cell.admits(value):
                return Miss(number, field.name, cell, value)
        return Miss(number, "", Anything(), None)

    def _said(self, field: Field, language: str) -> str:
        # One fact of the reason, "" where the row does not ask for it.
        cell = self._row.cell(field.name)
        value = self.facts.get(field.name)
        if value is None or isinstance(cell, Anything):
            return ""
        chinese = spoken(language) == "zh"
        name, is_ = say_name(field, language), "为" if chinese else " is "
        what, asked = say_value(value, field, language), cell.say(language)
        if what == asked:
            return f"{name}{is_}{what}"
        return f"{name}{is_}{what}（{asked}）" if chinese else f"{name}{is_}{what} ({asked})"

    def _say_miss(self, miss: Miss, field: Field | None, language: str) -> str:
        chinese = spoken(language) == "zh"
        if field is None or miss.value is None:
            if chinese:
                return f"第{miss.row}行也符合，但第{self.row}行在前。"
            return f"Row {miss.row} fits too, but row {self.row} comes first."
        name, value = say_name(field, language), say_value(miss.value, field, language)
        asked = miss.cell.say(language)
        if chinese:
            return f"第{miss.row}行不符：{name}为{value}，要求{asked}。"
        return f"Row {miss.row} does not fit: {name} is {value}, it asks for {asked}."


# mypy knows the slots only as the attributes that they hold.
_slots: Any = Decision.__dict__
_set_ruling = _slots["_ruling"].__set__
_set_values = _slots["_values"].__set__


def say_table(table: Table, language: str) -> str:
    """
    What people call the table, or its name where nobody gave it a title.
    """
    return table.title.to(language) or table.id
