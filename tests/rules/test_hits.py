from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from propflow.errors import UndecidedError
from propflow.fields import Field
from propflow.rules import HITS, Table, TableError, compile_table, parse_cell, parse_row
from propflow.text import Text
from tests.rules.strategies import DAYS, any_tables, loose_domain, loosely_fitting
from tests.tables import rows

AREA = Field(name="area", type="integer", min=0)
DOG = Field(name="dog", type="choice", of=("yes", "no"), required=False)
FORM = Field(
    name="form",
    type="choice",
    of=("refuse", "ask", "allow"),
    label=Text.of(en="Answer", zh="答复"),
)
FEE = Field(name="fee", type="money", unit="CNY")

#: A request to fit out a flat, answered by one table under every policy.
ROWS = """
    >= 100 | -         | ask    | 300
    >= 50  | -         | allow  | 200
    -      | yes       | refuse | 50
    >= 200 | yes       | refuse | 50
"""


def requests(hit, outputs=(FORM, FEE), **more):
    read = [
        parse_row(
            {"area": area, "dog": dog},
            {field.name: {"form": form, "fee": fee}[field.name] for field in outputs},
            inputs=[AREA, DOG],
            outputs=outputs,
        )
        for area, dog, form, fee in rows(ROWS)
    ]
    more.setdefault("rows", read)
    return Table(id="fit-out", inputs=[AREA, DOG], outputs=outputs, hit=hit, **more)


@pytest.mark.parametrize(
    ("hit", "area", "dog", "outcome", "which"),
    [
        ("unique", 60, "no", "allow", (2,)),
        ("unique", 120, "no", None, "rows 1 and 2 both fit"),
        ("unique", 20, "no", None, "no row fits"),
        ("any", 60, "no", "allow", (2,)),
        ("any", 120, "no", None, "rows 1 and 2 both fit"),
        ("priority", 120, "yes", "refuse", (3,)),
        ("priority", 120, "no", "ask", (1,)),
        ("first", 120, "yes", "ask", (1,)),
        ("first", 20, "no", None, "no row fits"),
        ("rule order", 120, "yes", ("ask", "allow", "refuse"), (1, 2, 3)),
        ("rule order", 20, "no", (), ()),
        ("output order", 250, "yes", ("refuse", "refuse", "ask", "allow"), (3, 4, 1, 2)),
        ("collect", 120, "no", ("ask", "allow"), (1, 2)),
        ("collect", 20, "no", (), ()),
        ("collect sum", 250, "yes", Decimal(600), (1, 2, 3, 4)),
        ("collect sum", 20, "no", Decimal(0), ()),
        ("collect min", 250, "yes", Decimal(50), (1, 2, 3, 4)),
        ("collect max", 250, "yes", Decimal(300), (1, 2, 3, 4)),
        ("collect max", 20, "no", None, "no row fits"),
        ("collect count", 250, "yes", 4, (1, 2, 3, 4)),
        ("collect count", 20, "no", 0, ()),
    ],
)
def test_each_hit_policy_answers_in_its_own_way(hit, area, dog, outcome, which):
    """
    One table, one request, and what every policy of DMN makes of the rows that fit.
    """
    figure = hit.startswith("collect ")
    decider = compile_table(requests(hit, (FEE,) if figure else (FORM, FEE)))
    facts = {"area": area, "dog": dog}
    if outcome is None:
        with pytest.raises(UndecidedError) as refusal:
            decider.decide(facts)
        assert str(refusal.value).startswith(f"decision 'fit-out': {which} area={area}, dog={dog}")
        return
    decision = decider.decide(facts)
    assert (decision.outcome, decision.rows) == (outcome, which)
    assert decision.why()
    assert decision.why("zh")
    if hit in ("rule order", "output order", "collect"):
        assert len(decision.outcomes["fee"]) == len(which)


