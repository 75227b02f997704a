"""
What the steps of a procedure look like in its file: one class for each verb.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import attrs

from propflow.errors import Place
from propflow.sites.kinds import (
    BookName,
    Box,
    Cell,
    FactName,
    Id,
    LadderName,
    Limit,
    MessageName,
    Outcome,
    ProcedureName,
    RecordName,
    RoleName,
    Sentence,
    StepName,
    TableName,
)
from propflow.sites.nodes import Word
from propflow.text import Text

NOTHING = Word("")


class Raw:
    """
    Anything that may stand in a file; it is held to its form where it comes to stand.
    """


@attrs.frozen(kw_only=True, eq=False)
class Shape:
    """
    Keys and values as they stand in a file, and where.

    Attributes:
        place: Where they begin.
    """

    noun: ClassVar[str] = "entry"

    place: Place = attrs.field(default=Place(""), eq=False, repr=False, metadata={"key": ""})


@attrs.frozen(kw_only=True, eq=False)
class Labelled(Shape):
    """
    Something with a label in each language.

    Attributes:
        en: What it is called or says, in English.
        zh: What it is called or says, in Chinese.
    """

    en: Sentence = NOTHING
    zh: Sentence = NOTHING

    @property
    def label(self) -> Text:
        """
        The label; without any words where none are given.
        """
        said = {"en": str(self.en), "zh": str(self.zh)}
        return Text.of({code: words for code, words in said.items() if words})


@attrs.frozen(kw_only=True, eq=False)
class Boxed(Labelled):
    """
    Something that stands for boxes of the source charts.

    Attributes:
        covers: Numbers of the boxes that it stands for, as in "4.03".
        reading: What was decided where the source leaves a doubt, and why.
        support: Where something that the source does not draw comes from.
        caution: Where the source conflicts with the law or with sense, and what to do instead.
    """

    covers: tuple[Box, ...] = ()
    reading: Sentence = NOTHING
    support: Sentence = NOTHING
    caution: Text = Text()


@attrs.frozen(kw_only=True, eq=False)
class Item(Boxed):
    """
    One item of a list of steps. It begins with its verb and its name.
    """

    noun: ClassVar[str] = "step"


#: For each outcome, or several with commas between them, the steps that it leads to.
Branches = dict[Outcome, tuple[Item, ...]]


@attrs.frozen(kw_only=True, eq=False)
class Working(Item):
    """
    A step that is open for somebody.

    Attributes:
        by: The role that does it, or several, any of which may.
        fills: The record that is filled in.
        asks: Facts that must be given.
        within: How long it may take, as in 30 minutes, 4 office hours, 2 working days,
            or setting NAME.
        late_tells: Roles that are told when it takes longer.
        not_by: Steps whose doer may not do this one as well.
        optional: Whether those who may do it may also leave it, with a reason.
    """

    by: tuple[RoleName, ...]
    fills: RecordName | None = None
    asks: tuple[FactName, ...] = ()
    within: Limit | None = None
    late_tells: tuple[RoleName, ...] = ()
    not_by: tuple[StepName, ...] = ()
    optional: Literal["yes", "no"] = "no"


@attrs.frozen(kw_only=True, eq=False)
class Do(Working):
    """
    Work of a role.

    Attributes:
        do: Name of the step.
        late: What follows instead when it is not done in time. It is then no longer open.
    """

    do: Id
    late: tuple[Item, ...] | None = None


@attrs.frozen(kw_only=True, eq=False)
class Tell(Item):
    """
    A notice, done at once.

    Attributes:
        tell: Name of the step.
        to: The role that is told, or several.
    """

    tell: Id
    to: tuple[RoleName, ...]


@attrs.frozen(kw_only=True, eq=False)
class Decide(Item):
    """
    A decision that the facts make. Every other key is an outcome with its steps.

    Attributes:
        decide: Name of the step, and of the decision table where nothing else is said.
        table: The decision table.
        fact: The choice whose value decides.
        if_: A condition on facts; the outcomes are yes and no.
        branches: The steps of each outcome.
    """

    decide: Id
    table: TableName | None = None
    fact: FactName | None = None
    if_: dict[FactName, Cell] = attrs.field(factory=dict)
    branches: Branches = attrs.field(factory=dict, metadata={"rest": "branch"})


@attrs.frozen(kw_only=True, eq=False)
class Ask(Working):
    """
    A question that a person answers. Every other key is an answer with its steps.

    Attributes:
        ask: Name of the step.
        late_answer: The answer that stands when nobody has answered in time.
        answers: What each answer is called; yes and no need no words.
        branches: The steps of each answer.
    """

    ask: Id
    late_answer: Outcome | None = None
    answers: dict[Outcome, Text] = attrs.field(factory=dict)
    branches: Branches = attrs.field(factory=dict, metadata={"rest": "branch"})


@attrs.frozen(kw_only=True, eq=False)
class Together(Shape):
    """
    Steps side by side. Every other key is a branch with its steps.

    Attributes:
        together: Name of the whole.
        branches: The steps of each branch.
    """

    noun: ClassVar[str] = "step"

    together: Id
    branches: Branches = attrs.field(factory=dict, metadata={"rest": "branch"})


@attrs.frozen(kw_only=True, eq=False)
class Beside(Item):
    """
    Steps, and others that go on beside them, again and again, until the first are over.

    Attributes:
        beside: Name of the step that ends what goes on beside.
        steps: The steps that count.
        meanwhile: What goes on beside them.
    """

    beside: Id
    steps: tuple[Item, ...]
    meanwhile: tuple[Item, ...]


@attrs.frozen(kw_only=True, eq=False)
class Repeat(Item):
    """
    Steps again and again until a condition holds.

    Attributes:
        repeat: Name of the decision after each round.
        steps: What is repeated.
        until: The condition on facts with which it is good.
        between: What is done before the next round.
    """

    repeat: Id
    steps: tuple[Item, ...]
    until: dict[FactName, Cell]
    between: tuple[Item, ...] = ()


@attrs.frozen(kw_only=True, eq=False)
class Wait(Item):
    """
    Wait for a message or a time. Every other key is a message, or late, with its steps.

    Attributes:
        wait: Name of the step.
        for_: The message that ends the wait, or several.
        same: Facts that the message must bring with the case's own values.
        within: How long to wait at most; then the outcome is late.
        branches: The steps of each outcome.
    """

    wait: Id
    for_: tuple[MessageName, ...] = ()
    same: tuple[FactName, ...] = ()
    within: Limit | None = None
    branches: Branches = attrs.field(factory=dict, metadata={"rest": "branch"})


@attrs.frozen(kw_only=True, eq=False)
class Call(Item):
    """
    Another procedure, carried out first. Every other key is one of its ends with steps.

    Attributes:
        call: Name of the step, and of the other procedure where nothing else is said.
        procedure: The other procedure.
        gives: Facts handed down, the other's name first.
        takes: Facts brought back, the own name first.
        branches: The steps of each of the other's ends.
    """

    call: Id
    procedure: ProcedureName | None = None
    gives: dict[Outcome, Outcome] = attrs.field(factory=dict)
    takes: dict[Outcome, Outcome] = attrs.field(factory=dict)
    branches: Branches = attrs.field(factory=dict, metadata={"rest": "branch"})


@attrs.frozen(kw_only=True, eq=False)
class Each(Item):
    """
    Another procedure, carried out for each line of a book of the site.

    Attributes:
        each: Name of the step.
        over: The book.
        where: Condition on the book's columns; other lines are passed over.
        procedure: The other procedure.
        order: All side by side, or one after another in the order of the book.
        until: Ends of the other procedure. The first case that comes to one of them is enough:
            the others are given up, or never begun.
    """

    each: Id
    over: BookName
    where: dict[Outcome, Cell] = attrs.field(factory=dict)
    procedure: ProcedureName
    order: Literal["together", "in-turn"] = "together"
    until: tuple[Outcome, ...] = ()


@attrs.frozen(kw_only=True, eq=False)
class Climb(Item):
    """
    A report up a ladder of roles, until one of them takes the matter on.

    Attributes:
        climb: Name of the whole; the step of a level is name-role.
        ladder: A ladder of the handbook, or a list of roles, the lowest first.
        from_: The first level; without it the lowest.
        to: The last level; without it the highest.
        within: How long each level has.
    """

    climb: Id
    ladder: LadderName | tuple[RoleName, ...]
    from_: Outcome | None = None
    to: Outcome | None = None
    within: Limit


@attrs.frozen(kw_only=True, eq=False)
class End(Item):
    """
    The procedure is over.

    Attributes:
        end: Name of the way in which it is over.
    """

    end: Id


@attrs.frozen(kw_only=True, eq=False)
class Fork(Shape):
    """
    A gateway of a graph from which all ways are taken at once.

    Attributes:
        fork: Its name.
    """

    noun: ClassVar[str] = "node"

    fork: Id


@attrs.frozen(kw_only=True, eq=False)
class Join(Shape):
    """
    A gateway of a graph that waits for every way into it.

    Attributes:
        join: Its name.
    """

    noun: ClassVar[str] = "node"

    join: Id


@attrs.frozen(kw_only=True, eq=False)
class Merge(Shape):
    """
    A gateway of a graph from which whatever arrives goes on.

    Attributes:
        merge: Its name.
    """

    noun: ClassVar[str] = "node"

    merge: Id


@attrs.frozen(kw_only=True, eq=False)
class Start(Shape):
    """
    Where a graph begins.

    Attributes:
        start: Its name.
    """

    noun: ClassVar[str] = "node"

    start: Id


@attrs.frozen(kw_only=True, eq=False)
class Spot(Shape):
    """
    One node of a graph: a step without branches, or a gateway.
    """

    noun: ClassVar[str] = "node"


def verb_of(shape: type[Shape]) -> str:
    """
    The verb that a kind of step begins with.
    """
    return shape.__name__.lower()


def name_of(item: Shape) -> Word:
    """
    The name that follows the verb.
    """
    name: Word = getattr(item, verb_of(type(item)))
    return name


_STEPS = (Do, Tell, Decide, Ask, Together, Beside, Repeat, Wait, Call, Each, Climb, End)

#: The class of each verb in a list of steps, and in a graph's list of nodes.
VERBS: dict[str, type[Shape]] = {verb_of(shape): shape for shape in _STEPS}
SPOTS: dict[str, type[Shape]] = {
    verb_of(shape): shape
    for shape in (Do, Tell, Decide, Ask, Wait, Call, Each, End, Fork, Join, Merge, Start)
}
