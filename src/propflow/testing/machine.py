"""
A Hypothesis state machine made from a site: people, a clock, and faults, on the real engine.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from propflow.sites import Site
from propflow.testing.coverage import Coverage, to_meet
from propflow.testing.player import Player


class SiteMachine(RuleBasedStateMachine):
    """
    Plays a site as Hypothesis wishes. `machine_for` makes one for a site of yours.

    Attributes:
        site: The site.
        procedures: Those whose cases are opened.
        coverage: What has been met, over all runs of the class.
    """

    site: Site
    procedures: tuple[str, ...]
    coverage: Coverage

    def __init__(self) -> None:
        super().__init__()
        self.player = Player(self.site, self.procedures, coverage=self.coverage)

    def _choose(self, data: st.DataObject) -> Any:
        return lambda things: data.draw(st.sampled_from(things))

    @rule(data=st.data())
    def play(self, data: st.DataObject) -> None:
        """
        Open a case, do what is open, send a message, or wait.
        """
        move = data.draw(st.sampled_from(self.player.moves()))
        self.player.play(move, self._choose(data))

    @rule()
    def wait(self) -> None:
        """
        Time passes.
        """
        self.player.wait()

    @precondition(lambda self: self.player.engine.worklist())
    @rule(data=st.data())
    def be_refused(self, data: st.DataObject) -> None:
        """
        Somebody does what nobody may.
        """
        self.player.refuse(data.draw(st.sampled_from(self.player.engine.worklist())))

    @rule(data=st.data())
    def fail(self, data: st.DataObject) -> None:
        """
        The store cannot write.
        """
        move = data.draw(st.sampled_from(self.player.moves()))
        self.player.fail(move, self._choose(data))

    @rule()
    def restart(self) -> None:
        """
        The power goes, and comes back.
        """
        self.player.restart()

    @classmethod
    def report(cls) -> str:
        """
        The figures so far, and every transition and row that was not reached.
        """
        return cls.coverage.report()


def machine_for(site: Site, procedures: Iterable[str] = ()) -> type[SiteMachine]:
    """
    A state machine for a site: give its ``TestCase`` to pytest.

        Gate = machine_for(site, ["visitor-entry", "goods-out"])
        TestGate = Gate.TestCase

    Each run is held to this: what nobody may do is refused and changes nothing; a store that
    fails leaves nothing behind; a restart loses nothing; an open case has something open in it;
    a case that ends has kept every law.

    Args:
        site: The site.
        procedures: Ids of the procedures whose cases are opened; all, if not said.
    """
    names = tuple(procedures) or tuple(site.procedures)
    members = {"site": site, "procedures": names, "coverage": to_meet(site, names)}
    return type("SiteMachine", (SiteMachine,), members)
