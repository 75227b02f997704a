"""
`propflow audit`: check that nothing in a journal was changed behind its back.
"""

from __future__ import annotations

import click

from propflow.cli.desk import counted, json_option, plugins, print_json


@click.command("audit")
@click.argument("database")
@json_option
@click.pass_context
def command(ctx: click.Context, database: str, *, as_json: bool) -> None:
    """
    Take every seal in the journal of DATABASE again, and compare.

    Exit code 0: it is whole. 1: something was changed, and what. 2: it cannot be read.
    """
    store = plugins().existing_store(database)
    try:
        found = store.verify()
    finally:
        store.close()
    if as_json:
        print_json(
            {
                "cases": found.cases,
                "events": found.events,
                "verified": found.whole,
                "broken": list(found.broken),
            }
        )
    else:
        for line in found.broken:
            click.echo(line)
        word = "the journal verifies" if found.whole else "THE JOURNAL IS BROKEN"
        click.echo(f"{counted(found.events, 'event')} of {counted(found.cases, 'case')}: {word}.")
    ctx.exit(0 if found.whole else 1)
