"""
Garden Estate: its files hold together, and its day goes as it is told in them.
"""

from __future__ import annotations

import io
import json
import random
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from propflow.cli.day import Day
from propflow.cli.desk import open_site
from propflow.cli.feed import read_feed
from propflow.cli.summary import summary
from propflow.engine import Case, Entry, MemoryStore, Notice, Observer, Store
from propflow.engine.escalation import STREAM
from propflow.engine.records import unpack
from propflow.engine.store.sqlite import SqliteStore
from propflow.rules import Correlator
from propflow.sites import Site
from propflow.verify import check
from tests.tables import rows

GARDEN = Path(__file__).parents[2] / "examples" / "garden"

CASES = """
    arrears                 | open         | 32
    arrears                 | paid         | 2
    arrears-review          | open         | 1
    background-music        | played       | 1
    car-park-report         | reported     | 1
    centre-daily            | reported     | 1
    complaint               | filed        | 3
    complaint               | open         | 1
    complaints-daily        | filed        | 1
    control-room-alarm      | false-alarm  | 1
    control-room-day        | read         | 1
    duty-call-the-posts     | done         | 1
    duty-control-room-test  | done         | 2
    duty-fire-patrol        | done         | 1
    duty-gate-hourly-report | done         | 9
    duty-gate-hourly-report | missed       | 2
    duty-hall-mop           | done         | 1
    duty-patrol-call        | done         | 2
    duty-patrol-note        | done         | 2
    duty-patrol-report      | done         | 2
    duty-sweep-roads        | done         | 3
    duty-toilet-flush       | done         | 4
    duty-toilet-flush       | missed       | 1
    engineering-daily       | planned      | 1
    equipment-daily         | filed        | 1
    equipment-round         | logged       | 9
    fault-repair            | mended       | 1
    fees                    | paid         | 3
    fire-control            | false-alarm  | 1
    fire-control            | fire-over    | 1
    follow-up               | filed        | 2
    foreman-daily           | reported     | 1
    gate-help               | helped       | 1
    gate-trouble            | logged       | 1
    goods-out               | held         | 1
    goods-out               | released     | 1
    handover                | handed-over  | 2
    home-repair             | done         | 1
    inquiry                 | answered     | 1
    move-in                 | moved-in     | 1
    move-out                | moved-out    | 1
    parking                 | left         | 1
    parking-takings         | handed-in    | 1
    patrol                  | all-well     | 2
    patrol                  | resumed      | 1
    post-handover           | relieved     | 6
    reception               | received     | 1
    renovation              | sent-back    | 1
    renovation-review       | returned     | 1
    repair                  | filed        | 1
    service-daily           | reported     | 1
    suspicious-person       | reported     | 1
    technician-daily        | day-done     | 1
    vehicle-entry           | admitted     | 2
    vehicle-entry           | refused      | 1
    visitor-entry           | admitted     | 1
    visitor-entry           | left-at-gate | 1
    visitor-entry           | refused      | 1
    water-cut               | recorded     | 1
"""

DECISIONS = """
    arrears-contact        | telephone   | 2
    arrears-contact        | visit       | 3
    complaint-severity     | major       | 1
    complaint-severity     | minor       | 2
    complaint-severity     | serious     | 1
    control-room-alarm     | false-alarm | 2
    cut-notice             | broadcast   | 1
    equipment-state        | abnormal    | 1
    equipment-state        | normal      | 8
    fire-alarm             | false-alarm | 1
    fire-alarm             | real        | 1
    follow-up-way          | call        | 2
    gate-vehicle           | admit       | 1
    gate-vehicle           | brief       | 1
    gate-vehicle           | refuse      | 1
    gate-visitor           | admit       | 1
    gate-visitor           | at-gate     | 1
    gate-visitor           | refuse      | 1
    goods-release          | hold        | 1
    goods-release          | release     | 1
    move-out-papers        | complete    | 1
    music-hours            | play        | 1
    renovation-application | return      | 1
    repair-kind            | urgent      | 2
    resident-vehicle       | visitor     | 2
"""

