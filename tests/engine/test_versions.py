"""
Versions: a case keeps to the procedure that it began with, until somebody moves it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from propflow.cli.desk import plugins
from propflow.engine import Case, Engine, SimulatedClock, Store
from propflow.engine.amends import Moved
from propflow.engine.chart import chart_of, rebuilt
from propflow.engine.store.sqlite import SqliteStore
from propflow.engine.written import dump_definition, load_definition
from propflow.errors import RefusedError, StoreError, UnknownNameError
from propflow.sites import Site, load_site
from propflow.verify import Plan, apply_moves, plan_back, plan_moves
from tests.engine.conftest import HANDBOOK, SITE, lay_out

GARDEN = Path(__file__).parents[2] / "examples" / "garden"

#: Makes the site anew with its handbook changed: file, what stands there, and what instead.
Changed = Callable[..., Site]


@pytest.fixture
def changed(tmp_path: Path) -> Changed:
    """
    The same estate a year later: the handbook says something else.
    """

    def change(*edits: tuple[str, str, str]) -> Site:
        files = dict(HANDBOOK)
        for file, was, now in edits:
            assert was in files[file]
            files[file] = files[file].replace(was, now)
        handbook = lay_out(tmp_path / "later" / "handbook", files)
        return load_site(lay_out(tmp_path / "later" / "site", SITE), {"small": handbook})

    return change


COMPLAINT = "procedures/complaint.yaml"
#: A visit between recording and all the rest.
VISITED = (
    COMPLAINT,
    "  - decide: gravity\n",
    "  - {do: visit, en: Visit, zh: 上门, by: clerk}\n  - decide: gravity\n",
)
RENAMED = (COMPLAINT, "- do: handle\n", "- do: deal-with-it\n")
LONGER = (COMPLAINT, "within: 2 hours", "within: 3 hours")
WITHOUT = (
    COMPLAINT,
    "      - do: handle\n        en: Handle it\n        zh: 处理\n        by: guard\n"
    "        within: 2 hours\n        late-tells: manager\n",
    "",
)


def later(site: Site, store: Store, clock: SimulatedClock) -> Engine:
    """
    The program is started again, with the handbook as it is then.
    """
    return Engine(site, store, clock=clock, duties=())


def handled(engine: Engine) -> str:
    """
    A complaint that waits for the guard to handle it.
    """
    case = engine.begin("complaint", {"kind": "noise", "unit": "1-101"}).id
    engine.complete(case, "record", by="ann", facts={"floors": 0})
    return case


def test_a_case_goes_on_as_it_began_whatever_the_handbook_says_now(
    quiet: Engine, store: Store, clock: SimulatedClock, changed: Changed
) -> None:
    """
    The old complaint is decided and closed by the old chart and the old table, the new by the new.
    """
    old = quiet.begin("complaint", {"kind": "leak"}).id
    site = changed(
        VISITED,
        ("decisions/gravity.yaml", '"< 2"', '"< 9"'),
        ("decisions/gravity.yaml", '">= 2"', '">= 9"'),
    )
    engine = later(site, store, clock)
    new = engine.begin("complaint", {"kind": "leak"}).id
    engine.complete(old, "record", by="ann", facts={"floors": 3})
    engine.complete(new, "record", by="ann", facts={"floors": 3})
    assert [item.step for item in engine.worklist(case=old)] == ["report-up-clerk"]
    assert [item.step for item in engine.worklist(case=new)] == ["visit"]
    engine.complete(new, "visit", by="ann")
    assert [item.step for item in engine.worklist(case=new)] == ["handle"]
    assert engine.case(old).version != engine.case(new).version


def test_every_procedure_is_the_same_after_it_was_stored(site: Site) -> None:
    """
    The shipped handbook and the small one: written, read back, and of the same hash.
    """
    garden = load_site(GARDEN, plugins().handbooks)
    for each in (site, garden):
        for name in each.procedures:
            chart = chart_of(each, name)
            text = dump_definition(chart.procedure, chart.program.graph, chart.tables.values())
            again = rebuilt(each, *load_definition(text))
            assert again.version == chart.version, name
            assert again.program.graph == chart.program.graph, name
            for table in chart.tables.values():
                assert again.tables[table.id].as_dict()["rows"] == table.as_dict()["rows"]


def test_the_version_tells_what_counts_from_what_does_not(site: Site, changed: Changed) -> None:
    """
    A new title is the same version; another row of its table is not.
    """
    version = chart_of(site, "complaint").version
    titled = changed((COMPLAINT, "title: {en: Complaint,", "title: {en: Grievance,"))
    assert chart_of(titled, "complaint").version == version
    tabled = changed(
        ("decisions/gravity.yaml", '"< 2"', '"< 3"'), ("decisions/gravity.yaml", '">= 2"', '">= 3"')
    )
    assert chart_of(tabled, "complaint").version != version


def test_a_definition_that_was_changed_in_the_store_is_not_followed(
    site: Site, tmp_path: Path, clock: SimulatedClock, changed: Changed
) -> None:
    """
    Its hash says that it is another one.
    """
    store = SqliteStore(tmp_path / "cases.db")
    case = later(site, store, clock).begin("complaint", {"kind": "noise"}).id
    store._db.execute("UPDATE definitions SET data = replace(data, '\"clerk\"', '\"guard\"')")
    engine = later(changed(VISITED), store, clock)
    version = engine.case(case).version[:8]
    with pytest.raises(StoreError) as refusal:
        engine.complete(case, "record", by="gus", facts={"floors": 1})
    assert refusal.value.what == f"version {version} of complaint is not what was stored."
    store.close()


def test_a_case_whose_version_nobody_has_stands_still_and_stops_no_other(
    site: Site, tmp_path: Path, clock: SimulatedClock, changed: Changed
) -> None:
    """
    It is refused by name, left out of worklists, and the plan says why it stays.
    """
    store = SqliteStore(tmp_path / "cases.db")
    case = later(site, store, clock).begin("complaint", {"kind": "noise"}).id
    store._db.execute("DELETE FROM definitions")
    engine = later(changed(VISITED), store, clock)
    other = engine.begin("complaint", {"kind": "noise"}).id
    version = engine.case(case).version[:8]
    what = f"the version {version} of complaint is neither the site's nor in the store."
    with pytest.raises(RefusedError) as refusal:
        engine.complete(case, "record", by="ann", facts={"floors": 1})
    assert (refusal.value.code, refusal.value.what) == ("no-definition", what)
    assert [item.case for item in engine.worklist()] == [other]
    assert plan_moves(engine).moves[0].why_not == (what,)
    store.close()


# -- moving ---------------------------------------------------------------------------------


def apply(engine: Engine, plan: Plan) -> tuple[Case, ...]:
    """
    Move what can move.
    """
    return apply_moves(engine, plan, by="max", reason="the new handbook")


def test_a_case_moves_with_the_time_that_was_left(
    quiet: Engine, store: Store, clock: SimulatedClock, changed: Changed
) -> None:
    """
    Half an hour of two was used; an hour and a half is left, though the new chart gives three.
    """
    case = handled(quiet)
    clock.move_to(clock.now() + timedelta(minutes=30))
    engine = later(changed(VISITED, RENAMED, LONGER), store, clock)
    plan = plan_moves(engine, procedure="complaint", renamed={"handle": "deal-with-it"})
    assert [(m.case, m.why_not) for m in plan.moves] == [(case, ())]
    (moved,) = apply(engine, plan)
    assert list(moved.since) == ["deal-with-it"]
    assert moved.version == engine.chart("complaint").version
    (item,) = engine.worklist(case=case)
    assert item.due == clock.now() + timedelta(minutes=90)
    assert engine.next_timer(item.due) == item.due
    engine.complete(case, "deal-with-it", by="gus")
    engine.complete(case, "reply", by="ann", facts={"satisfied": "yes"})
    event = engine.history(case)[moved.seq - 1].event
    assert isinstance(event, Moved)
    assert (event.by, event.reason, event.plan) == ("max", "the new handbook", plan.id)
    assert engine.verify().whole


def test_the_events_of_a_case_that_moved_give_the_same_case(
    quiet: Engine, store: Store, clock: SimulatedClock, changed: Changed
) -> None:
    """
    Each part of its history is read by the version of that time.
    """
    case = handled(quiet)
    engine = later(changed(RENAMED), store, clock)
    apply(engine, plan_moves(engine, procedure="complaint", renamed={"handle": "deal-with-it"}))
    engine.complete(case, "deal-with-it", by="gus")
    engine.complete(case, "reply", by="ann", facts={"satisfied": "no"})
    assert engine.definitions.replayed(engine.history(case)) == store.load(case)


def test_a_branch_that_waits_for_the_others_moves_too(
    quiet: Engine, store: Store, clock: SimulatedClock, changed: Changed
) -> None:
    """
    The filing is done and waits for the signature; after the move it still does.
    """
    case = handled(quiet)
    quiet.complete(case, "handle", by="gus")
    quiet.complete(case, "reply", by="ann", facts={"satisfied": "yes"})
    quiet.complete(case, "file", by="ann")
    engine = later(changed(VISITED), store, clock)
    (moved,) = apply(engine, plan_moves(engine))
    assert list(moved.since) == ["sign"]
    assert engine.complete(case, "sign", by="ben").end == "filed"


def test_a_move_is_taken_back(
    quiet: Engine, store: Store, clock: SimulatedClock, changed: Changed
) -> None:
    """
    Case and deadlines are as before; the journal has grown by two lines.
    """
    case = handled(quiet)
    before = quiet.case(case)
    engine = later(changed(VISITED, RENAMED, LONGER), store, clock)
    plan = plan_moves(engine, procedure="complaint", renamed={"handle": "deal-with-it"})
    apply(engine, plan)
    (back,) = apply(engine, plan_back(engine, plan.id))
    assert (back.version, back.marking, back.since) == (
        before.version,
        before.marking,
        before.since,
    )
    assert back.seq == before.seq + 2
    assert plan_back(engine, plan.id).moves == ()
    with pytest.raises(UnknownNameError, match="there is no plan that has moved cases '123'"):
        plan_back(engine, "123")


WHY_NOT: list[tuple[tuple[str, str, str], str]] = [
    (
        WITHOUT,
        "step 'handle' is open, and the new version has no 'handle'.",
    ),
    (
        (
            COMPLAINT,
            "      - do: handle\n",
            "      - ask: handle\n        yes: []\n        no: []\n",
        ),
        "step 'handle' is open as task; in the new version 'handle' is ask.",
    ),
    (
        (COMPLAINT, "floors: {type: integer, min: 0,", "floors: {type: integer, min: 1,"),
        "'floors' is known, and does not fit the new version: it takes a whole number, 1 or more.",
    ),
]


@pytest.mark.parametrize(("edit", "why"), WHY_NOT, ids=["gone", "another-kind", "fact"])
def test_a_case_that_cannot_move_says_why_and_stays(
    quiet: Engine,
    store: Store,
    clock: SimulatedClock,
    changed: Changed,
    edit: tuple[str, str, str],
    why: str,
) -> None:
    """
    One sentence each, and nothing has changed.
    """
    case = handled(quiet)
    edits = [edit]
    if edit[2].startswith("floors"):
        edits.append(
            (
                "decisions/gravity.yaml",
                "floors: {type: integer, min: 0",
                "floors: {type: integer, min: 1",
            )
        )
    engine = later(changed(*edits), store, clock)
    (moving,) = plan_moves(engine).moves
    assert moving.why_not == (why,)
    assert apply(engine, plan_moves(engine)) == ()
    engine.complete(case, "handle", by="gus")


def test_a_case_whose_past_breaks_a_new_law_stays(
    quiet: Engine, store: Store, clock: SimulatedClock, changed: Changed
) -> None:
    """
    It was handled without a visit, and now a visit has to come first; one at its beginning moves.
    """
    quiet.begin("complaint", {"kind": "noise"})
    case = handled(quiet)
    quiet.complete(case, "handle", by="gus")
    law = "  - {law: visited, en: Visited first., zh: 先上门。, precedence: [visit, handle]}\n"
    edit = (COMPLAINT, "    precedence: [reply, file]\n", "    precedence: [reply, file]\n" + law)
    engine = later(changed(VISITED, edit), store, clock)
    first, second = plan_moves(engine).moves
    assert first.why_not == ()
    assert second.why_not == (
        "what was done breaks the law 'visited': 'handle' only after 'visit'.",
    )


def test_a_place_that_the_new_chart_never_comes_to_is_no_place(
    quiet: Engine, store: Store, clock: SimulatedClock, changed: Changed
) -> None:
    """
    What went on side by side is done one after the other now.
    """
    case = handled(quiet)
    quiet.complete(case, "handle", by="gus")
    quiet.complete(case, "reply", by="ann", facts={"satisfied": "yes"})
    text = HANDBOOK[COMPLAINT]
    start, end = text.index("  - together: closing"), text.index("  - end: filed")
    one_by_one = (
        "  - {do: sign, en: Sign, zh: 签字, by: [clerk, manager], not-by: reply}\n"
        "  - {do: file, en: File, zh: 归档, by: clerk}\n"
    )
    engine = later(changed((COMPLAINT, text[start:end], one_by_one)), store, clock)
    (moving,) = plan_moves(engine).moves
    assert moving.why_not == (
        "no case of the new version ever stands so: open at once would be 'sign', 'file'.",
    )


def test_all_cases_of_a_plan_move_or_none(
    quiet: Engine, store: Store, clock: SimulatedClock, changed: Changed
) -> None:
    """
    One of them has gone on since: the plan is refused whole.
    """
    cases = [handled(quiet), handled(quiet)]
    engine = later(changed(VISITED), store, clock)
    plan = plan_moves(engine)
    engine.complete(cases[1], "handle", by="gus")
    with pytest.raises(RefusedError) as refusal:
        apply(engine, plan)
    assert refusal.value.what == (
        "complaint-2 has gone on since this was worked out. Work it out again."
    )
    assert {engine.case(case).version for case in cases} == {plan.moves[0].was}
    with pytest.raises(RefusedError, match="say why"):
        apply_moves(engine, plan_moves(engine), by="max", reason=" ")
