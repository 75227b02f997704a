from datetime import date, time, timedelta
from decimal import Decimal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from propflow.errors import UndecidedError
from propflow.fields import Field
from propflow.rules import (
    Interval,
    OneOf,
    Row,
    Table,
    compile_table,
    gaps,
    overlaps,
    parse_row,
    shadowed,
    witnesses,
)
from tests.rules.strategies import domain, fitting, tables

CATEGORY = Field(name="category", type="choice", of=("noise", "leak", "safety"))
AFFECTED = Field(name="affected", type="integer", min=1)
LEVEL = Field(name="level", type="integer", min=1, max=3)


def decider(fields, *rows, hit="unique"):
    # Rows are pairs of cells and the level that they give.
    read = [parse_row(cells, {"level": n}, inputs=fields, outputs=[LEVEL]) for cells, n in rows]
    return compile_table(Table(id="level", inputs=fields, outputs=[LEVEL], rows=read, hit=hit))


def single(field, *cells, hit="unique"):
    return decider([field], *(({field.name: cell}, 1) for cell in cells), hit=hit)


def admits(finding, facts):
    return all(cell.admits(facts[name]) for name, cell in finding.cells)


def test_a_gap_is_said_as_the_row_that_is_missing():
    """
    One sentence names what no row fits, and one example.
    """
    table = decider(
        [CATEGORY, AFFECTED],
        ({"category": "safety"}, 3),
        ({"category": "noise, leak", "affected": "<= 2"}, 1),
        ({"category": "leak", "affected": "> 5"}, 2),
    )
    assert [str(gap) for gap in gaps(table)] == [
        (
            "decision 'level': no row fits category: noise; affected: >= 3, "
            "for example category=noise, affected=3."
        ),
        (
            "decision 'level': no row fits category: leak; affected: [3..5], "
            "for example category=leak, affected=3."
        ),
    ]
    assert gaps(table)[0].facts == {"category": "noise", "affected": 3}
    assert gaps(table, most=1) == gaps(table)[:1]


def test_overlaps_are_said_with_an_example():
    """
    Two rows that fit the same facts are named, and whether it matters.
    """
    table = decider(
        [CATEGORY, AFFECTED],
        ({"category": "noise, leak", "affected": ">= 3"}, 2),
        ({"category": "leak, safety"}, 2),
        ({"affected": "3"}, 1),
    )
    assert [str(overlap) for overlap in overlaps(table)] == [
        (
            "decision 'level': rows 1 and 2 both fit category: leak; affected: >= 3, "
            "for example category=leak, affected=3, with the same outcome."
        ),
        (
            "decision 'level': rows 1 and 3 both fit category: noise, leak; affected: 3, "
            "for example category=noise, affected=3, with different outcomes."
        ),
        (
            "decision 'level': rows 2 and 3 both fit category: leak, safety; affected: 3, "
            "for example category=leak, affected=3, with different outcomes."
        ),
    ]
    assert overlaps(table)[0].facts == {"category": "leak", "affected": 3}
    assert len(overlaps(table, most=2)) == 2


def test_a_row_that_others_cover_can_never_decide():
    """
    Rows above that cover it together are named, and no row more than it takes.
    """
    table = decider(
        [CATEGORY, AFFECTED],
        ({"category": "noise", "affected": "<= 5"}, 1),
        ({"category": "safety"}, 3),
        ({"category": "noise", "affected": ">= 4"}, 2),
        ({"category": "noise", "affected": "3, 7"}, 2),
        ({"category": "safety"}, 1),
        ({"category": "safety", "affected": "1"}, 1),
        ({}, 1),
        hit="first",
    )
    assert [str(shadow) for shadow in shadowed(table)] == [
        (
            "decision 'level': row 4 can never decide: rows 1 and 3 fit wherever it does, "
            "for example category=noise, affected=3."
        ),
        "decision 'level': row 5 can never decide: it has the same cells as row 2.",
        (
            "decision 'level': row 6 can never decide: row 2 fits wherever it does, "
            "for example category=safety, affected=1."
        ),
    ]
    assert shadowed(table)[0].facts == {"category": "noise", "affected": 3}
    assert witnesses(table) == [
        ({"category": "noise", "affected": 1}, 1),
        ({"category": "safety", "affected": 1}, 2),
        ({"category": "noise", "affected": 6}, 3),
        ({"category": "leak", "affected": 1}, 7),
    ]


