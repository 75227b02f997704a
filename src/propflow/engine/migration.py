"""
Where a case would stand in another version of its procedure, or why it cannot stand anywhere.

Steps are known again by their names, or by the names that somebody gives them; a branch that waits
for others is known again by the steps that lead to where it waits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

import attrs

from propflow.engine.case import Case
from propflow.engine.chart import Chart
from propflow.errors import ValueRefusedError, nearest
from propflow.procedures import Call, Each, Program


@attrs.frozen(kw_only=True)
class Mapped:
    """
    What mapping a case came to.

    Attributes:
        marking: Where it would stand.
        since: Its open steps by their new names, and from when each would count as open.
        hindrances: Why it cannot stand there, a sentence each; nothing where it can.
    """

    marking: int
    since: Mapping[str, datetime]
    hindrances: tuple[str, ...] = ()


def mapped(
    old: Chart, new: Chart, case: Case, *, renamed: Mapping[str, str], now: datetime
) -> Mapped:
    """
    Where a case would stand in another version.

    Args:
        old: The version that it keeps to.
        new: The other version of the same procedure.
        case: The case.
        renamed: Steps that have another name there: old name and new.
        now: The moment; a step that had no limit and would have one counts from now.
    """
    hindrances: list[str] = []
    since: dict[str, datetime] = {}
    marking = 0
    for step in case.since:
        name = renamed.get(step, step)
        hindrance = _unlike(old, new, step, name)
        if hindrance:
            hindrances.append(hindrance)
            continue
        marking |= new.program.stops[new.program.number[name]].needs
        since[name] = _since(old, new, case, (step, name), now)
    for bit in _waiting(old.program, case.marking):
        places = _like(old.program, new.program, bit, renamed)
        if len(places) == 1:
            marking |= places[0]
        else:
            steps = " or ".join(map(repr, sorted(_before(old.program, bit)))) or "the start"
            what = "no place" if not places else f"{len(places)} places"
            hindrances.append(f"a branch waits after {steps}; the new version has {what} for it.")
    hindrances += _facts(new, case)
    return Mapped(marking=marking, since=since, hindrances=tuple(hindrances))


def _unlike(old: Chart, new: Chart, step: str, name: str) -> str:
    """
    Why an open step cannot be the new one, or nothing.
    """
    stop = new.stop(name)
    if stop is None or stop.step is None:
        known = [s.id for s in new.program.stops if s.step is not None]
        hint = nearest(name, known)
        return f"step {step!r} is open, and the new version has no {name!r}.{hint}"
    was = old.program.stops[old.program.number[step]].step
    if type(stop.step) is not type(was):
        kinds = type(was).__name__.lower(), type(stop.step).__name__.lower()
        return f"step {step!r} is open as {kinds[0]}; in the new version {name!r} is {kinds[1]}."
    if (
        isinstance(was, Call | Each)
        and isinstance(stop.step, Call | Each)
        and stop.step.procedure != was.procedure
    ):
        return f"step {step!r} has called {was.procedure}; {name!r} would call something else."
    if isinstance(was, Each) and isinstance(stop.step, Each) and stop.step.order != was.order:
        return f"step {step!r} calls {was.order}; {name!r} would go on {stop.step.order}."
    return ""


def _since(old: Chart, new: Chart, case: Case, names: tuple[str, str], now: datetime) -> datetime:
    """
    From when the new step counts as open, so that as much time is left as there was.
    """
    step, name = names
    since, will = case.since[step], new.within(name)
    if will == old.within(step) or will is None:
        return since
    due = old.due(step, since)
    if due is None:
        return case.suspended or now
    if isinstance(will, timedelta):
        return due - will
    begun = (
        new.hours.add_days(due, -will.days)
        if will.unit == "days"
        else new.hours.subtract(due, will.time)
    )
    return begun.astimezone(UTC)


def _waiting(program: Program, marking: int) -> Iterator[int]:
    """
    The bits of branches that have come to a join or an end and wait for the others.
    """
    for stop in program.open(marking):
        marking &= ~stop.needs
    while marking:
        bit = marking & -marking
        marking ^= bit
        yield bit


def _like(old: Program, new: Program, bit: int, renamed: Mapping[str, str]) -> list[int]:
    """
    The places of the new version that are like one where a branch waits in the old one.
    """
    if bit in old.ends:
        return [place for place, name in new.ends.items() if name == old.ends[bit]]
    before = {renamed.get(step, step) for step in _before(old, bit)}
    places = [
        1 << shift
        for stop in new.stops
        if stop.step is None
        for shift in range(stop.needs.bit_length())
        if stop.needs >> shift & 1
    ]
    found = {place: _before(new, place) for place in places}
    alike = [place for place, steps in found.items() if steps == before]
    return alike or [place for place, steps in found.items() if steps & before]


def _before(program: Program, bit: int) -> frozenset[str]:
    """
    The steps that lead straight to a place, through joins as well.
    """
    found: set[str] = set()
    todo, seen = [bit], 0
    while todo:
        place = todo.pop()
        seen |= place
        for stop in program.stops:
            if any(move.puts & place for move in stop.moves.values()):
                if stop.step is not None:
                    found.add(stop.id)
                elif not stop.needs & seen:
                    todo.append(stop.needs)
    return frozenset(found)


def _facts(new: Chart, case: Case) -> Iterator[str]:
    """
    What the case knows and the new version would not take.
    """
    for name, value in case.facts.items():
        if name in new.fields:
            try:
                new.fields[name].check(value)
            except ValueRefusedError as error:
                yield f"{error.field!r} is known, and does not fit the new version: {error.why}"
