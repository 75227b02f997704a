"""
Working time: its laws, and the same as counting minute by minute.
"""

from __future__ import annotations

import random
from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from propflow.calendar import Hours, Pause, WorkingDays, WorkLength, WorkTimeError, parse_length

MINUTE = timedelta(minutes=1)
BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = ((time(9), time(12)), (time(13), time(18)))
NIGHT = ((time(22), time(6)),)
CHINA = WorkingDays(
    holidays={date(2025, 10, day): "National Day" for day in range(1, 9)},
    working={date(2025, 9, 28), date(2025, 10, 11)},
)


def at(text: str, zone: str = "Europe/Berlin") -> datetime:
    """
    A local moment.
    """
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def office(zone: str = "Europe/Berlin", **more: object) -> Hours:
    """
    Monday to Friday, 09:00 to 12:00 and 13:00 to 18:00.
    """
    return Hours(zone=ZoneInfo(zone), week=dict.fromkeys(range(5), OFFICE), **more)


SUMS = [
    ("2026-03-02T09:00", "8 hours", "2026-03-02T18:00"),  # not Tuesday's opening
    ("2026-03-02T11:00", "2 hours", "2026-03-02T14:00"),  # lunch
    ("2026-03-06T17:00", "2 hours", "2026-03-09T10:00"),  # the weekend
    ("2026-03-07T12:00", "1 hour", "2026-03-09T10:00"),
    ("2026-03-27T17:00", "1 hour 30 minutes", "2026-03-30T09:30"),  # and a clock change
]


@pytest.mark.parametrize(("start", "length", "end"), SUMS, ids=[f"{r[0]} {r[1]}" for r in SUMS])
def test_office_hours_pass_while_the_office_is_open(start: str, length: str, end: str) -> None:
    """
    Lunch, nights and weekends take no time.
    """
    added = parse_length(f"{length} of work")
    assert office().after(at(start), added) == at(end)
    assert office().between(at(start), at(end)) == added.time


def test_working_days_keep_the_time_of_the_day() -> None:
    """
    Two working days from Friday 15:00 is Tuesday 15:00; around National Day the make-up days count.
    """
    assert office().add_days(at("2026-03-06T15:00"), 2) == at("2026-03-10T15:00")
    assert office().add_days(at("2026-03-10T15:00"), -2) == at("2026-03-06T15:00")
    china = office("Asia/Shanghai", working=CHINA)
    moment = at("2025-09-26T15:00", "Asia/Shanghai")
    ends = [china.add_days(moment, days).date().isoformat() for days in range(1, 7)]
    assert ends == [
        "2025-09-28", "2025-09-29", "2025-09-30", "2025-10-09", "2025-10-10", "2025-10-11",
    ]  # fmt: skip
    assert china.days_between(date(2025, 9, 26), date(2025, 10, 11)) == 6


def test_make_up_day_has_the_hours_of_a_weekday() -> None:
    """
    A worked Sunday is open as the Friday before it.
    """
    china = office("Asia/Shanghai", working=CHINA)
    assert china.is_open(at("2025-09-28T10:00", "Asia/Shanghai"))
    assert not china.is_open(at("2025-10-01T10:00", "Asia/Shanghai"))


def test_suspended_case_loses_no_time() -> None:
    """
    From Monday 10:00 to Wednesday 10:00 nothing counts; while it goes on, no deadline comes.
    """
    start = at("2026-03-02T09:00")
    still = office().suspended(Pause(start=at("2026-03-02T10:00"), end=at("2026-03-04T10:00")))
    assert still.add(start, 2 * 60 * MINUTE) == at("2026-03-04T11:00")
    assert still.add_days(start, 1) == at("2026-03-04T09:00")
    for_ever = office().suspended(Pause(start=at("2026-03-02T10:00")))
    assert for_ever.add(start, 60 * MINUTE) == at("2026-03-02T10:00")
    with pytest.raises(WorkTimeError) as caught:
        for_ever.add(start, 61 * MINUTE)
    assert str(caught.value) == (
        "working time: in ten years there are not 1 hour 1 minute of it: is everything paused?"
    )


