"""
What the engine does not accept, in whole sentences; the case stays as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from propflow.engine import Engine, SimulatedClock
from propflow.errors import HandbookError, RefusedError, UnknownNameError

Command = Callable[[Engine], Any]

REFUSED: list[tuple[str, Command, str]] = [
    (
        "not-yours",
        lambda e: e.complete("c", "record", by="gus", facts={"floors": 1}),
        "step 'record' of complaint-1 is for clerk, which gus is not now.",
    ),
    (
        "missing-fact",
        lambda e: e.complete("c", "record", by="ann"),
        "step 'record' of complaint-1 asks for 'floors', which is not given: a whole number, "
        "0 or more.",
    ),
    (
        "bad-fact",
        lambda e: e.complete("c", "record", by="ann", facts={"floors": "three"}),
        "'floors' cannot be 'three': it takes a whole number, 0 or more.",
    ),
    (
        "bad-fact",
        lambda e: e.complete("c", "record", by="ann", facts={"floors": -1}),
        "'floors' cannot be -1: it takes a whole number, 0 or more.",
    ),
    (
        "unknown-fact",
        lambda e: e.complete("c", "record", by="ann", facts={"floors": 1, "flors": 1}),
        "complaint knows no 'flors'. Did you mean 'floors'?",
    ),
    (
        "unknown-step",
        lambda e: e.complete("c", "recrod", by="ann"),
        "complaint has no step 'recrod'. Did you mean 'record'?",
    ),
    (
        "not-open",
        lambda e: e.complete("c", "reply", by="ann", facts={"satisfied": "yes"}),
        "step 'reply' of complaint-1 is not open; open is 'record'.",
    ),
    (
        "not-asked",
        lambda e: e.complete("c", "record", by="ann", answer="yes", facts={"floors": 1}),
        "step 'record' of complaint-1 asks nothing.",
    ),
    (
        "unknown-answer",
        lambda e: e.complete("d", "sue", by="max", answer="yess"),
        "step 'sue' of dunning-1 takes the answers yes, no, not 'yess'. Did you mean 'yes'?",
    ),
    (
        "undecided",
        lambda e: e.complete("k", "record", by="ann", facts={"floors": 1}),
        "",
    ),
    (
        "nobody-waits",
        lambda e: e.send("paid", {"unit": "9-999"}),
        "nobody waits for 'paid' now.",
    ),
    (
        "ref-taken",
        lambda e: e.begin("complaint", {"kind": "noise"}, ref="c"),
        "complaint-1 is called 'c' already.",
    ),
    (
        "not-work",
        lambda e: e.complete("w", "payment", by="ann"),
        "step 'payment' of dunning-2 is not done by a person.",
    ),
]


@pytest.fixture
def cases(quiet: Engine, clock: SimulatedClock) -> Engine:
    """
    A complaint c, one k of which the kind is not known, a dunning d at the court's door, and one
    w that waits for the payment.
    """
    quiet.begin("dunning", {"unit": "1-101"}, ref="d")
    quiet.complete("d", "remind", by="ann")
    clock.move_to(quiet.now() + timedelta(days=20))
    quiet.tick()
    quiet.begin("complaint", {"unit": "1-101", "kind": "noise"}, ref="c")
    quiet.begin("complaint", {"unit": "1-101"}, ref="k")
    quiet.begin("dunning", {"unit": "1-102"}, ref="w")
    quiet.complete("w", "remind", by="ann")
    return quiet


@pytest.mark.parametrize(
    ("code", "command", "said"),
    REFUSED,
    ids=[f"{code}-{n}" for n, (code, _, _) in enumerate(REFUSED)],
)
def test_a_wrong_command_is_refused_and_changes_nothing(
    cases: Engine, code: str, command: Command, said: str
) -> None:
    """
    One sentence says what is wrong; neither the journal nor any case has changed.
    """
    before = list(cases.cases()), list(cases.store.journal())
    with pytest.raises(RefusedError) as refusal:
        command(cases)
    assert refusal.value.code == code
    if said:
        assert str(refusal.value) == said
    assert (list(cases.cases()), list(cases.store.journal())) == before
    assert cases.verify().whole


def test_a_decision_without_its_fact_is_refused_with_the_fact_named(cases: Engine) -> None:
    """
    Nobody has said what kind of complaint it is.
    """
    with pytest.raises(RefusedError, match=r"decision 'gravity': .*'kind'"):
        cases.complete("k", "record", by="ann", facts={"floors": 1})


def test_four_eyes_are_two_persons(cases: Engine) -> None:
    """
    Who replied to the customer does not sign for it as well.
    """
    cases.complete("c", "record", by="ann", facts={"floors": 0})
    cases.complete("c", "handle", by="gus")
    cases.complete("c", "reply", by="ann", facts={"satisfied": "yes"})
    with pytest.raises(RefusedError) as refusal:
        cases.complete("c", "sign", by="ann")
    assert refusal.value.code == "four-eyes"
    assert str(refusal.value) == (
        "step 'sign' of complaint-1 is for somebody else than who did 'reply', and that was ann."
    )
    cases.complete("c", "sign", by="ben")


def test_a_case_that_is_over_takes_no_commands(cases: Engine) -> None:
    """
    It says to which end it came.
    """
    cases.send("paid", {"unit": "1-102"})
    with pytest.raises(RefusedError) as refusal:
        cases.complete("w", "remind", by="ann")
    assert str(refusal.value) == "dunning-2 is over: it came to 'settled'."


UNKNOWN: list[tuple[Command, str]] = [
    (lambda e: e.begin("complant"), "there is no procedure 'complant'. Did you mean 'complaint'?"),
    (lambda e: e.begin("complaint", by="anne"), "there is no person 'anne'. Did you mean 'ann'?"),
    (
        lambda e: e.complete("c", "record", by="bem"),
        "there is no person 'bem'. Did you mean 'ben'?",
    ),
    (
        lambda e: e.complete("complaint-9", "record", by="ann"),
        "there is no case 'complaint-9'. Did you mean 'complaint-2'?",
    ),
    (lambda e: e.send("payed"), "there is no message 'payed'. Did you mean 'paid'?"),
    (lambda e: e.worklist(person="maxi"), "there is no person 'maxi'. Did you mean 'max'?"),
]


@pytest.mark.parametrize(("command", "said"), UNKNOWN, ids=[said for _, said in UNKNOWN])
def test_an_unknown_name_is_refused_with_the_nearest(
    cases: Engine, command: Command, said: str
) -> None:
    """
    Whoever mistypes a name is told what it may have been.
    """
    with pytest.raises(UnknownNameError) as refusal:
        command(cases)
    assert str(refusal.value) == said
    assert isinstance(refusal.value, HandbookError)
