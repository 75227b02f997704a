"""
Who may do what, worked out a second time: from the site's people, its roster and the words of the
steps, and from what this oracle itself has seen happen. It calls nothing of the engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import attrs

from propflow.procedures import Task, Work
from propflow.sites import Site

#: In whose name somebody acts besides their own; nobody where it is their own right.
Behalf = tuple[str, ...]


@attrs.frozen
class Given:
    """
    What one person gave to another.
    """

    by: str
    to: str
    role: str
    case: str
    start: datetime
    until: datetime


class Oracle:
    """
    Remembers who did what, and says who may.
    """

    def __init__(self, site: Site) -> None:
        self.site = site
        self.did: dict[tuple[str, str], set[str]] = {}
        self.assigned: dict[tuple[str, str], str] = {}
        self.standing: set[str] = set()
        self.given: dict[str, Given] = {}
        self.steps = {
            (procedure, step.id): step
            for procedure in site.procedures
            for step in site.graph(procedure).steps
            if isinstance(step, Work)
        }

    # -- roles ----------------------------------------------------------------------------------

    def own(self, person: str, now: datetime) -> set[str]:
        """
        The roles that somebody has, and those of the posts where the roster has them.
        """
        roles = set(self.site.people[person].roles)
        local = now.astimezone(self.site.zone)
        for line in self.site.roster:
            shift = self.site.shifts[line.shift]
            clock, day = local.time(), local.date()
            over_night = shift.end <= shift.start
            if over_night and clock < shift.end:
                day -= timedelta(days=1)
            elif not (shift.start <= clock and (over_night or clock < shift.end)):
                continue
            if line.days and day.weekday() not in line.days:
                continue
            if line.turn is not None:
                length, first, theirs = line.turn
                if day < first or (day - first).days % length + 1 not in theirs:
                    continue
            if person in line.people:
                roles.add(self.site.posts[line.post].role)
        return roles

    def capacities(
        self, person: str, case: str, now: datetime, *, left: int = 2
    ) -> Iterator[tuple[Behalf, set[str]]]:
        """
        In whose name somebody can act, and in which roles then; the own comes first.
        """
        yield (), self.own(person, now)
        if not left:
            return
        for one in self.given.values():
            if one.to == person and one.case in ("", case) and one.start <= now < one.until:
                for behalf, roles in self.capacities(one.by, case, now, left=left - 1):
                    if person not in behalf:
                        some = {role for role in roles if one.role in ("", role)}
                        yield (one.by, *behalf), some

    def above(self, roles: tuple[str, ...]) -> set[str]:
        """
        The roles over any of some.
        """
        found: set[str] = set()
        waiting = list(roles)
        while waiting:
            over = self.site.roles[waiting.pop()].reports_to
            if over is not None and over not in found:
                found.add(over)
                waiting.append(over)
        return found

    # -- what may be done -----------------------------------------------------------------------

    def complete(
        self, procedure: str, case: str, step: str, *, by: str, now: datetime
    ) -> Behalf | None:
        """
        In whose name somebody may do a step; None where they may not.
        """
        work = self.steps[procedure, step]
        for behalf, roles in self.capacities(by, case, now):
            hands = {by, *behalf}
            if (
                case not in self.standing
                and roles.intersection(work.by)
                and self.assigned.get((case, step), by) in hands
                and not self._twice(case, work, hands)
            ):
                return behalf
        return None

    def skip(
        self, procedure: str, case: str, step: str, *, by: str, now: datetime
    ) -> Behalf | None:
        """
        In whose name somebody may pass over a step.
        """
        work = self.steps[procedure, step]
        mine = work.by if isinstance(work, Task) and work.optional == "yes" else ()
        for behalf, roles in self.capacities(by, case, now):
            hands = {by, *behalf}
            may = roles.intersection(self.above(work.by).union(mine))
            if case not in self.standing and may and not self._twice(case, work, hands):
                return behalf
        return None

    def assign(
        self, procedure: str, case: str, step: str, *, to: str, by: str, now: datetime
    ) -> bool:
        """
        Whether somebody may give a step to another.
        """
        work = self.steps[procedure, step]
        over = self.above(work.by)
        return (
            case not in self.standing
            and bool(self.own(to, now).intersection(work.by))
            and any(roles & over for _, roles in self.capacities(by, case, now))
        )

    def stop(self, procedure: str, case: str, *, by: str, now: datetime) -> bool:
        """
        Whether somebody may let a case stand still, or go on.
        """
        over = {
            role
            for (name, _), work in self.steps.items()
            if name == procedure
            for role in self.above(work.by)
        }
        return any(roles & over for _, roles in self.capacities(by, case, now))

    def give(self, *, by: str, role: str, case: str, now: datetime) -> bool:
        """
        Whether somebody has a role to give.
        """
        return any(
            roles and role in ("", *roles) and len(behalf) < 2
            for behalf, roles in self.capacities(by, case, now)
        )

    def _twice(self, case: str, work: Work, hands: set[str]) -> bool:
        return any(self.did.get((case, other), set()) & hands for other in work.not_by)


#: For ever, as far as people are concerned.
FAR = datetime(2100, 1, 1, tzinfo=UTC)