DUTIES = """
    gate-hourly-report   | 9 | 2 | 0
    call-the-posts       | 1 | 0 | 0
    sweep-roads          | 3 | 0 | 0
    foreman-daily        | 1 | 0 | 0
    equipment-daily      | 1 | 0 | 0
    squad-handover       | 2 | 0 | 0
    centre-daily         | 1 | 0 | 0
    control-room-test    | 2 | 0 | 0
    engineering-daily    | 1 | 0 | 0
    complaints-daily     | 1 | 0 | 0
    technician-daily     | 1 | 0 | 0
    service-daily        | 1 | 0 | 0
    hall-mop             | 1 | 0 | 0
    patrol-round         | 3 | 0 | 0
    toilet-flush         | 4 | 1 | 0
    fire-patrol          | 1 | 0 | 0
    background-music     | 1 | 0 | 0
    parking-takings      | 1 | 0 | 0
    car-park-report      | 1 | 0 | 0
    control-room-summary | 1 | 0 | 0
    patrol-call          | 2 | 0 | 0
    patrol-note          | 2 | 0 | 0
    patrol-report        | 2 | 0 | 0
"""

REFUSED = """\
01:54 wang-wei: step 'stand-firm' of gate-trouble-1 takes the answers no, yes, not 'hardly'.
06:42 cao-ling: step 'reset' of fire-control-1 is not open; open is 'verify'.
06:44 gao-lei: step 'verify' of fire-control-1 asks for 'cause', which is not given: one of \
cooking, steam, dust, fault, button, unknown.
08:06 li-na: step 'departments-report' of centre-daily-1 is for department-head, which li-na is \
not now.
08:08 jiang-tao: step 'leave-post' of post-handover-2 is for squad-leader or gate-guard or \
patrol-guard or car-park-guard or central-operator, which jiang-tao is not now.
08:13 wang-wei: step 'check-vehicle' of vehicle-entry-1 is for gate-guard, which wang-wei is \
not now.
10:06 hu-jie: step 'sign-release-slip' of move-out-1 is not open; open is 'confirm-settled'.
10:32 ma-chao: goods-out has no step 'registar-goods'. Did you mean 'register-goods'?
10:42 zhu-bin: step 'hand-over-keys' of move-in-1 is not open; open is 'inspect-home'.
10:57 wan-fen: 'morning-stairs' cannot be 4: it takes a whole number (stairwell), 5 or more.
11:21 song-yu: step 'report-up-complaints-supervisor' of complaint-2 is not open; open is \
'report-up-centre-manager'.
11:37 payment-received: nobody waits for 'payment-received' now.
12:41 tang-wen: 'affected' cannot be 'one': it takes a whole number (household), 1 or more.
15:44 zhao-min: step 'who-settles' of centre-daily-1 takes the answers departments, above, \
centre, not 'department'. Did you mean 'departments'?
16:06 ma-chao: step 'release-goods' of goods-out-2 is not open; open is 'turn-goods-back'.
16:53 zhou-ning: step 'count-takings' of fees-1 is for somebody else than who did \
'take-payment', and that was zhou-ning.
"""

LATE = """\
02:10 duty-gate-hourly-report-3 Report to the shift leader how the post stands, due 10-11 02:10
10:48 complaint-2 Go to the scene and learn from the customer what happened, due 10-11 10:48, \
told Centre manager
11:18 complaint-2 Report up level by level until somebody takes charge, due 10-11 11:18, taken \
as pass it up
12:36 complaint-3 Write the complaint down on the complaint form in full, due 10-11 12:36, told \
Complaints supervisor
13:30 duty-toilet-flush-3 Flush the toilets and take up what lies there, due 10-11 13:30
22:10 duty-gate-hourly-report-10 Report to the shift leader how the post stands, due 10-11 22:10
"""


@pytest.fixture(scope="module")
def site() -> Site:
    """
    The estate, loaded once.
    """
    return open_site(GARDEN)


class Bell:
    """
    A notifier that only keeps what it is told.
    """

    def __init__(self) -> None:
        self.rung: list[str] = []

    def deliver(self, notice: Notice) -> None:
        """
        Keep the id of a notice.
        """
        self.rung.append(notice.id)

    def close(self) -> None:
        """
        Nothing to let go of.
        """


class PowerCutError(Exception):
    """
    The machine stops here.
    """


class Fuse:
    """
    An observer that stops the day just after one of its events has been written.

    Which one: so many of them from now, or the first from a time of the day on.
    """

    def __init__(self, event: int | str) -> None:
        self.left = 1 if isinstance(event, str) else event
        self.since = time.fromisoformat(event) if isinstance(event, str) else time()

    def __call__(self, case: Case, entries: Sequence[Entry]) -> None:
        """
        Count the events; stop when they are used up.
        """
        zone = ZoneInfo("Asia/Shanghai")
        self.left -= sum(entry.moment.astimezone(zone).time() >= self.since for entry in entries)
        if self.left <= 0:
            raise PowerCutError


