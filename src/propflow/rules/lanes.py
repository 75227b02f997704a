"""
What a rule of a rulebook has found so far by what it joins on, and no longer than it can be needed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import Any, Protocol

from propflow.rules.rulebook import Kind, Rule

#: Later than any moment, in microseconds.
FOREVER = 1 << 62
#: The smallest step of time.
TICK = timedelta(microseconds=1)

#: The moment from which microseconds are counted.
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

#: Why a thing counts: when it came, the events that led to it, the rules that did.
Trace = tuple[int, tuple[str, ...], tuple[str, ...]]
#: The values on which a rule joins.
Key = tuple[Any, ...]
#: What one pattern has found: by key, in order, the oldest first.
Found = list[tuple[Key, list[Trace]]]


def ticks(at: datetime) -> int:
    """
    A moment as whole microseconds.
    """
    # Dividing by a microsecond takes twice as long.
    since = at - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def moment(number: int) -> datetime:
    """
    Whole microseconds as a moment, in UTC.
    """
    return EPOCH + number * TICK


def together(parts: Sequence[Trace], now: int) -> Trace:
    """
    Several things as one, which counts from now.
    """
    if not any(part[2] for part in parts):
        # Events alone, which is nearly always so.
        every = [event for part in sorted(parts, key=_since) for event in part[1]]
        return now, tuple(dict.fromkeys(every)), ()
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


def keeps(rule: Rule, kind: Kind) -> int:
    """
    How long a rule can need what it found of a kind, in microseconds.
    """
    length = kind.keeps if kind.sort == "fact" else rule.within
    return FOREVER if length is None else length // TICK


class Finder(Protocol):
    """
    Finds for one rule what belongs together. The one that propflow brings is `Lanes`.

    It is told of each thing that fits a pattern of the rule, in the order of time, and answers
    whether all that the rule looks for is there. A rule takes of each pattern the oldest; a fact
    that has just come stands for itself. Events are used up, facts are not.
    """

    def find(self, at: int, key: Key, trace: Trace) -> Trace | None:
        """
        Take a thing that fits, and say whether all is there.

        Args:
            at: Which pattern it fits.
            key: The values on which the rule joins.
            trace: When it came, and why.

        Returns:
            All of it as one, or nothing.
        """
        ...

    def found(self, now: int) -> list[Found]:
        """
        For each pattern what can still be needed.
        """
        ...

    def restore(self, found: Sequence[Found], now: int) -> None:
        """
        Remember what was found, and nothing else.
        """
        ...

    @property
    def size(self) -> int:
        """
        How many things are remembered.
        """
        ...


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

    def found(self, now: int) -> Found:
        """
        What can still be needed, by key, in an order that depends on nothing else.
        """
        kept = []
        every = {**self.older, **self.store}
        for key in sorted(every, key=repr):
            live = [trace for trace in every[key] if trace[0] > now - self.keeps]
            if live:
                kept.append((key, live))
        return kept

    def fill(self, found: Found, now: int) -> None:
        """
        Remember what was found, and nothing else.
        """
        self.forget()
        self.store = {key: list(traces) for key, traces in found}
        self.turn = now

    @property
    def size(self) -> int:
        """
        How many things are remembered.
        """
        return sum(map(len, self.store.values())) + sum(map(len, self.older.values()))


class Lanes:
    """
    Finds for one rule what belongs together: a lane for each pattern.

    Args:
        rule: The rule.
        kinds: The kinds of its rulebook, by name.
    """

    def __init__(self, rule: Rule, kinds: Mapping[str, Kind]) -> None:
        self.within = rule.within
        self.count = rule.count
        self.is_fact = [kinds[pattern.kind].sort == "fact" for pattern in rule.when]
        single = len(rule.when) == 1 and rule.count == 1
        self.lanes = [] if single else [Lane(keeps(rule, kinds[p.kind])) for p in rule.when]
        self.find = self._one if single else self._some if rule.count > 1 else self._all

    def found(self, now: int) -> list[Found]:
        """
        For each pattern what can still be needed.
        """
        return [lane.found(now) for lane in self.lanes]

    def restore(self, found: Sequence[Found], now: int) -> None:
        """
        Remember what was found, and nothing else.
        """
        for lane, kept in zip(self.lanes, found or [[] for _ in self.lanes], strict=True):
            lane.fill(kept, now)

    @property
    def size(self) -> int:
        """
        How many things are remembered.
        """
        return sum(lane.size for lane in self.lanes)

    def _one(self, at: int, key: Key, trace: Trace) -> Trace | None:
        return trace

    def _some(self, at: int, key: Key, trace: Trace) -> Trace | None:
        lane = self.lanes[0]
        now = trace[0]
        keeps = lane.keeps
        # What `Lane.add` does, written out for the two cases that are nearly all.
        if now - lane.turn >= keeps:
            here = lane.add(key, trace)
        elif key in lane.store:
            here = lane.store[key]
            here.append(trace)
            start = now - keeps
            while here[0][0] <= start:
                del here[0]
        elif key in lane.older:
            here = lane.add(key, trace)
        else:
            lane.store[key] = [trace]
            return None
        if len(here) < self.count:
            return None
        del lane.store[key]
        return together(here, now)

    def _all(self, at: int, key: Key, trace: Trace) -> Trace | None:
        self.lanes[at].add(key, trace)
        found = self._join(at, key, trace[0])
        if found is None and self.within is None and not self.is_fact[at]:
            # It finds what holds when it comes, or nothing.
            self.lanes[at].drop(key)
        return found

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
