"""
Who is in charge may skip, assign, suspend; what comes between lets a case stand still.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from propflow.engine import Engine
from propflow.errors import RefusedError

Wait = Callable[..., None]


@pytest.fixture
def rounds(engine: Engine) -> str:
    """
    A round that the guard has begun.
    """
    return engine.begin("round", {"unit": "1-101"}).id


def test_a_round_that_is_interrupted_goes_on_where_it_was(
    engine: Engine, rounds: str, wait: Wait
) -> None:
    """
    18.13: the emergency comes first; then the round is resumed with the time that was left.
    """
    wait(minutes=10)
    (case,) = engine.send("paid", {"unit": "1-101"})
    assert case.id == rounds
    (visit,) = (c for c in engine.cases() if c.parent is not None and c.parent[0] == rounds)
    assert (visit.procedure, visit.facts["unit"]) == ("visit", "1-101")
    with pytest.raises(RefusedError, match="round-1 stands still: nothing is done until it goes"):
        engine.complete(rounds, "walk", by="gus")
    wait(hours=3)
    assert engine.case(rounds).late == frozenset()
    child = next(c.id for c in engine.cases() if c.parent == (visit.id, "complain"))
    for step, by, facts in (
        ("record", "ann", {"floors": 0, "kind": "noise"}),
        ("handle", "gus", {}),
        ("reply", "ann", {"satisfied": "yes"}),
        ("file", "ann", {}),
        ("sign", "ben", {}),
    ):
        engine.complete(child, step, by=by, facts=facts)
    assert engine.case(visit.id).end == "left"
    assert engine.case(rounds).suspended is None
    (item,) = engine.worklist(case=rounds)
    assert item.due is not None
    assert (item.due - engine.now()).total_seconds() == 20 * 60
    wait(minutes=21)
    assert engine.case(rounds).late == {"walk"}
    engine.complete(rounds, "walk", by="gus")


def test_what_concerns_another_flat_does_not_come_between(engine: Engine, rounds: str) -> None:
    """
    The message must agree with the case.
    """
    with pytest.raises(RefusedError, match="nobody waits for 'paid' now"):
        engine.send("paid", {"unit": "9-999"})
    assert engine.case(rounds).suspended is None


def test_a_suspended_case_keeps_the_time_that_is_left(
    engine: Engine, rounds: str, wait: Wait
) -> None:
    """
    Ten minutes were used before; twenty are left after, however long it stood still.
    """
    wait(minutes=10)
    engine.suspend(rounds, by="max", reason="storm")
    assert engine.worklist(case=rounds) == []
    wait(days=2)
    assert engine.case(rounds).late == frozenset()
    engine.resume(rounds, by="max")
    wait(minutes=19)
    assert engine.case(rounds).late == frozenset()
    wait(minutes=1)
    assert engine.case(rounds).late == {"walk"}


def test_a_step_that_was_given_to_one_is_nobody_elses(engine: Engine) -> None:
    """
    Both are clerks, and one of them was asked.
    """
    case = engine.begin("complaint", {"kind": "noise"}).id
    engine.assign(case, "record", to="ben", by="max")
    assert [item.case for item in engine.worklist(person="ann")] == []
    assert [item.to for item in engine.worklist(person="ben")] == ["ben"]
    with pytest.raises(RefusedError) as refusal:
        engine.complete(case, "record", by="ann", facts={"floors": 0})
    assert str(refusal.value) == ("step 'record' of complaint-1 was given to ben, not to ann.")
    engine.complete(case, "record", by="ben", facts={"floors": 0})


def test_who_is_over_a_step_may_pass_over_it(engine: Engine, rounds: str) -> None:
    """
    With a reason, which the journal keeps.
    """
    engine.skip(rounds, "walk", by="max", reason="the yard is closed")
    assert list(engine.case(rounds).since) == ["look-closer"]
    assert "the yard is closed" in engine.history(rounds)[-1].data


def test_what_is_optional_may_be_left_by_those_who_would_do_it(engine: Engine, rounds: str) -> None:
    """
    Nobody has to be asked, and still there is a reason.
    """
    engine.complete(rounds, "walk", by="gus")
    assert engine.skip(rounds, "look-closer", by="gus", reason="all quiet").end == "walked"


REFUSED: list[tuple[Callable[[Engine], Any], str]] = [
    (
        lambda e: e.skip("round-1", "walk", by="gus", reason="tired"),
        "gus is not over guard, whose step 'walk' of round-1 is.",
    ),
    (
        lambda e: e.skip("round-1", "walk", by="max", reason=" "),
        "say why: the journal keeps the reason.",
    ),
    (
        lambda e: e.assign("round-1", "walk", to="ann", by="max"),
        "step 'walk' of round-1 is for guard, which ann is not now.",
    ),
    (
        lambda e: e.assign("round-1", "walk", to="gus", by="ann"),
        "ann is not over guard, whose step 'walk' of round-1 is.",
    ),
    (
        lambda e: e.suspend("round-1", by="gus", reason="tired"),
        "gus is not over anybody who works on round-1.",
    ),
    (lambda e: e.suspend("round-1", by="max", reason=""), "say why: the journal keeps the reason."),
    (lambda e: e.resume("round-1", by="max"), "round-1 does not stand still."),
]


@pytest.mark.parametrize(
    ("command", "said"),
    REFUSED,
    ids=[said for _, said in REFUSED[:1]] + [f"{n}" for n in range(1, len(REFUSED))],
)
def test_who_may_not_is_told_so(
    engine: Engine, rounds: str, command: Callable[[Engine], Any], said: str
) -> None:
    """
    Nothing has changed.
    """
    before = engine.case(rounds)
    with pytest.raises(RefusedError) as refusal:
        command(engine)
    assert str(refusal.value) == said
    assert engine.case(rounds) == before


def test_what_came_between_cannot_be_talked_away(engine: Engine, rounds: str) -> None:
    """
    The round goes on when the emergency is over, and not because somebody says so.
    """
    engine.send("paid", {"unit": "1-101"})
    with pytest.raises(RefusedError) as refusal:
        engine.resume(rounds, by="max")
    assert str(refusal.value) == ("what came between round-1 is not over; it goes on by itself.")
    assert engine.verify().whole


def test_a_case_that_is_given_up_is_over_and_nothing_of_it_is_open(
    engine: Engine, rounds: str, wait: Wait
) -> None:
    """
    Somebody over those who work on it says why; the journal says it too, and no time runs.
    """
    with pytest.raises(RefusedError, match="gus is not over anybody who works on round-1"):
        engine.withdraw(rounds, by="gus", reason="no wish to")
    with pytest.raises(RefusedError, match="say why: the journal keeps the reason"):
        engine.withdraw(rounds, by="max", reason=" ")
    case = engine.withdraw(rounds, by="max", reason="the gate is being painted")
    assert (case.end, case.since, case.open) == ("withdrawn", {}, False)
    assert engine.worklist(case=rounds) == []
    wait(hours=5)
    assert engine.case(rounds).late == frozenset()
    with pytest.raises(RefusedError, match="round-1 is over: it came to 'withdrawn'"):
        engine.complete(rounds, "walk", by="gus")
    with pytest.raises(RefusedError, match="nobody waits for 'paid' now"):
        engine.send("paid", {"unit": "1-101"})
    assert engine.verify().broken == ()


def test_a_case_for_whose_end_another_waits_is_not_given_up_behind_its_back(
    engine: Engine, rounds: str
) -> None:
    """
    The caller would wait for ever: it is the caller that is given up, or the end that is reached.
    """
    engine.send("paid", {"unit": "1-101"})
    (visit,) = (c.id for c in engine.cases() if c.parent is not None and c.parent[0] == rounds)
    with pytest.raises(RefusedError, match="visit-1 was called by round-1, which waits"):
        engine.withdraw(visit, by="max", reason="no time")
    engine.withdraw(rounds, by="max", reason="the shift is over")
    assert engine.case(visit).open
