"""
The holidays of countries, and what of them is known.
"""

from datetime import date

import pytest

from propflow.calendar import WorkingDaysError
from propflow.plugins.manager import Plugins
from propflow_holidays.country import SETTLED, country


def test_country_is_offered_by_its_code():
    """
    A site says ``from: "holidays:DE"``.
    """
    days = Plugins().calendars["holidays"]("DE")
    assert not days.is_working(date(2026, 10, 3))
    assert days.why(date(2026, 5, 1)).startswith(
        "2026-05-01 (Friday) is not a working day: Labor Day"
    )


def test_region_has_holidays_of_its_own():
    """
    Epiphany is free in Bavaria and worked in Hamburg.
    """
    day = date(2026, 1, 6)
    assert not country("DE-BY").is_working(day)
    assert country("DE-HH").is_working(day)


def test_weekend_is_the_country_s_own():
    """
    Saudi Arabia rests on Friday and Saturday.
    """
    assert country("SA").weekend == {4, 5}


UNKNOWN = [
    ("DE", SETTLED, "published"),
    ("DE", SETTLED + 1, "projected"),  # the law may change
    ("CN", 2026, "published"),
    ("CN", 2027, "projected"),  # no notice yet, so no make-up days
    ("IN", 2027, "projected"),  # the moon has not been sighted
]


@pytest.mark.parametrize(("code", "year", "status"), UNKNOWN)
def test_year_that_is_not_settled_is_never_passed_off_as_known(code, year, status):
    """
    Laws change, decrees are not out yet, and moons have to be seen.
    """
    assert country(code).status(date(year, 6, 1)) == status


def test_make_up_days_come_along():
    """
    China's worked Sunday before National Day 2025.
    """
    assert country("CN").is_working(date(2025, 9, 28))


REFUSED = [
    (
        "GERMANY",
        "the package holidays knows no country 'GERMANY': write it as in 'holidays:DE'.",
    ),
    ("SG-01", "SG has no region '01' with holidays."),
]


@pytest.mark.parametrize(("code", "what"), REFUSED)
def test_unknown_country_or_region_is_refused(code, what):
    """
    With what there is.
    """
    with pytest.raises(WorkingDaysError) as caught:
        country(code)
    assert str(caught.value) == f"working days: {what}"
