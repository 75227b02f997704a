"""
A country's public holidays as working days, with what is only estimated never taken as known.
"""

from __future__ import annotations

import warnings
from datetime import date
from importlib.metadata import version
from typing import Any

from propflow.calendar import WorkingDays, WorkingDaysError
from propflow.errors import nearest
from propflow.text import Text

#: The years that are worked out.
FIRST, LAST = 2010, 2040

#: The last year for which this release takes a country's law as it stands for settled.
SETTLED = 2027


def country(code: str) -> WorkingDays:
    """
    The working days of a country, or of a region with holidays of its own.

    A year is published where the law alone settles its holidays and the package knows them: not
    after `SETTLED`; not where a holiday goes by the sighting of the moon and is estimated; and,
    in countries that shift days off by decree, such as China or Vietnam, only where the package
    carries the year's decree.

    Args:
        code: ISO 3166-1, as in ``DE``, and after a hyphen ISO 3166-2, as in ``DE-BY``.

    Raises:
        WorkingDaysError: The package does not know the country or the region.
    """
    import holidays

    name, _, region = code.upper().partition("-")
    known = holidays.list_supported_countries()
    if name not in known:
        raise WorkingDaysError(
            f"the package holidays knows no country {name!r}: write it as in 'holidays:DE'."
            f"{nearest(name, known)}"
        )
    if region and region not in known[name]:
        regions = f" It has {', '.join(known[name])}." if known[name] else ""
        raise WorkingDaysError(f"{name} has no region {region!r} with holidays.{regions}")
    found = _found(name, region or None)
    days = dict(found.items())
    worked = set(getattr(found, "weekend_workdays", ())) - days.keys()
    source = f"holidays {version('holidays')}, {code.upper()}"
    return WorkingDays(
        weekend=frozenset(found.weekend),
        holidays={day: Text.of(en=str(title)) for day, title in days.items()},
        working=worked,
        published=dict.fromkeys(_settled(found, days), source),
    )


def _found(name: str, region: str | None) -> Any:
    import holidays

    with warnings.catch_warnings():
        # For some countries the package knows fewer years: those beyond have fewer holidays, and
        # are not taken as settled.
        warnings.simplefilter("ignore")
        english = holidays.country_holidays(
            name, subdiv=region, years=range(FIRST, LAST + 1), language="en_US"
        )
        return english or holidays.country_holidays(
            name, subdiv=region, years=range(FIRST, LAST + 1)
        )


def _settled(found: Any, days: dict[date, str]) -> list[int]:
    open_years = {day.year for day, title in days.items() if "estimated" in title.lower()}
    years = {day.year for day in days if day.year <= SETTLED} - open_years
    if getattr(found, "has_substituted_holidays", False):
        years &= set(getattr(found, "special_public_holidays", None) or {})
    return sorted(years)
