"""
`propflow list`: what there is.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from propflow.cli.desk import (
    json_option,
    language_option,
    plugins,
    print_json,
    site_folder,
    site_option,
)

if TYPE_CHECKING:
    from propflow.sites import Entry

KINDS = ("procedures", "decisions", "rulebooks", "posts", "duties", "records", "laws")


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
    List procedures, decisions, rulebooks, posts, duties, records and laws.
    """
    from propflow.sites import site_entries

    having = plugins()
    language, entries = site_entries(
        site_folder(folder), having.handbooks, tailorings=having.tailorings
    )
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
    # Plain columns: a table library would take longer than all the rest. What may be Chinese, and
    # so wider than its letters, stands last and needs no padding.
    rows = [("kind", "id", "chart", "title")]
    rows += [(e.kind, name_of(e), e.chart, e.title.to(lang or language)) for e in found]
    kinds, names, charts = (max(len(row[n]) for row in rows) for n in range(3))
    for kind_, name, chart, title in rows:
        click.echo(f"{kind_:<{kinds}}  {name:<{names}}  {chart:<{charts}}  {title}".rstrip())
