"""
`propflow redact`: destroy personal data of cases that are over; the journal stays sealed.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from propflow.cli.desk import counted, json_option, open_site, plugins, print_json, site_option

if TYPE_CHECKING:
    from propflow.engine import Engine


@click.command("redact")
@click.argument("database")
@click.option("--case", "name", default="", help="This case.")
@click.option("--person", default="", help="Every case with a personal fact of this value.")
@click.option("--older-than", "age", default="", help="Every case that ended so long ago: 3 years.")
@click.option("--fact", "facts", multiple=True, help="Only this personal fact.")
@click.option("--by", required=True, help="Who says so: over somebody who worked on the case.")
@click.option("--reason", required=True, help="Why; the journal keeps it.")
@site_option
@json_option
@click.pass_context
def command(ctx: click.Context, /, database: str, *, as_json: bool, **said: Any) -> None:
    """
    Destroy personal data in DATABASE, and write the file anew.

    Exit code 0: all of it is gone. 1: some of it has to stay, and why. 2: nothing was done.
    """
    from propflow.engine import Engine
    from propflow.errors import RefusedError

    if bool(said["name"]) + bool(said["person"]) + bool(said["age"]) != 1:
        raise click.UsageError("say one of --case, --person and --older-than.")
    folder: Path | None = said["folder"]
    site = open_site(folder)
    store = plugins().existing_store(database)
    done, stays = [], {}
    try:
        engine = Engine(site, store, duties=())
        for case in _cases(engine, said["name"], said["person"], said["age"]):
            try:
                engine.redact(case, by=said["by"], reason=said["reason"], facts=said["facts"])
            except RefusedError as refused:
                stays[case] = refused.what
            else:
                done.append(case)
        if done:
            store.compact()
    finally:
        store.close()
    if as_json:
        print_json({"redacted": done, "stays": stays})
    else:
        for why in stays.values():
            click.echo(why)
        click.echo(f"Personal data of {counted(len(done), 'case')} destroyed, of {len(stays)} not.")
    ctx.exit(1 if stays else 0)


def _cases(engine: Engine, name: str, person: str, age: str) -> list[str]:
    if name:
        return [engine.case(name).id]
    if person:
        return engine.personal(value=person)
    return engine.personal(ended_before=datetime.now(UTC) - _length(age))


def _length(text: str) -> timedelta:
    from propflow.durations import parse_duration

    number, _, unit = text.partition(" ")
    if unit in ("year", "years") and number.isdigit():
        return timedelta(days=366 * int(number))  # rather a day too long than one too short
    try:
        return parse_duration(text)
    except ValueError as error:
        raise click.UsageError(f"--older-than: {error}") from error
