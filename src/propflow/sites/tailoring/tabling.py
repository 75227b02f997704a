"""
The operations on rows of decision tables: add, edit, delete, reorder.
"""

from __future__ import annotations

from typing import cast

from propflow.errors import nearest
from propflow.sites.faults import refuse
from propflow.sites.nodes import Entries, Items, Node, Word
from propflow.sites.tailoring.said import missing, row_of, short
from propflow.sites.tailoring.tree import Draft, Key, copied, listed

_ROWS = ("rows",)


def add_row(draft: Draft, operation: Entries) -> None:
    """
    Put a row before or behind another, or at the bottom.
    """
    key, rows = _table(draft, operation)
    row = operation[cast("Word", "row")]
    before = operation.get(cast("Word", "before"))
    after = operation.get(cast("Word", "after"))
    if before is not None and after is not None:
        raise refuse(operation.place, "say 'before' or 'after', not both.")
    at = len(rows)
    if before is not None:
        at = row_of(rows, before, operation.place, key[1])
    elif after is not None:
        at = row_of(rows, after, operation.place, key[1]) + 1
    draft.put(key, _ROWS, listed([*rows[:at], row, *rows[at:]], rows))


def edit_row(draft: Draft, operation: Entries) -> None:
    """
    Change cells, the outcome or the reason of a row.
    """
    key, rows = _table(draft, operation)
    at = row_of(rows, operation.get(cast("Word", "expects")), operation.place, key[1])
    row = copied(cast("Entries", rows[at]), operation.place)
    expected = cast("Entries", operation[cast("Word", "expects")])
    to = operation.get(cast("Word", "to"))
    without = operation.get(cast("Word", "without"), Items())
    if not to and not without:
        raise refuse(operation.place, "say what the row shall say: 'to', 'without' or both.")
    for name, value in to.items() if isinstance(to, Entries) else ():
        if name in row and name not in expected:
            raise refuse(
                name.place,
                f"row {at + 1} of decision {key[1]!r} says {str(name)!r} already. Write what it "
                "says under 'expects'.",
            )
        row[name] = value
    gone: list[Node] = [without] if isinstance(without, Word) else list(cast("Items", without))
    for one in gone:
        word = cast("Word", one)
        if word not in row:
            raise refuse(
                word.place,
                f"row {at + 1} of decision {key[1]!r} has no {str(word)!r}.{nearest(word, row)}",
            )
        if word not in expected:
            raise refuse(
                word.place,
                f"row {at + 1} of decision {key[1]!r} says {str(word)!r}: {short(row[word])}. "
                "Write that under 'expects'.",
            )
        del row[word]
    draft.put(key, _ROWS, listed([*rows[:at], row, *rows[at + 1 :]], rows))


def delete_row(draft: Draft, operation: Entries) -> None:
    """
    Take a row out.
    """
    key, rows = _table(draft, operation)
    at = row_of(rows, operation.get(cast("Word", "expects")), operation.place, key[1])
    draft.put(key, _ROWS, listed([*rows[:at], *rows[at + 1 :]], rows))


def reorder_rows(draft: Draft, operation: Entries) -> None:
    """
    Let neighbouring rows follow one another in another way.
    """
    key, rows = _table(draft, operation)
    old = cast("Items", operation[cast("Word", "expects")])
    new = cast("Items", operation[cast("Word", "to")])
    now = [row_of(rows, pattern, operation.place, key[1]) for pattern in old]
    then = [row_of(rows, pattern, operation.place, key[1]) for pattern in new]
    if sorted(now) != sorted(then) or len(set(now)) < 2:
        raise refuse(new.place, "'expects' and 'to' name the same rows, two at least.")
    first = now[0]
    if now != list(range(first, first + len(now))):
        numbers = ", ".join(str(n + 1) for n in now)
        raise refuse(
            old.place,
            f"these are rows {numbers} of decision {key[1]!r}, which do not follow one another.",
        )
    turned = [rows[n] for n in then]
    draft.put(key, _ROWS, listed([*rows[:first], *turned, *rows[first + len(now) :]], rows))


def _table(draft: Draft, operation: Entries) -> tuple[Key, Items]:
    name = cast("Word", next(iter(operation.values())))
    key = ("decision", str(name))
    rows = draft.tree.get(key, _ROWS)
    if not isinstance(rows, Items):
        raise missing("decision", name, draft.tree.names("decision"))
    return key, rows
