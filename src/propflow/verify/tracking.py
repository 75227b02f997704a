"""
What a case can know of the facts that a law's condition asks for, while its ways are explored.

Of each fact one value is tried for each region in which nothing of the procedure tells two
values apart; so few values stand for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product

import attrs

from propflow.fields import Field, Value
from propflow.procedures import Call, Decide, Law, Program, Step, Wait, Work
from propflow.rules import Anything, Cell, Table, parse_cell
from propflow.rules.regions import divide

#: A value for each fact that is kept track of, or nothing while nobody has said.
Known = tuple[Value | None, ...]


@attrs.frozen
class _Tracked:
    field: Field
    cell: Cell
    values: tuple[Value, ...]


class Tracking:
    """
    Keeps track of the facts of one law in one procedure.

    Args:
        law: The law.
        program: The compiled procedure.
        facts: The facts of the procedure.
        tables: The decision tables that it decides by.
    """

    def __init__(
        self, law: Law, program: Program, facts: Iterable[Field], tables: Mapping[str, Table]
    ) -> None:
        fields = {field.name: field for field in facts}
        self.tables = tables
        self.steps = [stop.step for stop in program.stops if stop.step is not None]
        self.tracked = tuple(
            self._tracked(fields[name], parse_cell(text, fields[name])) for name, text in law.where
        )
        self.number = {one.field.name: n for n, one in enumerate(self.tracked)}

    def _tracked(self, field: Field, own: Cell) -> _Tracked:
        cells = [own]
        for step in self.steps:
            match step:
                case Decide(table=str(table)) if table in self.tables:
                    if any(one.name == field.name for one in self.tables[table].inputs):
                        cells += self.tables[table].column(field.name)
                case Decide(test=test):
                    cells += [parse_cell(text, field) for name, text in test if name == field.name]
        regions = divide(field, cells).values
        return _Tracked(field, own, tuple(regions.sample(at) for at in range(regions.size)))

    def holds(self, known: Known) -> bool:
        """
        Whether the law's condition holds. What nobody has said does not fit it.
        """
        return all(
            value is not None and one.cell.admits(value)
            for one, value in zip(self.tracked, known, strict=True)
        )

    def begin(self) -> Iterator[Known]:
        """
        What can be known when a case is opened: of each fact anything, or nothing yet.
        """
        return product(*((None, *one.values) for one in self.tracked))

    def after(self, step: Step | None, outcome: str, known: Known) -> Iterator[Known]:
        """
        What can be known once a step was left; nothing at all where it cannot be left so.
        """
        match step:
            case Work(asks=asks):
                return self._filled(asks, known)
            case Call(takes=takes):
                return self._filled([own for own, _ in takes], known)
            case Wait():
                choices = (
                    (value, *one.values) for one, value in zip(self.tracked, known, strict=True)
                )
                return (found for found in dict.fromkeys(product(*choices)))
            case Decide() if not self._decides(step, outcome, known):
                return iter(())
        return iter((known,))

    def _filled(self, names: Iterable[str], known: Known) -> Iterator[Known]:
        names = frozenset(names)
        return product(
            *(
                one.values if one.field.name in names else (value,)
                for one, value in zip(self.tracked, known, strict=True)
            )
        )

    def _decides(self, step: Decide, outcome: str, known: Known) -> bool:
        """
        Whether a decision can fall so, as far as what is known says.
        """
        if step.table is not None:
            table = self.tables.get(step.table)
            return table is None or self._row(table, outcome, known)
        if step.fact is not None:
            value = self._value(step.fact, known)
            return value is None or value == outcome
        fits = []
        for name, text in step.test:
            value = self._value(name, known)
            if value is not None:
                field = self.tracked[self.number[name]].field
                fits.append(parse_cell(text, field).admits(value))
        if outcome == "yes":
            return all(fits)
        # Whatever is not known may still speak against it.
        return len(fits) < len(step.test) or not all(fits)

    def _row(self, table: Table, outcome: str, known: Known) -> bool:
        """
        Whether some row that says so can be the one that decides.
        """
        for row in table.rows:
            certain = True
            for name, cell in row.cells:
                if isinstance(cell, Anything):
                    continue
                value = self._value(name, known)
                if value is None:
                    certain = False
                elif not cell.admits(value):
                    break
            else:
                if str(row.outcome[0][1]) == outcome:
                    return True
                if certain and table.hit in ("first", "unique", "any"):
                    return False  # this row fits whatever else is known, and it says otherwise
        return bool(table.default) and str(table.default[0][1]) == outcome

    def _value(self, name: str, known: Known) -> Value | None:
        number = self.number.get(name)
        return None if number is None else known[number]
