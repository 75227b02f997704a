"""
Explores what the rules of reduction leave of a procedure.
"""

from __future__ import annotations

from collections import deque

import attrs

from propflow.verify.explore import Passed
from propflow.verify.reduce import START, Net, Way, passed_on


@attrs.frozen(kw_only=True)
class Verdict:
    """
    What the residue says of the whole procedure.

    Attributes:
        answer: ``sound``, ``unsound``, or ``gave up`` where the bound was met.
        trace: A way to where it goes wrong, where one was met.
        dead: The numbers of the steps and the places of the ends that no way leads to.
    """

    answer: str
    trace: tuple[Passed, ...] = ()
    dead: tuple[tuple[int, ...], int] = (), 0


#: A marking, the one before it, and what was passed between the two.
_Came = dict[int, tuple[int | None, Way]]


def verdict(net: Net, *, bound: int) -> Verdict:
    """
    Whether a reduced procedure is sound.

    Args:
        net: The reduced procedure.
        bound: How many markings are looked at, at the most.
    """
    if START in net.double:
        return Verdict(answer="unsound")
    if not net.needs and all(not puts & ~net.ends for puts in net.moves[START]):
        return Verdict(answer="sound")
    return _Residue(net, bound).verdict()


class _Residue:
    def __init__(self, net: Net, bound: int) -> None:
        self.net = net
        self.bound = bound
        self.came: _Came = {puts: (None, way) for puts, way in net.moves[START].items()}
        self.before: dict[int, list[int]] = {marking: [] for marking in self.came}
        self.fired: set[int] = set()

    def verdict(self) -> Verdict:
        queue = deque(self.came)
        over = []
        while queue:
            marking = queue.popleft()
            if not marking & ~self.net.ends:
                over.append(marking)
                continue
            for number in self.net.ready(marking):
                self.fired.add(number)
                if number in self.net.double:
                    way = self.net.double[number]
                    return Verdict(answer="unsound", trace=self.trace(marking, way))
                left = self.net.left(marking, number)
                for puts, way in self.net.moves[number].items():
                    if left & puts:
                        return Verdict(answer="unsound", trace=self.trace(marking, way))
                    after = left | puts
                    if after in self.came:
                        self.before[after].append(marking)
                        continue
                    if len(self.came) >= self.bound:
                        return Verdict(answer="gave up")
                    self.came[after] = marking, way
                    self.before[after] = [marking]
                    queue.append(after)
        return self.ends(over)

    def ends(self, over: list[int]) -> Verdict:
        good = set(over)
        queue = list(over)
        for marking in queue:
            for earlier in self.before[marking]:
                if earlier not in good:
                    good.add(earlier)
                    queue.append(earlier)
        # `came` is in the order of distance, so the first one is nearest to the start.
        worst = next((marking for marking in self.came if marking not in good), None)
        if worst is not None:
            return Verdict(answer="unsound", trace=self.trace(worst, None))
        reached = 0
        for marking in over:
            reached |= marking
        left = self.net.vital & self.net.needs.keys()
        dead = tuple(sorted(left - self.fired))
        if dead or self.net.ends & ~reached:
            return Verdict(answer="unsound", dead=(dead, self.net.ends & ~reached))
        return Verdict(answer="sound")

    def trace(self, marking: int, last: Way) -> tuple[Passed, ...]:
        ways = [last]
        at: int | None = marking
        while at is not None:
            at, way = self.came[at]
            ways.append(way)
        return tuple(passed for way in reversed(ways) for passed in passed_on(way))
