# ruff: noqa: E501 - the tables of examples are wider than the code
import itertools
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from propflow.errors import HandbookError, ValueRefusedError
from propflow.fields import Field
from propflow.rules import AnyOf, Anything, CellError, Interval, OneOf, parse_cell
from propflow.rules.regions import divide, runs
from propflow.text import Text
from tests.rules.strategies import DOMAINS, FIELDS, cells
from tests.tables import rows

KINDS = {
    "category": Field(
        name="category",
        type="choice",
        of=("noise", "leak", "burst pipe", "not", "-"),
        labels=(
            ("noise", Text.of(en="noise", zh="噪音")),
            ("leak", Text.of(en="a leak", zh="漏水")),
        ),
    ),
    "remark": Field(name="remark", type="text"),
    "affected": Field(name="affected", type="integer", min=1, unit="household"),
    "level": Field(name="level", type="integer"),
    "area": Field(name="area", type="decimal"),
    "owed": Field(name="owed", type="money", unit="CNY"),
    "repeated": Field(name="repeated", type="boolean"),
    "day": Field(name="day", type="date"),
    "at": Field(name="at", type="time"),
    "open": Field(name="open", type="duration"),
    "since": Field(name="since", type="moment"),
}


@pytest.mark.parametrize(
    ("name", "text", "written", "english", "chinese"),
    rows("""
    category | -                            | -                          | anything                                | 任意
    category | noise                        | noise                      | noise                                   | 噪音
    category | "noise","leak"               | noise, leak                | noise or a leak                         | 噪音或漏水
    category | noise , leak,burst pipe      | noise, leak, burst pipe    | noise, a leak or burst pipe             | 噪音、漏水或burst pipe
    category | not(noise)                   | not(noise)                 | anything but noise                      | 除噪音以外
    category | not ( "noise", leak )        | not(noise, leak)           | anything but noise or a leak            | 除噪音或漏水以外
    category | not                          | not                        | not                                     | not
    category | "-"                          | "-"                        | -                                       | -
    remark   | back door                    | back door                  | back door                               | back door
    remark   | "a, b", "say \\"hi\\""       | "a, b", "say \\"hi\\""     | a, b or say "hi"                        | a, b或say "hi"
    remark   | ""                           | ""                         | ""                                      | ""
    remark   | "!", "<", "=5"               | "!", "<", "=5"             | !, < or =5                              | !、<或=5
    affected | 3                            | 3                          | 3                                       | 3
    affected | >= 3                         | >= 3                       | 3 or more                               | 3及以上
    affected | >3                           | > 3                        | more than 3                             | 大于3
    affected | <=3                          | <= 3                       | 3 or less                               | 3及以下
    affected | < 5                          | < 5                        | less than 5                             | 小于5
    affected | > 0                          | > 0                        | more than 0                             | 大于0
    affected | [1..5]                       | [1..5]                     | 1 to 5                                  | 1至5
    affected | [1 .. 5)                     | [1..5)                     | 1 or more and less than 5               | 1及以上且小于5
    affected | (1..5]                       | (1..5]                     | more than 1 and 5 or less               | 大于1且5及以下
    affected | 1, 3, [10..20]               | 1, 3, [10..20]             | 1, 3 or 10 to 20                        | 1、3或10至20
    affected | not([2..5], 9)               | not([2..5], 9)             | anything but 2 to 5 or 9                | 除2至5或9以外
    level    | -3                           | -3                         | -3                                      | -3
    level    | [-3..-1]                     | [-3..-1]                   | -3 to -1                                | -3至-1
    area     | (1.5..2)                     | (1.5..2)                   | more than 1.5 and less than 2           | 大于1.5且小于2
    owed     | >= 1000.00                   | >= 1000.00                 | 1000.00 CNY or more                     | 1000.00 CNY及以上
    repeated | yes                          | true                       | yes                                     | 是
    repeated | not(true)                    | not(true)                  | anything but yes                        | 除是以外
    day      | 2026-03-31                   | 2026-03-31                 | 2026-03-31                              | 2026-03-31
    day      | >= 2026-01-01                | >= 2026-01-01              | 2026-01-01 or later                     | 2026-01-01及以后
    day      | < 2026-01-01                 | < 2026-01-01               | before 2026-01-01                       | 早于2026-01-01
    at       | [08:00..20:00)               | [08:00..20:00)             | 08:00 or later and before 20:00         | 08:00及以后且早于20:00
    at       | (08:00..20:00:30]            | (08:00..20:00:30]          | after 08:00 and 20:00:30 or earlier     | 晚于08:00且20:00:30及以前
    open     | >= 2 hours                   | >= 2 hours                 | 2 hours or more                         | 2小时及以上
    open     | < 36 hours                   | < 1 day 12 hours           | less than 1 day 12 hours                | 小于1天12小时
    since    | > 2026-03-31T20:00+08:00     | > 2026-03-31T20:00:00+08:00 | after 2026-03-31T20:00:00+08:00        | 晚于2026-03-31T20:00:00+08:00
"""),
)
def test_a_cell_is_read_written_and_said(name, text, written, english, chinese):
    """
    What stands in the table is read, written back so that it reads the same, and said aloud.
    """
    cell = parse_cell(text, KINDS[name])
    assert str(cell) == written
    assert parse_cell(written, KINDS[name]) == cell
    assert cell.say() == english
    assert cell.say("zh") == chinese


