"""
Where a local time falls on the line of time, on the days when the clocks change too.

Moments are whole seconds since 1970-01-01T00:00Z here, because wall-clock arithmetic on aware
datetimes forgets that an hour was skipped or came twice.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_SECOND = timedelta(seconds=1)


def instant(day: date, minute: int, zone: tzinfo) -> int:
    """
    The moment at which a local clock first shows a time, or first shows a later one.

    Args:
        day: Local date.
        minute: Minutes after its midnight; 1440 and more are times of the days after.
        zone: Whose clock.

    Returns:
        Seconds since 1970-01-01T00:00Z. Where the clocks go back and the time comes twice,
        its first coming; where they go forward and it is skipped, the first moment after the gap.
    """
    wall = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(minutes=minute)
    seconds = (day.toordinal() - _EPOCH_DAY) * 86400 + minute * 60
    early, late = _offset(wall), _offset(wall.replace(fold=1))
    if early >= late:
        return seconds - early
    # In a gap `early` is the offset before it and `late` the one after, so the change lies
    # between the two readings of the clock; a gap of a day (Apia, 2011) takes 17 halvings.
    before, after = seconds - late, seconds - early
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(moment(middle, zone)) == early:
            before = middle
        else:
            after = middle
    return after


def moment(seconds: int, zone: tzinfo) -> datetime:
    """
    The aware local datetime of a moment, its fold set.
    """
    return (_EPOCH + timedelta(seconds=seconds)).astimezone(zone)


def seconds_of(when: datetime) -> float:
    """
    The moment of an aware datetime, in seconds since 1970-01-01T00:00Z.
    """
    return (when - _EPOCH) / _SECOND


def offset_of(day: date, zone: tzinfo) -> int | None:
    """
    How far the local clock is ahead of UTC at a day's midnight, in seconds.

    Nothing where that midnight is skipped or comes twice.
    """
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    early = midnight.utcoffset()
    if early is None or early != midnight.replace(fold=1).utcoffset():
        return None
    return early // _SECOND


def ambiguous(when: datetime) -> bool:
    """
    Whether the local clock shows this time twice on its day.
    """
    return when.replace(fold=0).utcoffset() != when.replace(fold=1).utcoffset()


def _offset(when: datetime) -> int:
    offset = when.utcoffset()
    if offset is None:
        raise ValueError(f"{when.tzinfo!r} does not say how far it is from UTC")
    return offset // _SECOND
