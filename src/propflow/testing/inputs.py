"""
Hypothesis strategies for what stands around procedures: tables, facts, runs, rhythms, sites.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs
from hypothesis import assume
from hypothesis import strategies as st

from propflow.calendar import Rhythm, parse_rhythm
from propflow.errors import GraphError
from propflow.fields import Field, Value
from propflow.procedures import (
    Ask,
    Edge,
    End,
    Fork,
    Join,
    Merge,
    Node,
    Plain,
    Procedure,
    Program,
    Start,
    StepGraph,
    Task,
    compile_graph,
    graph_of,
)
from propflow.rules import Decider, Row, Table, compile_table, parse_cell, witnesses
from propflow.sites import Person, Role, Site
from propflow.testing.strategies import ROLE, procedures
from propflow.text import Text
from propflow.verify import Passed, outcomes

_WORDS = ("red", "green", "blue")
_LATE_HOURS = st.integers(0, 23)


@st.composite
def graphs(draw: st.DrawFn, *, most: int = 8) -> StepGraph:
    """
    Any graph that can be compiled: sound or not, made of blocks or not.

    Args:
        draw: Hypothesis hands it in.
        most: How many steps and gateways it has at the most.
    """
    names = [f"n{n}" for n in range(draw(st.integers(2, most)))]
    kinds = st.sampled_from(["task", "task", "ask", "fork", "join", "merge"])
    nodes: list[Node] = [Start()]
    edges = [Edge("start", names[0])]
    for name, following in zip(names, [*names[1:], "done"], strict=True):
        kind = draw(kinds)
        others = [target for target in (*names, "done") if target != following]
        other = draw(st.sampled_from(others))
        match kind:
            case "ask":
                nodes.append(Ask(id=name, by=(ROLE,), label=Text.of(en=name)))
                edges += [Edge(name, following, ("yes",)), Edge(name, other, ("no",))]
            case "fork":
                nodes.append(Fork(name))
                edges += [Edge(name, following), Edge(name, other)]
            case "task":
                nodes.append(Task(id=name, by=(ROLE,), label=Text.of(en=name)))
                edges.append(Edge(name, following))
            case _:
                nodes.append(Join(name) if kind == "join" else Merge(name))
                edges.append(Edge(name, following))
    nodes.append(End(id="done"))
    plain = Plain(nodes=tuple(nodes), edges=tuple(edges))
    try:
        graph = graph_of(Procedure(id="made-up", plain=plain))
        compile_graph(graph)
    except GraphError:
        graph = None
    assume(graph is not None)
    if graph is None:
        raise AssertionError
    return graph


@st.composite
def tables(draw: st.DrawFn, *, most: int = 5) -> Table:
    """
    A decision table with a choice and a number, in which the first row that fits decides.

    Args:
        draw: Hypothesis hands it in.
        most: How many rows it has before the last one, which takes everything.
    """
    colour = Field(name="colour", type="choice", of=_WORDS)
    number = Field(name="number", type="integer", min=0, max=9)
    outcome = Field(name="outcome", type="choice", of=("a", "b", "c"))
    low = st.integers(0, 8)
    words = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=2, unique=True)
    colours = st.one_of(st.just("-"), words.map(", ".join))
    numbers = st.one_of(
        st.just("-"), low.map(lambda n: f">= {n}"), low.map(lambda n: f"[{n}..{n + 1}]")
    )
    said = [*draw(st.lists(st.tuples(colours, numbers), max_size=most)), ("-", "-")]
    rows = tuple(
        Row(
            cells=(("colour", parse_cell(first, colour)), ("number", parse_cell(second, number))),
            outcome=(("outcome", draw(st.sampled_from(outcome.of))),),
        )
        for first, second in said
    )
    return Table(
        id="made-up",
        title=Text.of(en="Made up"),
        inputs=(colour, number),
        outputs=(outcome,),
        rows=rows,
        hit="first",
    )


def facts_for(table: Table | Decider) -> st.SearchStrategy[dict[str, Value]]:
    """
    Facts for a decision table, such that each row that can fire is as likely as any other.

    Where a row has fired, one fact may be another value that some row looks at: the other side
    of an edge is where tables go wrong.

    Args:
        table: The table, compiled or not.
    """
    decider = table if isinstance(table, Decider) else compile_table(table)
    found = [facts for facts, _ in witnesses(decider)]
    values: dict[str, dict[Value, None]] = {}
    for facts in found:
        for name, value in facts.items():
            values.setdefault(name, {})[value] = None
    for field in decider.table.inputs:
        if field.type == "choice":
            values[field.name] = dict.fromkeys(field.of)

    @st.composite
    def facts_of(draw: st.DrawFn) -> dict[str, Value]:
        facts = dict(draw(st.sampled_from(found)))
        aside = draw(st.booleans())
        if values and aside:
            name = draw(st.sampled_from(sorted(values)))
            facts[name] = draw(st.sampled_from(list(values[name])))
        return facts

    return facts_of()


@st.composite
def runs_of(
    draw: st.DrawFn, procedure: Procedure | Program, *, most: int = 100
) -> tuple[Passed, ...]:
    """
    One way through a procedure: steps and the outcomes by which they were left.

    At each turn what leads to more of the procedure is the likelier, so that the branch which
    everybody forgets is met as often as the one that everybody takes. A way that has not come
    to an end after *most* steps is cut off there.

    Args:
        draw: Hypothesis hands it in.
        procedure: The procedure, compiled or not.
        most: How many steps there are at the most.
    """
    program = procedure if isinstance(procedure, Program) else compile_graph(graph_of(procedure))
    behind = _behind(program)
    run: list[Passed] = []
    marking = program.begin()
    while program.end(marking) is None and len(run) < most:
        ways = [(stop, outcome) for stop in program.open(marking) for outcome in outcomes(stop)]
        if not ways:
            break
        weighted = [
            way
            for way in ways
            for _ in range(1 + min(8, behind[way[0].id, way[1]]) * ((way[0].id, way[1]) not in run))
        ]
        stop, outcome = draw(st.sampled_from(weighted))
        run.append((stop.id, outcome))
        marking = program.fire(marking, stop, outcome)
    return tuple(run)


def _behind(program: Program) -> Mapping[Passed, int]:
    """
    How many steps lie behind each outcome of each step.
    """
    graph = program.graph
    found = {}
    for stop in program.stops:
        if stop.step is None:
            continue
        for outcome in outcomes(stop):
            met = {
                edge.target
                for edge in graph.out[stop.id]
                if not edge.outcomes or outcome in edge.outcomes
            }
            queue = list(met)
            for node in queue:
                for edge in graph.out[node]:
                    if edge.target not in met:
                        met.add(edge.target)
                        queue.append(edge.target)
            found[stop.id, outcome] = len(met)
    return found


def rhythms() -> st.SearchStrategy[Rhythm]:
    """
    Rhythms of every kind that a duty can have.
    """
    day = st.integers(1, 28)
    at = st.tuples(_LATE_HOURS, st.sampled_from((0, 15, 30))).map(lambda t: f"{t[0]:02}:{t[1]:02}")
    weekday = st.sampled_from(
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    )
    nth = st.sampled_from(("first", "second", "third", "last"))
    edge = st.sampled_from(("first", "last"))
    texts = st.one_of(
        st.builds("daily at {}".format, at),
        st.builds("weekly on {} at {}".format, weekday, at),
        st.builds("monthly on day {} at {}".format, day, at),
        st.builds("monthly on {} {} at {}".format, nth, weekday, at),
        st.builds("monthly on {} working day at {}".format, edge, at),
        st.builds("every {} minutes".format, st.sampled_from((10, 30, 60))),
        st.builds("every {} days at {} from 2026-01-05".format, st.integers(2, 90), at),
        st.builds("cron 0 {} * * 1-5".format, _LATE_HOURS),
    )
    return texts.map(parse_rhythm)


@st.composite
def sites(draw: st.DrawFn, *, most: int = 3) -> Site:
    """
    A site with a few made-up procedures and two people who may do all that is in them.

    Args:
        draw: Hypothesis hands it in.
        most: How many procedures it has at the most.
    """
    bodies = draw(st.lists(procedures(), min_size=1, max_size=most))
    made = {
        f"made-up-{n}": attrs.evolve(body, id=f"made-up-{n}") for n, body in enumerate(bodies, 1)
    }
    people = {name: Person(id=name, roles=(ROLE,)) for name in ("ann", "bob")}
    return Site(
        id="made-up",
        title=Text.of(en="Made up"),
        procedures=made,
        roles={ROLE: Role(id=ROLE)},
        people=people,
    )
