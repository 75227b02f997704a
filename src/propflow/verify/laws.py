"""
Laws: what must hold on every path, watched step by step.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import attrs

from propflow.durations import Deadline, WorkLength, say_deadline, say_duration
from propflow.fields import Field, Value
from propflow.procedures import Law, Wait, Work
from propflow.rules import Condition, parse_condition
from propflow.verify.automata import (
    BROKEN,
    EACH,
    FIRST,
    OTHER,
    SECOND,
    TIME,
    VOCABULARY,
    Automaton,
    automaton,
)

#: For each template, how many steps it speaks of, and its meaning.
TEMPLATES = {
    name: (word.steps, word.says.replace("{times}", "").replace("{count}", "once"))
    for name, word in VOCABULARY.items()
}

#: Where the automata of a law stand.
States = tuple[int, ...]


@attrs.frozen
class _Part:
    automaton: Automaton
    letters: Mapping[str, str]
    gated: str

    def letter(self, step: str, holds: bool) -> str:  # noqa: FBT001 it is the condition's answer
        letter = self.letters.get(step, OTHER)
        return letter if holds or letter not in self.gated else OTHER


class Reading:
    """
    A law as it is read: its automata, and which step is which letter to each of them.

    Args:
        law: The law.
    """

    def __init__(self, law: Law) -> None:
        self.law = law
        word = VOCABULARY[law.template]
        self.parts = tuple(
            _Part(
                automaton(part.word, law.times),
                dict.fromkeys(law.steps, FIRST)
                if word.steps == EACH
                else dict(zip((law.steps[n] for n in part.order), (FIRST, SECOND), strict=False)),
                part.where if law.where or word.each else "",
            )
            for part in word.parts
        )
        self.start: States = tuple(part.automaton.start for part in self.parts)
        self._after: dict[tuple[States, str, bool], States] = {}

    def after(self, states: States, step: str, *, holds: bool = True) -> States:
        """
        Where the automata stand after one more step.

        Args:
            states: Where they stood.
            step: What was done.
            holds: Whether the law's condition held then.
        """
        key = states, step, holds
        found = self._after.get(key)
        if found is None:
            found = self._after[key] = tuple(
                part.automaton.after(state, part.letter(step, holds))
                for part, state in zip(self.parts, states, strict=True)
            )
        return found

    def accepts(self, states: States) -> bool:
        """
        Whether the law has held, if the case is over now.
        """
        return all(
            state in part.automaton.accepts for part, state in zip(self.parts, states, strict=True)
        )

    @staticmethod
    def broken(states: States) -> bool:
        """
        Whether nothing that follows can mend it.
        """
        return BROKEN in states

    def settled(self, states: States) -> bool:
        """
        Whether nothing that follows can change the answer.
        """
        return BROKEN in states or all(
            state in part.automaton.settled for part, state in zip(self.parts, states, strict=True)
        )


@attrs.frozen
class Doer:
    """
    Who did a step.

    Attributes:
        person: Id of the person.
        roles: The roles that the person had then, those of whoever was stood in for among them;
            nothing where that is not known.
    """

    person: str
    roles: frozenset[str] | None = None


class Watch:
    """
    A law that watches one case, with its clock and its condition.

    Args:
        law: The law.
        facts: The facts that the procedure knows, for the law's condition.
        began: When the case was opened; nothing where the times of its steps are not known.
    """

    def __init__(
        self, law: Law, *, facts: Iterable[Field] = (), began: datetime | None = None
    ) -> None:
        self.law = law
        self.reading = Reading(law)
        self.states = self.reading.start
        self._condition = condition_of(law, facts)
        self._clocks: list[datetime | None] = [began] * len(self.states)
        self._each = VOCABULARY[law.template].each
        #: Who has done which of the steps, for a law that nobody may do both.
        self._doers: dict[str, set[str]] = {}

    def tell(
        self,
        step: str,
        *,
        at: datetime | None = None,
        facts: Mapping[str, Value] | None = None,
        doer: Doer | None = None,
        took: timedelta | None = None,
    ) -> None:
        """
        A step was done.

        Args:
            step: Id of the step.
            at: When.
            facts: All that the case knows now.
            doer: Who did it. A law on who does what does not judge what it does not know.
            took: How long it was open.
        """
        if at is not None:
            self.wait(at)
        if self._each:
            self._tell_each(step, doer, took)
            return
        holds = self._condition is None or _holds(self._condition, facts or {})
        for number, (part, state) in enumerate(zip(self.reading.parts, self.states, strict=True)):
            if (state, part.letter(step, holds)) in part.automaton.starts:
                self._clocks[number] = at
        self.states = self.reading.after(self.states, step, holds=holds)

    def _tell_each(self, step: str, doer: Doer | None, took: timedelta | None) -> None:
        law = self.law
        if step not in law.steps:
            return
        if self._each == "apart" and doer is not None:
            done = self._doers.setdefault(step, set())
            done.add(doer.person)
            if len(self._doers) > 1 and set.intersection(*self._doers.values()):
                for one in law.steps:
                    self.states = self.reading.after(self.states, one)
        elif (
            self._each == "by"
            and doer is not None
            and doer.roles is not None
            and doer.roles.isdisjoint(dict(law.by)[step])
        ) or (self._each == "long" and took is not None and not keeps_limit(law, step, took)):
            self.states = self.reading.after(self.states, step)

    def wait(self, now: datetime) -> None:
        """
        Nothing more has been done until now.
        """
        within = self.law.within
        if within is None:
            return
        self.states = tuple(
            part.automaton.after(state, TIME)
            if began is not None and now > began + within
            else state
            for part, state, began in zip(
                self.reading.parts, self.states, self._clocks, strict=True
            )
        )

    @property
    def verdict(self) -> str:
        """
        ``violated``, ``pending`` where something is still owed, else ``fulfilled``.
        """
        if self.reading.broken(self.states):
            return "violated"
        return "fulfilled" if self.reading.accepts(self.states) else "pending"

    @property
    def holds(self) -> bool:
        """
        Whether the law has held, if the case is over now.
        """
        return self.verdict == "fulfilled"


def keeps_limit(law: Law, step: str, length: Deadline | None) -> bool:
    """
    Whether a length of time keeps what a law says of how long one of its steps takes.

    Args:
        law: The law.
        step: One of its steps.
        length: How long it takes, or may take; nothing where that has no bound.
    """
    limit = dict(law.limits)[step]
    if length is None:
        return False
    if isinstance(length, timedelta) and isinstance(limit, timedelta):
        return length <= limit if law.template == "at-most" else length >= limit
    if (
        not isinstance(length, WorkLength)
        or not isinstance(limit, WorkLength)
        or length.unit != limit.unit
    ):
        return False  # nobody can say how long a working day is on the clock
    one, other = (length.days, length.time), (limit.days, limit.time)
    return one <= other if law.template == "at-most" else one >= other


def may_break(law: Law, steps: Mapping[str, object], step: str) -> bool:
    """
    Whether the chart leaves it open that a step is done otherwise than its law says.

    Args:
        law: A law on who does its steps, or on how long they take.
        steps: The steps of the procedure, by their names.
        step: The step that is done.
    """
    own = steps.get(step)
    if step not in law.steps:
        return False
    match VOCABULARY[law.template].each:
        case "by":
            return not isinstance(own, Work) or not set(own.by) <= set(dict(law.by)[step])
        case "long":
            within = own.within if isinstance(own, Work | Wait) else None
            return not keeps_limit(law, step, within)
    one, other = (steps.get(name) for name in law.steps)
    return not (
        isinstance(one, Work)
        and isinstance(other, Work)
        and (one.id in other.not_by or other.id in one.not_by)
    )


def condition_of(law: Law, facts: Iterable[Field]) -> Condition | None:
    """
    The condition of a law, or nothing where it has none.

    Raises:
        UnknownNameError: It speaks of a fact that is not among these.
        CellError: A cell cannot be read.
    """
    if not law.where:
        return None
    return parse_condition(dict(law.where), {field.name: field for field in facts})


def _holds(condition: Condition, facts: Mapping[str, Value]) -> bool:
    # What nobody has said yet does not fit a condition.
    return all(name in facts for name in condition.needs) and condition.holds(facts)


def holds(law: Law, steps: Iterable[str]) -> bool:
    """
    Whether a law held in a case that is over.

    Its condition counts as met and its time as kept; `Watch` knows both.

    Args:
        law: The law.
        steps: The steps of the case, in the order in which they were done.
    """
    reading = Reading(law)
    states = reading.start
    known = not VOCABULARY[law.template].each  # who did a step, and how long, only a watch knows
    for step in steps:
        states = reading.after(states, step, holds=known)
    return reading.accepts(states)


def say_law(law: Law) -> str:
    """
    A law in a plain phrase: ``'file' only after 'reply'``.
    """
    if VOCABULARY[law.template].steps == EACH:
        bound = "at the most" if law.template == "at-most" else "at the least"
        said = [f"{step!r} is done by nobody but {' or '.join(by)}" for step, by in law.by]
        said += [f"{step!r} takes {say_deadline(limit)} {bound}" for step, limit in law.limits]
        return ", ".join(said)
    count = "once" if law.times == 1 else f"{law.times} times"
    times = ""
    if law.times > 1:
        times = f", {count} at least" if law.template == "existence" else f", not {count}"
    phrase = VOCABULARY[law.template].says.format(
        *(repr(step) for step in law.steps), times=times, count=count
    )
    if law.where:
        phrase += ", where " + " and ".join(f"{fact} is {cell}" for fact, cell in law.where)
    if law.within is not None:
        phrase += f", within {say_duration(law.within)}"
    return phrase
