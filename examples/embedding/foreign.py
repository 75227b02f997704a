"""
A procedure that was drawn with another tool: boxes and arrows, no blocks.
"""

from __future__ import annotations

from datetime import UTC, datetime

from propflow import Engine, MemoryStore, Procedure, SimulatedClock, Site, Text, graph_of
from propflow.draw import draw_text, names_of
from propflow.procedures import Ask, Edge, End, Join, Merge, Node, Plain, Task, compile_graph
from propflow.sites import Person, Role
from propflow.verify import check, soundness

#: As the other tool wrote it down: kind of box, name, what it says.
BOXES = (
    ("task", "book-lift", "Book the goods lift"),
    ("ask", "has-deposit", "Has the deposit been paid?"),
    ("task", "protect-lift", "Hang the lift with blankets"),
    ("task", "take-deposit", "Take the deposit"),
    ("task", "hand-key", "Hand over the key of the lift"),
    ("end", "moving", "Moving"),
)
ARROWS = (
    ("book-lift", "has-deposit", ""),
    ("has-deposit", "protect-lift", "yes"),
    ("has-deposit", "take-deposit", "no"),
    ("protect-lift", "gateway", ""),
    ("take-deposit", "gateway", ""),
    ("gateway", "hand-key", ""),
    ("hand-key", "moving", ""),
)


def node(kind: str, name: str, says: str) -> Node:
    """
    A box as propflow knows it.
    """
    label = Text.of(en=says)
    match kind:
        case "task":
            return Task(id=name, label=label, by=("agent",))
        case "ask":
            return Ask(id=name, label=label, by=("agent",))
        case _:
            return End(id=name, label=label)


def bring_in(gateway: Join | Merge) -> Procedure:
    """
    The whole drawing, with the gateway read in one way or the other.
    """
    edges = [Edge(source, target, (when,) if when else ()) for source, target, when in ARROWS]
    plain = Plain(nodes=(*(node(*box) for box in BOXES), gateway), edges=tuple(edges))
    return Procedure(id="goods-lift", title=Text.of(en="The goods lift"), plain=plain)


def main() -> None:
    """
    Bring it in, find what is wrong, mend it, run it, draw it.
    """
    print("As it was drawn, the gateway waits for both arrows:")
    for fault in soundness(compile_graph(graph_of(bring_in(Join("gateway"))))):
        print(f"  {fault.rule}: {fault.what}")

    print("Read as a gateway that lets through whatever arrives:")
    procedure = bring_in(Merge("gateway"))
    site = Site(
        id="tower",
        procedures={procedure.id: procedure},
        roles={"agent": Role(id="agent", label=Text.of(en="Agent"))},
        people={"xu-lan": Person(id="xu-lan", name=Text.of(en="Xu Lan"), roles=("agent",))},
    )
    print(f"  {len(check(site))} findings")

    print("It runs like any other:")
    clock = SimulatedClock(datetime(2025, 10, 13, 8, tzinfo=UTC))
    engine = Engine(site, MemoryStore(), clock=clock)
    case = engine.begin("goods-lift")
    while case.open:
        item = engine.worklist(person="xu-lan")[0]
        answer = item.answers[-1] if item.answers else ""
        print(f"  {item.label.to('en')} {answer}".rstrip())
        case = engine.complete(case.id, item.step, by="xu-lan", answer=answer)
    print(f"  ended: {case.end}")

    print("And reads like any other:")
    print()
    names = names_of(site, procedure.id, language="en")
    print(draw_text(graph_of(procedure), title=procedure.title, names=names), end="")


if __name__ == "__main__":
    main()
