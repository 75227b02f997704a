"""
Duties by how often they come round.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import attrs

from propflow.calendar import Duty, agenda
from propflow.sites import Site

#: How often, the most often first.
RHYTHMS = ("several", "daily", "weekly", "monthly", "yearly", "otherwise")

# Any year will do; this one is long after the first day of any rhythm that is owed today.
_YEAR = 2040


def by_rhythm(site: Site, duties: Iterable[Duty]) -> dict[str, tuple[Duty, ...]]:
    """
    Duties sorted into `RHYTHMS`, in each by the clock; a rhythm that nothing has is left out.
    """
    found: dict[str, list[Duty]] = {}
    for duty in duties:
        found.setdefault(often(site, duty), []).append(duty)
    return {word: tuple(sorted(found[word], key=_first)) for word in RHYTHMS if word in found}


def often(site: Site, duty: Duty) -> str:
    """
    How often a duty comes round, as one of `RHYTHMS`.

    ``otherwise`` is what comes after something else and not by the calendar alone.
    """
    week = duty.rhythm.week()
    if week is not None:
        calls = 52 * sum(map(len, week))
    else:
        start = datetime(_YEAR, 1, 1, tzinfo=site.zone)
        found = agenda(
            (attrs.evolve(duty, starts=None, ends=None),),
            start,
            start + timedelta(days=366),
            zone=site.zone,
            working=site.working,
            ground=site.ground(),
            others=site.duties,
        )
        calls = sum(1 for _ in zip(found, range(400), strict=False))
    for word, least in (("several", 380), ("daily", 240), ("weekly", 45), ("monthly", 11)):
        if calls >= least:
            return word
    return "yearly" if calls else "otherwise"


def _first(duty: Duty) -> tuple[tuple[int, ...], str]:
    """
    By the first day of the week and the first minute, as far as there are any.
    """
    week = duty.rhythm.week() or ()
    day = next((number for number, calls in enumerate(week) if calls), 7)
    return (day, *(week[day][:1] if day < 7 else ())), str(duty.rhythm)
