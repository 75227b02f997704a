"""
China's calendar: what the notices say, and nothing that they do not say.
"""

from datetime import date, timedelta

import chinese_calendar
import pytest

from propflow.calendar import WorkingDaysError
from propflow.errors import FaultyFileError
from propflow.plugins.manager import Plugins
from propflow.sites import load_site
from propflow_china.statute import NAMES, china

DAYS = [date(2004, 1, 1) + timedelta(days=n) for n in range(8400)]


def test_calendar_is_offered_by_name():
    """
    A site says ``from: china``.
    """
    assert Plugins().calendars["china"]("").is_working(date(2025, 10, 11))


def test_every_published_day_is_as_the_notices_have_it():
    """
    From 2004 to the last notice, day by day.
    """
    days = china()
    published = [day for day in DAYS if days.status(day) == "published"]
    assert published[0] == date(2004, 1, 1)
    assert len(published) > 8000
    assert [
        day for day in published if days.is_working(day) != chinese_calendar.is_workday(day)
    ] == []


def test_make_up_days_are_worked_and_holidays_have_names():
    """
    Around National Day 2025.
    """
    days = china()
    assert days.why(date(2025, 9, 28)).startswith(
        "2025-09-28 (Sunday) is a working day: it makes up for a day off; published (State Council"
    )
    assert days.why(date(2025, 10, 1), "zh").startswith("2025-10-01(周三)不是工作日,国庆节放假")
    assert {name.to("zh") for _, name in days.holidays} == {
        name.to("zh") for name in NAMES.values()
    }


def test_year_without_a_notice_is_never_passed_off_as_known():
    """
    It goes by the week, and says so, although 1 October will surely be free.
    """
    days = china()
    year = max(year for year, _ in days.published) + 1
    assert days.status(date(year, 6, 1)) == "projected"
    assert days.why(date(year, 10, 1)).endswith(
        "projected from the week; the year's holidays are not published."
    )
    assert all(day.year < year for day in days.working)


def test_region_is_refused():
    """
    The notices hold for the whole country.
    """
    with pytest.raises(WorkingDaysError) as caught:
        china("shanghai")
    assert str(caught.value) == (
        "working days: china has no regions: write 'from: china', not 'china:shanghai'."
    )


def test_what_the_law_asks_of_a_fire_cannot_be_loosened(tmp_path):
    """
    The layer lies on the handbook that propflow comes with, and its locks hold.
    """
    plugins = Plugins()
    estate = tmp_path / "estate"
    estate.mkdir()
    (estate / "site.yaml").write_text(
        "site: estate\ntitle: {en: Estate, zh: 小区}\nhandbook: property\n"
        "timezone: Asia/Shanghai\nlayers: china\n",
        encoding="utf-8",
    )
    assert load_site(estate, plugins.handbooks, tailorings=plugins.tailorings).id == "estate"
    (estate / "tailoring").mkdir()
    (estate / "tailoring" / "own.yaml").write_text(
        "tailoring: own\nchanges:\n"
        "  - drop: {law: cause-before-reset}\n    in: fire-control\n"
        "    expects: {precedence: [log-cause, reset]}\n"
        "  - {change: call-119, in: fire-control, expects: {within: 1 minute}, "
        "to: {within: 5 minutes}}\n",
        encoding="utf-8",
    )
    with pytest.raises(FaultyFileError) as caught:
        load_site(estate, plugins.handbooks, tailorings=plugins.tailorings)
    assert [fault.what.partition(" (")[0] for fault in caught.value.faults] == [
        "law 'cause-before-reset' of procedure 'fire-control' is locked by 'fire'",
        "step 'call-119' of procedure 'fire-control' is locked by 'fire'",
    ]
