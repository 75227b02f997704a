"""
The files of a site that begins: what `propflow new-site` writes.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

import attrs

from propflow.errors import Fault, FaultyFileError, Place, nearest
from propflow.fields import dump
from propflow.sites import Handbook
from propflow.sites.schema import schema

_COLUMNS = ("person", "en", "zh", "roles")


@attrs.frozen(kw_only=True)
class Beginning:
    """
    What is known of a site when it begins.

    Attributes:
        id: Its name.
        title: What people call it, by language.
        language: The language of its labels where nobody asks for another.
        timezone: Its time zone.
        calendar: The calendar that it takes, or ``""`` for Monday to Friday.
        posts: The posts that it has, out of those of the handbook.
        people: Who works there: name, label in each language, roles.
    """

    id: str
    title: Mapping[str, str]
    language: str
    timezone: str
    calendar: str
    posts: tuple[str, ...]
    people: tuple[tuple[str, str, str, tuple[str, ...]], ...] = ()


def read_people(
    path: Path, roles: Collection[str]
) -> tuple[tuple[str, str, str, tuple[str, ...]], ...]:
    """
    People from a CSV file with the columns person, en, zh and roles, the last parted by spaces.

    Raises:
        FaultyFileError: It cannot be read, lacks a column, or names a role that there is not.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            missing = [name for name in _COLUMNS if name not in (table.fieldnames or ())]
            lines = [] if missing else [(table.line_num, line) for line in table]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise FaultyFileError((Fault(Place(str(path)), f"it cannot be read: {error}."),)) from error
    faults = [Fault(Place(str(path)), f"there is no column {name!r}.") for name in missing]
    found = []
    for number, line in lines:
        own = tuple((line["roles"] or "").split())
        faults += [
            Fault(Place(str(path), number), f"there is no role {role!r}.{nearest(role, roles)}")
            for role in own
            if role not in roles
        ]
        found.append((line["person"] or "", line["en"] or "", line["zh"] or "", own))
    if faults:
        raise FaultyFileError(tuple(faults))
    return tuple(found)


def site_files(begin: Beginning, handbook: Handbook) -> dict[str, str]:
    """
    The files of a site that begins, by their path in its folder.
    """
    files = {"site.yaml": "\n".join(_site(begin, handbook)) + "\n"}
    dropped = [post for post in handbook.posts.values() if post.id not in begin.posts]
    if dropped:
        lines = [
            "# yaml-language-server: $schema=../schemas/tailoring.json",
            f"tailoring: {begin.id}",
            f"handbook: {handbook.id}",
            "changes:",
        ]
        for post in dropped:
            lines += [
                f"  - drop: {{post: {post.id}}}",
                f"    expects: {{role: {post.role}}}",
            ]
        files[f"tailoring/{begin.id}.yaml"] = "\n".join(lines) + "\n"
    for name, columns in handbook.books.items():
        files[f"{name}.csv"] = ",".join(column.name for column in columns) + "\n"
    files["units.csv"] = "unit,building,floor,owner\n"
    for kind in ("site", "tailoring"):
        files[f"schemas/{kind}.json"] = _json(schema(kind))
    wanted = {"schemas/site.json": "site.yaml", "schemas/tailoring.json": "tailoring/*.yaml"}
    files[".vscode/settings.json"] = _json({"yaml.schemas": wanted})
    return files


def _site(begin: Beginning, handbook: Handbook) -> Iterator[str]:
    yield "# yaml-language-server: $schema=schemas/site.json"
    yield "# Everything that is not said here is as the handbook has it."
    yield f"site: {begin.id}"
    yield f"title: {_labels(begin.title)}"
    yield f"handbook: {handbook.id}"
    yield f"timezone: {begin.timezone}"
    yield f"language: {begin.language}"
    yield ""
    if begin.calendar:
        yield f"calendar: {{from: {json.dumps(begin.calendar)}}}"
    else:
        yield "calendar: {weekend: [saturday, sunday]}"
    yield 'shifts: {day: "08:00 to 20:00", night: "20:00 to 08:00"}'
    yield ""
    if begin.people:
        yield "people:"
        for name, en, zh, roles in begin.people:
            said = f"en: {_quoted(en)}, zh: {_quoted(zh)}"
            yield f"  - {{person: {_quoted(name)}, {said}, roles: [{', '.join(roles)}]}}"
        yield ""
    yield "# Who is on which post in which shift: fill in the people."
    yield "# roster:"
    for post in begin.posts:
        yield f"#   - {{post: {post}, shift: day, people: []}}"
    yield ""
    ledgers = ", ".join(f"{name}: {name}.csv" for name in handbook.books)
    yield f"books: {{{ledgers}}}"
    yield "units: units.csv"
    yield ""
    yield "# Figures that many sites set for themselves, with the handbook's own values."
    yield "# settings:"
    for name, setting in [*handbook.settings.items()][:8]:
        yield f"#   {name}: {dump(setting.value)}   # {setting.field.label.to(begin.language)}"


def _labels(title: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{code}: {_quoted(words)}" for code, words in title.items()) + "}"


def _quoted(words: str) -> str:
    # Text in JSON's quotes is text in YAML as well, whatever stands in it.
    return json.dumps(words, ensure_ascii=False)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def calendar_of(country: str, offered: Sequence[str]) -> str:
    """
    The calendar of a country, as a site names it: ``china``, ``holidays:DE``, or ``""``.
    """
    if country.upper() == "CN" and "china" in offered:
        return "china"
    return f"holidays:{country.upper()}" if country and "holidays" in offered else ""
