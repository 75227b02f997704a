"""
Examples made from a table: for each row, for each boundary, for each input that matters.
"""

import itertools
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from propflow.fields import Field
from propflow.rules import (
    Example,
    Row,
    Table,
    TableError,
    by_boundary,
    by_pair,
    by_row,
    compile_table,
    examples,
    parse_row,
    witnesses,
)
from propflow.testing import each_example, examples_of
from tests.rules.strategies import domain, tables

CATEGORY = Field(name="category", type="choice", of=("noise", "leak", "fees"))
AFFECTED = Field(name="affected", type="integer", min=1)
GRADE = Field(name="grade", type="choice", of=("minor", "major"))


def table(*rows, hit="first", inputs=(CATEGORY, AFFECTED), **more):
    made = [
        parse_row(cells, {"grade": grade}, inputs=inputs, outputs=[GRADE]) for cells, grade in rows
    ]
    return Table(id="grade", inputs=inputs, outputs=[GRADE], rows=made, hit=hit, **more)


HOUSE = table(({"category": "leak", "affected": ">= 20"}, "major"), ({}, "minor"))


def said(found):
    return [
        f"{', '.join(str(value) for _, value in each.facts)}: {dict(each.outcome)['grade']}"
        for each in found
    ]


def test_a_row_has_an_example_and_every_boundary_has_two():
    """
    At twenty flats the matter turns, so nineteen and twenty are tried; and every other word.
    """
    decider = compile_table(HOUSE)
    assert said(by_row(decider)) == ["leak, 20: major", "noise, 1: minor"]
    assert said(by_boundary(decider)) == [
        "noise, 20: minor",
        "leak, 20: major",
        "leak, 20: major",
        "fees, 20: minor",
        "leak, 19: minor",
        "leak, 20: major",
    ]


def test_a_pair_differs_in_one_input_and_so_in_the_outcome():
    """
    Each input that a row asks for is shown to matter, all others left as they are.
    """
    found = [(name, *said([one]), *said([two])) for name, one, two in by_pair(compile_table(HOUSE))]
    assert found == [
        ("category", "leak, 20: major", "noise, 20: minor"),
        ("affected", "leak, 20: major", "leak, 1: minor"),
    ]


def test_each_example_stands_once():
    """
    However many ways lead to it.
    """
    found = examples(compile_table(HOUSE))
    assert said(found) == [
        "leak, 20: major",
        "noise, 1: minor",
        "noise, 20: minor",
        "fees, 20: minor",
        "leak, 19: minor",
        "leak, 1: minor",
    ]
    assert said(examples(compile_table(HOUSE), ["rows"])) == said(found)[:2]


def test_a_table_of_certain_days_has_examples_with_their_day():
    """
    The day belongs to the facts where it decides.
    """
    rows = [
        Row(cells={}, outcome={"grade": "major"}, valid_from=date(2026, 7, 1)),
        Row(cells={}, outcome={"grade": "minor"}),
    ]
    timed = Table(id="grade", inputs=[CATEGORY], outputs=[GRADE], rows=rows, hit="first")
    assert [(each.at, dict(each.outcome)["grade"]) for each in by_row(compile_table(timed))] == [
        (date(2026, 7, 1), "major"),
        (date(2026, 6, 30), "minor"),
    ]


def test_an_end_between_two_amounts_is_tried_from_both_sides():
    """
    Money has no next amount: the boundary itself is tried, and something on each side of it.
    """
    rent = Field(name="rent", type="money", min=Decimal(0), unit="CNY")
    rows = [({"rent": "[100..200)"}, "major"), ({}, "minor")]
    decider = compile_table(table(*rows, inputs=[rent]))
    assert said(by_boundary(decider)) == ["99: minor", "100: major", "199: major", "200: minor"]


@settings(max_examples=150)
@given(tables())
def test_rows_and_boundaries_are_really_such(table):
    """
    Each row that can decide does, and what is claimed of each example is so.
    """
    decider = compile_table(table)
    rows = [decider.decide(dict(each.facts)).row for each in by_row(decider)]
    assert rows == [row for _, row in witnesses(decider)]
    for each in by_boundary(decider):
        assert each.fault(decider) == ""


