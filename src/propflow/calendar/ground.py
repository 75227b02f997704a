"""
What a rhythm may look at besides the date: the site's clock, its working days, what was done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, tzinfo
from typing import Literal

import attrs

from propflow.calendar.working import WorkingDays

#: How surely an occurrence will come: nothing can change it; it hangs on work that is not done
#: yet; it goes by a week whose holidays are not published; it lies beyond what anybody knows.
Certainty = Literal["certain", "expected", "projected", "unknown"]

#: The certainties from the surest on.
CERTAINTIES: tuple[Certainty, ...] = ("certain", "expected", "projected", "unknown")


#: What the status of a day means for work that is owed on working days only.
STATUS: dict[str, Certainty] = {
    "published": "certain",
    "projected": "projected",
    "unknown": "unknown",
}

#: A site that has said nothing: Monday to Friday.
WEEK = WorkingDays()


def _nothing(duty: str, _first: date, _last: date) -> Sequence[int]:
    raise LookupError(duty)


@attrs.frozen(kw_only=True)
class Ground:
    """
    Where and for whom a rhythm goes. A host that has nothing to say leaves all of it out.

    Attributes:
        site: Name of the site; irregular rounds differ from site to site.
        seed: The secret from which irregular rounds are drawn. Without one they are as
            irregular, but whoever knows propflow can work them out.
        done: For each duty when it was completed, aware. Rhythms that count from the last
            completion go by it.
        zone: The site's time zone.
        working: The site's working days.
        duty: Name of the duty whose rhythm this is.
        calls: The moments, in seconds since 1970-01-01T00:00Z, at which another duty falls due
            between two local dates, both included. Raises `LookupError` where there is none.

    An agenda fills in the last four itself.
    """

    site: str = ""
    seed: bytes = attrs.field(default=b"", repr=False)
    done: Mapping[str, Sequence[datetime]] = attrs.field(factory=dict)
    zone: tzinfo = UTC
    working: WorkingDays = WEEK
    duty: str = ""
    calls: Callable[[str, date, date], Sequence[int]] = attrs.field(
        default=_nothing, eq=False, repr=False
    )


def least(one: Certainty, other: Certainty) -> Certainty:
    """
    The less sure of two.
    """
    return max(one, other, key=CERTAINTIES.index)
