"""
Pictures of running cases.
"""

from __future__ import annotations

from propflow.draw import Progress, progress_of
from propflow.engine import Engine, Store
from propflow.errors import HandbookError
from propflow.sites import Site


def progress_in(site: Site, store: Store, case: str, procedure: str) -> Progress:
    """
    How far a case in a store has come.

    Raises:
        HandbookError: The case is one of another procedure.
    """
    engine = Engine(site, store)
    found = engine.case(case)
    if found.procedure != procedure:
        raise AnotherProcedureError(found.id, found.procedure, procedure)
    return progress_of_case(engine, found.id)


def progress_of_case(engine: Engine, case: str) -> Progress:
    """
    How far a case has come.
    """
    found = engine.case(case)
    return progress_of(
        engine.site.graph(found.procedure),
        engine.passed(case),
        open=found.since,
        late=found.late,
    )


class AnotherProcedureError(HandbookError):
    """
    A picture of one procedure is wanted of a case of another.
    """

    def __str__(self) -> str:
        case, is_of, wanted = self.args
        return f"{case} is a case of {is_of!r}, not of {wanted!r}. Show {is_of!r}."
