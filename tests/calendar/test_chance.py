"""
Irregular rounds: nobody can tell when the next call comes, and everybody can check it afterwards.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from propflow.calendar import (
    Commitment,
    Duty,
    Ground,
    Irregular,
    agenda,
    commitment,
    parse_rhythm,
    reveal,
)

PATROL = parse_rhythm("every 5 to 10 minutes from 20:00 to 06:00")
assert isinstance(PATROL, Irregular)
DAY = date(2026, 3, 2)
SEED = b"thirty-two bytes nobody can guess"


def drawn(site: str = "garden", duty: str = "patrol", seed: bytes = SEED) -> tuple[int, ...]:
    """
    The round of one night.
    """
    return PATROL.settle(Ground(site=site, duty=duty, seed=seed)).starting(DAY)


def test_round_is_the_same_whenever_it_is_worked_out() -> None:
    """
    For the same site, duty, day and seed, on every machine and in every release.
    """
    assert drawn() == drawn()
    assert len({drawn(), drawn(site="park"), drawn(duty="gate"), drawn(seed=b"other")}) == 4
    assert drawn()[:5] == (1206, 1213, 1220, 1226, 1235)


@settings(max_examples=50, deadline=None)
@given(
    st.binary(min_size=16, max_size=16),
    st.sampled_from(["Europe/Berlin", "Asia/Shanghai", "Australia/Lord_Howe"]),
    st.sampled_from([date(2026, 3, 28), date(2026, 10, 24), date(2026, 4, 4), date(2026, 10, 3)]),
)
def test_gaps_are_never_shorter_nor_longer(seed: bytes, zone: str, day: date) -> None:
    """
    In minutes that really pass, in the nights when the clocks change too.
    """
    where = ZoneInfo(zone)
    patrol = Duty(id="patrol", post="gate", rhythm=PATROL)
    start = datetime(day.year, day.month, day.day, 20, tzinfo=where)
    end = datetime(day.year, day.month, day.day, 6, tzinfo=where) + timedelta(days=1)
    found = agenda(
        [patrol], start, end + timedelta(seconds=1), zone=where, ground=Ground(seed=seed)
    )
    moments = [start, *(call.due for call in found)]
    utc = [when.astimezone(UTC) for when in moments]
    assert all(300 <= (after - one).total_seconds() <= 600 for one, after in pairwise(utc))
    assert (end.astimezone(UTC) - utc[-1]).total_seconds() < 600


def test_every_gap_is_equally_likely() -> None:
    """
    Over a year of nights the six gaps come up equally often, to a part in twenty.
    """
    settled = PATROL.settle(Ground(site="garden", duty="patrol", seed=SEED))
    gaps = Counter(
        after - one
        for n in range(365)
        for one, after in pairwise((1200, *settled.starting(DAY + timedelta(days=n))))
    )
    assert sorted(gaps) == [5, 6, 7, 8, 9, 10]
    mean = sum(gaps.values()) / 6
    assert all(abs(count - mean) < mean / 20 for count in gaps.values())


def test_round_is_proved_by_its_seal_and_its_key() -> None:
    """
    Before it only the seal is shown, afterwards the key; together they prove the calls.
    """
    about = {"site": "garden", "duty": "patrol", "seed": SEED}
    before, after = commitment(PATROL, DAY, **about), reveal(PATROL, DAY, **about)
    assert before.key == ""
    assert attrs.evolve(before, key=after.key) == after
    assert after.proves(drawn())
    assert not before.proves(drawn())
    other = list(drawn())
    other[3] += 1
    assert not after.proves(tuple(other))


FORGED = [
    {"site": "park"},
    {"duty": "gate"},
    {"day": date(2026, 3, 3)},
    {"rhythm": "every 5 minutes to 11 minutes from 20:00 to 06:00"},
    {"rhythm": "daily at 08:00"},
    {"key": "00" * 32},
    {"key": "no key"},
    {"seal": "00" * 32},
]


@pytest.mark.parametrize("change", FORGED, ids=[str(change) for change in FORGED])
def test_forged_proof_is_noticed(change: dict) -> None:
    """
    Nothing that is sealed can be changed afterwards.
    """
    true = reveal(PATROL, DAY, site="garden", duty="patrol", seed=SEED)
    forged: Commitment = attrs.evolve(true, **change)
    assert not forged.proves(drawn())


def test_key_of_one_day_tells_nothing_of_another() -> None:
    """
    Each day has its own.
    """
    keys = {
        reveal(PATROL, DAY + timedelta(days=n), site="garden", duty="patrol", seed=SEED).key
        for n in range(100)
    }
    assert len(keys) == 100
