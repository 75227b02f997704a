"""
The language of cells: what a box of a decision table, a guard or a filter may say of one fact.

A cell is a unary test, a part of DMN's S-FEEL: ``-`` for anything, ``noise, leak``, ``>= 20``,
``[1..5)``, ``not(noise)``, ``not given``. It is read by a scanner that goes through the text
once; nothing is ever evaluated as code.
"""

from __future__ import annotations

from typing import Any

import attrs

from propflow.errors import HandbookError, ValueRefusedError
from propflow.fields import Field, Value
from propflow.rules.kinds import (
    MARKS,
    NOT_GIVEN,
    WIDE,
    Absent,
    AnyOf,
    Anything,
    Cell,
    Interval,
    OneOf,
    write,
)
from propflow.rules.spans import samples

__all__ = ["Absent", "AnyOf", "Anything", "Cell", "CellError", "Interval", "OneOf", "parse_cell"]

#: The longest cell that is read, in characters.
LONGEST = 1000


@attrs.define(slots=False)
class CellError(HandbookError):
    """
    A cell cannot be read, or can never hold.

    Attributes:
        cell: The cell as it was given.
        column: Where in the cell, the first character is 1.
        what: What is wrong and what to do.
    """

    cell: str
    column: int
    what: str

    def __str__(self) -> str:
        shown = self.cell if len(self.cell) <= 60 else self.cell[:57] + "..."
        return f"cell {shown!r}, column {self.column}: {self.what}"


def parse_cell(text: str, field: Field) -> Cell:
    """
    Read a cell.

    Args:
        text: The cell as it stands in a file. Words of a choice or a text need no quotes unless
            they hold one of ``, ( ) [ ] "`` or begin with a sign of comparison.
        field: What the cell is about.

    Raises:
        CellError: It is not a cell, does not fit the field, or no value can ever satisfy it.

    Ends of an interval may lie outside the bounds of the field (``> 0`` of a number that is 1 or
    more); a value of its own may not.
    """
    if len(text) > LONGEST:
        what = f"a cell has {LONGEST:,} characters at most, this one {len(text):,}."
        raise CellError(text, LONGEST + 1, what)
    cell = _Scanner(text, field).cell()
    if _hollow(cell, field):
        raise CellError(text, 1, _HOLLOW.format(name=repr(field.name), wanted=field.wanted()))
    return cell


_HOLLOW = "no value can satisfy it: {name} takes {wanted}."


def _hollow(cell: Cell, field: Field) -> bool:
    if not field.required and cell.admits(None):
        return False
    return not any(cell.admits(value) for value in samples(field, cell.points()))


