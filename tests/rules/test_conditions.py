import pytest

from propflow.errors import UndecidedError, UnknownNameError, ValueRefusedError
from propflow.fields import Field
from propflow.rules import CellError, Condition, parse_condition
from propflow.text import Text

FIELDS = {
    field.name: field
    for field in (
        Field(
            name="satisfied",
            type="choice",
            of=("yes", "no"),
            label=Text.of(en="The customer's satisfaction", zh="用户满意"),
            labels=(("yes", Text.of(en="yes", zh="是")),),
        ),
        Field(name="calls", type="integer", min=0, label=Text.of(en="Calls", zh="来电次数")),
    )
}


@pytest.mark.parametrize(
    ("satisfied", "calls", "held"),
    [("yes", 3, True), ("yes", 2, False), ("no", 3, False), ("no", 0, False)],
)
def test_a_condition_holds_if_all_its_cells_do(satisfied, calls, held):
    """
    Each fact has to fit its own cell.
    """
    condition = parse_condition({"satisfied": "yes", "calls": ">= 3"}, FIELDS)
    assert condition.holds({"satisfied": satisfied, "calls": calls, "unit": "3-501"}) is held


def test_a_condition_is_said_and_written():
    """
    A guard can be read aloud, and says what it needs.
    """
    condition = parse_condition({"satisfied": "yes", "calls": ">= 3"}, FIELDS)
    assert str(condition) == "satisfied: yes, calls: >= 3"
    assert condition.say() == "The customer's satisfaction is yes and Calls is 3 or more"
    assert condition.say("zh") == "用户满意为是，且来电次数为3及以上"
    assert condition.needs == ("satisfied", "calls")
    assert condition == parse_condition({"satisfied": "yes", "calls": ">=3"}, FIELDS)
    assert isinstance(condition, Condition)


def test_a_cell_that_asks_nothing_needs_nothing():
    """
    A dash holds without the fact.
    """
    condition = parse_condition({"satisfied": "yes", "calls": "-"}, FIELDS)
    assert condition.needs == ("satisfied",)
    assert condition.holds({"satisfied": "yes"})


@pytest.mark.parametrize("satisfied", ["yes", "no"])
def test_a_missing_fact_is_refused_whatever_the_others_say(satisfied):
    """
    The answer does not depend on which cell is looked at first.
    """
    condition = parse_condition({"satisfied": "yes", "calls": ">= 3"}, FIELDS)
    with pytest.raises(UndecidedError) as refusal:
        condition.holds({"satisfied": satisfied})
    assert refusal.value.missing == ("calls",)
    assert str(refusal.value) == (
        "decision 'satisfied: yes, calls: >= 3': it needs 'calls', which has no value yet: "
        "a whole number, 0 or more."
    )


def test_a_fact_of_the_wrong_type_is_refused():
    """
    It is never compared, even where another fact has settled the matter.
    """
    condition = parse_condition({"satisfied": "yes", "calls": ">= 3"}, FIELDS)
    with pytest.raises(ValueRefusedError) as refusal:
        condition.holds({"satisfied": "no", "calls": "3"})
    assert str(refusal.value) == "'calls' cannot be '3': it takes a whole number, 0 or more."


def test_a_condition_names_facts_that_there_are():
    """
    A misspelt fact, a bad cell and an empty condition are refused.
    """
    with pytest.raises(UnknownNameError) as unknown:
        parse_condition({"satisfyed": "yes"}, FIELDS)
    assert str(unknown.value) == "there is no fact 'satisfyed'. Did you mean 'satisfied'?"
    with pytest.raises(CellError) as bad:
        parse_condition({"satisfied": "yess"}, FIELDS)
    assert str(bad.value) == (
        "cell 'yess', column 1: 'satisfied' cannot be 'yess': it takes one of yes, no. "
        "Did you mean 'yes'?"
    )
    with pytest.raises(CellError) as none:
        parse_condition({}, FIELDS)
    assert str(none.value) == (
        "cell '', column 1: a condition needs one fact at least, as in {satisfied: yes}."
    )
