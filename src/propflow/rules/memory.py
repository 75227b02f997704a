"""
What one rule of a rulebook remembers: the things found so far by what it joins on, and no longer
than they can still lead to anything.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from operator import itemgetter
from typing import Any

from propflow.fields import dump
from propflow.rules.kinds import Anything, Cell, OneOf
from propflow.rules.rulebook import Kind, Pattern, Rule, Rulebook

#: Later than any moment, in microseconds.
FOREVER = 1 << 62
#: The smallest step of time.
TICK = timedelta(microseconds=1)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

#: Why a thing counts: when it came, the events that led to it, the rules that did.
Trace = tuple[int, tuple[str, ...], tuple[str, ...]]
#: The values on which a rule joins.
Key = tuple[Any, ...]


def ticks(at: datetime) -> int:
    """
    A moment as whole microseconds.
    """
    # Dividing by a microsecond takes twice as long.
    since = at - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def moment(number: int) -> datetime:
    """
    Whole microseconds as a moment, in UTC.
    """
    return _EPOCH + number * TICK


def together(parts: Sequence[Trace], now: int) -> Trace:
    """
    Several things as one, which counts from now.
    """
    ordered = sorted(parts, key=_since)
    events: dict[str, None] = {}
    via: dict[str, None] = {}
    for _, some, rules in ordered:
        for event in some:
            events[event] = None
        for rule in rules:
            via[rule] = None
    return now, tuple(events), tuple(via)


_since = itemgetter(0)


def packed(trace: Trace) -> list[Any]:
    """
    A trace as JSON can hold it.
    """
    return [trace[0], list(trace[1]), list(trace[2])]


def unpacked(trace: Sequence[Any]) -> Trace:
    """
    A trace as it was before `packed`.
    """
    return trace[0], tuple(trace[1]), tuple(trace[2])


class Lane:
    """
    What one pattern of a rule has found: by key, the oldest first.

    Args:
        keeps: How long it can be needed, in microseconds.
    """

    # What was not touched for longer than that is dropped all at once: it is `older` first.
    __slots__ = ("keeps", "older", "store", "turn")

    def __init__(self, keeps: int) -> None:
        self.keeps = keeps
        self.forget()

    def forget(self) -> None:
        """
        Remember nothing.
        """
        self.store: dict[Key, list[Trace]] = {}
        self.older: dict[Key, list[Trace]] = {}
        self.turn = -FOREVER

    def add(self, key: Key, trace: Trace) -> list[Trace]:
        """
        Remember a thing; gives all of its key that can still be needed.
        """
        now = trace[0]
        if now - self.turn >= self.keeps:
            self.older = self.store if now - self.turn < 2 * self.keeps else {}
            self.store = {}
            self.turn = now
        here = self.store.get(key)
        if here is None:
            here = self.store[key] = self.older.pop(key) if key in self.older else []
        here.append(trace)
        start = now - self.keeps
        while here[0][0] <= start:
            del here[0]
        return here

    def of(self, key: Key, now: int) -> list[Trace]:
        """
        All of a key that can still be needed.
        """
        here = self.store.get(key)
        if here is None:
            if key not in self.older:
                return []
            here = self.store[key] = self.older.pop(key)
        start = now - self.keeps
        while here and here[0][0] <= start:
            del here[0]
        if not here:
            del self.store[key]
        return here

    def drop(self, key: Key) -> None:
        """
        Forget a key.
        """
        self.store.pop(key, None)

    def save(self, now: int) -> list[Any]:
        """
        What can still be needed, as JSON can hold it.
        """
        kept = []
        every = {**self.older, **self.store}
        for key in sorted(every, key=repr):
            live = [packed(trace) for trace in every[key] if trace[0] > now - self.keeps]
            if live:
                kept.append([[dump(value) for value in key], live])
        return kept

    @property
    def size(self) -> int:
        """
        How many things are remembered.
        """
        return sum(map(len, self.store.values())) + sum(map(len, self.older.values()))


class Run:
    """
    One rule with what it remembers.

    Args:
        book: Its rulebook.
        rule: The rule.
    """

    def __init__(self, book: Rulebook, rule: Rule) -> None:
        kinds = {kind.id: kind for kind in book.kinds}
        self.rule = rule
        self.number = book.rules.index(rule)
        self.name = f"{book.id}/{rule.id}"
        self.print = _print(book, rule)
        patterns = [*rule.when, *([rule.unless] if rule.unless is not None else [])]
        self.tests = [_tests(pattern) for pattern in patterns]
        self.own = {field.name: field for field in kinds[rule.when[0].kind].fields}
        self.fields = [self.own[name] for name in rule.same]
        self.key = _keys(rule.same)
        self.wanted = tuple(dict.fromkeys(source for then in rule.then for _, source in then.facts))
        self.by = 0 if rule.by is None else rule.by // TICK
        self.early = rule.early // TICK
        self.is_fact = [kinds[pattern.kind].sort == "fact" for pattern in rule.when]
        self.count = rule.count
        self.via = (self.name,)
        self.single = len(rule.when) == 1 and rule.count == 1
        self.lanes = [] if self.single else [Lane(_keeps(rule, kinds[p.kind])) for p in rule.when]
        self.pending: dict[Key, tuple[int, Trace, dict[str, Any]]] = {}
        self.lately = Lane(self.early + 1)

    def came(self, key: Key, trace: Trace) -> None:
        """
        What must not come has come.
        """
        self.pending.pop(key, None)
        if self.early:
            self.lately.drop(key)
            self.lately.add(key, trace)

    def has_come(self, key: Key, now: int) -> bool:
        """
        Whether what must not come had come early enough to count.
        """
        return bool(self.early and self.lately.of(key, now))

    def find(self, at: int, key: Key, trace: Trace) -> Trace | None:
        """
        Everything that the rule looks for, once it is all there.

        Args:
            at: Which of its patterns has found something.
            key: By what it joins.
            trace: What was found.
        """
        if self.single:
            return trace
        lane = self.lanes[at]
        here = lane.add(key, trace)
        if self.count > 1:
            if len(here) < self.count:
                return None
            del lane.store[key]
            return together(here, trace[0])
        found_ = self._join(at, key, trace[0])
        if found_ is None and self.rule.within is None and not self.is_fact[at]:
            # It finds what holds when it comes, or nothing.
            self.lanes[at].drop(key)
        return found_

    def _join(self, at: int, key: Key, now: int) -> Trace | None:
        parts = []
        for other, lane in enumerate(self.lanes):
            here = lane.of(key, now)
            if not here:
                return None
            # A fact that has just come is what is new; of all else the oldest.
            parts.append(here[-1] if other == at and self.is_fact[other] else here[0])
        found = together(parts, now)
        for other, fact in enumerate(self.is_fact):
            if not fact:
                here = self.lanes[other].of(key, now)
                del here[0]
                if not here:
                    self.lanes[other].drop(key)
        return found

    @property
    def size(self) -> int:
        """
        How many things are remembered.
        """
        return sum(lane.size for lane in self.lanes) + len(self.pending) + self.lately.size

    def save(self, now: int) -> dict[str, Any]:
        """
        What is remembered, as JSON can hold it.
        """
        pending = [
            [
                [dump(value) for value in key],
                order,
                packed(found),
                {name: dump(value) for name, value in values.items()},
            ]
            for key, (order, found, values) in self.pending.items()
        ]
        return {
            "print": self.print,
            "lanes": [lane.save(now) for lane in self.lanes],
            "pending": pending,
            "lately": self.lately.save(now),
        }

    def restore(self, saved: Mapping[str, Any], now: int) -> None:
        """
        Remember what was saved; nothing where the rule has changed since.
        """
        for lane in (*self.lanes, self.lately):
            lane.forget()
        self.pending = {}
        if saved.get("print") != self.print:
            return
        for lane, kept in zip(
            (*self.lanes, self.lately), (*saved["lanes"], saved["lately"]), strict=True
        ):
            lane.store = {self._load(key): [unpacked(t) for t in live] for key, live in kept}
            lane.turn = now
        for key, order, found, values in saved["pending"]:
            read = {name: self.own[name].load(value) for name, value in values.items()}
            self.pending[self._load(key)] = order, unpacked(found), read

    def _load(self, key: Sequence[Any]) -> Key:
        return tuple(f.load(value) for f, value in zip(self.fields, key, strict=True))


def _keeps(rule: Rule, kind: Kind) -> int:
    keeps = kind.keeps if kind.sort == "fact" else rule.within
    return FOREVER if keeps is None else keeps // TICK


def _print(book: Rulebook, rule: Rule) -> str:
    # What the rule means, in short: a rule that means something else remembers nothing.
    said = book.as_dict()
    own = next(each for each in said["rules"] if each["id"] == rule.id)
    text = json.dumps([said["kinds"], own], sort_keys=True)
    return sha256(text.encode()).hexdigest()[:16]


def _keys(names: Sequence[str]) -> Callable[[Mapping[str, Any]], Key]:
    if len(names) == 1:
        only = names[0]
        return lambda facts: (facts[only],)
    return lambda facts: tuple([facts[name] for name in names])


def _tests(pattern: Pattern) -> tuple[tuple[str, Callable[[Any], bool]], ...]:
    tests = pattern.test.tests if pattern.test is not None else ()
    return tuple(
        (field.name, _test(cell)) for field, cell in tests if not isinstance(cell, Anything)
    )


def _test(cell: Cell) -> Callable[[Any], bool]:
    if isinstance(cell, OneOf) and not cell.negated and isinstance(cell.values[0], str):
        return frozenset(cell.values).__contains__
    return cell.admits
