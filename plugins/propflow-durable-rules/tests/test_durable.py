"""
Rulebooks on durable-rules come to the conclusions of propflow's own engine, and its edges are off.
"""

import gc
import json
import os
import sys
import threading
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from propflow.engine import Engine, MemoryStore
from propflow.errors import PluginError, ValueRefusedError
from propflow.plugins.manager import Plugins
from propflow.rules import Correlator, Pattern, Rule, Rulebook, Then
from propflow.sites import load_site
from tests.engine.conftest import HANDBOOK, SITE, lay_out
from tests.rules.books import KINDS, START, books, streams

pytest.importorskip("propflow_durable_rules", reason="the plugin is not installed")
from propflow_durable_rules.engine import DurableEngine

try:
    from propflow_durable_rules import finder
except ImportError:
    finder = None

runs = pytest.mark.skipif(
    finder is None,
    reason="durable-rules is not there: it needs a C compiler, and Python 3.11 or 3.12",
)

#: How many random rulebooks; PROPFLOW_CAMPAIGN=1000 takes half a minute.
EXAMPLES = int(os.environ.get("PROPFLOW_CAMPAIGN", "50"))
MINUTE = timedelta(minutes=1)
ROUND = Then(does="start", name="round", facts={"unit": "unit"})
CALL, VISIT = Pattern(kind="call"), Pattern(kind="visit")


def rule(name="r", when=(CALL,), **more):
    return Rule(id=name, when=when, same=["unit"], then=more.pop("then", [ROUND]), **more)


def book(*rules):
    return Rulebook(id="book", kinds=KINDS, rules=rules)


def call(engine, minute, unit="a", kind="call", size=1, event=""):
    facts = {"unit": unit, "what": "noise", "size": size}
    return engine.feed(kind, facts, at=START + minute * MINUTE, event=event)


@runs
@settings(max_examples=EXAMPLES, deadline=None)
@given(st.data(), books(), streams())
def test_both_engines_conclude_the_same(data, book, stream):
    """
    Event by event and at the end, with what is remembered handed over from one to the other.
    """
    ours, theirs = Correlator([book]), DurableEngine([book])
    stops = data.draw(st.sets(st.integers(0, len(stream)), max_size=2))
    for number, (kind, facts, at, event) in enumerate(stream):
        if number in stops:
            saved = json.loads(json.dumps(ours.save()))
            assert json.loads(json.dumps(theirs.save())) == saved
            theirs = DurableEngine([book])
            theirs.restore(saved)
        found = ours.feed(kind, facts, at=at, event=event)
        assert theirs.feed(kind, facts, at=at, event=event) == found
    end = stream[-1][2] + timedelta(hours=3)
    assert theirs.advance(end) == ours.advance(end)
    assert json.loads(json.dumps(theirs.save())) == json.loads(json.dumps(ours.save()))


@runs
def test_an_event_that_two_rules_match_fires_both():
    """
    durable-rules itself would tell the first alone.
    """
    engine = DurableEngine([book(rule("one"), rule("two"))])
    assert [found.rule for found in call(engine, 0)] == ["one", "two"]


@runs
def test_a_match_fires_once_and_the_oldest_goes_first():
    """
    Two calls wait; a visit takes the first of them, and the next visit the second.
    """
    engine = DurableEngine([book(rule(when=[CALL, VISIT], within=9 * MINUTE))])
    call(engine, 0, event="first")
    call(engine, 1, event="second")
    assert [found.events for found in call(engine, 2, kind="visit", event="x")] == [("first", "x")]
    assert [found.events for found in call(engine, 3, kind="visit", event="y")] == [("second", "y")]


@runs
def test_a_text_is_never_compared_with_a_number():
    """
    It is refused by name before anything reaches durable-rules.
    """
    engine = DurableEngine([book(rule(when=[CALL, VISIT], within=MINUTE))])
    with pytest.raises(ValueRefusedError, match="'size' cannot be '9'"):
        call(engine, 0, size="9")
    assert engine.size == 0


@runs
def test_two_thousand_homes_and_equal_events_without_ids():
    """
    There are no more states than rules, and what looks the same is not the same.
    """
    engine = DurableEngine([book(rule(count=2, within=9999 * MINUTE))])
    for unit in range(2000):
        assert call(engine, 0, unit=f"u{unit}") == []
    assert [dict(found.facts) for found in call(engine, 0, unit="u7")] == [{"unit": "u7"}]


@runs
def test_ids_that_durable_rules_would_take_for_one():
    """
    40189 and 797186 have the same hash of 32 bits; the second is passed over while the first lives.
    """
    assert finder._hash("40189") == finder._hash("797186")
    engine = DurableEngine([book(rule(when=[CALL, VISIT], within=9 * MINUTE))])
    finds = engine._shelves[0].runs[0].finder
    finds.last = 40_188
    call(engine, 0)
    finds.last = 797_185
    call(engine, 0, unit="b")
    assert list(finds.things) == [40_189, 797_187]


