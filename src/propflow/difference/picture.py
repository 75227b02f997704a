"""
The two pictures of a procedure side by side: what is new, gone or otherwise stands in colour.
"""

from __future__ import annotations

from propflow.difference.lines import lines_of, renamed
from propflow.draw import draw_svg, names_of
from propflow.draw.pair import draw_pair
from propflow.errors import UnknownNameError
from propflow.procedures import Step
from propflow.sites import Site

_WORDS = {
    "en": ("before", "after", {"added": "new", "dropped": "gone", "changed": "otherwise"}),
    "zh": ("之前", "之后", {"added": "新增", "dropped": "取消", "changed": "有变"}),
}


def picture(before: Site, after: Site, procedure: str, *, language: str = "en") -> str:
    """
    Draw both editions of a procedure.

    Args:
        before: The first site.
        after: The second.
        procedure: Id of the procedure, which both have.
        language: ``en`` or ``zh``.

    Raises:
        UnknownNameError: One of the sites has no such procedure.
    """
    first, second, words = _WORDS[language]
    both = [name for name in before.procedures if name in after.procedures]
    if procedure not in both:
        raise UnknownNameError("procedure of both", procedure, tuple(both))
    graphs = before.graph(procedure), after.graph(procedure)
    new = renamed(*graphs)
    changed = {
        line.name
        for line in lines_of(before, after)
        if line.of == procedure and line.kind == "step" and line.change in ("changed", "renamed")
    }
    old_names = {fresh: old for old, fresh in new.items()}
    was, now = ({n.id for n in graph.nodes if isinstance(n, Step)} for graph in graphs)
    marks = (
        dict.fromkeys(was - now - new.keys(), "dropped")
        | {old_names.get(name, name): "changed" for name in changed},
        dict.fromkeys(now - was - set(new.values()), "added") | dict.fromkeys(changed, "changed"),
    )
    drawn = [
        draw_svg(
            graph,
            title=site.procedure(procedure).title,
            names=names_of(site, procedure, language=language),
            marks=mark,
        )
        for graph, site, mark in zip(graphs, (before, after), marks, strict=True)
    ]
    return draw_pair(drawn[0], drawn[1], heads=(first, second), words=words)
