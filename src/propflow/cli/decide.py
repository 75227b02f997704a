"""
`propflow decide`: take a decision, and say why; what would change it; what a changed table would
have decided.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from propflow.cli.desk import (
    json_option,
    language_option,
    open_site,
    pairs,
    plugins,
    print_json,
    site_option,
)

if TYPE_CHECKING:
    from propflow.fields import Value
    from propflow.rules import Decider, Decision, Flip
    from propflow.sites import Site


@click.command("decide")
@click.argument("decision")
@click.argument("facts", nargs=-1, metavar="[FIELD=VALUE]...")
@click.option(
    "--at", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="As of this day, not today."
)
@click.option("--what-if", is_flag=True, help="The smallest changes that would flip it.")
@click.option("--why-not", metavar="OUTCOME", help="Why it did not come to this outcome.")
@click.option("--cases", is_flag=True, help="Print cases made from the table, for its file.")
@click.option("--rows", metavar="FILE", help="Write its rows to a .csv or an .xlsx file.")
@click.option("--replay", is_flag=True, help="Take the past decisions in --db again.")
@click.option("--db", help="The database whose past decisions are taken again.")
@site_option
@language_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    decision: str,
    facts: tuple[str, ...],
    folder: Path | None,
    lang: str | None,
    *,
    as_json: bool,
    **asked: Any,
) -> None:
    """
    Take DECISION on the facts given, and say why and why not otherwise.

    With --replay: exit code 1 where a past decision would now come to something else.
    """
    site = open_site(folder)
    language = lang or site.language
    db, what_if, why_not = asked["db"], asked["what_if"], asked["why_not"]
    if asked["replay"] or db is not None:
        if not asked["replay"] or db is None or facts:
            raise click.UsageError("--replay goes with --db and takes no facts.")
        ctx.exit(_replay(site, decision, db, language, as_json=as_json))
    decider = site.decider(decision)
    if asked["rows"] is not None:
        from propflow.sites.sheets import write

        write(decider.table, Path(asked["rows"]))
        return
    if asked["cases"]:
        _print_cases(decider, as_json=as_json)
        return
    given = _read(decider, facts)
    # A command line is the one place that may ask what day it is.
    day = (asked["at"] or datetime.now(site.zone)).date()
    wanted = _outcome(decider, why_not)
    answer = decider.decide(given, at=day)
    flips = _flips(decider, given, wanted, day) if what_if or wanted is not None else ()
    if as_json:
        more = {"flips": [flip.as_dict() for flip in flips]} if what_if or why_not else {}
        print_json({**answer.as_dict(), **more})
        return
    click.echo(_said(answer))
    click.echo(f"\n{answer.why(language)}")
    rows = zip(answer.misses(), answer.why_not(language), strict=True)
    table, main = decider.table, decider.table.outputs[0].name
    for miss, line in rows:
        if wanted is None or dict(table.rows[miss.row - 1].outcome)[main] == wanted:
            click.echo(f"  {line}")
    if what_if or wanted is not None:
        _tell(flips, language)


def _print_cases(decider: Decider, *, as_json: bool) -> None:
    from propflow.rules import LISTS, examples

    made = examples(decider)
    if as_json:
        print_json([example.as_dict() for example in made])
        return
    main = decider.table.outputs[0].name
    alone = len(decider.table.outputs) == 1 or decider.table.hit in LISTS
    click.echo("cases:")
    for example in made:
        said = example.as_dict()
        then = said["then"][main] if alone else said["then"]
        parts = [f"given: {_flow(said['given'])}", f"then: {_flow(then)}"]
        parts += [f"at: {said['at']}"] if "at" in said else []
        click.echo(f"  - {{{', '.join(parts)}}}  # {example.about}")


def _flow(value: Any) -> str:
    # As YAML in one line; whatever is no plain word stands in quotes.
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_flow(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, bool):
        return "yes" if value else "no"
    plain = re.fullmatch(r"[\w.-]+", str(value), re.ASCII)
    return str(value) if plain else json.dumps(value, ensure_ascii=False)


def _read(decider: Decider, facts: tuple[str, ...]) -> dict[str, Value]:
    from propflow.errors import UnknownNameError

    inputs = {field.name: field for field in decider.table.inputs}
    given = {}
    for name, value in pairs(facts).items():
        if name not in inputs:
            raise UnknownNameError(f"input of {decider.table.id!r}", name, tuple(inputs))
        given[name] = inputs[name].read(value)
    return given


def _outcome(decider: Decider, word: str | None) -> Value | None:
    return None if word is None else decider.table.outputs[0].read(word)


def _flips(
    decider: Decider, given: Mapping[str, Value], wanted: Value | None, day: date
) -> tuple[Flip, ...]:
    from propflow.rules import flips

    return flips(decider, given, to=wanted, at=day)


def _said(answer: Decision) -> str:
    from propflow.rules.hits import dump_outcome

    said: Any = dump_outcome(answer.outcome)
    return ", ".join(map(str, said)) if isinstance(said, list) else str(said)


def _tell(flips: tuple[Flip, ...], language: str) -> None:
    chinese = language == "zh"
    if not flips:
        nothing = "无论如何改变，结果都一样。" if chinese else "No change of facts comes to that."
        click.echo(f"\n{nothing}")
        return
    click.echo("\n" + ("改变结果的最小变化：" if chinese else "The smallest changes:"))
    for flip in flips:
        click.echo(f"  {flip.say(language)}")


def _replay(site: Site, decision: str, db: str, language: str, *, as_json: bool) -> int:
    from propflow.engine.replay import replay
    from propflow.fields import dump_all

    store = plugins().store(db)
    try:
        every = list(replay(site, store.journal(), decision, language=language))
    finally:
        store.close()
    found = [each for each in every if each.flips]
    if as_json:
        print_json(
            [
                {
                    "case": each.case,
                    "seq": each.seq,
                    "at": each.at.isoformat(),
                    "was": each.was,
                    "row": each.row,
                    "now": each.now,
                    "rows": list(each.rows),
                    "why": each.why,
                    "facts": dump_all(each.facts),
                }
                for each in found
            ]
        )
        return 1 if found else 0
    for each in found:
        now = each.now or "?"
        when = each.at.astimezone(site.zone).strftime("%Y-%m-%d %H:%M")
        click.echo(f"{each.case}  {when}  {each.was} -> {now}\n  {each.why}")
    click.echo(f"{len(every)} decisions taken again: {len(found)} would flip.")
    return 1 if found else 0
