"""
Laws hold, or a shortest path shows where they do not.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import accumulate, product

import attrs
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import propflow.verify.proof
from propflow.errors import UnknownNameError
from propflow.fields import Field
from propflow.procedures import Law, Procedure, compile_graph, graph_of
from propflow.procedures.compose import NOTHING, ask, choose, end, task, together
from propflow.sites import lawshape
from propflow.testing import procedures
from propflow.verify import TEMPLATES, VOCABULARY, Watch, counterexample, holds

NOW = datetime(2025, 10, 11, 8, tzinfo=UTC)

A, B, C = "a", "b", "c"

Trace = tuple[str, ...]


def always(holds: Callable[[Trace, int], bool]) -> Callable[[Trace], bool]:
    """
    G: at every moment of the trace.
    """
    return lambda t: all(holds(t, n) for n in range(len(t)))


def until(t: Trace, n: int, hold: Callable[[str], bool], goal: str) -> bool:
    """
    U, from moment n on: *goal* comes, and up to then all the others hold.
    """
    for x in t[n:]:
        if x == goal:
            return True
        if not hold(x):
            return False
    return False


def weak(t: Trace, n: int, hold: Callable[[str], bool], goal: str) -> bool:
    """
    W: until, or for ever.
    """
    return until(t, n, hold, goal) or all(hold(x) for x in t[n:])


def following(t: Trace, n: int) -> str:
    """
    X: what comes next, or nothing at the end.
    """
    return t[n + 1] if n + 1 < len(t) else ""


#: What each template means: its formula in linear temporal logic on finite traces, read straight.
MEANING: dict[str, Callable[[Trace], bool]] = {
    "existence": lambda t: A in t,
    "absence": lambda t: A not in t,
    "exactly": lambda t: t.count(A) == 1,
    "init": lambda t: t[:1] == (A,),
    "end": lambda t: t[-1:] == (A,),
    "at-most-once": lambda t: t.count(A) <= 1,
    "choice": lambda t: A in t or B in t,
    "exclusive-choice": lambda t: (A in t) != (B in t),
    "responded-existence": lambda t: A not in t or B in t,
    "co-existence": lambda t: (A in t) == (B in t),
    "response": always(lambda t, n: t[n] != A or B in t[n:]),
    "precedence": lambda t: weak(t, 0, lambda x: x != B, A),
    "succession": lambda t: MEANING["response"](t) and MEANING["precedence"](t),
    "alternate-response": always(lambda t, n: t[n] != A or until(t, n + 1, lambda x: x != A, B)),
    "alternate-precedence": lambda t: (
        MEANING["precedence"](t)
        and all(weak(t, n + 1, lambda x: x != B, A) for n, x in enumerate(t) if x == B)
    ),
    "alternate-succession": lambda t: (
        MEANING["alternate-response"](t) and MEANING["alternate-precedence"](t)
    ),
    "chain-response": always(lambda t, n: t[n] != A or following(t, n) == B),
    "chain-precedence": lambda t: (
        t[:1] != (B,) and always(lambda t, n: following(t, n) != B or t[n] == A)(t)
    ),
    "chain-succession": lambda t: MEANING["chain-response"](t) and MEANING["chain-precedence"](t),
    "not-succession": always(lambda t, n: t[n] != A or B not in t[n:]),
    "not-co-existence": lambda t: not (A in t and B in t),
    "not-chain-succession": always(lambda t, n: t[n] != A or following(t, n) != B),
}


def law(template: str) -> Law:
    """
    A law of a template, on the steps a and b.
    """
    return Law(id=template, template=template, steps=(A, B)[: TEMPLATES[template][0]])


@pytest.mark.parametrize("template", [name for name in TEMPLATES if not VOCABULARY[name].each])
def test_an_automaton_says_what_its_sentence_says(template: str) -> None:
    """
    On every trace of up to six steps over three letters.
    """
    for length in range(7):
        for trace in product((A, B, C), repeat=length):
            assert holds(law(template), trace) == MEANING[template](trace), trace


@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_count_is_a_count(times: int) -> None:
    """
    At least, not, and exactly so many times.
    """
    meaning: dict[str, Callable[[int], bool]] = {
        "existence": lambda n: n >= times,
        "absence": lambda n: n < times,
        "exactly": lambda n: n == times,
    }
    for template, means in meaning.items():
        counted = attrs.evolve(law(template), times=times)
        for length in range(7):
            for trace in product((A, B), repeat=length):
                assert holds(counted, trace) == means(trace.count(A)), (template, trace)


def timed(  # noqa: PLR0911 a case a template
    template: str, t: tuple[tuple[str, int], ...], within: int
) -> bool | None:
    """
    The templates that can be bound in time, read straight from moments.
    """
    a = [at for step, at in t if step == A]
    b = [at for step, at in t if step == B]
    index = [(n, step, at) for n, (step, at) in enumerate(t)]

    def answered(n: int, at: int) -> bool:
        return any(s == B and m > n and when - at <= within for m, s, when in index)

    def heralded(n: int, at: int) -> bool:
        return any(s == A and m < n and at - when <= within for m, s, when in index)

    match template:
        case "existence":
            return any(at <= within for at in a)
        case "absence":
            return not any(at <= within for at in a)
        case "choice":
            return any(at <= within for at in a + b)
        case "response":
            return all(answered(n, at) for n, s, at in index if s == A)
        case "precedence":
            return all(heralded(n, at) for n, s, at in index if s == B)
        case "succession":
            return timed("response", t, within) and timed("precedence", t, within)
        case "responded-existence":
            return all(any(abs(x - y) <= within for y in b) for x in a)
        case "co-existence":
            return all(any(abs(x - y) <= within for y in b) for x in a) and all(
                any(abs(x - y) <= within for y in a) for x in b
            )
        case "not-succession":
            return not any(answered(n, at) for n, s, at in index if s == A)
        case "not-co-existence":
            return not any(abs(x - y) <= within for x in a for y in b)
    return None


@pytest.mark.parametrize("template", TEMPLATES)
@given(data=st.data())
def test_a_time_bound_says_what_it_says(template: str, data: st.DataObject) -> None:
    """
    Of what has to follow, go before or keep away, only what is near enough counts.
    """
    letters = data.draw(st.lists(st.sampled_from((A, B, C)), max_size=6))
    gaps = data.draw(st.lists(st.integers(0, 4), min_size=len(letters), max_size=len(letters)))
    within = data.draw(st.integers(0, 6))
    moments = list(accumulate(gaps))
    t = tuple(zip(letters, moments, strict=True))
    expected = timed(template, t, within)
    if expected is None:
        return
    bound = attrs.evolve(law(template), within=timedelta(hours=within))
    watch = Watch(bound, began=NOW)
    for step, at in t:
        watch.tell(step, at=NOW + timedelta(hours=at))
    watch.wait(NOW + timedelta(hours=100))
    assert watch.holds == expected, (t, within)


def test_a_condition_says_when_a_step_counts() -> None:
    """
    Only a serious complaint has to be reported up.
    """
    grave = attrs.evolve(law("response"), where=(("grave", "yes"),))
    facts = (Field(name="grave", type="choice", of=("yes", "no")),)
    for answer, holds_ in (("no", True), ("yes", False), (None, True)):
        watch = Watch(grave, facts=facts)
        watch.tell(A, facts={} if answer is None else {"grave": answer})
        assert watch.holds == holds_
        watch.tell(B, facts={})
        assert watch.holds


def test_a_condition_is_proved_with_what_the_case_can_know() -> None:
    """
    A decision on the same fact closes the ways on which the condition would not hold.
    """
    facts = (Field(name="grave", type="choice", of=("yes", "no")),)
    a, b, c = task("a", by="x", asks=["grave"]), task("b", by="x"), task("c", by="x")
    program = program_of(a >> choose("grave", fact="grave", yes=b, no=c) >> end("done"))
    grave = attrs.evolve(law("response"), where=(("grave", "yes"),))
    assert counterexample(program, grave, facts=facts) is None  # type: ignore[arg-type]
    light = attrs.evolve(law("response"), where=(("grave", "no"),))
    way = (("a", ""), ("grave", "no"), ("c", ""))
    assert counterexample(program, light, facts=facts) == way  # type: ignore[arg-type]
    assert counterexample(program, law("response"), facts=facts) == way  # type: ignore[arg-type]


@settings(max_examples=100)
@given(procedures(), st.data())
def test_reduced_to_what_a_law_mentions_the_answer_is_the_same(procedure, data) -> None:
    """
    Every step that the law does not mention may go, and the proof stands.
    """
    program = compile_graph(graph_of(procedure))
    names = [stop.id for stop in program.stops if stop.step is not None]
    assume(len(names) > 1)
    steps = data.draw(st.lists(st.sampled_from(names), min_size=2, max_size=2, unique=True))
    template = data.draw(st.sampled_from(sorted(TEMPLATES)))
    one = Law(id="l", template=template, steps=tuple(steps[: TEMPLATES[template][0]]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(propflow.verify.proof, "SMALL", 0)
        reduced = counterexample(program, one)
    whole = counterexample(program, one)
    assert reduced == whole or (reduced and whole and len(reduced) == len(whole))


def test_many_branches_are_proved_by_what_the_law_mentions() -> None:
    """
    A million places by plain search; reduced to two steps, a handful.
    """
    rows = [[task(f"b{n}-{m}", by="x") for m in range(3)] for n in range(10)]
    program = program_of(together(*(x >> y >> z for x, y, z in rows)) >> end("done"))
    inside = Law(id="l", template="precedence", steps=("b3-0", "b3-2"))
    assert counterexample(program, inside, bound=1000) is None  # type: ignore[arg-type]
    across = Law(id="l", template="precedence", steps=("b3-0", "b4-0"))
    way = counterexample(program, across, bound=1000)  # type: ignore[arg-type]
    assert way == (("b4-0", ""),)


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


def test_the_words_of_files_are_those_that_are_proved() -> None:
    """
    Every template that a file can use has its automaton, and counts and times as that does.
    """
    assert {name: word.steps for name, word in VOCABULARY.items()} == lawshape.TEMPLATES
    assert {n for n, word in VOCABULARY.items() if word.counts == "yes"} == lawshape.COUNTING
    assert {n for n, word in VOCABULARY.items() if word.within == "no"} == lawshape.TIMELESS


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


def test_a_law_on_a_step_that_is_not_there_is_refused() -> None:
    """
    It would hold, or fail, for no reason that anybody meant.
    """
    program = program_of(task("a", by="x") >> task("b", by="x"))
    misspelt = Law(id="l", template="absence", steps=("reprot",))
    with pytest.raises(UnknownNameError, match="there is no step 'reprot'"):
        counterexample(program, misspelt)  # type: ignore[arg-type]


def test_past_its_bound_it_gives_up_honestly() -> None:
    """
    What was not looked at is not called proved.
    """
    program = program_of(together(*(task(f"s{n}", by="x") for n in range(12))) >> end("done"))
    law_of_s0 = Law(id="l", template="existence", steps=("s0",))
    assert counterexample(program, law_of_s0, bound=100) == "gave up"  # type: ignore[arg-type]
