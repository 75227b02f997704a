"""
What a site says of time: whose calendar, which policies, who stands where, which secret.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from propflow.calendar import WorkingDays, WorkingDaysError
from propflow.errors import FaultyFileError
from propflow.sites import Site, load_site
from propflow.sites.plan import load, owners, site_agenda
from propflow.text import Text
from tests.sites.house import build, spoil

SHANGHAI = ZoneInfo("Asia/Shanghai")
SITE, DOOR = "estate/site.yaml", "book/posts/door.yaml"


def offered(region: str) -> WorkingDays:
    """
    A calendar that a plugin could offer.
    """
    if region:
        raise WorkingDaysError(f"there is no region {region!r}.")
    return WorkingDays(
        weekend={4, 5},
        holidays={date(2026, 5, 1): Text.of(en="May Day"), date(2025, 10, 11): Text.of(en="Tide")},
        working={date(2026, 5, 2)},
        published={2026: "Gazette"},
    )


def house() -> Site:
    """
    Load the copy with that calendar at hand.
    """
    return load_site(Path("estate"), {"house": Path("book")}, calendars={"tide": offered})


def faults() -> str:
    """
    What loading complains of.
    """
    with pytest.raises(FaultyFileError) as caught:
        house()
    return str(caught.value)


def at(text: str) -> datetime:
    """
    A local moment.
    """
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def _copy(tmp_path, monkeypatch):
    build(tmp_path, monkeypatch)


def test_site_takes_a_calendar_and_its_own_days_win():
    """
    Weekend, holidays and sources come along; the site's make-up day beats the holiday.
    """
    spoil(SITE, "  weekend: [saturday, sunday]\n", "  from: tide\n")
    days = house().working
    assert days.weekend == {4, 5}
    assert not days.is_working(date(2026, 5, 1))
    assert days.is_working(date(2025, 10, 11))
    assert not days.is_working(date(2025, 10, 1))
    assert days.source(date(2026, 1, 1)) == "Gazette"
    assert days.status(date(2025, 1, 1)) == "published"


def test_own_weekend_goes_before_the_calendar_s():
    """
    Said beside ``from``, it holds.
    """
    spoil(SITE, "  weekend: [saturday, sunday]\n", "  from: tide\n  weekend: [sunday]\n")
    assert house().working.weekend == {6}


CALENDARS = [
    ("tid", "site.yaml:7:9: there is no calendar 'tid'. Did you mean 'tide'?"),
    ("moon", "site.yaml:7:9: there is no calendar 'moon'. There are: tide."),
    ("tide:x", "site.yaml:7:9: working days: there is no region 'x'."),
]


@pytest.mark.parametrize(("name", "said"), CALENDARS)
def test_calendar_that_nobody_offers_is_refused(name, said):
    """
    With its place, and what there is.
    """
    spoil(SITE, "calendar:\n  weekend: [saturday, sunday]", f'calendar:\n  from: "{name}"')
    assert faults() == f"estate/{said}".replace(":7:", ":8:")


POLICIES = """
    roll: skip
    from: 2026-01-01
    until: 2026-12-31
    early: 10 minutes
    missed: 1 hour
    overlap: skip
