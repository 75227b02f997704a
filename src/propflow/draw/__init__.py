"""
Pictures of any procedure: as text to read aloud, as Mermaid, as SVG with swim lanes.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from propflow.draw.mermaid import draw_mermaid
    from propflow.draw.naming import names_of
    from propflow.draw.outline import Entry, draw_text, paragraphs
    from propflow.draw.paper import Sheet, sheets
    from propflow.draw.path import progress_of
    from propflow.draw.scene import Names, Progress
    from propflow.draw.svg import draw_svg

# Most commands draw nothing: each name is imported when it is first asked for.
_HOMES = {
    "Entry": "outline",
    "Names": "scene",
    "Progress": "scene",
    "Sheet": "paper",
    "draw_mermaid": "mermaid",
    "draw_svg": "svg",
    "draw_text": "outline",
    "names_of": "naming",
    "paragraphs": "outline",
    "progress_of": "path",
    "sheets": "paper",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(_HOMES)


__all__ = [
    "Entry",
    "Names",
    "Progress",
    "Sheet",
    "draw_mermaid",
    "draw_svg",
    "draw_text",
    "names_of",
    "paragraphs",
    "progress_of",
    "sheets",
]
