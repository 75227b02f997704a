"""
Hypothesis strategies: procedures of every shape, sound by construction.
"""

from __future__ import annotations

from itertools import count
from typing import Literal

import attrs
from hypothesis import assume
from hypothesis import strategies as st

from propflow.errors import GraphError
from propflow.fields import Field
from propflow.procedures import (
    Ask,
    Block,
    Choose,
    Decide,
    Notice,
    Procedure,
    Repeat,
    Sequence,
    Task,
    Together,
    Work,
    compile_graph,
    graph_of,
    sequence,
    steps_of,
)
from propflow.text import Text
from propflow.verify import flips, soundness

#: The role that every step of a made-up procedure is for.
ROLE = "clerk"


@st.composite
def blocks(draw: st.DrawFn, *, most: int = 8) -> Block:
    """
    An arrangement of steps, each with a name of its own.

    Args:
        draw: Hypothesis hands it in.
        most: How many steps there are at the most, roughly.
    """
    numbers = count(1)

    def name(kind: str) -> str:
        return f"{kind}-{next(numbers)}"

    def block(left: int) -> Block:
        kinds = ["task", "notice"]
        if left > 1:
            kinds += ["sequence", "ask", "together", "repeat"]
        kind = draw(st.sampled_from(kinds))
        if kind == "task":
            return _task(name("do"))
        if kind == "notice":
            tell = name("tell")
            return Notice(id=tell, to=(ROLE,), label=Text.of(en=tell))
        if kind == "repeat":
            body = block(left - 1)
            again = name("again")
            ask = Task(id=name("check"), by=(ROLE,), asks=(again,), label=Text.of(en=again))
            test = Decide(id=f"until-{again}", test=((again, "yes"),), label=Text.of(en=again))
            between = block(left // 2) if draw(st.booleans()) else Sequence()
            return Repeat(body=sequence(body, ask), test=test, between=between)
        size = draw(st.integers(2, min(3, left)))
        parts = [block(left // size) for _ in range(size)]
        if kind == "sequence":
            return sequence(*parts)
        if kind == "together":
            return Together(branches=tuple((str(n), part) for n, part in enumerate(parts)))
        step = Ask(id=name("ask"), by=(ROLE,), label=Text.of(en="which"))
        branches = [((f"way-{n}",), part) for n, part in enumerate(parts)]
        if draw(st.booleans()):
            branches.append((("neither",), Sequence()))
        return Choose(step=step, branches=tuple(branches))

    return block(most)


def _task(name: str) -> Task:
    return Task(id=name, by=(ROLE,), label=Text.of(en=name))


@st.composite
def procedures(
    draw: st.DrawFn, *, most: int = 8, sound: Literal["yes", "no", "either"] = "yes"
) -> Procedure:
    """
    A procedure, sound by construction, with the facts that its loops ask for.

    Args:
        draw: Hypothesis hands it in.
        most: How many steps it has at the most, roughly.
        sound: ``no`` for one of which a gateway was drawn as another, so that it is not sound
            any more: the same as `unsound`. ``either`` for now the one and now the other.
    """
    if sound == "no" or (sound == "either" and draw(st.booleans())):
        return draw(unsound(most=most))
    body = draw(blocks(most=most))
    asked = {fact for step in steps_of(body) if isinstance(step, Work) for fact in step.asks}
    return Procedure(
        id="made-up",
        title=Text.of(en="Made up"),
        body=body,
        facts=tuple(Field(name=fact, type="choice", of=("yes", "no")) for fact in sorted(asked)),
    )


@st.composite
def unsound(draw: st.DrawFn, *, most: int = 8) -> Procedure:
    """
    A procedure that is not sound: one gateway of a sound one was drawn as another.

    Args:
        draw: Hypothesis hands it in.
        most: How many steps it has at the most, roughly.
    """
    graph = graph_of(draw(procedures(most=most)))
    wrong = [
        made
        for made in (attrs.evolve(SKELETON, plain=plain) for plain, _ in flips(graph))
        if not _is_sound(made)
    ]
    assume(wrong)
    return draw(st.sampled_from(wrong))


#: Whatever is drawn is drawn into this.
SKELETON = Procedure(id="made-up", title=Text.of(en="Made up"))


def _is_sound(procedure: Procedure) -> bool:
    try:
        return not soundness(compile_graph(graph_of(procedure)))
    except GraphError:
        return True  # it is refused before anybody asks whether it is sound
