import pickle
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from propflow.errors import Place, UndecidedError, UnknownNameError, ValueRefusedError
from propflow.fields import Field
from propflow.rules import (
    Interval,
    OneOf,
    Row,
    Table,
    TableError,
    compile_table,
    gaps,
    parse_row,
)
from propflow.text import Text
from tests.rules.strategies import AT, DOMAINS, FIELDS, SINCE, domain, fitting, tables

CATEGORY = Field(
    name="category",
    type="choice",
    of=("noise", "leak", "service", "safety", "fees"),
    label=Text.of(en="Category", zh="类别"),
    labels=(
        ("noise", Text.of(en="noise", zh="噪音")),
        ("leak", Text.of(en="leak", zh="漏水")),
        ("safety", Text.of(en="safety", zh="安全")),
    ),
)
AFFECTED = Field(
    name="affected",
    type="integer",
    min=1,
    unit="household",
    label=Text.of(en="Households affected", zh="受影响户数"),
)
SEVERITY = Field(
    name="severity",
    type="choice",
    of=("minor", "serious", "major"),
    label=Text.of(en="Severity", zh="严重程度"),
    labels=(("serious", Text.of(en="serious", zh="严重")),),
)
REPLY = Field(name="reply", type="duration")


def row(cells, severity, reply="1 day", because=Text()):
    return parse_row(
        cells,
        {"severity": severity, "reply": reply},
        inputs=[CATEGORY, AFFECTED],
        outputs=[SEVERITY, REPLY],
        because=because,
    )


ROWS = (
    row({"category": "safety"}, "major", "30 minutes"),
    row(
        {"category": "noise, leak", "affected": ">= 3"},
        "serious",
        "4 hours",
        Text.of(en="Several households suffer.", zh="多户受影响。"),
    ),
    row({"category": "noise, leak", "affected": "[1..3)"}, "minor"),
    row({"category": "service, fees"}, "minor"),
)
COMPLAINT = Table(
    id="complaint-severity",
    title=Text.of(en="How severe is a complaint?", zh="投诉严重程度"),
    inputs=[CATEGORY, AFFECTED],
    outputs=[SEVERITY, REPLY],
    rows=ROWS,
    covers=["4.02", "4.03"],
    chart="4",
)


def test_a_leak_in_five_flats_is_serious():
    """
    The row that fits decides, with all that it gives.
    """
    decision = compile_table(COMPLAINT).decide({"category": "leak", "affected": 5, "unit": "3-501"})
    assert decision.outcome == "serious"
    assert decision.outcomes == {"severity": "serious", "reply": timedelta(hours=4)}
    assert (decision.table, decision.row) == ("complaint-severity", 2)
    assert decision.facts == {"category": "leak", "affected": 5}
    assert repr(decision) == "Decision('complaint-severity', row=2, outcome='serious')"


def test_a_decision_says_why_in_both_languages():
    """
    The reason names the row, the facts, the cells that they fitted, and what the row says of it.
    """
    decision = compile_table(COMPLAINT).decide({"category": "leak", "affected": 5})
    assert decision.why() == (
        "Row 2 of 'How severe is a complaint?': Category is leak (noise or leak); "
        "Households affected is 5 (3 or more). So Severity is serious, reply is 4 hours. "
        "Several households suffer."
    )
    assert decision.why("zh") == (
        "“投诉严重程度”第2行：类别为漏水（噪音或漏水）；受影响户数为5（3及以上）。"
        "因此严重程度为严重，reply为4小时。多户受影响。"
    )
    assert decision.why_not() == [
        "Row 1 does not fit: Category is leak, it asks for safety.",
        "Row 3 does not fit: Households affected is 5, it asks for 1 or more and less than 3.",
        "Row 4 does not fit: Category is leak, it asks for service or fees.",
    ]
    assert decision.why_not("zh") == [
        "第1行不符：类别为漏水，要求安全。",
        "第3行不符：受影响户数为5，要求1及以上且小于3。",
        "第4行不符：类别为漏水，要求service或fees。",
    ]


def test_a_decision_is_data():
    """
    JSON gets the outcome and its reasons in words that a program can use.
    """
    decision = compile_table(COMPLAINT).decide({"category": "leak", "affected": 5})
    assert decision.as_dict() == {
        "decision": "complaint-severity",
        "hit": "unique",
        "row": 2,
        "rows": [2],
        "outcome": "serious",
        "outcomes": {"severity": "serious", "reply": "4 hours"},
        "facts": {"category": "leak", "affected": 5},
        "matched": {"category": "noise, leak", "affected": ">= 3"},
        "because": {"en": "Several households suffer.", "zh": "多户受影响。"},
        "misses": [
            refused(1, "category", "safety", "leak"),
            refused(3, "affected", "[1..3)", 5),
            refused(4, "category", "service, fees", "leak"),
        ],
    }


