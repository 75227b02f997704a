"""
The shipped handbook as pages of this documentation: one for each chart, and lists to find them by.

Written when the pages are built, so that they never say anything but what the handbook says.
Nothing is made anew where neither the handbook nor propflow has changed, and a file that would say
the same is not written, so that Sphinx has little to do.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import attrs

from propflow import Plugins, load_site
from propflow.pages import Article, Book, articles, lists
from propflow.pages.book import Link, anchor, chart_order
from propflow.pages.html import fill, style
from propflow.pages.indexes import Group, contents
from propflow.sites import Site
from propflow.text import LANGUAGES

_LISTED = {"role": "roles", "office": "offices", "duty": "duties", "record": "records"}

# A hundred pages more in the list beside every page would make each of them slow to build.
_ORPHAN = ":orphan:"

#: Not on these pages: who works on a site.
_LISTS = ("offices", "roles", "duties", "records", "settings")

_SAID = {
    "en": ("The handbook, chart by chart", "Chart {}", "All that the source draws or names."),
    "zh": ("手册（中文）", "原图{}", "原资料画出或提到的全部内容。"),
}

#: On a dark page the marks are light; the pictures stay as they are printed.
_DARK_COLOURS = (
    "--line: #47515b; --soft: #252b31; --quiet: #a6b1bb; "
    "--warn: #ffb4a6; --warn-soft: #3a211d; --mark: #f0c070;"
)
_DARK = f"""
body[data-theme="dark"] .handbook {{ {_DARK_COLOURS} }}
@media (prefers-color-scheme: dark) {{
  body:not([data-theme="light"]) .handbook {{ {_DARK_COLOURS} }}
}}
"""


def shipped() -> Site:
    """
    The shipped handbook, as a site has it that changes nothing and names nobody.
    """
    words = "site: handbook\ntitle: {en: Handbook, zh: 手册}\nhandbook: property\ntimezone: UTC\n"
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "site.yaml").write_text(words, encoding="utf-8")
        return load_site(Path(folder), Plugins().handbooks)


@attrs.frozen
class _Places:
    """
    On which page each thing of a site stands.
    """

    charts: Mapping[tuple[str, str], str]

    def __call__(self, kind: str, name: str) -> str:
        if kind in _LISTED:
            return f"{_LISTED[kind]}.html#{anchor(kind, name)}"
        if kind == "picture":
            return ""
        chart = self.charts.get((kind, name), "")
        return f"{page_of(chart)}.html#{anchor(kind, name)}"


def page_of(chart: str) -> str:
    """
    Name of the page of a chart.
    """
    return f"chart-{chart.lower()}" if chart else "no-chart"


def pages(site: Site, language: str) -> Iterator[tuple[str, str]]:
    """
    Each page of a language: its name, and its text as reStructuredText.
    """
    site_charts = {("procedure", one.id): one.chart for one in site.procedures.values()}
    site_charts |= {("post", one.id): one.chart for one in site.posts.values()}
    site_charts |= {("decision", one.id): one.chart for one in site.tables.values()}
    site_charts |= {("rulebook", name): e.book.chart for name, e in site.rulebooks.items()}
    book = Book(site=site, language=language, target=_Places(site_charts), detail="formal")
    by_chart: dict[str, list[Article]] = {}
    for article in articles(book, level=3):
        by_chart.setdefault(article.chart, []).append(article)
    title, heading, lead = _SAID[language]
    yield "index", "\n".join([*_title(title, "="), lead, "", *_raw(_contents(book), language)])
    for chart in sorted(by_chart, key=chart_order):
        found = by_chart[chart]
        head = heading.format(chart) if chart else book.word("otherwise")
        lines = [_ORPHAN, *_title(f"{head}: {found[0].title}", "=")]
        for article in found:
            lines += [*_title(article.title, "-"), *_raw(article, language)]
        yield page_of(chart), "\n".join(lines)
    for article in lists(book, wanted=_LISTS):
        lines = [_ORPHAN, *_title(article.title, "="), *_raw(article, language)]
        yield article.id, "\n".join(lines)


def _contents(book: Book) -> Article:
    """
    Links to all of it.
    """
    named = tuple(Link(book.word(name), f"{name}.html") for name in _LISTS)
    groups = (Group(words=book.word("contents"), links=named), *contents(book))
    body = fill("contents.html", book=book, view=groups, level=2)
    return Article(kind="list", id="contents", title="", body=body)


def _title(words: str, rule: str) -> list[str]:
    # Twice as long as the words: letters of Chinese are two columns wide.
    return ["", re.sub(r"([\\*`|_:<>\[\]])", r"\\\1", words), rule * (2 * len(words) + 8), ""]


def _raw(article: Article, language: str) -> list[str]:
    body = f'<div class="handbook" lang="{language}" id="{article.anchor}">\n{article.body}\n</div>'
    inside = [f"   {line}" if line.strip() else "" for line in body.splitlines()]
    return [".. raw:: html", "", *inside, ""]


def write(folder: Path) -> None:
    """
    Write all pages and their style into the folder of these pages.
    """
    stamp, now = folder / "reference" / "charts" / "stamp", _made_from(folder)
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == now:
        return
    site = shipped()
    wanted = {
        folder / "reference" / "charts" / language / f"{name}.rst": text
        for language in LANGUAGES
        for name, text in pages(site, language)
    }
    wanted[folder / "_static" / "charts.css"] = style("articles.css") + _DARK
    for old in (folder / "reference" / "charts").rglob("*.rst"):
        if old not in wanted:
            old.unlink()
    for file, text in wanted.items():
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    stamp.write_text(now, encoding="utf-8")


def _made_from(folder: Path) -> str:
    """
    A word that changes whenever anything does that these pages are made from.
    """
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for file in sorted((folder.parent / "src" / "propflow").rglob("*.*")):
        if file.is_file() and file.suffix != ".pyc":
            digest.update(f"{file}\0".encode() + file.read_bytes())
    return digest.hexdigest()
