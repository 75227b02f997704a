"""
`propflow demo`: one estate, one day.
"""

from __future__ import annotations

from pathlib import Path

import attrs
import click

from propflow.cli.desk import (
    console,
    json_option,
    language_option,
    open_site,
    plugins,
    print_json,
    read_books,
    site_folder,
    site_option,
)


@click.command("demo")
@click.option(
    "--to",
    "target",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("propflow-demo"),
    help="Folder for the database, the events, the notices, the pictures and the agenda.",
)
@click.option("--db", help="Another database than the one in that folder.")
@click.option(
    "--rule-engine",
    "rules",
    metavar="NAME",
    help="What runs the rulebooks. What the site says, where nothing is said.",
)
@click.option("--fresh", is_flag=True, help="Begin anew even where a day is half played.")
@site_option
@language_option
@json_option
def command(
    target: Path,
    db: str | None,
    rules: str | None,
    folder: Path | None,
    lang: str | None,
    *,
    fresh: bool,
    as_json: bool,
) -> None:
    """
    Play one estate's day, from its files into a database.

    A day that was interrupted goes on where it stopped; a day that was played to its end is
    played anew.
    """
    from propflow.cli.day import Day, clear, finished, midnight
    from propflow.cli.feed import read_feed
    from propflow.cli.summary import print_summary, summary, write_folder

    having = plugins()
    folder = site_folder(folder)
    site = open_site(folder, having)
    if rules is not None:
        site = attrs.evolve(site, rule_engine=having.rule_engine(rules))
    # All that is read is read before anything is written.
    lines = read_feed(folder / "day.jsonl", site)
    midnight(lines, site)
    read_books(site)
    make_folder(target)
    url = db or f"sqlite:{target / 'garden.db'}"
    if db is None and (fresh or finished(target)):
        clear(target)
    # Both come from a plugin, which an estate may do without.
    files = "jsonlines" in having.notifiers and "jsonlines" in having.observers
    notices = [having.notifier(f"jsonlines:{target / 'notices.jsonl'}")] if files else []
    events = [having.observer(f"jsonlines:{target / 'events.jsonl'}")] if files else []
    screen = console()
    if as_json:
        screen.quiet = True
    day = Day(
        site,
        having.store(url),
        lines,
        language=lang or site.language,
        notifiers=notices,
        screen=screen,
        observers=events,
    )
    try:
        day.play()
        result = summary(day)
        write_folder(day, target, having)
        if as_json:
            print_json(result)
        else:
            print_summary(day, result, screen, target)
    finally:
        day.engine.close()
    (target / "played").write_text(result["day"] + "\n", encoding="utf-8")
    if not result["verified"]:
        click.get_current_context().exit(1)


def make_folder(target: Path) -> None:
    """
    Make the folder for what the demo writes.

    Raises:
        CannotWriteError: It cannot be made.
    """
    from propflow.cli.desk import CannotWriteError

    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotWriteError(str(target), error.strerror or str(error)) from error
