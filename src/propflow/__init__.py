"""
A property company's written procedures: read, checked, run, scheduled, tailored and proved.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from propflow.calendar import Duty, Occurrence, WorkingDays, agenda, parse_rhythm
    from propflow.engine import Case, Engine, MemoryStore, SimulatedClock, Store, WorkItem
    from propflow.errors import HandbookError, RefusedError
    from propflow.fields import Field
    from propflow.plugins import hookimpl
    from propflow.plugins.manager import Plugins
    from propflow.procedures import Procedure, StepGraph, compile_graph, graph_of
    from propflow.rules import Decision, Table, compile_table
    from propflow.sites import Handbook, Site, load_handbook, load_site
    from propflow.text import Text
    from propflow.verify import Finding, check

__version__ = "0.1.0"

# A command line that only wants the version need not load the engine: each name is imported
# when it is first asked for.
_HOMES = {
    "propflow.calendar": ("Duty", "Occurrence", "WorkingDays", "agenda", "parse_rhythm"),
    "propflow.engine": ("Case", "Engine", "MemoryStore", "SimulatedClock", "Store", "WorkItem"),
    "propflow.errors": ("HandbookError", "RefusedError"),
    "propflow.fields": ("Field",),
    "propflow.plugins": ("hookimpl",),
    "propflow.plugins.manager": ("Plugins",),
    "propflow.procedures": ("Procedure", "StepGraph", "compile_graph", "graph_of"),
    "propflow.rules": ("Decision", "Table", "compile_table"),
    "propflow.sites": ("Handbook", "Site", "load_handbook", "load_site"),
    "propflow.text": ("Text",),
    "propflow.verify": ("Finding", "check"),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])


__all__ = [
    "Case",
    "Decision",
    "Duty",
    "Engine",
    "Field",
    "Finding",
    "Handbook",
    "HandbookError",
    "MemoryStore",
    "Occurrence",
    "Plugins",
    "Procedure",
    "RefusedError",
    "SimulatedClock",
    "Site",
    "StepGraph",
    "Store",
    "Table",
    "Text",
    "WorkItem",
    "WorkingDays",
    "__version__",
    "agenda",
    "check",
    "compile_graph",
    "compile_table",
    "graph_of",
    "hookimpl",
    "load_handbook",
    "load_site",
    "parse_rhythm",
]
