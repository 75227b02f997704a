"""
`propflow upgrade`: carry a site's changes over to another edition of its handbook.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from propflow.cli.desk import (
    NoSiteError,
    counted,
    json_option,
    language_option,
    plugins,
    print_json,
    write,
)
from propflow.cli.tongue import remember

if TYPE_CHECKING:
    from propflow.difference import Difference
    from propflow.plugins.manager import Plugins
    from propflow.sites.tailoring.merge import Conflict
    from propflow.sites.tailoring.upgrade import Upgrade

_KINDS = {
    "gone": ("the handbook is not as this expects", "手册已不是预期的样子"),
    "same": ("the handbook does this itself now", "手册已自行如此规定"),
    "both": ("the handbook changed this as well", "手册也改了此处"),
}


@click.command("upgrade")
@click.argument("folder", type=click.Path(path_type=Path), metavar="SITE")
@click.option("--to", "new", required=True, help="The new edition: a folder or a handbook's name.")
@click.option("--from", "old", type=click.Path(path_type=Path), help="The old edition's folder.")
@click.option("--apply", "write_it", is_flag=True, help="Write what is proposed into the files.")
@language_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    folder: Path,
    new: str,
    old: Path | None,
    write_it: bool,
    lang: str | None,
    *,
    as_json: bool,
) -> None:
    """
    Carry the changes of SITE over to another edition of its handbook, and prove it anew.

    Nothing is written unless --apply is given, and nothing where a change needs somebody to
    decide. Exit code 0: everything is carried over. 1: somebody has to look. 2: unreadable.
    """
    from propflow.difference import compared
    from propflow.errors import FaultyFileError
    from propflow.sites import load_site
    from propflow.sites.tailoring.upgrade import upgrade

    remember(site=folder)
    if not (folder / "site.yaml").is_file():
        raise NoSiteError(str(folder))
    having = plugins()
    name, base, target = _editions(folder, having, old, new)
    books = {**having.handbooks, name: base}
    given: dict[str, Any] = {"calendars": having.calendars, "tailorings": having.tailorings}
    before = load_site(folder, books, **given)
    found = upgrade(folder, base, target, tailorings=having.tailorings)
    difference: Difference | None = None
    refused: list[str] = []
    if not found.open:
        with TemporaryDirectory() as place:
            copy = Path(place) / folder.resolve().name
            shutil.copytree(folder, copy)
            for path, text in found.files.items():
                (copy / path.relative_to(folder)).write_text(text, encoding="utf-8")
            try:
                after = load_site(_beside(folder, copy), {**books, name: target}, **given)
                difference = compared(before, after, year=datetime.now(UTC).year)
            except FaultyFileError as error:
                refused = [line.replace(f"{copy}", f"{folder}") for line in str(error).splitlines()]
    language = lang or before.language
    good = not found.open and not refused and not (difference is not None and difference.broken)
    if as_json:
        print_json(_plain(found, difference, refused))
    else:
        for line in _report(found, difference, refused, language):
            click.echo(line)
    if write_it and not found.open and not refused:
        for path, text in found.files.items():
            write(text, str(path))
        if not as_json:
            click.echo(f"Written: {', '.join(map(str, found.files)) or 'nothing to write'}.")
    elif not as_json:
        said = ("未写入任何文件。", "") if language == "zh" else ("Nothing was written.", " ")
        hint = "加上 --apply 即可写入。" if language == "zh" else "Say --apply to write it."
        click.echo(said[0] + ("" if write_it else said[1] + hint))
    ctx.exit(0 if good else 1)


def _beside(folder: Path, copy: Path) -> Path:
    """
    The copy of a site, with the folders beside the site that it names as layers.
    """
    for other in folder.resolve().parent.iterdir():
        link = copy.parent / other.name
        if other.is_dir() and not link.exists():
            link.symlink_to(other, target_is_directory=True)
    return copy


def _editions(folder: Path, having: Plugins, old: Path | None, new: str) -> tuple[str, Path, Path]:
    from propflow.errors import UnknownNameError
    from propflow.sites.yaml import section

    name = str(section(folder / "site.yaml", "handbook"))
    books = having.handbooks
    if old is None and name not in books:
        raise UnknownNameError("handbook", name, tuple(books))
    target = Path(new)
    if not (target / "handbook.yaml").is_file():
        if new not in books:
            raise UnknownNameError("handbook", new, tuple(books))
        target = books[new]
    return name, old or books[name], target


def _report(
    found: Upgrade, difference: Difference | None, refused: list[str], language: str
) -> Iterator[str]:
    zh = language == "zh"
    kept, met = len(found.merge.kept), len(found.merge.conflicts)
    editions = f"{found.handbook} {found.old} -> {found.new}"
    if zh:
        yield f"{editions}：{kept}项变更照旧，{met}项与手册的改动相遇。"
    else:
        yield (
            f"{editions}: {counted(kept, 'change')} carried over as they are, "
            f"{counted(met, 'change')} to look at."
        )
    for conflict in found.merge.conflicts:
        yield ""
        yield from _conflict(conflict, language)
    if refused:
        yield ""
        yield "合并后的文件不成立：" if zh else "Put together, the files are refused:"
        yield from (f"  {line}" for line in refused)
    elif difference is not None:
        yield ""
        yield from difference.say(language)


def _conflict(conflict: Conflict, language: str) -> Iterator[str]:
    from propflow.sites.tailoring.said import flow, short

    zh = language == "zh"
    one = conflict.applied
    yield f"{one.place}: {one.verb}: {_KINDS[conflict.kind][zh]}"
    for token, was, mine, theirs in _telling(conflict):
        said = [short(node) if node is not None else "-" for node in (was, mine, theirs)]
        where = _where(token)
        yield (
            f"  {where}：原为{said[0]}；本小区{said[1]}；新手册{said[2]}"
            if zh
            else f"  {where}: was {said[0]}; the site has {said[1]}; the handbook has {said[2]}"
        )
    yield from (f"  {line}" for line in conflict.why)
    if conflict.drops == "yes":
        yield "  建议：删去此项变更。" if zh else "  Proposal: leave the change out."
    elif conflict.kind == "both":
        yield "  建议：保留本小区的做法。" if zh else "  Proposal: keep it as the site has it."
    elif conflict.proposal is not None:
        changed = {
            str(key): flow(value)
            for key, value in conflict.proposal.items()
            if key not in one.operation or flow(one.operation[key]) != flow(value)
        }
        keys = ", ".join(f"{key}: {value}" for key, value in changed.items())
        yield f"  建议：{keys}" if zh else f"  Proposal: {keys}"
    else:
        yield "  无法建议，请自行决定。" if zh else "  Nothing can be proposed: decide yourself."


def _telling(conflict: Conflict) -> list[Any]:
    """
    The places in which both sides meet, those that only say what follows what if there are others.
    """
    places = [place for place in conflict.places if place[0][-2] not in ("after", "after row")]
    return places or list(conflict.places)


def _where(token: tuple[str, ...]) -> str:
    """
    A place from small to large: ``by of step 'reply' of procedure 'complaint'``.
    """
    from propflow.sites.nodes import Word
    from propflow.sites.tailoring.said import short

    parts = list(token)
    said = []
    while parts:
        kind = parts.pop(0)
        said.append(f"{kind} {short(Word(parts.pop(0)), 48)!r}" if parts else kind)
    return " of ".join(reversed(said))


def _plain(found: Upgrade, difference: Difference | None, refused: list[str]) -> dict[str, Any]:
    from propflow.sites.tailoring.said import flow

    return {
        "handbook": found.handbook,
        "from": found.old,
        "to": found.new,
        "kept": [str(one.place) for one in found.merge.kept],
        "conflicts": [
            {
                "place": str(one.applied.place),
                "verb": one.applied.verb,
                "kind": one.kind,
                "places": [
                    {
                        "where": list(token),
                        "was": None if was is None else flow(was),
                        "site": None if mine is None else flow(mine),
                        "handbook": None if theirs is None else flow(theirs),
                    }
                    for token, was, mine, theirs in one.places
                ],
                "why": list(one.why),
                "proposal": None if one.proposal is None else flow(one.proposal),
                "drops": one.drops,
            }
            for one in found.merge.conflicts
        ],
        "refused": refused,
        "difference": None if difference is None else difference.as_dict(),
    }
