"""
Which calls of a site's duties open work now, which wait for their turn, and which are passed over.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import attrs

from propflow.calendar import AfterCompletion, Duty, Ground, Occurrence, agenda, owed_all
from propflow.calendar.owed import say_passed
from propflow.engine.commits import Commits
from propflow.engine.events import Begin, Withdraw
from propflow.engine.store import Occasion, Store
from propflow.errors import RefusedError

_INSTANT = timedelta(microseconds=1)
#: Ends by which the work of a call was not done.
UNDONE = frozenset({"missed", "replaced", "withdrawn"})


@attrs.frozen(kw_only=True)
class PassedOver:
    """
    Calls of a duty that opened nothing, all for one reason.

    Attributes:
        duty: Id of the duty.
        reason: ``latest``, ``none``, ``within``, ``skip`` or ``replace``, as the duty's policies
            have it.
        count: How many.
        first: Slot of the earliest.
        last: Slot of the latest.
        at: When it was noticed.
        policy: What the duty said about missed calls.
    """

    duty: str
    reason: str
    count: int
    first: str
    last: str
    at: datetime
    policy: str = ""

    def has(self, duty: str, slot: str) -> bool:
        """
        Whether a call is among them.
        """
        return duty == self.duty and self.first <= slot <= self.last

    def why(self, language: str = "en") -> str:
        """
        One sentence: which calls, and why they opened nothing.
        """
        slots = (self.first, self.last)
        return say_passed(self.duty, self.reason, self.count, slots, self.policy, language)


class Duties:
    """
    The duties of a site at work: what they owe, judged by what is open at that moment.

    Args:
        commits: The part that writes.
        duties: The duties whose cases are opened when they fall due.
    """

    def __init__(self, commits: Commits, duties: tuple[Duty, ...]) -> None:
        self.commits = commits
        self.site = commits.site
        self.store = commits.store
        self.duties = duties
        self._since = ""
        self._by_id = {duty.id: duty for duty in duties}
        self._counting = tuple(d.id for d in duties if isinstance(d.rhythm, AfterCompletion))
        # Windows of one width open in the order in which they are due.
        self._widths = {
            early: tuple(duty for duty in duties if duty.early == early)
            for early in sorted({duty.early for duty in duties})
        }

    # -- what comes up ----------------------------------------------------------------------

    def coming(self, since: datetime, until: datetime) -> tuple[list[Occurrence], list[PassedOver]]:
        """
        The calls whose windows opened from *since* until before *until*, in that order, and those
        that a duty does not owe any more.
        """
        self._since = since.isoformat()
        found = owed_all(
            self.duties,
            since,
            until,
            zone=self.site.zone,
            working=self.site.working,
            ground=self._ground(),
            busy=None,
        )
        calls = sorted((call.occurrence for call in found.calls), key=opening)
        passed = [
            self._passed(one.duty, one.reason, one.count, one.first.slot, one.last.slot)
            for one in found.passed
        ]
        return calls, passed

    def next(self, since: datetime, until: datetime) -> datetime | None:
        """
        When the next window opens from *since* until before *until*, or when the next in a queue
        can have its turn.
        """
        if any(not self._open(duty) for duty in {one.duty.id for one in self.queued()}):
            return since
        moments = []
        for early, duties in self._widths.items():
            calls = agenda(
                duties,
                since + early,
                until + early,
                zone=self.site.zone,
                working=self.site.working,
                ground=self._ground(),
                others=self.duties,
            )
            found = next((one for one in calls if one.certainty != "expected"), None)
            moments += [] if found is None else [opening(found)]
        return min(moments, default=None)

    def _ground(self) -> Ground:
        return self.site.ground({duty: tuple(self._completed(duty)) for duty in self._counting})

    def _completed(self, duty: str) -> Iterator[datetime]:
        for occasion in self.store.occasions(duty=duty):
            case = self.commits.load(occasion.case)
            if case.ended is not None and case.end not in UNDONE:
                yield case.ended

    # -- what becomes of it -----------------------------------------------------------------

    def fall_due(
        self, one: Occurrence, problems: list[str], passed: list[PassedOver]
    ) -> list[Occasion]:
        """
        Open the case of a call, unless work that is still open stands in its way.
        """
        duty = one.duty
        if duty.overlap == "allow" or self.store.taken(_key(one)):
            return self._begin(one, problems)
        before = self._open(duty.id)
        if not before:
            return self._begin(one, problems)
        if duty.overlap == "replace":
            for occasion in before:
                reason = f"the call of {one.slot} took its place"
                passed.append(self._passed(duty, "replace", 1, occasion.slot, occasion.slot))
                # First the note: after a crash the old case is closed, and would not be found.
                self.note(passed)
                self.commits.carry_out(occasion.case, Withdraw(reason=reason, end="replaced"))
            return self._begin(one, problems)
        if duty.overlap == "queue":
            queue = self.queued()
            if one not in queue:
                self._keep([*queue, one])
            return []
        passed.append(self._passed(duty, "skip", 1, one.slot, one.slot))
        return []

    def take_turns(self, problems: list[str]) -> list[Occasion]:
        """
        Open the first in each queue whose duty has nothing open any more.
        """
        found: list[Occasion] = []
        queue = self.queued()
        for one in tuple(queue):
            if self.store.taken(_key(one)):
                queue.remove(one)
            elif not self._open(one.duty.id):
                # Its clocks run from now: that it had to wait was nobody's delay.
                found += self._begin(one, problems, since=None)
                queue.remove(one)
            else:
                continue
            self._keep(queue)
        return found

    def _open(self, duty: str) -> list[Occasion]:
        return list(self.store.occasions(duty=duty, state="open"))

    def _begin(
        self, one: Occurrence, problems: list[str], *, since: str | None = "due"
    ) -> list[Occasion]:
        duty = one.duty
        procedure = duty.opens or f"duty-{duty.id}"
        begin = Begin(because=f"duty {duty.id}", since=one.due.astimezone(UTC) if since else None)
        try:
            case = self.commits.begin(procedure, begin, key=_key(one), occurrence=one)
        except RefusedError as error:
            problems.append(f"duty {duty.id}: {error}")
            return []
        return [Occasion(duty=duty.id, slot=one.slot, due=one.due, until=one.until, case=case.id)]

    # -- what is remembered -----------------------------------------------------------------

    def queued(self) -> list[Occurrence]:
        """
        Calls that wait until the one before is closed, in the order in which they came up.
        """
        return [
            Occurrence(
                self._by_id[raw["duty"]],
                datetime.fromisoformat(raw["due"]).astimezone(self.site.zone),
                timedelta(seconds=raw["moved"]),
                raw["certainty"],
            )
            for raw in json.loads(self.store.recall("queued") or "[]")
            if raw["duty"] in self._by_id
        ]

    def _keep(self, queue: list[Occurrence]) -> None:
        raw = [
            {
                "duty": one.duty.id,
                "due": one.due.astimezone(UTC).isoformat(),
                "moved": one.moved.total_seconds(),
                "certainty": one.certainty,
            }
            for one in queue
        ]
        self.store.remember("queued", json.dumps(raw))

    def note(self, passed: list[PassedOver]) -> None:
        """
        Remember what was passed over of the calls that came up last.
        """
        if not passed:
            return
        number = int(self.store.recall("passed") or 0)
        last = json.loads(self.store.recall(f"passed:{number}") or "null")
        lines = []
        if last is not None and last["since"] == self._since:
            lines = last["passed"]  # the same stretch again, after a crash: it is added to
        else:
            number += 1
        known = {(line["duty"], line["reason"], line["first"]) for line in lines}
        lines += [
            {**attrs.asdict(one), "at": one.at.isoformat()}
            for one in passed
            if (one.duty, one.reason, one.first) not in known
        ]
        text = json.dumps({"since": self._since, "passed": lines}, ensure_ascii=False)
        self.store.remember(f"passed:{number}", text)
        self.store.remember("passed", str(number))

    def _passed(self, duty: Duty, reason: str, count: int, first: str, last: str) -> PassedOver:
        return PassedOver(
            duty=duty.id,
            reason=reason,
            count=count,
            first=first,
            last=last,
            at=self.commits.now(),
            policy=duty.policy,
        )


def passed_over(store: Store) -> Iterator[PassedOver]:
    """
    Every call that opened nothing, in the order in which it was noticed.
    """
    for number in range(1, int(store.recall("passed") or 0) + 1):
        noted = json.loads(store.recall(f"passed:{number}") or '{"passed": []}')
        for line in noted["passed"]:
            yield PassedOver(**{**line, "at": datetime.fromisoformat(line["at"])})


def opening(one: Occurrence) -> datetime:
    """
    The moment, in UTC, at which the window of a call opens.
    """
    return one.due.astimezone(UTC) - one.duty.early


def _key(one: Occurrence) -> str:
    return f"duty:{one.duty.id}:{one.slot}"
