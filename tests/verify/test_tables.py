"""
Decisions are checked by what their hit policy asks, and by the cases that they carry.
"""

from __future__ import annotations

import pytest

from propflow.fields import Field
from propflow.rules import Example, Table, parse_row
from propflow.sites import Site
from propflow.verify import check

AREA = Field(name="area", type="integer", min=0)
DOG = Field(name="dog", type="boolean")
FEE = Field(name="fee", type="choice", of=("high", "low", "none"))


def found(hit: str, *rows: tuple[dict[str, str], str], **more: object) -> list[tuple[str, str]]:
    """
    Rule and first words of each finding about a table.
    """
    made = [
        parse_row(cells, {"fee": fee}, inputs=[AREA, DOG], outputs=[FEE]) for cells, fee in rows
    ]
    table = Table(id="fee", inputs=[AREA, DOG], outputs=[FEE], rows=made, hit=hit, **more)  # type: ignore[arg-type]
    return [(one.rule, one.what) for one in check(Site(id="desk", tables={"fee": table}))]


LARGE = ({"area": ">= 90"}, "high")
WITH_DOG = ({"dog": "yes"}, "low")
ANY = ({}, "none")
SMALL = ({"area": "< 90"}, "none")


@pytest.mark.parametrize(
    ("hit", "rows", "rules"),
    [
        ("first", [LARGE, WITH_DOG, ANY], []),
        ("first", [LARGE, WITH_DOG], ["gap", "unreachable"]),
        ("unique", [LARGE, WITH_DOG, SMALL], ["overlap", "overlap", "shadowed", "unreachable"]),
        ("any", [LARGE, ({"area": ">= 200"}, "high"), SMALL], ["shadowed", "unreachable"]),
        ("any", [LARGE, WITH_DOG, ANY], ["overlap"] * 3),
        ("priority", [LARGE, WITH_DOG, ANY], []),
        ("collect", [LARGE, WITH_DOG, SMALL], []),
        ("collect count", [LARGE], []),
    ],
)
def test_what_counts_as_wrong_goes_by_the_hit_policy(hit, rows, rules) -> None:
    """
    Rows that agree may meet under any, rows that are counted may leave gaps.
    """
    assert [rule for rule, _ in found(hit, *rows)] == rules


def test_a_default_leaves_no_gap() -> None:
    """
    What no row says, the default does.
    """
    assert found("first", LARGE, WITH_DOG, default={"fee": "none"}) == []


def test_a_tie_of_priority_is_named() -> None:
    """
    Two outputs, of which the first alone has words: of rows that say the same of it, one is luck.
    """
    sum_ = Field(name="sum", type="integer")
    rows = [
        parse_row({}, {"fee": "high", "sum": n}, inputs=[AREA], outputs=[FEE, sum_]) for n in (1, 2)
    ]
    table = Table(id="fee", inputs=[AREA], outputs=[FEE, sum_], rows=rows, hit="priority")
    found = [one.rule for one in check(Site(id="desk", tables={"fee": table}))]
    assert "tie" in found


def test_a_case_that_does_not_hold_is_a_finding() -> None:
    """
    With its number, the facts, and the row that decided otherwise.
    """
    right = Example(facts={"area": 90, "dog": False}, outcome={"fee": "high"})
    wrong = Example(facts={"area": 89, "dog": True}, outcome={"fee": "high"})
    assert found("first", LARGE, WITH_DOG, ANY, cases=[right]) == []
    assert found("first", LARGE, WITH_DOG, ANY, cases=[right, wrong]) == [
        (
            "case",
            "decision 'fee', case 2: for area=89, dog=True fee is low, not high. "
            "Row 2 of 'fee': dog is yes. So fee is low.",
        )
    ]


def test_a_case_of_a_list_names_all_that_is_in_it() -> None:
    """
    In the order in which the table gives it.
    """
    facts = {"area": 90, "dog": True}
    case = Example(facts=facts, outcome={"fee": ("high", "low")})
    assert found("rule order", LARGE, WITH_DOG, SMALL, cases=[case]) == []
    case = Example(facts=facts, outcome={"fee": ("low", "high")})
    ((rule, what),) = found("rule order", LARGE, WITH_DOG, SMALL, cases=[case])
    assert (rule, what.split(". ")[0]) == (
        "case",
        "decision 'fee', case 1: for area=90, dog=True fee is high, low, not low, high",
    )
