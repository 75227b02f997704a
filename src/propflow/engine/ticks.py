"""
What the passing of time brings: deadlines, and duties that fall due, each once.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import attrs

from propflow.calendar import Duty, Occurrence, agenda
from propflow.engine.commits import Commits
from propflow.engine.events import Begin, Expire
from propflow.engine.store import Occasion, Timer
from propflow.errors import RefusedError

_INSTANT = timedelta(microseconds=1)


@attrs.frozen(kw_only=True)
class Tick:
    """
    What a tick found to do.

    Attributes:
        late: Deadlines that had passed.
        due: Duties that fell due.
        delivered: How many notices were delivered.
        problems: What could not be done, a sentence each; it is tried again at the next tick.
    """

    late: tuple[Timer, ...]
    due: tuple[Occasion, ...]
    problems: tuple[str, ...]
    delivered: int = 0


class Ticks:
    """
    The part of an engine that looks at the clock.

    Args:
        commits: The part that writes.
        duties: The duties whose cases are opened when they fall due.
    """

    def __init__(self, commits: Commits, duties: tuple[Duty, ...]) -> None:
        self.commits = commits
        self.site = commits.site
        self.store = commits.store
        self.duties = duties
        if self.store.recall("ticked") is None:
            self.store.remember("ticked", commits.now().isoformat())

    def tick(self) -> Tick:
        """
        Do what is due by now, in the order of time, and nothing twice.

        Deadlines that have passed are noted, duties that fall due open their cases, effects
        left over from an interruption are carried out.
        """
        now = self.commits.now()
        problems = list(self.commits.settle())
        since = datetime.fromisoformat(self.store.recall("ticked") or now.isoformat())
        until = max(now + _INSTANT, since)  # a clock that was set back owes nothing twice
        coming = iter(self._agenda(since, until))
        occurrence = next(coming, None)
        late: list[Timer] = []
        due: list[Occasion] = []
        tried: set[Timer] = set()
        while True:
            waiting = [timer for timer in self.store.timers(now) if timer not in tried]
            if not waiting and occurrence is None:
                break
            for timer in waiting:
                while occurrence is not None and occurrence.due <= timer.due:
                    due += self._fall_due(occurrence, problems)
                    occurrence = next(coming, None)
                tried.add(timer)
                late += self._expire(timer, problems)
            if occurrence is not None and not waiting:
                due += self._fall_due(occurrence, problems)
                occurrence = next(coming, None)
        self.store.remember("ticked", until.isoformat())
        return Tick(late=tuple(late), due=tuple(due), problems=tuple(problems))

    def next_due(self, until: datetime) -> datetime | None:
        """
        The next moment up to *until* at which a deadline passes or a duty falls due.
        """
        since = datetime.fromisoformat(self.store.recall("ticked") or until.isoformat())
        timers = self.store.timers(until)
        moments = [timer.due for timer in timers[:1]]
        limit = max(moments[0] if moments else until, since)
        first = next(self._agenda(since, limit + _INSTANT), None)
        moments += [] if first is None else [first.due]
        return min(moments, default=None)

    def next_timer(self, until: datetime) -> datetime | None:
        """
        The next moment up to *until* at which a deadline passes.
        """
        return next((timer.due for timer in self.store.timers(until)), None)

    def _expire(self, timer: Timer, problems: list[str]) -> list[Timer]:
        try:
            self.commits.carry_out(timer.case, Expire(step=timer.step, due=timer.due))
        except RefusedError as error:
            problems.append(f"{timer.case}: {error}")
            return []
        return [timer]

    def _fall_due(self, occurrence: Occurrence, problems: list[str]) -> list[Occasion]:
        duty = occurrence.duty
        key = f"duty:{duty.id}:{occurrence.slot}"
        procedure = duty.opens or f"duty-{duty.id}"
        try:
            begin = Begin(because=f"duty {duty.id}", since=occurrence.due.astimezone(UTC))
            case = self.commits.begin(procedure, begin, key=key, occurrence=occurrence)
        except RefusedError as error:
            problems.append(f"duty {duty.id}: {error}")
            return []
        return [
            Occasion(
                duty=duty.id,
                slot=occurrence.slot,
                due=occurrence.due,
                until=occurrence.until,
                case=case.id,
            )
        ]

    def _agenda(self, start: datetime, end: datetime) -> Iterator[Occurrence]:
        return agenda(self.duties, start, end, zone=self.site.zone, working=self.site.working)
