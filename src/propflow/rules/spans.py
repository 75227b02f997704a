"""
The order of values: what comes next, what lies between, and one plain example of each stretch.

Whole numbers, dates, times, durations and moments go in steps (a day, a microsecond): between one
and the next lies nothing. Decimals and money are dense: between any two lies another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from itertools import pairwise
from typing import Any

import attrs

from propflow.fields import Field, Value

#: A cut in the order of a field: a number of steps, or a decimal and 0 before it or 1 after it.
#: Cuts of one field compare with one another; a stretch runs from one cut to the next.
Cut = Any

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_SECOND = 1_000_000
_CLOCK = (60 * _SECOND, _SECOND, 1)
_EXACT = Context(prec=100, Emax=MAX_EMAX, Emin=MIN_EMIN)


@attrs.frozen(kw_only=True)
class Steps:
    """
    Values that go in steps, counted as whole numbers.

    Attributes:
        count: From a value to its number.
        value: From a number to its value.
        first: The smallest number there is, or ``None``.
        last: The greatest number there is, or ``None``.
        units: The roundings that make a plain example, coarsest first.
        usual: An example where nothing else is said.
    """

    count: Callable[[Any], int]
    value: Callable[[int], Value]
    first: int | None = None
    last: int | None = None
    units: tuple[int, ...] = (1,)
    usual: int = 0

    def cut(self, value: Value, side: int) -> Cut:
        """
        The cut before the value (*side* 0) or after it (1).
        """
        return self.count(value) + side

    def edges(self, field: Field) -> tuple[Cut | None, Cut | None]:
        """
        The cuts before the smallest and after the greatest value of the field.
        """
        low = self.first if field.min is None else self.count(field.min)
        high = self.last if field.max is None else self.count(field.max)
        return low, None if high is None else high + 1

    def sample(self, low: Cut | None, high: Cut | None) -> Value:
        """
        A plain value of the stretch from *low* to *high*, near one of them.
        """
        begin = None if low == self.first else low
        end = None if high is None or high - 1 == self.last else high - 1
        return self.value(self._near(begin, end))

    def _near(self, begin: Any, end: Any) -> Any:
        if begin is None and end is None:
            return self.usual
        if begin is None:
            roundings = (end - end % unit for unit in self.units)
            return next((number for number in roundings if number > 0), end)
        # Rounding up must not lead past the last value that there is.
        most = self.last if end is None else end
        roundings = (-(-begin // unit) * unit for unit in self.units)
        return next((number for number in roundings if most is None or number <= most), begin)


@attrs.frozen
class Dense:
    """
    Decimals and money.
    """

    def cut(self, value: Value, side: int) -> Cut:
        """
        The cut before the value (*side* 0) or after it (1).
        """
        return value, side

    def edges(self, field: Field) -> tuple[Cut | None, Cut | None]:
        """
        The cuts before the smallest and after the greatest value of the field.
        """
        return (
            None if field.min is None else (field.min, 0),
            None if field.max is None else (field.max, 1),
        )

    def sample(self, low: Cut | None, high: Cut | None) -> Value:
        """
        A plain value of the stretch from *low* to *high*, near one of them.
        """
        if low is None:
            return Decimal(0) if high is None else self._below(*high)
        at, side = low
        if side == 0:
            return Decimal(at)
        top = None if high is None else high[0]
        return self._above(Decimal(at), top)

    def _below(self, top: Decimal, side: int) -> Decimal:
        if side == 1:
            return Decimal(top)
        less = _EXACT.subtract(top, 1)
        return less if less < top else _EXACT.next_minus(top)

    def _above(self, at: Decimal, top: Decimal | None) -> Decimal:
        more = _EXACT.add(at, 1)
        if more > at and (top is None or more < top):
            return more
        if top is None:
            return _EXACT.next_plus(at)
        return _EXACT.divide(_EXACT.add(at, top), 2)


def _microseconds(at: time) -> int:
    return ((at.hour * 60 + at.minute) * 60 + at.second) * _SECOND + at.microsecond


def _time(number: int) -> time:
    rest, micro = divmod(number, _SECOND)
    hours, rest = divmod(rest, 3600)
    return time(hours, rest // 60, rest % 60, micro)


def _ticks(at: datetime) -> int:
    return (at - _EPOCH) // _TICK


def _moment(number: int) -> datetime:
    return _EPOCH + number * _TICK


_DENSE = Dense()
_ORDERS: dict[str, Steps | Dense] = {
    "integer": Steps(count=int, value=int),
    "decimal": _DENSE,
    "money": _DENSE,
    "date": Steps(
        count=date.toordinal,
        value=date.fromordinal,
        first=date.min.toordinal(),
        last=date.max.toordinal(),
        usual=date(2026, 1, 1).toordinal(),
    ),
    "time": Steps(
        count=_microseconds,
        value=_time,
        first=0,
        last=_microseconds(time.max),
        units=_CLOCK,
        usual=_microseconds(time(8)),
    ),
    "duration": Steps(
        count=lambda length: length // _TICK,
        value=lambda number: number * _TICK,
        first=timedelta.min // _TICK,
        last=timedelta.max // _TICK,
        units=_CLOCK,
        usual=timedelta(hours=1) // _TICK,
    ),
    "moment": Steps(
        count=_ticks,
        value=_moment,
        first=_ticks(datetime.min.replace(tzinfo=UTC)),
        last=_ticks(datetime.max.replace(tzinfo=UTC)),
        units=_CLOCK,
        usual=_ticks(datetime(2026, 1, 1, 8, tzinfo=UTC)),
    ),
}


def order_of(field: Field) -> Steps | Dense:
    """
    The order of an ordered field's values.
    """
    return _ORDERS[field.type]


def cuts(field: Field, points: Iterable[Value]) -> tuple[Cut, ...]:
    """
    Where the stretches begin into which these points divide the field, but for the first.

    No stretch is empty: what lies outside the field's bounds, or between two neighbours that
    go in steps, makes none.
    """
    order = order_of(field)
    low, high = order.edges(field)
    found = {order.cut(point, side) for point in points for side in (0, 1)}
    inside = (cut for cut in found if (low is None or cut > low) and (high is None or cut < high))
    return tuple(sorted(inside))


def words_of(field: Field, points: Iterable[Value]) -> tuple[Value, ...]:
    """
    The values of a field without order; for a text those that are named, and one other.
    """
    if field.type == "boolean":
        return (True, False)
    if field.type == "choice":
        return field.of
    named = tuple(dict.fromkeys(points))
    other = "other"
    while other in named:
        other += "."
    return (*named, other)


def samples(field: Field, points: Iterable[Value]) -> tuple[Value, ...]:
    """
    One value of each stretch into which these points divide the field.
    """
    if not field.ordered:
        return words_of(field, points)
    order = order_of(field)
    low, high = order.edges(field)
    edges = (low, *cuts(field, points), high)
    return tuple(order.sample(*pair) for pair in pairwise(edges))
