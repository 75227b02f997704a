"""
Holds the parts of a handbook against each other: facts against tables, calls against ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import attrs

from propflow.errors import Place, nearest
from propflow.fields import Field
from propflow.procedures import Procedure, StepGraph
from propflow.rules import CellError, Table, parse_cell
from propflow.sites import items
from propflow.sites.convert import listed
from propflow.sites.faults import Faults
from propflow.sites.files import ProcedureFile
from propflow.sites.names import missing
from propflow.sites.nodes import Word
from propflow.sites.steps import outcomes_of
from propflow.sites.things import Message, Record

Fields = Mapping[str, Field]


@attrs.define(kw_only=True)
class Parts:
    """
    What the handbook has that its procedures are held against.

    Attributes:
        names: All names of each kind of thing.
        tables: The decision tables that are right.
        procedures: The procedures that are right.
        graphs: The normal form of each of them.
        messages: The messages.
        records: The forms.
        books: Columns of each book.
        faults: Takes what is wrong.
    """

    names: Mapping[str, Iterable[str]]
    tables: Mapping[str, Table] = attrs.field(factory=dict)
    procedures: Mapping[str, Procedure] = attrs.field(factory=dict)
    graphs: Mapping[str, StepGraph] = attrs.field(factory=dict)
    messages: Mapping[str, Message] = attrs.field(factory=dict)
    records: Mapping[str, Record] = attrs.field(factory=dict)
    books: Mapping[str, Fields] = attrs.field(factory=dict)
    faults: Faults = attrs.field(factory=Faults)


def check_procedure(file: ProcedureFile, facts: Fields, parts: Parts) -> None:
    """
    Note everything in which a procedure does not fit the rest of the handbook.

    Args:
        file: The procedure.
        facts: Its facts.
        parts: The rest.
    """
    check = _Check(str(file.procedure), facts, parts)
    for edge in file.graph.edges if file.graph is not None else ():
        check.edges.setdefault(str(edge.from_), []).extend(edge.when)
    for word in file.opens_on:
        check.brings(word)
    for interrupt in file.interrupts:
        check.brings(interrupt.on)
        check.agrees(str(interrupt.on), interrupt.same)
    steps = file.steps or ()
    for item in every(file.graph.nodes if file.graph is not None else steps):
        check.item(item)


def every(steps: Iterable[items.Shape]) -> Iterator[items.Shape]:
    """
    All items of a list of steps and of the lists in them, in reading order.
    """
    for item in steps:
        if isinstance(item, items.Beside):
            yield from every(item.steps)
            yield from every(item.meanwhile)
            yield item
            continue
        if isinstance(item, items.Repeat):
            yield from every(item.steps)
            yield item
            yield from every(item.between)
            continue
        yield item
        if isinstance(item, items.Do):
            yield from every(item.late or ())
        branches: items.Branches = getattr(item, "branches", {})
        for inner in branches.values():
            yield from every(inner)


def clash(given: Field, taken: Field, *, there: str = "there", here: str = "here") -> str:
    """
    Why a value of one field cannot go into another, or nothing.

    Args:
        given: Where the value comes from.
        taken: Where it goes.
        there: What to call where it comes from.
        here: What to call where it goes.
    """
    if given.type != taken.type:
        return f"it is of type {given.type} {there} and of type {taken.type} {here}"
    if given.unit != taken.unit:
        units = [f"in {field.unit!r}" if field.unit else "without unit" for field in (given, taken)]
        return f"it is {units[0]} {there} and {units[1]} {here}"
    lost = [word for word in given.of if word not in taken.of]
    if lost:
        return f"it can be {listed([repr(word) for word in lost])} {there}, and never {here}"
    return ""


def check_cell(word: Word, field: Field, faults: Faults) -> None:
    """
    Note what is wrong with a cell that stands in a file.
    """
    try:
        parse_cell(word, field)
    except CellError as error:
        faults.add(word.at(error.column - 1), f"cell {error.cell!r}: {error.what}")


def check_form(who: str, form: Word, by: Iterable[str], facts: Fields, parts: Parts) -> None:
    """
    Note what speaks against filling in a form: by whom, and what it knows by the same names.

    Args:
        who: The step or duty, in words.
        form: The form, as the step names it.
        by: The roles that may do the step.
        facts: What the case knows.
        parts: Where the forms are; takes what is wrong.
    """
    record = parts.records.get(str(form))
    if record is None:
        return
    known = parts.names.get("role", ())
    for role in map(str, by):
        if record.filled_by and role in known and role not in record.filled_by:
            parts.faults.add(
                form.place,
                f"{who} fills in {record.id!r} and may be done by {role!r}, but the form is filled "
                f"in by {listed([repr(name) for name in record.filled_by])}. Add the role to "
                "'filled-by', or take it out of 'by'.",
            )
    for field in record.fields:
        own = facts.get(field.name)
        why = clash(own, field, there="in the facts", here="on the form") if own else ""
        if why:
            parts.faults.add(form.place, f"record {record.id!r} asks {field.name!r}, but {why}.")


class _Check:
    def __init__(self, procedure: str, facts: Fields, parts: Parts) -> None:
        self.procedure = procedure
        self.facts = facts
        self.parts = parts
        self.edges: dict[str, list[Word]] = {}
        self.fault: Callable[[Place, str], None] = parts.faults.add

    def item(self, item: items.Shape) -> None:
        match item:
            case items.Working(fills=Word() as form):
                name = f"step {str(items.name_of(item))!r}"
                check_form(name, form, item.by, self.facts, self.parts)
        match item:
            case items.Ask():
                self.answers(item)
            case items.Decide():
                self.decide(item)
            case items.Repeat():
                self.test(item.until, self.facts)
            case items.Wait():
                self.wait(item)
            case items.Call():
                self.call(item)
            case items.Each():
                self.each(item)

    def brings(self, word: Word) -> None:
        """
        A message and the procedure mean the same by the facts that both have.
        """
        message = self.parts.messages.get(str(word))
        for field in message.facts if message is not None else ():
            own = self.facts.get(field.name)
            why = clash(field, own) if own is not None else ""
            if why:
                self.fault(word.place, f"message {str(word)!r} brings {field.name!r}, but {why}.")

    def decide(self, item: items.Decide) -> None:
        if item.if_:
            self.test(item.if_, self.facts)
        elif item.fact is not None:
            fact = self.facts.get(str(item.fact))
            if fact is None:
                return
            if fact.type != "choice":
                self.fault(
                    item.fact.place,
                    f"{fact.name!r} is of type {fact.type}. Only a choice can decide by itself.",
                )
            else:
                self.outcomes(item, fact.of, f"the fact {fact.name!r}")
        else:
            self.table(item)

    def table(self, item: items.Decide) -> None:
        name = str(item.table or item.decide)
        if item.table is None and name not in self.parts.names.get("decision", ()):
            what = missing("decision", name, self.parts.names.get("decision", ()))
            self.fault(item.decide.place, f"{what} Or say 'table', 'fact' or 'if'.")
        table = self.parts.tables.get(name)
        if table is None:
            return
        place = (item.table or item.decide).place
        for field in table.inputs:
            own = self.facts.get(field.name)
            if own is None:
                self.fault(
                    place,
                    f"decision {name!r} looks at {field.name!r}, which is not a fact of "
                    f"procedure {self.procedure!r}. Add it to the facts.",
                )
                continue
            why = clash(own, field, there="in the facts", here="in the decision")
            if why:
                self.fault(place, f"decision {name!r} looks at {field.name!r}, but {why}.")
        if not table.single:
            self.fault(
                place,
                f"decision {name!r} comes to several answers or a figure (hit: {table.hit}), and "
                "a step can go one way only.",
            )
            return
        first = table.outputs[0].name
        every = [row.outcome for row in table.rows]
        every += [table.default] if table.default else []
        given = dict.fromkeys(str(dict(outcome)[first]) for outcome in every)
        self.outcomes(item, tuple(given), f"decision {name!r}")

    def outcomes(self, item: items.Decide | items.Call, known: tuple[str, ...], who: str) -> None:
        """
        Each outcome that can come leads somewhere, and no other has a branch.
        """
        led = [word for key in item.branches for word in outcomes_of(key, Faults())]
        led += self.edges.get(str(items.name_of(item)), ())
        if not led:
            return  # all outcomes go on the same way, or the graph has complained already
        for word in led:
            if word not in known:
                self.fault(word.place, f"{who} never comes to {str(word)!r}.{nearest(word, known)}")
        for outcome in known:
            if outcome not in led:
                self.fault(
                    item.place,
                    f"{who} can come to {outcome!r}, which leads nowhere in "
                    f"{str(items.name_of(item))!r}. Give it a way on.",
                )

    def answers(self, item: items.Ask) -> None:
        """
        What has a name is an answer.
        """
        led = [word for key in item.branches for word in outcomes_of(key, Faults())]
        led += self.edges.get(str(item.ask), ())
        for word in item.answers:
            if word not in led:
                what = f"{str(item.ask)!r} has no answer {str(word)!r}.{nearest(word, led)}"
                self.fault(word.place, what)

    def test(self, cells: Mapping[Word, Word], fields: Fields) -> None:
        for name, cell in cells.items():
            field = fields.get(str(name))
            if field is not None:
                check_cell(cell, field, self.parts.faults)

    def wait(self, item: items.Wait) -> None:
        for word in item.for_:
            self.brings(word)
            self.agrees(str(word), item.same)

    def agrees(self, name: str, same: Iterable[Word]) -> None:
        """
        A message brings the facts on which it must agree with the case.
        """
        message = self.parts.messages.get(name)
        if message is None:
            return
        known = [field.name for field in message.facts]
        for fact in same:
            if fact not in known:
                self.fault(
                    fact.place,
                    f"message {message.id!r} brings no {str(fact)!r}.{nearest(fact, known)}",
                )

    def call(self, item: items.Call) -> None:
        name = str(item.procedure or item.call)
        if item.procedure is None and name not in self.parts.names.get("procedure", ()):
            what = missing("procedure", name, self.parts.names.get("procedure", ()))
            self.fault(item.call.place, f"{what} Or say which with 'procedure'.")
        other = self.parts.procedures.get(name)
        if other is None:
            return
        graph = self.parts.graphs.get(name)
        if graph is not None:
            self.outcomes(item, graph.ends, f"procedure {name!r}")
        theirs = {field.name: field for field in other.facts}
        for their, own in item.gives.items():
            self.pair(own, their, name, theirs, "down")
        for own, their in item.takes.items():
            self.pair(own, their, name, theirs, "up")
        if not item.gives:
            self.shared(item, self.facts, theirs, name)

    def pair(self, own: Word, their: Word, name: str, theirs: Fields, way: str) -> None:
        mine = self.facts.get(str(own))
        other = theirs.get(str(their))
        for word, field, procedure, known in (
            (own, mine, self.procedure, self.facts),
            (their, other, name, theirs),
        ):
            if field is None:
                self.fault(word.place, missing("fact", word, known, f"in procedure {procedure!r}"))
        if mine is None or other is None:
            return
        theirs_ = f"in procedure {name!r}"
        why = (
            clash(mine, other, there="here", here=theirs_)
            if way == "down"
            else clash(other, mine, there=theirs_)
        )
        if why:
            way = f"handed {way} as {str(their)!r}" if way == "down" else "brought back"
            self.fault(own.place, f"{str(own)!r} cannot be {way}: {why}.")

    def shared(self, item: items.Shape, given: Fields, taken: Fields, name: str) -> None:
        """
        Facts that are handed down because both sides call them the same.
        """
        for field in given.values():
            other = taken.get(field.name)
            why = clash(field, other) if other is not None else ""
            if why:
                self.fault(
                    item.place,
                    f"{field.name!r} is handed down to procedure {name!r}, but {why}.",
                )

    def each(self, item: items.Each) -> None:
        called = str(item.procedure)
        graph = self.parts.graphs.get(called)
        for word in item.until:
            if graph is not None and word not in graph.ends:
                what = f"procedure {called!r} never comes to {str(word)!r}."
                self.fault(word.place, what + nearest(word, graph.ends))
        columns = self.parts.books.get(str(item.over))
        if columns is None:
            return
        for name in item.where:
            if name not in columns:
                where = f"in book {str(item.over)!r}"
                self.fault(name.place, missing("column", name, columns, where))
        self.test(item.where, columns)
        other = self.parts.procedures.get(called)
        if other is not None:
            theirs = {field.name: field for field in other.facts}
            self.shared(item, columns, theirs, called)
