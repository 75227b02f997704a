"""
A handbook as its files say it, and how to change a copy: nothing that was read is touched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

import attrs

from propflow.errors import Place
from propflow.sites.nodes import Entries, Items, Node, Word

#: Kind and name of a file, as in ``("procedure", "fees")``; handbook.yaml has no name of its own.
Key = tuple[str, str]
#: The way from a file to something in it: keys, and numbers in lists.
Path = tuple[str | int, ...]
#: What all files of a handbook share.
HANDBOOK: Key = ("handbook", "")
#: The kind of the files beside it that share the same.
SHARED = "shared"
#: The folder of each kind of file.
FOLDERS = {
    "procedure": "procedures",
    "decision": "decisions",
    "rulebook": "rulebooks",
    "post": "posts",
    "duties": "duties",
}


@attrs.frozen
class Tree:
    """
    The files of a handbook.

    Attributes:
        files: What each of them says.
    """

    files: Mapping[Key, Entries] = attrs.field(factory=dict, repr=False)

    def get(self, key: Key, path: Path = ()) -> Node | None:
        """
        What stands at a place, or nothing.
        """
        node: Node | None = self.files.get(key)
        for part in path:
            if isinstance(part, int):
                found = isinstance(node, Items) and part < len(node)
                node = cast("Items", node)[part] if found else None
            else:
                node = node.get(cast("Word", part)) if isinstance(node, Entries) else None
        return node

    def names(self, kind: str) -> tuple[str, ...]:
        """
        The names of the files of a kind.
        """
        return tuple(name for of, name in self.files if of == kind)

    def shared(self) -> tuple[Key, ...]:
        """
        The files that say what all others share: handbook.yaml first.
        """
        own = (HANDBOOK,) if HANDBOOK in self.files else ()
        return (*own, *(key for key in self.files if key[0] == SHARED))

    def put(self, key: Key, path: Path, node: Node | None) -> Tree:
        """
        A tree in which something else stands at a place; a whole file may come or go.
        """
        files = dict(self.files)
        if path:
            files[key] = cast("Entries", _put(files[key], path, node))
        elif node is None:
            del files[key]
        else:
            files[key] = cast("Entries", node)
        return Tree(files)


def _put(node: Node, path: Path, new: Node | None) -> Node:
    first, *rest = path
    inner = new
    if rest:
        held: Any = node
        inner = _put(held[first], tuple(rest), new)
    assert inner is not None  # noqa: S101  only files come and go; a list is put anew
    if isinstance(node, Items):
        items = listed(node, node)
        items[cast("int", first)] = inner
        return items
    entries = copied(cast("Entries", node))
    entries[cast("Word", first)] = inner
    return entries


def copied(entries: Entries, place: Place | None = None) -> Entries:
    """
    The same keys and values, at a place of their own where one is given.
    """
    at = place or entries.place
    made = Entries(at.file, at.line, at.column)
    made.update(entries)
    return made


def listed(items: Iterator[Node] | list[Node], like: Items | Entries) -> Items:
    """
    A list of nodes that stands where another does.
    """
    made = Items(like.file, like.line, like.column)
    made.extend(items)
    return made


def same(one: Node | None, other: Node | None) -> bool:
    """
    Whether two nodes say the same, in the same order; where they stand does not matter.
    """
    if one is other:
        return True
    if isinstance(one, Word) and isinstance(other, Word):
        return str(one) == str(other)
    if isinstance(one, Items) and isinstance(other, Items):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, Entries) and isinstance(other, Entries):
        return list(one) == list(other) and all(map(same, one.values(), other.values()))
    return False


def alike(one: Node | None, other: Node | None) -> bool:
    """
    Whether two nodes mean the same: keys in any order, white space and a list of one aside.
    """
    if one is other:
        return True
    if isinstance(one, Items) and len(one) == 1 and isinstance(other, Word):
        one = one[0]
    if isinstance(other, Items) and len(other) == 1 and isinstance(one, Word):
        other = other[0]
    if isinstance(one, Word) and isinstance(other, Word):
        return one.split() == other.split()
    if isinstance(one, Items) and isinstance(other, Items):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, Entries) and isinstance(other, Entries):
        return set(one) == set(other) and all(alike(one[key], other[key]) for key in one)
    return False


def fits(entries: Entries, pattern: Entries) -> bool:
    """
    Whether entries say all that a pattern says, and more perhaps.
    """
    return all(key in entries and alike(entries[key], pattern[key]) for key in pattern)


# -- steps ----------------------------------------------------------------------------------


@attrs.frozen
class Spot:
    """
    A step and where it stands in its file.

    Attributes:
        path: The way to it: the list's path and its number in the list.
        step: What it says.
    """

    path: Path
    step: Entries

    @property
    def name(self) -> str:
        """
        Its name.
        """
        return name_of(self.step)

    @property
    def home(self) -> Path:
        """
        The way to the list that it stands in.
        """
        return self.path[:-1]

    @property
    def number(self) -> int:
        """
        Its number in the list, counted from 0.
        """
        return cast("int", self.path[-1])


def name_of(entry: Node) -> str:
    """
    The name that follows the first key of an entry.
    """
    first = next(iter(entry.values()), None) if isinstance(entry, Entries) else None
    return str(first) if isinstance(first, Word) else ""


def is_steps(node: Node) -> bool:
    """
    Whether a value of a step is a list of steps.
    """
    return isinstance(node, Items) and bool(node) and all(isinstance(one, Entries) for one in node)


def steps_in(file: Entries) -> Iterator[Spot]:
    """
    Every step of a procedure's file, in reading order: each before the steps that it holds.
    """
    steps = file.get(cast("Word", "steps"))
    if isinstance(steps, Items):
        yield from _steps(steps, ("steps",))
    graph = file.get(cast("Word", "graph"))
    nodes = graph.get(cast("Word", "nodes")) if isinstance(graph, Entries) else None
    if isinstance(nodes, Items):
        yield from _steps(nodes, ("graph", "nodes"))


def _steps(steps: Items, path: Path) -> Iterator[Spot]:
    for number, step in enumerate(steps):
        if isinstance(step, Entries):
            here = (*path, number)
            yield Spot(here, step)
            for key, value in step.items():
                if is_steps(value):
                    yield from _steps(cast("Items", value), (*here, str(key)))


# -- changing -------------------------------------------------------------------------------


@attrs.frozen
class Edit:
    """
    What an operation did at one place.

    Attributes:
        key: The file.
        path: The way to the place in it; empty for the whole file.
        before: What stood there; nothing where the file was not there.
        after: What stands there now; nothing where the file is gone.
    """

    key: Key
    path: Path
    before: Node | None
    after: Node | None

    def inverse(self) -> Edit:
        """
        What undoes it.
        """
        return attrs.evolve(self, before=self.after, after=self.before)


class Draft:
    """
    A tree that is being changed, and what was done to it.
    """

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.edits: list[Edit] = []

    def put(self, key: Key, path: Path, node: Node | None) -> None:
        """
        Put something else at a place.
        """
        self.edits.append(Edit(key, path, self.tree.get(key, path), node))
        self.tree = self.tree.put(key, path, node)


def revert(tree: Tree, edits: tuple[Edit, ...] | list[Edit]) -> Tree:
    """
    The tree as it was before these edits, which were the last that were made.

    Raises:
        ValueError: At one of the places stands something else than the edit left there.
    """
    for edit in reversed(edits):
        if not same(tree.get(edit.key, edit.path), edit.after):
            raise ValueError(f"{edit.key} {edit.path} was changed again")
        tree = tree.put(edit.key, edit.path, edit.before)
    return tree
