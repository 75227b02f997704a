"""
`propflow agenda`: what falls due between two days.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

import click

from propflow.cli.desk import (
    console,
    json_option,
    language_option,
    open_site,
    print_json,
    site_option,
)

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command("agenda")
@click.option("--from", "start", type=_DAY, required=True, help="First day, as 2025-10-11.")
@click.option("--to", "end", type=_DAY, required=True, help="Last day, itself included.")
@click.option("--duty", help="Only this duty.")
@click.option("--why", is_flag=True, help="Say why each line is there.")
@site_option
@language_option
@json_option
def command(
    start: datetime,
    end: datetime,
    duty: str | None,
    folder: Path | None,
    lang: str | None,
    *,
    why: bool,
    as_json: bool,
) -> None:
    """
    List the duties that fall due between two days, both included.
    """
    from propflow.calendar import agenda
    from propflow.errors import UnknownNameError

    site = open_site(folder)
    language = lang or site.language
    duties = [d for d in site.duties if duty in (None, d.id)]
    if not duties:
        raise UnknownNameError("duty", duty or "", tuple(d.id for d in site.duties))
    occurrences = agenda(
        duties,
        _midnight(start.date(), site.zone),
        _midnight(end.date() + timedelta(days=1), site.zone),
        zone=site.zone,
        working=site.working,
    )
    if as_json:
        print_json(
            [
                {
                    "duty": o.duty.id,
                    "post": o.duty.post,
                    "by": list(o.duty.by),
                    "due": o.due.isoformat(),
                    "until": o.until.isoformat(),
                    "opens": o.duty.opens,
                    "title": o.duty.label.as_dict(),
                    "covers": list(o.duty.covers),
                    **({"why": o.why(language)} if why else {}),
                }
                for o in occurrences
            ]
        )
        return
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading in ("due", "until", "who", "what", *(("why",) if why else ())):
        table.add_column(heading, no_wrap=heading in ("due", "until"))
    for o in occurrences:
        who = ", ".join(site.role_name(role, language) for role in o.duty.by)
        reason = (o.why(language),) if why else ()
        table.add_row(
            f"{o.due:%Y-%m-%d %H:%M}",
            f"{o.until:%m-%d %H:%M}",
            who,
            o.duty.label.to(language),
            *reason,
        )
    console().print(table)


def _midnight(day: date, zone: object) -> datetime:
    return datetime.combine(day, time(), zone)  # type: ignore[arg-type]
