"""
The short way of a step says what the machine says, or nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from propflow.engine import Case, Engine, MemoryStore, SimulatedClock, quick
from propflow.engine.case import PLAIN
from propflow.engine.chart import Chart, chart_of
from propflow.engine.effects import effects_of
from propflow.engine.events import Assign, Begin, Command, Complete, Expire, Resume, Suspend
from propflow.engine.machine import decide
from propflow.engine.store import Change
from propflow.engine.worklist import timers_of, waits_of
from propflow.errors import RefusedError
from propflow.procedures import Ask, Procedure, Task, Work
from propflow.sites import Site
from propflow.testing import ROLE, procedures
from propflow.text import Text
from tests.engine.test_journal import chart_of as made_up

NOW = datetime(2025, 10, 11, 8, 0, tzinfo=UTC)
PEOPLE = ("ann", "ben")
#: What somebody might fill in, right and wrong.
VALUES: tuple[Any, ...] = ("yes", "no", "leak", "noise", "perhaps", 0, 3, -1, True, 2.5, Decimal(3))


def same(change: Change, chart: Chart, before: Case, command: Command, now: datetime) -> None:
    """
    A change of the short way, held against the machine.
    """
    after, events = decide(chart, before, command, now)
    assert change.after == after
    assert change.events == events
    assert change.effects == tuple(effects_of(before, after, events, now))
    assert change.timers == tuple(timers_of(chart, after))
    assert change.waits == waits_of(chart, after)
    assert (change.before, change.at) == (before.seq, now)


def asked(data: st.DataObject, chart: Chart, case: Case) -> Complete:
    """
    Somebody does a step of a case: mostly as it should be, now and then not.
    """
    step = data.draw(st.sampled_from([*case.since, "nothing"]), "step")
    stop = chart.stop(step)
    work = stop.step if stop is not None else None
    right = frozenset(work.by if isinstance(work, Work) else ())
    facts: dict[str, Any] = {}
    for name in work.asks if isinstance(work, Work) else ():
        fitting = [value for value in VALUES if chart.fits[name](value)]
        facts[name] = data.draw(st.sampled_from(fitting), name)
    odd = data.draw(st.sampled_from(("no",) * 4 + ("fact", "more", "less", "roles", "answer")))
    if odd == "fact" and facts:
        facts[min(facts)] = data.draw(st.sampled_from(VALUES))
    if odd == "more":
        name = data.draw(st.sampled_from([*chart.fields, "weather"]))
        facts[name] = data.draw(st.sampled_from(VALUES))
    if odd == "less" and facts:
        del facts[min(facts)]
    answers = [*stop.moves] if stop is not None and isinstance(work, Ask) else [""]
    return Complete(
        step=step,
        by=data.draw(st.sampled_from(PEOPLE), "by"),
        roles=frozenset({"stranger"}) if odd == "roles" else right,
        answer="perhaps" if odd == "answer" else data.draw(st.sampled_from(answers), "answer"),
        facts=facts,
    )


def managed(data: st.DataObject, chart: Chart, case: Case, now: datetime) -> Command | None:
    """
    Now and then something else happens to a case, which the short way leaves alone.
    """
    what = data.draw(st.sampled_from(("none",) * 12 + ("late", "given", "still")), "besides")
    chief = frozenset({"manager"})
    if what == "late":
        return next((Expire(step=t.step, due=t.due) for t in timers_of(chart, case)), None)
    if what == "given":
        step = data.draw(st.sampled_from(list(case.since)))
        return Assign(step=step, to="ann", to_roles=frozenset(chart.above), by="m", roles=chief)
    if what == "still":
        if case.suspended:
            return Resume(by="m", roles=chief)
        return Suspend(by="m", roles=chief, reason="the yard is closed")
    return None


def play(chart: Chart, facts: dict[str, Any], data: st.DataObject, steps: int) -> None:
    """
    A case from its opening on, each command by both ways, before and after it was learnt.
    """
    now = NOW
    begin, fresh = Begin(facts=facts, ref="c", because="a call"), Case(id="c-1")
    case, events = decide(chart, fresh, begin, now)
    for _ in range(2):
        opened = quick.begin(chart, "c-1", begin, now, 1)
        if opened is not None:
            same(opened, chart, fresh, begin, now)
        quick.learn(chart, fresh, begin, events, case)
    for _ in range(steps):
        if not case.open or not case.since:
            return
        now += timedelta(minutes=data.draw(st.integers(0, 40)))
        other = managed(data, chart, case, now)
        command = other or asked(data, chart, case)
        try:
            after, events = decide(chart, case, command, now)
        except RefusedError:
            if isinstance(command, Complete):
                assert shortly(chart, case, command, now) is None
            continue
        if isinstance(command, Complete):
            known = shortly(chart, case, command, now)
            if known is not None:
                same(known, chart, case, command, now)
            quick.learn(chart, case, command, events, after)
            learnt = shortly(chart, case, command, now)
            if case.aside is PLAIN and after.aside is PLAIN:
                assert learnt is not None, command
            if learnt is not None:
                same(learnt, chart, case, command, now)
        case = after


def shortly(chart: Chart, case: Case, command: Complete, now: datetime) -> Change | None:
    """
    The short way of a command.
    """
    c = command
    return quick.complete(chart, case, c.step, c.by, c.roles, c.answer, c.facts, now)


@given(procedures(), st.data())
def test_in_any_procedure_the_short_way_is_the_way(
    procedure: Procedure, data: st.DataObject
) -> None:
    """
    Whoever asks for whatever: events, case, deadlines and notices are those of the machine.
    """
    play(made_up(procedure), {}, data, 12)


@pytest.fixture(scope="module")
def chart(site: Site) -> Chart:
    """
    The complaint of the small estate: a table, a loop, four eyes, two steps side by side.
    """
    return chart_of(site, "complaint")


@settings(max_examples=60)
@given(data=st.data())
def test_in_a_complaint_the_short_way_is_the_way(chart: Chart, data: st.DataObject) -> None:
    """
    With deadlines that pass, steps given to one person and cases that stand still in between.
    """
    kind = data.draw(st.sampled_from(("noise", "leak")))
    play(chart, {"unit": "1-101", "kind": kind}, data, 25)


def test_the_short_way_is_taken(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The second complaint of an estate never asks the machine.
    """
    engine = Engine(site, MemoryStore(), clock=SimulatedClock(NOW))

    def complaint() -> Case:
        case = engine.begin("complaint", {"unit": "1-101", "kind": "noise"})
        for step, by, facts in (
            ("record", "ann", {"floors": 0}),
            ("handle", "gus", {}),
            ("reply", "ann", {"satisfied": "yes"}),
            ("sign", "ben", {}),
            ("file", "ann", {}),
        ):
            case = engine.complete(case.id, step, by=by, facts=facts)
        return case

    first = complaint()
    monkeypatch.setattr("propflow.engine.commits.decide", None)
    second = complaint()
    assert (first.end, second.end) == ("filed", "filed")
    lines = [[line.data for line in engine.history(case.id)] for case in (first, second)]
    assert lines[0] == lines[1]
    assert engine.verify().whole


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("not-open", {"step": "handle"}),
        ("unknown-step", {"step": "handel"}),
        ("not-yours", {"roles": frozenset({"guard"})}),
        ("four-eyes", {"by": "ann"}),
        ("not-asked", {"answer": "yes"}),
        ("unknown-fact", {"facts": {"weather": "fine"}}),
        ("bad-fact", {"facts": {"unit": 3}}),
        ("bad-fact", {"facts": {"kind": "smell"}}),
        ("bad-fact", {"facts": {"floors": -1}}),
        ("bad-fact", {"facts": {"floors": True}}),
    ],
)
def test_what_is_refused_the_short_way_does_not_do(
    chart: Chart, code: str, change: dict[str, Any]
) -> None:
    """
    Learnt from one who may, it is not done for one who may not, and the machine says why.
    """
    case, _ = decide(chart, Case(id="c-1"), Begin(facts={"kind": "noise"}), NOW)
    clerk, guard = frozenset({"clerk"}), frozenset({"guard"})
    for step, by, roles, facts in (
        ("record", "ann", clerk, {"floors": 1}),
        ("handle", "gus", guard, {}),
        ("reply", "ann", clerk, {"satisfied": "yes"}),
    ):
        command = Complete(step=step, by=by, roles=roles, facts=facts)
        case, _ = decide(chart, case, command, NOW)
    right = Complete(step="sign", by="ben", roles=clerk)
    after, events = decide(chart, case, right, NOW)
    quick.learn(chart, case, right, events, after)
    assert shortly(chart, case, right, NOW) is not None
    wrong = attrs.evolve(right, **change)
    with pytest.raises(RefusedError) as refused:
        decide(chart, case, wrong, NOW)
    assert refused.value.code == code
    assert shortly(chart, case, wrong, NOW) is None


