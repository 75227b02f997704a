"""
`propflow audit`: check that nothing in a journal was changed behind its back, and read it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click

from propflow.cli.desk import counted, json_option, plugins, print_json

if TYPE_CHECKING:
    from propflow.engine import Refusal, Store


@click.command("audit")
@click.argument("database")
@click.option("--case", "name", help="Read the journal of this case, refusals among its lines.")
@click.option("--refusals", "refused", is_flag=True, help="List everything that was refused.")
@click.option(
    "--anchor",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the last seal of every case into this file, to be kept with somebody else.",
)
@click.option(
    "--against",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Compare with the seals in such a file as well.",
)
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    database: str,
    name: str | None,
    *,
    refused: bool,
    anchor: Path | None,
    against: Path | None,
    as_json: bool,
) -> None:
    """
    Take every seal in the journal of DATABASE again, and compare.

    Exit code 0: it is whole. 1: something was changed, and what. 2: it cannot be read.
    """
    from propflow.engine import anchors

    kept = anchors.load_anchors(against.read_text("utf-8"), str(against)) if against else []
    store = plugins().existing_store(database)
    try:
        if name is not None or refused:
            lines = list(_of_case(store, name) if name is not None else _refused(store))
            _print(lines, as_json=as_json)
            return
        found = store.verify()
        found = attrs.evolve(found, broken=(*found.broken, *anchors.against(kept, store)))
        if anchor is not None and found.whole:
            anchor.write_text(anchors.dump_anchors(anchors.anchors(store)), "utf-8")
    finally:
        store.close()
    if as_json:
        print_json(
            {
                "cases": found.cases,
                "events": found.events,
                "verified": found.whole,
                "broken": list(found.broken),
            }
        )
    else:
        for line in found.broken:
            click.echo(line)
        word = "the journal verifies" if found.whole else "THE JOURNAL IS BROKEN"
        click.echo(f"{counted(found.events, 'event')} of {counted(found.cases, 'case')}: {word}.")
    ctx.exit(0 if found.whole else 1)


def _of_case(store: Store, name: str) -> Iterator[dict[str, Any]]:
    import json

    from propflow.engine.refusals import STREAM, read
    from propflow.errors import UnknownNameError

    case = name if store.load(name) is not None else store.find(name)
    if case is None:
        raise UnknownNameError("case", name, tuple(known.id for known in store.cases()))
    lines = [
        {"at": line.at, "seq": line.seq, **json.loads(line.data), "seal": line.seal}
        for line in store.history(case)
    ]
    lines += [_refusal(read(line)) for line in store.notes(STREAM + case)]
    # Of one moment, what was refused comes after what was done: it changed nothing.
    yield from sorted(lines, key=lambda line: line["at"])


def _refused(store: Store) -> Iterator[dict[str, Any]]:
    from propflow.engine.refusals import refusals

    yield from map(_refusal, refusals(store))


def _refusal(refusal: Refusal) -> dict[str, Any]:

    said = {**attrs.asdict(refusal), "at": refusal.at.isoformat(), "event": "(refused)"}
    return {name: value for name, value in said.items() if value}


def _print(lines: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        print_json(lines)
        return
    for line in lines:
        about = [line[name] for name in ("case", "step") if name in line]
        who = [f"by {line['by']}"] if line.get("by") else []
        words = [line["at"], line["event"], line.get("does", ""), *about, *who]
        why = line.get("what") or line.get("reason") or ""
        said = " ".join(word for word in words if word)
        click.echo(f"{said}: {why}" if why else said)
