"""
Plays a site until everything in it has been met, or as often as one is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from random import Random

from propflow.sites import Site
from propflow.testing.coverage import Coverage, Transition, to_meet
from propflow.testing.player import MOST_OPEN, Move, Player

#: Further than any step is from another.
FAR = 1_000_000
#: Where nothing new is within reach, what is nearer to an end comes first.
ELSEWHERE = 1_000
#: After so many turns an estate is left as it is and a new one begun.
EPISODE = 60


def reach(
    site: Site,
    procedures: Iterable[str] = (),
    *,
    turns: int = 20_000,
    manner: str = "untaken",
    seed: int = 0,
    progress: Callable[[int, Coverage], None] | None = None,
) -> Coverage:
    """
    Play a site, and say what was met.

    Args:
        site: The site.
        procedures: Those whose cases are opened; all, if not said.
        turns: How many things are done at the most.
        manner: ``untaken`` does what may lead where nobody has been yet; ``uniform`` throws even
            dice, to compare with.
        seed: For the dice; the same seed plays the same.
        progress: Is told the turn and what has been met so far.

    Raises:
        BrokenError: Something that must always hold did not.
    """
    names = tuple(procedures) or tuple(site.procedures)
    coverage = to_meet(site, names)
    guide = _Guide(site, names, coverage, Random(seed))  # noqa: S311  dice, no secret
    turn = 0
    while turn < turns and (coverage.untaken or coverage.unfired):
        uniform = manner == "uniform"
        own = names if uniform else (guide.poorest(),)
        player = Player(site, own, coverage=coverage, most=MOST_OPEN if uniform else 1)
        for _ in range(EPISODE):
            turn += 1
            moves = player.moves()
            move = guide.random.choice(moves) if uniform else guide.best(moves, player)
            player.play(move, guide.random.choice)
            if progress is not None:
                progress(turn, coverage)
            if turn >= turns or (not uniform and guide.met(own[0])):
                break
    return coverage


class _Guide:
    """
    Knows where nobody has been yet, and how far that is.
    """

    def __init__(
        self, site: Site, names: tuple[str, ...], coverage: Coverage, random: Random
    ) -> None:
        self.site = site
        self.names = names
        self.coverage = coverage
        self.random = random
        self.rows = {name: to_meet(site, [name]).rows for name in names}
        self._far: dict[tuple[str, frozenset[str], int], dict[str, int]] = {}

    def met(self, name: str) -> bool:
        """
        Whether nothing of a procedure is left to be met.
        """
        taken = self.coverage.taken.keys()
        own = all(one in taken for one in self.coverage.transitions if one[0] == name)
        return own and self.rows[name] <= self.coverage.fired.keys()

    def poorest(self) -> str:
        """
        A procedure in which something has not been met.
        """
        left = {procedure for procedure, _, _ in self.coverage.untaken}
        unfired = set(self.coverage.unfired)
        left |= {name for name in self.names if unfired & self.rows[name]}
        return self.random.choice(sorted(left & set(self.names)) or list(self.names))

    def best(self, moves: Sequence[Move], player: Player) -> Move:
        """
        One of those that lead the shortest way to where nobody has been; now and then any.
        """
        if self.random.random() < 0.1:
            return self.random.choice(moves)
        far = [
            min((self.far(move, hope, player) for hope in move.hopes), default=FAR - 1)
            for move in moves
        ]
        nearest = min(far)
        return self.random.choice(
            [move for move, one in zip(moves, far, strict=True) if one == nearest]
        )

    def far(self, move: Move, hope: Transition, player: Player) -> int:
        procedure, step, outcome = hope
        if hope in self.coverage.transitions and hope not in self.coverage.taken:
            return 0
        ends: frozenset[str] = frozenset()
        if move.case is not None and move.case.parent is not None:
            above, calling = move.case.parent
            parent = player.engine.case(above).procedure
            graph = self.site.graph(procedure)
            ends = frozenset(end for end in graph.ends if self.untaken((parent, calling, end)))
        found = self.towards(hope, self.distances(procedure, ends))
        if found >= FAR:
            # Nothing is left here: the sooner it is over, the sooner others go on.
            graph = self.site.graph(procedure)
            over = self.distances(procedure, frozenset(graph.ends))
            return ELSEWHERE + self.towards(hope, over)
        return found

    def towards(self, hope: Transition, distances: dict[str, int]) -> int:
        procedure, step, outcome = hope
        targets = [
            edge.target
            for edge in self.site.graph(procedure).out[step]
            if not edge.outcomes or outcome in edge.outcomes
        ]
        return 1 + min((distances.get(target, FAR) for target in targets), default=FAR)

    def untaken(self, transition: Transition) -> bool:
        return transition in self.coverage.transitions and transition not in self.coverage.taken

    def distances(self, procedure: str, ends: frozenset[str]) -> dict[str, int]:
        """
        From each node how many steps it is to one that can be left as nobody has left it.
        """
        key = procedure, ends, len(self.coverage.taken)
        if key not in self._far:
            graph = self.site.graph(procedure)
            left = {step for name, step, _ in self.coverage.untaken if name == procedure} | ends
            found = {node.id: 0 for node in graph.nodes if node.id in left}
            queue = list(found)
            for node in queue:
                for edge in graph.into[node]:
                    if edge.source not in found:
                        found[edge.source] = found[node] + 1
                        queue.append(edge.source)
            self._far[key] = found
        return self._far[key]
