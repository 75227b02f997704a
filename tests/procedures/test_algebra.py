"""
The algebra of procedures keeps its laws.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from propflow.procedures import Block, Procedure, Sequence, graph_of, sequence
from propflow.procedures.compose import NOTHING, choose, end, repeat, task, together
from propflow.testing import blocks

A, B, C = (task(name, by="clerk") for name in ("record", "handle", "file"))


def digest(block: Block) -> str:
    """
    The content hash of a procedure that consists of a block.
    """
    return graph_of(Procedure(id="any", body=block)).digest


@given(blocks(most=4), st.integers(0, 2))
def test_brackets_between_steps_do_not_matter(block: Block, position: int) -> None:
    """
    One after another is associative: how a page is cut into parts changes nothing.
    """
    parts = [A, B, C]
    parts[position] = block
    first, second, third = parts
    assert digest((first >> second) >> third) == digest(first >> (second >> third))


@given(blocks())
def test_nothing_before_or_after_changes_nothing(block: Block) -> None:
    """
    The empty block is the identity of one after another, on both sides.
    """
    assert digest(NOTHING >> block) == digest(block) == digest(block >> NOTHING)


@given(blocks(most=4))
def test_brackets_between_branches_do_not_matter(block: Block) -> None:
    """
    Side by side is associative, and a branch in which nothing happens is no branch.
    """
    flat = digest(together(A, block, B))
    assert digest(together(together(A, block), B)) == flat
    assert digest(together(A, together(block, B))) == flat
    assert digest(together(A, NOTHING, block, B)) == flat


@given(blocks())
def test_writing_it_twice_gives_the_same_hash(block: Block) -> None:
    """
    The content hash is a function of what is written and of nothing else.
    """
    assert digest(block) == digest(sequence(block, Sequence()))


def test_a_change_of_anything_that_matters_changes_the_hash() -> None:
    """
    Another role, another order, another outcome, another end: another procedure.
    """
    base = A >> choose("severity", minor=B, major=C) >> end("filed")
    others = [
        task("record", by="guard") >> choose("severity", minor=B, major=C) >> end("filed"),
        A >> choose("severity", minor=C, major=B) >> end("filed"),
        A >> choose("severity", minor=B, grave=C) >> end("filed"),
        A >> choose("severity", minor=B, major=C) >> end("dropped"),
        A >> choose("gravity", minor=B, major=C) >> end("filed"),
        A >> repeat(B, until={"done": "yes"}) >> C >> end("filed"),
    ]
    assert len({digest(block) for block in [base, *others]}) == 1 + len(others)


def test_outcomes_that_lead_the_same_way_share_it() -> None:
    """
    Serious and major go one way, written once.
    """
    block = choose("severity", {"serious, major": A}, minor=B)
    graph = graph_of(Procedure(id="any", body=block))
    assert [edge.outcomes for edge in graph.out["severity"]] == [("serious", "major"), ("minor",)]
