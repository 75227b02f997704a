"""
What becomes of duties when the clocks change, date by date and against a clock that is watched.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from propflow.calendar import Daily, Duty, Every, Occurrence, Rhythm, agenda, next_due, parse_rhythm

MINUTE = timedelta(minutes=1)


def due(rhythm: Rhythm | str, zone: str, start: str, end: str) -> list[Occurrence]:
    """
    What one duty owes between two local times.
    """
    made = parse_rhythm(rhythm) if isinstance(rhythm, str) else rhythm
    where = ZoneInfo(zone)
    first, last = (datetime.fromisoformat(at).replace(tzinfo=where) for at in (start, end))
    return list(agenda([Duty(id="round", post="gate", rhythm=made)], first, last, zone=where))


#: Zone, from, until, rhythm, and when it is due: date of the month, time, hours from UTC.
CHANGES = [
    # Berlin, 29 March 2026: 02:00 becomes 03:00.
    ("Europe/Berlin", "2026-03-28", "2026-03-31", "daily at 02:30",
     "28 02:30+0100, 29 03:00+0200, 30 02:30+0200"),
    ("Europe/Berlin", "2026-03-29", "2026-03-30", "daily at 02:10, 02:40, 03:00",
     "29 03:00+0200"),
    ("Europe/Berlin", "2026-03-28T20:00", "2026-03-29T12:00", "every hour from 20:00 to 06:00",
     ("28 20:00+0100, 28 21:00+0100, 28 22:00+0100, 28 23:00+0100, 29 00:00+0100, 29 01:00+0100, "
     "29 03:00+0200, 29 04:00+0200, 29 05:00+0200, 29 06:00+0200")),
    ("Europe/Berlin", "2026-03-29", "2026-03-30", "cron 30 1-3 * * *",
     "29 01:30+0100, 29 03:00+0200, 29 03:30+0200"),
    # Berlin, 25 October 2026: 03:00 becomes 02:00.
    ("Europe/Berlin", "2026-10-24", "2026-10-27", "daily at 02:30",
     "24 02:30+0200, 25 02:30+0200, 26 02:30+0100"),
    ("Europe/Berlin", "2026-10-24T20:00", "2026-10-25T12:00", "every hour from 20:00 to 06:00",
     ("24 20:00+0200, 24 21:00+0200, 24 22:00+0200, 24 23:00+0200, 25 00:00+0200, 25 01:00+0200, "
     "25 02:00+0200, 25 02:00+0100, 25 03:00+0100, 25 04:00+0100, 25 05:00+0100, 25 06:00+0100")),
    ("Europe/Berlin", "2026-10-24T20:00", "2026-10-25T12:00", "every hour from 23:00 to 02:00",
     "24 23:00+0200, 25 00:00+0200, 25 01:00+0200, 25 02:00+0200"),
    ("Europe/Berlin", "2026-10-25", "2026-10-26", "cron 30 2 * * *", "25 02:30+0200"),
    # New York, 8 March 2026: 02:00 becomes 03:00; 1 November 2026: 02:00 becomes 01:00.
    ("America/New_York", "2026-03-07", "2026-03-10", "daily at 02:00",
     "07 02:00-0500, 08 03:00-0400, 09 02:00-0400"),
    ("America/New_York", "2026-10-31", "2026-11-03", "daily at 01:30",
     "31 01:30-0400, 01 01:30-0400, 02 01:30-0500"),
    ("America/New_York", "2026-10-31T22", "2026-11-01T06", "every 2 hours from 22:00 to 04:00",
     "31 22:00-0400, 01 00:00-0400, 01 01:00-0500, 01 03:00-0500"),
    ("America/New_York", "2026-03-08", "2026-03-09", "every 6 hours",
     "08 00:00-0500, 08 07:00-0400, 08 13:00-0400, 08 19:00-0400"),
    # Lord Howe, 5 April 2026: 02:00 becomes 01:30; 4 October 2026: 02:00 becomes 02:30.
    ("Australia/Lord_Howe", "2026-04-04", "2026-04-07", "daily at 01:45",
     "04 01:45+1100, 05 01:45+1100, 06 01:45+1030"),
    ("Australia/Lord_Howe", "2026-04-05", "2026-04-05T04:00", "every 30 minutes",
     ("05 00:00+1100, 05 00:30+1100, 05 01:00+1100, 05 01:30+1100, 05 01:30+1030, 05 02:00+1030, "
     "05 02:30+1030, 05 03:00+1030, 05 03:30+1030")),
    ("Australia/Lord_Howe", "2026-10-03", "2026-10-06", "daily at 02:15",
     "03 02:15+1030, 04 02:30+1100, 05 02:15+1100"),
    ("Australia/Lord_Howe", "2026-10-04", "2026-10-04T06:00", "every hour from 00:00 to 05:00",
     "04 00:00+1030, 04 01:00+1030, 04 02:30+1100, 04 03:30+1100, 04 04:30+1100"),
    # Shanghai knows no change today; on 15 September 1991, 02:00 became 01:00 for the last time.
    ("Asia/Shanghai", "2026-03-28", "2026-03-31", "daily at 02:30",
     "28 02:30+0800, 29 02:30+0800, 30 02:30+0800"),
    ("Asia/Shanghai", "1991-09-14", "1991-09-17", "daily at 01:30",
     "14 01:30+0900, 15 01:30+0900, 16 01:30+0800"),
    # São Paulo, 4 November 2018: midnight itself became 01:00.
    ("America/Sao_Paulo", "2018-11-03", "2018-11-06", "daily at 00:00",
     "03 00:00-0300, 04 01:00-0200, 05 00:00-0200"),
    # São Paulo, 18 February 2018: midnight became 23:00 of the day before.
    ("America/Sao_Paulo", "2018-02-17T20:00", "2018-02-18T03:00", "every hour from 21:00 to 01:00",
     "17 21:00-0200, 17 22:00-0200, 17 23:00-0200, 17 23:00-0300, 18 00:00-0300, 18 01:00-0300"),
    # Apia skipped 30 December 2011 whole: what was owed then was owed when the 31st began.
    ("Pacific/Apia", "2011-12-28", "2012-01-02", "daily at 08:00",
     "28 08:00-1000, 29 08:00-1000, 31 00:00+1400, 31 08:00+1400, 01 08:00+1400"),
    ("Pacific/Apia", "2011-12-29T12:00", "2011-12-31T12:00", "every 2 hours from 20:00 to 06:00",
     "29 20:00-1000, 29 22:00-1000, 31 00:00+1400, 31 02:00+1400, 31 04:00+1400, 31 06:00+1400"),
]  # fmt: skip


@pytest.mark.parametrize(("zone", "start", "end", "rhythm", "expected"), CHANGES)
def test_duty_when_the_clocks_change(
    zone: str, start: str, end: str, rhythm: str, expected: str
) -> None:
    """
    In a gap at the first moment after it, in a fold at the first, and hours as they really pass.
    """
    found = due(rhythm, zone, start, end)
    assert ", ".join(f"{one.due:%d %H:%M%z}" for one in found) == expected


def test_slot_names_each_of_two_equal_times() -> None:
    """
    Where the clock shows 02:00 twice, the two calls of the night have two names.
    """
    rhythm = "every hour from 20:00 to 06:00"
    night = due(rhythm, "Europe/Berlin", "2026-10-25T01:00", "2026-10-25T05:00")
    assert [one.slot for one in night] == [
        "2026-10-25T01:00",
        "2026-10-25T02:00+02:00",
        "2026-10-25T02:00+01:00",
        "2026-10-25T03:00",
        "2026-10-25T04:00",
    ]


def test_occurrence_says_what_the_clock_did() -> None:
    """
    A skipped time and a doubled time are named in the reason, in both languages.
    """
    (skipped,) = due("daily at 02:30", "Europe/Berlin", "2026-03-29", "2026-03-30")
    assert skipped.why("en") == (
        "due 2026-03-29 03:00: every day at 02:30; "
        "the clock skips 02:30, so the first moment after it counts."
    )
    assert skipped.why("zh") == (
        "2026-03-29 03:00到期:每天02:30;当天时钟跳过02:30,顺延至其后第一刻。"
    )
    assert skipped.planned.isoformat() == "2026-03-29T02:30:00"
    (doubled,) = due("daily at 02:30", "Europe/Berlin", "2026-10-25", "2026-10-26")
    assert doubled.why("en") == (
        "due 2026-10-25 02:30: every day at 02:30; "
        "the clock shows that time twice, and the first counts."
    )
    assert doubled.why("zh") == ("2026-10-25 02:30到期:每天02:30;当天该时刻出现两次,以第一次为准。")


def test_grace_is_elapsed_time() -> None:
    """
    Half an hour of grace at 01:45 ends at 03:15 when an hour is skipped in between.
    """
    zone = ZoneInfo("Europe/Berlin")
    duty = Duty(
        id="round", post="gate", rhythm=parse_rhythm("daily at 01:45"), grace=timedelta(minutes=30)
    )
    start = datetime(2026, 3, 29, tzinfo=zone)
    (one,) = agenda([duty], start, start + timedelta(days=1), zone=zone)
    assert one.until.isoformat() == "2026-03-29T03:15:00+02:00"


# --- against a clock that is watched minute by minute ---------------------------------------

#: Zones with the dates around which they change, and one date on which nothing happens.
ZONES = {
    "Europe/Berlin": ["2026-03-29", "2026-10-25", "2026-06-01"],
    "America/New_York": ["2026-03-08", "2026-11-01"],
    "Australia/Lord_Howe": ["2026-04-05", "2026-10-04"],
    "Asia/Shanghai": ["2026-03-29", "1991-09-15"],
    "America/Sao_Paulo": ["2018-11-04", "2018-02-18"],
    "America/St_Johns": ["2009-03-08", "2009-11-01"],
    "Pacific/Apia": ["2011-12-30"],
    "Africa/Casablanca": ["2026-02-15", "2026-03-22"],
}
PLACES = st.sampled_from(
    [(zone, date.fromisoformat(day)) for zone, days in ZONES.items() for day in days]
)


def watched(zone: ZoneInfo, around: date) -> list[tuple[datetime, datetime]]:
    """
    Six days of a clock, minute by minute: the moment, and the local time that the clock shows.
    """
    begin = datetime.combine(around, time(), UTC) - timedelta(days=3)
    moments = [begin + n * MINUTE for n in range(6 * 1440)]
    return [(one, one.astimezone(zone).replace(tzinfo=None)) for one in moments]


def first_shown(clock: list[tuple[datetime, datetime]]) -> dict[datetime, datetime]:
    """
    For each local time the first moment at which the clock shows it or has gone past it.
    """
    shown: dict[datetime, datetime] = {}
    hand = clock[0][1] - MINUTE
    for one, wall in clock:
        while hand < wall:
            hand += MINUTE
            shown[hand] = one
    return shown


def simulate(rhythm: Daily | Every, zone: ZoneInfo, around: date) -> list[datetime]:
    """
    Stand beside the clock for six days and write down each moment at which a call is owed.
    """
    clock = watched(zone, around)
    shown = first_shown(clock)
    owed = set()
    for n in range(-2, 3):
        midnight = datetime.combine(around, time()) + timedelta(days=n)
        if isinstance(rhythm, Daily):
            at = [midnight + timedelta(hours=t.hour, minutes=t.minute) for t in rhythm.at]
            owed.update(shown[wall] for wall in at if wall in shown)
            continue
        begin, end = midnight, midnight + timedelta(days=1) - MINUTE
        if rhythm.first is not None and rhythm.last is not None:
            begin = datetime.combine(midnight, rhythm.first)
            end = datetime.combine(midnight, rhythm.last)
            end += timedelta(days=1) if end < begin else timedelta()
        if begin not in shown or end + MINUTE not in shown:
            continue
        stop = shown[end]
        if rhythm.first is None:
            stop = shown[end + MINUTE] - MINUTE
        waited = rhythm.step
        for one, _ in clock:
            if shown[begin] <= one <= stop:
                if waited == rhythm.step:
                    owed.add(one)
                    waited = timedelta()
                waited += MINUTE
    return sorted(owed)


TIMES = st.builds(time, st.integers(0, 23), st.integers(0, 59))
#: Most clocks change between midnight and four in the morning.
SMALL_HOURS = st.builds(time, st.integers(0, 3), st.integers(0, 59))
EITHER = st.one_of(SMALL_HOURS, TIMES)


@st.composite
def rounds(draw: st.DrawFn) -> Every:
    """
    A round with an end in the small hours as often as not.
    """
    step = draw(st.sampled_from([1, 7, 10, 30, 45, 60, 90, 120, 300]))
    if draw(st.integers(0, 3)) == 0:
        return Every(step * MINUTE)
    first, last = draw(EITHER), draw(EITHER)
    length = (last.hour * 60 + last.minute - first.hour * 60 - first.minute) % 1440
    if length < step:
        return Every(step * MINUTE)
    return Every(step * MINUTE, first, last)


@settings(max_examples=120, deadline=None)
@given(
    st.one_of(st.lists(EITHER, min_size=1, max_size=4, unique=True).map(Daily), rounds()), PLACES
)
def test_agenda_equals_a_clock_that_is_watched(
    rhythm: Daily | Every, place: tuple[str, date]
) -> None:
    """
    No call is lost, doubled or made up, whatever the clocks do around it.
    """
    name, around = place
    zone = ZoneInfo(name)
    centre = datetime(around.year, around.month, around.day, 12, tzinfo=UTC)
    start, end = centre - timedelta(days=1), centre + timedelta(days=1)
    duty = Duty(id="round", post="gate", rhythm=rhythm)
    found = [one.due.astimezone(UTC) for one in agenda([duty], start, end, zone=zone)]
    assert found == [one for one in simulate(rhythm, zone, around) if start <= one < end]


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Europe/Berlin", "2026-03-28"),
        ("Europe/Berlin", "2026-10-24"),
        ("America/New_York", "2026-03-07"),
        ("America/New_York", "2026-10-31"),
        ("Australia/Lord_Howe", "2026-04-04"),
        ("Australia/Lord_Howe", "2026-10-03"),
        ("Pacific/Apia", "2011-12-28"),
    ],
)
@pytest.mark.parametrize(
    "rhythm",
    [
        "daily at 01:45, 02:00, 02:30, 03:00",
        "every 50 minutes from 22:00 to 05:00",
        "every hour",
        "weekly on saturday, sunday at 00:15, 02:15",
    ],
)
def test_next_call_is_the_agenda_s_first_around_a_change(zone: str, day: str, rhythm: str) -> None:
    """
    Whenever somebody asks in the days around it, in the doubled hour too.
    """
    where = ZoneInfo(zone)
    duty = Duty(id="round", post="gate", rhythm=parse_rhythm(rhythm))
    start = datetime.fromisoformat(day).replace(tzinfo=UTC)
    calls = list(agenda([duty], start, start + 12 * 1440 * MINUTE, zone=where))
    moments = [call.due.astimezone(UTC) for call in calls]
    for minutes in range(0, 3 * 1440, 13):
        now = start + minutes * MINUTE
        first = next(call for call, due in zip(calls, moments, strict=True) if due > now)
        assert next_due(duty, now, zone=where) == first
