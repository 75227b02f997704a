from datetime import timedelta
from random import Random

import attrs
import pytest
from hypothesis import given, settings

from propflow.errors import UndecidedError
from propflow.fields import Field
from propflow.rules import (
    Table,
    compile_table,
    gaps,
    overlaps,
    parse_row,
    prove,
    witnesses,
)
from propflow.rules import search as searching
from propflow.rules.hits import HITS, SINGLE, rank
from propflow.rules.proof import KINDS
from tests.rules.strategies import DAYS, MANY, any_tables, loose_domain, loosely_fitting

#: Every day that makes a difference, those before and after all others too.
CALENDAR = (DAYS[0] - timedelta(days=1), *DAYS, DAYS[-1] + timedelta(days=1))

KIND = Field(name="kind", type="choice", of=("noise", "leak", "fees"))
FLATS = Field(name="flats", type="integer", min=1, max=9)
GRADE = Field(name="grade", type="choice", of=("major", "minor"))


def said(*lines, hit="unique", outputs=(GRADE,), **more):
    # Lines are kind, flats and grade, and perhaps the day from which the row counts.
    read = [
        parse_row(
            {"kind": kind, "flats": flats}, {"grade": grade}, inputs=[KIND, FLATS], outputs=outputs
        )
        for kind, flats, grade in lines
    ]
    return Table(id="grade", inputs=[KIND, FLATS], outputs=outputs, rows=read, hit=hit, **more)


def report(table):
    return [f"{flaw.severity} {flaw.kind}: {flaw}" for flaw in prove(compile_table(table))]


WHOLE = [("noise, leak", "-", "minor"), ("fees", "-", "major")]
MEETING = [*WHOLE, ("leak", "> 5", "minor")]
CLASHING = [*WHOLE, ("leak", "> 5", "major")]


@pytest.mark.parametrize(
    ("hit", "lines", "flaws"),
    [
        ("unique", WHOLE, []),
        (
            "unique",
            MEETING,
            [
                "error overlap: decision 'grade': rows 1 and 3 both fit kind: leak; flats: [6..9], "
                "for example kind=leak, flats=6, with the same outcome.",
                "warning shadowed: decision 'grade': row 3 can never decide: row 1 fits wherever "
                "it does, for example kind=leak, flats=6.",
            ],
        ),
        (
            "any",
            MEETING,
            [
                "warning shadowed: decision 'grade': row 3 can never decide: row 1 fits wherever "
                "it does, for example kind=leak, flats=6."
            ],
        ),
        (
            "any",
            [CLASHING[2], *CLASHING[:2]],
            [
                "error overlap: decision 'grade': rows 1 and 2 both fit kind: leak; flats: [6..9], "
                "for example kind=leak, flats=6, with different outcomes."
            ],
        ),
        (
            "first",
            CLASHING,
            [
                "warning shadowed: decision 'grade': row 3 can never decide: row 1 fits wherever "
                "it does, for example kind=leak, flats=6."
            ],
        ),
        ("priority", CLASHING, []),
        ("collect", CLASHING, []),
        (
            "collect",
            [*WHOLE, WHOLE[0]],
            [
                "warning duplicate: decision 'grade': row 3 says the same as row 1, so for example "
                "kind=noise, flats=1 gets it twice."
            ],
        ),
        (
            "first",
            [("noise", "-", "minor"), ("leak", "-", "minor"), ("fees", "-", "minor")],
            [
                "warning unreachable: decision 'grade': 'grade' never comes to 'major': "
                "no row gives it.",
                "hint mergeable: decision 'grade': rows 1 and 2 can be one row: kind: noise, leak, "
                "for example kind=noise, flats=1.",
                "hint mergeable: decision 'grade': rows 1 and 3 can be one row: kind: noise, fees, "
                "for example kind=noise, flats=1.",
            ],
        ),
        (
            "first",
            [("-", "-", "minor"), ("fees", "-", "major")],
            [
                "warning shadowed: decision 'grade': row 2 can never decide: row 1 fits wherever "
                "it does, for example kind=fees, flats=1.",
                "warning unreachable: decision 'grade': 'grade' never comes to 'major': "
                "row 2, which gives it, can never decide.",
            ],
        ),
        (
            "first",
            [("noise", "< 3", "minor"), ("noise", ">= 3", "minor"), ("leak, fees", "-", "major")],
            [
                "hint mergeable: decision 'grade': rows 1 and 2 can be one row: kind: noise, "
                "for example kind=noise, flats=1."
            ],
        ),
        (
            "first",
            [("noise", "< 3", "minor"), ("-", "> 5", "major"), ("noise", ">= 3", "minor")],
            [
                "error gap: decision 'grade': no row fits kind: leak, fees; flats: [1..5], "
                "for example kind=leak, flats=1."
            ],
        ),
        ("collect", [("noise", "< 3", "minor"), ("leak", "-", "major")], []),
    ],
)
def test_what_is_wrong_depends_on_the_hit_policy(hit, lines, flaws):
    """
    The same two rows are a fault where they must exclude one another and none where both count.
    """
    assert report(said(*lines, hit=hit)) == flaws


