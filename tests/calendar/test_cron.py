"""
Cron text: the same days and minutes as croniter, and its traps refused by name.
"""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, datetime, time, timedelta
from itertools import islice

import pytest
from croniter import croniter
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from propflow.calendar import Cron, RhythmError, parse_rhythm


@st.composite
def fields(draw: st.DrawFn, low: int, high: int) -> str:
    """
    One cron field: everything, a step, a value, a range, or a list of such.
    """

    def part() -> str:
        kind = draw(st.sampled_from(["value", "range", "stepped", "every"]))
        if kind == "every":
            return f"*/{draw(st.integers(1, high))}"
        first = draw(st.integers(low, high))
        if kind == "value":
            return str(first)
        last = draw(st.integers(low, high))
        if last == first:
            return str(first)
        step = f"/{draw(st.integers(1, 7))}" if kind == "stepped" else ""
        return f"{min(first, last)}-{max(first, last)}{step}"

    if draw(st.integers(0, 2)) == 0:
        return "*"
    return ",".join(part() for _ in range(draw(st.integers(1, 3))))


@st.composite
def cron_texts(draw: st.DrawFn) -> str:
    """
    Cron text whose days go by date or by weekday, but not by both.
    """
    dates = weekdays = "*"
    if draw(st.booleans()):
        dates = draw(st.one_of(fields(1, 31), st.just("l"), st.just("15,l")))
    else:
        which = st.sampled_from(["mon#1", "fri#2", "sun#5", "l5", "l0", "tue#1,tue#3", "sun", "7"])
        weekdays = draw(st.one_of(fields(0, 6), which))
    months = draw(fields(1, 12))
    return f"{draw(fields(0, 59))} {draw(fields(0, 23))} {dates} {months} {weekdays}"


def declared(text: str) -> Cron | None:
    """
    The rhythm, or nothing where it is refused.
    """
    try:
        return Cron(text)
    except RhythmError:
        return None


def walk(rhythm: Cron, start: datetime) -> list[datetime]:
    """
    The first calls after a moment, found by asking day after day.
    """
    found: list[datetime] = []
    day = start.date()
    while len(found) < 40 and day.year < start.year + 12:
        midnight = datetime.combine(day, time())
        calls = (midnight + timedelta(minutes=minute) for minute in rhythm.on(day))
        found.extend(call for call in calls if call > start)
        day += timedelta(days=1)
    return found[:40]


MOMENTS = st.datetimes(datetime.fromisoformat("1990-01-01"), datetime.fromisoformat("2060-01-01"))


#: 2,000 where somebody asks for a long look, HYPOTHESIS_PROFILE=long.
LOOKS = 2000 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else 200


@settings(max_examples=LOOKS, deadline=None)
@given(cron_texts(), MOMENTS)
def test_plan_of_a_day_equals_croniter(text: str, start: datetime) -> None:
    """
    Whatever the text and the year, the calls are those that croniter finds.
    """
    start = start.replace(second=0, microsecond=0)
    rhythm = declared(text)
    if rhythm is None:
        with pytest.raises(ValueError, match="failed to find"):
            croniter(text, start).get_next(datetime)
        return
    mine = walk(rhythm, start)
    assert mine == list(islice(croniter(text, start).all_next(datetime), len(mine)))
    assert mine


@given(cron_texts())
def test_cron_text_reads_back_as_itself(text: str) -> None:
    """
    ``cron`` and the text is the rhythm's own writing.
    """
    rhythm = declared(text)
    assume(rhythm is not None)
    assert parse_rhythm(str(rhythm)) == rhythm
    assert rhythm.say("en")
    assert rhythm.say("zh")


def test_day_that_a_month_lacks_is_passed_over() -> None:
    """
    Cron's 31st comes seven times a year, unlike a monthly duty's.
    """
    rhythm = Cron("0 8 31 * *")
    year = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    assert [day.month for day in year if rhythm.on(day)] == [1, 3, 5, 7, 8, 10, 12]


def test_leap_day_is_possible() -> None:
    """
    29 February comes every four years and is no impossible date.
    """
    assert Cron("0 8 29 2 *").on(date(2028, 2, 29)) == (480,)
    assert Cron("0 8 29 2 *").on(date(2027, 2, 28)) == ()


TRAPS = [
    ("0 8 30 2 *", "it never comes: there is no 30 February in any year."),
    ("0 8 31 4,6 *", "it never comes: there is no 31 April and June in any year."),
    (
        "0 8 1 * 1",
        (
            "it names days of the month and days of the week, which cron takes as either of the "
            "two: make two duties of it, or leave one of them '*'."
        ),
    ),
    (
        "0 8 */2 * 1",
        (
            "it names days of the month and days of the week, which cron takes as either of the "
            "two: make two duties of it, or leave one of them '*'."
        ),
    ),
    (
        "0 8 * *",
        (
            "it has 4 fields, but cron text has five: minute, hour, day of the month, month, day "
            "of the week."
        ),
    ),
    (
        "0 8 * * * 30",
        (
            "it has 6 fields, but cron text has five: minute, hour, day of the month, month, day "
            "of the week."
        ),
    ),
    ("h 8 * * *", "'H' picks a time by a hidden number: write the time itself."),
    ("r 8 * * *", "'R' picks a time at random: write the time itself."),
    (
        "0 8 15w * *",
        "'W' moves the day by itself: name the day, and let the duty's working days move it.",
    ),
    ("0 8 * * friday", "'friday' is not a day of the week. Did you mean 'fri'?"),
    ("0 8 * june *", "'june' is not a month. Did you mean 'jun'?"),
    ("@reboot", "there is no '@reboot' in a calendar."),
    ("@montly", "there is no '@montly' in a calendar. Did you mean '@monthly'?"),
    ("61 8 * * *", "croniter cannot read it: [61 8 * * *] is not acceptable, out of range"),
]


@pytest.mark.parametrize(("text", "what"), TRAPS, ids=[row[0] for row in TRAPS])
def test_trap_in_cron_text_is_refused_by_name(text: str, what: str) -> None:
    """
    What cron would quietly do otherwise than it reads is refused when it is declared.
    """
    with pytest.raises(RhythmError) as caught:
        Cron(text)
    assert str(caught.value) == f"rhythm 'cron {text}': {what}"


@given(st.text(alphabet="0123456789*/,-l#?@ hrwfrimon", max_size=20))
def test_no_text_makes_anything_but_a_rhythm_or_a_refusal(text: str) -> None:
    """
    Nonsense in place of cron text is refused like any other rhythm, never with a strange error.
    """
    rhythm = declared(text)
    assert rhythm is None or rhythm.on(date(2026, 3, 31)) == rhythm.starting(date(2026, 3, 31))


def test_croniter_is_only_fetched_for_cron_text() -> None:
    """
    Whoever writes no cron does not wait for croniter.
    """
    code = (
        "import sys; from propflow.calendar import parse_rhythm; "
        "parse_rhythm('daily at 08:00'); assert 'croniter' not in sys.modules; "
        "parse_rhythm('cron 0 8 * * *'); assert 'croniter' in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