@pytest.mark.parametrize(
    ("name", "text", "admitted", "refused"),
    [
        ("category", "-", ("noise", "leak"), ()),
        ("category", "noise, leak", ("noise", "leak"), ("burst pipe",)),
        ("category", "not(noise)", ("leak", "-"), ("noise",)),
        ("affected", "[2..5)", (2, 4), (1, 5)),
        ("affected", "(2..5]", (3, 5), (2, 6)),
        ("affected", "1, 3, [10..20]", (1, 3, 10, 20), (2, 9, 21)),
        ("affected", "not([2..5], 9)", (1, 6, 10), (2, 5, 9)),
        ("area", "(1..2)", (Decimal("1.0001"), Decimal("1.5")), (Decimal(1), Decimal(2))),
        ("repeated", "no", (False,), (True,)),
        ("day", "> 2026-02-28", (date(2026, 3, 1),), (date(2026, 2, 28),)),
        ("at", "[08:00..20:00)", (time(8), time(19, 59, 59)), (time(7, 59), time(20))),
        ("open", "<= 2 hours", (timedelta(hours=2),), (timedelta(hours=2, seconds=1),)),
        (
            "since",
            "2026-03-31T20:00+08:00",
            (datetime(2026, 3, 31, 12, tzinfo=UTC),),
            (datetime(2026, 3, 31, 20, tzinfo=UTC),),
        ),
    ],
)
def test_a_cell_admits_what_it_says(name, text, admitted, refused):
    """
    Both ends of every kind of cell fall on the side on which they are written.
    """
    cell = parse_cell(text, KINDS[name])
    assert [value for value in admitted if not cell.admits(value)] == []
    assert [value for value in refused if cell.admits(value)] == []


def test_an_hour_that_the_clock_gives_twice_is_told_apart():
    """
    When the clocks go back, the first two o'clock is one moment and the second another.
    """
    berlin = ZoneInfo("Europe/Berlin")
    cell = parse_cell("2026-10-25T00:30+00:00", KINDS["since"])
    assert cell.admits(datetime(2026, 10, 25, 2, 30, tzinfo=berlin))
    assert not cell.admits(datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=berlin))


