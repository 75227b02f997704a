"""
How wide words are, and where their lines break, in Latin and in Chinese writing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator

_NARROW = frozenset("iljtfrI.,;:'|!()[]{}/\\`\"-· ")
_BROAD = frozenset("mwMW@%&—…")

#: What may not begin a line, and what may not end one, in Chinese typesetting.
_NOT_FIRST = frozenset(",.;:!?)]}，。、；：！？）》」』】”’…")
_NOT_LAST = frozenset("([{（《「『【“‘")


def columns(text: str) -> int:
    """
    Width of words on a terminal: two columns for a wide character, none for a combining one.
    """
    return sum(_columns(char) for char in text)


def pixels(text: str, size: float) -> float:
    """
    Width of words in a proportional sans-serif font of *size*, estimated on the safe side.
    """
    return size * sum(_em(char) for char in text)


def wrap(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """
    Break words into lines no wider than *width* by *measure*; one line at least.

    Chinese breaks between any two characters, but for punctuation that clings to its
    neighbour. A word wider than a line is cut.
    """
    lines: list[str] = []
    line = ""
    for part in _parts(text):
        if not line or measure((line + part).rstrip()) <= width:
            line += part if line else part.lstrip()
        else:
            lines.append(line.rstrip())
            line = part.lstrip()
        while measure(line.rstrip()) > width and len(line) > 1:
            cut = _cut(line, width, measure)
            lines.append(line[:cut].rstrip())
            line = line[cut:].lstrip()
    return [*lines, line.rstrip()] if line or not lines else lines


def _cut(line: str, width: float, measure: Callable[[str], float]) -> int:
    cut = 1
    while cut < len(line) and measure(line[: cut + 1]) <= width:
        cut += 1
    return cut


def _parts(text: str) -> Iterator[str]:
    """
    The pieces between which a line may break, spaces at their front.
    """
    part = ""
    for char in text:
        if part and _breaks(part[-1], char):
            yield part
            part = ""
        part += char
    if part:
        yield part


def _breaks(before: str, after: str) -> bool:
    if after == " ":
        return before != " "
    if before == " " or after in _NOT_FIRST or before in _NOT_LAST:
        return False
    return _wide(before) or _wide(after)


def _wide(char: str) -> bool:
    return char > "\u1100" and unicodedata.east_asian_width(char) in "WF"


def _columns(char: str) -> int:
    if char < "\u0300":
        return 1
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _em(char: str) -> float:
    if char > "\u02ff":
        return (0.0, 0.62, 1.0)[_columns(char)]
    if char in _NARROW:
        return 0.36
    if char in _BROAD:
        return 0.92
    return 0.7 if char.isupper() else 0.57
