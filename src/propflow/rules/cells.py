"""
The language of cells: what a box of a decision table, a guard or a filter may say of one fact.

A cell is a unary test, a part of DMN's S-FEEL: ``-`` for anything, ``noise, leak``, ``>= 20``,
``[1..5)``, ``not(noise)``. It is read by a scanner that goes through the text once; nothing is
ever evaluated as code.
"""

from __future__ import annotations

from typing import Any

import attrs

from propflow.errors import HandbookError, ValueRefusedError
from propflow.fields import Field, Value, dump
from propflow.rules.saying import say_between, say_but, say_end, say_list, say_value, spoken
from propflow.rules.spans import samples

#: The longest cell that is read, in characters.
LONGEST = 1000

#: Signs that Chinese keyboards give, and what stands for them in a cell.
_WIDE = {
    "，": ",",
    "、": ",",
    "（": "(",
    "）": ")",
    "【": "[",
    "】": "]",
    "“": '"',
    "”": '"',
    "≥": ">=",
    "≤": "<=",
    "＞": ">",
    "＜": "<",
}
_MARKS = frozenset(',()[]"')


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


@attrs.frozen
class Anything:
    """
    The cell ``-``: whatever the value, and even if there is none.
    """

    def admits(self, value: Value) -> bool:  # noqa: ARG002
        """
        Always.
        """
        return True

    def points(self) -> tuple[Value, ...]:
        """
        The values that the cell names: none.
        """
        return ()

    def say(self, language: str = "en") -> str:
        """
        The cell in plain words.
        """
        return "任意" if spoken(language) == "zh" else "anything"

    def __str__(self) -> str:
        return "-"


@attrs.frozen
class OneOf:
    """
    One of a few values, or, negated, anything else: ``noise, leak``, ``not(noise)``.

    Attributes:
        values: At least one, each of the field's type.
        negated: Whether it is these values that are left out.
        field: What the cell is about; a cell without it compares what it is given.
    """

    values: tuple[Value, ...]
    negated: bool = attrs.field(default=False, kw_only=True)
    field: Field | None = attrs.field(default=None, eq=False, repr=False, kw_only=True)

    def admits(self, value: Value) -> bool:
        """
        Whether the value is one of these.

        Raises:
            ValueRefusedError: It does not fit the field.
        """
        return (_checked(self.field, value) in self.values) is not self.negated

    def points(self) -> tuple[Value, ...]:
        """
        The values that the cell names.
        """
        return self.values

    def say(self, language: str = "en") -> str:
        """
        The cell in plain words: ``noise or leak``.
        """
        said = say_list([say_value(value, self.field, language) for value in self.values], language)
        return say_but(said, language) if self.negated else said

    def __str__(self) -> str:
        words = ", ".join(map(_write, self.values))
        return f"not({words})" if self.negated else words


