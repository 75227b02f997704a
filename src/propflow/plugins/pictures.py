"""
Shipped plugin: procedures as text, as Mermaid and as SVG.
"""

from __future__ import annotations

from collections.abc import Callable

from propflow.draw import Names, Progress, draw_mermaid, draw_svg, draw_text
from propflow.plugins.hookspecs import Picture, hookimpl
from propflow.procedures import Procedure, StepGraph


@hookimpl
def register_pictures(register: Callable[[str, Picture], None]) -> None:
    """
    Offer ``text``, ``mermaid`` and ``svg``.
    """
    for name, draw in (("text", draw_text), ("mermaid", draw_mermaid), ("svg", draw_svg)):
        register(name, _picture(draw))


def _picture(draw: Callable[..., str]) -> Picture:
    def picture(
        procedure: Procedure,
        graph: StepGraph,
        *,
        names: Names,
        progress: Progress | None = None,
    ) -> str:
        return draw(graph, title=procedure.title, names=names, progress=progress)

    return picture
