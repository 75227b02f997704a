"""
The helper that reads tables of examples.
"""

import pytest

from tests.tables import rows


def test_each_line_is_an_example():
    """
    A line is a row, a bar parts the cells, a remark or an empty line counts for nothing.
    """
    assert rows("""
        every 1h | every hour
        # a remark

        every 7d | every seven days
    """) == [("every 1h", "every hour"), ("every 7d", "every seven days")]


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ("a|b | c", ("a|b", "c")),
        ("a |", ("a", "")),
        ("| b", ("", "b")),
        ("投诉 | 处理", ("投诉", "处理")),
    ],
)
def test_a_bar_parts_cells_only_where_it_stands_free(line, cells):
    """
    A bar inside a word belongs to the word; a free bar at either end leaves a cell empty.
    """
    assert rows(line) == [cells]


def test_a_row_with_a_cell_too_few_is_refused():
    """
    A forgotten bar is named, not read as something else.
    """
    with pytest.raises(ValueError, match="a table") as none:
        rows("\n# nothing\n")
    assert str(none.value) == "a table of examples needs at least one row."
    with pytest.raises(ValueError, match="row") as short:
        rows("a | b\nc")
    assert str(short.value) == "row 'c' should have 2 cells, as the first has: it has 1."
