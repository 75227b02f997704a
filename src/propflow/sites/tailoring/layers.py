"""
The layers of a site, the law's under the company's under its own, and how they are laid on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import cast

import attrs

from propflow.errors import Fault, FaultyFileError, Place
from propflow.sites.faults import Faults
from propflow.sites.nodes import Entries, Items, Node, Word
from propflow.sites.sources import files_in, structured, tree_of
from propflow.sites.tailoring import changing, stepping, tabling
from propflow.sites.tailoring.atoms import changed
from propflow.sites.tailoring.finding import duties
from propflow.sites.tailoring.homes import FOLDER, OWN, home_of, named
from propflow.sites.tailoring.locks import Lock, broken, locks_of
from propflow.sites.tailoring.shapes import LAYERS, TailoringFile
from propflow.sites.tailoring.tree import HANDBOOK, Draft, Edit, Key, Tree, copied
from propflow.sites.tailoring.tree import Path as Way
from propflow.sites.yaml import read

_MISSING = re.compile(r"^there is no ([a-z ]+) '([^']+)'")

#: What each verb does.
VERBS: dict[str, Callable[[Draft, Entries], None]] = {
    "set": changing.set_,
    "reword": changing.reword,
    "insert": stepping.insert,
    "remove": stepping.remove,
    "replace": stepping.replace,
    "reorder": stepping.reorder,
    "split": stepping.split,
    "rename": stepping.rename,
    "change": changing.change,
    "add-row": tabling.add_row,
    "edit-row": tabling.edit_row,
    "delete-row": tabling.delete_row,
    "reorder-rows": tabling.reorder_rows,
    "add": changing.add,
    "drop": changing.drop,
    "disable": changing.disable,
}


@attrs.frozen(kw_only=True)
class Tailoring:
    """
    One file of changes.

    Attributes:
        name: Its name.
        layer: Whose it is: ``statute``, ``company`` or ``site``.
        file: Where it is written.
        shape: What it says, held to its form.
        operations: Its changes as they are written.
        locked: What it locks, as it is written.
    """

    name: str
    layer: str
    file: Path
    shape: TailoringFile
    operations: tuple[Entries, ...] = ()
    locked: Items | None = None


@attrs.frozen(kw_only=True)
class Layer:
    """
    What is laid on together; what it locks binds the layers after it.

    Attributes:
        name: Its name: as the site calls it, or ``site`` for the site's own.
        tailorings: Its files, by name.
    """

    name: str
    tailorings: tuple[Tailoring, ...]


@attrs.frozen(kw_only=True)
class Applied:
    """
    An operation that was carried out.

    Attributes:
        layer: The layer.
        tailoring: Name of the file.
        operation: The operation as it is written.
        edits: What it did, in order.
    """

    layer: str
    tailoring: str
    operation: Entries
    edits: tuple[Edit, ...]

    @property
    def verb(self) -> str:
        """
        What it does.
        """
        return str(next(iter(self.operation)))

    @property
    def place(self) -> Place:
        """
        Where it is written.
        """
        return self.operation.place


@attrs.frozen(kw_only=True)
class Tailored:
    """
    A handbook with layers laid on it.

    Attributes:
        base: The handbook as it was.
        tree: The handbook as it is now.
        applied: The operations that were carried out, in order.
        locks: What is locked for whoever comes after.
    """

    base: Tree
    tree: Tree
    applied: tuple[Applied, ...] = ()
    locks: tuple[Lock, ...] = ()


def apply(tree: Tree, operation: Entries) -> tuple[Tree, tuple[Edit, ...]]:
    """
    Carry out one operation.

    Args:
        tree: The handbook.
        operation: The operation as it is written, verb first.

    Returns:
        The handbook as it is then, and what was done; `propflow.sites.tailoring.tree.revert`
        undoes it.

    Raises:
        FaultyFileError: The handbook is not as the operation expects it.
    """
    draft = Draft(tree)
    VERBS[str(next(iter(operation)))](draft, operation)
    return draft.tree, tuple(draft.edits)


def lay_on(tree: Tree, layers: Iterable[Layer], faults: Faults) -> Tailored:
    """
    Lay layers on a handbook, the first first.

    Args:
        tree: The handbook.
        layers: The layers.
        faults: Takes the operations that do not fit and those that weaken what is locked; they
            are left out.
    """
    base = tree
    book = tree.files.get(HANDBOOK, Entries())
    name = str(book.get(cast("Word", "handbook"), "handbook"))
    locks = locks_of(book.get(cast("Word", "locked")), name, tree, faults)
    applied: list[Applied] = []
    for layer in layers:
        for tailoring in layer.tailorings:
            wanted = tailoring.shape.handbook
            if wanted is not None and wanted != name:
                faults.add(
                    wanted.place,
                    f"tailoring {tailoring.name!r} is for handbook {str(wanted)!r}, and the site "
                    f"keeps {name!r}.",
                )
                continue
            for operation in tailoring.operations:
                try:
                    then, edits = apply(tree, operation)
                except FaultyFileError as error:
                    faults.take(error)
                    continue
                count = len(faults)
                broken(locks, tree, then, operation.place, faults)
                if len(faults) > count:
                    continue
                tree = then
                applied.append(
                    Applied(
                        layer=layer.name,
                        tailoring=tailoring.name,
                        operation=operation,
                        edits=edits,
                    )
                )
        for tailoring in layer.tailorings:
            locks += locks_of(tailoring.locked, tailoring.name, tree, faults)
    return Tailored(base=base, tree=tree, applied=tuple(applied), locks=tuple(locks))


# -- reading ----------------------------------------------------------------------------------


def layers_of(
    names: Iterable[Word], folder: Path, offered: Mapping[str, Path], faults: Faults
) -> tuple[Layer, ...]:
    """
    The layers of a site: those that it names, then its own.

    Args:
        names: What the site names: layers that plugins offer, or folders seen from its own.
        folder: The site's folder.
        offered: Folder of each layer that a plugin offers.
        faults: Takes what is wrong.
    """
    found = []
    for name in names:
        home = home_of(name, folder, offered, faults)
        if home is not None:
            found.append(_layer(str(name), home, faults, name.place))
    own = folder / FOLDER
    if own.is_dir():
        found.append(_layer(OWN, own, faults, None))
    _ranked(found, faults)
    return tuple(found)


def _layer(name: str, home: Path, faults: Faults, place: Place | None) -> Layer:
    found = [one for path in files_in(home, faults) for one in _tailoring(path, faults)]
    if not found and place is not None and not len(faults):
        faults.add(place, f"layer {name!r} has no files in {home}.")
    for one in found:
        own = place is None
        if own != (one.layer == "site"):
            what = (
                "what lies in a site's own folder is of layer 'site'. Remove 'layer'."
                if own
                else "a layer that a site names is the law's or the company's. Write "
                "'layer: statute' or 'layer: company'."
            )
            faults.add(one.shape.place, f"tailoring {one.name!r} is of layer {one.layer!r}: {what}")
    return Layer(name=name, tailorings=tuple(found))


def _ranked(layers: Iterable[Layer], faults: Faults) -> None:
    """
    Note a layer of the law that is laid on one of the company.
    """
    highest = 0
    for layer in layers:
        for one in layer.tailorings:
            rank = LAYERS.index(one.layer)
            if rank < highest:
                faults.add(
                    one.shape.place,
                    f"tailoring {one.name!r} is the {one.layer}'s and comes after one of the "
                    f"{LAYERS[highest]}. Name it before that in the site's 'layers'.",
                )
            highest = max(highest, rank)


def _tailoring(path: Path, faults: Faults) -> Iterator[Tailoring]:
    node = read(path, faults)
    if node is None:
        return
    shape: TailoringFile | None = structured(node, "tailoring", path, faults)
    if shape is None:
        return
    name = str(shape.tailoring)
    if name != path.stem:
        faults.add(
            shape.tailoring.place,
            f"the file of tailoring {name!r} is called {path.name}. Call it {name}.yaml, or "
            "change the name in it.",
        )
    changes = node.get(cast("Word", "changes"))
    locked = node.get(cast("Word", "locked"))
    yield Tailoring(
        name=name,
        layer=shape.layer,
        file=path,
        shape=shape,
        operations=tuple(cast("Iterable[Entries]", changes or ())),
        locked=locked if isinstance(locked, Items) else None,
    )


def laid_on(
    root: Path, names: Node | None, folder: Path, offered: Mapping[str, Path], faults: Faults
) -> Tailored:
    """
    A handbook with a site's layers laid on it.

    Args:
        root: The handbook's folder.
        names: What the site's file says under ``layers``.
        folder: The site's folder.
        offered: Folder of each layer that a plugin offers.
        faults: Takes what is wrong.
    """
    count = len(faults)
    tree, _ = tree_of(root, faults)
    if len(faults) > count:
        return Tailored(base=tree, tree=tree)
    return lay_on(tree, layers_of(named(names), folder, offered, faults), faults)


def missed(tailored: Tailored) -> Callable[[Fault], str]:
    """
    What to add to a fault about a name that is not there: which change took it away.
    """
    taken: dict[tuple[str, str], Place] = {}
    tree = tailored.base
    for one in tailored.applied:
        after = tree
        for edit in one.edits:
            after = after.put(edit.key, edit.path, edit.after)
        for token, (was, now) in changed(tree, after).items():
            if len(token) > 1 and was is not None and now is None:
                taken[token[-2], token[-1]] = one.place
        tree = after

    def more(fault: Fault) -> str:
        found = _MISSING.match(fault.what)
        place = None if found is None else taken.get((found[1], found[2]))
        return "" if place is None else f"It is taken away in {place}."

    return more


def hold(site: Entries, tailored: Tailored, faults: Faults) -> None:
    """
    Note what a site says in its own file as well as in its tailoring, and what weakens a lock.

    Args:
        site: The site's file as it is written: its settings and its duties count.
        tailored: The handbook with all layers laid on.
        faults: Takes the refusals.
    """
    own = site.get(cast("Word", "settings"))
    for one in tailored.applied:
        name = str(one.operation.get(cast("Word", "set"), ""))
        if one.layer == OWN and isinstance(own, Entries) and name in own:
            key = next(key for key in own if key == name)
            faults.add(
                key.place,
                f"the site's tailoring gives setting {name!r} a value as well ({one.place}). "
                "Keep one.",
            )
    if not tailored.locks:
        return
    own_way = tuple(_own(site, tailored.tree))
    whole, quiet = tailored.tree, Faults()
    for _, change in own_way:
        whole = change(whole)
    broken(tailored.locks, tailored.tree, whole, site.place, quiet)
    if not len(quiet):
        return
    # Something is weaker: one by one, to say by which line.
    tree = tailored.tree
    for place, change in own_way:
        then = change(tree)
        count = len(faults)
        broken(tailored.locks, tree, then, place, faults)
        tree = then if len(faults) == count else tree


def _own(site: Entries, tree: Tree) -> Iterator[tuple[Place, Callable[[Tree], Tree]]]:
    """
    What a site's own file changes in the handbook: its settings and its duties.
    """
    for part, there in (("settings", _settings(tree)), ("duties", _duties(tree))):
        own = site.get(cast("Word", part))
        for name, value in own.items() if isinstance(own, Entries) else ():
            if str(name) in there:
                yield name.place, partial(_changed, there[str(name)], name, value)


def _changed(thing: tuple[Key, Way, Entries], name: Word, value: Node, tree: Tree) -> Tree:
    home, path, node = thing
    changed = copied(node, name.place)
    if isinstance(value, Entries):
        changed.update(value)
    else:
        changed[cast("Word", "value")] = value
    return tree.put(home, path, changed)


def _settings(tree: Tree) -> dict[str, tuple[Key, Way, Entries]]:
    found = ((key, tree.get(key, ("settings",))) for key in tree.shared())
    return {
        str(name): (key, ("settings", str(name)), value)
        for key, part in found
        for name, value in (part.items() if isinstance(part, Entries) else ())
        if isinstance(value, Entries)
    }


def _duties(tree: Tree) -> dict[str, tuple[Key, Way, Entries]]:
    return {duty.name: (duty.key, duty.path, duty.node) for duty in duties(tree)}
