"""
Whether a thing has become weaker: what each kind of locked thing may change, and what not.

A step becomes weaker where more people may do it, where it may take longer, asks for less, is
seen by fewer eyes, or can be passed by. A figure becomes weaker beyond its bound; a duty, where
one of its calls is lost; a decision, where an outcome that it keeps comes out otherwise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any, cast

from propflow.calendar import AgendaError, Duty, DutyError, RhythmError, agenda, parse_rhythm
from propflow.durations import Deadline, WorkLength, parse_deadline, say_deadline
from propflow.errors import UndecidedError, ValueRefusedError
from propflow.fields import Field
from propflow.rules import Row, Table, compile_table, incomparable, shifts
from propflow.sites.convert import structure
from propflow.sites.decisions import table_of
from propflow.sites.faults import Faults
from propflow.sites.lawshape import TEMPLATES
from propflow.sites.nodes import Entries, Items, Node, Word
from propflow.sites.tailoring.finding import Thing
from propflow.sites.tailoring.said import short
from propflow.sites.tailoring.tree import (
    Key,
    Path,
    Tree,
    alike,
    name_of,
    steps_in,
)

#: Calls are compared over these two years, of which one is a leap year, and so many at the most.
FIRST, LAST = datetime(2027, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)
MOST_CALLS = 5_000

_FEWER = ("by",)
_MORE = ("late-tells", "asks", "not-by", "same", "covers")
_STAYS = (
    "fills", "table", "fact", "if", "until", "for", "procedure", "gives", "takes", "over", "where",
    "ladder", "from", "late-answer", "caution", "en", "zh",
)  # fmt: skip
# What may not come to be there either: a condition, a shorter ladder, another way to decide.
_NARROWS = (
    "table", "fact", "if", "until", "for", "procedure", "gives", "takes", "over", "where", "from",
)  # fmt: skip
_NEW = ("late-answer", "late")
# Lists of a step that are no branches.
_LISTS = ("covers", "asks", "late-tells", "not-by", "by", "to", "same", "for", "ladder")
_SAID = {
    "by": "lets others do it",
    "late-tells": "tells fewer people when it is late",
    "asks": "asks for less",
    "not-by": "takes a pair of eyes away",
    "same": "lets more messages pass",
    "covers": "leaves out a box of the source",
    "to": "tells fewer people",
    "fills": "changes the record that it fills in",
    "en": "says it in other words",
    "zh": "says it in other words",
    "caution": "changes its caution",
}


def step(was: Thing, now: Thing, before: Tree, after: Tree) -> Iterator[str]:
    """
    In which ways a step is weaker than it was.
    """
    old, new = was.node, now.node
    verbs = [str(next(iter(one))) for one in (old, new)]
    if verbs[0] != verbs[1]:
        yield f"this makes a {verbs[1]!r} of a {verbs[0]!r}."
        return
    for key in (*_FEWER, *_MORE, *(("to",) if verbs[0] == "tell" else ())):
        less, more = (new, old) if key == "by" else (old, new)
        lost = [word for word in _words(less, key) if word not in _words(more, key)]
        if lost and key in old:
            yield f"this {_SAID[key]}: {', '.join(lost)}."
    ladder = ("to",) if verbs[0] == "climb" else ()
    for key in (*_STAYS, *ladder):
        there = key in old or (key in new and key in (*_NARROWS, *ladder))
        if there and not alike(_get(old, key), _get(new, key)):
            yield f"this {_SAID.get(key, f'changes {key!r}')}: {_was_is(old, new, key)}."
    for key in _NEW:
        if key in new and key not in old:
            yield f"this adds {key!r}, so that it can be passed by."
    yield from _longer(_get(old, "within"), _get(new, "within"), before, after, "may take")
    if _get(new, "optional") == "yes" and _get(old, "optional") != "yes":
        yield "this lets those who may do it leave it."
    lost = [word for word in _branches(old) if word not in _branches(new)]
    if lost:
        yield f"this takes the way for {', '.join(lost)} away."
    file, file_now = before.files[was.key], after.files[now.key]
    if _chain(file, was.path) != _chain(file_now, now.path):
        yield f"this moves it: it was {_where(file, was.path)} and is {_where(file_now, now.path)}."
    ends = _ends_before(file_now, now.path) - _ends_before(file, was.path)
    if ends:
        yield f"this lets a case end before it: {', '.join(sorted(ends))}."
    yield from _opened(was.key, before, after)


def law(was: Thing, now: Thing, before: Tree, after: Tree) -> Iterator[str]:
    """
    In which ways a law is weaker than it was.
    """
    old, new = was.node, now.node
    for key in (*TEMPLATES, "where", "times"):
        if not alike(_get(old, key), _get(new, key)):
            yield f"this changes {key!r}: {_was_is(old, new, key)}."
    yield from _longer(_get(old, "within"), _get(new, "within"), before, after, "gives")
    spoken = {word for key in TEMPLATES for word in _words(old, key)}
    then = {spot.name: spot.step for spot in steps_in(before.files[was.key])}
    there = {spot.name: spot.step for spot in steps_in(after.files[now.key])}
    for name in sorted(spoken & then.keys()):
        if name not in there:
            yield f"this takes step {name!r} away, of which it speaks."
        elif next(iter(then[name])) != next(iter(there[name])):
            yield f"this makes another kind of step of {name!r}, of which it speaks."
    yield from _opened(was.key, before, after)


def procedure(was: Thing, now: Thing) -> Iterator[str]:
    """
    In which ways a procedure as a whole is weaker; its steps and laws have locks of their own.
    """
    lost = [w for w in _words(was.node, "opens-on") if w not in _words(now.node, "opens-on")]
    if lost:
        yield f"it no longer begins on {', '.join(lost)}."


def setting(old: Node, new: Node, at_least: str, at_most: str) -> Iterator[str]:
    """
    In which ways a figure is weaker.
    """
    was, now = cast("Entries", old), cast("Entries", new)
    for key in ("type", "unit"):
        if not alike(_get(was, key), _get(now, key)):
            yield f"this changes its {key}: {_was_is(was, now, key)}."
            return
    field = _field(was)
    value = _value(field, _get(now, "value"))
    if not at_least and not at_most:
        if _value(field, _get(was, "value")) != value:
            yield f"this changes it: {_was_is(was, now, 'value')}."
        return
    if value is None:
        return  # the loader says what is wrong with it
    low, high = (_value(field, Word(text)) if text else None for text in (at_least, at_most))
    if low is not None and value < low:
        yield f"this makes it {short(_get(now, 'value') or Word(''))}, and {at_least} is the least."
    if high is not None and value > high:
        yield f"this makes it {short(_get(now, 'value') or Word(''))}, and {at_most} is the most."


def bound(node: Node, text: str) -> str:
    """
    Why a bound does not go with a setting, or nothing.
    """
    field = _field(cast("Entries", node))
    if not field.ordered:
        return f"a setting of type {field.type} has no bounds: lock it as it is."
    try:
        field.read(text)
    except ValueRefusedError as error:
        return str(error)
    return ""


def duty(was: Thing, now: Thing, before: Tree, after: Tree) -> Iterator[str]:
    """
    In which ways a duty is weaker.
    """
    old, new = was.node, now.node
    for key in ("opens", "fills", "facts"):
        if key in old and not alike(old[cast("Word", key)], _get(new, key)):
            yield f"this changes {key!r}: {_was_is(old, new, key)}."
    if not alike(_get(old, "overlap") or Word("allow"), _get(new, "overlap") or Word("allow")):
        yield f"this changes 'overlap': {_was_is(old, new, 'overlap')}."
    by = [word for word in _owers(now, after) if word not in _owers(was, before)]
    if by:
        yield f"this lets others do it: {', '.join(by)}."
    lost = [word for word in _words(old, "asks") if word not in _words(new, "asks")]
    if lost:
        yield f"this asks for less: {', '.join(lost)}."
    if (
        "missed" in new
        and _get(new, "missed") != "all"
        and not alike(_get(old, "missed"), _get(new, "missed"))
    ):
        yield f"this changes what is still owed when it was missed: {_was_is(old, new, 'missed')}."
    none = Word("0 minutes")
    yield from _longer(
        _get(old, "grace") or none, _get(new, "grace") or none, before, after, "may be late by"
    )
    yield from _calls(was, now)


def decision(old: Node, new: Node, keeps: tuple[str, ...]) -> Iterator[str]:
    """
    In which ways a decision is weaker: an outcome that it keeps comes out otherwise.
    """
    one, other = _table(old), _table(new)
    if one is None or other is None:
        return  # the loader says what is wrong with it
    why = incomparable(one, other)
    if why:
        yield f"{why}."
        return
    main = one.outputs[0].name
    for day in _days(one, other):
        try:
            found = shifts(compile_table(one), compile_table(other), at=day, most=1_000)
        except UndecidedError as error:
            yield str(error)
            return
        for shift in found:
            outcome = None if shift.before is None else shift.before.get(main)
            if outcome is not None and (not keeps or str(outcome) in keeps):
                yield f"for {shift.say(one, other)}"
                return


# -- steps ----------------------------------------------------------------------------------


def _get(node: Node | None, key: str) -> Node | None:
    return node.get(cast("Word", key)) if isinstance(node, Entries) else None


def _words(node: Entries, key: str) -> list[str]:
    value = node.get(cast("Word", key))
    if isinstance(value, Word):
        return [str(value)]
    return [str(one) for one in value] if isinstance(value, Items | Entries) else []


def _was_is(old: Entries, new: Entries, key: str) -> str:
    said = [
        short(node) if (node := _get(one, key)) is not None else "nothing" for one in (old, new)
    ]
    return f"{said[1]} instead of {said[0]}"


def _branches(node: Entries) -> list[str]:
    ways = [key for key, value in node.items() if isinstance(value, Items) and key not in _LISTS]
    return [word for key in ways for word in _outcomes(key)]


def _outcomes(key: str) -> list[str]:
    return [word.strip() for word in key.split(",")]


def _time(node: Node | None, tree: Tree) -> Deadline | None:
    text = str(node) if isinstance(node, Word) else ""
    if text.startswith("setting "):
        path = ("settings", text.removeprefix("setting ").strip(), "value")
        value = [node for key in tree.shared() if (node := tree.get(key, path)) is not None]
        text = str(value[0]) if value else ""
    try:
        return parse_deadline(text) if text else None
    except ValueError:
        return None


def _longer(
    old: Node | None, new: Node | None, before: Tree, after: Tree, verb: str
) -> Iterator[str]:
    was, now = _time(old, before), _time(new, after)
    if was is None or now == was:
        return
    if now is None and new is None:
        yield f"it {verb} {say_deadline(was)}, and this takes the limit away."
    elif now is not None and not _within(now, was):
        yield f"it {verb} {say_deadline(was)}, and this makes it {say_deadline(now)}."


def _within(now: Deadline, was: Deadline) -> bool:
    """
    Whether a deadline is never later than another, whatever the calendar says.
    """
    one, other = (
        WorkLength(unit="clock", time=x) if isinstance(x, timedelta) else x for x in (now, was)
    )
    if other.unit == "days":
        # The last of the working days may be over soon after it began.
        clock = one.unit == "clock" and one.time <= timedelta(days=other.days - 1)
        return clock or (one.unit == "days" and one.days <= other.days)
    # Working time stands still at night, so the clock is never later by as much.
    return one.unit in ("clock", other.unit) and one.time <= other.time


def _chain(file: Entries, path: Path) -> list[tuple[str, ...]]:
    """
    The branches in which a step stands, from the outermost; side by side is no condition.
    """
    found = []
    node: Any = file
    for number, part in enumerate(path):
        if isinstance(part, str) and number and path[0] == "steps":
            verb = str(next(iter(node)))
            if verb != "together":
                found.append((verb, name_of(node), *sorted(_outcomes(part))))
        node = node[part]
    return found


def _where(file: Entries, path: Path) -> str:
    chain = _chain(file, path)
    if not chain:
        return "in no branch"
    _, name, *outcomes = chain[-1]
    return f"in branch {', '.join(outcomes)} of {name!r}"


def _ends_before(file: Entries, path: Path) -> Counter[str]:
    """
    The ends that come before a step, in its own list and in those around it.
    """
    found: Counter[str] = Counter()
    node: Any = file
    for part in path:
        if isinstance(part, int):
            earlier = Items()
            earlier.extend(node[:part])
            holder = Entries()
            holder[Word("steps")] = earlier
            found.update(spot.name for spot in steps_in(holder) if next(iter(spot.step)) == "end")
        node = node[part]
    return found


def _opened(key: Key, before: Tree, after: Tree) -> Iterator[str]:
    old, new = before.files[key], after.files[key]
    lost = [word for word in _words(old, "opens-on") if word not in _words(new, "opens-on")]
    if lost:
        yield f"its procedure no longer begins on {', '.join(lost)}."
    gone = _openers(before, key[1]) - _openers(after, key[1])
    if gone:
        yield f"its procedure is no longer opened by {', '.join(sorted(gone))}."


def _openers(tree: Tree, procedure: str) -> set[str]:
    found = set()
    for key in tree.files:
        for part in {"post": ("duties", "responses"), "duties": ("list",)}.get(key[0], ()):
            entries = tree.get(key, (part,))
            for one in entries if isinstance(entries, Items) else ():
                if _get(one, "opens") == procedure:
                    found.add(name_of(one))
    return found


# -- figures, duties, decisions -------------------------------------------------------------


def _field(node: Entries) -> Field:
    of = _get(node, "of")
    words = tuple(map(str, of)) if isinstance(of, Items | Entries) else ()
    try:
        return Field(name="value", type=str(_get(node, "type")), of=words)
    except ValueError:
        return Field(name="value", type="text")


def _value(field: Field, node: Node | None) -> Any:
    try:
        return field.read(str(node))
    except ValueRefusedError:
        return None


def _owers(thing: Thing, tree: Tree) -> list[str]:
    own = _words(thing.node, "by")
    return own or _words(tree.files[thing.key], "role")


def _calls(was: Thing, now: Thing) -> Iterator[str]:
    keys = ("rhythm", "days", "roll", "from", "until")
    other = [key for key in keys if not alike(_get(was.node, key), _get(now.node, key))]
    said = [f"{key} is {_was_is(was.node, now.node, key)}" for key in other]
    if not other:
        return
    old, new = _duty(was.node), _duty(now.node)
    if old is None or new is None:
        return  # the loader says what is wrong with it
    try:
        calls = [one.due for one in islice(agenda([old], FIRST, LAST, zone=UTC), MOST_CALLS)]
        until = calls[-1] + timedelta(days=1) if calls else LAST
        kept = {one.due for one in agenda([new], FIRST, until, zone=UTC)}
    except AgendaError:
        yield f"it goes by another duty, so it stays as it is: {'; '.join(said)}."
        return
    lost = next((call for call in calls if call not in kept), None)
    if lost is not None:
        yield (
            f"this loses a call, as the one of {lost:%A} {lost:%Y-%m-%d} at {lost:%H:%M}: "
            f"{'; '.join(said)}."
        )


def _duty(node: Entries) -> Duty | None:
    given: dict[str, Callable[[str], Any]] = {"days": str, "roll": str}
    more: dict[str, Any] = {
        key: read(str(_get(node, key))) for key, read in given.items() if key in node
    }
    try:
        for key, name in (("from", "starts"), ("until", "ends")):
            if key in node:
                more[name] = date.fromisoformat(str(_get(node, key)))
        return Duty(id="duty", by=("any",), rhythm=parse_rhythm(str(_get(node, "rhythm"))), **more)
    except (RhythmError, DutyError, ValueError):
        return None


def _table(node: Node) -> Table | None:
    from propflow.sites.files import DecisionFile

    faults = Faults()
    shape = structure(node, DecisionFile, faults)
    return None if shape is None else table_of(shape, faults)


def _days(one: Table, other: Table) -> list[date | None]:
    days: set[date] = set()
    for table in (one, other):
        every: list[Row | Table] = [table, *table.rows]
        for timed in every:
            days |= {day for day in (timed.valid_from, timed.valid_until) if day is not None}
            if timed.valid_until is not None and timed.valid_until < date.max:
                days.add(timed.valid_until + timedelta(days=1))
    first = {min(days) - timedelta(days=1)} if days and min(days) > date.min else set()
    return [*sorted(days | first)] if days else [None]
