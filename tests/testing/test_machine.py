"""
Estates are played by a machine, and whatever must hold is held.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from time import monotonic

import attrs
import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from propflow.cli.desk import example_site, open_site
from propflow.engine import MemoryStore
from propflow.sites import Site
from propflow.testing import BrokenError, Coverage, Player, machine_for, reach, to_meet
from tests.verify.house import lay_out

QUICK = settings(max_examples=20, stateful_step_count=30, deadline=None)


def test_a_machine_made_from_a_site_plays_it(house: Site) -> None:
    """
    People, clock and faults; at the end it says what it has not reached.
    """
    machine = machine_for(house, ["leak"])
    run_state_machine_as_test(machine, settings=QUICK)
    assert machine.coverage.taken
    assert machine.report().splitlines()[0].endswith("rows fired.")


def test_two_machines_keep_apart_what_they_have_met(house: Site) -> None:
    """
    Each class has figures of its own.
    """
    one, other = machine_for(house), machine_for(house)
    run_state_machine_as_test(one, settings=QUICK)
    assert not other.coverage.taken


def test_what_has_not_been_reached_is_named(house: Site) -> None:
    """
    The figures in a line, then each transition and each row.
    """
    assert to_meet(house, ["leak"]).report() == (
        "0 of 7 transitions taken, 0 of 2 rows fired.\n"
        "not taken: leak: gravity (minor)\n"
        "not taken: leak: gravity (serious)\n"
        "not taken: leak: look\n"
        "not taken: leak: mend\n"
        "not taken: leak: pay (house)\n"
        "not taken: leak: pay (owner)\n"
        "not taken: leak: report\n"
        "not fired: gravity: row 1\n"
        "not fired: gravity: row 2"
    )


def test_a_player_who_looks_for_the_new_reaches_all_of_a_small_house(house: Site) -> None:
    """
    Every transition and every row, within a few turns.
    """
    found = reach(house, turns=60)
    assert not found.untaken
    assert not found.unfired


def test_a_law_that_the_chart_breaks_is_noticed_in_play(tmp_path: Path) -> None:
    """
    A fault seeded in the laws: nobody is ever to pay.
    """
    broken = lay_out(tmp_path, law="existence: pay=>absence: pay")
    with pytest.raises(BrokenError, match="broke 'paid-for': 'pay' never happens"):
        reach(broken, turns=60)


def test_a_stranger_who_is_let_in_is_noticed(house: Site) -> None:
    """
    A fault seeded in the house: the stranger is a clerk as well.
    """
    player = Player(house)
    people = {
        name: attrs.evolve(person, roles=("clerk", "manager"))
        for name, person in player.site.people.items()
    }
    player.site = attrs.evolve(player.site, people=people)
    player.restart()
    player.play(player.moves()[0], lambda options: options[0])
    player.clock.move_to(player.clock.now())
    item = next(i for i in player.engine.worklist() if i.step == "look")
    player.engine.complete(item.case, "look", by="ann", facts={"floors": 1})
    (item,) = player.engine.worklist()
    with pytest.raises(BrokenError, match="a stranger was not refused at 'mend' of leak-1"):
        player.refuse(item)


def test_a_store_that_writes_although_it_fails_is_noticed(house: Site) -> None:
    """
    A fault seeded in the store: half of the change stands.
    """
    player = Player(house)
    begin = player.moves()[0]
    real = player.store.commit

    def commit(change):
        if player.store.failing == "yes":
            MemoryStore.commit(player.store, change)
        real(change)

    player.store.commit = commit
    with pytest.raises(BrokenError, match="the store failed at begin leak, and something stands"):
        player.fail(begin, lambda options: options[0])


@pytest.fixture
def garden(tmp_path: Path) -> Site:
    """
    The garden with two owners in arrears and not with all of them: a review of the arrears is over
    when every one of its cases is, and a player who tries everything never sees thirty through.
    """
    folder = Path(shutil.copytree(example_site(), tmp_path / "garden"))
    book = folder / "dues.csv"
    heading, *lines = book.read_text(encoding="utf-8").splitlines(keepends=True)
    late = [line for line in lines if line.split(",")[3] != "0" and line.endswith(",no\n")]
    book.write_text("".join([heading, *late[:2]]), encoding="utf-8")
    return open_site(folder)


def test_the_handbook_is_reached_to_its_last_branch_and_row(
    garden: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    All of it, well within a minute; even dice leave something out in as many turns.
    """
    site = garden
    last = 0

    def count(turn: int, _: Coverage) -> None:
        nonlocal last
        last = turn

    began = monotonic()
    found = reach(site, turns=40_000, progress=count)
    took = monotonic() - began
    dice = reach(site, turns=last, manner="uniform")
    with capsys.disabled():
        sys.stdout.write(
            f"\nthe handbook in {last} turns and {took:.0f} s: {found.report().splitlines()[0]}\n"
            f"by even dice in as many turns: {dice.report().splitlines()[0]}\n"
        )
    assert not found.untaken
    assert not found.unfired
    assert len(dice.untaken) > 0
