"""
`propflow diff`: what is otherwise between two sites, or between a site and its handbook.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from propflow.cli.desk import (
    NoSiteError,
    json_option,
    language_option,
    plugins,
    print_json,
    write,
)
from propflow.cli.tongue import remember

if TYPE_CHECKING:
    from propflow.plugins.manager import Plugins
    from propflow.sites import Site


@click.command("diff")
@click.argument("before", type=click.Path(path_type=Path), metavar="A")
@click.argument("after", type=click.Path(path_type=Path), metavar="[B]", required=False)
@click.option("--year", type=int, help="The year whose duties are compared. This one, if not said.")
@click.option("--picture", metavar="PROCEDURE", help="Draw it as in A and as in B, side by side.")
@click.option("-o", "--output", help="Write to this file instead of printing.")
@language_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    before: Path,
    after: Path | None,
    year: int | None,
    picture: str | None,
    output: str | None,
    lang: str | None,
    *,
    as_json: bool,
) -> None:
    """
    Tell what is otherwise in B than in A. Both are folders of sites or handbooks.

    Without B: in the site A than in its handbook, before its settings, layers and tailoring.

    Exit code 0: nothing new is broken. 1: a check finds in B what it does not find in A. 2: one
    of them cannot be read.
    """
    from propflow.difference import compared

    having = plugins()
    one = _opened(before, having, tailored="yes" if after is not None else "no")
    other = _opened(after or before, having)
    language = lang or other.language
    if picture is not None:
        from propflow.difference.picture import picture as drawn

        write(drawn(one, other, picture, language=language), output)
        return
    found = compared(one, other, year=year or datetime.now(UTC).year)
    if as_json:
        print_json(found.as_dict())
    else:
        write("\n".join(found.say(language)) + "\n", output)
    ctx.exit(1 if found.broken else 0)


def _opened(folder: Path, having: Plugins, *, tailored: str = "yes") -> Site:
    """
    A site, or a handbook as a site without people.
    """
    from propflow.difference import bare
    from propflow.sites import load_handbook, load_site

    remember(site=folder)
    if not folder.is_dir():
        raise NoSiteError(str(folder))
    if not (folder / "site.yaml").is_file() and (folder / "handbook.yaml").is_file():
        return bare(load_handbook(folder))
    return load_site(
        folder,
        having.handbooks,
        calendars=having.calendars,
        tailorings=having.tailorings,
        tailored="yes" if tailored == "yes" else "no",
    )
