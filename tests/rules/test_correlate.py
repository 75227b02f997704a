import json
from datetime import timedelta
from random import Random

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from propflow.errors import UnknownNameError, ValueRefusedError
from propflow.rules import (
    Condition,
    Correlator,
    Kind,
    OneOf,
    Pattern,
    Rule,
    Rulebook,
    RulebookError,
    Then,
)
from tests.rules.books import KINDS, START, UNIT, WHAT, Clerk, books, streams, told

MINUTE = timedelta(minutes=1)
NOISE = Pattern(kind="call", test=Condition(((WHAT, OneOf(("noise",))),)))
ROUND = Then(does="start", name="round", facts={"unit": "unit"})


def book(*rules, kinds=KINDS):
    return Rulebook(id="book", kinds=kinds, rules=rules)


def rule(name="r", when=(NOISE,), **more):
    return Rule(id=name, when=when, same=["unit"], then=more.pop("then", [ROUND]), **more)


def call(engine, minute, unit="a", kind="call", what="noise", size=1):
    facts = {"unit": unit, "what": what, "size": size}
    return engine.feed(kind, facts, at=START + minute * MINUTE, event=f"{unit}{minute}")


def test_three_calls_in_a_week_from_one_home():
    """
    The third tells which three it were; the fourth begins anew, and a neighbour's do not count.
    """
    engine = Correlator([book(rule(count=3, within=7 * 24 * 60 * MINUTE))])
    assert call(engine, 0) == call(engine, 1) == call(engine, 2, unit="b") == []
    (found,) = call(engine, 3)
    assert found.as_dict() == {
        "rulebook": "book",
        "rule": "r",
        "at": "2026-03-01T08:03:00+00:00",
        "does": "start",
        "name": "round",
        "to": [],
        "facts": {"unit": "a"},
        "events": ["a0", "a1", "a3"],
        "rules": ["book/r"],
    }
    assert call(engine, 4) == call(engine, 5) == []
    assert [c.events for c in call(engine, 6)] == [("a4", "a5", "a6")]


def test_a_window_ends_where_it_began():
    """
    What happened just so long ago is out of it.
    """
    engine = Correlator([book(rule(count=2, within=10 * MINUTE))])
    call(engine, 0)
    assert call(engine, 10) == []
    assert [c.events for c in call(engine, 19)] == [("a10", "a19")]


def test_what_does_not_come_in_time():
    """
    At the last moment is in time, a little early may be; otherwise time itself concludes.
    """
    rules = [rule(unless=Pattern(kind="visit"), by=10 * MINUTE, early=2 * MINUTE)]
    engine = Correlator([book(*rules)])
    call(engine, 0)
    call(engine, 0, unit="b")
    assert engine.next_due() == START + 10 * MINUTE
    assert call(engine, 10, kind="visit") == []
    (late,) = engine.advance(START + 10 * MINUTE)
    assert (dict(late.facts), late.at) == ({"unit": "b"}, START + 10 * MINUTE)
    assert engine.next_due() is None
    call(engine, 20, unit="c", kind="visit")
    call(engine, 20, unit="d", kind="visit")
    call(engine, 22, unit="c")
    call(engine, 23, unit="d")
    assert [dict(c.facts) for c in engine.advance(START + 60 * MINUTE)] == [{"unit": "d"}]


def test_conclusions_lead_to_conclusions_and_say_so():
    """
    A ladder: not answered, then still not answered; the second knows all that led to it.
    """
    first = Then(does="conclude", name="late", facts={"unit": "unit"})
    rules = [
        rule("one", unless=Pattern(kind="visit"), by=5 * MINUTE, then=[first]),
        rule("two", when=[Pattern(kind="late")], unless=Pattern(kind="visit"), by=5 * MINUTE),
    ]
    engine = Correlator([book(*rules)])
    call(engine, 0)
    found = engine.advance(START + 60 * MINUTE)
    assert [(c.rule, c.at - START, c.rules, c.events) for c in found] == [
        ("one", 5 * MINUTE, ("book/one",), ("a0",)),
        ("two", 10 * MINUTE, ("book/one", "book/two"), ("a0",)),
    ]


def test_rules_that_feed_one_another_come_to_rest():
    """
    A fact that is known already is no news, so a circle ends.
    """
    noisy = Then(does="conclude", name="noisy", facts={"unit": "unit"})
    rules = [
        rule("begin", then=[noisy]),
        rule("round", when=[Pattern(kind="noisy")], then=[noisy, ROUND]),
    ]
    engine = Correlator([book(*rules)])
    assert [c.rule for c in call(engine, 0)] == ["begin", "round"]
    assert call(engine, 1) == []


@settings(max_examples=400)
@given(st.data(), books(), streams())
def test_the_engine_concludes_what_a_clerk_with_all_letters_does(data, book, stream):
    """
    Forgetting, saving and being restored in between change nothing.
    """
    engine, clerk = Correlator([book]), Clerk(book)
    found = []
    stops = data.draw(st.sets(st.integers(0, len(stream)), max_size=2))
    for number, (kind, facts, at, event) in enumerate(stream):
        if number in stops:
            saved = json.loads(json.dumps(engine.save()))
            engine = Correlator([book])
            engine.restore(saved)
            assert json.loads(json.dumps(engine.save())) == saved
        found += engine.feed(kind, facts, at=at, event=event)
        clerk.feed(kind, facts, at, event)
    end = stream[-1][2] + timedelta(hours=3)
    found += engine.advance(end)
    clerk.wait(end)
    assert told(found) == clerk.found