def test_who_looks_at_a_kept_place_of_another_handbook_is_told_by_the_machine(
    site: Site, chart: Chart
) -> None:
    """
    A place that one chart has learnt is no place of another: roles may have changed.
    """
    case, events = decide(chart, Case(id="c-1"), Begin(), NOW)
    command = Complete(
        step="record", by="ann", roles=frozenset({"clerk"}), facts={"floors": 1, "kind": "noise"}
    )
    after, events = decide(chart, case, command, NOW)
    quick.learn(chart, case, command, events, after)
    assert shortly(chart, case, command, NOW) is not None
    assert shortly(chart_of(site, "complaint"), case, command, NOW) is None


@attrs.frozen(kw_only=True)
class Badged(Task):
    """
    A kind of work that nobody has told the short way of.
    """

    badge: str = ""


@pytest.mark.parametrize(("badge", "way"), [("", "short"), ("red", "long")])
def test_a_step_that_says_more_than_the_short_way_knows_goes_the_long_way(
    badge: str, way: str
) -> None:
    """
    A new kind of rule about who may do a step cannot be passed by in silence.
    """
    work = Badged(id="walk", by=(ROLE,), badge=badge)
    chart = made_up(Procedure(id="round", title=Text.of(en="Round"), body=work))
    case, _ = decide(chart, Case(id="c-1"), Begin(), NOW)
    command = Complete(step="walk", by="ann", roles=frozenset({ROLE}))
    after, events = decide(chart, case, command, NOW)
    quick.learn(chart, case, command, events, after)
    assert ("long" if shortly(chart, case, command, NOW) is None else "short") == way
