"""
Shipped plugin: procedures as text, as Mermaid and as SVG.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from propflow.plugins.hookspecs import hookimpl

if TYPE_CHECKING:
    from collections.abc import Callable

    from propflow.draw import Names, Progress
    from propflow.plugins.hookspecs import Picture
    from propflow.procedures import Procedure, StepGraph


@hookimpl
def register_pictures(register: Callable[[str, Picture], None]) -> None:
    """
    Offer ``text``, ``mermaid`` and ``svg``.
    """
    for name in ("text", "mermaid", "svg"):
        register(name, _picture(name))


def _picture(name: str) -> Picture:
    def picture(
        procedure: Procedure,
        graph: StepGraph,
        *,
        names: Names,
        progress: Progress | None = None,
    ) -> str:
        # The drawing is read when the first picture is wanted: most commands want none.
        draw = getattr(import_module("propflow.draw"), f"draw_{name}")
        text: str = draw(graph, title=procedure.title, names=names, progress=progress)
        return text

    return picture
