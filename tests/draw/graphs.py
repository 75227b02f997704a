"""
Procedures of every shape, for what must hold of any picture.
"""

from __future__ import annotations

import itertools

from hypothesis import strategies as st

from propflow.procedures import Edge, End, Plain, Procedure, Start, Task, graph_of
from propflow.procedures.compose import (
    NOTHING,
    choose,
    end,
    repeat,
    sequence,
    task,
    tell,
    together,
)
from propflow.procedures.model import Decide
from propflow.text import Text

ROLES = ("clerk", "supervisor", "manager", "guard")
LABELS = ("File it", "Go to the scene and learn the matter in depth", "到现场向用户作深入了解", "?")

_leaves = st.tuples(st.just("leaf"), st.sampled_from((*ROLES, "")), st.sampled_from(LABELS))
_shapes = st.recursive(
    _leaves,
    lambda inner: st.one_of(
        st.tuples(st.just("sequence"), st.lists(inner, min_size=2, max_size=4)),
        st.tuples(st.just("choose"), st.lists(inner | st.none(), min_size=2, max_size=5)),
        st.tuples(st.just("stop"), inner),
        st.tuples(st.just("together"), st.lists(inner, min_size=2, max_size=4)),
        st.tuples(st.just("repeat"), inner, inner | st.none()),
    ),
    max_leaves=14,
)


def _build(shape, number):
    if shape is None:
        return NOTHING
    kind, *rest = shape
    name = f"{kind}-{next(number)}"
    if kind == "leaf":
        role, label = rest
        label = Text.of(en=label)
        return task(name, by=role, label=label) if role else tell(name, to="guard", label=label)
    if kind == "sequence":
        return sequence(*(_build(part, number) for part in rest[0]))
    if kind == "choose":
        return choose(name, {f"way {n}": _build(part, number) for n, part in enumerate(rest[0])})
    if kind == "stop":
        return choose(name, on=NOTHING, out=sequence(_build(rest[0], number), end(f"{name}-end")))
    if kind == "together":
        return together(*(_build(part, number) for part in rest[0]))
    return repeat(
        _build(rest[0], number), until={"good": "yes"}, name=name, between=_build(rest[1], number)
    )


block_graphs = _shapes.map(
    lambda shape: graph_of(Procedure(id="any", body=_build(shape, itertools.count())))
)


@st.composite
def plain_graphs(draw):
    """
    Steps with ways from anywhere to anywhere, as a foreign model may have them.
    """
    count = draw(st.integers(1, 9))
    nodes, edges = [], []
    for index in range(count):
        following = f"s{index + 1}" if index + 1 < count else "done"
        if draw(st.booleans()):
            nodes.append(Task(id=f"s{index}", by=(draw(st.sampled_from(ROLES)),)))
            edges.append(Edge(f"s{index}", following))
            continue
        nodes.append(Decide(id=f"s{index}", fact="way"))
        targets = draw(st.lists(st.integers(0, count), max_size=4, unique=True))
        ends = [following, *(f"s{n}" if n < count else "done" for n in targets)]
        edges.extend(
            Edge(f"s{index}", target, (f"way {n}",)) for n, target in enumerate(dict.fromkeys(ends))
        )
    nodes.append(End(id="done"))
    nodes.insert(0, Start())
    edges.insert(0, Edge("start", "s0"))
    return graph_of(Procedure(id="any", plain=Plain(nodes=tuple(nodes), edges=tuple(edges))))
