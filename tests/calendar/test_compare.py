"""
A year before and after a change: what appears, what vanishes, what moves.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from propflow.calendar import Duty, Occurrence, WorkingDays, agenda, parse_rhythm
from propflow.calendar.compare import compare, summary

ZONE = ZoneInfo("Europe/Berlin")
START, END = datetime(2026, 1, 1, tzinfo=ZONE), datetime(2027, 1, 1, tzinfo=ZONE)


def year(*rhythms: str, working: WorkingDays | None = None, **more: object) -> list[Occurrence]:
    """
    The agenda of 2026 of a duty for each rhythm.
    """
    duties = [
        Duty(id=f"duty-{n}", post="gate", rhythm=parse_rhythm(text), **more)
        for n, text in enumerate(rhythms)
    ]
    free = working or WorkingDays()
    return list(agenda(duties, START, END, zone=ZONE, working=free))


def test_nothing_changes_where_nothing_has_changed() -> None:
    """
    Written otherwise, it is the same year.
    """
    assert compare(year("daily at 08:00"), year("every day at 08:00 from 2025-01-01")) == []


def test_duty_on_another_weekday_moves() -> None:
    """
    Fifty-two calls move by a day; none appears or vanishes.
    """
    changes = compare(year("weekly on monday at 09:00"), year("weekly on tuesday at 10:30"))
    assert summary(changes) == ["duty-0: 52 move"]
    assert summary(changes, "zh") == ["duty-0: 移动52次"]
    assert changes[0].say() == (
        "duty-0: moves from 2026-01-05 09:00 to 2026-01-06 10:30, 1 day 1 hour 30 minutes later"
    )


def test_duty_that_comes_oftener_appears_and_one_that_is_dropped_vanishes() -> None:
    """
    Each in its own words.
    """
    changes = compare(
        year("monthly on day 5 at 09:00", "daily at 08:00"),
        year("monthly on day 5 at 09:00", "daily at 08:00, 17:00", "yearly on may 1 at 08:00"),
    )
    assert summary(changes) == ["duty-1: 365 appear", "duty-2: 1 appears"]
    gone = compare(year("yearly on may 1 at 08:00"), [])
    assert [change.say() for change in gone] == ["duty-0: vanishes 2026-05-01 08:00"]
    assert [change.say("zh") for change in gone] == ["duty-0:取消2026-05-01 08:00"]


def test_new_holiday_moves_what_rolls() -> None:
    """
    Only the call of that day.
    """
    free = WorkingDays(holidays={date(2026, 6, 5): "Bridge"})
    text, more = "monthly on day 5 at 09:00", {"days": "working", "roll": "next"}
    changes = compare(year(text, **more), year(text, working=free, **more))
    assert [change.say() for change in changes] == [
        "duty-0: moves from 2026-06-05 09:00 to 2026-06-08 09:00, 3 days later"
    ]


TEXTS = st.sampled_from(
    [
        "weekly on monday at 09:00",
        "weekly on tuesday, friday at 10:00",
        "monthly on day 5 at 09:00",
        "monthly on last day at 09:00",
        "every 10 days at 09:00 from 2026-01-05",
    ]
)


@settings(max_examples=30, deadline=None)
@given(TEXTS, TEXTS)
def test_changes_turn_one_year_into_the_other(one: str, other: str) -> None:
    """
    Take away what vanishes and moves, add what appears and where it moves: no call is left over.
    """
    before, after = year(one), year(other)
    changes = compare(before, after)
    left = {call.due for call in before} - {c.before.due for c in changes if c.before}
    assert left | {c.after.due for c in changes if c.after} == {call.due for call in after}
    assert len({c.before.due for c in changes if c.before}) == sum(
        c.before is not None for c in changes
    )
