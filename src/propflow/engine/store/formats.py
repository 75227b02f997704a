"""
The tables of a database, format by format: a new file goes through all of them, an old one
through those that it has not had.
"""

from __future__ import annotations

#: Statements that lead to each format from the one before. What has been released here is never
#: changed: files that were made so are out there.
FORMATS: tuple[str, ...] = (
    """
CREATE TABLE journal (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    at TEXT NOT NULL,
    data TEXT NOT NULL,
    seal TEXT NOT NULL,
    UNIQUE (case_id, seq)
);
CREATE TABLE cases (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    ref TEXT UNIQUE,
    is_open INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    head TEXT NOT NULL,
    state TEXT NOT NULL
);
CREATE TABLE commands (key TEXT PRIMARY KEY, case_id TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE numbers (name TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE timers (
    case_id TEXT NOT NULL,
    step TEXT NOT NULL,
    due INTEGER NOT NULL,
    moment TEXT NOT NULL,
    PRIMARY KEY (case_id, step)
) WITHOUT ROWID;
CREATE INDEX timers_due ON timers (due);
CREATE TABLE waits (
    message TEXT NOT NULL, case_id TEXT NOT NULL, PRIMARY KEY (message, case_id)
) WITHOUT ROWID;
CREATE INDEX waits_case ON waits (case_id);
CREATE TABLE outbox (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    case_id TEXT NOT NULL,
    data TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'waiting',
    error TEXT NOT NULL DEFAULT ''
);
CREATE INDEX outbox_waiting ON outbox (kind, n) WHERE state = 'waiting';
CREATE TABLE occasions (
    duty TEXT NOT NULL,
    slot TEXT NOT NULL,
    due TEXT NOT NULL,
    until TEXT NOT NULL,
    due_at INTEGER NOT NULL,
    case_id TEXT NOT NULL,
    PRIMARY KEY (duty, slot)
) WITHOUT ROWID;
CREATE TABLE kept (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
""",
    """
CREATE TABLE notes (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    stream TEXT NOT NULL,
    seq INTEGER NOT NULL,
    at TEXT NOT NULL,
    data TEXT NOT NULL,
    seal TEXT NOT NULL,
    UNIQUE (stream, seq)
);
CREATE TABLE streams (
    name TEXT PRIMARY KEY, seq INTEGER NOT NULL, head TEXT NOT NULL
) WITHOUT ROWID;
""",
    """
CREATE TABLE definitions (
    procedure TEXT NOT NULL,
    version TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (procedure, version)
) WITHOUT ROWID;
""",
    """
CREATE TABLE personal (
    commitment TEXT PRIMARY KEY,
    case_id TEXT NOT NULL,
    name TEXT NOT NULL,
    salt TEXT NOT NULL,
    value TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX personal_case ON personal (case_id);
""",
    """
ALTER TABLE outbox ADD COLUMN later TEXT NOT NULL DEFAULT '';
""",
)

#: The format that this release writes.
LATEST = len(FORMATS)


def statements(since: int) -> list[str]:
    """
    What has to be done to a database of a format, 0 for an empty one, to make it the latest.
    """
    return [one for text in FORMATS[since:] for one in text.split(";\n") if one.strip()]


#: What SQLite means, and what to do.
SAID = {
    "SQLITE_NOTADB": "this is not a propflow database.",
    "SQLITE_BUSY": "another process holds it locked. Try again when that has finished.",
    "SQLITE_LOCKED": "another process holds it locked. Try again when that has finished.",
    "SQLITE_READONLY": "it may only be read. Make the file and its folder writable.",
    "SQLITE_FULL": "the disk is full. Nothing was changed; make room and try again.",
    "SQLITE_IOERR": "the disk does not answer. Nothing was changed.",
    "SQLITE_CANTOPEN": "it cannot be opened. Is it a file, and may it be read?",
    "SQLITE_CORRUPT": "it is damaged. Restore it from a copy.",
}
