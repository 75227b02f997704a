"""
What rhythms can be written, what they say, on which days they come, and which are refused.
"""

from __future__ import annotations

import itertools
import pickle
from datetime import UTC, date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from propflow.calendar import (
    AfterCompletion,
    Beside,
    Cron,
    Daily,
    Every,
    EveryDays,
    Irregular,
    Monthly,
    MonthlyWeekday,
    MonthlyWorking,
    Rhythm,
    RhythmError,
    Rule,
    Weekly,
    Yearly,
    parse_rhythm,
)
from propflow.errors import HandbookError

EIGHT, NINE, TEN, FOUR, FIVE = time(8), time(9), time(10), time(16), time(17)
HOUR = timedelta(hours=1)

#: What is written, what it is, what it says in English and in Chinese.
SAID: list[tuple[str, Rhythm, str, str]] = [
    ("daily at 08:00", Daily((EIGHT,)), "every day at 08:00", "每天08:00"),
    (
        "daily at 08:00, 17:00",
        Daily((EIGHT, FIVE)),
        "every day at 08:00 and 17:00",
        "每天08:00、17:00",
    ),
    ("weekly on monday at 09:00", Weekly((0,), (NINE,)), "every Monday at 09:00", "每周一09:00"),
    (
        "weekly on monday, friday at 09:00",
        Weekly((0, 4), (NINE,)),
        "every Monday and Friday at 09:00",
        "每周一、周五09:00",
    ),
    (
        "monthly on day 25 at 16:00",
        Monthly(25, (FOUR,)),
        "on the 25th of every month at 16:00",
        "每月25日16:00",
    ),
    (
        "monthly on day 31 at 16:00",
        Monthly(31, (FOUR,)),
        "on the 31st of every month, or else its last day, at 16:00",
        "每月31日(不足则为最后一天)16:00",
    ),
    (
        "monthly on last day at 16:00",
        Monthly("last", (FOUR,)),
        "on the last day of every month at 16:00",
        "每月最后一天16:00",
    ),
    ("every 30 minutes", Every(HOUR / 2), "every 30 minutes, day and night", "全天每30分钟一次"),
    (
        "every 7 hours",
        Every(7 * HOUR),
        "every 7 hours, day and night, counted from 00:00",
        "全天每7小时一次,自00:00起计",
    ),
    (
        "every 1 hour from 20:00 to 06:00",
        Every(HOUR, time(20), time(6)),
        "every hour from 20:00 to 06:00, both included",
        "20:00至次日06:00每1小时一次,含首尾",
    ),
    (
        "every 1 hour 30 minutes from 08:00 to 17:00",
        Every(1.5 * HOUR, EIGHT, FIVE),
        "every 1 hour 30 minutes from 08:00 to 17:00, both included",
        "08:00至17:00每1小时30分钟一次,含首尾",
    ),
    (
        "every 45 minutes from 20:00 to 06:00",
        Every(0.75 * HOUR, time(20), time(6)),
        "every 45 minutes from 20:00 to 06:00, the last at 05:45",
        "20:00至次日06:00每45分钟一次,最后一次为次日05:45",
    ),
    (
        "every 7 days at 09:00 from 2026-01-05",
        EveryDays(7, (NINE,), date(2026, 1, 5)),
        "every 7 days at 09:00, counted from 2026-01-05",
        "自2026-01-05起每7天一次,09:00",
    ),
    (
        "monthly on second tuesday at 10:00",
        MonthlyWeekday(2, 1, (TEN,)),
        "on the second Tuesday of every month at 10:00",
        "每月第2个周二10:00",
    ),
    (
        "monthly on last friday at 10:00",
        MonthlyWeekday("last", 4, (TEN,)),
        "on the last Friday of every month at 10:00",
        "每月最后一个周五10:00",
    ),
    (
        "monthly on first working day at 09:00",
        MonthlyWorking(1, (NINE,)),
        "on the first working day of every month at 09:00",
        "每月第1个工作日09:00",
    ),
    (
        "monthly on 7th working day at 09:00",
        MonthlyWorking(7, (NINE,)),
        "on the 7th working day of every month at 09:00",
        "每月第7个工作日09:00",
    ),
    (
        "yearly on june 1, december 1 at 09:00",
        Yearly(((12, 1), (6, 1)), (NINE,)),
        "every year on 1 June and 1 December at 09:00",
        "每年6月1日、12月1日09:00",
    ),
    (
        "every 5 minutes to 10 minutes from 20:00 to 06:00",
        Irregular(HOUR / 12, HOUR / 6, time(20), time(6)),
        "every 5 minutes to 10 minutes at random, from 20:00 to 06:00",
        "20:00至次日06:00每隔5分钟至10分钟一次,间隔随机",
    ),
    (
        "every 1 hour to 2 hours",
        Irregular(HOUR, 2 * HOUR),
        "every hour to 2 hours at random, day and night",
        "全天每隔1小时至2小时一次,间隔随机",
    ),
    (
        "every 90 days after completion at 09:00 from 2026-01-05",
        AfterCompletion(90 * 24 * HOUR, NINE, date(2026, 1, 5)),
        "90 days after it was last completed at 09:00, first on 2026-01-05 at 09:00",
        "上次完成后90天09:00,首次2026-01-05 09:00",
    ),
    (
        "every 6 hours after completion at 09:00 from 2026-01-05",
        AfterCompletion(6 * HOUR, NINE, date(2026, 1, 5)),
        "6 hours after it was last completed, first on 2026-01-05 at 09:00",
        "上次完成后6小时,首次2026-01-05 09:00",
    ),
    (
        "30 minutes before gate-handover",
        Beside(HOUR / 2, "time", "before", "gate-handover"),
        "30 minutes before gate-handover",
        "gate-handover前30分钟",
    ),
    (
        "2 working days before month-report at 16:00",
        Beside(48 * HOUR, "working days", "before", "month-report", FOUR),
        "2 working days before month-report at 16:00",
        "month-report前2个工作日16:00",
    ),
    (
        "14 days after 2026-06-01 at 09:00",
        Beside(14 * 24 * HOUR, "days", "after", date(2026, 6, 1), NINE),
        "14 days after 2026-06-01 at 09:00",
        "2026-06-01后14天09:00",
    ),
    (
        "rrule FREQ=MONTHLY;BYDAY=-1FR at 09:00 from 2026-01-05",
        Rule("freq=monthly; byday=-1fr", NINE, date(2026, 1, 5)),
        "by the rule FREQ=MONTHLY;BYDAY=-1FR, counted from 2026-01-05 09:00",
        "按规则FREQ=MONTHLY;BYDAY=-1FR,自2026-01-05 09:00起",
    ),
    (
        "cron 0 8 * * 1-5",
        Cron("0 8 * * 1-5"),
        "every Monday, Tuesday, Wednesday, Thursday and Friday at 08:00",
        "每周一、周二、周三、周四、周五08:00",
    ),
    (
        "cron 0,30 8 1,l * *",
        Cron("0,30 8 1,L * *"),
        "on the 1st and last day of every month at 08:00 and 08:30",
        "每月1日、最后一天08:00、08:30",
    ),
    (
        "cron 0 9 * 1,7 fri#2",
        Cron("0 9 * 1,7 fri#2"),
        "on the 2nd Friday of January and July at 09:00",
        "1月、7月第2个周五09:00",
    ),
    (
        "cron 0 9 * * l5",
        Cron("0 9 * * L5"),
        "on the last Friday of every month at 09:00",
        "每月最后一个周五09:00",
    ),
    (
        "cron */15 8-17 * 6 *",
        Cron("*/15 8-17 * 6 *"),
        "every day in June, 40 times between 08:00 and 17:45",
        "6月每天08:00至17:45共40次",
    ),
]


