"""
What can happen to a case, and what can be asked of it.

A command is a wish; an event is a fact. The journal holds events only, and a case is nothing
but its events applied in order.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import attrs

from propflow.engine.amends import Move, Moved, Redact, Redacted, Redo, Redone, Undo, Undone
from propflow.fields import Value
from propflow.procedures import TOGETHER

Facts = Mapping[str, Value]


# -- events ---------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Began:
    """
    The case was opened.

    Attributes:
        procedure: Id of its procedure.
        version: Content hash of the procedure that it keeps to.
        facts: What was known from the start.
        ref: The opener's own name for it, or ``""``.
        by: Who opened it, where a person did.
        because: What opened it: a message, a duty, or a call.
        parent: The case and the step that called it.
        since: From when its first steps count as open, where that is not the moment of opening:
            a duty was owed from when it fell due, however late that was noticed.
    """

    procedure: str
    version: str
    facts: Facts
    ref: str = ""
    by: str = ""
    because: str = ""
    parent: tuple[str, str] | None = None
    since: datetime | None = None


@attrs.frozen(kw_only=True)
class Done:
    """
    Somebody did a step, or answered its question.

    Attributes:
        step: Id of the step.
        by: Id of the person.
        answer: The answer, where the step is a question.
        facts: The facts that were filled in.
        behalf: For whom, where the person stood in for somebody.
    """

    step: str
    by: str
    answer: str = ""
    facts: Facts = attrs.field(factory=dict)
    behalf: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Decided:
    """
    The facts decided.

    Attributes:
        step: Id of the step.
        outcome: The way that was taken.
        table: Id of the decision table, or ``""`` where a fact or a condition decided.
        row: Number of the row that fired, from 1; 0 where there is no table.
        facts: The facts that were looked at, so that the decision can be taken again.
    """

    step: str
    outcome: str
    table: str = ""
    row: int = 0
    facts: Facts = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class Told:
    """
    A notice went out.

    Attributes:
        step: Id of the step.
        to: Roles that were told.
    """

    step: str
    to: tuple[str, ...]


@attrs.frozen(kw_only=True)
class Halted:
    """
    What stood beside is over.

    Attributes:
        step: Id of the step.
        ended: The steps that were open and are so no longer.
    """

    step: str
    ended: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Called:
    """
    Other procedures were called.

    Attributes:
        step: Id of the step.
        procedure: Id of the procedure called.
        calls: The facts handed down, one entry for each case to be opened.
        order: ``together`` where all are opened at once; with ``in-turn`` only the first is, and
            the others when their turn comes.
    """

    step: str
    procedure: str
    calls: tuple[Facts, ...]
    order: str = TOGETHER


@attrs.frozen(kw_only=True)
class Returned:
    """
    A called case came to its end.

    Attributes:
        step: Id of the step that called it.
        child: Id of the case that ended.
        end: The end that it came to.
        facts: Facts that it brought back.
        procedure: Id of the procedure that is called next, where the lines of a book have their
            turn; otherwise ``""``.
        calls: The facts handed down to it: one entry, or none.
        leaves: How many other called cases are given up or never begun, because this one came to
            what was wanted.
    """

    step: str
    child: str
    end: str
    facts: Facts = attrs.field(factory=dict)
    procedure: str = ""
    calls: tuple[Facts, ...] = ()
    leaves: int = 0


@attrs.frozen(kw_only=True)
class Received:
    """
    A message came that a step was waiting for.

    Attributes:
        step: Id of the step.
        message: Name of the message.
        facts: What it brought.
    """

    step: str
    message: str
    facts: Facts = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class Late:
    """
    The time of a step has passed.

    Attributes:
        step: Id of the step.
        due: The moment by which it should have been done.
        outcome: The way that is taken because of it, or ``""`` while the step stays open.
        tells: Roles that were told.
    """

    step: str
    due: datetime
    outcome: str = ""
    tells: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Ended:
    """
    The case is over.

    Attributes:
        end: The name of the end.
    """

    end: str


@attrs.frozen(kw_only=True)
class Skipped:
    """
    A step was passed over.

    Attributes:
        step: Id of the step.
        by: Id of the person who said so.
        reason: Why.
        behalf: For whom, where the person stood in for somebody.
    """

    step: str
    by: str
    reason: str
    behalf: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Assigned:
    """
    A step was given to one person.

    Attributes:
        step: Id of the step.
        to: Id of that person.
        by: Id of the person who said so.
        behalf: For whom, where the person stood in for somebody.
    """

    step: str
    to: str
    by: str
    behalf: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Suspended:
    """
    The case stands still, and so do the times of its steps.

    Attributes:
        by: Id of the person who said so.
        reason: Why.
        behalf: For whom, where the person stood in for somebody.
    """

    by: str
    reason: str
    behalf: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Resumed:
    """
    The case goes on; each open step has as much time left as it had.

    Attributes:
        by: Id of the person who said so, or ``""`` where what came between is over.
        behalf: For whom, where the person stood in for somebody.
    """

    by: str = ""
    behalf: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Interrupted:
    """
    Something came between: the case stands still until it is over.

    Attributes:
        message: Name of the message that said so.
        procedure: Id of the procedure that is carried out first.
        facts: The facts that it begins with.
    """

    message: str
    procedure: str
    facts: Facts = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class Withdrawn:
    """
    The case was given up before it came to one of its own ends.

    Attributes:
        end: What the journal calls this end: ``withdrawn``, or ``replaced`` by a later one.
        reason: Why.
        by: Who said so, or ``""`` where a later call of the same duty took its place.
        behalf: For whom, where the person stood in for somebody.
    """

    end: str
    reason: str
    by: str = ""
    behalf: tuple[str, ...] = ()


Event = (
    Began
    | Done
    | Decided
    | Told
    | Halted
    | Called
    | Returned
    | Received
    | Late
    | Ended
    | Skipped
    | Assigned
    | Suspended
    | Resumed
    | Interrupted
    | Withdrawn
    | Moved
    | Undone
    | Redone
    | Redacted
)

EVENTS: tuple[type, ...] = (
    Began,
    Done,
    Decided,
    Told,
    Halted,
    Called,
    Returned,
    Received,
    Late,
    Ended,
    Skipped,
    Assigned,
    Suspended,
    Resumed,
    Interrupted,
    Withdrawn,
    Moved,
    Undone,
    Redone,
    Redacted,
)


# -- commands -------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Begin:
    """
    Open the case.
    """

    facts: Facts = attrs.field(factory=dict)
    ref: str = ""
    by: str = ""
    because: str = ""
    parent: tuple[str, str] | None = None
    since: datetime | None = None


@attrs.frozen(kw_only=True)
class Complete:
    """
    Do a step, or answer its question.

    Attributes:
        step: Id of the step.
        by: Id of the person.
        roles: The roles that the person has at this moment.
        answer: The answer, where the step is a question.
        facts: The facts filled in.
        behalf: For whom, where the person stands in for somebody.
    """

    step: str
    by: str
    roles: frozenset[str]
    answer: str = ""
    facts: Facts = attrs.field(factory=dict)
    behalf: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Receive:
    """
    Hand a message to a step that waits for it.
    """

    step: str
    message: str
    facts: Facts = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class Expire:
    """
    Note that the time of a step has passed.

    Attributes:
        step: Id of the step.
        due: The moment by which it should have been done.
    """

    step: str
    due: datetime


@attrs.frozen(kw_only=True)
class Return:
    """
    Take up the end of a called case.

    Attributes:
        step: Id of the step that called it.
        child: Id of the case that ended.
        end: The end that it came to.
        facts: What it knew at its end.
        calls: The facts of all cases that the step calls, where they have their turn.
    """

    step: str
    child: str
    end: str
    facts: Facts = attrs.field(factory=dict)
    calls: tuple[Facts, ...] = ()


@attrs.frozen(kw_only=True)
class Skip:
    """
    Pass over a step.

    Attributes:
        step: Id of the step.
        by: Id of the person.
        roles: The roles that the person has at this moment.
        reason: Why.
        behalf: For whom, where the person stands in for somebody.
    """

    step: str
    by: str
    roles: frozenset[str]
    reason: str
    behalf: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Assign:
    """
    Give a step to one person.

    Attributes:
        step: Id of the step.
        to: Id of that person.
        to_roles: The roles that that person has at this moment.
        by: Id of the person who says so.
        roles: The roles that the person who says so has at this moment.
        behalf: For whom, where the person stands in for somebody.
    """

    step: str
    to: str
    to_roles: frozenset[str]
    by: str
    roles: frozenset[str]
    behalf: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Suspend:
    """
    Let the case stand still.

    Attributes:
        by: Id of the person.
        roles: The roles that the person has at this moment.
        reason: Why.
        behalf: For whom, where the person stands in for somebody.
    """

    by: str
    roles: frozenset[str]
    reason: str
    behalf: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Resume:
    """
    Let the case go on.

    Attributes:
        by: Id of the person.
        roles: The roles that the person has at this moment.
        behalf: For whom, where the person stands in for somebody.
    """

    by: str
    roles: frozenset[str]
    behalf: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Withdraw:
    """
    Give the case up.

    Attributes:
        reason: Why.
        by: Id of the person, or ``""`` where a later call of the same duty takes its place.
        roles: The roles that the person has at this moment.
        end: What the journal calls this end.
        behalf: For whom, where the person stands in for somebody.
        caller: Id of the case that called it and waits for it no more, or ``""``.
    """

    reason: str
    by: str = ""
    roles: frozenset[str] = frozenset()
    end: str = "withdrawn"
    behalf: tuple[str, ...] = ()
    caller: str = ""


@attrs.frozen(kw_only=True)
class Interrupt:
    """
    Let something come between.

    Attributes:
        message: Name of the message that says so.
        facts: What it brings.
    """

    message: str
    facts: Facts = attrs.field(factory=dict)


Command = (
    Begin
    | Complete
    | Receive
    | Expire
    | Return
    | Skip
    | Assign
    | Suspend
    | Resume
    | Withdraw
    | Interrupt
    | Move
    | Undo
    | Redo
    | Redact
)
