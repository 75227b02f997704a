"""
One run of a procedure, as it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, Self

import attrs

from propflow.fields import Value


class Origin(NamedTuple):
    """
    What is settled when a case is opened; all its later states share it.
    """

    id: str
    procedure: str = ""
    version: str = ""
    ref: str = ""
    parent: tuple[str, str] | None = None
    began: datetime | None = None


class Aside(NamedTuple):
    """
    What most cases have nothing of; those that have not share `PLAIN`.
    """

    late: frozenset[str] = frozenset()
    children: Mapping[str, int] = {}
    assigned: Mapping[str, str] = {}
    suspended: datetime | None = None
    behalf: Mapping[str, tuple[str, ...]] = {}


#: Nothing is late, called, given to one person or suspended.
PLAIN = Aside()


@attrs.frozen
class Standing:
    """
    Where a case stands: one place for all cases that stand there.

    Attributes:
        marking: As the compiled program reads it.
        names: The open steps, in the order in which they were opened.
        owner: The chart that keeps this place, if one does.
        plans: What `propflow.engine.quick` knows of the steps that lead on from here.
    """

    marking: int
    names: tuple[str, ...]
    owner: object = attrs.field(default=None, eq=False, repr=False)
    plans: dict[str, Any] = attrs.field(factory=dict, eq=False, repr=False)


# A hundred thousand of them stand in memory, and every step makes one: a tuple is a quarter of
# the size of its attributes one by one, and made in a tenth of the time.
class Case(tuple[Any, ...]):
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

    __slots__ = ()

    def __new__(  # noqa: PLR0913 a case has so many sides
        cls,
        *,
        id: str,  # noqa: A002 the word of the trade
        procedure: str = "",
        version: str = "",
        seq: int = 0,
        marking: int = 0,
        facts: Mapping[str, Value] | None = None,
        since: Mapping[str, datetime] | None = None,
        late: frozenset[str] = frozenset(),
        doers: Mapping[str, str] | None = None,
        behalf: Mapping[str, tuple[str, ...]] | None = None,
        children: Mapping[str, int] | None = None,
        assigned: Mapping[str, str] | None = None,
        suspended: datetime | None = None,
        ref: str = "",
        parent: tuple[str, str] | None = None,
        began: datetime | None = None,
        ended: datetime | None = None,
        end: str | None = None,
    ) -> Self:
        """
        Make a case of its parts, as a store or a test does.
        """
        since = since or {}
        return cls.of(
            Origin(id, procedure, version, ref, parent, began),
            seq,
            Standing(marking, tuple(since)),
            tuple(since.values()),
            facts or {},
            doers or {},
            Aside(late, children or {}, assigned or {}, suspended, behalf or {}),
            None if end is None and ended is None else (ended, end),
        )

    @classmethod
    def of(
        cls,
        origin: Origin,
        seq: int,
        standing: Standing,
        moments: tuple[datetime, ...],
        facts: Mapping[str, Value],
        doers: Mapping[str, str],
        aside: Aside,
        over: tuple[datetime | None, str | None] | None,
    ) -> Self:
        """
        Make a case as it is kept.

        Args:
            origin: What was settled when it was opened.
            seq: Number of events so far.
            standing: Where it stands.
            moments: From when each step of *standing* is open.
            facts: What is known.
            doers: Who did each step last.
            aside: What few cases have.
            over: When it came to which end.
        """
        aside = PLAIN if aside == PLAIN else aside
        return tuple.__new__(cls, (origin, seq, standing, moments, facts, doers, aside, over))

    def replaced(self, **changes: Any) -> Case:
        """
        The same case, but for what is named.
        """
        return Case(**{**self.parts(), **changes})

    def parts(self) -> dict[str, Any]:
        """
        Everything that it is made of, by name.
        """
        return {name: getattr(self, name) for name in PARTS}

    @property
    def origin(self) -> Origin:
        """
        What was settled when it was opened.
        """
        return self[0]  # type: ignore[no-any-return]

    @property
    def id(self) -> str:
        """
        Name of the case.
        """
        return self[0][0]  # type: ignore[no-any-return]

    @property
    def procedure(self) -> str:
        """
        Id of its procedure.
        """
        return self[0][1]  # type: ignore[no-any-return]

    @property
    def version(self) -> str:
        """
        Content hash of the procedure that it keeps to.
        """
        return self[0][2]  # type: ignore[no-any-return]

    @property
    def ref(self) -> str:
        """
        The opener's own name for it.
        """
        return self[0][3]  # type: ignore[no-any-return]

    @property
    def parent(self) -> tuple[str, str] | None:
        """
        The case and the step that called it.
        """
        return self[0][4]  # type: ignore[no-any-return]

    @property
    def began(self) -> datetime | None:
        """
        When it was opened.
        """
        return self[0][5]  # type: ignore[no-any-return]

    @property
    def seq(self) -> int:
        """
        Number of events so far.
        """
        return self[1]  # type: ignore[no-any-return]

    @property
    def standing(self) -> Standing:
        """
        Where it stands, shared by all cases that stand there.
        """
        return self[2]  # type: ignore[no-any-return]

    @property
    def marking(self) -> int:
        """
        Where it stands, as the compiled program reads it.
        """
        return self[2].marking  # type: ignore[no-any-return]

    @property
    def since(self) -> Mapping[str, datetime]:
        """
        Open steps, in the order in which they were opened, and from when each is open.
        """
        return dict(zip(self[2].names, self[3], strict=True))

    @property
    def facts(self) -> Mapping[str, Value]:
        """
        What is known.
        """
        return self[4]  # type: ignore[no-any-return]

    @property
    def doers(self) -> Mapping[str, str]:
        """
        Who did each step last.
        """
        return self[5]  # type: ignore[no-any-return]

    @property
    def behalf(self) -> Mapping[str, tuple[str, ...]]:
        """
        For whom they did it, where they stood in for somebody.
        """
        return self[6].behalf  # type: ignore[no-any-return]

    @property
    def aside(self) -> Aside:
        """
        What few cases have.
        """
        return self[6]  # type: ignore[no-any-return]

    @property
    def late(self) -> frozenset[str]:
        """
        Open steps whose time has passed.
        """
        return self[6].late  # type: ignore[no-any-return]

    @property
    def children(self) -> Mapping[str, int]:
        """
        For each open calling step, how many called cases have not ended.
        """
        return self[6].children  # type: ignore[no-any-return]

    @property
    def assigned(self) -> Mapping[str, str]:
        """
        Open steps that were given to one person, and to whom.
        """
        return self[6].assigned  # type: ignore[no-any-return]

    @property
    def suspended(self) -> datetime | None:
        """
        From when the case stands still, where it does.
        """
        return self[6].suspended  # type: ignore[no-any-return]

    @property
    def ended(self) -> datetime | None:
        """
        When it came to its end.
        """
        return self[7][0] if self[7] else None

    @property
    def end(self) -> str | None:
        """
        The name of that end.
        """
        return self[7][1] if self[7] else None

    @property
    def open(self) -> bool:
        """
        Whether it has not come to its end.
        """
        return self.end is None

    def __repr__(self) -> str:
        return f"Case({', '.join(f'{name}={value!r}' for name, value in self.parts().items())})"

    def __reduce__(self) -> tuple[Callable[..., Case], tuple[dict[str, Any]]]:
        # Where it stands is kept by a chart of this process.
        return _again, (self.parts(),)


#: What a case is made of.
PARTS = ("id", *(Case.__new__.__kwdefaults__ or {}))


def _again(parts: dict[str, Any]) -> Case:
    return Case(**parts)
