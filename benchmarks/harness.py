"""
Takes the time of several ways to do one task, turn and turn about in one process.

A machine is never equally quick twice. So the contenders take turns, A B C A B C, and what is
compared is what each took in the same round; the median over the rounds is what is reported.
"""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from statistics import median, quantiles
from time import perf_counter
from typing import Literal, Protocol

import attrs

#: Does the task so many times, and says how many units of work that was.
Work = Callable[[int], int]

#: Whom the others are held against: ourselves, somebody else's product, or the least that the
#: task can cost.
Part = Literal["propflow", "peer", "limit", "scale"]

#: How often one turn may repeat the task, however short it is.
MOST = 1_000_000


class UnequalError(Exception):
    """
    Two contenders of a row did not do the same amount of work.
    """


@attrs.frozen(kw_only=True)
class Contender:
    """
    One way to do the task.

    Attributes:
        name: What the table calls it.
        part: ``propflow``; a ``peer``; the ``limit``, the least that the task can cost; or
            ``scale``, which is only there to compare sizes.
        prepare: Makes everything ready, outside the time taken, and puts it away again.
        lacks: What it does not do that propflow does, as a sentence; what it does besides.
        package: The distribution whose version the table names.
    """

    name: str
    part: Part
    prepare: Callable[[], AbstractContextManager[Work]]
    lacks: str
    package: str = ""


