"""
Gathers the files of a handbook's folder, each read and structured, and the names in them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import Any, cast

import attrs

from propflow.errors import Place, nearest
from propflow.sites.books import lines_of
from propflow.sites.convert import structure
from propflow.sites.faults import Faults
from propflow.sites.files import (
    KINDS,
    DecisionFile,
    DutiesFile,
    HandbookFile,
    PostFile,
    ProcedureFile,
    Shared,
    SharedFile,
)
from propflow.sites.items import Shape
from propflow.sites.nodes import Entries, Word
from propflow.sites.ruleshapes import RulebookFile
from propflow.sites.tailoring.tree import FOLDERS, HANDBOOK, SHARED, Key, Tree
from propflow.sites.yaml import read

# What the names in each part of handbook.yaml, or of a file beside it, are.
_PARTS = {
    "offices": "office",
    "roles": "role",
    "ladders": "ladder",
    "parties": "party",
    "records": "record",
    "messages": "message",
    "settings": "setting",
    "books": "book",
}


@attrs.define(kw_only=True)
class Sources:
    """
    A handbook as it is written.

    Attributes:
        root: The folder.
        tree: Its files as they are written, with the changes of a tailoring.
        file: Its handbook.yaml, where that could be read.
        procedures: The procedure files that could be read, by name.
        decisions: The decision files that could be read, by name.
        rulebooks: The rulebook files that could be read, by name.
        posts: The post files that could be read, by name.
        duties: The lists of duties that could be read, by name.
        names: All names of each kind of thing, also those of files with faults.
        boxes: The gist of each numbered box.
    """

    root: Path
    tree: Tree = attrs.field(factory=Tree, repr=False)
    file: HandbookFile | None = None
    procedures: dict[str, ProcedureFile] = attrs.field(factory=dict)
    decisions: dict[str, DecisionFile] = attrs.field(factory=dict)
    rulebooks: dict[str, RulebookFile] = attrs.field(factory=dict)
    posts: dict[str, PostFile] = attrs.field(factory=dict)
    duties: dict[str, DutiesFile] = attrs.field(factory=dict)
    names: dict[str, dict[str, None]] = attrs.field(factory=dict)
    boxes: dict[str, str] = attrs.field(factory=dict)


def gather(root: Path, faults: Faults, *, tailor: Callable[[Tree], Tree] | None = None) -> Sources:
    """
    Read a handbook's folder.

    Args:
        root: The folder with handbook.yaml.
        faults: Takes what is wrong with any of the files.
        tailor: Changes what the files say before it is held to its form.
    """
    sources = Sources(root=root)
    before = len(faults)
    tree, unread = tree_of(root, faults)
    if tailor is not None and len(faults) == before:
        tree = tailor(tree)
    sources.tree = tree
    if HANDBOOK not in tree.files and HANDBOOK not in unread:
        return sources
    _add_shared(sources, unread, faults)
    for kind, folder in FOLDERS.items():
        into: dict[str, Any] = getattr(sources, folder)
        sources.names[kind] = _add_all(kind, tree, unread, into, faults)
    _add_boxes(sources, faults)
    return sources


def tree_of(root: Path, faults: Faults) -> tuple[Tree, tuple[Key, ...]]:
    """
    The files of a handbook as they are written, and those that cannot be read.
    """
    path = root / "handbook.yaml"
    if not path.is_file():
        faults.add(Place(str(path)), "there is no such file, so this folder is no handbook.")
        return Tree(), ()
    paths = {HANDBOOK: path}
    for kind, folder in {SHARED: SHARED, **FOLDERS}.items():
        paths |= {(kind, file.stem): file for file in files_in(root / folder, faults)}
    written = {key: read(file, faults) for key, file in paths.items()}
    files = {key: node for key, node in written.items() if node is not None}
    return Tree(files), tuple(key for key, node in written.items() if node is None)


def _add_shared(sources: Sources, unread: Collection[Key], faults: Faults) -> None:
    """
    What all files share: handbook.yaml and the files of the folder ``shared``.
    """
    tree = sources.tree
    node = tree.files.get(HANDBOOK)
    if node is not None:
        path = sources.root / "handbook.yaml"
        sources.file = structured(node, "handbook", path, faults)
    lists: dict[str, SharedFile] = {}
    _add_all(SHARED, tree, unread, lists, faults)
    # Where one of the files says nothing, nobody knows what it would have named.
    lost = [key for key in unread if key in (HANDBOOK, (SHARED, key[1]))]
    if not lost:
        known = [tree.files[key] for key in tree.shared()]
        for key, kind in _PARTS.items():
            parts = [node.get(cast("Word", key)) for node in known]
            found = [part for part in parts if isinstance(part, Entries)]
            sources.names[kind] = {str(name): None for part in found for name in part}
        sources.names["role or party"] = {**sources.names["role"], **sources.names["party"]}
    if sources.file is not None:
        whole = not lost and len(lists) == len(tree.shared()) - 1
        sources.file = _merged(sources.file, lists.values(), faults) if whole else None


def _merged(file: HandbookFile, lists: Iterable[Shared], faults: Faults) -> HandbookFile:
    found: dict[str, Any] = {}
    for part, kind in _PARTS.items():
        found[part] = dict(getattr(file, part))
        for other in lists:
            for name, shape in getattr(other, part).items():
                if name in found[part]:
                    first = next(known for known in found[part] if known == name).place
                    what = f"{kind} {str(name)!r} is given twice, first at {first}. Keep one."
                    faults.add(name.place, what)
                found[part].setdefault(name, shape)
    return attrs.evolve(file, **found)


def structured(node: Entries, kind: str, path: Path, faults: Faults) -> Any:
    """
    A file's shape, once its first key has said that it is of that kind.
    """
    first = next(iter(node), None)
    if first != kind:
        place = Place(str(path)) if first is None else first.place
        hint = nearest(first, [kind]) if first not in KINDS and first is not None else ""
        faults.add(place, f"this file begins with its kind and name, as in '{kind}: NAME'.{hint}")
        return None
    shape: type[Shape] = KINDS[kind]
    return structure(node, shape, faults)


def files_in(folder: Path, faults: Faults) -> Iterator[Path]:
    """
    The YAML files of a folder, by name. None where there is no such folder.
    """
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir(), key=lambda path: (path.stem, path.suffix)):
        if path.suffix == ".yaml":
            yield path
        elif path.suffix == ".yml":
            faults.add(Place(str(path)), f"this file is not read. Call it {path.stem}.yaml.")


def _add_all(
    kind: str, tree: Tree, unread: Collection[Key], into: dict[str, Any], faults: Faults
) -> dict[str, None]:
    """
    The files of a kind held to their form; returns all their names.
    """
    names: dict[str, None] = {stem: None for of, stem in unread if of == kind}
    for (of, stem), node in tree.files.items():
        if of == kind:
            _add(node, kind, stem, into, names, faults)
    return names


def _add(
    node: Entries,
    kind: str,
    stem: str,
    into: dict[str, Any],
    names: dict[str, None],
    faults: Faults,
) -> None:
    path = Path(node.file)
    name = node.get(cast("Word", kind))
    shape = structured(node, kind, path, faults)
    if isinstance(name, Word):
        if name in names:
            faults.add(name.place, f"another file has the {kind} {str(name)!r}. Keep one.")
        elif str(name) != stem:
            faults.add(
                name.place,
                f"the file of {kind} {str(name)!r} is called {path.name}. "
                f"Call it {name}.yaml, or change the name in it.",
            )
        names[str(name)] = None
    names[stem] = None  # whoever goes by the file's name is not at fault as well
    if shape is not None and isinstance(name, Word):
        into.setdefault(str(name), shape)


def _add_boxes(sources: Sources, faults: Faults) -> None:
    path = sources.root / "boxes.csv"
    if not path.exists():
        return
    for line in lines_of(path, ("number", "gist"), faults):
        number = line["number"]
        if number.text in sources.boxes:
            faults.add(number.place, f"box {number.text!r} is given twice. Keep one.")
        sources.boxes[number.text] = line["gist"].text
    sources.names["box"] = dict.fromkeys(sources.boxes)
