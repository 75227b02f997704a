"""
A call is the called body, written elsewhere.
"""

from __future__ import annotations

from datetime import UTC, datetime

import attrs
from hypothesis import given
from hypothesis import strategies as st

from propflow.engine import Engine, MemoryStore, SimulatedClock
from propflow.fields import Field
from propflow.procedures import Block, Call, Procedure, Task, sequence
from propflow.sites import Person, Site
from propflow.testing import ROLE, procedures

NOW = datetime(2025, 10, 11, 8, 0, tzinfo=UTC)
BEFORE, AFTER = (Task(id=name, by=(ROLE,)) for name in ("before", "after"))


def engine_of(*made: Procedure) -> Engine:
    """
    An engine on a site of a few procedures and one clerk.
    """
    site = Site(
        id="any",
        procedures={procedure.id: procedure for procedure in made},
        people={"ann": Person(id="ann", roles=(ROLE,))},
    )
    return Engine(site, MemoryStore(), clock=SimulatedClock(NOW))


def played(engine: Engine, choices: list[int]) -> list[tuple[str, str]]:
    """
    What was done, by whom it does not matter: whichever item the next number picks, answered so.
    """
    engine.begin("whole")
    done = []
    for choice in choices:
        items = sorted(engine.worklist(), key=lambda item: item.step)
        if not items:
            break
        item = items[choice % len(items)]
        answers = sorted(item.answers)
        answer = answers[choice % len(answers)] if answers else ""
        facts = dict.fromkeys(item.asks, "yes" if choice % 3 else "no")
        engine.complete(item.case, item.step, by="ann", answer=answer, facts=facts)
        done.append((item.step, answer))
    return done


def whole(body: Block, facts: tuple[Field, ...] = ()) -> Procedure:
    """
    The procedure that is begun.
    """
    return Procedure(id="whole", body=sequence(BEFORE, body, AFTER), facts=facts)


@given(procedures(most=6), st.lists(st.integers(0, 50), min_size=40, max_size=40))
def test_a_call_equals_the_inlined_body(inner: Procedure, choices: list[int]) -> None:
    """
    Whether a piece is written out or called, people do the same work in the same order.
    """
    called = attrs.evolve(inner, id="inner")
    inlined = engine_of(whole(inner.body, inner.facts))
    calling = engine_of(whole(Call(id="call", procedure="inner")), called)
    assert played(calling, choices) == played(inlined, choices)
    ends = [
        {case.end for case in e.cases() if case.procedure == "whole"} for e in (inlined, calling)
    ]
    assert ends[0] == ends[1]
    assert calling.verify().whole
