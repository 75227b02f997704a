"""
Runs rulebooks: events in, conclusions out, the same events always with the same conclusions.

It reads no clock: every event brings its moment, and whoever runs it says how late it is. What it
remembers is data, and no more than some rule can still need.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from heapq import heapify, heappop, heappush
from typing import Any, NamedTuple, Protocol

from propflow.errors import UnknownNameError, ValueRefusedError
from propflow.fields import Value, dump
from propflow.rules.lanes import EPOCH, FOREVER, TICK, Key, Lanes, Trace, moment, ticks
from propflow.rules.memory import Finds, Run, packed, unpacked
from propflow.rules.rulebook import Kind, Rulebook, RulebookError, Then

#: How often conclusions may lead to conclusions in answer to one event.
ROUNDS = 100

#: Facts that rules concluded and have still to be shown to the rules.
_Fresh = list[tuple[str, dict[str, Any], Trace]]


class Conclusion(NamedTuple):
    """
    What followed, and why.

    Attributes:
        rulebook: Name of the rulebook.
        rule: The rule that fired.
        time: When, in microseconds.
        then: What follows, as the rule says it.
        facts: The facts that go with it.
        events: The events that led to it, by id, the earliest first.
        rules: The rules that led to it, each as ``rulebook/rule``, this one last.
    """

    rulebook: str
    rule: str
    time: int
    then: Then
    facts: tuple[tuple[str, Value], ...]
    events: tuple[str, ...]
    rules: tuple[str, ...]

    @property
    def at(self) -> datetime:
        """
        When, in UTC.
        """
        return moment(self.time)

    def as_dict(self) -> dict[str, Any]:
        """
        The conclusion for JSON.
        """
        return {
            "rulebook": self.rulebook,
            "rule": self.rule,
            "at": self.at.isoformat(),
            "does": self.then.does,
            "name": self.then.name,
            "to": list(self.then.to),
            "facts": {name: dump(value) for name, value in self.facts},
            "events": list(self.events),
            "rules": list(self.rules),
        }


class RuleEngine(Protocol):
    """
    Runs rulebooks. The engine that propflow brings is `Correlator`.
    """

    def feed(
        self, kind: str, facts: Mapping[str, Value], *, at: datetime, event: str = ""
    ) -> list[Conclusion]:
        """
        Take an event and say what follows: first from time that has passed, then from it.
        """
        ...

    def advance(self, now: datetime) -> list[Conclusion]:
        """
        Say what follows from time having passed.
        """
        ...

    def next_due(self) -> datetime | None:
        """
        When something follows next if nothing more comes.
        """
        ...

    def save(self) -> dict[str, Any]:
        """
        All that is remembered, as JSON can hold it.
        """
        ...

    def restore(self, saved: Mapping[str, Any]) -> None:
        """
        Remember what was saved, and nothing else.
        """
        ...


class Correlator:
    """
    The rule engine of propflow. It costs as much for the millionth event as for the first.

    Args:
        books: The rulebooks. Each knows its own kinds; what comes from outside is handed to
            every rulebook that knows a kind of that name.
        finds: Makes what finds for each rule the things that belong together. An engine of
            another make that joins and counts can do that work, and nothing else changes.
    """

    def __init__(self, books: Iterable[Rulebook], *, finds: Finds = Lanes) -> None:
        self.books = tuple(books)
        self._shelves = [_Shelf(book, finds) for book in self.books]
        self._by_kind: dict[str, list[_Shelf]] = {}
        for shelf in self._shelves:
            for kind in shelf.book.kinds:
                if kind.sort == "event":
                    self._by_kind.setdefault(kind.id, []).append(shelf)
        self._now = -FOREVER
        self._count = 0

    def feed(
        self, kind: str, facts: Mapping[str, Value], *, at: datetime, event: str = ""
    ) -> list[Conclusion]:
        """
        Take an event and say what follows: first from time that has passed, then from it.

        Args:
            kind: Its kind, the name of a message for one.
            facts: What it brings; every field of its kind, more is no concern of the rules.
            at: When it happened. An event that is older than the one before counts as of that.
            event: Its id, by which conclusions name it; a number where nothing is said.

        Raises:
            UnknownNameError: No rulebook knows the kind.
            ValueRefusedError: A field is missing or does not fit. Nothing has changed.
            RulebookError: Conclusions led to conclusions without end.
        """
        shelves = self._by_kind.get(kind)
        if shelves is None:
            raise UnknownNameError("kind of event", kind, tuple(self._by_kind))
        for shelf in shelves:
            for name, type_, known, bounded in shelf.checks[kind]:
                value = facts.get(name)
                if type(value) is not type_ or bounded or (known and value not in known):
                    shelf.check(kind, facts)
                    break
        # Written out, like much of what follows: it happens for every event that there is.
        since = at - EPOCH
        now = (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
        if now < self._now:  # noqa: PLR1730 a call takes longer than all of this
            now = self._now
        out: list[Conclusion] = []
        for shelf in self._shelves:
            if shelf.due < now:
                shelf.expire(now, out)
        if out:
            out.sort(key=lambda conclusion: conclusion.time)
        self._now = now
        self._count = count = self._count + 1
        trace = now, (event or f"{count}",), ()
        for shelf in shelves:
            fresh: _Fresh = []
            shelf.show(kind, facts, trace, fresh, out)
            if fresh:
                shelf.settle(fresh, out)
        return out

    def advance(self, now: datetime) -> list[Conclusion]:
        """
        Say what follows from time having passed, in the order of time.
        """
        until = max(ticks(now), self._now)
        self._now = until
        out: list[Conclusion] = []
        for shelf in self._shelves:
            if shelf.due <= until:
                shelf.expire(until + 1, out)
        return sorted(out, key=lambda conclusion: conclusion.time)

    def next_due(self) -> datetime | None:
        """
        When something follows next if nothing more comes.
        """
        due = min((shelf.due for shelf in self._shelves), default=FOREVER)
        return None if due >= FOREVER else moment(due)

    def save(self) -> dict[str, Any]:
        """
        All that is remembered, as JSON can hold it.
        """
        return {
            "now": None if self._now == -FOREVER else self._now,
            "count": self._count,
            "books": {shelf.book.id: shelf.save(self._now) for shelf in self._shelves},
        }

    def restore(self, saved: Mapping[str, Any]) -> None:
        """
        Remember what was saved, and nothing else.

        What was remembered for a rule that is no longer there, or that has changed what it joins
        on, is forgotten.
        """
        self._now = -FOREVER if saved["now"] is None else saved["now"]
        self._count = saved["count"]
        for shelf in self._shelves:
            shelf.restore(saved["books"].get(shelf.book.id, {}), self._now)

    @property
    def size(self) -> int:
        """
        How many things are remembered.
        """
        return sum(shelf.size for shelf in self._shelves)


#: A rule that looks at a kind: with which of its patterns, and all that it takes to look.
_Looks = tuple[
    Run,
    int,
    tuple[tuple[str, Callable[[Any], bool]], ...],
    Callable[[Mapping[str, Any]], Key],
    Callable[[int, Key, Trace], Trace | None],
]


class _Shelf:
    # One rulebook with what it remembers.

    def __init__(self, book: Rulebook, finds: Finds) -> None:
        self.book = book
        self.kinds = {kind.id: kind for kind in book.kinds}
        self.checks = {kind.id: _checks(kind) for kind in book.kinds}
        self.runs = [Run(book, rule, finds) for rule in book.rules]
        self.by_kind: dict[str, list[_Looks]] = {kind.id: [] for kind in book.kinds}
        for run in self.runs:
            # Whether it has come counts before it is waited for.
            if run.rule.unless is not None:
                looks = run, -1, run.tests[-1], run.key, run.find
                self.by_kind[run.rule.unless.kind].append(looks)
            for at, pattern in enumerate(run.rule.when):
                looks = run, at, run.tests[at], run.key, run.find
                self.by_kind[pattern.kind].append(looks)
        self.facts: dict[str, dict[Key, Trace]] = {kind.id: {} for kind in book.kinds}
        self.due = FOREVER
        self.waiting: list[tuple[int, int, int, Key]] = []
        self.order = 0

    @property
    def size(self) -> int:
        return sum(run.size for run in self.runs) + sum(map(len, self.facts.values()))

    def check(self, kind: str, facts: Mapping[str, Value]) -> None:
        for field in self.kinds[kind].fields:
            value = facts.get(field.name)
            if value is not None:
                field.check(value)
            elif field.required:
                raise ValueRefusedError(field.name, value, f"it takes {field.wanted()}.")

    def settle(self, fresh: _Fresh, out: list[Conclusion]) -> None:
        rounds = 0
        while fresh:
            rounds += 1
            if rounds > ROUNDS:
                names = dict.fromkeys(kind for kind, _, _ in fresh)
                what = f"conclusions lead to conclusions without end: {', '.join(names)}."
                raise RulebookError(self.book.id, what)
            now, fresh = fresh, []
            for kind, facts, trace in now:
                self.show(kind, facts, trace, fresh, out)

    def show(
        self,
        kind: str,
        facts: Mapping[str, Any],
        trace: Trace,
        fresh: _Fresh,
        out: list[Conclusion],
    ) -> None:
        taken: Run | None = None
        for run, at, tests, key_of, find in self.by_kind[kind]:
            if run is taken:
                continue
            for name, admits in tests:
                if not admits(facts.get(name)):
                    break
            else:
                key = key_of(facts)
                if at < 0:
                    run.came(key, trace)
                    continue
                taken = run
                found = find(at, key, trace)
                if found is not None:
                    values = {name: facts.get(name) for name in run.wanted}
                    if run.by:
                        self.found(run, key, found, values)
                    else:
                        self.fire(run, found, values, fresh, out)

    def found(
        self,
        run: Run,
        key: Key,
        found: Trace,
        values: dict[str, Any],
    ) -> None:
        if key in run.pending or run.has_come(key, found[0]):
            return
        self.order += 1
        run.pending[key] = self.order, found, values
        heappush(self.waiting, (found[0] + run.by, self.order, run.number, key))
        self.due = self.waiting[0][0]

    def expire(self, before: int, out: list[Conclusion]) -> None:
        # What was waited for until before that moment.
        while self.waiting and self.waiting[0][0] < before:
            due, order, number, key = heappop(self.waiting)
            run = self.runs[number]
            pending = run.pending.get(key)
            if pending is None or pending[0] != order:
                continue  # it came
            del run.pending[key]
            _, (_, events, via), values = pending
            fresh: _Fresh = []
            self.fire(run, (due, events, via), values, fresh, out)
            self.settle(fresh, out)
        self.clean()

    def clean(self) -> None:
        while self.waiting:
            _, order, number, key = self.waiting[0]
            pending = self.runs[number].pending.get(key)
            if pending is not None and pending[0] == order:
                break
            heappop(self.waiting)
        self.due = self.waiting[0][0] if self.waiting else FOREVER

    def fire(
        self,
        run: Run,
        found: Trace,
        values: dict[str, Any],
        fresh: _Fresh,
        out: list[Conclusion],
    ) -> None:
        now, events, via = found
        via = tuple(dict.fromkeys((*via, run.name))) if via else run.via
        for then in run.rule.then:
            facts = {n: values[source] for n, source in then.facts if values[source] is not None}
            if then.sets:
                facts.update(then.sets)
            if then.does == "conclude" and not self.learn(then.name, facts, (now, events, via)):
                continue
            out.append(
                Conclusion(self.book.id, run.rule.id, now, then, tuple(facts.items()), events, via)
            )
            if then.does == "conclude":
                fresh.append((then.name, facts, (now, events, via)))

    def learn(self, kind: str, facts: dict[str, Any], trace: Trace) -> bool:
        # Whether it is news.
        known = self.facts[kind]
        keeps = self.kinds[kind].keeps
        values = tuple([facts[field.name] for field in self.kinds[kind].fields])
        if keeps is not None:
            # They end in the order in which they came.
            start = trace[0] - keeps // TICK
            for old in [key for key, _ in zip(known, range(3), strict=False)]:
                if known[old][0] <= start:
                    del known[old]
            if values in known and known[values][0] <= start:
                del known[values]
        if values in known:
            return False
        known[values] = trace
        return True

    def holds(self, kind: str, trace: Trace, now: int) -> bool:
        keeps = self.kinds[kind].keeps
        return keeps is None or now < trace[0] + keeps // TICK

    def save(self, now: int) -> dict[str, Any]:
        facts = {}
        for kind, known in self.facts.items():
            live = [
                [[dump(value) for value in values], packed(trace)]
                for values, trace in known.items()
                if self.holds(kind, trace, now)
            ]
            if live:
                facts[kind] = live
        return {
            "facts": facts,
            "order": self.order,
            "rules": {run.rule.id: run.save(now) for run in self.runs},
        }

    def restore(self, saved: Mapping[str, Any], now: int) -> None:
        for kind, known in self.facts.items():
            known.clear()
            fields = self.kinds[kind].fields
            for raw, trace in saved.get("facts", {}).get(kind, ()):
                if len(fields) == len(raw):
                    values = tuple(f.load(value) for f, value in zip(fields, raw, strict=True))
                    known[values] = unpacked(trace)
        self.order = saved.get("order", 0)
        self.waiting = []
        for run in self.runs:
            run.restore(saved.get("rules", {}).get(run.rule.id, {}), now)
            for key, (order, found, _) in run.pending.items():
                self.waiting.append((found[0] + run.by, order, run.number, key))
        heapify(self.waiting)
        self.clean()


def _checks(kind: Kind) -> list[tuple[str, type, frozenset[str], bool]]:
    # What can be seen at a glance: the type, the words, and whether there is more to look at.
    types: dict[str, type] = {"choice": str, "text": str, "integer": int, "boolean": bool}
    return [
        (
            field.name,
            types.get(field.type, type(None)),
            frozenset(field.of if field.type == "choice" else ()),
            field.type not in types or field.min is not None or field.max is not None,
        )
        for field in kind.fields
    ]
