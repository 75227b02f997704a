"""
What amends a case instead of carrying it on: it goes over to another version of its procedure.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import attrs


@attrs.frozen(kw_only=True)
class Moved:
    """
    The case keeps to another version of its procedure from now on.

    Attributes:
        was: Content hash of the version that it kept to.
        version: Content hash of the version that it keeps to now.
        marking: Where it stands, as the new version reads it.
        since: Open steps by their new names, and from when each is open. Where the new version
            gives a step more or less time, the moment is shifted: what is left stays the same.
        steps: Steps that have another name now: old name and new.
        by: Who said so.
        reason: Why.
        plan: The plan that it was part of; with it all of its cases can be moved back.
    """

    was: str
    version: str
    marking: int
    since: Mapping[str, datetime]
    steps: Mapping[str, str] = attrs.field(factory=dict)
    by: str
    reason: str
    plan: str


@attrs.frozen(kw_only=True)
class Move:
    """
    Let the case keep to another version.

    Attributes:
        seq: Number of events that the case had when this was worked out.
        moved: What will have happened.
    """

    seq: int
    moved: Moved
