"""
`propflow plugins`: who is there, which hooks, what is blocked.
"""

from __future__ import annotations

import click

from propflow.cli.desk import console, json_option, plugins, print_json


@click.command("plugins")
@json_option
def command(*, as_json: bool) -> None:
    """
    List plugins, the hooks they use, and what they offer.
    """
    having = plugins()
    offers = {
        "handbooks": sorted(having.handbooks),
        "stores": list(having.store_schemes),
        "notifiers": list(having.notifiers),
        "observers": list(having.observers),
        "rule engines": sorted(having.rule_engines),
        "pictures": list(having.formats),
    }
    if as_json:
        print_json(
            {
                "plugins": [
                    {"name": p.name, "origin": p.origin, "state": p.state, "hooks": list(p.hooks)}
                    for p in having.info()
                ],
                "offers": offers,
            }
        )
        return
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading in ("plugin", "from", "state", "hooks"):
        table.add_column(heading)
    for p in having.info():
        table.add_row(p.name, p.origin, p.state, ", ".join(p.hooks))
    console().print(table)
    for what, names in offers.items():
        click.echo(f"{what}: {', '.join(names) or 'none'}")
