"""
What every command has at hand: options, the site, the plugins, and a way to print.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from propflow.cli.tongue import remember
from propflow.errors import HandbookError

if TYPE_CHECKING:
    from rich.console import Console

    from propflow.plugins.manager import Plugins
    from propflow.sites import Site

F = TypeVar("F", bound=Callable[..., Any])


def example_site() -> Path:
    """
    Folder of the example estate.
    """
    package = Path(__file__).parent.parent
    installed = package / "examples" / "garden"
    return installed if installed.is_dir() else package.parents[1] / "examples" / "garden"


def site_option(command: F) -> F:
    """
    ``--site DIR``, the folder of a site.
    """
    return click.option(
        "--site",
        "folder",
        type=click.Path(path_type=Path),
        help="Folder of the site. The example estate, where nothing is said.",
    )(command)


def json_option(command: F) -> F:
    """
    ``--json``, for programs.
    """
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")(
        command
    )


def language_option(command: F) -> F:
    """
    ``--lang en|zh``, the site's own language where nothing is said.
    """
    return click.option(
        "--lang",
        type=click.Choice(["en", "zh"]),
        callback=_remember_language,
        help="Language. The site's own, where nothing is said.",
    )(command)


def _remember_language(
    _ctx: click.Context, _option: click.Parameter, lang: str | None
) -> str | None:
    remember(lang=lang)
    return lang


def plugins(**extra: object) -> Plugins:
    """
    The plugins that are there, those blocked by the environment left out.
    """
    from propflow.plugins.manager import (
        Plugins,
        blocked_by_environment,
    )

    return Plugins(block=blocked_by_environment(), extra=extra)


def open_site(folder: Path | None, having: Plugins | None = None) -> Site:
    """
    The site in a folder, or the example estate.

    Raises:
        HandbookError: It cannot be read.
    """
    from propflow.sites import load_site

    offered = having or plugins()
    return load_site(
        site_folder(folder),
        offered.handbooks,
        calendars=offered.calendars,
        rule_engines=offered.rule_engines,
        tailorings=offered.tailorings,
    )


def site_folder(folder: Path | None) -> Path:
    """
    The folder that was named, or that of the example estate.

    Raises:
        NoSiteError: It is not there.
    """
    folder = folder or example_site()
    remember(site=folder)
    if not folder.is_dir():
        raise NoSiteError(str(folder))
    return folder


def read_books(site: Site) -> None:
    """
    Read a site's books and units, which otherwise are read when they are first needed.

    Raises:
        FaultyFileError: All that is wrong with one of them.
    """
    lines = site.lines()
    for book in site.books:
        _ = lines[book]
    _ = site.units


class NoSiteError(HandbookError):
    """
    There is no folder for the site.
    """

    def __str__(self) -> str:
        return f"there is no site folder {self.args[0]!r}. Name the folder of a site.yaml."


def print_json(value: object) -> None:
    """
    Print a value as JSON, readable in both languages.
    """
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def console() -> Console:
    """
    A console that writes plain text to pipes and respects NO_COLOR.
    """
    from rich.console import Console

    # Recorded pages and pipes have no width of their own; 100 is what our tables need.
    plain = Console(highlight=False)
    return plain if plain.is_terminal else Console(highlight=False, width=100)


def write(text: str, output: str | None) -> None:
    """
    Print text, or write it to a file: whole or not at all.
    """
    if output is None or output == "-":
        click.echo(text, nl=not text.endswith("\n"))
        return
    target = Path(output)
    part = target.with_name(target.name + ".part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise CannotWriteError(output, error.strerror or str(error)) from error


def check_folder(target: Path, *, mark: str, says: str) -> None:
    """
    See that `write_folder` may write there, before there is anything to write.

    Raises:
        CannotWriteError: The folder holds something else.
    """
    own = target / mark
    if target.exists() and not (
        own.is_file() and says in own.read_text(encoding="utf-8", errors="replace")
    ):
        raise CannotWriteError(str(target), "it is there already and was not written by propflow")


def write_folder(files: Mapping[str, str], target: Path, *, mark: str, says: str) -> None:
    """
    Write a folder of files: whole or not at all.

    Args:
        files: Text of each file, by its path in the folder.
        target: The folder. One that is there is replaced only where it is such a folder too.
        mark: A file of it by which that is known.
        says: What the file says then.

    Raises:
        CannotWriteError: The folder holds something else, or cannot be written.
    """
    import shutil

    check_folder(target, mark=mark, says=says)
    part = target.with_name(target.name + ".part")
    old = target.with_name(target.name + ".old")
    try:
        for left in (part, old):
            shutil.rmtree(left, ignore_errors=True)
        for name, text in files.items():
            file = part / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        if target.exists():
            target.rename(old)
        part.rename(target)
    except OSError as error:
        raise CannotWriteError(str(target), error.strerror or str(error)) from error
    finally:
        for left in (part, old):
            shutil.rmtree(left, ignore_errors=True)


class CannotWriteError(HandbookError):
    """
    A file cannot be written.
    """

    def __str__(self) -> str:
        return f"{self.args[0]} cannot be written: {self.args[1]}."


def counted(number: int, word: str) -> str:
    """
    A number of things: ``1 case``, ``2 cases``.
    """
    return f"{number} {word}{'' if number == 1 else 's'}"


def pairs(given: tuple[str, ...]) -> dict[str, str]:
    """
    ``field=value`` arguments as a mapping.
    """
    found = {}
    for argument in given:
        name, equals, value = argument.partition("=")
        if not equals or not name:
            raise click.UsageError(f"{argument!r} is not of the form field=value.")
        if name in found:
            raise click.UsageError(f"{name!r} is given twice.")
        found[name] = value
    return found