def test_rows_that_agree_may_both_fit_under_any():
    """
    Two doors to the same answer are no contradiction.
    """
    same = [requests("any").rows[2], requests("any").rows[3]]
    decision = compile_table(requests("any", rows=same)).decide({"area": 250, "dog": "yes"})
    assert (decision.outcome, decision.rows) == ("refuse", (1, 2))
    assert decision.why() == ("Row 1 of 'fit-out': dog is yes. So Answer is refuse, fee is 50 CNY.")


def test_several_rows_give_their_reasons_together():
    """
    A list says which rows made it, and what each of them looked at.
    """
    decision = compile_table(requests("output order")).decide({"area": 120, "dog": "yes"})
    assert decision.why() == (
        "Rows 3, 1 and 2 of 'fit-out': row 3, dog is yes; row 1, area is 120 (100 or more); "
        "row 2, area is 120 (50 or more). So Answer is refuse, ask, allow, "
        "fee is 50 CNY, 300 CNY, 200 CNY."
    )
    assert decision.why("zh") == (
        "“fit-out”第3、1、2行：第3行dog为yes；第1行area为120（100及以上）；"
        "第2行area为120（50及以上）。因此答复为refuse、ask、allow，"
        "fee为50 CNY、300 CNY、200 CNY。"
    )
    assert decision.why_not() == ["Row 4 does not fit: area is 120, it asks for 200 or more."]
    first = compile_table(requests("priority")).decide({"area": 120, "dog": "yes"})
    assert first.why_not()[0] == "Row 1 fits too, but row 3 has priority."
    assert first.why_not("zh")[0] == "第1行也符合，但第3行优先。"


def test_a_default_decides_where_no_row_does():
    """
    It is said that it was the default, and why no row fitted.
    """
    table = requests("first", default={"form": "allow", "fee": Decimal(0)})
    decision = compile_table(table).decide({"area": 20, "dog": "no"})
    assert (decision.row, decision.rows, decision.outcome) == (0, (), "allow")
    assert decision.outcomes == {"form": "allow", "fee": Decimal(0)}
    assert decision.why() == (
        "No row of 'fit-out' fits: area is 20; dog is no. "
        "So by default Answer is allow, fee is 0 CNY."
    )
    assert decision.why("zh") == (
        "“fit-out”没有符合的行：area为20；dog为no。因此按默认答复为allow，fee为0 CNY。"
    )
    assert len(decision.misses()) == 4
    listed = compile_table(attrs.evolve(table, hit="collect")).decide({"area": 20, "dog": "no"})
    assert listed.outcomes == {"form": ("allow",), "fee": (Decimal(0),)}
    assert listed.outcome == ("allow",)


def test_a_fact_that_need_not_be_given_may_be_missing():
    """
    Then only rows fit that do not ask for it, or that ask for its absence.
    """
    decider = compile_table(requests("collect"))
    assert decider.decide({"area": 250}).rows == (1, 2)
    unsaid = parse_row(
        {"dog": "not given, no"}, {"form": "ask", "fee": 1}, inputs=[AREA, DOG], outputs=[FORM, FEE]
    )
    decider = compile_table(requests("collect", rows=[*requests("first").rows, unsaid]))
    assert decider.decide({"area": 0}).rows == (5,)
    assert decider.decide({"area": 0, "dog": "no"}).rows == (5,)
    assert decider.decide({"area": 0, "dog": "yes"}).rows == (3,)
    decision = decider.decide({"area": 0})
    assert decision.facts == {"area": 0}
    assert decision.why_not()[2] == "Row 3 does not fit: dog is not given, it asks for yes."
    assert decision.why_not("zh")[2] == "第3行不符：dog未提供，要求yes。"
    assert "dog is not given" in decision.why()


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("not given", [None]),
        ("not(not given)", ["yes", "no"]),
        ("yes, not given", ["yes", None]),
        ("not(yes, not given)", ["no"]),
        ("not(yes)", ["no"]),
        ("-", ["yes", "no", None]),
    ],
)
def test_absence_is_admitted_by_name_only(text, fits):
    """
    "Anything but yes" is a value: silence is not taken for a no.
    """
    cell = parse_cell(text, DOG)
    assert [value for value in ("yes", "no", None) if cell.admits(value)] == fits
    assert parse_cell(str(cell), DOG) == cell
    assert cell.say()
    assert cell.say("zh")


