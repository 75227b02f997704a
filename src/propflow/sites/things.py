"""
What a handbook is made of besides procedures, decisions and duties.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import attrs

from propflow.calendar import Duty
from propflow.errors import Place
from propflow.fields import Field, Value
from propflow.procedures import Procedure, StepGraph
from propflow.rules import Rulebook, Table
from propflow.text import Text


@attrs.frozen(kw_only=True)
class Role:
    """
    A capacity in which people act.

    Attributes:
        id: Name of the role.
        label: What people call it.
        office: The office that it belongs to.
        reports_to: The role above it.
        place: Where it is written.
    """

    id: str
    label: Text = Text()
    office: str | None = None
    reports_to: str | None = None
    place: Place | None = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen(kw_only=True)
class Waiver:
    """
    A finding of the check that may stand.

    Attributes:
        rule: The rule by which it is found.
        where: Id of the procedure or decision.
        subject: The step or law that it is about, or ``""`` for all.
        because: Why it may stand.
        owner: Id of the person who answers for it.
        place: Where it is written.
    """

    rule: str
    where: str
    subject: str = ""
    because: str
    owner: str
    place: Place | None = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen(kw_only=True)
class Record:
    """
    A form that steps fill in.

    Attributes:
        id: Name of the form.
        label: What people call it.
        fields: What is written on it.
        filled_by: Roles that fill it in; none where it is whoever does the step.
        signed_by: Roles and parties that sign it.
        place: Where it is written.
    """

    id: str
    label: Text = Text()
    fields: tuple[Field, ...] = ()
    filled_by: tuple[str, ...] = ()
    signed_by: tuple[str, ...] = ()
    place: Place | None = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen(kw_only=True)
class Message:
    """
    Something that happens outside and is told to propflow.

    Attributes:
        id: Name of the message.
        label: What it says.
        facts: What it brings.
        place: Where it is written.
    """

    id: str
    label: Text = Text()
    facts: tuple[Field, ...] = ()
    place: Place | None = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen(kw_only=True)
class Setting:
    """
    A figure that a site may set for itself.

    Attributes:
        id: Name of the setting.
        field: What its values are.
        value: The value where the site says nothing.
        support: Where the value comes from.
        place: Where it is written.
    """

    id: str
    field: Field
    value: Value
    support: str = ""
    place: Place | None = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen(kw_only=True)
class Order:
    """
    A standing order of a post: it holds always and has no flow.

    Attributes:
        id: Name of the order.
        label: What it says.
        covers: Boxes of the source charts that it stands for.
        reading: What was decided where the source left a doubt, and why.
        support: Where an order that the source does not draw comes from.
        caution: Where the source conflicts with the law or with sense: what, and what instead.
        place: Where it is written.
    """

    id: str
    label: Text = Text()
    covers: tuple[str, ...] = ()
    reading: str = ""
    support: str = ""
    caution: Text = Text()
    place: Place | None = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen(kw_only=True)
class Response:
    """
    What a post does when something happens.

    Attributes:
        on: The message that says so.
        opens: The procedure that begins.
        label: What people call it.
        covers: Boxes of the source charts that it stands for.
        reading: What was decided where the source left a doubt, and why.
        support: Where a response that the source does not draw comes from.
        caution: Where the source conflicts with the law or with sense: what, and what instead.
        place: Where it is written.
    """

    on: str
    opens: str
    label: Text = Text()
    covers: tuple[str, ...] = ()
    reading: str = ""
    support: str = ""
    caution: Text = Text()
    place: Place | None = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen(kw_only=True)
class Post:
    """
    A staffed place with its charter.

    Attributes:
        id: Name of the post.
        title: What people call it.
        chart: Number of the source chart.
        role: The role of whoever is on the post.
        orders: What holds always.
        responses: What happens on a message.
        duties: What is owed by the calendar.
        covers: Boxes of the source charts that the post as a whole stands for.
        reading: What was decided where the source left a doubt, and why.
        place: Where it is written.
    """

    id: str
    title: Text = Text()
    chart: str = ""
    role: str
    orders: tuple[Order, ...] = ()
    responses: tuple[Response, ...] = ()
    duties: tuple[Duty, ...] = ()
    covers: tuple[str, ...] = ()
    reading: str = ""
    place: Place | None = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen(kw_only=True)
class Feed:
    """
    Where an event of a rulebook comes from.

    Attributes:
        kind: Name of the event.
        on: ``message``, or what happens to a case: ``began``, ``ended``, or to a step of it:
            ``done``, ``late``.
        name: The message or the procedure.
        step: The step, or ``""`` for any.
    """

    kind: str
    on: str
    name: str
    step: str = ""


@attrs.frozen(kw_only=True)
class Escalation:
    """
    A rulebook of a site and where its events come from.

    Attributes:
        book: The rulebook.
        feeds: Where its events come from; those that the host tells of are not among them.
    """

    book: Rulebook
    feeds: tuple[Feed, ...] = ()


@attrs.frozen(kw_only=True, eq=False)
class Handbook:
    """
    A company's procedures with all that they share, each name held against the things there are.

    Attributes:
        root: Its folder.
        id: Name of the handbook.
        title: What people call it.
        version: Which edition it is.
        offices: What each office is called.
        roles: The roles.
        ladders: Roles in the order in which matters are reported up, the lowest first.
        parties: What those outside the company who sign forms are called.
        records: The forms that steps fill in.
        messages: What can be told from outside.
        settings: What a site may set for itself.
        values: The value of each setting that the procedures were made with.
        books: Columns of the ledgers that a site keeps.
        labels: What each book is called.
        procedures: The procedures, with one for each duty that opens none.
        graphs: The normal form of each procedure.
        tables: The decision tables.
        rulebooks: The rulebooks, with what each of them hears of.
        posts: The posts.
        duties: All duties, those of posts among them.
        boxes: The gist of each numbered box of the source.
    """

    root: Path
    id: str
    title: Text = Text()
    version: str = ""
    offices: Mapping[str, Text] = attrs.field(factory=dict)
    roles: Mapping[str, Role] = attrs.field(factory=dict)
    ladders: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
    parties: Mapping[str, Text] = attrs.field(factory=dict)
    records: Mapping[str, Record] = attrs.field(factory=dict)
    messages: Mapping[str, Message] = attrs.field(factory=dict)
    settings: Mapping[str, Setting] = attrs.field(factory=dict)
    values: Mapping[str, Value] = attrs.field(factory=dict)
    books: Mapping[str, tuple[Field, ...]] = attrs.field(factory=dict)
    labels: Mapping[str, Text] = attrs.field(factory=dict)
    procedures: Mapping[str, Procedure] = attrs.field(factory=dict)
    graphs: Mapping[str, StepGraph] = attrs.field(factory=dict)
    tables: Mapping[str, Table] = attrs.field(factory=dict)
    rulebooks: Mapping[str, Escalation] = attrs.field(factory=dict)
    posts: Mapping[str, Post] = attrs.field(factory=dict)
    duties: tuple[Duty, ...] = ()
    boxes: Mapping[str, str] = attrs.field(factory=dict)
