"""
Several threads' changes in one transaction: whoever gets the store first writes for all who wait.

A flush to the disk takes longer than all the rest of a change, and takes as long for one as for
many. Nobody is told that a change is written before it is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from threading import RLock

import attrs

from propflow.engine.store.base import Change
from propflow.errors import ConflictError, StoreError

#: So many changes are written together at the most.
MOST = 500


@attrs.define(eq=False)
class Ticket:
    """
    A change that waits to be written.

    Attributes:
        change: The change.
        done: Whether it has been written, or refused.
        error: Why it was not written.
    """

    change: Change
    done: str = "no"
    error: StoreError | None = None


class Group:
    """
    The changes that wait for a store.

    Args:
        lock: Whoever holds it may write.
        write: Writes changes in one transaction. Returns for each the conflict for which it alone
            was left out, and raises where none of them was written.
    """

    def __init__(
        self, lock: RLock, write: Callable[[Sequence[Change]], Sequence[ConflictError | None]]
    ) -> None:
        self._lock = lock
        self._write = write
        self._waiting: deque[Ticket] = deque()

    def commit(self, change: Change) -> None:
        """
        Write a change, in a transaction of its own or with others.

        Raises:
            ConflictError: Somebody else was first.
            StoreError: The store cannot write.
        """
        ticket = Ticket(change)
        self._waiting.append(ticket)
        with self._lock:
            while ticket.done == "no":
                self._lead()
        if ticket.error is not None:
            raise type(ticket.error)(*attrs.astuple(ticket.error)) from ticket.error

    def _lead(self) -> None:
        tickets: list[Ticket] = []
        while self._waiting and len(tickets) < MOST:
            tickets.append(self._waiting.popleft())
        errors: Sequence[StoreError | None]
        try:
            errors = self._write([ticket.change for ticket in tickets])
        except StoreError as failed:
            errors = [failed] * len(tickets)
        except BaseException:
            # Whoever stops this thread does not stop the others: the next of them writes.
            self._waiting.extendleft(reversed(tickets))
            raise
        for ticket, error in zip(tickets, errors, strict=True):
            ticket.error, ticket.done = error, "yes"
