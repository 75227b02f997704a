"""
Duties that go by something else: their last completion, another duty, a date.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from propflow.calendar import (
    AgendaError,
    Duty,
    Ground,
    RhythmError,
    WorkingDays,
    agenda,
    next_due,
    parse_rhythm,
)

BERLIN = ZoneInfo("Europe/Berlin")


def duty(name: str, rhythm: str, **more: object) -> Duty:
    """
    A duty of the plant room.
    """
    return Duty(id=name, post="plant", rhythm=parse_rhythm(rhythm), **more)


def at(text: str) -> datetime:
    """
    A moment in Berlin.
    """
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def calls(one: Duty, start: str, end: str, **more: object) -> list[str]:
    """
    What one duty owes, with a question mark where it is only expected.
    """
    found = agenda([one], at(start), at(end), zone=BERLIN, **more)
    return [f"{c.due:%m-%d %H:%M}" + "?" * (c.certainty == "expected") for c in found]


FILTER = duty("filter", "every 30 days after completion at 09:00 from 2026-01-05")


def test_first_call_stands_until_somebody_completes_it() -> None:
    """
    What follows is only expected.
    """
    assert calls(FILTER, "2026-01-01", "2026-04-01") == [
        "01-05 09:00", "02-04 09:00?", "03-06 09:00?",
    ]  # fmt: skip


def test_next_call_is_counted_from_the_completion() -> None:
    """
    Done three days late: 30 days from then. In days it keeps its hour over the clock change.
    """
    done = {"filter": [at("2026-01-08T15:30")]}
    assert calls(FILTER, "2026-01-01", "2026-04-15", ground=Ground(done=done)) == [
        "01-05 09:00", "02-07 09:00", "03-09 09:00?", "04-08 09:00?",
    ]  # fmt: skip


def test_hours_after_completion_are_hours_that_pass() -> None:
    """
    Six hours after 23:00 on the night that has only seven hours: 06:00.
    """
    pump = duty("pump", "every 6 hours after completion at 09:00 from 2026-03-01")
    done = {"pump": [at("2026-03-28T23:00")]}
    found = calls(pump, "2026-03-29", "2026-03-29T12:00", ground=Ground(done=done))
    assert found == ["03-29 06:00", "03-29 12:00?"][:1]


def test_expected_call_is_never_overdue_work() -> None:
    """
    It says so itself.
    """
    found = next_due(FILTER, at("2026-01-05T09:00"), zone=BERLIN)
    assert found is not None
    assert found.why() == (
        "due 2026-02-04 09:00: 30 days after it was last completed at 09:00, first on 2026-01-05 "
        "at 09:00; expected, if what it waits for is done when that is due."
    )


AUDIT = duty("audit", "monthly on last working day at 16:00")
FREE = WorkingDays(holidays={datetime(2026, 4, 30, tzinfo=UTC).date(): "Bridge"}, published=[2026])


@pytest.mark.parametrize(
    ("rhythm", "due"),
    [
        ("2 days before audit", ["03-29 16:00", "04-27 16:00"]),
        ("2 days before audit at 08:00", ["03-29 08:00", "04-27 08:00"]),
        ("2 working days before audit", ["03-27 16:00", "04-27 16:00"]),
        ("1 working day after audit at 09:00", ["04-01 09:00", "05-01 09:00"]),
        ("30 minutes before audit", ["03-31 15:30", "04-29 15:30"]),
        ("62 hours before audit", ["03-29 01:00", "04-27 02:00"]),
        ("3 days after 2026-04-27 at 09:00", ["04-30 09:00"]),
        ("1 working day after 2026-04-29 at 09:00", ["05-01 09:00"]),
        ("5 hours before 2026-04-01 at 02:00", ["03-31 21:00"]),
    ],
)
def test_duty_follows_another_or_a_date(rhythm: str, due: list[str]) -> None:
    """
    The audit is on 31 March and, as 30 April is free, on 29 April; the clocks change on 29 March.
    """
    one = duty("minutes", rhythm)
    found = calls(one, "2026-03-20", "2026-05-15", working=FREE, others=[AUDIT])
    assert found == due


def test_last_duty_of_a_chain_follows_the_first() -> None:
    """
    The room is booked before the papers are sent, which is before the audit.
    """
    papers, room = duty("papers", "7 days before audit"), duty("room", "1 day before papers")
    assert calls(room, "2026-04-01", "2026-05-01", working=FREE, others=[papers, AUDIT]) == [
        "04-21 16:00"
    ]


def test_duties_that_wait_for_each_other_are_refused() -> None:
    """
    With the circle in the message.
    """
    one, other = duty("hen", "1 day before egg"), duty("egg", "1 day before hen")
    with pytest.raises(AgendaError) as caught:
        calls(one, "2026-04-01", "2026-04-02", others=[other])
    assert str(caught.value) == (
        "agenda: duties wait for each other in a circle: hen -> egg -> hen."
    )


def test_duty_without_the_one_it_goes_by_is_refused() -> None:
    """
    By name.
    """
    with pytest.raises(RhythmError) as caught:
        calls(duty("hen", "1 day before egg"), "2026-04-01", "2026-04-02")
    assert str(caught.value) == ("rhythm '1 day before egg': there is no duty 'egg' to go by.")


def test_linked_duties_are_the_same_however_the_agenda_is_cut() -> None:
    """
    Day by day over both clock changes, as in one go.
    """
    one = duty("minutes", "62 hours before audit")
    start, end = at("2026-03-01"), at("2026-11-10")
    whole = list(agenda([one], start, end, zone=BERLIN, others=[AUDIT]))
    parts = []
    while start < end:
        after = min(start + timedelta(days=1), end)
        parts += agenda([one], start, after, zone=BERLIN, others=[AUDIT])
        start = after
    assert parts == whole
    assert len(whole) == 8
