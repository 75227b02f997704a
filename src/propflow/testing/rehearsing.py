"""
Writes rehearsals of a procedure down, so that between them they take every outcome, every row and
every deadline.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import cast

import attrs

from propflow.durations import say_deadline
from propflow.engine.case import Case
from propflow.engine.events import (
    Begin,
    Command,
    Complete,
    Decided,
    Event,
    Expire,
    Late,
    Receive,
    Return,
)
from propflow.engine.journal import passed
from propflow.engine.machine import decide
from propflow.errors import HandbookError, RefusedError
from propflow.fields import Value, dump
from propflow.procedures import LATE, Call, Each, Notice, Work
from propflow.rules import Decider, compile_table
from propflow.sites import Site
from propflow.sites.faults import Faults
from propflow.sites.nodes import Entries, Items, Node, Word
from propflow.sites.yaml import read
from propflow.testing.values import MOMENT
from propflow.testing.walking import Walker
from propflow.verify import Passed

#: A place of the walk: what the walker takes for the same.
_Key = object


@attrs.frozen
class _Turn:
    """
    A step that is left.
    """

    step: str
    outcome: str
    late: str = "no"
    facts: tuple[tuple[str, Value], ...] = ()


@attrs.frozen(eq=False)
class _Way:
    """
    One command between two places, the steps that are left by it, and what it is good for.
    """

    before: _Key
    after: _Key | None
    turns: tuple[_Turn, ...]
    good: frozenset[tuple[str, ...]]
    end: str | None


def write_rehearsals(site: Site, procedure: str) -> str:
    """
    A file of rehearsals, from the procedure as it is: few, and each as short as it can be.

    Whoever keeps it says that the procedure is right as it is now; then every change to it is
    noticed until somebody says so anew.

    Args:
        site: The site.
        procedure: Id of the procedure.
    """
    writer = _Writer(site, procedure)
    lines = [f"rehearsals: {procedure}", "list:"]
    for number, (opens, ways) in enumerate(writer.chosen(), 1):
        lines.append(f"  - rehearsal: way-{number}")
        if opens:
            lines.append(f"    opens: {{{', '.join(f'{n}: {_quoted(v)}' for n, v in opens)}}}")
        lines += writer.ledgers()
        lines.append("    goes:")
        lines += [
            f"      - {line}" for way in ways for turn in way.turns for line in writer.told(turn)
        ]
        lines.append(f"    ends: {ways[-1].end}")
    return "\n".join(lines) + "\n"


class _Writer(Walker):
    def __init__(self, site: Site, procedure: str) -> None:
        super().__init__(site, procedure)
        self.lengths = _lengths(site.procedure(procedure).place)
        self.ways: list[_Way] = []
        self.met: set[str] = set()
        self.without: dict[tuple[str, int], Decider | None] = {}
        self.opened: dict[_Key, tuple[tuple[str, str], ...]] = {}

    def chosen(self) -> Iterator[tuple[tuple[tuple[str, str], ...], list[_Way]]]:
        """
        For each rehearsal the facts it opens with, and its ways.
        """
        self.explore()
        came, to_end = self.nearest()
        left = {one for way in self.ways for one in way.good}
        found: list[list[_Way]] = []
        for way in self.ways:
            if not left & way.good or way.before not in came:
                continue
            if way.after is not None and way.after not in to_end:
                continue
            whole = [*_back(came, way), *_onward(to_end, way)]
            left -= {one for passed_ in whole for one in passed_.good}
            found.append(whole)
        for whole in _needed(found):
            yield self.opened[whole[0]], whole

    def explore(self) -> None:
        """
        Every way that a walk takes, nearest first.
        """
        queue: deque[Case] = deque()
        for facts in self.facts.options(self.facts.given()):
            self.go(None, Case(id="walk-1"), Begin(facts=facts), queue)
        seen = set()
        while queue:
            case = queue.popleft()
            key = self.key(case)
            if key in seen:
                continue
            seen.add(key)
            for command in self.commands(case):
                self.go(key, case, command, queue)
            for late, command in self.deadlines(case):
                self.go(key, late, command, queue)

    def go(self, key: _Key, case: Case, command: Command, queue: deque[Case]) -> None:
        books = {name: self.facts.lines(name) for name in self.site.books}
        try:
            after, events = decide(self.chart, case, command, MOMENT, books=books)
        except RefusedError:
            return
        if after.open:
            queue.append(after)
        left = tuple(passed(events, case.children))
        good: set[tuple[str, ...]] = {("left", *one) for one in left}
        for event in events:
            if isinstance(event, Decided) and event.table:
                good.add(("row", event.table, str(event.row)))
                if self.matters(event):
                    good.add(("matters", event.table, str(event.row)))
        way = _Way(
            before=key,
            after=self.key(after) if after.open else None,
            turns=tuple(self.turns(command, events, left)),
            good=frozenset(good),
            end=after.end,
        )
        if isinstance(command, Begin):
            self.opened[way] = tuple((n, _plain(v)) for n, v in command.facts.items())
        self.ways.append(way)

    def matters(self, event: Decided) -> bool:
        """
        Whether a decision would have fallen otherwise without the row that decided.
        """
        key = event.table, event.row
        if key not in self.without:
            table = self.site.table(event.table)
            rows = table.rows[: event.row - 1] + table.rows[event.row :]
            less = attrs.evolve(table, rows=rows) if rows else None
            self.without[key] = None if less is None else compile_table(less)
        less_ = self.without[key]
        try:
            return less_ is None or str(less_.decide(event.facts).outcome) != event.outcome
        except HandbookError:
            return True  # nothing else decides

    # -- lines ------------------------------------------------------------------------------

    def turns(
        self, command: Command, events: tuple[Event, ...], left: tuple[Passed, ...]
    ) -> Iterator[_Turn]:
        """
        What a command does, and what then happens by itself.
        """
        rest = list(left)
        late = next((event for event in events if isinstance(event, Late)), None)
        if isinstance(command, Expire):
            if late is None or not late.outcome:
                return  # that somebody is told is written before the step itself
            step, outcome = rest.pop(0)
            yield _Turn(step, outcome, late="yes")
        elif isinstance(command, Complete | Receive | Return) and rest:
            step, outcome = rest.pop(0)
            facts: Mapping[str, Value] = command.facts
            if isinstance(command, Return):
                facts = self.own(command)
            elif isinstance(command, Receive):
                facts = {n: v for n, v in facts.items() if n in self.facts.values}
            yield _Turn(step, outcome, facts=tuple(facts.items()))
        for step, outcome in rest:
            yield _Turn(step, outcome)

    def own(self, command: Return) -> dict[str, Value]:
        """
        What a called case brings back, by the caller's own names.
        """
        stop = self.chart.stop(command.step)
        takes = dict(stop.step.takes) if stop is not None and isinstance(stop.step, Call) else {}
        theirs = {their: own for own, their in takes.items()}
        return {theirs[name]: value for name, value in command.facts.items()}

    def told(self, turn: _Turn) -> Iterator[str]:
        """
        The lines for a turn. Who does it and how long it may take is said once in a file.
        """
        stop = self.chart.stop(turn.step)
        node = stop.step if stop is not None else None
        first = turn.step not in self.met
        self.met.add(turn.step)
        said = turn.step + (f" is {turn.outcome}" if turn.outcome else "")
        if turn.late == "yes":
            said += " too late" if turn.outcome != LATE else ""
        elif first and (tells := _tells(node, stop.moves if stop is not None else ())):
            yield f"{turn.step} too late telling {' and '.join(tells)}"
        if first:
            said += self.said(turn.step, node)
        pairs = _pairs(turn.facts)
        yield said + (f" with {', '.join(pairs)}" if pairs else "")

    def said(self, step: str, node: object) -> str:
        """
        Who does a step, whom it goes to, and how long it may take.
        """
        said = ""
        if isinstance(node, Work):
            said += f" by {' or '.join(node.by)}"
            said += f" but not who did {' or '.join(node.not_by)}" if node.not_by else ""
        if isinstance(node, Notice):
            said += f" to {' and '.join(node.to)}"
        within = self.chart.within(step)
        if within is None:
            return said
        return (
            f"{said} within {self.lengths.get(step) or self.climbed(step) or say_deadline(within)}"
        )

    def climbed(self, step: str) -> str:
        """
        The limit of a level of a ladder, which is called by the climb and its role.
        """
        return next(
            (said for name, said in self.lengths.items() if step.startswith(f"{name}-")), ""
        )

    def ledgers(self) -> Iterator[str]:
        books = [s.over for s in self.chart.program.graph.steps if isinstance(s, Each)]
        if not books:
            return
        yield "    books:"
        for book in dict.fromkeys(books):
            (line,) = self.facts.lines(book)
            said = ", ".join(f"{name}: {_quoted(_plain(value))}" for name, value in line.items())
            yield f"      {book}: {{{said}}}"

    # -- choosing ---------------------------------------------------------------------------

    def nearest(self) -> tuple[dict[_Key, _Way | None], dict[_Key, _Way]]:
        """
        The way by which each place is first come to, and the one that is the nearest to an end.
        """
        came: dict[_Key, _Way | None] = {None: None}
        before: dict[_Key, list[_Way]] = {}
        ends: deque[_Way] = deque()
        for way in self.ways:
            if way.after is None:
                ends.append(way)
            else:
                came.setdefault(way.after, way)
                before.setdefault(way.after, []).append(way)
        to_end: dict[_Key, _Way] = {}
        while ends:
            way = ends.popleft()
            if way.before is not None and way.before not in to_end:
                to_end[way.before] = way
                ends.extend(before.get(way.before, ()))
        return came, to_end


def _back(came: dict[_Key, _Way | None], way: _Way) -> list[_Way]:
    found = [way]
    while found[-1].before is not None:
        earlier = came[found[-1].before]
        if earlier is None:
            break
        found.append(earlier)
    return found[::-1]


def _onward(to_end: dict[_Key, _Way], way: _Way) -> list[_Way]:
    found: list[_Way] = []
    at = way.after
    while at is not None:
        found.append(to_end[at])
        at = found[-1].after
    return found


def _needed(found: list[list[_Way]]) -> list[list[_Way]]:
    """
    Without those all of whose good is in others, the last first.
    """
    good = [{one for way in whole for one in way.good} for whole in found]
    kept = list(range(len(found)))
    for number in range(len(found)):
        others = set[tuple[str, ...]]().union(*(good[n] for n in kept if n != number))
        if good[number] <= others:
            kept.remove(number)
    return [found[number] for number in kept]


def _tells(step: object, moves: Iterable[str]) -> tuple[str, ...]:
    """
    Who is told that a step is late, where nothing else comes of it: else that is a way of its own.
    """
    if not isinstance(step, Work) or LATE in moves or getattr(step, "late_answer", None):
        return ()
    return step.late_tells


def _pairs(facts: Iterable[tuple[str, Value]]) -> list[str]:
    return [f"{name}={_plain(value)}" for name, value in facts]


def _plain(value: Value) -> str:
    said = dump(value)
    return ("yes" if said else "no") if isinstance(said, bool) else str(said)


def _quoted(text: str) -> str:
    return f'"{text}"' if not text.replace("-", "").isalnum() or text.startswith("-") else text


def _lengths(place: object) -> dict[str, str]:
    """
    The limits of a chart's steps as they are written, so that a setting stays one.
    """
    found: dict[str, str] = {}
    path = Path(getattr(place, "file", ""))
    node: Node | None = read(path, Faults()) if path.is_file() else None
    queue: list[Node] = [node] if node is not None else []
    for one in queue:
        if isinstance(one, Items):
            queue += one
        elif isinstance(one, Entries):
            queue += one.values()
            names: Iterable[Node] = one.values()
            first = next(iter(names), None)
            within = one.get(cast("Word", "within"))
            if isinstance(first, Word) and isinstance(within, Word):
                found[str(first)] = str(within)
    return found
