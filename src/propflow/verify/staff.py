"""
What a site's own people and roster leave undone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

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
        self._alone: dict[str, timedelta] = {}

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
            yield from self._late(procedure, step)

    def able(self, step: Work) -> frozenset[str]:
        """
        Everybody who may ever do a step.
        """
        return frozenset[str]().union(*(self.people.get(role, frozenset()) for role in step.by))

    def _late(self, procedure: Procedure, step: Work) -> Iterator[Finding]:
        if step.within is None or self.always.intersection(step.by):
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

    def alone(self, role: str) -> timedelta:
        """
        The longest time for which the roster has nobody in a role.
        """
        if role not in self._alone:
            end = _FROM + _FOR
            stands = sorted(
                (stand.start.astimezone(UTC), stand.end.astimezone(UTC))
                for post in dict.fromkeys(self.posts[role])
                for stand in self.site.stands(post, _FROM, end)
                if stand.people
            )
            covered, longest = _FROM, timedelta(0)
            for start, until in stands:
                longest = max(longest, start - covered)
                covered = max(covered, until)
            self._alone[role] = max(longest, end - covered)
        return self._alone[role]

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
