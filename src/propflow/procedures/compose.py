"""
The algebra: procedures written in Python as they are read aloud.

    record >> choose("severity", minor=notify, serious=interview >> report_up) >> answer >> file
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from propflow.durations import Deadline
from propflow.procedures.model import (
    TOGETHER,
    Ask,
    Beside,
    Block,
    Call,
    Choose,
    Decide,
    Each,
    End,
    Halt,
    Notice,
    Repeat,
    Sequence,
    Task,
    Test,
    Together,
    Wait,
    sequence,
)
from propflow.text import Text

#: The block that changes nothing.
NOTHING = Sequence()

Names = str | Iterable[str]


def _names(names: Names) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def _label(label: str | Text, name: str) -> Text:
    if isinstance(label, Text):
        return label
    return Text.of(en=label or name.replace("-", " ").capitalize())


def _test(condition: Mapping[str, str]) -> Test:
    return tuple(condition.items())


def _branches(branches: Mapping[str, Block]) -> tuple[tuple[tuple[str, ...], Block], ...]:
    return tuple(
        (tuple(word.strip() for word in outcomes.split(",")), block)
        for outcomes, block in branches.items()
    )


def task(name: str, /, *, by: Names, label: str | Text = "", asks: Names = (), **more: Any) -> Task:
    """
    Work that a role does: ``task("record", by="clerk", asks="category")``.

    Args:
        name: Id of the step.
        by: Role or roles that may do it.
        label: What the box says; the name, where nothing is said.
        asks: Facts without which it cannot be done.
        more: Any other attribute of `propflow.procedures.Task`.
    """
    return Task(id=name, by=_names(by), label=_label(label, name), asks=_names(asks), **more)


def tell(name: str, /, *, to: Names, label: str | Text = "", **more: Any) -> Notice:
    """
    A notice to a role: ``tell("warn", to="fire-officer")``.
    """
    return Notice(id=name, to=_names(to), label=_label(label, name), **more)


def ask(
    name: str,
    /,
    branches: Mapping[str, Block] | None = None,
    *,
    by: Names,
    label: str | Text = "",
    late_answer: str | None = None,
    within: Deadline | None = None,
    **more: Block,
) -> Choose:
    """
    A question to a role: ``ask("controlled", by="fire-officer", yes=..., no=...)``.

    Args:
        name: Id of the step.
        branches: Block of each answer, for answers that are no Python names; several answers
            that lead the same way are separated by commas.
        by: Role or roles that may answer.
        label: The question.
        late_answer: The answer that stands when *within* has passed.
        within: How long there is to answer.
        more: Block of each answer.
    """
    step = Ask(
        id=name, by=_names(by), label=_label(label, name), late_answer=late_answer, within=within
    )
    return Choose(step=step, branches=_branches({**(branches or {}), **more}))


def choose(
    name: str,
    /,
    branches: Mapping[str, Block] | None = None,
    *,
    table: str | None = None,
    fact: str | None = None,
    label: str | Text = "",
    **more: Block,
) -> Choose:
    """
    A decision by a table or a fact: ``choose("severity", minor=..., serious=...)``.

    Args:
        name: Id of the step, and of the decision table unless *table* or *fact* is given.
        branches: Block of each outcome, for outcomes that are no Python names.
        table: Id of the decision table.
        fact: Name of the choice that decides.
        label: The question of the diamond.
        more: Block of each outcome.
    """
    step = Decide(
        id=name,
        table=table or (None if fact else name),
        fact=fact,
        label=_label(label, name),
    )
    return Choose(step=step, branches=_branches({**(branches or {}), **more}))


def when(
    name: str, condition: Mapping[str, str], /, then: Block, *, otherwise: Block = NOTHING
) -> Choose:
    """
    A block only where a condition on facts holds: ``when("gas", {"gas": "yes"}, approval)``.
    """
    step = Decide(id=name, test=_test(condition), label=_label("", name))
    return Choose(step=step, branches=((("yes",), then), (("no",), otherwise)))


def together(*blocks: Block) -> Together:
    """
    Blocks side by side. What follows begins when all are done.
    """
    flat: list[tuple[str, Block]] = []
    for block in blocks:
        if isinstance(block, Together):
            flat.extend(block.branches)
        elif block != NOTHING:
            flat.append(("", block))
    return Together(branches=tuple((str(n), block) for n, (_, block) in enumerate(flat, 1)))


def beside(main: Block, meanwhile: Block, /, *, name: str, label: str | Text = "") -> Beside:
    """
    A block, and another that goes on beside it until the first is over, or an end is reached.

    Args:
        main: The block that counts: ``wait("leaving", messages="car-leaves")``.
        meanwhile: What goes on beside it, again and again: ``task("patrol", by="guard")``.
        name: Id of the step that ends what goes on beside.
        label: What that step says.
    """
    return Beside(halt=Halt(id=name, label=_label(label, name)), main=main, meanwhile=meanwhile)


def repeat(
    body: Block, /, *, until: Mapping[str, str], name: str = "", between: Block = NOTHING
) -> Repeat:
    """
    A block again and again: ``repeat(handle >> reply, until={"satisfied": "yes"})``.

    Args:
        body: What is repeated, once at least.
        until: The condition on facts with which it is good.
        name: Id of the decision.
        between: What is done before the next round.
    """
    name = name or "until-" + "-".join(until)
    test = Decide(id=name, test=_test(until), label=_label("", name))
    return Repeat(body=body, test=test, between=between)


def wait(
    name: str,
    /,
    branches: Mapping[str, Block] | None = None,
    *,
    messages: Names = (),
    within: Deadline | None = None,
    same: Names = (),
    label: str | Text = "",
    **more: Block,
) -> Choose | Wait:
    """
    Wait for a message or a time: ``wait("payment", messages="paid", within=month, late=demand)``.

    Args:
        name: Id of the step.
        branches: Block of each message and of ``late``; none means all go on the same way.
        messages: Names of the messages that end the wait.
        within: How long to wait at most.
        same: Facts that the message must bring with the case's own values.
        label: What is waited for.
        more: Block of each message and of ``late``.
    """
    step = Wait(
        id=name,
        messages=_names(messages),
        same=_names(same),
        within=within,
        label=_label(label, name),
    )
    given = {**(branches or {}), **more}
    return Choose(step=step, branches=_branches(given)) if given else step


def call(
    name: str,
    /,
    branches: Mapping[str, Block] | None = None,
    *,
    procedure: str = "",
    gives: Mapping[str, str] | None = None,
    takes: Mapping[str, str] | None = None,
    label: str | Text = "",
    **more: Block,
) -> Choose | Call:
    """
    Carry out another procedure before going on: ``call("follow-up")``.

    Args:
        name: Id of the step, and of the other procedure unless *procedure* is given.
        branches: Block of each of the other's ends; none means all go on the same way.
        procedure: Id of the other procedure.
        gives: Facts handed down: the other's name to the own name.
        takes: Facts brought back: the own name to the other's name.
        label: What the box says.
        more: Block of each of the other's ends.
    """
    step = Call(
        id=name,
        procedure=procedure or name,
        label=_label(label, name),
        gives=tuple((gives or {}).items()),
        takes=tuple((takes or {}).items()),
    )
    given = {**(branches or {}), **more}
    return Choose(step=step, branches=_branches(given)) if given else step


def each(
    name: str,
    /,
    *,
    over: str,
    procedure: str,
    where: Mapping[str, str] | None = None,
    order: str = TOGETHER,
    until: Iterable[str] = (),
    label: str | Text = "",
) -> Each:
    """
    Carry out another procedure for each line of a book of the site.

    Side by side, or one after another with the order ``in-turn``; until all have ended, or the
    first comes to one of the ends *until*.
    """
    return Each(
        id=name,
        over=over,
        procedure=procedure,
        where=_test(where or {}),
        order=order,
        until=tuple(until),
        label=_label(label, name),
    )


def climb(
    name: str, levels: Iterable[str], /, *, within: Deadline, label: str | Text = ""
) -> Block:
    """
    Report up a ladder, level by level, until somebody takes the matter on.

    Each level is asked whether it takes the matter on. Who passes it up, or has not answered
    in time, is followed by the next level; the last level can only take it on.

    Args:
        name: Name of the climb; the step of a level is ``name-role``.
        levels: Roles from the lowest to the highest.
        within: How long each level has.
        label: What the box says.
    """
    *lower, top = levels
    block: Block = Task(
        id=f"{name}-{top}", by=(top,), within=within, late_tells=(top,), label=_label(label, name)
    )
    for role in reversed(lower):
        step = Ask(
            id=f"{name}-{role}",
            by=(role,),
            within=within,
            late_answer="up",
            label=_label(label, name),
        )
        block = Choose(step=step, branches=((("handle",), NOTHING), (("up",), block)))
    return block


def end(name: str, /, *, label: str | Text = "") -> End:
    """
    The procedure is over: ``end("filed")``.
    """
    return End(id=name, label=_label(label, name))


__all__ = [
    "NOTHING",
    "ask",
    "beside",
    "call",
    "choose",
    "climb",
    "each",
    "end",
    "repeat",
    "sequence",
    "task",
    "tell",
    "together",
    "wait",
    "when",
]
