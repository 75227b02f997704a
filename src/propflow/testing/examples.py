"""
Examples of what a table decides, for the tests of whoever decides the same elsewhere: in a host
program, in a form, in the table's next edition.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from propflow.rules import EXAMPLES, Decider, Example, examples

if TYPE_CHECKING:
    import pytest


def examples_of(decider: Decider, kinds: Iterable[str] = EXAMPLES) -> st.SearchStrategy[Example]:
    """
    Examples made from a table, as a Hypothesis strategy; the simplest are those of its rows.

    Args:
        decider: The table.
        kinds: Of each row one (``rows``), the values on both sides of every boundary
            (``boundaries``), two that differ in one input and so in the outcome (``pairs``).
    """
    return st.sampled_from(examples(decider, kinds))


def each_example(decider: Decider, kinds: Iterable[str] = EXAMPLES) -> pytest.MarkDecorator:
    """
    Examples made from a table, as a parametrisation of pytest: the test takes ``facts``, a
    dictionary, and ``outcome``, the value of the table's first output.

    Args:
        decider: The table.
        kinds: As for `examples_of`.
    """
    import pytest

    found = examples(decider, kinds)
    main = decider.table.outputs[0].name
    return pytest.mark.parametrize(
        ("facts", "outcome"),
        [(dict(example.facts), dict(example.outcome)[main]) for example in found],
        ids=[f"{number}: {example.about}" for number, example in enumerate(found, 1)],
    )