@pytest.mark.parametrize(("text", "rhythm", "en", "zh"), SAID, ids=[row[0] for row in SAID])
def test_rhythm_is_read_written_and_said(text: str, rhythm: Rhythm, en: str, zh: str) -> None:
    """
    One text, one rhythm, one phrase in each language; what is written reads back the same.
    """
    assert parse_rhythm(text) == rhythm
    assert str(rhythm) == text
    assert rhythm.say("en") == en
    assert rhythm.say("zh") == zh
    assert rhythm.say("fr") == en


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("Daily  at 8:00 and 17:00", "daily at 08:00, 17:00"),
        ("daily at 17:00, 08:00", "daily at 08:00, 17:00"),
        ("Weekly on Friday and Monday at 09:00", "weekly on monday, friday at 09:00"),
        ("every hour from 20:00 to 06:00", "every 1 hour from 20:00 to 06:00"),
        ("every 90 minutes", "every 1 hour 30 minutes"),
        ("every minute", "every 1 minute"),
        (
            "every 5 to 10 minutes from 20:00 to 06:00",
            "every 5 minutes to 10 minutes from 20:00 to 06:00",
        ),
        ("every 1 to 2 hours", "every 1 hour to 2 hours"),
        ("monthly on 1st working day at 9:00", "monthly on first working day at 09:00"),
        ("Yearly on March 15 and May 1 at 09:00", "yearly on march 15, may 1 at 09:00"),
        ("1 week before audit at 09:00", "7 days before audit at 09:00"),
        ("every week at 09:00 from 2026-01-05", "every 7 days at 09:00 from 2026-01-05"),
        ("every day at 09:00 from 2026-01-05", "every 1 day at 09:00 from 2026-01-05"),
        ("CRON  0 8 * *  MON", "cron 0 8 * * mon"),
    ],
)
def test_rhythm_may_be_written_as_it_is_spoken(spoken: str, written: str) -> None:
    """
    Capitals, spaces, order and ``and`` make no difference; there is one way to write it down.
    """
    assert str(parse_rhythm(spoken)) == written


