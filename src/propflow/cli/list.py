"""
`propflow list`: what there is.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from propflow.cli.desk import (
    console,
    json_option,
    language_option,
    plugins,
    print_json,
    site_folder,
    site_option,
)

if TYPE_CHECKING:
    from propflow.sites import Entry

KINDS = ("procedures", "decisions", "rulebooks", "posts", "duties", "laws")


def name_of(entry: Entry) -> str:
    """
    The name under which `propflow show` finds it: a law is one of its procedure.
    """
    return f"{entry.of}/{entry.id}" if entry.kind == "law" else entry.id


@click.command("list")
@click.option("--kind", type=click.Choice(KINDS), help="Only these.")
@site_option
@language_option
@json_option
def command(kind: str | None, folder: Path | None, lang: str | None, *, as_json: bool) -> None:
    """
    List procedures, decisions, posts, duties and laws.
    """
    from propflow.sites import site_entries

    language, entries = site_entries(site_folder(folder), plugins().handbooks)
    found = [
        entry
        for entry in entries
        if kind is None
        or entry.kind == kind.removesuffix("s")
        or (kind == "duties" and entry.kind == "duty")
    ]
    if as_json:
        print_json(
            [
                {
                    "id": name_of(entry),
                    "kind": entry.kind,
                    "title": entry.title.as_dict(),
                    "chart": entry.chart,
                    "drawn": entry.drawn == "yes",
                }
                for entry in found
            ]
        )
        return
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading in ("kind", "id", "chart", "title"):
        table.add_column(heading, no_wrap=heading != "title")
    for entry in found:
        table.add_row(entry.kind, name_of(entry), entry.chart, entry.title.to(lang or language))
    console().print(table)