def test_a_default_fills_the_gaps():
    """
    With a default nothing is without an answer, and what it gives can be reached.
    """
    table = said(("noise", "-", "minor"), default={"grade": "major"})
    assert report(table) == []
    assert witnesses(compile_table(table))[-1] == ({"kind": "leak", "flats": 1}, 0)


def test_rows_of_one_priority_that_differ_are_a_tie():
    """
    Where the first output does not settle it, the topmost row counts, and that is said.
    """
    fee = Field(name="fee", type="integer")
    table = said(*WHOLE, hit="priority")
    read = [
        parse_row({"kind": kind}, {"grade": "minor", "fee": n}, inputs=[KIND], outputs=[GRADE, fee])
        for n, kind in enumerate(("-", "noise"))
    ]
    table = Table(id="fee", inputs=[KIND], outputs=[GRADE, fee], rows=read[::-1], hit="priority")
    assert report(table)[0] == (
        "warning tie: decision 'fee': rows 1 and 2 both fit kind: noise, for example kind=noise, "
        "with different outcomes: neither has priority, so row 1 counts."
    )


def test_a_gap_of_some_days_says_which():
    """
    Between the last day of the old row and the first of the new one nothing holds.
    """
    table = said(("-", "-", "minor"), ("-", "-", "major"))
    old = attrs.evolve(table.rows[0], valid_until=DAYS[0])
    new = attrs.evolve(table.rows[1], valid_from=DAYS[2])
    assert report(attrs.evolve(table, rows=[old, new])) == [
        "error gap: decision 'grade': no row fits whatever the facts, for example kind=noise, "
        "flats=1, from 2026-01-02, until 2026-01-02."
    ]
    never = attrs.evolve(table, rows=[*table.rows[1:], old], valid_from=DAYS[1])
    assert "on no day are both the row and the table valid" in " ".join(report(never))
    assert overlaps(compile_table(attrs.evolve(table, rows=[old, new]))) == []


def holds(table, day):
    return (table.valid_from or day) <= day <= (table.valid_until or day)


def admits(finding, facts, day):
    first, last = finding.period
    return (first or day) <= day <= (last or day) and all(
        cell.admits(facts.get(name)) for name, cell in finding.cells
    )


@settings(max_examples=MANY)
@given(any_tables(widest=2, longest=5))
def test_proofs_are_those_that_trying_everything_finds(table):
    """
    Gaps, clashes, idle rows and outcomes that never come: on every fact and every day there is.
    """
    decider = compile_table(table)
    flaws = prove(decider, most=10_000)
    every_gap = gaps(decider, most=10_000)
    met, deciding, words = set(), set(), set()
    bare = False
    for day in CALENDAR:
        for facts in loose_domain(table) if holds(table, day) else ():
            rows = loosely_fitting(table, facts, day)
            assert sum(admits(gap, facts, day) for gap in every_gap) == (not rows)
            bare |= not rows
            met |= {(a, b) for a in rows for b in rows if a < b}
            if table.hit == "any":
                deciding |= set(rows[:1])
            try:
                decision = decider.decide(facts, at=day)
            except UndecidedError:
                continue
            deciding |= set(decision.rows) if table.hit != "any" else set()
            given_ = decision.outcomes.get("grade", ())
            words |= set(given_ if isinstance(given_, tuple) else (given_,))
    answers = table.default or table.hit in (*HITS[4:7], "collect sum", "collect count")
    assert ("gap" in {flaw.kind for flaw in flaws}) == (bare and not answers)
    clashes = {flaw.rows for flaw in flaws if flaw.kind in ("overlap", "tie")}
    assert clashes == {pair for pair in met if clash(table, *pair)}
    idle = {f.rows[0] for f in flaws if f.kind in ("shadowed", "duplicate")}
    everyone = set(range(1, len(table.rows) + 1))
    if table.hit in SINGLE:
        assert idle == everyone - deciding
    else:
        assert everyone - deciding <= idle
    if table.outputs[0].name == "grade" and table.hit != "any":
        lost = {flaw.what.split("'")[5] for flaw in flaws if flaw.kind == "unreachable"}
        assert {word for word in lost if word in table.outputs[0].of} == (
            set(table.outputs[0].of) - words
        )
    assert all(flaw.kind in KINDS for flaw in flaws)


