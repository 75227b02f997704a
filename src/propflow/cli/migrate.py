"""
`propflow migrate`: which open cases can go over to the procedures of today, and letting them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from propflow.cli.desk import (
    counted,
    json_option,
    open_site,
    plugins,
    print_json,
    site_option,
)

if TYPE_CHECKING:
    from propflow.verify import Plan


@click.command("migrate")
@click.argument("database")
@click.option("--plan", "only", is_flag=True, help="Say what would happen, and do nothing.")
@click.option("--apply", "go", is_flag=True, help="Move every case that can move.")
@click.option("--revert", "back", metavar="PLAN", help="Move the cases of PLAN back.")
@click.option("--procedure", default="", help="Only cases of this procedure.")
@click.option(
    "--rename",
    "renames",
    multiple=True,
    metavar="OLD=NEW",
    help="A step that has another name now; needs --procedure.",
)
@click.option("--by", default="", help="Who says so.")
@click.option("--reason", default="", help="Why; the journal keeps it.")
@site_option
@json_option
@click.pass_context
def command(ctx: click.Context, /, database: str, *, as_json: bool, **said: Any) -> None:
    """
    Tell for every open case in DATABASE whether it can go over to the present version.

    Exit code 0: every case can, or has. 1: some cannot, and why. 2: it cannot be read or done.
    """
    from propflow.cli.desk import pairs
    from propflow.engine import Engine
    from propflow.verify import apply_moves, plan_back, plan_moves

    if said["only"] + said["go"] + bool(said["back"]) != 1:
        raise click.UsageError("say one of --plan, --apply and --revert PLAN.")
    if said["renames"] and not said["procedure"]:
        raise click.UsageError("--rename needs --procedure: steps belong to one.")
    if not said["only"] and not (said["by"] and said["reason"].strip()):
        raise click.UsageError("say with --by who moves them and with --reason why.")
    site = open_site(said["folder"])
    store = plugins().existing_store(database)
    try:
        engine = Engine(site, store, duties=())
        if said["back"]:
            plan = plan_back(engine, said["back"])
        else:
            plan = plan_moves(engine, procedure=said["procedure"], renamed=pairs(said["renames"]))
        if not said["only"]:
            apply_moves(engine, plan, by=said["by"], reason=said["reason"])
    finally:
        store.close()
    _tell(plan, "would move" if said["only"] else "moved", as_json=as_json)
    ctx.exit(0 if len(plan.possible) == len(plan.moves) else 1)


def _tell(plan: Plan, done: str, *, as_json: bool) -> None:
    if as_json:
        cases = [
            {
                "case": moving.case,
                "procedure": moving.procedure,
                "was": moving.was,
                "version": moving.version,
                "moves": moving.move is not None,
                "why_not": list(moving.why_not),
            }
            for moving in plan.moves
        ]
        print_json({"plan": plan.id, "cases": cases})
        return
    for moving in plan.moves:
        versions = f"{moving.was[:8]} -> {moving.version[:8] or '?'}"
        if moving.move is not None:
            at = ", ".join(moving.move.moved.since) or "no open step"
            click.echo(f"{moving.case} {done}: {versions}, to {at}")
        for why in moving.why_not:
            click.echo(f"{moving.case} stays: {versions}, {why}")
    able, stay = len(plan.possible), len(plan.moves) - len(plan.possible)
    named = f" Plan {plan.id}." if able else ""
    click.echo(f"{counted(able, 'case')} {done}, {stay} {'stays' if stay == 1 else 'stay'}.{named}")
