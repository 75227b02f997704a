"""
A decision table of twelve rows and four inputs: what one decision costs.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from typing import Any

from benchmarks.harness import Contender, Row, plain

Facts = Mapping[str, str | int]

CATEGORIES = ("noise", "leak", "service", "safety", "fees")
INJURIES = ("none", "slight", "serious")
#: The rows: a cell for each input, and the outcome. The first that fits counts.
INPUTS = ("category", "injury", "affected", "days-open")
ROWS: tuple[tuple[str, str, str, str, str], ...] = (
    ("safety", "serious", "-", "-", "major"),
    ("safety", "-", ">= 50", "-", "major"),
    ("-", "serious", "-", "-", "serious"),
    ("leak", "-", ">= 20", "-", "serious"),
    ("leak", "slight", "-", ">= 7", "serious"),
    ("service, fees", "-", "-", ">= 30", "serious"),
    ("noise", "-", "[10..30]", ">= 14", "serious"),
    ("-", "slight", "-", "-", "notable"),
    ("safety", "-", "-", "-", "notable"),
    ("leak, noise", "-", ">= 5", "-", "notable"),
    ("-", "-", "-", ">= 14", "notable"),
    ("-", "-", "-", "-", "minor"),
)
#: How many different sets of facts take turns.
SETS = 256


def facts() -> list[dict[str, str | int]]:
    """
    The sets of facts, the same every time.
    """
    chance = random.Random(12)  # noqa: S311 nothing secret
    return [
        {
            "category": chance.choice(CATEGORIES),
            "injury": chance.choices(INJURIES, (90, 8, 2))[0],
            "affected": chance.choice((1, 2, 5, 12, 20, 60)),
            "days-open": chance.choice((0, 1, 3, 7, 14, 30, 90)),
        }
        for _ in range(SETS)
    ]


def by_hand(known: Mapping[str, Any]) -> str:  # noqa: PLR0911 the rows, one by one
    """
    The table as a programmer would write it, and nothing checked.
    """
    category, injury = known["category"], known["injury"]
    affected, days = known["affected"], known["days-open"]
    if category == "safety" and injury == "serious":
        return "major"
    if category == "safety" and affected >= 50:
        return "major"
    if injury == "serious":
        return "serious"
    if category == "leak" and affected >= 20:
        return "serious"
    if category == "leak" and injury == "slight" and days >= 7:
        return "serious"
    if category in ("service", "fees") and days >= 30:
        return "serious"
    if category == "noise" and 10 <= affected <= 30 and days >= 14:
        return "serious"
    if injury == "slight":
        return "notable"
    if category == "safety":
        return "notable"
    if category in ("leak", "noise") and affected >= 5:
        return "notable"
    if days >= 14:
        return "notable"
    return "minor"


def _decide() -> Callable[[Facts], Any]:
    from propflow.fields import Field
    from propflow.rules import Table, compile_table, parse_row

    inputs = (
        Field(name="category", type="choice", of=CATEGORIES),
        Field(name="injury", type="choice", of=INJURIES),
        Field(name="affected", type="integer", min=1),
        Field(name="days-open", type="integer", min=0),
    )
    outputs = (Field(name="grade", type="choice", of=("major", "serious", "notable", "minor")),)
    table = Table(
        id="grade",
        hit="first",
        inputs=inputs,
        outputs=outputs,
        rows=tuple(
            parse_row(
                dict(zip(INPUTS, cells, strict=True)),
                {"grade": outcome},
                inputs=inputs,
                outputs=outputs,
            )
            for *cells, outcome in ROWS
        ),
    )
    return compile_table(table).decide


def _propflow() -> Callable[[], int]:
    decide = _decide()
    sets = facts()
    assert [str(decide(known).outcome) for known in sets] == [by_hand(known) for known in sets]

    def once() -> int:
        for known in sets:
            decide(known)
        return SETS

    return once


def _zen() -> Callable[[], int]:
    import zen

    engine = zen.ZenEngine({"loader": {"type": "static", "content": {"grade": _jdm()}}})
    evaluate = engine.evaluate
    # Its fields take no hyphen.
    sets = [{name.replace("-", "_"): value for name, value in known.items()} for known in facts()]
    said = [evaluate("grade", known)["result"]["grade"] for known in sets]
    assert said == [by_hand(known) for known in facts()]

    def once() -> int:
        for known in sets:
            evaluate("grade", known)
        return SETS

    return once


def _jdm() -> dict[str, Any]:
    """
    The table in the JSON that zen-engine reads.
    """
    names = [name.replace("-", "_") for name in INPUTS]

    def cell(text: str) -> str:
        if text == "-":
            return ""
        if text[0] in ">[":
            return text
        return ", ".join(json.dumps(word) for word in text.split(", "))

    return {
        "nodes": [
            {"id": "in", "name": "in", "type": "inputNode"},
            {
                "id": "table",
                "name": "table",
                "type": "decisionTableNode",
                "content": {
                    "hitPolicy": "first",
                    "inputs": [
                        {"id": name, "name": name, "type": "expression", "field": name}
                        for name in names
                    ],
                    "outputs": [
                        {"id": "grade", "name": "grade", "type": "expression", "field": "grade"}
                    ],
                    "rules": [
                        {
                            "_id": str(number),
                            **{n: cell(c) for n, c in zip(names, cells, strict=True)},
                            "grade": json.dumps(outcome),
                        }
                        for number, (*cells, outcome) in enumerate(ROWS)
                    ],
                },
            },
            {"id": "out", "name": "out", "type": "outputNode"},
        ],
        "edges": [
            {"id": "a", "type": "edge", "sourceId": "in", "targetId": "table"},
            {"id": "b", "type": "edge", "sourceId": "table", "targetId": "out"},
        ],
    }


def _clips() -> Callable[[], int]:
    import clips

    engine = clips.Environment()
    slots = " ".join(f"(slot {name})" for name in INPUTS)
    given = " ".join(f"({name} ?{name})" for name in INPUTS)
    takes = " ".join(f"?{name}" for name in INPUTS)
    engine.build(f"(deftemplate matter {slots})")
    engine.build("(defglobal ?*grade* = nil)")
    for number, (*cells, outcome) in enumerate(ROWS):
        tests = zip(INPUTS, cells, strict=True)
        wanted = " ".join(_clips_cell(name, cell) for name, cell in tests if cell != "-")
        # The first row that fits counts: it takes the matter away before another can look.
        engine.build(
            f"(defrule row-{number} (declare (salience {100 - number})) ?it <- (matter {wanted}) "
            f"=> (retract ?it) (bind ?*grade* {outcome}))"
        )
    # A fact that clipspy hands to Python is never let go of: so none is.
    engine.build(f"(deffunction decide ({takes}) (assert (matter {given})) (run) ?*grade*)")
    # Its words are symbols, made ready outside the time taken.
    sets = [
        {name: clips.Symbol(v) if isinstance(v, str) else v for name, v in known.items()}
        for known in facts()
    ]

    def decide(known: Mapping[str, Any]) -> str:
        # By the engine: what is taken out of it does not keep it, and it would be gone.
        return engine.call("decide", *known.values())  # type: ignore[no-any-return]

    assert [decide(known) for known in sets] == [by_hand(known) for known in facts()]

    def once() -> int:
        for known in sets:
            decide(known)
        return SETS

    return once


def _clips_cell(name: str, cell: str) -> str:
    """
    A cell as CLIPS has it: ``(affected ?affected&:(>= ?affected 50))``.
    """
    if cell[0] not in ">[":
        return f"({name} {cell.replace(', ', '|')})"
    if cell[0] == "[":
        low, _, high = cell[1:-1].partition("..")
        return f"({name} ?{name}&:(<= {low} ?{name} {high}))"
    return f"({name} ?{name}&:(>= ?{name} {cell.removeprefix('>= ')}))"


def _cel() -> Callable[[], int]:
    import cel

    # Its names take no hyphen.
    sets = [{name.replace("-", "_"): value for name, value in known.items()} for known in facts()]
    decide = cel.compile(_cel_text()).execute
    assert [decide(known) for known in sets] == [by_hand(known) for known in facts()]

    def once() -> int:
        for known in sets:
            decide(known)
        return SETS

    return once


def _cel_text() -> str:
    """
    The table as one expression: a condition and an outcome for each row.
    """

    def test(name: str, cell: str) -> str:
        if cell[0] == "[":
            low, _, high = cell[1:-1].partition("..")
            return f"{low} <= {name} && {name} <= {high}"
        if cell[0] == ">":
            return f"{name} {cell}"
        return f"{name} in {json.dumps(cell.split(', '))}" if "," in cell else f"{name} == '{cell}'"

    names = [name.replace("-", "_") for name in INPUTS]
    text = ""
    for *cells, outcome in ROWS:
        tests = [test(n, c) for n, c in zip(names, cells, strict=True) if c != "-"]
        text += f"{' && '.join(tests)} ? '{outcome}' : " if tests else f"'{outcome}'"
    return text


def _by_hand() -> Callable[[], int]:
    sets = facts()

    def once() -> int:
        for known in sets:
            by_hand(known)
        return SETS

    return once


ROW = Row(
    id="decision",
    title="A decision table, 12 rows by 4 inputs",
    unit="decision",
    does=(
        f"{SETS} different sets of facts decided in turn by one table where the first row that "
        "fits counts; before the clock starts, all contenders have given the same answers."
    ),
    fair=(
        "the answers are the same and each takes a Python dict; not the same is what comes with "
        "the answer, and what is refused."
    ),
    contenders=(
        Contender(
            name="propflow",
            part="propflow",
            prepare=plain(_propflow),
            lacks=(
                "checks type, choice and bounds of each fact; keeps the row that fired and why; "
                "answers that were given before are kept ready, and these sets come again."
            ),
            package="propflow",
        ),
        Contender(
            name="zen-engine",
            part="peer",
            prepare=plain(_zen),
            lacks=(
                "the table in its own JSON, by its static loader; a value of the wrong type is "
                "compared; facts and answer pass between Python and Rust."
            ),
            package="zen-engine",
        ),
        Contender(
            name="CLIPS",
            part="peer",
            prepare=plain(_clips),
            lacks=(
                "a rule for each row, by clipspy; a function in CLIPS asserts the facts, lets the "
                "rules run and gives the answer; no choice and no bound is checked."
            ),
            package="clipspy",
        ),
        Contender(
            name="CEL (Rust)",
            part="peer",
            prepare=plain(_cel),
            lacks=(
                "one expression, compiled beforehand, with a condition for each row; it answers a "
                "word and checks neither choice nor bound."
            ),
            package="common-expression-language",
        ),
        Contender(
            name="plain ifs",
            part="limit",
            prepare=plain(_by_hand),
            lacks="twelve conditions in a function; checks nothing and says nothing of why.",
        ),
    ),
)


def _fresh(decide: Callable[[Facts], Any]) -> Callable[[], int]:
    # Sets of facts of which hardly one comes twice, however long the clock runs.
    chance = random.Random(13)  # noqa: S311 nothing secret
    sets: list[Facts] = [
        {
            "category": chance.choice(CATEGORIES),
            "injury": chance.choices(INJURIES, (90, 8, 2))[0],
            "affected": number % 997 + 1,
            "days-open": number // 997 + chance.randrange(3),
        }
        for number in range(400 * SETS)
    ]
    taken = 0

    def once() -> int:
        nonlocal taken
        begin = taken % len(sets)
        taken += SETS
        for known in sets[begin : begin + SETS]:
            decide(known)
        return SETS

    return once


FRESH = Row(
    id="decision-fresh",
    title="The same table, facts that never come again",
    unit="decision",
    does="the table of 12 rows by 4 inputs, on facts of which hardly one comes twice.",
    fair="as above; nothing that was answered before is of any use.",
    contenders=(
        Contender(
            name="propflow",
            part="propflow",
            prepare=plain(lambda: _fresh(_decide())),
            lacks="checks type, choice and bounds of each fact; keeps the row that fired and why.",
            package="propflow",
        ),
        Contender(
            name="plain ifs",
            part="limit",
            prepare=plain(lambda: _fresh(by_hand)),
            lacks="twelve conditions in a function; checks nothing and says nothing of why.",
        ),
    ),
)

#: Rows of the large table: the least of days, the most of days, the category, the outcome.
LARGE = 200


def _large_rows() -> list[tuple[str, int, int, str]]:
    return [
        (CATEGORIES[n % 5], 2 * (n // 5), 2 * (n // 5) + 2, ("major", "minor")[n % 2])
        for n in range(LARGE - 1)
    ]


def _large_facts() -> list[dict[str, str | int]]:
    chance = random.Random(14)  # noqa: S311 nothing secret
    return [
        {"category": chance.choice(CATEGORIES), "days-open": chance.randrange(90)}
        for _ in range(SETS)
    ]


def _large_decide() -> Callable[[Facts], Any]:
    from propflow.fields import Field
    from propflow.rules import Table, compile_table, parse_row

    inputs = (
        Field(name="category", type="choice", of=CATEGORIES),
        Field(name="days-open", type="integer", min=0),
    )
    outputs = (Field(name="grade", type="choice", of=("major", "minor", "none")),)
    written = [
        ({"category": word, "days-open": f"[{low}..{high})"}, {"grade": grade})
        for word, low, high, grade in _large_rows()
    ]
    rows = tuple(
        parse_row(cells, outcome, inputs=inputs, outputs=outputs)
        for cells, outcome in [*written, ({}, {"grade": "none"})]
    )
    table = Table(id="large", hit="first", inputs=inputs, outputs=outputs, rows=rows)
    return compile_table(table).decide


def _large_by_hand() -> Callable[[Facts], str]:
    """
    The ifs, written by a program: nobody writes two hundred of them.
    """
    lines = ["def decide(known):", "    category, days = known['category'], known['days-open']"]
    for word, low, high, grade in _large_rows():
        lines.append(f"    if category == {word!r} and {low} <= days < {high}: return {grade!r}")
    made: dict[str, Any] = {}
    exec("\n".join([*lines, "    return 'none'"]), made)  # noqa: S102 our own text
    found: Callable[[Facts], str] = made["decide"]
    return found


def _large(decide: Callable[[Facts], Any]) -> Callable[[], int]:
    sets = _large_facts()
    by_ifs = _large_by_hand()
    if decide is not by_ifs:
        answers = [getattr(decide(known), "outcome", None) or decide(known) for known in sets]
        assert [str(answer) for answer in answers] == [by_ifs(known) for known in sets]

    def once() -> int:
        for known in sets:
            decide(known)
        return SETS

    return once


LARGE_ROW = Row(
    id="decision-large",
    title=f"A decision table, {LARGE} rows by 2 inputs",
    unit="decision",
    does=f"{SETS} different sets of facts decided in turn by a table of {LARGE} rows.",
    fair="the answers are the same; the ifs stop at the first that fits.",
    contenders=(
        Contender(
            name="propflow",
            part="propflow",
            prepare=plain(lambda: _large(_large_decide())),
            lacks="checks type, choice and bounds of each fact; keeps the row that fired and why.",
            package="propflow",
        ),
        Contender(
            name="plain ifs",
            part="limit",
            prepare=plain(lambda: _large(_large_by_hand())),
            lacks="as many conditions in a function; checks nothing and says nothing of why.",
        ),
    ),
    goal=1.0,
)
