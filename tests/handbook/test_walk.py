"""
Every way through the shipped procedures comes to an end.
"""

from __future__ import annotations

import sys

import attrs
import pytest

from propflow.cli.desk import open_site
from propflow.rules import Anything, Row, Table, compile_table
from propflow.sites import Site
from propflow.testing import walk

SITE = open_site(None)


@pytest.mark.parametrize("procedure", SITE.procedures)
def test_every_decision_is_walked_to_an_end(procedure: str) -> None:
    """
    Every outcome of every step is taken, every row of every table fires, every end is reached,
    and no case stays somewhere for ever.
    """
    found = walk(SITE, procedure)
    assert found.missing == frozenset()
    assert found.unfired == frozenset()
    assert found.ends == frozenset(SITE.graph(procedure).ends)
    assert found.stuck == ()


def test_the_walk_takes_every_transition_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    """
    The figure is a hundred per cent, of a number worth the name.
    """
    walks = [walk(SITE, procedure) for procedure in SITE.procedures]
    taken = sum(len(found.taken) for found in walks)
    rows = sum(len(found.rows) for found in walks)
    with capsys.disabled():
        sys.stdout.write(f"\nhandbook: {taken} transitions and {rows} rows taken, 100%\n")
    assert taken >= 140
    assert rows >= 30


class Altered:
    """
    A site in which one table, or one procedure, is another.
    """

    def __init__(self, site: Site, *, table: Table) -> None:
        self._site = site
        self._table = table
        self.tables = {**site.tables, table.id: table}

    def __getattr__(self, name: str) -> object:
        return getattr(self._site, name)

    def decider(self, name: str) -> object:
        """
        The altered table, compiled, or the site's own.
        """
        return compile_table(self._table) if name == self._table.id else self._site.decider(name)


def altered(name: str, *rows: Row) -> Altered:
    """
    The site with other rows in one table.
    """
    return Altered(SITE, table=attrs.evolve(SITE.tables[name], rows=rows))


def test_a_row_that_can_never_fire_is_noticed() -> None:
    """
    A fault seeded in the table of severities: a first row that takes everything.
    """
    table = SITE.tables["complaint-severity"]
    everything = attrs.evolve(
        table.rows[-1], cells=tuple((name, Anything()) for name, _ in table.rows[-1].cells)
    )
    found = walk(altered("complaint-severity", everything, *table.rows), "complaint")  # type: ignore[arg-type]
    assert ("complaint-severity", 2) in found.unfired
    assert ("severity", "major") in found.missing


def test_a_table_without_its_last_row_leaves_a_case_nowhere_to_go() -> None:
    """
    A fault seeded in the table of severities: most complaints can no longer be judged.
    """
    rows = SITE.tables["complaint-severity"].rows[:-1]
    found = walk(altered("complaint-severity", *rows), "complaint")  # type: ignore[arg-type]
    assert ("severity", "minor") in found.missing