def refused(row, name, cell, value):
    return {"row": row, "how": "refused", "input": name, "cell": cell, "value": value}


def test_the_topmost_row_wins_where_first_counts():
    """
    Rows further down that fit as well say so.
    """
    table = attrs.evolve(COMPLAINT, hit="first", rows=(ROWS[1], row({}, "minor")))
    decider = compile_table(table)
    decision = decider.decide({"category": "leak", "affected": 5})
    assert decision.row == 1
    assert decision.why_not() == ["Row 2 fits too, but row 1 comes first."]
    assert decision.why_not("zh") == ["第2行也符合，但第1行在前。"]
    assert decider.surviving({"category": "leak", "affected": 5}) == (1, 2)
    last = decider.decide({"category": "fees", "affected": 1})
    assert last.why() == (
        "Row 2 of 'How severe is a complaint?': whatever the facts. "
        "So Severity is minor, reply is 1 day."
    )
    assert last.why("zh").startswith("“投诉严重程度”第2行：无论何种情况。因此")


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        (
            {"category": "leek", "affected": 5},
            (
                "'category' cannot be 'leek': it takes one of noise, leak, service, safety, fees. "
                "Did you mean 'leak'?"
            ),
        ),
        (
            {"category": "leak", "affected": 0},
            "'affected' cannot be 0: it takes a whole number (household), 1 or more.",
        ),
        (
            {"category": "leak", "affected": True},
            "'affected' cannot be True: it takes a whole number (household), 1 or more.",
        ),
        (
            {"category": "safety", "affected": "5"},
            "'affected' cannot be '5': it takes a whole number (household), 1 or more.",
        ),
        (
            {"category": None, "affected": 5},
            "'category' cannot be None: it takes one of noise, leak, service, safety, fees.",
        ),
        (
            {"category": ["leak"], "affected": 5},
            "'category' cannot be ['leak']: it takes one of noise, leak, service, safety, fees.",
        ),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_name(facts, message):
    """
    No value is converted in silence or compared with one of another type.
    """
    with pytest.raises(ValueRefusedError) as refusal:
        compile_table(COMPLAINT).decide(facts)
    assert str(refusal.value) == message


@pytest.mark.parametrize("level", [-1, 0, 4, 10**30])
@pytest.mark.parametrize("cells", [("-",), ("<= 2", "> 2"), ("not(2)", "2")])
def test_bounds_hold_whatever_the_cells_say(cells, level):
    """
    A row for more than two floors is no row for a floor that the building does not have.
    """
    floor = Field(name="floor", type="integer", min=1, max=3)
    with pytest.raises(ValueRefusedError) as refusal:
        single(floor, *cells).decide({"floor": level})
    assert str(refusal.value) == (
        f"'floor' cannot be {level}: it takes a whole number, 1 or more, 3 or less."
    )


def test_a_missing_fact_is_named():
    """
    A fact that some row asks for has to be there, and the refusal says what it would take.
    """
    decider = compile_table(COMPLAINT)
    with pytest.raises(UndecidedError) as one:
        decider.decide({"category": "safety"})
    assert one.value.missing == ("affected",)
    assert str(one.value) == (
        "decision 'complaint-severity': it needs 'affected', which has no value yet: "
        "a whole number (household), 1 or more."
    )
    with pytest.raises(UndecidedError) as both:
        decider.decide({})
    assert both.value.missing == ("category", "affected")
    assert str(both.value) == (
        "decision 'complaint-severity': it needs 'category' and 'affected', which have no values "
        "yet (category: one of noise, leak, service, safety, fees; "
        "affected: a whole number (household), 1 or more)."
    )


def test_a_fact_that_no_row_asks_for_may_be_missing():
    """
    Where it is given all the same, it is checked.
    """
    table = attrs.evolve(COMPLAINT, rows=[row({"affected": ">= 1"}, "minor")])
    decision = compile_table(table).decide({"affected": 2})
    assert decision.facts == {"affected": 2}
    assert decision.misses() == ()
    with pytest.raises(ValueRefusedError):
        compile_table(table).decide({"affected": 2, "category": "leek"})


def test_facts_that_no_row_fits_are_undecided():
    """
    The refusal gives the facts as one would type them.
    """
    table = attrs.evolve(COMPLAINT, rows=ROWS[:3])
    with pytest.raises(UndecidedError) as refusal:
        compile_table(table).decide({"category": "fees", "affected": 2})
    assert refusal.value.missing == ()
    assert str(refusal.value) == (
        "decision 'complaint-severity': no row fits category=fees, affected=2. Add a row for it."
    )