HEADS = (
    "a rhythm begins with daily, weekly, monthly, yearly, every, cron or rrule, or with a length, "
    "as in '2 days before 2026-12-31 at 09:00'."
)
REFUSED = [
    (
        "dayly at 08:00",
        (f"it begins with 'dayly', but {HEADS} Did you mean 'daily'?"),
    ),
    ("", f"it begins with '', but {HEADS}"),
    ("daily", "it is not complete: write it as in 'daily at 08:00, 17:00'."),
    (
        "monthly on last day",
        (
            "it is not complete: write it as in 'monthly on day 25 at 16:00' or 'monthly on "
            "last day "
            "at 16:00'."
        ),
    ),
    (
        "daily at 25:00",
        "'25:00' is not a time of day: write hours and minutes, as in 08:00.",
    ),
    ("daily at 24:00", "'24:00' is not a time of day: write hours and minutes, as in 08:00."),
    ("daily at 8", "'8' is not a time of day: write hours and minutes, as in 08:00."),
    ("daily at ٠٨:٠٠", "'٠٨:٠٠' is not a time of day: write hours and minutes, as in 08:00."),
    ("daily at 08:00, 08:00", "08:00 is there twice: once is enough."),
    (
        "weekly on mondey at 09:00",
        "'mondey' is not a day of the week. Did you mean 'monday'?",
    ),
    ("weekly on friday, friday at 09:00", "friday is there twice: once is enough."),
    ("monthly on day 0 at 16:00", "the day of the month is a whole number from 1 to 31."),
    ("monthly on day 32 at 16:00", "the day of the month is a whole number from 1 to 31."),
    (
        "monthly on 25th at 16:00",
        (
            "'25th' is not a day of a month: write 'day 25', 'last day', 'second monday' or "
            "'first working day'."
        ),
    ),
    ("every while", "'while' is not a step: write 'hour', '30 minutes' or '7 days'."),
    ("every 0 minutes", "'0 minutes' is not a step: write 'hour', '30 minutes' or '7 days'."),
    ("every 90 seconds", "the step is a whole number of minutes, at least one."),
    (
        "every 30 hours",
        "the step is shorter than a day; for days write 'every 7 days at 09:00 from 2026-01-05'.",
    ),
    (
        "every hour from 20:00",
        (
            "'from' and 'to' go together, as in 'every 1 hour from 20:00 to 06:00'; without "
            "both it "
            "goes on all day."
        ),
    ),
    (
        "every hour from 20:00 to 20:00",
        "it ends when it begins; for all day leave out 'from' and 'to'.",
    ),
    (
        "every 3 hours from 08:00 to 10:00",
        (
            "the step is longer than the time between, so that there is only one call; for "
            "that write "
            "'daily at 08:00'."
        ),
    ),
    (
        "every hour at 08:00",
        "a step of minutes or hours goes 'from' one time 'to' another, not 'at' one.",
    ),
    (
        "every 7 days",
        (
            "a step of days needs a time and the date from which it is counted, as in 'every "
            "7 days "
            "at 09:00 from 2026-01-05'."
        ),
    ),
    ("every day at 08:00", "for every day write 'daily at 08:00'."),
    (
        "every 7 days at 09:00 from 2026-02-30",
        "'2026-02-30' is not a date: write year, month and day, as in 2026-01-05.",
    ),
    (
        "monthly on fifth monday at 09:00",
        (
            "a month has a first to fourth and a last of each weekday; a fifth is not in every "
            "month."
        ),
    ),
    (
        "monthly on second moonday at 09:00",
        "'moonday' is not a day of the week. Did you mean 'monday'?",
    ),
    (
        "monthly on 16th working day at 09:00",
        "the number of the working day is a whole number from 1 to 15.",
    ),
    ("yearly on febuary 3 at 09:00", "'febuary' is not a month. Did you mean 'february'?"),
    ("yearly on february 30 at 09:00", "the day of February is a whole number from 1 to 29."),
    ("yearly on march at 09:00", "'march' is not a date of a year: write it as in 'march 15'."),
    ("yearly on may 1, may 1 at 09:00", "may 1 is there twice: once is enough."),
    (
        "every 10 to 5 minutes",
        "the first gap is shorter than the second, as in 'every 5 to 10 minutes'.",
    ),
    (
        "every 2 to 3 hours from 08:00 to 09:00",
        "the longest gap is longer than the whole round.",
    ),
    (
        "every 90 days after completion at 09:00 from yesterday",
        "'yesterday' is not a date: write year, month and day, as in 2026-01-05.",
    ),
    ("2 days before 2026-12-31", "a date has no time of day: add one, as in 'at 09:00'."),
    (
        "30 minutes before handover at 09:00",
        "hours and minutes are counted from the other's time: leave out 'at'.",
    ),
    ("400 days before audit at 09:00", "it is from one minute to 366 days."),
    (
        "rrule FREQ=HOURLY at 09:00 from 2026-01-05",
        ("FREQ=HOURLY steps within the day: write 'every 2 hours from 08:00 to 18:00' instead."),
    ),
    (
        "rrule FREQ=MONTLY at 09:00 from 2026-01-05",
        "FREQ is one of DAILY, WEEKLY, MONTHLY, YEARLY. Did you mean 'MONTHLY'?",
    ),
    (
        "rrule FREQ=DAILY;INTERVALL=2 at 09:00 from 2026-01-05",
        "INTERVALL is no word of it. Did you mean 'INTERVAL'?",
    ),
    (
        "rrule FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30 at 09:00 from 2026-01-05",
        "it never comes in the 40 years after 2026-01-05.",
    ),
    (
        "rrule FREQ=DAILY;UNTIL=20261231T000000Z at 09:00 from 2026-01-05",
        "UNTIL is in UTC: write the local date, as in UNTIL=20261231.",
    ),
    (
        "every 9999 days at 09:00 from 2026-01-05",
        "the number of days is a whole number from 1 to 3660.",
    ),
]


