"""
`propflow show`: one procedure, decision, rulebook, post, duty, record or law.
"""

from __future__ import annotations

from pathlib import Path

import click

from propflow.cli.desk import (
    json_option,
    language_option,
    open_site,
    plugins,
    print_json,
    site_option,
    write,
)


@click.command("show")
@click.argument("name", metavar="ID")
@click.option("--format", "form", help="text, json, mermaid, svg, or what a plugin offers.")
@click.option("-o", "--output", help="Write to this file instead of printing.")
@click.option("--case", help="Mark the path and the position of this case. Needs --db.")
@click.option("--db", help="The database in which the case is.")
@site_option
@language_option
@json_option
def command(
    name: str,
    form: str | None,
    output: str | None,
    case: str | None,
    db: str | None,
    folder: Path | None,
    lang: str | None,
    *,
    as_json: bool,
) -> None:
    """
    Show ID as text, JSON or a picture.
    """
    from propflow.cli.describe import describe, find, say
    from propflow.draw import names_of
    from propflow.procedures import Procedure

    form = "json" if as_json else (form or "text")
    having = plugins()
    site = open_site(folder, having)
    language = lang or site.language
    if form == "json":
        definition = describe(site, name)
        if output is None:
            print_json(definition)
        else:
            import json

            write(json.dumps(definition, ensure_ascii=False, indent=2) + "\n", output)
        return
    kind, thing = find(site, name)
    if kind != "procedure" or not isinstance(thing, Procedure):
        if form != "text":
            raise click.UsageError(f"{name!r} is no procedure: only text and json show it.")
        write(say(site, name, language), output)
        return
    draw = having.picture(form)
    progress = None
    if case is not None:
        if db is None:
            raise click.UsageError("--case needs --db, the database in which the case is.")
        from propflow.cli.pictures import progress_in

        store = having.existing_store(db)
        try:
            progress = progress_in(site, store, case, thing.id)
        finally:
            store.close()
    names = names_of(site, thing.id, language=language)
    write(draw(thing, site.graph(thing.id), names=names, progress=progress), output)
