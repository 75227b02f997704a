"""
The operations on everything else: set, reword, change, add, drop, disable.
"""

from __future__ import annotations

from typing import cast

from propflow.errors import nearest
from propflow.sites.faults import Faults, refuse
from propflow.sites.nodes import Entries, Items, Node, Word
from propflow.sites.tailoring.finding import (
    FILES,
    KEYED,
    LISTED,
    THINGS,
    Thing,
    as_written,
    duties,
    file_of,
    find,
    names_of,
    subject_of,
    without,
)
from propflow.sites.tailoring.said import check, differs, expect, missing, short
from propflow.sites.tailoring.tree import (
    HANDBOOK,
    Draft,
    Key,
    alike,
    copied,
    listed,
)

_LANGUAGES = ("en", "zh")


def set_(draft: Draft, operation: Entries) -> None:
    """
    Give a setting another value.
    """
    name = cast("Word", operation[cast("Word", "set")])
    setting = find(draft.tree, "setting", name, operation)
    now = setting.node.get(cast("Word", "value"), Word(""))
    expected = operation.get(cast("Word", "expects"))
    if expected is None:
        raise refuse(
            operation.place, f"say what you expect of {setting} now: expects: {short(now)}."
        )
    if not alike(now, expected):
        raise refuse(expected.place, differs(str(setting), expected, now))
    node = copied(setting.node, operation.place)
    node[cast("Word", "value")] = operation[cast("Word", "to")]
    draft.put(setting.key, setting.path, node)


def reword(draft: Draft, operation: Entries) -> None:
    """
    Say something in other words.
    """
    thing = _subject(draft, operation, "reword")
    new = {code: operation[cast("Word", code)] for code in _LANGUAGES if code in operation}
    if not new:
        raise refuse(operation.place, "say the new words: 'en', 'zh' or both.")
    titled = "title" in thing.node or thing.kind in FILES
    label = thing.node.get(cast("Word", "title"), Entries()) if titled else thing.node
    words = without(
        cast("Entries", label), *(key for key in cast("Entries", label) if key not in _LANGUAGES)
    )
    expect(words, operation.get(cast("Word", "expects")), operation.place, f"the words of {thing}")
    into = copied(cast("Entries", label), operation.place)
    for key in operation:
        if str(key) in new:
            into[key] = new[str(key)]
    if titled:
        node = copied(thing.node)
        node[cast("Word", "title")] = into
        into = node
    draft.put(thing.key, thing.path, into)


def change(draft: Draft, operation: Entries) -> None:
    """
    Change keys of a step or another thing.
    """
    thing = _subject(draft, operation, "change")
    expected = operation.get(cast("Word", "expects"), Entries())
    to = operation.get(cast("Word", "to"), Entries())
    gone = operation.get(cast("Word", "without"), Items())
    names: list[Node] = [gone] if isinstance(gone, Word) else list(cast("Items", gone))
    if not to and not names:
        raise refuse(operation.place, "say what shall change: 'to', 'without' or both.")
    _held(thing, cast("Entries", expected), cast("Entries", to), names)
    moved = {
        key: value
        for key, value in cast("Entries", to).items()
        if thing.kind == "duty" and key in ("on", "of")
    }
    node = copied(thing.node, operation.place)
    for key, value in cast("Entries", to).items():
        if key not in moved:
            node[key] = value
    for name in names:
        del node[cast("Word", name)]
    if moved:
        _move(draft, thing, node, moved, operation)
    else:
        draft.put(thing.key, thing.path, as_written(thing.kind, node))


def _held(thing: Thing, expected: Entries, to: Entries, gone: list[Node]) -> None:
    """
    Hold an operation's expectations against a thing: nothing is overwritten unseen.
    """
    faults = Faults()
    there = copied(thing.node)
    if thing.kind == "duty":
        there[Word("on" if thing.key[0] == "post" else "of")] = Word(thing.key[1])
    check(there, expected, str(thing), faults)
    first = next(iter(thing.node), None)
    for key in to:
        if key == first and thing.kind not in KEYED:
            faults.add(key.place, f"{str(key)!r} is what names {thing}. A step can be renamed.")
        elif key in there and key not in expected:
            faults.add(
                key.place,
                f"{thing} says {str(key)!r} already: {short(there[key])}. Write that under "
                "'expects'.",
            )
    for name in gone:
        if name not in there:
            word = cast("Word", name)
            faults.add(word.place, f"{thing} has no {str(word)!r}.{nearest(word, there)}")
        elif name not in expected:
            said = short(there[cast("Word", name)])
            faults.add(
                name.place,
                f"{thing} says {str(name)!r}: {said}. Write that under 'expects'.",
            )
    faults.close()


def _move(
    draft: Draft, thing: Thing, node: Entries, to: dict[Word, Node], operation: Entries
) -> None:
    """
    A duty goes to another post, or to another list.
    """
    if len(to) != 1:
        raise refuse(operation.place, "a duty belongs to a post ('on') or a list ('of'), not both.")
    ((where, name),) = to.items()
    kind = "post" if where == "on" else "duties"
    key = (kind, str(name))
    if key not in draft.tree.files:
        raise missing(
            "list of duties" if kind == "duties" else kind,
            cast("Word", name),
            draft.tree.names(kind),
        )
    _take(draft, thing)
    _append(draft, key, "duties" if kind == "post" else "list", node)


