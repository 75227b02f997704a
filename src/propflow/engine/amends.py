"""
What amends a case instead of carrying it on: it goes over to another version of its procedure,
or what was done is undone, or done again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import attrs

from propflow.fields import Value


@attrs.frozen(kw_only=True)
class Moved:
    """
    The case keeps to another version of its procedure from now on.

    Attributes:
        was: Content hash of the version that it kept to.
        version: Content hash of the version that it keeps to now.
        marking: Where it stands, as the new version reads it.
        since: Open steps by their new names, and from when each is open. Where the new version
            gives a step more or less time, the moment is shifted: what is left stays the same.
        steps: Steps that have another name now: old name and new.
        by: Who said so.
        reason: Why.
        plan: The plan that it was part of; with it all of its cases can be moved back.
    """

    was: str
    version: str
    marking: int
    since: Mapping[str, datetime]
    steps: Mapping[str, str] = attrs.field(factory=dict)
    by: str
    reason: str
    plan: str


@attrs.frozen(kw_only=True)
class Undone:
    """
    What was done does not count any more: the case stands where it would stand without it.

    Attributes:
        step: Id of the step that is open again.
        seq: Number of the event that is undone.
        undoes: Numbers of all events that do not count any more: that one and what followed from
            it by itself.
        by: Who said so.
        reason: Why.
        marking: Where the case stands.
        since: Open steps, and from when each is open. A step that is open again has as much time
            left as it had when it was done.
        late: Open steps whose time has passed.
        doers: Who did each step last.
        behalf: For whom they did it, where they stood in for somebody.
        children: For each open calling step, how many called cases have not ended.
        assigned: Open steps that were given to one person, and to whom.
        facts: What is known.
    """

    step: str
    seq: int
    undoes: tuple[int, ...]
    by: str
    reason: str
    marking: int
    since: Mapping[str, datetime]
    late: tuple[str, ...] = ()
    doers: Mapping[str, str] = attrs.field(factory=dict)
    behalf: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
    children: Mapping[str, int] = attrs.field(factory=dict)
    assigned: Mapping[str, str] = attrs.field(factory=dict)
    facts: Mapping[str, Value] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class Redone:
    """
    What was undone counts after all.

    Attributes:
        step: Id of the step.
        seq: Number of the event that had undone it.
        by: Who said so.
        reason: Why.
        did: Who had done the step.
        behalf: For whom, where they stood in for somebody.
        answer: The answer that was given then.
        facts: The facts that were filled in then.
    """

    step: str
    seq: int
    by: str
    reason: str
    did: str
    behalf: tuple[str, ...] = ()
    answer: str = ""
    facts: Mapping[str, Value] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class Redacted:
    """
    Personal values were destroyed; the case does not know them any more.

    Attributes:
        names: The facts.
        destroys: What stands for the values in the events before.
        by: Who said so.
        reason: Why.
    """

    names: tuple[str, ...]
    destroys: tuple[str, ...]
    by: str
    reason: str


@attrs.frozen(kw_only=True)
class Redact:
    """
    Destroy personal values.

    Attributes:
        seq: Number of events that the case had when this was worked out.
        roles: The roles that the person who says so has at this moment.
        redacted: What will have happened.
    """

    seq: int
    roles: frozenset[str]
    redacted: Redacted

    @property
    def by(self) -> str:
        """
        Id of the person who says so.
        """
        return self.redacted.by


@attrs.frozen(kw_only=True)
class Undo:
    """
    Let what was done not count.

    Attributes:
        seq: Number of events that the case had when this was worked out.
        did: Who had done it.
        roles: The roles that the person who says so has at this moment.
        undone: What will have happened.
        notices: Notices that followed and have not been delivered.
    """

    seq: int
    did: str
    roles: frozenset[str]
    undone: Undone
    notices: tuple[str, ...] = ()

    @property
    def by(self) -> str:
        """
        Id of the person who says so.
        """
        return self.undone.by


@attrs.frozen(kw_only=True)
class Redo:
    """
    Let what was undone count after all.

    Attributes:
        seq: Number of events that the case had when this was worked out.
        roles: The roles that the person who says so has at this moment.
        redone: What will have happened.
    """

    seq: int
    roles: frozenset[str]
    redone: Redone

    @property
    def by(self) -> str:
        """
        Id of the person who says so.
        """
        return self.redone.by


@attrs.frozen(kw_only=True)
class Move:
    """
    Let the case keep to another version.

    Attributes:
        seq: Number of events that the case had when this was worked out.
        moved: What will have happened.
    """

    seq: int
    moved: Moved
