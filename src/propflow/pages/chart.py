"""
One procedure as a page: picture, steps, roles, records, decisions, duties, laws, boxes, sources.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from propflow.draw.paper import cut
from propflow.draw.svg import draw_frame, frame
from propflow.draw.words import clean, humane
from propflow.pages.book import Book, Link, Picture, anchor, roles_in
from propflow.pages.parts import Box, Grid, Remark, boxes, field_name, grid, remarks, takes
from propflow.pages.steps import Line, lines_of, numbers_of
from propflow.procedures import Decide, End, Procedure, StepGraph, Work
from propflow.procedures.model import Notice
from propflow.verify import say_law


@attrs.frozen(kw_only=True)
class Chart:
    """
    All that a page says of a procedure.

    Attributes:
        id: Name of the procedure.
        link: What it is called.
        anchor: The word by which it is found.
        chart: Number of the source chart.
        drawn: ``yes`` where the source draws it, else ``no``.
        begins: How it begins: in which way, and links.
        roles: Who takes part, and in which steps.
        ends: What its ends are called.
        cautions: Numbers of the steps at which the source errs.
        picture: Its picture.
        lines: Its steps.
        between: What may come between: what happens, what is done first, its boxes, its caution.
        facts: What is noted down: name, what it can be, at which steps.
        records: Which form is filled in at which steps.
        tables: The decision tables that it goes by.
        laws: What always holds, and the same as a formula.
        boxes: Boxes of the source.
        remarks: Readings and support.
    """

    id: str
    link: Link
    anchor: str
    chart: str
    drawn: str
    begins: tuple[tuple[str, tuple[Link, ...]], ...]
    roles: tuple[tuple[Link, str], ...]
    ends: tuple[str, ...]
    cautions: str
    picture: Picture
    lines: tuple[Line, ...]
    between: tuple[tuple[str, Link, tuple[str, ...], str], ...]
    facts: tuple[tuple[str, str, str], ...]
    records: tuple[tuple[Link, str], ...]
    tables: tuple[Grid, ...]
    laws: tuple[tuple[str, str], ...]
    boxes: tuple[Box, ...]
    remarks: tuple[Remark, ...]


def chart(book: Book, procedure: Procedure) -> Chart:
    """
    All that a page says of a procedure.
    """
    graph, names = book.site.graph(procedure.id), book.names(procedure.id)
    numbers = numbers_of(graph, names)
    return Chart(
        id=procedure.id,
        link=book.link("procedure", procedure.id),
        anchor=anchor("procedure", procedure.id),
        chart=clean(procedure.chart),
        drawn=procedure.drawn,
        begins=tuple(_begins(book, procedure)),
        roles=tuple(_roles(book, graph, numbers)),
        ends=tuple(
            names.text(step.label) or clean(humane(step.id))
            for step in graph.steps
            if isinstance(step, End)
        ),
        cautions=book.listed(str(numbers[s.id]) for s in graph.steps if s.caution),
        picture=picture(book, procedure),
        lines=tuple(lines_of(book, procedure)),
        between=tuple(
            (
                names.text(one.label) or names.thing(one.on),
                book.link("procedure", one.opens),
                tuple(map(clean, one.covers)),
                book.text(one.caution),
            )
            for one in procedure.interrupts
        ),
        facts=tuple(_facts(book, procedure, graph, numbers)),
        records=tuple(_records(book, graph, numbers)),
        tables=tuple(
            grid(book, book.site.tables[name])
            for name in dict.fromkeys(
                step.table for step in graph.steps if isinstance(step, Decide) and step.table
            )
            if name in book.site.tables
        ),
        laws=tuple((book.text(law.label) or say_law(law), say_law(law)) for law in procedure.laws),
        boxes=_boxes(book, procedure, graph, numbers),
        remarks=_remarks(book, procedure, graph, numbers),
    )


def _begins(book: Book, procedure: Procedure) -> Iterator[tuple[str, tuple[Link, ...]]]:
    site = book.site
    on = dict.fromkeys(procedure.opens_on)
    on |= {
        response.on: None
        for post in site.posts.values()
        for response in post.responses
        if response.opens == procedure.id
    }
    labels = {name: book.text(site.messages[name].label) for name in on if name in site.messages}
    for name in on:
        yield book.word("on-message", what=labels.get(name) or clean(humane(name))), ()
    for duty in book.duties_of.get(procedure.id, ()):
        rhythm = clean(duty.rhythm.say(book.language))
        link = attrs.evolve(book.link("duty", duty.id), more=rhythm)
        yield book.word("on-duty"), (link,)
    callers = book.callers.get(procedure.id, ())
    if callers:
        yield book.word("on-call"), tuple(book.link("procedure", name) for name in callers)
    rules = tuple(
        book.link("rulebook", name)
        for name, escalation in site.rulebooks.items()
        if any(
            then.does == "start" and then.name == procedure.id
            for rule in escalation.book.rules
            for then in rule.then
        )
    )
    if rules:
        yield book.word("on-rule"), rules
    if not (on or rules or callers or procedure.id in book.duties_of):
        yield book.word("on-hand"), ()


def _roles(book: Book, graph: StepGraph, numbers: dict[str, int]) -> Iterator[tuple[Link, str]]:
    for role in roles_in(graph.steps):
        at = sorted(
            numbers[step.id]
            for step in graph.steps
            if (isinstance(step, Work) and role in step.by)
            or (isinstance(step, Notice) and role in step.to)
        )
        yield book.link("role", role), book.word("comma").join(map(str, at))


def picture(book: Book, procedure: Procedure) -> Picture:
    """
    The picture of a procedure; made once, as long as the book lasts.
    """
    if procedure.id not in book.pictures:
        graph, names = book.site.graph(procedure.id), book.names(procedure.id)
        size = frame(graph, procedure.title, names)
        sheets, paper = cut(size), ""
        if len(sheets) > 1:
            narrow = attrs.evolve(names, lanes="none")
            other = frame(graph, procedure.title, narrow)
            if len(cut(other)) < len(sheets):
                sheets, paper = cut(other), draw_frame(graph, other, narrow)
        book.pictures[procedure.id] = Picture(
            name=anchor("picture", procedure.id),
            svg=draw_frame(graph, size, names),
            width=size.width,
            sheets=sheets,
            paper=paper,
        )
    return book.pictures[procedure.id]


def _facts(
    book: Book, procedure: Procedure, graph: StepGraph, numbers: dict[str, int]
) -> Iterator[tuple[str, str, str]]:
    for field in procedure.facts:
        at = sorted(
            numbers[step.id]
            for step in graph.steps
            if isinstance(step, Work) and field.name in step.asks
        )
        yield field_name(book, field), takes(book, field), book.word("comma").join(map(str, at))


def _records(book: Book, graph: StepGraph, numbers: dict[str, int]) -> Iterator[tuple[Link, str]]:
    at: dict[str, list[int]] = {}
    for step in graph.steps:
        if isinstance(step, Work) and step.fills:
            at.setdefault(step.fills, []).append(numbers[step.id])
    for record, found in at.items():
        yield book.link("record", record), book.word("comma").join(map(str, sorted(found)))


def _boxes(
    book: Book, procedure: Procedure, graph: StepGraph, numbers: dict[str, int]
) -> tuple[Box, ...]:
    step = book.word("at")
    found = [(box, book.word("whole-procedure")) for box in procedure.covers]
    found += [
        (box, f"{step} {numbers[one.id]}" if one.id in numbers else "")
        for one in graph.steps
        for box in one.covers
    ]
    found += [(box, book.text(one.label)) for one in procedure.interrupts for box in one.covers]
    found += [(box, book.text(law.label)) for law in procedure.laws for box in law.covers]
    return boxes(book, found)


def _remarks(
    book: Book, procedure: Procedure, graph: StepGraph, numbers: dict[str, int]
) -> tuple[Remark, ...]:
    said = [(book.word("whole-procedure"), procedure.reading, "")]
    said += [
        (str(numbers[step.id]), step.reading, step.support)
        for step in sorted(graph.steps, key=lambda one: numbers.get(one.id, 0))
        if step.id in numbers
    ]
    said += [(book.text(one.label), one.reading, one.support) for one in procedure.interrupts]
    return remarks(said)
