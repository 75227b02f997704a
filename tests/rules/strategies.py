"""
Fields, cells, tables and facts for the laws of decisions. The domains are small enough to be
gone through one by one.
"""

from __future__ import annotations

import itertools
import os
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import attrs
from hypothesis import strategies as st

from propflow.fields import Field
from propflow.rules import FIGURES, HITS, Absent, AnyOf, Anything, Interval, OneOf, Row, Table

#: How many tables the proofs and the flips are tried on; PROPFLOW_CAMPAIGN=2000 takes minutes.
MANY = int(os.environ.get("PROPFLOW_CAMPAIGN", "250"))

CATEGORY = Field(name="category", type="choice", of=("noise", "leak", "fees, dues"))
REMARK = Field(name="remark", type="text")
REPEATED = Field(name="repeated", type="boolean")
AFFECTED = Field(name="affected", type="integer", min=0, max=5, unit="household")
RENT = Field(name="rent", type="decimal", min=Decimal(0), max=Decimal(2))
DAY = Field(name="day", type="date", min=date(2026, 2, 27), max=date(2026, 3, 2))
AT = Field(name="at", type="time")
TOOK = Field(name="took", type="duration")
SINCE = Field(name="since", type="moment")
FIELDS = (CATEGORY, REMARK, REPEATED, AFFECTED, RENT, DAY, AT, TOOK, SINCE)

TICK = timedelta(microseconds=1)
EIGHT, TWENTY = time(8), time(20)
NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)

#: The values that cells name.
POINTS = {
    "category": CATEGORY.of,
    "remark": (
        "wet",
        'the "big" one',
        "-",
        "not(wet)",
        "5, 6",
        " ",
        "",
        "back\\slash",
        "<",
        "!",
        "漏水，",
    ),
    "repeated": (True, False),
    "affected": (0, 1, 2, 3, 4, 5),
    "rent": (Decimal(0), Decimal(1), Decimal(2)),
    "day": tuple(date(2026, 2, 27) + timedelta(days=n) for n in range(4)),
    "at": (time(0), EIGHT, TWENTY, time(23, 59)),
    "took": (timedelta(minutes=30), timedelta(hours=2), timedelta(days=1, hours=12)),
    "since": (NOON, NOON + timedelta(hours=1)),
}

#: Values that touch every region which such cells can make.
DOMAINS = {
    **POINTS,
    "remark": (*POINTS["remark"], "anything else"),
    "rent": tuple(Decimal(n) / 2 for n in range(5)),
    "at": (*POINTS["at"], time(0, 0, 0, 1), time(8, 0, 0, 1), time(12), time(22), time.max),
    "took": tuple(point + step for point in POINTS["took"] for step in (-TICK, TICK * 0, TICK)),
    "since": tuple(point + step for point in POINTS["since"] for step in (-TICK, TICK * 0, TICK)),
}


@st.composite
def cells(draw, field):
    """
    Any cell of a field, as a reader would make it; perhaps one that nothing satisfies.
    """
    negated = draw(st.booleans())
    some = draw(st.lists(parts(field), max_size=3))
    if not some:
        return Anything()
    merged = []
    for part in some:
        if isinstance(part, OneOf):
            used = {v for each in merged if isinstance(each, OneOf) for v in each.values}
            fresh = tuple(value for value in part.values if value not in used)
            if not fresh:
                continue
            if merged and isinstance(merged[-1], OneOf):
                merged[-1] = attrs.evolve(merged[-1], values=merged[-1].values + fresh)
            else:
                merged.append(attrs.evolve(part, values=fresh))
        else:
            merged.append(part)
    if len(merged) == 1 and isinstance(merged[0], OneOf):
        return attrs.evolve(merged[0], negated=negated)
    if len(merged) == 1 and not negated:
        return merged[0]
    return AnyOf(tuple(merged), negated=negated)


@st.composite
def parts(draw, field):
    """
    A few values, or an interval with one end at least.
    """
    if field.ordered and draw(st.booleans()):
        low, high = draw(
            st.tuples(*[st.one_of(st.none(), st.sampled_from(POINTS[field.name]))] * 2).filter(
                any_end
            )
        )
        return Interval(
            low=low,
            high=high,
            low_open=low is not None and draw(st.booleans()),
            high_open=high is not None and draw(st.booleans()),
            field=field,
        )
    points = st.sampled_from(POINTS[field.name])
    return OneOf(tuple(draw(st.lists(points, min_size=1, max_size=3, unique=True))), field=field)


def any_end(ends):
    return ends != (None, None)