def test_what_no_rule_can_need_is_forgotten():
    """
    However long the stream and however many the homes, only the last window is remembered.
    """
    chance = Random(4)  # noqa: S311 nothing secret
    rules = [
        rule("many", count=3, within=60 * MINUTE),
        rule("both", when=[NOISE, Pattern(kind="visit")], within=30 * MINUTE),
        rule("miss", unless=Pattern(kind="visit"), by=20 * MINUTE, early=5 * MINUTE),
        rule("tell", then=[Then(does="conclude", name="late", facts={"unit": "unit"})]),
    ]
    engine = Correlator([book(*rules)])
    sizes = []
    for minute in range(6000):
        kind = chance.choice(["call", "visit"])
        call(engine, minute, unit=f"u{minute % 2000}", kind=kind)
        if minute % 500 == 499:
            sizes.append(engine.size)
    assert max(sizes) < 400
    assert max(sizes[6:]) <= max(sizes[:6]) * 1.5


@pytest.mark.parametrize(
    ("kind", "facts", "error", "message"),
    [
        ("cal", {}, UnknownNameError, "there is no kind of event 'cal'. Did you mean 'call'?"),
        ("noisy", {"unit": "a"}, UnknownNameError, "there is no kind of event 'noisy'."),
        ("call", {"unit": "a", "what": "noise"}, ValueRefusedError, "'size' cannot be None"),
        (
            "call",
            {"unit": "a", "what": "noise", "size": "9"},
            ValueRefusedError,
            "'size' cannot be '9'",
        ),
        (
            "call",
            {"unit": "a", "what": "nois", "size": 9},
            ValueRefusedError,
            "Did you mean 'noise'?",
        ),
        ("call", {"unit": 3, "what": "noise", "size": 9}, ValueRefusedError, "'unit' cannot be 3"),
        ("call", {"unit": "a", "what": [], "size": 9}, ValueRefusedError, "'what' cannot be []"),
        ("call", {"unit": "a", "what": "noise", "size": 10}, ValueRefusedError, "9 or less"),
    ],
)
def test_an_event_that_does_not_fit_is_refused_by_name(kind, facts, error, message):
    """
    It is never compared, and nothing of it is remembered.
    """
    engine = Correlator([book(rule(count=2, within=MINUTE))])
    with pytest.raises(error) as refusal:
        engine.feed(kind, facts, at=START)
    assert message in str(refusal.value)
    assert engine.size == 0


def test_a_rule_that_has_changed_remembers_nothing():
    """
    What was found for another question is no answer to this one.
    """
    rules = [rule("same", count=2, within=9 * MINUTE), rule("other", count=2, within=9 * MINUTE)]
    engine = Correlator([book(*rules)])
    call(engine, 0)
    changed = Correlator([book(rules[0], attrs.evolve(rules[1], within=8 * MINUTE))])
    changed.restore(engine.save())
    assert [c.rule for c in call(changed, 1)] == ["same"]


LATE = Then(does="conclude", name="late", facts={"unit": "unit"})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"when": [Pattern(kind="cal")]}, "there is no kind 'cal'. Did you mean 'call'?"),
        ({"when": []}, "it looks for nothing. Add what it looks for to 'when'."),
        ({"then": []}, "nothing follows from it. Add what follows to 'then'."),
        ({"count": 2}, "it would wait for ever: say 'within' how long."),
        ({"count": 0}, "it counts one kind of thing only, and one of it at least."),
        (
            {"when": [NOISE, Pattern(kind="visit")]},
            "it would wait for ever: say 'within' how long.",
        ),
        ({"by": MINUTE}, "'unless' and 'by' go together: what must not come, and by when."),
        (
            {"unless": Pattern(kind="noisy"), "by": MINUTE},
            "what must not come is an event, not a fact.",
        ),
        ({"within": timedelta(), "count": 2}, "'within' is longer than no time at all."),
        (
            {"when": [Pattern(kind="noisy")], "count": 2, "within": MINUTE},
            "facts hold on and cannot be counted: count the events that lead to them.",
        ),
        (
            {"then": [Then(does="start", name="x", facts={"unit": "unt"})]},
            "no 'unt' is known when it fires. Did you mean 'unit'?",
        ),
        (
            {"then": [Then(does="conclude", name="call", facts={"unit": "unit"})]},
            "it concludes 'call', which is no kind of fact of this rulebook.",
        ),
        (
            {"then": [Then(does="conclude", name="late")]},
            "it concludes 'late' and has to say once what 'unit' is.",
        ),
        (
            {"then": [attrs.evolve(LATE, facts={"unit": "size"})]},
            "'unit' is of type integer where it comes from and text where it goes.",
        ),
        ({"then": [Then(does="notify")]}, "a notice goes to nobody. Say to whom."),
    ],
)
def test_a_rule_that_could_not_work_is_refused_when_it_is_made(change, message):
    """
    The refusal names the rule and says what to do.
    """
    with pytest.raises(RulebookError) as refusal:
        book(attrs.evolve(rule(), **change))
    assert str(refusal.value) == f"rulebook 'book', rule 'r': {message}"


def test_a_rulebook_is_data_and_its_digest_follows_its_meaning():
    """
    A word that changes changes it, and the place where it stands does not.
    """
    one = book(rule(count=2, within=MINUTE))
    assert one.digest == book(rule(count=2, within=MINUTE)).digest
    assert one.digest != book(rule(count=3, within=MINUTE)).digest
    assert json.loads(json.dumps(one.as_dict()))["rules"][0]["within"] == "1 minute"
    with pytest.raises(RulebookError, match="the kind 'call' stands twice"):
        book(rule(), kinds=[*KINDS, Kind(id="call", fields=[UNIT])])
