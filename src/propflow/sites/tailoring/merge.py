"""
A site's changes carried over to another edition of its handbook: three sides, one result.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from typing import cast

import attrs

from propflow.errors import FaultyFileError
from propflow.sites.lawshape import TEMPLATES
from propflow.sites.nodes import Entries, Items, Node, Word
from propflow.sites.tailoring.atoms import Token, changed
from propflow.sites.tailoring.finding import Thing, find, subject_of
from propflow.sites.tailoring.layers import Applied, apply
from propflow.sites.tailoring.said import flow, row_of
from propflow.sites.tailoring.tree import Tree, alike, copied, listed, name_of, same, steps_in

#: Two steps as like as this, from 0 to 1, may be one step under two names.
LIKE = 0.72


@attrs.frozen(kw_only=True)
class Conflict:
    """
    A change that meets a change of the handbook.

    Attributes:
        applied: The change of the site, as it was made on the old edition.
        kind: ``gone`` where it cannot be made on the new edition, ``same`` where the new edition
            says already what it wants, ``both`` where it can be made and the handbook changed
            the same place.
        places: The atoms in which both sides meet: as it was, as the site has it, as the new
            edition has it.
        why: What keeps it from being made, in the words of the loader.
        proposal: The change as it could be made on the new edition; nothing where it need not
            be made any more, or where somebody has to look.
        drops: Whether the proposal is to leave the change out: ``yes`` or ``no``.
    """

    applied: Applied
    kind: str
    places: tuple[tuple[Token, Node | None, Node | None, Node | None], ...] = ()
    why: tuple[str, ...] = ()
    proposal: Entries | None = None
    drops: str = "no"


@attrs.frozen(kw_only=True)
class Merge:
    """
    What comes of carrying changes over.

    Attributes:
        tree: The new edition with all changes that could be made, proposals included.
        conflicts: The changes that meet a change of the handbook.
        kept: The changes that were carried over as they are.
    """

    tree: Tree
    conflicts: tuple[Conflict, ...] = ()
    kept: tuple[Applied, ...] = ()


def merge(base: Tree, new: Tree, changes: Iterable[Applied]) -> Merge:
    """
    Carry changes over from one edition of a handbook to another.

    Args:
        base: The edition for which the changes were made.
        new: The edition to which they are carried over.
        changes: The changes, in order; each fits *base* after those before it.

    Where one side changed nothing, the other is the result.

    Raises:
        FaultyFileError: A change does not fit *base*.
    """
    theirs = changed(base, new)
    ours, result = base, new
    conflicts, kept = [], []
    for one in changes:
        before, (ours, _) = ours, apply(ours, one.operation)
        mine = changed(before, ours)
        met = {token: pair for token, pair in theirs.items() if token in mine}
        now = {token: pair[1] for token, pair in met.items()}
        try:
            after, _ = apply(result, one.operation)
        except FaultyFileError as error:
            why = tuple(fault.what for fault in error.faults)
            conflict, result = _solved(one, before, result, mine, _meeting(mine, met, now), why)
            conflicts.append(conflict)
            continue
        spoken = _renamed(one.operation, before, result)
        if spoken is not None:
            # It can be made and speaks of a step that has another name: a law of its own, say.
            conflicts.append(Conflict(applied=one, kind="gone", proposal=spoken))
            after, _ = apply(result, spoken)
        elif met and not all(same(mine[token][1], now[token]) for token in met):
            conflicts.append(
                Conflict(
                    applied=one,
                    kind="both",
                    places=_meeting(mine, met, now),
                    proposal=one.operation,
                )
            )
        else:
            kept.append(one)
        result = after
    return Merge(tree=result, conflicts=tuple(conflicts), kept=tuple(kept))


Change = tuple[Node | None, Node | None]


def _meeting(
    mine: Mapping[Token, Change], met: Iterable[Token], now: Mapping[Token, Node | None]
) -> tuple[tuple[Token, Node | None, Node | None, Node | None], ...]:
    return tuple((token, *mine[token], now[token]) for token in met)


def _solved(
    one: Applied,
    before: Tree,
    result: Tree,
    mine: Mapping[Token, Change],
    places: tuple[tuple[Token, Node | None, Node | None, Node | None], ...],
    why: tuple[str, ...],
) -> tuple[Conflict, Tree]:
    """
    A change that cannot be made as it is: as it could be made, where that can be told.
    """
    there = changed(before, result)
    if all(token in there and same(there[token][1], after) for token, (_, after) in mine.items()):
        found = Conflict(applied=one, kind="same", places=places, why=why, drops="yes")
        return found, result
    for proposal in _proposals(one.operation, before, result):
        try:
            after, _ = apply(result, proposal)
        except FaultyFileError:
            continue
        found = Conflict(applied=one, kind="gone", places=places, why=why, proposal=proposal)
        return found, after
    return Conflict(applied=one, kind="gone", places=places, why=why), result


def _proposals(operation: Entries, before: Tree, result: Tree) -> Iterator[Entries]:
    """
    Ways in which the change could still be meant, the nearest first.
    """
    fresh = _expecting(operation, before, result)
    if fresh is not None:
        yield fresh
    moved = _renamed(operation, before, result)
    if moved is not None:
        yield moved
        fresh = _expecting(moved, before, result)
        if fresh is not None:
            yield fresh


# -- what it expects ------------------------------------------------------------------------


def _expecting(operation: Entries, before: Tree, result: Tree) -> Entries | None:
    """
    The same change, expecting what there is now.
    """
    verb = str(next(iter(operation)))
    expected = operation.get(cast("Word", "expects"))
    if verb in ("edit-row", "delete-row"):
        return _row(operation, before, result)
    if expected is None or verb in ("reorder", "reorder-rows"):
        return None
    try:
        thing = _thing(operation, verb, result)
    except FaultyFileError:
        return None
    if thing is None:
        return None
    if isinstance(expected, Word):
        now: Node | None = thing.node.get(cast("Word", "value"))
        return None if now is None else _with(operation, "expects", now)
    node = thing.node
    if verb == "reword" and isinstance(node.get(cast("Word", "title")), Entries):
        node = cast("Entries", node[cast("Word", "title")])
    fresh = Entries()
    for key in cast("Entries", expected):
        if key in node:
            fresh[key] = node[key]
    return _with(operation, "expects", fresh) if fresh else None


def _thing(operation: Entries, verb: str, tree: Tree) -> Thing | None:
    named = operation[cast("Word", verb)]
    if verb == "set":
        return find(tree, "setting", cast("Word", named), operation)
    if verb in ("insert", "add", "add-row"):
        return None
    kind, name = subject_of(named, next(iter(operation)))
    return find(tree, kind, name, operation)


def _row(operation: Entries, before: Tree, result: Tree) -> Entries | None:
    """
    The same change to the row that the one it meant has become: the nearest that is new.
    """
    name = str(next(iter(operation.values())))
    old, new = (tree.get(("decision", name), ("rows",)) for tree in (before, result))
    expected = cast("Entries", operation[cast("Word", "expects")])
    if not isinstance(old, Items) or not isinstance(new, Items):
        return None
    fresh = [
        row
        for row in new
        if isinstance(row, Entries) and not any(same(row, other) for other in old)
    ]
    meant = cast("Entries", old[row_of(old, expected, operation.place, name)])
    scored = [(sum(alike(row.get(k), v) for k, v in meant.items()), row) for row in fresh]
    best = max(scored, key=lambda pair: pair[0], default=None)
    if best is None or [score for score, _ in scored].count(best[0]) > 1:
        return None
    pattern = Entries()
    for key in expected:
        if key in best[1]:
            pattern[key] = best[1][key]
    return _with(operation, "expects", pattern) if pattern else None


# -- under which name -----------------------------------------------------------------------


def _renamed(operation: Entries, before: Tree, result: Tree) -> Entries | None:
    """
    The same change, speaking of steps by the names that they have now.
    """
    procedure = operation.get(cast("Word", "in"))
    key = ("procedure", str(procedure))
    if procedure is None or key not in before.files or key not in result.files:
        return None
    was = {spot.name: spot.step for spot in steps_in(before.files[key])}
    now = {spot.name: spot.step for spot in steps_in(result.files[key])}
    pairs: dict[str, str] = {}
    for name in was.keys() - now.keys():
        liked = [(_likeness(was[name], now[other]), other) for other in now.keys() - was.keys()]
        best = max(liked, default=(0.0, ""))
        if best[0] >= LIKE:
            pairs[name] = best[1]
    found = copied(operation)
    for where in ("remove", "replace", "split", "rename", "change", "reword", "after", "before"):
        value = operation.get(cast("Word", where))
        if isinstance(value, Word) and str(value) in pairs:
            found[cast("Word", where)] = value.part(pairs[str(value)], 0)
    for where in ("between", "reorder", "expects"):
        value = operation.get(cast("Word", where))
        if isinstance(value, Items):
            names = [
                one.part(pairs[str(one)], 0) if isinstance(one, Word) and str(one) in pairs else one
                for one in value
            ]
            found[cast("Word", where)] = listed(names, value)
    added = operation.get(cast("Word", "add"))
    if isinstance(added, Entries):
        found[cast("Word", "add")] = _spoken(added, pairs)
    into = operation.get(cast("Word", "into"))
    if isinstance(into, Word):
        outcome, of, step = into.rpartition(" of ")
        found[cast("Word", "into")] = into.part(f"{outcome}{of}{pairs.get(step, step)}", 0)
    return None if same(found, operation) else found


def _spoken(added: Entries, pairs: Mapping[str, str]) -> Entries:
    """
    A law that speaks of steps by the names that they have now.
    """
    made = copied(added)
    for key in TEMPLATES:
        value = added.get(cast("Word", key))
        if isinstance(value, Items):
            names = [
                one.part(pairs[str(one)], 0) if isinstance(one, Word) and str(one) in pairs else one
                for one in value
            ]
            made[cast("Word", key)] = listed(names, value)
        elif isinstance(value, Entries):
            said = Entries(value.file, value.line, value.column)
            for step, own in value.items():
                said[step.part(pairs.get(str(step), str(step)), 0)] = own
            made[cast("Word", key)] = said
    return made


def _likeness(one: Entries, other: Entries) -> float:
    """
    How like two steps are, from 0 to 1: the boxes that they stand for, their words, who does them.
    """
    if next(iter(one)) != next(iter(other)):
        return 0.0
    covers = one.get(cast("Word", "covers"))
    if covers is not None and alike(covers, other.get(cast("Word", "covers"))):
        return 1.0
    first, second = (
        " ".join(flow(value) for value in step.values() if value != name_of(step))
        for step in (one, other)
    )
    return SequenceMatcher(None, first, second, autojunk=False).ratio()


def _with(operation: Entries, key: str, value: Node) -> Entries:
    made = copied(operation)
    made[cast("Word", key)] = value
    return made
