"""
One thing that a check found, and the rules that there are.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from propflow.errors import Place
from propflow.procedures import Step, StepGraph
from propflow.verify.explore import Passed

#: An ``error`` can stop a case or break a law; a ``warning`` leaves somebody without an answer;
#: a ``caution`` is where the source itself conflicts with the law or with sense; a ``note`` is what
#: could be said more simply. The check fails for none of the last two.
SEVERITIES = ("error", "warning", "caution", "note")

#: Every rule by which something can be found, and what it asks.
RULES = {
    "twice": "Nothing is entered twice at once.",
    "stuck": "Every case can come to an end.",
    "dead-step": "Every step and every end can be reached.",
    "gave-up": "A procedure is small enough to be proved.",
    "law": "Every law holds on every path.",
    "law-step": "Every law speaks of steps that there are.",
    "rehearsal": "Every rehearsal goes as it is told.",
    "fact-unknown": "What a decision looks at is known on every way to it.",
    "recursion": "No procedure must call itself to come to an end.",
    "dead-branch": "Every branch of a decision can be taken.",
    "nobody": "Somebody on the site has the role that a step is for.",
    "four-eyes": "Where two people are wanted, there are two.",
    "late-by-roster": "Somebody is there before a step's time has passed.",
    "gap": "Every decision has an answer.",
    "overlap": "No decision has two answers.",
    "tie": "No two rows of one priority say different things.",
    "unreachable": "Every word of an outcome can be the answer.",
    "shadowed": "Every row of a table can decide.",
    "mergeable": "No two rows of a table could be one.",
    "case": "Every decision comes to what its own cases say.",
    "uncovered": "Every numbered box of the source has something that stands for it.",
    "source": "What the source draws is lawful and safe.",
    "waiver": "Every waiver waives something.",
}


def say_trace(
    graph: StepGraph, trace: Iterable[Passed], *, language: str = "en"
) -> tuple[str, ...]:
    """
    A way in the chart's own words: what each box says, and the outcome by which it was left.

    Args:
        graph: The procedure's normal form.
        trace: Steps and outcomes.
        language: In which the boxes are read.
    """
    said = []
    for step, outcome in trace:
        node = graph.by_id.get(step)
        label = node.label.to(language) if isinstance(node, Step) else ""
        said.append(f"{label or step}{f' -> {outcome}' if outcome else ''}")
    return tuple(said)


@attrs.frozen(kw_only=True)
class Waived:
    """
    Why a finding may stand.

    Attributes:
        because: The reason, a sentence.
        owner: Who answers for it.
    """

    because: str
    owner: str


@attrs.frozen(kw_only=True)
class Finding:
    """
    One thing that a check found.

    Attributes:
        severity: One of `SEVERITIES`.
        rule: One of `RULES`.
        where: Id of the procedure, decision or duty.
        what: What is wrong, in a sentence.
        subject: The step, law or row that it is about, or ``""``.
        place: Where it is written.
        trace: A shortest way to it, where there is one.
        waived: Why it may stand, where somebody answers for that.
    """

    severity: str
    rule: str
    where: str
    what: str
    subject: str = ""
    place: Place | None = None
    trace: tuple[Passed, ...] = ()
    waived: Waived | None = None

    @property
    def counts(self) -> bool:
        """
        Whether the check has failed because of it.
        """
        return self.severity in ("error", "warning") and self.waived is None

    def __str__(self) -> str:
        place = f"{self.place}: " if self.place else ""
        text = f"{place}{self.severity} [{self.rule}] {self.where}: {self.what}"
        if self.trace:
            way = " -> ".join(f"{step} ({by})" if by else step for step, by in self.trace)
            text += f"\n    on the way: {way}"
        if self.waived is not None:
            text += f"\n    waived by {self.waived.owner}: {self.waived.because}"
        return text
