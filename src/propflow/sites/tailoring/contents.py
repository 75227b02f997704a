"""
What the layers of a site do to a handbook's list of contents, without reading the handbook whole.

Steps, rows, figures and deadlines are in no list of contents. Of the changes that are left, each is
carried out on the few files that it speaks of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

import attrs

from propflow.errors import FaultyFileError
from propflow.sites.faults import Faults
from propflow.sites.nodes import Entries, Items, Node, Word
from propflow.sites.tailoring import changing
from propflow.sites.tailoring.finding import FILES, THINGS
from propflow.sites.tailoring.homes import FOLDER, home_of, named
from propflow.sites.tailoring.tree import FOLDERS, HANDBOOK, SHARED, Draft, Key, Tree
from propflow.sites.yaml import read, section

#: Where such a verb names one of these kinds, the list of contents may be another.
VERBS = {
    "reword": changing.reword,
    "change": changing.change,
    "add": changing.add,
    "drop": changing.drop,
    "disable": changing.disable,
}
_KINDS = (*FILES, "duties", "duty", "record", "law")
# What is in no list of contents.
_ELSE = (
    "set", "insert", "remove", "replace", "reorder", "split", "rename",
    "add-row", "edit-row", "delete-row", "reorder-rows",
)  # fmt: skip
# What such an operation may say beside its verb, and as what it is written.
_SAID: dict[str, type] = {
    "in": Word, "on": Word, "of": Word, "en": Word, "zh": Word, "because": Entries,
    "expects": Entries, "to": Entries,
}  # fmt: skip
_RANKS = ("statute", "company", "site")


class _Unclear(Exception):  # noqa: N818  no error: the whole way is taken instead
    """
    What a layer does to the list of contents does not show without reading all of it.
    """


@attrs.frozen(kw_only=True)
class Touched:
    """
    The files of a handbook that changes may have given another list of contents.

    Attributes:
        keys: These files.
        files: Those of them that are there now, as they are now.
    """

    keys: frozenset[Key] = frozenset()
    files: Mapping[Key, Entries] = attrs.field(factory=dict)


def touched(
    root: Path, names: Node | None, folder: Path, offered: Mapping[str, Path]
) -> Touched | None:
    """
    What a site's layers change in a handbook's list of contents.

    Args:
        root: The handbook's folder.
        names: What the site's file says under ``layers``.
        folder: The site's folder.
        offered: Folder of each layer that a plugin offers.

    Returns:
        The files that are otherwise; nothing where that cannot be told, because a change does
        not fit, is not well written, or may weaken what is locked.
    """
    book = _Book(root)
    try:
        for operations in _layers(names, folder, offered, book):
            for operation in operations:
                book.carry_out(operation)
    except (_Unclear, FaultyFileError):
        return None
    return Touched(keys=frozenset(book.keys), files=book.draft.tree.files)


class _Book:
    """
    As much of a handbook as the changes speak of.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.keys: set[Key] = set()
        self.draft = Draft(Tree())
        self.locked = False

    def carry_out(self, operation: Entries) -> None:
        verb = next(iter(operation), None)
        if verb in _ELSE:
            return
        if verb not in VERBS:
            raise _Unclear
        kind, name = _subject(operation, verb)
        if kind not in _KINDS:
            return
        # New things and other words weaken nothing; for the rest the locks have to be asked.
        if verb not in ("add", "reword") and (
            self.locked or section(self.root / "handbook.yaml", "locked")
        ):
            raise _Unclear
        for key in self.needed(str(verb), kind, name, operation):
            self.open(key)
        VERBS[str(verb)](self.draft, operation)
        self.keys.update(edit.key for edit in self.draft.edits)

    def needed(self, verb: str, kind: str, name: str, operation: Entries) -> Iterator[Key]:
        if kind in FOLDERS:
            yield kind, name
        if kind == "law":
            yield "procedure", str(operation.get(cast("Word", "in"), ""))
        if kind == "record":
            yield HANDBOOK
            yield from self.every(SHARED)
        # A duty is found by its name alone, and a disabled procedure in whatever opens it.
        if kind == "duty" or (verb, kind) == ("disable", "procedure"):
            for of in ("post", "duties"):
                yield from self.every(of)

    def every(self, kind: str) -> Iterator[Key]:
        for path in sorted((self.root / FOLDERS.get(kind, kind)).glob("*.yaml")):
            yield kind, path.stem

    def open(self, key: Key) -> None:
        if key in self.keys:
            return
        self.keys.add(key)
        kind, name = key
        if "/" in name:
            raise _Unclear
        home = self.root if key == HANDBOOK else self.root / FOLDERS.get(kind, kind)
        path = home / f"{name or 'handbook'}.yaml"
        if path.is_file():
            node = _read(path)
            self.draft.tree = Tree({**self.draft.tree.files, key: node})


def _subject(operation: Entries, verb: Word) -> tuple[str, str]:
    for key, value in operation.items():
        fits = key in (verb, "without") or isinstance(value, _SAID.get(key, ()))
        if not fits:
            raise _Unclear
    what = operation[verb]
    if isinstance(what, Word) and verb != "add":
        return "step", str(what)
    kind = next(iter(what), None) if isinstance(what, Entries) else None
    name = what[kind] if isinstance(what, Entries) and isinstance(kind, Word) else None
    gone = operation.get(cast("Word", "without"), Items())
    if (
        kind not in (*THINGS, "duties")
        or not isinstance(name, Word)
        or not (isinstance(gone, Word | Items) and all(isinstance(one, str) for one in gone))
    ):
        raise _Unclear
    return str(kind), str(name)


# -- reading ----------------------------------------------------------------------------------


def _layers(
    names: Node | None, folder: Path, offered: Mapping[str, Path], book: _Book
) -> Iterator[list[Entries]]:
    faults = Faults()
    homes = [home_of(name, folder, offered, faults) for name in named(names)]
    faults.close()
    own = folder / FOLDER
    highest = 0
    for home in (*homes, *([own] if own.is_dir() else [])):
        assert home is not None  # noqa: S101  a folder that is not there is a fault
        files = [_tailoring(path, book) for path in _files(home)]
        for file in files:
            layer = str(file.get(cast("Word", "layer"), "site"))
            rank = _RANKS.index(layer) if layer in _RANKS else -1
            if rank < highest or (layer == "site") != (home == own):
                raise _Unclear
            highest = rank
            yield _operations(file)
        # What a layer locks binds those that come after it.
        book.locked |= any("locked" in file for file in files)


def _files(home: Path) -> list[Path]:
    every = sorted(home.iterdir(), key=lambda path: path.stem)
    found = [path for path in every if path.suffix == ".yaml"]
    if any(path.suffix == ".yml" for path in every) or (not found and home.name != FOLDER):
        raise _Unclear
    return found


def _tailoring(path: Path, book: _Book) -> Entries:
    file = _read(path)
    wanted = file.get(cast("Word", "handbook"))
    if next(iter(file), None) != "tailoring" or file[cast("Word", "tailoring")] != path.stem:
        raise _Unclear
    if wanted is not None and wanted != section(book.root / "handbook.yaml", "handbook"):
        raise _Unclear
    return file


def _operations(file: Entries) -> list[Entries]:
    changes = file.get(cast("Word", "changes"), Items())
    found = [one for one in changes if isinstance(one, Entries)]
    if not isinstance(changes, Items) or len(found) != len(changes):
        raise _Unclear
    return found


def _read(path: Path) -> Entries:
    faults = Faults()
    node = read(path, faults)
    faults.close()
    if node is None:
        raise _Unclear
    return node
