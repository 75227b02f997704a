"""
Working days: the week, the holidays, the Saturdays that make up for them, and how sure it is.
"""

from __future__ import annotations

import pickle
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from propflow.calendar import WorkingDays, WorkingDaysError
from propflow.text import Text

NATIONAL_DAY = Text.of(en="National Day and Mid-Autumn", zh="国庆节、中秋节")

#: The long holiday of 2025: eight days off, two of them made up for.
CHINA = WorkingDays(
    holidays={date(2025, 10, day): NATIONAL_DAY for day in range(1, 9)},
    working=frozenset({date(2025, 9, 28), date(2025, 10, 11)}),
    published={2025: "General Office of the State Council, 2024-11-12"},
    known_until=date(2027, 12, 31),
)

SAID = [
    (
        "2025-09-30",
        (
            "2025-09-30 (Tuesday) is a working day; "
            "published (General Office of the State Council, 2024-11-12)."
        ),
        "2025-09-30(周二)是工作日。已公布(General Office of the State Council, 2024-11-12)。",
    ),
    (
        "2025-10-01",
        (
            "2025-10-01 (Wednesday) is not a working day: National Day and Mid-Autumn; "
            "published (General Office of the State Council, 2024-11-12)."
        ),
        (
            "2025-10-01(周三)不是工作日,国庆节、中秋节放假。"
            "已公布(General Office of the State Council, 2024-11-12)。"
        ),
    ),
    (
        "2025-10-11",
        (
            "2025-10-11 (Saturday) is a working day: it makes up for a day off; "
            "published (General Office of the State Council, 2024-11-12)."
        ),
        "2025-10-11(周六)是调休工作日。已公布(General Office of the State Council, 2024-11-12)。",
    ),
    (
        "2026-10-03",
        (
            "2026-10-03 (Saturday) is not a working day: weekend; "
            "projected from the week; the year's holidays are not published."
        ),
        "2026-10-03(周六)不是工作日,周末。按周推算,当年节假日安排尚未公布。",
    ),
    (
        "2028-01-03",
        "2028-01-03 (Monday) is a working day; not known.",
        "2028-01-03(周一)是工作日。未知。",
    ),
]


@pytest.mark.parametrize(("day", "en", "zh"), SAID, ids=[row[0] for row in SAID])
def test_day_says_whether_it_is_worked_and_how_sure_that_is(day: str, en: str, zh: str) -> None:
    """
    The reason and the status in one sentence, in both languages.
    """
    assert CHINA.why(date.fromisoformat(day), "en") == en
    assert CHINA.why(date.fromisoformat(day), "zh") == zh


def test_year_that_is_not_out_yet_is_never_passed_off_as_known() -> None:
    """
    Published, then projected, then unknown.
    """
    days = [date(year, 10, 1) for year in (2025, 2026, 2027, 2028)]
    assert [CHINA.status(day) for day in days] == [
        "published",
        "projected",
        "projected",
        "unknown",
    ]
    assert CHINA.status(date(2027, 12, 31)) == "projected"
    assert CHINA.source(days[0]) == "General Office of the State Council, 2024-11-12"
    assert CHINA.source(days[1]) == ""


def test_make_up_saturday_is_a_working_day() -> None:
    """
    11 October 2025 is worked; the eight days before it are not, and the 28th of September is.
    """
    days = [date(2025, 9, 26) + timedelta(days=n) for n in range(18)]
    assert [f"{day:%m-%d}" for day in days if CHINA.is_working(day)] == [
        "09-26", "09-28", "09-29", "09-30", "10-09", "10-10", "10-11", "10-13",
    ]  # fmt: skip


def test_working_day_after_and_before_the_long_holiday() -> None:
    """
    From 30 September to 9 October and back.
    """
    assert CHINA.next(date(2025, 9, 30)) == date(2025, 10, 9)
    assert CHINA.next(date(2025, 10, 4)) == date(2025, 10, 9)
    assert CHINA.previous(date(2025, 10, 9)) == date(2025, 9, 30)
    assert CHINA.next(date(2025, 10, 10)) == date(2025, 10, 11)


def test_calendar_is_plain_data() -> None:
    """
    Given as mappings or as pairs, it is equal, hashable and survives being stored.
    """
    again = WorkingDays(
        holidays=[(day, name) for day, name in reversed(CHINA.holidays)],
        working=CHINA.working,
        published=CHINA.published,
        known_until=CHINA.known_until,
    )
    assert again == CHINA
    assert hash(again) == hash(CHINA)
    assert pickle.loads(pickle.dumps(CHINA)) == CHINA  # noqa: S301
    assert WorkingDays(published=[2026]).status(date(2026, 1, 1)) == "published"
    assert WorkingDays(holidays={date(2026, 1, 1): "New Year"}).holiday(date(2026, 1, 1)) == (
        Text.of(en="New Year")
    )


REFUSED = [
    ({"weekend": range(7)}, "all seven days are weekend: nothing would ever be due."),
    ({"weekend": [7]}, "the weekend's days are 0 (Monday) to 6 (Sunday)."),
    (
        {"holidays": {date(2025, 10, 11): "Rest"}, "working": [date(2025, 10, 11)]},
        "2025-10-11 is a holiday and a working day: say which.",
    ),
]


@pytest.mark.parametrize(("given_", "what"), REFUSED, ids=[row[1] for row in REFUSED])
def test_calendar_that_contradicts_itself_is_refused(given_: dict, what: str) -> None:
    """
    A week without work, a day that there is not, and a day that is both.
    """
    with pytest.raises(WorkingDaysError) as caught:
        WorkingDays(**given_)
    assert str(caught.value) == f"working days: {what}"


@given(
    st.frozensets(st.integers(0, 6), max_size=6),
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
)
def test_next_and_previous_are_neighbours(weekend: frozenset[int], day: date) -> None:
    """
    The day before the next working day leads to the same next working day, and back again.
    """
    calendar = WorkingDays(weekend=weekend)
    after = calendar.next(day)
    assert calendar.is_working(after)
    assert day < after <= day + timedelta(days=7)
    back = calendar.previous(after)
    assert back == day if calendar.is_working(day) else back < day
