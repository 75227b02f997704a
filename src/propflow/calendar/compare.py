"""
Two agendas side by side: what appears, what vanishes, and what moves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

import attrs

from propflow.calendar.clock import seconds_of
from propflow.calendar.duty import Occurrence
from propflow.calendar.words import listed, say_moment
from propflow.durations import say_duration

#: A call further away than this is another call.
FAR = timedelta(days=7)


@attrs.frozen(kw_only=True)
class Change:
    """
    What becomes of one call.

    Attributes:
        before: The call as it was; nothing where it appears.
        after: The call as it is; nothing where it vanishes.
    """

    before: Occurrence | None = None
    after: Occurrence | None = None

    @property
    def kind(self) -> str:
        """
        ``appears``, ``vanishes`` or ``moves``.
        """
        if self.before is None:
            return "appears"
        return "vanishes" if self.after is None else "moves"

    @property
    def duty(self) -> str:
        """
        Name of the duty.
        """
        one = self.before or self.after
        return "" if one is None else one.duty.id

    @property
    def by(self) -> timedelta:
        """
        How much later it falls due, in time that really passes.
        """
        if self.before is None or self.after is None:
            return timedelta()
        return timedelta(seconds=seconds_of(self.after.due) - seconds_of(self.before.due))

    def say(self, language: str = "en") -> str:
        """
        The change in one line.
        """
        zh = language == "zh"
        if self.before is not None and self.after is not None:
            both = [say_moment(one.due) for one in (self.before, self.after)]
            later = say_duration(abs(self.by))
            if zh:
                return f"{self.duty}:{both[0]} → {both[1]}"
            side = "later" if self.by > timedelta() else "earlier"
            return f"{self.duty}: moves from {both[0]} to {both[1]}, {later} {side}"
        one = self.before or self.after
        when = "" if one is None else say_moment(one.due)
        if zh:
            return f"{self.duty}:{'新增' if self.before is None else '取消'}{when}"
        return f"{self.duty}: {self.kind} {when}"


def compare(before: Iterable[Occurrence], after: Iterable[Occurrence]) -> list[Change]:
    """
    What changes from one agenda to another, in the order of time.

    A call that vanishes and one of the same duty that appears are one call that moves where
    each is the other's nearest and they lie not further apart than `FAR`.

    Args:
        before: As `agenda` gives it.
        after: Of the same stretch of time.
    """
    old, new = _by_duty(before), _by_duty(after)
    found: list[Change] = []
    for duty in [*old, *(name for name in new if name not in old)]:
        was, now = old.get(duty, {}), new.get(duty, {})
        gone = [was[when] for when in was if when not in now]
        come = [now[when] for when in now if when not in was]
        found += _paired(gone, come)
    return sorted(found, key=_when)


def summary(changes: Iterable[Change], language: str = "en") -> list[str]:
    """
    One line a duty: how many calls appear, vanish and move.
    """
    counts: dict[str, dict[str, int]] = {}
    for change in changes:
        kinds = counts.setdefault(change.duty, {"appears": 0, "vanishes": 0, "moves": 0})
        kinds[change.kind] += 1
    words = {"appears": "新增", "vanishes": "取消", "moves": "移动"}
    lines = []
    for duty, kinds in counts.items():
        said = [
            f"{words[kind]}{count}次" if language == "zh" else f"{count} {_plain(kind, count)}"
            for kind, count in kinds.items()
            if count
        ]
        lines.append(f"{duty}: {listed(said, language)}")
    return lines


def _plain(kind: str, count: int) -> str:
    return kind if count == 1 else {"appears": "appear", "vanishes": "vanish"}.get(kind, "move")


def _by_duty(calls: Iterable[Occurrence]) -> dict[str, dict[float, Occurrence]]:
    found: dict[str, dict[float, Occurrence]] = {}
    for call in calls:
        found.setdefault(call.duty.id, {})[seconds_of(call.due)] = call
    return found


def _paired(gone: list[Occurrence], come: list[Occurrence]) -> Iterator[Change]:
    near = dict(_nearest(gone, come))
    back = dict(_nearest(come, gone))
    moved = {one: other for one, other in near.items() if back.get(other) == one}
    for number, call in enumerate(gone):
        if number in moved:
            yield Change(before=call, after=come[moved[number]])
        else:
            yield Change(before=call)
    taken = set(moved.values())
    yield from (Change(after=call) for number, call in enumerate(come) if number not in taken)


def _nearest(some: list[Occurrence], others: list[Occurrence]) -> Iterator[tuple[int, int]]:
    """
    For each of *some* the number of the nearest other, the later of two; both lists are sorted.
    """
    place = 0
    for number, call in enumerate(some):
        when = seconds_of(call.due)
        while place + 1 < len(others) and abs(seconds_of(others[place + 1].due) - when) <= abs(
            seconds_of(others[place].due) - when
        ):
            place += 1
        if others and abs(seconds_of(others[place].due) - when) <= FAR.total_seconds():
            yield number, place


def _when(change: Change) -> float:
    one = change.before or change.after
    return 0.0 if one is None else seconds_of(one.due)
