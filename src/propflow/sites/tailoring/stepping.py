"""
The operations on steps: insert, remove, replace, reorder, split, rename.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from propflow.sites.convert import listed as enumerated
from propflow.sites.faults import refuse
from propflow.sites.nodes import Entries, Items, Node, Word
from propflow.sites.tailoring.finding import file_of, spot_of
from propflow.sites.tailoring.said import expect
from propflow.sites.tailoring.tree import (
    Draft,
    Key,
    Path,
    Spot,
    copied,
    is_steps,
    listed,
    name_of,
    steps_in,
)


def insert(draft: Draft, operation: Entries) -> None:
    """
    Put steps behind, before or between others, or at the end of a branch.
    """
    key = _procedure(draft, operation)
    given = [one for one in ("after", "before", "between", "into") if one in operation]
    if len(given) != 1:
        raise refuse(
            operation.place,
            "say where: one of 'after', 'before', 'between' and 'into'.",
        )
    where = operation[cast("Word", given[0])]
    new = cast("Items", operation[cast("Word", "insert")])
    if not new:
        raise refuse(new.place, "there are no steps to insert.")
    _fresh(draft, key, new, ())
    home, at = _anchor(draft, key, given[0], where)
    steps = cast("Items", draft.tree.get(key, home))
    draft.put(key, home, listed([*steps[:at], *new, *steps[at:]], steps))


def _anchor(draft: Draft, key: Key, how: str, where: Node) -> tuple[Path, int]:
    if how == "into":
        return _branch(draft, key, cast("Word", where))
    if how == "between":
        names = cast("Items", where)
        if isinstance(where, Word) or len(where) != 2:
            raise refuse(where.place, "'between' names two steps: between: [first, second].")
        one, two = (spot_of(draft.tree, key, cast("Word", name)) for name in names)
        if one.home != two.home or two.number != one.number + 1:
            behind = _behind(draft, key, one)
            raise refuse(
                where.place,
                f"step {two.name!r} does not come right behind {one.name!r} in procedure "
                f"{key[1]!r}: {behind} does.",
            )
        return two.home, two.number
    spot = spot_of(draft.tree, key, cast("Word", where))
    return spot.home, spot.number + (how == "after")


def _behind(draft: Draft, key: Key, spot: Spot) -> str:
    steps = cast("Items", draft.tree.get(key, spot.home))
    if spot.number + 1 < len(steps):
        return repr(name_of(steps[spot.number + 1]))
    return "nothing"


def _branch(draft: Draft, key: Key, phrase: Word) -> tuple[Path, int]:
    outcome, of, step = phrase.rpartition(" of ")
    if not of:
        raise refuse(phrase.place, "a branch is written as in 'into: minor of severity'.")
    spot = spot_of(draft.tree, key, phrase.part(step, phrase.index(of) + len(of)))
    for name, value in spot.step.items():
        outcomes = [word.strip() for word in name.split(",")]
        if isinstance(value, Items) and (outcome in outcomes or outcome == name):
            if not value or is_steps(value):
                return (*spot.path, str(name)), len(value)
            break
    branches = [str(name) for name, value in spot.step.items() if is_steps(value)]
    tail = f" It has {enumerated(branches)}." if branches else ""
    raise refuse(
        phrase.place, f"step {spot.name!r} of procedure {key[1]!r} has no branch {outcome!r}.{tail}"
    )


def remove(draft: Draft, operation: Entries) -> None:
    """
    Take a step out.
    """
    key, spot = _expected(draft, operation, "remove")
    _swap(draft, key, spot, ())


def replace(draft: Draft, operation: Entries) -> None:
    """
    Put other steps in its place.
    """
    key, spot = _expected(draft, operation, "replace")
    _swap(draft, key, spot, cast("Items", operation[cast("Word", "with")]))


def split(draft: Draft, operation: Entries) -> None:
    """
    Make several steps of one, none of its boxes lost.
    """
    key, spot = _expected(draft, operation, "split")
    parts = cast("Items", operation[cast("Word", "into")])
    names = [part.name for part in _within(parts)]
    if len(parts) < 2 or spot.name not in names:
        raise refuse(
            parts.place,
            f"step {spot.name!r} becomes two steps or more, and one of them keeps its name, so "
            "that whatever speaks of it still does.",
        )
    covered = {box for part in _within(parts) for box in _words(part.step, "covers")}
    lost = [box for box in _words(spot.step, "covers") if box not in covered]
    if lost:
        raise refuse(
            parts.place,
            f"step {spot.name!r} stands for {enumerated(lost)}, and none of its parts does. "
            "Write it under 'covers' of one of them.",
        )
    _swap(draft, key, spot, parts)


def reorder(draft: Draft, operation: Entries) -> None:
    """
    Let neighbouring steps follow one another in another way.
    """
    key = _procedure(draft, operation)
    new = cast("Items", operation[cast("Word", "reorder")])
    old = operation.get(cast("Word", "expects"))
    if not isinstance(old, Items) or not isinstance(new, Items):
        raise refuse(
            operation.place,
            "name the steps in their new order, and under 'expects' in the present.",
        )
    if sorted(map(str, old)) != sorted(map(str, new)) or len(set(map(str, new))) < 2:
        raise refuse(new.place, "'reorder' and 'expects' name the same steps, two at least.")
    spots = [spot_of(draft.tree, key, cast("Word", name)) for name in old]
    first = spots[0]
    if any(s.home != first.home or s.number != first.number + n for n, s in enumerate(spots)):
        steps = cast("Items", draft.tree.get(key, first.home))
        there = ", ".join(name_of(step) for step in steps[first.number : first.number + len(old)])
        raise refuse(
            old.place,
            f"these steps do not follow one another in procedure {key[1]!r}: from {first.name!r} "
            f"on they are {there}.",
        )
    by_name = {spot.name: spot.step for spot in spots}
    steps = cast("Items", draft.tree.get(key, first.home))
    start = first.number
    turned = [by_name[str(name)] for name in new]
    draft.put(key, first.home, listed([*steps[:start], *turned, *steps[start + len(new) :]], steps))


def rename(draft: Draft, operation: Entries) -> None:
    """
    Give a step another name, in the laws, the steps and the procedures that speak of it as well.
    """
    key = _procedure(draft, operation)
    old = cast("Word", operation[cast("Word", "rename")])
    new = cast("Word", operation[cast("Word", "to")])
    spot = spot_of(draft.tree, key, old)
    if "expects" in operation:
        what = f"step {spot.name!r} of procedure {key[1]!r}"
        expect(spot.step, operation[cast("Word", "expects")], operation.place, what)
    names = {one.name for one in steps_in(draft.tree.files[key])}
    if new in names:
        raise refuse(new.place, f"procedure {key[1]!r} has a step {str(new)!r} already.")
    verb = next(iter(spot.step))
    step = copied(spot.step, operation.place)
    step[verb] = new
    draft.put(key, spot.path, step)
    pairs = {spot.name: new}
    if verb == "climb":  # its levels are steps whose names begin with its own
        roles = _climbed(draft, spot.step)
        pairs |= {f"{spot.name}-{role}": new.part(f"{new}-{role}", 0) for role in roles}
    for path, value in _mentions(draft.tree.files[key]):
        changed = _renamed(value, pairs)
        if changed is not value:
            draft.put(key, path, changed)
    if verb == "end":
        _callers(draft, key[1], spot.name, new)
    _heard(draft, key[1], pairs)


def _climbed(draft: Draft, step: Entries) -> list[str]:
    ladder = step.get(cast("Word", "ladder"))
    if isinstance(ladder, Word):
        found = [draft.tree.get(key, ("ladders", str(ladder))) for key in draft.tree.shared()]
        ladder = next((one for one in found if one is not None), None)
    return [str(role) for role in ladder] if isinstance(ladder, Items) else []


def _mentions(file: Entries) -> Iterable[tuple[Path, Node]]:
    """
    Each value of a procedure's file that names steps of it, and the way there.
    """
    laws = file.get(cast("Word", "laws"))
    for number, law in enumerate(laws if isinstance(laws, Items) else ()):
        if isinstance(law, Entries):
            for name, value in law.items():
                if name not in ("law", "en", "zh", "covers", "where", "within", "times"):
                    yield ("laws", number, str(name)), value
    for spot in steps_in(file):
        if "not-by" in spot.step:
            yield (*spot.path, "not-by"), spot.step[cast("Word", "not-by")]
    graph = file.get(cast("Word", "graph"))
    edges = graph.get(cast("Word", "edges")) if isinstance(graph, Entries) else None
    for number, edge in enumerate(edges if isinstance(edges, Items) else ()):
        for end in ("from", "to"):
            if isinstance(edge, Entries) and end in edge:
                yield ("graph", "edges", number, end), edge[cast("Word", end)]


def _renamed(value: Node, pairs: dict[str, Word]) -> Node:
    if isinstance(value, Word):
        return pairs.get(str(value), value)
    if isinstance(value, Entries) and any(str(name) in pairs for name in value):
        made = Entries(value.file, value.line, value.column)
        made.update({pairs.get(str(name), name): own for name, own in value.items()})
        return made
    if isinstance(value, Items) and any(isinstance(one, Word) and one in pairs for one in value):
        return listed([_renamed(one, pairs) for one in value], value)
    return value


def _callers(draft: Draft, procedure: str, old: str, new: Word) -> None:
    """
    An end has another name: whoever calls the procedure has a branch for it.
    """
    for key in [key for key in draft.tree.files if key[0] == "procedure"]:
        # From the last to the first: a branch that is renamed moves what stands in it.
        for spot in reversed([*steps_in(draft.tree.files[key])]):
            verb = next(iter(spot.step))
            called = spot.step.get(cast("Word", "procedure"), spot.step[verb])
            if verb != "call" or called != procedure:
                continue
            step = cast("Entries", draft.tree.get(key, spot.path))
            if not any(old in _outcomes(name) for name in step):
                continue
            made = Entries(step.file, step.line, step.column)
            for name, value in step.items():
                outcomes = _outcomes(name)
                if isinstance(value, Items) and old in outcomes:
                    words = ", ".join(str(new) if word == old else word for word in outcomes)
                    name = Word(words, new.file, new.line, new.column)  # noqa: PLW2901
                made[name] = value
            draft.put(key, spot.path, made)


def _outcomes(name: Word) -> list[str]:
    return [word.strip() for word in name.split(",")]


def _heard(draft: Draft, procedure: str, pairs: dict[str, Word]) -> None:
    """
    Rulebooks listen for steps of the procedure by their names.
    """
    for key in [key for key in draft.tree.files if key[0] == "rulebook"]:
        events = draft.tree.get(key, ("events",))
        for name, event in events.items() if isinstance(events, Entries) else ():
            step = event.get(cast("Word", "step")) if isinstance(event, Entries) else None
            if not isinstance(step, Word) or str(step) not in pairs:
                continue
            heard = [event.get(cast("Word", verb)) for verb in ("done", "late")]  # type: ignore[union-attr]
            if procedure in heard:
                draft.put(key, ("events", str(name), "step"), pairs[str(step)])


def _procedure(draft: Draft, operation: Entries) -> Key:
    key = file_of(draft.tree, "procedure", operation, "in", "step")
    verb = next(iter(operation))
    if "graph" in draft.tree.files[key] and verb != "rename":
        raise refuse(
            verb.place,
            f"procedure {key[1]!r} is written as nodes and edges, in which steps can be changed "
            "and renamed. To do more, drop it and add another.",
        )
    return key


def _expected(draft: Draft, operation: Entries, verb: str) -> tuple[Key, Spot]:
    key = _procedure(draft, operation)
    spot = spot_of(draft.tree, key, cast("Word", operation[cast("Word", verb)]))
    what = f"step {spot.name!r} of procedure {key[1]!r}"
    expect(spot.step, operation.get(cast("Word", "expects")), operation.place, what)
    return key, spot


def _swap(draft: Draft, key: Key, spot: Spot, new: Iterable[Node]) -> None:
    steps = cast("Items", draft.tree.get(key, spot.home))
    at = spot.number
    parts = list(new)
    _fresh(draft, key, parts, [one.name for one in _within([spot.step])])
    draft.put(key, spot.home, listed([*steps[:at], *parts, *steps[at + 1 :]], steps))


def _within(steps: Iterable[Node]) -> list[Spot]:
    """
    Some steps and all that they hold.
    """
    holder = Entries()
    holder[Word("steps")] = listed(list(steps), holder)
    return list(steps_in(holder))


def _fresh(draft: Draft, key: Key, new: Iterable[Node], gone: Iterable[str]) -> None:
    """
    Refuse a step whose name another one has that stays.
    """
    left = {spot.name for spot in steps_in(draft.tree.files[key])} - set(gone)
    for spot in _within(new):
        if spot.name in left:
            place = next(iter(spot.step.values())).place
            raise refuse(
                place,
                f"procedure {key[1]!r} has a step {spot.name!r} already. Give one another name.",
            )


def _words(step: Entries, name: str) -> list[str]:
    value = step.get(cast("Word", name))
    if isinstance(value, Word):
        return [str(value)]
    return [str(one) for one in value] if isinstance(value, Items) else []