def timed(**more):
    old = requests("first").rows[:2]
    new = [attrs.evolve(row, valid_from=DAYS[2]) for row in old[::-1]]
    return requests(
        "first", rows=[attrs.evolve(row, valid_until=DAYS[1]) for row in old] + new, **more
    )


def test_a_decision_is_taken_as_of_a_day():
    """
    The old rows count until their last day, the new from their first, both days included.
    """
    decider = compile_table(timed())
    facts = {"area": 120, "dog": "no"}
    assert [decider.decide(facts, at=day).row for day in DAYS] == [1, 1, 3, 3]
    assert decider.surviving(facts, at=DAYS[1]) == (1, 2)
    decision = decider.decide(facts, at=DAYS[2])
    assert decision.why_not() == [
        "Row 1 does not count on that day: it is valid until 2026-01-02.",
        "Row 2 does not count on that day: it is valid until 2026-01-02.",
        "Row 4 fits too, but row 3 comes first.",
    ]
    assert decision.why_not("zh")[0] == "第1行当时无效：有效期至2026-01-02。"
    late = datetime(2026, 1, 2, 23, tzinfo=UTC)
    assert decider.decide(facts, at=late).row == 1
    assert decider.decide(facts, at=late.astimezone(ZoneInfo("Asia/Shanghai"))).row == 3


def test_the_day_has_to_be_said_where_it_matters():
    """
    A table of all times never asks for the day, one of several times always does.
    """
    with pytest.raises(UndecidedError) as refusal:
        compile_table(timed()).decide({"area": 120, "dog": "no"})
    assert str(refusal.value) == (
        "decision 'fit-out': its rows are valid for a time: say as of which day."
    )
    held = compile_table(timed(valid_from=DAYS[1], valid_until=DAYS[2]))
    with pytest.raises(UndecidedError) as refusal:
        held.decide({"area": 120, "dog": "no"}, at=DAYS[3])
    assert str(refusal.value) == (
        "decision 'fit-out': it holds from 2026-01-02 until 2026-01-03, not on 2026-01-04."
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"hit": "priority", "outputs": (FEE,)},
            ": hit 'priority' goes by the order of an output's words: make one output a choice.",
        ),
        (
            {"hit": "collect sum"},
            ": hit 'collect sum' makes one figure and takes one output, not 2.",
        ),
        (
            {"hit": "collect sum", "outputs": (FORM,)},
            ": hit 'collect sum' adds up, and a choice cannot be added.",
        ),
        (
            {"hit": "collect max", "outputs": (FORM,)},
            ": hit 'collect max' compares, and a choice has no order.",
        ),
        ({"hit": "first", "default": {"form": "ask"}}, ": its default: it has no value for 'fee'."),
        (
            {"hit": "first", "valid_from": DAYS[1], "valid_until": DAYS[0]},
            ": it would be valid from 2026-01-02 until 2026-01-01, which is never.",
        ),
    ],
)
def test_a_policy_that_does_not_go_with_the_outputs_is_refused(change, message):
    """
    The refusal says what the policy needs.
    """
    with pytest.raises(TableError) as refusal:
        requests(**change)
    assert str(refusal.value) == f"decision 'fit-out'{message}"


