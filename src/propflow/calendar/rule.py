"""
Rhythms written as recurrence rules of RFC 5545, for whoever brings them along.

python-dateutil reads and judges the text; a year at a time is worked out with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

import attrs

from propflow.calendar.rhythm import Rhythm, RhythmError, check_time
from propflow.calendar.words import write_times
from propflow.errors import nearest

_KEYS = (
    "FREQ", "INTERVAL", "COUNT", "UNTIL", "BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO",
    "BYDAY", "BYHOUR", "BYMINUTE", "BYSETPOS", "WKST",
)  # fmt: skip
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_FAST = ("HOURLY", "MINUTELY", "SECONDLY")
#: A rule that does not come in so many days never comes.
_PATIENCE = 40 * 366


def _tidy(text: str) -> str:
    return "".join(text.upper().split()).strip(";")


@attrs.frozen
class Rule(Rhythm):
    """
    A recurrence rule, its days counted from a first date: ``FREQ=MONTHLY;BYDAY=-1FR``.

    As RFC 5545 has it, a day that a month lacks is passed over, unlike with `Monthly`. Times go
    by the local clock like all others: what a clock change skips counts at the first moment after,
    where the RFC would have it later by the length of the gap. The first date itself counts
    only where the rule names it, also towards COUNT.

    Refused, because propflow has a plainer word for it or it means nothing in whole minutes:
    steps shorter than a day, seconds, and an UNTIL in UTC.

    Attributes:
        text: The rule, without DTSTART.
        at: Local time, where the rule has no BYHOUR and BYMINUTE.
        first: The date from which it is counted.

    Raises:
        RhythmError: dateutil cannot read it, it never comes, or it is one of the above.

    Source: RFC 5545, 3.3.10.
    """

    text: str = attrs.field(converter=_tidy)
    at: time
    first: date

    def __attrs_post_init__(self) -> None:
        check_time(self, self.at)
        self._check_parts()
        try:
            first = next(iter(_rule(self, patience=_PATIENCE)), None)
        except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
            raise RhythmError(str(self), f"dateutil cannot read it: {error}.") from None
        if first is None:
            raise RhythmError(str(self), f"it never comes in the 40 years after {self.first}.")

    def _check_parts(self) -> None:
        seen = {}
        for part in self.text.split(";"):
            key, equals, value = part.partition("=")
            if not equals or not value:
                raise RhythmError(str(self), f"{part!r} is not a part of a rule, as in INTERVAL=2.")
            if key in ("DTSTART", "TZID"):
                raise RhythmError(str(self), f"{key} is said by 'at' and 'from' here.")
            if key not in _KEYS:
                raise RhythmError(str(self), f"{key} is no word of it.", nearest(key, _KEYS))
            if key in seen:
                raise RhythmError(str(self), f"{key} is there twice.")
            seen[key] = value
        frequency = seen.get("FREQ", "")
        if frequency in _FAST:
            raise RhythmError(
                str(self),
                f"FREQ={frequency} steps within the day: write 'every 2 hours from 08:00 to "
                "18:00' instead.",
            )
        if frequency not in _FREQUENCIES:
            raise RhythmError(
                str(self),
                f"FREQ is one of {', '.join(_FREQUENCIES)}.",
                nearest(frequency, _FREQUENCIES),
            )
        if seen.get("UNTIL", "").endswith("Z"):
            raise RhythmError(
                str(self), "UNTIL is in UTC: write the local date, as in UNTIL=20261231."
            )

    def starting(self, day: date) -> tuple[int, ...]:
        """
        The calls, on the days that the rule means.
        """
        return _year(self, day.year).get(day, ())

    def soonest(self, day: date) -> date:
        """
        Not before the first date.
        """
        return max(day, self.first)

    def say(self, language: str = "en") -> str:
        """
        The rhythm as a phrase for people.
        """
        at = write_times((self.at,))
        if language == "zh":
            return f"按规则{self.text},自{self.first} {at}起"
        return f"by the rule {self.text}, counted from {self.first} {at}"

    def __str__(self) -> str:
        return f"rrule {self.text} at {write_times((self.at,))} from {self.first}"


def expand(text: str, first: datetime) -> list[datetime]:
    """
    All moments of a rule that ends, counted from a local moment without a zone.
    """
    from dateutil.rrule import rrulestr

    return list(rrulestr(text, dtstart=first))


def _rule(rhythm: Rule, *, patience: int = 0) -> Any:
    # Here and not above: few houses write rules, and all would wait for the import.
    from dateutil.rrule import rrulestr

    start = datetime.combine(rhythm.first, rhythm.at)
    text = rhythm.text
    if patience and "COUNT=" not in text and "UNTIL=" not in text:
        last = min(start + timedelta(days=patience), datetime(9999, 12, 31))  # noqa: DTZ001
        text += f";UNTIL={last:%Y%m%dT%H%M%S}"
    return rrulestr(text, dtstart=start)


@lru_cache(maxsize=256)
def _year(rhythm: Rule, year: int) -> Mapping[date, tuple[int, ...]]:
    found: dict[date, tuple[int, ...]] = {}
    begin, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year, 12, 31, 23, 59, tzinfo=UTC)
    bounds = (begin.replace(tzinfo=None), end.replace(tzinfo=None))
    for call in _rule(rhythm).between(*bounds, inc=True):
        found[call.date()] = (*found.get(call.date(), ()), call.hour * 60 + call.minute)
    return found
