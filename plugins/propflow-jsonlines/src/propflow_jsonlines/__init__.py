"""
Notices and events as JSON, one object a line, for other programs to read.

This module is read whenever propflow starts, so it imports nothing but the hook marker; the
notifier itself comes in when somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from propflow.plugins import hookimpl

if TYPE_CHECKING:
    from propflow.engine import Notifier, Observer

__all__ = ["register_notifiers", "register_observers"]


@hookimpl
def register_notifiers(register: Callable[[str, Callable[[str], Notifier]], None]) -> None:
    """
    Offer the notifier ``jsonlines:FILE``, or ``jsonlines:-`` for standard output.
    """
    register("jsonlines", _notifier)


@hookimpl
def register_observers(register: Callable[[str, Callable[[str], Observer]], None]) -> None:
    """
    Offer the observer ``jsonlines:FILE``, or ``jsonlines:-`` for standard output.
    """
    register("jsonlines", _observer)


def _observer(file: str) -> Observer:
    from propflow_jsonlines.lines import JsonLinesObserver, StreamObserver

    return StreamObserver() if file == "-" else JsonLinesObserver(file)


def _notifier(file: str) -> Notifier:
    from propflow_jsonlines.lines import JsonLinesNotifier, StreamNotifier

    return StreamNotifier() if file == "-" else JsonLinesNotifier(file)
