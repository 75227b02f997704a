"""
What is to be done: the steps of a procedure and the five ways to put steps together.

A block is a step or an arrangement of blocks: one after another, one of several, all at once,
again until it is good. Blocks are frozen data; `propflow.procedures.graph` turns them into the
normal form that is checked, run and drawn.
"""

from __future__ import annotations

from datetime import timedelta

import attrs

from propflow.durations import Deadline
from propflow.errors import Place
from propflow.fields import Field
from propflow.text import Text

#: A condition on facts: pairs of fact and cell, all of which must hold. ``(("paid", "yes"),)``
Test = tuple[tuple[str, str], ...]


@attrs.frozen(kw_only=True)
class Block:
    """
    A piece of a procedure that can be followed by another: ``record >> handle >> file``.
    """

    def __rshift__(self, after: Block) -> Sequence:
        return sequence(self, after)


@attrs.frozen(kw_only=True)
class Step(Block):
    """
    One box of a chart.

    Attributes:
        id: Name of the step, once in its procedure.
        label: What the box says.
        covers: Boxes of the source charts that it stands for, as in ``4.03``.
        reading: What was decided where the source left a doubt, and why.
        support: Where a step that the source does not draw comes from.
        caution: Where the source conflicts with the law or with sense: what, and what instead.
        place: Where it is written; no part of what it means.
    """

    id: str
    label: Text = Text()
    covers: tuple[str, ...] = ()
    reading: str = ""
    support: str = ""
    caution: Text = Text()
    place: Place | None = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen(kw_only=True)
class Work(Step):
    """
    A step that is open for somebody until that person has done it.

    Attributes:
        by: Roles, any of which may do it. At least one.
        fills: The record that it fills in.
        asks: Facts without which it cannot be done.
        within: How long it may take; nothing means no limit.
        late_tells: Roles that are told when it takes longer.
        not_by: Steps whose doer may not do this one as well (four eyes).
        optional: ``yes`` where those who may do it may also leave it, with a reason.
    """

    by: tuple[str, ...]
    fills: str | None = None
    asks: tuple[str, ...] = ()
    within: Deadline | None = None
    late_tells: tuple[str, ...] = ()
    not_by: tuple[str, ...] = ()
    optional: str = attrs.field(default="no", validator=attrs.validators.in_(("yes", "no")))


@attrs.frozen(kw_only=True)
class Task(Work):
    """
    Work with one way out: it is done.

    Where something else follows when it is not done in time, it has two outcomes, ``done`` and
    ``late``, and is over with whichever comes first.
    """


@attrs.frozen(kw_only=True)
class Ask(Work):
    """
    A question that a person answers; each answer leads its own way.

    Attributes:
        late_answer: The answer that stands when nobody has answered in time.
        answers: What answers are called; ``yes`` and ``no`` speak for themselves.
    """

    late_answer: str | None = None
    answers: tuple[tuple[str, Text], ...] = attrs.field(default=(), metadata={"digest": "if any"})


@attrs.frozen(kw_only=True)
class Notice(Step):
    """
    Somebody is told. It is done as soon as it is reached; nobody waits for a reply.

    Attributes:
        to: Roles that are told. At least one.
    """

    to: tuple[str, ...]


@attrs.frozen(kw_only=True)
class Decide(Step):
    """
    A decision that the facts make: by a table, by the value of one fact, or by a condition.

    Exactly one of the three is given.

    Attributes:
        table: Id of a decision table; its first output is the outcome.
        fact: Name of a choice; its value is the outcome.
        test: A condition; the outcomes are ``yes`` and ``no``.
    """

    table: str | None = None
    fact: str | None = None
    test: Test = ()

    def __attrs_post_init__(self) -> None:
        if bool(self.table) + bool(self.fact) + bool(self.test) != 1:
            raise ValueError(f"decision {self.id!r} goes by one of table, fact and test")


#: The outcome of a step whose time has passed.
LATE = "late"
#: The outcome of a task that was done, where being late leads elsewhere.
DONE = "done"


@attrs.frozen(kw_only=True)
class Wait(Step):
    """
    Nothing is done until a message comes or a time has passed.

    The outcome is the name of the message, or ``late``.

    Attributes:
        messages: Names of the messages that end the wait.
        same: Facts that a message must bring with the case's own values.
        within: How long to wait at most; nothing means for ever.
    """

    messages: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    within: Deadline | None = None

    def __attrs_post_init__(self) -> None:
        if not self.messages and self.within is None:
            raise ValueError(f"wait {self.id!r} has neither a message nor a time to wait for")


