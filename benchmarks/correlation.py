"""
Rules over events: three noise complaints from one home within seven days.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from benchmarks.harness import Contender, Row, plain

#: How many homes there are, and how many events a turn hands in.
UNITS, TURN = 5_000, 5_000
START = datetime(2026, 1, 1, tzinfo=UTC)
STEP, WINDOW = timedelta(minutes=1), timedelta(days=7)

Event = tuple[dict[str, Any], datetime]


def stream() -> Iterator[Event]:
    """
    Complaints without end, one a minute, the same every time; three of four are about noise.
    """
    chance = Random(4)  # noqa: S311 nothing secret
    at = START
    while True:
        at += STEP
        unit = f"{chance.randrange(UNITS):04}"
        yield {"unit": unit, "category": chance.choice(("noise", "noise", "noise", "leak"))}, at


def _turns(take: Callable[[list[Event]], int]) -> Callable[[], int]:
    # The events of a turn are made outside the time taken as far as can be: a list at a time.
    coming = stream()
    made: list[list[Event]] = [[next(coming) for _ in range(TURN)] for _ in range(20)]
    begun = deque(made)

    def once() -> int:
        if not begun:
            begun.extend([next(coming) for _ in range(TURN)] for _ in range(20))
        take(begun.popleft())
        return TURN

    return once


def book() -> Any:
    """
    The rulebook.
    """
    from propflow.fields import Field
    from propflow.rules import Kind, Pattern, Rule, Rulebook, Then, parse_condition

    unit = Field(name="unit", type="text")
    category = Field(name="category", type="choice", of=("noise", "leak"))
    noise = Pattern(
        kind="complaint", test=parse_condition({"category": "noise"}, {"category": category})
    )
    rule = Rule(
        id="three-in-a-week",
        when=[noise],
        same=["unit"],
        count=3,
        within=WINDOW,
        then=[Then(does="notify", to=["supervisor"])],
    )
    return Rulebook(id="noise", kinds=[Kind(id="complaint", fields=[unit, category])], rules=[rule])


def by_deques() -> Callable[[list[Event]], int]:
    """
    The same by hand: a deque of moments for each home, and nothing checked.
    """
    homes: dict[str, deque[datetime]] = defaultdict(deque)

    def take(events: list[Event]) -> int:
        found = 0
        for facts, at in events:
            if facts["category"] != "noise":
                continue
            lately = homes[facts["unit"]]
            lately.append(at)
            while lately[0] <= at - WINDOW:
                lately.popleft()
            if len(lately) == 3:
                lately.clear()
                found += 1
        return found

    return take


def by_propflow(engine: Any) -> Callable[[list[Event]], int]:
    """
    A rule engine of propflow at work.
    """
    feed = engine.feed

    def take(events: list[Event]) -> int:
        found = 0
        for facts, at in events:
            found += len(feed("complaint", facts, at=at))
        return found

    return take


def _same(take: Callable[[list[Event]], int]) -> None:
    coming = stream()
    events = [next(coming) for _ in range(2 * TURN)]
    assert take(events) == by_deques()(events)


def _propflow() -> Callable[[], int]:
    from propflow.rules import Correlator

    _same(by_propflow(Correlator([book()])))
    return _turns(by_propflow(Correlator([book()])))


def _adapter() -> Callable[[], int]:
    from propflow_durable_rules.engine import DurableEngine

    _same(by_propflow(DurableEngine([book()])))
    return _turns(by_propflow(DurableEngine([book()])))


def by_durable() -> Callable[[list[Event]], int]:
    """
    The rule as the manual of durable-rules would have it, events with a number and a time.
    """
    from durable import engine

    class Host(engine.Host):  # type: ignore[misc]
        # Without the threads that poll beside it: they would take time from the others.
        def _run(self) -> None:
            pass

    found: list[object] = []
    patterns: list[dict[str, Any]] = [{"first": {"category": "noise"}}]
    for name in ("second", "third"):
        tests = [
            {"category": "noise"},
            {"unit": {"first": "unit"}},
            {"$lt": {"at": {"first": "until"}}},
            {"one": {"first": "one"}},
        ]
        patterns.append({name: {"$and": tests}})
    host = Host()

    def found_one(c: object) -> None:
        found.append(c)

    rules = {"thrice": {"all": patterns, "run": found_one}}
    host.register_rulesets({"noise": rules})
    number = 0

    def take(events: list[Event]) -> int:
        nonlocal number
        before = len(found)
        for facts, at in events:
            number += 1
            since = int((at - START).total_seconds())
            message = {**facts, "id": str(number), "sid": "0", "one": 1, "at": since}
            try:
                host.post("noise", {**message, "until": since + int(WINDOW.total_seconds())})
            except engine.MessageNotHandledException:
                continue
        return len(found) - before

    return take


def by_clips() -> Callable[[list[Event]], int]:
    """
    The rules as CLIPS has them: three facts of one home, and what is too old is taken away.
    """
    import clips

    engine = clips.Environment()
    # A fact that clipspy hands to Python is never let go of: so none is.
    for written in (
        "(deftemplate complaint (slot unit (type STRING)) (slot category) (slot number))",
        "(deftemplate over (slot number))",
        "(defglobal ?*found* = 0)",
        # Each by its number, or three facts would be found in six orders.
        (
            "(defrule thrice ?a <- (complaint (unit ?u) (category noise) (number ?n)) "
            "?b <- (complaint (unit ?u) (category noise) (number ?m&:(< ?n ?m))) "
            "?c <- (complaint (unit ?u) (category noise) (number ?o&:(< ?m ?o))) "
            "=> (retract ?a ?b ?c) (bind ?*found* (+ ?*found* 1)))"
        ),
        (
            "(defrule old (declare (salience 2)) ?it <- (over (number ?n)) "
            "?c <- (complaint (number ?n)) => (retract ?it ?c))"
        ),
        "(defrule gone (declare (salience 1)) ?it <- (over (number ?)) => (retract ?it))",
        (
            "(deffunction come (?unit ?category ?number) "
            "(assert (complaint (unit ?unit) (category ?category) (number ?number))) (run) "
            "?*found*)"
        ),
        "(deffunction forget (?number) (assert (over (number ?number))) (run) TRUE)",
    ):
        engine.build(written)
    words = {word: clips.Symbol(word) for word in ("noise", "leak")}
    lately: deque[tuple[datetime, int]] = deque()
    number = found = 0

    def take(events: list[Event]) -> int:
        nonlocal number, found
        before = found
        for facts, at in events:
            number += 1
            # By the engine: what is taken out of it does not keep it, and it would be gone.
            while lately and lately[0][0] <= at - WINDOW:
                engine.call("forget", lately.popleft()[1])
            found = engine.call("come", facts["unit"], words[facts["category"]], number)
            lately.append((at, number))
        return found - before

    return take


def _clips() -> Callable[[], int]:
    _same(by_clips())
    return _turns(by_clips())


def _durable() -> Callable[[], int]:
    return _turns(by_durable())


def _deques() -> Callable[[], int]:
    return _turns(by_deques())


ROW = Row(
    id="correlation",
    title=f"Three complaints from one home in a week, {UNITS:,} homes",
    unit="event",
    does=(
        f"a stream of complaints from {UNITS:,} homes, {TURN:,} a turn, in the order of time; told "
        "is the third about noise from one home within seven days."
    ),
    fair=(
        "the same stream, and the same conclusions on its first two turns, durable-rules by itself "
        "excepted: which three events it takes together, and how often, is its own affair."
    ),
    contenders=(
        Contender(
            name="propflow",
            part="propflow",
            prepare=plain(_propflow),
            lacks="checks every field; each conclusion names its events and rules; can be saved.",
            package="propflow",
        ),
        Contender(
            name="propflow on durable-rules",
            part="scale",
            prepare=plain(_adapter),
            lacks="the same rulebook by the plugin: the same conclusions.",
            package="propflow-durable-rules",
        ),
        Contender(
            name="durable-rules",
            part="peer",
            prepare=plain(_durable),
            lacks=(
                "one ruleset, one state, no threads; no type is checked, and what is too old is "
                "never forgotten."
            ),
            package="durable-rules",
        ),
        Contender(
            name="CLIPS",
            part="peer",
            prepare=plain(_clips),
            lacks=(
                "three rules, by clipspy; a queue in Python says what is older than a week; it "
                "says how often and not why, and checks no choice."
            ),
            package="clipspy",
        ),
        Contender(
            name="dict of deques",
            part="limit",
            prepare=plain(_deques),
            lacks="this one rule written by hand; checks nothing and says no reasons.",
        ),
    ),
    turn=0.0,
    rounds=7,
    goal=4.0,
)