@runs
def test_no_thread_and_no_memory_stays_behind():
    """
    The host of durable-rules starts two threads; ours starts none. Rulesets go with their engine.
    """
    before = threading.active_count()
    engine = DurableEngine([book(rule(), rule("two", when=[CALL, VISIT], within=MINUTE))])
    call(engine, 0)
    assert threading.active_count() == before
    handle = engine._shelves[0].runs[0].finder.host.get_ruleset("rule")._handle
    del engine
    gc.collect()
    with pytest.raises(Exception, match="Could not"):
        finder.durable_rules_engine.get_state(handle, "0")


@runs
def test_what_is_too_old_is_forgotten_and_a_large_state_is_given_back(monkeypatch):
    """
    However many homes there were, what no rule can need is let go.
    """
    monkeypatch.setattr(finder, "_LARGE", 100)
    engine = DurableEngine([book(rule(count=2, within=9 * MINUTE))])
    finds = engine._shelves[0].runs[0].finder
    for minute in range(50):
        for unit in range(20):
            call(engine, minute, unit=f"{minute}-{unit}")
    assert engine.size < 20 * 9 * 2 + 20
    finds._sweep((1 << 62) - 1)
    assert (engine.size, finds.most, finds.by_key, finds.agenda) == (0, 0, {}, {})
    assert call(engine, 99) == []
    assert len(call(engine, 100)) == 1


@runs
def test_its_errors_come_as_ours_with_their_sentence():
    """
    The exceptions of durable-rules are empty when printed.
    """
    finds = finder.DurableFinder(
        rule(when=[CALL, VISIT], within=MINUTE), {kind.id: kind for kind in KINDS}
    )
    fact = {"id": "1", "sid": "0", "at": 0}
    finds._call(finds.host.assert_fact, "rule", fact)
    with pytest.raises(PluginError) as refusal:
        finds._call(finds.host.assert_fact, "rule", fact)
    assert str(refusal.value) == (
        "plugin 'durable-rules': rule 'r': Message has already been observed: "
        '{"id": "1", "sid": "0", "at": 0}'
    )
    assert finds._call(finds.host.assert_fact, "rule", {"id": "2", "sid": "0", "at": 7}) is None


@runs
def test_a_rule_that_needs_more_than_a_match_can_hold_is_refused():
    """
    Sixteen things fit, seventeen do not.
    """
    engine = DurableEngine([book(rule(count=16, within=99 * MINUTE))])
    found = [found for minute in range(16) for found in call(engine, minute)]
    assert [len(each.events) for each in found] == [16]
    with pytest.raises(PluginError) as refusal:
        DurableEngine([book(rule(count=17, within=MINUTE))])
    assert str(refusal.value) == (
        "plugin 'durable-rules': rule 'r' looks for 17 things, and it finds 16 at most. "
        "Say 'rule-engine: propflow' in site.yaml, or leave it out."
    )


def test_python_3_13_is_refused_in_one_sentence(monkeypatch):
    """
    Whoever chooses it there reads why, and what to do.
    """
    monkeypatch.setattr(sys, "version_info", (3, 13, 0))
    with pytest.raises(PluginError) as refusal:
        DurableEngine([book(rule())])
    assert str(refusal.value) == (
        "plugin 'durable-rules': release 2.0.28 cannot be imported on Python 3.13, which has no "
        "PyEval_CallObject any more. Say 'rule-engine: propflow' in site.yaml, or leave it out."
    )


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="there another sentence comes first")
def test_durable_rules_that_is_not_there_is_refused(monkeypatch):
    """
    The plugin may have been installed without it.
    """
    monkeypatch.delitem(sys.modules, "propflow_durable_rules.finder", raising=False)
    monkeypatch.setitem(sys.modules, "durable_rules_engine", None)
    with pytest.raises(PluginError, match=r"it cannot be imported: .*durable_rules_engine"):
        DurableEngine([book(rule())])


@runs
def test_a_site_or_a_host_chooses_it(tmp_path):
    """
    By its name in site.yaml, or by the function that the plugin offers.
    """
    having = Plugins()
    text = """
    rulebook: bells
    title: {en: Bells, zh: 铃}
    events: {bell: {facts: {unit: {type: text}}}}
    rules:
      - rule: ring
        when: [{event: bell}]
        same: unit
        then: [{notify: [manager], en: Ring, zh: 响}]
    """
    home = lay_out(
        tmp_path / "book", {**HANDBOOK, "rulebooks/bells.yaml": text.replace("\n    ", "\n")}
    )
    files = {**SITE, "site.yaml": SITE["site.yaml"] + "rule-engine: durable-rules\n"}
    chosen = load_site(
        lay_out(tmp_path / "one", files), {"small": home}, rule_engines=having.rule_engines
    )
    plain = load_site(lay_out(tmp_path / "two", SITE), {"small": home})
    by_host = Engine(plain, MemoryStore(), rule_engine=having.rule_engine("durable-rules"))
    for engine in (Engine(chosen, MemoryStore()), by_host):
        assert isinstance(engine.rules._engines["bells"], DurableEngine)
        engine.rules.tell("bells", "bell", {"unit": "a"})
        assert [f.conclusion.rule for f in engine.rules.waiting] == ["ring"]
