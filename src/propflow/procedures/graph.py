"""
The normal form: every procedure, however it was written, as one graph of steps and edges.

In the normal form a join is the only node with several edges in besides a merge, a fork the
only one with several edges out besides a step with outcomes, and gateways are numbered in the
order in which a reader meets them. Two ways of writing the same thing give the same graph, and
so the same content hash.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import cached_property
from typing import Any

import attrs

from propflow.errors import GraphError, nearest
from propflow.procedures.model import (
    DONE,
    LATE,
    Ask,
    Beside,
    Block,
    Call,
    Choose,
    Decide,
    Edge,
    End,
    Fork,
    Halt,
    Join,
    Merge,
    Node,
    Plain,
    Procedure,
    Repeat,
    Sequence,
    Start,
    Step,
    Task,
    Together,
    Wait,
)
from propflow.text import Text

#: An exit that leads nowhere yet: the node and the outcomes that leave by it.
_Exit = tuple[str, tuple[str, ...]]


@attrs.frozen(kw_only=True, slots=False)
class StepGraph:
    """
    Steps, edges with their outcomes, one start, named ends.

    Attributes:
        procedure: Id of the procedure that it draws.
        nodes: In the order in which a reader meets them, the start first.
        edges: In the order of their sources; of one source, as written.
    """

    procedure: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    @cached_property
    def by_id(self) -> Mapping[str, Node]:
        """
        Node of each id.
        """
        return {node.id: node for node in self.nodes}

    @cached_property
    def out(self) -> Mapping[str, tuple[Edge, ...]]:
        """
        Edges that leave each node.
        """
        return _grouped(self.nodes, self.edges, "source")

    @cached_property
    def into(self) -> Mapping[str, tuple[Edge, ...]]:
        """
        Edges that enter each node.
        """
        return _grouped(self.nodes, self.edges, "target")

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """
        The nodes that are boxes of the chart, gateways left out.
        """
        return tuple(node for node in self.nodes if isinstance(node, Step))

    @cached_property
    def ends(self) -> tuple[str, ...]:
        """
        Names of the ends.
        """
        return tuple(node.id for node in self.nodes if isinstance(node, End))

    @cached_property
    def digest(self) -> str:
        """
        SHA-256 of what the graph means, 64 hexadecimal digits. Places do not count.
        """
        number = {node.id: index for index, node in enumerate(self.nodes)}
        plain = [
            [_plain(node) for node in self.nodes],
            [[number[e.source], number[e.target], list(e.outcomes)] for e in self.edges],
        ]
        text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def graph_of(procedure: Procedure) -> StepGraph:
    """
    The normal form of a procedure.

    Raises:
        GraphError: An edge leads to a step that is not there, two steps share a name, a step
            is never reached, a loop has no way out, or an outcome leads two ways.
    """
    if procedure.plain is not None:
        nodes, edges = _explicit(procedure.id, procedure.plain)
    else:
        nodes, edges = _lowered(procedure)
    _check(procedure.id, nodes, edges)
    return _numbered(procedure.id, nodes, edges)


def digest_of(procedure: Procedure, graph: StepGraph) -> str:
    """
    SHA-256 of all that running a procedure depends on: 64 hexadecimal digits.

    Its graph, the facts that a case can know, and what can come between. Titles, laws and places
    do not count: a case goes on just the same when they change.
    """
    plain = [graph.digest, _plain(procedure.facts), _plain(procedure.interrupts)]
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


# -- from blocks ----------------------------------------------------------------------------


class _Lowering:
    """
    Collects nodes and edges while the blocks are walked.
    """

    def __init__(self, procedure: str) -> None:
        self.procedure = procedure
        self.nodes: dict[str, Node] = {}
        self.edges: list[Edge] = []

    def add(self, node: Node) -> str:
        if node.id in self.nodes:
            raise GraphError(
                self.procedure, f"two steps are called {node.id!r}. Give one another name.", node.id
            )
        self.nodes[node.id] = node
        return node.id

    def gateway(self, kind: type[Fork | Join | Merge]) -> str:
        # A space keeps these apart from every name a file can give; they are renumbered later.
        return self.add(kind(f"{kind.__name__.lower()} {len(self.nodes)}"))

    def connect(self, exits: list[_Exit], target: str) -> None:
        if len(exits) > 1 and not isinstance(self.nodes[target], Merge):
            merge = self.gateway(Merge)
            self.connect(exits, merge)
            exits = [(merge, ())]
        self.edges.extend(Edge(source, target, outcomes) for source, outcomes in exits)

    def lower(self, block: Block, exits: list[_Exit]) -> list[_Exit]:
        """
        Add *block* behind *exits*; returns the exits behind the block.
        """
        match block:
            case Sequence(blocks=blocks):
                for part in blocks:
                    if not exits:
                        name = next((s.id for s in steps_of(part)), None)
                        raise GraphError(
                            self.procedure,
                            f"step {name!r} comes after an end, so nobody reaches it.",
                            name,
                        )
                    exits = self.lower(part, exits)
                return exits
            case Choose(step=step, branches=branches):
                self.connect(exits, self.add(step))
                return [
                    leaving
                    for outcomes, branch in branches
                    for leaving in self.lower(branch, [(step.id, outcomes)])
                ]
            case Together(branches=branches):
                return self.together(branches, exits)
            case Repeat(body=body, test=test, between=between):
                again = self.gateway(Merge)
                self.connect(exits, again)
                self.connect(self.lower(body, [(again, ())]), self.add(test))
                self.connect(self.lower(between, [(test.id, ("no",))]), again)
                return [(test.id, ("yes",))]
            case Beside(halt=halt, main=main, meanwhile=meanwhile):
                return self.beside(halt, main, meanwhile, exits)
            case End():
                self.connect(exits, self.add(block))
                return []
            case Step():
                self.connect(exits, self.add(block))
                return [(block.id, ())]
        raise TypeError(f"{block!r} is not a block")

    def beside(self, halt: Halt, main: Block, meanwhile: Block, exits: list[_Exit]) -> list[_Exit]:
        fork = self.gateway(Fork)
        self.connect(exits, fork)
        before = set(self.nodes)
        leaving = self.lower(main, [(fork, ())])
        first = [name for name in self.nodes if name not in before]
        again = self.gateway(Merge)
        self.connect([(fork, ())], again)
        self.connect(self.lower(meanwhile, [(again, ())]), again)
        second = [name for name in self.nodes if name not in before and name not in first]
        # An end on either side is the end of both: what stands beside it is over first.
        ends = {
            name: side
            for side in (first, second)
            for name in side
            if isinstance(self.nodes[name], End)
        }
        named = {name: f"{halt.id}-{name}" for name in ends}
        if not leaving and ends:
            named[next(iter(ends))] = halt.id
        over = [*named.values(), *([halt.id] if leaving else [])]
        for name, side in ends.items():
            other = second if side is first else first
            self.halted(attrs.evolve(halt, id=named[name], region=(*other, *over)), name)
        if not leaving:
            return []
        region = (*second, *(name for name in over if name != halt.id))
        self.connect(leaving, self.add(attrs.evolve(halt, region=region)))
        return [(halt.id, ())]

    def halted(self, halt: Halt, end: str) -> None:
        """
        Put a halt before an end, itself not among what it ends.
        """
        region = tuple(name for name in halt.region if name != halt.id)
        self.add(attrs.evolve(halt, region=region))
        self.edges = [
            attrs.evolve(edge, target=halt.id) if edge.target == end else edge
            for edge in self.edges
        ]
        self.connect([(halt.id, ())], end)

    def together(self, branches: tuple[tuple[str, Block], ...], exits: list[_Exit]) -> list[_Exit]:
        if len(branches) < 2:
            return self.lower(branches[0][1], exits) if branches else exits
        fork = self.gateway(Fork)
        self.connect(exits, fork)
        arriving = [self.lower(branch, [(fork, ())]) for _, branch in branches]
        arriving = [exits for exits in arriving if exits]
        if not arriving:
            return []
        if len(arriving) == 1:
            return arriving[0]
        join = self.gateway(Join)
        for branch in arriving:
            self.connect(branch, join)
        return [(join, ())]


def _lowered(procedure: Procedure) -> tuple[dict[str, Node], list[Edge]]:
    lowering = _Lowering(procedure.id)
    exits = lowering.lower(procedure.body, [(lowering.add(Start()), ())])
    if exits:
        lowering.lower(End(id="done"), exits)
    return lowering.nodes, lowering.edges


def steps_of(block: Block) -> Iterable[Step]:
    """
    Every step of a block, in reading order.
    """
    match block:
        case Sequence(blocks=blocks):
            for part in blocks:
                yield from steps_of(part)
        case Choose(step=step, branches=branches):
            yield step
            for _, branch in branches:
                yield from steps_of(branch)
        case Together(branches=branches):
            for _, branch in branches:
                yield from steps_of(branch)
        case Repeat(body=body, test=test, between=between):
            yield from steps_of(body)
            yield test
            yield from steps_of(between)
        case Beside(halt=halt, main=main, meanwhile=meanwhile):
            yield from steps_of(main)
            yield from steps_of(meanwhile)
            yield halt
        case Step():
            yield block


# -- from plain graphs ----------------------------------------------------------------------


def _explicit(procedure: str, plain: Plain) -> tuple[dict[str, Node], list[Edge]]:
    """
    Draw the gateways that a plain graph leaves to the reader, and check its names.
    """
    lowering = _Lowering(procedure)
    for node in plain.nodes:
        lowering.add(node)
    for edge in plain.edges:
        for end, name in (("begins", edge.source), ("ends", edge.target)):
            if name not in lowering.nodes:
                raise GraphError(
                    procedure,
                    f"the edge {edge.source!r} -> {edge.target!r} {end} at {name!r}, which is "
                    f"not one of its steps.{nearest(name, lowering.nodes)}",
                )
    edges = list(plain.edges)
    if not any(isinstance(node, Start) for node in plain.nodes):
        entered = {edge.target for edge in edges}
        first = [node.id for node in plain.nodes if node.id not in entered]
        if len(first) != 1:
            raise GraphError(
                procedure,
                "it has no start, and not exactly one step without an edge into it: "
                f"{', '.join(map(repr, first)) or 'none'}. Add a start.",
            )
        edges.insert(0, Edge(lowering.add(Start()), first[0]))
    lowering.edges = edges
    for node in list(lowering.nodes.values()):
        _implicit(lowering, node)
    return lowering.nodes, lowering.edges


def _implicit(lowering: _Lowering, node: Node) -> None:
    entering = [edge for edge in lowering.edges if edge.target == node.id]
    if len(entering) > 1 and not isinstance(node, Join | Merge):
        merge = lowering.gateway(Merge)
        lowering.edges = [
            attrs.evolve(edge, target=merge) if edge.target == node.id else edge
            for edge in lowering.edges
        ]
        lowering.edges.append(Edge(merge, node.id))
    leaving = [edge for edge in lowering.edges if edge.source == node.id and not edge.outcomes]
    if len(leaving) > 1 and not isinstance(node, Fork):
        fork = lowering.gateway(Fork)
        lowering.edges = [
            attrs.evolve(edge, source=fork) if edge in leaving else edge for edge in lowering.edges
        ]
        lowering.edges.append(Edge(node.id, fork))


# -- checks and the order of reading --------------------------------------------------------


def _check(procedure: str, nodes: Mapping[str, Node], edges: list[Edge]) -> None:
    out = _grouped(nodes.values(), edges, "source")
    into = _grouped(nodes.values(), edges, "target")
    for node in nodes.values():
        _check_edges(procedure, node, into[node.id], out[node.id])
    _check_rounds(procedure, nodes, out)
    start = next(node.id for node in nodes.values() if isinstance(node, Start))
    met = _reach([start], out, "target")
    for node in nodes.values():
        if node.id not in met and isinstance(node, Step):
            raise GraphError(procedure, f"nobody reaches step {node.id!r}.", node.id)
    ways_out = [n.id for n in nodes.values() if isinstance(n, End)]
    # What a halt ends need not lead anywhere by itself.
    ways_out += [name for n in nodes.values() if isinstance(n, Halt) for name in n.region]
    leaving = _reach(ways_out, into, "source")
    for node in nodes.values():
        if node.id not in leaving and isinstance(node, Step):
            raise GraphError(
                procedure, f"from step {node.id!r} there is no way to an end.", node.id
            )


def _check_rounds(
    procedure: str, nodes: Mapping[str, Node], out: Mapping[str, tuple[Edge, ...]]
) -> None:
    """
    No way goes round through gateways alone: nothing on it would ever stop a case.
    """
    clear: set[str] = set()
    for first in nodes.values():
        way: list[str] = []
        queue = [(first.id, 0)]
        while queue:
            name, depth = queue.pop()
            del way[depth:]
            if isinstance(nodes[name], Step) or name in clear:
                continue
            if name in way:
                raise GraphError(procedure, "a way goes round and round without meeting a step.")
            way.append(name)
            queue += [(edge.target, depth + 1) for edge in out[name]]
        clear.add(first.id)


def _check_edges(procedure: str, node: Node, into: tuple[Edge, ...], out: tuple[Edge, ...]) -> None:
    if isinstance(node, End):
        if out:
            raise GraphError(procedure, f"something follows the end {node.id!r}.", node.id)
        return
    if isinstance(node, Start):
        if into:
            raise GraphError(procedure, "an edge leads back into the start.")
        if len(out) != 1:
            raise GraphError(procedure, "nothing follows the start.")
        return
    if not out:
        raise GraphError(
            procedure, f"nothing follows step {node.id!r}, and it is not an end.", node.id
        )
    outcomes = [outcome for edge in out for outcome in edge.outcomes]
    double = next((name for name in outcomes if outcomes.count(name) > 1), None)
    if double is not None:
        raise GraphError(procedure, f"{double!r} of {node.id!r} leads two ways.", node.id)
    if outcomes and not isinstance(node, Task | Ask | Decide | Wait | Call):
        raise GraphError(
            procedure,
            f"step {node.id!r} has outcomes but decides nothing. Make it an ask or a decide.",
            node.id,
        )
    if outcomes and len([edge for edge in out if edge.outcomes]) != len(out):
        raise GraphError(
            procedure, f"an edge out of {node.id!r} says no outcome while others do.", node.id
        )
    if not outcomes and isinstance(node, Ask | Decide):
        raise GraphError(procedure, f"{node.id!r} asks, but no answer leads anywhere.", node.id)
    if outcomes:
        _check_outcomes(procedure, node, outcomes)


def _check_outcomes(procedure: str, node: Node, outcomes: list[str]) -> None:
    """
    Each outcome that a step is known to have leads somewhere, and no other does.
    """
    if isinstance(node, Ask):
        if node.late_answer is not None and node.late_answer not in outcomes:
            raise GraphError(
                procedure,
                f"{node.id!r} takes {node.late_answer!r} for an answer when nobody answers, and "
                f"that is not one of its answers.{nearest(node.late_answer, outcomes)}",
                node.id,
            )
        return
    known: tuple[str, ...]
    if isinstance(node, Decide) and node.test:
        known = ("yes", "no")
    elif isinstance(node, Task):
        known = (DONE, LATE)
        if node.within is None:
            raise GraphError(
                procedure, f"{node.id!r} can be late only if it says within what time.", node.id
            )
    elif isinstance(node, Wait):
        known = node.messages + ((LATE,) if node.within is not None else ())
    else:
        return
    for outcome in outcomes:
        if outcome not in known:
            raise GraphError(
                procedure,
                f"{node.id!r} never comes to {outcome!r}.{nearest(outcome, known)}",
                node.id,
            )
    for outcome in known:
        if outcome not in outcomes:
            raise GraphError(
                procedure, f"{node.id!r} can come to {outcome!r}, which leads nowhere.", node.id
            )


def _reach(
    first: Iterable[str], edges: Mapping[str, tuple[Edge, ...]], towards: str
) -> dict[str, None]:
    met: dict[str, None] = dict.fromkeys(first)
    queue = list(met)
    for name in queue:
        for edge in edges[name]:
            following = getattr(edge, towards)
            if following not in met:
                met[following] = None
                queue.append(following)
    return met


def _numbered(procedure: str, nodes: dict[str, Node], edges: list[Edge]) -> StepGraph:
    """
    The graph with its gateways named by the order in which a reader meets them.
    """
    # Led past a merge, two ways may turn out to be one and the same.
    edges = _together(procedure, _flat(nodes, _together(procedure, edges)))
    out = _grouped(nodes.values(), edges, "source")
    start = next(node.id for node in nodes.values() if isinstance(node, Start))
    order = list(_reach([start], out, "target"))
    names: dict[str, str] = {}
    counts: dict[str, int] = {}
    for name in order:
        node = nodes[name]
        if isinstance(node, Step | Start):
            names[name] = name
        else:
            kind = type(node).__name__.lower()
            counts[kind] = counts.get(kind, 0) + 1
            names[name] = f"{kind} {counts[kind]}"
    return StepGraph(
        procedure=procedure,
        nodes=tuple(_renamed(nodes[name], names) for name in order),
        edges=tuple(
            Edge(names[edge.source], names[edge.target], edge.outcomes)
            for name in order
            for edge in out[name]
        ),
    )


def _renamed(node: Node, names: Mapping[str, str]) -> Node:
    if isinstance(node, Halt):
        # A gateway that was led past is no longer there to be named.
        region = sorted(names[name] for name in node.region if name in names)
        return attrs.evolve(node, id=names[node.id], region=tuple(region))
    return attrs.evolve(node, id=names[node.id])


def _together(procedure: str, edges: list[Edge]) -> list[Edge]:
    """
    Edges between the same two nodes as one, with the outcomes of all.
    """
    found: dict[tuple[str, str], Edge] = {}
    for edge in edges:
        ends = edge.source, edge.target
        if ends not in found:
            found[ends] = edge
        elif edge.outcomes:
            found[ends] = attrs.evolve(edge, outcomes=found[ends].outcomes + edge.outcomes)
        else:
            raise GraphError(
                procedure, f"the edge {edge.source!r} -> {edge.target!r} is drawn twice.", None
            )
    return list(found.values())


def _flat(nodes: dict[str, Node], edges: list[Edge]) -> list[Edge]:
    """
    Lead edges past a merge that leads straight into another merge, and past one with one edge in.
    """
    for node in list(nodes.values()):
        if not isinstance(node, Merge):
            continue
        leaving = next(edge for edge in edges if edge.source == node.id)
        entering = [edge for edge in edges if edge.target == node.id]
        if leaving.target == node.id:
            continue
        if len(entering) == 1 or isinstance(nodes[leaving.target], Merge):
            edges = [
                attrs.evolve(edge, target=leaving.target) if edge.target == node.id else edge
                for edge in edges
                if edge is not leaving
            ]
            del nodes[node.id]
    return edges


def _grouped(nodes: Iterable[Node], edges: Iterable[Edge], end: str) -> dict[str, tuple[Edge, ...]]:
    found: dict[str, list[Edge]] = {node.id: [] for node in nodes}
    for edge in edges:
        found[getattr(edge, end)].append(edge)
    return {name: tuple(group) for name, group in found.items()}


def _plain(value: Any) -> object:
    """
    A value as JSON can hold it, the same for the same meaning.
    """
    if isinstance(value, Text):
        return value.as_dict()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if attrs.has(type(value)):
        fields = {
            field.name: _plain(getattr(value, field.name))
            for field in attrs.fields(type(value))
            if field.eq and not (field.metadata and getattr(value, field.name) == field.default)
        }
        if isinstance(value, Fork | Join | Merge):
            del fields["id"]
        return {"is": type(value).__name__, **fields}
    return value