@pytest.mark.parametrize(
    ("more", "which"),
    [
        ([{"affected": "5"}], "rows 2 and 5 both fit"),
        ([{"affected": "5"}, {"affected": "> 4"}], "rows 2, 5 and 6 all fit"),
    ],
)
def test_two_rows_that_fit_decide_nothing(more, which):
    """
    In a table whose rows exclude one another the refusal names those that do not.
    """
    table = attrs.evolve(COMPLAINT, rows=[*ROWS, *(row(cells, "minor") for cells in more)])
    with pytest.raises(UndecidedError) as refusal:
        compile_table(table).decide({"category": "leak", "affected": 5})
    assert str(refusal.value) == (
        f"decision 'complaint-severity': {which} category=leak, affected=5: "
        "make their cells exclude one another, or say 'hit: first'."
    )


def single(field, *cells):
    # A table of one input; its outcome is the number of the row.
    rows = [
        parse_row({field.name: cell}, {"n": at}, inputs=[field], outputs=[NUMBER])
        for at, cell in enumerate(cells, 1)
    ]
    return compile_table(Table(id="one", inputs=[field], outputs=[NUMBER], rows=rows))


NUMBER = Field(name="n", type="integer")


def test_money_may_come_as_a_whole_number():
    """
    A thousand is a thousand, with or without a point.
    """
    owed = Field(name="owed", type="money", unit="CNY", min=Decimal(0))
    decider = single(owed, "< 1000", "[1000..5000]", "> 5000")
    assert [decider.decide({"owed": owed}).row for owed in (999, 1000, Decimal("5000.00"))] == [
        1,
        2,
        2,
    ]
    assert decider.decide({"owed": Decimal("5000.01")}).row == 3
    assert decider.decide({"owed": 7}).facts == {"owed": Decimal(7)}


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity", "sNaN"])
def test_no_amount_is_infinite(amount):
    """
    What is not a number falls into no row, above or below.
    """
    for cells in (("< 5", ">= 5"), ("<= 5", "> 5"), ("-",)):
        decider = single(Field(name="owed", type="money"), *cells)
        with pytest.raises(ValueRefusedError) as refusal:
            decider.decide({"owed": Decimal(amount)})
        assert str(refusal.value) == (
            f"'owed' cannot be Decimal('{amount}'): it takes an amount of money."
        )


def test_moments_and_times_need_the_right_zone():
    """
    A moment without a zone and a time with one are refused, and never compared.
    """
    since = single(Field(name="since", type="moment"), "> 2026-03-31T20:00+08:00", "-")
    with pytest.raises(ValueRefusedError):
        since.decide({"since": datetime(2026, 4, 1)})  # noqa: DTZ001
    at = single(Field(name="at", type="time"), ">= 08:00", "< 08:00")
    with pytest.raises(ValueRefusedError):
        at.decide({"at": time(9, tzinfo=UTC)})
    with pytest.raises(ValueRefusedError):
        single(Field(name="at", type="time"), "-").decide({"at": time(9, tzinfo=UTC)})
    day = single(Field(name="day", type="date"), ">= 2026-01-01", "< 2026-01-01")
    with pytest.raises(ValueRefusedError):
        day.decide({"day": datetime(2026, 4, 1, tzinfo=UTC)})


def test_the_same_moment_in_another_zone_decides_the_same():
    """
    Eight in the evening in Shanghai is noon in London's winter, at the edge too.
    """
    since = Field(name="since", type="moment")
    decider = single(since, ">= 2026-01-31T20:00+08:00", "< 2026-01-31T20:00+08:00")
    for zone in ("Asia/Shanghai", "Europe/London", "America/New_York"):
        edge = datetime(2026, 1, 31, 12, tzinfo=UTC).astimezone(ZoneInfo(zone))
        assert decider.decide({"since": edge}).row == 1
        assert decider.decide({"since": edge - timedelta(microseconds=1)}).row == 2


@pytest.mark.parametrize(
    ("field", "last"),
    [
        (Field(name="day", type="date", max=date.max), date.max),
        (Field(name="at", type="time", max=time.max), time.max),
        (Field(name="took", type="duration", max=timedelta.max), timedelta.max),
    ],
)
def test_the_last_value_there_is_decides(field, last):
    """
    A field whose bound is the end of the calendar has nothing above it, and that is no fault.
    """
    table = Table(
        id="last",
        inputs=[field],
        outputs=[NUMBER],
        rows=[
            Row(cells={field.name: OneOf((last,))}, outcome={"n": 1}),
            Row(cells={field.name: Interval(high=last, high_open=True)}, outcome={"n": 2}),
        ],
    )
    decider = compile_table(table)
    assert decider.decide({field.name: last}).row == 1
    assert gaps(decider) == []


