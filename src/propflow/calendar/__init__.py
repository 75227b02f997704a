"""
When work is owed: rhythms, working days, duties, and the agenda that they make together.
"""

from propflow.calendar.agenda import AgendaError, agenda, next_due, why_not
from propflow.calendar.cron import Cron
from propflow.calendar.duty import Duty, DutyError, Occurrence
from propflow.calendar.reader import parse_rhythm
from propflow.calendar.rhythm import (
    Daily,
    Every,
    EveryDays,
    Monthly,
    Rhythm,
    RhythmError,
    Weekly,
)
from propflow.calendar.working import WorkingDays, WorkingDaysError

__all__ = [
    "AgendaError",
    "Cron",
    "Daily",
    "Duty",
    "DutyError",
    "Every",
    "EveryDays",
    "Monthly",
    "Occurrence",
    "Rhythm",
    "RhythmError",
    "Weekly",
    "WorkingDays",
    "WorkingDaysError",
    "agenda",
    "next_due",
    "parse_rhythm",
    "why_not",
]
