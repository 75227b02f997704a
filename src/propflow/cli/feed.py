"""
A day's feed: what happens, line by line, read from a file and handed to an engine.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import attrs

from propflow.durations import parse_duration
from propflow.engine import Case, Engine
from propflow.errors import (
    Fault,
    FaultyFileError,
    Place,
    RefusedError,
    UnknownNameError,
    ValueRefusedError,
    nearest,
)
from propflow.sites import Site

#: What a line can be about; exactly one of them.
VERBS = ("begin", "do", "message", "after")
#: What else a line can say.
WORDS = ("at", "case", "ref", "by", "answer", "facts", "note")
#: A feed is read whole before anything of it is done.
LIMIT = 4 * 1024 * 1024


@attrs.frozen(kw_only=True)
class Line:
    """
    One line of a feed.

    Attributes:
        place: Where it stands.
        at: When it happens, where it says so.
        verb: One of `VERBS`.
        name: Procedure, step, message or duration, as the verb has it.
        case: For a step, which case: its id or ref; ``duty:ID`` for the newest case of a duty;
            ``CASE/STEP`` for the newest case that a step called; or a mapping of ``procedure``
            and facts for the newest open case that fits.
        ref: The name to give to the case that is opened.
        by: Id of the person.
        answer: The answer to a question.
        facts: What is filled in or brought, as JSON has it.
    """

    place: Place
    verb: str
    name: str
    at: datetime | None = None
    case: str | Mapping[str, Any] = ""
    ref: str = ""
    by: str = ""
    answer: str = ""
    facts: Mapping[str, Any] = attrs.field(factory=dict)


def read_feed(name: str | Path, site: Site, *, about: str = "") -> list[Line]:
    """
    Read a feed.

    Args:
        name: A file with one JSON object a line; empty lines and lines with ``#`` in front are
            passed over. ``-`` is standard input.
        site: Whose procedures and messages it speaks of; local times are in its time zone.
        about: The case that a step without one is of.

    Raises:
        FaultyFileError: All faults of the file together.
    """
    path = "standard input" if name == "-" else str(name)
    try:
        if name == "-":
            data = sys.stdin.buffer.read(LIMIT + 1)
        else:
            with Path(name).open("rb") as file:
                data = file.read(LIMIT + 1)
        text = data.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = "it is not UTF-8 text" if isinstance(error, ValueError) else error.strerror
        raise FaultyFileError((Fault(Place(path), f"the feed cannot be read: {why}."),)) from None
    if len(data) > LIMIT:
        raise FaultyFileError((Fault(Place(path), "a feed is 4 MiB at the most."),))
    faults: list[Fault] = []
    lines: list[Line] = []
    last: datetime | None = None
    for number, raw in enumerate(text.splitlines(), 1):
        if not raw.strip() or raw.startswith("#"):
            continue
        place = Place(path, number)
        try:
            line = _line(place, json.loads(raw), site, about)
        except json.JSONDecodeError as error:
            where = Place(path, number, error.colno)
            faults.append(Fault(where, "this is not one JSON object."))
        except _BadLineError as error:
            faults.append(Fault(place, str(error)))
        else:
            lines.append(line)
            if line.at is not None and last is not None and line.at < last:
                faults.append(Fault(place, f"it happens before the line above, at {last:%H:%M}."))
            last = line.at or last
    if faults:
        raise FaultyFileError(tuple(faults))
    return lines


class _BadLineError(Exception):
    pass


def _line(place: Place, raw: object, site: Site, about: str) -> Line:
    if not isinstance(raw, dict):
        raise _BadLineError("this is not one JSON object.")
    for word in raw:
        if word not in VERBS and word not in WORDS:
            raise _BadLineError(f"a line has no {word!r}.{nearest(word, VERBS + WORDS)}")
    verbs = [verb for verb in VERBS if verb in raw]
    if len(verbs) != 1:
        raise _BadLineError(f"a line has one of {', '.join(VERBS)}.")
    for word, value in raw.items():
        wanted = {"facts": dict, "case": (str, dict)}.get(word, str)
        if not isinstance(value, wanted):  # type: ignore[arg-type]
            raise _BadLineError(f"{word!r} cannot be {json.dumps(value)}.")
    verb, name = verbs[0], raw[verbs[0]]
    try:
        if verb == "begin":
            site.procedure(name)
        elif verb == "message":
            site.message(name)
        elif verb == "after":
            parse_duration(name)
        elif not raw.get("case", about) or not raw.get("by"):
            raise _BadLineError("a line that does a step says which case and by whom.")
        at = _moment(raw["at"], site) if "at" in raw else None
    except (UnknownNameError, ValueError) as error:
        raise _BadLineError(str(error)) from None
    rest = {word: raw[word] for word in ("case", "ref", "by", "answer", "facts") if word in raw}
    if verb == "do":
        rest.setdefault("case", about)
    return Line(place=place, verb=verb, name=name, at=at, **rest)


def _moment(text: str, site: Site) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _BadLineError(f"'at' is a moment such as 2025-10-11T08:30, not {text!r}.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=site.zone)


def carry_out(engine: Engine, line: Line, *, key: str = "") -> tuple[Case, ...]:
    """
    Hand a line to an engine.

    Returns:
        The cases that it opened or moved.

    Raises:
        RefusedError: The engine does not accept it.
        UnknownNameError: It speaks of a person or a case that there is not.
    """
    match line.verb:
        case "begin":
            facts = engine.chart(line.name).read(line.facts)
            return (engine.begin(line.name, facts, ref=line.ref, by=line.by, key=key),)
        case "message":
            fields = {field.name: field for field in engine.site.message(line.name).facts}
            try:
                brought = {
                    name: fields[name].load(value) if name in fields else value
                    for name, value in line.facts.items()
                }
            except ValueRefusedError as error:
                raise RefusedError("bad-fact", str(error)) from error
            return engine.send(line.name, brought, ref=line.ref, key=key)
        case "do":
            case = find_case(engine, line.case)
            facts = engine.chart_of(engine.case(case)).read(line.facts)
            return (
                engine.complete(
                    case, line.name, by=line.by, answer=line.answer, facts=facts, key=key
                ),
            )
    return ()


def find_case(engine: Engine, wanted: str | Mapping[str, Any]) -> str:
    """
    The case that a line means: see `Line.case`.

    Raises:
        UnknownNameError: There is none.
    """
    if isinstance(wanted, str):
        if "/" in wanted:
            parent, _, step = wanted.rpartition("/")
            above = find_case(engine, parent), step
            found = [case.id for case in engine.cases() if case.parent == above]
        elif wanted.startswith("duty:"):
            name = wanted.removeprefix("duty:")
            found = [o.case for o in engine.store.occasions() if o.duty == name]
        else:
            return engine.case(wanted).id
    else:
        found = [case.id for case in engine.cases(state="open") if _fits(engine, case, wanted)]
    if not found:
        shown = wanted if isinstance(wanted, str) else json.dumps(wanted, ensure_ascii=False)
        raise UnknownNameError("case", shown)
    return found[-1]


def _fits(engine: Engine, case: Case, wanted: Mapping[str, Any]) -> bool:
    if case.procedure != wanted.get("procedure"):
        return False
    facts = engine.chart_of(case).read(
        {name: value for name, value in wanted.items() if name != "procedure"}
    )
    return all(case.facts.get(name) == value for name, value in facts.items())
