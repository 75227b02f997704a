"""
Cases of the small estate, step by step.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from propflow.engine import Engine, SimulatedClock
from tests.engine.conftest import Collected

Wait = Callable[..., None]


def complain(engine: Engine, *, kind: str = "noise", floors: int = 0) -> str:
    """
    A complaint that has been recorded; returns its case.
    """
    case = engine.begin("complaint", {"unit": "1-101", "kind": kind}).id
    engine.complete(case, "record", by="ann", facts={"floors": floors})
    return case


def answer(engine: Engine, case: str, satisfied: str) -> None:
    """
    Handle the complaint and reply to the customer.
    """
    engine.complete(case, "handle", by="gus")
    engine.complete(case, "reply", by="ann", facts={"satisfied": satisfied})


def test_a_minor_complaint_goes_from_the_desk_to_the_file(engine: Engine) -> None:
    """
    Recorded, judged minor, the guard told, handled, answered, signed, filed.
    """
    case = complain(engine)
    assert [item.step for item in engine.worklist(case=case)] == ["handle"]
    answer(engine, case, "yes")
    engine.complete(case, "file", by="ann")
    assert engine.complete(case, "sign", by="ben").end == "filed"
    assert engine.passed(case) == [
        ("record", ""),
        ("gravity", "minor"),
        ("notify", ""),
        ("handle", ""),
        ("reply", ""),
        ("until-satisfied", "yes"),
        ("file", ""),
        ("sign", ""),
    ]
    assert engine.verify().whole


def test_a_customer_who_is_not_satisfied_is_heard_again(engine: Engine) -> None:
    """
    4.11: no leads back to the handling, as often as it takes.
    """
    case = complain(engine)
    answer(engine, case, "no")
    assert list(engine.case(case).since) == ["handle"]
    answer(engine, case, "no")
    answer(engine, case, "yes")
    assert sorted(engine.case(case).since) == ["file", "sign"]


def test_a_grave_complaint_climbs_the_ladder_when_nobody_answers(
    engine: Engine, wait: Wait
) -> None:
    """
    A level that does not answer within its time is passed over.
    """
    case = complain(engine, kind="leak", floors=3)
    (clerk,) = engine.case(case).since
    assert engine.chart("complaint").stop(clerk).step.by == ("clerk",)  # type: ignore[union-attr]
    wait(minutes=30)
    (manager,) = engine.case(case).since
    assert [item.by for item in engine.worklist(case=case)] == [("manager",)]
    engine.complete(case, manager, by="max")
    assert list(engine.case(case).since) == ["handle"]


def test_a_level_that_takes_it_on_ends_the_climb(engine: Engine) -> None:
    """
    The matter goes no higher than it must.
    """
    case = complain(engine, kind="leak", floors=3)
    (clerk,) = engine.case(case).since
    engine.complete(case, clerk, by="ben", answer="handle")
    assert list(engine.case(case).since) == ["handle"]


def test_who_has_not_done_it_in_time_is_reported_and_may_still_do_it(
    engine: Engine, wait: Wait, notices: Collected
) -> None:
    """
    A deadline without an answer leaves the step open and tells who must know, once.
    """
    case = complain(engine)
    wait(hours=2)
    wait(hours=2)
    late = [notice for notice in notices.notices if notice.kind == "late"]
    assert [(notice.step, notice.to, notice.people) for notice in late] == [
        ("handle", ("manager",), ("max",))
    ]
    assert [item.late for item in engine.worklist(case=case)] == ["yes"]
    engine.complete(case, "handle", by="gus")
    assert list(engine.case(case).since) == ["reply"]


def test_a_payment_ends_the_wait_of_its_own_unit_only(engine: Engine) -> None:
    """
    The message must agree with the case on the facts that the wait names.
    """
    first, second = (engine.begin("dunning", {"unit": unit}).id for unit in ("1-101", "1-201"))
    for case in (first, second):
        engine.complete(case, "remind", by="ann")
    moved = engine.send("paid", {"unit": "1-201", "amount": Decimal("120.50")})
    assert [case.id for case in moved] == [second]
    assert engine.case(second).end == "settled"
    assert engine.case(second).facts["amount"] == Decimal("120.50")
    assert engine.case(first).open


def test_nobody_pays_and_nobody_answers(engine: Engine, wait: Wait) -> None:
    """
    The site's own patience passes, then the answer that stands when nobody gives one is taken.
    """
    case = engine.begin("dunning", {"unit": "1-101"}).id
    engine.complete(case, "remind", by="ann")
    wait(days=20)
    assert list(engine.case(case).since) == ["sue"]
    wait(days=1)
    assert engine.case(case).end == "dropped"


def test_every_line_in_arrears_gets_a_case_and_the_review_waits_for_all(engine: Engine) -> None:
    """
    6.08: who is in arrears comes out of the book.
    """
    review = engine.begin("review").id
    children = [case for case in engine.cases() if case.parent == (review, "in-arrears")]
    assert [(c.facts["unit"], c.facts["due"]) for c in children] == [
        ("1-101", Decimal("300.00")),
        ("1-201", Decimal("120.50")),
    ]
    for child in children:
        assert engine.case(review).open
        engine.complete(child.id, "remind", by="ann")
        engine.send("paid", {"unit": child.facts["unit"], "amount": child.facts["due"]})
    assert engine.case(review).end == "reviewed"


def test_a_called_case_brings_back_what_was_asked_of_it(engine: Engine) -> None:
    """
    The caller goes on when the called case ends, and knows what it learned.
    """
    visit = engine.begin("visit", {"unit": "2-301"}).id
    (child,) = (case for case in engine.cases() if case.parent == (visit, "complain"))
    assert child.facts == {"unit": "2-301"}
    assert engine.case(visit).open


def test_what_goes_on_beside_is_over_when_the_main_thing_is(engine: Engine) -> None:
    """
    12.06: the patrol goes round as long as the car stands there, and not a moment longer.
    """
    case = engine.begin("parking", {"unit": "1-101"}).id
    assert sorted(engine.case(case).since) == ["leaving", "patrol"]
    engine.complete(case, "patrol", by="gus")
    (child,) = (found.id for found in engine.cases() if found.parent == (case, "report"))
    assert sorted(engine.case(case).since) == ["leaving", "report"]
    engine.send("paid", {"unit": "1-101", "amount": Decimal(5)})
    assert list(engine.case(case).since) == ["wave"]
    assert engine.case(child).open  # what the patrol has found is still to be dealt with
    assert engine.complete(case, "wave", by="gus").end == "gone"
    assert engine.tick().problems == ()


def test_a_called_case_that_ends_too_late_troubles_nobody(engine: Engine) -> None:
    """
    The caller went on without it: its end is in the journal, and nothing waits or is dead.
    """
    case = engine.begin("parking", {"unit": "1-101"}).id
    engine.complete(case, "patrol", by="gus")
    (child,) = (found.id for found in engine.cases() if found.parent == (case, "report"))
    engine.send("paid", {"unit": "1-101"})
    for step, by, facts in (
        ("record", "ann", {"floors": 0, "kind": "noise"}),
        ("handle", "gus", {}),
        ("reply", "ann", {"satisfied": "yes"}),
        ("file", "ann", {}),
        ("sign", "ben", {}),
    ):
        engine.complete(child, step, by=by, facts=facts)
    assert engine.case(child).end == "filed"
    assert engine.store.outbox(("begin", "return")) == []
    assert list(engine.case(case).since) == ["wave"]


def test_who_is_late_may_find_that_something_else_follows(engine: Engine, wait: Wait) -> None:
    """
    The round that nobody made is over; somebody is told, and the next thing is open.
    """
    case = engine.begin("parking", {"unit": "1-101"}).id
    wait(minutes=30)
    assert engine.passed(case) == [("patrol", "late"), ("missed", "")]
    assert sorted(engine.case(case).since) == ["leaving", "report"]


def test_a_message_opens_the_procedure_that_answers_it(engine: Engine) -> None:
    """
    Nobody waits for a complaint: it opens a case, with the facts it brought and its own name.
    """
    (case,) = engine.send("complaint-made", {"unit": "1-101", "kind": "leak"}, ref="call-7")
    assert (case.procedure, case.facts["kind"]) == ("complaint", "leak")
    assert engine.case("call-7").id == case.id


def test_a_duty_falls_due_once_whatever_happens_to_the_clock(engine: Engine, wait: Wait) -> None:
    """
    17.01: eleven reports a night, each one piece of work, missed when its grace has passed.
    """
    wait(hours=11)  # eight in the evening
    (report,) = (o for o in engine.store.occasions())
    assert engine.worklist(person="nat")[0].case == report.case
    step = engine.worklist(person="nat")[0]
    engine.complete(report.case, step.step, by="nat", answer=(step.answers and "done") or "")
    engine.tick()
    wait(hours=24)
    occasions = engine.store.occasions()
    assert len({(o.duty, o.slot) for o in occasions}) == len(occasions) == 12
    ends = [engine.case(o.case).end for o in occasions]
    assert (ends.count("done"), ends.count("missed")) == (1, 10)


def test_after_an_outage_what_was_owed_is_on_record(engine: Engine, clock: object) -> None:
    """
    The engine was off from nine in the morning to noon of the next day: nothing is lost.
    """
    clock.move_to(engine.now().replace(day=12, hour=4))  # type: ignore[attr-defined]
    tick = engine.tick()
    assert len(tick.due) == 11
    assert {engine.case(o.case).end for o in tick.due} == {"missed"}
    assert engine.tick().due == ()


def test_a_post_gives_its_role_while_the_shift_lasts(engine: Engine, wait: Wait) -> None:
    """
    Nat is a guard from eight in the evening to eight in the morning, and nobody before.
    """
    case = complain(engine)
    assert engine.worklist(person="nat") == []
    wait(hours=11, minutes=1)
    assert case in [item.case for item in engine.worklist(person="nat")]


def test_notices_are_tried_again_until_they_arrive(
    quiet: Engine, notices: Collected, clock: SimulatedClock
) -> None:
    """
    A notifier that fails does not hold up the case; the notice comes later, under the same id:
    after a minute, after two more, and after four.
    """
    notices.failures = 3
    case = complain(quiet)
    began = quiet.now()
    assert list(quiet.case(case).since) == ["handle"]
    for minutes in (0, 1, 3):
        clock.move_to(began + timedelta(minutes=minutes))
        left = notices.failures
        assert quiet.deliver() == 0
        assert quiet.deliver() == 0
        assert notices.failures == left - 1  # the second time it was not yet due
    assert quiet.next_due(began + timedelta(hours=1)) == began + timedelta(minutes=7)
    clock.move_to(began + timedelta(minutes=7))
    assert quiet.deliver() == 1
    assert quiet.deliver() == 0
    (notice,) = notices.notices
    assert (notice.step, notice.to, notice.people) == ("notify", ("guard",), ("gus",))
    assert notice.at == began


def test_a_notice_that_never_arrives_is_left_for_a_person(
    engine: Engine, notices: Collected, clock: SimulatedClock
) -> None:
    """
    After five attempts it is dead, with the reason, and not tried again.
    """
    notices.failures = 100
    complain(engine)
    for _ in range(7):
        engine.deliver()
        clock.move_to(clock.now() + timedelta(minutes=20))
    assert notices.failures == 95
    ((effect, error),) = engine.store.dead()
    assert (effect.attempts, error) == (5, "ConnectionError: the line is dead")
