"""
The agenda of forty duties over a year: what one occurrence costs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from heapq import merge
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from benchmarks.harness import Contender, Row, plain

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 1, 1, tzinfo=ZONE)
END = datetime(2027, 1, 1, tzinfo=ZONE)

Due = tuple[datetime, str]
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@attrs.frozen(kw_only=True)
class Call:
    """
    One duty in the words of everybody.

    Attributes:
        id: Its name.
        rhythm: As propflow reads it.
        cron: As cron reads it.
        hours: The hours of the day.
        minute: The minute of the hour.
        weekday: The day of the week, Monday 0, where it is weekly.
        monthday: The day of the month where it is monthly; -1 is the last.
    """

    id: str
    rhythm: str
    cron: str
    hours: tuple[int, ...]
    minute: int
    weekday: int | None = None
    monthday: int | None = None


def _calls() -> tuple[Call, ...]:
    words = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    found = []
    for number in range(24):
        hour, minute = 7 + number // 2, number * 7 % 60
        found.append(
            Call(
                id=f"daily-{number}",
                rhythm=f"daily at {hour:02d}:{minute:02d}",
                cron=f"{minute} {hour} * * *",
                hours=(hour,),
                minute=minute,
            )
        )
    for number in range(8):
        day, hour = number % 7, 8 + number
        found.append(
            Call(
                id=f"weekly-{number}",
                rhythm=f"weekly on {words[day]} at {hour:02d}:05",
                cron=f"5 {hour} * * {(day + 1) % 7}",
                hours=(hour,),
                minute=5,
                weekday=day,
            )
        )
    for number in range(6):
        day = number * 5 if number else -1
        found.append(
            Call(
                id=f"monthly-{number}",
                rhythm=f"monthly on {f'day {day}' if number else 'last day'} at 16:{number:02d}",
                cron=f"{number} 16 {day if number else 'L'} * *",
                hours=(16,),
                minute=number,
                monthday=day,
            )
        )
    found += [
        Call(
            id=f"rounds-{minute}",
            rhythm=f"every hour from 20:{minute} to 06:{minute}",
            cron=f"{minute} 20-23,0-6 * * *",
            hours=(*range(7), *range(20, 24)),
            minute=minute,
        )
        for minute in (11, 41)
    ]
    return tuple(found)


#: The day of the month is never past the 25th, so that every contender means the same days.
CALLS = _calls()


def by_hand() -> list[Due]:
    """
    Plain loops: what falls due on each day, sorted day by day.
    """
    times = {
        call.id: [timedelta(hours=hour, minutes=call.minute) for hour in call.hours]
        for call in CALLS
    }
    found: list[Due] = []
    day, end = START.date(), END.date()
    while day < end:
        tomorrow = day + timedelta(days=1)
        midnight = datetime(day.year, day.month, day.day, tzinfo=ZONE)
        due = [
            (after, call.id)
            for call in CALLS
            if _is_meant(call, day, tomorrow)
            for after in times[call.id]
        ]
        due.sort(key=itemgetter(0))
        found += [(midnight + after, name) for after, name in due]
        day = tomorrow
    return found


def _is_meant(call: Call, day: date, tomorrow: date) -> bool:
    if call.weekday is not None:
        return day.weekday() == call.weekday
    if call.monthday is not None:
        return tomorrow.day == 1 if call.monthday == -1 else day.day == call.monthday
    return True


def _counted(walk: Callable[[], Iterable[Due]]) -> Callable[[], int]:
    """
    The walk as work, once it has been found to be what the plain loops say.
    """
    assert sorted(walk()) == sorted(by_hand())

    def once() -> int:
        return sum(1 for _ in walk())

    return once


def _propflow() -> Callable[[], int]:
    from propflow.calendar import Duty, agenda, parse_rhythm

    duties = [Duty(id=c.id, by=("agent",), rhythm=parse_rhythm(c.rhythm)) for c in CALLS]
    said = ((o.due, o.duty.id) for o in agenda(duties, START, END, zone=ZONE))
    assert sorted(said) == sorted(by_hand())

    def once() -> int:
        return sum(1 for _ in agenda(duties, START, END, zone=ZONE))

    return once


def _croniter() -> Callable[[], int]:
    from croniter import croniter

    before = START - timedelta(seconds=1)

    def one(call: Call) -> Iterator[Due]:
        times = croniter(call.cron, before)
        while (due := times.get_next(datetime)) < END:
            yield due, call.id

    return _counted(lambda: merge(*map(one, CALLS)))


def _rrule() -> Callable[[], int]:
    from dateutil import rrule

    def rule(call: Call) -> Any:
        monthly = call.monthday is not None
        return rrule.rrule(
            rrule.MONTHLY if monthly else rrule.DAILY if call.weekday is None else rrule.WEEKLY,
            dtstart=START,
            until=END - timedelta(seconds=1),
            byweekday=call.weekday,
            bymonthday=call.monthday,
            byhour=call.hours,
            byminute=call.minute,
            bysecond=0,
            cache=False,
        )

    rules = [(rule(call), call.id) for call in CALLS]

    def one(times: Iterable[datetime], name: str) -> Iterator[Due]:
        for due in times:
            yield due, name

    return _counted(lambda: merge(*(one(times, name) for times, name in rules)))


def _cronsim() -> Callable[[], int]:
    from cronsim import CronSim

    before = START - timedelta(minutes=1)

    def one(call: Call) -> Iterator[Due]:
        for due in CronSim(call.cron, before):
            if due >= END:
                return
            yield due, call.id

    return _counted(lambda: merge(*map(one, CALLS)))


def _apscheduler() -> Callable[[], int]:
    from apscheduler.triggers.cron import CronTrigger

    def trigger(call: Call) -> Any:
        last = call.monthday == -1
        return CronTrigger(
            day="last" if last else call.monthday,
            day_of_week=call.weekday,
            hour=",".join(map(str, call.hours)),
            minute=call.minute,
            timezone=ZONE,
        )

    triggers = [(trigger(call), call.id) for call in CALLS]

    def one(fires: Any, name: str) -> Iterator[Due]:
        due = fires.get_next_fire_time(None, START)
        while due < END:
            yield due, name
            due = fires.get_next_fire_time(due, due + timedelta(seconds=1))

    return _counted(lambda: merge(*(one(fires, name) for fires, name in triggers)))


def _rust() -> Callable[[], int]:
    from rrule import build_rruleset

    def rule(call: Call) -> Any:
        often, days = "DAILY", ""
        if call.weekday is not None:
            often, days = "WEEKLY", f";BYDAY={_DAYS[call.weekday]}"
        elif call.monthday is not None:
            often, days = "MONTHLY", f";BYMONTHDAY={call.monthday}"
        hours = ",".join(map(str, call.hours))
        text = f"FREQ={often}{days};BYHOUR={hours};BYMINUTE={call.minute};BYSECOND=0"
        return build_rruleset(START, [f"RRULE:{text}"])

    rules = [(rule(call), call.id) for call in CALLS]
    last = END - timedelta(seconds=1)

    def one(times: Iterable[datetime], name: str) -> Iterator[Due]:
        for due in times:
            yield due, name

    return _counted(
        lambda: merge(*(one(times.between(START, last, 60_000), name) for times, name in rules))
    )


def _plain() -> Callable[[], int]:
    return lambda: len(by_hand())


ROW = Row(
    id="agenda",
    title="A year's agenda of 40 duties",
    unit="occurrence",
    does=(
        "everything that 40 duties (24 daily, 8 weekly, 6 monthly, 2 hourly through the night) "
        "owe in 2026 in Asia/Shanghai, in the order of time; all contenders give the same moments."
    ),
    fair=(
        "in Shanghai, whose clock does not change: where it does, propflow keeps the hours right "
        "and not all peers and no loops do; only propflow knows working days and can say why."
    ),
    contenders=(
        Contender(
            name="propflow",
            part="propflow",
            prepare=plain(_propflow),
            lacks="an occurrence with its duty, slot, reason and until when it may begin.",
            package="propflow",
        ),
        Contender(
            name="croniter",
            part="peer",
            prepare=plain(_croniter),
            lacks="one iterator of aware moments a duty, merged by heapq.",
            package="croniter",
        ),
        Contender(
            name="dateutil.rrule",
            part="peer",
            prepare=plain(_rrule),
            lacks="one rule of RFC 5545 a duty, merged by heapq; made before the clock starts.",
            package="python-dateutil",
        ),
        Contender(
            name="cronsim",
            part="peer",
            prepare=plain(_cronsim),
            lacks="one iterator of aware moments a duty, merged by heapq.",
            package="cronsim",
        ),
        Contender(
            name="APScheduler",
            part="peer",
            prepare=plain(_apscheduler),
            lacks="one trigger a duty, asked for the next again and again, merged by heapq.",
            package="apscheduler",
        ),
        Contender(
            name="rrule (Rust)",
            part="peer",
            prepare=plain(_rust),
            lacks="all moments of a duty at once, in lists that are merged by heapq.",
            package="rrule",
        ),
        Contender(
            name="plain loops",
            part="limit",
            prepare=plain(_plain),
            lacks=(
                "for each day the duties that are meant, sorted; pairs of moment and name in a "
                "list, no windows, no working days."
            ),
        ),
    ),
)
