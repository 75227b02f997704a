"""
Duties while the engine runs, and after it did not: each call opens work once, or says why not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from propflow.calendar import Duty, agenda, parse_rhythm
from propflow.engine import Engine, MemoryStore, SimulatedClock, Store
from propflow.sites import Site

START = datetime(2025, 10, 11, 0, 30, tzinfo=UTC)  # half past eight in Shanghai
HOUR = timedelta(hours=1)

Works = Callable[..., Engine]


def patrol(rhythm: str = "every hour", **more: object) -> Duty:
    """
    A round that the guard walks; it may begin a quarter of an hour late.
    """
    return Duty(**{
        "id": "patrol", "by": ("guard",), "rhythm": parse_rhythm(rhythm), "opens": "round",
        "grace": timedelta(minutes=15), **more,
    })  # fmt: skip


@pytest.fixture
def works(site: Site, store: Store) -> Works:
    """
    An engine with just these duties, at half past eight.
    """

    def works(*duties: Duty) -> Engine:
        return Engine(site, store, clock=SimulatedClock(START), duties=duties)

    return works


def pause(engine: Engine, **length: float) -> None:
    """
    Let time pass in which nobody ticks.
    """
    assert isinstance(engine.clock, SimulatedClock)
    engine.clock.move_to(engine.now() + timedelta(**length))


def live(engine: Engine, **length: float) -> list[str]:
    """
    Let time pass, ticking whenever something is due; what was passed over meanwhile.
    """
    assert isinstance(engine.clock, SimulatedClock)
    until = engine.now() + timedelta(**length)
    passed: list[str] = []
    while (due := engine.next_due(until)) is not None:
        engine.clock.move_to(due)
        passed += [one.why() for one in engine.tick().passed]
    engine.clock.move_to(until)
    return passed


def opened(engine: Engine, *, state: str = "all") -> list[str]:
    """
    The hours of the calls that opened a case.
    """
    return [
        f"{one.due.astimezone(engine.site.zone):%H:%M}"
        for one in engine.store.occasions(state=state)
    ]


def test_a_round_that_is_not_back_lets_the_next_one_out(works: Works) -> None:
    """
    18.09: a guard walks one round at a time. What was passed over is said, and kept.
    """
    engine = works(patrol(overlap="skip"))
    passed = live(engine, hours=2)
    assert opened(engine) == ["09:00"]
    assert passed == [
        "patrol: 1 call passed over (2025-10-11T10:00), because the one before was still open."
    ]
    (case,) = engine.cases()
    engine.complete(case.id, "walk", by="gus")
    engine.skip(case.id, "look-closer", by="gus", reason="all was quiet")
    live(engine, hours=1)
    assert opened(engine) == ["09:00", "11:00"]
    assert [one.why("zh") for one in engine.passed_over()] == [
        "patrol:跳过1次(2025-10-11T10:00),前一次尚未完成。"
    ]


def test_a_round_in_a_queue_has_its_turn_when_the_one_before_is_closed(works: Works) -> None:
    """
    None is lost, none is walked beside another, and its clock runs from its turn.
    """
    engine = works(patrol(overlap="queue"))
    live(engine, hours=3)
    assert opened(engine) == ["09:00"]
    assert [one.slot for one in engine.queued()] == ["2025-10-11T10:00", "2025-10-11T11:00"]
    for done in ("round-1", "round-2"):
        engine.complete(done, "walk", by="gus")
        engine.skip(done, "look-closer", by="gus", reason="all was quiet")
        assert engine.next_due(engine.now() + HOUR) is not None
        live(engine, minutes=1)
    assert opened(engine) == ["09:00", "10:00", "11:00"]
    assert engine.queued() == ()
    (item,) = engine.worklist()
    assert item.case == "round-3"
    assert item.due is not None
    assert item.due > engine.now()


def test_a_later_round_takes_the_place_of_the_one_before(works: Works) -> None:
    """
    The old case is given up with that reason; there is never more than one.
    """
    engine = works(patrol(overlap="replace"))
    passed = live(engine, hours=2)
    assert passed == [
        "patrol: 1 call passed over (2025-10-11T09:00), because a later call took its place."
    ]
    assert engine.case("round-1").end == "replaced"
    assert opened(engine, state="open") == ["10:00"]
    assert engine.verify().whole


OUTAGES = [
    ("all", ["09:00", "10:00", "11:00", "12:00"], []),
    ("latest", ["12:00"], ["latest 3"]),
    ("none", ["12:00"], ["none 3"]),
    (2 * HOUR, ["11:00", "12:00"], ["within 2"]),
]


@pytest.mark.parametrize(("missed", "found", "passed"), OUTAGES, ids=[str(o[0]) for o in OUTAGES])
def test_after_an_outage_a_duty_owes_what_it_says_it_owes(
    works: Works, missed: object, found: list[str], passed: list[str]
) -> None:
    """
    The program slept from half past eight until ten past twelve; a second tick adds nothing.
    """
    engine = works(patrol(missed=missed))
    pause(engine, hours=3, minutes=40)
    tick = engine.tick()
    assert opened(engine) == found
    assert [f"{one.reason} {one.count}" for one in tick.passed] == passed
    again = engine.tick()
    assert (again.due, again.passed) == ((), ())


def test_after_an_outage_a_missed_call_does_not_stand_in_the_way_of_the_next(site: Site) -> None:
    """
    The gate's report of each hour ends as missed after ten minutes, so the next is no overlap.
    """
    (hourly,) = (duty for duty in site.duties if duty.id == "hourly")
    engine = Engine(
        site,
        MemoryStore(),
        clock=SimulatedClock(START),
        duties=[attrs.evolve(hourly, overlap="skip")],
    )
    pause(engine, hours=14)  # until half past ten at night
    tick = engine.tick()
    assert [occasion.slot[-5:] for occasion in tick.due] == ["20:00", "21:00", "22:00"]
    assert tick.passed == ()
    assert [case.end for case in engine.cases()] == ["missed", "missed", "missed"]


def test_work_can_begin_when_its_window_opens(works: Works) -> None:
    """
    Ten minutes before ten the case is there, and its time runs from ten.
    """
    engine = works(patrol("daily at 10:00", early=timedelta(minutes=10)))
    assert engine.next_due(START + 3 * HOUR) == START + timedelta(minutes=80)
    live(engine, minutes=79)
    assert opened(engine) == []
    live(engine, minutes=1)
    assert opened(engine) == ["10:00"]
    (item,) = engine.worklist()
    assert item.due == START + timedelta(minutes=90 + 30)


def test_a_filter_is_due_so_long_after_it_was_really_changed(works: Works) -> None:
    """
    Not counted from when it should have been; and a round given up is no round walked.
    """
    engine = works(patrol("every 2 hours after completion at 09:00 from 2025-10-11"))
    live(engine, hours=5)
    assert opened(engine) == ["09:00"]
    engine.complete("round-1", "walk", by="gus")
    engine.skip("round-1", "look-closer", by="gus", reason="all was quiet")
    live(engine, hours=3)
    assert opened(engine) == ["09:00", "15:30"]
    engine.withdraw("round-2", by="max", reason="a storm")
    live(engine, hours=24)
    assert opened(engine) == ["09:00", "15:30"]


def test_irregular_rounds_of_the_engine_are_those_of_the_seed(site: Site) -> None:
    """
    Whoever has not the seed cannot tell them; whoever has it can prove them.
    """
    secret = attrs.evolve(site, seed=b"a sealed envelope")
    rounds = patrol("every 5 to 10 minutes from 20:00 to 22:00")
    engine = Engine(secret, MemoryStore(), clock=SimulatedClock(START), duties=[rounds])
    live(engine, hours=14)

    def meant(of: Site) -> list[datetime]:
        until = engine.now()
        found = agenda([rounds], START, until, zone=of.zone, working=of.working, ground=of.ground())
        return [one.due for one in found]

    walked = [one.due for one in engine.store.occasions()]
    assert len(walked) > 10
    assert walked == meant(secret)
    assert walked != meant(site)


class UnpluggedError(Exception):
    """
    The power is gone.
    """


class Failing(MemoryStore):
    """
    A store that loses power before a write.
    """

    writes = -1

    def _count(self) -> None:
        self.writes -= 1
        if self.writes == 0:
            raise UnpluggedError

    def commit(self, change: object) -> None:
        """
        Write, if there is power.
        """
        self._count()
        super().commit(change)  # type: ignore[arg-type]

    def remember(self, name: str, value: str) -> None:
        """
        Write, if there is power.
        """
        self._count()
        super().remember(name, value)


@pytest.mark.parametrize("overlap", ["allow", "skip", "queue", "replace"])
def test_a_power_cut_within_a_tick_neither_loses_nor_doubles_a_call(
    site: Site, overlap: str
) -> None:
    """
    Before each write in turn: what is open, queued and passed over afterwards is the same.
    """

    def lived(cut: int) -> tuple[list[str], list[str], list[str], list[str | None]]:
        store = Failing()
        clock = SimulatedClock(START)
        duties = [patrol(overlap=overlap), patrol("every 90 minutes", id="other", missed="latest")]
        engine = Engine(site, store, clock=clock, duties=duties)
        clock.move_to(START + 4 * HOUR)
        store.writes = cut
        for _ in range(2):
            try:
                engine.tick()
            except UnpluggedError:
                engine = Engine(site, store, clock=clock, duties=duties)
        if cut and store.writes > 0:
            raise StopIteration
        return (
            opened(engine),
            [one.slot for one in engine.queued()],
            [f"{one.duty} {one.reason} {one.count} {one.first}" for one in engine.passed_over()],
            [case.end for case in engine.cases()],
        )

    whole = lived(0)
    for cut in range(1, 100):
        try:
            assert lived(cut) == whole, cut
        except StopIteration:
            assert cut > 5
            return
    pytest.fail("it never came to an end of writing")


RHYTHMS = st.sampled_from([
    "every hour",
    "every 20 minutes from 22:00 to 02:00",
    "daily at 09:00, 15:00, 21:00",
    "weekly on monday, thursday at 08:30",
])  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(
    rhythms=st.lists(RHYTHMS, min_size=1, max_size=3),
    early=st.sampled_from([0, 10, 30]),
    grace=st.sampled_from([5, 60, 600]),
    naps=st.lists(st.integers(1, 2000), min_size=1, max_size=12),
)
def test_however_the_program_sleeps_no_call_is_lost_or_doubled(
    site: Site, rhythms: Iterable[str], early: int, grace: int, naps: list[int]
) -> None:
    """
    What opened is what a watchman who looks each minute would have opened.
    """
    duties = [
        patrol(
            rhythm,
            id=f"duty-{number}",
            early=timedelta(minutes=early),
            grace=timedelta(minutes=grace),
        )
        for number, rhythm in enumerate(rhythms)
    ]
    engine = Engine(site, MemoryStore(), clock=SimulatedClock(START), duties=duties)
    for nap in naps:
        pause(engine, minutes=nap)
        engine.tick()
    end = engine.now()
    watched = sorted(
        (one.due, duty.id)
        for duty in duties
        for one in agenda([duty], START, end + HOUR, zone=site.zone, working=site.working)
        if START <= one.due - duty.early <= end
    )
    found = [(one.due, one.duty) for one in engine.store.occasions()]
    assert sorted(found) == watched
