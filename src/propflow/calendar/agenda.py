"""
The agenda: everything that falls due between two moments, in the order of time.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Container, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

import attrs

from propflow.calendar.clock import instant, moment, seconds_of
from propflow.calendar.duty import Duty, Occurrence
from propflow.calendar.ground import STATUS, WEEK, Ground
from propflow.calendar.rhythm import DAY, ONE_DAY, STILL
from propflow.calendar.walk import AgendaError, Walk, rolled
from propflow.calendar.words import listed, say_moment
from propflow.calendar.working import WorkingDays

#: A host that has nothing to say about where it is.
NOWHERE = Ground()

#: How far ahead `next_due` looks: long enough for a 29 February that is a working day.
_FAR = timedelta(days=40 * 366)
_BEGINNING = datetime(2, 1, 2, tzinfo=UTC)
_NEVER = 10**9


def agenda(
    duties: Iterable[Duty],
    start: datetime,
    end: datetime,
    *,
    zone: tzinfo,
    working: WorkingDays = WEEK,
    ground: Ground = NOWHERE,
    others: Iterable[Duty] = (),
) -> Iterator[Occurrence]:
    """
    What falls due from *start* until before *end*, lazily and in the order of time.

    What falls due at the same moment comes in the order of *duties*. Calls of one duty that
    come to the same moment are owed once. Memory is bounded by the calls of a few days.

    Args:
        duties: No id twice.
        start: Aware; itself included.
        end: Aware; itself not included.
        zone: The site's time zone: rhythms are local times, and *due* is given in it.
        working: The site's working days; without any, Monday to Friday.
        ground: What rhythms may know of the site besides: its seed, and what was done when.
        others: Duties that are not listed, but by which a listed one may go.

    Raises:
        AgendaError: A moment without a zone, an end before the start, a year after 9900, two
            duties of one name, or a duty that goes by one that there is not, or by itself.
    """
    todo = tuple(duties)
    _check(todo, start, end)
    return _walk(todo, zone, working, ground, others).between(start, end)


def next_due(
    duty: Duty,
    after: datetime,
    *,
    zone: tzinfo,
    working: WorkingDays = WEEK,
    ground: Ground = NOWHERE,
    others: Iterable[Duty] = (),
) -> Occurrence | None:
    """
    The first time that *duty* falls due later than *after*, or nothing in the next 40 years.

    Raises:
        AgendaError: *after* has no time zone.
    """
    _check_moment("begins", after)
    if duty.rhythm.plain and (duty.days == "all" or duty.roll == "skip"):
        way = _stepped if duty.rhythm.elapsed else _quick
        found = way(duty, after, zone, working)
        if found is not None:
            return found
    start = after + timedelta(microseconds=1)
    walk = _walk((duty,), zone, working, ground, others)
    return next(walk.between(start, after + _FAR), None)


def previous_due(
    duty: Duty,
    before: datetime,
    *,
    zone: tzinfo,
    working: WorkingDays = WEEK,
    ground: Ground = NOWHERE,
    others: Iterable[Duty] = (),
) -> Occurrence | None:
    """
    The last time that *duty* fell due earlier than *before*, or nothing in the 40 years before.

    Raises:
        AgendaError: *before* has no time zone.
    """
    _check_moment("begins", before)
    walk = _walk((duty,), zone, working, ground, others)
    end = before.astimezone(UTC)
    for days in (2, 35, 400, 40 * 366):
        start = max(end - timedelta(days=days), _BEGINNING)
        last = deque(walk.between(start, end), maxlen=1)
        if last:
            return last[0]
        end = start
    return None


def overdue(
    occurrences: Iterable[Occurrence], now: datetime, *, done: Container[tuple[str, str]] = ()
) -> Iterator[Occurrence]:
    """
    Of some occurrences those whose grace is over and that nobody has done.

    Args:
        occurrences: In the order of time, as an agenda has them.
        now: Aware.
        done: Pairs of duty and slot that are done.
    """
    # In UTC: moments of one zone are compared by the clock on the wall, which may go back.
    now = now.astimezone(UTC)
    for one in occurrences:
        late = one.certainty != "expected" and one.until.astimezone(UTC) < now
        if late and (one.duty.id, one.slot) not in done:
            yield one


def _quick(duty: Duty, after: datetime, zone: tzinfo, working: WorkingDays) -> Occurrence | None:
    """
    The next call by the clock on the wall; nothing where that clock changes on its day or on ours,
    or stands otherwise there: then the long way goes.
    """
    local = after if after.tzinfo is zone else after.astimezone(zone)
    today = day = local.date()
    minutes = _called(duty, today, working)
    number = bisect_right(minutes, local.hour * 60 + local.minute)
    if number == len(minutes):
        found = _coming(duty, today, working)
        if found is None:
            return None
        day, minutes, number = found, _called(duty, found, working), 0
    hour, minute = divmod(minutes[number], 60)
    offset = _steady(zone, today)
    if offset is None or hour > 23 or (day is not today and _steady(zone, day) != offset):
        return None
    due = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
    sure = STATUS[working.status(day)] if duty.days == "working" else "certain"
    return Occurrence(duty, due, STILL, sure)


def _coming(duty: Duty, today: date, working: WorkingDays) -> date | None:
    """
    The first day after today on which *duty* has a call.
    """
    day, limit = today + ONE_DAY, today + _FAR
    while day < limit:
        day = duty.rhythm.soonest(day)
        if _called(duty, day, working):
            return day
        day += ONE_DAY
    return None


@lru_cache(maxsize=4096)
def _steady(zone: tzinfo, day: date) -> timedelta | None:
    """
    By how much a day's clock is ahead of UTC; nothing where that changes on the day.
    """
    begin, end = (datetime(d.year, d.month, d.day, tzinfo=zone) for d in (day, day + ONE_DAY))
    offset = begin.utcoffset()
    return offset if end.utcoffset() == offset else None


def _stepped(duty: Duty, after: datetime, zone: tzinfo, working: WorkingDays) -> Occurrence | None:
    """
    The next call of a round of steps, which may have begun last night, where no clock changes
    between the round's beginning and the call; nothing where one does.
    """
    local = after.astimezone(zone)
    offset = local.utcoffset()
    today = local.date()
    now = local.hour * 60 + local.minute
    held, best = today, _NEVER
    for day, passed in ((today, 0), (today - ONE_DAY, DAY)):
        minutes = _called(duty, day, working)
        number = bisect_right(minutes, now + passed)
        if number < len(minutes) and minutes[number] - passed < best:
            held, best = day, minutes[number] - passed
    if best >= DAY:  # nothing today: a round of the days to come may be the next
        day = today + ONE_DAY
        limit = today + _FAR
        while day < limit:
            day = duty.rhythm.soonest(day)
            start = (day - today).days * DAY
            if start > best:
                break
            minutes = _called(duty, day, working)
            if minutes and start + minutes[0] < best:
                held, best = day, start + minutes[0]
                break
            day += ONE_DAY
        if best == _NEVER:
            return None
    due = datetime(today.year, today.month, today.day, tzinfo=zone) + timedelta(minutes=best)
    if due.utcoffset() != offset or due.replace(fold=1).utcoffset() != offset:
        return None
    # Steps are counted from where the round began, last night or this morning: the clock must
    # not have changed since, or calls come between that no plan names.
    begin = datetime(today.year, today.month, today.day, tzinfo=zone) - ONE_DAY
    if begin.utcoffset() != offset:
        return None
    sure = STATUS[working.status(held)] if duty.days == "working" else "certain"
    return Occurrence(duty, due, STILL, sure)


def _called(duty: Duty, day: date, working: WorkingDays) -> tuple[int, ...]:
    if duty.days == "working" and not working.is_working(day):
        return ()
    always = duty.starts is None and duty.ends is None
    return duty.rhythm.starting(day) if always or duty.holds(day) else ()


def why_not(
    duty: Duty,
    day: date,
    *,
    zone: tzinfo,
    working: WorkingDays = WEEK,
    ground: Ground = NOWHERE,
    others: Iterable[Duty] = (),
    language: str = "en",
) -> str:
    """
    Why *duty* is not due on *day*; where it is, that it is, and when.

    A night's round counts for the day on which its calls fall due.
    """
    zh = language == "zh"
    begin, end = (moment(instant(day, minute, zone), zone) for minute in (0, DAY))
    walk = _walk((duty,), zone, working, ground, others)
    due = list(walk.between(begin, end))
    rhythm = duty.rhythm.say(language)
    if due:
        times = listed([f"{one.due:%H:%M}" for one in due], language)
        return f"{day}到期:{times}。" if zh else f"due on {day} at {times}."
    says = []
    if begin == end:
        says.append("当地没有这一天" if zh else "the local clock skips the whole day")
    for held in (day, day - ONE_DAY):
        minutes = walk.rhythms[0].starting(held)
        if any(minute < DAY if held == day else minute >= DAY for minute in minutes):
            says += _prevented(duty, held, working, language)
    if not says:
        says.append(f"节奏不含该日:{rhythm}" if zh else f"the rhythm does not name it: {rhythm}")
        after = next(walk.between(end, end + _FAR), None)
        if after is not None:
            coming = say_moment(after.due)
            says.append(f"下次{coming}" if zh else f"next due {coming}")
    if zh:
        return f"{day}不到期:{';'.join(says)}。"
    return f"not due on {day}: {'; '.join(says)}."


def _prevented(duty: Duty, held: date, working: WorkingDays, language: str) -> Iterator[str]:
    """
    Why a round that the rhythm names is not held on its day.
    """
    zh = language == "zh"
    if duty.starts is not None and held < duty.starts:
        yield f"该职责自{duty.starts}起生效" if zh else f"the duty is in force from {duty.starts}"
    elif duty.ends is not None and held > duty.ends:
        yield f"该职责至{duty.ends}为止" if zh else f"the duty was in force until {duty.ends}"
    elif duty.days == "working" and not working.is_working(held):
        yield working.why(held, language).rstrip(".。")
        to = rolled(held, duty.roll, working)
        if to is not None:
            yield f"移至{to}" if zh else f"its round is held on {to}"


def _walk(
    duties: tuple[Duty, ...],
    zone: tzinfo,
    working: WorkingDays,
    ground: Ground,
    others: Iterable[Duty],
) -> Walk:
    known = {duty.id: duty for duty in (*others, *duties)}
    return Walk(duties, attrs.evolve(ground, zone=zone, working=working), others=known)


def _naive(when: object) -> bool:
    # A time zone of the database always knows its offset; to ask it takes half of all the time.
    return not isinstance(when, datetime) or (
        type(when.tzinfo) is not ZoneInfo and when.utcoffset() is None
    )


def _check_moment(word: str, when: datetime) -> None:
    if _naive(when):
        raise AgendaError(
            f"it {word} at {when}, which has no time zone: say which, as in 2026-03-31 20:00+08:00."
        )
    if not 1 < when.year <= 9900:
        raise AgendaError(f"it {word} in the year {when.year}; years 2 to 9900 can be walked.")


def _check(duties: tuple[Duty, ...], start: datetime, end: datetime) -> None:
    for word, when in (("begins", start), ("ends", end)):
        _check_moment(word, when)
    if seconds_of(end) < seconds_of(start):
        raise AgendaError(f"it ends at {end.isoformat()}, before it begins at {start.isoformat()}.")
    seen = set()
    for duty in duties:
        if duty.id in seen:
            raise AgendaError(f"duty {duty.id!r} is there twice: ids are names, one for each.")
        seen.add(duty.id)
