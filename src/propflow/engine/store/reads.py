"""
What an SQL store is asked: plain queries, whatever database answers them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from propflow.engine.case import Case
from propflow.engine.effects import Effect
from propflow.engine.journal import NOTHING_PERSONAL, Entry
from propflow.engine.personal import Personal
from propflow.engine.records import load_case
from propflow.engine.store.base import Occasion, Timer

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros(moment: datetime) -> int:
    """
    A moment as a number that a database can sort: microseconds since 1970.
    """
    return (moment - _EPOCH) // timedelta(microseconds=1)


class Reads:
    """
    The part of an SQL store that only reads.
    """

    def _rows(self, query: str, *values: object) -> list[Any]:
        raise NotImplementedError

    def _row(self, query: str, *values: object) -> Any:
        raise NotImplementedError

    def find(self, ref: str) -> str | None:
        """
        Id of the case that its opener calls *ref*.
        """
        row = self._row("SELECT id FROM cases WHERE ref = ?", ref)
        return row[0] if row else None

    def taken(self, key: str) -> str | None:
        """
        Id of the case whose command took *key*.
        """
        row = self._row("SELECT case_id FROM commands WHERE key = ?", key)
        return row[0] if row else None

    def last_number(self, procedure: str) -> int:
        """
        Number of the newest case of a procedure, or 0.
        """
        row = self._row("SELECT last FROM numbers WHERE name = ?", procedure)
        return row[0] if row else 0

    def cases(self, *, state: str = "all") -> Iterator[Case]:
        """
        Cases in the order in which they were opened; *state* is ``all`` or ``open``.
        """
        where = "" if state == "all" else " WHERE is_open"
        for (text,) in self._rows(f"SELECT state FROM cases{where} ORDER BY n"):  # noqa: S608 two fixed texts
            yield load_case(text)

    def history(self, case: str, *, start: int = 0) -> Sequence[Entry]:
        """
        The journal's lines of one case, in order, from number *start*.
        """
        rows = self._rows(
            "SELECT case_id, seq, at, data, seal FROM journal WHERE case_id = ? AND seq >= ? "
            "ORDER BY seq",
            case,
            start,
        )
        values = self._values(case)
        return [_shown(row, values) for row in rows]

    def journal(self) -> Iterator[Entry]:
        """
        All lines of the journal, in the order in which they were written.
        """
        values = self._values()
        for row in self._rows("SELECT case_id, seq, at, data, seal FROM journal ORDER BY n"):
            yield _shown(row, values)

    def timers(self, until: datetime) -> Sequence[Timer]:
        """
        Deadlines that have passed at *until*, the earliest first.
        """
        rows = self._rows(
            "SELECT moment, case_id, step FROM timers WHERE due <= ? ORDER BY due, case_id, step",
            micros(until),
        )
        return [Timer(due=datetime.fromisoformat(m), case=c, step=s) for m, c, s in rows]

    def waiting(self, message: str) -> Sequence[str]:
        """
        Ids of the cases that wait for a message, in the order in which they were opened.
        """
        rows = self._rows(
            "SELECT case_id FROM waits JOIN cases ON cases.id = case_id "
            "WHERE message = ? ORDER BY cases.n",
            message,
        )
        return [case for (case,) in rows]

    def outbox(self, kinds: Sequence[str]) -> Sequence[Effect]:
        """
        Effects of these kinds that are still to be carried out, the oldest first.
        """
        marks = ", ".join("?" * len(kinds))
        rows = self._rows(
            "SELECT id, kind, case_id, data, attempts, later FROM outbox "  # noqa: S608 only marks
            f"WHERE state = 'waiting' AND kind IN ({marks}) ORDER BY n",
            *kinds,
        )
        return [
            Effect(
                id=i,
                kind=k,
                case=c,
                data=d,
                attempts=a,
                later=datetime.fromisoformat(moment) if moment else None,
            )
            for i, k, c, d, a, moment in rows
        ]

    def dead(self) -> Sequence[tuple[Effect, str]]:
        """
        Effects that are not tried again, with the last error of each.
        """
        rows = self._rows(
            "SELECT id, kind, case_id, data, attempts, error FROM outbox "
            "WHERE state = 'dead' ORDER BY n"
        )
        return [(Effect(id=i, kind=k, case=c, data=d, attempts=a), e) for i, k, c, d, a, e in rows]

    def occasions(self, *, duty: str = "", state: str = "all") -> Sequence[Occasion]:
        """
        Duties that fell due, in the order of time.
        """
        rows = self._rows(
            "SELECT duty, slot, due, until, case_id FROM occasions"
            " WHERE (?1 = '' OR duty = ?1) AND (?2 = 'all' OR EXISTS"
            " (SELECT 1 FROM cases WHERE cases.id = case_id AND is_open))"
            " ORDER BY due_at, duty",
            duty,
            state,
        )
        return [
            Occasion(
                duty=duty,
                slot=slot,
                due=datetime.fromisoformat(due),
                until=datetime.fromisoformat(until),
                case=case,
            )
            for duty, slot, due, until, case in rows
        ]

    def recall(self, name: str) -> str | None:
        """
        A small fact that the engine keeps for itself.
        """
        row = self._row("SELECT value FROM kept WHERE name = ?", name)
        return row[0] if row else None

    def notes(self, stream: str) -> Sequence[Entry]:
        """
        The lines of a stream, in order.
        """
        rows = self._rows(
            "SELECT stream, seq, at, data, seal FROM notes WHERE stream = ? ORDER BY seq", stream
        )
        return [Entry(*row) for row in rows]

    def streams(self) -> Sequence[tuple[str, int]]:
        """
        Every stream with its number of lines, by name.
        """
        return self._rows("SELECT name, seq FROM streams ORDER BY name")

    def definition(self, procedure: str, version: str) -> str | None:
        """
        The text of a definition.
        """
        row = self._row(
            "SELECT data FROM definitions WHERE procedure = ? AND version = ?", procedure, version
        )
        return row[0] if row else None

    def personal(self, case: str = "") -> Sequence[Personal]:
        """
        The personal values that are kept of a case; of every case where *case* is ``""``.
        """
        query = "SELECT commitment, case_id, name, salt, value FROM personal"
        rows = self._rows(f"{query} WHERE case_id = ?", case) if case else self._rows(query)
        return [personal_of(row) for row in rows]

    def _values(self, case: str = "") -> dict[str, dict[str, str]]:
        """
        For each case its personal values by what stands for them.
        """
        found: dict[str, dict[str, str]] = {}
        for one in self.personal(case):
            found.setdefault(one.case, {})[one.commitment] = one.value
        return found


def personal_of(row: Sequence[str]) -> Personal:
    """
    The personal value of a row.
    """
    commitment, case, name, salt, value = row
    return Personal(commitment=commitment, case=case, name=name, salt=salt, value=value)


def _shown(row: Sequence[Any], values: dict[str, dict[str, str]]) -> Entry:
    """
    A line of the journal with the personal values that are kept of its case.
    """
    case, seq, at, data, sealed = row
    return Entry(case, seq, at, data, sealed, values.get(case, NOTHING_PERSONAL))
