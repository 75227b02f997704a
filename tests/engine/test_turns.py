"""
One case for each line of a book: side by side or in turn, for all of them or until the first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from propflow.draw import Names
from propflow.draw.scene import in_turn
from propflow.engine import Case, Engine, MemoryStore, SimulatedClock, Store
from propflow.engine.store.sqlite import SqliteStore
from propflow.errors import HandbookError
from propflow.procedures import Each
from propflow.sites import Site, load_site
from propflow.testing import walk
from propflow.verify import apply_moves, plan_moves
from tests.engine.conftest import HANDBOOK, SITE, lay_out

REPAIR = """
procedure: repair
chart: "7"
title: {{en: Repair, zh: 维修}}
steps:
  - each: ask-around
    en: Ask the firms
    zh: 询问各单位
    over: firms
    {how}
    procedure: offer
  - do: look
    en: Look at it
    zh: 查看
    by: clerk
  - end: seen
"""
OFFER = """
procedure: offer
chart: "7"
title: {en: Offer, zh: 报价}
facts:
  firm: {type: text, en: Firm, zh: 单位, personal: yes}
steps:
  - ask: can-you
    en: Can they come?
    zh: 能否前来?
    by: clerk
    yes:
      - end: agreed
    no:
      - end: declined
"""
BOOK = """
books:
  firms:
    en: Firms
    zh: 单位
    columns:
      firm: {type: text, en: Firm, zh: 单位}
