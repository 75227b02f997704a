"""
A handbook taken apart into the smallest things that it says, to see which of them changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from propflow.sites.nodes import Entries, Items, Node, Word
from propflow.sites.tailoring.finding import KEYED, LISTED
from propflow.sites.tailoring.said import flow
from propflow.sites.tailoring.tree import SHARED, Key, Tree, is_steps, name_of, same

#: What an atom is about, from large to small: ``("procedure", "fees", "step", "pay", "by")``.
Token = tuple[str, ...]
Atoms = Mapping[Token, Node]

_YES = Word("yes")
_END = Word("(end)")
_LISTS = {("post", "duties"): "duty", ("duties", "list"): "duty"} | {
    (kind, part): name for name, (kind, part, _) in LISTED.items()
}
_MAPS = {(kind, part): name for name, (kind, part) in KEYED.items()}


def atoms(tree: Tree) -> dict[Token, Node]:
    """
    What a handbook says, atom by atom.

    The order of steps and of rows is said as what follows what. What all files share counts
    once, in whichever of them it stands; duties count by their names, their post or list as one
    of their keys.
    """
    found: dict[Token, Node] = {}
    for key in tree.files:
        found.update(_file(key, tree.files[key]))
    return found


def changed(before: Tree, after: Tree) -> dict[Token, tuple[Node | None, Node | None]]:
    """
    The atoms in which two handbooks differ, each as it was and as it is; nothing where it is not.
    """
    keys = [
        key
        for key in dict.fromkeys((*before.files, *after.files))
        if before.files.get(key) is not after.files.get(key)
    ]
    was, now = (
        {t: n for key in keys if key in tree.files for t, n in _file(key, tree.files[key])}
        for tree in (before, after)
    )
    return {
        token: (was.get(token), now.get(token))
        for token in dict.fromkeys((*was, *now))
        if not same(was.get(token), now.get(token))
    }


def _file(key: Key, file: Entries) -> Iterator[tuple[Token, Node]]:
    kind, name = key
    shared = kind in ("handbook", SHARED)
    home: Token = ("handbook",) if shared else (kind, name)
    if not shared:
        yield home, _YES
    for part, value in file.items():
        if part in ("locked", SHARED):
            continue
        if kind == "procedure" and part == "steps" and isinstance(value, Items):
            yield from _steps(home, value, "start")
        elif kind == "procedure" and part == "graph" and isinstance(value, Entries):
            yield from _graph(home, value)
        elif kind == "decision" and part == "rows" and isinstance(value, Items):
            yield from _rows(home, value)
        elif (kind, str(part)) in _LISTS and isinstance(value, Items):
            yield from _listed(home, _LISTS[kind, str(part)], value)
        elif ("handbook" if shared else kind, str(part)) in _MAPS and isinstance(value, Entries):
            thing = _MAPS["handbook" if shared else kind, str(part)]
            # What all files share is known by its name alone.
            for one, said in value.items():
                yield from _entry((thing, str(one)) if shared else (*home, thing, str(one)), said)
        else:
            yield from _entry((*home, str(part)), value)


def _entry(home: Token, value: Node) -> Iterator[tuple[Token, Node]]:
    if isinstance(value, Entries):
        yield home, _YES
        for key, inner in value.items():
            yield (*home, str(key)), inner
    else:
        yield home, value


def _listed(home: Token, thing: str, value: Items) -> Iterator[tuple[Token, Node]]:
    for entry in value:
        if isinstance(entry, Entries):
            own: Token = (*home, thing, name_of(entry))
            if thing == "duty":
                own = (thing, name_of(entry))
                yield (*own, "on" if home[0] == "post" else "of"), Word(home[1])
            yield from _entry(own, entry)


def _rows(home: Token, rows: Items) -> Iterator[tuple[Token, Node]]:
    names = [flow(row) for row in rows]
    for number, row in enumerate(rows):
        yield (*home, "row", names[number]), row
    for one, other in zip(["(start)", *names], [*names, "(end)"], strict=True):
        yield (*home, "after row", one), Word(other)


def _steps(home: Token, steps: Items, start: str) -> Iterator[tuple[Token, Node]]:
    before = start
    for step in steps:
        if not isinstance(step, Entries):
            continue
        name = name_of(step)
        yield (*home, "after", before), Word(name)
        before = name
        yield (*home, "step", name), _YES
        for key, value in step.items():
            if is_steps(value):
                yield (*home, "step", name, str(key)), _YES
                yield from _steps(home, cast("Items", value), f"start of {key} of {name}")
            else:
                yield (*home, "step", name, str(key)), value
    yield (*home, "after", before), _END


def _graph(home: Token, graph: Entries) -> Iterator[tuple[Token, Node]]:
    nodes, edges = (graph.get(cast("Word", key)) for key in ("nodes", "edges"))
    for node in nodes if isinstance(nodes, Items) else ():
        yield from _entry((*home, "step", name_of(node)), node)
    for edge in edges if isinstance(edges, Items) else ():
        yield (*home, "edge", flow(edge)), edge
