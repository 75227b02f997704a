"""
What a rulebook's file looks like: its keys, and what each of them takes.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import attrs

from propflow.sites.fieldshape import FieldShape
from propflow.sites.items import NOTHING, Boxed, Labelled, Shape
from propflow.sites.kinds import (
    Box,
    Cell,
    Id,
    Length,
    MessageName,
    Outcome,
    ProcedureName,
    RoleName,
    Sentence,
    Value,
)
from propflow.text import Text


@attrs.frozen(kw_only=True, eq=False)
class EventShape(Labelled):
    """
    An event that a rulebook hears of. At most one of its sources is given; without one the host
    program tells of it.

    Attributes:
        message: The message that it is, with all that the message brings.
        began: The procedure of which a case was opened.
        ended: The procedure of which a case came to its end.
        done: The procedure in which a step was done.
        late: The procedure in which a step was not done in time.
        step: Which step, where it is one that was done or late; without it any.
        facts: What it brings, where it is no message. A case that lacks one of them is passed over.
    """

    noun: ClassVar[str] = "event"

    message: MessageName | None = None
    began: ProcedureName | None = None
    ended: ProcedureName | None = None
    done: ProcedureName | None = None
    late: ProcedureName | None = None
    step: Outcome | None = None
    facts: dict[Id, FieldShape] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True, eq=False)
class FactShape(Labelled):
    """
    A fact that rules conclude and other rules build on.

    Attributes:
        facts: What it says.
        keeps: How long it holds; without it for ever.
    """

    noun: ClassVar[str] = "fact"

    facts: dict[Id, FieldShape] = attrs.field(factory=dict)
    keeps: Length | None = None


@attrs.frozen(kw_only=True, eq=False)
class PatternShape(Shape):
    """
    One thing that a rule looks for.

    Attributes:
        event: The event or the fact.
        if_: The cell of each of its fields that matters.
    """

    noun: ClassVar[str] = "pattern"

    event: Outcome
    if_: dict[Outcome, Cell] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True, eq=False)
class ThenShape(Labelled):
    """
    One thing that follows. Exactly one of conclude, start, send and notify is given.

    Attributes:
        conclude: The fact that holds from now on.
        start: The procedure of which a case is opened.
        send: The message that waiting cases receive.
        notify: The role that is told, or several.
        facts: For each fact that goes with it, the field from which it is taken.
        sets: For each fact that goes with it, its value.
    """

    noun: ClassVar[str] = "conclusion"

    conclude: Outcome | None = None
    start: ProcedureName | None = None
    send: MessageName | None = None
    notify: tuple[RoleName, ...] = ()
    facts: dict[Outcome, Outcome] = attrs.field(factory=dict)
    sets: dict[Outcome, Value] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True, eq=False)
class RuleShape(Boxed):
    """
    What follows from what.

    Attributes:
        rule: Name of the rule.
        when: What it looks for: all of these.
        same: Fields that must be equal in all that is found.
        count: How many of one kind have to come.
        within: In which time all of it has to come.
        unless: What must not come.
        by: How long it is waited for.
        early: How long before it already counts as having come.
        then: What follows, in order.
        because: Why, for people.
    """

    noun: ClassVar[str] = "rule"

    rule: Id
    when: tuple[PatternShape, ...]
    same: tuple[Outcome, ...] = ()
    count: Value | None = None
    within: Length | None = None
    unless: PatternShape | None = None
    by: Length | None = None
    early: Length | None = None
    then: tuple[ThenShape, ...]
    because: Text = Text()


@attrs.frozen(kw_only=True, eq=False)
class RulebookFile(Shape):
    """
    A rulebook: what follows when things come together, too often, or not at all.

    Attributes:
        rulebook: Name of the rulebook; the file is called by it.
        chart: Number of the source chart.
        title: What people call it.
        drawn: no where the source does not draw it.
        events: What it hears of.
        facts: What its rules conclude for one another.
        rules: The rules; of several that fire at once the upper comes first.
        covers: Numbers of the boxes that it stands for.
        reading: What was decided where the source leaves a doubt, and why.
        support: Where a rulebook that the source does not draw comes from.
    """

    noun: ClassVar[str] = "rulebook"

    rulebook: Id
    chart: Value = NOTHING
    title: Text
    drawn: Literal["yes", "no"] = "no"
    events: dict[Id, EventShape]
    facts: dict[Id, FactShape] = attrs.field(factory=dict)
    rules: tuple[RuleShape, ...]
    covers: tuple[Box, ...] = ()
    reading: Sentence = NOTHING
    support: Sentence = NOTHING
