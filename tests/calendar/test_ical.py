"""
Calendars on phones: read back by other programs, they hold the same calls; no text adds a line.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
from hypothesis import given, settings
from hypothesis import strategies as st

from propflow.calendar import Duty, Occurrence, WorkingDays, agenda, parse_rhythm
from propflow.calendar.ical import CalendarFileError, to_ical
from propflow.calendar.sheet import COLUMNS, safe, to_csv
from propflow.text import Text

NOW = datetime(2026, 1, 1, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
FREE = WorkingDays(holidays={date(2026, 4, 3): "Good Friday", date(2026, 4, 6): "Easter Monday"})


def duty(rhythm: str, name: str = "round", **more: object) -> Duty:
    """
    A duty of the gate.
    """
    return Duty(id=name, post="gate", rhythm=parse_rhythm(rhythm), **more)


def calls(duties: list[Duty], start: str, end: str, zone: ZoneInfo = BERLIN) -> list[Occurrence]:
    """
    Their agenda.
    """
    first, last = (datetime.fromisoformat(at).replace(tzinfo=zone) for at in (start, end))
    return list(agenda(duties, first, last, zone=zone, working=FREE))


def written(found: list[Occurrence], **more: object) -> icalendar.Calendar:
    """
    What another program reads.
    """
    text = to_ical(found, site="garden", now=NOW, **more)
    return icalendar.Calendar.from_ical(text)


def read(calendar: icalendar.Calendar, kind: str, start: str, end: str) -> list[datetime]:
    """
    The moments that recurring-ical-events finds, in UTC.
    """
    found = recurring_ical_events.of(calendar, components=[kind]).between(start, end)
    return sorted(part["DTSTART"].dt.astimezone(UTC) for part in found)


ROUND_TRIPS = [
    ("daily at 08:00, 17:00", {}, "rrule"),
    ("daily at 02:30", {}, "rdate"),  # the gap of 29 March moves one call
    ("weekly on monday, friday at 09:00", {}, "rrule"),
    ("weekly on monday, friday at 09:00", {"days": "working"}, "rdate"),
    ("monthly on last day at 16:00", {}, "rrule"),
    ("monthly on day 31 at 16:00", {}, "rdate"),  # a rule would pass over April
    ("monthly on last friday at 10:00", {}, "rrule"),
    ("monthly on first working day at 10:00", {}, "rdate"),
    ("yearly on march 15 at 09:00", {}, None),
    ("every 7 days at 09:00 from 2026-01-05", {}, "rrule"),
    ("every 5 hours from 20:00 to 06:00", {}, "rdate"),
    ("rrule FREQ=MONTHLY;BYDAY=2TU at 09:00 from 2026-01-01", {}, "rrule"),
]


@pytest.mark.parametrize(
    ("rhythm", "more", "how"), ROUND_TRIPS, ids=[f"{r[0]} {r[1]}" for r in ROUND_TRIPS]
)
def test_calendar_read_back_holds_the_same_calls(rhythm: str, more: dict, how: str | None) -> None:
    """
    As a rule where a rule says exactly the same, as dates where not; through both clock changes.
    """
    found = calls([duty(rhythm, **more)], "2026-03-01", "2026-11-15")
    calendar = written(found)
    for kind in ("VEVENT", "VTODO"):
        due = [one.due.astimezone(UTC) for one in found]
        assert read(calendar, kind, "20260101", "20270101") == due
        (part, *_) = calendar.walk(kind)
        assert [key for key in ("rrule", "rdate") if key in part] == ([how] if how else [])


ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Shanghai"]
OFTEN = ["every 50 minutes from 22:00 to 05:00", "daily at 01:30, 02:30", "every hour"]


@settings(max_examples=15, deadline=None)
@given(
    st.sampled_from(ZONES),
    st.sampled_from(OFTEN),
    st.sampled_from(["2026-03-07", "2026-03-28", "2026-04-04", "2026-10-03", "2026-10-31"]),
)
def test_calls_of_a_doubled_hour_are_read_back_too(name: str, rhythm: str, day: str) -> None:
    """
    Where the clock shows a time twice, the calendar says in UTC which of the two is meant.
    """
    zone = ZoneInfo(name)
    last = (date.fromisoformat(day) + timedelta(days=3)).isoformat()
    found = calls([duty(rhythm)], day, last, zone)
    read_back = read(written(found, kinds=["VEVENT"]), "VEVENT", "20260101", "20270101")
    assert read_back == [one.due.astimezone(UTC) for one in found]


def test_to_do_says_when_it_may_begin_and_until_when() -> None:
    """
    DTSTART is the opening of the window, DUE the end of the grace.
    """
    one = duty("daily at 10:00", early=timedelta(minutes=10), grace=timedelta(minutes=15))
    (part,) = written(calls([one], "2026-03-02", "2026-03-03")).walk("VTODO")
    assert part["DTSTART"].dt == datetime(2026, 3, 2, 9, 50, tzinfo=BERLIN)
    assert part["DUE"].dt == datetime(2026, 3, 2, 10, 15, tzinfo=BERLIN)
    assert part["UID"] == "todo-round@garden.propflow"


def test_written_again_what_has_changed_counts_up() -> None:
    """
    The same UID; the SEQUENCE of what is unchanged stays.
    """
    both = [duty("daily at 08:00", "a"), duty("daily at 09:00", "b")]
    first = to_ical(calls(both, "2026-03-02", "2026-03-09"), site="garden", now=NOW)
    both[1] = duty("daily at 09:30", "b")
    later = NOW + timedelta(days=1)
    found = calls(both, "2026-03-02", "2026-03-09")
    second = to_ical(found, site="garden", now=later, previous=first)
    parts = icalendar.Calendar.from_ical(second).walk("VEVENT")
    assert {str(part["UID"]): part["SEQUENCE"] for part in parts} == {
        "event-a@garden.propflow": 0,
        "event-b@garden.propflow": 1,
    }
    again = to_ical(found, site="garden", now=later, previous=second)
    assert again == second


PIECES = [*'a:;,\\"\r\n=\t', "\u2028", "BEGIN:VALARM", "\r\nATTACH:x\r\n"]
EVIL = st.lists(st.sampled_from(PIECES), min_size=1, max_size=12).map("".join)


@settings(max_examples=40, deadline=None)
@given(EVIL)
def test_label_adds_no_property(label: str) -> None:
    """
    Whatever a label says, the calendar has the same properties as ever.
    """

    def names(text: Text) -> list[tuple[str, list[str]]]:
        found = calls([duty("daily at 08:00", label=text)], "2026-03-02", "2026-03-04")
        calendar = written(found)
        return [(part.name, sorted(part.keys())) for part in calendar.walk()]

    assert names(Text.of(en=label)) == names(Text.of(en="plain"))


def test_what_was_written_before_has_to_be_a_calendar() -> None:
    """
    Anything else is refused, and nothing is written.
    """
    with pytest.raises(CalendarFileError) as caught:
        to_ical([], site="garden", now=NOW, previous=b"no calendar")
    assert str(caught.value).startswith("calendar file: what was written before is no calendar: ")


def test_table_has_a_line_a_call() -> None:
    """
    With its reason.
    """
    one = duty("daily at 10:00", label=Text.of(en="Open, then look", zh="开门"))
    assert to_csv(calls([one], "2026-03-02", "2026-03-03")).splitlines() == [
        ",".join(COLUMNS),
        (
            "2026-03-02T10:00+01:00,2026-03-02T10:00+01:00,round,gate,,"
            '"Open, then look",certain,due 2026-03-02 10:00: every day at 10:00.'
        ),
    ]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", "\n=1"])
def test_cell_is_never_a_formula(cell: str) -> None:
    """
    A spreadsheet takes it as text.
    """
    assert safe(cell) == "'" + cell
    assert safe("a=1") == "a=1"
    one = duty("daily at 10:00", label=Text.of(en=cell))
    assert "'" + cell in to_csv(calls([one], "2026-03-02", "2026-03-03"))
