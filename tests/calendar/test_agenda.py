"""
The agenda: in the order of time, lazily, and on working days where a duty asks for them.
"""

from __future__ import annotations

import tracemalloc
from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from propflow.calendar import (
    AgendaError,
    Duty,
    Ground,
    Occurrence,
    WorkingDays,
    agenda,
    next_due,
    overdue,
    parse_rhythm,
    previous_due,
    why_not,
)
from propflow.calendar import walk as walking

SHANGHAI = ZoneInfo("Asia/Shanghai")
NIGHT = "every hour from 20:00 to 06:00"

CHINA = WorkingDays(
    holidays={date(2025, 10, day): "National Day" for day in range(1, 9)},
    working={date(2025, 9, 28), date(2025, 10, 11)},
    published={2025: "State Council"},
)


def duty(rhythm: str, name: str = "round", **more: object) -> Duty:
    """
    A duty of the gate.
    """
    return Duty(id=name, post="gate", rhythm=parse_rhythm(rhythm), **more)


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    """
    A local moment.
    """
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def between(duties: list[Duty], start: str, end: str) -> list[Occurrence]:
    """
    The agenda of a site in China.
    """
    return list(agenda(duties, at(start), at(end), zone=SHANGHAI, working=CHINA))


def test_agenda_is_in_the_order_of_time_and_then_of_duties() -> None:
    """
    What falls due at the same moment comes as the duties were given.
    """
    duties = [duty("daily at 08:00, 17:00", "b"), duty("every 8 hours", "a"), duty(NIGHT, "c")]
    found = between(duties, "2026-03-31T05:00", "2026-03-31T21:00")
    assert [f"{one.due:%H:%M} {one.duty.id}" for one in found] == [
        "05:00 c", "06:00 c", "08:00 b", "08:00 a", "16:00 a", "17:00 b", "20:00 c",
    ]  # fmt: skip


def test_agenda_begins_with_its_start_and_stops_before_its_end() -> None:
    """
    Half open: two agendas that meet neither lose nor double the call between them.
    """
    found = between([duty("every hour")], "2026-03-31T08:00", "2026-03-31T10:00")
    assert [one.slot for one in found] == ["2026-03-31T08:00", "2026-03-31T09:00"]
    assert between([duty("every hour")], "2026-03-31T08:00", "2026-03-31T08:00") == []
    later = between([duty("every hour")], "2026-03-31T08:00:01", "2026-03-31T10:00:01")
    assert [one.slot for one in later] == ["2026-03-31T09:00", "2026-03-31T10:00"]


def test_agenda_is_given_in_the_zone_of_the_site() -> None:
    """
    Asked in UTC, it answers in local time.
    """
    start = datetime(2026, 3, 31, tzinfo=UTC)
    (one,) = agenda(
        [duty("daily at 09:00")], start, start + timedelta(hours=2), zone=SHANGHAI, working=CHINA
    )
    assert one.due.isoformat() == "2026-03-31T09:00:00+08:00"
    assert one.due.tzinfo is SHANGHAI


def test_long_agenda_is_lazy_and_small() -> None:
    """
    The first calls of a thousand years come at once, and a year of them needs little room.
    """
    duties = [duty("every 10 minutes", f"round-{n}") for n in range(20)]
    start = at("2026-01-01T00:00")
    millennium = agenda(duties, start, at("3026-01-01T00:00"), zone=SHANGHAI)
    assert len(list(islice(millennium, 100))) == 100
    tracemalloc.start()
    count = sum(1 for _ in agenda(duties, start, at("2026-03-01T00:00"), zone=SHANGHAI))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 20 * 144 * 59
    assert peak < 3_000_000


def test_ten_thousand_duties_over_a_year_come_lazily_and_in_little_room() -> None:
    """
    Most of them monthly, so that no two days are alike; in order, and no day is kept.
    """
    duties = [duty(f"monthly on day {n % 28 + 1} at 0{n % 10}:00", f"d-{n}") for n in range(9900)]
    duties += [duty(f"daily at 1{n % 10}:30", f"e-{n}") for n in range(100)]
    tracemalloc.start()
    year = agenda(duties, at("2026-01-01"), at("2027-01-01"), zone=SHANGHAI)
    first = next(year)
    count, last = 1, first.due
    for one in year:
        assert one.due >= last
        count, last = count + 1, one.due
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 9900 * 12 + 100 * 365
    assert peak < 60_000_000


