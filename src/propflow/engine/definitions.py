"""
Which definition a case keeps to: the one that it began with, whatever the handbook says today.

A definition is stored once under the hash of what it means, before the first case of it begins,
and never changed. Its decision tables are part of it.
"""

from __future__ import annotations

from collections.abc import Iterable

from propflow.engine.amends import Moved
from propflow.engine.case import Case
from propflow.engine.chart import Chart, chart_of, rebuilt
from propflow.engine.events import Began
from propflow.engine.journal import Entry
from propflow.engine.machine import evolve
from propflow.engine.store import Store
from propflow.engine.written import dump_definition, load_definition
from propflow.errors import HandbookError, RefusedError, StoreError
from propflow.procedures import digest_of
from propflow.sites import Site


class Definitions:
    """
    The definitions that cases keep to.

    Args:
        site: Whose procedures are the present ones.
        store: Where former ones are kept.
    """

    def __init__(self, site: Site, store: Store) -> None:
        self.site = site
        self.store = store
        self._present: dict[str, Chart] = {}
        self._by_version: dict[str, Chart] = {}
        self._kept: set[str] = set()

    def present(self, procedure: str) -> Chart:
        """
        The procedure as the site has it.

        Raises:
            UnknownNameError: It has none of that name.
        """
        if procedure not in self._present:
            self._present[procedure] = chart_of(self.site, procedure)
        return self._present[procedure]

    def of(self, case: Case) -> Chart:
        """
        The definition that a case keeps to.

        Raises:
            RefusedError: It is neither the present one nor in the store.
            StoreError: What the store has is not what was put there.
        """
        origin = case.origin
        found = self._by_version.get(origin.version)
        # Two procedures that say the very same have the same version.
        if found is None or found.procedure.id != origin.procedure:
            found = self._found(origin.procedure, origin.version)
            self._by_version[origin.version] = found
        return found

    def known(self, case: Case) -> Chart | None:
        """
        The definition that a case keeps to, or nothing where it was never stored.
        """
        try:
            return self.of(case)
        except RefusedError:
            return None

    def version(self, procedure: str, version: str) -> Chart:
        """
        One version of a procedure.

        Raises:
            RefusedError: It is neither the present one nor in the store.
            StoreError: What the store has is not what was put there.
        """
        return self._found(procedure, version)

    def keep(self, chart: Chart) -> None:
        """
        Store a definition, unless it is there.
        """
        name = f"{chart.procedure.id} {chart.version}"
        if name not in self._kept:
            text = dump_definition(chart.procedure, chart.program.graph, chart.tables.values())
            self.store.define(chart.procedure.id, chart.version, text)
            self._kept.add(name)

    def forget(self) -> None:
        """
        Look again before the next case begins whether its definition is stored.
        """
        self._kept.clear()

    def replayed(self, lines: Iterable[Entry]) -> Case:
        """
        The case that the lines of its journal make, each read by the version of its time.

        Raises:
            RefusedError: One of the versions is neither the present one nor in the store.
        """
        chart: Chart | None = None
        case = Case(id="")
        for line in lines:
            event = line.event
            if isinstance(event, Began):
                chart, case = self.version(event.procedure, event.version), Case(id=line.case)
            elif isinstance(event, Moved):
                chart = self.version(case.procedure, event.version)
            if chart is not None:
                case = evolve(chart, case, event, line.moment)
        return case

    def _found(self, procedure: str, version: str) -> Chart:
        if procedure in self.site.procedures:
            present = self.present(procedure)
            # Former releases left the tables out of a version, and stored none.
            if version in (present.version, digest_of(present.procedure, present.program.graph)):
                return present
        text = self.store.definition(procedure, version)
        if text is None:
            raise RefusedError(
                "no-definition",
                f"the version {version[:8]} of {procedure} is neither the site's nor in the store.",
            )
        try:
            chart = rebuilt(self.site, *load_definition(text))
        except (HandbookError, KeyError, TypeError, ValueError) as error:
            what = f"version {version[:8]} of {procedure} cannot be read: {error}."
            raise StoreError(self.store.name, what) from error
        if chart.version != version:
            what = f"version {version[:8]} of {procedure} is not what was stored."
            raise StoreError(self.store.name, what)
        return chart