"""
FIRMS = ["Anker", "Brandt", "Cole", "Dorn"]
NOW = datetime(2025, 10, 11, 8, 0, tzinfo=UTC)


def estate(folder: Path, how: str) -> Site:
    """
    A small estate that asks four firms for a repair.
    """
    columns = BOOK.partition("books:\n")[2]
    handbook = {
        **HANDBOOK,
        "handbook.yaml": HANDBOOK["handbook.yaml"].rstrip("\n") + "\n" + columns.lstrip("\n"),
        "procedures/repair.yaml": REPAIR.format(how=how),
        "procedures/offer.yaml": OFFER,
    }
    site = {
        **SITE,
        "site.yaml": SITE["site.yaml"].replace("dues.csv}", "dues.csv, firms: firms.csv}"),
        "firms.csv": "\n".join(["firm", *FIRMS]) + "\n",
    }
    lay_out(folder / "handbook", handbook)
    return load_site(lay_out(folder / "site", site), {"small": folder / "handbook"})


Asked = Callable[[str], Engine]


@pytest.fixture(params=["memory", "sqlite"])
def asked(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Asked]:
    """
    Begins a repair whose firms are asked in the way given, on each store.
    """
    store: Store = (
        MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "cases.db")
    )

    def begun(how: str) -> Engine:
        engine = Engine(estate(tmp_path, how), store, clock=SimulatedClock(NOW), duties=())
        engine.begin("repair")
        return engine

    yield begun
    store.close()


def offers(engine: Engine, state: str = "all") -> list[str]:
    """
    The firms whose offers there are, in the order in which they were asked.
    """
    return [str(c.facts["firm"]) for c in engine.cases(state=state) if c.procedure == "offer"]


def answer(engine: Engine, firm: str, said: str) -> Case:
    """
    What a firm says; the repair afterwards.
    """
    offer = next(c for c in engine.cases() if c.facts.get("firm") == firm)
    engine.complete(offer.id, "can-you", by="ann", answer=said)
    return engine.case("repair-1")


def ends(engine: Engine) -> dict[str, str | None]:
    """
    The end that each offer came to.
    """
    return {str(c.facts["firm"]): c.end for c in engine.cases() if c.procedure == "offer"}


def test_side_by_side_all_are_asked_at_once(asked: Asked) -> None:
    """
    Where nothing is said, nobody waits for anybody else.
    """
    engine = asked("where: {}")
    assert offers(engine, "open") == FIRMS
    for firm in FIRMS:
        assert "look" not in engine.case("repair-1").since
        answer(engine, firm, "yes")
    assert list(engine.case("repair-1").since) == ["look"]


def test_in_turn_each_is_asked_when_the_one_before_has_answered(asked: Asked) -> None:
    """
    The order is that of the book, and every line has its turn.
    """
    engine = asked("order: in-turn")
    for number, firm in enumerate(FIRMS, 1):
        assert offers(engine, "open") == [firm]
        assert offers(engine) == FIRMS[:number]
        case = answer(engine, firm, "yes")
    assert list(case.since) == ["look"]
    assert engine.verify().whole


def test_in_turn_until_the_first_agrees_and_no_other_is_asked(asked: Asked) -> None:
    """
    Two decline, the third agrees; the fourth never hears of it.
    """
    engine = asked("order: in-turn\n    until: agreed")
    answer(engine, "Anker", "no")
    answer(engine, "Brandt", "no")
    case = answer(engine, "Cole", "yes")
    assert list(case.since) == ["look"]
    assert ends(engine) == {"Anker": "declined", "Brandt": "declined", "Cole": "agreed"}


def test_when_nobody_agrees_the_case_goes_on_after_the_last(asked: Asked) -> None:
    """
    The book has an end, and so has the asking.
    """
    engine = asked("order: in-turn\n    until: agreed")
    for firm in FIRMS:
        case = answer(engine, firm, "no")
    assert list(case.since) == ["look"]


def test_side_by_side_until_the_first_agrees_and_the_others_are_given_up(asked: Asked) -> None:
    """
    One had declined before; the two that had not answered are withdrawn, and say why.
    """
    engine = asked("until: agreed")
    answer(engine, "Brandt", "no")
    case = answer(engine, "Cole", "yes")
    assert list(case.since) == ["look"]
    assert ends(engine) == {
        "Anker": "withdrawn",
        "Brandt": "declined",
        "Cole": "agreed",
        "Dorn": "withdrawn",
    }
    dorn = next(c.id for c in engine.cases() if c.facts.get("firm") == "Dorn")
    assert getattr(engine.history(dorn)[-1].event, "reason", "") == "another came to 'agreed'."
    assert [item.step for item in engine.worklist()] == ["look"]
    assert engine.verify().whole


def test_what_another_repair_has_asked_is_left_alone(asked: Asked) -> None:
    """
    Only those are given up for whom the same step waits.
    """
    engine = asked("until: agreed")
    engine.begin("repair")
    answer(engine, "Anker", "yes")
    assert offers(engine, "open") == FIRMS
    assert engine.case("repair-2").open


def test_the_lines_are_those_of_the_book_as_it_was(asked: Asked, tmp_path: Path) -> None:
    """
    A firm that enters the book while others are being asked is not asked this time.
    """
    engine = asked("order: in-turn")
    answer(engine, "Anker", "no")
    (tmp_path / "site" / "firms.csv").write_text("firm\nErnst\nAnker\nDorn\n", encoding="utf-8")
    site = load_site(tmp_path / "site", {"small": tmp_path / "handbook"})
    later = Engine(site, engine.store, clock=SimulatedClock(NOW), duties=())
    for firm in FIRMS[1:]:
        case = answer(later, firm, "no")
    assert list(case.since) == ["look"]
    assert offers(later) == FIRMS


def test_after_a_move_the_turn_goes_on_under_the_new_name(asked: Asked, tmp_path: Path) -> None:
    """
    The step is called otherwise in the new handbook; those who answer are heard all the same.
    """
    engine = asked("order: in-turn\n    until: agreed")
    answer(engine, "Anker", "no")
    file = tmp_path / "handbook" / "procedures" / "repair.yaml"
    old = file.read_text(encoding="utf-8")
    file.write_text(old.replace("each: ask-around", "each: find-a-firm"), encoding="utf-8")
    site = load_site(tmp_path / "site", {"small": tmp_path / "handbook"})
    later = Engine(site, engine.store, clock=SimulatedClock(NOW), duties=())
    plan = plan_moves(later, procedure="repair", renamed={"ask-around": "find-a-firm"})
    assert [move.why_not for move in plan.moves] == [()]
    apply_moves(later, plan, by="max", reason="the new handbook")
    answer(later, "Brandt", "no")
    assert offers(later, "open") == ["Cole"]
    assert list(answer(later, "Cole", "yes").since) == ["look"]


def test_a_case_does_not_move_to_where_the_lines_are_gone_through_otherwise(
    asked: Asked, tmp_path: Path
) -> None:
    """
    Those whose turn has not come would never be asked.
    """
    engine = asked("order: in-turn")
    file = tmp_path / "handbook" / "procedures" / "repair.yaml"
    old = file.read_text(encoding="utf-8")
    file.write_text(old.replace("order: in-turn", "order: together"), encoding="utf-8")
    site = load_site(tmp_path / "site", {"small": tmp_path / "handbook"})
    later = Engine(site, engine.store, clock=SimulatedClock(NOW), duties=())
    (move,) = plan_moves(later, procedure="repair").moves
    assert move.why_not == ("step 'ask-around' calls in-turn; 'ask-around' would go on together.",)


@pytest.mark.parametrize(
    "how", ["order: in-turn", "until: agreed", "order: in-turn\n    until: agreed"]
)
def test_every_way_through_is_walked(tmp_path: Path, how: str) -> None:
    """
    What is called comes to each of its ends, and the case comes to its own.
    """
    found = walk(estate(tmp_path, how), "repair")
    assert found.ends == {"seen"}
    assert not found.stuck
    assert not found.missing


def test_the_chart_says_in_which_order_and_until_when(tmp_path: Path) -> None:
    """
    Whoever reads the chart sees that not everybody is asked.
    """
    site = estate(tmp_path, "order: in-turn\n    until: agreed")
    names = Names(language="en")
    step = site.graph("repair").by_id["ask-around"]
    assert isinstance(step, Each)
    assert in_turn(step, names) == ("one after another", "until one comes to: agreed")


def test_an_end_that_the_other_never_comes_to_is_refused_where_it_stands(tmp_path: Path) -> None:
    """
    Misspelt, the others would be asked for ever.
    """
    with pytest.raises(HandbookError) as refused:
        estate(tmp_path, "until: agred")
    assert str(refused.value).splitlines()[-1].partition("repair.yaml:")[2] == (
        "9:12: procedure 'offer' never comes to 'agred'. Did you mean 'agreed'?"
    )
