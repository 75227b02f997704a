"""
`propflow new-site`: the folder of a site that begins.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import attrs
import click

from propflow.cli.desk import CannotWriteError, open_site, plugins, write_folder
from propflow.errors import FaultyFileError, UnknownNameError


@click.command("new-site")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--id", "name", help="Name of the site. That of the folder, if not said.")
@click.option("--en", help="What it is called in English.")
@click.option("--zh", help="What it is called in Chinese.")
@click.option("--timezone", help="Its time zone. Asia/Shanghai, if not said.")
@click.option("--country", help="Two letters of the country whose holidays it keeps, as CN.")
@click.option("--lang", type=click.Choice(["en", "zh"]), help="Language of its labels.")
@click.option("--post", "posts", multiple=True, help="A post that it has. All, if none is said.")
@click.option("--people", type=click.Path(path_type=Path), help="CSV: person,en,zh,roles.")
@click.option("--handbook", default="property", help="The handbook that it keeps.")
def command(folder: Path, posts: tuple[str, ...], people: Path | None, **options: Any) -> None:
    """
    Write the folder DIR of a new site, which loads and can be checked at once.

    What no option says is asked for at a terminal. A folder that is there is left alone, and
    nothing is written where anything is wrong.
    """
    import tempfile

    from propflow.cli.begin import Beginning, calendar_of, read_people, site_files
    from propflow.sites import load_handbook

    handbook = options["handbook"]
    if folder.exists():
        raise CannotWriteError(str(folder), "it is there already")
    having = plugins()
    if handbook not in having.handbooks:
        raise UnknownNameError("handbook", handbook, tuple(having.handbooks))
    book = load_handbook(having.handbooks[handbook])
    for post in posts:
        if post not in book.posts:
            raise UnknownNameError("post", post, tuple(book.posts))
    site = options["name"] or _ask("Name of the site", folder.name)
    title = options["en"] or _ask("What it is called in English", site)
    begin = Beginning(
        id=site,
        title={"en": title, "zh": options["zh"] or _ask("What it is called in Chinese", title)},
        timezone=options["timezone"] or _ask("Time zone", "Asia/Shanghai"),
        language=options["lang"] or _ask("Language of its labels, en or zh", "en"),
        calendar=calendar_of(
            options["country"] or _ask("Country whose holidays it keeps", "CN"),
            tuple(having.calendars),
        ),
        posts=posts or tuple(book.posts),
        people=() if people is None else read_people(people, tuple(book.roles)),
    )
    files = site_files(begin, book)
    with tempfile.TemporaryDirectory() as part:
        # Tried where nobody sees it: what cannot be loaded is not written.
        tried = Path(part) / folder.name
        write_folder(files, tried, mark="site.yaml", says="site:")
        try:
            open_site(tried, having)
        except FaultyFileError as error:
            raise FaultyFileError(
                tuple(
                    attrs.evolve(
                        fault,
                        place=attrs.evolve(
                            fault.place, file=fault.place.file.replace(str(tried), str(folder))
                        ),
                    )
                    for fault in error.faults
                )
            ) from None
    write_folder(files, folder, mark="site.yaml", says="site:")
    click.echo(f"{folder / 'site.yaml'} is written. Next: propflow check --site {folder}")


def _ask(what: str, usual: str) -> str:
    """
    Ask at a terminal; elsewhere what is usual stands.
    """
    if not sys.stdin.isatty():
        return usual
    said: str = click.prompt(what, default=usual, err=True)
    return said
