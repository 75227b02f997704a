"""
The complaint that every contender handles: minor, and the customer satisfied the second time.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from propflow.sites import Site

Facts = Mapping[str, str | int]

#: What the caller says.
OPENING: Facts = {"unit": "3-1201"}
#: What the clerk finds out.
FINDINGS: Facts = {
    "category": "noise",
    "affected": 3,
    "company-fault": "no",
    "injury": "none",
    "loss": "none",
    "promise-broken": "no",
    "repeated": 0,
    "days-open": 1,
}
_ROUND: tuple[tuple[str, Facts], ...] = (
    ("handle", {}),
    ("record-result", {}),
    ("review-cause", {}),
)
#: The work items in order, and what is filled in with each.
WALK: tuple[tuple[str, Facts], ...] = (
    ("record", FINDINGS),
    *_ROUND,
    ("reply", {"satisfied": "no"}),
    *_ROUND,
    ("reply", {"satisfied": "yes"}),
    ("sign", {}),
    ("file", {}),
)
#: Once round in vain.
LAP: tuple[tuple[str, Facts], ...] = (*_ROUND, ("reply", {"satisfied": "no"}))
#: Who does it.
DOERS = {
    "record": "clerk",
    "handle": "head",
    "record-result": "clerk",
    "review-cause": "head",
    "reply": "clerk",
    "sign": "clerk",
    "file": "clerk",
}
#: When: the middle of a working day.
NOW = datetime.fromisoformat("2026-03-31T10:00:00+08:00")


def severity(facts: Mapping[str, object]) -> str:
    """
    The handbook's table of how grave a complaint is, by hand, for contenders without tables.
    """
    at_fault = facts["company-fault"] == "yes"
    if facts["promise-broken"] == "yes" and _number(facts["repeated"]) >= 1:
        return "major"
    if at_fault and (
        facts["injury"] == "serious"
        or facts["loss"] == "serious"
        or _number(facts["days-open"]) >= 30
    ):
        return "major"
    if at_fault or facts["injury"] == "serious" or _number(facts["affected"]) >= 20:
        return "serious"
    return "minor"


def _number(value: object) -> int:
    assert isinstance(value, int)
    return value


def estate() -> Site:
    """
    A site that keeps the shipped handbook: two people on the complaint, a gate on the roster.
    """
    from datetime import time
    from zoneinfo import ZoneInfo

    import propflow
    from propflow.sites import Person, Rostered, Shift, Site, load_handbook

    handbook = load_handbook(Path(propflow.__file__).parent / "handbook")
    return Site(
        id="bench",
        zone=ZoneInfo("Asia/Shanghai"),
        handbook=handbook.id,
        version=handbook.version,
        procedures=handbook.procedures,
        tables=handbook.tables,
        duties=handbook.duties,
        posts=handbook.posts,
        roles=handbook.roles,
        offices=handbook.offices,
        ladders=handbook.ladders,
        records=handbook.records,
        messages=handbook.messages,
        settings=handbook.values,
        declared=handbook.settings,
        people={
            person.id: person
            for person in (
                Person(id="clerk", roles=("complaints-clerk",)),
                Person(id="head", roles=("department-head",)),
                Person(id="guard", roles=("gate-guard",)),
                Person(id="watchman", roles=("gate-guard",)),
            )
        },
        shifts={
            "day": Shift(id="day", start=time(8), end=time(20)),
            "night": Shift(id="night", start=time(20), end=time(8)),
        },
        roster=(
            Rostered(post="gate", shift="day", people=("guard",)),
            Rostered(post="gate", shift="night", people=("watchman",)),
        ),
    )
