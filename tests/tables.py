"""
Tests as tables: one example a line, its columns apart by a bar.
"""

from __future__ import annotations

import re

# A bar stands between spaces, so that a cell may hold "a|b"; one at the end leaves a cell empty.
_BAR = re.compile(r"\s+\|(?:\s+|$)")


def rows(text: str) -> list[tuple[str, ...]]:
    """
    Read a table of examples for ``pytest.mark.parametrize``.

    Args:
        text: One row a line. Empty lines and lines that begin with ``#`` are left out.

    Returns:
        The cells of each row without the spaces around them.

    Raises:
        ValueError: A row has more or fewer cells than the first, or there is none.
    """
    lines = [
        line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")
    ]
    table = [tuple(cell.strip() for cell in _BAR.split(" " + line)) for line in lines]
    if not table:
        raise ValueError("a table of examples needs at least one row.")
    for line, cells in zip(lines, table, strict=True):
        if len(cells) != len(table[0]):
            wanted = f"should have {len(table[0])} cells, as the first has"
            raise ValueError(f"row {line.strip()!r} {wanted}: it has {len(cells)}.")
    return table
