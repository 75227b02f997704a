"""
Says an error in another language; what nobody has put into words there stays English.
"""

from __future__ import annotations

from propflow.errors import MOST_FAULTS, FaultyFileError, HandbookError
from propflow.wording.catalogue import catalogue


def say(error: HandbookError, *, language: str = "en") -> str:
    """
    What an error says, in one of the languages of a site.

    Args:
        error: Any refusal. Faults of files keep their places, a line each.
        language: ``en`` or ``zh``.

    Returns:
        The same as ``str(error)`` in English, and wherever a sentence has no translation.
    """
    if language == "en":
        return str(error)
    if not isinstance(error, FaultyFileError):
        return say_line(str(error), language=language)
    faults = sorted(error.faults)
    shown = faults[:MOST_FAULTS]
    lines = [f"{one.place}: {say_line(one.what, language=language)}" for one in shown]
    if len(faults) > len(shown):
        lines.append(say_line(f"... and {len(faults) - len(shown)} more.", language=language))
    return "\n".join(lines)


def say_line(text: str, *, language: str = "en") -> str:
    """
    One message without its place, in one of the languages of a site.

    Args:
        text: The message as it is in English.
        language: ``en`` or ``zh``.

    Returns:
        The message itself where it has no translation.
    """
    if language == "en":
        return text
    return catalogue(language).translate(text) or text