@pytest.mark.parametrize(("text", "what"), REFUSED, ids=[row[0] for row in REFUSED])
def test_rhythm_that_cannot_be_is_refused_in_one_sentence(text: str, what: str) -> None:
    """
    The message quotes the rhythm as it was typed and says what would do.
    """
    with pytest.raises(RhythmError) as caught:
        parse_rhythm(text)
    assert str(caught.value) == f"rhythm {text!r}: {what}"
    assert caught.value.text == text
    assert isinstance(caught.value, HandbookError)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301


def test_endless_text_is_refused_without_being_repeated() -> None:
    """
    A rhythm of a million letters gets a short answer.
    """
    with pytest.raises(RhythmError) as caught:
        parse_rhythm("daily at " + "08:00, " * 1000)
    assert str(caught.value) == (
        "rhythm 'daily at 08:00, 08:00, 08:00, 08:00, 08:00, 08:00, 08:00,...': "
        "it is longer than 300 characters."
    )


DECLARED = [
    (lambda: Daily(()), "rhythm 'Daily': it has no time of day."),
    (lambda: Daily(("08:00",)), "rhythm 'Daily': '08:00' is not a time of day."),  # type: ignore[arg-type]
    (
        lambda: Daily((time(8, 0, 30),)),
        "rhythm 'daily at 08:00': 08:00:30 has seconds, but a rhythm goes by whole minutes.",
    ),
    (
        lambda: Weekly((), (EIGHT,)),
        "rhythm 'weekly': it needs at least one day of the week, from 0 (Monday) to 6 (Sunday).",
    ),
    (
        lambda: Weekly((7,), (EIGHT,)),
        "rhythm 'weekly': it needs at least one day of the week, from 0 (Monday) to 6 (Sunday).",
    ),
    (
        lambda: Monthly(day=True, at=(EIGHT,)),
        (
            "rhythm 'monthly on day True at 08:00': the day of the month is a whole number "
            "from 1 to "
            "31."
        ),
    ),
    (
        lambda: EveryDays(7, (EIGHT,), "2026-01-05"),  # type: ignore[arg-type]
        "rhythm 'every days': it is counted from a date, not '2026-01-05'.",
    ),
]


