"""
A notice as one line: when, what kind, for whom, what it says, and which case it belongs to.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text as Line

from propflow.errors import PluginError, nearest
from propflow.text import LANGUAGES

if TYPE_CHECKING:
    from propflow.engine.notices import Notice

#: For each kind of notice its colour, and its word in each language.
KINDS = {
    "notice": ("cyan", {"en": "notice", "zh": "通知"}),
    "work": ("green", {"en": "work", "zh": "工作"}),
    "late": ("yellow", {"en": "late", "zh": "逾期"}),
    "escalation": ("bold red", {"en": "escalation", "zh": "上报"}),
}


class TerminalNotifier:
    """
    Writes each notice to standard error, so that what a command prints stays clean.

    Colour is left out where ``NO_COLOR`` is set or nobody looks, as in a pipe or a file.

    Args:
        language: ``en`` or ``zh``. A text that lacks it is shown in the language it has.
        console: Where to write instead, for tests and for hosts with a console of their own.

    Raises:
        PluginError: Another language was asked for.
    """

    def __init__(self, language: str = "en", *, console: Console | None = None) -> None:
        if language not in LANGUAGES:
            known = " or ".join(f"'terminal:{code}'" for code in LANGUAGES)
            raise PluginError(
                "terminal",
                f"there is no language {language!r}; say {known}.{nearest(language, LANGUAGES)}",
            )
        self._language = language
        self._console = console or Console(stderr=True)

    def deliver(self, notice: Notice) -> None:
        """
        Write the line. A notice that comes twice is written twice: nobody acts on a line.
        """
        # The terminal folds a wide line: wrapped by us, a log could no longer be searched.
        self._console.print(self._line(notice), soft_wrap=True, highlight=False)

    def close(self) -> None:
        """
        Nothing to let go of: standard error belongs to the program.
        """

    def _line(self, notice: Notice) -> Line:
        colour, words = KINDS.get(notice.kind, ("", {}))
        kind = words.get(self._language, notice.kind)
        people = f" ({', '.join(notice.people)})" if notice.people else ""
        line = Line()
        line.append(f"{notice.at:%Y-%m-%d %H:%M} ", style="dim")
        line.append(_plain(kind), style=colour)
        line.append(_plain(f" → {', '.join(notice.to) or '-'}{people}: "))
        line.append(_plain(notice.text.to(self._language)), style="bold")
        line.append(_plain(f" [{notice.case} {notice.step}]"), style="dim")
        return line


def _plain(words: str) -> str:
    # A label comes from a file and may hold a line break or an escape sequence that would
    # repaint the terminal. White space becomes one space, anything else invisible goes.
    kept = (c if unicodedata.category(c)[0] != "C" else " " if c.isspace() else "" for c in words)
    parts = "".join(kept)
    return " ".join(parts.split()) if parts != words else words