@pytest.mark.parametrize(
    ("name", "text", "column", "what"),
    [
        (name, text, int(column), what)
        for name, text, column, what in rows("""
    category | nose              | 1  | 'category' cannot be 'nose': it takes one of noise, leak, burst pipe, not, -. Did you mean 'noise'?
    category | noise, leek       | 8  | 'category' cannot be 'leek': it takes one of noise, leak, burst pipe, not, -. Did you mean 'leak'?
    category | >= noise          | 1  | 'category' is a choice and has no order, so '>=' cannot be used: list its values instead.
    remark   | [a..b]            | 1  | 'remark' is a text and has no order, so an interval cannot be used: list its values instead.
    repeated | < true            | 1  | 'repeated' is a boolean and has no order, so '<' cannot be used: list its values instead.
    category | noise,            | 7  | a value is missing here.
    category | noise,, leak      | 7  | a value is missing here.
    category | not()             | 5  | a value is missing here.
    category | noise, leak, noise | 14 | noise stands there twice.
    category | noise, -          | 8  | '-' means anything and stands alone.
    category | not(-)            | 5  | '-' means anything and stands alone.
    category | not(noise         | 10 | the list after 'not(' has to end with ')'.
    category | not(noise) leak   | 12 | 'l' is not expected here: part values with ','.
    category | not(not(noise))   | 8  | not(...) stands once, round the whole cell.
    category | leak, not(noise)  | 10 | not(...) stands once, round the whole cell.
    category | noise)            | 6  | ')' is not expected here: part values with ','.
    category | "noise            | 1  | a quote opens here that nothing closes.
    category | noise"            | 6  | '"' is not expected here: part values with ',', and put words that hold it in double quotes.
    category | noise，leak        | 6  | write ',' for '，', or quote the words.
    category | != noise          | 1  | cells know no '=' and '!=': write the value, or not(...) round it.
    category | not(noise, leak, burst pipe, not, "-") | 1 | no value can satisfy it: 'category' takes one of noise, leak, burst pipe, not, -.
    remark   | burst (pipe)      | 7  | '(' is not expected here: part values with ',', and put words that hold it in double quotes.
    remark   | "a\\n"            | 3  | after \\ in quotes comes \\ or ".
    affected | ≥ 3               | 1  | write '>=' for '≥', or quote the words.
    affected | 0                 | 1  | 'affected' cannot be '0': it takes a whole number (household), 1 or more.
    affected | three             | 1  | 'affected' cannot be 'three': it takes a whole number (household), 1 or more.
    affected | "3"               | 1  | quotes make it words, and 'affected' takes a whole number (household), 1 or more.
    affected | >=                | 3  | a value has to follow '>='.
    affected | >= 1.5            | 4  | 'affected' cannot be '1.5': it takes a whole number (household).
    affected | < 1               | 1  | no value can satisfy it: 'affected' takes a whole number (household), 1 or more.
    affected | not(>= 1)         | 1  | no value can satisfy it: 'affected' takes a whole number (household), 1 or more.
    affected | (3..4)            | 1  | no value can satisfy it: 'affected' takes a whole number (household), 1 or more.
    affected | 1, (3..4)         | 4  | no value can satisfy it: 'affected' takes a whole number (household), 1 or more.
    affected | [5..1]            | 1  | the interval is empty: 5 is not below 1.
    affected | [5..5)            | 1  | the interval is empty: it leaves 5 itself out.
    affected | [1..               | 1  | '[' opens an interval that nothing closes.
    affected | [1..)             | 1  | an interval has two ends, as in [1..5).
    affected | 7, [1,5]          | 4  | an interval has two ends, as in [1..5).
    affected | [1.. x]           | 6  | 'affected' cannot be 'x': it takes a whole number (household).
    affected | [1..3] 4          | 8  | '4' is not expected here: part values with ','.
    area     | NaN               | 1  | 'area' cannot be 'NaN': it takes a decimal number.
    area     | < inf             | 3  | 'area' cannot be 'inf': it takes a decimal number.
    day      | 2026-02-30        | 1  | 'day' cannot be '2026-02-30': it takes a date such as 2026-03-31.
    at       | 08:00+08:00       | 1  | 'at' cannot be '08:00+08:00': it takes a time of day such as 20:00.
    open     | >= 1 month        | 4  | 'open' cannot be '1 month': it takes a duration such as 30 minutes.
    since    | 2026-03-31T20:00  | 1  | 'since' cannot be '2026-03-31T20:00': it takes a moment with its time zone.
""")
    ],
)
def test_a_cell_that_is_none_is_refused(name, text, column, what):
    """
    The message shows the cell, where in it the fault is, and what would do.
    """
    with pytest.raises(CellError) as refusal:
        parse_cell(text, KINDS[name])
    assert str(refusal.value) == f"cell {text!r}, column {column}: {what}"


@pytest.mark.parametrize(
    "text",
    [
        "a" * 1001,
        "(" * 1000,
        "not(" * 250,
        '"' * 999,
        ",".join("1" for _ in range(500)),
        "\\" * 1000,
        "__import__('os').system('true')",
        "9" * 1000,
        "[" + "." * 900 + "]",
        "> " * 400,
        "\x00",
        "\ud800",
    ],
)
def test_hostile_cells_are_refused_at_once(text):
    """
    No length, depth or trick brings anything but a refusal.
    """
    with pytest.raises(HandbookError):
        parse_cell(text, KINDS["affected"])


