"""
When a duty is owed, from the words of a file: its rhythm, its days, its policies.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import attrs

from propflow.calendar import Duty, DutyError, RhythmError, parse_rhythm
from propflow.calendar.duty import MISSED
from propflow.calendar.linked import waits_for
from propflow.durations import parse_duration
from propflow.errors import nearest
from propflow.sites.estate import OwnDutyShape
from propflow.sites.faults import Faults
from propflow.sites.names import missing
from propflow.sites.nodes import Word
from propflow.sites.things import Post


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