@attrs.frozen(kw_only=True)
class Call(Step):
    """
    Another procedure is carried out, as a case of its own, before this one goes on.

    The outcome is the name of the end that the other case came to.

    Attributes:
        procedure: Id of the other procedure.
        gives: Facts handed down: pairs of the other's name and the own name. Where nothing is
            said, the facts that both have by the same name.
        takes: Facts brought back when it ends: pairs of the own name and the other's name.
    """

    procedure: str
    gives: tuple[tuple[str, str], ...] = ()
    takes: tuple[tuple[str, str], ...] = ()


#: How the lines of a book are gone through: all at once, or one after another.
TOGETHER, IN_TURN = "together", "in-turn"


@attrs.frozen(kw_only=True)
class Each(Step):
    """
    Another procedure is carried out once for each line of a book.

    This one goes on when all of them have ended, or the first that came to what is wanted; at
    once where no line fits.

    Attributes:
        over: Name of the site's book.
        where: Condition on the columns; lines that do not fit are passed over.
        procedure: Id of the other procedure. It gets the columns that are facts of its own.
        order: ``together`` for all side by side, or ``in-turn`` for one after another, in the
            order of the book as it was when the step was reached.
        until: Ends of the other procedure. As soon as one case comes to one of them, those that
            are open are given up, and those that have not begun never do.
    """

    over: str
    where: Test = ()
    procedure: str
    order: str = attrs.field(
        default=TOGETHER,
        validator=attrs.validators.in_((TOGETHER, IN_TURN)),
        metadata={"digest": "if any"},
    )
    until: tuple[str, ...] = attrs.field(default=(), metadata={"digest": "if any"})


@attrs.frozen(kw_only=True)
class End(Step):
    """
    The procedure is over, in the way that the id names: ``filed``, ``withdrawn``.
    """


@attrs.frozen(kw_only=True)
class Halt(Step):
    """
    What stands beside is over, wherever it stands; it happens by itself.

    Attributes:
        region: Ids of the steps that are over.

    Source: the cancellation set of van der Aalst and ter Hofstede, "YAWL: Yet Another Workflow
    Language", Information Systems 30 (2005).
    """

    region: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Sequence(Block):
    """
    One block after another. The empty sequence changes nothing wherever it stands.
    """

    blocks: tuple[Block, ...] = ()


@attrs.frozen(kw_only=True)
class Choose(Block):
    """
    A step with several outcomes, and the way that each of them leads.

    Attributes:
        step: The step whose outcome chooses.
        branches: Pairs of the outcomes and the block that they lead to.
    """

    step: Task | Ask | Decide | Wait | Call
    branches: tuple[tuple[tuple[str, ...], Block], ...]


@attrs.frozen(kw_only=True)
class Together(Block):
    """
    Several blocks side by side; what follows begins when all are done.

    Attributes:
        branches: Pairs of a name for the branch and its block.
    """

    branches: tuple[tuple[str, Block], ...]


@attrs.frozen(kw_only=True)
class Repeat(Block):
    """
    A block again and again until a condition holds, at least once.

    Attributes:
        body: What is repeated.
        test: The decision after each round; outcome ``yes`` leaves, ``no`` goes round again.
        between: What is done before the next round.
    """

    body: Block
    test: Decide
    between: Block = Sequence()


@attrs.frozen(kw_only=True)
class Beside(Block):
    """
    A block, and another that goes on beside it, again and again, until the first is over.

    An end in either of them is the end of the whole.

    Attributes:
        halt: The step that ends what stands beside.
        main: The block that counts.
        meanwhile: What goes on beside it.
    """

    halt: Halt
    main: Block
    meanwhile: Block


def sequence(*blocks: Block) -> Sequence:
    """
    Put blocks one after another. Sequences within sequences become one.
    """
    flat: list[Block] = []
    for block in blocks:
        flat.extend(block.blocks if isinstance(block, Sequence) else (block,))
    return Sequence(blocks=tuple(flat))


