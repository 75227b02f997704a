"""
Finds what an operation speaks of: a step, a duty, a law, a role, a whole procedure.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import attrs

from propflow.sites.faults import refuse
from propflow.sites.nodes import Entries, Items, Node, Word
from propflow.sites.tailoring.said import missing
from propflow.sites.tailoring.tree import (
    Key,
    Path,
    Spot,
    Tree,
    copied,
    name_of,
    steps_in,
)

#: Kinds that have a file of their own.
FILES = ("procedure", "decision", "rulebook", "post")
#: Kinds that stand in a list of a file: the kind of file, the list, and the key of the name.
LISTED = {
    "law": ("procedure", "laws", "law"),
    "interrupt": ("procedure", "interrupts", "on"),
    "rule": ("rulebook", "rules", "rule"),
    "order": ("post", "orders", "order"),
    "response": ("post", "responses", "on"),
}
#: Kinds that stand under their name in a file: the kind of file, and the key.
KEYED = {
    "fact": ("procedure", "facts"),
    "input": ("decision", "inputs"),
    "output": ("decision", "outputs"),
    "role": ("handbook", "roles"),
    "office": ("handbook", "offices"),
    "ladder": ("handbook", "ladders"),
    "party": ("handbook", "parties"),
    "record": ("handbook", "records"),
    "message": ("handbook", "messages"),
    "setting": ("handbook", "settings"),
    "book": ("handbook", "books"),
}
#: Every kind of thing that an operation can name.
THINGS = ("step", *FILES, "duty", *LISTED, *KEYED)


@attrs.frozen
class Thing:
    """
    Something that an operation speaks of.

    Attributes:
        kind: What it is: ``step``, ``duty``, ``law`` …
        name: Its name.
        key: The file that it stands in.
        path: The way to it in that file.
        node: What it says. Of a ladder, its roles under the key ``roles``.
        within: The procedure, post or so on that it belongs to, where it does.
    """

    kind: str
    name: str
    key: Key
    path: Path
    node: Entries
    within: str = ""

    def __str__(self) -> str:
        tail = f" of {self.key[0]} {self.within!r}" if self.within else ""
        return f"{self.kind} {self.name!r}{tail}"


def subject_of(node: Node, verb: Word) -> tuple[str, Word]:
    """
    Kind and name that a verb names: a word is a step.

    Raises:
        FaultyFileError: It names nothing, or something that there is no kind of.
    """
    if isinstance(node, Word):
        return "step", node
    entries = cast("Entries", node)
    kind = next(iter(entries), None)
    if kind is None or len(entries) != 1:
        raise refuse(entries.place, f"{str(verb)!r} names one thing, as in {{duty: patrol-round}}.")
    if kind not in THINGS:
        raise missing("kind of thing", kind, THINGS)
    return str(kind), cast("Word", entries[kind])


def find(tree: Tree, kind: str, name: Word, operation: Entries) -> Thing:
    """
    The thing of that kind and name.

    Args:
        tree: Where it is looked for.
        kind: One of `THINGS`.
        name: Its name as the operation writes it.
        operation: The operation, whose ``in`` or ``on`` says where a part stands.

    Raises:
        FaultyFileError: It is not there, or the operation does not say where to look.
    """
    if kind == "step":
        key = file_of(tree, "procedure", operation, "in", kind)
        spot = spot_of(tree, key, name)
        return Thing(kind, str(name), key, spot.path, spot.step, key[1])
    if kind in FILES:
        if (kind, name) not in tree.files:
            raise missing(kind, name, tree.names(kind))
        return Thing(kind, str(name), (kind, str(name)), (), tree.files[kind, str(name)])
    if kind == "duty":
        return duty_of(tree, name)
    if kind in LISTED:
        home, part, by = LISTED[kind]
        key = file_of(tree, home, operation, "on" if home == "post" else "in", kind)
        return _listed(tree, kind, name, key, part, by)
    home, part = KEYED[kind]
    if home == "handbook":
        return _shared(tree, kind, name, part)
    key = file_of(tree, home, operation, "in", kind)
    entries = tree.get(key, (part,))
    known = entries if isinstance(entries, Entries) else Entries()
    if name not in known:
        raise missing(kind, name, known, f"in {key[0]} {key[1]!r}")
    return Thing(kind, str(name), key, (part, str(name)), _entries(kind, known[name]), key[1])


def _shared(tree: Tree, kind: str, name: Word, part: str) -> Thing:
    every: list[str] = []
    for key in tree.shared():
        entries = tree.get(key, (part,))
        if isinstance(entries, Entries):
            if name in entries:
                node = _entries(kind, entries[name])
                return Thing(kind, str(name), key, (part, str(name)), node)
            every += map(str, entries)
    raise missing(kind, name, every)


def names_of(tree: Tree, kind: str) -> tuple[str, ...]:
    """
    The names of the things of a kind that all files share: roles, settings, records and so on.
    """
    parts = [tree.get(key, (KEYED[kind][1],)) for key in tree.shared()]
    return tuple(str(name) for part in parts if isinstance(part, Entries) for name in part)


def file_of(tree: Tree, kind: str, operation: Entries, where: str, of: str) -> Key:
    """
    The file that the key *where* of an operation names.

    Raises:
        FaultyFileError: The operation does not say it, or there is no such file.
    """
    name = operation.get(cast("Word", where))
    called = "list of duties" if kind == "duties" else kind
    if not isinstance(name, Word):
        raise refuse(operation.place, f"say which {called} the {of} belongs to: '{where}: NAME'.")
    if (kind, name) not in tree.files:
        raise missing(called, name, tree.names(kind))
    return kind, str(name)


def spot_of(tree: Tree, key: Key, name: Word) -> Spot:
    """
    The step of that name in a procedure.

    Raises:
        FaultyFileError: There is none.
    """
    known = []
    for spot in steps_in(tree.files[key]):
        if spot.name == name:
            return spot
        known.append(spot.name)
    raise missing("step", name, known, f"in procedure {key[1]!r}")


def duties(tree: Tree) -> Iterator[Thing]:
    """
    Every duty, those of posts first.
    """
    for kind, part in (("post", "duties"), ("duties", "list")):
        for key in [key for key in tree.files if key[0] == kind]:
            found = tree.get(key, (part,))
            for number, duty in enumerate(found if isinstance(found, Items) else ()):
                if isinstance(duty, Entries):
                    yield Thing("duty", name_of(duty), key, (part, number), duty)


def duty_of(tree: Tree, name: Word) -> Thing:
    """
    The duty of that name.

    Raises:
        FaultyFileError: There is none.
    """
    known = []
    for duty in duties(tree):
        if duty.name == name:
            return duty
        known.append(duty.name)
    raise missing("duty", name, known)


def _listed(tree: Tree, kind: str, name: Word, key: Key, part: str, by: str) -> Thing:
    known = []
    found = tree.get(key, (part,))
    for number, entry in enumerate(found if isinstance(found, Items) else ()):
        if isinstance(entry, Entries):
            own: Any = entry.get(cast("Word", by))
            if own == name:
                return Thing(kind, str(name), key, (part, number), entry, key[1])
            known.append(str(own))
    raise missing(kind, name, known, f"in {key[0]} {key[1]!r}")


def _entries(kind: str, node: Node) -> Entries:
    if kind == "ladder" or not isinstance(node, Entries):
        made = Entries(node.file, node.line, node.column)
        made[Word("roles", node.file, node.line, node.column)] = node
        return made
    return node


def as_written(kind: str, entries: Entries) -> Node:
    """
    What stands in the file for a thing: of a ladder, its roles alone.
    """
    if kind == "ladder":
        return entries.get(cast("Word", "roles")) or entries
    return entries


def decides(file: Entries) -> set[str]:
    """
    The decision tables that a procedure's file goes by.
    """
    found = set()
    for spot in steps_in(file):
        if next(iter(spot.step)) == "decide":
            table = spot.step.get(cast("Word", "table"))
            found.add(str(table) if isinstance(table, Word) else spot.name)
    return found


def without(entries: Entries, *keys: str) -> Entries:
    """
    The same entries without some keys.
    """
    made = copied(entries)
    for key in keys:
        made.pop(cast("Word", key), None)
    return made
