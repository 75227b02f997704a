"""
A store in one SQLite file: the default, safe when the power goes at any moment.

Write-ahead log with ``synchronous=FULL``: what has been acknowledged is on the disk. Readers
are never held up by a writer.
"""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from threading import RLock, get_ident
from typing import Any

import attrs

from propflow.engine.case import Case
from propflow.engine.journal import (
    NO_SEAL,
    Entry,
    Verification,
    entries,
    seal,
    verify,
    with_notes,
)
from propflow.engine.personal import Commitments
from propflow.engine.records import dump_case, load_case
from propflow.engine.store.base import Change
from propflow.engine.store.formats import LATEST, SAID, statements
from propflow.engine.store.group import Group
from propflow.engine.store.reads import Reads, micros, personal_of
from propflow.errors import ConflictError, StoreError

#: Marks a file as ours in the SQLite header ("prop" in ASCII).
APPLICATION_ID = 0x70726F70

#: So many cases are kept at hand as they stand; they need not be read again.
AT_HAND = 10_000


class SqliteStore(Reads):
    """
    Everything in one file.

    Args:
        path: The file. It is made if it is not there; its folder is not.
        wait: Seconds to wait for another process that is writing, before giving up.

    Raises:
        StoreError: The file is not a propflow database, is of a later release, cannot be
            opened, or is locked.
    """

    def __init__(self, path: str | Path, *, wait: float = 5.0) -> None:
        self.name = str(path)
        self._lock = RLock()
        self._group = Group(self._lock, self._write)
        self._at_hand: OrderedDict[str, Case] = OrderedDict()
        # The cases of the transaction that is going on.
        self._fresh: dict[str, Case] = {}
        if not Path(path).parent.is_dir():
            raise StoreError(
                self.name, f"there is no folder {str(Path(path).parent)!r}. Make it first."
            )
        self._path, self._wait = path, wait
        # Whoever reads has a connection of the own for that moment, and waits for no writer. One
        # thread after the other takes one that lies idle.
        self._idle: list[sqlite3.Connection] = []
        self._closed = False
        self._writer = 0
        with self._told():
            self._db = self._connect()
        try:
            with self._told():
                self._open()
        except BaseException:
            self._db.close()
            raise

    def _connect(self) -> sqlite3.Connection:
        if self._closed:
            raise StoreError(self.name, "it is closed.")
        # Autocommit: transactions begin and end where `_writing` says, nowhere else.
        return sqlite3.connect(
            self._path, timeout=self._wait, isolation_level=None, check_same_thread=False
        )

    def _open(self) -> None:
        ours = self._one("PRAGMA application_id")
        if ours != APPLICATION_ID:
            if self._one("SELECT count(*) FROM sqlite_master"):
                raise StoreError(self.name, "this is a database of another program.")
            self._db.execute("PRAGMA journal_mode=WAL")
            with self._writing():
                # Another process may have made the tables while this one waited.
                if not self._one("SELECT count(*) FROM sqlite_master"):
                    self._upgrade(0)
                    self._db.execute(f"PRAGMA application_id={APPLICATION_ID}")
        version = self._one("PRAGMA user_version")
        if version > LATEST:
            raise StoreError(
                self.name,
                f"it was written by a later propflow (format {version}, this one reads up to "
                f"{LATEST}). Use the later release.",
            )
        if version < LATEST:
            with self._writing():
                self._upgrade(self._one("PRAGMA user_version"))
        self._db.execute("PRAGMA synchronous=FULL")

    def _upgrade(self, since: int) -> None:
        for statement in statements(since):
            self._db.execute(statement)
        self._db.execute(f"PRAGMA user_version={LATEST}")

    def commit(self, change: Change) -> None:
        """
        Make a change, all of it or nothing.
        """
        if self._writer == get_ident():
            self.commit_all((change,))
        else:
            self._group.commit(change)

    def commit_all(self, changes: Sequence[Change]) -> None:
        """
        Make changes of several cases that are there, no two of one: all of them or nothing.
        """
        with self._lock, self._told(), self._writing():
            for change in changes:
                self._make(change)
            self._fresh.update((change.after.id, change.after) for change in changes)

    def together(self) -> AbstractContextManager[None]:
        """
        Whatever this thread writes inside is written at the end, all of it or nothing.
        """
        return self._all()

    @contextmanager
    def _all(self) -> Iterator[None]:
        with self._lock, self._told(), self._writing():
            yield

    def _write(self, changes: Sequence[Change]) -> list[ConflictError | None]:
        """
        Write changes that know nothing of one another; returns what kept which of them out.
        """
        errors: list[ConflictError | None] = []
        try:
            if len(changes) == 1:
                self.commit_all(changes)
                return [None]
            with self._lock, self._told(), self._writing():
                for change in changes:
                    try:
                        self.commit_all((change,))
                        errors.append(None)
                    except ConflictError as error:
                        errors.append(error)
        except ConflictError as error:
            return [error]
        return errors

    def _make(self, change: Change) -> None:
        case = change.after
        head = self._head(change)
        lines = entries(case.id, change.before, head, change.events, change.at)
        self._put_case(change, lines[-1].seal)
        self._db.executemany(
            "INSERT INTO journal (case_id, seq, at, data, seal) VALUES (?, ?, ?, ?, ?)",
            [(e.case, e.seq, e.at, e.data, e.seal) for e in lines],
        )
        if change.before:
            self._db.execute("DELETE FROM timers WHERE case_id = ?", (case.id,))
            self._db.execute("DELETE FROM waits WHERE case_id = ?", (case.id,))
        if change.timers:
            self._db.executemany(
                "INSERT INTO timers VALUES (?, ?, ?, ?)",
                [(t.case, t.step, micros(t.due), t.due.isoformat()) for t in change.timers],
            )
        if change.waits:
            self._db.executemany(
                "INSERT INTO waits VALUES (?, ?)", [(m, case.id) for m in change.waits]
            )
        if change.effects:
            self._db.executemany(
                "INSERT INTO outbox (id, kind, case_id, data) VALUES (?, ?, ?, ?)",
                [(e.id, e.kind, e.case, e.data) for e in change.effects],
            )
        if change.personal or change.destroys:
            self._db.executemany(
                "INSERT INTO personal VALUES (?, ?, ?, ?, ?)",
                [(p.commitment, p.case, p.name, p.salt, p.value) for p in change.personal],
            )
            self._db.executemany(
                "DELETE FROM personal WHERE commitment = ?", [(one,) for one in change.destroys]
            )
        self._put_claims(change)

    def _head(self, change: Change) -> str:
        """
        The last seal of the case, once it is known to be where the change expects it.
        """
        if not change.before:
            return NO_SEAL
        row = self._db.execute(
            "SELECT head FROM cases WHERE id = ? AND seq = ?", (change.after.id, change.before)
        ).fetchone()
        if row is None:
            self._at_hand.pop(change.after.id, None)
            raise ConflictError(self.name, f"somebody else changed {change.after.id} first.")
        head: str = row[0]
        return head

    def _put_case(self, change: Change, head: str) -> None:
        case, state = change.after, dump_case(change.after)
        if change.before:
            self._db.execute(
                "UPDATE cases SET is_open = ?, seq = ?, head = ?, state = ? WHERE id = ?",
                (case.open, case.seq, head, state, case.id),
            )
            return
        self._claim(
            f"somebody else opened {case.id} first.",
            "INSERT INTO cases (id, ref, is_open, seq, head, state) VALUES (?, ?, ?, ?, ?, ?)",
            (case.id, case.ref or None, case.open, case.seq, head, state),
        )

    def _put_claims(self, change: Change) -> None:
        case = change.after
        if change.number:
            self._db.execute(
                "INSERT INTO numbers VALUES (?, ?) ON CONFLICT DO UPDATE SET last = excluded.last",
                (case.procedure, change.number),
            )
        if change.key:
            self._claim(
                f"the key {change.key!r} is taken.",
                "INSERT INTO commands VALUES (?, ?)",
                (change.key, case.id),
            )
        for effect in filter(None, (change.carried, *change.withdraws)):
            gone = self._db.execute(
                "DELETE FROM outbox WHERE id = ? AND state = 'waiting'", (effect,)
            )
            if not gone.rowcount:
                raise ConflictError(self.name, f"{effect} was carried out already.")
        occasion = change.occasion
        if occasion is not None:
            self._claim(
                f"{occasion.duty} {occasion.slot} was opened already.",
                "INSERT INTO occasions VALUES (?, ?, ?, ?, ?, ?)",
                (
                    occasion.duty,
                    occasion.slot,
                    occasion.due.isoformat(),
                    occasion.until.isoformat(),
                    micros(occasion.due),
                    occasion.case,
                ),
            )

    def _claim(self, otherwise: str, statement: str, values: tuple[Any, ...]) -> None:
        try:
            self._db.execute(statement, values)
        except sqlite3.IntegrityError:
            raise ConflictError(self.name, otherwise) from None

    def load(self, case: str) -> Case | None:
        """
        The case of that id.
        """
        known = self._at_hand.get(case)
        if self._writer == get_ident() and case in self._fresh:
            return self._fresh[case]
        if known is not None:
            row = self._row("SELECT seq FROM cases WHERE id = ?", case)
            if row is not None and row[0] == known.seq:
                return known
        row = self._row("SELECT state FROM cases WHERE id = ?", case)
        return load_case(row[0]) if row else None

    def glance(self, case: str) -> Case | None:
        """
        The case as it was last seen here, which need not be the latest.
        """
        if self._writer == get_ident():
            return self.load(case)
        return self._at_hand.get(case) or self.load(case)

    def carried(self, effect: str) -> None:
        """
        An effect has been carried out.
        """
        with self._lock, self._told(), self._writing():
            self._db.execute("DELETE FROM outbox WHERE id = ?", (effect,))

    def failed(
        self, effect: str, error: str, *, dead: str = "no", later: datetime | None = None
    ) -> None:
        """
        An effect was tried in vain; when *dead* is ``yes``, it is not tried again.
        """
        with self._lock, self._told(), self._writing():
            self._db.execute(
                "UPDATE outbox SET attempts = attempts + 1, error = ?, state = ?, later = ? "
                "WHERE id = ?",
                (
                    error,
                    "dead" if dead == "yes" else "waiting",
                    later.isoformat() if later else "",
                    effect,
                ),
            )

    def revive(self, effect: str) -> None:
        """
        Try an effect again that was given up, as if it had never been tried.
        """
        with self._lock, self._told(), self._writing():
            self._db.execute(
                "UPDATE outbox SET attempts = 0, state = 'waiting', later = '' "
                "WHERE id = ? AND state = 'dead'",
                (effect,),
            )

    def remember(self, name: str, value: str) -> None:
        """
        Keep a small fact.
        """
        with self._lock, self._told(), self._writing():
            self._db.execute(
                "INSERT INTO kept VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
                (name, value),
            )

    def note(self, stream: str, data: str, at: datetime) -> Entry:
        """
        Write one more line into a stream, sealed to the line before it.
        """
        with self._lock, self._told(), self._writing():
            row = self._row("SELECT seq, head FROM streams WHERE name = ?", stream)
            seq, head = row or (0, NO_SEAL)
            moment = at.isoformat()
            line = Entry(stream, seq, moment, data, seal(head, stream, seq, moment, data))
            self._db.execute(
                "INSERT INTO notes (stream, seq, at, data, seal) VALUES (?, ?, ?, ?, ?)",
                (stream, seq, moment, data, line.seal),
            )
            self._db.execute(
                "INSERT INTO streams VALUES (?, ?, ?) "
                "ON CONFLICT DO UPDATE SET seq = excluded.seq, head = excluded.head",
                (stream, seq + 1, line.seal),
            )
            return line

    def define(self, procedure: str, version: str, text: str) -> None:
        """
        Keep a definition. One that is there already is never changed.
        """
        if self.definition(procedure, version) is None:
            with self._lock, self._told(), self._writing():
                self._db.execute(
                    "INSERT INTO definitions VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                    (procedure, version, text),
                )

    def compact(self) -> None:
        """
        Write the file anew, so that nothing is left in it of what was destroyed.

        Nobody else may be reading or writing meanwhile.

        Raises:
            StoreError: Somebody else is, or the disk is full. Nothing was changed.
        """
        with self._lock, self._told():
            self._db.execute("VACUUM")
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def verify(self) -> Verification:
        """
        Check every seal of the journal, and that no line of it is missing.
        """
        with self._told(), self._reading() as db:
            # One read transaction: a writer between two queries would look like a break.
            db.execute("BEGIN")
            try:
                heads = db.execute("SELECT id, seq, head FROM cases ORDER BY n").fetchall()
                lines = db.execute("SELECT case_id, seq, at, data, seal FROM journal ORDER BY n")
                seen = Commitments()
                found = verify(
                    seen.read(Entry(*row) for row in lines), heads, gaps=_gaps(db, "journal")
                )
                kept = db.execute("SELECT commitment, case_id, name, salt, value FROM personal")
                broken = seen.broken(map(personal_of, kept))
                found = attrs.evolve(found, broken=(*found.broken, *broken))
                ends = db.execute("SELECT name, seq, head FROM streams ORDER BY name").fetchall()
                notes = db.execute("SELECT stream, seq, at, data, seal FROM notes ORDER BY n")
                return with_notes(
                    found, (Entry(*row) for row in notes), ends, gaps=_gaps(db, "notes")
                )
            finally:
                db.execute("COMMIT")

    def close(self) -> None:
        """
        Let go of the file.
        """
        with self._lock:
            self._closed = True
            self._db.close()
            while self._idle:
                self._idle.pop().close()

    # -- the connection ---------------------------------------------------------------------

    def _rows(self, query: str, *values: object) -> list[Any]:
        with self._told(), self._reading() as db:
            return db.execute(query, values).fetchall()

    def _row(self, query: str, *values: object) -> Any:
        with self._told(), self._reading() as db:
            return db.execute(query, values).fetchone()

    def _one(self, query: str) -> Any:
        return self._db.execute(query).fetchone()[0]

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        if self._writer == get_ident():
            yield self._db  # in the middle of a change, which only this connection sees
            return
        try:
            db = self._idle.pop()
        except IndexError:
            db = self._connect()
        try:
            yield db
        finally:
            self._idle.append(db)
            if self._closed:
                self._idle.pop().close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        # IMMEDIATE: a transaction that begins by reading and then writes can find the file
        # locked in the middle; one that begins by writing waits its turn at the beginning.
        if self._writer == get_ident():
            with self._within():
                yield
            return
        self._db.execute("BEGIN IMMEDIATE")
        self._writer = get_ident()
        try:
            yield
            self._db.execute("COMMIT")
            self._at_hand.update(self._fresh)
        except BaseException:
            # Also where the disk was full only at the end: the next change begins anew.
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            for case in self._fresh:
                self._at_hand.pop(case, None)
            raise
        finally:
            self._fresh.clear()
            self._writer = 0
            while len(self._at_hand) > AT_HAND:
                self._at_hand.popitem(last=False)

    @contextmanager
    def _within(self) -> Iterator[None]:
        # A part of a transaction, which may fail without the rest.
        if not self._db.in_transaction:
            raise StoreError(self.name, "it cannot be written. Nothing was changed.")
        self._db.execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK TO part")
                self._db.execute("RELEASE part")
            raise
        self._db.execute("RELEASE part")

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StoreError(self.name, SAID.get(_code(error), str(error) + ".")) from error


def _gaps(db: sqlite3.Connection, table: str) -> list[str]:
    """
    Lines that were written once, as the file itself counts, and are not there.
    """
    lines, last = db.execute(f"SELECT count(*), coalesce(max(n), 0) FROM {table}").fetchone()  # noqa: S608 ours
    given = db.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
    written = (given or (0,))[0]
    if written == lines == last:
        return []
    return [f"the {table} has {lines} lines, and {written} were written."]


def _code(error: sqlite3.Error) -> str:
    # Extended codes such as SQLITE_READONLY_DIRECTORY begin with the plain one.
    name = getattr(error, "sqlite_errorname", "")
    return "_".join(name.split("_")[:2])
