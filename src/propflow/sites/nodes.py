"""
What stands in a file: words, lists and keys with their values, each knowing its place.
"""

from __future__ import annotations

from typing import Any, Self

from propflow.errors import Place


class Word(str):
    """
    A piece of text in a file.

    Attributes:
        file: The file.
        line: First line is 1.
        column: First column is 1.
        quoted: Whether it stands in quotes or is a block of lines.
    """

    __slots__ = ("column", "file", "line", "quoted")
    file: str
    line: int
    column: int
    quoted: bool

    def __new__(
        cls, text: str, file: str = "", line: int = 1, column: int = 1, *, quoted: bool = False
    ) -> Self:
        """
        A word and where it stands.
        """
        word = super().__new__(cls, text)
        word.file, word.line, word.column, word.quoted = file, line, column, quoted
        return word

    @property
    def place(self) -> Place:
        """
        Where it begins.
        """
        return Place(self.file, self.line, self.column)

    @property
    def empty(self) -> bool:
        """
        Whether nothing was written where a value belongs.
        """
        return not self.quoted and not self

    def at(self, offset: int) -> Place:
        """
        Where its character number *offset* stands, counted from 0.
        """
        return Place(self.file, self.line, self.column + offset + self.quoted)

    def part(self, text: str, offset: int) -> Word:
        """
        A piece of it as a word of its own.
        """
        return Word(text, self.file, self.line, self.column + offset + self.quoted)

    def __reduce__(self) -> Any:
        return str, (str(self),)


class Items(list["Node"]):
    """
    A list in a file.

    Attributes:
        file: The file.
        line: First line is 1.
        column: First column is 1.
    """

    __slots__ = ("column", "file", "line")

    def __init__(self, file: str = "", line: int = 1, column: int = 1) -> None:
        super().__init__()
        self.file, self.line, self.column = file, line, column

    @property
    def place(self) -> Place:
        """
        Where it begins.
        """
        return Place(self.file, self.line, self.column)


class Entries(dict[Word, "Node"]):
    """
    Keys with their values in a file. The keys are `Word` and know their places as well.

    Attributes:
        file: The file.
        line: First line is 1.
        column: First column is 1.
    """

    __slots__ = ("column", "file", "line")

    def __init__(self, file: str = "", line: int = 1, column: int = 1) -> None:
        super().__init__()
        self.file, self.line, self.column = file, line, column

    @property
    def place(self) -> Place:
        """
        Where it begins.
        """
        return Place(self.file, self.line, self.column)

    @property
    def places(self) -> dict[str, Place]:
        """
        Where each key stands.
        """
        return {key: key.place for key in self}


Node = Word | Items | Entries