@pytest.mark.parametrize(("declare", "message"), DECLARED, ids=range(len(DECLARED)))
def test_rhythm_built_in_python_is_held_to_the_same(declare: object, message: str) -> None:
    """
    What cannot be written cannot be built either.
    """
    with pytest.raises(RhythmError) as caught:
        declare()  # type: ignore[operator]
    assert str(caught.value) == message


def test_rhythm_goes_by_local_time() -> None:
    """
    A time that brings its own zone is refused: the site has one.
    """
    with pytest.raises(RhythmError) as caught:
        Daily((time(8, tzinfo=UTC),))
    assert caught.value.what == "08:00:00+00:00 has a time zone, but a rhythm goes by local time."


def test_monthly_work_on_the_31st_is_owed_every_month() -> None:
    """
    Where the month has no 31st, its last day stands in: 30 April, 28 or 29 February.
    """
    rhythm = parse_rhythm("monthly on day 31 at 16:00")
    year = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    assert [f"{day:%m-%d}" for day in year if rhythm.on(day)] == [
        "01-31", "02-28", "03-31", "04-30", "05-31", "06-30",
        "07-31", "08-31", "09-30", "10-31", "11-30", "12-31",
    ]  # fmt: skip
    assert rhythm.on(date(2028, 2, 29)) == (960,)
    assert rhythm.on(date(2028, 2, 28)) == ()
    assert parse_rhythm("monthly on last day at 16:00").on(date(2028, 2, 29)) == (960,)


def test_night_calls_after_midnight_belong_to_the_next_date() -> None:
    """
    On a calendar date come the morning end of last night's round and the head of tonight's.
    """
    night = parse_rhythm("every 1 hour from 20:00 to 06:00")
    day = date(2026, 3, 31)
    assert night.starting(day) == tuple(range(1200, 1801, 60))
    assert night.on(day) == (0, 60, 120, 180, 240, 300, 360, 1200, 1260, 1320, 1380)
    assert len(night.starting(day)) == 11


def test_every_seven_days_never_comes_before_its_first_date() -> None:
    """
    The count begins at the anchor.
    """
    rhythm = parse_rhythm("every 7 days at 09:00 from 2026-01-05")
    days = [date(2025, 12, 20) + timedelta(days=n) for n in range(40)]
    assert [day.isoformat() for day in days if rhythm.on(day)] == [
        "2026-01-05",
        "2026-01-12",
        "2026-01-19",
        "2026-01-26",
    ]


TIMES = st.builds(time, st.integers(0, 23), st.integers(0, 59))
AT = st.lists(TIMES, min_size=1, max_size=4, unique=True).map(tuple)


