"""
`propflow run`: carry out one procedure, at the terminal or from a script.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
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
    from propflow.cli.feed import Line
    from propflow.engine import Case, Engine, WorkItem

#: What a script calls the case that is run, by saying nothing of a case.
THIS = "this case"


@click.command("run")
@click.argument("procedure")
@click.argument("facts", nargs=-1, metavar="[FACT=VALUE]...")
@click.option("--script", help="Answers, one JSON object a line; - is standard input.")
@click.option("--at", "begins", help="The moment at which it begins, as 2025-10-11T08:30.")
@click.option("--db", default="memory:", help="Keep the case in this database.")
@site_option
@language_option
@json_option
def command(
    procedure: str,
    facts: tuple[str, ...],
    script: str | None,
    begins: str | None,
    db: str,
    folder: Path | None,
    lang: str | None,
    *,
    as_json: bool,
) -> None:
    """
    Carry out PROCEDURE from its start.

    With a script the clock stands still but for its `after` lines; without one, propflow asks
    here for every step, and the clock is the real one.
    """
    from propflow.cli.feed import read_feed
    from propflow.cli.log import say_entries
    from propflow.engine import Engine, SimulatedClock, SystemClock

    having = plugins()
    site = open_site(folder, having)
    language = lang or site.language
    site.procedure(procedure)
    lines = None if script is None else read_feed(script, site, about=THIS)
    said: list[dict[str, str]] = []
    engine: Engine

    def show(case: Case, entries: object) -> None:
        for line in say_entries(site, case, entries, language):  # type: ignore[arg-type]
            at = engine.now().astimezone(site.zone)
            said.append({"at": at.isoformat(), "case": case.id, "what": line.text})
            if not as_json:
                click.echo(f"{at:%m-%d %H:%M}  {case.id:<16}  {line.text}")

    clock = SystemClock() if script is None else SimulatedClock(_moment(begins, site.zone))
    engine = Engine(site, having.store(db), clock=clock, observers=[show], duties=())
    try:
        given = engine.chart(procedure).read(pairs(facts))
        if lines is None:
            case = _by_hand(engine, engine.begin(procedure, given), language)
        else:
            case = _by_script(engine, engine.begin(procedure, given), lines)
    finally:
        engine.close()
    if as_json:
        print_json({"case": case.id, "end": case.end, "open": list(case.since), "log": said})
    elif case.open:
        click.echo(f"{case.id} stands at: {', '.join(case.since)}")
    else:
        click.echo(f"{case.id} came to its end: {case.end}")


def _moment(text: str | None, zone: object) -> datetime:
    if text is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(
            f"{text!r} is not a moment such as 2025-10-11T08:30.", param_hint="--at"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)  # type: ignore[arg-type]


def _by_script(engine: Engine, case: Case, lines: Iterable[Line]) -> Case:
    """
    Carry out the lines of a script; the first refusal ends it.
    """
    from propflow.cli.feed import carry_out
    from propflow.durations import parse_duration

    for line in lines:
        if line.at is not None:
            _wait_until(engine, line.at)
        if line.verb == "after":
            _wait_until(engine, engine.now() + parse_duration(line.name))
        else:
            about = case.id if line.case == THIS else line.case
            carry_out(engine, attrs.evolve(line, case=about))
    return engine.case(case.id)


def _wait_until(engine: Engine, moment: datetime) -> None:
    """
    Let time pass, stopping at each deadline on the way.
    """
    while (due := engine.next_timer(moment)) is not None:
        engine.clock.move_to(due)  # type: ignore[attr-defined]
        engine.tick()
    engine.clock.move_to(moment)  # type: ignore[attr-defined]


# -- at the terminal ------------------------------------------------------------------------


def _by_hand(engine: Engine, case: Case, language: str) -> Case:
    """
    Ask for one step after another until the case is over or only waits.
    """
    while (case := engine.case(case.id)).open:
        items = [item for found in _family(engine, case.id) for item in engine.worklist(case=found)]
        if not items:
            break
        item = _choose(items, language)
        _do(engine, item, language)
    return case


def _family(engine: Engine, case: str) -> list[str]:
    """
    A case and the open cases that it called.
    """
    family = [case]
    for other in engine.cases(state="open"):
        if other.parent is not None and other.parent[0] in family:
            family.append(other.id)
    return family


def _choose(items: list[WorkItem], language: str) -> WorkItem:
    for number, item in enumerate(items, 1):
        click.echo(f"  {number}. {item.label.to(language) or item.step}  ({', '.join(item.by)})")
    if len(items) == 1:
        return items[0]
    choice: int = click.prompt("Which", type=click.IntRange(1, len(items)), default=1)
    return items[choice - 1]


def _do(engine: Engine, item: WorkItem, language: str) -> None:
    from propflow.errors import HandbookError

    holders = [p for role in item.by for p in engine.site.holders(role, engine.now())]
    by = click.prompt("Who does it", default=holders[0] if holders else None)
    answer = ""
    if item.answers:
        answer = click.prompt(
            item.label.to(language) or "Answer", type=click.Choice(list(item.answers))
        )
    raw = {}
    fields = engine.chart_of(engine.case(item.case)).fields
    for name in item.asks:
        label = fields[name].label.to(language) or name
        raw[name] = click.prompt(f"{label} ({fields[name].wanted()})")
    try:
        facts = engine.chart_of(engine.case(item.case)).read(raw)
        engine.complete(item.case, item.step, by=by, answer=answer, facts=facts)
    except HandbookError as error:
        click.echo(f"  {error}", err=True)
