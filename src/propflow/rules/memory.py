"""
What one rule of a rulebook remembers: what it has found so far, and what it waits for.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from propflow.fields import dump
from propflow.rules.kinds import Anything, Cell, OneOf
from propflow.rules.lanes import TICK, Finder, Found, Key, Lane, Trace
from propflow.rules.rulebook import Kind, Pattern, Rule, Rulebook

#: Makes what finds for a rule; it is handed the kinds of the rulebook by name.
Finds = Callable[[Rule, Mapping[str, Kind]], Finder]


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


class Run:
    """
    One rule with what it remembers.

    Args:
        book: Its rulebook.
        rule: The rule.
        finds: Makes what finds for it.
    """

    def __init__(self, book: Rulebook, rule: Rule, finds: Finds) -> None:
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
        self.via = (self.name,)
        self.finder = finds(rule, kinds)
        self.find = self.finder.find
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

    @property
    def size(self) -> int:
        """
        How many things are remembered.
        """
        return self.finder.size + len(self.pending) + self.lately.size

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
            "lanes": [self._dump(found) for found in self.finder.found(now)],
            "pending": pending,
            "lately": self._dump(self.lately.found(now)),
        }

    def restore(self, saved: Mapping[str, Any], now: int) -> None:
        """
        Remember what was saved; nothing where the rule has changed since.
        """
        same = saved.get("print") == self.print
        lanes = [self._found(kept) for kept in saved["lanes"]] if same else []
        self.finder.restore(lanes, now)
        self.lately.fill(self._found(saved["lately"]) if same else [], now)
        self.pending = {}
        if not same:
            return
        for key, order, found, values in saved["pending"]:
            read = {name: self.own[name].load(value) for name, value in values.items()}
            self.pending[self._load(key)] = order, unpacked(found), read

    def _dump(self, found: Found) -> list[Any]:
        return [[[dump(v) for v in key], [packed(t) for t in traces]] for key, traces in found]

    def _found(self, kept: Sequence[Any]) -> Found:
        return [(self._load(key), [unpacked(t) for t in traces]) for key, traces in kept]

    def _load(self, key: Sequence[Any]) -> Key:
        return tuple(f.load(value) for f, value in zip(self.fields, key, strict=True))


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
