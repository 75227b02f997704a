"""
A site: one estate with its handbook, its own settings, its people, its calendar and its ledgers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

import attrs

from propflow.calendar import Duty, Ground, WorkingDays
from propflow.errors import UnknownNameError
from propflow.fields import Value
from propflow.procedures import (
    Procedure,
    Program,
    StepGraph,
    compile_graph,
    graph_of,
)
from propflow.procedures.model import Test
from propflow.rules import (
    Condition,
    Correlator,
    Decider,
    Rulebook,
    RuleEngine,
    Table,
    compile_table,
    parse_condition,
)
from propflow.sites.books import Book, Unit, units_of
from propflow.sites.people import Person, Rostered, Shift, Stand
from propflow.sites.things import Escalation, Message, Post, Record, Role, Setting, Waiver
from propflow.text import Text

if TYPE_CHECKING:
    from propflow.calendar import Hours

T = TypeVar("T")

#: A line of a ledger.
Line = Mapping[str, Value]


@attrs.frozen(kw_only=True, eq=False, slots=False)
class Site:
    """
    One estate. Frozen; what has to be compiled is compiled when it is first asked for.

    Attributes:
        id: Name of the site.
        title: What people call it.
        zone: Its time zone.
        language: The language of its labels where nobody asks for another.
        handbook: Name of the handbook that it keeps.
        version: Which edition of the handbook that is.
        folder: Where its files are, where it has any.
        shelf: Where the files of its handbook are, where it was read from any.
        changed: Procedures that its layers or its own tailoring have otherwise, and those that
            decide by a table which they have otherwise.
        procedures: Its procedures, with settings filled in, and one for each duty that opens none.
        tables: Its decision tables.
        rulebooks: Its rulebooks, with what each of them hears of.
        rule_engine: Makes what runs its rulebooks.
        duties: All duties; those of a post name it.
        posts: The posts.
        roles: The roles.
        offices: What each office is called.
        ladders: Roles in the order in which matters are reported up, the lowest first.
        parties: What those outside the company who sign forms are called.
        records: The forms that steps fill in.
        messages: What can be told from outside.
        settings: The value of each setting.
        declared: Of each setting, what it is and where the value comes from.
        books: Its ledgers.
        people: Who works there.
        shifts: The shifts.
        roster: Who is on which post in which shift.
        units_file: The file with its homes and shops, where it has one.
        waivers: Findings of the check that may stand.
        working: Which days are worked.
        office: When its offices are open, where it says so.
        seed: The secret from which irregular rounds are drawn.
        boxes: The gist of each numbered box of the source.
    """

    id: str
    title: Text = Text()
    zone: ZoneInfo = attrs.field(factory=lambda: ZoneInfo("UTC"))
    language: str = "en"
    handbook: str = ""
    version: str = ""
    folder: Path | None = None
    shelf: Path | None = None
    changed: frozenset[str] = frozenset()
    procedures: Mapping[str, Procedure] = attrs.field(factory=dict)
    tables: Mapping[str, Table] = attrs.field(factory=dict)
    rulebooks: Mapping[str, Escalation] = attrs.field(factory=dict)
    rule_engine: Callable[[Sequence[Rulebook]], RuleEngine] = Correlator
    duties: tuple[Duty, ...] = ()
    posts: Mapping[str, Post] = attrs.field(factory=dict)
    roles: Mapping[str, Role] = attrs.field(factory=dict)
    offices: Mapping[str, Text] = attrs.field(factory=dict)
    ladders: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
    parties: Mapping[str, Text] = attrs.field(factory=dict)
    records: Mapping[str, Record] = attrs.field(factory=dict)
    messages: Mapping[str, Message] = attrs.field(factory=dict)
    settings: Mapping[str, Value] = attrs.field(factory=dict)
    declared: Mapping[str, Setting] = attrs.field(factory=dict)
    books: Mapping[str, Book] = attrs.field(factory=dict)
    people: Mapping[str, Person] = attrs.field(factory=dict)
    shifts: Mapping[str, Shift] = attrs.field(factory=dict)
    roster: tuple[Rostered, ...] = ()
    units_file: Path | None = None
    waivers: tuple[Waiver, ...] = ()
    working: WorkingDays = attrs.field(factory=WorkingDays)
    office: Hours | None = None
    seed: bytes = attrs.field(default=b"", repr=False)
    boxes: Mapping[str, str] = attrs.field(factory=dict)
    tailored: frozenset[str] = frozenset()
    _graphs: dict[str, StepGraph] = attrs.field(factory=dict, repr=False)
    _programs: dict[str, Program] = attrs.field(factory=dict, init=False, repr=False)
    _deciders: dict[str, Decider] = attrs.field(factory=dict, init=False, repr=False)
    _conditions: dict[tuple[str, Test], Condition] = attrs.field(
        factory=dict, init=False, repr=False
    )

    # -- procedures and decisions -----------------------------------------------------------

    def procedure(self, name: str) -> Procedure:
        """
        The procedure of that name.

        Raises:
            UnknownNameError: There is none.
        """
        return _get("procedure", name, self.procedures)

    def graph(self, name: str) -> StepGraph:
        """
        The normal form of a procedure.

        Raises:
            UnknownNameError: There is no such procedure.
        """
        if name not in self._graphs:
            self._graphs[name] = graph_of(self.procedure(name))
        return self._graphs[name]

    def program(self, name: str) -> Program:
        """
        The compiled form of a procedure.

        Raises:
            UnknownNameError: There is no such procedure.
        """
        if name not in self._programs:
            self._programs[name] = compile_graph(self.graph(name))
        return self._programs[name]

    def having(self, *, procedure: Procedure | None = None, table: Table | None = None) -> Site:
        """
        The site with one procedure or one decision table otherwise; the rest stays compiled.

        Args:
            procedure: Takes the place of the procedure of its name.
            table: Takes the place of the table of its name.
        """
        changes: dict[str, Any] = {"graphs": dict(self._graphs)}
        if procedure is not None:
            changes["procedures"] = {**self.procedures, procedure.id: procedure}
            changes["graphs"].pop(procedure.id, None)
        if table is not None:
            changes["tables"] = {**self.tables, table.id: table}
        other = attrs.evolve(self, **changes)
        other._take(  # noqa: SLF001 another of the same
            self, "" if procedure is None else procedure.id, "" if table is None else table.id
        )
        return other

    def _take(self, other: Site, procedure: str, table: str) -> None:
        """
        Take over what another has compiled, but for one procedure and one table.
        """
        self._programs.update((n, p) for n, p in other._programs.items() if n != procedure)
        self._deciders.update((n, d) for n, d in other._deciders.items() if n != table)

    def table(self, name: str) -> Table:
        """
        The decision table of that name.

        Raises:
            UnknownNameError: There is none.
        """
        return _get("decision", name, self.tables)

    def decider(self, name: str) -> Decider:
        """
        A decision table, compiled.

        Raises:
            UnknownNameError: There is none.
        """
        if name not in self._deciders:
            self._deciders[name] = compile_table(self.table(name))
        return self._deciders[name]

    def condition(self, procedure: str, test: Test) -> Condition:
        """
        A condition on the facts of a procedure.

        Raises:
            UnknownNameError: There is no such procedure, or it has no such fact.
            CellError: A cell cannot be read.
        """
        key = procedure, test
        if key not in self._conditions:
            facts = {field.name: field for field in self.procedure(procedure).facts}
            self._conditions[key] = parse_condition(dict(test), facts)
        return self._conditions[key]

    # -- what comes from outside ------------------------------------------------------------

    def message(self, name: str) -> Message:
        """
        The message of that name.

        Raises:
            UnknownNameError: There is none.
        """
        return _get("message", name, self.messages)

    def opens(self, message: str) -> tuple[str, ...]:
        """
        The procedures that a message opens: those that say so, then the responses of posts.

        Raises:
            UnknownNameError: There is no such message.
        """
        self.message(message)
        names = [p.id for p in self.procedures.values() if message in p.opens_on]
        names += [
            response.opens
            for post in self.posts.values()
            for response in post.responses
            if response.on == message
        ]
        return tuple(dict.fromkeys(names))

    def ground(self, done: Mapping[str, Sequence[datetime]] | None = None) -> Ground:
        """
        What rhythms may know of the site besides its clock and its working days.

        Args:
            done: For each duty when it was completed; only duties that count from their last
                completion go by it.
        """
        return Ground(site=self.id, seed=self.seed, done=done or {})

    @cached_property
    def hours(self) -> Hours:
        """
        What deadlines in working time go by: office hours, or where the site has none, whole
        working days.
        """
        if self.office is not None:
            return self.office
        from propflow.calendar import Hours

        all_day = ((time(), time()),)
        return Hours(zone=self.zone, week=dict.fromkeys(range(7), all_day), working=self.working)

    # -- people -----------------------------------------------------------------------------

    def person(self, name: str) -> Person:
        """
        The person of that name.

        Raises:
            UnknownNameError: There is none.
        """
        return _get("person", name, self.people)

    def role(self, name: str) -> Role:
        """
        The role of that name.

        Raises:
            UnknownNameError: There is none.
        """
        return _get("role", name, self.roles)

    def role_name(self, name: str, language: str = "") -> str:
        """
        What people call a role, in the site's language where no other is wanted.
        """
        role = self.roles.get(name)
        return (role.label.to(language or self.language) if role is not None else "") or name

    def superior(self, role: str) -> str | None:
        """
        The role above a role, or nothing at the top.

        Raises:
            UnknownNameError: There is no such role.
        """
        return self.role(role).reports_to

    def roles_of(self, person: str, now: datetime) -> frozenset[str]:
        """
        The roles that a person has at a moment: the own, and those of posts on the roster.

        Args:
            person: The person.
            now: Aware. A shift is looked up by the clock on the site's wall.

        Raises:
            UnknownNameError: There is no such person.
        """
        own = frozenset(self.person(person).roles)
        if person not in self._rostered:
            return own
        on_post = (self.posts[line.post].role for line in self._on(now) if person in line.people)
        return own.union(on_post)

    def posts_of(self, person: str, now: datetime) -> Iterator[tuple[str, datetime]]:
        """
        The posts on which the roster has a person at a moment, each with the end of the shift.

        Raises:
            UnknownNameError: There is no such person.
        """
        self.person(person)
        for line in self._on(now) if person in self._rostered else ():
            if person in line.people:
                shift = self.shifts[line.shift]
                yield line.post, shift.hours(shift.began(now.astimezone(self.zone)), self.zone)[1]

    @cached_property
    def _rostered(self) -> frozenset[str]:
        return frozenset(person for line in self.roster for person in line.people)

    def holders(self, role: str, now: datetime) -> tuple[str, ...]:
        """
        The people who have a role at a moment, in the order in which the site lists them.

        Raises:
            UnknownNameError: There is no such role.
        """
        self.role(role)
        on_post = {
            person
            for line in self._on(now)
            if self.posts[line.post].role == role
            for person in line.people
        }
        return tuple(
            person.id
            for person in self.people.values()
            if role in person.roles or person.id in on_post
        )

    def staffed(self, post: str) -> bool:
        """
        Whether the roster puts anybody on a post, in whatever shift.

        Raises:
            UnknownNameError: There is no such post.
        """
        _get("post", post, self.posts)
        return any(line.post == post and line.people for line in self.roster)

    def _on(self, now: datetime) -> Iterator[Rostered]:
        local = now.astimezone(self.zone)
        for line in self.roster:
            shift = self.shifts[line.shift]
            if shift.covers(local) and line.on(shift.began(local)):
                yield line

    def stands(self, post: str, start: datetime, end: datetime) -> Iterator[Stand]:
        """
        Who is on a post when, from *start* until *end*, in the order of time.

        A shift over midnight is one stand; what lies outside the two moments is cut off.

        Args:
            post: The post.
            start: Aware.
            end: Aware.

        Raises:
            UnknownNameError: There is no such post.
        """
        _get("post", post, self.posts)
        lines = [line for line in self.roster if line.post == post]
        day = start.astimezone(self.zone).date() - timedelta(days=1)
        last = end.astimezone(self.zone).date()
        while day <= last:
            held = [
                Stand(shift=line.shift, people=line.people, start=begin, end=until)
                for line in lines
                if line.on(day)
                for begin, until in (self.shifts[line.shift].hours(day, self.zone),)
                if begin.astimezone(UTC) < end and until.astimezone(UTC) > start
            ]
            for stand in sorted(held, key=lambda stand: stand.start.astimezone(UTC)):
                yield stand.within(start.astimezone(self.zone), end.astimezone(self.zone))
            day += timedelta(days=1)

    # -- ledgers ----------------------------------------------------------------------------

    def book(self, name: str) -> Book:
        """
        The ledger of that name.

        Raises:
            UnknownNameError: There is none.
        """
        return _get("book", name, self.books)

    def lines(self) -> Mapping[str, tuple[Line, ...]]:
        """
        The lines of each ledger; a ledger's file is read when its lines are asked for.
        """
        return self._lines

    @cached_property
    def _lines(self) -> Mapping[str, tuple[Line, ...]]:
        return _Lines(self.books)

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """
        Its homes and shops.

        Raises:
            FaultyFileError: Their file cannot be read, or something in it is wrong.
        """
        return () if self.units_file is None else units_of(self.units_file)

    # -- the source -------------------------------------------------------------------------

    def covers(self) -> dict[str, list[tuple[str, str, str]]]:
        """
        What stands for each box of the source charts.

        Returns:
            For each box the kind of thing (``procedure``, ``decision``, ``post`` or ``duty``),
            its name, and the name of the step, law, order or response in it, or ``""``.
        """
        found: dict[str, list[tuple[str, str, str]]] = {}
        for box, *what in self._covered():
            found.setdefault(box, []).append((what[0], what[1], what[2]))
        return found

    def _covered(self) -> Iterator[tuple[str, str, str, str]]:
        for name, procedure in self.procedures.items():
            yield from ((box, "procedure", name, "") for box in procedure.covers)
            for step in self.graph(name).steps:
                yield from ((box, "procedure", name, step.id) for box in step.covers)
            for interrupt in procedure.interrupts:
                yield from ((box, "procedure", name, interrupt.on) for box in interrupt.covers)
            for law in procedure.laws:
                yield from ((box, "procedure", name, law.id) for box in law.covers)
        for name, table in self.tables.items():
            yield from ((box, "decision", name, "") for box in table.covers)
        for name, escalation in self.rulebooks.items():
            yield from ((box, "rulebook", name, "") for box in escalation.book.covers)
            for rule in escalation.book.rules:
                yield from ((box, "rulebook", name, rule.id) for box in rule.covers)
        for name, post in self.posts.items():
            yield from ((box, "post", name, "") for box in post.covers)
            for order in post.orders:
                yield from ((box, "post", name, order.id) for box in order.covers)
            for response in post.responses:
                yield from ((box, "post", name, response.on) for box in response.covers)
        for duty in self.duties:
            yield from ((box, "duty", duty.id, "") for box in duty.covers)


class _Lines(Mapping[str, tuple[Line, ...]]):
    def __init__(self, books: Mapping[str, Book]) -> None:
        self.books = books

    def __getitem__(self, name: str) -> tuple[Line, ...]:
        return self.books[name].rows

    def __iter__(self) -> Iterator[str]:
        return iter(self.books)

    def __len__(self) -> int:
        return len(self.books)

    def __contains__(self, name: object) -> bool:
        return name in self.books


def _get(kind: str, name: str, known: Mapping[str, T]) -> T:
    try:
        return known[name]
    except KeyError:
        raise UnknownNameError(kind, name, tuple(known)) from None
