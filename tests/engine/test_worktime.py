"""
Deadlines in working time: nobody is late over a weekend, and a standstill uses none of it up.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from propflow.engine import Engine, MemoryStore, SimulatedClock, WorkItem
from propflow.errors import FaultyFileError
from propflow.fields import Field
from propflow.rules import Row, Table, TableError
from propflow.sites import Site, load_site
from tests.engine.conftest import HANDBOOK, SITE, lay_out

REVIEW = """
procedure: plans
chart: "9"
title: {en: Plans, zh: 图纸}
steps:
  - do: review
    en: Look at the plans
    zh: 审图
    by: clerk
    within: REVIEW
    late-tells: manager
  - end: reviewed
"""

#: A week with a Friday off and a Saturday that is worked instead.
OFFICE = """
office-hours:
  monday to friday: ["09:00 to 12:00", "13:30 to 17:30"]
calendar: {holidays: {2025-10-17: {en: Company day, zh: 公司日}}, working: [2025-10-18]}
"""


def estate(tmp_path: Path, review: str, more: str = OFFICE) -> Site:
    """
    The small estate, in which plans are to be reviewed within so long.
    """
    book = {**HANDBOOK, "procedures/plans.yaml": REVIEW.replace("REVIEW", review)}
    own = "  time-for-plans: {type: deadline, value: 2 working days, en: Time, zh: 时限}\n"
    book["handbook.yaml"] = book["handbook.yaml"].replace("settings:\n", f"settings:\n{own}")
    site = {**SITE, "site.yaml": SITE["site.yaml"] + more}
    handbook = lay_out(tmp_path / "handbook", book)
    return load_site(lay_out(tmp_path / "site", site), {"small": handbook})


def at(text: str, site: Site) -> datetime:
    """
    A moment of October 2025 by the clock on the site's wall.
    """
    return datetime.fromisoformat(f"2025-10-{text}").replace(tzinfo=site.zone)


def opened(site: Site, when: str) -> tuple[Engine, SimulatedClock]:
    """
    An engine on which plans have come in.
    """
    clock = SimulatedClock(at(when, site))
    engine = Engine(site, MemoryStore(), clock=clock, duties=())
    engine.begin("plans")
    return engine, clock


def item(engine: Engine) -> WorkItem:
    """
    The review that is open.
    """
    (found,) = engine.worklist()
    return found


CASES = [
    # within, opened, due
    ("4 office hours", "13T10:00", "13T15:30"),  # Monday, over lunch
    ("4 office hours", "13T16:30", "14T12:00"),  # over a night
    ("4 office hours", "16T16:30", "18T12:00"),  # over the day off, on the Saturday instead
    ("1 hour of work", "19T12:00", "20T10:00"),  # from a Sunday
    ("2 working days", "15T10:00", "18T10:00"),  # Thursday and, since Friday is off, Saturday
    ("setting time-for-plans", "18T10:00", "21T10:00"),
    ("90 minutes", "13T11:30", "13T13:00"),  # on the clock, lunch or not
]


@pytest.mark.parametrize(("within", "when", "due"), CASES, ids=[f"{c[0]} {c[1]}" for c in CASES])
def test_a_deadline_in_working_time_counts_only_what_is_worked(
    tmp_path: Path, within: str, when: str, due: str
) -> None:
    """
    Lunch, nights, weekends and holidays are left out; a make-up Saturday counts.
    """
    site = estate(tmp_path, within)
    engine, clock = opened(site, when)
    assert item(engine).due == at(due, site)
    assert engine.next_due(at("31T00:00", site)) == at(due, site)
    clock.move_to(at(due, site) - timedelta(seconds=1))
    assert engine.tick().late == ()
    clock.move_to(at(due, site))
    assert [timer.step for timer in engine.tick().late] == ["review"]


STANDSTILLS = [
    # within, opened, suspended, resumed, due
    ("4 office hours", "13T10:00", "13T11:00", "15T13:00", "15T16:30"),
    ("4 office hours", "13T14:30", "13T20:00", "14T10:00", "14T11:00"),
    ("2 working days", "13T10:00", "14T11:00", "21T09:00", "22T09:00"),
    ("90 minutes", "13T10:00", "13T10:30", "15T08:00", "15T09:00"),
]


@pytest.mark.parametrize(
    ("within", "when", "stop", "go", "due"),
    STANDSTILLS,
    ids=[f"{s[0]} {s[2]}" for s in STANDSTILLS],
)
def test_a_standstill_uses_up_none_of_the_time(
    tmp_path: Path, within: str, when: str, stop: str, go: str, due: str
) -> None:
    """
    As many office hours, or whole working days, are left afterwards as were left before.
    """
    site = estate(tmp_path, within)
    engine, clock = opened(site, when)
    clock.move_to(at(stop, site))
    engine.suspend("plans-1", by="max", reason="the plans are at the printer's")
    assert engine.next_due(at("31T00:00", site)) is None
    clock.move_to(at(go, site))
    engine.resume("plans-1", by="max")
    assert item(engine).due == at(due, site)


def test_without_office_hours_whole_working_days_are_counted(tmp_path: Path) -> None:
    """
    A site need not say when its offices are open to be given two working days.
    """
    site = estate(tmp_path, "2 working days", "")
    engine, _ = opened(site, "17T10:00")  # a Friday
    assert item(engine).due == at("21T10:00", site)


def test_a_decision_does_not_go_by_deadlines() -> None:
    """
    Whether two working days are more than 40 hours, nobody can say.
    """
    with pytest.raises(TableError) as caught:
        Table(
            id="urgency",
            inputs=[Field(name="limit", type="deadline")],
            outputs=[Field(name="urgency", type="choice", of=("low", "high"))],
            rows=[Row(cells=(), outcome=[("urgency", "low")])],
        )
    assert str(caught.value) == (
        "decision 'urgency': 'limit' is a deadline, which only a setting can be: two of them have "
        "no order. Use a duration."
    )


FAULTS = [
    (
        "4 office hours",
        "",
        "procedures/plans.yaml:5:5: step 'review' has 4 hours of work, and the site does not say "
        "when its offices are open. Add 'office-hours' to site.yaml.",
    ),
    (
        "2 workdays",
        OFFICE,
        "procedures/plans.yaml:9:13: '2 workdays' is not a length of time: a duration is a number "
        "and seconds, minutes, hours, days or weeks, as in '30 minutes'.",
    ),
    (
        "0 working days",
        OFFICE,
        "procedures/plans.yaml:9:13: '0 working days' is no time at all. Leave it out, or say "
        "more.",
    ),
    (
        "1 day",
        "office-hours: {friday to monday: 09:00 to 17:00}\n",
        "site.yaml:17:16: monday does not come after friday in a week from Monday on.",
    ),
    (
        "1 day",
        "office-hours: {monday to friday: 09:00 to 17:00, friday: 09:00 to 12:00}\n",
        "site.yaml:17:50: the hours of friday are given twice.",
    ),
    (
        "1 day",
        "office-hours: {monday: [09:00 to 12:00, 11:00 to 17:00]}\n",
        "site.yaml:17:16: working time: hours of a day come in order and apart: join those that "
        "touch.",
    ),
]


@pytest.mark.parametrize(("within", "more", "message"), FAULTS, ids=[f[2][:40] for f in FAULTS])
def test_office_hours_that_cannot_be_kept_are_refused_where_they_stand(
    tmp_path: Path, within: str, more: str, message: str
) -> None:
    """
    File, line, and what to do.
    """
    with pytest.raises(FaultyFileError) as caught:
        estate(tmp_path, within, more)
    said = str(caught.value).replace(str(tmp_path), "").replace("/handbook/", "")
    assert message in said.replace("/site/", "")