class Played:
    """
    A day played to its end in memory, with what was printed meanwhile.
    """

    def __init__(self, site: Site, *, fuses: Sequence[int | str] = ()) -> None:
        self.store: Store = MemoryStore()
        for event in fuses:
            with pytest.raises(PowerCutError):
                self.play(site, [Fuse(event)])
        self.play(site, [])

    def play(self, site: Site, observers: Sequence[Observer]) -> None:
        """
        Play what is left of the day.
        """
        self.bell = Bell()
        page = io.StringIO()
        day = Day(
            site,
            self.store,
            read_feed(GARDEN / "day.jsonl", site),
            language="en",
            notifiers=[self.bell],
            screen=Console(file=page, highlight=False, width=200),
            observers=observers,
        )
        day.play()
        self.log = page.getvalue().splitlines()
        self.summary: Mapping[str, Any] = summary(day)

    def said(self, word: str) -> str:
        """
        The lines of the log with a word in front, less the word.
        """
        found = []
        for line in self.log:
            moment, _, rest = line.partition("  ")
            before, there, after = rest.partition(word)
            if there and " " not in before.strip():
                found.append(" ".join(filter(None, (moment, before.strip(), after.strip()))))
        return "\n".join(found) + "\n"

    def seals(self) -> list[str]:
        """
        The seal of every event, in the order of the journal.
        """
        return [entry.seal for entry in self.store.journal()]


@pytest.fixture(scope="module")
def played(site: Site) -> Played:
    """
    The day, played once.
    """
    return Played(site)


