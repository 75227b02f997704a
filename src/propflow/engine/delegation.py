"""
Who may act for whom: what one gives to another until a moment, and where each right comes from.

A right that was given is never more than the giver has at that moment. It ends when its time is
over, when it is taken back, and when the giver has it no more.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime

import attrs

from propflow.engine.store import Store
from propflow.errors import RefusedError
from propflow.sites import Site

#: The stream in the store where all of it is kept.
STREAM = "delegations"
#: From hand to hand so often at the most: to somebody, and once more.
LONGEST = 2


@attrs.frozen(kw_only=True)
class Delegation:
    """
    What one gives to another.

    Attributes:
        id: Its number, as text.
        by: Id of the person whose right it is.
        to: Id of the person who may act.
        role: The role, or ``""`` for every role that the giver has.
        case: Id of the only case that it is for, or ``""``.
        start: From when.
        until: Until when, itself not included.
        reason: Why.
    """

    id: str
    by: str
    to: str
    role: str
    case: str
    start: datetime
    until: datetime
    reason: str


@attrs.frozen(kw_only=True)
class Right:
    """
    A role that somebody has at a moment, and where it comes from.

    Attributes:
        person: Id of the person.
        role: Id of the role.
        post: The post on which the roster has the person, or ``""``.
        behalf: For whom the person acts: who gave the right, and who gave it to them; nobody
            where it is the person's own.
        until: When it ends, where that is known.
    """

    person: str
    role: str
    post: str = ""
    behalf: tuple[str, ...] = ()
    until: datetime | None = None


class Delegations:
    """
    What people have given to one another.

    Args:
        site: Whose people and roles.
        store: Where it is kept.
    """

    def __init__(self, site: Site, store: Store) -> None:
        self.site = site
        self.store = store

    def give(
        self,
        *,
        by: str,
        to: str,
        role: str,
        case: str,
        until: datetime,
        reason: str,
        now: datetime,
    ) -> Delegation:
        """
        Let somebody act for another.

        Raises:
            UnknownNameError: There is no such person or role.
            RefusedError: To oneself, until a moment that has passed, without a reason, or what
                the giver has not, or has from too far.
        """
        self.site.person(to)
        if role:
            self.site.role(role)
        if to == by:
            raise RefusedError("to-oneself", f"{by} cannot stand in for {by}.", case or None)
        if until <= now:
            raise RefusedError("passed", f"{until.isoformat()} has passed.", case or None)
        if not reason.strip():
            raise RefusedError("no-reason", "say why: the journal keeps the reason.", case or None)
        able = [right for right in self.rights(by, now, case) if role in ("", right.role)]
        if not able:
            what = f"{by} has no role" if not role else f"{by} is not {role} now"
            raise RefusedError("not-yours-to-give", f"{what}, so there is nothing to give.")
        if all(len(right.behalf) >= LONGEST for right in able):
            raise RefusedError(
                "too-far",
                f"{by} has {role or 'every role'} from {' from '.join(able[0].behalf)}: it is not "
                "passed on any further.",
            )
        said = {
            "do": "give",
            "by": by,
            "to": to,
            "role": role,
            "case": case,
            "until": until.isoformat(),
            "reason": reason,
        }
        line = self.store.note(STREAM, json.dumps(said, ensure_ascii=False, sort_keys=True), now)
        return Delegation(
            id=str(line.seq),
            by=by,
            to=to,
            role=role,
            case=case,
            start=now,
            until=until,
            reason=reason,
        )

    def take_back(self, delegation: str, *, by: str, reason: str, now: datetime) -> None:
        """
        End what was given before its time: by whoever gave it, or whoever is over them.

        Raises:
            RefusedError: It is not in force, or the person may not.
        """
        found = next((one for one in self.in_force(now) if one.id == delegation), None)
        if found is None:
            raise RefusedError("not-given", f"delegation {delegation!r} is not in force.")
        over = {
            above
            for right in self.rights(found.by, now, found.case)
            for above in self._above(right.role)
        }
        if by != found.by and not over.intersection(self.site.roles_of(by, now)):
            raise RefusedError("not-over", f"{by} is neither {found.by} nor over {found.by}.")
        said = {"do": "end", "id": delegation, "by": by, "reason": reason}
        self.store.note(STREAM, json.dumps(said, ensure_ascii=False, sort_keys=True), now)

    def in_force(self, now: datetime) -> list[Delegation]:
        """
        What is given at a moment, in the order in which it was given.
        """
        given: dict[str, Delegation] = {}
        for line in self.store.notes(STREAM):
            said = json.loads(line.data)
            if said["do"] == "end":
                given.pop(said["id"], None)
                continue
            given[str(line.seq)] = Delegation(
                id=str(line.seq),
                by=said["by"],
                to=said["to"],
                role=said["role"],
                case=said["case"],
                start=line.moment,
                until=datetime.fromisoformat(said["until"]),
                reason=said["reason"],
            )
        return [one for one in given.values() if one.start <= now < one.until]

    def rights(self, person: str, now: datetime, case: str = "") -> list[Right]:
        """
        Every role that a person has at a moment: the own, those of posts, and those given.

        Args:
            person: Id of the person.
            now: The moment.
            case: The case that it is about; what is given for another case does not count.

        Raises:
            UnknownNameError: There is no such person.
        """
        given = [one for one in self.in_force(now) if one.case in ("", case)]
        return list(self._rights(person, now, given, LONGEST))

    def rights_in(self, person: str, now: datetime) -> Callable[[str], list[Right]]:
        """
        A function from a case to every role that a person has in it at a moment.

        Raises:
            UnknownNameError: There is no such person.
        """
        given = self.in_force(now)
        apart = {one.case for one in given}
        found: dict[str, list[Right]] = {}

        def rights(case: str) -> list[Right]:
            name = case if case in apart else ""
            if name not in found:
                ones = [one for one in given if one.case in ("", name)]
                found[name] = list(self._rights(person, now, ones, LONGEST))
            return found[name]

        self.site.person(person)
        return rights

    def _rights(
        self, person: str, now: datetime, given: list[Delegation], left: int
    ) -> Iterator[Right]:
        if person not in self.site.people:
            return  # has left since
        have: set[str] = set()
        for right in self._own(person, now):
            have.add(right.role)
            yield right
        for one in given if left else ():
            if one.to != person:
                continue
            for right in self._rights(one.by, now, given, left - 1):
                if one.role in ("", right.role) and person not in right.behalf:
                    until = min(one.until, right.until or one.until)
                    behalf = (one.by, *right.behalf)
                    if right.role not in have:
                        yield Right(person=person, role=right.role, behalf=behalf, until=until)

    def _own(self, person: str, now: datetime) -> Iterator[Right]:
        for role in self.site.person(person).roles:
            yield Right(person=person, role=role)
        for post, until in self.site.posts_of(person, now):
            role = self.site.posts[post].role
            yield Right(person=person, role=role, post=post, until=until)

    def _above(self, role: str) -> Iterator[str]:
        over = self.site.superior(role)
        seen: set[str] = set()
        while over is not None and over not in seen:
            seen.add(over)
            yield over
            over = self.site.superior(over)


def say_right(site: Site, right: Right) -> str:
    """
    Why somebody may do something, in the site's language: ``stands in for Li Na until 18:00``.
    """
    zh = site.language == "zh"
    until = ""
    if right.until is not None:
        local = right.until.astimezone(site.zone)
        until = f"，至{local:%m-%d %H:%M}" if zh else f" until {local:%d %b %H:%M}"
    if right.behalf:
        person = site.people.get(right.behalf[0])
        name = (person.name.to(site.language) if person is not None else "") or right.behalf[0]
        return (f"代理{name}" if zh else f"stands in for {name}") + until
    if right.post:
        post = site.posts[right.post].title.to(site.language) or right.post
        return (f"在岗：{post}" if zh else f"on the post {post}") + until
    return ("岗位：" if zh else "is ") + site.role_name(right.role)
