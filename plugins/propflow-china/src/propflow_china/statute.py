"""
The State Council's notices as working days: a year without its notice is never taken as known.

Source: the yearly notices of the General Office of the State Council on the arrangement of
holidays, as the package chinesecalendar carries them.
"""

from __future__ import annotations

from datetime import date
from importlib.metadata import version

from propflow.calendar import WorkingDays, WorkingDaysError
from propflow.text import Text

#: What the package calls a holiday, and what people do.
NAMES = {
    "New Year's Day": Text.of(en="New Year", zh="元旦"),
    "Spring Festival": Text.of(en="Spring Festival", zh="春节"),
    "Tomb-sweeping Day": Text.of(en="Qingming", zh="清明节"),
    "Labour Day": Text.of(en="Labour Day", zh="劳动节"),
    "Dragon Boat Festival": Text.of(en="Dragon Boat Festival", zh="端午节"),
    "National Day": Text.of(en="National Day", zh="国庆节"),
    "Mid-autumn Festival": Text.of(en="Mid-Autumn Festival", zh="中秋节"),
    "Anti-Fascist 70th Day": Text.of(en="Victory Day", zh="抗战胜利纪念日"),
}


def china(region: str = "") -> WorkingDays:
    """
    All years whose notice the installed package carries, published; any other by the week.

    Args:
        region: Nothing: the notices hold for the whole country.

    Raises:
        WorkingDaysError: A region was asked for.
    """
    if region:
        raise WorkingDaysError(f"china has no regions: write 'from: china', not 'china:{region}'.")
    from chinese_calendar import constants

    free: dict[date, str] = dict(constants.holidays)
    source = f"State Council, chinesecalendar {version('chinesecalendar')}"
    return WorkingDays(
        holidays={day: NAMES.get(name, Text.of(en=name)) for day, name in free.items()},
        working=set(constants.workdays) - free.keys(),
        published=dict.fromkeys(_whole(free), source),
    )


def _whole(free: dict[date, str]) -> list[int]:
    """
    The years whose notice is there as a whole, and not just the end of the year before's holiday.
    """
    years = sorted({day.year for day in free})
    return [year for year in years if date(year, 10, 1) in free and date(year, 5, 1) in free]
