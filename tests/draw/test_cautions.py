"""
Where the source conflicts with the law, a picture says so.
"""

from __future__ import annotations

import pytest

from propflow.draw import Names, draw_mermaid, draw_svg, draw_text
from propflow.procedures import Procedure, Task, graph_of
from propflow.text import Text

LABEL = Text.of(en="Hold the person", zh="扣留")
CAUTION = Text.of(en="A guard may detain nobody.", zh="保安无权扣留他人。")
STEP = Task(id="hold", by=("guard",), label=LABEL, caution=CAUTION)
GRAPH = graph_of(Procedure(id="trouble", body=STEP))


@pytest.mark.parametrize("draw", [draw_mermaid, draw_svg])
@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "the source errs here"), ("zh", "原图此处不妥")],
)
def test_a_caution_is_marked_on_its_box(draw, language: str, said: str) -> None:
    """
    Whoever looks at the wall sees that there is something to read.
    """
    assert said in draw(GRAPH, title=Text.of(en="Trouble"), names=Names(language=language))


def test_a_caution_is_read_out_with_its_step() -> None:
    """
    In words there is room for the whole of it.
    """
    assert draw_text(GRAPH, title=Text.of(en="Trouble"), names=Names()).splitlines()[3] == (
        "1. guard: Hold the person (! A guard may detain nobody.)"
    )
