"""
The next time that one duty falls due: what the question costs.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from benchmarks.harness import Contender, Row, plain

ZONE = ZoneInfo("Europe/Berlin")
#: Asked on different days of a year, none of them next to a clock change.
MOMENTS = tuple(
    datetime(2026, month, day, 9, 30, tzinfo=ZONE) for month in range(1, 13) for day in (5, 12, 19)
)


def _checked(following: Callable[[datetime], datetime | None]) -> Callable[[], int]:
    """
    The question as work, once it has been answered right.
    """
    for when in MOMENTS:
        due = following(when)
        assert due is not None
        assert due == (when + timedelta(days=1)).replace(hour=8, minute=5)

    def once() -> int:
        for when in MOMENTS:
            following(when)
        return len(MOMENTS)

    return once


def _propflow() -> Callable[[], int]:
    from propflow.calendar import Duty, next_due, parse_rhythm

    duty = Duty(id="round", by=("agent",), rhythm=parse_rhythm("daily at 08:05"))

    def following(when: datetime) -> datetime | None:
        one = next_due(duty, when, zone=ZONE)
        return None if one is None else one.due

    return _checked(following)


def _croniter() -> Callable[[], int]:
    from croniter import croniter

    return _checked(lambda when: croniter("5 8 * * *", when).get_next(datetime))


def _cronsim() -> Callable[[], int]:
    from cronsim import CronSim

    return _checked(lambda when: next(CronSim("5 8 * * *", when)))


def _apscheduler() -> Callable[[], int]:
    from apscheduler.triggers.cron import CronTrigger

    trigger = CronTrigger(hour=8, minute=5, timezone=ZONE)
    return _checked(lambda when: trigger.get_next_fire_time(None, when))


def _rrule() -> Callable[[], int]:
    from dateutil.rrule import DAILY, rrule

    start = datetime(2026, 1, 1, tzinfo=ZONE)
    rule = rrule(DAILY, dtstart=start, byhour=8, byminute=5, bysecond=0, cache=True)
    return _checked(rule.after)


def _plain() -> Callable[[], int]:
    def following(when: datetime) -> datetime:
        due = when.replace(hour=8, minute=5)
        return due if due > when else due + timedelta(days=1)

    return _checked(following)


ROW = Row(
    id="next-due",
    title="When one duty is due next",
    unit="answer",
    does="the next 08:05 in Berlin after 36 moments of a year; all contenders give the same.",
    fair=(
        "the answers are the same; propflow looks whether a clock changes on the way, keeps its "
        "duty, its window and its reason, and reads the rhythm beforehand as all do that can."
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
            lacks="reads the cron text each time, since its iterator moves.",
            package="croniter",
        ),
        Contender(
            name="cronsim",
            part="peer",
            prepare=plain(_cronsim),
            lacks="reads the cron text each time, since its iterator moves.",
            package="cronsim",
        ),
        Contender(
            name="APScheduler",
            part="peer",
            prepare=plain(_apscheduler),
            lacks="the trigger is made beforehand.",
            package="apscheduler",
        ),
        Contender(
            name="dateutil.rrule",
            part="peer",
            prepare=plain(_rrule),
            lacks="walks from the rule's start, in its cache.",
            package="python-dateutil",
        ),
        Contender(
            name="plain arithmetic",
            part="limit",
            prepare=plain(_plain),
            lacks="replaces hour and minute and adds a day; wrong where a clock changes.",
        ),
    ),
)
