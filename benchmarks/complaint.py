"""
The complaint case in memory: what one completed work item costs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from benchmarks.harness import Contender, Row, Work, plain, repeat
from benchmarks.peers import machines, spiff
from benchmarks.walk import DOERS, NOW, OPENING, WALK, estate

if TYPE_CHECKING:
    from propflow.engine import Engine


def handle(engine: Engine) -> int:
    """
    One complaint from its opening to its filing through an engine; returns the steps done.
    """
    case = engine.begin("complaint", OPENING)
    for step, facts in WALK:
        case = engine.complete(case.id, step, by=DOERS[step], facts=facts)
    assert case.end == "filed", case
    return len(WALK)


@contextmanager
def _propflow() -> Iterator[Work]:
    from propflow.engine import Engine, MemoryStore, SimulatedClock

    site = estate()

    def work(times: int) -> int:
        # A fresh store each turn, or the last turns would carry the cases of all before them.
        engine = Engine(site, MemoryStore(), clock=SimulatedClock(NOW))
        return repeat(lambda: handle(engine))(times)

    yield work


def _spiff() -> Callable[[], int]:
    process = spiff.Process()

    def once() -> int:
        workflow = process.begin()
        for step, facts in WALK:
            spiff.complete(workflow, step, facts)
        assert workflow.is_completed()
        return len(WALK)

    return once


ROW = Row(
    id="complaint",
    title="A complaint in memory",
    unit="step",
    does=(
        "the shipped complaint chart from its opening to `filed`: minor, the customer not "
        f"satisfied the first time; a step is one completed work item, {len(WALK)} a case."
    ),
    fair=(
        "no: all walk the same steps with the same facts and end at the same place, but only "
        "propflow checks, decides by a table, keeps a journal and knows the time; read the "
        "lines below."
    ),
    contenders=(
        Contender(
            name="propflow",
            part="propflow",
            prepare=_propflow,
            lacks=(
                "every check on (person, role at that moment, four eyes, type and bounds of each "
                "fact, expected sequence), the decision table with its row, a journal sealed by "
                "SHA-256, deadlines and an outbox; the finished cases stay in its store."
            ),
            package="propflow",
        ),
        Contender(
            name="transitions",
            part="peer",
            prepare=plain(machines.transitions),
            lacks=(
                "states, triggers, conditions and a callback that writes history into a list; no "
                "facts checked, no authority, no deadlines, no journal; severity by if/elif."
            ),
            package="transitions",
        ),
        Contender(
            name="SpiffWorkflow",
            part="peer",
            prepare=plain(_spiff),
            lacks=(
                "BPMN with manual tasks and exclusive gateways, its tree of tasks is its history; "
                "no facts checked, no authority, no deadlines in this model; severity by if/elif."
            ),
            package="SpiffWorkflow",
        ),
        Contender(
            name="dict machine",
            part="limit",
            prepare=plain(machines.dictionary),
            lacks=(
                "a dictionary of moves and a list for history; refuses a step that is not open "
                "and nothing else."
            ),
        ),
    ),
)
