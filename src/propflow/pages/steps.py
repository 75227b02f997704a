"""
A procedure step by step: the lines of the table from which the staff work.
"""

from __future__ import annotations

import attrs

from propflow.draw import Names, paragraphs
from propflow.draw.scene import in_turn, label_of
from propflow.draw.words import clean
from propflow.pages.book import Book, Link
from propflow.procedures import (
    Ask,
    Call,
    Decide,
    Each,
    End,
    Node,
    Notice,
    Procedure,
    Step,
    StepGraph,
    Wait,
    Work,
)


@attrs.frozen(kw_only=True)
class Line:
    """
    One line of the table.

    Attributes:
        kind: ``step``, ``question``, ``end``, ``branch`` or ``way``.
        depth: How many questions and branches it stands in.
        number: Number of the step, 0 where it is none.
        words: What is done, or which answer leads here, or where it goes on.
        lead: What stands before the words, as ``End:``.
        who: The roles that do it, with links.
        told: The roles that are told, with links.
        when: How long it may take, and what follows when it takes longer.
        record: The form that is filled in.
        gives: What must be noted down.
        notes: What else must be known.
        refers: Where more stands: the table it goes by, the procedure it calls.
        boxes: Boxes of the source.
        caution: Where the source errs: what, and what instead.
    """

    kind: str
    depth: int
    words: str
    number: int = 0
    lead: str = ""
    who: tuple[Link, ...] = ()
    told: tuple[Link, ...] = ()
    when: tuple[str, ...] = ()
    record: Link | None = None
    gives: str = ""
    notes: tuple[str, ...] = ()
    refers: tuple[Link, ...] = ()
    boxes: tuple[str, ...] = ()
    caution: str = ""


def numbers_of(graph: StepGraph, names: Names) -> dict[str, int]:
    """
    The number of each step in the table.
    """
    return {entry.id: entry.number for entry in paragraphs(graph, names) if entry.number}


def lines_of(book: Book, procedure: Procedure) -> list[Line]:
    """
    The table of a procedure, in the order in which it is read aloud.
    """
    graph, names = book.site.graph(procedure.id), book.names(procedure.id)
    numbers = numbers_of(graph, names)
    found = []
    for entry in paragraphs(graph, names):
        node = graph.by_id.get(entry.id)
        if isinstance(node, Step) and entry.number:
            found.append(_step(book, procedure, node, names, numbers, entry.depth))
        elif entry.number or entry.id:
            found.append(
                Line(kind="fork", depth=entry.depth, number=entry.number, words=entry.words)
            )
        else:
            leads_on = entry.reference is not None and not _is_branch(entry.words)
            kind = "way" if leads_on else "branch"
            found.append(Line(kind=kind, depth=entry.depth, words=entry.words))
    return found


def _is_branch(words: str) -> bool:
    return ":" in words or "：" in words


def _step(
    book: Book, procedure: Procedure, step: Step, names: Names, numbers: dict[str, int], depth: int
) -> Line:
    line = Line(
        kind=_kind(step),
        depth=depth,
        number=numbers[step.id],
        words=label_of(step, names),
        lead=names.say("end") + names.say("colon") if isinstance(step, End) else "",
        boxes=tuple(map(clean, step.covers)),
        caution=book.text(step.caution),
        refers=_refers(book, step, names),
    )
    match step:
        case Work():
            return _work(book, procedure, step, names, numbers, line)
        case Notice(to=to):
            return attrs.evolve(line, told=tuple(book.link("role", role) for role in to))
        case Wait(messages=messages, within=within):
            what = names.any_of(map(names.thing, messages)) if messages else ""
            notes = (names.say("waits", what=what),) if what else ()
            when = (book.length(within),) if within is not None else ()
            return attrs.evolve(line, notes=notes, when=when)
        case Each() as each:
            return attrs.evolve(line, notes=in_turn(each, names))
        case Decide(fact=fact, test=test) if fact or test:
            return attrs.evolve(line, notes=(book.word("by-facts"),))
    return line


def _kind(node: Node) -> str:
    if isinstance(node, Ask | Decide):
        return "question"
    return "end" if isinstance(node, End) else "step"


def _refers(book: Book, step: Step, names: Names) -> tuple[Link, ...]:
    match step:
        case Decide(table=str(table)):
            return (attrs.evolve(book.link("decision", table), more=book.word("by-table")),)
        case Call(procedure=procedure):
            return (attrs.evolve(book.link("procedure", procedure), more=book.word("procedure")),)
        case Each(procedure=procedure, over=over):
            called = book.link("procedure", procedure)
            said = names.say("each", what=called.words, book=names.thing(over))
            return (Link(said, called.href, book.word("procedure")),)
    return ()


def _work(
    book: Book,
    procedure: Procedure,
    work: Work,
    names: Names,
    numbers: dict[str, int],
    line: Line,
) -> Line:
    facts = {field.name: field for field in procedure.facts}
    gives = [
        book.text(facts[name].label) or clean(name.replace("-", " "))
        for name in work.asks
        if name in facts and facts[name].label != work.label
    ]
    notes = []
    if work.not_by:
        others = book.listed(str(numbers[name]) for name in work.not_by if name in numbers)
        notes.append(book.word("not-by", steps=others))
    if work.optional == "yes":
        notes.append(book.word("optional"))
    when = []
    if work.within is not None:
        when.append(book.word("in-time", time=book.length(work.within)))
        if work.late_tells:
            who = names.any_of(map(book.role, work.late_tells))
            when.append(book.word("late-tells", who=who))
        if isinstance(work, Ask) and work.late_answer is not None:
            answer = names.outcome(work.id, work.late_answer)
            when.append(book.word("late-means", answer=answer))
    return attrs.evolve(
        line,
        who=tuple(book.link("role", role) for role in work.by),
        record=book.link("record", work.fills) if work.fills else None,
        gives=book.word("semicolon").join(gives),
        notes=tuple(notes),
        when=tuple(when),
    )
