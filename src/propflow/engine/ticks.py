"""
What the passing of time brings: deadlines, and duties that fall due, each once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import attrs

from propflow.calendar import Duty
from propflow.engine.commits import Commits
from propflow.engine.duties import Duties, PassedOver, opening
from propflow.engine.events import Expire
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
        passed: Calls of duties that opened nothing, and why.
        delivered: How many notices were delivered.
        problems: What could not be done, a sentence each; it is tried again at the next tick.
    """

    late: tuple[Timer, ...]
    due: tuple[Occasion, ...]
    problems: tuple[str, ...]
    passed: tuple[PassedOver, ...] = ()
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
        self.store = commits.store
        self.duties = Duties(commits, duties)
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
        calls, passed = self.duties.coming(since, until)
        coming = iter(calls)
        occurrence = next(coming, None)
        late: list[Timer] = []
        due = self.duties.take_turns(problems)
        tried: set[Timer] = set()
        while True:
            # Of a deadline and a duty at the same moment the deadline comes first: it may close
            # what would stand in the duty's way.
            limit = now if occurrence is None else min(now, opening(occurrence))
            waiting = [timer for timer in self.store.timers(limit) if timer not in tried]
            if waiting:
                for timer in waiting:
                    tried.add(timer)
                    late += self._expire(timer, problems)
                due += self.duties.take_turns(problems)
            elif occurrence is not None:
                due += self.duties.fall_due(occurrence, problems, passed)
                occurrence = next(coming, None)
            else:
                break
        self.duties.note(passed)
        self.store.remember("ticked", until.isoformat())
        return Tick(
            late=tuple(late), due=tuple(due), passed=tuple(passed), problems=tuple(problems)
        )

    def next_due(self, until: datetime) -> datetime | None:
        """
        The next moment up to *until* at which a deadline passes or a duty falls due.
        """
        since = datetime.fromisoformat(self.store.recall("ticked") or until.isoformat())
        timer = self.next_timer(until)
        limit = max(until if timer is None else timer, since)
        first = self.duties.next(since, limit + _INSTANT)
        return min((moment for moment in (timer, first) if moment is not None), default=None)

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
