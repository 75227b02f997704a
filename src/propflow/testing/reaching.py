"""
Plays a site until everything in it has been met, or as often as one is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from heapq import heapify, heappop, heappush
from random import Random

from propflow.engine import Case
from propflow.engine.events import Complete, Decided, Facts
from propflow.engine.machine import decide
from propflow.errors import RefusedError
from propflow.procedures import Call, Each
from propflow.sites import Site
from propflow.testing.coverage import Coverage, Transition, to_meet
from propflow.testing.player import MOST_OPEN, Move, Player

#: Further than any step is from another.
FAR = 1_000_000
#: What each end of a case is worth: the smaller the better.
Ends = frozenset[tuple[str, int]]
#: Where nothing new is within reach, what is nearer to an end comes first.
ELSEWHERE = 1_000
#: So many ways to fill in facts are compared before one is taken.
LOOKED_AT = 12
#: After so many turns an estate is left as it is and a new one begun.
EPISODE = 160


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
            choose = guide.random.choice if uniform else guide.facts(move, player)
            player.play(move, choose)
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
        self._far: dict[tuple[str, Ends, int], dict[str, int]] = {}
        self._long: dict[str, dict[str, int]] = {}

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
        targets = [
            edge.target
            for edge in self.site.graph(procedure).out[step]
            if not edge.outcomes or outcome in edge.outcomes
        ]
        return 1 + self.nearest(procedure, targets, self.wanted(move.case, player))

    def wanted(self, case: Case | None, player: Player) -> Ends:
        """
        What each end of a case is worth: for a called one, how far its caller has to go then.
        """
        if case is None or case.parent is None:
            return frozenset()
        name, calling = case.parent
        above = player.engine.case(name)
        return frozenset(
            (end, self.far(Move(kind="do", case=above), (above.procedure, calling, end), player))
            for end in self.site.graph(case.procedure).ends
        )

    def nearest(self, procedure: str, nodes: Iterable[str], ends: Ends) -> int:
        near = self.distances(procedure, ends)
        return min((near.get(node, FAR) for node in nodes), default=FAR)

    def facts(self, move: Move, player: Player) -> Callable[[Sequence[Facts]], Facts]:
        """
        Of some ways to fill in facts the one that leads nearest to where nobody has been.
        """

        def choose(options: Sequence[Facts]) -> Facts:
            some = self.random.sample(list(options), min(LOOKED_AT, len(options)))
            if len(some) == 1 or move.item is None or self.random.random() < 0.25:
                return some[0]
            return min(some, key=lambda facts: self.after(move, facts, player))

        return choose

    def after(self, move: Move, facts: Facts, player: Player) -> int:
        case, item = move.case, move.item
        if case is None or item is None:
            return 0
        chart = player.engine.chart(case.procedure)
        command = Complete(
            step=item.step,
            by=player.person(case, item),
            roles=frozenset(item.by),
            answer=move.answer,
            facts=facts,
        )
        try:
            then, events = decide(
                chart, case, command, player.engine.now(), books=player.site.lines()
            )
        except RefusedError:
            return FAR
        for event in events:
            if isinstance(event, Decided):
                new = (event.table, event.row) in self.coverage.rows - self.coverage.fired.keys()
                if new or self.untaken((case.procedure, event.step, event.outcome)):
                    return 0
        ends = self.wanted(case, player)
        if then.end is not None:
            return dict(ends).get(then.end, ELSEWHERE)
        return 1 + self.nearest(case.procedure, then.since, ends)

    def untaken(self, transition: Transition) -> bool:
        return transition in self.coverage.transitions and transition not in self.coverage.taken

    def distances(self, procedure: str, ends: Ends) -> dict[str, int]:
        """
        From each node how many steps it is to one that can be left as nobody has left it.
        """
        key = procedure, ends, len(self.coverage.taken)
        if key not in self._far:
            graph = self.site.graph(procedure)
            cost = dict.fromkeys(graph.ends, ELSEWHERE) | dict(ends)
            for name, step, outcome in self.coverage.untaken:
                if name == procedure:
                    toll = self.toll(procedure, step, (outcome,))
                    cost[step] = min(cost.get(step, FAR), toll)
            found: dict[str, int] = {}
            queue = [(far, node) for node, far in cost.items() if node in graph.by_id]
            heapify(queue)
            while queue:
                far, node = heappop(queue)
                if node not in found:
                    found[node] = far
                    for edge in graph.into[node]:
                        toll = self.toll(procedure, edge.source, edge.outcomes)
                        heappush(queue, (far + 1 + toll, edge.source))
            self._far[key] = found
        return self._far[key]

    def toll(self, procedure: str, step: str, ends: Sequence[str]) -> int:
        """
        How many steps are taken elsewhere before a call comes back with one of some ends; with
        whichever comes first, if none is said.
        """
        node = self.site.graph(procedure).by_id[step]
        if not isinstance(node, Call | Each):
            return 0
        lengths = self.lengths(node.procedure)
        return min((lengths[end] for end in ends or lengths if end in lengths), default=0)

    def lengths(self, procedure: str) -> dict[str, int]:
        """
        How many steps it is from the start of a procedure to each of its ends.
        """
        if procedure not in self._long:
            graph = self.site.graph(procedure)
            # A procedure that calls itself is looked at as if that took no time.
            self._long[procedure] = {}
            found: dict[str, int] = {}
            queue = [(0, graph.nodes[0].id)]
            while queue:
                far, node = heappop(queue)
                if node not in found:
                    found[node] = far
                    for edge in graph.out[node]:
                        toll = self.toll(procedure, node, edge.outcomes)
                        heappush(queue, (far + 1 + toll, edge.target))
            self._long[procedure] = {end: found[end] for end in graph.ends if end in found}
        return self._long[procedure]
