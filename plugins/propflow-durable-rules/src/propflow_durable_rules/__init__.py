"""
Rulebooks joined and counted by durable-rules, with its sharp edges taken off.

This module is read whenever propflow starts, so it imports nothing but the hook marker; the
engine itself comes in when a site or a host asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from propflow.plugins import hookimpl

if TYPE_CHECKING:
    from propflow.rules import Rulebook, RuleEngine

__all__ = ["register_rule_engines"]


@hookimpl
def register_rule_engines(
    register: Callable[[str, Callable[[Sequence[Rulebook]], RuleEngine]], None],
) -> None:
    """
    Offer the rule engine ``durable-rules``.
    """
    register("durable-rules", _engine)


def _engine(books: Sequence[Rulebook]) -> RuleEngine:
    from propflow_durable_rules.engine import DurableEngine

    return DurableEngine(books)
