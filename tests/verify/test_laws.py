"""
Laws hold, or a shortest path shows where they do not.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest

from propflow.procedures import Law, Procedure, compile_graph, graph_of
from propflow.procedures.compose import NOTHING, ask, end, task, together
from propflow.verify import TEMPLATES, counterexample, holds

A, B, C = "a", "b", "c"

#: What each template means, read off its sentence, on a whole trace.
MEANING: dict[str, Callable[[tuple[str, ...]], bool]] = {
    "existence": lambda t: A in t,
    "absence": lambda t: A not in t,
    "init": lambda t: t[:1] == (A,),
    "end": lambda t: t[-1:] == (A,),
    "at-most-once": lambda t: t.count(A) <= 1,
    "choice": lambda t: A in t or B in t,
    "exclusive-choice": lambda t: (A in t) != (B in t),
    "responded-existence": lambda t: A not in t or B in t,
    "co-existence": lambda t: (A in t) == (B in t),
    "response": lambda t: all(B in t[n + 1 :] for n, x in enumerate(t) if x == A),
    "precedence": lambda t: all(A in t[:n] for n, x in enumerate(t) if x == B),
    "succession": lambda t: MEANING["response"](t) and MEANING["precedence"](t),
    "not-succession": lambda t: not any(B in t[n + 1 :] for n, x in enumerate(t) if x == A),
    "not-co-existence": lambda t: not (A in t and B in t),
}


def law(template: str) -> Law:
    """
    A law of a template, on the steps a and b.
    """
    return Law(id=template, template=template, steps=(A, B)[: TEMPLATES[template][0]])


@pytest.mark.parametrize("template", TEMPLATES)
def test_an_automaton_says_what_its_sentence_says(template: str) -> None:
    """
    On every trace of up to six steps over three letters.
    """
    for length in range(7):
        for trace in product((A, B, C), repeat=length):
            assert holds(law(template), trace) == MEANING[template](trace), trace


def program_of(block: object) -> object:
    """
    A block, compiled.
    """
    return compile_graph(graph_of(Procedure(id="p", body=block)))  # type: ignore[arg-type]


def test_a_law_that_holds_has_no_counterexample() -> None:
    """
    Answered before filed, on both ways through.
    """
    a, b, c = (task(name, by="clerk") for name in "abc")
    program = program_of(ask("q", by="clerk", yes=NOTHING, no=c) >> a >> b >> end("done"))
    assert counterexample(program, law("precedence")) is None  # type: ignore[arg-type]
    assert counterexample(program, law("response")) is None  # type: ignore[arg-type]


def test_a_law_that_fails_shows_the_shortest_way_to_it() -> None:
    """
    One answer leads past the step that the law asks for.
    """
    a, b, c = (task(name, by="clerk") for name in "abc")
    program = program_of(c >> ask("q", by="clerk", yes=a, no=end("off")) >> b >> end("done"))
    assert counterexample(program, law("existence")) == (("c", ""), ("q", "no"))  # type: ignore[arg-type]


def test_side_by_side_any_order_is_possible() -> None:
    """
    Two branches promise no order, so a law that asks for one fails.
    """
    program = program_of(together(task("a", by="x"), task("b", by="x")) >> end("done"))
    assert counterexample(program, law("precedence")) == (("b", ""),)  # type: ignore[arg-type]
    assert counterexample(program, law("co-existence")) is None  # type: ignore[arg-type]


def test_past_its_bound_it_gives_up_honestly() -> None:
    """
    What was not looked at is not called proved.
    """
    program = program_of(together(*(task(f"s{n}", by="x") for n in range(12))) >> end("done"))
    law_of_s0 = Law(id="l", template="existence", steps=("s0",))
    assert counterexample(program, law_of_s0, bound=100) == "gave up"  # type: ignore[arg-type]
