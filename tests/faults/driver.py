"""
Processes that die on a real database, and what is left of it: run as ``python -m
tests.faults.driver``, since whoever forks should have no other threads.

    exits EVERY CHARTS  dies just before each EVERY-th statement that writes, in each CHARTS-th
                        chart
    kills COUNT SEED    dies by SIGKILL at random moments

Prints its figures as JSON.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from propflow.cli.desk import open_site
from propflow.engine import Case, Engine, MemoryStore, SimulatedClock, Store
from propflow.engine.personal import played_salt
from propflow.engine.store import Change
from propflow.engine.store.sqlite import SqliteStore
from propflow.errors import RefusedError, UnknownNameError
from propflow.sites import Site, load_site
from propflow.testing.values import MOMENT
from tests.engine.conftest import HANDBOOK, SITE, lay_out
from tests.faults.walks import Call, do, walk_of

#: The exit code of a process that died as it was told to.
DIED = 77
#: A disk in memory, where there is one: what a process that exits has written needs no flushing.
MEMORY = Path("/dev/shm")  # noqa: S108  a folder with a name of its own is made in it


def engine_on(site: Site, store: Store, clock: SimulatedClock) -> Engine:
    """
    An engine as a host opens it, with notices that go nowhere.
    """
    # Salted the same each time: otherwise the seals over personal facts could not be compared.
    return Engine(site, store, clock=clock, notifiers=[Nowhere()], duties=(), salt=played_salt)


class Nowhere:
    """
    A notifier that tells nobody.
    """

    def deliver(self, notice: object) -> None:
        """
        Nothing.
        """

    def close(self) -> None:
        """
        Nothing.
        """


def seals(store: Store) -> dict[str, list[str]]:
    """
    The seals of every case, in order.
    """
    return {case.id: [line.seal for line in store.history(case.id)] for case in store.cases()}


def differences(expected: dict[str, list[str]], found: dict[str, list[str]]) -> tuple[int, int]:
    """
    How many events are missing, and how many are too many or not the same.
    """
    lost = doubled = 0
    for case in expected.keys() | found.keys():
        ours, theirs = expected.get(case, []), found.get(case, [])
        lost += max(0, len(ours) - len(theirs))
        doubled += max(0, len(theirs) - len(ours))
        doubled += sum(one != other for one, other in zip(ours, theirs, strict=False))
    return lost, doubled


# -- exits at every statement that writes ------------------------------------------------------


class Dying(sqlite3.Connection):
    """
    A connection whose process exits just before a given statement that writes.
    """

    left = 0

    def execute(self, sql: str, *values: Any) -> Any:  # type: ignore[override]
        self._count(sql)
        return super().execute(sql, *values)

    def executemany(self, sql: str, *values: Any) -> Any:  # type: ignore[override]
        self._count(sql)
        return super().executemany(sql, *values)

    def _count(self, sql: str) -> None:
        if sql.lstrip().startswith(("SELECT", "PRAGMA")):
            return
        Dying.left -= 1
        if Dying.left == 0:
            os._exit(DIED)


def open_dying(path: Path) -> SqliteStore:
    """
    A store whose connections count statements. The machine itself stays up: nothing is flushed.
    """
    connect = sqlite3.connect
    sqlite3.connect = lambda *args, **more: connect(*args, **{**more, "factory": Dying})  # type: ignore[assignment]
    try:
        store = SqliteStore(path)
    finally:
        sqlite3.connect = connect
    store._db.execute("PRAGMA synchronous=OFF")
    return store


def exits(every: int, charts: int) -> dict[str, int]:
    """
    Die just before each *every*-th statement of a walk through each *charts*-th chart, and go on
    afterwards.
    """
    garden = open_site(None)
    figures = Counter(charts=0, statements=0, exits=0, lost=0, doubled=0, broken=0)
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        for number, procedure in enumerate(list(garden.procedures)[::charts]):
            site, calls = walk_of(garden, procedure)
            clock = SimulatedClock(MOMENT)
            Dying.left = 0
            whole = engine_on(site, open_dying(Path(folder) / f"{procedure}.db"), clock)
            do(whole, clock, calls)
            statements, expected = -Dying.left, seals(whole.store)
            whole.close()
            figures["charts"] += 1
            figures["statements"] += statements
            for at in range(1 + number % min(every, statements), statements + 1, every):
                path = Path(folder) / "cases.db"
                clock = SimulatedClock(_exit_at(site, calls, path, at))
                figures["exits"] += 1
                Dying.left = 0
                again = engine_on(site, open_dying(path), clock)
                do(again, clock, calls)
                lost, doubled = differences(expected, seals(again.store))
                figures["lost"] += lost
                figures["doubled"] += doubled
                figures["broken"] += len(again.verify().broken)
                again.close()
                for file in Path(folder).glob("cases.db*"):
                    file.unlink()
    return dict(figures)


def _exit_at(site: Site, calls: list[Call], path: Path, at: int) -> datetime:
    """
    Let a process die at a statement; the moment at which it did.
    """
    ours, theirs = os.pipe()
    child = os.fork()
    if not child:
        try:
            Dying.left = at
            clock = SimulatedClock(MOMENT)
            engine = engine_on(site, open_dying(path), clock)
            do(engine, clock, calls, begins=lambda call: os.write(theirs, f"{call.at}\n".encode()))
        finally:
            os._exit(1)
    os.close(theirs)
    with os.fdopen(ours, encoding="utf-8") as pipe:
        moments = pipe.read().split("\n")[:-1]
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code != DIED:
        raise SystemExit(f"the process did not die at statement {at}, it came to {code}.")
    return datetime.fromisoformat(moments[-1]) if moments else MOMENT


# -- SIGKILL at random moments -----------------------------------------------------------------

START = datetime(2025, 10, 11, 1, 0, tzinfo=UTC)
#: So many processes die on one database before a new one is begun.
LIVES = 50
#: The signal is sent after so many lines at the most, and so many seconds.
MOST, LONGEST = 24, 0.03


class Unsafe(SqliteStore):
    """
    A store with a fault in it, to see that it is noticed.
    """

    fault = ""

    def commit(self, change: Change) -> None:
        """
        Commit a change, in a way that one should not.
        """
        match self.fault:
            case "acknowledges-early":
                self._late, change = change, getattr(self, "_late", None)
                if change is not None:
                    super().commit(change)
            case "commits-in-parts":
                self._db.execute(
                    "INSERT INTO journal (case_id, seq, at, data, seal) VALUES (?, ?, '', '', '')",
                    (change.after.id, change.before),
                )
                time.sleep(0.002)
                self._db.execute("DELETE FROM journal WHERE seal = ''")
                super().commit(change)
            case "forgets-keys":
                super().commit(change._replace(key=""))
                time.sleep(0.05)
            case _:
                super().commit(change)


def kills(count: int, seed: int, fault: str = "") -> dict[str, int]:
    """
    Let processes write until they are killed; hold what they acknowledged to what is there.
    """
    Unsafe.fault = fault
    figures = Counter(kills=0, acknowledged=0, unheard=0, lost=0, doubled=0, broken=0)
    dice = Random(seed)  # noqa: S311  dice, no secret
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        site = load_site(lay_out(root / "s", SITE), {"small": lay_out(root / "h", HANDBOOK)})
        while figures["kills"] < count:
            path = root / f"{figures['kills']}.db"
            account = Account(engine_on(site, MemoryStore(), SimulatedClock(START)), figures)
            for life in range(min(LIVES, count - figures["kills"])):
                said = _life(site, path, life, account.pending, dice)
                figures["kills"] += 1
                account.take(said, path)
    return dict(figures)


def _life(
    site: Site, path: Path, life: int, pending: dict[str, Any] | None, dice: Random
) -> list[dict[str, Any]]:
    """
    Begin a process, kill it, and return what it had said.
    """
    ours, theirs = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.close(ours)
            _work(site, path, life, pending, theirs)
        finally:
            os._exit(1)
    os.close(theirs)
    with os.fdopen(ours, encoding="utf-8") as pipe:
        # Some die while they open the database, the others once they have said a few things.
        said = [pipe.readline() for _ in range(dice.randint(0, MOST) if life % 5 else 0)]
        time.sleep(dice.uniform(0, LONGEST))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        said += pipe.readlines()
    return [json.loads(line) for line in said if line.endswith("\n")]


def _work(site: Site, path: Path, life: int, pending: dict[str, Any] | None, pipe: int) -> None:
    """
    Do one thing after the other, and say what before and what came of it after.
    """
    store = Unsafe(path) if Unsafe.fault else SqliteStore(path)
    clock = SimulatedClock(START)
    engine = engine_on(site, store, clock)
    dice = Random(f"life {life}")  # noqa: S311  dice, no secret
    for number in range(1_000_000):
        wish = pending or _wish(engine, dice, life, number)
        pending = None
        os.write(pipe, (json.dumps({"wish": wish}) + "\n").encode())
        clock.move_to(datetime.fromisoformat(wish["at"]))
        found = _carry_out(engine, wish)
        heads = {name: [line.seal for line in store.history(name)] for name in found}
        os.write(pipe, (json.dumps({"done": heads}) + "\n").encode())


def _wish(engine: Engine, dice: Random, life: int, number: int) -> dict[str, Any]:
    at = (START + timedelta(hours=life, seconds=number)).isoformat()
    wish = {"at": at, "key": f"{life}-{number}"}
    items = engine.worklist()
    # To open a case twice is what keys are for; a step that is done cannot be done again anyway.
    few = 1000 if Unsafe.fault == "forgets-keys" else 4
    if len(items) < few or dice.random() < 0.05:
        facts = {"unit": f"{life}-{number}", "kind": dice.choice(["noise", "leak"])}
        return {**wish, "does": "send", "args": ["complaint-made", facts], "more": {}}
    if dice.random() < 0.1:
        return {**wish, "does": "tick", "args": [], "more": {}}
    item = dice.choice(items)
    facts = {"floors": dice.randint(0, 5), "satisfied": dice.choice(["yes", "no"])}
    more = {
        "by": dice.choice(["ann", "ben", "max", "gus"]),
        "answer": dice.choice(item.answers) if item.answers else "",
        "facts": {name: facts[name] for name in item.asks},
    }
    return {**wish, "does": "complete", "args": [item.case, item.step], "more": more}


def _carry_out(engine: Engine, wish: dict[str, Any]) -> list[str]:
    """
    Do it; the cases that it moved.
    """
    if wish["does"] == "tick":
        return [timer.case for timer in engine.tick().late]
    try:
        found = getattr(engine, wish["does"])(*wish["args"], **wish["more"], key=wish["key"])
    except RefusedError:
        return []
    return [case.id for case in ((found,) if isinstance(found, Case) else found)]


class Account:
    """
    Compares a database with what was acknowledged, and with a twin that nobody killed.

    Attributes:
        pending: What was begun and is not acknowledged: the next process does it again.
    """

    def __init__(self, twin: Engine, figures: Counter[str]) -> None:
        self.twin = twin
        self.figures = figures
        self.pending: dict[str, Any] | None = None
        self.owed: dict[str, list[str]] = {}

    def take(self, said: list[dict[str, Any]], path: Path) -> None:
        """
        Take what a process had said before it died.
        """
        acknowledged: dict[str, list[str]] = {}
        for line in said:
            if "wish" in line:
                self.pending = line["wish"]
                continue
            acknowledged.update(line["done"])
            self.figures["acknowledged"] += 1
            self.carry_out()
            self.pending, self.owed = None, seals(self.twin.store)
        # What is under way may have been written, in part or whole: the next process does it
        # again, and then it is there once.
        self.carry_out()
        self.figures["unheard"] += self.pending is not None
        store = SqliteStore(path)
        found, most = seals(store), seals(self.twin.store)
        self.figures["lost"] += _beyond(self.owed, found) + _beyond(acknowledged, found)
        self.figures["doubled"] += _beyond(found, most)
        self.figures["broken"] += len(store.verify().broken)
        store.close()

    def carry_out(self) -> None:
        """
        Let the twin do what is pending; it does nothing twice.
        """
        if self.pending is not None:
            clock = self.twin.clock
            assert isinstance(clock, SimulatedClock)
            clock.move_to(datetime.fromisoformat(self.pending["at"]))
            try:
                _carry_out(self.twin, self.pending)
            except UnknownNameError:
                self.figures["doubled"] += 1  # it was about a case that should not be there


def _beyond(some: dict[str, list[str]], more: dict[str, list[str]]) -> int:
    """
    How many cases have events among *some* that are not among *more*.
    """
    return sum(more.get(case, [])[: len(heads)] != heads for case, heads in some.items())


if __name__ == "__main__":
    word, *numbers = sys.argv[1:]
    began = time.monotonic()
    given = [int(number) if number.isdigit() else number for number in numbers]
    result = {"exits": exits, "kills": kills}[word](*given)  # type: ignore[operator]
    sys.stdout.write(json.dumps({**result, "seconds": round(time.monotonic() - began)}) + "\n")
