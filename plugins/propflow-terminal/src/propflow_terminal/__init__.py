"""
Notices on the terminal, one line each: whom they are for, and what they say.

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
    Offer the notifier ``terminal``, or ``terminal:zh`` for Chinese.
    """
    register("terminal", _open)


def _open(language: str) -> Notifier:
    from propflow_terminal.notifier import TerminalNotifier

    return TerminalNotifier(language or "en")
