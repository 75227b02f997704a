"""
Duties: the work that a post owes by the calendar, and each time that it falls due.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Literal, NamedTuple

import attrs

from propflow.calendar.clock import ambiguous
from propflow.calendar.every import Every
from propflow.calendar.ground import Certainty
from propflow.calendar.rhythm import Rhythm
from propflow.calendar.words import say_day, say_moment
from propflow.durations import say_duration
from propflow.errors import HandbookError, Place, nearest
from propflow.text import Text

DAYS = ("all", "working")
ROLLS = ("skip", "next", "previous", "nearest", "modified")
MISSED = ("all", "latest", "none")
OVERLAPS = ("allow", "skip", "queue", "replace")

Roll = Literal["skip", "next", "previous", "nearest", "modified"]
Missed = Literal["all", "latest", "none"]
Overlap = Literal["allow", "skip", "queue", "replace"]

_SURE = {
    "expected": (
        "expected, if what it waits for is done when that is due",
        "预计,以前一次按时完成为前提",
    ),
    "projected": (
        "projected from the week, since the year's holidays are not published",
        "按周推算,当年节假日安排尚未公布",
    ),
    "unknown": ("nobody knows yet which days are worked then", "届时哪些天上班尚不可知"),
}

_STILL = timedelta()


@attrs.define(slots=False)
class DutyError(HandbookError):
    """
    A duty is declared in a way that cannot be kept.

    Attributes:
        duty: Id of the duty.
        what: What is wrong and what to do.
    """

    duty: str
    what: str

    def __str__(self) -> str:
        return f"duty {self.duty!r}: {self.what}"


@attrs.frozen(kw_only=True)
class Duty:
    """
    Work that a post owes by the calendar, whether or not anything happened.

    Attributes:
        id: Name of the duty, once in a handbook.
        label: What is to be done.
        post: The post that owes it.
        by: Roles, any of which may do it. A duty has a post or a role, or both.
        rhythm: When it comes round.
        early: How long before it is due the work may begin.
        grace: How late the work may begin before the call counts as missed.
        opens: The procedure that begins when it falls due.
        fills: The record that it fills in.
        asks: Facts without which it cannot be done.
        tells: Roles that are told when it falls due.
        late_tells: Roles that are told when it was missed.
        days: ``all`` days, or ``working`` days only. A night is judged by the day on which it
            began: the small hours of Saturday belong to Friday's night.
        roll: What becomes of a call on a day that is not worked: ``skip`` it, or hold the day's
            whole round on the ``next`` or the ``previous`` working day, on the ``nearest``
            (of two equally near the later), or, ``modified``, on the next unless that lies in
            another month, else on the previous. Calls of one duty that so come to the same
            moment are owed once.
        missed: What is still owed of the calls that nobody heard, say because the program did
            not run: ``all`` of them, only the ``latest``, ``none``, or those not longer ago
            than a length of time. A call that can still begin in time is always owed.
        overlap: What becomes of a call while the one before is still open: ``allow`` both,
            ``skip`` the new one, ``queue`` it until the other is closed, or ``replace`` the
            other by it.
        starts: First day on which a round may begin.
        ends: Last day on which a round may begin.
        covers: Boxes of the source charts that it stands for, as in ``17.01``.
        chart: Number of the chart.
        reading: What was decided where the source left a doubt, and why.
        support: Where a duty that the source does not draw comes from.
        caution: Where the source conflicts with the law or with sense: what, and what instead.
        drawn: Whether the source draws it.
        place: Where it is written; no part of what it means.

    Raises:
        DutyError: No id, nobody who owes it, a grace below zero, a window that closes before
            it opens, a word that there is not, a roll where all days count, or policies that
            contradict each other.
    """

    id: str
    label: Text = Text()
    post: str | None = None
    by: tuple[str, ...] = ()
    rhythm: Rhythm
    early: timedelta = timedelta()
    grace: timedelta = timedelta()
    opens: str | None = None
    fills: str | None = None
    asks: tuple[str, ...] = ()
    tells: tuple[str, ...] = ()
    late_tells: tuple[str, ...] = ()
    days: Literal["all", "working"] = "all"
    roll: Roll = "skip"
    missed: Missed | timedelta = "all"
    overlap: Overlap = "allow"
    starts: date | None = None
    ends: date | None = None
    covers: tuple[str, ...] = ()
    chart: str = ""
    reading: str = ""
    support: str = ""
    caution: Text = Text()
    drawn: bool = True
    place: Place | None = attrs.field(default=None, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if not self.id:
            raise DutyError(self.id, "it has no id.")
        if self.post is None and not self.by:
            raise DutyError(self.id, "nobody owes it: name a post, or the roles it is done by.")
        if self.grace < _STILL:
            raise DutyError(
                self.id, "its grace is below zero: it would be missed before it is due."
            )
        if self.early < _STILL:
            raise DutyError(self.id, "its window opens after it is due: early is below zero.")
        missed = "all" if isinstance(self.missed, timedelta) else self.missed
        for name, word, known in (
            ("days", self.days, DAYS),
            ("roll", self.roll, ROLLS),
            ("missed", missed, MISSED),
            ("overlap", self.overlap, OVERLAPS),
        ):
            if word not in known:
                raise DutyError(
                    self.id,
                    f"{name} is one of {', '.join(known)}, not {word!r}.{nearest(word, known)}",
                )
        if self.days == "all" and self.roll != "skip":
            raise DutyError(
                self.id,
                f"roll: {self.roll} does nothing while all days count: add days: working.",
            )
        self._check_policies()

    def _check_policies(self) -> None:
        if self.missed == "none" and not self.grace:
            raise DutyError(
                self.id,
                "missed: none with no grace: a call would be missed before anybody can hear it. "
                "Add a grace.",
            )
        if isinstance(self.missed, timedelta) and self.missed <= self.grace:
            raise DutyError(
                self.id,
                "what is missed within the grace is not missed yet: let missed be longer than it.",
            )
        if self.starts is not None and self.ends is not None and self.ends < self.starts:
            raise DutyError(self.id, f"it ends on {self.ends}, before it starts on {self.starts}.")

    @property
    def policy(self) -> str:
        """
        What becomes of missed calls, as a file says it: ``all``, ``latest``, ``none`` or a time.
        """
        return say_duration(self.missed) if isinstance(self.missed, timedelta) else self.missed

    def holds(self, day: date) -> bool:
        """
        Whether a round may begin on *day*: whether it is in force then.
        """
        return (self.starts is None or self.starts <= day) and (
            self.ends is None or day <= self.ends
        )


class Occurrence(NamedTuple):
    """
    One time that a duty falls due. Frozen; a tuple, because agendas are made of a great many.

    Attributes:
        duty: The duty.
        due: When, in the site's own time zone.
        moved: How far the local clock then stands from the time that the rhythm named: days
            where the duty rolled to a working day, minutes where the clocks were put forward.
        certainty: How surely it comes.
    """

    duty: Duty
    due: datetime
    moved: timedelta = _STILL
    certainty: Certainty = "certain"

    @property
    def earliest(self) -> datetime:
        """
        The first moment at which the work may begin. The window is elapsed time.
        """
        return (self.due.astimezone(UTC) - self.duty.early).astimezone(self.due.tzinfo)

    @property
    def until(self) -> datetime:
        """
        The last moment at which the work may begin. Grace is elapsed time.
        """
        # By way of UTC: adding to a local datetime would move the hands of the clock instead.
        return (self.due.astimezone(UTC) + self.duty.grace).astimezone(self.due.tzinfo)

    @property
    def slot(self) -> str:
        """
        The name of this occurrence within its duty, the same whenever it is worked out.

        Local time as in ``2026-03-31T20:00``; with the offset, ``2026-10-25T02:00+02:00``,
        where the clock shows the time twice.
        """
        if ambiguous(self.due):
            return self.due.isoformat(timespec="minutes")
        local = self.due.replace(tzinfo=None)
        return local.isoformat(timespec="seconds" if local.second else "minutes")

    @property
    def planned(self) -> datetime:
        """
        The local time that the rhythm named, without a zone, since the clock may skip it.
        """
        return self.due.replace(tzinfo=None, fold=0) - self.moved

    def why(self, language: str = "en") -> str:
        """
        Why it is due then: the rhythm, what moved it, and until when it may begin.
        """
        zh = language == "zh"
        says = [self._because(language), *self._moves(language)]
        if self.certainty != "certain":
            says.append(_SURE[self.certainty][zh])
        if self.duty.early:
            clock = self._clock(self.earliest)
            says.append(f"最早{clock}开始" if zh else f"it may begin from {clock}")
        if self.duty.grace:
            clock = self._clock(self.until)
            says.append(f"最迟{clock}开始" if zh else f"it may begin until {clock}")
        return ";".join(says) + "。" if zh else "; ".join(says) + "."

    def _clock(self, when: datetime) -> str:
        return f"{when:%H:%M}" if when.date() == self.due.date() else say_moment(when)

    def _because(self, language: str) -> str:
        due, rhythm = say_moment(self.due), self.duty.rhythm.say(language)
        return f"{due}到期:{rhythm}" if language == "zh" else f"due {due}: {rhythm}"

    def _moves(self, language: str) -> list[str]:
        zh = language == "zh"
        rhythm, planned = self.duty.rhythm, self.planned
        says = []
        if isinstance(rhythm, Every) and rhythm.first is not None and rhythm.last is not None:
            if rhythm.last < rhythm.first and self.due.time() < rhythm.first:
                began = self.due.date() - timedelta(days=1)
                says.append(f"属{began}当晚" if zh else f"of the night that began on {began}")
        elif not self.moved and ambiguous(self.due):
            says.append(
                "当天该时刻出现两次,以第一次为准"
                if zh
                else "the clock shows that time twice, and the first counts"
            )
        if self.moved and self.duty.days == "working" and planned.date() != self.due.date():
            day = say_day(planned.date(), language)
            says.append(
                f"由非工作日{day}移来" if zh else f"moved from {day}, which is not a working day"
            )
        elif self.moved:
            says.append(
                f"当天时钟跳过{planned:%H:%M},顺延至其后第一刻"
                if zh
                else f"the clock skips {planned:%H:%M}, so the first moment after it counts"
            )
        return says
