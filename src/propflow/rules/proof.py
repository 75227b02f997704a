"""
What is wrong with a table, judged by its hit policy, each finding with an example in the
table's own words: two rows that meet are a fault where they have to exclude one another, and
none where both count.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from propflow.fields import Value
from propflow.rules.analysis import (
    MOST,
    as_facts,
    gaps,
    overlaps,
    say_cells,
    shadowed,
    witnesses,
)
from propflow.rules.compiled import Decider
from propflow.rules.hits import answers_without_rows, rank
from propflow.rules.kinds import Anything, Cell
from propflow.rules.regions import Column, Maybe
from propflow.rules.saying import tell
from propflow.rules.search import places
from propflow.rules.table import Row

#: The kinds of flaw, and how grave each is: an ``error`` leaves facts without an answer, a
#: ``warning`` is a row or an outcome that does nothing, a ``hint`` is what could be simpler.
KINDS = {
    "gap": "error",
    "overlap": "error",
    "tie": "warning",
    "shadowed": "warning",
    "duplicate": "warning",
    "unreachable": "warning",
    "mergeable": "hint",
}


@attrs.frozen(kw_only=True)
class Flaw:
    """
    One thing wrong with a table.

    Attributes:
        table: Name of the table.
        kind: One of `KINDS`.
        what: What is wrong, a sentence.
        rows: The rows that it is about, the first row is 1.
        witness: An example of facts for which it shows; nothing where no facts can show it.
    """

    table: str
    kind: str
    what: str
    rows: tuple[int, ...] = ()
    witness: tuple[tuple[str, Value], ...] = ()

    @property
    def severity(self) -> str:
        """
        ``error``, ``warning`` or ``hint``.
        """
        return KINDS[self.kind]

    @property
    def facts(self) -> dict[str, Value]:
        """
        An example of facts for which it shows.
        """
        return dict(self.witness)

    def __str__(self) -> str:
        return self.what


def prove(decider: Decider, *, most: int = MOST) -> list[Flaw]:
    """
    Everything that is wrong with a table, the gravest first.

    Args:
        decider: The table.
        most: List so many of one kind at most. No flaw of a kind means that there is none.
    """
    shadows = [
        Flaw(
            table=decider.table.id,
            kind="duplicate" if shadow.how == "duplicate" else "shadowed",
            what=str(shadow),
            rows=(shadow.row, *shadow.by),
            witness=shadow.witness,
        )
        for shadow in shadowed(decider)
    ]
    return [
        *_gaps(decider, most),
        *_overlaps(decider, most),
        *shadows,
        *_twins(decider, most),
        *_unreachable(decider),
        *mergeable(decider, most=most),
    ]


def _gaps(decider: Decider, most: int) -> Iterator[Flaw]:
    table = decider.table
    if table.default or answers_without_rows(table.hit):
        return
    for gap in gaps(decider, most=most):
        yield Flaw(table=table.id, kind="gap", what=str(gap), witness=gap.witness)


def _overlaps(decider: Decider, most: int) -> Iterator[Flaw]:
    table = decider.table
    if table.hit not in ("unique", "any", "priority"):
        return

    def clash(one: Row, other: Row) -> bool:
        if table.hit == "unique":
            return True
        if frozenset(one.outcome) == frozenset(other.outcome):
            return False
        ranks = [rank(row.outcome, table.outputs) for row in (one, other)]
        return table.hit == "any" or ranks[0] == ranks[1]

    for overlap in overlaps(decider, most=most, only=clash):
        kind, what = "overlap", str(overlap)
        if table.hit == "priority":
            kind = "tie"
            what = f"{what[:-1]}: neither has priority, so row {overlap.rows[0]} counts."
        yield Flaw(table=table.id, kind=kind, what=what, rows=overlap.rows, witness=overlap.witness)


def _twins(decider: Decider, most: int) -> Iterator[Flaw]:
    # Where all rows count, one that stands twice counts twice.
    table = decider.table
    if table.single:
        return
    seen: dict[object, int] = {}
    left = most
    for number, row in enumerate(table.rows, 1):
        bits = tuple(column.bits[number - 1] for column in decider.columns)
        key = bits, frozenset(row.outcome), row.valid_from, row.valid_until
        first = seen.setdefault(key, number)
        if first != number and left:
            left -= 1
            witness = as_facts(decider.columns, [next(places(some), 0) for some in bits])
            yield Flaw(
                table=table.id,
                kind="duplicate",
                what=f"decision {table.id!r}: row {number} says the same as row {first}, "
                f"so for example {tell(witness)} gets it twice.",
                rows=(number, first),
                witness=witness,
            )


def _unreachable(decider: Decider) -> Iterator[Flaw]:
    table = decider.table
    deciding = {number for _, number in witnesses(decider)}
    rows = [table.rows[number - 1].outcome for number in deciding if number]
    rows += [table.default] if 0 in deciding else []
    for output in table.outputs:
        if output.type != "choice" or table.hit.startswith("collect "):
            continue
        given = {dict(outcome)[output.name] for outcome in rows}
        for word in output.of:
            if word in given:
                continue
            naming = tuple(
                number
                for number, row in enumerate(table.rows, 1)
                if dict(row.outcome)[output.name] == word
            )
            why = "no row gives it"
            if naming:
                several = len(naming) > 1
                listed = ", ".join(map(str, naming))
                why = f"row{'s' if several else ''} {listed}, which give{'' if several else 's'} it"
                why += ", can never decide"
            yield Flaw(
                table=table.id,
                kind="unreachable",
                what=f"decision {table.id!r}: {output.name!r} never comes to {word!r}: {why}.",
                rows=naming,
            )


def mergeable(decider: Decider, *, most: int = MOST) -> list[Flaw]:
    """
    Pairs of rows that one row could stand for: all the same but for one cell.

    Args:
        decider: The table.
        most: Stop after so many.
    """
    found: dict[tuple[int, int], Flaw] = {}
    for at, column in enumerate(decider.columns):
        seen: dict[object, list[int]] = {}
        for row, said in enumerate(decider.table.rows):
            bits = [other.bits[row] for other in decider.columns]
            if not all(bits):
                continue
            bits[at] = 0
            key = tuple(bits), said.outcome, said.because, said.valid_from, said.valid_until
            for other in seen.setdefault(key, []):
                cell = _merged(column, other, row)
                if cell is not None and _safe(decider, other, row):
                    found[other, row] = _merge(decider, at, cell, (other, row))
                    break
            seen[key].append(row)
            if len(found) >= most:
                return list(found.values())
    return list(found.values())


def _merged(column: Column, one: int, other: int) -> Cell | None:
    both = column.bits[one] | column.bits[other]
    # One that holds the other is shadowed, not merged; where all rows count, twice is twice.
    if column.bits[one] & column.bits[other]:
        return None
    if isinstance(column.regions, Maybe) and len(column.regions.split(both)) > 1:
        return None
    return column.regions.cell(both)


def _safe(decider: Decider, above: int, below: int) -> bool:
    # Under "first" the lower row moves up: nothing that it meets on the way may say otherwise.
    table = decider.table
    if table.hit != "first":
        return table.hit not in ("rule order", "output order", "collect") or below == above + 1
    outcome = frozenset(table.rows[below].outcome)
    return all(
        frozenset(table.rows[row].outcome) == outcome
        or not all(column.bits[row] & column.bits[below] for column in decider.columns)
        for row in range(above + 1, below)
    )


def _merge(decider: Decider, at: int, cell: Cell, rows: tuple[int, int]) -> Flaw:
    table = decider.table
    field = decider.columns[at].field
    row = table.rows[rows[0]]
    cells = [
        (each.name, cell if each.name == field.name else row.cell(each.name))
        for each in table.inputs
    ]
    shown = say_cells([pair for pair in cells if not isinstance(pair[1], Anything)])
    bits = [next(places(column.bits[rows[0]])) for column in decider.columns]
    witness = as_facts(decider.columns, bits)
    return Flaw(
        table=table.id,
        kind="mergeable",
        what=f"decision {table.id!r}: rows {rows[0] + 1} and {rows[1] + 1} can be one row: "
        f"{shown or 'any'}, for example {tell(witness)}.",
        rows=(rows[0] + 1, rows[1] + 1),
        witness=witness,
    )
