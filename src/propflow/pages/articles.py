"""
The articles of a handbook: what stands on a page below its title, as HTML.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import attrs
from markupsafe import Markup

from propflow.pages import indexes
from propflow.pages.book import Book, anchor
from propflow.pages.chart import chart
from propflow.pages.html import fill
from propflow.pages.parts import charter, grid, watch


@attrs.frozen(kw_only=True)
class Article:
    """
    What a page says below its title.

    Attributes:
        kind: ``procedure``, ``decision``, ``post``, ``rulebook``, or the name of a list.
        id: Name of the thing; of a list, the name of the list.
        chart: Number of the source chart, where it has one.
        title: What stands above.
        body: What stands below, as HTML.
    """

    kind: str
    id: str
    chart: str = ""
    title: str
    body: Markup

    @property
    def anchor(self) -> str:
        """
        The word by which it is found.
        """
        return anchor(self.kind, self.id)


#: The lists, in the order in which a reader meets them.
LISTS = ("offices", "roles", "duties", "records", "people", "settings")


def articles(book: Book, *, level: int = 2) -> Iterator[Article]:
    """
    An article for each procedure, post, decision and rulebook.

    Args:
        book: The handbook, in one language.
        level: Level of the headings within an article: 2 below a title that is an ``h1``.
    """
    site = book.site
    for procedure in book.procedures:
        yield _set("procedure", procedure.id, procedure.chart, book, chart(book, procedure), level)
    for post in site.posts.values():
        yield _set("post", post.id, post.chart, book, charter(book, post), level)
    for table in site.tables.values():
        yield _set("decision", table.id, table.chart, book, grid(book, table), level)
    for name, escalation in site.rulebooks.items():
        yield _set("rulebook", name, escalation.book.chart, book, watch(book, escalation), level)


def _set(kind: str, name: str, number: str, book: Book, view: object, level: int) -> Article:
    return Article(
        kind=kind,
        id=name,
        chart=number,
        title=book.link(kind, name).words,
        body=fill(f"{kind}.html", book=book, view=view, level=level),
    )


def lists(book: Book, *, level: int = 2, wanted: tuple[str, ...] = LISTS) -> Iterator[Article]:
    """
    The lists by which something is found. Those of which the site has nothing are left out.
    """
    site = book.site
    made: Mapping[str, Callable[[], object]] = {
        "offices": lambda: indexes.departments(book),
        "roles": lambda: [
            one for department in indexes.departments(book) for one in department.roles
        ],
        "duties": lambda: indexes.rhythms(book, site.duties),
        "records": lambda: [*indexes.records(book)],
        "people": lambda: (
            {
                "people": [*indexes.people(book)],
                "roster": [*indexes.roster(book)],
                "days": indexes.days_off(book),
            }
            if site.people
            else None
        ),
        "settings": lambda: [*indexes.settings(book)],
    }
    for name in wanted:
        view = made[name]()
        if view:
            body = fill(f"{name}.html", book=book, view=view, level=level)
            yield Article(kind="list", id=name, title=book.word(name), body=body)
