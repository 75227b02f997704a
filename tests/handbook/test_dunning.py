"""
A unit in arrears, carried by the real engine: whenever the owner pays, the ladder is over.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from propflow import Engine, MemoryStore
from propflow.cli.desk import open_site
from propflow.engine import SimulatedClock
from propflow.errors import RefusedError

SITE = open_site(None)
START = datetime(2025, 10, 11, 1, tzinfo=UTC)
UNIT = {"unit": "1-0603", "owner": "Li", "due": "900", "days-overdue": 40}


@pytest.fixture
def engine():
    """
    An engine whose clock stands until it is moved.
    """
    return Engine(SITE, MemoryStore(), clock=SimulatedClock(START))


def opened(engine):
    """
    The case of a unit in arrears, just opened.
    """
    fields = {field.name: field for field in SITE.procedure("arrears").facts}
    return engine.begin("arrears", {name: fields[name].load(raw) for name, raw in UNIT.items()})


def pays(engine, unit="1-0603"):
    """
    The owner comes to pay; the cases of fee collection that are open then.
    """
    amount = SITE.message("payment-received").facts[1].load("900")
    engine.send("payment-received", {"unit": unit, "amount": amount})
    return [case for case in engine.cases() if case.procedure == "fees"]


def done(engine, case, step, by, **facts):
    """
    Somebody does a step.
    """
    given = {name.replace("_", "-"): value for name, value in facts.items()}
    engine.complete(case.id, step, by=by, facts=given)


def reminded(engine, case):
    """
    The unit is looked up and visited.
    """
    done(engine, case, "look-up-contacts", "luo-mei", missed_calls=0)
    done(engine, case, "visit", "luo-mei")


def open_steps(engine, case):
    return {item.step for item in engine.worklist(case=case.id)}


def test_who_pays_before_being_reminded_is_not_reminded(engine):
    """
    One case of fee collection, inside the ladder; nobody is to be visited any more.
    """
    case = opened(engine)
    assert open_steps(engine, case) == {"look-up-contacts"}
    (fees,) = pays(engine)
    assert fees.parent == (case.id, "collect")
    assert open_steps(engine, case) == set()


def test_who_pays_while_the_demand_is_being_written_gets_none(engine):
    """
    The desk is at it already, and need not go on.
    """
    case = opened(engine)
    reminded(engine, case)
    engine.clock.move_to(engine.now() + SITE.settings["reminder-days"])
    engine.tick()
    assert open_steps(engine, case) == {"demand"}
    assert len(pays(engine)) == 1
    assert open_steps(engine, case) == set()


def test_who_never_pays_is_sued_and_pays_no_more_to_this_case(engine):
    """
    The court's case is the end of the ladder, and of the wait beside it.
    """
    case = opened(engine)
    reminded(engine, case)
    engine.clock.move_to(engine.now() + SITE.settings["reminder-days"])
    engine.tick()
    done(engine, case, "demand", "deng-fang")
    engine.clock.move_to(engine.now() + SITE.settings["demand-days"])
    engine.tick()
    legal = next(iter(SITE.holders("legal-officer", engine.now())))
    done(engine, case, "sue", legal)
    done(engine, case, "file-arrears", "deng-fang")
    assert engine.case(case.id).end == "in-court"
    with pytest.raises(RefusedError, match="nobody waits for 'payment-received' now"):
        pays(engine)
