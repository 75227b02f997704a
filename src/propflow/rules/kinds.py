"""
The kinds of cell there are: anything, one of a few values, an interval, and several together.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import attrs

from propflow.fields import Field, Value, dump
from propflow.rules.saying import say_between, say_but, say_end, say_list, say_value, spoken

#: Signs that Chinese keyboards give, and what stands for them in a cell.
WIDE = {
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
#: The cell for a fact that is not there.
NOT_GIVEN = "not given"
#: Signs that part a cell.
MARKS = frozenset(',()[]"')


@attrs.frozen
class Anything:
    """
    The cell ``-``: whatever the value, and even if there is none.
    """

    def admits(self, value: Value | None) -> bool:
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
class Absent:
    """
    The cell ``not given``: a fact that need not be there, and is not.
    """

    def admits(self, value: Value | None) -> bool:
        """
        Whether there is no value.
        """
        return value is None

    def points(self) -> tuple[Value, ...]:
        """
        The values that the cell names: none.
        """
        return ()

    def say(self, language: str = "en") -> str:
        """
        The cell in plain words.
        """
        return "未提供" if spoken(language) == "zh" else NOT_GIVEN

    def __str__(self) -> str:
        return NOT_GIVEN


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

    def admits(self, value: Value | None) -> bool:
        """
        Whether the value is one of these. No value is none of them, and not anything else either.

        Raises:
            ValueRefusedError: It does not fit the field.
        """
        if value is None:
            return False
        found = _checked(self.field, value)
        if isinstance(found, datetime):
            # An hour that the clock gives twice is equal to no moment of another zone,
            # and yet neither before nor after the one that it is.
            moments: Any = self.values
            here = any(not (found < point or point < found) for point in moments)
        else:
            here = found in self.values
        return here is not self.negated

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
        words = ", ".join(map(write, self.values))
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

    def admits(self, value: Value | None) -> bool:
        """
        Whether the value lies between the ends. No value lies nowhere.

        Raises:
            ValueRefusedError: It does not fit the field.
        """
        if value is None:
            return False
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
        low = "" if self.low is None else write(self.low)
        high = "" if self.high is None else write(self.high)
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

    parts: tuple[OneOf | Interval | Absent, ...]
    negated: bool = attrs.field(default=False, kw_only=True)

    def admits(self, value: Value | None) -> bool:
        """
        Whether one of the parts admits the value. Only ``not given`` admits that there is none.

        Raises:
            ValueRefusedError: It does not fit the field.
        """
        if value is None:
            return not self.negated and Absent() in self.parts
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
        words: list[str] = []
        for part in self.parts:
            if isinstance(part, OneOf):
                each = (OneOf((value,), field=part.field) for value in part.values)
                words.extend(one.say(language) for one in each)
            else:
                words.append(part.say(language))
        said = say_list(words, language)
        return say_but(said, language) if self.negated else said

    def __str__(self) -> str:
        words = ", ".join(map(str, self.parts))
        return f"not({words})" if self.negated else words


#: One test of one fact.
Cell = Anything | Absent | OneOf | Interval | AnyOf


def speaks_of_absence(cell: Cell) -> bool:
    """
    Whether the cell says what holds where there is no value.
    """
    if isinstance(cell, AnyOf):
        return Absent() in cell.parts
    return isinstance(cell, Anything | Absent)


def _checked(field: Field | None, value: Value) -> Value:
    return value if field is None else field.check(value)


def write(value: Value) -> str:
    """
    A value as it stands in a cell, in quotes where it has to be.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return str(dump(value))
    plain = (
        value
        and value == value.strip()
        and value not in {"-", NOT_GIVEN}
        and value[0] not in "<>=!"
        and MARKS.isdisjoint(value)
        and WIDE.keys().isdisjoint(value)
    )
    if plain:
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
