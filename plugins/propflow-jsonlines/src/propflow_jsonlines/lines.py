"""
Files of notices and of events, one JSON object a line: each line once, and each line whole.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from propflow.errors import PluginError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from propflow.engine import Case, Entry
    from propflow.engine.notices import Notice

#: How many bytes at the end of a file are read for the notices that it already holds.
TAIL = 4 * 1024 * 1024

#: How many notices are remembered, newest last. A notice comes again soon or not at all.
REMEMBERED = 10_000

# Every line begins so: it tells a line that a crash cut short from a file that is not ours.
_BEGINNING = b'{"id": "'


def line_of(notice: Notice) -> str:
    """
    The notice as one line of JSON, line break included, the id first.
    """
    fields = {
        "id": notice.id,
        "case": notice.case,
        "procedure": notice.procedure,
        "step": notice.step,
        "kind": notice.kind,
        "to": list(notice.to),
        "people": list(notice.people),
        "at": notice.at.isoformat(),
        "text": notice.text.as_dict(),
    }
    return json.dumps(fields, ensure_ascii=False) + "\n"


def line_of_event(case: Case, entry: Entry) -> str:
    """
    A line of the journal as one line of JSON, line break included, the id first.
    """
    fields = {
        "id": f"{entry.case}:{entry.seq}",
        "procedure": case.procedure,
        "at": entry.at,
        **json.loads(entry.data),
        "seal": entry.seal,
    }
    return json.dumps(fields, ensure_ascii=False) + "\n"


class StreamNotifier:
    """
    Writes each notice to standard output at once, for a program at the other end of a pipe.

    Args:
        stream: Where to write instead.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout

    def deliver(self, notice: Notice) -> None:
        """
        Write the line. Whoever reads knows a notice that comes twice by its id.
        """
        self._stream.write(line_of(notice))
        self._stream.flush()

    def close(self) -> None:
        """
        Nothing to let go of: standard output belongs to the program.
        """


class LinesFile:
    """
    Appends lines to a file, each once, and returns when the line is on the disk.

    What is handed on until somebody has taken it may come again after a crash. The file knows it by
    its id: *at least once* becomes *once*. One process writes one file.

    Args:
        file: Made where it does not exist; its folder has to be there.

    Raises:
        PluginError: No file is named, it cannot be opened, or it holds something else.
    """

    holds = "lines"

    def __init__(self, file: str) -> None:
        if not file:
            raise PluginError(
                "jsonlines",
                f"no file is named: say 'jsonlines:{self.holds}.jsonl',"
                " or 'jsonlines:-' for standard output.",
            )
        self._file = file
        is_new = not os.path.lexists(file)
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
        try:
            handle = os.open(file, flags, 0o644)
        except OSError as error:
            raise self._refusal("open", error) from error
        self._handle: int | None = handle
        try:
            self._known = dict.fromkeys(self._read_ids(handle))
            if is_new:
                _sync_folder(file)
        except OSError as error:
            self.close()
            raise self._refusal("open", error) from error
        except BaseException:
            self.close()
            raise

    def append(self, identity: str, text: str) -> None:
        """
        Append a line, unless the file has one of this id already.

        Raises:
            PluginError: The disk is full or gone, or the file was closed. No part of the line
                stays behind.
        """
        if self._handle is None:
            raise PluginError(
                "jsonlines", f"{self._file!r} was closed and takes no more {self.holds}."
            )
        if identity in self._known:
            return
        # Half a surrogate pair cannot be encoded; "\\ud800" is how JSON writes it anyway.
        line = text.encode(errors="backslashreplace")
        before = os.fstat(self._handle).st_size
        try:
            _write(self._handle, line)
            os.fsync(self._handle)
        except OSError as error:
            os.ftruncate(self._handle, before)
            raise self._refusal("write to", error) from error
        self._remember(identity)

    def close(self) -> None:
        """
        Let go of the file. To close twice does no harm.
        """
        handle, self._handle = self._handle, None
        if handle is not None:
            os.close(handle)

    def _remember(self, identity: str) -> None:
        self._known[identity] = None
        if len(self._known) > REMEMBERED:
            del self._known[next(iter(self._known))]

    def _read_ids(self, handle: int) -> list[str]:
        """
        The notices that the end of the file holds, oldest first; its last line is whole afterwards.
        """
        size = os.fstat(handle).st_size
        start = max(0, size - TAIL)
        tail = _read(handle, start, size - start)
        if start:  # very likely in the middle of a line
            tail = tail[tail.find(b"\n") + 1 :]
        whole, _, rest = tail.rpartition(b"\n")
        ids = [self._identity(line) for line in whole.split(b"\n")] if whole else []
        if rest:
            ids += self._mend(handle, rest, size)
        return ids[-REMEMBERED:]

    def _mend(self, handle: int, rest: bytes, size: int) -> list[str]:
        """
        Finish or take back the line that a crash left without its end.
        """
        try:
            identity = self._identity(rest)
        except PluginError:
            # Some file systems leave zeros where a write was lost.
            begun = rest.rstrip(b"\0")
            if not (begun.startswith(_BEGINNING) or _BEGINNING.startswith(begun)):
                raise
            os.ftruncate(handle, size - len(rest))
            os.fsync(handle)
            return []
        _write(handle, b"\n")
        os.fsync(handle)
        return [identity]

    def _identity(self, line: bytes) -> str:
        try:
            notice = json.loads(line)
        except ValueError:
            notice = None
        if not isinstance(notice, dict) or not isinstance(notice.get("id"), str):
            shown = line[:40].decode(errors="replace")
            raise PluginError(
                "jsonlines",
                f"{self._file!r} is not a file of {self.holds}: it has the line {shown!r}."
                " Name another file.",
            )
        return str(notice["id"])

    def _refusal(self, doing: str, error: OSError) -> PluginError:
        why = (error.strerror or str(error)).lower()
        return PluginError("jsonlines", f"cannot {doing} {self._file!r}: {why}.")


class JsonLinesNotifier(LinesFile):
    """
    Appends each notice to a file: see `LinesFile`.
    """

    holds = "notices"

    def deliver(self, notice: Notice) -> None:
        """
        Append the notice, unless the file has it already.
        """
        self.append(notice.id, line_of(notice))


class JsonLinesObserver(LinesFile):
    """
    Appends each event of the journal to a file: see `LinesFile`.
    """

    holds = "events"

    def __call__(self, case: Case, entries: Sequence[Entry]) -> None:
        """
        Append the journal's new lines.
        """
        for entry in entries:
            self.append(f"{entry.case}:{entry.seq}", line_of_event(case, entry))


class StreamObserver(StreamNotifier):
    """
    Writes each event to standard output at once.
    """

    def __call__(self, case: Case, entries: Sequence[Entry]) -> None:
        """
        Write the journal's new lines.
        """
        for entry in entries:
            self._stream.write(line_of_event(case, entry))
        self._stream.flush()


def _read(handle: int, start: int, size: int) -> bytes:
    os.lseek(handle, start, os.SEEK_SET)
    parts = []
    while size > 0 and (part := os.read(handle, size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _write(handle: int, line: bytes) -> None:
    # os.write may take a part of it, on a disk that is nearly full for one.
    while line:
        line = line[os.write(handle, line) :]


def _sync_folder(file: str) -> None:
    # A new file is safe once its folder is; Windows neither can nor needs to.
    if os.name == "posix":
        folder = os.open(Path(file).parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
