"""
When a duty is owed, from the words of a file: its rhythm, its days, its policies.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any, get_args
from zoneinfo import ZoneInfo

import attrs

from propflow.calendar import Duty, DutyError, RhythmError, WorkingDays, parse_rhythm
from propflow.calendar.duty import MISSED
from propflow.calendar.linked import waits_for
from propflow.durations import WorkLength, parse_duration
from propflow.errors import nearest
from propflow.procedures import Wait, Work
from propflow.sites.estate import OwnDutyShape, Weekday
from propflow.sites.faults import Faults
from propflow.sites.names import missing
from propflow.sites.nodes import Word
from propflow.sites.things import Handbook, Post

if TYPE_CHECKING:
    from propflow.calendar import Hours

_WEEK = get_args(Weekday)


def day_of(word: Word | None, faults: Faults) -> date | None:
    """
    A date, or nothing where none is written.
    """
    if word is None:
        return None
    try:
        return date.fromisoformat(word)
    except ValueError:
        faults.add(word.place, f"there is no day {word!s}.")
        return None


def office_of(
    days: Mapping[Word, tuple[Word, ...]], zone: ZoneInfo, working: WorkingDays, faults: Faults
) -> Hours | None:
    """
    When the offices of a site are open, or nothing where it does not say.
    """
    if not days:
        return None
    from propflow.calendar import Hours, WorkTimeError

    week: dict[int, tuple[tuple[time, time], ...]] = {}
    for word, spans in days.items():
        first, _, last = word.partition(" to ")
        start, end = _WEEK.index(first), _WEEK.index(last or first)
        if end < start:
            faults.add(word.place, f"{last} does not come after {first} in a week from Monday on.")
        for day in range(start, end + 1):
            if day in week:
                faults.add(word.place, f"the hours of {_WEEK[day]} are given twice.")
            week[day] = tuple(one for span in spans if (one := span_of(span, faults)) is not None)
    try:
        return Hours(zone=zone, week=week, working=working)
    except WorkTimeError as error:
        faults.add(next(iter(days)).place, str(error))
        return None


def span_of(word: Word, faults: Faults) -> tuple[time, time] | None:
    """
    Hours such as ``20:00 to 08:00``.
    """
    try:
        start, end = (time.fromisoformat(part) for part in word.split(" to "))
    except ValueError:
        faults.add(word.place, f"{str(word)!r} has no such hour. Hours go from 00:00 to 23:59.")
        return None
    return start, end


def check_office(handbook: Handbook, office: Hours | None, faults: Faults) -> None:
    """
    Note each step whose time is in office hours, where a site has none.
    """
    if office is not None:
        return
    for graph in handbook.graphs.values():
        for step in graph.steps:
            within = step.within if isinstance(step, Work | Wait) else None
            if isinstance(within, WorkLength) and within.unit == "hours" and step.place:
                faults.add(
                    step.place,
                    f"step {step.id!r} has {within}, and the site does not say when its offices "
                    "are open. Add 'office-hours' to site.yaml.",
                )


def missed_of(word: Word | None, faults: Faults) -> Any:
    """
    A policy for missed calls: one of its words, or a length of time.
    """
    if word is None:
        return "all"
    if word in MISSED:
        return str(word)
    try:
        return parse_duration(word)
    except ValueError:
        faults.add(
            word.place,
            f"missed is {', '.join(MISSED)} or a length of time such as '2 hours', not "
            f"{str(word)!r}.{nearest(word, MISSED)}",
        )
        return timedelta(days=1)


def own_duties(
    duties: tuple[Duty, ...], shapes: Mapping[Word, OwnDutyShape], faults: Faults
) -> tuple[Duty, ...]:
    """
    The handbook's duties as a site has them, each that goes by another checked for that one.
    """
    names = [duty.id for duty in duties]
    for name in shapes:
        if name not in names:
            faults.add(name.place, missing("duty", name, names))
    own = {str(name): shape for name, shape in shapes.items()}
    found = tuple(
        duty if duty.id not in own else _changed(duty, own[duty.id], faults) for duty in duties
    )
    for duty in found:
        of = waits_for(duty.rhythm)
        if of is not None and of not in names and duty.place is not None:
            faults.add(
                duty.place,
                f"the rhythm of duty {duty.id!r} goes by duty {of!r}, and there is none."
                f"{nearest(of, names)}",
            )
    return found


def _changed(duty: Duty, shape: OwnDutyShape, faults: Faults) -> Duty:
    change: dict[str, Any] = {
        name: value
        for name, value in (
            ("days", shape.days),
            ("roll", shape.roll),
            ("overlap", shape.overlap),
            ("starts", day_of(shape.from_, faults)),
            ("ends", day_of(shape.until, faults)),
        )
        if value is not None
    }
    if shape.missed is not None:
        change["missed"] = missed_of(shape.missed, faults)
    if shape.rhythm is not None:
        try:
            change["rhythm"] = parse_rhythm(shape.rhythm)
        except RhythmError as error:
            faults.add(shape.rhythm.place, str(error))
    try:
        return attrs.evolve(duty, **change)
    except DutyError as error:
        faults.add(shape.place, str(error))
        return duty


def with_duties(posts: Mapping[str, Post], duties: tuple[Duty, ...]) -> dict[str, Post]:
    """
    The posts with their duties as the site has them.
    """
    by_name = {duty.id: duty for duty in duties}
    return {
        name: attrs.evolve(post, duties=tuple(by_name[duty.id] for duty in post.duties))
        for name, post in posts.items()
    }
