"""
What is owed when a program wakes up: which calls of a duty open work now, which are passed over.

Between two wakings lies a moment or a month. Whatever it was, each call is looked at once, and
what becomes of it is what the duty's policies say, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal

import attrs

from propflow.calendar.agenda import NOWHERE, agenda
from propflow.calendar.duty import Duty, Occurrence
from propflow.calendar.ground import WEEK, Ground
from propflow.calendar.working import WorkingDays

_REASONS = {
    "latest": ("only the latest missed call is owed", "错过的只补最近一次"),
    "none": ("missed calls are not owed", "错过的不补"),
    "within": ("missed longer ago than {}", "错过已超过{}"),
    "skip": ("the one before was still open", "前一次尚未完成"),
    "replace": ("a later call took its place", "已由后一次取代"),
}


@attrs.frozen(kw_only=True)
class Call:
    """
    A call that is owed now.

    Attributes:
        occurrence: The call.
        action: ``open`` it; ``queue`` it until the one before is closed; or open it and
            ``replace`` those that are still open by it.
    """

    occurrence: Occurrence
    action: Literal["open", "queue", "replace"]


@attrs.frozen(kw_only=True)
class Passed:
    """
    Calls of a duty that are not owed any more, all for one reason.

    Attributes:
        duty: The duty.
        reason: ``latest``, ``none``, ``within``, ``skip`` or ``replace``.
        count: How many.
        first: The earliest of them.
        last: The latest of them.
    """

    duty: Duty
    reason: Literal["latest", "none", "within", "skip", "replace"]
    count: int
    first: Occurrence
    last: Occurrence

    def why(self, language: str = "en") -> str:
        """
        One sentence: which calls, and why they are not owed.
        """
        slots = (self.first.slot, self.last.slot)
        return say_passed(self.duty.id, self.reason, self.count, slots, self.duty.policy, language)


def say_passed(
    duty: str, reason: str, count: int, slots: tuple[str, str], policy: str, language: str
) -> str:
    """
    One sentence: which calls of a duty were passed over, and why.

    Args:
        duty: Id of the duty.
        reason: As in `Passed`.
        count: How many calls.
        slots: The first and the last of them.
        policy: What the duty says about missed calls.
        language: ``en`` or ``zh``.
    """
    zh = language == "zh"
    said = _REASONS[reason][zh].format(policy)
    among = slots[0] if count == 1 else " ... ".join(slots)
    if zh:
        return f"{duty}:跳过{count}次({among}),{said}。"
    calls = "1 call" if count == 1 else f"{count} calls"
    return f"{duty}: {calls} passed over ({among}), because {said}."


@attrs.frozen(kw_only=True)
class Owed:
    """
    What became of a duty's calls between two wakings.

    Attributes:
        calls: Those that are owed, in the order of time.
        passed: Those that are not, for each reason together.
    """

    calls: tuple[Call, ...] = ()
    passed: tuple[Passed, ...] = ()


class _Sieve:
    """
    Passes over calls and remembers how many, for what reason.
    """

    def __init__(self, duty: Duty) -> None:
        self.duty = duty
        self.found: dict[str, Passed] = {}

    def over(
        self, reason: Literal["latest", "none", "within", "skip", "replace"], one: Occurrence
    ) -> None:
        before = self.found.get(reason)
        if before is None:
            self.found[reason] = Passed(duty=self.duty, reason=reason, count=1, first=one, last=one)
        else:
            self.found[reason] = attrs.evolve(before, count=before.count + 1, last=one)


def owed(
    duty: Duty,
    since: datetime,
    now: datetime,
    *,
    zone: tzinfo,
    working: WorkingDays = WEEK,
    ground: Ground = NOWHERE,
    others: Iterable[Duty] = (),
    busy: bool | None = False,
) -> Owed:
    """
    What *duty* owes of the calls that came up from *since* until before *now*.

    A call comes up when its window opens. Calling again with *since* as the last *now* looks at
    each call exactly once. Calls that are only expected, because work before them is not done, are
    no calls yet. Memory is bounded by the calls that are owed.

    Args:
        duty: Whose calls.
        since: The last waking, aware.
        now: This waking, aware.
        zone: The site's time zone.
        working: The site's working days.
        ground: What rhythms may know besides.
        others: Duties by which this one may go.
        busy: Whether work of an earlier call is still open. Nothing: whoever opens the calls
            looks himself what is open then, and all are to be opened.

    Raises:
        AgendaError: As with `agenda`.
    """
    start, end = (when.astimezone(UTC) + duty.early for when in (since, now))
    calls = agenda((duty,), start, end, zone=zone, working=working, ground=ground, others=others)
    sieve = _Sieve(duty)
    heard = _heard(duty, calls, now.astimezone(UTC), sieve)
    found = _apart(duty, heard, sieve, busy=busy)
    return Owed(calls=tuple(found), passed=tuple(sieve.found.values()))


def owed_all(
    duties: Iterable[Duty],
    since: datetime,
    now: datetime,
    *,
    zone: tzinfo,
    working: WorkingDays = WEEK,
    ground: Ground = NOWHERE,
    busy: Callable[[Duty], bool] | None = lambda _: False,
) -> Owed:
    """
    What several duties owe together, in the order of time.

    Args:
        duties: Whose calls; they may go by each other.
        since: The last waking, aware.
        now: This waking, aware.
        zone: The site's time zone.
        working: The site's working days.
        ground: What rhythms may know besides.
        busy: Whether work of an earlier call of a duty is still open. Asked only where the duty's
            overlap makes a difference. Nothing: whoever opens the calls looks himself.
    """
    todo = tuple(duties)
    calls: list[Call] = []
    passed: list[Passed] = []
    for duty in todo:
        found = owed(
            duty,
            since,
            now,
            zone=zone,
            working=working,
            ground=ground,
            others=todo,
            busy=None if busy is None else duty.overlap != "allow" and busy(duty),
        )
        calls += found.calls
        passed += found.passed
    calls.sort(key=lambda call: call.occurrence.due.astimezone(UTC))
    return Owed(calls=tuple(calls), passed=tuple(passed))


def _heard(
    duty: Duty, calls: Iterable[Occurrence], now: datetime, sieve: _Sieve
) -> Iterable[Occurrence]:
    """
    Those that can still begin in time, and of the others those that the policy keeps.
    """
    kept: Occurrence | None = None  # the latest that was missed, while nothing later is there
    for one in calls:
        if one.certainty == "expected":
            continue
        in_time = one.until.astimezone(UTC) >= now
        if in_time or duty.missed == "all":
            if kept is not None:
                sieve.over("latest", kept)
                kept = None
            yield one
        elif duty.missed == "latest":
            if kept is not None:
                sieve.over("latest", kept)
            kept = one
        elif isinstance(duty.missed, timedelta):
            if one.due.astimezone(UTC) >= now - duty.missed:
                yield one
            else:
                sieve.over("within", one)
        else:
            sieve.over("none", one)
    if kept is not None:
        yield kept


def _apart(
    duty: Duty, heard: Iterable[Occurrence], sieve: _Sieve, *, busy: bool | None
) -> Iterable[Call]:
    """
    What becomes of each while another is open.
    """
    if busy is None:
        yield from (Call(occurrence=one, action="open") for one in heard)
        return
    if duty.overlap == "replace":
        last: Occurrence | None = None
        for one in heard:
            if last is not None:
                sieve.over("replace", last)
            last = one
        if last is not None:
            yield Call(occurrence=last, action="replace" if busy else "open")
        return
    for one in heard:
        if not busy or duty.overlap == "allow":
            yield Call(occurrence=one, action="open")
        elif duty.overlap == "queue":
            yield Call(occurrence=one, action="queue")
        else:
            sieve.over("skip", one)
        busy = True
