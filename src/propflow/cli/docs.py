"""
`propflow docs`: the handbook of a site, to hand to its staff.
"""

from __future__ import annotations

from pathlib import Path

import click

from propflow.cli.desk import check_folder, open_site, plugins, write_folder


@click.command("docs")
@click.argument("folder", metavar="[SITE]", type=click.Path(path_type=Path), required=False)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Folder for the pages.")
@click.option(
    "--lang",
    "languages",
    multiple=True,
    type=click.Choice(["en", "zh"]),
    help="Only this language.",
)
def command(folder: Path | None, output: Path | None, languages: tuple[str, ...]) -> None:
    """
    Write the staff handbook of the site in folder SITE: HTML to read and to print.

    Without SITE, that of the example estate. The folder is written whole or not at all; one that
    holds anything but an older handbook is left alone.
    """
    from propflow.pages import MADE_BY, staff_handbook
    from propflow.text import LANGUAGES

    site = open_site(folder, plugins())
    target = output or Path(f"{site.id}-handbook")
    check_folder(target, mark="index.html", says=MADE_BY)
    files = staff_handbook(site, languages=languages or LANGUAGES)
    write_folder(files, target, mark="index.html", says=MADE_BY)
    click.echo(f"The handbook is written. Begin with {target / 'index.html'}.")
