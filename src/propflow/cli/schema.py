"""
`propflow schema`: the JSON Schema of a kind of file, for editors.
"""

from __future__ import annotations

import click

from propflow.cli.desk import print_json, write


@click.command("schema")
@click.argument("kind")
@click.option("-o", "--output", help="Write to this file instead of printing.")
def command(kind: str, output: str | None) -> None:
    """
    Print the JSON Schema (2020-12) of KIND: procedure, decision, rulebook, post, duties,
    rehearsals, shared, handbook, site, tailoring.
    """
    import json

    from propflow.sites.schema import schema

    found = schema(kind)
    if output is None:
        print_json(found)
    else:
        write(json.dumps(found, ensure_ascii=False, indent=2) + "\n", output)