def counts(lines: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    """
    A table of the summary as the tables above are written.
    """
    return [tuple(str(value) for value in line.values()) for line in lines]


def test_nothing_is_found_in_the_estate_but_cautions(site: Site) -> None:
    """
    Every step has somebody who may do it, every decision an answer, and every law holds.
    """
    assert [str(finding) for finding in check(site) if finding.severity != "caution"] == []


def test_every_home_has_one_line_in_the_book_of_dues(site: Site) -> None:
    """
    The two ledgers speak of the same homes and the same owners, and 35 of them are in arrears.
    """
    dues = site.book("dues").rows
    assert [(line["unit"], line["owner"]) for line in dues] == [
        (unit.id, unit.owner) for unit in site.units
    ]
    assert len(dues) == 8 * 12 * 4
    assert sum(line["days-overdue"] >= 1 for line in dues) == 35  # type: ignore[operator]
    assert not [line for line in dues if line["days-overdue"] and not line["due"]]


def test_the_calendar_is_that_of_2025(site: Site) -> None:
    """
    248 days are worked: the holiday is free, the Saturday after it is not, the Sunday is again.
    """
    days = [date(2025, 1, 1) + timedelta(days=n) for n in range(365)]
    worked = [day for day in days if site.working.is_working(day)]
    assert len(worked) == 248
    autumn = [day.day for day in worked if date(2025, 9, 27) <= day <= date(2025, 10, 14)]
    assert autumn == [28, 29, 30, 9, 10, 11, 13, 14]


def test_guards_are_guards_in_their_shift_only(site: Site) -> None:
    """
    Every line that a guard on a post answers without being refused lies in the guard's shift.
    """
    hours = {person: line.shift for line in site.roster for person in line.people}
    wrong = [
        f"{line.at:%H:%M} {line.by}"
        for line in read_feed(GARDEN / "day.jsonl", site)
        if line.at is not None
        and line.by in hours
        and not site.shifts[hours[line.by]].covers(line.at.astimezone(site.zone))
    ]
    assert wrong == ["08:08 jiang-tao", "08:13 wang-wei"]


def test_the_day_ends_with_these_cases(played: Played) -> None:
    """
    So many cases of each procedure came to each of its ends.
    """
    assert counts(played.summary["cases"]) == rows(CASES)


def test_the_day_brings_these_decisions(played: Played) -> None:
    """
    Each table decided so often for each outcome.
    """
    assert counts(played.summary["decisions"]) == rows(DECISIONS)


def test_two_reports_of_the_gate_are_missed(played: Played) -> None:
    """
    Nine of the night's eleven reports were made, and the daily work of every office was done.
    """
    assert counts(played.summary["duties"]) == rows(DUTIES)


def test_wrong_answers_are_refused_with_these_sentences(played: Played) -> None:
    """
    Every refusal of the day says what is wrong, and there is no other.
    """
    assert played.said("refused ") == REFUSED
    assert played.summary["refused"] == len(REFUSED.splitlines())


def test_these_deadlines_pass(played: Played) -> None:
    """
    What nobody did in time is told to whom it concerns, and goes on by itself where it can.
    """
    assert played.said("LATE: ") == LATE
    assert played.summary["deadlines_passed"] == len(LATE.splitlines())


def test_a_wait_that_is_over_is_no_missed_deadline(played: Played) -> None:
    """
    When the next round comes is no fault of anybody's: the log says that the time is up.
    """
    assert played.said("Until the next round: ")[:36] == "13:05 parking-1 until 10-11 13:05, a"


def test_the_journal_of_the_day_verifies(played: Played) -> None:
    """
    Every seal holds, and every event of every case is in the journal.
    """
    assert played.summary["verified"]
    assert played.summary["events"] == len(played.seals())


def test_the_same_day_twice_has_the_same_seals(played: Played, site: Site) -> None:
    """
    Nothing of the day hangs on the clock of the machine or on chance.
    """
    again = Played(site)
    assert again.seals() == played.seals()
    assert again.log == played.log


@pytest.mark.parametrize(
    ("lines", "fuses"),
    [
        ("the first report of the night", [1]),
        ("a report that was missed", ["02:10"]),
        ("the reminders, while they are opened", ["09:31", 3, 4, 20]),
        ("the alarm and its place, both at 06:41", ["06:41"]),
        ("the fire engine, three lines at 22:05", ["22:05", 1, 1]),
        ("one event at a time", [1] * 60),
    ],
    ids=lambda cell: cell.replace(" ", "-") if isinstance(cell, str) else "",
)
def test_a_day_that_is_broken_off_goes_on(
    played: Played, site: Site, lines: str, fuses: list[int | str]
) -> None:
    """
    Whatever was the last event written, the same events follow, at the same moments.
    """
    again = Played(site, fuses=fuses)
    assert again.seals() == played.seals(), lines
    assert again.summary == played.summary


def demo(target: Path, *more: str) -> subprocess.Popen[str]:
    """
    The demo as a process of its own.
    """
    run = "import sys; from propflow.cli import main; sys.exit(main())"
    words = [sys.executable, "-c", run, "demo", "--site", str(GARDEN), "--to", str(target), *more]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def killed_after(target: Path, lines: int) -> None:
    """
    Play the day until so many lines have been printed, then kill the process outright.
    """
    with demo(target) as process:
        assert process.stdout is not None
        for _ in range(lines):
            assert process.stdout.readline()
        process.kill()


def journal(target: Path) -> list[str]:
    """
    The seals in the database that a demo left.
    """
    store = SqliteStore(str(target / "garden.db"))
    try:
        return [entry.seal for entry in store.journal()]
    finally:
        store.close()


def test_a_day_that_is_killed_goes_on_and_ends_the_same(played: Played, tmp_path: Path) -> None:
    """
    Killed outright, once or several times, the day leaves a database from which it is played on,
    to the same figures, the same seals and the same notices, none of them twice.
    """
    chance = random.Random(20251011)  # noqa: S311 where it is killed is no secret
    for number, kills in enumerate((1, 1, 3)):
        target = tmp_path / str(number)
        for _ in range(kills):
            killed_after(target, chance.randint(1, 320 // kills))
        with demo(target, "--json") as process:
            printed, _ = process.communicate()
        assert process.returncode == 0, printed
        assert json.loads(printed) == played.summary
        assert journal(target) == played.seals()
        notices = (target / "notices.jsonl").read_text(encoding="utf-8").splitlines()
        assert [json.loads(notice)["id"] for notice in notices] == played.bell.rung


def test_the_day_escalates_the_same_on_durable_rules(played: Played, site: Site) -> None:
    """
    Line by line of what the rulebooks heard that day, another engine comes to the same.
    """
    pytest.importorskip("durable_rules_engine", reason="it has to be compiled")
    engine = pytest.importorskip("propflow_durable_rules.engine")
    number, concluded = 0, 0
    ours = {name: Correlator([one.book]) for name, one in site.rulebooks.items()}
    theirs = {name: engine.DurableEngine([one.book]) for name, one in site.rulebooks.items()}
    while (line := played.store.recall(f"{STREAM}:{number:012d}")) is not None:
        said, number = json.loads(line)["data"], number + 1
        at = datetime.fromisoformat(said["at"])
        found = []
        for each in (ours[said["book"]], theirs[said["book"]]):
            if said["do"] == "advance":
                found.append(each.advance(at))
            else:
                facts = {name: unpack(value) for name, value in said["facts"].items()}
                found.append(each.feed(said["kind"], facts, at=at, event=said["event"]))
        assert found[0] == found[1]
        concluded += len(found[0])
    assert concluded >= 3
    saved = {name: engine.save() for name, engine in ours.items()}
    assert {name: engine.save() for name, engine in theirs.items()} == saved