def test_days_that_differ_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    When no two days are alike, what is kept of them stays within its bound, and nothing changes.
    """
    duties = [duty(f"every {n} days at 09:00 from 2026-01-01", f"round-{n}") for n in range(2, 20)]
    start, end = at("2026-01-01"), at("2026-07-01")
    usual = list(agenda(duties, start, end, zone=SHANGHAI))
    monkeypatch.setattr(walking, "SHARED", 50)
    walk = walking.Walk(tuple(duties), Ground(zone=SHANGHAI), others={})
    most, found = 0, []
    for one in walk.between(start, end):
        found.append(one)
        most = max(most, sum(len(plan.duties) for plan in walk.shared.values()))
    assert found == usual
    assert 0 < most <= 50


# --- working days ----------------------------------------------------------------------------


def test_working_day_duty_is_due_on_the_make_up_saturday() -> None:
    """
    Around National Day 2025: not in the long holiday, but on Sunday 28 September and
    Saturday 11 October.
    """
    found = between([duty("daily at 09:00", days="working")], "2025-09-26", "2025-10-14")
    assert [f"{one.due:%m-%d}" for one in found] == [
        "09-26", "09-28", "09-29", "09-30", "10-09", "10-10", "10-11", "10-13",
    ]  # fmt: skip


def test_night_is_judged_by_the_day_on_which_it_began() -> None:
    """
    The small hours of Sunday belong to Saturday 11 October, which is worked; those of Monday
    belong to a free Sunday.
    """
    night = duty("every 3 hours from 21:00 to 06:00", days="working")
    found = between([night], "2025-10-11T00:00", "2025-10-14T12:00")
    assert [f"{one.due:%a %H}" for one in found] == [
        "Sat 00", "Sat 03", "Sat 06", "Sat 21", "Sun 00", "Sun 03", "Sun 06",
        "Mon 21", "Tue 00", "Tue 03", "Tue 06",
    ]  # fmt: skip


def test_round_of_the_last_working_day_ends_with_it() -> None:
    """
    All day long on Friday does not reach into Saturday's first minute.
    """
    found = between([duty("every 8 hours", days="working")], "2026-04-03", "2026-04-04T12:00")
    assert [f"{one.due:%a %H}" for one in found] == ["Fri 00", "Fri 08", "Fri 16"]


def test_end_of_a_night_before_a_day_that_never_was() -> None:
    """
    Apia, 2011: Thursday's night ends as Saturday begins, although Friday, had there been one,
    was free.
    """
    zone = ZoneInfo("Pacific/Apia")
    night = duty("every 2 hours from 20:00 to 06:00", days="working")
    free = WorkingDays(holidays={date(2011, 12, 30): "Never was"})
    start, end = at("2011-12-29T12:00", zone), at("2012-01-01", zone)
    found = [f"{one.due:%a %H}" for one in agenda([night], start, end, zone=zone, working=free)]
    assert found == ["Thu 20", "Thu 22", "Sat 00"]


ROLLS = [
    ("skip", ["2025-09-05", "2025-11-05", "2025-12-05"]),
    ("next", ["2025-09-05", "2025-10-09", "2025-11-05", "2025-12-05"]),
    ("previous", ["2025-09-05", "2025-09-30", "2025-11-05", "2025-12-05"]),
    ("nearest", ["2025-09-05", "2025-10-09", "2025-11-05", "2025-12-05"]),
    ("modified", ["2025-09-05", "2025-10-09", "2025-11-05", "2025-12-05"]),
]


@pytest.mark.parametrize(("roll", "days"), ROLLS, ids=[row[0] for row in ROLLS])
def test_monthly_duty_in_the_holiday_is_skipped_or_moved(roll: str, days: list[str]) -> None:
    """
    5 October 2025 lies in the long holiday: not at all, after it, or before it.
    """
    monthly = duty("monthly on day 5 at 09:00", days="working", roll=roll)
    found = between([monthly], "2025-09-01", "2026-01-01")
    assert [one.due.date().isoformat() for one in found] == days


NEAR = [
    ("nearest", "2025-10-02", "2025-09-30"),  # 2 days back, 7 ahead
    ("nearest", "2025-10-04", "2025-09-30"),  # 4 days back, 5 ahead
    ("nearest", "2025-11-01", "2025-10-31"),
    ("modified", "2025-11-01", "2025-11-03"),
    ("modified", "2025-08-31", "2025-08-29"),
    ("modified", "2025-10-05", "2025-10-09"),
]


@pytest.mark.parametrize(("roll", "day", "held"), NEAR, ids=[f"{row[0]} {row[1]}" for row in NEAR])
def test_round_rolls_to_the_nearest_day_or_stays_in_its_month(
    roll: str, day: str, held: str
) -> None:
    """
    The nearer working day, the later of two; or the next, unless that is another month's.
    """
    once = duty(f"rrule FREQ=DAILY;COUNT=1 at 09:00 from {day}", days="working", roll=roll)
    found = between([once], "2025-08-01", "2025-12-01")
    assert [one.due.date().isoformat() for one in found] == [held]
    assert found[0].planned.date().isoformat() == day


def test_of_two_equally_near_days_the_later_is_taken() -> None:
    """
    A single free Wednesday rolls to Thursday.
    """
    free = WorkingDays(holidays={date(2026, 4, 8): "Founders' Day"})
    once = duty("rrule FREQ=DAILY;COUNT=1 at 09:00 from 2026-04-08", days="working", roll="nearest")
    found = agenda([once], at("2026-04-01"), at("2026-05-01"), zone=SHANGHAI, working=free)
    assert [one.slot for one in found] == ["2026-04-09T09:00"]


def test_duty_is_owed_from_its_first_day_to_its_last() -> None:
    """
    Both days included, and a night counts for the day on which it began.
    """
    summer = duty("daily at 23:00, 00:30", starts=date(2026, 6, 1), ends=date(2026, 6, 2))
    night = duty("every 2 hours from 22:00 to 02:00", "night", ends=date(2026, 6, 1))
    found = between([summer, night], "2026-05-31T22:30", "2026-06-04")
    assert [f"{one.due:%d %H:%M} {one.duty.id}" for one in found] == [
        "01 00:00 night", "01 00:30 round", "01 02:00 night", "01 22:00 night", "01 23:00 round",
        "02 00:00 night", "02 00:30 round", "02 02:00 night", "02 23:00 round",
    ]  # fmt: skip
    assert why_not(summer, date(2026, 5, 31), zone=SHANGHAI) == (
        "not due on 2026-05-31: the duty is in force from 2026-06-01."
    )
    assert why_not(summer, date(2026, 6, 3), zone=SHANGHAI, language="zh") == (
        "2026-06-03不到期:该职责至2026-06-02为止。"
    )


def test_year_without_published_holidays_is_never_passed_off_as_known() -> None:
    """
    A working day of 2026 is projected here; so is a round that rolled in from that year.
    """
    daily = duty("daily at 09:00", days="working")
    known, guessed = between([daily], "2025-12-31", "2026-01-02")
    assert (known.certainty, guessed.certainty) == ("certain", "projected")
    assert guessed.why() == (
        "due 2026-01-01 09:00: every day at 09:00; projected from the week, since the year's "
        "holidays are not published."
    )
    back = duty("yearly on january 3 at 09:00", days="working", roll="nearest")
    (one,) = between([back], "2025-12-30", "2026-01-04")
    assert (one.slot, one.certainty) == ("2026-01-02T09:00", "projected")
    all_days = duty("daily at 09:00")
    assert {one.certainty for one in between([all_days], "2026-01-01", "2026-02-01")} == {"certain"}


def test_moved_call_says_from_where() -> None:
    """
    The reason names the day that was not worked.
    """
    monthly = duty("monthly on day 5 at 09:00", days="working", roll="next")
    (one,) = between([monthly], "2025-10-01", "2025-11-01")
    assert one.planned.isoformat() == "2025-10-05T09:00:00"
    assert one.why("en") == (
        "due 2025-10-09 09:00: on the 5th of every month at 09:00; "
        "moved from 2025-10-05 (Sunday), which is not a working day."
    )
    assert one.why("zh") == "2025-10-09 09:00到期:每月5日09:00;由非工作日2025-10-05(周日)移来。"


def test_calls_that_roll_together_are_owed_once() -> None:
    """
    A daily duty does not come nine times when the holiday is over, and counts as the day's own.
    """
    daily = duty("daily at 09:00", days="working", roll="next")
    found = between([daily], "2025-10-01", "2025-10-10")
    assert [one.slot for one in found] == ["2025-10-09T09:00"]
    assert found[0].moved == timedelta()


# --- why not ---------------------------------------------------------------------------------

REASONS = [
    ("daily at 09:00", {}, "2025-10-01", "due on 2025-10-01 at 09:00.", "2025-10-01到期:09:00。"),
    (
        "monthly on day 25 at 16:00",
        {},
        "2025-10-01",
        (
            "not due on 2025-10-01: the rhythm does not name it: on the 25th of every month "
            "at 16:00; "
            "next due 2025-10-25 16:00."
        ),
        "2025-10-01不到期:节奏不含该日:每月25日16:00;下次2025-10-25 16:00。",
    ),
    (
        "daily at 09:00",
        {"days": "working"},
        "2025-10-01",
        (
            "not due on 2025-10-01: 2025-10-01 (Wednesday) is not a working day: National Day; "
            "published (State Council)."
        ),
        "2025-10-01不到期:2025-10-01(周三)不是工作日,National Day放假。已公布(State Council)。",
    ),
    (
        "monthly on day 5 at 09:00",
        {"days": "working", "roll": "previous"},
        "2025-10-05",
        (
            "not due on 2025-10-05: 2025-10-05 (Sunday) is not a working day: National Day; "
            "published (State Council); its round is held on 2025-09-30."
        ),
        (
            "2025-10-05不到期:2025-10-05(周日)不是工作日,National Day放假。已公布(State Council)"
            ";移至2025-09-30。"
        ),
    ),
]


@pytest.mark.parametrize(
    ("rhythm", "more", "day", "en", "zh"), REASONS, ids=[row[3] for row in REASONS]
)
def test_day_without_the_duty_says_why(rhythm: str, more: dict, day: str, en: str, zh: str) -> None:
    """
    Because of the rhythm, or because the day is not worked; and what becomes of it.
    """
    one, when = duty(rhythm, **more), date.fromisoformat(day)
    assert why_not(one, when, zone=SHANGHAI, working=CHINA) == en
    assert why_not(one, when, zone=SHANGHAI, working=CHINA, language="zh") == zh


def test_day_that_the_clock_skipped_says_so() -> None:
    """
    Apia had no 30 December 2011.
    """
    said = why_not(duty("daily at 09:00"), date(2011, 12, 30), zone=ZoneInfo("Pacific/Apia"))
    assert said.startswith("not due on 2011-12-30: the local clock skips the whole day")


# --- next due --------------------------------------------------------------------------------


def test_next_due_is_later_than_the_moment_asked() -> None:
    """
    At 08:00 sharp the call of 08:00 is not next any more.
    """
    twice = duty("daily at 08:00, 17:00")
    first = next_due(twice, at("2026-03-31T07:59"), zone=SHANGHAI)
    then = next_due(twice, at("2026-03-31T08:00"), zone=SHANGHAI)
    assert first is not None
    assert then is not None
    assert (first.slot, then.slot) == ("2026-03-31T08:00", "2026-03-31T17:00")


def test_next_due_finds_a_rare_day_and_gives_up_on_one_that_never_comes() -> None:
    """
    A leap day that is worked may be years away; a Saturday that is worked never comes here.
    """
    leap = next_due(duty("cron 0 8 29 2 *", days="working"), at("2028-03-01"), zone=SHANGHAI)
    assert leap is not None
    assert leap.slot == "2036-02-29T08:00"
    never = duty("weekly on saturday at 08:00", days="working")
    assert next_due(never, at("2026-03-31"), zone=SHANGHAI) is None


def test_previous_is_earlier_than_the_moment_asked() -> None:
    """
    At 08:00 sharp the call of 08:00 has not been before; a leap day is found years back.
    """
    twice = duty("daily at 08:00, 17:00")
    last = previous_due(twice, at("2026-03-31T08:00"), zone=SHANGHAI)
    assert last is not None
    assert last.slot == "2026-03-30T17:00"
    leap = previous_due(duty("cron 0 8 29 2 *"), at("2026-03-31"), zone=SHANGHAI)
    assert leap is not None
    assert leap.slot == "2024-02-29T08:00"
    new = duty("daily at 08:00", starts=date(2026, 4, 1))
    assert previous_due(new, at("2026-03-31"), zone=SHANGHAI) is None


def test_overdue_is_what_nobody_did_in_its_grace() -> None:
    """
    Done calls are left out, and so are those that may still begin.
    """
    rounds = duty("every hour from 08:00 to 12:00", grace=timedelta(minutes=15))
    calls = between([rounds], "2026-03-31", "2026-04-01")
    late = overdue(calls, at("2026-03-31T11:15"), done={("round", "2026-03-31T09:00")})
    assert [one.slot for one in late] == ["2026-03-31T08:00", "2026-03-31T10:00"]


# --- refusals --------------------------------------------------------------------------------

NAIVE = datetime.fromisoformat("2026-03-31T20:00")
REFUSED = [
    (
        lambda: agenda([], NAIVE, at("2026-04-01"), zone=SHANGHAI),
        (
            "agenda: it begins at 2026-03-31 20:00:00, which has no time zone: "
            "say which, as in 2026-03-31 20:00+08:00."
        ),
    ),
    (
        lambda: agenda([], at("2026-03-31"), date(2026, 4, 1), zone=SHANGHAI),  # type: ignore[arg-type]
        (
            "agenda: it ends at 2026-04-01, which has no time zone: "
            "say which, as in 2026-03-31 20:00+08:00."
        ),
    ),
    (
        lambda: agenda([], at("2026-04-02"), at("2026-04-01"), zone=SHANGHAI),
        (
            "agenda: it ends at 2026-04-01T00:00:00+08:00, "
            "before it begins at 2026-04-02T00:00:00+08:00."
        ),
    ),
    (
        lambda: agenda([], at("2026-04-02"), at("9999-04-01"), zone=SHANGHAI),
        "agenda: it ends in the year 9999; years 2 to 9900 can be walked.",
    ),
    (
        lambda: agenda(
            [duty("every hour"), duty("every hour")],
            at("2026-04-01"),
            at("2026-04-02"),
            zone=SHANGHAI,
        ),
        "agenda: duty 'round' is there twice: ids are names, one for each.",
    ),
]


@pytest.mark.parametrize(("ask", "message"), REFUSED, ids=[row[1] for row in REFUSED])
def test_agenda_without_an_answer_is_refused_at_once(ask: object, message: str) -> None:
    """
    Before the first call is asked for, not with it.
    """
    with pytest.raises(AgendaError) as caught:
        ask()  # type: ignore[operator]
    assert str(caught.value) == message


# --- laws ------------------------------------------------------------------------------------

TEXTS = [
    NIGHT,
    "daily at 00:00, 02:30, 23:59",
    "weekly on saturday, sunday at 03:00",
    "monthly on day 31 at 01:15",
    "every 7 days at 09:00 from 2026-01-05",
    "every 45 minutes from 22:30 to 03:00",
    "cron 30 2 * * 1-5",
    "monthly on last sunday at 02:30",
    "monthly on second working day at 02:10",
    "yearly on march 29, october 25, december 1 at 02:30",
    "every 20 to 50 minutes from 22:00 to 04:00",
    "every 30 hours after completion at 02:30 from 2025-09-02",
    "rrule FREQ=WEEKLY;BYDAY=SA,SU at 02:30 from 2025-01-01",
]
KINDS = [
    {},
    {"days": "working"},
    {"days": "working", "roll": "next"},
    {"days": "working", "roll": "previous"},
    {"days": "working", "roll": "nearest", "starts": date(2025, 10, 3)},
    {"days": "working", "roll": "modified", "ends": date(2026, 4, 5)},
]
DUTIES = [
    duty(text, f"{index}-{number}", **kind)
    for index, text in enumerate(TEXTS)
    for number, kind in enumerate(KINDS)
]
ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Shanghai"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(DUTIES), max_size=6, unique_by=lambda one: one.id),
    st.sampled_from(ZONES),
    st.lists(st.integers(0, 420 * 1440), min_size=2, max_size=2).map(sorted),
)
def test_agenda_is_the_sum_of_its_parts(duties: list[Duty], name: str, cut: list[int]) -> None:
    """
    Cut anywhere, and taken duty by duty, it holds the same calls; sorted, each slot once.
    """
    zone = ZoneInfo(name)
    begin = datetime(2025, 9, 1, tzinfo=UTC)
    first, middle = (begin + timedelta(minutes=minutes) for minutes in cut)
    last = middle + timedelta(days=9)

    def walk(some: list[Duty], start: datetime, end: datetime) -> list[Occurrence]:
        return list(agenda(some, start, end, zone=zone, working=CHINA))

    whole = walk(duties, first, last)
    assert whole == walk(duties, first, middle) + walk(duties, middle, last)
    order = {one.id: index for index, one in enumerate(duties)}
    keys = [(call.due.astimezone(UTC), order[call.duty.id]) for call in whole]
    assert all(one < after for one, after in pairwise(keys))
    assert len({(call.duty.id, call.slot) for call in whole}) == len(whole)
    alone = [call for one in duties for call in walk([one], first, last)]
    assert sorted(keys) == sorted((c.due.astimezone(UTC), order[c.duty.id]) for c in alone)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(DUTIES), st.sampled_from(ZONES), st.integers(0, 420 * 1440))
def test_next_due_follows_the_agenda(one: Duty, name: str, minutes: int) -> None:
    """
    Asking for the next again and again gives the agenda.
    """
    zone = ZoneInfo(name)
    start = datetime(2025, 9, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    end = start + timedelta(days=3)
    found = []
    call = next_due(one, start - timedelta(minutes=1), zone=zone, working=CHINA)
    while call is not None and call.due < end:
        found.append(call)
        call = next_due(one, call.due, zone=zone, working=CHINA)
    assert found == list(agenda([one], start, end, zone=zone, working=CHINA))
