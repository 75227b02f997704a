"""
The sentences of one language, each beside the English one that it stands for.

A sentence has holes. ``{name}`` keeps what stands there; in quotes, as in ``'{name}'``, it
keeps one quoted name, and with a plus, as in ``{+facts}``, as much as it can. ``{*thing}`` takes
words that are in the catalogue themselves and says them in the other language as well: a sentence
where it is called *said* or *what*, a word without holes where it is called *kind*.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

import attrs

#: A hole of this name takes a word of the catalogue, and of these a sentence, whatever it says.
_WORD, _SENTENCES = "kind", ("said", "what")
# What a hole keeps ends with its sentence: the next one has a translation of its own, or none.
_KEPT = r"(?:(?!\. [A-Z]).)+"
# At the beginning it does not go over a colon either: "working days: ..." is said of what follows.
_FIRST = r"(?:(?!: |\. [A-Z]).)+?"
_CHINESE = re.compile("[\u4e00-\u9fff]")
_OTHER = re.compile("[!-\u024f]")
_Known = dict[tuple[str, str], str | None]
#: A longer message holds a piece of somebody's file, and is shown as it is.
LONGEST = 3_000

_HOLE = re.compile(r"'\{([a-z]+)\}'|\{([*+]?)([a-z]+)\}")
# A quoted name as Python writes it. An apostrophe between two letters does not end it.
_QUOTED = r"'(?:[^']|\\'|(?<=\w)'(?=\w))*'|\"(?:[^\"]|\\\")*\""


@attrs.frozen
class Template:
    """
    One English sentence with holes, and what stands for it.

    Attributes:
        english: The sentence, with its holes.
        other: The same in the other language, with the same holes.
        pattern: Fits the whole of a message, or not at all.
        translated: The holes whose words are translated too.
    """

    english: str
    other: str
    pattern: re.Pattern[str]
    translated: frozenset[str]

    @property
    def literal(self) -> int:
        """
        How many letters are fixed: the more, the surer it is that the sentence is meant.
        """
        return len(_HOLE.sub("", self.english))

    @property
    def sentence(self) -> bool:
        """
        Whether it is a whole message, and not a phrase inside one.
        """
        return self.english.endswith((".", "?", *(f"{{*{name}}}" for name in (*_SENTENCES, "why"))))

    @property
    def word(self) -> bool:
        """
        Whether it has no holes.
        """
        return not _HOLE.search(self.english)


@attrs.frozen(eq=False)
class Catalogue:
    """
    All sentences of one language.

    Attributes:
        templates: The most literal first, which is the order in which they are tried.
    """

    templates: tuple[Template, ...]

    def translate(self, text: str) -> str | None:
        """
        A message in the other language, or nothing where no sentence fits it.
        """
        return self._said(text, _SENTENCES[0], {}) if len(text) <= LONGEST else None

    def _said(self, text: str, hole: str, known: _Known) -> str | None:
        kind = hole if hole in (_WORD, *_SENTENCES) else ""
        if (text, kind) not in known:
            known[text, kind] = None  # a sentence that holds nothing but itself fits nothing
            fitting = (
                said
                for one in self.templates
                if (kind != _WORD or one.word) and (kind not in _SENTENCES or one.sentence)
                if (said := self._fill(one, text, known)) is not None
            )
            known[text, kind] = next(fitting, None)
        return known[text, kind]

    def _fill(self, one: Template, text: str, known: _Known) -> str | None:
        match = one.pattern.fullmatch(text)
        if match is None:
            return None
        held: dict[str, str] = {}
        for name, words in match.groupdict().items():
            said = self._said(words, name, known) if name in one.translated else words
            if said is None:
                return None
            held[name] = said
        filled, at = "", 0
        for hole in _HOLE.finditer(one.other):
            filled = _join(filled, one.other[at : hole.start()])
            filled = _join(filled, held[hole[1] or hole[3]])
            at = hole.end()
        return _join(filled, one.other[at:])


def _join(before: str, after: str) -> str:
    """
    Two pieces of a sentence, with a space between a Chinese letter and another one.
    """
    apart = bool(
        (_CHINESE.match(before[-1:]) and _OTHER.match(after))
        or (_OTHER.match(before[-1:]) and _CHINESE.match(after))
    )
    return f"{before} {after}" if apart else before + after


def read(text: str) -> Catalogue:
    """
    Read the file of a catalogue.

    Args:
        text: An English line, and below it, indented, the same in the other language. Lines that
            begin with ``#`` say something to the reader.
    """
    found = []
    english = ""
    for line in text.splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if line.startswith(" "):
            found.append(_template(english, line.strip()))
        else:
            english = line
    return Catalogue(tuple(sorted(found, key=lambda one: -one.literal)))


@cache
def catalogue(language: str) -> Catalogue:
    """
    The catalogue of a language, read once.
    """
    return read(files(__package__).joinpath(f"{language}.txt").read_text(encoding="utf-8"))


def _template(english: str, other: str) -> Template:
    pattern, at, translated = "", 0, set()
    for hole in _HOLE.finditer(english):
        name = hole[1] or hole[3]
        pattern += re.escape(english[at : hole.start()])
        kept = _KEPT if hole[2] == "+" else _FIRST if hole.start() == 0 else f"{_KEPT}?"
        inner = _QUOTED if hole[1] else ".+?" if hole[2] == "*" else kept
        pattern += f"(?P<{name}>{inner})"
        at = hole.end()
        if hole[2] == "*":
            translated.add(name)
    pattern += re.escape(english[at:])
    return Template(english, other, re.compile(pattern, re.DOTALL), frozenset(translated))
