"""
Random people ask for random things, and get just what they may.
"""

from __future__ import annotations

import sys
from collections import Counter
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from propflow.engine import Engine, MemoryStore, SimulatedClock
from propflow.engine.chart import chart_of
from propflow.errors import RefusedError
from propflow.procedures import Ask, Work
from propflow.sites import Site
from propflow.testing.values import MOMENT, Deciding
from tests.faults.campaign import size
from tests.faults.oracle import Given, Oracle

#: What the engine says where somebody may not.
FORBIDDEN = {
    *("not-yours", "given-to-another", "four-eyes", "not-over", "not-theirs", "suspended"),
    *("not-yours-to-give", "too-far"),
}
#: So many things are asked for in one estate before a new one is begun.
EPISODE = 400


class Asking:
    """
    An estate, an oracle beside it, and people who ask for things.
    """

    def __init__(self, site: Site, seed: int, figures: Counter[str]) -> None:
        self.site = site
        self.dice = Random(seed)  # noqa: S311  dice, no secret
        self.figures = figures
        self.clock = SimulatedClock(MOMENT)
        self.engine = Engine(site, MemoryStore(), clock=self.clock, duties=())
        self.oracle = Oracle(site)
        self.people = sorted(site.people)
        self.deciding: dict[str, Deciding] = {}

    def ask(self) -> None:
        """
        Somebody asks for something.
        """
        dice, now = self.dice, self.clock.now()
        cases = [case for case in self.engine.cases(state="open") if self.works(case)]
        if len(cases) < 6 or dice.random() < 0.03:
            self.begin()
            return
        case = dice.choice(cases[-12:])
        step = dice.choice(self.works(case))
        by, to = self.somebody(case, step), dice.choice(self.people)
        where = case.procedure, case.id, step
        match dice.choices(
            ["complete", "assign", "skip", "suspend", "resume", "give", "later"],
            [70, 9, 6, 3, 6, 4, 2],
        )[0]:
            case "complete":
                behalf = self.oracle.complete(*where, by=by, now=now)
                if self.judge("complete", behalf is not None, self.complete, case, step, by):
                    self.oracle.did[case.id, step] = {by, *(behalf or ())}
                    self.oracle.assigned.pop((case.id, step), None)
            case "skip":
                behalf = self.oracle.skip(*where, by=by, now=now)
                more = {"by": by, "reason": "why not"}
                if self.judge("skip", behalf is not None, self.engine.skip, case.id, step, **more):
                    self.oracle.assigned.pop((case.id, step), None)
            case "assign":
                to = self.somebody(case, step)
                may = self.oracle.assign(*where, to=to, by=by, now=now)
                if self.judge("assign", may, self.engine.assign, case.id, step, to=to, by=by):
                    self.oracle.assigned[case.id, step] = to
            case "suspend":
                may = self.oracle.stop(*where[:2], by=by, now=now)
                may = may and case.id not in self.oracle.standing
                more = {"by": by, "reason": "a drill"}
                if self.judge("suspend", may, self.engine.suspend, case.id, **more):
                    self.oracle.standing.add(case.id)
            case "resume":
                may = self.oracle.stop(*where[:2], by=by, now=now)
                if self.judge("resume", may, self.engine.resume, case.id, by=by):
                    self.oracle.standing.discard(case.id)
            case "give":
                self.give(by, to)
            case _:
                self.clock.move_to(now + timedelta(hours=dice.randint(1, 30)))

    def begin(self) -> None:
        procedure = self.dice.choice(sorted(self.site.procedures))
        deciding = self.of(procedure)
        facts = self.dice.choice(list(deciding.options(deciding.given())))
        self.judge("begin", True, self.engine.begin, procedure, facts)  # noqa: FBT003 it may begin

    def give(self, by: str, to: str) -> None:
        now, dice = self.clock.now(), self.dice
        if by == to:
            return
        role = dice.choice(
            ["", *sorted(self.oracle.own(by, now)), dice.choice(sorted(self.site.roles))]
        )
        until = now + timedelta(hours=dice.randint(1, 60))
        may = self.oracle.give(by=by, role=role, case="", now=now)
        more: dict[str, Any] = {"by": by, "to": to, "role": role, "until": until}
        found = self.judge("give", may, self.engine.delegate, **more, reason="away")
        if found is not None:
            self.oracle.given[found.id] = Given(by, to, role, "", now, until)

    def judge(self, what: str, may: bool, call: Any, *args: Any, **more: Any) -> Any:  # noqa: FBT001
        """
        Do it, and hold what comes of it to what the oracle says.
        """
        self.figures[what] += 1
        try:
            found = call(*args, **more)
        except RefusedError as error:
            self.figures["refused"] += 1
            # What may be done may still be refused for another reason, a fact that is missing say.
            if may and error.code in FORBIDDEN:
                raise AssertionError(f"{what} {args} {more} was refused: {error}") from error
            return None
        assert may, f"{what} {args} {more} was accepted"
        return found

    def complete(self, case: Any, step: str, by: str) -> Any:
        stop = self.engine.chart_of(case).stop(step)
        assert stop is not None
        answers = [answer for answer in stop.moves if answer]
        work = stop.step
        assert isinstance(work, Work)
        facts = self.dice.choice(list(self.of(case.procedure).options(work.asks)))
        answer = self.dice.choice(answers) if isinstance(work, Ask) else ""
        return self.engine.complete(case.id, step, by=by, answer=answer, facts=facts)

    def somebody(self, case: Any, step: str) -> str:
        """
        Anybody, or somebody who comes near to it.
        """
        now, dice = self.clock.now(), self.dice
        work = self.oracle.steps[case.procedure, step]
        roles = set(work.by)
        thrown = dice.random()
        if thrown < 0.2:
            roles = self.oracle.above(work.by)
        near = [one for one in self.people if self.oracle.own(one, now) & roles]
        near += [one.to for one in self.oracle.given.values()]
        near += sorted(
            {one for (name, _), who in self.oracle.did.items() if name == case.id for one in who}
        )
        return dice.choice(near if near and thrown < 0.7 else self.people)

    def works(self, case: Any) -> list[str]:
        return [step for step in case.since if (case.procedure, step) in self.oracle.steps]

    def of(self, procedure: str) -> Deciding:
        if procedure not in self.deciding:
            self.deciding[procedure] = Deciding(self.site, chart_of(self.site, procedure))
        return self.deciding[procedure]


