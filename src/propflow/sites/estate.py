"""
What a site's file looks like: its keys, and what each of them takes.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import attrs

from propflow.sites.items import Labelled, Shape
from propflow.sites.kinds import (
    CalendarName,
    CsvName,
    Date,
    Days,
    EngineName,
    HandbookName,
    Hours,
    Id,
    MissedText,
    Outcome,
    PersonName,
    PostName,
    RhythmText,
    RoleName,
    SeedName,
    Sentence,
    ShiftName,
    Turn,
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
        from_: A calendar that a plugin offers, as in china or "holidays:DE"; what stands beside
            it wins over it.
        weekend: Days of the week that are free.
        published: Years whose holidays are officially out, or where each was published.
        holidays: Days off, with their names.
        working: Days that are worked although they would be free.
    """

    noun: ClassVar[str] = "calendar"

    from_: CalendarName | None = None
    weekend: tuple[Weekday, ...] = ()
    published: tuple[Year, ...] | dict[Year, Sentence] = ()
    holidays: dict[Date, Text] = attrs.field(factory=dict)
    working: tuple[Date, ...] = ()


@attrs.frozen(kw_only=True, eq=False)
class OwnDutyShape(Shape):
    """
    What a site has otherwise than the handbook for one of its duties.

    Attributes:
        rhythm: When it comes round.
        days: all days, or working days only.
        roll: What becomes of it on a day that is not worked.
        from_: First day on which it is owed.
        until: Last day on which it is owed.
        missed: What is still owed of the calls that nobody heard.
        overlap: What becomes of a call while the one before is open.
    """

    noun: ClassVar[str] = "duty of the site"

    rhythm: RhythmText | None = None
    days: Literal["all", "working"] | None = None
    roll: Literal["skip", "next", "previous", "nearest", "modified"] | None = None
    from_: Date | None = None
    until: Date | None = None
    missed: MissedText | None = None
    overlap: Literal["allow", "skip", "queue", "replace"] | None = None


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
        days: Days of the week on which the shift begins; all of them where none is named.
        turn: Which days of a cycle are theirs, as in "1-2 of 6 from 2026-01-05".
    """

    noun: ClassVar[str] = "line of the roster"

    post: PostName
    shift: ShiftName
    people: tuple[PersonName, ...]
    days: tuple[Weekday, ...] = ()
    turn: Turn | None = None


@attrs.frozen(kw_only=True, eq=False)
class WaiverShape(Shape):
    """
    A finding of the check that may stand, and who answers for that.

    Attributes:
        waive: The rule by which it is found, as in nobody.
        where: The procedure or decision in which it is found.
        subject: The step or law that it is about; all of them where none is named.
        because: Why it may stand.
        owner: The person who answers for it.
    """

    noun: ClassVar[str] = "waiver"

    waive: Outcome
    where: Outcome
    subject: Outcome | None = None
    because: Sentence
    owner: PersonName


@attrs.frozen(kw_only=True, eq=False)
class SiteFile(Shape):
    """
    One estate: which handbook it keeps, and its own settings, people and ledgers.

    Attributes:
        site: Name of the site.
        title: What people call it.
        handbook: The handbook that it keeps.
        layers: What lies between the handbook and its own tailoring, the lowest first: layers
            that plugins offer, or folders seen from its own, as in ../company.
        timezone: Its time zone, as in Asia/Shanghai.
        language: The language of its labels where nobody asks for another.
        settings: Values of its own for settings of the handbook.
        calendar: Which days are worked.
        rule_engine: What runs its rulebooks: propflow itself, or what a plugin offers.
        seed: The file with the secret from which irregular rounds are drawn; keep it from those
            who watch them.
        duties: What it has otherwise for duties of the handbook.
        office_hours: When its offices are open, by days of the week, as in "09:00 to 17:30"; what
            deadlines in office hours go by. On a make-up day they are those of the last weekday.
        shifts: Hours of each shift, as in "20:00 to 08:00".
        people: Who works there.
        roster: Who is on which post in which shift.
        books: The file of each ledger.
        units: The file with its homes and shops.
        waivers: Findings of the check that may stand.
    """

    noun: ClassVar[str] = "site"

    site: Id
    title: Text
    handbook: HandbookName
    layers: tuple[Outcome, ...] = ()
    timezone: ZoneName
    language: Literal["en", "zh"] = "en"
    settings: dict[Outcome, Value] = attrs.field(factory=dict)
    calendar: CalendarShape = CalendarShape()
    rule_engine: EngineName | None = None
    seed: SeedName | None = None
    duties: dict[Id, OwnDutyShape] = attrs.field(factory=dict)
    office_hours: dict[Days, tuple[Hours, ...]] = attrs.field(factory=dict)
    shifts: dict[Id, Hours] = attrs.field(factory=dict)
    people: tuple[PersonShape, ...] = ()
    roster: tuple[RosterShape, ...] = ()
    books: dict[Outcome, CsvName] = attrs.field(factory=dict)
    units: CsvName | None = None
    waivers: tuple[WaiverShape, ...] = ()
