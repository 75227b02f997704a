"""
Who has which roles now, asked at every step: looked up once, and kept for as long as it holds.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from propflow.sites import Site

_MINUTE = timedelta(minutes=1)
_START = datetime.min.replace(tzinfo=UTC)
_END = datetime.max.replace(tzinfo=UTC)


class Authority:
    """
    The roles of a site's people, kept at hand.

    Args:
        site: Whose people, posts and roster.

    Roles that come from no roster hold as long as the site does. Shifts begin and end on the
    minute, so that what the roster says holds until the minute is over; where one does not, it
    is looked up each time.
    """

    def __init__(self, site: Site) -> None:
        self.site = site
        self._rostered = frozenset(who for line in site.roster for who in line.people)
        times = [at for shift in site.shifts.values() for at in (shift.start, shift.end)]
        self._keeps = not any(at.second or at.microsecond for at in times)
        self._held: dict[str, tuple[datetime, datetime, frozenset[str]]] = {}

    def roles(self, person: str, now: datetime) -> frozenset[str]:
        """
        The roles that a person has at a moment.

        Args:
            person: Id of the person.
            now: In UTC.

        Raises:
            UnknownNameError: There is no such person.
        """
        held = self._held.get(person)
        if held is not None and held[0] <= now < held[1]:
            return held[2]
        roles = self.site.roles_of(person, now)
        if person not in self._rostered:
            self._held[person] = _START, _END, roles
        elif self._keeps:
            start = now.replace(second=0, microsecond=0)
            self._held[person] = start, start + _MINUTE, roles
        return roles
