"""
The command line, as a person and as a program use it.
"""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest

from propflow.cli import COMMANDS, main
from propflow.cli.desk import example_site, open_site
from propflow.engine import Engine, SimulatedClock
from propflow.engine.store.sqlite import SqliteStore

GARDEN = example_site()


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """
    Run a command in an empty folder; gives its exit code, what it printed, and its complaints.
    """
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> tuple[int, str, str]:
        code = main(list(words))
        printed = capfd.readouterr()
        return code, printed.out, printed.err

    return run


@pytest.fixture
def data(run):
    """
    Run a command that must succeed and print JSON; gives what it printed.
    """

    def data(*words: str, code: int = 0) -> Any:
        found, out, err = run(*words)
        assert (found, err) == (code, "")
        return json.loads(out)

    return data


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    The folder of one day of the example estate, played once for all that look at one.
    """
    folder = tmp_path_factory.mktemp("day") / "played"
    with contextlib.redirect_stdout(io.StringIO()):
        assert main(["demo", "--to", str(folder), "--json"]) == 0
    return folder


@pytest.fixture
def played(run, day: Path) -> None:
    """
    A copy of it in the folder ``played``, which a test may spoil.
    """
    shutil.copytree(day, "played")


@pytest.fixture
def estate(tmp_path: Path) -> Path:
    """
    A copy of the example estate that a test may spoil.
    """
    return Path(shutil.copytree(GARDEN, tmp_path / "estate"))


def test_a_list_has_every_kind_with_both_titles(data) -> None:
    """
    Procedures, decisions, posts, duties and laws, each in English and Chinese.
    """
    listed = data("list", "--json")
    assert {entry["kind"] for entry in listed} >= {"procedure", "decision", "post", "duty", "law"}
    complaint = next(entry for entry in listed if entry["id"] == "complaint")
    assert complaint == {
        "id": "complaint",
        "kind": "procedure",
        "title": {"en": "Customer complaint", "zh": "客户投诉"},
        "chart": "4",
        "drawn": True,
    }
    assert all(entry["title"]["en"] and entry["title"]["zh"] for entry in listed)


@pytest.mark.parametrize("kind", ["procedures", "decisions", "posts", "duties", "laws"])
def test_a_list_of_one_kind_has_no_other(data, kind: str) -> None:
    """
    ``--kind`` leaves the rest out.
    """
    kinds = {entry["kind"] for entry in data("list", "--kind", kind, "--json")}
    assert kinds == {{"duties": "duty"}.get(kind, kind.removesuffix("s"))}


def test_a_procedure_is_shown_whole(data) -> None:
    """
    Steps, edges, ends, laws, and on what covers a box, which.
    """
    shown = data("show", "complaint", "--json")
    record = next(step for step in shown["steps"] if step["id"] == "record")
    assert record["covers"] == ["4.01"]
    assert record["by"] == ["complaints-clerk"]
    assert shown["ends"] == ["filed"]
    covered = {box for step in shown["steps"] for box in step.get("covers", ())}
    assert covered >= {f"4.{n:02}" for n in range(4, 14)} | {"4.01"}
    assert data("show", "complaint", "--format", "json") == shown


@pytest.mark.parametrize("name", ["complaint-severity", "gate", "gate-hourly-report"])
def test_what_is_no_procedure_is_shown_as_well(run, data, name: str) -> None:
    """
    Decisions, posts and duties, in words and as JSON.
    """
    assert data("show", name, "--json")["id"] == name
    code, out, _ = run("show", name, "--lang", "zh")
    assert (code, bool(out.strip())) == (0, True)


def test_every_law_can_be_shown(run, data) -> None:
    """
    A law says its sentence, and in which procedure it stands.
    """
    laws = data("list", "--kind", "laws", "--json")
    assert len({law["id"] for law in laws}) == len(laws)
    for law in laws[:5]:
        shown = data("show", law["id"], "--json")
        assert (shown["kind"], shown["id"]) == ("law", law["id"])
        assert shown["procedure"] == law["id"].partition("/")[0]
        assert run("show", law["id"])[0] == 0


def test_a_duty_that_is_called_like_its_procedure_can_be_shown(data) -> None:
    """
    The kind before the name says which of the two is meant.
    """
    assert data("show", "centre-daily", "--json")["kind"] == "procedure"
    assert data("show", "duty/centre-daily", "--json")["kind"] == "duty"


def test_a_picture_is_written_to_a_file_whole(run) -> None:
    """
    SVG that a browser reads, and no half file beside it.
    """
    assert run("show", "complaint", "--format", "svg", "-o", "c.svg") == (0, "", "")
    assert Path("c.svg").read_text(encoding="utf-8").startswith("<svg ")
    assert [path.name for path in Path().iterdir()] == ["c.svg"]


def test_mermaid_and_text_are_printed(run) -> None:
    """
    For a page on the web, and for reading aloud.
    """
    assert "flowchart TD" in run("show", "complaint", "--format", "mermaid")[1]
    assert "1. Complaints clerk: " in run("show", "complaint")[1]
    assert (
        "用户" in run("show", "complaint", "--lang", "zh")[1]
        or "客户" in run("show", "complaint", "--lang", "zh")[1]
    )


FACTS = (
    "promise-broken=no",
    "repeated=0",
    "company-fault=yes",
    "injury=serious",
    "loss=none",
    "days-open=1",
    "affected=1",
)


def test_a_decision_says_why_and_why_not(run, data) -> None:
    """
    The outcome first; then the row that fired, and what every other row lacked.
    """
    code, out, _ = run("decide", "complaint-severity", *FACTS)
    assert code == 0
    assert out.splitlines()[0] == "major"
    answer = data("decide", "complaint-severity", *FACTS, "--json")
    assert answer["outcome"] == "major"
    assert answer["row"] == 2


def test_an_agenda_of_a_day_can_say_why(data, run) -> None:
    """
    Eleven reports from the gate between one midnight and the next.
    """
    day = ("--from", "2025-10-11", "--to", "2025-10-11")
    agenda = data("agenda", *day, "--json")
    assert len([o for o in agenda if o["duty"] == "gate-hourly-report"]) == 11
    assert [o["due"] for o in agenda] == sorted(o["due"] for o in agenda)
    reports = data("agenda", *day, "--duty", "gate-hourly-report", "--why", "--json")
    assert "every hour from 20:00 to 06:00" in reports[0]["why"]
    assert run("agenda", *day, "--why")[0] == 0


def test_an_agenda_says_what_is_next_and_why_something_is_not_due(data, run) -> None:
    """
    The first report of the evening; and of the weekly work, why it is not due on a Monday.
    """
    gate = ("--duty", "gate-hourly-report", "--json")
    (one,) = data("agenda", "--next", "--from", "2025-10-11", *gate)
    assert one["due"] == "2025-10-11T01:00:00+08:00"
    (why,) = data("agenda", "--why-not", "2025-10-11", *gate)
    assert why["why"].startswith("due on 2025-10-11 at 00:00, 01:00")
    assert run("agenda", "--why-not", "2025-10-11", "--post", "gate", "--lang", "zh")[0] == 0
    code, _, complaint = run("agenda", "--post", "gat")
    assert (code, complaint) == (2, "propflow: there is no post 'gat'. Did you mean 'gate'?\n")


def test_an_agenda_of_what_is_overdue_goes_by_the_journal(run, tmp_path: Path) -> None:
    """
    What was done in time is not on it, what was missed is, and what was passed over is explained.
    """
    site = open_site(None)
    (hourly,) = (duty for duty in site.duties if duty.id == "gate-hourly-report")
    duty = attrs.evolve(hourly, missed=timedelta(hours=2))
    evening = datetime(2025, 10, 10, 19, 30, tzinfo=site.zone)
    clock = SimulatedClock(evening)
    engine = Engine(site, SqliteStore(tmp_path / "cases.db"), clock=clock, duties=[duty])
    clock.move_to(evening + timedelta(minutes=35))
    engine.tick()
    engine.complete(f"{hourly.opens}-1", hourly.id, by="wang-wei")
    clock.move_to(evening + timedelta(hours=5))  # nobody ticked from 20:05 to 00:30
    engine.tick()
    engine.close()
    code, out, err = run(
        "agenda", "--from", "2025-10-10", "--overdue", "--db", "cases.db", "--duty", hourly.id
    )
    assert (code, err) == (0, "")
    lines = out.splitlines()
    evening_of = [line[:16] for line in lines if line >= "2025-10-10 08:00" and line[0] == "2"]
    assert evening_of == ["2025-10-10 23:00"]
    assert lines[-1] == (
        "gate-hourly-report: 2 calls passed over (2025-10-10T21:00 ... 2025-10-10T22:00), "
        "because missed longer ago than 2 hours."
    )


@pytest.fixture
def secret(estate: Path) -> Path:
    """
    An estate whose patrol walks at random, from a secret of its own.
    """
    (estate / "seed.txt").write_text("nobody guesses these words, not even a guard\n")
    file = estate / "site.yaml"
    text = file.read_text(encoding="utf-8").replace(
        'patrol-round: {rhythm: "daily at 09:00, 15:00, 21:00"}',
        "patrol-round: {rhythm: every 5 to 10 minutes from 20:00 to 21:00}",
    )
    file.write_text(text.replace("language: en", "language: en\nseed: seed.txt"), encoding="utf-8")
    return estate


def test_a_round_at_random_is_sealed_before_and_proved_after(data, run, secret: Path) -> None:
    """
    The seal tells no time; opened, the round is the agenda's, and another seal is found out.
    """
    of = ("patrol-round", "--day", "2025-10-10", "--site", str(secret))
    sealed = data("rounds", *of, "--json")
    assert set(sealed) == {"site", "duty", "day", "rhythm", "seal"}
    opened = data("rounds", *of, "--prove", sealed["seal"], "--json")
    agenda = data(
        "agenda", "--from", "2025-10-10", "--duty", of[0], "--site", str(secret), "--json"
    )
    assert opened["calls"] == [line["due"][11:16] for line in agenda]
    assert len(opened["calls"]) > 5
    assert opened["holds"]
    other = data("rounds", of[0], "--day", "2025-10-11", "--site", str(secret), "--json")
    code, out, _ = run("rounds", *of, "--prove", other["seal"])
    assert code == 1
    assert "THE SEAL IS NOT THAT OF THIS ROUND" in out


def test_a_round_is_not_opened_before_it_is_over(run, secret: Path) -> None:
    """
    Whoever watches would know when to come; what is not random, or has no secret, has no seal.
    """
    code, out, complaint = run(
        "rounds", "patrol-round", "--day", "2999-12-31", "--open", "--site", str(secret)
    )
    assert (code, out) == (2, "")
    assert "the round of 2999-12-31 is over at 2999-12-31 21:00: opened before" in complaint
    code, _, complaint = run("rounds", "gate-hourly-report", "--site", str(secret))
    assert code == 2
    assert (
        "comes every hour from 20:00 to 06:00, both included: nothing of it is at random"
        in complaint
    )


def test_an_agenda_that_ends_before_it_begins_is_refused(run) -> None:
    """
    Nothing due and days turned round must not look the same.
    """
    code, out, complaint = run("agenda", "--from", "2025-10-11", "--to", "2025-10-01")
    assert (code, out) == (2, "")
    assert "--to 2025-10-01 lies before --from 2025-10-11: which days are meant?" in complaint


def test_an_agenda_goes_out_as_table_calendar_page_and_picture(run) -> None:
    """
    Into a file each; written again, the calendar is the same but for its time stamp.
    """
    month = ("agenda", "--from", "2025-10-01", "--to", "2025-10-31")
    begins = {"csv": "due,until,", "html": "<!doctype html>", "svg": "<svg ", "ics": "BEGIN:VCAL"}
    for form, begin in begins.items():
        assert run(*month, "--format", form, "-o", f"october.{form}")[0] == 0
        text = Path(f"october.{form}").read_text(encoding="utf-8")
        assert text.startswith(begin)
        assert "<script" not in text
    assert "National Day" in Path("october.html").read_text(encoding="utf-8")
    run(*month, "--format", "ics", "-o", "october.ics")
    assert "SEQUENCE:1" not in Path("october.ics").read_text(encoding="utf-8")


def test_a_year_is_compared_with_the_year_before_a_change(run, data) -> None:
    """
    The site as it was beside the site as it is: what moves, duty by duty.
    """
    shutil.copytree(GARDEN, "changed")
    site = Path("changed/site.yaml")
    own = "  gate-hourly-report: {rhythm: every 2 hours from 20:00 to 06:00}\n"
    text = site.read_text(encoding="utf-8")
    assert text.count("\nduties:\n") == 1
    site.write_text(text.replace("\nduties:\n", f"\nduties:\n{own}"), encoding="utf-8")
    year = ("agenda", "--from", "2025-01-01", "--to", "2025-12-31", "--against", str(GARDEN))
    code, printed, _ = run(*year, "--site", "changed")
    assert code == 0
    assert printed.splitlines()[0] == "gate-hourly-report: 1825 vanish"
    assert {change["change"] for change in data(*year, "--site", "changed", "--json")} == {
        "vanishes"
    }
    assert run(*year)[1] == "Nothing changes.\n"


def test_the_example_estate_checks_clean_but_for_its_cautions(data, run) -> None:
    """
    Where the source conflicts with the law it says so; nothing else is found.
    """
    found = data("check", "--json")
    assert {finding["severity"] for finding in found} == {"caution"}
    code, out, _ = run("check")
    assert code == 0
    assert out.splitlines()[-1].endswith(f"0 findings, {len(found)} cautions.")


def test_a_site_that_can_get_stuck_is_found(run, data, estate: Path) -> None:
    """
    Nobody on the site may record a complaint: exit code 1, with place and reason.
    """
    site = estate / "site.yaml"
    text = site.read_text(encoding="utf-8")
    site.write_text(text.replace("complaints-clerk", "service-agent"), encoding="utf-8")
    found = data("check", "--site", str(estate), "--json", code=1)
    assert {(f["rule"], f["where"]) for f in found if f["severity"] != "caution"} >= {
        ("nobody", "complaint")
    }
    assert run("check", "--site", str(estate))[0] == 1


def test_a_script_carries_a_complaint_to_its_end(data, run) -> None:
    """
    The same from a file and from standard input; a refusal ends it with exit code 2.
    """
    steps = [
        {"do": "record", "by": "sun-li", "facts": {}},
    ]
    Path("s.jsonl").write_text("\n".join(json.dumps(step) for step in steps))
    code, _, err = run("run", "complaint", "--script", "s.jsonl", "--at", "2025-10-11T09:00")
    assert code == 2
    assert err.startswith("propflow: ")


def test_plugins_and_what_they_offer_are_listed(data) -> None:
    """
    Who is there, which hooks, what is blocked.
    """
    listed = data("plugins", "--json")
    assert {p["name"] for p in listed["plugins"]} >= {"handbooks", "stores", "pictures"}
    assert listed["offers"]["handbooks"] == ["property"]


@pytest.mark.parametrize("kind", ["procedure", "decision", "post", "duties", "handbook", "site"])
def test_every_kind_of_file_has_a_schema(data, kind: str) -> None:
    """
    For editors that complete and underline.
    """
    assert data("schema", kind)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(run, command: str) -> None:
    """
    ``--help`` works everywhere, and the overview has the same sentence.
    """
    code, out, _ = run(command, "--help")
    assert code == 0
    assert "Usage: propflow" in out
    assert COMMANDS[command] in run("--help")[1]


# -- what cannot be done --------------------------------------------------------------------


REFUSED: list[tuple[tuple[str, ...], str]] = [
    (("lsit",), "there is no command 'lsit'. Did you mean 'list'?"),
    (
        ("show", "complant"),
        "propflow: there is no procedure, decision, rulebook, post, duty, record or law "
        "'complant'. Did you mean 'complaint'?\n",
    ),
    (
        ("show", "complaint", "--format", "svgg"),
        "propflow: there is no picture format 'svgg'. Did you mean 'svg'?\n",
    ),
    (("show", "gate", "--format", "svg"), "'gate' is no procedure: only text and json show it."),
    (
        ("decide", "complaint-severty"),
        "propflow: there is no decision 'complaint-severty'. Did you mean 'complaint-severity'?\n",
    ),
    (
        ("decide", "complaint-severity", "injry=none"),
        "propflow: there is no input of 'complaint-severity' 'injry'. Did you mean 'injury'?\n",
    ),
    (
        ("decide", "complaint-severity", "injury=grave"),
        "propflow: 'injury' cannot be 'grave': it takes one of none, slight, serious.\n",
    ),
    (("decide", "complaint-severity", "injury"), "'injury' is not of the form field=value."),
    (
        ("agenda", "--from", "2025-10-11", "--to", "2025-10-12", "--duty", "gate-hourly"),
        "propflow: there is no duty 'gate-hourly'. Did you mean 'gate-hourly-report'?\n",
    ),
    (
        ("run", "complant"),
        "propflow: there is no procedure 'complant'. Did you mean 'complaint'?\n",
    ),
    (
        ("run", "complaint", "--script", "none.jsonl"),
        "none.jsonl:1:1: the feed cannot be read: No such file or directory.\n",
    ),
    (
        ("list", "--site", "nowhere"),
        "propflow: there is no site folder 'nowhere'. Name the folder of a site.yaml.\n",
    ),
    (
        ("check", "--site", "nowhere"),
        "propflow: there is no site folder 'nowhere'. Name the folder of a site.yaml.\n",
    ),
    (
        ("run", "complaint", "--script", "none.jsonl", "--db", "nosuch/x.db"),
        "none.jsonl:1:1: the feed cannot be read: No such file or directory.\n",
    ),
]


@pytest.mark.parametrize(("words", "said"), REFUSED, ids=[" ".join(w) for w, _ in REFUSED])
def test_what_cannot_be_done_is_said_in_one_message(run, words: tuple[str, ...], said: str) -> None:
    """
    Exit code 2, a sentence that says what to do, and no file left behind.
    """
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err
    assert list(Path().iterdir()) == []


def spoil(name: str, data: bytes):
    """
    Overwrite a file of the estate.
    """

    def spoiling(estate: Path) -> None:
        (estate / name).write_bytes(data)

    return spoiling


def enlarge(estate: Path) -> None:
    """
    Make the site's file a hundred megabytes long.
    """
    with (estate / "site.yaml").open("r+b") as file:
        file.truncate(100 * 1024 * 1024)


BOMB = b"a: &a [x, x]\n" + b"".join(
    b"%c: &%c [*%c, *%c]\n" % (98 + n, 98 + n, 97 + n, 97 + n) for n in range(20)
)

SPOILT = {
    "not YAML": spoil("site.yaml", b"site: [garden\ntitle: }"),
    "not text": spoil("site.yaml", bytes(range(256))),
    "an alias bomb": spoil("site.yaml", BOMB),
    "100 MB": enlarge,
    "empty": spoil("site.yaml", b""),
    "an unknown key": spoil("site.yaml", b"site: garden\nhandbok: property\n"),
    "a feed that is not JSON": spoil("day.jsonl", b"{'at': 1}\n"),
    "a feed of unknown words": spoil("day.jsonl", b'{"at": "2025-10-11T08:00", "bgin": "fees"}\n'),
    "a feed without a day": spoil("day.jsonl", b'{"message": "complaint-made"}\n'),
    "a book with a letter for a number": spoil(
        "dues.csv", b"unit,owner,due,days-overdue\n1-101,Li,abc,3\n"
    ),
}


@pytest.mark.parametrize("what", SPOILT)
def test_a_spoilt_file_is_said_with_its_place(run, estate: Path, what: str) -> None:
    """
    One report, exit code 2, nothing played and nothing half-written.
    """
    SPOILT[what](estate)
    code, _, err = run("demo", "--site", str(estate), "--to", "played", "--json")
    assert (code, "Traceback" in err) == (2, False)
    assert (
        ".yaml:" in err
        or ".jsonl:" in err
        or ".csv:" in err
        or "no line" in err
        or what in ("a feed without a day")
    )
    assert len(err) < 10_000
    assert not Path("played").exists() or not list(Path("played").glob("*.db"))


def test_a_database_of_another_program_is_left_alone(run) -> None:
    """
    The day is not played into somebody else's file.
    """
    Path("other.db").write_bytes(b"not a database, but a long letter to the residents " * 99)
    before = Path("other.db").read_bytes()
    code, _, err = run("demo", "--to", "played", "--db", "sqlite:other.db")
    assert (code, err) == (2, "propflow: other.db: this is not a propflow database.\n")
    assert Path("other.db").read_bytes() == before


# -- databases ------------------------------------------------------------------------------


@pytest.mark.usefixtures("played")
def test_a_played_day_can_be_audited(run, data) -> None:
    """
    Whole after the day; broken, with the place named, after somebody has changed a line.
    """
    assert data("audit", "played/garden.db", "--json")["verified"] is True
    with contextlib.closing(sqlite3.connect("played/garden.db")) as database, database:
        database.execute("UPDATE journal SET data = replace(data, 'minor', 'major') WHERE n > 40")
    code, out, _ = run("audit", "sqlite:played/garden.db")
    assert code == 1
    assert "is not what was sealed." in out.splitlines()[0]
    assert out.splitlines()[-1].endswith("THE JOURNAL IS BROKEN.")


@pytest.mark.usefixtures("played")
def test_the_journal_of_a_case_can_be_read_with_what_was_refused(run, data) -> None:
    """
    Line by line in the order of time; a case that is not there is said.
    """
    refused = data("audit", "played/garden.db", "--refusals", "--json")
    assert refused
    assert all(line["event"] == "(refused)" for line in refused)
    lines = data("audit", "played/garden.db", "--case", "complaint-1", "--json")
    assert [line["seq"] for line in lines if "seq" in line][:3] == [0, 1, 2]
    assert lines == sorted(lines, key=lambda line: line["at"])
    first = run("audit", "played/garden.db", "--case", "complaint-1")[1].splitlines()[0]
    assert first.startswith(f"{lines[0]['at']} Began")
    code, _, err = run("audit", "played/garden.db", "--case", "complaint-0")
    assert code == 2
    assert err.startswith("propflow: there is no case 'complaint-0'.")


@pytest.mark.usefixtures("played")
def test_open_cases_of_a_played_day_go_over_to_another_handbook(run, data) -> None:
    """
    Planned, moved, and moved back; without a name and a reason nothing is done.
    """
    shutil.copytree(example_site(), "later")
    file = Path("later/site.yaml")
    text = file.read_text(encoding="utf-8")
    assert "reminder-days: 15 days" in text
    file.write_text(text.replace("reminder-days: 15 days", "reminder-days: 20 days"), "utf-8")
    on = ("migrate", "played/garden.db", "--site", "later")
    assert data("migrate", "played/garden.db", "--plan", "--json")["cases"] == []
    plan = data(*on, "--plan", "--json")
    assert [case["procedure"] for case in plan["cases"]]
    assert all(case["moves"] for case in plan["cases"]), plan
    assert run(*on, "--apply") == (
        2,
        "",
        "Usage: propflow migrate [OPTIONS] DATABASE\n"
        "Try 'propflow migrate --help' for help.\n\n"
        "Error: say with --by who moves them and with --reason why.\n",
    )
    who = ("--by", "zhou-jie", "--reason", "a new handbook")
    assert data(*on, "--apply", *who, "--json") == plan
    assert data(*on, "--plan", "--json")["cases"] == []
    code, out, _ = run(*on, "--revert", plan["plan"], *who)
    assert code == 0
    assert out.splitlines()[0].startswith(f"{plan['cases'][0]['case']} moved: ")
    assert data(*on, "--plan", "--json")["cases"]
    assert data("audit", "played/garden.db", "--json")["verified"] is True


@pytest.mark.usefixtures("played")
def test_a_case_of_a_played_day_can_be_drawn(run) -> None:
    """
    Its path and where it stands, out of the database.
    """
    words = ("show", "complaint", "--db", "played/garden.db", "--case")
    assert "✓" in run(*words, "complaint-1")[1]
    code, _, err = run(*words, "fees-1")
    assert (code, err) == (
        2,
        "propflow: fees-1 is a case of 'fees', not of 'complaint'. Show 'fees'.\n",
    )


@pytest.mark.usefixtures("played")
def test_what_was_given_up_on_is_listed_and_tried_again(run, data) -> None:
    """
    A notice that could not be delivered waits for a person.
    """
    assert data("incidents", "played/garden.db", "--json") == []
    with contextlib.closing(sqlite3.connect("played/garden.db")) as database, database:
        database.execute(
            "INSERT INTO outbox (id, kind, case_id, data, attempts, state, error) "
            "VALUES ('x:1', 'notice', 'complaint-1', '{}', 5, 'dead', 'no line')"
        )
    (incident,) = data("incidents", "played/garden.db", "--json")
    assert (incident["id"], incident["error"], incident["retried"]) == ("x:1", "no line", False)
    assert "no line" in run("incidents", "played/garden.db")[1]
    code, _, err = run("incidents", "played/garden.db", "--retry", "x:2")
    assert (code, err) == (2, "propflow: there is no incident 'x:2'. Did you mean 'x:1'?\n")
    assert run("incidents", "played/garden.db", "--retry", "x:1")[1] == (
        "1 put back; the next tick tries them.\n"
    )
    assert data("incidents", "played/garden.db", "--json") == []


@pytest.mark.parametrize("command", [("audit",), ("incidents",)])
def test_looking_at_a_database_does_not_make_one(run, command: tuple[str, ...]) -> None:
    """
    A mistyped name is said, and no empty file is left behind.
    """
    assert run(*command, "garden.db") == (
        2,
        "",
        "propflow: garden.db: there is no such database.\n",
    )
    assert list(Path().iterdir()) == []


@pytest.mark.usefixtures("played")
def test_personal_data_of_a_played_day_is_destroyed(run, data) -> None:
    """
    By the name of a person, in every case that is over; the journal verifies.
    """
    with contextlib.closing(sqlite3.connect("played/garden.db")) as database:
        case, value = database.execute(
            "SELECT case_id, value FROM personal JOIN cases ON id = case_id WHERE NOT is_open"
        ).fetchone()
    who = ("--by", "tan-rui", "--reason", "asked for it")
    _, out, _ = run("redact", "played/garden.db", "--person", json.loads(value), *who, "--json")
    assert case in json.loads(out)["redacted"]
    assert data("audit", "played/garden.db", "--json")["verified"] is True
    code, out, _ = run("redact", "played/garden.db", "--older-than", "300 years", *who)
    assert (code, out) == (0, "Personal data of 0 cases destroyed, of 0 not.\n")
    code, _, err = run("redact", "played/garden.db", *who)
    assert code == 2
    assert err.endswith("Error: say one of --case, --person and --older-than.\n")
