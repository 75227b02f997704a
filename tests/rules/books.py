"""
Random rulebooks and streams of events, and a clerk who keeps everything and forgets nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from propflow.fields import Field
from propflow.rules import Kind, Pattern, Rule, Rulebook, Then, parse_condition

UNIT = Field(name="unit", type="text")
WHAT = Field(name="what", type="choice", of=("noise", "leak"))
SIZE = Field(name="size", type="integer", min=0, max=9)
EVENTS = ("call", "visit", "pay")
FACTS = ("noisy", "late")
KINDS = (
    *(Kind(id=name, fields=[UNIT, WHAT, SIZE]) for name in EVENTS),
    Kind(id="noisy", fields=[UNIT], sort="fact"),
    Kind(id="late", fields=[UNIT], sort="fact", keeps=timedelta(minutes=20)),
)
START = datetime(2026, 3, 1, 8, tzinfo=UTC)
MINUTES = st.integers(1, 30).map(lambda n: timedelta(minutes=n))


@st.composite
def patterns(draw, names):
    """
    Something to look for, with cells or without.
    """
    kind = draw(st.sampled_from(names))
    if kind in FACTS or draw(st.booleans()):
        return Pattern(kind=kind)
    cells = draw(
        st.sampled_from(
            [{"what": "noise"}, {"size": ">= 5"}, {"what": "not(noise)", "size": "[2..7]"}]
        )
    )
    return Pattern(kind=kind, test=parse_condition(cells, {"what": WHAT, "size": SIZE}))


@st.composite
def rules(draw, number):
    """
    A rule of any shape: one thing, several joined, counted, or waited for in vain.
    """
    shape = draw(st.sampled_from(["one", "count", "join", "absence", "count-absence"]))
    more = {}
    when = [draw(patterns(EVENTS if "count" in shape else (*EVENTS, *FACTS)))]
    if shape == "join":
        others = draw(st.lists(patterns((*EVENTS, *FACTS)), min_size=1, max_size=2))
        when += others
        more["within"] = draw(MINUTES)
    if "count" in shape:
        more |= {"count": draw(st.integers(2, 3)), "within": draw(MINUTES)}
    if "absence" in shape:
        more |= {"unless": draw(patterns(EVENTS)), "by": draw(MINUTES)}
        more["early"] = draw(st.sampled_from([timedelta(), timedelta(minutes=3)]))
    does = draw(st.sampled_from(["start", "noisy", "late"]))
    facts = {"unit": "unit"}
    then = (
        Then(does="start", name="round", facts=facts)
        if does == "start"
        else Then(does="conclude", name=does, facts=facts)
    )
    return Rule(id=f"r{number}", when=when, same=["unit"], then=[then], **more)


@st.composite
def books(draw):
    """
    A rulebook of a few rules that build on one another.
    """
    count = draw(st.integers(1, 4))
    return Rulebook(id="book", kinds=KINDS, rules=[draw(rules(n)) for n in range(count)])


@st.composite
def streams(draw):
    """
    Events in the order of time, some at the same moment.
    """
    at = START
    found = []
    for number in range(draw(st.integers(1, 25))):
        at += timedelta(minutes=draw(st.sampled_from([0, 0, 1, 2, 5, 12])))
        facts = {
            "unit": draw(st.sampled_from(["a", "b"])),
            "what": draw(st.sampled_from(WHAT.of)),
            "size": draw(st.integers(0, 9)),
        }
        found.append((draw(st.sampled_from(EVENTS)), facts, at, f"e{number}"))
    return found


class Clerk:
    """
    Runs a rulebook from the whole history, written to be read and not to be quick.
    """

    def __init__(self, book):
        self.book = book
        self.found = []
        self.known = {}
        self.lanes = {}
        self.pending = {}
        self.came = {}
        self.order = 0

    def feed(self, kind, facts, at, event):
        self.wait(at, strictly=True)
        self.show(kind, facts, at, (event,))

    def wait(self, until, *, strictly=False):
        while self.pending:
            key = min(self.pending, key=lambda k: self.pending[k][:2])
            due, _, rule, events, facts = self.pending[key]
            if due > until or (strictly and due == until):
                return
            del self.pending[key]
            self.fire(rule, due, events, facts)

    def fits(self, pattern, kind, facts):
        return pattern.kind == kind and (pattern.test is None or pattern.test.holds(facts))

    def show(self, kind, facts, at, events):
        queue = [(kind, facts, events)]
        while queue:
            fresh = []
            for kind_, facts_, events_ in queue:
                for rule in self.book.rules:
                    fresh += self.look(rule, kind_, facts_, at, events_)
            queue = fresh

    def look(self, rule, kind, facts, at, events):
        key = rule.id, facts["unit"]
        if rule.unless is not None and self.fits(rule.unless, kind, facts):
            self.pending.pop(key, None)
            self.came[key] = at
        number = next((n for n, p in enumerate(rule.when) if self.fits(p, kind, facts)), None)
        if number is None:
            return []
        parts = self.gather(rule, number, key, at, events)
        if parts is None:
            return []
        parts.sort(key=lambda part: part[0])
        found = tuple(dict.fromkeys(event for _, some in parts for event in some))
        if rule.by is None:
            return self.conclude(rule, at, found, facts)
        early = key in self.came and rule.early and at - self.came[key] <= rule.early
        if key not in self.pending and not early:
            self.order += 1
            self.pending[key] = at + rule.by, self.order, rule, found, facts
        return []

    def gather(self, rule, number, key, at, events):
        lanes = self.lanes.setdefault(key, [[] for _ in rule.when])
        if len(rule.when) == 1 and rule.count == 1:
            return [(at, events)]
        lanes[number].append((at, events))
        for lane, pattern in zip(lanes, rule.when, strict=True):
            kind = self.book.kind(pattern.kind)
            keeps = kind.keeps if kind.sort == "fact" else rule.within
            lane[:] = [part for part in lane if keeps is None or part[0] > at - keeps]
        if rule.count > 1:
            parts = list(lanes[0])
            if len(parts) < rule.count:
                return None
            lanes[0].clear()
            return parts
        if not all(lanes):
            return None
        parts = []
        for n, (lane, pattern) in enumerate(zip(lanes, rule.when, strict=True)):
            fact = self.book.kind(pattern.kind).sort == "fact"
            parts.append(lane[-1] if fact and n == number else lane[0])
            if not fact:
                del lane[0]
        return parts

    def fire(self, rule, at, events, facts):
        for kind, values, some in self.conclude(rule, at, events, facts):
            self.show(kind, values, at, some)

    def conclude(self, rule, at, events, facts):
        fresh = []
        for then in rule.then:
            if then.does == "conclude":
                kind = self.book.kind(then.name)
                key = then.name, facts["unit"]
                since = self.known.get(key)
                if since is not None and (kind.keeps is None or at < since + kind.keeps):
                    continue
                self.known[key] = at
                fresh.append((then.name, {"unit": facts["unit"]}, events))
            self.found.append((rule.id, at, then.does, then.name, facts["unit"], events))
        return fresh


def told(conclusions):
    """
    Conclusions in the clerk's words.
    """
    return [
        (c.rule, c.at, c.then.does, c.then.name, dict(c.facts)["unit"], c.events)
        for c in conclusions
    ]
