"""
What a tailoring looks like in its file: one class for each verb that changes something.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import attrs

from propflow.sites.items import NOTHING, Item, Raw, Shape
from propflow.sites.kinds import Id, Outcome, Sentence, Value
from propflow.sites.rowshape import RowShape
from propflow.text import Text

#: Keys with the values that are expected, or wanted. They are read where they come to stand.
Pattern = dict[Outcome, Raw]


@attrs.frozen(kw_only=True, eq=False)
class Operation(Shape):
    """
    One change. It begins with its verb.

    Attributes:
        because: Why, for people.
    """

    noun: ClassVar[str] = "change"

    because: Text = Text()


@attrs.frozen(kw_only=True, eq=False)
class Set(Operation):
    """
    Gives a setting another value.

    Attributes:
        set_: The setting.
        expects: The value that it has now.
        to: The value that it shall have.
    """

    set_: Outcome
    expects: Value | None = None
    to: Value


@attrs.frozen(kw_only=True, eq=False)
class Reword(Operation):
    """
    Says something in other words.

    Attributes:
        reword: The step, or the kind and the name of another thing, as in {duty: patrol-round}.
        in_: The procedure, decision or rulebook that it stands in.
        on: The post that it belongs to.
        expects: The words that stand there now, in one language at least.
        en: The words that shall stand there, in English.
        zh: The words that shall stand there, in Chinese.
    """

    reword: Outcome | dict[Outcome, Outcome]
    in_: Outcome | None = None
    on: Outcome | None = None
    expects: Pattern | None = None
    en: Sentence = NOTHING
    zh: Sentence = NOTHING


@attrs.frozen(kw_only=True, eq=False)
class Insert(Operation):
    """
    Puts steps into a procedure. Exactly one key says where.

    Attributes:
        insert: The steps.
        in_: The procedure.
        after: The step right behind which they come.
        before: The step right before which they come.
        between: The two neighbours between which they come.
        into: The branch at whose end they come, as in minor of severity.
    """

    insert: tuple[Item, ...]
    in_: Outcome
    after: Outcome | None = None
    before: Outcome | None = None
    between: tuple[Outcome, ...] = ()
    into: Outcome | None = None


@attrs.frozen(kw_only=True, eq=False)
class Remove(Operation):
    """
    Takes a step out of a procedure, with all that it holds.

    Attributes:
        remove: The step.
        in_: The procedure.
        expects: Some of what the step says now.
    """

    remove: Outcome
    in_: Outcome
    expects: Pattern | None = None


@attrs.frozen(kw_only=True, eq=False)
class Replace(Operation):
    """
    Puts other steps in the place of one, with all that it holds.

    Attributes:
        replace: The step.
        in_: The procedure.
        expects: Some of what the step says now.
        with_: The steps that come in its place.
    """

    replace: Outcome
    in_: Outcome
    expects: Pattern | None = None
    with_: tuple[Item, ...]


@attrs.frozen(kw_only=True, eq=False)
class Reorder(Operation):
    """
    Changes the order of neighbouring steps.

    Attributes:
        reorder: The steps as they shall follow one another.
        in_: The procedure.
        expects: The same steps as they follow one another now.
    """

    reorder: tuple[Outcome, ...]
    in_: Outcome
    expects: tuple[Outcome, ...] = ()


@attrs.frozen(kw_only=True, eq=False)
class Split(Operation):
    """
    Makes several steps of one. One of them keeps its name, and all together its boxes.

    Attributes:
        split: The step.
        in_: The procedure.
        expects: Some of what the step says now.
        into: The steps that it becomes.
    """

    split: Outcome
    in_: Outcome
    expects: Pattern | None = None
    into: tuple[Item, ...]


@attrs.frozen(kw_only=True, eq=False)
class Rename(Operation):
    """
    Gives a step another name, wherever it is spoken of.

    Attributes:
        rename: The step.
        in_: The procedure.
        expects: Some of what the step says now.
        to: The name that it shall have.
    """

    rename: Outcome
    in_: Outcome
    expects: Pattern | None = None
    to: Id


@attrs.frozen(kw_only=True, eq=False)
class Change(Operation):
    """
    Changes what a step or another thing says: role, deadline, record, rhythm, post and so on.

    Attributes:
        change: The step, or the kind and the name of another thing, as in {duty: patrol-round}.
        in_: The procedure, decision or rulebook that it stands in.
        on: The post that it belongs to.
        expects: What it says now, for each key that is overwritten or taken away.
        to: What it shall say.
        without: Keys that are taken away.
    """

    change: Outcome | dict[Outcome, Outcome]
    in_: Outcome | None = None
    on: Outcome | None = None
    expects: Pattern | None = None
    to: Pattern | None = None
    without: tuple[Outcome, ...] = ()


@attrs.frozen(kw_only=True, eq=False)
class AddRow(Operation):
    """
    Puts a row into a decision table; at the bottom where nothing else is said.

    Attributes:
        add_row: The decision.
        row: The row.
        before: Some of what the row says right before which it comes.
        after: Some of what the row says right behind which it comes.
    """

    add_row: Outcome
    row: RowShape
    before: Pattern | None = None
    after: Pattern | None = None


@attrs.frozen(kw_only=True, eq=False)
class EditRow(Operation):
    """
    Changes one row of a decision table.

    Attributes:
        edit_row: The decision.
        expects: Some of what the row says now: so much that only one row fits.
        to: The cells, the outcome or the reason that it shall have.
        without: Cells that are taken away: the row then admits every value.
    """

    edit_row: Outcome
    expects: Pattern
    to: Pattern | None = None
    without: tuple[Outcome, ...] = ()


@attrs.frozen(kw_only=True, eq=False)
class DeleteRow(Operation):
    """
    Takes a row out of a decision table.

    Attributes:
        delete_row: The decision.
        expects: Some of what the row says now: so much that only one row fits.
    """

    delete_row: Outcome
    expects: Pattern


@attrs.frozen(kw_only=True, eq=False)
class ReorderRows(Operation):
    """
    Changes the order of neighbouring rows of a decision table.

    Attributes:
        reorder_rows: The decision.
        expects: Some of what each row says, as they follow one another now.
        to: The same rows as they shall follow one another.
    """

    reorder_rows: Outcome
    expects: tuple[Pattern, ...]
    to: tuple[Pattern, ...]


@attrs.frozen(kw_only=True, eq=False)
class Add(Operation):
    """
    Adds a thing. Its first key says its kind and name, as at the top of its file.

    Attributes:
        add: The thing, as it is written in a handbook.
        in_: The procedure of a law, fact or interrupt; the decision of an input or output; the
            rulebook of a rule.
        on: The post of a duty, order or response.
        of: The list of a duty that belongs to no post.
    """

    add: Raw
    in_: Outcome | None = None
    on: Outcome | None = None
    of: Outcome | None = None


@attrs.frozen(kw_only=True, eq=False)
class Drop(Operation):
    """
    Takes a thing away.

    Attributes:
        drop: The kind and the name of the thing, as in {law: signed-before-filed}.
        in_: The procedure of a law, fact or interrupt; the decision of an input or output; the
            rulebook of a rule.
        on: The post of a duty, order or response.
        expects: Some of what it says now.
    """

    drop: dict[Outcome, Outcome]
    in_: Outcome | None = None
    on: Outcome | None = None
    expects: Pattern | None = None


@attrs.frozen(kw_only=True, eq=False)
class Disable(Operation):
    """
    Leaves a thing in the handbook, and unused: a duty is not owed, a rulebook hears nothing, a
    procedure begins by no message, duty or response. Other procedures may still call it.

    Attributes:
        disable: The kind and the name of the thing, as in {procedure: background-music}.
        expects: Some of what it says now.
    """

    disable: dict[Outcome, Outcome]
    expects: Pattern | None = None


@attrs.frozen(kw_only=True, eq=False)
class LockShape(Shape):
    """
    Something that later layers may make stricter and never weaker. Exactly one thing is named.

    Attributes:
        step: A step: who does it, by when, with which record and under whose eyes.
        in_: The procedure of the step or law.
        law: A law, and the steps that it speaks of.
        procedure: A procedure with all its steps and laws.
        setting: A figure.
        duty: A duty: every call that it has.
        decision: A decision table: what it comes to, whatever the facts are.
        at_least: The smallest value that the figure may have.
        at_most: The largest value that the figure may have; without a bound it stays as it is.
        keeps: Outcomes of the decision that must stay what they are; without it all of them.
        because: Why, for people.
    """

    noun: ClassVar[str] = "lock"

    step: Outcome | None = None
    in_: Outcome | None = None
    law: Outcome | None = None
    procedure: Outcome | None = None
    setting: Outcome | None = None
    duty: Outcome | None = None
    decision: Outcome | None = None
    at_least: Value | None = None
    at_most: Value | None = None
    keeps: tuple[Outcome, ...] = ()
    because: Text = Text()


@attrs.frozen(kw_only=True, eq=False)
class TailoringFile(Shape):
    """
    Changes to a handbook, in the order in which they are made.

    Attributes:
        tailoring: Name of the tailoring; the file is called by it.
        title: What people call it.
        layer: Whose it is: the law's, the company's or the site's. Later layers lie over earlier.
        handbook: The handbook that it is for.
        version: The edition of the handbook that it was last fitted to.
        changes: The changes.
        locked: What later layers may not weaken.
    """

    noun: ClassVar[str] = "tailoring"

    tailoring: Id
    title: Text = Text()
    layer: Literal["statute", "company", "site"] = "site"
    handbook: Outcome | None = None
    version: Value | None = None
    changes: tuple[Operation, ...] = ()
    locked: tuple[LockShape, ...] = ()


#: The class of each verb of a tailoring.
OPERATIONS: dict[str, type[Shape]] = {
    "set": Set,
    "reword": Reword,
    "insert": Insert,
    "remove": Remove,
    "replace": Replace,
    "reorder": Reorder,
    "split": Split,
    "rename": Rename,
    "change": Change,
    "add-row": AddRow,
    "edit-row": EditRow,
    "delete-row": DeleteRow,
    "reorder-rows": ReorderRows,
    "add": Add,
    "drop": Drop,
    "disable": Disable,
}

#: The layers, the lowest first. The handbook lies under them all.
LAYERS = ("statute", "company", "site")
