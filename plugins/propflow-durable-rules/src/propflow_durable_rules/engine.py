"""
A rule engine of propflow in which durable-rules finds what belongs together.

propflow checks types and tests cells before anything is handed over, keeps the time and what is
waited for, and shows conclusions to the rules again. durable-rules joins what is equal, counts, and
holds the windows of time.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

from propflow.errors import PluginError
from propflow.rules import Correlator, Finder, Kind, Rule, Rulebook

#: What `propflow plugins` and all messages call it.
NAME = "durable-rules"

#: From how many things on durable-rules cannot count: a match of it has no more room.
MOST = 16


class DurableEngine(Correlator):
    """
    Runs rulebooks with durable-rules; concludes, saves and restores exactly what propflow's own
    engine does, so that a site can change from one to the other and forget nothing.

    Args:
        books: The rulebooks.

    Raises:
        PluginError: durable-rules is not there or does not run on this Python, or a rule asks for
            more than it can do.
    """

    def __init__(self, books: Sequence[Rulebook]) -> None:
        super().__init__(books, finds=_finder)


def _finder(rule: Rule, kinds: Mapping[str, Kind]) -> Finder:
    if sys.version_info >= (3, 13):
        raise PluginError(NAME, _TOO_NEW)
    try:
        from propflow_durable_rules.finder import DurableFinder
    except ImportError as error:
        raise PluginError(NAME, f"it cannot be imported: {error}. {_ANOTHER}") from error
    size = rule.count if rule.count > 1 else len(rule.when)
    if size > MOST:
        what = f"rule {rule.id!r} looks for {size} things, and it finds {MOST} at most. {_ANOTHER}"
        raise PluginError(NAME, what)
    return DurableFinder(rule, kinds)


_ANOTHER = "Say 'rule-engine: propflow' in site.yaml, or leave it out."
_TOO_NEW = (
    "release 2.0.28 cannot be imported on Python 3.13, which has no PyEval_CallObject any more. "
    + _ANOTHER
)
