"""
`propflow check --watch`: check again whenever a file changes, and say what that changed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from propflow.cli.desk import counted

#: What decides whether a file has changed: when it was written, and how long it is.
Seen = Mapping[str, tuple[int, int]]

_SUFFIXES = (".yaml", ".csv")


def seen(folders: Iterable[Path]) -> dict[str, tuple[int, int]]:
    """
    Every file of folders that a check reads, as it is now.
    """
    found = {}
    for folder in folders:
        for file in sorted(folder.rglob("*.*")):
            if file.suffix in _SUFFIXES:
                try:
                    state = file.stat()
                except FileNotFoundError:  # it went between the two looks
                    continue
                found[str(file)] = state.st_mtime_ns, state.st_size
    return found


def changed(before: Seen, now: Seen) -> list[str]:
    """
    The files that are new, other or gone.
    """
    return sorted(name for name in {*before, *now} if before.get(name) != now.get(name))


def rounds(
    folders: Iterable[Path], check: Callable[[], list[str]], *, pause: Callable[[float], object]
) -> Iterator[str]:
    """
    Check at once and after every change, and say each time what was found and what no longer is.

    Args:
        folders: What is looked at.
        check: Gives the findings, a line each; where the files cannot be read, their faults.
        pause: Waits between two looks; whatever it raises ends the watch.

    Yields:
        Lines to print.
    """
    folders = tuple(folders)
    state = seen(folders)
    known = check()
    yield from known
    yield _sum(known)
    while True:
        pause(0.5)
        now = seen(folders)
        files = changed(state, now)
        if not files:
            continue
        state = now
        found = check()
        yield f"-- {', '.join(files)}"
        yield from (f"gone  {line}" for line in known if line not in found)
        yield from (f"new   {line}" for line in found if line not in known)
        yield _sum(found)
        known = found


def _sum(found: list[str]) -> str:
    return f"{counted(len(found), 'finding')}. Watching; Ctrl-C ends it."


def sleep(seconds: float) -> None:
    """
    Wait, as long as nobody ends it.
    """
    time.sleep(seconds)
