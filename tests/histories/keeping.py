"""
Histories that a release wrote, as files: what a case went through, and the definitions it kept to.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import attrs

from propflow.engine import Case, Entry, Store
from propflow.engine.journal import NO_SEAL, seal
from propflow.engine.records import dump_case, load_case

HOME = Path(__file__).parent


@attrs.frozen
class Kept:
    """
    The history of one case.

    Attributes:
        case: The case as it stood in the end.
        head: The seal of its last event.
        lines: Its journal, with seals taken anew.
    """

    case: Case
    head: str
    lines: tuple[Entry, ...]


def releases() -> list[Path]:
    """
    The folders of histories, one for each release that left any.
    """
    return sorted(file.parent for file in HOME.glob("*/definitions.jsonl"))


def text(plain: object) -> str:
    """
    The one text of something plain, each thing in the order in which it was.
    """
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def keep(store: Store, file: Path) -> None:
    """
    Write the history of every case of a store, a line each.
    """
    with file.open("w", encoding="utf-8") as out:
        for case in store.cases():
            lines = store.history(case.id)
            said = {
                "case": json.loads(dump_case(case)),
                "head": lines[-1].seal,
                "lines": [[line.at, json.loads(line.data)] for line in lines],
            }
            out.write(f"{text(said)}\n")


def read(file: Path) -> Iterator[Kept]:
    """
    The histories of a file.
    """
    for line in file.read_text("utf-8").splitlines():
        said: dict[str, Any] = json.loads(line)
        case = load_case(text(said["case"]))
        yield Kept(case, said["head"], tuple(_sealed(case.id, said["lines"])))


def _sealed(case: str, lines: Sequence[tuple[str, Any]]) -> Iterator[Entry]:
    head = NO_SEAL
    for number, (at, plain) in enumerate(lines):
        data = text(plain)
        head = seal(head, case, number, at, data)
        yield Entry(case, number, at, data, head)


def keep_definitions(definitions: dict[tuple[str, str], str], file: Path) -> None:
    """
    Write definitions, a line each.
    """
    said = [
        text({"procedure": procedure, "version": version, "definition": json.loads(definition)})
        for (procedure, version), definition in sorted(definitions.items())
    ]
    file.write_text("".join(f"{line}\n" for line in said), "utf-8")


def define(store: Store, file: Path) -> None:
    """
    Put the definitions of a file into a store.
    """
    for line in file.read_text("utf-8").splitlines():
        said = json.loads(line)
        store.define(said["procedure"], said["version"], text(said["definition"]))
