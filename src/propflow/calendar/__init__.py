"""
When work is owed: rhythms, working days, duties, and the agenda that they make together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from propflow.calendar.agenda import agenda, next_due, overdue, previous_due, why_not
from propflow.calendar.chance import Commitment, Irregular, commitment, reveal
from propflow.calendar.cron import Cron
from propflow.calendar.duty import Duty, DutyError, Occurrence
from propflow.calendar.every import Every, EveryDays
from propflow.calendar.ground import Certainty, Ground
from propflow.calendar.linked import AfterCompletion, Beside
from propflow.calendar.owed import Owed, owed, owed_all
from propflow.calendar.reader import parse_rhythm
from propflow.calendar.rhythm import (
    Daily,
    Monthly,
    Rhythm,
    RhythmError,
    Weekly,
)
from propflow.calendar.rule import Rule
from propflow.calendar.walk import AgendaError
from propflow.calendar.working import WorkingDays, WorkingDaysError
from propflow.calendar.yearly import MonthlyWeekday, MonthlyWorking, Yearly
from propflow.durations import WorkLength, parse_length

if TYPE_CHECKING:
    from propflow.calendar.worktime import Hours, Pause, WorkTimeError

# Few houses count working time, and all would wait for it.
_WORKTIME = ("Hours", "Pause", "WorkTimeError")


def __getattr__(name: str) -> Any:
    if name not in _WORKTIME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from propflow.calendar import worktime

    return getattr(worktime, name)


__all__ = [
    "AfterCompletion",
    "AgendaError",
    "Beside",
    "Certainty",
    "Commitment",
    "Cron",
    "Daily",
    "Duty",
    "DutyError",
    "Every",
    "EveryDays",
    "Ground",
    "Hours",
    "Irregular",
    "Monthly",
    "MonthlyWeekday",
    "MonthlyWorking",
    "Occurrence",
    "Owed",
    "Pause",
    "Rhythm",
    "RhythmError",
    "Rule",
    "Weekly",
    "WorkLength",
    "WorkTimeError",
    "WorkingDays",
    "WorkingDaysError",
    "Yearly",
    "agenda",
    "commitment",
    "next_due",
    "overdue",
    "owed",
    "owed_all",
    "parse_length",
    "parse_rhythm",
    "previous_due",
    "reveal",
    "why_not",
]
