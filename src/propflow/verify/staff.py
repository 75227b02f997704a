"""
What a site's own people and roster leave undone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from propflow.calendar import Duty, Occurrence, agenda
from propflow.durations import say_duration
from propflow.procedures import Procedure, StepGraph, Work
from propflow.sites import Site
from propflow.verify.finding import Finding

#: A roster is looked at from here, and for so long: two weeks without a change of the clocks.
_FROM = datetime(2026, 1, 5, tzinfo=UTC)
_FOR = timedelta(days=14)


class Staff:
    """
    Who can do what on a site.

    Args:
        site: The site. Where it names no people, nothing is found.
    """

    def __init__(self, site: Site) -> None:
        self.site = site
        self.people: dict[str, frozenset[str]] = {}
        for person in site.people.values():
            for role in person.roles:
                self._add(role, person.id)
        self.posts: dict[str, list[str]] = {}
        for line in site.roster:
            role = site.posts[line.post].role
            self.posts.setdefault(role, []).append(line.post)
            for name in line.people:
                self._add(role, name)
        self.always = {role for person in site.people.values() for role in person.roles}
        # What a duty opens by itself is looked at by the moments at which it falls due.
        self.of_duties = {f"duty-{duty.id}" for duty in site.duties}
        self._alone: dict[str, timedelta] = {}
        self._stands: dict[str, list[tuple[datetime, datetime]]] = {}

    def _add(self, role: str, person: str) -> None:
        self.people[role] = self.people.get(role, frozenset()) | {person}

    def findings(self, procedure: Procedure, graph: StepGraph) -> Iterator[Finding]:
        """
        Steps of a procedure that nobody can do, or not in time, or not by another person.
        """
        if not self.site.people:
            return
        steps = {step.id: step for step in graph.steps}
        for step in graph.steps:
            if not isinstance(step, Work):
                continue
            able = self.able(step)
            if not able:
                yield self._finding(
                    "nobody",
                    procedure,
                    step,
                    f"step {step.id!r} is for {' or '.join(step.by)}, and nobody on the site is.",
                )
            for name in step.not_by:
                other = steps.get(name)
                if isinstance(other, Work) and len(able | self.able(other)) == 1:
                    (only,) = able | self.able(other)
                    yield self._finding(
                        "four-eyes",
                        procedure,
                        step,
                        f"steps {name!r} and {step.id!r} are for two people, and {only} is the "
                        "only one who may do either.",
                    )
            if procedure.id not in self.of_duties:
                yield from self._late(procedure, step)

    def able(self, step: Work) -> frozenset[str]:
        """
        Everybody who may ever do a step.
        """
        return frozenset[str]().union(*(self.people.get(role, frozenset()) for role in step.by))

    def _late(self, procedure: Procedure, step: Work) -> Iterator[Finding]:
        # What is counted in working time rests with the office, and no roster goes by that.
        if not isinstance(step.within, timedelta) or self.always.intersection(step.by):
            return
        alone = min((self.alone(role) for role in step.by if role in self.posts), default=None)
        if alone is not None and alone > step.within:
            yield self._finding(
                "late-by-roster",
                procedure,
                step,
                f"step {step.id!r} is to be done within {say_duration(step.within)}, and the "
                f"roster leaves nobody who may for up to {say_duration(alone)}.",
            )

    def duties(self) -> Iterator[Finding]:
        """
        Duties that fall due, on some day, when the roster has nobody who may do them in time.
        """
        rostered = [
            duty
            for duty in self.site.duties
            if (roles := self._owing(duty))
            and not self.always & roles
            and roles <= self.posts.keys()
        ]
        missed: dict[str, list[datetime]] = {}
        for call in self._calls(rostered):
            stands = [stand for role in self._owing(call.duty) for stand in self.stands(role)]
            if not any(start <= call.until and call.earliest < end for start, end in stands):
                missed.setdefault(call.duty.id, []).append(call.due)
        for duty in rostered:
            if duty.id in missed:
                first = missed[duty.id][0]
                yield Finding(
                    severity="warning",
                    rule="late-by-roster",
                    where=duty.id,
                    what=f"it falls due when the roster has nobody who may do it in time, "
                    f"{len(missed[duty.id])} times in two weeks; first on {first:%A at %H:%M}.",
                    place=duty.place,
                )

    def _calls(self, duties: list[Duty]) -> Iterator[Occurrence]:
        site = self.site
        return agenda(
            duties,
            _FROM,
            _FROM + _FOR,
            zone=site.zone,
            working=site.working,
            ground=site.ground(),
            others=site.duties,
        )

    def _owing(self, duty: Duty) -> frozenset[str]:
        roles = duty.by or ((self.site.posts[duty.post].role,) if duty.post else ())
        return frozenset(roles)

    def alone(self, role: str) -> timedelta:
        """
        The longest time for which the roster has nobody in a role.
        """
        if role not in self._alone:
            covered, longest = _FROM, timedelta(0)
            for start, until in self.stands(role):
                longest = max(longest, start - covered)
                covered = max(covered, until)
            self._alone[role] = max(longest, _FROM + _FOR - covered)
        return self._alone[role]

    def stands(self, role: str) -> list[tuple[datetime, datetime]]:
        """
        From when until when the roster has somebody in a role, for two weeks.
        """
        if role not in self._stands:
            self._stands[role] = sorted(
                (stand.start.astimezone(UTC), stand.end.astimezone(UTC))
                for post in dict.fromkeys(self.posts[role])
                for stand in self.site.stands(post, _FROM, _FROM + _FOR)
                if stand.people
            )
        return self._stands[role]

    @staticmethod
    def _finding(rule: str, procedure: Procedure, step: Work, what: str) -> Finding:
        return Finding(
            severity="warning",
            rule=rule,
            where=procedure.id,
            subject=step.id,
            what=what,
            place=step.place,
        )