def test_shift_over_midnight_belongs_to_the_evening_on_which_it_began() -> None:
    """
    Friday's night shift ends on Saturday morning, an hour early when the clocks go forward.
    """
    night = Hours(zone=BERLIN, week=dict.fromkeys(range(5), NIGHT))
    assert night.add(at("2026-03-06T23:00"), 4 * 60 * MINUTE) == at("2026-03-07T03:00")
    assert night.between(at("2026-03-07T12:00"), at("2026-03-09T12:00")) == timedelta()
    every = Hours(zone=BERLIN, week=dict.fromkeys(range(7), NIGHT), working=None)
    assert every.between(at("2026-03-28T12:00"), at("2026-03-29T12:00")) == timedelta(hours=7)
    assert every.between(at("2026-10-24T12:00"), at("2026-10-25T12:00")) == timedelta(hours=9)


READ = [
    ("2 working days", WorkLength(unit="days", days=2)),
    ("1 working day", WorkLength(unit="days", days=1)),
    ("4 hours of work", WorkLength(unit="hours", time=timedelta(hours=4))),
    ("30 minutes", WorkLength(unit="clock", time=timedelta(minutes=30))),
]


@pytest.mark.parametrize(("text", "length"), READ, ids=[row[0] for row in READ])
def test_length_is_read_and_written(text: str, length: WorkLength) -> None:
    """
    What is written reads back the same; office hours are working hours.
    """
    assert parse_length(text) == length
    assert str(length) == text
    assert parse_length("4 office hours") == parse_length("4 working hours") == READ[2][1]
    with pytest.raises(ValueError, match="a duration is a number"):
        parse_length("soon")


REFUSED = [
    ({"week": {}}, "no day of the week has hours: nothing would ever be done."),
    (
        {"week": {0: [(time(9), time(12)), (time(11), time(15))]}},
        "hours of a day come in order and apart: join those that touch.",
    ),
    (
        {"week": {0: [(time(22), time(6))], 1: [(time(5), time(9))]}},
        "hours of a day come in order and apart: join those that touch.",
    ),
    ({"week": [[]] * 6}, "a week has seven days, from Monday to Sunday."),
    (
        {"week": {0: OFFICE}, "pauses": [Pause(start=at("2026-03-03"), end=at("2026-03-02"))]},
        "a pause ends at 2026-03-02 00:00:00+01:00, before it begins.",
    ),
]


@pytest.mark.parametrize(("given", "what"), REFUSED, ids=range(len(REFUSED)))
def test_hours_that_contradict_themselves_are_refused(given: dict, what: str) -> None:
    """
    One sentence.
    """
    with pytest.raises(WorkTimeError) as caught:
        Hours(zone=BERLIN, **given)
    assert str(caught.value) == f"working time: {what}"


# --- laws ------------------------------------------------------------------------------------

ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Shanghai"]
WEEKS = [
    dict.fromkeys(range(5), OFFICE),
    dict.fromkeys(range(7), NIGHT),
    {0: [(time(0), time(0))], 2: [(time(8, 30), time(2, 30))], 6: [(time(1, 15), time(3, 45))]},
]
BEGIN = datetime(2025, 9, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 400 * 1440).map(lambda minutes: BEGIN + minutes * MINUTE)
LENGTHS = st.integers(0, 9000).map(lambda minutes: minutes * MINUTE)
PAUSES = st.lists(
    st.builds(lambda start, length: Pause(start=start, end=start + length), MOMENTS, LENGTHS),
    max_size=3,
)
HOURS = st.builds(
    lambda zone, week, working, pauses: Hours(
        zone=ZoneInfo(zone), week=week, working=working, pauses=pauses
    ),
    st.sampled_from(ZONES),
    st.sampled_from(WEEKS),
    st.sampled_from([None, WorkingDays(), CHINA]),
    PAUSES,
)


@settings(max_examples=150, deadline=None)
@given(HOURS, MOMENTS, MOMENTS, MOMENTS)
def test_measures_add_up_and_never_go_back(
    hours: Hours, one: datetime, other: datetime, third: datetime
) -> None:
    """
    Additive: by way of any third moment it is as much. Monotone: later is not less.
    """
    whole = hours.between(one, third)
    assert hours.between(one, other) + hours.between(other, third) == whole
    assert hours.between(third, one) == -whole
    first, _, last = sorted([one, other, third])
    assert timedelta() <= hours.between(first, last) <= last - first