def test_a_row_without_any_value_can_never_decide():
    """
    Between three and four lies no whole number.
    """
    hollow = Row(
        cells={"affected": Interval(low=3, high=4, low_open=True, high_open=True)},
        outcome={"level": 1},
    )
    rest = Row(cells={}, outcome={"level": 1})
    table = compile_table(
        Table(id="level", inputs=[AFFECTED], outputs=[LEVEL], rows=[hollow, rest])
    )
    assert [str(shadow) for shadow in shadowed(table)] == [
        "decision 'level': row 1 can never decide: no value satisfies its cells."
    ]
    assert overlaps(table) == gaps(table) == []
    assert shadowed(table)[0].facts == {}


@pytest.mark.parametrize(
    ("field", "cells", "missing"),
    [
        (AFFECTED, ["< 3", "> 3"], "3"),
        (AFFECTED, ["<= 3", ">= 4"], None),
        (AFFECTED, ["[2..5]"], "1, >= 6"),
        (Field(name="n", type="integer"), ["[2..5]"], "<= 1, >= 6"),
        (Field(name="n", type="integer", min=0, max=9), ["[2..5]", "9"], "[0..1], [6..8]"),
        (Field(name="d", type="decimal"), ["< 3", "> 3"], "3"),
        (Field(name="d", type="decimal"), ["<= 3", ">= 4"], "(3..4)"),
        (Field(name="d", type="decimal", min=Decimal(0)), ["> 0"], "0"),
        (Field(name="d", type="date"), ["<= 2026-02-28", ">= 2026-03-01"], None),
        (
            Field(name="d", type="date"),
            ["< 2026-02-28", "> 2026-03-02"],
            "[2026-02-28..2026-03-02]",
        ),
        (Field(name="t", type="time"), ["[08:00..20:00)"], "< 08:00, >= 20:00"),
        (Field(name="t", type="time"), ["[00:00..08:00]"], "> 08:00"),
        (Field(name="t", type="time"), [">= 00:00"], None),
        (Field(name="t", type="duration"), ["<= 2 hours", ">= 3 hours"], "(2 hours..3 hours)"),
        (Field(name="b", type="boolean"), ["yes"], "false"),
        (Field(name="w", type="text"), ["wet", "dry"], "not(wet, dry)"),
        (Field(name="w", type="text"), ["not(wet, dry)"], "wet, dry"),
        (CATEGORY, ["not(leak)"], "leak"),
        (CATEGORY, ["not(leak)", "leak"], None),
    ],
)
def test_gaps_know_what_lies_between_two_values(field, cells, missing):
    """
    Whole numbers and days have neighbours, amounts have none, and bounds end the search.
    """
    found = gaps(single(field, *cells))
    assert [str(dict(gap.cells)[field.name]) for gap in found] == ([missing] if missing else [])
    for gap in found:
        assert field.check(gap.facts[field.name]) is not None
        with pytest.raises(UndecidedError):
            single(field, *cells).decide(gap.facts)


@pytest.mark.parametrize(
    ("field", "cells", "example"),
    [
        (Field(name="t", type="time"), ["<= 08:00"], time(8, 1)),
        (Field(name="t", type="time"), ["<= 08:00", "> 08:00:30"], time(8, 0, 1)),
        (Field(name="t", type="time"), ["<= 23:59:30"], time(23, 59, 31)),
        (Field(name="t", type="time"), [">= 08:00"], time(7, 59)),
        (Field(name="t", type="duration"), ["<= 2 hours"], timedelta(hours=2, minutes=1)),
        (Field(name="d", type="date"), [">= 2026-01-01"], date(2025, 12, 31)),
        (Field(name="d", type="decimal"), ["<= 3"], Decimal(4)),
        (Field(name="d", type="decimal"), ["<= 3", "> 3.5"], Decimal("3.25")),
        (Field(name="d", type="decimal"), [">= 3"], Decimal(2)),
        (Field(name="d", type="decimal"), ["<= 1E+120"], None),
        (Field(name="w", type="text"), ["other"], "other."),
    ],
)
def test_examples_are_plain(field, cells, example):
    """
    An example is a round value next to the edge, as people would give it.
    """
    gap = gaps(single(field, *cells))[0]
    assert example is None or gap.facts == {field.name: example}
    with pytest.raises(UndecidedError):
        single(field, *cells).decide(gap.facts)


