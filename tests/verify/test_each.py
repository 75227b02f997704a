"""
Laws on who does a step, how long it takes, and that two are done by two people.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import attrs
import pytest

from propflow.cli import main
from propflow.durations import parse_deadline
from propflow.engine import Engine, MemoryStore, SimulatedClock
from propflow.errors import FaultyFileError
from propflow.procedures import Law, Procedure, compile_graph, graph_of
from propflow.procedures.compose import ask, end, sequence, task
from propflow.sites import Site
from propflow.verify import (
    Doer,
    Monitor,
    Watch,
    check,
    counterexample,
    hold,
    holds,
    read_log,
    say_law,
    traces_of,
)
from tests.verify.house import lay_out

NOW = datetime(2025, 10, 11, 8, tzinfo=UTC)
LAWS = """laws:
  - {law: clerks-look, done-by: {look: clerk, mend: clerk}, en: Only clerks look and mend.}
  - {law: seen-soon, at-most: {look: 2 hours}, en: It is seen within two hours.}
  - {law: four-eyes, two-people: [mend, pay], en: Who mends it does not pay for it.}
"""
ANN, BOB = Doer("ann", frozenset({"manager", "clerk"})), Doer("bob", frozenset({"clerk"}))
MAIA = Doer("maia", frozenset({"manager"}))


def with_laws(folder: Path, **changed: str) -> Site:
    """
    The small house with these laws among its own.
    """
    return lay_out(folder, laws=f"laws:\n=>{LAWS}", **changed)


def broken(site: Site) -> list[str]:
    """
    The laws that are found not to hold.
    """
    return [found.subject for found in check(site) if found.rule == "law"]


def test_they_are_proved_on_the_chart(tmp_path: Path) -> None:
    """
    The chart says who may do a step, how long it may take, and who may not do it.
    """
    assert broken(with_laws(tmp_path)) == []


@pytest.mark.parametrize(
    ("change", "law"),
    [
        ("en: Mend it, by: clerk=>en: Mend it, by: manager", "clerks-look"),
        ("en: Mend it, by: clerk=>en: Mend it, by: [clerk, manager]", "clerks-look"),
        ("within: 1 hour=>within: 3 hours", "seen-soon"),
        (" within: 1 hour,=>", "seen-soon"),
        ("within: 1 hour=>within: 1 working day", "seen-soon"),
        (" not-by: mend,=>", "four-eyes"),
    ],
)
def test_a_chart_that_leaves_it_open_breaks_them(tmp_path: Path, change: str, law: str) -> None:
    """
    One more role, a longer limit, none at all, one that is counted otherwise, one person for two.
    """
    site = with_laws(tmp_path, change=change)
    assert law in broken(site)


def test_the_way_to_the_step_is_shown(tmp_path: Path) -> None:
    """
    A shortest one, as with every law.
    """
    site = with_laws(tmp_path, change="en: Report it, by: clerk=>en: Report it, by: manager")
    law = Law(id="x", template="done-by", steps=("report",), by=(("report", ("clerk",)),))
    way = counterexample(site.program("leak"), law)
    assert way == (("look", ""), ("gravity", "serious"), ("report", ""))
    assert say_law(law) == "'report' is done by nobody but clerk"


def test_two_people_are_needed_only_where_one_way_passes_both() -> None:
    """
    Two steps of which a case comes to one only can be anybody's.
    """
    one_way = ask("which", by="clerk", left=task("a", by="clerk"), right=task("b", by="clerk"))
    apart = Law(id="x", template="two-people", steps=("a", "b"))
    for body, found in (
        (one_way, None),
        (sequence(task("a", by="clerk"), task("b", by="clerk")), "way"),
    ):
        procedure = Procedure(id="p", body=sequence(body, end("over")))
        way = counterexample(compile_graph(graph_of(procedure)), apart)
        assert (way is None) == (found is None)


@pytest.mark.parametrize(
    ("template", "limit", "took", "verdict"),
    [
        ("at-most", "5 minutes", 5, "fulfilled"),
        ("at-most", "5 minutes", 6, "violated"),
        ("at-least", "5 minutes", 5, "fulfilled"),
        ("at-least", "5 minutes", 4, "violated"),
        ("at-least", "5 minutes", None, "fulfilled"),
    ],
)
def test_a_watch_looks_at_how_long_it_took(
    template: str, limit: str, took: int | None, verdict: str
) -> None:
    """
    To the minute; what is not known is not judged.
    """
    law = Law(id="x", template=template, steps=("a",), limits=(("a", parse_deadline(limit)),))
    watch = Watch(law)
    watch.tell("b", took=timedelta(hours=9))
    watch.tell("a", took=None if took is None else timedelta(minutes=took))
    assert watch.verdict == verdict
    assert holds(law, ["a", "b"])


def test_a_watch_looks_at_who_it_was() -> None:
    """
    By the roles that the person has; without any known, nothing is said.
    """
    law = Law(id="x", template="done-by", steps=("a",), by=(("a", ("clerk",)),))
    for doer, verdict in ((BOB, "fulfilled"), (MAIA, "violated"), (None, "fulfilled")):
        watch = Watch(law)
        watch.tell("b", doer=MAIA)
        watch.tell("a", doer=doer)
        assert watch.verdict == verdict
    apart = Watch(Law(id="x", template="two-people", steps=("a", "b")))
    for step, doer, verdict in (
        ("a", ANN, "fulfilled"),
        ("b", BOB, "fulfilled"),
        ("b", ANN, "violated"),
    ):
        apart.tell(step, doer=doer)
        assert apart.verdict == verdict


def test_a_running_case_and_its_journal_are_held_to_them(tmp_path: Path) -> None:
    """
    The engine lets a step come late; the law says that it was too late.
    """
    site = with_laws(tmp_path)
    said: list[str] = []
    clock = SimulatedClock(NOW)
    monitor = Monitor(site, lambda s: said.append(f"{s.law} {s.verdict}"))
    engine = Engine(site, MemoryStore(), clock=clock, observers=[monitor])
    case = engine.begin("leak")
    clock.move_to(NOW + timedelta(hours=2, minutes=1))
    engine.complete(case.id, "look", by="bob", facts={"floors": 1})
    assert "seen-soon violated" in said
    traces = traces_of(engine.store.journal(), ended=lambda _: False, site=site)
    stands = {s.law: s.verdict for s in hold(traces, site.procedure("leak").laws, site, "leak")}
    assert stands["seen-soon"] == "violated"
    assert stands["clerks-look"] == "fulfilled"
    # Somebody whom the site made a manager only, since then.
    bob = attrs.evolve(site.people["bob"], roles=("manager",))
    site = attrs.evolve(site, people={**site.people, "bob": bob})
    traces = traces_of(engine.store.journal(), ended=lambda _: False, site=site)
    stands = {s.law: s.verdict for s in hold(traces, site.procedure("leak").laws, site, "leak")}
    assert stands["clerks-look"] == "violated"


def test_a_log_is_held_to_them(tmp_path: Path) -> None:
    """
    A CSV can say who did a step, in which role, and from when.
    """
    site = with_laws(tmp_path)
    log = tmp_path / "old.csv"
    log.write_text(
        "case,step,time,person,role,began\n"
        "c-1,look,2025-10-11T11:00:00,ann,manager,2025-10-11T08:00:00\n"
        "c-1,mend,2025-10-11T11:30:00,ann,clerk,\n"
        "c-1,pay,2025-10-11T11:40:00,ann,manager,\n",
        encoding="utf-8",
    )
    laws = site.procedure("leak").laws
    stands = {s.law: s.verdict for s in hold(read_log(log), laws, site, "leak")}
    names = ("clerks-look", "seen-soon", "four-eyes")
    assert [stands[name] for name in names] == ["violated"] * 3


def test_a_wrong_one_is_refused_where_it_is_written(tmp_path: Path) -> None:
    """
    A role that there is not, a condition, a step that there is not.
    """
    law = "laws:\n=>laws:\n  - {law: x, done-by: {look: clark}, where: {dry: yes}, en: X.}\n"
    with pytest.raises(FaultyFileError) as refused:
        lay_out(tmp_path, law=law)
    said = [line.partition(": ")[2] for line in str(refused.value).splitlines()]
    assert said == [
        "'done-by' takes no condition: it always holds.",
        "there is no role 'clark'. Did you mean 'clerk'?",
    ]
    with pytest.raises(FaultyFileError, match=r"no step 'lok' in procedure 'leak'\. Did you mean"):
        lay_out(tmp_path, law="laws:\n=>laws:\n  - {law: x, at-most: {lok: 1 hour}, en: X.}\n")


def test_the_command_shows_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    In a phrase, as any law.
    """
    with_laws(tmp_path)
    monkeypatch.setattr("propflow.plugins.manager.Plugins.handbooks", {"small": tmp_path / "book"})
    assert main(["show", "leak/four-eyes", "--site", str(tmp_path / "site")]) == 0
    assert "'mend' and 'pay' are never done by the same person" in capsys.readouterr().out