@attrs.frozen(kw_only=True)
class Row:
    """
    One task and those who do it.

    Attributes:
        id: The word for ``--only``.
        title: What the table calls it.
        unit: What is counted: ``step``, ``start``.
        does: What is done, a sentence.
        fair: Whether the contenders do the same work, a sentence.
        contenders: In the order in which they take turns. One of them is propflow.
        told: ``rate`` for units a second, ``time`` for milliseconds a unit, ``room`` for bytes a
            unit; then what the turns make must stay.
        rounds: How many rounds, where a quick look is not asked for.
        turn: Seconds that one turn should last at least; 0 does the task once a turn.
        goal: At most how many times as long as the limit propflow should take; 0 where nobody
            said.
    """

    id: str
    title: str
    unit: str
    does: str
    fair: str
    contenders: tuple[Contender, ...]
    told: Literal["rate", "time", "room"] = "rate"
    rounds: int = 9
    turn: float = 0.25
    goal: float = 0.0

    def quick(self) -> Row:
        """
        The row for a quick look: too short to be quoted.
        """
        return attrs.evolve(self, rounds=max(3, self.rounds // 5), turn=self.turn / 5)


@attrs.frozen(kw_only=True)
class Score:
    """
    What one contender took.

    Attributes:
        contender: Who.
        seconds: Seconds a unit, round by round; nothing where it did not run.
        absent: Why it did not run.
    """

    contender: Contender
    seconds: tuple[float, ...] = ()
    absent: str = ""

    @property
    def median(self) -> float:
        """
        Seconds a unit in the middle round.
        """
        return median(self.seconds)

    @property
    def spread(self) -> float:
        """
        Half the way between the quartiles, as a part of the median: half of the rounds lie within.
        """
        if len(self.seconds) < 2:
            return 0.0
        low, _, high = quantiles(self.seconds, n=4, method="inclusive")
        return (high - low) / 2 / self.median

    def beside(self, other: Score) -> float | None:
        """
        How many times as long as another it takes: the median over the rounds.
        """
        if not self.seconds or not other.seconds:
            return None
        return median(
            mine / theirs for mine, theirs in zip(self.seconds, other.seconds, strict=True)
        )


@attrs.frozen(kw_only=True)
class Result:
    """
    A row, measured.

    Attributes:
        row: Which.
        scores: One for each contender, in the row's order.
    """

    row: Row
    scores: tuple[Score, ...]

    def of(self, part: Part) -> Score | None:
        """
        The first score of that part, if it ran.
        """
        found = (s for s in self.scores if s.contender.part == part and s.seconds)
        return next(found, None)

    @property
    def held(self) -> bool | None:
        """
        Whether the goal was reached; nothing where there is none or it could not be told.
        """
        propflow, limit = self.of("propflow"), self.of("limit")
        if not self.row.goal or propflow is None or limit is None:
            return None
        times = propflow.beside(limit)
        return None if times is None else times <= self.row.goal


class Watch(Protocol):
    """
    Is told how far the measuring is.
    """

    def __call__(self, row: Row, doing: str, done: float) -> None:
        """
        *done* goes from 0 to 1 over the row.
        """
        ...


def measure(
    row: Row, *, clock: Callable[[], float] = perf_counter, watch: Watch | None = None
) -> Result:
    """
    Measure a row.

    Each contender first does the task alone until one turn lasts as long as the row says; that
    is its warm-up. No turn is interrupted by the garbage collector: it runs before each.

    Args:
        row: What, by whom, how often.
        clock: Seconds from any beginning.
        watch: Is told how far it is.

    Raises:
        UnequalError: Two contenders count different amounts of work for one task.
    """
    tell = watch or _nobody
    if row.told == "room":
        tracemalloc.start()
        clock = _traced
    absent: dict[str, str] = {}
    taken: dict[str, list[float]] = {}
    with ExitStack() as stack:
        ready: dict[str, tuple[Work, int]] = {}
        units: dict[str, int] = {}
        for contender in row.contenders:
            tell(row, f"warm-up: {contender.name}", 0.0)
            try:
                work = stack.enter_context(contender.prepare())
                units[contender.name] = work(1)
            except Exception as error:  # noqa: BLE001 a peer may fail in its own way
                absent[contender.name] = f"{type(error).__name__}: {error}"
                continue
            ready[contender.name] = work, _times(work, row.turn, clock)
            taken[contender.name] = []
        _check_equal(row, units)
        turns = row.rounds * len(ready)
        for number in range(turns):
            name, (work, times) = _turn(ready, number)
            tell(row, name, number / turns)
            seconds, done = _timed(work, times, clock)
            if done != units[name] * times:
                raise UnequalError(f"{row.id}: {name} counted {done} units, not {units[name]} each")
            taken[name].append(seconds / done)
        tell(row, "done", 1.0)
    if row.told == "room":
        tracemalloc.stop()
    return Result(
        row=row,
        scores=tuple(
            Score(
                contender=contender,
                seconds=tuple(taken.get(contender.name, ())),
                absent=absent.get(contender.name, ""),
            )
            for contender in row.contenders
        ),
    )


def repeat(once: Callable[[], int]) -> Work:
    """
    A task done once, as work that can be done any number of times.
    """

    def work(times: int) -> int:
        done = 0
        for _ in range(times):
            done += once()
        return done

    return work


def plain(once: Callable[[], Callable[[], int]]) -> Callable[[], AbstractContextManager[Work]]:
    """
    A `Contender.prepare` with nothing to put away: *once* makes the task.
    """

    @contextmanager
    def prepare() -> Iterator[Work]:
        yield repeat(once())

    return prepare


def _turn(ready: Mapping[str, tuple[Work, int]], number: int) -> tuple[str, tuple[Work, int]]:
    names: Sequence[str] = tuple(ready)
    name = names[number % len(names)]
    return name, ready[name]


def _times(work: Work, turn: float, clock: Callable[[], float]) -> int:
    """
    How often the task fits into a turn.
    """
    times = 1
    while True:
        seconds, _ = _timed(work, times, clock)
        if seconds >= turn or times >= MOST:
            return times
        # Ten times at most: the first go is the slowest, and says little of the others.
        more = 10.0 if seconds <= 0 else min(10.0, 1.1 * turn / seconds)
        times = min(MOST, max(times + 1, int(times * more)))


def _timed(work: Work, times: int, clock: Callable[[], float]) -> tuple[float, int]:
    gc.collect()
    gc.disable()
    try:
        start = clock()
        done = work(times)
        return clock() - start, done
    finally:
        gc.enable()


def _check_equal(row: Row, units: Mapping[str, int]) -> None:
    if len(set(units.values())) > 1:
        said = ", ".join(f"{name} {count}" for name, count in units.items())
        raise UnequalError(f"{row.id}: the contenders count different amounts of work: {said}")


def _traced() -> float:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def _nobody(row: Row, doing: str, done: float) -> None:
    pass
