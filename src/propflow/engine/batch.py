"""
Many commands, one flush to the disk: for imports, mass mailings, and whatever comes by the hundred.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Self

from propflow.engine.case import Case
from propflow.engine.events import Facts
from propflow.errors import ConflictError, RefusedError, StoreError, UnknownNameError

if TYPE_CHECKING:
    from propflow.engine.engine import Engine


class Outcome:
    """
    What came of one command of a batch; known once the batch is over.
    """

    def __init__(self) -> None:
        self._case: Case | None = None
        self._error: Exception = RuntimeError("the batch is not over yet.")

    @property
    def case(self) -> Case:
        """
        The case as the command left it.

        Raises:
            RefusedError: The command was refused.
            UnknownNameError: There is no such case, procedure or person.
            StoreError: Nothing of the batch was written.
            RuntimeError: The batch is not over yet, or was left by an error.
        """
        if self._case is None:
            raise self._error
        return self._case

    @property
    def refused(self) -> Exception | None:
        """
        Why it was not done, or nothing where it was.
        """
        return None if self._case is not None else self._error


class Batch:
    """
    Commands that are carried out one after the other and flushed together.

    Each is allowed or refused by itself, as if it had been given alone, and sees what those before
    it have done. Nothing is carried out before the end of the ``with`` block, and nothing counts
    as done before all is on the disk::

        with engine.batch() as batch:
            opened = batch.begin("complaint", {"unit": "3-1201"}, ref="call-17")
            batch.complete("call-17", "record", by="clerk", facts=findings)
        opened.case

    Args:
        engine: Who carries them out.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._todo: list[tuple[Outcome, Callable[[], Case]]] = []

    def begin(
        self,
        procedure: str,
        facts: Facts | None = None,
        *,
        ref: str = "",
        by: str = "",
        because: str = "",
        key: str = "",
    ) -> Outcome:
        """
        Open a case; see `propflow.engine.Engine.begin`.
        """
        do = self._engine.begin
        return self.do(partial(do, procedure, facts, ref=ref, by=by, because=because, key=key))

    def complete(
        self,
        case: str,
        step: str,
        *,
        by: str,
        answer: str = "",
        facts: Facts | None = None,
        key: str = "",
    ) -> Outcome:
        """
        Do a step; see `propflow.engine.Engine.complete`.
        """
        do = self._engine.complete
        return self.do(partial(do, case, step, by=by, answer=answer, facts=facts, key=key))

    def do(self, command: Callable[[], Case]) -> Outcome:
        """
        Any other command of the engine: ``batch.do(lambda: engine.skip("c-1", ...))``.
        """
        outcome = Outcome()
        self._todo.append((outcome, command))
        return outcome

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        todo, self._todo = self._todo, []
        if error is not None:
            return
        done: list[tuple[Outcome, Case]] = []
        try:
            with self._engine._commits.together():  # noqa: SLF001 the engine's own other half
                for outcome, command in todo:
                    try:
                        done.append((outcome, command()))
                    except (RefusedError, UnknownNameError, ConflictError) as refused:
                        outcome._error = refused  # noqa: SLF001 of the same module
        except StoreError as failed:
            for outcome, _ in todo:
                outcome._error = failed  # noqa: SLF001 of the same module
            raise
        for outcome, case in done:
            outcome._case = case  # noqa: SLF001 of the same module