def test_a_long_cell_is_shown_short():
    """
    A message stays readable however long the cell is.
    """
    with pytest.raises(CellError) as refusal:
        parse_cell("x" * 1001, KINDS["remark"])
    assert str(refusal.value) == (
        f"cell '{'x' * 57}...', column 1001: a cell has 1,000 characters at most, this one 1,001."
    )


@given(st.text(max_size=40), st.sampled_from(list(KINDS.values())))
def test_any_text_is_a_cell_or_refused(text, field):
    """
    Whatever is typed is read, and then reads the same when written, or is refused by name.
    """
    try:
        cell = parse_cell(text, field)
    except HandbookError:
        return
    assert parse_cell(str(cell), field) == cell


@given(st.data(), st.sampled_from(FIELDS))
def test_a_cell_written_down_reads_the_same(data, field):
    """
    Writing and reading lose nothing, for every kind of cell that something satisfies.
    """
    cell = data.draw(cells(field))
    parts = cell.parts if isinstance(cell, AnyOf) else ()
    domain = DOMAINS[field.name]
    if all(any(map(each.admits, domain)) for each in (cell, *parts)):
        assert parse_cell(str(cell), field) == cell
        assert cell.say()
        assert cell.say("zh")
    else:
        with pytest.raises(CellError, match=r"the interval is empty|no value can satisfy it"):
            parse_cell(str(cell), field)


@given(st.data(), st.sampled_from(FIELDS))
def test_regions_agree_with_cells(data, field):
    """
    A column's bit sets say of each region what each cell says of a value in it.
    """
    column = divide(field, data.draw(st.lists(cells(field), min_size=1, max_size=4)))
    for at in range(column.regions.size):
        value = column.regions.sample(at)
        assert field.check(value) == value
        for row, cell in enumerate(column.cells):
            assert bool(column.bits[row] >> at & 1) == cell.admits(value)
            assert bool(column.masks[at] >> row & 1) == cell.admits(value)


@given(st.data(), st.sampled_from(FIELDS))
def test_regions_can_be_said_as_a_cell(data, field):
    """
    Any set of regions is a cell again, and that cell admits these regions and no other.
    """
    column = divide(field, data.draw(st.lists(cells(field), min_size=1, max_size=3)))
    bits = data.draw(st.integers(1, column.full))
    cell = column.regions.cell(bits)
    for at in range(column.regions.size):
        assert cell.admits(column.regions.sample(at)) == bool(bits >> at & 1)


@given(st.integers(0, 2**20))
def test_runs_put_the_bits_together(bits):
    """
    The stretches of ones are all of the ones, apart from one another and in order.
    """
    found = runs(bits)
    assert sum((1 << end) - (1 << first) for first, end in found) == bits
    assert all(before[1] < after[0] for before, after in itertools.pairwise(found))


def test_an_interval_has_an_end():
    """
    From nowhere to nowhere is not an interval but anything.
    """
    with pytest.raises(ValueError, match="interval") as refusal:
        Interval()
    assert str(refusal.value) == (
        "an interval needs one end at least: for anything say Anything()."
    )


def test_a_value_of_another_type_is_refused_and_never_compared():
    """
    True is no number of households, however much Python thinks so.
    """
    with pytest.raises(ValueRefusedError) as refusal:
        parse_cell("1", KINDS["affected"]).admits(True)  # noqa: FBT003
    assert str(refusal.value) == (
        "'affected' cannot be True: it takes a whole number (household), 1 or more."
    )


def test_cells_are_equal_by_what_they_say():
    """
    Where a cell comes from does not count.
    """
    assert parse_cell("1, [3..5)", KINDS["level"]) == AnyOf(
        (OneOf((1,)), Interval(low=3, high=5, high_open=True))
    )
    assert parse_cell("-", KINDS["level"]) == parse_cell(" ", KINDS["day"]) == Anything()
    assert len({parse_cell("noise", KINDS["category"]), OneOf(("noise",))}) == 1