@settings(max_examples=150, deadline=None)
@given(HOURS, MOMENTS, LENGTHS, LENGTHS)
def test_sums_are_associative_and_measured_again(
    hours: Hours, start: datetime, one: timedelta, other: timedelta
) -> None:
    """
    First the one and then the other is both at once; what was added is measured; taking it away
    leads back to a moment with the same work behind it; and more work is never done sooner.
    """
    end = hours.add(start, one)
    both = hours.add(start, one + other)
    assert hours.add(end, other) == both
    assert hours.between(start, end) == one
    back = hours.subtract(end, one)
    assert hours.between(back, start) == timedelta()
    assert back >= start
    assert both >= end
    assert hours.subtract(hours.subtract(end, one), other) == hours.subtract(end, one + other)


@settings(max_examples=100, deadline=None)
@given(HOURS, MOMENTS, st.integers(0, 30), st.integers(0, 30))
def test_working_days_add_up_too(hours: Hours, start: datetime, one: int, other: int) -> None:
    """
    Days after days are days, and they are counted again.
    """
    local = start.astimezone(hours.zone)
    days = [hours.add_days(local, one), hours.add_days(local, one + other)]
    assert hours.add_days(days[0], other).date() == days[1].date()
    assert hours.days_between(local.date(), days[0].date()) == one
    assert hours.days_between(days[0].date(), days[1].date()) == other


# --- minute by minute ------------------------------------------------------------------------


def is_open(hours: Hours, when: datetime) -> bool:
    """
    Whether a minute is worked, told from the clock on the wall alone.
    """
    if any(p.start <= when < p.end for p in hours.pauses):
        return False
    local = when.astimezone(hours.zone)
    clock = local.hour * 60 + local.minute
    for back in (0, 1):
        day = local.date() - timedelta(days=back)
        if hours.working is not None and not hours.working.is_working(day):
            continue
        spans = hours.week[day.weekday()]
        while not spans:  # a make-up day has the hours of the last weekday that has any
            day -= timedelta(days=1)
            spans = hours.week[day.weekday()] if hours.working is not None else ((),)
        for span in filter(None, spans):
            start, end = (one.hour * 60 + one.minute for one in span)
            end += 1440 if end <= start else 0
            if start <= clock + back * 1440 < end:
                return True
    return False


#: Where hours begin or end in the very hour that a clock change skips or doubles, the clock on
#: the wall cannot be the judge: the third week is counted where the clocks stay.
COUNTED = [
    (0, "Europe/Berlin"),
    (0, "Asia/Shanghai"),
    (1, "America/New_York"),
    (1, "Australia/Lord_Howe"),
    (2, "Asia/Kolkata"),
]


@pytest.mark.parametrize(("week", "zone"), COUNTED)
def test_arithmetic_equals_minute_by_minute_counting(week: int, zone: str) -> None:
    """
    On 27,000 random cases in all: a measure, a sum and a difference each time.
    """
    dice = random.Random(f"{week} {zone}")  # noqa: S311  no secret: the same cases every time
    start = datetime(2025, 9, 20, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    minutes = 45 * 1440
    for working in (None, CHINA):
        gaps = [sorted(dice.sample(range(minutes), 2)) for _ in range(2)]
        pauses = [
            Pause(start=start + low * MINUTE, end=start + min(high, low + 3000) * MINUTE)
            for low, high in gaps
        ]
        hours = Hours(zone=ZoneInfo(zone), week=WEEKS[week], working=working, pauses=pauses)
        worked = [0, *accumulate(is_open(hours, start + n * MINUTE) for n in range(minutes))]
        for _ in range(900):
            one, other = sorted(dice.sample(range(minutes), 2))
            first, last = start + one * MINUTE, start + other * MINUTE
            length = worked[other] - worked[one]
            assert hours.between(first, last) == length * MINUTE
            if length:
                left = dice.randint(1, length)
                end = bisect_left(worked, worked[one] + left)
                # In UTC: moments of a doubled hour in two zones never compare equal.
                found = hours.add(first, left * MINUTE).astimezone(UTC)
                assert found == start + end * MINUTE
                begin = bisect_left(worked, worked[other] - left + 1) - 1
                found = hours.subtract(last, left * MINUTE).astimezone(UTC)
                assert found == start + begin * MINUTE
