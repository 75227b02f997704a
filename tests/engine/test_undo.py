"""
Undone and done again: what somebody did by mistake, while nothing has left the case.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from propflow.engine import Engine, SimulatedClock, Store
from propflow.engine.amends import Redone, Undone
from propflow.errors import RefusedError
from propflow.verify import Monitor, Standing, traces_of


def grave(engine: Engine) -> str:
    """
    A leak on three floors: it was reported up, and nobody was told by itself.
    """
    case = engine.begin("complaint", {"kind": "leak", "unit": "1-101"}).id
    engine.complete(case, "record", by="ann", facts={"floors": 3})
    return case


def closing(engine: Engine) -> str:
    """
    A complaint that has been answered; two things are left to do, side by side.
    """
    case = grave(engine)
    engine.complete(case, "report-up-clerk", by="ann", answer="handle")
    engine.complete(case, "handle", by="gus")
    engine.complete(case, "reply", by="ann", facts={"satisfied": "yes"})
    return case


def test_what_was_done_by_mistake_is_undone_and_done_anew(
    quiet: Engine, clock: SimulatedClock
) -> None:
    """
    The decision that followed does not count either, nor the fact; the journal has grown.
    """
    case = grave(quiet)
    before = quiet.case(case)
    assert list(before.since) == ["report-up-clerk"]
    clock.move_to(clock.now() + timedelta(minutes=5))
    after = quiet.undo(case, "record", by="ann", reason="the wrong flat")
    assert list(after.since) == ["record"]
    assert "floors" not in after.facts
    assert after.seq == before.seq + 1
    assert quiet.passed(case) == []
    event = quiet.history(case)[-1].event
    assert isinstance(event, Undone)
    assert (event.by, event.reason, event.undoes) == ("ann", "the wrong flat", (1, 2))
    quiet.complete(case, "record", by="ann", facts={"floors": 1})
    assert quiet.passed(case)[:2] == [("record", ""), ("gravity", "minor")]
    assert quiet.verify().whole


def test_a_step_that_is_open_again_has_as_much_time_as_it_had(
    quiet: Engine, clock: SimulatedClock
) -> None:
    """
    Half of two hours were used when it was done; an hour is left, whenever it was undone.
    """
    case = grave(quiet)
    quiet.complete(case, "report-up-clerk", by="ann", answer="handle")
    clock.move_to(clock.now() + timedelta(hours=1))
    quiet.complete(case, "handle", by="gus")
    clock.move_to(clock.now() + timedelta(days=2))
    quiet.undo(case, by="gus", reason="the leak is back")
    (item,) = quiet.worklist(case=case)
    assert (item.step, item.due) == ("handle", clock.now() + timedelta(hours=1))


def test_one_of_two_branches_is_undone_and_the_other_stays(quiet: Engine) -> None:
    """
    Filed and not yet signed: the signature that came afterwards stands.
    """
    case = closing(quiet)
    quiet.complete(case, "file", by="ben")
    assert list(quiet.undo(case, "file", by="max", reason="the wrong folder").since) == [
        "sign",
        "file",
    ]
    quiet.complete(case, "sign", by="ben")
    assert quiet.complete(case, "file", by="ben").end == "filed"


def test_what_was_undone_counts_after_all(quiet: Engine) -> None:
    """
    With the facts and in the name of whoever did it; what followed follows again.
    """
    case = grave(quiet)
    quiet.undo(case, "record", by="ann", reason="the wrong flat")
    again = quiet.redo(case, by="max", reason="it was the right one")
    assert (list(again.since), again.facts["floors"]) == (["report-up-clerk"], 3)
    assert again.doers["record"] == "ann"
    assert isinstance(quiet.history(case)[-2].event, Redone)
    assert quiet.passed(case) == [("record", ""), ("gravity", "major")]


def test_a_notice_that_nobody_has_heard_is_taken_back(quiet: Engine, store: Store) -> None:
    """
    It waits in the outbox and is not delivered; once it is, nothing can be taken back.
    """
    case = quiet.begin("complaint", {"kind": "noise"}).id
    quiet.complete(case, "record", by="ann", facts={"floors": 0})
    assert len(store.outbox(("notice",))) == 1
    quiet.undo(case, "record", by="ann", reason="the wrong flat")
    assert list(store.outbox(("notice",))) == []
    quiet.complete(case, "record", by="ann", facts={"floors": 0})
    assert quiet.deliver() == 1
    with pytest.raises(RefusedError) as refusal:
        quiet.undo(case, "record", by="ann", reason="the wrong flat")
    assert (refusal.value.code, refusal.value.what) == (
        "not-inside",
        "step 'record' of complaint-1 cannot be undone: guard have been told ('notify').",
    )


def test_the_events_of_a_case_with_an_undoing_give_the_same_case(
    quiet: Engine, store: Store
) -> None:
    """
    Whatever was undone and done again, a case is its events.
    """
    case = closing(quiet)
    quiet.complete(case, "file", by="ben")
    quiet.undo(case, by="max", reason="the wrong folder")
    quiet.redo(case, "file", by="max", reason="the right one")
    assert quiet.definitions.replayed(quiet.history(case)) == store.load(case)


def test_a_law_does_not_count_what_was_undone(quiet: Engine) -> None:
    """
    A log held to the laws, and a monitor on the case, see what stands.
    """
    said: list[Standing] = []
    quiet.observers.append(Monitor(quiet.site, said.append, history=quiet.history))
    case = closing(quiet)
    quiet.undo(case, "reply", by="ann", reason="not yet satisfied")
    (trace,) = traces_of(quiet.store.journal(), ended=lambda _: False)
    assert "reply" not in [one.step for one in trace.happenings]
    assert said[-1].verdict == "fulfilled"


REFUSED: list[tuple[Callable[[Engine, str], Any], str, str]] = [
    (
        lambda e, c: e.undo(c, "record", by="ann", reason="oops"),
        "not-inside",
        "step 'record' of complaint-1 cannot be undone: 'report-up-clerk' came of it; undo that "
        "first.",
    ),
    (
        lambda e, c: e.undo(c, "sign", by="max", reason="oops"),
        "not-done",
        "nobody has done step 'sign' of complaint-1.",
    ),
    (
        lambda e, c: e.undo(c, "reply", by="ben", reason="oops"),
        "not-over",
        "ben neither did step 'reply' of complaint-1 nor is over clerk, whose it is.",
    ),
    (
        lambda e, c: e.undo(c, "reply", by="ann", reason=""),
        "no-reason",
        "say why: the journal keeps the reason.",
    ),
    (
        lambda e, c: e.redo(c, "reply", by="ann", reason="oops"),
        "not-undone",
        "nothing of 'reply' was undone.",
    ),
]


@pytest.mark.parametrize(("wants", "code", "said"), REFUSED)
def test_what_cannot_be_undone_is_refused_and_on_record(
    quiet: Engine, wants: Callable[[Engine, str], Any], code: str, said: str
) -> None:
    """
    With the reason, and the case stays as it was.
    """
    case = closing(quiet)
    before = quiet.case(case)
    with pytest.raises(RefusedError) as refusal:
        wants(quiet, case)
    assert (refusal.value.code, str(refusal.value)) == (code, said)
    assert quiet.case(case) == before
    assert [r.code for r in quiet.refusals(case)] == [code]


def test_a_case_that_was_begun_because_of_it_cannot_be_called_back(quiet: Engine) -> None:
    """
    The visit goes on with another case; what led to that stands.
    """
    case = quiet.begin("parking", {"unit": "1-101"}).id
    quiet.complete(case, "patrol", by="gus")
    with pytest.raises(RefusedError) as refusal:
        quiet.undo(case, by="gus", reason="I was not there")
    assert str(refusal.value) == (
        "step 'patrol' of parking-1 cannot be undone: complaint has been begun ('report')."
    )


def test_nothing_is_done_again_where_something_has_happened_since(quiet: Engine) -> None:
    """
    The step was done anew, and that is what counts.
    """
    case = grave(quiet)
    quiet.undo(case, "record", by="ann", reason="the wrong flat")
    quiet.complete(case, "record", by="ben", facts={"floors": 4})
    with pytest.raises(RefusedError, match="step 'record' of complaint-1 is not open as it was"):
        quiet.redo(case, "record", by="ann", reason="mine was right")


def test_four_eyes_are_looked_at_again_when_a_step_is_done_again(quiet: Engine) -> None:
    """
    Ben signed, that was undone; then Ben replied, so his signature does not count again.
    """
    case = closing(quiet)
    quiet.complete(case, "sign", by="ben")
    quiet.undo(case, "sign", by="max", reason="too early")
    quiet.undo(case, "reply", by="max", reason="nobody has replied")
    quiet.complete(case, "reply", by="ben", facts={"satisfied": "yes"})
    with pytest.raises(RefusedError) as refusal:
        quiet.redo(case, "sign", by="max", reason="it was right")
    assert refusal.value.code == "four-eyes"