@given(st.data(), tables())
def test_compiled_tables_decide_as_rows_read_one_by_one(data, table):
    """
    The compiled table and the patient reader agree on every fact, refusals included.
    """
    decider = compile_table(table)
    facts = {field.name: data.draw(st.sampled_from(DOMAINS[field.name])) for field in table.inputs}
    rows = fitting(table, facts)
    assert decider.surviving(facts) == tuple(rows)
    if rows and (table.hit == "first" or len(rows) == 1):
        decision = decider.decide(facts)
        assert decision.row == rows[0]
        assert decision.outcome == dict(table.rows[rows[0] - 1].outcome)["result"]
        assert [miss.row for miss in decision.misses() if not miss.input] == rows[1:]
        assert decision.why()
        assert decision.why("zh")
        assert [miss["row"] for miss in decision.as_dict()["misses"]] == [
            number for number in range(1, len(table.rows) + 1) if number != rows[0]
        ]
    else:
        with pytest.raises(UndecidedError):
            decider.decide(facts)


@given(st.data(), tables(widest=2, longest=3))
def test_facts_of_the_wrong_type_never_decide(data, table):
    """
    One value of another field's type is enough to be refused.
    """
    decider = compile_table(table)
    facts = {field.name: data.draw(st.sampled_from(DOMAINS[field.name])) for field in table.inputs}
    field = data.draw(st.sampled_from(table.inputs))
    other = data.draw(st.sampled_from([each for each in FIELDS if each.type != field.type]))
    wrong = data.draw(st.sampled_from(DOMAINS[other.name]))
    # A word of a choice is a text as well, and a whole number an amount.
    assume((field.type, other.type) not in {("text", "choice"), ("decimal", "integer")})
    with pytest.raises(ValueRefusedError) as refusal:
        field.check(wrong)
    with pytest.raises(ValueRefusedError) as raised:
        decider.decide({**facts, field.name: wrong})
    assert str(raised.value) == str(refusal.value)


def test_deciders_and_decisions_can_be_sent_to_another_process():
    """
    Both survive pickling and stay equal.
    """
    decider = compile_table(COMPLAINT)
    decision = decider.decide({"category": "leak", "affected": 5})
    assert pickle.loads(pickle.dumps(decider)) == decider  # noqa: S301
    assert pickle.loads(pickle.dumps(decision)) == decision  # noqa: S301
    assert decision == decider.decide({"category": "leak", "affected": 5, "more": 1})
    assert decision != decider.decide({"category": "leak", "affected": 6})
    with pytest.raises(AttributeError):
        decision.row = 1


def test_the_digest_follows_the_meaning():
    """
    Where a table stands does not count; every word of it does.
    """
    moved = attrs.evolve(
        COMPLAINT,
        place=Place("elsewhere.yaml", 7),
        rows=[attrs.evolve(each, place=Place("elsewhere.yaml", 9)) for each in ROWS],
    )
    assert moved == COMPLAINT
    assert moved.digest == COMPLAINT.digest
    assert len(COMPLAINT.digest) == 64
    others = [
        attrs.evolve(COMPLAINT, hit="first"),
        attrs.evolve(COMPLAINT, rows=ROWS[::-1]),
        attrs.evolve(COMPLAINT, title=Text.of(en="Another")),
        attrs.evolve(COMPLAINT, inputs=[CATEGORY, attrs.evolve(AFFECTED, max=9)]),
        attrs.evolve(COMPLAINT, rows=[*ROWS[:3], row({"category": "service, fees"}, "serious")]),
        attrs.evolve(COMPLAINT, rows=[*ROWS[:3], row({"category": "fees"}, "minor")]),
    ]
    assert len({table.digest for table in (COMPLAINT, *others)}) == 7


