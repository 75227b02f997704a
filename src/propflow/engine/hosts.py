"""
For hosts that run on asyncio: the engine's calls on a few threads, so that the loop waits for no
disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

from propflow.engine.engine import Engine
from propflow.engine.ticks import Tick

P = ParamSpec("P")
T = TypeVar("T")

#: So many calls go on at a time, where a site has no rulebooks.
THREADS = 4


class AsyncHost:
    """
    Makes the calls of an engine from a loop of asyncio.

        async with AsyncHost(engine) as host:
            case = await host.do(engine.begin, "complaint", {"unit": "3-0501"}, key="hotline-4711")

    Args:
        engine: The engine. It is closed with its host.
        threads: How many calls go on at a time; the others wait their turn. Four, if not said; one
            where the site has rulebooks, which hear one thing after the other.

    Raises:
        ValueError: There are to be more threads than one beside rulebooks, or none at all.

    A call that is cancelled is not undone: it may have been written. Whoever gives each call a
    key can make it again.
    """

    def __init__(self, engine: Engine, *, threads: int | None = None) -> None:
        most = 1 if engine.rules is not None else None
        threads = threads or most or THREADS
        if threads < 1 or (most is not None and threads > most):
            raise ValueError(
                f"{threads} threads: rulebooks hear one thing after the other, on one."
            )
        self.engine = engine
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="propflow")

    async def do(self, call: Callable[P, T], *args: P.args, **more: P.kwargs) -> T:
        """
        Make one call, of the engine or of whatever else may wait, and give back what it gives.

        Args:
            call: The call, as in ``engine.complete``.
            args: What it is given.
            more: What it is given by name.

        Raises:
            HandbookError: What the call itself raises.
        """
        work = partial(copy_context().run, call, *args, **more)
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    async def keep_time(
        self, *, every: float = 60.0, told: Callable[[Tick], object] = lambda _: None
    ) -> None:
        """
        Tick again and again, until it is cancelled: deadlines, duties, notices.

        Args:
            every: Seconds from the end of one tick to the next.
            told: Is handed what each tick found, for the log of its problems say.

        Raises:
            StoreError: The store cannot write. Begin again when it can.
        """
        while True:
            told(await self.do(self.engine.tick))
            await asyncio.sleep(every)

    async def close(self) -> None:
        """
        Wait for the calls that have begun, and close the engine.
        """
        await self.do(self.engine.close)
        await asyncio.to_thread(self._pool.shutdown)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()
