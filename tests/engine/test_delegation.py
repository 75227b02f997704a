"""
Standing in for somebody: until a moment, for one role or one case, and never round four eyes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from propflow.engine import Engine, SimulatedClock, Store
from propflow.engine.events import Done
from propflow.errors import RefusedError, UnknownNameError
from tests.engine.conftest import START

EVENING = START + timedelta(hours=9)  # six in the evening in Shanghai


def give(engine: Engine, by: str, to: str, **more: Any) -> str:
    """
    Let somebody act for another until the evening.
    """
    said = {"until": EVENING, "reason": "at the dentist", **more}
    return engine.delegate(by=by, to=to, **said).id


@pytest.fixture
def case(quiet: Engine) -> str:
    """
    A complaint that a clerk has to record.
    """
    return quiet.begin("complaint", {"kind": "leak", "unit": "1-101"}).id


def test_who_stands_in_may_do_the_work_until_the_time_is_over(
    quiet: Engine, case: str, clock: SimulatedClock
) -> None:
    """
    Gus is a guard and acts for Ann; the worklist says why and until when, the journal for whom.
    """
    give(quiet, "ann", "gus")
    (item,) = quiet.worklist(person="gus")
    assert (item.step, item.why, item.until, item.behalf) == (
        "record",
        "stands in for Ann until 11 Oct 18:00",
        EVENING,
        ("ann",),
    )
    other = quiet.begin("complaint", {"kind": "noise"}).id
    quiet.complete(case, "record", by="gus", facts={"floors": 3})
    event = quiet.history(case)[1].event
    assert isinstance(event, Done)
    assert (event.by, event.behalf) == ("gus", ("ann",))
    clock.move_to(EVENING)
    assert quiet.worklist(person="gus") == []
    with pytest.raises(RefusedError, match="is for clerk, which gus is not now"):
        quiet.complete(other, "record", by="gus", facts={"floors": 3})
    assert quiet.verify().whole


def test_a_worklist_says_why_and_until_when(engine: Engine, clock: SimulatedClock) -> None:
    """
    By the own role without an end; by the roster until the end of the shift.
    """
    engine.begin("round", {"unit": "1-101"})
    (item,) = engine.worklist(person="gus")
    assert (item.why, item.until) == ("is Guard", None)
    assert engine.worklist(person="nat") == []
    clock.move_to(START + timedelta(hours=12))
    (item,) = engine.worklist(person="nat")
    assert item.why == "on the post Gate until 12 Oct 08:00"
    assert item.until == START + timedelta(hours=23)


def test_what_is_given_for_one_case_is_for_no_other(quiet: Engine, case: str) -> None:
    """
    And for one role no other role.
    """
    other = quiet.begin("complaint", {"kind": "noise"}).id
    give(quiet, "ann", "gus", case=case, role="clerk")
    assert [item.case for item in quiet.worklist(person="gus")] == [case]
    with pytest.raises(RefusedError, match="which gus is not now"):
        quiet.complete(other, "record", by="gus", facts={"floors": 3})


def test_who_stands_in_has_what_was_given_to_the_other(quiet: Engine, case: str) -> None:
    """
    The step was given to Ann alone; whoever acts for her may do it, another clerk may not.
    """
    quiet.assign(case, "record", to="ann", by="max")
    give(quiet, "ann", "gus")
    assert quiet.worklist(person="ben") == []
    assert [item.step for item in quiet.worklist(person="gus")] == ["record"]
    quiet.complete(case, "record", by="gus", facts={"floors": 3})


def test_what_was_given_is_passed_on_once(quiet: Engine, case: str) -> None:
    """
    From Ann to Gus and on to Nat; there it ends, and with the earlier of the two moments.
    """
    give(quiet, "ann", "gus", until=START + timedelta(hours=1))
    give(quiet, "gus", "nat", role="clerk")
    (item,) = quiet.worklist(person="nat")
    assert (item.behalf, item.until) == (("gus", "ann"), START + timedelta(hours=1))
    with pytest.raises(RefusedError) as refusal:
        give(quiet, "nat", "ben", role="clerk")
    assert (refusal.value.code, str(refusal.value)) == (
        "too-far",
        "nat has clerk from gus from ann: it is not passed on any further.",
    )


def test_nobody_gives_more_than_they_have_at_that_moment(
    engine: Engine, clock: SimulatedClock
) -> None:
    """
    Nat is a guard while the roster has her on the gate, and so is whoever stands in for her.
    """
    engine.begin("round", {"unit": "1-101"})
    clock.move_to(START + timedelta(hours=12))
    give(engine, "nat", "ben", until=START + timedelta(days=9))
    assert [item.why for item in engine.worklist(person="ben")] == [
        "stands in for Nat until 12 Oct 08:00"
    ]
    clock.move_to(START + timedelta(hours=23))
    assert engine.worklist(person="ben") == []


def test_what_was_given_is_taken_back(quiet: Engine, case: str) -> None:
    """
    By whoever gave it or is over them, and by nobody else.
    """
    number = give(quiet, "ann", "gus")
    with pytest.raises(RefusedError, match="ben is neither ann nor over ann"):
        quiet.take_back(number, by="ben", reason="I want it")
    quiet.take_back(number, by="max", reason="she is back")
    assert quiet.delegations() == []
    assert quiet.worklist(person="gus") == []
    with pytest.raises(RefusedError, match="delegation '0' is not in force"):
        quiet.take_back(number, by="ann", reason="I am back")


def replied(engine: Engine, case: str, by: str) -> None:
    """
    Come as far as the closing, where who replied may not sign.
    """
    engine.complete(case, "record", by="ben", facts={"floors": 3})
    engine.complete(case, "report-up-clerk", by="ben", answer="handle")
    engine.complete(case, "handle", by="gus")
    engine.complete(case, "reply", by=by, facts={"satisfied": "yes"})


EYES: list[tuple[str, tuple[str, str], str, str]] = [
    ("ann", ("ann", "gus"), "gus", "and that was ann."),
    ("ann", ("ben", "ann"), "ann", "and that was ann."),
    ("gus", ("ann", "gus"), "ann", "and that was gus for ann."),
    ("gus", ("ann", "gus"), "gus", "and that was gus."),
]


@pytest.mark.parametrize(("replies", "given", "signs", "said"), EYES)
def test_four_eyes_stay_four_eyes_whoever_stands_in_for_whom(
    quiet: Engine, case: str, replies: str, given: tuple[str, str], signs: str, said: str
) -> None:
    """
    Neither who acted nor for whom, in the one step as in the other.
    """
    give(quiet, *given)
    replied(quiet, case, replies)
    assert "sign" not in [item.step for item in quiet.worklist(person=signs)]
    with pytest.raises(RefusedError) as refusal:
        quiet.complete(case, "sign", by=signs)
    assert refusal.value.code == "four-eyes"
    assert str(refusal.value).endswith(said)
    quiet.complete(case, "sign", by="max")


def test_four_eyes_cannot_be_passed_over_by_standing_in_for_who_is_over_them(
    quiet: Engine, case: str
) -> None:
    """
    Ann replied; acting for the manager she would pass over the signature of somebody else.
    """
    give(quiet, "max", "ann")
    replied(quiet, case, "ann")
    with pytest.raises(RefusedError) as refusal:
        quiet.skip(case, "sign", by="ann", reason="nobody is there")
    assert refusal.value.code == "four-eyes"


def test_who_stands_in_for_a_manager_may_do_what_the_manager_may(quiet: Engine) -> None:
    """
    Give to one person, pass over, let stand still; the journal says for whom.
    """
    case = quiet.begin("complaint", {"kind": "noise", "floors": 0}).id
    give(quiet, "max", "ben")
    quiet.assign(case, "record", to="ann", by="ben")
    quiet.suspend(case, by="ben", reason="a flood")
    quiet.resume(case, by="ben")
    quiet.skip(case, "record", by="ben", reason="known already")
    events = [line.event for line in quiet.history(case)]
    assert [getattr(event, "behalf", None) for event in events[1:5]] == [("max",)] * 4


def test_the_events_give_the_same_case_whoever_stood_in(
    quiet: Engine, store: Store, case: str
) -> None:
    """
    For whom somebody acted is part of the case.
    """
    give(quiet, "ann", "gus")
    replied(quiet, case, "gus")
    found = store.load(case)
    assert found is not None
    assert found.behalf == {"reply": ("ann",)}
    assert quiet.definitions.replayed(quiet.history(case)) == found


REFUSED: list[tuple[Callable[[Engine], Any], str]] = [
    (lambda e: give(e, "ann", "ann"), "ann cannot stand in for ann."),
    (lambda e: give(e, "ann", "gus", until=START), "2025-10-11T01:00:00+00:00 has passed."),
    (lambda e: give(e, "ann", "gus", reason=" "), "say why: the journal keeps the reason."),
    (
        lambda e: give(e, "ann", "gus", role="manager"),
        "ann is not manager now, so there is nothing to give.",
    ),
    (lambda e: give(e, "nat", "gus"), "nat has no role, so there is nothing to give."),
]


@pytest.mark.parametrize(("gives", "said"), REFUSED)
def test_what_cannot_be_given_is_refused_and_on_record(
    quiet: Engine, gives: Callable[[Engine], Any], said: str
) -> None:
    """
    One sentence, and nobody may do more than before.
    """
    with pytest.raises(RefusedError) as refusal:
        gives(quiet)
    assert str(refusal.value) == said
    assert quiet.delegations() == []
    assert [r.does for r in quiet.refusals()] == ["delegate"]
    with pytest.raises(UnknownNameError, match=r"there is no person 'gos'. Did you mean 'gus'\?"):
        give(quiet, "ann", "gos")
