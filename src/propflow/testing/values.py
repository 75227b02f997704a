"""
The values that facts are filled in with: those at which some decision falls differently.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

from propflow.engine.chart import Chart
from propflow.engine.events import Facts
from propflow.fields import Field, Value
from propflow.procedures import Call, Decide, Each, Work
from propflow.rules import Condition, Row, Table, compile_table, witnesses
from propflow.sites import Site
from propflow.text import Text

#: Past so many combinations of values, each value is tried once and not each combination.
COMBINATIONS = 300

#: The moment at which everything happens that needs one.
MOMENT = datetime(2025, 10, 11, 8, 0, tzinfo=UTC)

_DEFAULTS: dict[str, Any] = {
    "text": "x",
    "integer": 0,
    "decimal": Decimal(0),
    "money": Decimal(0),
    "boolean": False,
    "date": date(2025, 10, 11),
    "time": time(8),
    "duration": timedelta(hours=1),
    "moment": MOMENT,
}


class Deciding:
    """
    What the facts of a procedure can be, as far as it makes a difference.

    Args:
        site: The site.
        chart: The procedure.
    """

    def __init__(self, site: Site, chart: Chart) -> None:
        self.site = site
        self.chart = chart
        self.values = _values(site, chart)

    def given(self) -> list[str]:
        """
        The facts that a case begins with: those that no step asks for.
        """
        steps = self.chart.program.graph.steps
        asked = {fact for step in steps if isinstance(step, Work) for fact in step.asks}
        asked |= {own for step in steps if isinstance(step, Call) for own, _ in step.takes}
        return [name for name in self.chart.fields if name not in asked]

    def options(self, names: Iterable[str]) -> Iterator[Facts]:
        """
        The ways in which some facts can be filled in.
        """
        names = list(names)
        choices = [self.values.get(n) or [_default(self.chart.fields[n])] for n in names]
        count = 1
        for values in choices:
            count *= len(values)
        if count <= COMBINATIONS:
            for chosen in product(*choices):
                yield dict(zip(names, chosen, strict=True))
            return
        plain = {name: values[0] for name, values in zip(names, choices, strict=True)}
        yield plain
        for name, values in zip(names, choices, strict=True):
            for value in values[1:]:
                yield {**plain, name: value}
        for facts in _witnesses(self.site, self.chart):
            yield {**plain, **{name: facts[name] for name in names if name in facts}}

    def lines(self, book: str) -> list[Mapping[str, Value]]:
        """
        A book with one line, which fits, so that what goes over it is called once.
        """
        columns = {field.name: field for field in self.site.books[book].columns}
        line = {name: _default(field) for name, field in columns.items()}
        for step in self.chart.program.graph.steps:
            if isinstance(step, Each) and step.over == book:
                condition = self.chart.where[step.id]
                if condition is not None:
                    line |= _falling(condition)[0]
        return [line]


def _default(field: Field) -> Value:
    if field.type == "choice":
        return field.of[0]
    value: Value = _DEFAULTS[field.type]
    if field.min is not None and value < field.min:  # type: ignore[operator]
        return field.min
    return value


def _values(site: Site, chart: Chart) -> dict[str, list[Value]]:
    """
    For each fact that decides anything, the values at which it decides differently.
    """
    found: dict[str, dict[Value, None]] = {}
    for facts in _witnesses(site, chart):
        for name, value in facts.items():
            found.setdefault(name, {})[value] = None
    for name in found:
        field = chart.fields[name]
        if field.type == "choice":
            found[name] = dict.fromkeys(field.of)
    return {name: list(values) for name, values in found.items()}


def _witnesses(site: Site, chart: Chart) -> Iterator[Facts]:
    for step in chart.program.graph.steps:
        match step:
            case Decide(table=str(table)):
                for facts, _ in witnesses(site.decider(table)):
                    yield facts
            case Decide(fact=str(fact)):
                for word in chart.fields[fact].of:
                    yield {fact: word}
            case Decide(test=test) if test:
                yield from _falling(site.condition(chart.procedure.id, test))


def _falling(condition: Condition) -> list[Facts]:
    """
    Facts for which a condition holds, and facts for which it does not, where there are any.
    """
    answer = Field(name="holds", type="choice", of=("yes", "no"))
    cells = tuple((field.name, cell) for field, cell in condition.tests)
    table = Table(
        id="holds",
        title=Text(),
        inputs=tuple(field for field, _ in condition.tests),
        outputs=(answer,),
        rows=(
            Row(cells=cells, outcome=(("holds", "yes"),)),
            Row(cells=(), outcome=(("holds", "no"),)),
        ),
        hit="first",
    )
    return [facts for facts, _ in witnesses(compile_table(table))]
