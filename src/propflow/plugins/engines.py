"""
Shipped plugin: the rule engine that propflow brings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from propflow.plugins.hookspecs import hookimpl

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from propflow.rules import Rulebook, RuleEngine


@hookimpl
def register_rule_engines(
    register: Callable[[str, Callable[[Sequence[Rulebook]], RuleEngine]], None],
) -> None:
    """
    Offer ``propflow``.
    """
    register("propflow", _own)


def _own(books: Sequence[Rulebook]) -> RuleEngine:
    from propflow.rules import Correlator

    return Correlator(books)