@attrs.frozen(kw_only=True)
class Interval:
    """
    From one value to another, or on without end: ``[1..5)``, ``>= 20``.

    Attributes:
        low: Where it begins; ``None`` for no beginning.
        high: Where it ends; ``None`` for no end.
        low_open: Whether *low* itself is left out.
        high_open: Whether *high* itself is left out.
        field: What the cell is about.

    Raises:
        ValueError: Neither end is given.
    """

    low: Value | None = None
    high: Value | None = None
    low_open: bool = False
    high_open: bool = False
    field: Field | None = attrs.field(default=None, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if self.low is None and self.high is None:
            raise ValueError("an interval needs one end at least: for anything say Anything().")

    def admits(self, value: Value) -> bool:
        """
        Whether the value lies between the ends.

        Raises:
            ValueRefusedError: It does not fit the field.
        """
        # Any: the field knows that all three are of one ordered type.
        at: Any = _checked(self.field, value)
        low: Any = self.low
        high: Any = self.high
        if low is not None and (at <= low if self.low_open else at < low):
            return False
        return not (high is not None and (at >= high if self.high_open else at > high))

    def points(self) -> tuple[Value, ...]:
        """
        The ends that there are.
        """
        return tuple(end for end in (self.low, self.high) if end is not None)

    def say(self, language: str = "en") -> str:
        """
        The cell in plain words: ``3 or more``.
        """
        low_how = "open" if self.low_open else "closed"
        high_how = "open" if self.high_open else "closed"
        if self.low is None:
            # The class has refused an interval without ends.
            end: Any = self.high
            return say_end(end, "high", high_how, field=self.field, language=language)
        if self.high is None:
            return say_end(self.low, "low", low_how, field=self.field, language=language)
        ends = (self.low, low_how), (self.high, high_how)
        return say_between(*ends, field=self.field, language=language)

    def __str__(self) -> str:
        low = "" if self.low is None else _write(self.low)
        high = "" if self.high is None else _write(self.high)
        if not high:
            return f"{'>' if self.low_open else '>='} {low}"
        if not low:
            return f"{'<' if self.high_open else '<='} {high}"
        return f"{'(' if self.low_open else '['}{low}..{high}{')' if self.high_open else ']'}"


@attrs.frozen
class AnyOf:
    """
    Values and intervals together, or, negated, what they leave: ``1, 3, [10..20]``.

    Attributes:
        parts: At least one, none of them negated.
        negated: Whether it is these that are left out.
    """

    parts: tuple[OneOf | Interval, ...]
    negated: bool = attrs.field(default=False, kw_only=True)

    def admits(self, value: Value) -> bool:
        """
        Whether one of the parts admits the value.

        Raises:
            ValueRefusedError: It does not fit the field.
        """
        return any(part.admits(value) for part in self.parts) is not self.negated

    def points(self) -> tuple[Value, ...]:
        """
        The values and ends that the parts name.
        """
        return tuple(point for part in self.parts for point in part.points())

    def say(self, language: str = "en") -> str:
        """
        The cell in plain words.
        """
        said = say_list([part.say(language) for part in self.parts], language)
        return say_but(said, language) if self.negated else said

    def __str__(self) -> str:
        words = ", ".join(map(str, self.parts))
        return f"not({words})" if self.negated else words


#: One test of one fact.
Cell = Anything | OneOf | Interval | AnyOf


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
    if not isinstance(cell, Anything):
        seen = samples(field, cell.points())
        if not any(cell.admits(value) for value in seen):
            what = f"no value can satisfy it: {field.name!r} takes {field.wanted()}."
            raise CellError(text, 1, what)
    return cell


def _checked(field: Field | None, value: Value) -> Value:
    return value if field is None else field.check(value)


def _write(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return str(dump(value))
    plain = (
        value
        and value == value.strip()
        and value != "-"
        and value[0] not in "<>=!"
        and _MARKS.isdisjoint(value)
        and _WIDE.keys().isdisjoint(value)
    )
    if plain:
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


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
        parts: list[OneOf | Interval] = []
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

    def item(self, parts: list[OneOf | Interval]) -> None:
        # Adds to the parts; values that follow one another stand together.
        self.skip()
        start = self.at
        if self.peek() in {"[", "("}:
            parts.append(self.interval())
            return
        if self.peek() in {">", "<"}:
            parts.append(self.comparison())
            return
        value = self.value()
        if any(value in part.values for part in parts if isinstance(part, OneOf)):
            raise self.error(f"{_write(value)} stands there twice.", start)
        if parts and isinstance(parts[-1], OneOf):
            parts[-1] = attrs.evolve(parts[-1], values=(*parts[-1].values, value))
        else:
            parts.append(OneOf((value,), field=self.field))

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
        if sign in _WIDE:
            raise self.error(f"write {_WIDE[sign]!r} for {sign!r}, or quote the words.", column)
        if sign in _MARKS:
            raise self.error(f"words that hold {sign!r} stand in double quotes.", column)

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
            return Interval(low=value, low_open=sign == ">", field=self.field)
        return Interval(high=value, high_open=sign == "<", field=self.field)

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
        return Interval(
            low=low_value,
            high=high_value,
            low_open=opened[0],
            high_open=opened[1],
            field=self.field,
        )

    def ordered(self, what: str, start: int) -> None:
        if not self.field.ordered:
            kind = f"a {self.field.type}" + (" of yes and no" if self.field.type == "boolean" else "")
            why = f"{self.field.name!r} is {kind} and has no order, so {what} cannot be used:"
            raise self.error(f"{why} list its values instead.", start)

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
            raise self.error(str(error), start) from None
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