@attrs.frozen(kw_only=True)
class Law:
    """
    What must hold on every path of a procedure.

    Attributes:
        id: Name of the law.
        label: The law in a sentence.
        template: A word of the Declare vocabulary: ``precedence``, ``response`` …
        steps: The steps it speaks of, in the template's order.
        covers: Boxes of the source charts that it stands for.
        where: A condition on what the case knows when the step is done that the law starts out
            from; where it does not hold, that step does not count.
        within: How long the law gives; nothing means no limit.
        times: How often, for the templates that count.
        by: For ``done-by``, each step with the roles that may do it.
        limits: For ``at-most`` and ``at-least``, each step with how long it takes.
        place: Where it is written; no part of what it means.

    Source: Pesic, Schonenberg, van der Aalst, "DECLARE: Full Support for Loosely-Structured
    Processes", EDOC 2007.
    """

    id: str
    template: str
    steps: tuple[str, ...]
    label: Text = Text()
    covers: tuple[str, ...] = ()
    where: Test = ()
    within: timedelta | None = None
    times: int = 1
    by: tuple[tuple[str, tuple[str, ...]], ...] = ()
    limits: tuple[tuple[str, Deadline], ...] = ()
    place: Place | None = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen(kw_only=True)
class Interrupt:
    """
    Something that comes between, whatever step is open: the case stands still until it is over.

    Attributes:
        on: The message that says so.
        opens: The procedure that is carried out first; then the case goes on where it was.
        same: Facts that the message must bring with the case's own values.
        label: What people call it.
        covers: Boxes of the source charts that it stands for.
        reading: What was decided where the source left a doubt, and why.
        support: Where an interrupt that the source does not draw comes from.
        caution: Where the source conflicts with the law or with sense: what, and what instead.
        place: Where it is written; no part of what it means.
    """

    on: str
    opens: str
    same: tuple[str, ...] = ()
    label: Text = Text()
    covers: tuple[str, ...] = ()
    reading: str = ""
    support: str = ""
    caution: Text = Text()
    place: Place | None = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen(kw_only=True)
class Procedure:
    """
    A chart: what is to be done, from one start to one or more named ends.

    Attributes:
        id: Name of the procedure, once in its handbook.
        title: What people call it.
        chart: Number of the source chart.
        drawn: ``yes`` where the source draws it, ``no`` where it is only named there.
        facts: What a case of it can know.
        opens_on: Messages that open a case of it.
        interrupts: What can come between while a case of it is open.
        body: Its blocks, or nothing where *graph* is given.
        plain: The steps and edges of a procedure that was not written as blocks.
        laws: What must hold on every path.
        covers: Boxes of the source charts that it stands for as a whole.
        reading: What was decided where the source left a doubt, and why.
        place: Where it is written; no part of what it means.
    """

    id: str
    title: Text = Text()
    chart: str = ""
    drawn: str = attrs.field(default="yes", validator=attrs.validators.in_(("yes", "no")))
    facts: tuple[Field, ...] = ()
    opens_on: tuple[str, ...] = ()
    interrupts: tuple[Interrupt, ...] = ()
    body: Block = Sequence()
    plain: Plain | None = None
    laws: tuple[Law, ...] = ()
    covers: tuple[str, ...] = ()
    reading: str = ""
    place: Place | None = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen
class Start:
    """
    Where a case begins: one edge leads out of it.
    """

    id: str = "start"


@attrs.frozen
class Fork:
    """
    Parallel gateway that opens: all edges out of it are taken at once.
    """

    id: str


@attrs.frozen
class Join:
    """
    Parallel gateway that closes: it waits for every edge that leads into it.
    """

    id: str


@attrs.frozen
class Merge:
    """
    Exclusive gateway that closes: whatever arrives goes on.
    """

    id: str


Gateway = Start | Fork | Join | Merge
Node = Step | Start | Fork | Join | Merge


@attrs.frozen
class Edge:
    """
    A way from one node to the next.

    Attributes:
        source: Id of the node it leaves.
        target: Id of the node it enters.
        outcomes: Outcomes of the source that take this way; none means it is always taken.
    """

    source: str
    target: str
    outcomes: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Plain:
    """
    Steps and edges as a foreign model has them: any graph, blocks or not.

    A node without its gateways drawn is read as BPMN 2.0 reads it: several edges in are a
    merge, several edges out without outcomes are a fork.

    Attributes:
        nodes: Steps and gateways. A `Start` may be left out where one node has no edge in.
        edges: The ways between them.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
