"""
`propflow incidents`: what could not be delivered or carried out, and trying it again.
"""

from __future__ import annotations

import click

from propflow.cli.desk import console, counted, json_option, plugins, print_json


@click.command("incidents")
@click.argument("database")
@click.option("--retry", help="Put this one back among those that are tried; 'all' for all.")
@json_option
def command(database: str, retry: str | None, *, as_json: bool) -> None:
    """
    List what DATABASE has given up on, with the last error of each.
    """
    from propflow.errors import UnknownNameError

    store = plugins().existing_store(database)
    try:
        dead = list(store.dead())
        known = tuple(effect.id for effect, _ in dead)
        if retry is not None and retry != "all" and retry not in known:
            raise UnknownNameError("incident", retry, known)
        again = [name for name in known if retry in ("all", name)]
        for name in again:
            store.revive(name)
    finally:
        store.close()
    if as_json:
        print_json(
            [
                {
                    "id": effect.id,
                    "kind": effect.kind,
                    "case": effect.case,
                    "attempts": effect.attempts,
                    "error": error,
                    "retried": effect.id in again,
                }
                for effect, error in dead
            ]
        )
        return
    if again:
        click.echo(f"{len(again)} put back; the next tick tries them.")
        return
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading in ("incident", "kind", "case", "attempts", "error"):
        table.add_column(heading)
    for effect, error in dead:
        table.add_row(effect.id, effect.kind, effect.case, str(effect.attempts), error)
    console().print(table)
    click.echo(f"{counted(len(dead), 'incident')}.")
