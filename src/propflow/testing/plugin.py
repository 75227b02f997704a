"""
The pytest plugin: a site's files are tests, and a failure is a way through a chart.

    pytest --propflow examples/garden        every site.yaml that is found there
    pytest examples/garden/site.yaml         just this one

Nothing is collected, and nothing of propflow is imported, unless one of the two is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from propflow.rules import Example
    from propflow.sites import Site
    from propflow.sites.rehearsals import Rehearsal
    from propflow.testing.coverage import Coverage
    from propflow.verify import Finding

#: The one file that makes a folder a site.
SITE = "site.yaml"

#: Rules that are proved of a whole procedure; laws have a test each.
_WHOLE = frozenset({"gap", "overlap", "tie", "shadowed", "unreachable"})
_SOUND = frozenset({"twice", "stuck", "dead-step", "gave-up"})


def pytest_addoption(parser: pytest.Parser) -> None:
    """
    Add the options.
    """
    group = parser.getgroup("propflow")
    group.addoption(
        "--propflow", action="store_true", help="Collect the site.yaml files of propflow as tests."
    )
    group.addoption(
        "--propflow-coverage",
        action="store_true",
        help="Say which steps, branches and rows the walk through each procedure did not meet.",
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """
    Collect a site where one was asked for.
    """
    if file_path.name != SITE or not _wanted(file_path, parent.config):
        return None
    file: pytest.File = SiteFile.from_parent(parent, path=file_path)
    return file


def _wanted(path: Path, config: pytest.Config) -> bool:
    if config.getoption("propflow"):
        return True
    start = config.invocation_params.dir
    named = (Path(start, str(arg).partition("::")[0]) for arg in config.invocation_params.args)
    return any(one.name == SITE and one.resolve() == path.resolve() for one in named)


class SiteFile(pytest.File):
    """
    A site: for each procedure whether it is sound, its decisions informed and staffed, each law,
    each rehearsal, and a walk through all of it; for each decision table whether it is whole, and
    each of its cases.
    """

    def collect(self) -> Iterator[pytest.Item | pytest.Collector]:
        """
        The tests of the site, in the order of its files.
        """
        site = self.site()
        for name, procedure in site.procedures.items():
            proofs = _Proofs(site, name)
            yield _item(self, f"{name}::sound", proofs, _SOUND)
            others = frozenset({"fact-unknown", "dead-branch", "nobody", "four-eyes"})
            yield _item(self, f"{name}::can-be-done", proofs, others | {"late-by-roster"})
            for law in procedure.laws:
                rules = frozenset({"law", "law-step"})
                yield _item(self, f"{name}::{law.id}", proofs, rules, law.id)
            for rehearsal in self.rehearsals(site, name):
                rules = frozenset({"rehearsal"})
                yield _item(self, f"{name}::{rehearsal.id}", proofs, rules, rehearsal.id)
            yield WalkItem.from_parent(self, name=f"{name}::walk", site=site, procedure=name)
        for name in site.tables:
            yield _item(self, f"{name}::whole", _Proofs(site, name), _WHOLE)
            for number, example in enumerate(site.tables[name].cases, 1):
                case: pytest.Item = CaseItem.from_parent(
                    self, name=f"{name}::case-{number}", site=site, table=name, example=example
                )
                yield case

    def site(self) -> Site:
        """
        The site itself.

        Raises:
            CollectError: It cannot be read; every fault of its files with file and line.
        """
        from propflow.errors import HandbookError
        from propflow.plugins.manager import Plugins, blocked_by_environment
        from propflow.sites import load_site

        offered = Plugins(block=blocked_by_environment())
        try:
            return load_site(
                self.path.parent,
                offered.handbooks,
                calendars=offered.calendars,
                tailorings=offered.tailorings,
            )
        except HandbookError as error:
            raise self.CollectError(str(error)) from error

    def rehearsals(self, site: Site, procedure: str) -> tuple[Rehearsal, ...]:
        """
        The rehearsals of a procedure.

        Raises:
            CollectError: They cannot be read.
        """
        from propflow.errors import HandbookError
        from propflow.sites.rehearsals import rehearsals_of

        try:
            return rehearsals_of(site, procedure)
        except HandbookError as error:
            raise self.CollectError(str(error)) from error


def _item(
    parent: SiteFile, name: str, proofs: _Proofs, rules: frozenset[str], subject: str = ""
) -> pytest.Item:
    item: pytest.Item = ProofItem.from_parent(
        parent, name=name, proofs=proofs, rules=rules, subject=subject
    )
    return item


class _Proofs:
    """
    What is found in one procedure or table, looked for once, when the first test asks.
    """

    def __init__(self, site: Site, name: str) -> None:
        self.site = site
        self.name = name
        self._found: list[Finding] | None = None

    def found(self) -> list[Finding]:
        from propflow.verify import check_procedure, check_table, waived

        if self._found is None:
            is_table = self.name in self.site.tables and self.name not in self.site.procedures
            look = check_table if is_table else check_procedure
            self._found = list(waived(self.site, look(self.site, self.name)))
        return self._found


class _NotProvedError(Exception):
    """
    Something was found; the findings are its arguments.
    """


class _SiteItem(pytest.Item):
    site: Site

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> str:  # type: ignore[override]
        """
        The findings, each with file, line and its way; anything else as pytest shows it.
        """
        if isinstance(excinfo.value, _NotProvedError):
            return "\n".join(str(said) for said in excinfo.value.args)
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """
        Where the test is from.
        """
        return self.path, None, self.name


class ProofItem(_SiteItem):
    """
    Some rules, held to one procedure or table.
    """

    def __init__(
        self, *, proofs: _Proofs, rules: frozenset[str], subject: str = "", **more: object
    ) -> None:
        super().__init__(**more)  # type: ignore[arg-type]
        self.proofs = proofs
        self.rules = rules
        self.subject = subject

    def runtest(self) -> None:
        """
        Look, and fail with what was found.
        """
        found = [
            finding
            for finding in self.proofs.found()
            if finding.counts
            and (not self.rules or finding.rule in self.rules)
            and self.subject in ("", finding.subject)
        ]
        if found:
            raise _NotProvedError(*_said(self.proofs.site, found))


def _said(site: Site, found: Iterable[Finding]) -> Iterator[str]:
    import attrs

    from propflow.verify import say_trace

    for finding in found:
        yield str(attrs.evolve(finding, trace=()))
        if finding.trace:
            way = say_trace(site.graph(finding.where), finding.trace, language=site.language)
            yield "  on the way:"
            yield from (f"  {number}. {step}" for number, step in enumerate(way, 1))


class CaseItem(_SiteItem):
    """
    One case that a decision table carries: facts, and what it has to say of them.
    """

    def __init__(self, *, site: Site, table: str, example: Example, **more: object) -> None:
        super().__init__(**more)  # type: ignore[arg-type]
        self.site = site
        self.table = table
        self.example = example

    def runtest(self) -> None:
        """
        Decide, and fail where the table says something else.
        """
        fault = self.example.fault(self.site.decider(self.table))
        if fault:
            raise _NotProvedError(f"{self.example.place}: {fault}")

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """
        Where the case is written.
        """
        place = self.example.place
        if place is None:
            return super().reportinfo()
        return Path(place.file), place.line - 1, self.name


class WalkItem(_SiteItem):
    """
    A walk through one procedure, in every way that its decisions can tell apart.
    """

    def __init__(self, *, site: Site, procedure: str, **more: object) -> None:
        super().__init__(**more)  # type: ignore[arg-type]
        self.site = site
        self.procedure = procedure

    def runtest(self) -> None:
        """
        Walk, and fail where a case gets stuck or something is never met.
        """
        from propflow.testing.walking import walk

        met = walk(self.site, self.procedure)
        place = self.site.procedure(self.procedure).place
        graph = self.site.graph(self.procedure)
        said = [
            f"{place}: a case stands still at {', '.join(case.since)} for ever."
            for case in met.stuck[:3]
        ]
        for step, outcome in sorted(met.missing):
            at = getattr(graph.by_id[step], "place", None) or place
            way = f" by {outcome!r}" if outcome else ""
            said.append(f"{at}: {step!r} is never left{way}, whatever the facts.")
        for table, row in sorted(met.unfired):
            said.append(f"{self.site.table(table).place}: row {row} of {table!r} never decides.")
        _note(self.config, self.site, self.procedure, met.taken, met.rows)
        if said:
            raise _NotProvedError(*said)


# -- coverage -------------------------------------------------------------------------------

_COVERAGE = pytest.StashKey[dict[str, "Coverage"]]()


def _note(
    config: pytest.Config,
    site: Site,
    procedure: str,
    taken: Iterable[tuple[str, str]],
    rows: Iterable[tuple[str, int]],
) -> None:
    if not config.getoption("propflow_coverage"):
        return
    from propflow.testing.coverage import to_meet

    met = to_meet(site, [procedure])
    found = config.stash.setdefault(_COVERAGE, {})
    whole = found.setdefault(site.id, to_meet(site, ()))
    whole.transitions |= met.transitions
    whole.rows |= met.rows
    whole.taken |= {(procedure, step, outcome): 1 for step, outcome in taken}
    whole.fired |= dict.fromkeys(rows, 1)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """
    The coverage, where it was asked for.
    """
    found = config.stash.get(_COVERAGE, {})
    if not found:
        return
    terminalreporter.section("propflow coverage")
    for name, coverage in found.items():
        first, *more = coverage.report().splitlines()
        terminalreporter.write_line(f"{name}: {first}")
        for line in more:
            terminalreporter.write_line(f"    {line}")
