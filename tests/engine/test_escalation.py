"""
Rulebooks that listen while cases run, and what they conclude done once, whatever breaks.
"""

from datetime import timedelta

import pytest

from propflow.engine import Engine, MemoryStore, SimulatedClock
from propflow.engine.store.sqlite import SqliteStore
from propflow.errors import RefusedError, StoreError, UnknownNameError, ValueRefusedError
from propflow.sites import load_site
from tests.engine.conftest import HANDBOOK, SITE, START, lay_out

NOISE = """
rulebook: noise
title: {en: Noise that comes again, zh: 噪音反复}
events:
  complaint: {message: complaint-made, en: A complaint, zh: 投诉}
  reminded: {began: dunning, facts: {unit: {type: text}}}
  walked: {done: round, step: walk, facts: {unit: {type: text}}}
  bell: {facts: {unit: {type: text}}}
  answered: {facts: {unit: {type: text}}}
facts:
  noisy: {facts: {unit: {type: text}}, keeps: 30 days}
rules:
  - rule: thrice
    when: [{event: complaint, if: {kind: noise}}]
    same: unit
    count: 3
    within: 7 days
    then:
      - conclude: noisy
        facts: {unit: unit}
      - notify: manager
        en: Noise again
        zh: 噪音反复
  - rule: round
    when: [{event: noisy}]
    same: unit
    then: [{start: round, facts: {unit: unit}}]
  - rule: unpaid
    when: [{event: reminded}]
    same: unit
    unless: {event: walked}
    by: 2 hours
    then: [{send: complaint-made, facts: {unit: unit}, sets: {kind: leak}}]
  - rule: unanswered
    when: [{event: bell}]
    same: unit
    unless: {event: answered}
    by: 5 minutes
    early: 1 minute
    then: [{notify: [manager, guard], en: Nobody answers, zh: 无人应答}]
"""


class Letters:
    # Takes notices, and keeps what it was handed by id: the same again is one.

    def __init__(self):
        self.kept = {}

    def deliver(self, notice):
        self.kept[notice.id] = notice

    def close(self):
        pass


@pytest.fixture
def site(tmp_path):
    """
    The small estate with a rulebook.
    """
    book = lay_out(tmp_path / "book", {**HANDBOOK, "rulebooks/noise.yaml": NOISE})
    return load_site(lay_out(tmp_path / "estate", SITE), {"small": book})


@pytest.fixture(params=["memory", "sqlite"])
def store(request, tmp_path):
    """
    Each store.
    """
    store = MemoryStore() if request.param == "memory" else SqliteStore(str(tmp_path / "a.db"))
    yield store
    store.close()


def engine(site, store, clock, letters=None):
    return Engine(site, store, clock=clock, notifiers=[letters or Letters()], duties=())


def opened(engine):
    return [(case.procedure, dict(case.facts)) for case in engine.cases()]


def complain(running, times, unit="1-101"):
    for number in range(times):
        facts = {"unit": unit, "kind": "noise"}
        running.send("complaint-made", facts, key=f"letter-{unit}-{number}")


def test_what_comes_too_often_opens_a_case_and_tells_somebody(site, store):
    """
    The third complaint of a week does; each conclusion says by which rules it came.
    """
    clock, letters = SimulatedClock(START), Letters()
    running = engine(site, store, clock, letters)
    complain(running, 2)
    clock.move_to(START + timedelta(days=8))
    assert "round" not in dict(opened(running))
    for number in range(3):
        running.send("complaint-made", {"unit": "2-202", "kind": "noise"}, key=f"x{number}")
    assert ("round", {"unit": "2-202"}) in opened(running)
    case = next(case for case in running.cases() if case.procedure == "round")
    assert running.history(case.id)[0].event.because == "rule noise/round"
    (letter,) = (n for n in letters.kept.values() if n.kind == "rule")
    assert (letter.procedure, letter.step, letter.to) == ("noise", "thrice", ("manager",))
    assert letter.people == ("max",)
    assert letter.text.to("zh") == "噪音反复"


def test_a_message_of_the_same_key_is_heard_once(site, store):
    """
    Whoever is not sure that a message came in hands it in again.
    """
    running = engine(site, store, SimulatedClock(START))
    for _ in range(3):
        complain(running, 2)
    assert "round" not in dict(opened(running))


def test_what_does_not_happen_in_time_is_noticed_by_a_tick(site, store):
    """
    Nobody walked the round: a message goes out in the rulebook's name and opens its case.
    """
    clock = SimulatedClock(START)
    running = engine(site, store, clock)
    running.begin("dunning", {"unit": "1-101"})
    assert running.next_due(START + timedelta(days=1)) == START + timedelta(hours=2)
    clock.move_to(START + timedelta(hours=2))
    assert running.tick().problems == ()
    assert ("complaint", {"unit": "1-101", "kind": "leak"}) in opened(running)
    running.tick()
    assert [name for name, _ in opened(running)].count("complaint") == 1


