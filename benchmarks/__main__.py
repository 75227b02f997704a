"""
``python -m benchmarks``: measures every row and writes the table.
"""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from benchmarks import report
from benchmarks.harness import Result, Row, measure
from benchmarks.machine import machine, versions
from benchmarks.rows import ROWS

RESULTS = Path(__file__).parent / "RESULTS.md"


@click.command()
@click.option("--only", type=click.Choice(list(ROWS)), multiple=True, help="Only these rows.")
@click.option("--quick", is_flag=True, help="A quick look, too short to be quoted.")
def main(only: tuple[str, ...], quick: bool) -> None:  # noqa: FBT001 click's way
    """
    Measure propflow beside its peers.

    benchmarks/RESULTS.md is written when all rows were measured in full.
    """
    rows = [row for name, row in ROWS.items() if not only or name in only]
    if quick:
        rows = [row.quick() for row in rows]
    console = Console(highlight=False)
    console.print(machine())
    results = _measured(rows, console)
    for result in results:
        _show(result, console)
    if not only and not quick:
        packages = dict.fromkeys(c.package for row in rows for c in row.contenders if c.package)
        page = report.markdown(
            results,
            day=datetime.now().astimezone().date(),
            machine=machine(),
            versions=versions(packages),
        )
        report.write(RESULTS, page)
        console.print(f"Written to {os.path.relpath(RESULTS)}.")
    if any(result.of("propflow") is None for result in results):
        sys.exit(1)


def _measured(rows: list[Row], console: Console) -> list[Result]:
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as progress:
        task = progress.add_task("", total=len(rows))

        def watch(row: Row, doing: str, done: float) -> None:
            number = rows.index(row)
            progress.update(task, description=f"{row.id}: {doing}", completed=number + done)

        return [measure(row, watch=watch) for row in rows]


def _show(result: Result, console: Console) -> None:
    heading, *lines = report.table(result)
    shown = Table(title=result.row.title, title_justify="left", box=None, pad_edge=False)
    for number, word in enumerate(heading):
        shown.add_column(word, justify="right" if number else "left")
    for line in lines:
        shown.add_row(*line)
    console.print()
    console.print(shown)
    for note in report.notes(result):
        if "did not run" in note or note.startswith(("Not to be quoted", "Goal")):
            console.print(note, markup=False)


if __name__ == "__main__":
    main()
