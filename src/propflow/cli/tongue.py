"""
In which language the command line says what is wrong: the one that was asked for, or the site's.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

import click

from propflow.errors import HandbookError

# The site's file may be the very one that cannot be read.
_LANGUAGE = re.compile(r"^language:\s*[\"']?zh\b", re.MULTILINE)
_ENOUGH = 64_000


def in_words(error: HandbookError, heard: Mapping[str, object] | None = None) -> str:
    """
    What an error says, in the language of whoever reads it.

    Args:
        error: What the command was refused for.
        heard: What the command line said, under ``lang`` and ``site``; that of the running
            command where it is not given.

    Returns:
        Chinese where ``--lang zh`` is given, or where no language is given and the site's own
        or the environment's (``LC_ALL``, ``LC_MESSAGES``, ``LANG``) is Chinese. Else English.
    """
    from propflow.wording import say

    return say(error, language=_language(_heard() if heard is None else heard))


def remember(**said: object) -> None:
    """
    Keep what the command line says of language and site for an error that may come.
    """
    _heard().update({key: value for key, value in said.items() if value is not None})


def _heard() -> dict[str, object]:
    context = click.get_current_context(silent=True)
    kept = context.obj if context is not None else None
    return kept if isinstance(kept, dict) else {}


def _language(heard: Mapping[str, object]) -> str:
    asked = heard.get("lang")
    if asked is not None:
        return str(asked)
    site = heard.get("site")
    named = [os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    locale = next(filter(None, named), "")
    chinese = locale.startswith("zh") or (isinstance(site, Path) and _speaks_chinese(site))
    return "zh" if chinese else "en"


def _speaks_chinese(site: Path) -> bool:
    try:
        with (site / "site.yaml").open("rb") as file:
            text = file.read(_ENOUGH).decode("utf-8", "replace")
    except OSError:
        return False
    return _LANGUAGE.search(text) is not None
