"""
What notifiers are handed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

import attrs

from propflow.text import Text


@attrs.frozen(kw_only=True)
class Notice:
    """
    Something that somebody is told.

    Attributes:
        id: The same for the same notice, however often it is delivered.
        case: Id of the case that it comes from.
        procedure: Id of the case's procedure.
        step: Id of the step.
        kind: ``notice`` from a step that tells, ``late`` when the time of a step has passed.
        to: Roles that are told.
        people: The persons who have one of these roles at the moment of delivery.
        at: When the event happened.
        text: What the step says.
    """

    id: str
    case: str
    procedure: str
    step: str
    kind: str
    to: tuple[str, ...]
    people: tuple[str, ...]
    at: datetime
    text: Text


class Notifier(Protocol):
    """
    Brings notices to people. It may be handed the same notice twice: the id tells.
    """

    def deliver(self, notice: Notice) -> None:
        """
        Bring one notice. Whatever it raises, the notice is tried again later.
        """
        ...

    def close(self) -> None:
        """
        Let go of files and connections.
        """
        ...