"""


def test_duty_has_its_window_and_its_policies():
    """
    As the handbook's file has them.
    """
    spoil(DOOR, "    grace: setting patience\n", f"    grace: 15 minutes{POLICIES}")
    duty = house().posts["door"].duties[0]
    assert (duty.starts, duty.ends) == (date(2026, 1, 1), date(2026, 12, 31))
    assert (duty.early, duty.grace) == (timedelta(minutes=10), timedelta(minutes=15))
    assert (duty.missed, duty.overlap) == (timedelta(hours=1), "skip")


def test_site_has_its_own_rhythm_for_a_duty_of_the_handbook():
    """
    The post's charter shows it too; what is not said is as the handbook has it.
    """
    own = "duties: {night-round: {rhythm: every 3 hours from 21:00 to 06:00, missed: latest}}\n"
    spoil(SITE, "books:", f"{own}books:")
    site = house()
    (duty,) = (one for one in site.duties if one.id == "night-round")
    assert str(duty.rhythm) == "every 3 hours from 21:00 to 06:00"
    assert (duty.missed, duty.grace) == ("latest", timedelta(minutes=30))
    assert site.posts["door"].duties == (duty,)


FAULTS = [
    (
        SITE, "books:", "duties: {night-rond: {days: working}}\nbooks:",
        "estate/site.yaml:19:10: there is no duty 'night-rond'. Did you mean 'night-round'?",
    ),
    (
        SITE, "books:", "duties: {night-round: {rhythm: dayly}}\nbooks:",
        "estate/site.yaml:19:32: rhythm 'dayly': it begins with 'dayly', but a rhythm begins with",
    ),
    (
        SITE, "books:", "duties: {night-round: {roll: next}}\nbooks:",
        "estate/site.yaml:19:23: duty 'night-round': roll: next does nothing while all days count",
    ),
    (
        DOOR, "    grace: setting patience\n", "    missed: som\n",
        "book/posts/door.yaml:19:13: missed is all, latest, none or a length of time such as "
        "'2 hours', not 'som'.",
    ),
    (
        DOOR, "    grace: setting patience\n", "    until: 2026-02-30\n",
        "book/posts/door.yaml:19:12: there is no day 2026-02-30.",
    ),
    (
        DOOR, "rhythm: every 2 hours from 20:00 to 06:00", "rhythm: 1 hour after supper",
        "the rhythm of duty 'night-round' goes by duty 'supper', and there is none.",
    ),
    (
        SITE, "people: [li]}", 'people: [li], turn: "5-6 of 4 from 2026-01-05"}',
        "a cycle of 4 days has no days 5-6.",
    ),
    (SITE, "books:", "seed: none.txt\nbooks:", "there is no file 'none.txt' in the site's folder."),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "said"), FAULTS, ids=range(len(FAULTS)))
def test_faulty_words_of_time_are_refused(file, old, new, said):
    """
    With their place and the nearest that there is.
    """
    spoil(file, old, new)
    assert said in faults()


def test_seed_is_read_from_its_file_and_never_shown():
    """
    A short one is refused without being repeated.
    """
    spoil(SITE, "books:", "seed: seed.txt\nbooks:")
    secret = Path("estate/seed.txt")
    secret.write_text("correct horse battery staple\n", encoding="utf-8")
    site = house()
    assert site.ground().seed == b"correct horse battery staple"
    assert "correct horse" not in repr(site) + repr(site.ground())
    secret.write_text("hunter2\n", encoding="utf-8")
    said = faults()
    assert (
        "the seed in 'seed.txt' has 7 bytes: from 16, so that nobody guesses it, to 1024." in said
    )
    assert "hunter2" not in said


def test_it_is_known_who_stands_when_over_midnight():
    """
    The night shift is one stand, cut at the ends that were asked for.
    """
    stands = list(house().stands("door", at("2026-03-02T22:00"), at("2026-03-04T02:00")))
    assert [f"{s.start:%d %H:%M}-{s.end:%d %H:%M} {s.people[0]}" for s in stands] == [
        "02 22:00-03 08:00 li", "03 20:00-04 02:00 li",
    ]  # fmt: skip


def test_roster_goes_by_weekdays_and_by_turns():
    """
    Two nights of four for each; a night counts for the day on which it began.
    """
    spoil(
        SITE,
        "  - {post: door, shift: night, people: [li]}",
        '  - {post: door, shift: night, people: [li], turn: "1-2 of 4 from 2026-03-02"}\n'
        '  - {post: door, shift: night, people: [zhao], turn: "3-4 of 4 from 2026-03-02"}\n'
        "  - {post: door, shift: day, people: [wang], days: [saturday]}",
    )
    site = house()
    stands = site.stands("door", at("2026-03-02T12:00"), at("2026-03-08T12:00"))
    assert [f"{s.start:%a} {s.shift} {s.people[0]}" for s in stands] == [
        "Mon night li", "Tue night li", "Wed night zhao", "Thu night zhao", "Fri night li",
        "Sat day wang", "Sat night li",
    ]  # fmt: skip
    assert "caretaker" in site.roles_of("li", at("2026-03-04T07:00"))
    assert "caretaker" not in site.roles_of("li", at("2026-03-04T21:00"))


def test_agenda_of_a_person_is_what_that_person_may_do_then():
    """
    Li is on the door at night, so all rounds are Li's; Wang has none.
    """
    site = house()
    days = (at("2026-03-02"), at("2026-03-03"))
    mine = list(site_agenda(site, *days, person="li"))
    assert [one.due.hour for one in mine] == [0, 2, 4, 6, 20, 22]
    assert list(site_agenda(site, *days, person="wang")) == []
    assert list(site_agenda(site, *days, post="door")) == mine
    assert owners(site, mine[0]) == ("li",)
    counts = load(mine, site, language="en")
    assert [hour for hour, count in enumerate(counts["Door"]) if count] == [0, 2, 4, 6, 20, 22]
    assert mine[0].due.astimezone(UTC).hour == 16
