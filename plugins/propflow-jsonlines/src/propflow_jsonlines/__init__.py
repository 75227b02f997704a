"""
Notices as JSON, one object a line, for other programs to read.

This module is read whenever propflow starts, so it imports nothing but the hook marker; the
notifier itself comes in when somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from propflow.plugins import hookimpl

if TYPE_CHECKING:
    from propflow.engine.notices import Notifier

__all__ = ["register_notifiers"]


@hookimpl
def register_notifiers(register: Callable[[str, Callable[[str], Notifier]], None]) -> None:
    """
    Offer the notifier ``jsonlines:FILE``, or ``jsonlines:-`` for standard output.
    """
    register("jsonlines", _open)


def _open(file: str) -> Notifier:
    from propflow_jsonlines.notifier import JsonLinesNotifier, StreamNotifier

    return StreamNotifier() if file == "-" else JsonLinesNotifier(file)
