"""
What each kind of file looks like: its keys, and what each of them takes.

The classes follow the files key by key. They are read by `propflow.sites.convert`, described to
editors by `propflow.sites.schema`, and hold nothing that is not written in the file.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import attrs

from propflow.sites.estate import SiteFile
from propflow.sites.fieldshape import FieldShape, FieldType
from propflow.sites.items import NOTHING, Boxed, Item, Labelled, Shape, Spot
from propflow.sites.kinds import (
    Box,
    Date,
    FactName,
    Id,
    Length,
    MessageName,
    MissedText,
    OfficeName,
    Outcome,
    ProcedureName,
    RecordName,
    RhythmText,
    RoleName,
    Sentence,
    SheetName,
    SignerName,
    StepName,
    Value,
)
from propflow.sites.lawshape import LawShape
from propflow.sites.rowshape import CaseShape, RowShape
from propflow.sites.ruleshapes import RulebookFile
from propflow.sites.tailoring.shapes import LockShape, TailoringFile
from propflow.text import Text

HitPolicy = Literal[
    "unique",
    "any",
    "priority",
    "first",
    "rule order",
    "output order",
    "collect",
    "collect sum",
    "collect min",
    "collect max",
    "collect count",
]


@attrs.frozen(kw_only=True, eq=False)
class EdgeShape(Shape):
    """
    A way from one node of a graph to the next.

    Attributes:
        from_: The node that it leaves.
        to: The node that it enters.
        when: The outcome that takes this way, or several.
    """

    noun: ClassVar[str] = "edge"

    from_: StepName
    to: StepName
    when: tuple[Outcome, ...] = ()


@attrs.frozen(kw_only=True, eq=False)
class GraphShape(Shape):
    """
    A procedure as nodes and edges.

    Attributes:
        nodes: Steps without branches, and gateways.
        edges: The ways between them.
    """

    noun: ClassVar[str] = "graph"

    nodes: tuple[Spot, ...]
    edges: tuple[EdgeShape, ...]


@attrs.frozen(kw_only=True, eq=False)
class InterruptShape(Boxed):
    """
    Something that comes between, whatever step is open; then the case goes on where it was.

    Attributes:
        on: The message that says so.
        opens: The procedure that is carried out first.
        same: Facts on which the message must agree with the case.
    """

    noun: ClassVar[str] = "interrupt"

    on: MessageName
    opens: ProcedureName
    same: tuple[FactName, ...] = ()


@attrs.frozen(kw_only=True, eq=False)
class ProcedureFile(Shape):
    """
    A procedure: one chart of the source.

    Attributes:
        procedure: Name of the procedure; the file is called by it.
        chart: Number of the source chart.
        title: What people call it.
        drawn: no where the source only names the chart.
        opens_on: The message that opens a case, or several.
        facts: What a case can know.
        steps: What is to be done, from top to bottom.
        graph: The same as nodes and edges, for procedures that come from elsewhere.
        interrupts: What can come between while a case is open.
        laws: What must hold on every path.
        covers: Numbers of the boxes that the procedure as a whole stands for.
        reading: What was decided where the source leaves a doubt, and why.
    """

    noun: ClassVar[str] = "procedure"

    procedure: Id
    chart: Value = NOTHING
    title: Text
    drawn: Literal["yes", "no"] = "yes"
    opens_on: tuple[MessageName, ...] = ()
    facts: dict[Id, FieldShape] = attrs.field(factory=dict)
    steps: tuple[Item, ...] | None = None
    graph: GraphShape | None = None
    interrupts: tuple[InterruptShape, ...] = ()
    laws: tuple[LawShape, ...] = ()
    covers: tuple[Box, ...] = ()
    reading: Sentence = NOTHING


@attrs.frozen(kw_only=True, eq=False)
class DecisionFile(Shape):
    """
    A decision table.

    Attributes:
        decision: Name of the table; the file is called by it.
        chart: Number of the source chart.
        title: What people call it.
        hit: What several rows that fit come to. One answer: unique, any, priority, first. A list:
            rule order, output order, collect. A figure: collect sum, min, max or count.
        default: What it gives where no row fits: the outcome, or a value for each output.
        valid_from: The first day on which the table holds.
        valid_until: The last day on which it holds.
        inputs: The facts that it looks at.
        outputs: What it says; the first is the outcome.
        rows: The rows, from top to bottom, or the file with them.
        cases: Examples of what it has to come to.
        covers: Numbers of the boxes that it stands for.
        reading: What was decided where the source leaves a doubt, and why.
        support: Where a table that the source does not draw comes from.
    """

    noun: ClassVar[str] = "decision"

    decision: Id
    chart: Value = NOTHING
    title: Text
    hit: HitPolicy = "unique"
    default: Value | dict[Outcome, Value] | None = None
    valid_from: Date | None = None
    valid_until: Date | None = None
    inputs: dict[Id, FieldShape]
    outputs: dict[Id, FieldShape]
    rows: SheetName | tuple[RowShape, ...]
    cases: tuple[CaseShape, ...] = ()
    covers: tuple[Box, ...] = ()
    reading: Sentence = NOTHING
    support: Sentence = NOTHING


@attrs.frozen(kw_only=True, eq=False)
class DutyShape(Boxed):
    """
    Work that is owed by the calendar.

    Attributes:
        duty: Name of the duty.
        rhythm: When it comes round, as in daily at 08:00.
        days: all days, or working days only.
        roll: What becomes of it on a day that is not worked: skip it, or hold it on the next, the
            previous or the nearest working day; modified is next within the month, else previous.
        from_: First day on which it is owed.
        until: Last day on which it is owed.
        by: The role that owes it, or several; in a post's file the post's own.
        early: How long before it is due it may begin.
        grace: How late it may be done before it counts as missed.
        missed: What is still owed of the calls that nobody heard while nothing ran: all, the
            latest, none, or those not longer ago than a length of time such as 2 hours.
        overlap: What becomes of a call while the one before is open: allow both, skip the new
            one, queue it, or replace the old one by it.
        opens: The procedure that begins; without it the duty is one piece of work.
        facts: What is noted when it is done, where it opens no procedure.
        fills: The record that is filled in, where it opens no procedure.
        asks: Facts that must be given, where it opens no procedure.
    """

    noun: ClassVar[str] = "duty"

    duty: Id
    rhythm: RhythmText
    days: Literal["all", "working"] = "all"
    roll: Literal["skip", "next", "previous", "nearest", "modified"] = "skip"
    from_: Date | None = None
    until: Date | None = None
    by: tuple[RoleName, ...] = ()
    early: Length | None = None
    grace: Length | None = None
    missed: MissedText | None = None
    overlap: Literal["allow", "skip", "queue", "replace"] = "allow"
    opens: ProcedureName | None = None
    facts: dict[Id, FieldShape] = attrs.field(factory=dict)
    fills: RecordName | None = None
    asks: tuple[FactName, ...] = ()


@attrs.frozen(kw_only=True, eq=False)
class DutiesFile(Shape):
    """
    Duties that belong to no post's charter.

    Attributes:
        duties: Name of the list, the office say; the file is called by it.
        chart: Number of the source chart.
        title: What people call it.
        list_: The duties.
    """

    noun: ClassVar[str] = "list of duties"

    duties: Id
    chart: Value = NOTHING
    title: Text = Text()
    list_: tuple[DutyShape, ...]


@attrs.frozen(kw_only=True, eq=False)
class OrderShape(Boxed):
    """
    A standing order: it holds always.

    Attributes:
        order: Name of the order.
    """

    noun: ClassVar[str] = "order"

    order: Id


@attrs.frozen(kw_only=True, eq=False)
class ResponseShape(Boxed):
    """
    What a post does when something happens.

    Attributes:
        on: The message that says so.
        opens: The procedure that begins.
    """

    noun: ClassVar[str] = "response"

    on: MessageName
    opens: ProcedureName


@attrs.frozen(kw_only=True, eq=False)
class PostFile(Shape):
    """
    A post: a staffed place with its charter.

    Attributes:
        post: Name of the post; the file is called by it.
        chart: Number of the source chart.
        title: What people call it.
        role: The role of whoever is on the post.
        orders: What holds always.
        responses: What happens on a message.
        duties: What is owed by the calendar.
        covers: Numbers of the boxes that the post as a whole stands for.
        reading: What was decided where the source leaves a doubt, and why.
    """

    noun: ClassVar[str] = "post"

    post: Id
    chart: Value = NOTHING
    title: Text
    role: RoleName
    orders: tuple[OrderShape, ...] = ()
    responses: tuple[ResponseShape, ...] = ()
    duties: tuple[DutyShape, ...] = ()
    covers: tuple[Box, ...] = ()
    reading: Sentence = NOTHING


@attrs.frozen(kw_only=True, eq=False)
class RoleShape(Labelled):
    """
    A capacity in which people act.

    Attributes:
        office: The office that it belongs to.
        reports_to: The role above it.
    """

    noun: ClassVar[str] = "role"

    office: OfficeName | None = None
    reports_to: RoleName | None = None


@attrs.frozen(kw_only=True, eq=False)
class MessageShape(Labelled):
    """
    Something that happens outside and is told to propflow.

    Attributes:
        facts: What it brings.
    """

    noun: ClassVar[str] = "message"

    facts: dict[Id, FieldShape] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True, eq=False)
class SettingShape(FieldShape):
    """
    A figure that a site may set for itself.

    Attributes:
        value: The value where the site says nothing.
        support: Where the value comes from.
    """

    noun: ClassVar[str] = "setting"

    # Wider than a fact's: only a figure of the site can be in working time.
    type: Literal[FieldType, "deadline"]  # type: ignore[assignment]
    value: Value
    support: Sentence = NOTHING


@attrs.frozen(kw_only=True, eq=False)
class BookShape(Labelled):
    """
    A ledger that a site keeps.

    Attributes:
        columns: Its columns, in any order.
    """

    noun: ClassVar[str] = "book"

    columns: dict[Id, FieldShape]


@attrs.frozen(kw_only=True, eq=False)
class RecordShape(Labelled):
    """
    A form.

    Attributes:
        filled_by: The role that fills it in, or several; without it whoever does the step.
        signed_by: The role or party that signs it, or several; all of them sign.
        fields: What is written on it. A fact of the procedure that has the same name is the same.
    """

    noun: ClassVar[str] = "record"

    filled_by: tuple[RoleName, ...] = ()
    signed_by: tuple[SignerName, ...] = ()
    fields: dict[Id, FieldShape] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True, eq=False)
class Shared(Shape):
    """
    What all files of a handbook share.

    Attributes:
        offices: The offices.
        roles: The roles.
        ladders: Roles in the order in which matters are reported up.
        parties: Those outside the company who sign forms.
        records: The forms that steps fill in.
        messages: What can be told from outside.
        settings: What a site may set for itself.
        books: The ledgers that a site keeps.
    """

    offices: dict[Id, Labelled] = attrs.field(factory=dict)
    roles: dict[Id, RoleShape] = attrs.field(factory=dict)
    ladders: dict[Id, tuple[RoleName, ...]] = attrs.field(factory=dict)
    parties: dict[Id, Labelled] = attrs.field(factory=dict)
    records: dict[Id, RecordShape] = attrs.field(factory=dict)
    messages: dict[Id, MessageShape] = attrs.field(factory=dict)
    settings: dict[Id, SettingShape] = attrs.field(factory=dict)
    books: dict[Id, BookShape] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True, eq=False)
class HandbookFile(Shared):
    """
    A handbook, and what all its files share.

    Attributes:
        handbook: Name of the handbook.
        title: What people call it.
        version: Which edition it is.
        locked: What no tailoring may weaken.
    """

    noun: ClassVar[str] = "handbook"

    handbook: Id
    title: Text
    version: Value
    locked: tuple[LockShape, ...] = ()


@attrs.frozen(kw_only=True, eq=False)
class SharedFile(Shared):
    """
    Some of what all files of a handbook share, in a file of its own.

    Attributes:
        shared: Name of the list, roles say; the file is called by it.
    """

    noun: ClassVar[str] = "shared list"

    shared: Id


@attrs.frozen(kw_only=True, eq=False)
class RehearsalShape(Shape):
    """
    A case told beforehand.

    Attributes:
        rehearsal: Name of the rehearsal, once in its file.
        opens: What is known when the case is opened.
        books: Of each ledger that it goes over, the one line that it finds there.
        goes: A line for each step in its turn, as in "severity is minor" or "reply by
            complaints-clerk within 1 hour with satisfied=yes".
        ends: The end that the case comes to.
    """

    noun: ClassVar[str] = "rehearsal"

    rehearsal: Id
    opens: dict[Outcome, Value] = attrs.field(factory=dict)
    books: dict[Outcome, dict[Outcome, Value]] = attrs.field(factory=dict)
    goes: tuple[Sentence, ...]
    ends: Outcome


@attrs.frozen(kw_only=True, eq=False)
class RehearsalsFile(Shape):
    """
    Cases of one procedure told beforehand, line by line. They are read when a check asks for them.

    Attributes:
        rehearsals: Name of the procedure; the file is called by it.
        list_: The rehearsals.
    """

    noun: ClassVar[str] = "list of rehearsals"

    rehearsals: Id
    list_: tuple[RehearsalShape, ...]


#: The class of each kind of file.
KINDS: dict[str, type[Shape]] = {
    "procedure": ProcedureFile,
    "decision": DecisionFile,
    "rulebook": RulebookFile,
    "post": PostFile,
    "duties": DutiesFile,
    "rehearsals": RehearsalsFile,
    "shared": SharedFile,
    "handbook": HandbookFile,
    "site": SiteFile,
    "tailoring": TailoringFile,
}
