import time

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from propflow.errors import UndecidedError, ValueRefusedError
from propflow.fields import Field
from propflow.rules import HITS, Table, compile_table, flips, parse_row
from propflow.text import Text
from tests.rules.strategies import DAYS, DOMAINS, MANY, any_tables, loose_domain
from tests.rules.test_proof import boxes

CATEGORY = Field(
    name="category",
    type="choice",
    of=("noise", "leak", "safety"),
    label=Text.of(en="Category", zh="类别"),
    labels=(("safety", Text.of(en="safety", zh="安全")), ("leak", Text.of(en="leak", zh="漏水"))),
)
FLATS = Field(
    name="flats",
    type="integer",
    min=1,
    label=Text.of(en="Flats affected", zh="受影响户数"),
)
FLOOR = Field(name="floor", type="integer", min=1, max=9, required=False)
GRADE = Field(
    name="grade",
    type="choice",
    of=("minor", "serious", "major"),
    label=Text.of(en="Grade", zh="级别"),
)
INPUTS = (CATEGORY, FLATS, FLOOR)


def table(*lines, hit="first", **more):
    names = [field.name for field in INPUTS]
    read = [
        parse_row(
            dict(zip(names, cells, strict=True)), {"grade": grade}, inputs=INPUTS, outputs=[GRADE]
        )
        for *cells, grade in lines
    ]
    return Table(id="grade", inputs=INPUTS, outputs=[GRADE], rows=read, hit=hit, **more)


LINES = (
    ("safety", "-", "-", "major"),
    ("leak", ">= 20", "> 5", "major"),
    ("-", ">= 10", "-", "serious"),
    ("-", "-", "not given", "serious"),
    ("-", "-", "-", "minor"),
)
FACTS = {"category": "leak", "flats": 4, "floor": 7}


def test_what_would_have_to_change_is_said_in_both_languages():
    """
    Each smallest change is one sentence: the input, its value now and then, and what would come.
    """
    found = flips(compile_table(table(*LINES)), FACTS)
    assert [flip.say() for flip in found] == [
        "If Category were safety instead of leak: Grade is major (row 1).",
        "If Flats affected were 10 instead of 4: Grade is serious (row 3).",
        "If Flats affected were 20 instead of 4: Grade is major (row 2).",
        "If floor were not given instead of 7: Grade is serious (row 4).",
    ]
    assert [flip.say("zh") for flip in found][:2] == [
        "若类别为安全（现为漏水），则级别为major（第1行）。",
        "若受影响户数为10（现为4），则级别为serious（第3行）。",
    ]
    assert found[0].as_dict() == {
        "changes": [{"input": "category", "now": "leak", "then": "safety"}],
        "rows": [1],
        "outcome": "major",
    }
    assert len(flips(compile_table(table(*LINES)), FACTS, most=2)) == 2


def test_a_certain_outcome_can_be_asked_for():
    """
    Where one change is not enough, two are found.
    """
    decider = compile_table(table(*LINES[1:]))
    facts = {"category": "noise", "flats": 4, "floor": 7}
    assert [flip.say() for flip in flips(decider, facts, to="major")] == [
        "If Category were leak instead of noise and Flats affected were 20 instead of 4: "
        "Grade is major (row 1)."
    ]
    assert flips(decider, facts, to="minor") == ()
    nobody = compile_table(table(("-", "-", "-", "minor")))
    assert flips(nobody, facts) == ()


def test_facts_that_nothing_fits_have_a_nearest_answer():
    """
    Facts in a gap are no reason to refuse: the nearest facts that decide are given.
    """
    decider = compile_table(table(("leak", ">= 20", "-", "major")))
    assert [flip.say() for flip in flips(decider, FACTS)] == [
        "If Flats affected were 20 instead of 4: Grade is major (row 1)."
    ]
    with pytest.raises(ValueRefusedError):
        flips(decider, {**FACTS, "flats": 0})
    with pytest.raises(UndecidedError, match="it needs 'flats'"):
        flips(decider, {"category": "leak"})


def tried(decider, facts, day):
    # All facts with what they come to, by the inputs that are not as they were.
    names = [field.name for field in decider.table.inputs]
    for other in loose_domain(decider.table):
        changed = tuple(name for name in names if other.get(name) != facts.get(name))
        try:
            outcomes = decider.decide(other, at=day).outcomes
        except UndecidedError:
            outcomes = None
        yield changed, other, outcomes


@settings(max_examples=MANY)
@given(st.data(), any_tables(hits=HITS, widest=3, longest=5))
def test_flips_are_real_and_the_smallest_that_trying_everything_finds(data, table):
    """
    No smaller change does it, none of the same size is left out, and each one given does it.
    """
    decider = compile_table(attrs.evolve(table, valid_from=None, valid_until=None))
    facts = data.draw(st.sampled_from(list(loose_domain(table))))
    day = data.draw(st.sampled_from(DAYS))
    try:
        now = decider.decide(facts, at=day).outcomes
    except UndecidedError:
        now = None
    found = flips(decider, facts, at=day, most=10_000)
    real = [
        (changed, other, outcomes)
        for changed, other, outcomes in tried(decider, facts, day)
        if outcomes is not None and outcomes != now
    ]
    if not real:
        assert found == ()
        return
    fewest = min(len(changed) for changed, *_ in real)
    assert {(tuple(c.input for c in flip.changes), flip.outcome) for flip in found} == {
        (changed, next(iter(outcomes.values())))
        for changed, _, outcomes in real
        if len(changed) == fewest
    }
    for flip in found:
        other = {**facts, **{change.input: change.then for change in flip.changes}}
        other = {name: value for name, value in other.items() if value is not None}
        assert decider.decide(other, at=day).outcomes == flip.decision.outcomes != now
        assert flip.say()
        assert flip.say("zh")
        nearest(flip, real)


def nearest(flip, real):
    # Of one ordered input, no nearer value comes to the same.
    (change, *more) = flip.changes
    numbers = (int, float)
    if more or type(change.now) not in numbers or type(change.then) not in numbers:
        return
    for changed, other, outcomes in real:
        there = other.get(change.input)
        same = next(iter(outcomes.values())) == flip.outcome
        if changed == (change.input,) and there is not None and same:
            assert abs(change.then - change.now) <= abs(there - change.now)


def test_every_field_has_a_domain_to_try():
    """
    The search above leaves no value out that makes a difference.
    """
    assert None in DOMAINS["floor"]
    assert None in DOMAINS["note"]


@pytest.mark.parametrize(("wide", "count"), [(12, 200), (7, 1000)])
def test_flips_of_large_tables_are_found_at_once(wide, count):
    """
    Somebody at a counter waits for the answer.
    """
    decider = compile_table(boxes(wide, count))
    facts = {f.name: f.of[0] if f.of else 500 for f in decider.table.inputs}
    begun = time.perf_counter()
    assert flips(decider, facts)
    assert time.perf_counter() - begun < 1
