"""
What is said of the parts of a handbook, ready to be set: tables, charters, rules, duties.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

import attrs

from propflow.calendar import Duty
from propflow.draw.words import clean, humane
from propflow.fields import Field
from propflow.pages.book import Book, Link
from propflow.procedures import Decide
from propflow.rules import Anything, Rule, Rulebook, Table, Then
from propflow.rules.retell import say_rule
from propflow.sites import Escalation, Post

#: A table with more inputs than this says its conditions in sentences instead of columns.
COLUMNS = 4


@attrs.frozen(kw_only=True)
class Box:
    """
    A box of the source.

    Attributes:
        number: Its number.
        gist: What it says.
        here: What stands for it on this page.
    """

    number: str
    gist: str
    here: str


@attrs.frozen(kw_only=True)
class Remark:
    """
    How the source was read, or where something that it does not draw comes from.

    Attributes:
        where: Which step, order or table.
        reading: What was decided, and why. English.
        support: Where it comes from.
    """

    where: str
    reading: str
    support: str


@attrs.frozen(kw_only=True)
class Row:
    """
    One row of a decision table.

    Attributes:
        number: Counted from 1.
        cells: What each input must be; empty where anything goes.
        said: The same as one list of conditions.
        then: What follows.
        because: Why.
    """

    number: int
    cells: tuple[str, ...]
    said: tuple[str, ...]
    then: str
    because: str


@attrs.frozen(kw_only=True)
class Grid:
    """
    A decision table.

    Attributes:
        link: The table.
        heads: The inputs.
        takes: For each input what it can be.
        wide: ``yes`` where conditions are said in sentences, else ``no``.
        hit: How rows count.
        rows: The rows.
        used: The procedures that go by it.
        boxes: Boxes of the source.
        remarks: Readings and support.
    """

    link: Link
    heads: tuple[str, ...]
    takes: tuple[str, ...]
    wide: str
    hit: str
    rows: tuple[Row, ...]
    used: tuple[Link, ...]
    boxes: tuple[Box, ...]
    remarks: tuple[Remark, ...]


@attrs.frozen(kw_only=True)
class Owed:
    """
    A duty.

    Attributes:
        anchor: The word by which it is found.
        when: How often it comes round, and which days count.
        words: What is to be done.
        opens: The procedure that begins.
        who: The roles that may do it.
        grace: How late it may begin.
        record: The form that is filled in.
        boxes: Boxes of the source.
        caution: Where the source errs: what, and what instead.
    """

    anchor: str
    when: str
    words: str
    opens: Link | None
    who: tuple[Link, ...]
    grace: str
    record: Link | None
    boxes: tuple[str, ...]
    caution: str


@attrs.frozen(kw_only=True)
class Clause:
    """
    A standing order of a post, or what it does when something happens.

    Attributes:
        words: The order, or what happens.
        follow: What is done then.
        boxes: Boxes of the source.
        caution: Where the source errs: what, and what instead.
    """

    words: str
    follow: Link | None = None
    boxes: tuple[str, ...] = ()
    caution: str = ""


@attrs.frozen(kw_only=True)
class Charter:
    """
    A post.

    Attributes:
        link: The post.
        chart: Number of the chart.
        role: What whoever stands there is.
        stands: Who is on it when: shift, hours, days and people.
        orders: What holds always.
        responses: What is done when something happens.
        duties: What is owed by the calendar.
        boxes: Boxes of the source.
        remarks: Readings and support.
    """

    link: Link
    chart: str
    role: Link
    stands: tuple[tuple[str, str, str, str], ...]
    orders: tuple[Clause, ...]
    responses: tuple[Clause, ...]
    duties: tuple[Owed, ...]
    boxes: tuple[Box, ...]
    remarks: tuple[Remark, ...]


@attrs.frozen(kw_only=True)
class Watch:
    """
    A rulebook.

    Attributes:
        link: The rulebook.
        chart: Number of the chart.
        rules: For each rule what it is called, what it looks for, what follows and why.
        boxes: Boxes of the source.
        remarks: Readings and support.
    """

    link: Link
    chart: str
    rules: tuple[tuple[str, tuple[str, ...], tuple[str, ...], str], ...]
    boxes: tuple[Box, ...]
    remarks: tuple[Remark, ...]


def boxes(book: Book, found: Iterable[tuple[str, str]]) -> tuple[Box, ...]:
    """
    Boxes of the source, sorted, each with all that stands for it here.
    """
    here: dict[str, list[str]] = {}
    for number, what in found:
        here.setdefault(number, []).append(what)
    return tuple(
        Box(
            number=clean(number),
            gist=clean(book.site.boxes.get(number, "")),
            here=book.word("comma").join(dict.fromkeys(what for what in here[number] if what)),
        )
        for number in sorted(here)
    )


def remarks(found: Iterable[tuple[str, str, str]]) -> tuple[Remark, ...]:
    """
    Readings and support, those that say nothing left out.
    """
    return tuple(
        Remark(where=where, reading=clean(reading), support=clean(support))
        for where, reading, support in found
        if reading or support
    )


def takes(book: Book, field: Field) -> str:
    """
    What a field can hold.
    """
    if field.of:
        return book.word("comma").join(book.value(value, field) for value in field.of)
    said = book.word(field.type)
    low, high = (None if end is None else book.value(end, field) for end in (field.min, field.max))
    if low is not None and high is not None:
        return book.word("to", low=low, high=high)
    if low is not None:
        return f"{said}, ≥ {low}"
    return said if high is None else f"{said}, ≤ {high}"


def field_name(book: Book, field: Field) -> str:
    """
    What a field is called.
    """
    return book.text(field.label) or clean(humane(field.name))


def grid(book: Book, table: Table) -> Grid:
    """
    A decision table.
    """
    used = [
        field
        for field in table.inputs
        if any(not isinstance(row.cell(field.name), Anything) for row in table.rows)
    ]
    rows = []
    for number, row in enumerate(table.rows, 1):
        cells = [
            ""
            if isinstance(cell := row.cell(field.name), Anything)
            else book.answer(clean(cell.say(book.language)))
            for field in used
        ]
        outputs = dict(zip((field.name for field in table.outputs), table.outputs, strict=True))
        then = [book.value(value, outputs[name]) for name, value in row.outcome]
        rows.append(
            Row(
                number=number,
                cells=tuple(cells),
                said=tuple(
                    f"{name}{_colon(book, name)}{cell}"
                    for name, cell in zip(map(partial(field_name, book), used), cells, strict=True)
                    if cell
                ),
                then=book.word("comma").join(then),
                because=book.text(row.because),
            )
        )
    key = f"hit-{table.hit}" if table.hit in ("unique", "first") else "hit-other"
    return Grid(
        link=book.link("decision", table.id),
        heads=tuple(field_name(book, field) for field in used),
        takes=tuple(takes(book, field) for field in used),
        wide="yes" if len(used) > COLUMNS else "no",
        hit=book.word(key, hit=table.hit),
        rows=tuple(rows),
        used=tuple(
            book.link("procedure", procedure.id)
            for procedure in book.procedures
            if any(
                isinstance(step, Decide) and step.table == table.id
                for step in book.site.graph(procedure.id).steps
            )
        ),
        boxes=boxes(book, ((box, "") for box in table.covers)),
        remarks=remarks([(book.word("whole-procedure"), table.reading, table.support)]),
    )


def _colon(book: Book, name: str) -> str:
    if name.endswith(("?", "？")):
        return "" if book.language == "zh" else " "
    return "：" if book.language == "zh" else ": "


def owed(book: Book, duty: Duty, *, anchor: str = "") -> Owed:
    """
    A duty. Where it is listed among all of them, *anchor* is the word by which it is found.
    """
    when = clean(duty.rhythm.say(book.language))
    if duty.days == "working":
        when += book.word("comma") + book.word("working-days")
    return Owed(
        anchor=anchor,
        when=when,
        words=book.text(duty.label) or clean(humane(duty.id)),
        opens=book.link("procedure", opens) if (opens := _opens(duty)) else None,
        who=tuple(book.link("role", role) for role in duty.by),
        grace=book.word("grace", time=book.length(duty.grace)) if duty.grace else "",
        record=book.link("record", duty.fills) if duty.fills else None,
        boxes=tuple(map(clean, duty.covers)),
        caution=book.text(duty.caution),
    )


def _opens(duty: Duty) -> str | None:
    # One that opens none has a procedure of its own, with nothing in it but the duty.
    return None if duty.opens == f"duty-{duty.id}" else duty.opens


def charter(book: Book, post: Post) -> Charter:
    """
    A post.
    """
    labels = {message.id: book.text(message.label) for message in book.site.messages.values()}
    found = [(box, "") for box in post.covers]
    found += [(box, book.text(order.label)) for order in post.orders for box in order.covers]
    found += [(box, labels.get(one.on, one.on)) for one in post.responses for box in one.covers]
    found += [(box, book.text(duty.label)) for duty in post.duties for box in duty.covers]
    said = [(book.word("whole-procedure"), post.reading, "")]
    said += [(book.text(order.label), order.reading, order.support) for order in post.orders]
    said += [(labels.get(one.on, one.on), one.reading, one.support) for one in post.responses]
    said += [(book.text(duty.label), duty.reading, duty.support) for duty in post.duties]
    return Charter(
        link=book.link("post", post.id),
        chart=clean(post.chart),
        role=book.link("role", post.role),
        stands=tuple(stands(book, post.id)),
        orders=tuple(
            Clause(
                words=book.text(order.label),
                boxes=tuple(map(clean, order.covers)),
                caution=book.text(order.caution),
            )
            for order in post.orders
        ),
        responses=tuple(
            Clause(
                words=labels.get(one.on) or clean(humane(one.on)),
                follow=book.link("procedure", one.opens),
                boxes=tuple(map(clean, one.covers)),
                caution=book.text(one.caution),
            )
            for one in post.responses
        ),
        duties=tuple(owed(book, duty) for duty in post.duties),
        boxes=boxes(book, found),
        remarks=remarks(said),
    )


def stands(book: Book, post: str) -> Iterator[tuple[str, str, str, str]]:
    """
    Who is on a post: for each line of the roster the shift, its hours, its days and the people.
    """
    from propflow.calendar.words import say_weekdays

    for line in book.site.roster:
        if line.post != post:
            continue
        shift = book.site.shifts[line.shift]
        days = book.word("every-day")
        if line.days:
            days = say_weekdays(line.days, book.language)
        elif line.turn is not None:
            length, first, own = line.turn
            days = book.word("turn", own=book.listed(map(str, own)), length=length, first=first)
        people = [book.text(book.site.people[name].name) or clean(name) for name in line.people]
        hours = f"{shift.start:%H:%M}–{shift.end:%H:%M}"
        yield _shift(book, shift.id), hours, days, book.word("comma").join(people)


def _shift(book: Book, name: str) -> str:
    # Shifts have no label of their own; these two are on almost every roster.
    return book.word(f"shift-{name}") if name in ("day", "night") else clean(humane(name))


def watch(book: Book, escalation: Escalation) -> Watch:
    """
    A rulebook.
    """
    rules = escalation.book
    found = [(box, "") for box in rules.covers]
    found += [(box, book.text(rule.label)) for rule in rules.rules for box in rule.covers]
    return Watch(
        link=book.link("rulebook", rules.id),
        chart=clean(rules.chart),
        rules=tuple(
            (
                book.text(rule.label) or clean(humane(rule.id)),
                _looks(rules, rule, book),
                tuple(_follows(book, rules, then) for then in rule.then),
                book.text(rule.because),
            )
            for rule in rules.rules
        ),
        boxes=boxes(book, found),
        remarks=remarks([(book.word("whole-procedure"), rules.reading, rules.support)]),
    )


def _looks(rules: Rulebook, rule: Rule, book: Book) -> tuple[str, ...]:
    """
    What a rule looks for: what it says of itself, without what follows.
    """
    said = [clean(line) for line in say_rule(rules, rule, book.language)]
    return tuple(said[: len(said) - len(rule.then)])


def _follows(book: Book, rules: Rulebook, then: Then) -> str:
    match then.does:
        case "notify":
            who = book.listed(map(book.role, then.to))
            return book.word("rule-tells", who=who, what=book.text(then.label))
        case "conclude":
            kind = rules.kind(then.name)
            return book.text(kind.label) or clean(humane(kind.id))
        case "start":
            return book.word("rule-starts", what=book.link("procedure", then.name).words)
    message = book.site.messages.get(then.name)
    label = book.text(message.label) if message is not None else ""
    return book.word("rule-sends", what=label or clean(humane(then.name)))
