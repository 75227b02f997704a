"""
`propflow agenda`: what falls due between two days, and why, or why not.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from propflow.cli.desk import (
    console,
    json_option,
    language_option,
    open_site,
    print_json,
    site_option,
    write,
)

if TYPE_CHECKING:
    from propflow.calendar import Occurrence
    from propflow.engine.duties import PassedOver
    from propflow.sites import Site

_DAY = click.DateTime(formats=["%Y-%m-%d"])
_FORMATS = ("table", "json", "ics", "csv", "html", "svg")


@click.command("agenda")
@click.option("--from", "start", type=_DAY, help="First day, as 2025-10-11. Today, if not said.")
@click.option("--to", "end", type=_DAY, help="Last day, itself included. The first, if not said.")
@click.option("--duty", default="", help="Only this duty.")
@click.option("--post", default="", help="Only what this post owes.")
@click.option("--office", default="", help="Only what roles of this office owe.")
@click.option("--person", default="", help="Only what this person may do then.")
@click.option("--why", is_flag=True, help="Say why each line is there.")
@click.option("--why-not", type=_DAY, help="Say of each duty why it is not due on this day.")
@click.option("--next", "following", is_flag=True, help="The next call of each duty after --from.")
@click.option("--overdue", is_flag=True, help="Only what is late by now and not done in --db.")
@click.option("--db", help="Database with what was done, for --overdue.")
@click.option("--against", type=click.Path(path_type=Path), help="Compare with the site in DIR.")
@click.option(
    "--format", "form", type=click.Choice(_FORMATS), default="table", help="Table, if not said."
)
@click.option("-o", "--output", help="Write to this file.")
@site_option
@language_option
@json_option
def command(start: datetime | None, end: datetime | None, **options: Any) -> None:
    """
    List the duties that fall due between two days, both included.
    """
    site = open_site(options["folder"])
    language = options["lang"] or site.language
    form = "json" if options["as_json"] else options["form"]
    now = datetime.now(UTC)
    first = now.astimezone(site.zone).date() if start is None else start.date()
    last = first if end is None else end.date()
    if last < first:
        raise click.UsageError(f"--to {last} lies before --from {first}: which days are meant?")
    if options["why_not"] is not None:
        _why_not(site, options, options["why_not"].date(), language, form)
        return
    if options["following"]:
        moment = now if start is None else _midnight(first, site)
        found: Iterable[Occurrence] = _following(site, options, moment)
    else:
        found = _agenda(site, options, first, last)
    if options["against"] is not None:
        before = open_site(options["against"])
        _compared(_agenda(before, options, first, last), found, language, form)
        return
    told: list[str] = []
    if options["overdue"]:
        from propflow.calendar import overdue

        done, passed = _looked_at(options["db"])
        late = overdue(found, now, done=done)
        found = [one for one in late if not any(p.has(one.duty.id, one.slot) for p in passed)]
        if form == "table":
            days = f"{first}", f"{last + timedelta(days=1)}"
            told = [p.why(language) for p in passed if p.last >= days[0] and p.first < days[1]]
    _show(site, found, options, form, language, (first, last), now)
    for line in told:
        click.echo(line)


def _agenda(site: Site, options: dict[str, Any], first: date, last: date) -> Iterable[Occurrence]:
    from propflow.sites.plan import site_agenda

    return site_agenda(
        site,
        _midnight(first, site),
        _midnight(last + timedelta(days=1), site),
        duty=options["duty"],
        post=options["post"],
        office=options["office"],
        person=options["person"],
    )


def _following(site: Site, options: dict[str, Any], after: datetime) -> list[Occurrence]:
    from propflow.calendar import next_due
    from propflow.sites.plan import chosen

    found = []
    for duty in chosen(site, duty=options["duty"], post=options["post"], office=options["office"]):
        one = next_due(
            duty,
            after,
            zone=site.zone,
            working=site.working,
            ground=site.ground(),
            others=site.duties,
        )
        if one is not None:
            found.append(one)
    return sorted(found, key=lambda one: one.due.astimezone(UTC))


def _why_not(site: Site, options: dict[str, Any], day: date, language: str, form: str) -> None:
    from propflow.calendar import why_not
    from propflow.sites.plan import chosen

    said = {
        duty.id: why_not(
            duty,
            day,
            zone=site.zone,
            working=site.working,
            ground=site.ground(),
            others=site.duties,
            language=language,
        )
        for duty in chosen(
            site, duty=options["duty"], post=options["post"], office=options["office"]
        )
    }
    if form == "json":
        print_json([{"duty": duty, "why": why} for duty, why in said.items()])
        return
    for duty, why in said.items():
        click.echo(f"{duty}: {why}")


def _compared(
    before: Iterable[Occurrence], after: Iterable[Occurrence], language: str, form: str
) -> None:
    from propflow.calendar.compare import compare, summary

    changes = compare(before, after)
    if form == "json":
        print_json(
            [
                {
                    "duty": change.duty,
                    "change": change.kind,
                    "before": change.before and change.before.due.isoformat(),
                    "after": change.after and change.after.due.isoformat(),
                }
                for change in changes
            ]
        )
        return
    for line in summary(changes, language):
        click.echo(line)
    if not changes:
        click.echo("没有变化。" if language == "zh" else "Nothing changes.")
    for change in changes:
        click.echo(f"  {change.say(language)}")


def _looked_at(db: str | None) -> tuple[set[tuple[str, str]], list[PassedOver]]:
    """
    What the journal has as done, and what was passed over because the duty says so.
    """
    if db is None:
        return set(), []
    from propflow.cli.desk import plugins
    from propflow.engine.duties import UNDONE, passed_over

    store = plugins().store(db)
    try:
        ends = {case.id: case.end for case in store.cases(state="all")}
        done = {
            (one.duty, one.slot)
            for one in store.occasions()
            if (end := ends.get(one.case)) and end not in UNDONE
        }
        return done, list(passed_over(store))
    finally:
        store.close()


def _show(
    site: Site,
    found: Iterable[Occurrence],
    options: dict[str, Any],
    form: str,
    language: str,
    days: tuple[date, date],
    now: datetime,
) -> None:
    if form == "table":
        _table(site, found, language, why=options["why"])
    elif form == "json":
        value = [_plain(one, language, why=options["why"]) for one in found]
        if options["output"] is None:
            print_json(value)
        else:
            import json

            text = json.dumps(value, ensure_ascii=False, indent=2)
            write(text + "\n", options["output"])
    else:
        write(_text(site, found, form, language, days, now, options["output"]), options["output"])


def _text(
    site: Site,
    found: Iterable[Occurrence],
    form: str,
    language: str,
    days: tuple[date, date],
    now: datetime,
    output: str | None,
) -> str:
    title = site.title.to(language) or site.id
    if form == "csv":
        from propflow.calendar.sheet import to_csv

        return to_csv(found, language=language)
    if form == "ics":
        from propflow.calendar.ical import to_ical

        file = Path(output) if output not in (None, "-") else None
        before = file.read_bytes() if file is not None and file.is_file() else b""
        text = to_ical(found, site=site.id, now=now, language=language, previous=before)
        return text.decode()
    if form == "html":
        from propflow.draw.month import draw_month

        return draw_month(found, title=title, working=site.working, language=language)
    from propflow.draw.load import draw_load
    from propflow.sites.plan import load

    return draw_load(
        load(found, site, language=language),
        title=f"{title}:每小时职责" if language == "zh" else f"{title}: duties by hour",
        caption=f"{days[0]} – {days[1]}",
    )


def _plain(one: Occurrence, language: str, *, why: bool) -> dict[str, Any]:
    duty = one.duty
    return {
        "duty": duty.id,
        "post": duty.post,
        "by": list(duty.by),
        "due": one.due.isoformat(),
        "until": one.until.isoformat(),
        "opens": duty.opens,
        "title": duty.label.as_dict(),
        "covers": list(duty.covers),
        **({"why": one.why(language), "certainty": one.certainty} if why else {}),
    }


def _table(site: Site, found: Iterable[Occurrence], language: str, *, why: bool) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading in ("due", "until", "who", "what", *(("why",) if why else ())):
        table.add_column(heading, no_wrap=heading in ("due", "until"))
    for one in found:
        who = ", ".join(site.role_name(role, language) for role in one.duty.by)
        reason = (one.why(language),) if why else ()
        table.add_row(
            f"{one.due:%Y-%m-%d %H:%M}",
            f"{one.until:%m-%d %H:%M}",
            who,
            one.duty.label.to(language),
            *reason,
        )
    console().print(table)


def _midnight(day: date, site: Site) -> datetime:
    return datetime.combine(day, time(), site.zone)