def patient(table, facts, day):
    """
    The answer as a clerk would work it out with the handbook open: rows and outcome, or nothing.
    """
    fit = loosely_fitting(table, facts, day)
    said = [dict(table.rows[number - 1].outcome) for number in fit]
    name = table.outputs[0].name
    if (table.valid_from or day) > day or (table.valid_until or day) < day:
        return None
    if not fit and table.default:
        value = dict(table.default)[name]
        return (), (value,) if table.hit in HITS[4:7] else value
    if table.hit in ("priority", "output order"):
        words = table.outputs[0].of
        order = sorted(range(len(fit)), key=lambda at: words.index(said[at]["grade"]))
        fit, said = [fit[at] for at in order], [said[at] for at in order]
    values = [each[name] for each in said]
    match table.hit:
        case "unique":
            return (tuple(fit), values[0]) if len(fit) == 1 else None
        case "any":
            agree = fit and all(each == said[0] for each in said)
            return (tuple(fit), values[0]) if agree else None
        case "first" | "priority":
            return (tuple(fit[:1]), values[0]) if fit else None
        case "rule order" | "output order" | "collect":
            return tuple(fit), tuple(values)
        case "collect sum" | "collect count":
            return tuple(fit), sum(values) if table.hit == "collect sum" else len(values)
        case "collect min" | "collect max":
            pick = min if table.hit == "collect min" else max
            return (tuple(fit), pick(values)) if fit else None


@settings(max_examples=300)
@given(st.data(), any_tables())
def test_every_policy_answers_as_a_patient_clerk_does(data, table):
    """
    Compiled, remembered and asked again, a table says what reading it row by row says.
    """
    decider = compile_table(table)
    every = list(loose_domain(table))
    for _ in range(6):
        facts = data.draw(st.sampled_from(every))
        day = data.draw(st.sampled_from(DAYS))
        expected = patient(table, facts, day)
        if expected is None:
            with pytest.raises(UndecidedError):
                decider.decide(facts, at=day)
            continue
        for _ in range(2):
            decision = decider.decide(facts, at=day)
            assert (decision.rows, decision.outcome) == expected
            assert decision.facts == facts
        assert decision.why()
        assert decision.why("zh")
        assert len(decision.why_not()) == len(table.rows) - len(decision.rows)
        assert decision.as_dict()["rows"] == list(decision.rows)


def test_true_is_not_one_even_after_one_was_decided():
    """
    What is kept ready is kept by value and type: a yes is no number of flats.
    """
    fields = [Field(name=f"n{at}", type="integer") for at in range(5)]
    for wide in (1, 3, 4, 5):
        inputs = fields[:wide]
        row = parse_row({}, {"fee": 1}, inputs=inputs, outputs=[FEE])
        decider = compile_table(Table(id="n", inputs=inputs, outputs=[FEE], rows=[row]))
        facts = {field.name: 1 for field in inputs}
        assert decider.decide(facts).row == 1
        for wrong in (True, 1.0, Decimal(1)):
            with pytest.raises(Exception, match="a whole number"):
                decider.decide({**facts, fields[wide - 1].name: wrong})


def test_an_hour_that_comes_twice_is_told_apart():
    """
    Half past one before and after the clock goes back are two moments, also when asked again.
    """
    zone = ZoneInfo("Europe/London")
    early = datetime(2026, 10, 25, 1, 30, tzinfo=zone, fold=0)
    since = Field(name="since", type="moment")
    cells = (">= 2026-10-25T01:00+00:00", "< 2026-10-25T01:00+00:00")
    read = [
        parse_row({"since": cell}, {"fee": at}, inputs=[since], outputs=[FEE])
        for at, cell in enumerate(cells)
    ]
    decider = compile_table(Table(id="clock", inputs=[since], outputs=[FEE], rows=read))
    for moment, row in ((early, 2), (early.replace(fold=1), 1), (early, 2)):
        assert decider.decide({"since": moment}).row == row


def test_days_at_the_ends_of_the_calendar_are_no_fault():
    """
    A row that is valid until the last day there is, is valid for ever.
    """
    row = attrs.evolve(requests("first").rows[0], valid_from=date.min, valid_until=date.max)
    decider = compile_table(requests("first", rows=[row]))
    assert decider.decide({"area": 100}, at=date.max).row == 1
    assert decider.decide({"area": 100}, at=date.min + timedelta(days=1)).row == 1
