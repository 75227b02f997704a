"""
What later layers may make stricter and never weaker: steps, laws, figures, duties, decisions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, cast

import attrs

from propflow.errors import FaultyFileError, Place
from propflow.sites.faults import Faults, refuse
from propflow.sites.nodes import Entries, Items, Word
from propflow.sites.tailoring import stricter
from propflow.sites.tailoring.finding import Thing, find
from propflow.sites.tailoring.tree import Tree, steps_in

_KINDS = ("step", "law", "procedure", "setting", "duty", "decision")


@attrs.frozen(kw_only=True)
class Lock:
    """
    One thing that is locked.

    Attributes:
        kind: ``step``, ``law``, ``procedure``, ``setting``, ``duty`` or ``decision``.
        name: Its name.
        procedure: The procedure of a step or law.
        layer: Who locks it: the name of a tailoring, or of the handbook.
        place: Where that is written.
        at_least: The smallest value of a figure, where it is bound.
        at_most: The largest.
        keeps: The outcomes of a decision that must stay; without any of them all.
    """

    kind: str
    name: str
    procedure: str = ""
    layer: str = ""
    place: Place = attrs.field(default=Place(""), eq=False)
    at_least: str = ""
    at_most: str = ""
    keeps: tuple[str, ...] = ()

    def __str__(self) -> str:
        tail = f" of procedure {self.procedure!r}" if self.procedure else ""
        return f"{self.kind} {self.name!r}{tail}"


def locks_of(entries: object, layer: str, tree: Tree, faults: Faults) -> list[Lock]:
    """
    The locks that a handbook or a tailoring states; those of a procedure one by one.

    Args:
        entries: What stands under ``locked``.
        layer: Who states them.
        tree: What is there to be locked.
        faults: Takes the names that are not there.
    """
    found: list[Lock] = []
    for entry in entries if isinstance(entries, Items) else ():
        if not isinstance(entry, Entries):
            continue
        try:
            found += _locks(entry, layer, tree)
        except FaultyFileError as error:
            faults.take(error)
    return found


def _locks(entry: Entries, layer: str, tree: Tree) -> Iterator[Lock]:
    kinds = [key for key in entry if key in _KINDS]
    if len(kinds) != 1:
        raise refuse(entry.place, f"a lock names exactly one of {', '.join(_KINDS)}.")
    kind = kinds[0]
    name = cast("Word", entry[kind])
    thing = find(tree, str(kind), name, entry)
    lock = Lock(
        kind=str(kind),
        name=str(name),
        procedure=thing.within,
        layer=layer,
        place=entry.place,
        at_least=_text(entry, "at-least"),
        at_most=_text(entry, "at-most"),
        keeps=tuple(_words(entry, "keeps")),
    )
    for key in ("at-least", "at-most"):
        if key in entry:
            if kind != "setting":
                raise refuse(entry.place, f"{key!r} is said of a setting, and this is a {kind}.")
            why = stricter.bound(thing.node, str(entry[cast("Word", key)]))
            if why:
                raise refuse(entry[cast("Word", key)].place, why)
    if "keeps" in entry and kind != "decision":
        raise refuse(entry.place, f"'keeps' is said of a decision, and this is a {kind}.")
    yield lock
    if kind == "procedure":
        file = tree.files[thing.key]
        for spot in steps_in(file):
            if next(iter(spot.step)) != "together":
                yield attrs.evolve(lock, kind="step", name=spot.name, procedure=str(name))
        laws = file.get(cast("Word", "laws"))
        for law in laws if isinstance(laws, Items) else ():
            if isinstance(law, Entries) and "law" in law:
                yield attrs.evolve(lock, kind="law", name=_text(law, "law"), procedure=str(name))


def broken(locks: Iterable[Lock], before: Tree, after: Tree, place: Place, faults: Faults) -> None:
    """
    Note each lock that a change weakens.

    Args:
        locks: The locks of the layers below.
        before: The handbook before the change.
        after: The handbook after it.
        place: Where the change is written.
        faults: Takes the refusals.
    """
    found: dict[tuple[str, str], list[Lock]] = {}
    for lock in locks:
        for why in weakened(lock, before, after):
            found.setdefault((lock.layer, why), []).append(lock)
    for (layer, why), weaker in found.items():
        # A procedure that is locked whole has many locks, and one reason is enough.
        first = weaker[0]
        more = f" (and {len(weaker) - 1} more)" if len(weaker) > 1 else ""
        faults.add(
            place,
            f"{first}{more} is locked by {layer!r} ({first.place}) and can only be made stricter: "
            f"{why}",
        )


def weakened(lock: Lock, before: Tree, after: Tree) -> Iterator[str]:
    """
    Each way in which a locked thing is weaker after a change than before it.
    """
    if not _touched(lock, before, after):
        return
    was, now = _thing(lock, before), _thing(lock, after)
    if was is None:
        return  # a change before this one has been refused already
    if now is None:
        yield "this takes it away."
        return
    match lock.kind:
        case "step":
            yield from stricter.step(was, now, before, after)
        case "law":
            yield from stricter.law(was, now, before, after)
        case "procedure":
            yield from stricter.procedure(was, now)
        case "setting":
            yield from stricter.setting(was.node, now.node, lock.at_least, lock.at_most)
        case "duty":
            yield from stricter.duty(was, now, before, after)
        case "decision":
            yield from stricter.decision(was.node, now.node, lock.keeps)


def _touched(lock: Lock, before: Tree, after: Tree) -> bool:
    """
    Whether anything changed that could matter to a lock: whole files are compared by identity.
    """
    keys: set[Any] = {*before.shared(), *after.shared()}
    if lock.kind in ("step", "law", "procedure"):
        keys.add(("procedure", lock.procedure or lock.name))
    elif lock.kind == "decision":
        keys.add(("decision", lock.name))
    if lock.kind in ("step", "law", "duty"):
        files = {key for key in (*before.files, *after.files) if key[0] in ("post", "duties")}
        keys |= files
    return any(before.files.get(key) is not after.files.get(key) for key in keys)


def _thing(lock: Lock, tree: Tree) -> Thing | None:
    operation = Entries()
    if lock.procedure:
        operation[Word("in")] = Word(lock.procedure)
    try:
        return find(tree, lock.kind, Word(lock.name), operation)
    except FaultyFileError:
        return None


def _text(entry: Entries, key: str) -> str:
    value = entry.get(cast("Word", key))
    return str(value) if isinstance(value, Word) else ""


def _words(entry: Entries, key: str) -> list[str]:
    value = entry.get(cast("Word", key))
    if isinstance(value, Word):
        return [str(value)]
    return [str(one) for one in value] if isinstance(value, Items) else []
