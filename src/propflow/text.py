"""
A label in several languages.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

#: The languages that every label of the shipped handbook has, most wanted first.
LANGUAGES = ("en", "zh")


@attrs.frozen
class Text:
    """
    The same words in each language there is.

    Attributes:
        words: Pairs of language code and words, sorted by code; hashable, so that a label
            counts in a definition's content hash.
    """

    words: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, words: Mapping[str, str] | None = None, /, **more: str) -> Text:
        """
        Make a label: ``Text.of(en="Complaint", zh="投诉")``.
        """
        return cls(tuple(sorted({**(words or {}), **more}.items())))

    def to(self, language: str) -> str:
        """
        The words in *language*, or in the first language that has any, or ``""``.
        """
        words = dict(self.words)
        for code in (language, *LANGUAGES):
            if words.get(code):
                return words[code]
        return next(iter(words.values()), "")

    def as_dict(self) -> dict[str, str]:
        """
        Language code to words.
        """
        return dict(self.words)

    def missing(self) -> tuple[str, ...]:
        """
        The languages of the shipped handbook in which nothing is said.
        """
        have = dict(self.words)
        return tuple(code for code in LANGUAGES if not have.get(code, "").strip())

    def __bool__(self) -> bool:
        return bool(self.words)

    def __str__(self) -> str:
        return self.to(LANGUAGES[0])
