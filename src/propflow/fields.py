"""
Typed fields: the facts of a case, the inputs of a decision, the boxes of a form.

A value of the wrong type is refused by name. It is never converted in silence and never
compared with a value of another type.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

import attrs

from propflow.durations import WorkLength, parse_deadline, parse_duration, say_duration
from propflow.errors import ValueRefusedError, nearest
from propflow.text import Text

#: What a field can hold.
Value = str | int | Decimal | bool | date | time | timedelta | datetime | WorkLength

#: Whether a value is certainly right as it is.
Fits = Callable[[object], bool]

TYPES = (
    "choice",
    "text",
    "integer",
    "decimal",
    "money",
    "boolean",
    "date",
    "time",
    "duration",
    "moment",
    "deadline",
)

#: Types whose values have an order, so that ``>= 20`` and ``[1..5)`` make sense.
ORDERED = ("integer", "decimal", "money", "date", "time", "duration", "moment")


@attrs.frozen(kw_only=True)
class Field:
    """
    A name, the type of its value, and the bounds of it.

    Attributes:
        name: The word by which cells and forms know it.
        type: One of `TYPES`.
        of: The words that a choice may take, in their natural order.
        labels: For each word of a choice, what it is called.
        unit: Unit of a number, or currency of money: ``household``, ``CNY``.
        min: Smallest value, itself allowed.
        max: Largest value, itself allowed.
        label: What people call the field.
        required: Whether a form is incomplete without it.
        personal: Whether it says something of a person: it can be destroyed, and the journal
            stays sealed.

    Raises:
        ValueError: There is no such type, or a bound does not fit it, or *min* is above *max*.
    """

    name: str
    type: str = attrs.field(validator=attrs.validators.in_(TYPES))
    of: tuple[str, ...] = ()
    labels: tuple[tuple[str, Text], ...] = ()
    unit: str = ""
    min: Value | None = None
    max: Value | None = None
    label: Text = Text()
    required: bool = True
    # Came later: a field that is not personal has the hash that it had before.
    personal: bool = attrs.field(default=False, metadata={"later": "yes"})

    def __attrs_post_init__(self) -> None:
        low: Any = self.min
        high: Any = self.max
        if low is None and high is None:
            return
        if not self.ordered:
            raise ValueError(f"{self.name!r} is of type {self.type}, which has no bounds.")
        for bound in (low, high):
            try:
                _ = bound is None or _CHECKS[self.type](self, bound)
            except ValueRefusedError:
                what = f"{bound!r} is no bound of {self.name!r}: it takes {_WORDS[self.type]}."
                raise ValueError(what) from None
        if low is not None and high is not None and low > high:
            raise ValueError(f"the smallest value of {self.name!r} is above its largest.")

    @property
    def ordered(self) -> bool:
        """
        Whether values can be compared by size.
        """
        return self.type in ORDERED

    def check(self, value: object) -> Value:
        """
        The value itself, once it is known to fit.

        Raises:
            ValueRefusedError: Wrong type, unknown choice, not a number, or out of bounds.
        """
        checked = _CHECKS[self.type](self, value)
        self._bounds(checked)
        return checked

    def read(self, text: str) -> Value:
        """
        Read the value from text, as it stands in a file, a ledger or on the command line.

        Raises:
            ValueRefusedError: The text is not such a value, or is out of bounds.
        """
        try:
            value = _READS[self.type](text.strip())
        except (ValueError, InvalidOperation):
            raise ValueRefusedError(self.name, text, f"it takes {self.wanted()}.") from None
        return self.check(value)

    def load(self, raw: object) -> Value:
        """
        Take a value as JSON brings it: text is read, anything else is checked.
        """
        if isinstance(raw, str):
            return self.read(raw) if self.type != "text" else self.check(raw)
        if isinstance(raw, float) and self.type in ("decimal", "money") and math.isfinite(raw):
            return self.check(Decimal(repr(raw)))
        if type(raw) is int and self.type in ("decimal", "money"):
            return self.check(Decimal(raw))
        return self.check(raw)

    def wanted(self) -> str:
        """
        What the field takes, as a phrase: ``a whole number of households, 1 or more``.
        """
        if self.type == "choice":
            return "one of " + ", ".join(self.of)
        words = _WORDS[self.type]
        if self.unit:
            words += f" ({self.unit})"
        low = "" if self.min is None else f", {dump(self.min)} or more"
        high = "" if self.max is None else f", {dump(self.max)} or less"
        return words + low + high

    def _bounds(self, value: Any) -> None:
        if (self.min is not None and value < self.min) or (
            self.max is not None and value > self.max
        ):
            raise ValueRefusedError(self.name, value, f"it takes {self.wanted()}.")


def fitting(field: Field) -> Fits:
    """
    Make a field's check ready to be asked very often.

    Returns:
        A function that says yes where `Field.check` would give the very value back. Where it
        would refuse or convert, or where that is not plain, the function says no.
    """
    kind, low, high = _KINDS.get(field.type), field.min, field.max
    if field.type == "choice":
        words = frozenset(field.of)
        return lambda value: type(value) is str and value in words
    if kind is None:
        return lambda value: _same(field, value)
    if low is None and high is None:
        return lambda value: type(value) is kind
    if high is None:
        return lambda value: type(value) is kind and value >= low  # type: ignore[operator]
    if low is None:
        return lambda value: type(value) is kind and value <= high  # type: ignore[operator]
    return lambda value: type(value) is kind and low <= value <= high  # type: ignore[operator]


def _same(field: Field, value: object) -> bool:
    try:
        return field.check(value) is value
    except ValueRefusedError:
        return False


def dump(value: Value) -> str | int | bool:
    """
    Write a value so that JSON can carry it and `Field.load` takes it back unchanged.
    """
    if isinstance(value, bool | int | str):
        return value
    if isinstance(value, timedelta):
        return say_duration(value)
    if isinstance(value, time):
        return value.isoformat("minutes") if not (value.second or value.microsecond) else str(value)
    if isinstance(value, Decimal | WorkLength):
        return str(value)
    return value.isoformat()


def dump_all(values: Mapping[str, Value]) -> dict[str, str | int | bool]:
    """
    `dump` for each value, names kept.
    """
    return {name: dump(value) for name, value in values.items()}


def _refuse(field: Field, value: object) -> ValueRefusedError:
    hint = nearest(value, field.of) if field.type == "choice" and isinstance(value, str) else ""
    return ValueRefusedError(field.name, value, f"it takes {field.wanted()}.{hint}")


def _check_choice(field: Field, value: object) -> Value:
    if type(value) is not str or value not in field.of:
        raise _refuse(field, value)
    return value


def _exactly(*types: type) -> Callable[[Field, object], Value]:
    # `type(v) in`, not isinstance: True is an int and a datetime is a date to isinstance,
    # and both would be compared with the wrong thing later on.
    def check(field: Field, value: object) -> Any:
        if type(value) not in types:
            raise _refuse(field, value)
        return value

    return check


def _check_decimal(field: Field, value: object) -> Value:
    if type(value) is int:
        return Decimal(value)
    if type(value) is not Decimal or not value.is_finite():
        raise _refuse(field, value)
    return value


def _check_time(field: Field, value: object) -> Value:
    # A time of day with a zone cannot be compared with one without.
    if type(value) is not time or value.tzinfo is not None:
        raise _refuse(field, value)
    return value


def _check_moment(field: Field, value: object) -> Value:
    if type(value) is not datetime or value.tzinfo is None:
        raise ValueRefusedError(field.name, value, "it takes a moment with its time zone.")
    return value


# Types whose check asks for the type and the bounds, and nothing else.
_KINDS: dict[str, type] = {
    "text": str,
    "integer": int,
    "boolean": bool,
    "date": date,
    "duration": timedelta,
}

_CHECKS: dict[str, Callable[[Field, object], Value]] = {
    "choice": _check_choice,
    "text": _exactly(str),
    "integer": _exactly(int),
    "decimal": _check_decimal,
    "money": _check_decimal,
    "boolean": _exactly(bool),
    "date": _exactly(date),
    "time": _check_time,
    "duration": _exactly(timedelta),
    "moment": _check_moment,
    "deadline": _exactly(timedelta, WorkLength),
}


def _read_boolean(text: str) -> bool:
    words = {"true": True, "yes": True, "false": False, "no": False}
    if text.lower() not in words:
        raise ValueError(text)
    return words[text.lower()]


def _read_integer(text: str) -> int:
    # int() would also take "1_000", " 7" and digits of other scripts.
    if not text.isascii() or not text.lstrip("+-").isdigit() or len(text) > 20:
        raise ValueError(text)
    return int(text)


def _read_decimal(text: str) -> Decimal:
    if not text.isascii() or "_" in text or len(text) > 40:
        raise ValueError(text)
    return Decimal(text)


_READS: dict[str, Callable[[str], Value]] = {
    "choice": str,
    "text": str,
    "integer": _read_integer,
    "decimal": _read_decimal,
    "money": _read_decimal,
    "boolean": _read_boolean,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "duration": parse_duration,
    "moment": datetime.fromisoformat,
    "deadline": parse_deadline,
}

_WORDS = {
    "text": "words",
    "integer": "a whole number",
    "decimal": "a decimal number",
    "money": "an amount of money",
    "boolean": "true or false",
    "date": "a date such as 2026-03-31",
    "time": "a time of day such as 20:00",
    "duration": "a duration such as 30 minutes",
    "deadline": "a length of time such as 30 minutes, 4 office hours or 2 working days",
    "moment": "a moment with its time zone such as 2026-03-31T20:00+08:00",
}
