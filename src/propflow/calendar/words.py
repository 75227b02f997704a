"""
How times, days and steps of a calendar are said aloud, in English and in Chinese.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from propflow.durations import say_duration

#: Days of the week as rhythms write them; Monday is 0.
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_ZH_DAYS = "一二三四五六日"
_ZH_UNITS = {"day": "天", "hour": "小时", "minute": "分钟"}


def write_times(at: Iterable[time]) -> str:
    """
    Times as a rhythm's text has them: ``08:00, 17:00``.
    """
    return ", ".join(moment.isoformat("minutes") for moment in at)


def clock(minute: int) -> str:
    """
    A minute of the day as a clock shows it: 1200 is ``20:00``.
    """
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def listed(words: Sequence[str], language: str) -> str:
    """
    Several things in one breath: ``a, b and c``.
    """
    if language == "zh":
        return "、".join(words)
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def say_times(at: Iterable[time], language: str) -> str:
    """
    Times of the day in one breath: ``08:00 and 17:00``.
    """
    return listed([moment.isoformat("minutes") for moment in at], language)


def say_weekday(weekday: int, language: str) -> str:
    """
    A day of the week, Monday being 0: ``Monday``, ``周一``.
    """
    return "周" + _ZH_DAYS[weekday] if language == "zh" else WEEKDAYS[weekday].capitalize()


def say_weekdays(days: Iterable[int], language: str) -> str:
    """
    Days of the week in one breath: ``Monday and Friday``, ``周一、周五``.
    """
    return listed([say_weekday(day, language) for day in days], language)


def say_day(day: date, language: str) -> str:
    """
    A date with its day of the week: ``2025-10-11 (Saturday)``, ``2025-10-11(周六)``.
    """
    name = say_weekday(day.weekday(), language)
    return f"{day}({name})" if language == "zh" else f"{day} ({name})"


def say_moment(when: datetime) -> str:
    """
    A local moment: ``2026-03-31 20:00``.
    """
    return f"{when:%Y-%m-%d %H:%M}"


def say_step(step: timedelta, language: str) -> str:
    """
    How far apart: ``hour``, ``30 minutes``; ``1小时``, ``30分钟``.
    """
    said = say_duration(step)
    if language != "zh":
        count, _, unit = said.partition(" ")
        return unit if count == "1" and " " not in unit else said
    words = said.split()
    pairs = zip(words[::2], words[1::2], strict=True)
    return "".join(count + _ZH_UNITS[unit.rstrip("s")] for count, unit in pairs)


def ordinal(number: int) -> str:
    """
    ``1st``, ``22nd``, ``13th``.
    """
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10)
    return f"{number}{ending or 'th'}"
