"""
What came of a day: tables on the screen, pictures and the agenda in a folder.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from propflow.cli.desk import write
from propflow.cli.pictures import progress_of_case
from propflow.draw import names_of
from propflow.engine.duties import UNDONE
from propflow.engine.events import Decided, Done, Late
from propflow.procedures import Wait
from propflow.sites.plan import site_agenda

if TYPE_CHECKING:
    from propflow.cli.day import Day
    from propflow.plugins.manager import Plugins


def summary(day: Day) -> dict[str, Any]:
    """
    The day in figures, as JSON can hold them.
    """
    engine = day.engine
    cases = list(engine.cases())
    decisions: Counter[tuple[str, str]] = Counter()
    procedures = {case.id: case.procedure for case in cases}
    done = late = 0
    for entry in engine.store.journal():
        match entry.event:
            case Decided(table=str(table), outcome=outcome) if table:
                decisions[table, outcome] += 1
            case Done():
                done += 1
            case Late(step=step):
                # A wait that is over is no work that came too late.
                graph = day.site.graph(procedures[entry.case])
                late += not isinstance(graph.by_id.get(step), Wait)
    ends = Counter((case.procedure, case.end or "open") for case in cases)
    verification = engine.verify()
    return {
        "site": day.site.id,
        "day": f"{day.begins.astimezone(day.site.zone):%Y-%m-%d}",
        "lines": len(day.lines),
        "refused": day.refused,
        "cases": [
            {"procedure": procedure, "end": end, "count": count}
            for (procedure, end), count in sorted(ends.items())
        ],
        "decisions": [
            {"decision": table, "outcome": outcome, "count": count}
            for (table, outcome), count in sorted(decisions.items())
        ],
        "duties": _duties(day),
        "steps_done": done,
        "deadlines_passed": late,
        "events": verification.events,
        "verified": verification.whole,
        "broken": list(verification.broken),
    }


def _duties(day: Day) -> list[dict[str, Any]]:
    states: dict[str, Counter[str]] = {}
    for occasion in day.engine.store.occasions():
        end = day.engine.case(occasion.case).end
        state = "open" if end is None else "missed" if end in UNDONE else "done"
        states.setdefault(occasion.duty, Counter())[state] += 1
    return [
        {"duty": duty, **{state: found[state] for state in ("done", "missed", "open")}}
        for duty, found in states.items()
    ]


def print_summary(day: Day, result: dict[str, Any], screen: Console, target: Path) -> None:
    """
    Print the day's tables; the last line says what was played and whether the journal holds.
    """
    tables = (
        ("Cases", result["cases"], ("procedure", "end", "count")),
        ("Decisions", result["decisions"], ("decision", "outcome", "count")),
        ("Duties", result["duties"], ("duty", "done", "missed", "open")),
    )
    for title, rows, columns in tables:
        table = Table(title=title, title_justify="left", box=None, pad_edge=False)
        for column in columns:
            table.add_column(
                column, justify="left" if column in (columns[0], "end", "outcome") else "right"
            )
        for row in rows:
            table.add_row(*(str(row[column]) for column in columns))
        screen.print()
        screen.print(table)
    screen.print()
    screen.print(f"Pictures, the agenda and the notices are in {target}.", soft_wrap=True)
    cases = sum(row["count"] for row in result["cases"])
    holds = "the journal verifies" if result["verified"] else "THE JOURNAL IS BROKEN"
    for fault in result["broken"]:
        screen.print(fault, soft_wrap=True)
    screen.print(
        f"Played {result['day']} at {day.site.title.to(day.language)}: {result['lines']} lines "
        f"({result['refused']} refused), {cases} cases, {result['steps_done']} steps done, "
        f"{result['deadlines_passed']} deadlines passed, {result['events']} events; {holds}.",
        soft_wrap=True,
    )


def write_folder(day: Day, target: Path, having: Plugins) -> None:
    """
    Write a picture of each procedure with its newest case, and the agenda.
    """
    site = day.site
    newest = {case.procedure: case.id for case in day.engine.cases()}
    pictures = target / "pictures"
    pictures.mkdir(exist_ok=True)
    draw = having.picture("svg")
    for procedure, case in newest.items():
        if procedure.startswith("duty-"):
            continue
        picture = draw(
            site.procedure(procedure),
            site.graph(procedure),
            names=names_of(site, procedure, language=day.language),
            progress=progress_of_case(day.engine, case),
        )
        write(picture, str(pictures / f"{procedure}.svg"))
    begins = day.begins.astimezone(site.zone)
    week = site_agenda(site, begins, begins + timedelta(days=7))
    lines = [
        json.dumps(
            {"due": o.due.isoformat(), "duty": o.duty.id, "title": o.duty.label.as_dict()},
            ensure_ascii=False,
        )
        for o in week
    ]
    write("\n".join(lines) + "\n", str(target / "agenda.jsonl"))
