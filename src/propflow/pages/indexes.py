"""
The lists by which something is found: by office, by role, by rhythm, by record, by figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from propflow.calendar import Duty
from propflow.draw.words import clean, humane
from propflow.pages.book import Book, Link, chart_order
from propflow.pages.parts import Owed, field_name, owed, stands, takes
from propflow.pages.rhythms import by_rhythm
from propflow.pages.steps import numbers_of
from propflow.procedures import Work
from propflow.sites import Role


@attrs.frozen(kw_only=True)
class Capacity:
    """
    A role, and all that it has to do.

    Attributes:
        link: The role.
        anchor: The word by which it is found.
        above: The role that it reports to.
        held: Who has it.
        posts: Posts whose people have it.
        part: Procedures in which it has something to do.
        owed: Duties that it owes.
    """

    link: Link
    anchor: str
    above: Link | None
    held: str
    posts: tuple[Link, ...]
    part: tuple[Link, ...]
    owed: tuple[Owed, ...]


@attrs.frozen(kw_only=True)
class Department:
    """
    An office with its roles and what they take part in.

    Attributes:
        words: What it is called.
        anchor: The word by which it is found.
        roles: Its roles.
        part: Procedures in which one of them has something to do.
        owed: Duties that one of them owes.
    """

    words: str
    anchor: str
    roles: tuple[Capacity, ...]
    part: tuple[Link, ...]
    owed: tuple[Owed, ...]


@attrs.frozen(kw_only=True)
class Group:
    """
    Things under a heading.

    Attributes:
        words: The heading.
        links: The things.
    """

    words: str
    links: tuple[Link, ...]


def capacity(book: Book, role: Role) -> Capacity:
    """
    A role, and all that it has to do.
    """
    site = book.site
    posts = tuple(post for post in site.posts.values() if post.role == role.id)
    held = [
        book.text(person.name) or clean(person.id)
        for person in site.people.values()
        if role.id in person.roles
    ]
    if any(site.staffed(post.id) for post in posts):
        held.append(book.word("by-roster"))
    return Capacity(
        link=book.link("role", role.id),
        anchor=_inside(book, "role", role.id),
        above=book.link("role", role.reports_to) if role.reports_to else None,
        held=book.word("comma").join(held) or (book.word("nobody") if site.people else ""),
        posts=tuple(book.link("post", post.id) for post in posts),
        part=tuple(book.link("procedure", name) for name in book.part_of.get(role.id, ())),
        owed=tuple(owed(book, duty) for duty in site.duties if role.id in duty.by),
    )


def departments(book: Book) -> tuple[Department, ...]:
    """
    The offices in the handbook's order; roles that belong to none come last.
    """
    site = book.site
    known = [*site.offices, ""]
    roles: dict[str, list[Role]] = {name: [] for name in known}
    for role in site.roles.values():
        office = role.office or ""
        roles[office if office in site.offices else ""].append(role)
    return tuple(
        Department(
            words=book.link("office", name).words if name else book.word("otherwise"),
            anchor=_inside(book, "office", name),
            roles=tuple(capacity(book, role) for role in found),
            part=_part(book, found),
            owed=_owed(book, found),
        )
        for name, found in roles.items()
        if found
    )


def rhythms(book: Book, duties: Iterable[Duty]) -> tuple[tuple[str, tuple[Owed, ...]], ...]:
    """
    Duties by how often they come round: the heading, and the duties.
    """
    return tuple(
        (
            book.word(often),
            tuple(owed(book, duty, anchor=_inside(book, "duty", duty.id)) for duty in found),
        )
        for often, found in by_rhythm(book.site, duties).items()
    )


def contents(book: Book) -> tuple[Group, ...]:
    """
    All that has a page: procedures, decisions, posts and rulebooks.
    """
    site = book.site
    tables = sorted(site.tables.values(), key=lambda one: chart_order(one.chart))
    books = sorted(site.rulebooks.values(), key=lambda one: chart_order(one.book.chart))
    named = (
        ("procedures", "procedure", ((one.id, one.chart) for one in book.procedures)),
        ("posts", "post", ((one.id, one.chart) for one in site.posts.values())),
        ("decisions", "decision", ((one.id, one.chart) for one in tables)),
        ("rulebooks", "rulebook", ((one.book.id, one.book.chart) for one in books)),
    )
    return tuple(
        Group(
            words=book.word(heading),
            links=tuple(book.link(kind, name, clean(chart)) for name, chart in found),
        )
        for heading, kind, found in named
    )


@attrs.frozen(kw_only=True)
class Form:
    """
    A form.

    Attributes:
        anchor: The word by which it is found.
        words: What it is called.
        filled: The steps and duties that fill it in.
        by: Who fills it in, where that is not whoever does the step.
        signed: Who signs it.
        fields: What is written on it: name, what it can be, and ``yes`` where it may be left out.
    """

    anchor: str
    words: str
    filled: tuple[Link, ...]
    by: tuple[Link, ...]
    signed: tuple[Link, ...]
    fields: tuple[tuple[str, str, str], ...]


def records(book: Book) -> Iterator[Form]:
    """
    Each form, what is written on it, and where it is filled in.
    """
    site = book.site
    found: dict[str, list[Link]] = {name: [] for name in site.records}
    for procedure in book.procedures:
        graph = site.graph(procedure.id)
        numbers = numbers_of(graph, book.names(procedure.id))
        at: dict[str, list[int]] = {}
        for step in graph.steps:
            if isinstance(step, Work) and step.fills:
                at.setdefault(step.fills, []).append(numbers[step.id])
        for name, steps in at.items():
            said = book.word("comma").join(map(str, sorted(steps)))
            found.setdefault(name, []).append(book.link("procedure", procedure.id, said))
    for duty in site.duties:
        if duty.fills:
            found.setdefault(duty.fills, []).append(book.link("duty", duty.id))
    for name, links in found.items():
        record = site.records.get(name)
        yield Form(
            anchor=_inside(book, "record", name),
            words=book.link("record", name).words,
            filled=tuple(links),
            by=() if record is None else _parties(book, record.filled_by),
            signed=() if record is None else _parties(book, record.signed_by),
            fields=()
            if record is None
            else tuple(
                (field_name(book, field), takes(book, field), "no" if field.required else "yes")
                for field in record.fields
            ),
        )


def people(book: Book) -> Iterator[tuple[str, tuple[Link, ...]]]:
    """
    Who works on the site: the name and the roles.
    """
    for person in book.site.people.values():
        name = book.text(person.name) or clean(person.id)
        yield name, tuple(book.link("role", role) for role in person.roles)


def roster(book: Book) -> Iterator[tuple[Link, tuple[tuple[str, str, str, str], ...]]]:
    """
    Each post that the roster speaks of, and who is on it when.
    """
    for post in book.site.posts:
        found = tuple(stands(book, post))
        if found:
            yield book.link("post", post), found


def settings(book: Book) -> Iterator[tuple[str, str, str, str]]:
    """
    Each figure that a site may set: what it is, its value here, the usual one, its support.

    The usual one is left out where the site keeps it.
    """
    for name, one in book.site.declared.items():
        here = book.site.settings.get(name, one.value)
        usual = book.value(one.value, one.field)
        yield (
            book.text(one.field.label) or clean(humane(name)),
            book.value(here, one.field),
            "" if here == one.value else usual,
            clean(one.support),
        )


def days_off(book: Book) -> tuple[str, tuple[tuple[str, str], ...], str]:
    """
    The days of the week that are free, the holidays by name, and days worked all the same.

    Of a calendar that goes back many years the last two.
    """
    from propflow.calendar.words import say_weekdays

    working = book.site.working
    named: dict[str, list[str]] = {}
    since = max((day.year for day, _ in working.holidays), default=0) - 1
    for day, label in working.holidays:
        if day.year >= since:
            named.setdefault(book.text(label), []).append(day.isoformat())
    return (
        say_weekdays(sorted(working.weekend), book.language),
        tuple((name, book.word("comma").join(days)) for name, days in named.items()),
        book.word("comma").join(
            day.isoformat() for day in sorted(working.working) if day.year >= since
        ),
    )


def _parties(book: Book, names: Iterable[str]) -> tuple[Link, ...]:
    # Those who sign need not work here: an owner, a supplier.
    return tuple(
        book.link("role", name) if name in book.site.roles else Link(book.party(name))
        for name in names
    )


def _part(book: Book, roles: Iterable[Role]) -> tuple[Link, ...]:
    taken = {name for role in roles for name in book.part_of.get(role.id, ())}
    return tuple(book.link("procedure", one.id) for one in book.procedures if one.id in taken)


def _owed(book: Book, roles: Iterable[Role]) -> tuple[Owed, ...]:
    names = {role.id for role in roles}
    return tuple(owed(book, duty) for duty in book.site.duties if names.intersection(duty.by))


def _inside(book: Book, kind: str, name: str) -> str:
    """
    The word by which a thing is found on its page.
    """
    return book.target(kind, name).partition("#")[2]
