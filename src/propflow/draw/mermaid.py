"""
A procedure as a Mermaid flowchart, for pages that draw it themselves.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from propflow.draw.boxes import kind_of
from propflow.draw.layout import reading
from propflow.draw.scene import NO_PROGRESS, Names, Progress, label_of, lanes_of, notes_of
from propflow.draw.words import clean
from propflow.procedures import Node, Step, StepGraph
from propflow.text import Text

#: The brackets that give a node its shape.
_SHAPES = {
    "task": ("[", "]"),
    "ask": ("{", "}"),
    "decide": ("{", "}"),
    "notice": ("[/", "/]"),
    "wait": ("{{", "}}"),
    "call": ("[[", "]]"),
    "each": ("[[", "]]"),
    "end": ("([", "])"),
    "start": ("([", "])"),
    "fork": ("[", "]"),
    "join": ("[", "]"),
    "merge": ("((", "))"),
}

_CLASSES = (
    "classDef bar fill:#2b3a49,stroke:#2b3a49,color:#2b3a49",
    "classDef dot fill:#51606f,stroke:#51606f,color:#51606f",
    "classDef end_ fill:#2b3a49,stroke:#2b3a49,color:#ffffff",
    "classDef done stroke:#1b7f4b,stroke-width:3px",
    "classDef open fill:#ffd9a8,stroke:#c25a00,stroke-width:3px",
    "classDef late stroke:#b3122a,stroke-width:4px",
)


def draw_mermaid(
    graph: StepGraph, *, title: Text, names: Names, progress: Progress | None = None
) -> str:
    """
    Write a procedure as a ``flowchart TD`` with a subgraph for each role.

    Args:
        graph: The procedure's normal form.
        title: What stands above the picture.
        names: What roles and other things are called, and the language.
        progress: How far a case has come. Steps get the classes ``done``, ``open`` and
            ``late``, and a word or a tick in their label; edges travelled are drawn bold.

    Returns:
        Mermaid's own text. Labels carry nothing that Mermaid or HTML would read as its own.
    """
    return "\n".join(_lines(graph, title, names, progress or NO_PROGRESS)) + "\n"


def _lines(graph: StepGraph, title: Text, names: Names, case: Progress) -> Iterator[str]:
    order, back = reading(graph)
    lanes = lanes_of(graph, order, back)
    ids = {name: f"n{number}" for number, name in enumerate(order)}
    # A JSON string is a YAML string as well, which is what the front matter wants.
    yield "---"
    yield f"title: {json.dumps(names.text(title), ensure_ascii=False)}"
    yield "---"
    yield "flowchart TD"
    for number, lane in enumerate(dict.fromkeys(lanes[name] for name in order)):
        label = names.role(lane) if lane else names.say("nobody")
        yield f'  subgraph lane{number}["{quote(label)}"]'
        for name in order:
            if lanes[name] == lane:
                yield f"    {ids[name]}{_node(graph.by_id[name], names, case)}"
        yield "  end"
    taken = []
    for number, edge in enumerate(graph.edges):
        words = names.outcomes_of(edge)
        label = f'|"{quote(words)}"|' if words else ""
        yield f"  {ids[edge.source]} -->{label} {ids[edge.target]}"
        if (edge.source, edge.target) in case.taken:
            taken.append(number)
    for line in _CLASSES:
        yield f"  {line}"
    yield from _classes(graph, ids, case)
    if taken:
        yield f"  linkStyle {','.join(map(str, taken))} stroke:#0b5cad,stroke-width:4px"


def _node(node: Node, names: Names, case: Progress) -> str:
    kind = kind_of(node)
    opened, closed = _SHAPES[kind]
    if not isinstance(node, Step) and kind != "start":
        return f'{opened}" "{closed}'
    words = [quote(label_of(node, names)), *map(quote, notes_of(node, names))]
    if isinstance(node, Step) and node.covers:
        words.append(quote(" ".join(map(clean, node.covers))))
    marks = [
        mark
        for mark, ids in (
            ("✓", case.done),
            (names.say("is-open"), case.open),
            (names.say("is-late"), case.late),
        )
        if node.id in ids
    ]
    if marks:
        words[0] = f"{' '.join(marks)} {words[0]}"
    return f'{opened}"{"<br/>".join(words)}"{closed}'


def _classes(graph: StepGraph, ids: dict[str, str], case: Progress) -> Iterator[str]:
    kinds = {"fork": "bar", "join": "bar", "merge": "dot", "end": "end_"}
    groups: dict[str, list[str]] = {}
    for node in graph.nodes:
        kind = kinds.get(kind_of(node))
        if kind is not None:
            groups.setdefault(kind, []).append(ids[node.id])
    for state, names in (("done", case.done), ("open", case.open), ("late", case.late)):
        found = [ids[node.id] for node in graph.nodes if node.id in names]
        if found:
            groups[state] = found
    for name, members in groups.items():
        yield f"  class {','.join(members)} {name}"


def quote(words: str) -> str:
    """
    Words as they may stand between quotes in Mermaid: what it reads as its own is numbered.
    """
    return "".join(
        char if char.isalnum() or char in " ,.?-·→" or char > "\x7f" else f"#{ord(char)};"
        for char in clean(words)
    )
