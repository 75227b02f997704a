"""
A page as a reader's program sees it.
"""

from __future__ import annotations

from html.parser import HTMLParser

import attrs


@attrs.define
class Read:
    """
    What matters of a page.

    Attributes:
        words: All that is read, without tags.
        tags: Every tag with its attributes.
        ids: Every name of a place on it.
        links: Every address that it leads to, or takes something from.
    """

    words: str = ""
    tags: list[tuple[str, dict[str, str]]] = attrs.field(factory=list)
    ids: list[str] = attrs.field(factory=list)
    links: list[str] = attrs.field(factory=list)


class _Reader(HTMLParser):
    def __init__(self, found: Read) -> None:
        super().__init__(convert_charrefs=True)
        self.found = found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.found.tags.append((tag, given))
        if "id" in given:
            self.found.ids.append(given["id"])
        for name in ("href", "src", "xlink:href", "data", "action", "srcset", "poster"):
            if name in given:
                self.found.links.append(given[name])

    def handle_data(self, data: str) -> None:
        self.found.words += data


def read(page: str) -> Read:
    """
    Read a page.
    """
    found = Read()
    reader = _Reader(found)
    reader.feed(page)
    reader.close()
    return found
