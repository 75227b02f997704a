"""
Past decisions taken again: what a changed table would have come to, case by case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

import attrs

from propflow.engine.amends import Redone
from propflow.engine.events import Began, Decided, Done, Facts, Received, Returned
from propflow.engine.journal import Entry
from propflow.errors import UndecidedError, ValueRefusedError
from propflow.fields import Value
from propflow.sites import Site


@attrs.frozen(kw_only=True)
class Replayed:
    """
    A decision of the journal, taken again by the table as it is now.

    Attributes:
        case: Id of the case.
        seq: Number of the event in its case.
        at: When it was taken; it is taken again as of that day.
        was: The outcome that it had.
        row: The row that fired then.
        now: The outcome that it would have, or nothing where the table comes to none.
        rows: The rows that would fire.
        why: Why it would come to that, or why to nothing.
        facts: The facts that the table looks at, as they were known then.
    """

    case: str
    seq: int
    at: datetime
    was: str
    row: int
    now: str | None
    rows: tuple[int, ...]
    why: str
    facts: Facts

    @property
    def flips(self) -> bool:
        """
        Whether it would come to something else.
        """
        return self.now != self.was


def replay(
    site: Site, journal: Iterable[Entry], table: str, *, language: str = ""
) -> Iterator[Replayed]:
    """
    Take every past decision of a table again, in the order in which they were taken.

    Args:
        site: Where the table is as it is now.
        journal: The lines of the journal, those of one case in order.
        table: Id of the table.
        language: The language of the reasons, the site's own where nothing is said.

    Raises:
        UnknownNameError: The site has no such table.

    What the table looks at now may be more than what it looked at then: facts that the case had
    learnt by that time are taken from its earlier events.
    """
    decider = site.decider(table)
    names = [field.name for field in decider.table.inputs]
    learnt: dict[str, dict[str, Value]] = {}
    for entry in journal:
        event = entry.event
        known = learnt.setdefault(entry.case, {})
        if isinstance(event, Began | Done | Redone | Received | Returned):
            known.update(event.facts)
        if not isinstance(event, Decided) or event.table != table:
            continue
        every = {**known, **event.facts}
        facts = {name: every[name] for name in names if name in every}
        now: str | None = None
        rows: tuple[int, ...] = ()
        try:
            decision = decider.decide(facts, at=entry.moment.astimezone(site.zone))
        except (UndecidedError, ValueRefusedError) as error:
            why = str(error)
        else:
            why = decision.why(language or site.language)
            now, rows = str(decision.outcome), decision.rows
        yield Replayed(
            case=entry.case,
            seq=entry.seq,
            at=entry.moment,
            was=event.outcome,
            row=event.row,
            now=now,
            rows=rows,
            why=why,
            facts=facts,
        )
