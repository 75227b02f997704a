"""
Laws watch cases while they run, and logs when they are over.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from propflow.cli import main
from propflow.engine import Engine, MemoryStore, SimulatedClock
from propflow.sites import Site
from propflow.verify import Monitor, hold, read_log, traces_of
from propflow.verify.logs import LogError

NOW = datetime(2025, 10, 11, 8, tzinfo=UTC)


def running(house: Site, said: list[str]) -> tuple[Engine, SimulatedClock, Monitor]:
    """
    An engine whose cases are watched.
    """
    clock = SimulatedClock(NOW)
    monitor = Monitor(house, lambda s: said.append(f"{s.law} {s.verdict} {s.after}".strip()))
    return Engine(house, MemoryStore(), clock=clock, observers=[monitor]), clock, monitor


def test_a_monitor_says_how_a_case_stands(house: Site) -> None:
    """
    Fulfilled so far, pending once something is owed, fulfilled when it was done.
    """
    said: list[str] = []
    engine, _, _ = running(house, said)
    case = engine.begin("leak")
    assert said == ["seen-first fulfilled", "grave-is-told fulfilled", "paid-for pending"]
    said.clear()
    engine.complete(case.id, "look", by="bob", facts={"floors": 5})
    assert said == ["grave-is-told pending gravity"]
    said.clear()
    engine.complete(case.id, "report", by="bob")
    engine.complete(case.id, "mend", by="bob")
    engine.complete(case.id, "pay", by="ann", answer="house")
    assert said == ["grave-is-told fulfilled report", "paid-for fulfilled pay"]


def test_what_is_not_grave_need_not_be_reported(house: Site) -> None:
    """
    The condition of the law does not hold, so that nothing is owed.
    """
    said: list[str] = []
    engine, _, _ = running(house, said)
    case = engine.begin("leak")
    engine.complete(case.id, "look", by="bob", facts={"floors": 1})
    assert "grave-is-told pending gravity" not in said


def test_time_that_passes_breaks_a_law(house: Site) -> None:
    """
    Half an hour is half an hour, whether anybody does something or not.
    """
    said: list[str] = []
    engine, clock, monitor = running(house, said)
    case = engine.begin("leak")
    engine.complete(case.id, "look", by="bob", facts={"floors": 5})
    clock.move_to(NOW + timedelta(minutes=30))
    monitor.tick(engine.cases(state="open"), engine.now())
    assert said[-1] == "grave-is-told pending gravity"
    clock.move_to(NOW + timedelta(minutes=31))
    monitor.tick(engine.cases(state="open"), engine.now())
    assert said[-1] == "grave-is-told violated gravity"


def test_a_case_is_doomed_before_the_law_is_broken(tmp_path: Path) -> None:
    """
    Once the way past the report is taken, no way leads back to it.
    """
    from tests.verify.house import lay_out

    site = lay_out(tmp_path, law='    where: {floors: ">= 3"}\n    within: 30 minutes\n=>')
    said: list[str] = []
    engine, _, _ = running(site, said)
    case = engine.begin("leak")
    engine.complete(case.id, "look", by="bob", facts={"floors": 1})
    assert said[-1] == "grave-is-told doomed gravity"


def test_a_case_that_was_under_way_is_taken_up_with_its_history(house: Site) -> None:
    """
    A monitor that comes late reads what happened before; without the journal it keeps out.
    """
    engine, _, _ = running(house, [])
    case = engine.begin("leak")
    said: list[str] = []
    late = Monitor(house, lambda s: said.append(s.law), history=engine.history)
    blind = Monitor(house, lambda _: said.append("guessed"))
    engine.observers += [late, blind]
    engine.complete(case.id, "look", by="bob", facts={"floors": 5})
    assert said == ["seen-first", "grave-is-told", "paid-for"]


def test_the_own_journal_is_held_to_the_laws(house: Site) -> None:
    """
    Each case and law, as at the end of the journal.
    """
    engine, _, _ = running(house, [])
    case = engine.begin("leak")
    engine.complete(case.id, "look", by="bob", facts={"floors": 5})
    traces = traces_of(engine.store.journal(), ended=lambda name: not engine.case(name).open)
    laws = house.procedure("leak").laws
    found = {s.law: s.verdict for s in hold(traces, laws, house, "leak")}
    assert found == {
        "seen-first": "fulfilled",
        "grave-is-told": "pending",
        "paid-for": "pending",
    }


LOG = """case,step,time,floors
c-1,look,2025-10-11T08:00:00+08:00,5
c-1,report,2025-10-11T08:20:00+08:00,
c-1,mend,2025-10-11T09:00:00+08:00,
c-1,pay,2025-10-11T10:00:00+08:00,
c-2,mend,2025-10-11T09:00:00+08:00,
c-2,look,2025-10-11T09:30:00+08:00,4
"""

XES = """<?xml version="1.0" encoding="UTF-8"?>
<log xmlns="http://www.xes-standard.org/" xes.version="2.0">
{}</log>
"""


def xes(log: str) -> str:
    """
    The same log in XES.
    """
    traces: dict[str, str] = {}
    for line in log.splitlines()[1:]:
        case, step, time, floors = line.split(",")
        event = f'<string key="concept:name" value="{step}"/>'
        event += f'<date key="time:timestamp" value="{time}"/>'
        event += f'<int key="floors" value="{floors}"/>' if floors else ""
        traces[case] = traces.get(case, "") + f"<event>{event}</event>\n"
    return XES.format(
        "".join(
            f'<trace><string key="concept:name" value="{case}"/>\n{events}</trace>\n'
            for case, events in traces.items()
        )
    )


@pytest.mark.parametrize("kind", ["csv", "xes"])
def test_a_log_of_another_program_is_held_to_the_laws(
    house: Site, tmp_path: Path, kind: str
) -> None:
    """
    CSV and XES say the same: which case broke which law, and after which step.
    """
    path = tmp_path / f"log.{kind}"
    path.write_text(LOG if kind == "csv" else xes(LOG), encoding="utf-8")
    procedure = house.procedure("leak")
    traces = read_log(path, facts=procedure.facts)
    broken = [
        str(s) for s in hold(traces, procedure.laws, house, "leak") if s.verdict != "fulfilled"
    ]
    assert broken == [
        "c-2: seen-first is violated after 'mend': 'mend' only after 'look'.",
        "c-2: grave-is-told is violated after 'look': after 'look', 'report' follows, where "
        "floors is >= 3, within 30 minutes.",
        "c-2: paid-for is violated after 'look': 'pay' happens.",
    ]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.txt", "", "a log ends in .csv or .xes."),
        ("a.csv", "step\nx\n", ":1: it has no column 'case'; it has step."),
        ("a.csv", "case,step\nc,\n", ":2: this line has no case or no step."),
        (
            "a.csv",
            "case,step,time\nc,x,soon\n",
            ":2: 'soon' is no moment. Write it as 2025-10-11T08:00:00+08:00.",
        ),
        ("a.csv", "case,step,floors\nc,x,many\n", ":2: "),
        ("a.xes", "<log>", ":1: this is no XML: no element found."),
        (
            "a.xes",
            '<!DOCTYPE log [<!ENTITY a "b">]>\n<log>&a;</log>',
            ":1: it declares a document type or an entity, which no log needs. Remove that.",
        ),
        (
            "a.xes",
            "<log><trace><event></event></trace></log>",
            ":1: an event or its trace has no 'concept:name'.",
        ),
    ],
)
def test_a_log_that_cannot_be_read_is_refused(
    house: Site, tmp_path: Path, name: str, text: str, said: str
) -> None:
    """
    With its line, and what to do.
    """
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LogError) as refused:
        read_log(path, facts=house.procedure("leak").facts)
    assert str(refused.value).startswith(f"{path}{said if said[0] == ':' else ': ' + said}")


def test_the_command_says_which_case_broke_which_law(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    Exit code 1, and a line for each.
    """
    path = tmp_path / "log.csv"
    path.write_text("case,step\nc-1,record\nc-1,file\n", encoding="utf-8")
    assert main(["laws", str(path), "--procedure", "complaint"]) == 1
    said = capsys.readouterr().out
    assert "c-1: answered-before-filed is violated after 'file': 'file' only after 'reply'." in said
    assert said.splitlines()[-1].startswith("1 case held to ")
