"""
The staff handbook of a site: HTML that needs nothing but itself, on the screen and on paper.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import attrs

from propflow.draw.words import clean
from propflow.pages import indexes
from propflow.pages.articles import LISTS, Article, articles, lists
from propflow.pages.book import Book, anchor
from propflow.pages.chart import picture
from propflow.pages.html import fill, style
from propflow.pages.words import word
from propflow.sites import Site
from propflow.text import LANGUAGES

#: What the first page of a handbook says of itself, by which an older one is known.
MADE_BY = '<meta name="generator" content="propflow">'

#: On which page each of the things stands that have none of their own.
_LISTED = {"role": "roles", "office": "offices", "duty": "duties", "record": "records"}


def page_of(kind: str, name: str) -> str:
    """
    Where a thing stands in the folder of a language: ``roles.html#role-cashier``.
    """
    if kind in _LISTED:
        return f"{_LISTED[kind]}.html#{anchor(kind, name)}"
    if kind == "list":
        return f"{name}.html"
    return f"{anchor(kind, name)}.{'svg' if kind == 'picture' else 'html'}"


def _spot(kind: str, name: str) -> str:
    """
    Where a thing stands where everything is on one page.
    """
    return page_of(kind, name) if kind == "picture" else f"#{anchor(kind, name)}"


@attrs.frozen(kw_only=True)
class Edition:
    """
    The pages of one language, before they are set.

    Attributes:
        language: Code of the language.
        site: What the site is called.
        own: An article for each thing of the handbook.
        lists: The lists.
        whole: The same articles, with links within one page.
        pictures: For each procedure its picture.
    """

    language: str
    site: str
    own: tuple[Article, ...]
    lists: tuple[Article, ...]
    whole: tuple[Article, ...]
    pictures: tuple[tuple[str, str], ...]


def edition(site: Site, language: str) -> Edition:
    """
    All that the handbook of a site says in one language.
    """
    book = Book(site=site, language=language, target=page_of)
    one = attrs.evolve(book, target=_spot)
    start = Article(
        kind="list",
        id="index",
        title=book.word("handbook"),
        body=fill("contents.html", book=book, view=indexes.contents(book), level=2),
    )
    first = attrs.evolve(
        start, body=fill("contents.html", book=one, view=indexes.contents(one), level=2)
    )
    return Edition(
        language=language,
        site=clean(site.title.to(language)) or site.id,
        own=tuple(articles(book)),
        lists=(start, *lists(book)),
        whole=(first, *lists(one), *articles(one)),
        pictures=tuple(
            (page_of("picture", procedure.id), picture(book, procedure).svg)
            for procedure in book.procedures
        ),
    )


def staff_handbook(site: Site, *, languages: Sequence[str] = LANGUAGES) -> dict[str, str]:
    """
    The handbook of a site for the people who work there.

    Every page has its style in it, no script and nothing from outside; all that the site's files
    say is escaped. The same site gives the same pages, to the last letter; what is printed at
    the foot of each changes with anything that they say.

    Args:
        site: The site.
        languages: Codes of the languages; each gets a folder.

    Returns:
        For each file, by its path in the handbook's folder, its text.
    """
    editions = [edition(site, language) for language in languages]
    stamp = _stamp(editions)
    looks = style("articles.css", "page.css")
    files: dict[str, str] = {}
    cover = []
    for one in editions:
        said = word(one.language, "edition", version=site.version, stamp=stamp)
        other = next((code for code in languages if code != one.language), "")
        for name, article in _pages(one):
            files[f"{one.language}/{name}"] = fill(
                "page.html",
                lang=one.language,
                title=article.title,
                site=one.site,
                body=article.body,
                edition=said,
                style=looks,
                nav=_nav(one, name, other),
                other=f"../{other}/{name}",
                other_lang=other,
            )
        files |= {f"{one.language}/{name}": drawn for name, drawn in one.pictures}
        cover.append(
            {
                "lang": one.language,
                "site": one.site,
                "title": word(one.language, "handbook"),
                "href": f"{one.language}/index.html",
                "edition": said,
            }
        )
    files["index.html"] = fill("cover.html", pages=cover, style=looks)
    return {name: str(text) for name, text in files.items()}


def _pages(one: Edition) -> list[tuple[str, Article]]:
    found = [(page_of(article.kind, article.id), article) for article in (*one.lists, *one.own)]
    body = fill("whole.html", parts=one.whole)
    title = word(one.language, "handbook")
    return [*found, ("whole.html", Article(kind="list", id="whole", title=title, body=body))]


def _nav(one: Edition, name: str, other: str) -> list[tuple[str, str]]:
    language = one.language
    there = {article.id for article in one.lists}
    found = [(word(language, "contents"), "index.html")]
    found += [(word(language, key), f"{key}.html") for key in LISTS if key in there]
    found.append((word(language, "whole"), "whole.html"))
    if other:
        found.append((word(language, "other"), f"../{other}/{name}"))
    return found


def _stamp(editions: Sequence[Edition]) -> str:
    """
    A few letters that change whenever anything in the handbook does.
    """
    digest = hashlib.sha256()
    for one in editions:
        for article in (*one.lists, *one.own):
            digest.update(f"{one.site}\0{article.title}\0{article.body}\0".encode())
    return digest.hexdigest()[:8]
