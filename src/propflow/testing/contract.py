"""
What every store must keep to: tests that a store of your own inherits.

    class TestMyStore(StoreContract):
        @pytest.fixture
        def store(self):
            return MyStore()
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from propflow.engine.amends import Redacted
from propflow.engine.case import Case
from propflow.engine.effects import Effect
from propflow.engine.events import Began, Done, Ended, Event
from propflow.engine.journal import NO_SEAL, seal
from propflow.engine.personal import concealed, played_salt
from propflow.engine.records import pack
from propflow.engine.store.base import Change, Occasion, Store, Timer
from propflow.errors import ConflictError

NOW = datetime(2025, 10, 11, 8, 0, tzinfo=UTC)


def opening(number: int, **more: Any) -> Change:
    """
    The change that opens the case of a number.
    """
    name = f"complaint-{number}"
    ref = more.pop("ref", "")
    began = Began(procedure="complaint", version="v1", facts={"unit": "1-101"}, ref=ref)
    case = Case(
        id=name,
        procedure="complaint",
        version="v1",
        seq=1,
        marking=1,
        facts={"unit": "1-101"},
        since={"record": NOW},
        ref=ref,
        began=NOW,
    )
    return Change(before=0, after=case, events=(began,), at=NOW, number=number, **more)


def going_on(case: Case, *events: Event, **more: Any) -> Change:
    """
    The change that adds events to a case.
    """
    end = next((event.end for event in events if isinstance(event, Ended)), None)
    after = case.replaced(seq=case.seq + len(events), end=end)
    return Change(before=case.seq, after=after, events=events, at=NOW, **more)


DONE = Done(step="record", by="ann", facts={"floors": 3})


class StoreContract:
    """
    Inherit from it, and give a fixture ``store`` that makes an empty store.
    """

    def test_what_is_committed_is_there(self, store: Store) -> None:
        """
        The case as it was given, its events in order, and every seal right.
        """
        store.commit(opening(1))
        case = store.load("complaint-1")
        assert case == opening(1).after
        assert case is not None
        store.commit(going_on(case, DONE, Ended(end="filed")))
        lines = store.history("complaint-1")
        assert [line.event for line in lines] == [*opening(1).events, DONE, Ended(end="filed")]
        assert [line.seq for line in lines] == [0, 1, 2]
        head = NO_SEAL
        for line in lines:
            head = seal(head, line.case, line.seq, line.at, line.data)
            assert line.seal == head
        assert store.verify().whole
        assert [c.id for c in store.cases(state="open")] == []
        assert [c.id for c in store.cases()] == ["complaint-1"]

    def test_a_change_of_another_state_is_a_conflict_and_changes_nothing(
        self, store: Store
    ) -> None:
        """
        Somebody else was first: what was decided on the old state is refused whole.
        """
        store.commit(opening(1))
        case = opening(1).after
        effect = Effect(id="e", kind="notice", case=case.id, data="{}")
        store.commit(going_on(case, DONE))
        with pytest.raises(ConflictError):
            store.commit(going_on(case, DONE, effects=(effect,), key="k"))
        assert store.taken("k") is None
        assert list(store.outbox(("notice",))) == []
        assert len(store.history(case.id)) == 2
        assert store.verify().whole

    def test_a_case_is_opened_once(self, store: Store) -> None:
        """
        A number, a name and a key are each taken by the first who comes.
        """
        store.commit(opening(1, ref="call-7", key="k"))
        for second in (opening(1), opening(2, ref="call-7"), opening(2, key="k")):
            with pytest.raises(ConflictError):
                store.commit(second)
        assert (store.find("call-7"), store.taken("k")) == ("complaint-1", "complaint-1")
        assert (store.find("call-8"), store.taken("l")) == (None, None)
        assert store.last_number("complaint") == 1
        assert store.last_number("fees") == 0
        assert len(list(store.journal())) == 1

    def test_a_duty_has_each_slot_once(self, store: Store) -> None:
        """
        Two engines that notice the same hour open one case.
        """
        occasion = Occasion(
            duty="report",
            slot="20:00",
            due=NOW,
            until=NOW + timedelta(minutes=10),
            case="complaint-1",
        )
        store.commit(opening(1, occasion=occasion))
        with pytest.raises(ConflictError):
            store.commit(opening(2, occasion=occasion))
        assert list(store.occasions()) == [occasion]
        assert list(store.occasions(duty="report", state="open")) == [occasion]
        assert list(store.occasions(duty="patrol")) == []
        assert store.load("complaint-2") is None

    def test_deadlines_come_in_the_order_of_time(self, store: Store) -> None:
        """
        What has passed, the earliest first; a case's old deadlines go with its old state.
        """
        late, early = (
            Timer(due=NOW + timedelta(hours=hours), case=f"complaint-{number}", step="record")
            for number, hours in ((1, 2), (2, 1))
        )
        store.commit(opening(1, timers=(late,)))
        store.commit(opening(2, timers=(early,)))
        assert list(store.timers(NOW)) == []
        assert list(store.timers(NOW + timedelta(hours=2))) == [early, late]
        store.commit(going_on(opening(2).after, DONE))
        assert list(store.timers(NOW + timedelta(hours=2))) == [late]

    def test_waiting_cases_are_found_by_message(self, store: Store) -> None:
        """
        In the order in which they were opened; who goes on waits no more.
        """
        for number in (1, 2, 3):
            store.commit(opening(number, waits=("paid",) if number != 2 else ("called",)))
        assert list(store.waiting("paid")) == ["complaint-1", "complaint-3"]
        store.commit(going_on(opening(1).after, DONE))
        assert list(store.waiting("paid")) == ["complaint-3"]
        assert list(store.waiting("nothing")) == []

    def test_an_effect_waits_until_it_is_carried_out(self, store: Store) -> None:
        """
        Tried in vain it stays, with its attempts counted and the moment of the next; given up it
        is kept for a person.
        """
        effects = tuple(
            Effect(id=name, kind=kind, case="complaint-1", data="{}")
            for name, kind in (("a", "notice"), ("b", "begin"), ("c", "notice"))
        )
        store.commit(opening(1, effects=effects))
        assert [e.id for e in store.outbox(("notice",))] == ["a", "c"]
        store.carried("a")
        assert [e.later for e in store.outbox(("notice",))] == [None]
        later = NOW + timedelta(minutes=1)
        store.failed("c", "the line is dead", later=later)
        assert [(e.id, e.attempts, e.later) for e in store.outbox(("notice",))] == [("c", 1, later)]
        store.failed("c", "still dead", dead="yes", later=later)
        assert list(store.outbox(("notice",))) == []
        ((dead, error),) = store.dead()
        assert (dead.id, dead.attempts, error) == ("c", 2, "still dead")
        store.revive("c")
        assert [(e.attempts, e.later) for e in store.outbox(("notice",))] == [(0, None)]
        assert list(store.dead()) == []

    def test_an_effect_is_carried_out_with_its_change_or_not_at_all(self, store: Store) -> None:
        """
        The case that a call opens and the end of the call are one.
        """
        effect = Effect(id="b", kind="begin", case="complaint-1", data="{}")
        store.commit(opening(1, effects=(effect,)))
        store.commit(opening(2, carried="b"))
        assert list(store.outbox(("begin",))) == []
        with pytest.raises(ConflictError):
            store.commit(opening(3, carried="b"))
        assert store.load("complaint-3") is None
        assert store.last_number("complaint") == 2

    def test_small_facts_are_kept(self, store: Store) -> None:
        """
        The latest value of each.
        """
        assert store.recall("ticked") is None
        store.remember("ticked", "1")
        store.remember("ticked", "2")
        assert store.recall("ticked") == "2"

    def test_notes_are_kept_in_streams_and_sealed(self, store: Store) -> None:
        """
        Each stream has its own chain, and is no case.
        """
        for stream, data in (("a", "1"), ("b", "1"), ("a", "2")):
            line = store.note(stream, data, NOW)
            assert line.data == data
        assert [(n.case, n.seq, n.data) for n in store.notes("a")] == [("a", 0, "1"), ("a", 1, "2")]
        assert list(store.notes("c")) == []
        assert [tuple(one) for one in store.streams()] == [("a", 2), ("b", 1)]
        head = NO_SEAL
        for line in store.notes("a"):
            head = seal(head, line.case, line.seq, line.at, line.data)
            assert line.seal == head
        assert list(store.journal()) == []
        assert list(store.cases()) == []
        assert store.verify().whole

    def test_a_definition_is_kept_and_never_changed(self, store: Store) -> None:
        """
        Under the procedure and the hash of what it means.
        """
        store.define("complaint", "v1", "the first")
        store.define("complaint", "v1", "another")
        store.define("visit", "v1", "of a visit")
        assert store.definition("complaint", "v1") == "the first"
        assert store.definition("visit", "v1") == "of a visit"
        assert store.definition("complaint", "v2") is None

    def test_changes_of_several_cases_are_made_all_or_none(self, store: Store) -> None:
        """
        One that cannot be made leaves every other as it was.
        """
        one, two = opening(1).after, opening(2).after
        store.commit(opening(1))
        store.commit(opening(2))
        with pytest.raises(ConflictError):
            store.commit_all((going_on(one, DONE), going_on(two.replaced(seq=5), DONE)))
        assert [len(store.history(case.id)) for case in (one, two)] == [1, 1]
        store.commit_all((going_on(one, DONE), going_on(two, DONE)))
        assert [len(store.history(case.id)) for case in (one, two)] == [2, 2]
        assert store.verify().whole

    def test_personal_values_are_kept_beside_the_journal_until_they_are_destroyed(
        self, store: Store
    ) -> None:
        """
        The line that is sealed never had them; with them gone, every seal is as it was.
        """
        change = opening(1)
        events, kept = concealed(
            "complaint-1", change.events, {"unit"}, start=0, salt=played_salt, pack=pack
        )
        store.commit(change._replace(events=events, personal=kept))
        (line,) = store.history("complaint-1")
        assert "1-101" not in line.data
        assert line.event == change.events[0]
        assert [one.event for one in store.journal()] == [change.events[0]]
        assert list(store.personal("complaint-1")) == list(store.personal()) == list(kept)
        assert list(store.personal("complaint-2")) == []
        assert store.verify().whole
        (only,) = kept
        gone = Redacted(names=("unit",), destroys=(only.commitment,), by="max", reason="asked")
        store.commit(going_on(change.after, gone, destroys=gone.destroys))
        store.compact()
        assert list(store.personal()) == []
        first = store.history("complaint-1")[0]
        assert (first.data, first.seal) == (line.data, line.seal)
        assert first.event == Began(procedure="complaint", version="v1", facts={})
        assert store.verify().whole

    def test_a_personal_value_that_goes_without_a_word_is_found(self, store: Store) -> None:
        """
        No event says that it was destroyed.
        """
        change = opening(1)
        events, kept = concealed(
            "complaint-1", change.events, {"unit"}, start=0, salt=played_salt, pack=pack
        )
        store.commit(change._replace(events=events, personal=kept))
        store.commit(going_on(change.after, DONE, destroys=(kept[0].commitment,)))
        assert store.verify().broken == (
            "complaint-1: a personal value of event 0 is gone, and no redaction says so.",
        )

    def test_an_effect_is_withdrawn_while_it_waits(self, store: Store) -> None:
        """
        Once it was carried out, the change that would withdraw it is a conflict.
        """
        effect = Effect(id="e", kind="notice", case="complaint-1", data="{}")
        store.commit(opening(1, effects=(effect,)))
        store.commit(going_on(opening(1).after, DONE, withdraws=("e",)))
        assert list(store.outbox(("notice",))) == []
        with pytest.raises(ConflictError):
            store.commit(opening(2, withdraws=("e",)))
        assert store.load("complaint-2") is None
