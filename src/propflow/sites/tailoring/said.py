"""
Nodes in words, and what an operation expects held against what there is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from propflow.errors import FaultyFileError, Place, nearest
from propflow.sites.faults import Faults, refuse
from propflow.sites.nodes import Entries, Items, Node, Word
from propflow.sites.tailoring.tree import alike, fits

_PLAIN = re.compile(r"^[^\s\[\]{},:#&*!|>'\"%@`?-][^\[\]{},:#'\"\n]*$")
#: What is shown of a thing whose expectation is missing: the first of these that it has.
_TELLING = ("by", "to", "table", "fact", "for", "procedure", "rhythm", "within", "en", "title")


def flow(node: Node) -> str:
    """
    A node on one line, as it could stand in a file.
    """
    if isinstance(node, Word):
        text = str(node)
        if _PLAIN.match(text) and text == text.strip():
            return text
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    if isinstance(node, Items):
        return "[" + ", ".join(map(flow, node)) + "]"
    return "{" + ", ".join(f"{flow(key)}: {flow(value)}" for key, value in node.items()) + "}"


def short(node: Node, most: int = 72) -> str:
    """
    A node on one line, cut where it is long.
    """
    text = str(node) if isinstance(node, Word) else flow(node)
    return text if len(text) <= most else text[: most - 3] + "..."


def expect(found: Entries, pattern: Node | None, place: Place, what: str) -> None:
    """
    Hold what an operation expects of a thing against the thing.

    Raises:
        FaultyFileError: It expects nothing, or something else than there is.
    """
    if not isinstance(pattern, Entries) or not pattern:
        raise refuse(
            place, f"say what you expect of {what}, so that nothing is lost unseen: {hint(found)}."
        )
    faults = Faults()
    check(found, pattern, what, faults)
    faults.close()


def check(found: Entries, pattern: Entries, what: str, faults: Faults) -> None:
    """
    Note each key in which a thing is not as it is expected to be.
    """
    for key, wanted in pattern.items():
        if key not in found:
            faults.add(key.place, f"{what} has no {str(key)!r}.{nearest(key, found)}")
        elif not alike(found[key], wanted):
            faults.add(wanted.place, differs(f"{str(key)!r} of {what}", wanted, found[key]))


def differs(what: str, wanted: Node, found: Node) -> str:
    """
    The sentence for something that is not as an operation expects it.
    """
    return (
        f"{what} is {short(found)!r} ({found.place}), and this expects {short(wanted)!r}. "
        "Look at both and write down what you expect now."
    )


def hint(found: Entries) -> str:
    """
    An expectation that would do, for whoever wrote none.
    """
    key = next((key for key in _TELLING if key in found), None)
    keys = [key] if key is not None else list(found)[:1]
    pairs = (f"{one}: {flow(found[one])}" for one in keys)  # type: ignore[index]
    return "expects: {" + ", ".join(pairs) + "}"


def row_of(rows: Items, pattern: Node | None, place: Place, table: str) -> int:
    """
    The number of the one row that says all that a pattern says, counted from 0.

    Of several, the one that says nothing besides, reasons and days aside.

    Raises:
        FaultyFileError: No row fits, or more than one.
    """
    if not isinstance(pattern, Entries) or not pattern:
        raise refuse(place, f"say which row of decision {table!r}: its cells, and 'then'.")
    found = [n for n, row in enumerate(rows) if isinstance(row, Entries) and fits(row, pattern)]
    if len(found) > 1:
        aside = {"because", "valid-from", "valid-until"}
        only = [n for n in found if set(rows[n]) - aside == set(pattern) - aside]
        found = only or found
    if len(found) == 1:
        return found[0]
    if found:
        numbers = ", ".join(str(n + 1) for n in found)
        raise refuse(
            pattern.place,
            f"rows {numbers} of decision {table!r} are like {short(pattern)}. "
            "Name more of what the one that you mean says.",
        )
    raise refuse(
        pattern.place, f"decision {table!r} has no row like {short(pattern)}.{_near(rows, pattern)}"
    )


def _near(rows: Items, pattern: Entries) -> str:
    """
    The row that comes nearest to a pattern, as a closing sentence.
    """
    best, which = 0, -1
    for number, row in enumerate(rows):
        if isinstance(row, Entries):
            agree = sum(key in row and alike(row[key], pattern[key]) for key in pattern)
            if agree > best:
                best, which = agree, number
    if which < 0:
        return ""
    cells = [f"{flow(k)}: {flow(v)}" for k, v in rows[which].items() if k != "because"]  # type: ignore[union-attr]
    return f" Nearest is row {which + 1}: {{{', '.join(cells)}}} ({rows[which].place})."


def missing(kind: str, name: Word, known: Iterable[str], where: str = "") -> FaultyFileError:
    """
    The refusal of a name that is not there.
    """
    tail = f" {where}" if where else ""
    return refuse(name.place, f"there is no {kind} {str(name)!r}{tail}.{nearest(name, known)}")
