"""
What an open case takes in memory, and whether many of them, or long ones, make a step dearer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from benchmarks.harness import Contender, Row, Work, plain, repeat
from benchmarks.peers import machines, spiff
from benchmarks.walk import DOERS, LAP, NOW, OPENING, WALK, estate

if TYPE_CHECKING:
    from propflow.engine import Engine

#: So many cases stand open.
CASES = 300


def _kept(make: Callable[[], Callable[[], object]]) -> Callable[[], Iterator[Work]]:
    def prepare() -> Iterator[Work]:
        once = make()
        for _ in range(20):
            once()  # what is made only once is not counted
        kept: list[list[object]] = []

        def work(times: int) -> int:
            kept.append([once() for _ in range(CASES * times)])
            return CASES * times

        yield work

    return prepare


def _engine() -> Engine:
    from propflow.engine import Engine, MemoryStore, SimulatedClock

    return Engine(estate(), MemoryStore(), clock=SimulatedClock(NOW))


def _propflow() -> Callable[[], object]:
    engine = _engine()
    return lambda: engine.begin("complaint", OPENING)


def _dictionary() -> Callable[[], object]:
    return lambda: ("record", dict(OPENING), [])


def _spiff() -> Callable[[], object]:
    return spiff.Process().begin


ROOM = Row(
    id="room",
    title="An open complaint in memory",
    unit="open case",
    told="room",
    rounds=4,
    turn=0.0,
    does=f"{CASES:,} complaints opened and left open, the bytes that tracemalloc counts for each.",
    fair=(
        "no: propflow's has its journal, its deadline and its place in the store, and finds it by "
        "id and by name; the peers have the case alone."
    ),
    contenders=(
        Contender(
            name="propflow",
            part="propflow",
            prepare=contextmanager(_kept(_propflow)),
            lacks="the case, its journal not yet sealed, its deadline not yet asked for.",
            package="propflow",
        ),
        Contender(
            name="transitions",
            part="peer",
            prepare=contextmanager(_kept(machines.opened)),
            lacks="a model with its triggers and an empty list for history.",
            package="transitions",
        ),
        Contender(
            name="SpiffWorkflow",
            part="peer",
            prepare=contextmanager(_kept(_spiff)),
            lacks="a workflow with its tree of tasks.",
            package="SpiffWorkflow",
        ),
        Contender(
            name="dict and list",
            part="limit",
            prepare=contextmanager(_kept(_dictionary)),
            lacks="where it stands, a dictionary of facts, and an empty list for history.",
        ),
    ),
)


def _lap(engine: Engine, case: str) -> int:
    """
    Once more round: the customer is not satisfied.
    """
    for step, facts in LAP:
        engine.complete(case, step, by=DOERS[step], facts=facts)
    return len(LAP)


def _among(cases: int, *, steps: int = 1) -> Callable[[], Iterator[Work]]:
    def prepare() -> Iterator[Work]:
        engine = _engine()
        names = [engine.begin("complaint", OPENING).id for _ in range(cases)]
        first, facts = WALK[0]
        for name in names:
            engine.complete(name, first, by=DOERS[first], facts=facts)
        for _ in range((steps - 1) // len(LAP)):
            _lap(engine, names[0])
        count = 0

        def once() -> int:
            nonlocal count
            count += 7919  # a prime: all of them have their turn, in no order
            return _lap(engine, names[count % cases])

        yield repeat(once)

    return prepare


FLAT = Row(
    id="flat",
    title="A step of a long case, and among many",
    unit="step",
    does="a complaint goes round once more: handled, recorded, reviewed, answered in vain.",
    fair="yes: the same four steps by the same engine in memory; only what lies there differs.",
    contenders=(
        Contender(
            name="propflow",
            part="propflow",
            prepare=contextmanager(_among(100)),
            lacks="100 open cases, each at its beginning.",
            package="propflow",
        ),
        Contender(
            name="after 10,000 steps",
            part="scale",
            prepare=contextmanager(_among(1, steps=10_000)),
            lacks="one case that has gone round 2,500 times.",
        ),
        Contender(
            name="among 100,000 cases",
            part="scale",
            prepare=contextmanager(_among(100_000)),
            lacks="100,000 open cases, each step at another one.",
        ),
        Contender(
            name="dict machine",
            part="limit",
            prepare=plain(machines.lap),
            lacks="one case in a dictionary of moves and a list for history; checks nothing.",
        ),
    ),
)
