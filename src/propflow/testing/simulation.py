"""
A bad month in a second: an estate is played twice at the same time, once where nothing goes wrong
and once where everything does, and both must come to the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import timedelta
from random import Random
from typing import Any, cast

import attrs

from propflow.calendar import Duty
from propflow.engine import Engine, MemoryStore, Store
from propflow.engine.commits import ATTEMPTS
from propflow.engine.personal import played_salt
from propflow.errors import RefusedError, StoreError
from propflow.sites import Site
from propflow.testing.faults import Crash, Faults, Fickle, LeapingClock, at, faulty, leap_of
from propflow.testing.player import BrokenError, Move, Player
from propflow.testing.replaying import digest, hold_to_history
from propflow.testing.values import MOMENT

#: What a host calls that changes anything.
CALLS = ("begin", "complete", "send", "skip", "assign", "suspend", "resume", "withdraw", "tick")
#: So often a caller tries again before it counts as a fault of propflow that nothing comes through.
PATIENCE = 200
#: After so many turns everything that was ever written is looked at again.
LOOKS_BACK = 50


@attrs.frozen(kw_only=True)
class Simulated:
    """
    What a simulation met; whatever must hold has held.

    Attributes:
        seed: Gives the same simulation again.
        digest: One hash of all that happened: the same seed, the same hash.
        faults: How often what went wrong.
        commands: Commands that were carried out.
        refused: Commands that were refused, the same with faults as without.
        cases: Cases that were opened.
        events: Events in the journal.
        told: Notices that were told.
        twice: Notices that were told more than once; the id tells.
        story: What happened, a line each, for whoever looks for a fault.
    """

    seed: int
    digest: str
    faults: Mapping[str, int]
    commands: int
    refused: int
    cases: int
    events: int
    told: int
    twice: int
    story: tuple[str, ...] = attrs.field(repr=False)


def simulate(
    site: Site,
    *,
    seed: int,
    turns: int = 200,
    procedures: Iterable[str] = (),
    duties: Iterable[Duty] = (),
    faults: Faults | None = None,
    engines: int = 1,
    store: Callable[[], Store] | None = None,
) -> Simulated:
    """
    Play a site under a simulated clock with faults by dice.

    What nobody may do is refused and stays refused; after each command the histories of all
    cases that it touched are the same, seal by seal, as those of an engine where nothing went
    wrong. So no acknowledged event is lost and none is doubled, whenever the process died. Now and
    then, and at the end, everything is looked at: the chain verifies, and each case is what its
    events say, all of them or those since a snapshot. In the end every notice was told, or lies
    with the incidents after five attempts.

    Args:
        site: The site.
        seed: The same seed plays the same.
        turns: How many things are done.
        procedures: Those whose cases are opened; all, if not said.
        duties: The duties that fall due meanwhile.
        faults: How often what goes wrong.
        engines: So many engines share the store and take turns. More than one is for sites
            without rulebooks.
        store: Opens the store, at the beginning and again after each crash; one in memory, which
            outlives its engines, if not said. It must be empty at first.

    Raises:
        BrokenError: Something that must always hold did not; the message says which seed and
            turn, and what was done last.
    """
    kept = MemoryStore()
    world = _World(
        site, seed, tuple(procedures), tuple(duties), faults or Faults(), store or (lambda: kept)
    )
    world.engines = [world.opened() for _ in range(engines)]
    try:
        for turn in range(1, turns + 1):
            world.turn()
            if turn % LOOKS_BACK == 0:
                world.look_back()
        world.settle()
        world.look_back()
    except BrokenError as error:
        last = "\n  ".join(world.story[-12:])
        raise BrokenError(f"seed {seed}, turn {world.turns}: {error}\n  {last}") from error
    return world.summary()


class _Calm(Player):
    """
    The world where nothing goes wrong; it also chooses what is done.
    """

    def __init__(
        self, site: Site, procedures: tuple[str, ...], duties: tuple[Duty, ...], clock: LeapingClock
    ) -> None:
        self.duties = duties
        self.touched: dict[str, None] = {}
        self._leaping = clock
        super().__init__(site, procedures)

    def _engine(self) -> Engine:
        self.clock = self._leaping
        return Engine(
            self.site,
            self.store,
            clock=self.clock,
            # Not held to the laws: somebody in charge may skip what a law asks for.
            observers=[lambda case, _: self.touched.update({case.id: None})],
            duties=self.duties,
            salt=played_salt,
        )


class _Both:
    """
    Stands where a player has its engine, and hands what the player calls to both worlds.
    """

    def __init__(self, calm: Engine, world: _World) -> None:
        self._calm = calm
        self._world = world

    def __getattr__(self, name: str) -> Any:
        if name not in CALLS:
            return getattr(self._calm, name)
        return lambda *args, **more: self._world.call(name, args, more)


class _World:
    def __init__(
        self,
        site: Site,
        seed: int,
        procedures: tuple[str, ...],
        duties: tuple[Duty, ...],
        faults: Faults,
        store: Callable[[], Store],
    ) -> None:
        # Dice of their own for each: what is done does not hang on what goes wrong.
        self.seed = seed
        self.dice = Random(f"{seed}:moves")  # noqa: S311  dice, no secret
        self.luck = Random(f"{seed}:faults")  # noqa: S311  dice, no secret
        self.faults = faults
        self.story: list[str] = []
        self.met: Counter[str] = Counter()
        self.turns = self.commands = self.refused = 0
        self.clock = LeapingClock(MOMENT)
        self.player = _Calm(site, procedures, duties, self.clock)
        self.calm = self.player.engine
        self.player.engine = cast("Engine", _Both(self.calm, self))
        self.notifier = Fickle(self.luck, faults)
        self.duties = duties
        self.open_store = store
        self.store = store()
        self.engines: list[Engine] = []
        self.strength = 1.0
        self.keys = 0
        self.done: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []
        self.held: list[tuple[tuple[Any, ...], dict[str, Any]]] = []

    # -- the world where things go wrong ------------------------------------------------------

    def opened(self) -> Engine:
        """
        A new process; it may die while it begins.
        """
        for _ in range(PATIENCE):
            try:
                return Engine(
                    self.player.site,
                    faulty(
                        self.store,
                        self.luck,
                        self.faults,
                        note=self.note,
                        strength=lambda: self.strength,
                    ),
                    clock=self.clock,
                    salt=played_salt,
                    notifiers=[self.notifier],
                    duties=self.duties,
                )
            except (Crash, StoreError):
                self.strength /= 2
        raise BrokenError("no engine can be opened.")

    def note(self, fault: str) -> None:
        self.met[fault] += 1
        self.story.append(f"    {fault}")

    def rough(self, name: str, args: tuple[Any, ...], more: dict[str, Any]) -> Any:
        """
        Call until something comes back, as a host does that wants its answer.
        """
        number = self.luck.randrange(len(self.engines))
        # Trouble passes: what makes many writes at a stretch would otherwise never come through.
        self.strength = 1.0
        for _ in range(PATIENCE):
            try:
                return getattr(self.engines[number], name)(*args, **more)
            except Crash:
                self.strength /= 2
                self.store = self.open_store()
                self.engines = [self.opened() for _ in self.engines]
            except StoreError:
                self.strength /= 2
        raise BrokenError(f"{name} {args} does not come through.")

    # -- both ---------------------------------------------------------------------------------

    def call(self, name: str, args: tuple[Any, ...], more: dict[str, Any]) -> Any:
        """
        Do the same in both worlds.
        """
        if name != "tick":
            self.keys += 1
            more = {**more, "key": f"key-{self.keys}"}
        if name == "send" and self.luck.random() < self.faults.reorder:
            self.met["reorder"] += 1
            self.held.append((args, more))
            return ()
        return self.both(name, args, more)

    def both(self, name: str, args: tuple[Any, ...], more: dict[str, Any]) -> Any:
        self.story.append(f"{at(self.clock.now())} {name} {args} {more}")
        calm, refusal = _tried(lambda: getattr(self.calm, name)(*args, **more))
        _, refused = _tried(lambda: self.rough(name, args, more))
        if refusal is None and name != "tick":
            self.commands += 1
            self.done.append((name, args, more))
        self.refused += refusal is not None
        if (refusal and refusal.code) != (refused and refused.code):
            raise BrokenError(f"without faults {refusal!r}, and with them {refused!r}.")
        if name != "tick":
            self.again()
            # What was left undone by a crash is done at the next tick.
            self.both("tick", (), {})
        self.compare(self.player.touched)
        self.player.touched.clear()
        if refusal is not None:
            raise refusal
        return calm

    def again(self) -> None:
        """
        The caller did not hear back: what was acknowledged comes once more, now or long after.
        """
        while self.done and self.luck.random() < self.faults.repeat:
            self.met["repeat"] += 1
            which = -1 if self.luck.random() < 0.5 else self.luck.randrange(len(self.done))
            name, args, more = self.done[which]
            self.story.append(f"    again {name} {args} {more}")
            try:
                self.rough(name, args, more)
            except RefusedError as error:
                raise BrokenError(f"what was acknowledged is refused again: {error}") from error

    def turn(self) -> None:
        """
        One thing is done; the clock may jump first, and late messages come.
        """
        self.turns += 1
        leap = leap_of(self.luck, self.faults) + self.notifier.lag
        self.met["slow"] += bool(self.notifier.lag)
        self.met["jump"] += bool(leap - self.notifier.lag)
        self.notifier.lag *= 0
        self.clock.leap(leap)
        if leap:
            self.both("tick", (), {})
        if self.held and self.luck.random() < 0.5:
            self.arrive()
        # What is refused in both worlds is refused, and that is all that is asked here.
        with suppress(RefusedError):
            if self.dice.random() < 0.15:
                self.manage()
            else:
                # Where every case stands still, time passes.
                moves = self.player.moves() or [Move(kind="wait")]
                self.player.play(self.dice.choice(moves), self.dice.choice)

    def arrive(self) -> None:
        args, more = self.held.pop(self.luck.randrange(len(self.held)))
        with suppress(RefusedError):
            self.both("send", args, more)

    def manage(self) -> None:
        """
        Somebody steps in, who may or may not be in charge.
        """
        engine, dice = self.player.engine, self.dice
        cases = [case.id for case in self.calm.cases(state="open")]
        if not cases:
            return
        case = dice.choice(cases)
        steps = list(self.calm.case(case).since) or ["none"]
        people = list(self.player.site.people)
        by, step = dice.choice(people), dice.choice(steps)
        over = [
            person
            for role in sorted(self.calm.chart(self.calm.case(case).procedure).over(step))
            for person in self.player.site.holders(role, self.clock.now())
        ]
        by = dice.choice(over) if over and dice.random() < 0.7 else by
        match dice.choice((*("skip", "assign", "suspend", "resume") * 4, "withdraw")):
            case "skip":
                engine.skip(case, step, by=by, reason="nobody is there")
            case "assign":
                engine.assign(case, step, to=dice.choice(people), by=by)
            case "suspend":
                engine.suspend(case, by=by, reason="a drill")
            case "withdraw":
                engine.withdraw(case, by=by, reason="it was a mistake")
            case _:
                engine.resume(case, by=by)

    # -- what must hold -----------------------------------------------------------------------

    def compare(self, cases: Iterable[str]) -> None:
        """
        The histories of some cases are the same in both worlds.
        """
        for case in cases:
            calm = [line.seal for line in self.calm.store.history(case)]
            rough = [line.seal for line in self.store.history(case)]
            if calm != rough:
                what = "lost" if len(calm) > len(rough) else "doubled or changed"
                raise BrokenError(
                    f"{case}: {len(calm)} events without faults, {len(rough)} with them: something "
                    f"was {what}."
                )

    def look_back(self) -> None:
        """
        Everything that was ever written is there once, verifies, and says what stands.
        """
        names = [case.id for case in self.calm.store.cases()]
        found = [case.id for case in self.store.cases()]
        if sorted(names) != sorted(found):
            raise BrokenError(f"cases {sorted(set(names) ^ set(found))} are in one world only.")
        self.compare(names)
        verified = self.store.verify()
        if not verified.whole:
            raise BrokenError("; ".join(verified.broken))
        for engine in self.engines:
            for case in names:
                hold_to_history(engine, case)

    def settle(self) -> None:
        """
        Late messages come, and every notice is told or given up.
        """
        while self.held:
            self.arrive()
        for _ in range(PATIENCE):
            if not self.store.outbox(("notice",)):
                break
            self.clock.leap(timedelta(minutes=20))
            self.both("tick", (), {})
        owed = {effect.id for effect in self.calm.store.outbox(("notice",))}
        waiting = {effect.id for effect in self.store.outbox(("notice",))}
        dead = {effect.id: effect.attempts for effect, _ in self.store.dead()}
        told = {name for name in self.notifier.told if not name.startswith("rule:")}
        astray = owed - told - dead.keys() - waiting or told - owed
        if astray:
            raise BrokenError(f"notices {sorted(astray)} went astray.")
        if any(attempts != ATTEMPTS for attempts in dead.values()):
            raise BrokenError(f"given up before its time: {dead}.")

    def summary(self) -> Simulated:
        return Simulated(
            seed=self.seed,
            digest=digest(self.store),
            faults=dict(sorted(self.met.items())),
            commands=self.commands,
            refused=self.refused,
            cases=len(list(self.store.cases())),
            events=len(list(self.store.journal())),
            told=len(self.notifier.told),
            twice=sum(count > 1 for count in self.notifier.told.values()),
            story=tuple(self.story),
        )


def _tried(call: Callable[[], Any]) -> tuple[Any, RefusedError | None]:
    try:
        return call(), None
    except RefusedError as error:
        return None, error
