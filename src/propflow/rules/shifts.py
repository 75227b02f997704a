"""
Two editions of a table held against each other: the facts to which they answer differently.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import attrs

from propflow.fields import Field, Value
from propflow.rules.compiled import Decider
from propflow.rules.decision import Ruling
from propflow.rules.hits import Outcome, dump_outcome
from propflow.rules.regions import Column, divide
from propflow.rules.saying import say_name, say_value
from propflow.rules.table import Table

#: So many places of the search are kept; tables with more are compared as far as that.
LARGEST = 200_000


@attrs.frozen(kw_only=True)
class Shift:
    """
    Facts to which two editions of a table answer differently.

    Attributes:
        facts: An example; of inputs that make no difference any value.
        before: What the first edition comes to, by output; nothing where it has no answer.
        after: What the second comes to.
        fields: The inputs that matter for the example, in the order of the columns.
        rows: The rows of the second edition that decide, the first is 1.
    """

    facts: Mapping[str, Value]
    before: Mapping[str, Outcome] | None
    after: Mapping[str, Outcome] | None
    fields: tuple[Field, ...] = ()
    rows: tuple[int, ...] = ()

    def say(self, old: Table, new: Table, language: str = "en") -> str:
        """
        The example in a sentence.
        """
        zh = language == "zh"
        given = []
        for field in self.fields:
            name = say_name(field, language)
            mark = "" if name.endswith(("?", "？")) else "为" if zh else ":"
            value = say_value(self.facts[field.name], field, language)
            given.append(f"{name}{mark}{'' if zh else ' '}{value}")
        was, now = _said(self.before, old, language), _said(self.after, new, language)
        if zh:
            return f"{'，'.join(given) or '任何情况'}：由“{was}”变为“{now}”。"
        return f"{'; '.join(given) or 'whatever the facts'}: {was} becomes {now}."


def _said(outcomes: Mapping[str, Outcome] | None, table: Table, language: str) -> str:
    zh = language == "zh"
    if outcomes is None:
        return "没有答案" if zh else "no answer"
    fields = {field.name: field for field in table.outputs}
    words = []
    for name, outcome in outcomes.items():
        some = outcome if isinstance(outcome, tuple) else (outcome,)
        said = [say_value(one, fields.get(name), language) for one in some]
        words.append(("、" if zh else ", ").join(said) or ("无" if zh else "nothing"))
    return ("，" if zh else ", ").join(words)


def incomparable(old: Table, new: Table) -> str:
    """
    Why two tables cannot be held against each other, or nothing.
    """
    theirs = {field.name: field for field in new.inputs}
    for field in old.inputs:
        other = theirs.get(field.name)
        if other is not None and (other.type, other.unit) != (field.type, field.unit):
            return f"its input {field.name!r} is of another type or unit"
        if other is not None and not _overlap(field, other):
            return f"its input {field.name!r} has no value in common"
    return ""


def _overlap(one: Field, other: Field) -> bool:
    low: Any = [bound for bound in (one.min, other.min) if bound is not None]
    high: Any = [bound for bound in (one.max, other.max) if bound is not None]
    if low and high and max(low) > min(high):
        return False
    return not one.of or not other.of or bool(set(one.of) & set(other.of))


def shifts(
    old: Decider, new: Decider, *, at: date | None = None, most: int = 20
) -> tuple[Shift, ...]:
    """
    What two editions of a table answer differently.

    There is one example for each pair of answers and each row of the second that gives one.

    Only facts that both can be asked count: words that a choice has in both, figures within the
    bounds of both. All of these are looked at, so that an empty answer is a proof.

    Args:
        old: The first edition.
        new: The second.
        at: The day as of which they are compared, where one of them depends on it.
        most: Stop after so many examples.

    Raises:
        UndecidedError: One of them depends on the day and none is given.
        ValueError: An input of theirs has two types; `incomparable` says so beforehand.
    """
    why = incomparable(old.table, new.table)
    if why:
        raise ValueError(why)
    search = _Search(old.on(at), new.on(at))
    found: dict[Any, Shift] = {}
    for (one, other), chosen in search.answers(0, search.start).items():
        shift = search.shift(one, other, chosen)
        if shift is None:
            continue
        key = _plain(shift.before), _plain(shift.after), shift.rows
        if key not in found or len(shift.fields) < len(found[key].fields):
            found[key] = shift
    return tuple(found.values())[:most]


def _plain(outcomes: Mapping[str, Outcome] | None) -> Any:
    if outcomes is None:
        return None
    return tuple((name, repr(dump_outcome(outcome))) for name, outcome in outcomes.items())


class _Search:
    # Rows of both tables are bits of one number, those of the second above those of the first.

    def __init__(self, old: Decider, new: Decider) -> None:
        self.old, self.new = old, new
        self.low = len(old.table.rows)
        self.start = old.start | new.start << self.low
        self.columns = _columns(old.table, new.table)
        self.known: dict[tuple[int, int], dict[tuple[int, int], tuple[int, ...]]] = {}

    def answers(self, at: int, alive: int) -> dict[tuple[int, int], tuple[int, ...]]:
        """
        The pairs of sets of rows that can be all that fit, from an input on, each with a region.
        """
        if at == len(self.columns):
            low = alive & ((1 << self.low) - 1)
            return {(_deciding(low, self.old), _deciding(alive >> self.low, self.new)): ()}
        key = at, alive
        if key in self.known:
            return self.known[key]
        found: dict[tuple[int, int], tuple[int, ...]] = {}
        seen: dict[int, int] = {}
        for region, rows in enumerate(self.columns[at].masks):
            seen.setdefault(alive & rows, region)
        for rows, region in seen.items():
            # A region that leaves every row in play says nothing: written as -1.
            mark = -1 if len(seen) == 1 else region
            for pair, rest in self.answers(at + 1, rows).items():
                if pair not in found or rest.count(-1) + (mark < 0) > found[pair].count(-1):
                    found[pair] = (mark, *rest)
        if len(self.known) < LARGEST:
            self.known[key] = found
        return found

    def shift(self, one: int, other: int, chosen: tuple[int, ...]) -> Shift | None:
        before, after = self.old.ruling(one), self.new.ruling(other)
        was = before.outcomes if isinstance(before, Ruling) else None
        now = after.outcomes if isinstance(after, Ruling) else None
        if was == now:
            return None
        facts, fields = {}, []
        for column, region in zip(self.columns, chosen, strict=True):
            value = column.regions.sample(max(region, 0))
            if value is not None:
                facts[column.field.name] = value
                if region >= 0:
                    fields.append(column.field)
        rows = after.rows if isinstance(after, Ruling) else ()
        return Shift(facts=facts, before=was, after=now, fields=tuple(fields), rows=rows)


def _deciding(rows: int, decider: Decider) -> int:
    """
    Of the rows that fit those that make a difference: under ``first`` the uppermost.
    """
    return rows & -rows if decider.table.hit == "first" else rows


def _columns(old: Table, new: Table) -> tuple[Column, ...]:
    theirs = {field.name: field for field in new.inputs}
    mine = {field.name: field for field in old.inputs}
    fields = [_common(field, theirs.get(field.name)) for field in old.inputs]
    fields += [field for name, field in theirs.items() if name not in mine]
    return tuple(divide(f, (*old.column(f.name), *new.column(f.name))) for f in fields)


def _common(one: Field, other: Field | None) -> Field:
    """
    A field that takes what both take.
    """
    if other is None or one == other:
        return one
    of = tuple(word for word in one.of if word in other.of) or one.of
    low: Any = [bound for bound in (one.min, other.min) if bound is not None]
    high: Any = [bound for bound in (one.max, other.max) if bound is not None]
    return attrs.evolve(
        one,
        of=of,
        labels=tuple((word, label) for word, label in one.labels if word in of),
        min=max(low) if low else None,
        max=min(high) if high else None,
    )
