"""
`propflow check`: prove a site's procedures and decisions.
"""

from __future__ import annotations

from pathlib import Path

import click

from propflow.cli.desk import json_option, open_site, print_json, read_books, site_option


@click.command("check")
@site_option
@json_option
@click.pass_context
def command(ctx: click.Context, folder: Path | None, *, as_json: bool) -> None:
    """
    Prove that every procedure can end, that every decision has an answer and every law holds.

    Exit code 0: nothing found but cautions. 1: something found. 2: the site cannot be read.
    """
    from propflow.verify import check

    site = open_site(folder)
    read_books(site)
    found = check(site)
    wrong = [finding for finding in found if finding.severity != "caution"]
    if as_json:
        print_json(
            [
                {
                    "severity": f.severity,
                    "rule": f.rule,
                    "where": f.where,
                    "what": f.what,
                    "place": str(f.place) if f.place else None,
                    "trace": [list(passed) for passed in f.trace],
                }
                for f in found
            ]
        )
    else:
        for finding in found:
            click.echo(str(finding))
        laws = sum(len(procedure.laws) for procedure in site.procedures.values())
        click.echo(
            f"{len(site.procedures)} procedures, {len(site.tables)} decisions and {laws} laws "
            f"looked at: {len(wrong)} findings, {len(found) - len(wrong)} cautions."
        )
    ctx.exit(1 if wrong else 0)
