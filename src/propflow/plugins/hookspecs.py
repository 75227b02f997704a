"""
The hooks: where other programs add to propflow, and what each of them is handed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pluggy

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from propflow.calendar import WorkingDays
    from propflow.draw import Names, Progress
    from propflow.engine import Notifier, Observer, Store
    from propflow.procedures import Procedure, StepGraph
    from propflow.rules import Rulebook, RuleEngine

#: The name under which plugins announce themselves, and their entry-point group.
NAME = "propflow"

hookspec = pluggy.HookspecMarker(NAME)
hookimpl = pluggy.HookimplMarker(NAME)


class Picture(Protocol):
    """
    Draws one procedure as text of some format.
    """

    def __call__(
        self,
        procedure: Procedure,
        graph: StepGraph,
        *,
        names: Names,
        progress: Progress | None = None,
    ) -> str:
        """
        The picture.

        Args:
            procedure: What is drawn.
            graph: Its normal form.
            names: What roles are called, and the language.
            progress: How far a running case has come.
        """
        ...


@hookspec
def register_handbooks(register: Callable[[str, Path], None]) -> None:
    """
    Offer handbooks to build sites on.

    Called once, when propflow starts.

    Args:
        register: Takes the handbook's id and its folder. An id is given once.
    """


@hookspec
def register_stores(register: Callable[[str, Callable[[str], Store]], None]) -> None:
    """
    Offer places to keep cases in.

    Called once, when propflow starts.

    Args:
        register: Takes the scheme of a database address, and a function from what follows the
            colon to an open store. ``sqlite:garden.db`` calls the function of ``sqlite`` with
            ``garden.db``.
    """


@hookspec
def register_notifiers(register: Callable[[str, Callable[[str], Notifier]], None]) -> None:
    """
    Offer ways to bring notices to people.

    Called once, when propflow starts.

    Args:
        register: Takes the name of the notifier, and a function from what follows the colon to
            an open notifier. ``jsonlines:notices.jsonl`` calls the function of ``jsonlines``
            with ``notices.jsonl``; without a colon it is handed ``""``.
    """


@hookspec
def register_calendars(register: Callable[[str, Callable[[str], WorkingDays]], None]) -> None:
    """
    Offer calendars of working days that a site can take instead of writing its own.

    Called once, when propflow starts.

    Args:
        register: Takes the calendar's name, and a function from what follows the colon to the
            working days. ``from: "holidays:DE"`` in a site's calendar calls the function of
            ``holidays`` with ``DE``; without a colon it is handed ``""``. A year whose holidays
            or make-up days are not officially out is not among the ``published`` ones. The
            function raises `WorkingDaysError` where it does not know what is asked for.
    """


@hookspec
def register_tailorings(register: Callable[[str, Path], None]) -> None:
    """
    Offer layers to lay between a handbook and a site: what the law asks, what a company wants.

    Called once, when propflow starts.

    Args:
        register: Takes the layer's name and its folder, in which every file is a tailoring of
            the law's or the company's layer. A name is given once.
    """


@hookspec
def register_pictures(register: Callable[[str, Picture], None]) -> None:
    """
    Offer formats in which a procedure can be drawn.

    Called once, when propflow starts.

    Args:
        register: Takes the name of the format, and the function that draws it.
    """


@hookspec
def register_rule_engines(
    register: Callable[[str, Callable[[Sequence[Rulebook]], RuleEngine]], None],
) -> None:
    """
    Offer engines that run rulebooks.

    Called once, when propflow starts.

    Args:
        register: Takes the name of the engine, and a function from rulebooks to an engine that
            runs them. ``rule-engine: durable-rules`` in site.yaml chooses one for a site; a
            host hands the function to its engine. The function raises `PluginError` where it
            cannot run here, or cannot run these.
    """


@hookspec
def register_observers(register: Callable[[str, Callable[[str], Observer]], None]) -> None:
    """
    Offer ways to look at what happens: every event, as soon as it stands in the journal.

    Called once, when propflow starts.

    Args:
        register: Takes the name of the observer, and a function from what follows the colon to
            an open observer. ``jsonlines:events.jsonl`` calls the function of ``jsonlines``
            with ``events.jsonl``. An observer is handed the case as it stands now and the
            journal's new lines, both frozen: it can look, and not bend.
    """
