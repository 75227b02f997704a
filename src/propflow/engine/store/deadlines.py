"""
Deadlines in memory: the next one is found without looking at all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from heapq import heapify, heappop, heappush

from propflow.engine.store.base import Timer

#: So many deadlines that no longer hold may lie about before they are cleared away.
_SPARE = 1000


class Deadlines:
    """
    The deadlines of all cases, by the moment at which they pass.

    A deadline that no longer holds stays in the heap until its turn comes, and is then passed
    over: to look for it would take longer than all the rest.
    """

    def __init__(self) -> None:
        self._of: dict[str, tuple[Timer, ...]] = {}
        self._heap: list[Timer] = []
        self._held = 0

    def put(self, case: str, timers: tuple[Timer, ...]) -> None:
        """
        The deadlines that a case has now, and no others.
        """
        old = self._of.pop(case, ())
        self._held += len(timers) - len(old)
        if timers:
            self._of[case] = timers
        for timer in timers:
            if timer not in old:
                heappush(self._heap, timer)
        if len(self._heap) > 2 * self._held + _SPARE:
            self._heap = [timer for timers in self._of.values() for timer in timers]
            heapify(self._heap)

    def until(self, moment: datetime) -> list[Timer]:
        """
        Those that have passed at a moment, the earliest first.
        """
        passed: dict[Timer, None] = {}
        while self._heap and self._heap[0].due <= moment:
            timer = heappop(self._heap)
            if timer in self._of.get(timer.case, ()):
                passed[timer] = None
        self._restore(passed)
        return list(passed)

    def _restore(self, timers: Iterable[Timer]) -> None:
        # They have passed, and hold until their case says otherwise.
        for timer in timers:
            heappush(self._heap, timer)
