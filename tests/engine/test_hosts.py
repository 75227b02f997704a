"""
Hosts on asyncio: the loop goes on while the engine works.
"""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from propflow.cli.desk import open_site
from propflow.engine import Engine, MemoryStore, SimulatedClock
from propflow.engine.hosts import AsyncHost
from propflow.engine.store.sqlite import SqliteStore
from propflow.errors import RefusedError, StoreError
from propflow.sites import Site
from tests.engine.conftest import START


def engine_on(site: Site, path: Path) -> Engine:
    """
    An engine on a database.
    """
    return Engine(site, SqliteStore(path / "c.db"), clock=SimulatedClock(START), duties=())


def test_many_requests_at_a_time_each_get_their_answer(site: Site, tmp_path: Path) -> None:
    """
    Twenty complaints at once: twenty cases, and a refusal reaches whoever asked.
    """

    async def host() -> list[str]:
        engine = engine_on(site, tmp_path)
        async with AsyncHost(engine) as host:
            calls = (host.do(engine.begin, "complaint", {"kind": "noise"}) for _ in range(20))
            cases = await asyncio.gather(*calls)
            with pytest.raises(RefusedError, match="is for clerk, which gus is not now"):
                await host.do(engine.complete, cases[0].id, "record", by="gus")
            return [case.id for case in cases]

    assert sorted(asyncio.run(host())) == sorted(f"complaint-{n}" for n in range(1, 21))


def test_the_loop_goes_on_while_a_call_waits(site: Site, tmp_path: Path) -> None:
    """
    A call that waits for the disk holds up nobody on the loop.
    """

    async def host() -> str:
        engine = engine_on(site, tmp_path)
        async with AsyncHost(engine) as host:
            disk = threading.Event()
            waiting = asyncio.create_task(host.do(disk.wait))
            case = await host.do(engine.begin, "complaint", {"kind": "noise"})
            assert not waiting.done()
            disk.set()
            assert await waiting
            return case.id

    assert asyncio.run(host()) == "complaint-1"


def test_time_is_kept_until_it_is_cancelled(site: Site, tmp_path: Path) -> None:
    """
    What is late is noted, and the host is told what each tick found.
    """

    async def host() -> list[str]:
        engine = engine_on(site, tmp_path)
        async with AsyncHost(engine) as host:
            await host.do(engine.begin, "round", {"unit": "1-101"})
            assert isinstance(engine.clock, SimulatedClock)
            engine.clock.move_to(START.replace(hour=9))
            heard: asyncio.Queue[list[str]] = asyncio.Queue()
            keeping = asyncio.create_task(
                host.keep_time(
                    every=0, told=lambda tick: heard.put_nowait([one.step for one in tick.late])
                )
            )
            found = await heard.get()
            keeping.cancel()
            return found

    assert asyncio.run(host()) == ["walk"]


def test_what_is_closed_stays_closed(site: Site, tmp_path: Path) -> None:
    """
    The engine is closed with its host.
    """

    async def host() -> Engine:
        engine = engine_on(site, tmp_path)
        async with AsyncHost(engine):
            return engine

    with pytest.raises(StoreError, match="it is closed"):
        asyncio.run(host()).history("complaint-1")


def test_rulebooks_hear_one_thing_after_the_other() -> None:
    """
    A site that has any is served by one thread, and no more can be asked for.
    """
    engine = Engine(open_site(None), MemoryStore(), duties=())
    with pytest.raises(ValueError, match="4 threads: rulebooks hear one thing after the other"):
        AsyncHost(engine, threads=4)

    async def host() -> int:
        async with AsyncHost(engine) as host:
            names = await asyncio.gather(
                *(host.do(lambda: threading.current_thread().name) for _ in range(8))
            )
            return len(set(names))

    assert asyncio.run(host()) == 1
