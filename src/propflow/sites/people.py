"""
Who works on a site: people, shifts, and who is on which post in which shift.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo

import attrs

from propflow.calendar.clock import instant, moment
from propflow.errors import Place
from propflow.text import Text


@attrs.frozen(kw_only=True)
class Person:
    """
    Somebody who works on the site.

    Attributes:
        id: Name by which the files know the person.
        name: What people call the person.
        roles: The roles that the person always has.
        place: Where it is written.
    """

    id: str
    name: Text = Text()
    roles: tuple[str, ...] = ()
    place: Place | None = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen(kw_only=True)
class Shift:
    """
    Hours in which people are on their posts, each day anew, by the clock on the wall.

    Attributes:
        id: Name of the shift.
        start: When it begins, itself included.
        end: When it ends, itself not included. Earlier than *start* means the next morning;
            the same means the whole day.
        place: Where it is written.
    """

    id: str
    start: time
    end: time
    place: Place | None = attrs.field(default=None, eq=False, repr=False)

    def covers(self, local: datetime) -> bool:
        """
        Whether a local moment lies in it.
        """
        clock = local.time()
        if self.start < self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end

    def began(self, local: datetime) -> date:
        """
        The day on which the shift began that a local moment lies in.
        """
        day = local.date()
        return day - timedelta(days=1) if self.end <= self.start > local.time() else day

    def hours(self, day: date, zone: tzinfo) -> tuple[datetime, datetime]:
        """
        From when to when it is held on a day. What a clock change skips is the moment after.
        """
        start, end = (at.hour * 60 + at.minute for at in (self.start, self.end))
        if end <= start:
            end += 1440
        return moment(instant(day, start, zone), zone), moment(instant(day, end, zone), zone)


@attrs.frozen(kw_only=True)
class Stand:
    """
    People who are on a post from one moment to another.

    Attributes:
        shift: Name of the shift.
        people: Those who are on it.
        start: Local moment at which it begins.
        end: Local moment at which it ends.
    """

    shift: str
    people: tuple[str, ...]
    start: datetime
    end: datetime

    def within(self, start: datetime, end: datetime) -> Stand:
        """
        What of it lies between two moments.
        """
        return attrs.evolve(
            self,
            start=max(self.start, start, key=lambda when: when.astimezone(UTC)),
            end=min(self.end, end, key=lambda when: when.astimezone(UTC)),
        )


@attrs.frozen(kw_only=True)
class Rostered:
    """
    One line of the roster.

    Attributes:
        post: The post.
        shift: The shift.
        people: Those who are on it.
        days: Days of the week on which the shift begins, Monday 0; all of them where none is named.
        turn: Length of a cycle in days, from its first day, and the days of it that are theirs,
            counted from 1; nothing where every day is.
        place: Where it is written.
    """

    post: str
    shift: str
    people: tuple[str, ...]
    days: tuple[int, ...] = ()
    turn: tuple[int, date, tuple[int, ...]] | None = None
    place: Place | None = attrs.field(default=None, eq=False, repr=False)

    def on(self, day: date) -> bool:
        """
        Whether the line holds for the shift that begins on a day.
        """
        if self.days and day.weekday() not in self.days:
            return False
        if self.turn is None:
            return True
        length, first, own = self.turn
        return day >= first and (day - first).days % length + 1 in own
