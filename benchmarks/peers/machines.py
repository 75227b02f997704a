"""
The complaint as a state machine: by hand, and with transitions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from benchmarks.walk import DOERS, LAP, OPENING, WALK, severity

#: Which step comes after which. Where facts decide, the question stands there instead.
AFTER: Mapping[str, str] = {
    "record": "?severity",
    "interview": "report-up",
    "report-up": "handle",
    "handle": "record-result",
    "record-result": "review-cause",
    "review-cause": "reply",
    "reply": "?satisfied",
    "sign": "file",
    "file": "filed",
}
QUESTIONS: Mapping[str, Callable[[Mapping[str, object]], str]] = {
    "?severity": lambda facts: "handle" if severity(facts) == "minor" else "interview",
    "?satisfied": lambda facts: "sign" if facts["satisfied"] == "yes" else "handle",
}


def dictionary() -> Callable[[], int]:
    """
    The least that a case can cost in Python: a dictionary of moves, and history in a list.
    """

    def once() -> int:
        state = "record"
        facts: dict[str, object] = dict(OPENING)
        history: list[tuple[str, str, Mapping[str, object]]] = []
        for step, filled in WALK:
            if step != state:
                raise ValueError(step)
            facts.update(filled)
            history.append((step, DOERS[step], filled))
            state = AFTER[step]
            question = QUESTIONS.get(state)
            if question is not None:
                state = question(facts)
        assert state == "filed"
        return len(history)

    return once


def lap() -> Callable[[], int]:
    """
    The same, once round in vain from where it is handled to where it is handled again.
    """
    facts: dict[str, object] = dict(OPENING)
    history: list[tuple[str, str, Mapping[str, object]]] = []

    def once() -> int:
        state = "handle"
        for step, filled in LAP:
            if step != state:
                raise ValueError(step)
            facts.update(filled)
            history.append((step, DOERS[step], filled))
            state = AFTER[step]
            question = QUESTIONS.get(state)
            if question is not None:
                state = question(facts)
        return len(LAP)

    return once


def transitions() -> Callable[[], int]:
    """
    One machine for the chart, one model a case.
    """
    return _transitions()[0]


def opened() -> Callable[[], object]:
    """
    The same, each case left open.
    """
    return _transitions()[1]


def _transitions() -> tuple[Callable[[], int], Callable[[], object]]:
    from transitions import Machine

    class Complaint:
        """
        A case. transitions gives it its triggers and its state.
        """

        def __init__(self) -> None:
            self.facts: dict[str, object] = dict(OPENING)
            self.history: list[tuple[str, Mapping[str, object]]] = []

        def is_minor(self, by: str, filled: Mapping[str, object]) -> bool:
            return severity(filled) == "minor"

        def is_satisfied(self, by: str, filled: Mapping[str, object]) -> bool:
            return filled["satisfied"] == "yes"

        def note(self, by: str, filled: Mapping[str, object]) -> None:
            self.facts.update(filled)
            self.history.append((by, filled))

    moves: list[dict[str, Any]] = []
    for step, after in AFTER.items():
        # A trigger is a method of the model, so it takes an underscore for a hyphen.
        move = {"trigger": step.replace("-", "_"), "source": step}
        if after == "?severity":
            moves.append({**move, "dest": "handle", "conditions": "is_minor"})
            moves.append({**move, "dest": "interview"})
        elif after == "?satisfied":
            moves.append({**move, "dest": "sign", "conditions": "is_satisfied"})
            moves.append({**move, "dest": "handle"})
        else:
            moves.append({**move, "dest": after})
    machine = Machine(
        model=None,
        states=[*AFTER, "filed"],
        transitions=moves,
        initial="record",
        auto_transitions=False,
        after_state_change="note",
    )
    walk = [(step.replace("-", "_"), DOERS[step], filled) for step, filled in WALK]

    def once() -> int:
        case: Any = Complaint()
        machine.add_model(case)
        for trigger, by, filled in walk:
            getattr(case, trigger)(by, filled)
        assert case.state == "filed"
        machine.remove_model(case)
        return len(case.history)

    def begin() -> object:
        case = Complaint()
        machine.add_model(case)
        return case

    return once, begin
