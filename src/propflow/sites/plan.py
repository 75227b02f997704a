"""
A site's agenda: what falls due, whose it is, and the same for one post, person or office.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from propflow.calendar import Duty, Occurrence, agenda
from propflow.errors import UnknownNameError
from propflow.sites.site import Site


def site_agenda(
    site: Site,
    start: datetime,
    end: datetime,
    *,
    duty: str = "",
    post: str = "",
    office: str = "",
    person: str = "",
) -> Iterator[Occurrence]:
    """
    What falls due on a site from *start* until before *end*, lazily and in the order of time.

    Args:
        site: The site.
        start: Aware; itself included.
        end: Aware; itself not included.
        duty: Only this duty.
        post: Only what this post owes.
        office: Only what roles of this office owe.
        person: Only what this person may do when it falls due, by role or by roster.

    Raises:
        UnknownNameError: There is no such duty, post, office or person.
        AgendaError: As with `agenda`.
    """
    duties = chosen(site, duty=duty, post=post, office=office)
    if person:
        site.person(person)
    found = agenda(
        duties,
        start,
        end,
        zone=site.zone,
        working=site.working,
        ground=site.ground(),
        others=site.duties,
    )
    if not person:
        return found
    return (one for one in found if site.roles_of(person, one.due).intersection(one.duty.by))


def chosen(site: Site, *, duty: str = "", post: str = "", office: str = "") -> tuple[Duty, ...]:
    """
    The duties of a site that are meant.

    Raises:
        UnknownNameError: There is no such duty, post or office.
    """
    for kind, name, known in (
        ("duty", duty, tuple(one.id for one in site.duties)),
        ("post", post, tuple(site.posts)),
        ("office", office, tuple(site.offices)),
    ):
        if name and name not in known:
            raise UnknownNameError(kind, name, known)
    return tuple(
        one
        for one in site.duties
        if duty in ("", one.id) and post in ("", one.post) and _is_of(site, office, one.by)
    )


def owners(site: Site, one: Occurrence) -> tuple[str, ...]:
    """
    The people who may do a duty when it falls due, in the order in which the site lists them.
    """
    found = {person for role in one.duty.by for person in site.holders(role, one.due)}
    return tuple(person for person in site.people if person in found)


def load(
    occurrences: Iterable[Occurrence], site: Site, *, language: str = ""
) -> dict[str, list[int]]:
    """
    How many calls each post has in each of the 24 hours of the day; roles where there is no post.

    Returns:
        For each by its label 24 numbers, in the order in which they first have a call.
    """
    found: dict[str, list[int]] = {}
    for one in occurrences:
        post = site.posts.get(one.duty.post or "")
        name = (
            site.role_name(one.duty.by[0], language)
            if post is None
            else post.title.to(language or site.language)
        )
        found.setdefault(name, [0] * 24)[one.due.hour] += 1
    return found


def _is_of(site: Site, office: str, roles: tuple[str, ...]) -> bool:
    return not office or any(site.role(role).office == office for role in roles)
