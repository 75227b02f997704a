"""
Duties: what is owed, by whom, how late it may begin, and what is refused when it is declared.
"""

from __future__ import annotations

import pickle
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import attrs
import pytest

from propflow.calendar import Duty, DutyError, Occurrence, parse_rhythm
from propflow.errors import Place
from propflow.text import Text

SHANGHAI = ZoneInfo("Asia/Shanghai")

REPORT = Duty(
    id="report-to-shift-leader",
    label=Text.of(en="Report to the shift leader", zh="向领班汇报岗位情况"),
    post="gate",
    rhythm=parse_rhythm("every hour from 20:00 to 06:00"),
    grace=timedelta(minutes=15),
    covers=("17.01",),
    chart="17",
)


def at(text: str) -> datetime:
    """
    A moment in Shanghai.
    """
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_call_may_begin_until_its_grace_is_over() -> None:
    """
    Due at 20:00 with 15 minutes' grace: until 20:15.
    """
    call = Occurrence(REPORT, at("2026-03-31T20:00"))
    assert call.until == at("2026-03-31T20:15")
    assert call.slot == "2026-03-31T20:00"
    assert call.planned.isoformat() == "2026-03-31T20:00:00"


def test_call_says_why_it_is_due() -> None:
    """
    The rhythm, the night that it belongs to, and until when it may begin.
    """
    evening, morning, last = (
        Occurrence(REPORT, at(when))
        for when in ("2026-03-31T20:00", "2026-04-01T05:00", "2026-04-01T23:50")
    )
    assert evening.why("en") == (
        "due 2026-03-31 20:00: every hour from 20:00 to 06:00, both included; "
        "it may begin until 20:15."
    )
    assert morning.why("en") == (
        "due 2026-04-01 05:00: every hour from 20:00 to 06:00, both included; "
        "of the night that began on 2026-03-31; it may begin until 05:15."
    )
    assert morning.why("zh") == (
        "2026-04-01 05:00到期:20:00至次日06:00每1小时一次,含首尾;属2026-03-31当晚;最迟05:15开始。"
    )
    assert last.why("en").endswith("it may begin until 2026-04-02 00:05.")


def test_place_is_no_part_of_what_a_duty_means() -> None:
    """
    The same duty on another line of the file is the same duty.
    """
    assert attrs.evolve(REPORT, place=Place("duties.yaml", 7)) == REPORT
    assert hash(attrs.evolve(REPORT, place=Place("duties.yaml", 7))) == hash(REPORT)
    assert pickle.loads(pickle.dumps(REPORT)) == REPORT  # noqa: S301


REFUSED = [
    ({"id": ""}, "duty '': it has no id."),
    (
        {"post": None},
        ("duty 'report-to-shift-leader': nobody owes it: name a post, or the roles it is done by."),
    ),
    (
        {"grace": timedelta(minutes=-1)},
        (
            "duty 'report-to-shift-leader': "
            "its grace is below zero: it would be missed before it is due."
        ),
    ),
    (
        {"days": "workin"},
        (
            "duty 'report-to-shift-leader': "
            "days is one of all, working, not 'workin'. Did you mean 'working'?"
        ),
    ),
    (
        {"roll": "nxt", "days": "working"},
        (
            "duty 'report-to-shift-leader': "
            "roll is one of skip, next, previous, nearest, modified, not 'nxt'. "
            "Did you mean 'next'?"
        ),
    ),
    (
        {"roll": "next"},
        (
            "duty 'report-to-shift-leader': "
            "roll: next does nothing while all days count: add days: working."
        ),
    ),
]


@pytest.mark.parametrize(("change", "message"), REFUSED, ids=[row[1] for row in REFUSED])
def test_duty_that_cannot_be_kept_is_refused(change: dict, message: str) -> None:
    """
    One sentence, with the duty's name.
    """
    with pytest.raises(DutyError) as caught:
        attrs.evolve(REPORT, **change)
    assert str(caught.value) == message
