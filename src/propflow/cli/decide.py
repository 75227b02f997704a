"""
`propflow decide`: take a decision, and say why.
"""

from __future__ import annotations

from pathlib import Path

import click

from propflow.cli.desk import (
    json_option,
    language_option,
    open_site,
    pairs,
    print_json,
    site_option,
)


@click.command("decide")
@click.argument("decision")
@click.argument("facts", nargs=-1, metavar="[FIELD=VALUE]...")
@site_option
@language_option
@json_option
def command(
    decision: str, facts: tuple[str, ...], folder: Path | None, lang: str | None, *, as_json: bool
) -> None:
    """
    Take DECISION on the facts given, and say why and why not otherwise.
    """
    from propflow.errors import UnknownNameError

    site = open_site(folder)
    decider = site.decider(decision)
    inputs = {field.name: field for field in site.tables[decision].inputs}
    given = {}
    for name, value in pairs(facts).items():
        if name not in inputs:
            raise UnknownNameError(f"input of {decision!r}", name, tuple(inputs))
        given[name] = inputs[name].read(value)
    answer = decider.decide(given)
    if as_json:
        print_json(answer.as_dict())
        return
    language = lang or site.language
    click.echo(answer.outcome)
    click.echo(f"\n{answer.why(language)}")
    for line in answer.why_not(language):
        click.echo(f"  {line}")