def test_a_step_that_is_done_in_time_calls_it_off(site, store):
    """
    What was done in a case is heard as well.
    """
    clock = SimulatedClock(START)
    running = engine(site, store, clock)
    running.begin("dunning", {"unit": "1-101"})
    case = running.begin("round", {"unit": "1-101"})
    running.complete(case.id, "walk", by="gus")
    clock.move_to(START + timedelta(hours=3))
    running.tick()
    assert "complaint" not in dict(opened(running))


def test_the_host_tells_of_what_only_it_knows(site, store):
    """
    A bell that was answered a little early is answered; one that was not is told to two roles.
    """
    clock, letters = SimulatedClock(START), Letters()
    running = engine(site, store, clock, letters)
    running.rules.tell("noise", "answered", {"unit": "a"})
    for unit in "ab":
        running.rules.tell("noise", "bell", {"unit": unit}, key=unit)
    clock.move_to(START + timedelta(minutes=5))
    running.tick()
    assert [n.to for n in letters.kept.values()] == [("manager", "guard")]
    with pytest.raises(UnknownNameError, match="there is no rulebook 'nois'"):
        running.rules.tell("nois", "bell", {"unit": "a"})
    with pytest.raises(UnknownNameError, match="there is no event of rulebook 'noise' 'bel'"):
        running.rules.tell("noise", "bel", {"unit": "a"})
    with pytest.raises(ValueRefusedError):
        running.rules.tell("noise", "bell", {})


def test_what_cannot_be_done_is_said_and_does_not_stop_the_rest(site, store, monkeypatch):
    """
    A refusal is a problem of the tick, once.
    """
    clock = SimulatedClock(START)
    running = engine(site, store, clock)

    def refuse(*_, **__):
        raise RefusedError("no", "not today.")

    running.begin("dunning", {"unit": "1-101"})
    clock.move_to(START + timedelta(hours=2))
    monkeypatch.setattr(running, "send", refuse)
    assert running.tick().problems == ("rule noise/unpaid: not today.",)
    assert running.tick().problems == ()


def test_the_stream_is_sealed(site):
    """
    A line that was changed afterwards is found.
    """
    store = MemoryStore()
    running = engine(site, store, SimulatedClock(START))
    complain(running, 2)
    assert running.rules.verify() == ()
    name = "rules:000000000001"
    store.remember(name, store.recall(name).replace("1-101", "1-102"))
    assert running.rules.verify() == ("rules: event 1 is not what was sealed.",)


class Breaking:
    # A store that breaks at its n-th write, before or after it is done.

    def __init__(self, store, at, when):
        self.store, self.left, self.when = store, at, when

    def __getattr__(self, name):
        found = getattr(self.store, name)
        if name not in ("commit", "remember", "carried"):
            return found

        def write(*args):
            self.left -= 1
            if self.left == 0 and self.when == "before":
                raise StoreError("test", "gone")
            found(*args)
            if self.left == 0:
                raise StoreError("test", "gone")

        return write


@pytest.mark.parametrize("when", ["before", "after"])
def test_wherever_it_breaks_everything_follows_once(site, when):
    """
    Broken at each write in turn, opened again and asked again, an estate ends up the same.
    """

    def story(store, clock, letters):
        running = engine(site, store, clock, letters)
        complain(running, 3)
        complain(running, 2, "2-202")  # heard twice, one of them would be three
        running.begin("dunning", {"unit": "1-101"}, key="dunning")
        clock.move_to(START + timedelta(hours=2))
        running.tick()
        return running

    whole = Letters()
    expected = sorted(map(str, opened(story(MemoryStore(), SimulatedClock(START), whole))))
    told = sorted(n.step for n in whole.kept.values() if n.kind == "rule")
    broke = 0
    for at in range(1, 400):
        store, letters = MemoryStore(), Letters()
        try:
            story(Breaking(store, at, when), SimulatedClock(START), letters)
        except StoreError:
            broke += 1
        else:
            break
        running = story(store, SimulatedClock(START), letters)
        assert sorted(map(str, opened(running))) == expected, at
        assert sorted(n.step for n in letters.kept.values() if n.kind == "rule") == told, at
        assert running.rules.verify() == ()
        assert running.rules.waiting == ()
    assert broke > 10


def test_what_is_remembered_is_played_from_a_snapshot(site, monkeypatch):
    """
    A long stream is not played from its beginning each time.
    """
    monkeypatch.setattr("propflow.engine.escalation.SAVED_EVERY", 5)
    store = MemoryStore()
    running = engine(site, store, SimulatedClock(START))
    complain(running, 2, "1-101")
    complain(running, 4, "1-102")
    assert store.recall("rules:saved") is not None
    again = engine(site, store, SimulatedClock(START))
    engines = (running.rules._engines["noise"], again.rules._engines["noise"])
    assert engines[0].save() == engines[1].save()
    again.send("complaint-made", {"unit": "1-101", "kind": "noise"}, key="third")
    assert ("round", {"unit": "1-101"}) in opened(again)