DATES = st.dates(date(2000, 1, 1), date(2000, 12, 31)).map(lambda day: (day.month, day.day))
SIDES = st.sampled_from(["before", "after"])
DAYS = st.integers(1, 366).map(timedelta)


def MINUTES(low: int, high: int) -> st.SearchStrategy[timedelta]:  # noqa: N802
    """
    Whole minutes.
    """
    return st.integers(low, high).map(lambda count: timedelta(minutes=count))


@st.composite
def windows(draw: st.DrawFn) -> Every:
    """
    Every so many minutes, all day or between two times, over midnight too.
    """
    step = draw(st.integers(1, 400))
    if draw(st.booleans()):
        return Every(timedelta(minutes=step))
    first = draw(st.integers(0, 1439))
    length = draw(st.integers(step, 1439))
    last = (first + length) % 1440
    return Every(
        timedelta(minutes=step), time(first // 60, first % 60), time(last // 60, last % 60)
    )


RHYTHMS = st.one_of(
    st.builds(Daily, AT),
    st.builds(Weekly, st.lists(st.integers(0, 6), min_size=1, unique=True).map(tuple), AT),
    st.builds(Monthly, st.one_of(st.integers(1, 31), st.just("last")), AT),
    windows(),
    st.builds(EveryDays, st.integers(1, 3660), AT, st.dates()),
    st.builds(Yearly, st.lists(DATES, min_size=1, max_size=3, unique=True).map(tuple), AT),
    st.builds(MonthlyWeekday, st.one_of(st.integers(1, 4), st.just("last")), st.integers(0, 6), AT),
    st.builds(MonthlyWorking, st.one_of(st.integers(1, 15), st.just("last")), AT),
    st.builds(Irregular, MINUTES(5, 20), MINUTES(21, 60), st.just(time(20)), st.just(time(6))),
    st.builds(AfterCompletion, MINUTES(1, 90000), TIMES, st.dates(date(2020, 1, 1))),
    st.builds(Beside, DAYS, st.sampled_from(["days", "working days"]), SIDES, st.dates(), TIMES),
    st.builds(Beside, MINUTES(1, 1439), st.just("time"), SIDES, st.just("audit")),
)


@given(RHYTHMS)
def test_every_rhythm_reads_back_as_itself(rhythm: Rhythm) -> None:
    """
    Written down and read again, or stored and loaded again, it is the same rhythm.
    """
    again = parse_rhythm(str(rhythm))
    assert again == rhythm
    assert hash(again) == hash(rhythm)
    assert pickle.loads(pickle.dumps(rhythm)) == rhythm  # noqa: S301
    assert rhythm.say("zh")


@given(
    RHYTHMS.filter(lambda one: not isinstance(one, Beside | AfterCompletion)),
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
)
def test_calls_of_a_date_lie_within_it(rhythm: Rhythm, day: date) -> None:
    """
    The minutes of a date are sorted, none twice, from 0 to 1439, and no call of a night is lost.
    """
    minutes = rhythm.on(day)
    assert list(minutes) == sorted(set(minutes))
    assert all(0 <= minute < 1440 for minute in minutes)
    tail = {minute - 1440 for minute in rhythm.starting(day - timedelta(days=1)) if minute >= 1440}
    head = {minute for minute in rhythm.starting(day) if minute < 1440}
    assert set(minutes) == head | tail


@given(windows(), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_calls_of_a_round_are_one_step_apart(rhythm: Every, day: date) -> None:
    """
    From the first time on, a step apart, and none would have fitted after the last.
    """
    minutes = rhythm.starting(day)
    step = rhythm.step // timedelta(minutes=1)
    assert all(after - one == step for one, after in itertools.pairwise(minutes))
    if rhythm.first is None or rhythm.last is None:
        assert minutes[0] == 0
        assert 1440 - step <= minutes[-1] < 1440
    else:
        first = rhythm.first.hour * 60 + rhythm.first.minute
        last = rhythm.last.hour * 60 + rhythm.last.minute
        last += 1440 if last < first else 0
        assert minutes[0] == first
        assert last - step < minutes[-1] <= last