def clash(table, first, second):
    one, other = (table.rows[number - 1].outcome for number in (first, second))
    if table.hit == "unique":
        return True
    if table.hit == "any":
        return dict(one) != dict(other)
    same = table.hit == "priority" and rank(one, table.outputs) == rank(other, table.outputs)
    return same and dict(one) != dict(other)


@settings(max_examples=MANY)
@given(any_tables(widest=2, longest=5))
def test_rows_that_can_be_merged_change_nothing_when_they_are(table):
    """
    One row for two gives every answer that the two gave.
    """
    decider = compile_table(table)
    for flaw in prove(decider):
        if flaw.kind != "mergeable":
            continue
        first, second = flaw.rows
        upper = attrs.evolve(table.rows[first - 1], cells={})
        rest = [row for number, row in enumerate(table.rows, 1) if number != second]
        stand_in = compile_table(
            attrs.evolve(table, rows=[*rest[: first - 1], upper, *rest[first:]])
        )
        for day in CALENDAR:
            for facts in loose_domain(table) if holds(table, day) else ():
                fit = loosely_fitting(table, facts, day)
                if second in fit and first not in fit:
                    assert answer(stand_in, facts, day) == answer(decider, facts, day)


def answer(decider, facts, day):
    try:
        return decider.decide(facts, at=day).outcomes
    except UndecidedError:
        return None


def boxes(wide, count, seed=1):
    """
    A table cut from one piece, as large ones are made: rows apart, no gap.
    """
    chance = Random(seed)  # noqa: S311 nothing secret
    fields = [
        Field(name=f"f{at}", type="choice", of=tuple("abcdefgh"))
        if at % 2
        else Field(name=f"f{at}", type="integer", min=0, max=1000)
        for at in range(wide)
    ]
    pieces = [[f.of or (0, 1001) for f in fields]]
    while len(pieces) < count:
        piece = pieces.pop(chance.randrange(len(pieces)))
        at = chance.randrange(wide)
        part = piece[at]
        if fields[at].of:
            middle = chance.randrange(1, len(part)) if len(part) > 1 else 0
            halves = [part[:middle], part[middle:]] if middle else [part]
        else:
            middle = chance.randrange(*part)
            halves = [(part[0], middle), (middle, part[1])] if middle > part[0] else [part]
        pieces += [[*piece[:at], half, *piece[at + 1 :]] for half in halves]
    read = [
        parse_row(
            {
                f.name: ", ".join(part) if f.of else f"[{part[0]}..{part[1]})"
                for f, part in zip(fields, piece, strict=True)
            },
            {"grade": chance.choice(GRADE.of)},
            inputs=fields,
            outputs=[GRADE],
        )
        for piece in pieces
    ]
    return Table(id="large", inputs=fields, outputs=[GRADE], rows=read)


@pytest.mark.parametrize(("wide", "count"), [(12, 200), (7, 1000)])
def test_large_tables_are_proved_at_once(wide, count):
    """
    Twelve inputs by two hundred rows, seven by a thousand: whole, and with rows lost.
    """
    table = boxes(wide, count)
    assert {flaw.kind for flaw in prove(compile_table(table))} <= {"mergeable"}
    torn = attrs.evolve(table, rows=[*table.rows[:50], *table.rows[60:]])
    found = prove(compile_table(torn), most=5)
    assert [flaw.kind for flaw in found][:5] == ["gap"] * 5
    for flaw in found[:5]:
        with pytest.raises(UndecidedError, match="no row fits"):
            compile_table(torn).decide(flaw.facts)


@settings(max_examples=50)
@given(any_tables(widest=3, timed=False))
def test_gaps_of_large_tables_are_found_one_by_one(table):
    """
    Where a diagram would grow too large, the same facts are found in smaller pieces.
    """
    decider = compile_table(table)
    whole = gaps(decider, most=10_000)
    before = searching.LARGEST
    searching.LARGEST = 0
    try:
        pieces = gaps(decider, most=10_000)
    finally:
        searching.LARGEST = before
    for facts in loose_domain(table):
        fits = [sum(admits(gap, facts, DAYS[0]) for gap in found) for found in (whole, pieces)]
        assert fits[0] == fits[1] <= 1
