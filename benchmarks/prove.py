"""
Proving charts: what it costs to know that nobody gets stuck.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from benchmarks.harness import Contender, Row, plain
from benchmarks.walk import estate

if TYPE_CHECKING:
    from propflow.procedures import Program, StepGraph

#: So many branches of so many steps each, side by side.
BRANCHES, STEPS = 10, 3


def complaint() -> Program:
    """
    The shipped complaint chart, compiled.
    """
    return estate().program("complaint")


def branches() -> Program:
    """
    Branches side by side, compiled.
    """
    from propflow.procedures import Procedure, Task, Together, compile_graph, graph_of, sequence

    body = Together(
        branches=tuple(
            (
                str(branch),
                sequence(*(Task(id=f"do-{branch}-{n}", by=("x",)) for n in range(STEPS))),
            )
            for branch in range(BRANCHES)
        )
    )
    return compile_graph(graph_of(Procedure(id="branches", body=body)))


def _propflow(program: Callable[[], Program]) -> Callable[[], Callable[[], int]]:
    def prepare() -> Callable[[], int]:
        from propflow.verify import soundness

        made = program()
        assert soundness(made) == []

        def once() -> int:
            soundness(made)
            return 1

        return once

    return prepare


def reached(graph: StepGraph) -> int:
    """
    How many nodes can be reached: each edge looked at once.
    """
    met = {graph.nodes[0].id}
    queue = list(met)
    for name in queue:
        for edge in graph.out[name]:
            if edge.target not in met:
                met.add(edge.target)
                queue.append(edge.target)
    return len(met)


def _reached(program: Callable[[], Program]) -> Callable[[], Callable[[], int]]:
    def prepare() -> Callable[[], int]:
        graph = program().graph
        assert reached(graph) == len(graph.nodes)

        def once() -> int:
            reached(graph)
            return 1

        return once

    return prepare


def search(program: Program) -> bool:
    """
    Whether a procedure is sound, by every marking that there is and no cleverness.
    """
    first = program.begin()
    after: dict[int, list[int]] = {}
    queue = [first]
    for marking in queue:
        if marking in after:
            continue
        found = after[marking] = []
        if program.end(marking) is not None:
            continue
        for stop in program.open(marking):
            found += [program.fire(marking, stop, outcome) for outcome in stop.moves]
        queue += found
    before: dict[int, list[int]] = {marking: [] for marking in after}
    for marking, found in after.items():
        for following in found:
            before[following].append(marking)
    good = {marking for marking in after if program.end(marking) is not None}
    back = list(good)
    for marking in back:
        for earlier in before[marking]:
            if earlier not in good:
                good.add(earlier)
                back.append(earlier)
    return len(good) == len(after)


def _search() -> Callable[[], int]:
    program = complaint()
    assert search(program)

    def once() -> int:
        search(program)
        return 1

    return once


def net_of(program: Program) -> tuple[Any, Any, Any]:
    """
    The same procedure as a Petri net of pm4py, with its initial and final marking.
    """
    from pm4py.objects.petri_net.obj import Marking, PetriNet
    from pm4py.objects.petri_net.utils.petri_utils import add_arc_from_to

    net = PetriNet(program.graph.procedure)
    source, sink = PetriNet.Place("source"), PetriNet.Place("sink")
    net.places.add(source)
    net.places.add(sink)
    places: dict[int, Any] = {}

    def place(bit: int) -> Any:
        if bit not in places:
            places[bit] = PetriNet.Place(f"p{len(places)}")
            net.places.add(places[bit])
        return places[bit]

    def transition(name: str, needs: list[Any], puts: list[Any]) -> None:
        made = PetriNet.Transition(name, name)
        net.transitions.add(made)
        for one in needs:
            add_arc_from_to(one, made, net)
        for one in puts:
            add_arc_from_to(made, one, net)

    def bits(mask: int) -> list[Any]:
        return [place(1 << n) for n in range(mask.bit_length()) if mask >> n & 1]

    transition("begin", [source], bits(program.first.puts))
    for stop in program.stops:
        for outcome, move in stop.moves.items():
            transition(f"{stop.id} {outcome}".strip(), bits(stop.needs), bits(move.puts))
    for bit, name in program.ends.items():
        transition(f"end {name}", bits(bit), [sink])
    return net, Marking({source: 1}), Marking({sink: 1})


def _pm4py() -> Callable[[], int]:
    from pm4py.algo.analysis.woflan import algorithm as woflan

    net, first, last = net_of(complaint())
    how = {
        woflan.Parameters.RETURN_ASAP_WHEN_NOT_SOUND: False,
        woflan.Parameters.PRINT_DIAGNOSTICS: False,
        woflan.Parameters.RETURN_DIAGNOSTICS: False,
    }
    assert woflan.apply(net, first, last, parameters=how)

    def once() -> int:
        woflan.apply(net, first, last, parameters=how)
        return 1

    return once


def _handbook() -> Callable[[], int]:
    from propflow.verify import check

    site = estate()
    for name in site.procedures:
        site.program(name)
    wrong = [finding for finding in check(site) if finding.severity == "error"]
    assert wrong == [], wrong

    def once() -> int:
        check(site)
        return 1

    return once


def _all_reached() -> Callable[[], int]:
    site = estate()
    graphs = [site.graph(name) for name in site.procedures]

    def once() -> int:
        for graph in graphs:
            reached(graph)
        return 1

    return once


_WALKED = "follows each edge once: it says what can be reached, and nothing of joins or of ends."

SOUND = Row(
    id="sound",
    title="Is the complaint chart sound?",
    unit="proof",
    does=(
        "the shipped complaint chart, compiled beforehand: every case can end, nothing is entered "
        "twice at once, no step is dead."
    ),
    fair=(
        "propflow, pm4py and the plain search answer the same question on the same net; the walk "
        "answers less."
    ),
    contenders=(
        Contender(
            name="propflow",
            part="propflow",
            prepare=plain(_propflow(complaint)),
            lacks="rules of reduction, and nothing is left to explore.",
            package="propflow",
        ),
        Contender(
            name="pm4py",
            part="peer",
            prepare=plain(_pm4py),
            lacks="Woflan on the net that propflow compiles to; also checks invariants.",
            package="pm4py",
        ),
        Contender(
            name="plain search",
            part="scale",
            prepare=plain(_search),
            lacks="every marking, on propflow's own program.",
        ),
        Contender(name="walk", part="limit", prepare=plain(_reached(complaint)), lacks=_WALKED),
    ),
)

SIDE_BY_SIDE = Row(
    id="branches",
    title="Ten branches of three steps side by side",
    unit="proof",
    does="the same question of ten branches of three steps each: a million markings.",
    fair=(
        "no: the walk answers less. A plain search of all markings takes most of a minute, and "
        "pm4py has no answer after one; neither can take turns with us."
    ),
    contenders=(
        Contender(
            name="propflow",
            part="propflow",
            prepare=plain(_propflow(branches)),
            lacks="rules of reduction, and nothing is left to explore.",
            package="propflow",
        ),
        Contender(name="walk", part="limit", prepare=plain(_reached(branches)), lacks=_WALKED),
    ),
)

HANDBOOK = Row(
    id="prove",
    title="The whole handbook, all laws",
    unit="proof",
    told="time",
    does=(
        "every shipped procedure, law and decision table, loaded and compiled beforehand: "
        "soundness, laws, facts, calls, gaps and overlaps."
    ),
    fair="no: the walk answers far less; no peer has laws, tables and facts in one model.",
    contenders=(
        Contender(
            name="propflow",
            part="propflow",
            prepare=plain(_handbook),
            lacks="everything that `propflow check` says of a site without people.",
            package="propflow",
        ),
        Contender(name="walk", part="limit", prepare=plain(_all_reached), lacks=_WALKED),
    ),
)
