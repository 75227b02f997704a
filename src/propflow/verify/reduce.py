"""
Makes a procedure small without changing whether it is sound, so that little is left to explore.

Four rules, over and over: what follows one after another becomes one, a way back to where one
stands is dropped, two ways to the same place become one, and places that are always entered and
left together become one.

Source: Murata, "Petri Nets: Properties, Analysis and Applications", Proceedings of the IEEE 77
(1989); Desel and Esparza, "Free Choice Petri Nets" (1995).
"""

from __future__ import annotations

from collections.abc import Iterator

from propflow.procedures import Program, Stop
from propflow.verify.explore import Passed, outcomes

#: What was passed on the way, as nested pairs: joined only where somebody asks.
Way = tuple["Way", "Way"] | Passed | None

#: A step may be drawn into the one before it as long as that leads so many ways at the most.
WAYS = 8

#: Stands for the start among the numbers of steps.
START = -1


class Net:
    """
    Places and what moves between them. A place is one bit, left by exactly one step or none.

    Attributes:
        needs: For each step that is left over, the places that it is entered from.
        moves: For each step, where it leads: places and what was passed on the way there.
        joins: The steps that happen by themselves.
        vital: The steps without which a step of the procedure is dead: all but bare joins.
        clears: For each step that ends others, the places that it empties.
        double: For each step that can enter a place twice at once by itself, how it is left then.
        ends: The places at which a case may be over.
    """

    def __init__(self, program: Program) -> None:
        self._keep: frozenset[int] = frozenset()
        self.needs: dict[int, int] = {}
        self.moves: dict[int, dict[int, Way]] = {START: {program.first.puts: None}}
        self.joins: set[int] = set()
        self.vital: set[int] = set()
        self.clears: dict[int, int] = {}
        self.double: dict[int, Way] = {START: None} if program.first.twice else {}
        self.ends = 0
        for bit in program.ends:
            self.ends |= bit
        for stop in program.stops:
            self._add(stop)
        self._regions = tuple(self.clears.values())
        self._consumer: dict[int, int] = {}
        for number, needs in self.needs.items():
            for bit in _bits(needs):
                self._consumer[bit] = number
        self._producers: dict[int, set[int]] = {}
        for number, moves in self.moves.items():
            for puts in moves:
                for bit in _bits(puts):
                    self._producers.setdefault(bit, set()).add(number)

    def _add(self, stop: Stop) -> None:
        number = stop.number
        self.needs[number] = stop.needs
        moves: dict[int, Way] = {}
        for outcome, move in stop.moves.items():
            if move.twice:
                self.double[number] = _leaving(stop, outcome)
            if move.puts not in moves:
                moves[move.puts] = _leaving(stop, outcome)
        self.moves[number] = moves
        if stop.step is None:
            self.joins.add(number)
        else:
            self.vital.add(number)
        if stop.clears:
            self.clears[number] = stop.clears

    def ready(self, marking: int) -> list[int]:
        """
        The steps that can be left; where something happens by itself, only that.
        """
        ready = [n for n, needs in self.needs.items() if marking & needs == needs]
        for number in ready:
            if number in self.joins:
                return [number]
        return ready

    def left(self, marking: int, number: int) -> int:
        """
        What stays marked when a step is left.
        """
        return marking & ~(self.needs[number] | self.clears.get(number, 0))

    def reduce(self, *, keep: frozenset[int] = frozenset()) -> None:
        """
        Apply the rules until none applies.

        Args:
            keep: Steps that stay steps of their own, so that one can see when they are done.
        """
        self._keep = keep
        todo = dict.fromkeys(self.needs)
        while todo:
            number, _ = todo.popitem()
            needs = self.needs.get(number)
            if needs is None:
                continue
            if needs & (needs - 1):
                needs = self._parallel(number, needs)
            if not needs & (needs - 1):
                todo.update(dict.fromkeys(self._series(number, needs)))

    def _parallel(self, number: int, needs: int) -> int:
        """
        Places that are always entered together, and left together by this step, become one.
        """
        kept: list[int] = []
        for bit in _bits(needs):
            if any(self._same(bit, other) for other in kept):
                for producer in self._producers.pop(bit):
                    moves = self.moves[producer]
                    self.moves[producer] = {puts & ~bit: way for puts, way in moves.items()}
                needs ^= bit
            else:
                kept.append(bit)
        self.needs[number] = needs
        return needs

    def _same(self, bit: int, other: int) -> bool:
        producers = self._producers.get(bit)
        if producers is None or producers != self._producers.get(other):
            return False
        both = bit | other
        return all(
            puts & both in (0, both) for number in producers for puts in self.moves[number]
        ) and all(region & both in (0, both) for region in self._regions)

    def _series(self, number: int, place: int) -> Iterator[int]:
        """
        A step with one way in is drawn into whatever leads there; yields what to look at again.
        """
        moves = self.moves[number]
        if number in self._keep:
            return
        if place in moves and len(moves) > 1:
            # A way back to where one stands: it can always be left for another one.
            del moves[place]
            if not any(puts & place for puts in moves):
                self._producers[place].discard(number)
        producers = self._producers.get(place)
        if not producers or number in producers or not self._plain(number, place, producers):
            return
        if len(moves) > 1:
            if len(producers) > 1:
                return
            (only,) = producers
            entering = sum(1 for puts in self.moves[only] if puts & place)
            if (entering * len(moves)) + len(self.moves[only]) - entering > WAYS:
                return
        self._draw_in(number, place, producers)
        yield from (producer for producer in producers if producer != START)
        for puts in moves:
            for bit in _bits(puts):
                if bit in self._consumer:
                    yield self._consumer[bit]

    def _plain(self, number: int, place: int, producers: set[int]) -> bool:
        """
        Whether nothing but the step itself happens when it is left as soon as it is entered:
        nothing is entered twice, ends others, or is ended between.
        """
        if number in self.clears or number in self.double:
            return False
        if self._regions and number in self.vital and self._doubtful(producers):
            return False  # one of these joins may never close, but not all of them
        moves = self.moves[number]
        for producer in producers:
            for puts in self.moves[producer]:
                if puts & place and any((puts ^ place) & more for more in moves):
                    return False
        return all(self._calm(place, region) for region in self._regions)

    def _calm(self, place: int, region: int) -> bool:
        """
        Whether ending a region comes to the same before and after what follows by itself once
        a place has been left: all of it lies within the region, or all of it without.
        """
        inside = place & region
        queue = [place]
        for bit in queue:
            number = self._consumer[bit]
            for puts in self.moves[number]:
                if puts & region != (puts if inside else 0):
                    return False
                for following in _bits(puts):
                    join = self._consumer.get(following)
                    if join not in self.joins or following in queue:
                        continue
                    needs = self.needs[join]
                    if needs & region != (needs if inside else 0):
                        return False
                    queue.append(following)
        return True

    def _doubtful(self, producers: set[int]) -> bool:
        return len(producers) > 1 and producers <= self.joins - self.vital

    def _draw_in(self, number: int, place: int, producers: set[int]) -> None:
        moves = self.moves.pop(number)
        if number in self.vital and len(producers) == 1:
            self.vital |= producers
        del self.needs[number], self._producers[place]
        for producer in producers:
            drawn: dict[int, Way] = {}
            for puts, way in self.moves[producer].items():
                if not puts & place:
                    drawn.setdefault(puts, way)
                    continue
                rest = puts ^ place
                for more, further in moves.items():
                    drawn.setdefault(rest | more, further if way is None else (way, further))
            self.moves[producer] = drawn
        for puts in moves:
            for bit in _bits(puts):
                entered = self._producers[bit]
                entered.discard(number)
                entered |= producers


def passed_on(way: Way) -> Iterator[Passed]:
    """
    The steps of a way, in order.
    """
    stack: list[Way] = [way]
    while stack:
        found = stack.pop()
        if found is None:
            continue
        first, second = found
        if isinstance(first, str) and isinstance(second, str):
            yield first, second
        else:
            stack += [second, first]  # type: ignore[list-item]  # a pair of words was a step


def _leaving(stop: Stop, outcome: str) -> Way:
    if stop.step is None:
        return None
    return stop.id, outcome or next(outcomes(stop))


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low
        mask ^= low
