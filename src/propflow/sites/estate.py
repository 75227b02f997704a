"""
What a site's file looks like: its keys, and what each of them takes.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import attrs

from propflow.sites.items import Labelled, Shape
from propflow.sites.kinds import (
    CsvName,
    Date,
    HandbookName,
    Hours,
    Id,
    Outcome,
    PersonName,
    PostName,
    RoleName,
    Sentence,
    ShiftName,
    Value,
    Year,
    ZoneName,
)
from propflow.text import Text

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


@attrs.frozen(kw_only=True, eq=False)
class CalendarShape(Shape):
    """
    Which days are worked.

    Attributes:
        weekend: Days of the week that are free.
        published: Years whose holidays are officially out, or where each was published.
        holidays: Days off, with their names.
        working: Days that are worked although they would be free.
    """

    noun: ClassVar[str] = "calendar"

    weekend: tuple[Weekday, ...] = ("saturday", "sunday")
    published: tuple[Year, ...] | dict[Year, Sentence] = ()
    holidays: dict[Date, Text] = attrs.field(factory=dict)
    working: tuple[Date, ...] = ()


@attrs.frozen(kw_only=True, eq=False)
class PersonShape(Labelled):
    """
    Somebody who works on the site.

    Attributes:
        person: Name by which the files know the person.
        roles: The roles that the person always has.
    """

    noun: ClassVar[str] = "person"

    person: Id
    roles: tuple[RoleName, ...] = ()


@attrs.frozen(kw_only=True, eq=False)
class RosterShape(Shape):
    """
    Who is on which post in which shift.

    Attributes:
        post: The post.
        shift: The shift.
        people: Those who are on it.
    """

    noun: ClassVar[str] = "line of the roster"

    post: PostName
    shift: ShiftName
    people: tuple[PersonName, ...]


@attrs.frozen(kw_only=True, eq=False)
class SiteFile(Shape):
    """
    One estate: which handbook it keeps, and its own settings, people and ledgers.

    Attributes:
        site: Name of the site.
        title: What people call it.
        handbook: The handbook that it keeps.
        timezone: Its time zone, as in Asia/Shanghai.
        language: The language of its labels where nobody asks for another.
        settings: Values of its own for settings of the handbook.
        calendar: Which days are worked.
        shifts: Hours of each shift, as in "20:00 to 08:00".
        people: Who works there.
        roster: Who is on which post in which shift.
        books: The file of each ledger.
        units: The file with its homes and shops.
    """

    noun: ClassVar[str] = "site"

    site: Id
    title: Text
    handbook: HandbookName
    timezone: ZoneName
    language: Literal["en", "zh"] = "en"
    settings: dict[Outcome, Value] = attrs.field(factory=dict)
    calendar: CalendarShape = CalendarShape()
    shifts: dict[Id, Hours] = attrs.field(factory=dict)
    people: tuple[PersonShape, ...] = ()
    roster: tuple[RosterShape, ...] = ()
    books: dict[Outcome, CsvName] = attrs.field(factory=dict)
    units: CsvName | None = None
