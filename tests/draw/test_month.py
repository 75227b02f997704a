"""
A month to print: each day says what is owed on it, as shortly as it can be said truly.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from propflow.calendar import Duty, WorkingDays, agenda, parse_rhythm
from propflow.draw.month import draw_month

TIMES = [
    ("every hour from 22:00 to 04:00", "00:00–04:00 ×5 22:00–23:00 ×2"),
    ("daily at 06:30, 09:30, 14:00", "06:30 09:30 14:00"),
    ("daily at 06:00, 08:00, 10:00, 12:00, 15:00", "06:00–12:00 ×4 15:00"),
]


@pytest.mark.parametrize(("rhythm", "said"), TIMES, ids=[t[0] for t in TIMES])
def test_a_day_says_its_times_shortly_and_truly(rhythm: str, said: str) -> None:
    """
    From ten at night to four in the morning is not from midnight to eleven.
    """
    zone = ZoneInfo("Asia/Shanghai")
    start = datetime(2026, 3, 2, tzinfo=zone)
    report = Duty(id="report", post="gate", rhythm=parse_rhythm(rhythm))
    calls = agenda([report], start, start + timedelta(days=1), zone=zone)
    page = draw_month(calls, title="March", working=WorkingDays())
    assert f"<small>{said}</small> report" in page
