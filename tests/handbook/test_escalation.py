"""
The rulebooks of the handbook on the real engine: who hears of what, and who is spared.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from propflow import Engine, MemoryStore
from propflow.cli.desk import open_site
from propflow.engine import SimulatedClock

SITE = open_site(None)
START = datetime(2025, 10, 11, 1, tzinfo=UTC)
COMPLAINT = {
    "category": "noise", "affected": 1, "company-fault": "no", "injury": "none", "loss": "none",
    "promise-broken": "no", "repeated": 0, "days-open": 0,
}  # fmt: skip
URGENT = {
    "unit": "3-0501",
    "fault": "Sparks",
    "hazard": "people",
    "cut-off": "no",
    "warranty": "no",
}


class Ears:
    """
    Keeps what a rulebook tells, and whom.
    """

    def __init__(self):
        self.heard = []

    def deliver(self, notice):
        """
        Keep who hears what.
        """
        if notice.kind == "rule":
            self.heard.append((notice.procedure, notice.step, *notice.to))

    def close(self):
        """
        Nothing is held.
        """


class Estate:
    """
    An engine whose clock moves when it is told to, and the ears of its people.
    """

    def __init__(self):
        self.ears = Ears()
        self.clock = SimulatedClock(START)
        self.engine = Engine(
            SITE, MemoryStore(), clock=self.clock, notifiers=[self.ears], duties=()
        )

    def do(self, case, step, **facts):
        """
        Whoever may do a step does it.
        """
        now = self.engine.now()
        roles = SITE.graph(case.procedure).by_id[step].by
        people = (person for role in roles for person in SITE.holders(role, now))
        given = {name.replace("_", "-"): value for name, value in facts.items()}
        return self.engine.complete(case.id, step, by=next(people), facts=given)

    def later(self, **time):
        """
        Let time pass; what rulebooks have told by then.
        """
        self.clock.move_to(self.engine.now() + timedelta(**time))
        while self.engine.tick().late:
            pass
        self.engine.tick()
        return self.ears.heard

    def complaint(self):
        """
        A complaint that is to be settled.
        """
        (case,) = self.engine.send("complaint-made", {"unit": "3-0501", "category": "noise"})
        self.do(case, "record", **COMPLAINT)
        return case

    def round(self, missed, area="walls"):
        """
        A round of the patrol.
        """
        case = self.engine.begin("patrol", {"place": "north"})
        facts = {"area": area, "points_missed": missed, "met_with": "nothing"}
        return self.do(case, "go-round", **facts)

    def urgent(self):
        """
        An urgent repair whose order is written.
        """
        case = self.engine.begin("repair", {"unit": URGENT["unit"], "fault": URGENT["fault"]})
        self.do(case, "hear-owner", taken_at="centre")
        self.do(case, "take-at-centre")
        self.do(case, "write-order", **URGENT)
        return case


@pytest.fixture
def estate():
    """
    An estate on a quiet morning.
    """
    return Estate()


LADDER = "management-ladder"


def test_an_unsettled_complaint_goes_up_one_level_at_a_time(estate):
    """
    First the supervisor, half an hour later the manager, then the administration centre.
    """
    estate.complaint()
    assert estate.later(hours=23) == []
    assert estate.later(hours=1, minutes=1) == [(LADDER, "supervisor", "complaints-supervisor")]
    assert estate.later(minutes=30)[1:] == [(LADDER, "manager", "centre-manager")]
    assert estate.later(minutes=31)[2:] == [(LADDER, "administration", "administration-centre")]
    assert len(estate.later(days=2)) == 3


def test_a_complaint_that_is_settled_climbs_no_further(estate):
    """
    The supervisor has heard of it; nobody above does.
    """
    case = estate.complaint()
    estate.later(hours=24, minutes=1)
    estate.do(case, "handle")
    assert estate.later(days=2) == [(LADDER, "supervisor", "complaints-supervisor")]


CHECKPOINT = "checkpoint-missed"


def test_a_missed_checkpoint_that_nobody_makes_good_is_told(estate):
    """
    After half an hour without a whole round of the area the shift leader hears of it.
    """
    estate.round(1)
    estate.round(0, area="public")
    assert estate.later(minutes=29) == []
    assert estate.later(minutes=2) == [(CHECKPOINT, "not-made-good", "shift-leader")]


def test_a_missed_checkpoint_that_is_made_good_is_told_nobody(estate):
    """
    The next round of the area was whole.
    """
    estate.round(1)
    estate.later(minutes=8)
    estate.round(0)
    assert estate.later(hours=3) == []


def test_an_area_left_out_twice_is_the_captains_matter(estate):
    """
    And the manager's where nobody walks it in the hour after.
    """
    estate.round(1)
    estate.later(minutes=20)
    estate.round(2)
    heard = estate.later(minutes=1)
    assert heard == [(CHECKPOINT, "twice-in-an-hour", "security-captain")]
    assert (CHECKPOINT, "still-neglected", "centre-manager") in estate.later(minutes=61)


DEADLINE = "deadline-passed"


def test_an_urgent_repair_that_is_late_twice_goes_up(estate):
    """
    The order lay, then the team did not leave; and nobody has left since.
    """
    case = estate.urgent()
    estate.later(minutes=6)
    estate.do(case, "collect-order")
    estate.do(case, "dispatch-at-once")
    assert estate.later(minutes=16) == [(DEADLINE, "late-twice", "support-centre-manager")]
    assert estate.later(minutes=16)[1:] == [
        (DEADLINE, "still-waiting", "support-centre-manager", "centre-manager")
    ]


def test_an_urgent_repair_that_is_late_once_is_the_procedures_matter(estate):
    """
    The team leaves a little late: the procedure has told the supervisor, and that will do.
    """
    case = estate.urgent()
    estate.do(case, "collect-order")
    estate.do(case, "dispatch-at-once")
    estate.later(minutes=16)
    estate.do(case, "set-out")
    assert estate.later(hours=2) == []


def test_three_late_repairs_in_a_week_are_one_matter(estate):
    """
    Whichever homes they were in.
    """
    for _ in range(3):
        case = estate.urgent()
        estate.do(case, "collect-order")
        estate.do(case, "dispatch-at-once")
        estate.later(minutes=16)
        estate.do(case, "set-out")
    assert estate.later(minutes=1) == [(DEADLINE, "three-in-a-week", "centre-manager")]
