"""
Tables of what each kind of file takes, made from the classes that read it.

On a page, what stands between ``<!-- keys: NAME -->`` and ``<!-- end -->`` is such a table.
``python -m tests.docs.pages PAGE`` writes it anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from propflow.sites.convert import Part, kind_of, parts_of, without_none
from propflow.sites.files import KINDS
from propflow.sites.items import SPOTS, VERBS, Boxed, Item, Labelled, Raw, Shape, Spot
from propflow.sites.kinds import Length, Limit
from propflow.sites.schema import docs_of
from propflow.sites.tailoring.shapes import OPERATIONS, Operation
from propflow.text import LANGUAGES, Text

#: What a reader calls some kinds of word, and some of many.
WORDS = {"sentence": "text", "outcome": "word"}
PLURALS = {
    "box": "boxes",
    "duty": "duties",
    "person": "people",
    "line of the roster": "lines of the roster",
}

TABLE = re.compile(r"(<!-- keys: ([\w -]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def shapes() -> dict[str, type[Shape]]:
    """
    Every class of the files under the name that the page has for it.

    Files come first, then steps by their verb, then whatever those are made of.
    """
    found = {f"{kind} file": shape for kind, shape in KINDS.items()}
    found |= {f"step {verb}": shape for verb, shape in {**SPOTS, **VERBS}.items()}
    found |= {f"change {verb}": shape for verb, shape in OPERATIONS.items()}
    found["part any entry"] = Boxed
    met = set(found.values()) | {Item, Spot, Labelled, Operation, Shape}
    queue = list(found.values())
    for shape in queue:
        for part in parts_of(shape):
            for inner in _inner(part.type):
                if inner not in met:
                    met.add(inner)
                    found[f"part {inner.noun}"] = inner
                    queue.append(inner)
    return found


def refreshed(text: str) -> str:
    """
    The text of a page with its tables of keys as they are now.

    Raises:
        ValueError: There is no shape of such a name.
    """
    known = shapes()

    def table(match: re.Match[str]) -> str:
        if match[2] not in known:
            raise ValueError(f"no file or step is called {match[2]!r}: {', '.join(known)}.")
        return match[1] + "\n".join(_rows(known[match[2]])) + "\n" + match[3]

    return TABLE.sub(table, text)


def _inner(type_: Any) -> Iterator[type[Shape]]:
    if isinstance(type_, type) and issubclass(type_, Shape):
        yield type_
    elif kind_of(type_) is None:
        for part in get_args(type_):
            yield from _inner(part)


def _rows(shape: type[Shape]) -> Iterator[str]:
    docs = docs_of(shape)
    shared = {part.key for part in parts_of(Boxed)}
    short = issubclass(shape, Boxed) and shape is not Boxed
    yield "| key | takes | what for |"
    yield "|---|---|---|"
    for part in parts_of(shape):
        if short and part.key in shared:
            continue
        key = f"*any other {part.rest}*" if part.rest else f"`{part.key}`"
        key += " (required)" if part.required else ""
        yield f"| {key} | {_takes(part)} | {docs.get(part.attr, '')} |"
    if short:
        keys = ", ".join(f"`{key}`" for key in (part.key for part in parts_of(Boxed)))
        yield f"| {keys} | | see [what any entry may say](#what-any-entry-may-say) |"


def _takes(part: Part) -> str:
    type_ = get_args(part.type)[1] if part.rest else part.type
    return _says(type_, one="yes")


def _says(type_: Any, *, one: str) -> str:
    kind = kind_of(type_)
    if kind is not None:
        return _noun(WORDS.get(kind.name, kind.name), one=one)
    if type_ is Raw:
        return "what it takes there"
    if type_ is Length:
        return "duration, or `setting NAME`"
    if type_ is Limit:
        return "duration on the clock or in working time, or `setting NAME`"
    if type_ is Text:
        return " and ".join(f"`{code}`" for code in LANGUAGES)
    if isinstance(type_, type) and issubclass(type_, Shape):
        return _noun({Labelled: "label"}.get(type_, type_.noun), one=one)
    return _composed(type_, one=one)


def _noun(noun: str, *, one: str) -> str:
    return PLURALS.get(noun, noun + "s") if one == "no" else noun


def _composed(type_: Any, *, one: str) -> str:
    origin, inner = get_origin(type_), get_args(type_)
    if origin is Literal:
        return " or ".join(f"`{word}`" for word in inner)
    if origin is tuple:
        many = _says(inner[0], one="no")
        if kind_of(inner[0]) is None:
            return f"list of {many}"
        return f"{_says(inner[0], one='yes')}, or a list of {many}"
    if origin is dict:
        return f"{_says(inner[0], one='yes')}: {_says(inner[1], one='yes')}"
    if origin in (Union, UnionType):
        return "; or ".join(_says(choice, one=one) for choice in without_none(type_))
    raise TypeError(type_)