class _Scanner:
    # Goes through the text once, from left to right. `at` is where it stands.

    def __init__(self, text: str, field: Field) -> None:
        self.text = text
        self.field = field
        self.at = 0
        # What an end of an interval must fit: the type, not the bounds.
        self.end = attrs.evolve(field, min=None, max=None)

    def cell(self) -> Cell:
        if self.text.strip() in {"", "-"}:
            return Anything()
        self.skip()
        negated = self.negation()
        parts: list[OneOf | Interval | Absent] = []
        while True:
            self.item(parts)
            self.skip()
            if self.peek() != ",":
                break
            self.at += 1
        if negated:
            if self.peek() != ")":
                raise self.error("the list after 'not(' has to end with ')'.")
            self.at += 1
            self.skip()
        if self.at < len(self.text):
            raise self.error(f"{self.peek()!r} is not expected here: part values with ','.")
        if len(parts) == 1 and isinstance(parts[0], OneOf):
            return attrs.evolve(parts[0], negated=negated)
        if len(parts) == 1 and not negated:
            return parts[0]
        return AnyOf(tuple(parts), negated=negated)

    def negation(self) -> bool:
        after = self.at + len("not")
        if self.text[self.at : after] != "not":
            return False
        rest = self.text[after:].lstrip()
        if not rest.startswith("("):
            return False
        self.at = len(self.text) - len(rest) + 1
        return True

    def item(self, parts: list[OneOf | Interval | Absent]) -> None:
        # Adds to the parts; values that follow one another stand together.
        self.skip()
        start = self.at
        if self.absence():
            if Absent() in parts:
                raise self.error(f"{NOT_GIVEN!r} stands there twice.", start)
            parts.append(Absent())
            return
        if self.peek() in {"[", "("}:
            parts.append(self.interval())
            return
        if self.peek() in {">", "<"}:
            parts.append(self.comparison())
            return
        value = self.value()
        if any(value in part.values for part in parts if isinstance(part, OneOf)):
            raise self.error(f"{write(value)} stands there twice.", start)
        if parts and isinstance(parts[-1], OneOf):
            parts[-1] = attrs.evolve(parts[-1], values=(*parts[-1].values, value))
        else:
            parts.append(OneOf((value,), field=self.field))

    def absence(self) -> bool:
        start = self.at
        if self.until(",)") != NOT_GIVEN:
            self.at = start
            return False
        if self.field.required:
            what = f"{self.field.name!r} is always given: say 'required: no' where it is declared."
            raise self.error(what, start)
        return True

    def value(self) -> Value:
        start = self.at
        if self.peek() == '"':
            word = self.quoted()
            if self.field.type not in {"choice", "text"}:
                what = f"quotes make it words, and {self.field.name!r} takes {self.field.wanted()}."
                raise self.error(what, start)
            return self.check(self.field.check, word, start)
        if self.peek() in {"=", "!"}:
            raise self.error("cells know no '=' and '!=': write the value, or not(...) round it.")
        word = self.until(",)")
        if not word:
            raise self.error("a value is missing here.", start)
        if word == "-":
            raise self.error("'-' means anything and stands alone.", start)
        for offset, sign in enumerate(word, start):
            self.plain(sign, word, offset)
        reads = self.field.check if self.field.type == "text" else self.field.read
        return self.check(reads, word, start)

    def plain(self, sign: str, word: str, column: int) -> None:
        # A bare word holds no mark of the language.
        if sign == "(" and word[: word.index("(")].rstrip() == "not":
            raise self.error("not(...) stands once, round the whole cell.", column)
        if sign in WIDE:
            raise self.error(f"write {WIDE[sign]!r} for {sign!r}, or quote the words.", column)
        if sign in MARKS:
            how = "part values with ',', and put words that hold it in double quotes."
            raise self.error(f"{sign!r} is not expected here: {how}", column)

    def comparison(self) -> Interval:
        start = self.at
        sign = self.peek()
        self.at += 1
        if self.peek() == "=":
            sign += "="
            self.at += 1
        self.ordered(f"'{sign}'", start)
        self.skip()
        at = self.at
        word = self.until(",)")
        if not word:
            raise self.error(f"a value has to follow {sign!r}.", at)
        value = self.check(self.end.read, word, at)
        if sign[0] == ">":
            return self.filled(Interval(low=value, low_open=sign == ">", field=self.field), start)
        return self.filled(Interval(high=value, high_open=sign == "<", field=self.field), start)

    def interval(self) -> Interval:
        start = self.at
        opens = self.peek()
        self.ordered("an interval", start)
        self.at += 1
        low_at = self.at
        low = self.until("])")
        closes = self.peek()
        if not closes:
            raise self.error(f"{opens!r} opens an interval that nothing closes.", start)
        first, dots, second = low.partition("..")
        if not dots or not first.strip() or not second.strip():
            raise self.error("an interval has two ends, as in [1..5).", start)
        low_at += self.text[low_at:].index(first)
        high_at = low_at + len(first + dots) + len(second) - len(second.lstrip())
        low_value: Any = self.check(self.end.read, first, low_at)
        high_value: Any = self.check(self.end.read, second, high_at)
        self.at += 1
        opened = opens == "(", closes == ")"
        if low_value > high_value or (low_value == high_value and any(opened)):
            what = f"the interval is empty: {first.strip()} is not below {second.strip()}."
            if low_value == high_value:
                what = f"the interval is empty: it leaves {first.strip()} itself out."
            raise self.error(what, start)
        part = Interval(
            low=low_value,
            high=high_value,
            low_open=opened[0],
            high_open=opened[1],
            field=self.field,
        )
        return self.filled(part, start)

    def filled(self, part: Interval, start: int) -> Interval:
        if _hollow(part, self.field):
            takes = self.field.wanted()
            raise self.error(_HOLLOW.format(name=repr(self.field.name), wanted=takes), start)
        return part

    def ordered(self, what: str, start: int) -> None:
        if not self.field.ordered:
            why = f"{self.field.name!r} is a {self.field.type} and has no order"
            raise self.error(f"{why}, so {what} cannot be used: list its values instead.", start)

    def quoted(self) -> str:
        start = self.at
        self.at += 1
        signs: list[str] = []
        while (sign := self.peek()) != '"':
            if not sign:
                raise self.error("a quote opens here that nothing closes.", start)
            if sign == "\\":
                self.at += 1
                sign = self.peek()
                if sign not in {'"', "\\"} or not sign:
                    raise self.error('after \\ in quotes comes \\ or ".', self.at - 1)
            signs.append(sign)
            self.at += 1
        self.at += 1
        return "".join(signs)

    def check(self, reads: Any, word: str, start: int) -> Value:
        try:
            value: Value = reads(word)
        except ValueRefusedError as error:
            what = f"{self.field.name!r} cannot be {word.strip()!r}: {error.why}"
            raise self.error(what, start) from None
        return value

    def until(self, ends: str) -> str:
        start = self.at
        while self.at < len(self.text) and self.text[self.at] not in ends:
            self.at += 1
        return self.text[start : self.at].strip()

    def skip(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def error(self, what: str, at: int | None = None) -> CellError:
        return CellError(self.text, (self.at if at is None else at) + 1, what)
