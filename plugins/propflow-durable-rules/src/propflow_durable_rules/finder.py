"""
What one rule looks for, as a ruleset of durable-rules. No other module speaks to it.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from heapq import heappop, heappush
from itertools import pairwise
from typing import Any, NamedTuple

import durable_rules_engine
from durable import engine as durable

from propflow.errors import PluginError
from propflow.rules import FOREVER, Found, Key, Kind, Rule, Trace, keeps, together

_NAME = "durable-rules"
#: There is one ruleset a host, and one state a ruleset: the 1,025th state is a MemoryError.
_RULES, _SID = "rule", "0"
#: A state that once held so much is thrown away when it is empty: its memory only grows.
_LARGE = 10_000


class _Host(durable.Host):  # type: ignore[misc]
    # The host of the package is global and shared; each finder has its own. A host starts two
    # threads that poll five times a second, for timers that read the machine's clock.

    def _run(self) -> None:
        pass


class _Thing(NamedTuple):
    # Something that fitted a pattern: until when it is good, and the number of its key.
    at: int
    key: Key
    trace: Trace
    before: int
    home: int


#: One thing for each name of the rule, by number.
_Match = tuple[int, ...]


class DurableFinder:
    """
    Finds for one rule what belongs together; see `propflow.rules.Finder` for what that means.

    Each thing is a fact of durable-rules, never one of its events: of several rules that an event
    fits, durable-rules tells the first alone, so there is a ruleset for each rule; and which of
    several events it uses up hangs on where they lie in memory. Every match that it reports waits
    on the agenda of its key, the one with the oldest things is taken, and what is used up is
    retracted. Only whole numbers are handed over: durable-rules compares a text with a number
    and finds it greater.

    Args:
        rule: The rule.
        kinds: The kinds of its rulebook, by name.

    Raises:
        PluginError: durable-rules does not take the rule.
    """

    def __init__(self, rule: Rule, kinds: Mapping[str, Kind]) -> None:
        self.rule = rule
        self.counts = rule.count > 1
        self.single = rule.count == 1 and len(rule.when) == 1
        self.is_fact = [kinds[pattern.kind].sort == "fact" for pattern in rule.when]
        self.keeps = [keeps(rule, kinds[pattern.kind]) for pattern in rule.when]
        self.things: dict[int, _Thing] = {}
        self.by_key: dict[Key, list[int]] = {}
        self.agenda: dict[Key, list[_Match]] = {}
        self.ends: list[tuple[int, int]] = []
        self.matches: list[_Match] = []
        self.hashes: dict[int, int] = {_hash(f"sid-{_SID}"): 0}
        self.last = 0
        self.turn = 0
        self.most = 0
        names = [f"m_{n}" for n in range(rule.count if self.counts else len(rule.when))]
        patterns = _counting(names) if self.counts else _joining(names)
        self.host = self._call(_Host)
        rules = {
            "begin": {"all": [{"c": {"begin": 1}}], "run": _nothing},
            "match": {"all": patterns, "run": _collector(names, self.matches)},
        }
        self._call(self.host.register_rulesets, {_RULES: rules})
        # A state that never fired is not to be deleted: it would free what it never had.
        self._call(self.host.post, _RULES, {"id": "begin", "sid": _SID, "begin": 1})
        handle = self.host.get_ruleset(_RULES)._handle  # noqa: SLF001 there is no other way to it
        weakref.finalize(self, _forget, handle)

    def find(self, at: int, key: Key, trace: Trace) -> Trace | None:
        """
        Take a thing that fits, and say whether all is there.
        """
        now = trace[0]
        if now >= self.turn:
            self._sweep(now)
        number = self._add(at, key, trace)
        chosen = self._choose(number)
        if chosen is None:
            if self.rule.within is None and not self.is_fact[at]:
                # It finds what holds when it comes, or nothing.
                self._drop(number)
            return None
        found = together([self.things[each].trace for each in chosen], now)
        for each in chosen:
            if self.single or not self.is_fact[self.things[each].at]:
                self._drop(each)
        return found

    def found(self, now: int) -> list[Found]:
        """
        For each pattern what can still be needed.
        """
        lanes: list[dict[Key, list[Trace]]] = [{} for _ in self.rule.when if not self.single]
        for thing in self.things.values():
            if thing.before > now:
                lanes[thing.at].setdefault(thing.key, []).append(thing.trace)
        return [sorted(lane.items(), key=lambda pair: repr(pair[0])) for lane in lanes]

    def restore(self, found: Sequence[Found], now: int) -> None:
        """
        Remember what was found, and nothing else.
        """
        for number in list(self.things):
            self._drop(number)
        self.turn = 0
        for at, lane in enumerate(found):
            for key, traces in lane:
                for trace in traces:
                    self._add(at, key, trace)

    @property
    def size(self) -> int:
        """
        How many things are remembered.
        """
        return len(self.things)

    # -- inside -----------------------------------------------------------------------------

    def _add(self, at: int, key: Key, trace: Trace) -> int:
        number = self._number()
        here = self.by_key.setdefault(key, [])
        before = trace[0] + self.keeps[at]
        home = self.things[here[0]].home if here else number
        self.things[number] = _Thing(at, key, trace, before, home)
        if self.keeps[at] < FOREVER:
            heappush(self.ends, (before, number))
        fact = {
            "id": str(number),
            "sid": _SID,
            "one": 1,
            "at": at,
            "own": number,
            "key": home,
            "after": here[-1] if here else 0,
            "time": trace[0],
            "before": before,
        }
        here.append(number)
        self._call(self.host.assert_fact, _RULES, fact)
        self.most = max(self.most, len(self.things))
        if self.matches:
            self.agenda.setdefault(key, []).extend(self.matches)
            self.matches.clear()
        return number

    def _choose(self, number: int) -> _Match | None:
        key = self.things[number].key
        waiting = self.agenda.get(key)
        if waiting is None:
            return None
        live = [match for match in waiting if all(each in self.things for each in match)]
        if live:
            self.agenda[key] = live
        else:
            del self.agenda[key]
        at = self.things[number].at
        if self.is_fact[at]:
            # A fact that has just come is what is new; of all else the oldest.
            live = [match for match in live if match[at] == number]
        return min(live, default=None)

    def _drop(self, number: int) -> None:
        thing = self.things.pop(number)
        del self.hashes[_hash(str(number))]
        here = self.by_key[thing.key]
        here.remove(number)
        if not here:
            del self.by_key[thing.key]
            self.agenda.pop(thing.key, None)
        if not self.things and self.most > _LARGE:
            self.most = 0
            self._call(self.host.delete_state, _RULES, _SID)
            return
        self._call(self.host.retract_fact, _RULES, {"id": str(number), "sid": _SID})

    def _sweep(self, now: int) -> None:
        while self.ends and self.ends[0][0] <= now:
            _, number = heappop(self.ends)
            if number in self.things:
                self._drop(number)
        # Until then what is too old stays, and the conditions of the ruleset pass it by. A match
        # with a fact can wait on the agenda while its other things grow old.
        self.turn = now + (0 if any(self.is_fact) else min(self.keeps))

    def _number(self) -> int:
        # Within a state ids are told apart by 32 bits of a hash, and by nothing else.
        while True:
            self.last += 1
            hashed = _hash(str(self.last))
            if hashed not in self.hashes:
                self.hashes[hashed] = self.last
                return self.last

    def _call(self, what: Callable[..., Any], *given: object) -> Any:
        try:
            return what(*given)
        except durable.MessageNotHandledException:
            return None  # nothing matched, which is no error
        except Exception as error:
            # Its sentence is in an attribute, and str() of it is empty.
            said = getattr(error, "message", "") or str(error) or type(error).__name__
            raise PluginError(_NAME, f"rule {self.rule.id!r}: {said}") from error


def _collector(names: Sequence[str], matches: list[_Match]) -> Callable[[Any], None]:
    def collect(c: Any) -> None:
        matches.append(tuple(getattr(c, name).own for name in names))

    return collect


def _nothing(c: object) -> None:
    pass


def _forget(handle: int) -> None:
    # To delete a ruleset alone would leave the memory of its states behind.
    with suppress(Exception):
        durable_rules_engine.delete_state(handle, _SID)
    durable_rules_engine.delete_ruleset(handle)


def _joining(names: Sequence[str]) -> list[dict[str, Any]]:
    # One of each pattern, of one key; each was still good when the other came.
    patterns = []
    for at, name in enumerate(names):
        tests: list[dict[str, Any]] = [{"at": at}]
        if at:
            tests.append({"key": {names[0]: "key"}})
        for other in names[:at]:
            tests.append({"$lt": {"time": {other: "before"}}})
            tests.append({"$gt": {"before": {other: "time"}}})
        patterns.append({name: {"$and": [*tests, _last(names)]} if at else tests[0]})
    return patterns


def _counting(names: Sequence[str]) -> list[dict[str, Any]]:
    # One after the other of one key, the last while the first is still good.
    patterns: list[dict[str, Any]] = [{names[0]: {"at": 0}}]
    for before, name in pairwise(names):
        tests = [
            {"at": 0},
            {"after": {before: "own"}},
            {"$lt": {"time": {names[0]: "before"}}},
            _last(names),
        ]
        patterns.append({name: {"$and": tests}})
    return patterns


def _last(names: Sequence[str]) -> dict[str, Any]:
    # Where the last of several conditions does not hold, durable-rules reads on in memory that is
    # not its own until it finds an end. So the last is one that always holds.
    return {"one": {names[0]: "one"}}


def _hash(text: str) -> int:
    # FNV-1a, as durable-rules reckons it.
    found = 2_166_136_261
    for sign in text.encode():
        found = (found ^ sign) * 16_777_619 & 0xFFFFFFFF
    return found
