"""
What things are called in the pictures of a site.
"""

from pathlib import Path

import pytest

import propflow
from propflow.draw import draw_svg, draw_text, names_of
from propflow.errors import UnknownNameError
from propflow.fields import Field
from propflow.procedures import Edge, Procedure
from propflow.procedures.compose import ask, call, choose, end, task, tell
from propflow.rules import Row, Table
from propflow.sites import Message, Record, Role, Site, load_handbook
from propflow.text import Text
from tests.draw.test_plan import faults

HANDBOOK = Path(propflow.__file__).parent / "handbook"


def field(name, **words):
    labels = tuple((word, Text.of(zh=label)) for word, label in words.items())
    return Field(name=name, type="choice", of=tuple(words), labels=labels)


def garden():
    severity = field("severity", minor="轻微", major="重大")
    body = (
        task("record", by="clerk", fills="form")
        >> choose(
            "severity",
            minor=tell("warn", to="clerk"),
            major=call("repair", good=tell("a", to="clerk"), bad=tell("b", to="clerk")),
        )
        >> ask("satisfied", by="clerk", yes=end("filed"), no=end("open"))
    )
    repair = choose("how", fact="how", good=end("good", label=Text.of(zh="修好")), bad=end("bad"))
    procedures = (
        Procedure(id="complaint", body=body, facts=(field("satisfied", yes="满意", no="不满"),)),
        Procedure(
            id="repair",
            title=Text.of(zh="维修"),
            body=repair,
            facts=(field("how", good="好", bad="坏"),),
        ),
    )
    table = Table(
        id="severity",
        inputs=(field("kind", noise="噪音"),),
        outputs=(severity,),
        rows=(Row(cells=(), outcome={"severity": "minor"}),),
    )
    return Site(
        id="garden",
        language="zh",
        procedures={procedure.id: procedure for procedure in procedures},
        tables={"severity": table},
        roles={"clerk": Role(id="clerk", label=Text.of(zh="受理人"))},
        records={"form": Record(id="form", label=Text.of(zh="意见表"))},
        messages={"paid": Message(id="paid", label=Text.of(zh="已付款"))},
    )


def test_a_picture_speaks_the_words_of_its_site():
    """
    Roles, forms and messages, words of facts and of tables, ends of other procedures.
    """
    names = names_of(garden(), "complaint")
    assert names.language == "zh"
    assert names.role("clerk") == "受理人"
    assert [names.thing(name) for name in ("form", "paid", "repair")] == [
        "意见表",
        "已付款",
        "维修",
    ]
    assert names.outcomes_of(Edge("severity", "x", ("minor", "major"))) == "轻微或重大"
    assert names.outcomes_of(Edge("satisfied", "x", ("no",))) == "不满"
    assert names.outcomes_of(Edge("repair", "x", ("good",))) == "修好"
    assert names_of(garden(), "repair").outcomes_of(Edge("how", "x", ("bad",))) == "坏"


def test_what_has_no_name_is_written_as_its_id():
    """
    Hyphens read as spaces, and yes is yes.
    """
    names = names_of(garden(), "repair", language="en")
    assert names.role("duty-office") == "duty office"
    assert (
        names.outcomes_of(Edge("any", "x", ("yes", "not-sure", "late"))) == "yes, not sure or late"
    )


def test_a_procedure_that_is_not_there_has_no_names():
    """
    The error names the nearest procedure.
    """
    with pytest.raises(UnknownNameError) as error:
        names_of(garden(), "repairs")
    assert str(error.value) == "there is no procedure 'repairs'. Did you mean 'repair'?"


@pytest.fixture(scope="module")
def handbook():
    book = load_handbook(HANDBOOK)
    return Site(
        id="any",
        procedures=book.procedures,
        tables=book.tables,
        roles=book.roles,
        records=book.records,
        messages=book.messages,
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_shipped_handbook_can_be_drawn(handbook, language):
    """
    Every procedure has a picture in which nothing covers anything, and an outline.
    """
    for name, procedure in handbook.procedures.items():
        graph = handbook.graph(name)
        names = names_of(handbook, name, language=language)
        assert faults(graph, names) == [], name
        assert draw_svg(graph, title=procedure.title, names=names).startswith("<svg ")
        written = draw_text(graph, title=procedure.title, names=names)
        # A long title runs over two lines.
        assert procedure.title.to(language) in " ".join(written.split())
