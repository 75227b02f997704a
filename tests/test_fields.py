from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from propflow.durations import LONGEST, parse_duration, say_duration
from propflow.errors import ValueRefusedError
from propflow.fields import TYPES, Field, dump, fitting


@given(st.timedeltas(min_value=timedelta(0), max_value=LONGEST - timedelta(seconds=1)))
def test_a_duration_reads_back_as_it_was_written(length):
    """
    No time at all is a duration too.
    """
    whole = timedelta(days=length.days, seconds=length.seconds)
    assert parse_duration(say_duration(whole)) == whole


@pytest.mark.parametrize("text", ["", "  ", "0", "minutes", "1 month", "-1 days", "1e3 days"])
def test_what_is_no_duration_is_refused_with_an_example(text):
    """
    The refusal shows how one is written.
    """
    with pytest.raises(ValueError, match="as in '30 minutes'"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["1000000 days", "999999 weeks " * 2000, "999999 days 24 hours"])
def test_a_duration_of_ages_is_refused(text):
    """
    However long the text, the refusal says how long a duration may be.
    """
    if "1000000" in text:
        with pytest.raises(ValueError, match="as in '30 minutes'"):
            parse_duration(text)
        return
    with pytest.raises(ValueError, match=r"^a duration is shorter than 1,000,000 days\.$"):
        parse_duration(text)


def test_a_field_refuses_a_duration_of_ages_by_name():
    """
    Nothing but the refusal comes out of a field, also where the number would be too large.
    """
    field = Field(name="within", type="duration")
    with pytest.raises(ValueRefusedError):
        field.read("999999 weeks " * 2000)


@pytest.mark.parametrize(
    ("type_", "low", "high"),
    [
        ("integer", 1, 3),
        ("integer", 2, 2),
        ("money", 0, Decimal("0.01")),
        ("date", date(2026, 1, 1), date(2026, 12, 31)),
        ("time", time(8), time(20)),
        ("duration", timedelta(0), timedelta(1)),
        ("moment", datetime(2026, 1, 1, tzinfo=UTC), None),
    ],
)
def test_bounds_of_the_right_type_are_taken(type_, low, high):
    """
    Each ordered type takes bounds of its own, and equal ones.
    """
    field = Field(name="level", type=type_, min=low, max=high)
    assert field.check(low) == low
    assert field.load(dump(low)) == low


@pytest.mark.parametrize(
    ("type_", "low", "high", "message"),
    [
        ("integer", "1", None, "'1' is no bound of 'level': it takes a whole number."),
        ("integer", True, None, "True is no bound of 'level': it takes a whole number."),
        ("integer", 4, 3, "the smallest value of 'level' is above its largest."),
        ("money", Decimal("NaN"), None, "Decimal('NaN') is no bound of 'level': it takes an"),
        ("text", "a", None, "'level' is of type text, which has no bounds."),
        ("choice", None, "b", "'level' is of type choice, which has no bounds."),
        ("moment", datetime(2026, 1, 1), None, " is no bound of 'level': it takes a moment"),  # noqa: DTZ001
    ],
)
def test_bounds_that_no_value_could_keep_are_refused_when_declared(type_, low, high, message):
    """
    A field with such bounds does not come into being.
    """
    with pytest.raises(ValueError, match=r"\.$|takes") as refusal:
        Field(name="level", type=type_, of=("a", "b"), min=low, max=high)
    assert message in str(refusal.value)


#: Values of every type, some at a bound, some beyond it, some that are nearly right.
HOURS = timedelta(hours=1)
VALUES = [
    *("noise", "smell", "", 0, 1, 2, 3, True, False, 1.0, None, ["noise"]),
    *(Decimal(1), Decimal("2.50"), Decimal("NaN"), Decimal("Infinity"), Decimal(9)),
    *(date(2025, 1, 1), date(2026, 1, 1), time(8), time(9, tzinfo=UTC), time(23)),
    datetime(2025, 1, 1),  # noqa: DTZ001 a moment without its zone is refused
    *(0 * HOURS, HOURS, 3 * HOURS, datetime(2025, 1, 1, tzinfo=UTC)),
]
BOUNDS = {
    "integer": (1, 2),
    "decimal": (Decimal(1), Decimal(3)),
    "money": (Decimal(1), Decimal(3)),
    "date": (date(2025, 1, 1), date(2025, 6, 1)),
    "time": (time(7), time(20)),
    "duration": (HOURS, 2 * HOURS),
    "moment": (datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)),
}


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("bounds", ["none", "min", "max", "both"])
def test_a_check_made_ready_says_yes_where_the_value_stays_what_it_is(kind, bounds):
    """
    And no where the check itself refuses, or makes another value of it.
    """
    low, high = BOUNDS.get(kind, (None, None))
    field = Field(
        name="it",
        type=kind,
        of=("noise", "leak") if kind == "choice" else (),
        min=low if bounds in ("min", "both") else None,
        max=high if bounds in ("max", "both") else None,
    )
    fits = fitting(field)

    def stays(value):
        try:
            return field.check(value) is value
        except ValueRefusedError:
            return False

    assert [fits(value) for value in VALUES] == [stays(value) for value in VALUES]
    assert any(fits(value) for value in VALUES)
