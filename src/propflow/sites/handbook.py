"""
Opens a handbook: whole and checked, or just its list of contents, which is quick.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

import attrs

from propflow.errors import FaultyFileError, Place, nearest
from propflow.sites.faults import Faults
from propflow.sites.nodes import Entries, Items, Node, Word
from propflow.sites.tailoring.tree import FOLDERS, HANDBOOK, Key
from propflow.sites.yaml import head, section
from propflow.text import LANGUAGES, Text

if TYPE_CHECKING:
    from propflow.sites.things import Handbook

#: The kinds of thing that a list of contents has, in its order.
ENTRY_KINDS = ("procedure", "decision", "rulebook", "post", "duty", "record", "law")


@attrs.frozen(kw_only=True)
class Entry:
    """
    One line of a handbook's list of contents.

    Attributes:
        id: Name of the thing.
        kind: ``procedure``, ``decision``, ``rulebook``, ``post``, ``duty``, ``record``
            or ``law``.
        title: What people call it; of a law, the law itself.
        chart: Number of the source chart.
        drawn: ``no`` where the source only names the chart.
        of: The procedure, post or list that it belongs to, where it has no file of its own.
        place: Where it is written.
    """

    id: str
    kind: str
    title: Text = Text()
    chart: str = ""
    drawn: str = "yes"
    of: str = ""
    place: Place | None = attrs.field(default=None, eq=False, repr=False)


def load_handbook(root: Path) -> Handbook:
    """
    Read and check a handbook whole.

    Args:
        root: The folder with handbook.yaml.

    Raises:
        FaultyFileError: Everything that is wrong with any of its files.
    """
    from propflow.sites.make import make
    from propflow.sites.sources import gather

    faults = Faults()
    handbook = make(gather(root, faults), faults)
    faults.close()
    if handbook is None:
        raise AssertionError
    return handbook


def entries(root: Path, *, kinds: Collection[str] = ENTRY_KINDS) -> list[Entry]:
    """
    A handbook's list of contents. Only the first lines of most files are read.

    Args:
        root: The folder with handbook.yaml.
        kinds: The kinds of thing that are wanted, out of `ENTRY_KINDS`.

    Raises:
        FaultyFileError: A file cannot be read as far as needed. What stands further down in
            the files is not checked here.
    """
    faults = Faults()
    if not (root / "handbook.yaml").is_file():
        faults.add(
            Place(str(root / "handbook.yaml")),
            "there is no such file, so this folder is no handbook.",
        )
    found = _contents(root, kinds, frozenset(), {}, faults)
    faults.close()
    return found


def site_entries(
    folder: Path,
    handbooks: Mapping[str, Path],
    *,
    kinds: Collection[str] = ENTRY_KINDS,
    tailorings: Mapping[str, Path] | None = None,
) -> tuple[str, list[Entry]]:
    """
    The site's language and the list of contents of the handbook that it keeps, quickly.

    Args:
        folder: The folder with site.yaml.
        handbooks: Folder of each handbook that there is.
        kinds: The kinds of thing that are wanted, out of `ENTRY_KINDS`.
        tailorings: Folder of each layer that a site can name.

    Raises:
        FaultyFileError: A file cannot be read as far as needed, or a tailoring does not fit.
    """
    faults = Faults()
    path = folder / "site.yaml"
    name = section(path, "handbook")
    language = section(path, "language")
    if not isinstance(name, Word):
        faults.add(Place(str(path)), "the site says no 'handbook'. Add it.")
    elif name not in handbooks:
        faults.add(name.place, f"there is no handbook {str(name)!r}.{nearest(name, handbooks)}")
    faults.close()
    said = str(language) if language in LANGUAGES else LANGUAGES[0]
    root = handbooks[str(name)]
    layers = section(path, "layers")
    if not layers and not (folder / "tailoring").is_dir():
        return said, entries(root, kinds=kinds)
    from propflow.sites.tailoring.contents import touched

    few = touched(root, layers, folder, tailorings or {})
    if few is not None:
        keys, files = few.keys, few.files
    else:
        from propflow.sites.tailoring.layers import laid_on

        tailored = laid_on(root, layers, folder, tailorings or {}, faults)
        faults.close()
        files = tailored.tree.files
        keys = frozenset((*tailored.base.files, *files))
    found = _contents(root, kinds, keys, files, faults)
    faults.close()
    return said, found


def _contents(
    root: Path,
    kinds: Collection[str],
    keys: Collection[Key],
    files: Mapping[Key, Entries],
    faults: Faults,
) -> list[Entry]:
    """
    The list of contents, where some files are otherwise than they lie there.

    Args:
        root: The handbook's folder.
        kinds: The kinds of thing that are wanted.
        keys: The files that are otherwise.
        files: Those of them that are there.
        faults: Takes what cannot be read.
    """
    found: list[Entry] = []
    for kind in (one for one in ENTRY_KINDS if one in kinds):
        for of, list_ in _LISTS[kind]:
            paths = _paths(root, of)
            lying = {name: path for name, path in paths.items() if (of, name) not in keys}
            for name in sorted({*lying, *(name for one, name in files if one == of)}):
                try:
                    if name in lying:
                        found.extend(list_(lying[name], kind))
                    else:
                        found.extend(_in_file((of, name), files[of, name], kind))
                except FaultyFileError as error:
                    faults.take(error)
    return found


def _paths(root: Path, kind: str) -> dict[str, Path]:
    """
    The files of a kind by their names.
    """
    if kind == HANDBOOK[0]:
        path = root / "handbook.yaml"
        return {HANDBOOK[1]: path} if path.is_file() else {}
    return {path.stem: path for path in (root / FOLDERS.get(kind, kind)).glob("*.yaml")}


def _in_file(key: Key, file: Entries, kind: str) -> Iterator[Entry]:
    of, name = key
    if kind == "record":
        yield from _recorded(_get(file, "records"), kind)
    elif kind in _PARTS:
        part_key, by, owner = _PARTS[kind][of]
        part = _get(file, part_key)
        for item in part if isinstance(part, Items) else ():
            if isinstance(item, Entries) and by in item:
                yield _inner(item, kind, _word(item, by), file, owner)
    else:
        yield Entry(
            id=name,
            kind=kind,
            title=_words(_get(file, "title")),
            chart=_word(file, "chart"),
            drawn=_word(file, "drawn") or "yes",
            place=Place(file.file),
        )


_HEAD = ("procedure", "decision", "rulebook", "post", "duties", "chart", "title", "drawn")


def _file(path: Path, kind: str) -> Iterator[Entry]:
    first = head(path, _HEAD)
    name = _word(first, kind)
    if not name:
        raise _unlike(path, kind)
    yield Entry(
        id=name,
        kind=kind,
        title=_words(_get(first, "title")),
        chart=_word(first, "chart"),
        drawn=_word(first, "drawn") or "yes",
        place=Place(str(path)),
    )


def _unlike(path: Path, kind: str) -> FaultyFileError:
    faults = Faults()
    faults.add(Place(str(path)), f"this file begins with its kind and name, as in '{kind}: NAME'.")
    return FaultyFileError(tuple(faults))


def _duties(key: str, owner: str) -> Callable[[Path, str], Iterator[Entry]]:
    def find(path: Path, kind: str) -> Iterator[Entry]:
        part = section(path, key)
        if not isinstance(part, Items):
            return
        first = head(path, _HEAD)
        for item in part:
            if isinstance(item, Entries) and "duty" in item:
                yield _inner(item, kind, _word(item, "duty"), first, owner)

    return find


def _records(path: Path, kind: str) -> Iterator[Entry]:
    yield from _recorded(section(path, "records"), kind)


def _recorded(part: Node | None, kind: str) -> Iterator[Entry]:
    for name, item in part.items() if isinstance(part, Entries) else ():
        yield Entry(id=str(name), kind=kind, title=_words(item), place=name.place)


def _laws(path: Path, kind: str) -> Iterator[Entry]:
    part = section(path, "laws")
    if not isinstance(part, Items) or not part:
        return
    first = head(path, _HEAD)
    for item in part:
        if isinstance(item, Entries) and "law" in item:
            yield _inner(item, kind, _word(item, "law"), first, "procedure")


def _inner(item: Entries, kind: str, name: str, first: Entries, owner: str) -> Entry:
    covers = _get(item, "covers")
    box = covers[0] if isinstance(covers, Items) and covers else ""
    chart = _word(first, "chart")
    if not chart and isinstance(box, Word):
        chart = str(box).partition(".")[0]
    return Entry(
        id=name,
        kind=kind,
        title=_words(item),
        chart=chart,
        drawn=_word(first, "drawn") or "yes",
        of=_word(first, owner),
        place=item.place,
    )


def _get(node: Entries, key: str) -> Node | None:
    return node.get(cast("Word", key))


def _word(node: Entries, key: str) -> str:
    value = _get(node, key)
    return str(value) if isinstance(value, Word) else ""


def _words(node: Node | None) -> Text:
    if not isinstance(node, Entries):
        return Text()
    said = {code: _word(node, code) for code in LANGUAGES}
    return Text.of({code: words for code, words in said.items() if words})


# What stands in lists of a kind of file: the list, the key of the name, and what it belongs to.
_PARTS = {
    "duty": {"post": ("duties", "duty", "post"), "duties": ("list", "duty", "duties")},
    "law": {"procedure": ("laws", "law", "procedure")},
}
# The kinds of file in which each kind of thing stands, and how it is found in one.
_LISTS: dict[str, tuple[tuple[str, Callable[[Path, str], Iterator[Entry]]], ...]] = {
    "procedure": (("procedure", _file),),
    "decision": (("decision", _file),),
    "rulebook": (("rulebook", _file),),
    "post": (("post", _file),),
    "duty": (("post", _duties("duties", "post")), ("duties", _duties("list", "duties"))),
    "record": (("handbook", _records), ("shared", _records)),
    "law": (("procedure", _laws),),
}
