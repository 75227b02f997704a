"""
An agenda as iCalendar, for the calendars that people carry with them.

A duty is one event and one to-do with its deadline, repeated by a rule where a rule of RFC 5545
says just the same moments as the agenda, and by a list of dates where none does. Texts go through
the package icalendar, which escapes them: a label can add no line and no property.

Source: RFC 5545.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs

from propflow.calendar.clock import ambiguous
from propflow.calendar.duty import Duty, Occurrence
from propflow.calendar.every import EveryDays
from propflow.calendar.rhythm import Daily, Monthly, Rhythm, Weekly
from propflow.calendar.rule import Rule, expand
from propflow.calendar.yearly import MonthlyWeekday, Yearly
from propflow.errors import HandbookError

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
#: What a call without a grace takes up in a calendar.
_SHOWN = timedelta(minutes=15)


@attrs.define(slots=False)
class CalendarFileError(HandbookError):
    """
    A calendar cannot be written or read.

    Attributes:
        what: What is wrong and what to do.
    """

    what: str

    def __str__(self) -> str:
        return f"calendar file: {self.what}"


def to_ical(
    occurrences: Iterable[Occurrence],
    *,
    site: str,
    now: datetime,
    language: str = "en",
    kinds: Sequence[str] = ("VEVENT", "VTODO"),
    previous: bytes = b"",
) -> bytes:
    """
    An agenda as a calendar file.

    Args:
        occurrences: In the order of time, in the site's zone, as `agenda` has them.
        site: Name of the site, part of every UID.
        now: When it is written, aware: DTSTAMP.
        language: ``en`` or ``zh``.
        kinds: ``VEVENT``, ``VTODO`` or both.
        previous: The file that was written before. What is unchanged keeps its SEQUENCE, what has
            changed gets the next.

    Raises:
        CalendarFileError: icalendar is not installed, or *previous* is no calendar.
    """
    ical = _package()
    calendar = ical.Calendar()
    calendar.add("prodid", "-//propflow//agenda//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", site)
    before = _before(previous)
    series: dict[str, list[Occurrence]] = {}
    for one in occurrences:
        series.setdefault(one.duty.id, []).append(one)
    for calls in series.values():
        for kind in kinds:
            for part in _parts(kind, calls, site=site, language=language):
                part.add("dtstamp", now.astimezone(UTC))
                part.add("sequence", _sequence(part, before))
                calendar.add_component(part)
    if series:
        calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _package() -> Any:
    try:
        import icalendar
    except ImportError:
        raise CalendarFileError(
            "the package icalendar is not installed. Install propflow[ical]."
        ) from None
    return icalendar


def _parts(kind: str, calls: list[Occurrence], *, site: str, language: str) -> Iterator[Any]:
    """
    The series of a duty. Times that a clock shows twice stand alone, in UTC: dates of a list are
    local times, and could not say which of the two is meant.
    """
    alone = [one for one in calls if ambiguous(one.due)]
    together = [one for one in calls if not ambiguous(one.due)]
    if together:
        part = _part(kind, together[0], _uid(kind, together[0].duty, site), language)
        rule = _rule(together)
        if rule is not None:
            part.add("rrule", rule)
        elif len(together) > 1:
            part.add("rdate", [one.due for one in together[1:]])
        yield part
    for one in alone:
        name = f"{one.due.astimezone(UTC):%Y%m%dT%H%M%SZ}-{_uid(kind, one.duty, site)}"
        yield _part(kind, one, name, language, utc=True)


def _uid(kind: str, duty: Duty, site: str) -> str:
    return f"{kind[1:].lower()}-{duty.id}@{site}.propflow"


def _part(kind: str, one: Occurrence, uid: str, language: str, *, utc: bool = False) -> Any:
    ical = _package()
    duty = one.duty
    part = ical.Event() if kind == "VEVENT" else ical.Todo()
    part.add("uid", uid)
    # A to-do may be begun when its window opens; an event stands where it falls due.
    start = one.due if kind == "VEVENT" else one.earliest
    # An empty to-do has to be due later than it starts (RFC 5545, 3.8.2.3). In UTC: on the wall
    # a quarter of an hour later may be earlier.
    begin, end = (when.astimezone(UTC) for when in (start, one.until))
    end = end if end > begin else begin + _SHOWN
    if utc:
        start = begin
    else:
        end = end.astimezone(one.due.tzinfo)
    part.add("dtstart", start)
    part.add("dtend" if kind == "VEVENT" else "due", end)
    part.add("summary", duty.label.to(language) or duty.id)
    part.add("description", duty.rhythm.say(language))
    if duty.post is not None:
        part.add("location", duty.post)
    part.add("categories", list(duty.by) or [duty.id])
    return part


# -- rules ----------------------------------------------------------------------------------


def _rule(calls: list[Occurrence]) -> Mapping[str, Any] | None:
    """
    The recurrence rule that says just these calls, where there is one.
    """
    if len(calls) < 2:
        return None
    guess = _guess(calls[0].duty.rhythm)
    if guess is None:
        return None
    first, last = calls[0].due, calls[-1].due
    text = ";".join(
        f"{key}={','.join(map(str, value)) if isinstance(value, list) else value}"
        for key, value in guess.items()
    )
    local = expand(f"{text};UNTIL={last:%Y%m%dT%H%M%S}", first.replace(tzinfo=None, fold=0))
    # Held against the agenda itself: working days, rolls and clock changes make the difference.
    if [one.due.replace(tzinfo=None, fold=0) for one in calls] != local:
        return None
    return {**guess, "UNTIL": last.astimezone(UTC)}


def _guess(rhythm: Rhythm) -> dict[str, Any] | None:
    if isinstance(rhythm, Rule):
        pairs = (part.split("=", 1) for part in rhythm.text.split(";"))
        parts = {key: value.split(",") for key, value in pairs}
        return None if {"UNTIL", "COUNT"} & parts.keys() else dict(parts)
    days = _days(rhythm)
    at = getattr(rhythm, "at", ())
    minutes = sorted({one.minute for one in at}) if isinstance(at, tuple) else []
    if days is None or len(minutes) != 1:
        return None  # a rule crosses its hours with its minutes
    return {**days, "BYHOUR": [one.hour for one in at], "BYMINUTE": minutes}


def _days(rhythm: Rhythm) -> dict[str, Any] | None:
    found: dict[str, Any] | None = None
    match rhythm:
        case Daily():
            found = {"FREQ": "DAILY"}
        case Weekly(days=days):
            found = {"FREQ": "WEEKLY", "BYDAY": [_DAYS[day] for day in days]}
        case Monthly(day="last"):
            found = {"FREQ": "MONTHLY", "BYMONTHDAY": [-1]}
        case Monthly(day=int(day)) if day <= 28:
            found = {"FREQ": "MONTHLY", "BYMONTHDAY": [day]}
        case MonthlyWeekday(which=which, weekday=weekday):
            number = -1 if which == "last" else which
            found = {"FREQ": "MONTHLY", "BYDAY": [f"{number}{_DAYS[weekday]}"]}
        case Yearly(dates=((month, day),)):
            found = {"FREQ": "YEARLY", "BYMONTH": [month], "BYMONTHDAY": [day]}
        case EveryDays(days=step):
            found = {"FREQ": "DAILY", "INTERVAL": step}
        case _:
            pass
    return found


# -- what was written before ----------------------------------------------------------------


def _before(previous: bytes) -> Mapping[str, Any]:
    if not previous:
        return {}
    try:
        calendar = _package().Calendar.from_ical(previous)
    except ValueError as error:
        raise CalendarFileError(f"what was written before is no calendar: {error}.") from None
    return {str(part["uid"]): part for part in calendar.walk() if "uid" in part}


def _sequence(part: Any, before: Mapping[str, Any]) -> int:
    old = before.get(str(part["uid"]))
    if old is None:
        return 0
    number = int(old.get("sequence", 0))
    return number if _told(old) == _told(part) else number + 1


def _told(part: Any) -> bytes:
    copy = type(part).from_ical(part.to_ical())
    for name in ("dtstamp", "sequence"):
        copy.pop(name, None)
    return bytes(copy.to_ical())
