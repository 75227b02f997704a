"""
What is owed after an outage of any length: each call once, or passed over with a reason.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from propflow.calendar import Duty, DutyError, Ground, WorkingDays, agenda, parse_rhythm
from propflow.calendar.owed import Owed, owed, owed_all

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)


def duty(rhythm: str = "every hour", **more: object) -> Duty:
    """
    A round of the gate, which may begin a quarter of an hour late.
    """
    return Duty(**{
        "id": "round", "post": "gate", "rhythm": parse_rhythm(rhythm),
        "grace": timedelta(minutes=15), **more,
    })  # fmt: skip


def at(text: str) -> datetime:
    """
    A moment of 31 March in Shanghai.
    """
    return datetime.fromisoformat(f"2026-03-31T{text}").replace(tzinfo=SHANGHAI)


def found(one: Duty, now: str, since: str = "08:30", **more: object) -> tuple[list[str], list[str]]:
    """
    What is done with the calls since half past eight, and what is passed over.
    """
    result = owed(one, at(since), at(now), zone=SHANGHAI, **more)
    calls = [f"{call.action} {call.occurrence.due:%H:%M}" for call in result.calls]
    return calls, [
        f"{p.reason} {p.count}: {p.first.due:%H:%M}-{p.last.due:%H:%M}" for p in result.passed
    ]


POLICIES = [
    # missed, now, what is opened, what is passed over
    ("all", "12:10", ["open 09:00", "open 10:00", "open 11:00", "open 12:00"], []),
    ("latest", "12:10", ["open 12:00"], ["latest 3: 09:00-11:00"]),
    ("latest", "12:30", ["open 12:00"], ["latest 3: 09:00-11:00"]),
    ("none", "12:10", ["open 12:00"], ["none 3: 09:00-11:00"]),
    ("none", "12:30", [], ["none 4: 09:00-12:00"]),
    (2 * HOUR, "12:10", ["open 11:00", "open 12:00"], ["within 2: 09:00-10:00"]),
    ("none", "09:15", ["open 09:00"], []),
    ("none", "09:16", [], ["none 1: 09:00-09:00"]),
    ("latest", "08:59", [], []),
]


@pytest.mark.parametrize(
    ("missed", "now", "opened", "passed"), POLICIES, ids=[f"{p[0]} {p[1]}" for p in POLICIES]
)
def test_missed_calls_are_owed_as_the_duty_says(
    missed: object, now: str, opened: list[str], passed: list[str]
) -> None:
    """
    All of them, the latest, none, or those of the last two hours; what is in time always.
    """
    assert found(duty(missed=missed), now) == (opened, passed)


OVERLAPS = [
    ("allow", True, ["open 09:00", "open 10:00", "open 11:00"], []),
    ("skip", False, ["open 09:00"], ["skip 2: 10:00-11:00"]),
    ("skip", True, [], ["skip 3: 09:00-11:00"]),
    ("queue", False, ["open 09:00", "queue 10:00", "queue 11:00"], []),
    ("queue", True, ["queue 09:00", "queue 10:00", "queue 11:00"], []),
    ("replace", False, ["open 11:00"], ["replace 2: 09:00-10:00"]),
    ("replace", True, ["replace 11:00"], ["replace 2: 09:00-10:00"]),
]


@pytest.mark.parametrize(
    ("overlap", "busy", "opened", "passed"), OVERLAPS, ids=[f"{o[0]} {o[1]}" for o in OVERLAPS]
)
def test_call_that_finds_the_one_before_open_does_as_the_duty_says(
    overlap: str, busy: object, opened: list[str], passed: list[str]
) -> None:
    """
    Both, not the new one, one after the other, or the new for the old.
    """
    assert found(duty(overlap=overlap), "11:10", busy=busy) == (opened, passed)


def test_window_opens_before_it_is_due() -> None:
    """
    With ten minutes to prepare, the call of 10:00 comes up at 09:50 and may begin until 10:15.
    """
    early = duty("daily at 10:00", early=timedelta(minutes=10))
    assert found(early, "09:50") == ([], [])
    assert found(early, "09:51") == (["open 10:00"], [])
    (call,) = owed(early, at("09:00"), at("09:51"), zone=SHANGHAI).calls
    assert call.occurrence.why() == (
        "due 2026-03-31 10:00: every day at 10:00; it may begin from 09:50; it may begin until "
        "10:15."
    )


def test_what_is_only_expected_is_not_owed() -> None:
    """
    Until the filter is changed, the next change is no call.
    """
    change = duty("every 2 hours after completion at 09:00 from 2026-03-31")
    assert found(change, "20:00") == (["open 09:00"], [])
    done = Ground(done={"round": [at("09:30")]})
    assert found(change, "20:00", since="09:10", ground=done) == (["open 11:30"], [])


def test_passed_calls_say_why() -> None:
    """
    Which ones, how many, and for what reason.
    """
    result = owed(duty(missed=2 * HOUR), at("08:30"), at("12:10"), zone=SHANGHAI)
    assert result.passed[0].why() == (
        "round: 2 calls passed over (2026-03-31T09:00 ... 2026-03-31T10:00), because missed longer "
        "ago than 2 hours."
    )
    result = owed(duty(missed="none"), at("08:30"), at("09:20"), zone=SHANGHAI)
    assert result.passed[0].why("zh") == "round:跳过1次(2026-03-31T09:00),错过的不补。"


def test_calls_of_several_duties_come_in_the_order_of_time() -> None:
    """
    Each by its own policies; only a duty that minds is asked whether it is busy.
    """
    asked = []

    def busy(one: Duty) -> bool:
        asked.append(one.id)
        return True

    duties = [duty(id="a"), duty("daily at 09:30", id="b"), duty(id="c", overlap="skip")]
    result = owed_all(duties, at("08:30"), at("10:10"), zone=SHANGHAI, busy=busy)
    calls = [f"{call.occurrence.due:%H:%M} {call.occurrence.duty.id}" for call in result.calls]
    assert calls == ["09:00 a", "09:30 b", "10:00 a"]
    assert [(one.duty.id, one.reason, one.count) for one in result.passed] == [("c", "skip", 2)]
    assert asked == ["c"]


def test_long_outage_needs_little_room() -> None:
    """
    Ten years of a round every ten minutes: one call, and one line for the rest.
    """
    often = duty("every 10 minutes", missed="latest", grace=timedelta())
    result: Owed = owed(often, at("08:30") - 3650 * 24 * HOUR, at("08:30"), zone=SHANGHAI)
    assert [call.occurrence.slot for call in result.calls] == ["2026-03-31T08:20"]
    assert [one.count for one in result.passed] == [3650 * 144 - 1]


REFUSED = [
    (
        {"missed": "none", "grace": timedelta()},
        "missed: none with no grace: a call would be missed before anybody can hear it. Add a "
        "grace.",
    ),
    (
        {"missed": timedelta(minutes=15)},
        "what is missed within the grace is not missed yet: let missed be longer than it.",
    ),
    ({"missed": "som"}, "missed is one of all, latest, none, not 'som'."),
    (
        {"overlap": "skipp"},
        ("overlap is one of allow, skip, queue, replace, not 'skipp'. Did you mean 'skip'?"),
    ),
    ({"early": timedelta(-1)}, "its window opens after it is due: early is below zero."),
    (
        {"starts": date(2026, 2, 1), "ends": date(2026, 1, 1)},
        "it ends on 2026-01-01, before it starts on 2026-02-01.",
    ),
]


@pytest.mark.parametrize(("change", "what"), REFUSED, ids=[row[1] for row in REFUSED])
def test_policies_that_cannot_be_kept_are_refused(change: dict, what: str) -> None:
    """
    When the duty is declared.
    """
    with pytest.raises(DutyError) as caught:
        duty(**change)
    assert str(caught.value) == f"duty 'round': {what}"


# --- a naive clock ---------------------------------------------------------------------------

#: Rhythms with a rule that anybody can read off the clock on the wall.
NAIVE = {
    "daily at 02:30, 17:00": lambda t: (t.hour, t.minute) in {(2, 30), (17, 0)},
    "weekly on sunday at 02:15": lambda t: t.weekday() == 6 and (t.hour, t.minute) == (2, 15),
    "monthly on last day at 23:45": lambda t: (
        (t + timedelta(days=1)).day == 1 and (t.hour, t.minute) == (23, 45)
    ),
    "cron 45 1 * * 1-5": lambda t: t.weekday() < 5 and (t.hour, t.minute) == (1, 45),
}
FREE = WorkingDays(holidays={date(2026, 3, 30): "Bridge", date(2026, 10, 26): "Bridge"})


def watched(text: str, zone: ZoneInfo, start: datetime, days: int, *, working: bool) -> list[str]:
    """
    Minute after minute somebody looks at the clock on the wall.

    A time that comes twice counts once; one that the clock jumps over counts when it has jumped.
    """
    rule, seen, found = NAIVE[text], set(), []
    before = start.astimezone(zone).replace(tzinfo=None) - timedelta(minutes=1)
    for minute in range(days * 1440):
        local = (start + minute * timedelta(minutes=1)).astimezone(zone)
        wall = local.replace(tzinfo=None, fold=0)
        jumped = [
            before + n * timedelta(minutes=1)
            for n in range(1, max(1, (wall - before) // timedelta(minutes=1)) + 1)
        ]
        due = [t for t in jumped if t not in seen and rule(t)]
        seen.update(jumped)
        if any(not working or FREE.is_working(t.date()) for t in due):
            found.append(local.isoformat())
        before = max(before, wall) if wall > before else wall
    return found


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(sorted(NAIVE)),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Shanghai"]),
    st.sampled_from(["2026-03-06", "2026-03-27", "2026-04-03", "2026-10-02", "2026-10-23"]),
    st.lists(st.integers(1, 8 * 1440), max_size=12, unique=True).map(sorted),
    st.booleans(),
)
def test_no_call_is_lost_or_doubled_whenever_the_program_wakes(
    text: str, name: str, day: str, wakings: list[int], working: object
) -> None:
    """
    However it sleeps, through clock changes and holidays: as if somebody had watched the clock.
    """
    zone = ZoneInfo(name)
    start = datetime.fromisoformat(day).replace(tzinfo=UTC)
    one = duty(text, days="working" if working else "all")
    heard, since = [], start
    for minutes in [*wakings, 8 * 1440 + 1]:
        now = start + minutes * timedelta(minutes=1)
        result = owed(one, since, now, zone=zone, working=FREE)
        heard += [call.occurrence.due.isoformat() for call in result.calls]
        since = now
    assert heard == watched(text, zone, start, 8, working=bool(working))


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(["all", "latest", "none", 5 * HOUR]),
    st.sampled_from(["allow", "skip", "queue", "replace"]),
    st.lists(st.integers(1, 3 * 1440), max_size=8, unique=True).map(sorted),
)
def test_every_call_is_answered_for_once(missed: object, overlap: str, wakings: list[int]) -> None:
    """
    What is opened, queued and passed over together is the agenda, whatever the policies.
    """
    one = duty("every 40 minutes from 22:00 to 07:00", missed=missed, overlap=overlap)
    start = at("08:30")
    calls, passed, since = [], 0, start
    for minutes in [*wakings, 3 * 1440]:
        now = start + minutes * timedelta(minutes=1)
        result = owed(one, since, now, zone=SHANGHAI)
        calls += [call.occurrence.slot for call in result.calls]
        passed += sum(one.count for one in result.passed)
        since = now
    whole = [call.slot for call in agenda([one], start, since, zone=SHANGHAI)]
    assert len(calls) == len(set(calls))
    assert set(calls) <= set(whole)
    assert len(calls) + passed == len(whole)