@st.composite
def tables(draw, fields=FIELDS, *, widest=3, longest=6):
    """
    A table of a few inputs and rows.
    """
    inputs = draw(st.lists(st.sampled_from(fields), min_size=1, max_size=widest, unique=True))
    result = Field(name="result", type="integer")
    rows = draw(
        st.lists(
            st.builds(
                Row,
                cells=st.fixed_dictionaries({field.name: cells(field) for field in inputs}),
                outcome=st.fixed_dictionaries({"result": st.integers(0, 2)}),
            ),
            min_size=1,
            max_size=longest,
        )
    )
    hit = draw(st.sampled_from(["unique", "first"]))
    return Table(id="random", inputs=inputs, outputs=[result], rows=rows, hit=hit)


def domain(table):
    """
    All facts that make a difference to the table.
    """
    names = [field.name for field in table.inputs]
    for values in itertools.product(*(DOMAINS[name] for name in names)):
        yield dict(zip(names, values, strict=True))


def fitting(table, facts):
    """
    The rows that fit, found by going through them one by one.
    """
    return [
        number
        for number, row in enumerate(table.rows, 1)
        if all(cell.admits(facts[name]) for name, cell in row.cells)
    ]


#: Inputs that need not be given, with all values that make a difference.
FLOOR = Field(name="floor", type="integer", min=1, max=3, required=False)
NOTE = Field(name="note", type="text", required=False)
POINTS["floor"] = (1, 2, 3)
POINTS["note"] = ("wet", "not given")
DOMAINS["floor"] = (None, 1, 2, 3)
DOMAINS["note"] = (None, "wet", "not given", "anything else")
LOOSE = (CATEGORY, AFFECTED, REPEATED, FLOOR, NOTE, RENT)

GRADE = Field(name="grade", type="choice", of=("major", "serious", "minor"))
FEE = Field(name="fee", type="integer")
#: The days on which validity makes a difference.
DAYS = tuple(date(2026, 1, 1) + timedelta(days=n) for n in range(4))


@st.composite
def loose_cells(draw, field):
    """
    Any cell of a field, also of one that need not be given.
    """
    cell = draw(cells(field))
    if field.required or not draw(st.booleans()):
        return cell
    if isinstance(cell, AnyOf):
        return attrs.evolve(cell, parts=(*cell.parts, Absent()))
    if isinstance(cell, OneOf):
        return AnyOf((attrs.evolve(cell, negated=False), Absent()), negated=cell.negated)
    return Absent()


@st.composite
def validity(draw):
    """
    From when until when something is valid; mostly always.
    """
    first, last = draw(st.tuples(*[st.one_of(st.none(), st.sampled_from(DAYS))] * 2))
    if draw(st.integers(0, 3)) or (first and last and first > last):
        return {}
    return {"valid_from": first, "valid_until": last}


@st.composite
def any_tables(draw, *, hits=HITS, widest=3, longest=6, timed=True):
    """
    A table of any hit policy, with or without default, of inputs that may be missing and of rows
    that are valid for a time.
    """
    hit = draw(st.sampled_from(hits))
    outputs = [FEE] if hit in FIGURES else draw(st.sampled_from([[GRADE], [GRADE, FEE]]))
    given_ = {"grade": st.sampled_from(GRADE.of), "fee": st.integers(0, 2)}
    outcomes = st.fixed_dictionaries({field.name: given_[field.name] for field in outputs})
    inputs = draw(st.lists(st.sampled_from(LOOSE), min_size=1, max_size=widest, unique=True))
    rows = [
        Row(
            cells={field.name: draw(loose_cells(field)) for field in inputs},
            outcome=draw(outcomes),
            **(draw(validity()) if timed else {}),
        )
        for _ in range(draw(st.integers(1, longest)))
    ]
    return Table(
        id="random",
        inputs=inputs,
        outputs=outputs,
        rows=rows,
        hit=hit,
        default=draw(outcomes) if draw(st.booleans()) else {},
        **(draw(validity()) if timed else {}),
    )


def loose_domain(table):
    """
    All facts that make a difference to the table; a fact that is missing is left out.
    """
    for facts in domain(table):
        yield {name: value for name, value in facts.items() if value is not None}


def loosely_fitting(table, facts, day):
    """
    The rows that fit on a day, found by going through them one by one.
    """
    return [
        number
        for number, row in enumerate(table.rows, 1)
        if (row.valid_from or day) <= day <= (row.valid_until or day)
        and all(cell.admits(facts.get(name)) for name, cell in row.cells)
    ]