@given(tables())
def test_gaps_are_those_that_trying_everything_finds(table):
    """
    Every fact that no row fits lies in exactly one gap, and no other fact does.
    """
    found = gaps(compile_table(table), most=100_000)
    for facts in domain(table):
        assert sum(admits(gap, facts) for gap in found) == (not fitting(table, facts))
    assert all(not fitting(table, gap.facts) and admits(gap, gap.facts) for gap in found)


@given(tables())
def test_overlaps_are_those_that_trying_everything_finds(table):
    """
    Each pair of rows that meets is found once, with all the facts where it does.
    """
    found = {overlap.rows: overlap for overlap in overlaps(compile_table(table))}
    met = set()
    for facts in domain(table):
        rows = fitting(table, facts)
        pairs = {(a, b) for a in rows for b in rows if a < b}
        met |= pairs
        assert {pair for pair, overlap in found.items() if admits(overlap, facts)} == pairs
    assert met == set(found)
    for (first, second), overlap in found.items():
        assert {first, second} <= set(fitting(table, overlap.facts))


@given(tables())
def test_every_row_has_a_witness_or_is_shadowed(table):
    """
    A witness makes its row decide; where there is none, trying everything finds none either.
    """
    compiled = compile_table(table)
    paths = {row: facts for facts, row in witnesses(compiled)}
    shadows = {shadow.row: shadow for shadow in shadowed(compiled)}
    assert sorted([*paths, *shadows]) == list(range(1, len(table.rows) + 1))
    for row, facts in paths.items():
        assert compiled.decide(facts).row == row
    for facts in domain(table):
        rows = fitting(table, facts)
        if rows and (table.hit == "first" or len(rows) == 1):
            assert rows[0] in paths
        for row in set(rows) & set(shadows):
            assert set(shadows[row].by) & set(rows)


@given(st.integers(1, 60), st.integers(2, 5))
def test_a_staircase_of_rows_has_one_gap(height, wide):
    """
    However many inputs and rows, facts above the last stair are one gap, and rows stay apart.
    """
    fields = [Field(name=f"f{n}", type="integer", min=0) for n in range(wide)]
    rows = [
        Row(
            cells={
                field.name: OneOf((stair,)) if field is fields[0] else Interval(low=0)
                for field in fields
            },
            outcome={"level": 1},
        )
        for stair in range(height)
    ]
    compiled = compile_table(Table(id="stairs", inputs=fields, outputs=[LEVEL], rows=rows))
    assert [str(gap.cells[0][1]) for gap in gaps(compiled)] == [f">= {height}"]
    assert overlaps(compiled) == shadowed(compiled) == []
    assert len(witnesses(compiled)) == height


@given(st.data(), st.lists(st.tuples(st.integers(0, 2), st.integers(1, 9)), max_size=12))
def test_rows_cut_from_one_piece_leave_no_gap_until_one_is_lost(data, splits):
    """
    Boxes that were cut apart fill the whole again, and a lost one is the gap, exactly.
    """
    boxes = [[(0, 10)] * 3]
    for side, at in splits:
        box = boxes.pop(0)
        low, high = box[side]
        parts = [(low, at), (at, high)] if low < at < high else [(low, high)]
        boxes.extend([*box[:side], part, *box[side + 1 :]] for part in parts)
    fields = [Field(name=name, type="integer", min=0, max=9) for name in "abc"]
    rows = [
        Row(
            cells={
                field.name: Interval(low=low, high=high, high_open=True)
                for field, (low, high) in zip(fields, box, strict=True)
            },
            outcome={"level": 1},
        )
        for box in boxes
    ]
    whole = Table(id="whole", inputs=fields, outputs=[LEVEL], rows=rows)
    assert gaps(compile_table(whole)) == overlaps(compile_table(whole)) == []
    if len(rows) > 1:
        lost = data.draw(st.sampled_from(rows))
        rest = attrs.evolve(whole, rows=[row for row in rows if row is not lost])
        found = gaps(compile_table(rest))
        for facts in (
            {"a": a, "b": b, "c": c} for a in range(10) for b in range(10) for c in (0, 4, 9)
        ):
            inside = all(cell.admits(facts[name]) for name, cell in lost.cells)
            assert sum(admits(gap, facts) for gap in found) == inside
