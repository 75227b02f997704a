"""
`propflow check`: prove a site's procedures and decisions.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from propflow.cli.desk import (
    json_option,
    language_option,
    open_site,
    plugins,
    print_json,
    read_books,
    site_option,
    write,
)
from propflow.errors import HandbookError

if TYPE_CHECKING:
    from propflow.sites import Site
    from propflow.verify import Finding


@click.command("check")
@site_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif"]),
    default="text",
    help="text, json, or sarif for code scanners.",
)
@click.option("-o", "--output", help="Write to this file instead of printing.")
@click.option(
    "--pictures",
    type=click.Path(path_type=Path, file_okay=False),
    help="Draw each finding that has a way into this folder, the way marked.",
)
@click.option("--watch", is_flag=True, help="Check again whenever a file changes.")
@language_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    folder: Path | None,
    form: str,
    output: str | None,
    pictures: Path | None,
    lang: str | None,
    *,
    as_json: bool,
    watch: bool,
) -> None:
    """
    Prove that every procedure can end, that every decision has an answer and every law holds.

    Exit code 0: nothing found but cautions, notes and what is waived. 1: something found. 2: the
    site cannot be read.
    """
    if watch:
        _watch(folder)
        return
    site = open_site(folder)
    read_books(site)
    found = _checked(site)
    form = "json" if as_json else form
    language = lang or site.language
    if pictures is not None:
        _draw(site, found, pictures, language)
    if form == "json" and output is None:
        print_json([_plain(finding) for finding in found])
    elif form == "text":
        write(_text(site, found, language), output)
    else:
        import json

        from propflow.cli.sarif import sarif

        said = sarif(found) if form == "sarif" else [_plain(finding) for finding in found]
        write(json.dumps(said, ensure_ascii=False, indent=2) + "\n", output)
    ctx.exit(1 if any(finding.counts for finding in found) else 0)


def _watch(folder: Path | None) -> None:
    """
    Check again and again, until somebody ends it.
    """
    from propflow.cli.desk import site_folder
    from propflow.cli.tongue import in_words
    from propflow.cli.watch import rounds, sleep

    having = plugins()

    def check() -> list[str]:
        try:
            site = open_site(folder, having)
            read_books(site)
        except HandbookError as error:
            return in_words(error).splitlines()
        return [str(finding).splitlines()[0] for finding in _checked(site) if finding.counts]

    for line in rounds([site_folder(folder), *having.handbooks.values()], check, pause=sleep):
        click.echo(line)


def _checked(site: Site) -> list[Finding]:
    """
    The findings, with a bar for whoever waits at a terminal.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from propflow.verify import check

    said = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=said, transient=True, disable=not said.is_terminal) as bar:
        task = bar.add_task("", total=len(site.procedures) + len(site.tables))
        return check(site, progress=lambda name: bar.update(task, description=name, advance=1))


def _text(site: Site, found: list[Finding], language: str) -> str:
    import attrs

    from propflow.verify import say_trace

    lines = []
    for finding in found:
        lines.append(str(attrs.evolve(finding, trace=())))
        if finding.trace:
            graph = site.graph(finding.where)
            way = say_trace(graph, finding.trace, language=language)
            lines += ["    on the way:", *(f"    {n}. {said}" for n, said in enumerate(way, 1))]
    wrong = sum(1 for finding in found if finding.counts)
    waived = sum(1 for finding in found if finding.waived is not None)
    cautions = sum(1 for f in found if f.severity == "caution" and f.waived is None)
    notes = len(found) - wrong - waived - cautions
    laws = sum(len(procedure.laws) for procedure in site.procedures.values())
    lines.append(
        f"{len(site.procedures)} procedures, {len(site.tables)} decisions and {laws} laws "
        f"looked at: {wrong} findings, {f'{waived} waived, ' if waived else ''}"
        f"{cautions} cautions{f', {notes} notes' if notes else ''}."
    )
    return "\n".join(lines) + "\n"


def _plain(finding: Finding) -> dict[str, object]:
    waived = finding.waived
    return {
        "severity": finding.severity,
        "rule": finding.rule,
        "where": finding.where,
        "what": finding.what,
        "place": str(finding.place) if finding.place else None,
        "trace": [list(passed) for passed in finding.trace],
        "subject": finding.subject,
        "waived": {"because": waived.because, "owner": waived.owner} if waived else None,
    }


def _draw(site: Site, found: list[Finding], folder: Path, language: str) -> None:
    """
    A picture of each finding that has a way, with the way marked.
    """
    from propflow.draw import names_of, progress_of

    draw = plugins().picture("svg")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NoFolderError(str(folder), error.strerror or str(error)) from error
    for number, finding in enumerate(found, 1):
        if not finding.trace:
            continue
        graph = site.graph(finding.where)
        stands = graph.by_id.keys() & {finding.subject}
        text = draw(
            site.procedure(finding.where),
            graph,
            names=names_of(site, finding.where, language=language),
            progress=progress_of(graph, finding.trace, open=stands),
        )
        write(text, str(folder / f"{number:03}-{finding.where}-{finding.rule}.svg"))


class NoFolderError(HandbookError):
    """
    There is no folder for the pictures, and none can be made.
    """

    def __str__(self) -> str:
        return f"folder {self.args[0]} cannot be made: {self.args[1]}."