@settings(max_examples=150, deadline=None)
@given(tables(widest=2, longest=4))
def test_pairs_are_those_that_trying_everything_finds(table):
    """
    None is missing, and each differs in its one input alone.
    """
    decider = compile_table(table)
    answers = {}
    for facts in domain(table):
        rows = decider.surviving(facts)
        if rows and (table.hit == "first" or len(rows) == 1):
            answers[tuple(facts.items())] = rows[0], dict(table.rows[rows[0] - 1].outcome)["result"]
    wanted = set()
    for (one, (row, outcome)), (two, (_, other)) in itertools.permutations(answers.items(), 2):
        apart = [name for (name, a), (_, b) in zip(one, two, strict=True) if a != b]
        if len(apart) == 1 and outcome != other:
            cell = table.rows[row - 1].cell(apart[0])
            if cell.admits(dict(one)[apart[0]]) and not cell.admits(dict(two)[apart[0]]):
                wanted.add((row, apart[0]))
    found = set()
    for name, one, two in by_pair(decider):
        row = decider.decide(dict(one.facts)).row
        found.add((row, name))
        assert [n for n, v in one.facts if dict(two.facts)[n] != v] == [name]
        assert one.outcome != two.outcome
        assert one.fault(decider) == two.fault(decider) == ""
    assert found == wanted


@each_example(compile_table(HOUSE))
def test_somebody_elses_table_against_ours(facts, outcome):
    """
    As a suite of another program would hold its own code to a table.
    """
    grave = facts["category"] == "leak" and facts["affected"] >= 20
    assert outcome == ("major" if grave else "minor")


@given(st.data())
def test_examples_are_a_strategy(data):
    """
    Hypothesis draws from them, and begins with those of the rows.
    """
    decider = compile_table(HOUSE)
    example = data.draw(examples_of(decider))
    assert example in examples(decider)


def test_what_a_case_says_is_held_against_the_table():
    """
    The report has the facts, what came of them, and the row that made it so.
    """
    decider = compile_table(HOUSE)
    right = Example(facts={"category": "leak", "affected": 20}, outcome={"grade": "major"})
    assert right.fault(decider) == ""
    wrong = Example(facts={"category": "leak", "affected": 19}, outcome={"grade": "major"})
    assert wrong.fault(decider) == (
        "for category=leak, affected=19 grade is minor, not major. "
        "Row 2 of 'grade': whatever the facts. So grade is minor."
    )
    lacking = Example(facts={"category": "leak"}, outcome={"grade": "major"})
    assert lacking.fault(decider).startswith("for category=leak it comes to nothing: ")


@pytest.mark.parametrize(
    ("facts", "outcome", "said"),
    [
        (
            {"categori": "leak"},
            {"grade": "major"},
            "there is no input 'categori'; it has category, affected. Did you mean 'category'?",
        ),
        ({"affected": "20"}, {"grade": "major"}, "'affected' cannot be '20': it takes a whole"),
        ({}, {"grad": "major"}, "there is no output 'grad'; it has grade."),
    ],
)
def test_a_case_that_no_such_table_could_have_is_refused(facts, outcome, said):
    """
    When the table is made, with the number of the case.
    """
    with pytest.raises(TableError) as refusal:
        table(({}, "minor"), cases=[Example(facts=facts, outcome=outcome)])
    assert str(refusal.value).startswith(f"decision 'grade': case 1: {said}")


def test_cases_are_no_part_of_what_a_table_means():
    """
    Whoever adds one has not changed the decision.
    """
    case = Example(facts={"category": "leak"}, outcome={"grade": "minor"})
    with_it = table(({}, "minor"), cases=[case])
    assert with_it.digest == table(({}, "minor")).digest
    assert with_it.as_dict()["cases"] == [
        {"given": {"category": "leak"}, "then": {"grade": "minor"}}
    ]
