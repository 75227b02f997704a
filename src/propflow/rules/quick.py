"""
The short way to an answer, taken a million times a second: every value of the right type, every
answer known. Whatever is not so goes the long way round, which says why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from propflow.rules.decision import Decision, Ruling

#: How many values of an input, and how many answers of a table, are kept ready.
READY = 4096

#: Types of which equal values are the same in every way, so that an answer can be kept by them.
#: Not so: 1.0 and 1.00, an hour that the clock gives twice. Texts hardly ever come again.
_PLAIN = frozenset({"choice", "integer", "boolean", "date", "duration"})

#: Facts to a decision, or nothing where only the long way knows.
Quick = Callable[[Mapping[str, Any]], Decision | None]


def quick(
    names: Sequence[str],
    types: Sequence[str],
    walk: Sequence[tuple[type, Any]],
    rulings: Mapping[int, Ruling],
    start: int,
) -> Quick:
    """
    Make the short way.

    Args:
        names: The inputs.
        types: The type of each, as `propflow.fields` calls it.
        walk: For each input the class of its values, and the rows by value.
        rulings: What each set of rows comes to.
        start: The rows that count, one bit each.
    """
    values_of = _getter(names)
    keep: dict[tuple[Any, ...], Decision] = {}
    most = READY if _PLAIN.issuperset(types) else 0
    pairs = tuple(walk)

    slow = _loop(pairs, rulings, start, keep, most)

    kinds = [kind for kind, _ in pairs]

    def few(facts: Mapping[str, Any]) -> Decision | None:
        try:
            values = values_of(facts)
            # True equals 1: only values of the very type may look up what has been kept.
            return (keep.get(values) or slow(values)) if [*map(type, values)] == kinds else None
        except (KeyError, TypeError):
            # A fact that is missing, an unknown word, no answer, or nothing that can be hashed.
            return None

    if len(names) < 4:
        return few
    (one, rows_1), (two, rows_2), (three, rows_3), (four, rows_4), *more = pairs
    others = [kind for kind, _ in more]

    # What follows is a loop written out: a loop would take twice the time.
    def just_four(facts: Mapping[str, Any]) -> Decision | None:
        try:
            values = values_of(facts)
            a, b, c, d = values
            # True equals 1: only values of the very type may look up what has been kept.
            if type(a) is one and type(b) is two and type(c) is three and type(d) is four:
                if values in keep:
                    return keep[values]
                rows = start & rows_1[a] & rows_2[b] & rows_3[c] & rows_4[d]
                decision = Decision((rulings[rows], values))
                if len(keep) < most:
                    keep[values] = decision
                return decision
        except (KeyError, TypeError):
            pass
        return None

    def many(facts: Mapping[str, Any]) -> Decision | None:
        try:
            values = values_of(facts)
            a, b, c, d, *rest = values
            if type(a) is one and type(b) is two and type(c) is three and type(d) is four:
                return (keep.get(values) or slow(values)) if [*map(type, rest)] == others else None
        except (KeyError, TypeError):
            pass
        return None

    return many if more else just_four


def _loop(
    pairs: tuple[tuple[type, Any], ...],
    rulings: Mapping[int, Ruling],
    start: int,
    keep: dict[tuple[Any, ...], Decision],
    most: int,
) -> Callable[[tuple[Any, ...]], Decision | None]:
    def slow(values: tuple[Any, ...]) -> Decision | None:
        rows = start
        for value, (kind, table) in zip(values, pairs, strict=True):
            if type(value) is not kind:
                return None
            rows &= table[value]
        decision = Decision((rulings[rows], values))
        if len(keep) < most:
            keep[values] = decision
        return decision

    return slow


def _getter(names: Sequence[str]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    if len(names) == 1:
        only = names[0]
        # itemgetter of one name gives the value and not a tuple of it.
        return lambda facts: (facts[only],)
    return itemgetter(*names)
