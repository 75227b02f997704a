"""
A walk through each procedure: what people did, call by call, so that it can be done again.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from random import Random
from typing import Any, cast

import attrs

from propflow.engine import Engine, SimulatedClock
from propflow.errors import RefusedError
from propflow.sites import Site
from propflow.testing import Player
from propflow.testing.simulation import CALLS

#: A case that has not come to its end after so many turns is left where it is.
LONGEST = 40
#: So many walks are tried; the one that goes furthest is taken.
TRIED = 2


@attrs.frozen
class Call:
    """
    One thing that a host asked of its engine.
    """

    at: datetime
    name: str
    args: tuple[Any, ...]
    more: dict[str, Any]


class _Recording:
    def __init__(self, engine: Engine, calls: list[Call]) -> None:
        self._engine = engine
        self._calls = calls

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._engine, name)
        if name not in CALLS:
            return method

        def call(*args: Any, **more: Any) -> Any:
            if name != "tick":
                more["key"] = f"walk-{len(self._calls)}"
            self._calls.append(Call(self._engine.now(), name, args, more))
            return method(*args, **more)

        return call


def walk_of(site: Site, procedure: str) -> tuple[Site, list[Call]]:
    """
    A walk through a procedure to one of its ends, and the site with people for every role.
    """
    found = [_walk(site, procedure, seed) for seed in range(TRIED)]
    return max(found, key=lambda one: (one[2] is not None, len(one[1])))[:2]


def _walk(site: Site, procedure: str, seed: int) -> tuple[Site, list[Call], str | None]:
    player = Player(site, [procedure], most=1)
    calls: list[Call] = []
    player.engine = cast("Engine", _Recording(player.engine, calls))
    dice = Random(seed)  # noqa: S311  dice, no secret
    end = None
    for _ in range(LONGEST):
        cases = list(player.engine.cases())
        end = cases[0].end if cases else None
        if end is not None:
            break
        moves = player.moves()
        # The work is done rather than waited for, most of the time.
        work = [move for move in moves if move.kind != "wait"]
        player.play(dice.choice(work if work and dice.random() < 0.9 else moves), dice.choice)
    return player.site, calls, end


def do(
    engine: Engine,
    clock: SimulatedClock,
    calls: list[Call],
    *,
    begins: Callable[[Call], object] = lambda _: None,
) -> None:
    """
    Make all calls of a walk, each at its moment.

    Args:
        engine: Is called.
        clock: Its clock.
        calls: The walk.
        begins: Is told each call before it is made.
    """
    for call in calls:
        clock.move_to(call.at)
        begins(call)
        # What is refused was refused the first time as well.
        with suppress(RefusedError):
            getattr(engine, call.name)(*call.args, **call.more)
    engine.tick()
