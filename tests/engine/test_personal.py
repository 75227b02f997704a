"""
Personal facts: destroyed on request or after a time, while the journal stays sealed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from propflow.engine import Engine, MemoryStore, SimulatedClock, Store
from propflow.engine.events import Began
from propflow.engine.personal import played_salt
from propflow.engine.store.sqlite import SqliteStore
from propflow.errors import RefusedError
from propflow.sites import Site, load_site
from tests.engine.conftest import HANDBOOK, SITE, START, lay_out

UNIT = "unit: {type: text, en: Unit"
MRS_LIN = "Mrs Lin of 7-1203"


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """
    The small estate, where it is personal whose home a matter is about.
    """
    folder = tmp_path_factory.mktemp("personal")
    files = {
        name: text.replace(UNIT, "unit: {type: text, personal: yes, en: Unit")
        for name, text in HANDBOOK.items()
    }
    handbook = lay_out(folder / "handbook", files)
    return load_site(lay_out(folder / "site", SITE), {"small": handbook})


@pytest.fixture
def desk(estate: Site, store: Store, clock: SimulatedClock) -> Engine:
    """
    An engine on that estate.
    """
    return Engine(estate, store, clock=clock, duties=())


def visit(engine: Engine, unit: str = MRS_LIN) -> str:
    """
    A visit with a complaint called by it, both at their ends.
    """
    name = engine.begin("visit", {"unit": unit}).id
    child = next(c.id for c in engine.cases() if c.parent == (name, "complain"))
    for step, by, facts in (
        ("record", "ann", {"floors": 0, "kind": "noise"}),
        ("handle", "gus", {}),
        ("reply", "ann", {"satisfied": "yes"}),
        ("file", "ann", {}),
        ("sign", "ben", {}),
    ):
        engine.complete(child, step, by=by, facts=facts)
    assert engine.case(name).end == "left"
    return child


def test_the_sealed_line_never_had_the_value_and_whoever_reads_it_has(
    desk: Engine, store: Store
) -> None:
    """
    In the journal stands a commitment; event, case and observer have the value.
    """
    seen: list[Any] = []
    desk.observers.append(lambda _, lines: seen.extend(line.event for line in lines))
    case = visit(desk)
    assert all(MRS_LIN not in line.data for line in store.journal())
    began = desk.history(case)[0].event
    assert isinstance(began, Began)
    assert began.facts == {"unit": MRS_LIN}
    assert MRS_LIN in [getattr(event, "facts", {}).get("unit") for event in seen]
    assert desk.case(case).facts["unit"] == MRS_LIN
    assert desk.verify().whole


def test_what_was_destroyed_is_gone_and_every_seal_is_right(desk: Engine, store: Store) -> None:
    """
    Only the personal fact; who did what and when stays, and who destroyed it and why.
    """
    case = visit(desk)
    before = [(line.data, line.seal) for line in desk.history(case)]
    after = desk.redact(case, by="max", reason="she asked for it")
    assert "unit" not in after.facts
    assert after.facts["floors"] == 0
    lines = desk.history(case)
    assert [(line.data, line.seal) for line in lines[:-1]] == before
    assert all(MRS_LIN not in str(line.event) for line in lines)
    assert list(store.personal(case)) == []
    assert store.personal("visit-1")
    assert desk.verify().whole
    assert desk.definitions.replayed(lines) == store.load(case)


def test_what_is_left_of_a_case_can_still_be_told(desk: Engine) -> None:
    """
    The steps, and the decision that went by other facts.
    """
    case = visit(desk)
    desk.redact(case, by="max", reason="she asked for it")
    assert desk.passed(case)[:2] == [("record", ""), ("gravity", "minor")]


def test_nothing_is_left_in_the_file(estate: Site, tmp_path: Path, clock: SimulatedClock) -> None:
    """
    Not in free pages and not in the log of the database.
    """
    path = tmp_path / "cases.db"
    store = SqliteStore(path)
    desk = Engine(estate, store, clock=clock, duties=())
    for case in (visit(desk), "visit-1"):
        desk.redact(case, by="max", reason="she asked for it")
    store.compact()
    assert desk.verify().whole
    desk.close()
    for file in tmp_path.glob("cases.db*"):
        assert MRS_LIN.encode() not in file.read_bytes(), file


def test_nobody_can_guess_a_value_from_what_is_sealed(desk: Engine) -> None:
    """
    The same value in two cases leaves two commitments that have nothing in common.
    """
    one, two = visit(desk), visit(desk)
    kept = [desk.store.personal(case)[0] for case in (one, two)]
    assert kept[0].value == kept[1].value
    assert kept[0].commitment != kept[1].commitment
    assert kept[0].salt != kept[1].salt
    assert len(bytes.fromhex(kept[0].salt)) == 16


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE personal SET value = replace(value, 'Lin', 'Li')",
        "UPDATE personal SET salt = 'none'",
        "UPDATE personal SET name = 'kind'",
        "DELETE FROM personal WHERE case_id = 'visit-1'",
        "DELETE FROM personal",
        "INSERT INTO personal VALUES ('x', 'visit-1', 'unit', 'y', '1')",
        "UPDATE journal SET data = replace(data, 'max', 'ann') WHERE data LIKE '%Redacted%'",
        "DELETE FROM journal WHERE data LIKE '%Redacted%'",
    ],
)
def test_any_other_change_is_still_found(
    estate: Site, tmp_path: Path, clock: SimulatedClock, change: str
) -> None:
    """
    A value edited, exchanged, or gone without a word, and the redaction itself.
    """
    store = SqliteStore(tmp_path / "cases.db")
    desk = Engine(estate, store, clock=clock, duties=())
    desk.redact(visit(desk), by="max", reason="she asked for it")
    assert desk.verify().whole
    store._db.execute(change)
    assert not desk.verify().whole
    store.close()


REFUSED: list[tuple[Callable[[Engine], Any], str, str]] = [
    (
        lambda e: e.redact("visit-2", by="max", reason="asked"),
        "still-open",
        "visit-2 is still open and needs what it knows.",
    ),
    (
        lambda e: e.redact("complaint-1", by="ann", reason="asked"),
        "not-over",
        "ann is not over anybody who works on complaint-1.",
    ),
    (
        lambda e: e.redact("complaint-1", by="max", reason=" "),
        "no-reason",
        "say why: the journal keeps the reason.",
    ),
    (
        lambda e: e.redact("complaint-1", by="max", reason="asked", facts=("kind",)),
        "nothing-personal",
        "nothing personal is kept of complaint-1.",
    ),
]


@pytest.mark.parametrize(("redacts", "code", "said"), REFUSED)
def test_what_may_not_be_destroyed_stays(
    desk: Engine, redacts: Callable[[Engine], Any], code: str, said: str
) -> None:
    """
    One sentence, and the value is there.
    """
    visit(desk)
    desk.begin("visit", {"unit": MRS_LIN})
    with pytest.raises(RefusedError) as refusal:
        redacts(desk)
    assert (refusal.value.code, str(refusal.value)) == (code, said)
    assert desk.case("complaint-1").facts["unit"] == MRS_LIN


def test_everything_of_one_person_is_found(desk: Engine) -> None:
    """
    In every case that knows the name; open ones are said to be so.
    """
    child = visit(desk)
    visit(desk, unit="5-0101")
    desk.begin("visit", {"unit": MRS_LIN})
    assert desk.personal(value=MRS_LIN) == ["complaint-1", "complaint-3", "visit-1", "visit-3"]
    for case in (child, "visit-1"):
        desk.redact(case, by="max", reason="she asked for it")
    assert desk.personal(value=MRS_LIN) == ["complaint-3", "visit-3"]


def test_what_is_over_long_enough_is_found(desk: Engine, clock: SimulatedClock) -> None:
    """
    Retention: three years after its end, and not a day earlier.
    """
    child = visit(desk)
    clock.move_to(START + timedelta(days=1095))
    assert desk.personal(ended_before=clock.now() - timedelta(days=1095)) == []
    clock.move_to(START + timedelta(days=1096))
    assert desk.personal(ended_before=clock.now() - timedelta(days=1095)) == [child, "visit-1"]


def test_a_day_that_is_only_played_has_the_same_seals_twice(estate: Site) -> None:
    """
    A simulation brings salt of its own, the same for the same value at the same place.
    """
    seals = []
    for _ in range(2):
        clock = SimulatedClock(START)
        desk = Engine(estate, MemoryStore(), clock=clock, duties=(), salt=played_salt)
        seals.append([line.seal for line in desk.history(visit(desk))])
        assert len({one.salt for one in desk.store.personal()}) == len(desk.store.personal())
    assert seals[0] == seals[1]


def test_a_fact_that_is_not_personal_leaves_the_version_as_it_was(estate: Site, site: Site) -> None:
    """
    The word in the file changes the version of a procedure only where it is said.
    """
    assert site.program("review").graph == estate.program("review").graph
    one, two = (Engine(each, MemoryStore(), duties=()) for each in (site, estate))
    assert one.chart("review").version == two.chart("review").version
    assert one.chart("visit").version != two.chart("visit").version
