"""
Gathers the files of a handbook's folder, each read and structured, and the names in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
from propflow.sites.yaml import read

#: The folder of each kind of file.
FOLDERS = {
    "procedure": "procedures",
    "decision": "decisions",
    "rulebook": "rulebooks",
    "post": "posts",
    "duties": "duties",
}
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
    file: HandbookFile | None = None
    procedures: dict[str, ProcedureFile] = attrs.field(factory=dict)
    decisions: dict[str, DecisionFile] = attrs.field(factory=dict)
    rulebooks: dict[str, RulebookFile] = attrs.field(factory=dict)
    posts: dict[str, PostFile] = attrs.field(factory=dict)
    duties: dict[str, DutiesFile] = attrs.field(factory=dict)
    names: dict[str, dict[str, None]] = attrs.field(factory=dict)
    boxes: dict[str, str] = attrs.field(factory=dict)


def gather(root: Path, faults: Faults) -> Sources:
    """
    Read a handbook's folder.

    Args:
        root: The folder with handbook.yaml.
        faults: Takes what is wrong with any of the files.
    """
    sources = Sources(root=root)
    path = root / "handbook.yaml"
    if not path.is_file():
        faults.add(Place(str(path)), "there is no such file, so this folder is no handbook.")
        return sources
    _add_shared(sources, read(path, faults), path, faults)
    for kind, folder in FOLDERS.items():
        into: dict[str, Any] = getattr(sources, folder)
        sources.names[kind] = {}
        for file in files_in(root / folder, faults):
            _add(file, kind, into, sources.names[kind], faults)
    _add_boxes(sources, faults)
    return sources


def _add_shared(sources: Sources, node: Entries | None, path: Path, faults: Faults) -> None:
    """
    Read what all files share: handbook.yaml and the files of the folder ``shared``.
    """
    nodes = [node]
    if node is not None:
        sources.file = structured(node, "handbook", path, faults)
    lists: dict[str, SharedFile] = {}
    names: dict[str, None] = {}
    files = list(files_in(sources.root / "shared", faults))
    nodes += [_add(file, "shared", lists, names, faults) for file in files]
    # Where one of the files says nothing, nobody knows what it would have named.
    known = [node for node in nodes if node is not None]
    if len(known) == len(nodes):
        for key, kind in _PARTS.items():
            parts = [node.get(cast("Word", key)) for node in known]
            found = [part for part in parts if isinstance(part, Entries)]
            sources.names[kind] = {str(name): None for part in found for name in part}
        sources.names["role or party"] = {**sources.names["role"], **sources.names["party"]}
    if sources.file is not None:
        whole = len(lists) == len(nodes) - 1
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


def _add(
    path: Path, kind: str, into: dict[str, Any], names: dict[str, None], faults: Faults
) -> Entries | None:
    node = read(path, faults)
    name = node.get(cast("Word", kind)) if node is not None else None
    if node is None:
        names[path.stem] = None
        return None
    shape = structured(node, kind, path, faults)
    if isinstance(name, Word):
        if name in names:
            faults.add(name.place, f"another file has the {kind} {str(name)!r}. Keep one.")
        elif str(name) != path.stem:
            faults.add(
                name.place,
                f"the file of {kind} {str(name)!r} is called {path.name}. "
                f"Call it {name}.yaml, or change the name in it.",
            )
        names[str(name)] = None
    names[path.stem] = None  # whoever goes by the file's name is not at fault as well
    if shape is not None and isinstance(name, Word):
        into.setdefault(str(name), shape)
    return node


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