def play(site: Site, count: int, seed: int = 0) -> Counter[str]:
    """
    Let people ask for so many things.
    """
    figures: Counter[str] = Counter()
    done = 0
    while done < count:
        asking = Asking(site, seed + done, figures)
        for _ in range(min(EPISODE, count - done)):
            asking.ask()
            done += 1
    return figures


def test_nobody_does_what_they_may_not_and_everybody_what_they_may(
    garden: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    No forbidden command is accepted, and no allowed one refused.
    """
    figures = play(garden, size(1600, 100_000))
    with capsys.disabled():
        sys.stdout.write(f"\noracle: {dict(sorted(figures.items()))}\n")
    assert figures["complete"] > figures["refused"] / 2 > 100


@pytest.mark.parametrize("fault", ["four-eyes", "roster", "assigned", "above"])
def test_a_fault_in_the_rights_is_noticed(
    garden: Site, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Seeded in the engine: nobody looks who did the other step, everybody is on duty always, what is
    given to one may be done by any, whoever is over anybody is over everybody.
    """
    match fault:
        case "four-eyes":
            monkeypatch.setattr("propflow.engine.charge.check_eyes", lambda *_: None)
            monkeypatch.setattr("propflow.engine.machine.check_eyes", lambda *_: None)
        case "roster":
            monkeypatch.setattr("propflow.sites.people.Shift.covers", lambda *_: True)
        case "assigned":
            monkeypatch.setattr("propflow.engine.state.State.managed", lambda *_: None)
        case _:
            every = frozenset(garden.roles)
            monkeypatch.setattr("propflow.engine.chart.Chart.over", lambda *_: every)
    with pytest.raises((AssertionError, KeyError)):
        play(garden, 20_000)


def test_the_oracle_is_asked_about_people_who_stand_in(garden: Site) -> None:
    """
    It knows of delegations, and of their end.
    """
    oracle = Oracle(garden)
    guard = next(one for one in sorted(garden.people) if garden.people[one].roles)
    role = garden.people[guard].roles[0]
    other = next(one for one in sorted(garden.people) if role not in oracle.own(one, MOMENT))
    oracle.given["1"] = Given(guard, other, role, "", MOMENT, MOMENT + timedelta(hours=1))
    assert dict(oracle.capacities(other, "", MOMENT))[guard,] == {role}
    later = MOMENT + timedelta(hours=1)
    assert (guard,) not in dict(oracle.capacities(other, "", later))
