"""
`propflow mutate`: put one thing wrong in a chart, again and again, and see who notices.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from propflow.cli.desk import json_option, open_site, print_json, site_option
from propflow.verify import KINDS

if TYPE_CHECKING:
    from propflow.sites import Site
    from propflow.verify import Fate


@click.command("mutate")
@click.argument("procedures", nargs=-1, metavar="[PROCEDURE]...")
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice(KINDS),
    help="Only what is wrong in this way; can be said several times.",
)
@click.option(
    "--least",
    type=click.IntRange(0, 100),
    default=0,
    help="Fail where less than so many per cent are noticed.",
)
@site_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    procedures: tuple[str, ...],
    kinds: tuple[str, ...],
    least: int,
    folder: Path | None,
    *,
    as_json: bool,
) -> None:
    """
    Say which law or check notices each thing that is wrong, and what nobody notices.

    Laws that notice nothing are named as well: they may be true, but they guard nothing. Exit
    code 1: fewer were noticed than --least says.
    """
    from propflow.verify import vacuous

    site = open_site(folder)
    # What a duty opens where it names no procedure is one piece of work, and no chart.
    made = {f"duty-{duty.id}" for duty in site.duties}
    names = procedures or tuple(name for name in site.procedures if name not in made)
    fates = _fates(site, names)
    idle = {name: vacuous(site, name, fates[name]) for name in names}
    found = [f for own in fates.values() for f in own if f.mutant.kind in (kinds or KINDS)]
    if as_json:
        print_json(
            {
                "mutants": [
                    {
                        "kind": fate.mutant.kind,
                        "where": fate.mutant.where,
                        "what": fate.mutant.what,
                        "noticed": list(fate.noticed),
                    }
                    for fate in found
                ],
                "vacuous": [f"{name}: {law}" for name, laws in idle.items() for law in laws],
            }
        )
    else:
        _say(found, idle)
    noticed = sum(1 for fate in found if fate.noticed)
    ctx.exit(1 if found and 100 * noticed < least * len(found) else 0)


def _fates(site: Site, names: tuple[str, ...]) -> dict[str, list[Fate]]:
    """
    What becomes of the mutants of each procedure, with a bar for whoever waits at a terminal.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from propflow.verify import judge

    said = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    found = {}
    with Progress(*columns, console=said, transient=True, disable=not said.is_terminal) as bar:
        task = bar.add_task("", total=len(names))
        for name in names:
            bar.update(task, description=name)
            found[name] = list(judge(site, name))
            bar.advance(task)
    return found


def _say(found: list[Fate], idle: dict[str, list[str]]) -> None:
    for fate in found:
        if not fate.noticed:
            click.echo(f"survives [{fate.mutant.kind}] {fate.mutant.where}: {fate.mutant.what}")
    for name, laws in idle.items():
        for law in laws:
            click.echo(f"vacuous [law] {name}: {law} notices none of them")
    for kind in KINDS:
        own = [fate for fate in found if fate.mutant.kind == kind]
        if own:
            noticed = sum(1 for fate in own if fate.noticed)
            click.echo(f"{kind}: {noticed} of {len(own)} noticed, {noticed / len(own):.0%}")
    noticed = sum(1 for fate in found if fate.noticed)
    share = f", {noticed / len(found):.0%}" if found else ""
    click.echo(f"{len(found)} things wrong, {noticed} noticed{share}.")
    stated = sum(1 for fate in found if set(fate.noticed) - {"rehearsal"})
    if stated < noticed:
        click.echo(
            f"Laws and checks alone, without rehearsals: {stated}, {stated / len(found):.0%}."
        )