def add(draft: Draft, operation: Entries) -> None:
    """
    Add a thing.
    """
    new = operation[cast("Word", "add")]
    first = next(iter(new), None) if isinstance(new, Entries) else None
    kinds = [*THINGS[1:], "duties"]
    if first is None or not isinstance(new, Entries):
        raise refuse(
            new.place, "what is added begins with its kind and its name, as in 'law: NAME'."
        )
    if first not in kinds:
        raise missing("kind of thing", first, kinds)
    kind, name = str(first), new[first]
    if not isinstance(name, Word):
        raise refuse(name.place, f"the name of a {kind} is a word.")
    if kind in (*FILES, "duties"):
        _fresh(kind, name, draft.tree.names(kind))
        draft.put((kind, str(name)), (), new)
    elif kind == "duty":
        _fresh(kind, name, [duty.name for duty in duties(draft.tree)])
        where = "of" if "of" in operation else "on"
        home = file_of(draft.tree, "duties" if where == "of" else "post", operation, where, kind)
        _append(draft, home, "list" if where == "of" else "duties", new)
    elif kind in LISTED:
        of, part, by = LISTED[kind]
        home = file_of(draft.tree, of, operation, "on" if of == "post" else "in", kind)
        there = draft.tree.get(home, (part,))
        named = [_named(one, by) for one in there] if isinstance(there, Items) else []
        _fresh(kind, name, named)
        _append(draft, home, part, _called(new, by))
    else:
        of, part = KEYED[kind]
        home = HANDBOOK if of == "handbook" else file_of(draft.tree, of, operation, "in", kind)
        entries = draft.tree.get(home, (part,))
        known = entries if isinstance(entries, Entries) else ()
        _fresh(kind, name, names_of(draft.tree, kind) if home == HANDBOOK else known)
        made = copied(entries) if isinstance(entries, Entries) else Entries(*_at(new))
        made[name] = as_written(kind, without(new, kind))
        _put_key(draft, home, part, made)


def _named(entry: Node, by: str) -> str:
    return str(entry.get(cast("Word", by))) if isinstance(entry, Entries) else ""


def _called(new: Entries, by: str) -> Entries:
    """
    The same with another first key: what answers a message stands under ``on``.
    """
    made = Entries(*_at(new))
    for number, (key, value) in enumerate(new.items()):
        made[key if number else Word(by, key.file, key.line, key.column)] = value
    return made


def _at(node: Entries) -> tuple[str, int, int]:
    return node.file, node.line, node.column


def _fresh(kind: str, name: Word, known: object) -> None:
    if str(name) in known:  # type: ignore[operator]
        raise refuse(name.place, f"there is a {kind} {str(name)!r} already.")


def drop(draft: Draft, operation: Entries) -> None:
    """
    Take a thing away.
    """
    thing = _subject(draft, operation, "drop")
    if thing.kind == "step":
        raise refuse(operation.place, "a step is taken out with 'remove: NAME'.")
    expect(thing.node, operation.get(cast("Word", "expects")), operation.place, str(thing))
    _take(draft, thing)


def disable(draft: Draft, operation: Entries) -> None:
    """
    Leave a thing unused.
    """
    thing = _subject(draft, operation, "disable")
    if thing.kind not in ("procedure", "rulebook", "duty"):
        raise refuse(
            operation.place,
            f"a {thing.kind} cannot be disabled: a procedure, a rulebook or a duty can.",
        )
    if "expects" in operation:
        expect(thing.node, operation[cast("Word", "expects")], operation.place, str(thing))
    if thing.kind != "procedure":
        _take(draft, thing)
        return
    if "opens-on" in thing.node:
        draft.put(thing.key, (), without(thing.node, "opens-on"))
    for kind, part in (("post", "duties"), ("post", "responses"), ("duties", "list")):
        for key in [key for key in draft.tree.files if key[0] == kind]:
            entries = draft.tree.get(key, (part,))
            if isinstance(entries, Items):
                kept = [one for one in entries if _opens(one) != thing.name]
                if len(kept) < len(entries):
                    draft.put(key, (part,), listed(kept, entries))


def _opens(entry: Node) -> str:
    return str(entry.get(cast("Word", "opens"), "")) if isinstance(entry, Entries) else ""


# -- taking out and putting in ---------------------------------------------------------------


def _take(draft: Draft, thing: Thing) -> None:
    if not thing.path:
        draft.put(thing.key, (), None)
        return
    *home, last = thing.path
    holder = draft.tree.get(thing.key, tuple(home))
    if isinstance(holder, Items):
        left = listed([one for number, one in enumerate(holder) if number != last], holder)
        draft.put(thing.key, tuple(home), left)
    else:
        draft.put(thing.key, tuple(home), without(cast("Entries", holder), str(last)))


def _append(draft: Draft, key: Key, part: str, new: Entries) -> None:
    there = draft.tree.get(key, (part,))
    if isinstance(there, Items):
        draft.put(key, (part,), listed([*there, new], there))
    else:
        _put_key(draft, key, part, listed([new], new))


def _put_key(draft: Draft, key: Key, part: str, value: Node) -> None:
    if draft.tree.get(key, (part,)) is not None:
        draft.put(key, (part,), value)
        return
    # A key that was not there comes with the place of what it brings.
    file = copied(draft.tree.files[key])
    at = value.place
    file[Word(part, at.file, at.line, at.column)] = value
    draft.put(key, (), file)


def _subject(draft: Draft, operation: Entries, verb: str) -> Thing:
    key = next(iter(operation))
    kind, name = subject_of(operation[cast("Word", verb)], key)
    return find(draft.tree, kind, name, operation)
