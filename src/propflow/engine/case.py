"""
One run of a procedure, as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import attrs

from propflow.fields import Value

#: Nobody stood in for anybody: of nearly every case, so that all of them share it.
NOBODY: Mapping[str, tuple[str, ...]] = {}


@attrs.frozen(kw_only=True)
class Case:
    """
    A case: its events applied in order, and nothing besides.

    Attributes:
        id: Name of the case, as in ``complaint-12``.
        procedure: Id of its procedure.
        version: Content hash of the procedure that it keeps to.
        seq: Number of events so far; the next one has this number.
        marking: Where it stands, as the compiled program reads it.
        facts: What is known, the latest value of each.
        since: Open steps and the moment from which each is open.
        late: Open steps whose time has passed.
        doers: Who did each step last.
        behalf: For whom they did it, where they stood in for somebody.
        children: For each open calling step, how many called cases have not ended.
        assigned: Open steps that were given to one person, and to whom.
        suspended: From when the case stands still, where it does.
        ref: The opener's own name for it, or ``""``.
        parent: The case and the step that called it.
        began: When it was opened.
        ended: When it came to its end.
        end: The name of that end.
    """

    id: str
    procedure: str = ""
    version: str = ""
    seq: int = 0
    marking: int = 0
    facts: Mapping[str, Value] = attrs.field(factory=dict)
    since: Mapping[str, datetime] = attrs.field(factory=dict)
    late: frozenset[str] = frozenset()
    doers: Mapping[str, str] = attrs.field(factory=dict)
    behalf: Mapping[str, tuple[str, ...]] = NOBODY
    children: Mapping[str, int] = attrs.field(factory=dict)
    assigned: Mapping[str, str] = attrs.field(factory=dict)
    suspended: datetime | None = None
    ref: str = ""
    parent: tuple[str, str] | None = None
    began: datetime | None = None
    ended: datetime | None = None
    end: str | None = None

    @property
    def open(self) -> bool:
        """
        Whether it has not come to its end.
        """
        return self.end is None