def test_a_table_is_data():
    """
    JSON gets the whole table, its cells as they are written and all columns in every row.
    """
    said = attrs.evolve(COMPLAINT, rows=ROWS[1:2], reading="Three is several.").as_dict()
    inputs, outputs = said.pop("inputs"), said.pop("outputs")
    assert inputs[1] == {
        "name": "affected",
        "type": "integer",
        "label": {"en": "Households affected", "zh": "受影响户数"},
        "unit": "household",
        "min": 1,
    }
    assert outputs[0]["of"] == ["minor", "serious", "major"]
    assert outputs[0]["labels"] == {"serious": {"en": "serious", "zh": "严重"}}
    assert said == {
        "id": "complaint-severity",
        "kind": "decision",
        "title": {"en": "How severe is a complaint?", "zh": "投诉严重程度"},
        "chart": "4",
        "drawn": True,
        "covers": ["4.02", "4.03"],
        "reading": "Three is several.",
        "support": "",
        "hit": "unique",
        "rows": [
            {
                "if": {"category": "noise, leak", "affected": ">= 3"},
                "then": {"severity": "serious", "reply": "4 hours"},
                "because": {"en": "Several households suffer.", "zh": "多户受影响。"},
            }
        ],
    }


@given(tables())
def test_equal_tables_have_equal_digests(table):
    """
    The digest is made of what the table says and of nothing else.
    """
    assert attrs.evolve(table).digest == table.digest


def test_a_row_is_read_by_the_tables_own_names():
    """
    A misspelt input or output is refused with the nearest there is.
    """
    with pytest.raises(UnknownNameError) as refusal:
        row({"categry": "leak"}, "minor")
    assert str(refusal.value) == "there is no input 'categry'. Did you mean 'category'?"
    with pytest.raises(UnknownNameError) as output:
        parse_row({}, {"severty": "minor"}, inputs=[CATEGORY], outputs=[SEVERITY])
    assert str(output.value) == "there is no output 'severty'. Did you mean 'severity'?"


OUTCOME = {"severity": "minor", "reply": timedelta(1)}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"hit": "frist"},
            (
                ": hit is 'unique', 'any', 'priority', 'first', 'rule order', 'output order', "
                "'collect', 'collect sum', 'collect min', 'collect max' or 'collect count', "
                "not 'frist'. Did you mean 'first'?"
            ),
        ),
        ({"inputs": []}, ": it needs one input at least."),
        ({"outputs": []}, ": it needs one output at least."),
        ({"rows": []}, ": it needs one row at least."),
        ({"inputs": [CATEGORY, CATEGORY]}, ": 'category' stands twice among its inputs."),
        ({"outputs": [REPLY, REPLY]}, ": 'reply' stands twice among its outputs."),
        (
            {"rows": [Row(cells={"categry": OneOf(("leak",))}, outcome=OUTCOME)]},
            (
                ", row 1: there is no input 'categry'; it has category, affected. "
                "Did you mean 'category'?"
            ),
        ),
        (
            {"rows": [ROWS[0], Row(cells={}, outcome={**OUTCOME, "cost": 1})]},
            ", row 2: there is no output 'cost'; it has severity, reply.",
        ),
        (
            {"rows": [Row(cells={}, outcome={"severity": "minor"})]},
            ", row 1: it has no value for 'reply'.",
        ),
        (
            {"rows": [Row(cells={}, outcome={**OUTCOME, "severity": "miner"})]},
            (
                ", row 1: 'severity' cannot be 'miner': it takes one of minor, serious, major. "
                "Did you mean 'minor'?"
            ),
        ),
        (
            {"rows": [Row(cells=[("affected", OneOf((1,)))] * 2, outcome=OUTCOME)]},
            ", row 1: input 'affected' stands twice.",
        ),
        (
            {"rows": [Row(cells={"affected": OneOf(("1",))}, outcome=OUTCOME)]},
            ", row 1: 'affected' cannot be '1': it takes a whole number (household).",
        ),
        (
            {"rows": [Row(cells={"category": Interval(low="leak")}, outcome=OUTCOME)]},
            ", row 1: 'category' cannot be '>= leak': a choice has no order.",
        ),
    ],
)
def test_a_table_that_is_none_is_refused(change, message):
    """
    A table is checked when it is made: names, types, and that there is something to decide.
    """
    with pytest.raises(TableError) as refusal:
        attrs.evolve(COMPLAINT, **change)
    assert str(refusal.value) == f"decision 'complaint-severity'{message}"


def test_times_of_day_and_moments_are_fields_of_the_laws():
    """
    The laws above go through every type of field that there is.
    """
    assert {field.type for field in FIELDS} >= {AT.type, SINCE.type, "decimal", "text"}
    assert all(field.check(v) == v for field in FIELDS for v in DOMAINS[field.name])
    assert sum(1 for _ in domain(COMPLAINT_SMALL)) == 3 * 6


COMPLAINT_SMALL = Table(
    id="small",
    inputs=[FIELDS[0], FIELDS[3]],
    outputs=[NUMBER],
    rows=[Row(cells={}, outcome={"n": 1})],
)
