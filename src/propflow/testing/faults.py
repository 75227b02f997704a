"""
What goes wrong on a bad day, at will: a store that fails or dies, a clock that jumps, a notifier
that is slow, fails, or says the same thing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any, cast

import attrs

from propflow.engine import Notice, SimulatedClock, Store
from propflow.engine.store import WRITES
from propflow.errors import StoreError


class Crash(BaseException):
    """
    The power went: the process is gone in the middle of what it did.
    """


@attrs.frozen(kw_only=True)
class Faults:
    """
    How often what goes wrong; each is a chance between 0 and 1.

    Attributes:
        crash: At each write, that the process dies just before it, and as often just after it.
        busy: At each write, that another process holds the store.
        full: At each write, that the disk is full.
        repeat: After each command, that the caller did not hear back and sends it again, at once
            or later.
        reorder: At each message, that the network brings it after later ones.
        forward: At each turn, that the clock leaps forward, by up to three days.
        back: At each turn, that the clock is set back, by up to five hours.
        silent: At each notice, that the notifier fails; half of the time after it has told.
        slow: At each notice, that the notifier takes up to half an hour.
    """

    crash: float = 0.03
    busy: float = 0.04
    full: float = 0.02
    repeat: float = 0.1
    reorder: float = 0.2
    forward: float = 0.03
    back: float = 0.03
    silent: float = 0.2
    slow: float = 0.1


class FaultyStore:
    """
    Any store, whose writes go wrong by dice.

    Args:
        store: The store itself.
        dice: Decide; the same dice give the same faults.
        faults: How often what goes wrong.
        note: Is told each fault by name: ``crash``, ``busy`` or ``full``.
        strength: By how much the chances are multiplied now.
    """

    def __init__(
        self,
        store: Store,
        dice: Random,
        faults: Faults,
        *,
        note: Callable[[str], None],
        strength: Callable[[], float] = lambda: 1.0,
    ) -> None:
        self._store = store
        self._dice = dice
        self._faults = faults
        self._note = note
        self._strength = strength

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)
        if name not in WRITES:
            return method

        def writing(*args: Any, **kwargs: Any) -> Any:
            before = self._throw()
            after = self._dice.random() < self._faults.crash * self._strength()
            if before:
                self._note(before)
                if before == "crash":
                    raise Crash
                raise StoreError(self._store.name, SAID[before])
            result = method(*args, **kwargs)
            if after:
                self._note("crash")
                raise Crash
            return result

        return writing

    def _throw(self) -> str:
        thrown = self._dice.random()
        for name in ("crash", "busy", "full"):
            thrown -= getattr(self._faults, name) * self._strength()
            if thrown < 0:
                return name
        return ""


#: What a store says when it fails.
SAID: Mapping[str, str] = {
    "busy": "another process holds it locked. Try again when that has finished.",
    "full": "the disk is full. Nothing was changed; make room and try again.",
}


def faulty(
    store: Store,
    dice: Random,
    faults: Faults,
    *,
    note: Callable[[str], None],
    strength: Callable[[], float] = lambda: 1.0,
) -> Store:
    """
    A store whose writes go wrong by dice; see `FaultyStore`.
    """
    return cast("Store", FaultyStore(store, dice, faults, note=note, strength=strength))


class LeapingClock(SimulatedClock):
    """
    A clock that stands still until it is moved, and can be set back as well.
    """

    def leap(self, length: timedelta) -> None:
        """
        Go forward, or back where *length* is negative.
        """
        self._now += length


class Fickle:
    """
    A notifier that fails by dice, takes its time, and keeps what it has told.

    Attributes:
        told: How often each notice was told, by its id.
        tried: How often each was handed over.
        lag: How much time it has taken since somebody looked.
    """

    def __init__(self, dice: Random, faults: Faults) -> None:
        self._dice = dice
        self._faults = faults
        self.told: dict[str, int] = {}
        self.tried: dict[str, int] = {}
        self.lag = timedelta()

    def deliver(self, notice: Notice) -> None:
        """
        Tell a notice, or fail: before it is told, or after.
        """
        self.tried[notice.id] = self.tried.get(notice.id, 0) + 1
        if self._dice.random() < self._faults.slow:
            self.lag += timedelta(minutes=self._dice.randint(1, 30))
        fails = self._dice.random() < self._faults.silent
        if fails and self._dice.random() < 0.5:
            raise ConnectionError("the line is dead")
        self.told[notice.id] = self.told.get(notice.id, 0) + 1
        if fails:
            raise TimeoutError("no answer came back")

    def close(self) -> None:
        """
        Nothing to let go of.
        """


def leap_of(dice: Random, faults: Faults) -> timedelta:
    """
    By how much the clock jumps at a turn, if it does.
    """
    thrown = dice.random()
    if thrown < faults.forward:
        return timedelta(minutes=dice.randint(1, 3 * 24 * 60))
    if thrown < faults.forward + faults.back:
        return -timedelta(minutes=dice.randint(1, 5 * 60))
    return timedelta()


def at(moment: datetime) -> str:
    """
    A moment as a story tells it.
    """
    return moment.isoformat(timespec="minutes")
