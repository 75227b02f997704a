"""
Hit policies: what a table answers where several of its rows fit, or none does.

Source: OMG, Decision Model and Notation 1.3, section 8.2.10 and table 8.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from typing import Any

from propflow.errors import nearest
from propflow.fields import ORDERED, Field, Value, dump

#: One answer, the only one or the best.
SINGLE = ("unique", "any", "priority", "first")
#: The answers of all rows that fit, in a certain order.
LISTS = ("rule order", "output order", "collect")
#: One figure made of the answers of all rows that fit.
FIGURES = ("collect sum", "collect min", "collect max", "collect count")
#: How a table deals with several rows that fit.
HITS = (*SINGLE, *LISTS, *FIGURES)

#: What a decision comes to: a value, or under a policy of `LISTS` several.
Outcome = Value | tuple[Value, ...]

# Sums of money are exact, however many digits they have.
_EXACT = Context(prec=400, Emax=MAX_EMAX, Emin=MIN_EMIN)
_SUMS = ("integer", "decimal", "money", "duration")


def fault_of(hit: str, outputs: Sequence[Field]) -> str:
    """
    Why outputs do not go with a hit policy, as a sentence, or nothing.
    """
    if hit not in HITS:
        *most, last = map(repr, HITS)
        return f"hit is {', '.join(most)} or {last}, not {hit!r}.{nearest(hit, HITS)}"
    if hit in ("priority", "output order") and not any(f.type == "choice" for f in outputs):
        return f"hit {hit!r} goes by the order of an output's words: make one output a choice."
    if hit in FIGURES and len(outputs) > 1:
        return f"hit {hit!r} makes one figure and takes one output, not {len(outputs)}."
    first = outputs[0]
    if hit == "collect sum" and first.type not in _SUMS:
        return f"hit {hit!r} adds up, and a {first.type} cannot be added."
    if hit in ("collect min", "collect max") and first.type not in ORDERED:
        return f"hit {hit!r} compares, and a {first.type} has no order."
    return ""


def answers_without_rows(hit: str) -> bool:
    """
    Whether no row at all is an answer too: an empty list, a sum of nothing.
    """
    return hit in LISTS or hit in ("collect sum", "collect count")


def rank(outcome: Sequence[tuple[str, Value]], outputs: Sequence[Field]) -> tuple[int, ...]:
    """
    The priority of an outcome, the smallest first: by the order of the words of each choice.
    """
    given = dict(outcome)
    return tuple(f.of.index(str(given[f.name])) for f in outputs if f.type == "choice")


def figure(hit: str, values: Sequence[Value], field: Field) -> Value:
    """
    The figure that a policy of `FIGURES` makes of the answers.

    Args:
        hit: The policy.
        values: The answers, at least one for the smallest and the greatest.
        field: The output.
    """
    some: Any = values
    if hit == "collect count":
        return len(values)
    if hit in ("collect min", "collect max"):
        end: Value = (min if hit == "collect min" else max)(some)
        return end
    if field.type in ("duration", "integer"):
        whole: Value = sum(some, timedelta() if field.type == "duration" else 0)
        return whole
    total = Decimal(0)
    for value in some:
        total = _EXACT.add(total, Decimal(value))
    return total


def dump_outcome(outcome: Outcome) -> Any:
    """
    An outcome for JSON.
    """
    return [dump(each) for each in outcome] if isinstance(outcome, tuple) else dump(outcome)
