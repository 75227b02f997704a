"""
Made-up tailorings of a handbook, for whoever tests what tailoring must never break.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast

from hypothesis import strategies as st

from propflow.sites.nodes import Entries, Items, Node, Word
from propflow.sites.tailoring.atoms import Token, atoms, changed
from propflow.sites.tailoring.finding import duties, names_of
from propflow.sites.tailoring.layers import apply
from propflow.sites.tailoring.tree import Spot, Tree, name_of, steps_in

Draw = Callable[[st.SearchStrategy[Any]], Any]
_TIMES = ("5 minutes", "25 minutes", "3 hours", "4 days")
_RHYTHMS = ("daily at 07:10", "weekly on friday at 16:00", "monthly on day 4 at 11:00")


def node(value: object) -> Node:
    """
    A word, list or mapping as a file would say it.
    """
    if isinstance(value, Word | Items | Entries):
        return value
    if isinstance(value, dict):
        entries = Entries("made-up.yaml")
        for key, inner in value.items():
            entries[Word(str(key), "made-up.yaml")] = node(inner)
        return entries
    if isinstance(value, list | tuple):
        items = Items("made-up.yaml")
        items.extend(map(node, value))
        return items
    return Word(str(value), "made-up.yaml")


@st.composite
def operations(draw: Draw, tree: Tree) -> Entries:
    """
    One change that fits a handbook: it can be made, though what comes of it may be refused.
    """
    kinds = [make for make in _KINDS if next(make(tree, draw, peek="yes"), None) is not None]
    make = draw(st.sampled_from(kinds))
    return cast("Entries", node(next(make(tree, draw, peek="no"))))


@st.composite
def tailorings(draw: Draw, tree: Tree, *, most: int = 4) -> tuple[Entries, ...]:
    """
    Some changes, each of which fits the handbook as those before it leave it.

    Args:
        draw: From Hypothesis.
        tree: The handbook, as `propflow.sites.sources.tree_of` reads it.
        most: How many changes at the most.
    """
    found = []
    for _ in range(draw(st.integers(0, most))):
        operation = draw(operations(tree))
        tree, _edits = apply(tree, operation)
        found.append(operation)
    return tuple(found)


def apart(tree: Tree, one: Entries, other: Entries) -> bool:
    """
    Whether two changes are to different places, so that their order cannot matter.

    They are not where both change the same atom, nor where one brings, takes or renames a thing
    that the other speaks of.
    """
    places = [changed(tree, apply(tree, operation)[0]) for operation in (one, other)]
    if places[0].keys() & places[1].keys():
        return False
    said = [set(_words(operation)) for operation in (one, other)]
    moved = [set(_names(place)) for place in places]
    for names, operation in zip(moved, (one, other), strict=True):
        verb = next(iter(operation))
        if verb in ("remove", "replace", "split"):
            names.add(str(operation[verb]))  # whatever was there is written anew
    return not (moved[0] & said[1] or moved[1] & said[0] or moved[0] & moved[1])


def _names(place: dict[Token, tuple[Node | None, Node | None]]) -> Iterator[str]:
    for token, (before, after) in place.items():
        if before is None or after is None:
            yield token[-1]


def _words(value: Node) -> Iterator[str]:
    if isinstance(value, Word):
        yield str(value)
        yield from str(value).split()
    elif isinstance(value, Items):
        for one in value:
            yield from _words(one)
    else:
        for inner in value.values():
            yield from _words(inner)


# -- one maker a verb; with peek="yes" it only says whether it finds anything to change --------


def _one(draw: Draw, peek: str, found: list[Any]) -> Iterator[Any]:
    if found:
        yield found[0] if peek == "yes" else draw(st.sampled_from(found))


def _name(tree: Tree, draw: Draw, peek: str) -> str:
    """
    A name that nothing has yet.
    """
    if peek == "yes":
        return "new"
    taken = {token[-1] for token in atoms(tree)}
    number = draw(st.integers(0, 10**6))
    while f"new-{number}" in taken:
        number += 1
    return f"new-{number}"


def _spots(tree: Tree) -> list[tuple[str, Spot]]:
    return [
        (name, spot)
        for kind, name in tree.files
        if kind == "procedure" and "graph" not in tree.files[kind, name]
        for spot in steps_in(tree.files[kind, name])
    ]


def _head(spot: Spot) -> dict[str, object]:
    key = next(iter(spot.step))
    return {key: spot.step[key]}


def _set(tree: Tree, draw: Draw, peek: str) -> Iterator[object]:
    found = [
        (str(name), value)
        for key in tree.shared()
        for name, value in cast("Entries", tree.get(key, ("settings",)) or Entries()).items()
        if isinstance(value, Entries) and value.get(cast("Word", "type")) == "duration"
    ]
    for name, value in _one(draw, peek, found):
        to = draw(st.sampled_from(_TIMES)) if peek == "no" else ""
        yield {"set": name, "expects": value[cast("Word", "value")], "to": to}


def _reword(tree: Tree, draw: Draw, peek: str) -> Iterator[object]:
    for name, spot in _one(draw, peek, [(n, s) for n, s in _spots(tree) if "en" in s.step]):
        words = {"en": spot.step[cast("Word", "en")]}
        yield {"reword": spot.name, "in": name, "expects": words, "en": _name(tree, draw, peek)}


def _insert(tree: Tree, draw: Draw, peek: str) -> Iterator[object]:
    roles = names_of(tree, "role")
    for name, spot in _one(draw, peek, _spots(tree)):
        where = "after" if peek == "yes" else draw(st.sampled_from(("after", "before")))
        step = {"tell": _name(tree, draw, peek), "to": roles[0]}
        yield {"insert": [step], "in": name, where: spot.name}


def _remove(tree: Tree, draw: Draw, peek: str) -> Iterator[object]:
    for name, spot in _one(draw, peek, _spots(tree)):
        yield {"remove": spot.name, "in": name, "expects": _head(spot)}


def _replace(tree: Tree, draw: Draw, peek: str) -> Iterator[object]:
    roles = names_of(tree, "role")
    for name, spot in _one(draw, peek, _spots(tree)):
        steps = [{"tell": _name(tree, draw, peek), "to": roles[-1]}]
        yield {"replace": spot.name, "in": name, "expects": _head(spot), "with": steps}


def _split(tree: Tree, draw: Draw, peek: str) -> Iterator[object]:
    some = [(n, s) for n, s in _spots(tree) if next(iter(s.step)) == "do"]
    for name, spot in _one(draw, peek, some):
        first = {"do": _name(tree, draw, peek), "by": spot.step[cast("Word", "by")]}
        parts = [first, spot.step]
        yield {"split": spot.name, "in": name, "expects": _head(spot), "into": parts}


def _reorder(tree: Tree, draw: Draw, peek: str) -> Iterator[object]:
    spots = _spots(tree)
    pairs = [
        (name, one.name, other.name)
        for name, one in spots
        for again, other in spots
        if name == again and one.home == other.home and other.number == one.number + 1
    ]
    for name, one, other in _one(draw, peek, pairs):
        yield {"reorder": [other, one], "in": name, "expects": [one, other]}


def _rename(tree: Tree, draw: Draw, peek: str) -> Iterator[object]:
    for name, spot in _one(draw, peek, _spots(tree)):
        yield {"rename": spot.name, "in": name, "to": _name(tree, draw, peek)}


def _change(tree: Tree, draw: Draw, peek: str) -> Iterator[object]:
    some = [(n, s) for n, s in _spots(tree) if next(iter(s.step)) in ("do", "ask")]
    for name, spot in _one(draw, peek, some):
        key = "by" if peek == "yes" else draw(st.sampled_from(("by", "within")))
        to = names_of(tree, "role")[0] if key == "by" else "7 minutes"
        old = {key: spot.step[cast("Word", key)]} if key in spot.step else {}
        yield {"change": spot.name, "in": name, "expects": old, "to": {key: to}}


def _rows(tree: Tree) -> list[tuple[str, Items, int]]:
    found = [(name, tree.get((kind, name), ("rows",))) for kind, name in tree.files]
    return [
        (name, rows, number)
        for name, rows in found
        if isinstance(rows, Items)
        for number in range(len(rows))
    ]


def _like(row: Node) -> dict[str, object]:
    return {str(k): v for k, v in cast("Entries", row).items() if k != "because"}


def _add_row(tree: Tree, draw: Draw, peek: str) -> Iterator[object]:
    for name, rows, number in _one(draw, peek, _unlike(tree)):
        row = {**_like(rows[number]), "because": {"en": _name(tree, draw, peek)}}
        yield {"add-row": name, "row": row, "before": _like(rows[number])}


def _edit_row(tree: Tree, draw: Draw, peek: str) -> Iterator[object]:
    for name, rows, number in _one(draw, peek, _unlike(tree)):
        row = cast("Entries", rows[number])
        old = {"because": row[cast("Word", "because")]} if "because" in row else {}
        new = {"because": {"en": _name(tree, draw, peek)}}
        yield {"edit-row": name, "expects": {**_like(row), **old}, "to": new}


def _delete_row(tree: Tree, draw: Draw, peek: str) -> Iterator[object]:
    for name, rows, number in _one(draw, peek, _unlike(tree)):
        yield {"delete-row": name, "expects": _like(rows[number])}


def _reorder_rows(tree: Tree, draw: Draw, peek: str) -> Iterator[object]:
    some = [one for one in _unlike(tree) if one[2] + 1 < len(one[1])]
    some = [one for one in some if (one[0], one[1], one[2] + 1) in _unlike(tree)]
    for name, rows, number in _one(draw, peek, some):
        both = [_like(rows[number]), _like(rows[number + 1])]
        yield {"reorder-rows": name, "expects": both, "to": both[::-1]}


def _unlike(tree: Tree) -> list[tuple[str, Items, int]]:
    """
    The rows that no other row is like.
    """
    return [
        (name, rows, number)
        for name, rows, number in _rows(tree)
        if sum(_like(row) == _like(rows[number]) for row in rows) == 1
    ]


def _add(tree: Tree, draw: Draw, peek: str) -> Iterator[object]:
    name = _name(tree, draw, peek)
    posts = tree.names("post")
    some: list[dict[str, object]] = [{"add": {"role": name, "en": name, "zh": name}}]
    some += [
        {"add": {"duty": name, "rhythm": _RHYTHMS[0], "en": name}, "on": post} for post in posts
    ]
    some += [
        {"add": {"law": name, "existence": spot.name, "en": name}, "in": of}
        for of, spot in _spots(tree)[:20]
    ]
    yield from _one(draw, peek, some)


def _drop(tree: Tree, draw: Draw, peek: str) -> Iterator[object]:
    for duty in _one(draw, peek, list(duties(tree))):
        rhythm = {"rhythm": duty.node[cast("Word", "rhythm")]}
        yield {"drop": {"duty": duty.name}, "expects": rhythm}


def _rhythm(tree: Tree, draw: Draw, peek: str) -> Iterator[object]:
    for duty in _one(draw, peek, list(duties(tree))):
        to = _RHYTHMS[0] if peek == "yes" else draw(st.sampled_from(_RHYTHMS))
        old = {"rhythm": duty.node[cast("Word", "rhythm")]}
        yield {"change": {"duty": duty.name}, "expects": old, "to": {"rhythm": to}}


def _disable(tree: Tree, draw: Draw, peek: str) -> Iterator[object]:
    for duty in _one(draw, peek, list(duties(tree))):
        yield {"disable": {"duty": name_of(duty.node)}}


_KINDS = (
    _set, _reword, _insert, _remove, _replace, _split, _reorder, _rename, _change, _add_row,
    _edit_row, _delete_row, _reorder_rows, _add, _drop, _rhythm, _disable,
)  # fmt: skip
