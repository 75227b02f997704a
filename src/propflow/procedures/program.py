"""
A procedure compiled: steps are small integers, and where a case stands is one integer.

Each way into a step is one bit. A step that is done clears its own bits and sets those of what
comes next; merges and forks are worked out beforehand, so that what is left at run time is a
few operations on one number. The same program is run, explored and drawn.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from propflow.errors import GraphError
from propflow.procedures.graph import StepGraph
from propflow.procedures.model import End, Fork, Halt, Merge, Start, Step

#: So many markings are remembered with the steps that they open.
REMEMBERED = 1000


@attrs.frozen
class Move:
    """
    What the marking gains when a step is left by one outcome.

    Attributes:
        puts: Bits that are set.
        twice: Bits that would be set twice by this move alone; a sound procedure has none.
        wakes: Numbers of the steps that may be ready now.
    """

    puts: int
    twice: int
    wakes: tuple[int, ...]


@attrs.frozen
class Stop:
    """
    A step of the program, or a join, with the bits it needs and the moves it can make.

    Attributes:
        number: Its index in the program.
        id: Its name in the graph.
        step: The step it carries out; nothing for a join, which happens by itself.
        needs: Bits that must all be set; they are cleared when it is left.
        moves: The move of each outcome. A step without outcomes has one, under ``""``.
        clears: Bits that are cleared when it is left besides those it needs: a halt's region.
    """

    number: int
    id: str
    step: Step | None
    needs: int
    moves: Mapping[str, Move]
    clears: int = 0

    def move(self, outcome: str) -> Move | None:
        """
        The move of *outcome*, or nothing where it leads nowhere.

        A step that leads on whatever comes of it takes every outcome.
        """
        return self.moves.get(outcome) or self.moves.get("")


class TwiceError(GraphError):
    """
    A step would be entered a second time while it is still open.
    """


@attrs.frozen(eq=False)
class Program:
    """
    The compiled form of a `StepGraph`.

    Attributes:
        graph: The graph that it was made from.
        stops: Steps and joins, by number.
        number: Number of each step and join, by id.
        first: The move with which a case begins.
        ends: For each end, its bit and its name, in the graph's order.
    """

    graph: StepGraph
    stops: tuple[Stop, ...]
    number: Mapping[str, int]
    first: Move
    ends: Mapping[int, str]
    _end_bits: int
    _places: Mapping[tuple[str, str], int]
    # Which steps a marking opens never changes; most cases stand at the same few.
    _opened: dict[int, tuple[Stop, ...]] = attrs.field(factory=dict, repr=False)

    def begin(self) -> int:
        """
        The marking of a new case.
        """
        return self.settled(self._put(0, self.first), self.first)

    def fire(self, marking: int, stop: Stop, outcome: str = "") -> int:
        """
        The marking after *stop* was left by *outcome*.

        Raises:
            KeyError: The outcome leads nowhere.
            TwiceError: A step would be entered twice at once.
        """
        move = stop.move(outcome)
        if move is None:
            raise KeyError(outcome)
        return self.settled(self._put(marking & ~(stop.needs | stop.clears), move), move)

    def open(self, marking: int) -> tuple[Stop, ...]:
        """
        Every step that is open in *marking*, in the graph's order.
        """
        found = self._opened.get(marking)
        if found is None:
            found = tuple(
                stop
                for stop in self.stops
                if stop.step is not None and marking & stop.needs == stop.needs
            )
            if len(self._opened) < REMEMBERED:
                self._opened[marking] = found
        return found

    def end(self, marking: int) -> str | None:
        """
        The name of the end that a case has come to, or nothing while a step is open.

        Where branches came to several ends, the first of them in the graph's order.
        """
        if marking & ~self._end_bits:
            return None
        return next((name for bit, name in self.ends.items() if marking & bit), None)

    def settled(self, marking: int, move: Move) -> int:
        """
        The marking once every join that can close has closed.
        """
        waiting = [number for number in move.wakes if self.stops[number].step is None]
        while waiting:
            stop = self.stops[waiting.pop()]
            if marking & stop.needs == stop.needs:
                after = stop.moves[""]
                marking = self._put(marking & ~stop.needs, after)
                waiting += [n for n in after.wakes if self.stops[n].step is None]
        return marking

    def standing(self, marking: int) -> frozenset[tuple[str, str]]:
        """
        Source and target of every edge on which the marking stands: where a picture marks it.
        """
        return frozenset(ends for ends, bits in self._places.items() if bits & marking)

    def _put(self, marking: int, move: Move) -> int:
        double = move.twice | (marking & move.puts)
        if double:
            name = self._entered(double)
            raise TwiceError(
                self.graph.procedure, f"step {name!r} would be entered twice at once.", name
            )
        return marking | move.puts

    def _entered(self, bits: int) -> str:
        return next(
            (stop.id for stop in self.stops if stop.needs & bits),
            next((name for bit, name in self.ends.items() if bit & bits), "?"),
        )


def compile_graph(graph: StepGraph) -> Program:
    """
    Compile the normal form.
    """
    return _Compiler(graph).program()


class _Compiler:
    def __init__(self, graph: StepGraph) -> None:
        self.graph = graph
        self.bits: dict[tuple[str, str], int] = {}
        self.wakes: dict[int, list[int]] = {}
        self.ends: dict[int, str] = {}
        self.number: dict[str, int] = {}
        self.needs: dict[str, int] = {}
        for node in graph.nodes:
            if isinstance(node, Start | Fork | Merge):
                continue
            mask = 0
            for edge in graph.into[node.id]:
                bit = 1 << len(self.bits)
                self.bits[edge.source, edge.target] = bit
                mask |= bit
            self.needs[node.id] = mask
            if isinstance(node, End):
                self.ends[mask] = node.id
            else:
                self.number[node.id] = len(self.number)

    def program(self) -> Program:
        graph = self.graph
        places = {}
        for edge in graph.edges:
            puts, _ = self.follow(edge.source, edge.target)
            places[edge.source, edge.target] = puts
        end_bits = 0
        for bit in self.ends:
            end_bits |= bit
        start = next(node for node in graph.nodes if isinstance(node, Start))
        stops = []
        for name, number in self.number.items():
            node = graph.by_id[name]
            moves = {
                outcome: self.move(name, edge.target)
                for edge in graph.out[name]
                for outcome in edge.outcomes or ("",)
            }
            step = node if isinstance(node, Step) else None
            clears = 0
            for ended in step.region if isinstance(step, Halt) else ():
                clears |= self.needs.get(ended, 0)
            stops.append(Stop(number, name, step, self.needs[name], moves, clears))
        return Program(
            graph=graph,
            stops=tuple(stops),
            number=self.number,
            first=self.move(start.id, graph.out[start.id][0].target),
            ends=self.ends,
            end_bits=end_bits,
            places=places,
        )

    def move(self, source: str, target: str) -> Move:
        puts, twice = self.follow(source, target)
        wakes = tuple(number for name, number in self.number.items() if self.needs[name] & puts)
        return Move(puts, twice, wakes)

    def follow(self, source: str, target: str) -> tuple[int, int]:
        """
        The bits that an edge leads to, through merges and forks; and those met twice.

        It comes to an end because no way in a graph goes round through gateways alone.
        """
        node = self.graph.by_id[target]
        if not isinstance(node, Fork | Merge):
            return self.bits[source, target], 0
        puts = twice = 0
        for edge in self.graph.out[target]:
            more, doubled = self.follow(target, edge.target)
            twice |= doubled | (puts & more)
            puts |= more
        return puts, twice
