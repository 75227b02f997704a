"""
Who works on a site: people, shifts, and who is on which post in which shift.
"""

from __future__ import annotations

from datetime import datetime, time

import attrs

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

    def covers(self, moment: datetime) -> bool:
        """
        Whether a local moment lies in it.
        """
        clock = moment.time()
        if self.start < self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end


@attrs.frozen(kw_only=True)
class Rostered:
    """
    One line of the roster.

    Attributes:
        post: The post.
        shift: The shift.
        people: Those who are on it.
        place: Where it is written.
    """

    post: str
    shift: str
    people: tuple[str, ...]
    place: Place | None = attrs.field(default=None, eq=False, repr=False)
