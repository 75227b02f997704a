"""
What people ask of an engine besides doing the work: in charge of others, or standing in for them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime

import attrs

from propflow.engine.amending import move_all, redact, redo, undo
from propflow.engine.amends import Move
from propflow.engine.case import Case
from propflow.engine.commits import Commits
from propflow.engine.delegation import Delegation, Delegations
from propflow.engine.events import Assign, Complete, Resume, Skip, Suspend, Withdraw
from propflow.engine.refusals import Refusal, Refusals
from propflow.engine.undoing import Wish
from propflow.errors import RefusedError
from propflow.sites import Site

#: What a person can ask for in a case.
Asked = Complete | Skip | Assign | Suspend | Resume | Withdraw

#: The refusals for want of a right; somebody may have it for another.
NOT_THEIRS = ("not-yours", "not-over", "given-to-another")


class InCharge:
    """
    The part of an engine that people in charge turn to.
    """

    site: Site
    _commits: Commits
    _refusals: Refusals
    _delegations: Delegations

    def now(self) -> datetime:
        """
        The moment, in UTC.
        """
        return self._commits.now()

    def skip(self, case: str, step: str, *, by: str, reason: str, key: str = "") -> Case:
        """
        Pass over a step: by somebody over those whose step it is, or by them where it is optional.

        Raises:
            UnknownNameError: There is no such case or person.
            RefusedError: The person may not, or gives no reason.
        """
        command = Skip(step=step, by=by, roles=self._roles(by), reason=reason)
        return self._ask(case, command, key)

    def assign(self, case: str, step: str, *, to: str, by: str, key: str = "") -> Case:
        """
        Give a step to one person, who alone may do it then.

        Raises:
            UnknownNameError: There is no such case or person.
            RefusedError: The person who says so is not over those whose step it is, or the other
                may not do it.
        """
        command = Assign(step=step, to=to, to_roles=self._roles(to), by=by, roles=self._roles(by))
        return self._ask(case, command, key)

    def suspend(self, case: str, *, by: str, reason: str, key: str = "") -> Case:
        """
        Let a case stand still: nothing is done and no time runs until it goes on.

        Raises:
            UnknownNameError: There is no such case or person.
            RefusedError: The person is not over anybody who works on it, or gives no reason.
        """
        command = Suspend(by=by, roles=self._roles(by), reason=reason)
        return self._ask(case, command, key)

    def resume(self, case: str, *, by: str, key: str = "") -> Case:
        """
        Let a case go on. Each open step has as much time left as it had.

        Raises:
            UnknownNameError: There is no such case or person.
            RefusedError: The person is not over anybody who works on it, or it does not stand
                still.
        """
        return self._ask(case, Resume(by=by, roles=self._roles(by)), key)

    def withdraw(self, case: str, *, by: str, reason: str, key: str = "") -> Case:
        """
        Give a case up before it has come to an end of its own, as when a request is taken back.

        What it called goes on by itself.

        Raises:
            UnknownNameError: There is no such case or person.
            RefusedError: The person is not over anybody who works on it, gives no reason, or
                another case waits for its end.
        """
        command = Withdraw(by=by, roles=self._roles(by), reason=reason)
        return self._ask(case, command, key)

    def undo(self, case: str, step: str = "", *, by: str, reason: str) -> Case:
        """
        Let what was done last at a step not count: the step is open again.

        By whoever did it, or is over those whose step it is. What followed by itself does not count
        either; that is possible while it has not left the case.

        Args:
            case: Id of the case, or the name that its opener gave it.
            step: Id of the step; the latest work of the case where nothing is said.
            by: Id of the person.
            reason: Why: the journal keeps it.

        Raises:
            UnknownNameError: There is no such case or person.
            RefusedError: The person may not, nobody has done it, somebody has gone on from there,
                a notice has been delivered or another case begun because of it.
        """
        return undo(self._commits, self._refusals, case, step, self._wish(by, reason))

    def redo(self, case: str, step: str = "", *, by: str, reason: str) -> Case:
        """
        Let what was undone last at a step count after all, as it was done then.

        Raises:
            UnknownNameError: There is no such case or person.
            RefusedError: The person may not, nothing was undone, or something has happened at the
                step since.
        """
        return redo(self._commits, self._refusals, case, step, self._wish(by, reason))

    def move(self, moves: Sequence[tuple[str, Move]]) -> tuple[Case, ...]:
        """
        Let cases keep to other versions of their procedures: all of them, or none.

        The moves are worked out by `propflow.verify.plan_moves`, which also says why a case
        cannot move.

        Raises:
            UnknownNameError: There is no such case.
            RefusedError: A case has gone on since its move was worked out, is over, or no reason
                is given.
            StoreError: The store cannot write. Nothing was changed.
        """
        return move_all(self._commits, moves)

    def delegate(
        self,
        *,
        by: str,
        to: str,
        until: datetime,
        reason: str,
        role: str = "",
        case: str = "",
    ) -> Delegation:
        """
        Let somebody act for another until a moment.

        Args:
            by: Id of the person whose right it is.
            to: Id of the person who may act.
            until: Until when, itself not included.
            reason: Why: the journal keeps it.
            role: Only in this role; in every role that the giver has where nothing is said.
            case: Only in this case.

        Raises:
            UnknownNameError: There is no such person, role or case.
            RefusedError: The giver has nothing to give, or has it from too far; the moment has
                passed; or no reason is given.
        """
        self.site.person(by)
        about = self._commits.known(case) if case else ""
        try:
            return self._delegations.give(
                by=by,
                to=to,
                role=role,
                case=about,
                until=until.astimezone(UTC),
                reason=reason,
                now=self.now(),
            )
        except RefusedError as refused:
            self._refusals.note(refused, by=by, does="delegate", at=self.now(), case=about)
            raise

    def take_back(self, delegation: str, *, by: str, reason: str) -> None:
        """
        End what was given before its time: by whoever gave it, or is over them.

        Raises:
            UnknownNameError: There is no such person.
            RefusedError: It is not in force, or the person may not.
        """
        self.site.person(by)
        try:
            self._delegations.take_back(delegation, by=by, reason=reason, now=self.now())
        except RefusedError as refused:
            self._refusals.note(refused, by=by, does="take back", at=self.now())
            raise

    def delegations(self) -> list[Delegation]:
        """
        What is given now, in the order in which it was given.
        """
        return self._delegations.in_force(self.now())

    def refusals(self, case: str = "") -> list[Refusal]:
        """
        What was refused in a case, in order; without a case, what belonged to none.

        Raises:
            UnknownNameError: There is no such case.
        """
        return self._refusals.of(self._commits.known(case) if case else "")

    def redact(self, case: str, *, by: str, reason: str, facts: Sequence[str] = ()) -> Case:
        """
        Destroy the personal values of a case that is over. The seals of its journal stay right.

        A file in which they stood may still hold them in parts that are not used any more:
        `Store.compact` writes it anew.

        Args:
            case: Id of the case, or the name that its opener gave it.
            by: Id of the person: over anybody who worked on the case.
            reason: Why: the journal keeps it.
            facts: Only these; every personal fact where nothing is said.

        Raises:
            UnknownNameError: There is no such case or person.
            RefusedError: The case is still open, nothing personal is kept of it, the person may
                not, or gives no reason.
        """
        return redact(self._commits, self._refusals, case, facts, self._wish(by, reason))

    def personal(self, *, value: str = "", ended_before: datetime | None = None) -> list[str]:
        """
        Ids of the cases of which something personal is kept, in their order of name.

        Args:
            value: Only where a personal fact has this value: the name of a person, say.
            ended_before: Only cases that came to their end before this moment.
        """
        wanted = json.dumps(value, ensure_ascii=False)
        found = {
            one.case: None
            for one in self._commits.store.personal()
            if not value or one.value == wanted
        }
        if ended_before is None:
            return sorted(found)
        ended = {name: self._commits.load(name).ended for name in found}
        return sorted(name for name, at in ended.items() if at is not None and at < ended_before)

    def _ask(self, name: str, command: Asked, key: str) -> Case:
        """
        Carry out what a person asks for, in the own right or for another; or note the refusal.
        """
        case = self._commits.known(name)
        try:
            return self._commits.carry_out(case, command, key=key)
        except RefusedError as own:
            refused = own
        if refused.code in NOT_THEIRS:
            given: dict[tuple[str, ...], set[str]] = {}
            for right in self._delegations.rights(command.by, self.now(), case):
                if right.behalf:
                    given.setdefault(right.behalf, set()).add(right.role)
            for behalf, roles in given.items():
                acting = attrs.evolve(command, roles=frozenset(roles), behalf=behalf)
                try:
                    return self._commits.carry_out(case, acting, key=key)
                except RefusedError as other:
                    # What else stands in the way says more than that it is not theirs.
                    refused = refused if other.code in NOT_THEIRS else other
        does = type(command).__name__.lower()
        self._refusals.note(refused, by=command.by, does=does, at=self.now(), case=case)
        raise refused

    def _roles(self, person: str) -> frozenset[str]:
        self.site.person(person)
        return self.site.roles_of(person, self.now())

    def _wish(self, by: str, reason: str) -> Wish:
        return Wish(by=by, roles=self._roles(by), reason=reason)
