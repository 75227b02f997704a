"""
The picture with lanes: all there once, nothing that runs, nothing from elsewhere.
"""

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from propflow.draw import Names, Progress, draw_svg
from propflow.procedures import Procedure, Step, graph_of
from propflow.procedures.compose import choose, task, tell
from propflow.text import Text
from tests.draw.charts import CHARTS, chart, names
from tests.draw.graphs import block_graphs

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>alert('1')</script> & \"x\" ]]> <!-- \n\t\x00\x0b\x1b\ufffe\ud800\u202e -->"


def drawn(name, language="en", progress=None):
    procedure, graph = chart(name)
    return draw_svg(graph, title=procedure.title, names=names(language), progress=progress)


def read(picture):
    return ET.fromstring(picture)  # noqa: S314 our own picture


def said(element):
    return " ".join("".join(part.itertext()).strip() for part in element.iter(f"{SVG}text"))


def hostile():
    body = task("do", by=HOSTILE, label=Text.of(en=HOSTILE), fills=HOSTILE, covers=(HOSTILE,)) >> (
        choose(
            "which", {HOSTILE: tell("tell", to=HOSTILE, label=HOSTILE), "other": task("b", by="c")}
        )
    )
    graph = graph_of(Procedure(id="any", body=body))
    open_names = Names(roles={HOSTILE: Text.of(en=HOSTILE)})
    return graph, open_names


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_step_every_way_and_every_lane_is_drawn_once(name, language):
    """
    Nothing of the chart is missing from the picture, and nothing is there twice.
    """
    graph = chart(name)[1]
    root = read(drawn(name, language))
    groups = list(root.iter(f"{SVG}g"))
    steps = [group.get("data-step") for group in groups if group.get("data-step")]
    edges = [(g.get("data-from"), g.get("data-to")) for g in groups if g.get("data-from")]
    lanes = [group.get("data-role") for group in groups if group.get("class") == "lane"]
    assert sorted(steps) == sorted(node.id for node in graph.steps)
    assert sorted(edges) == sorted((edge.source, edge.target) for edge in graph.edges)
    roles = {node.by[0] for node in graph.steps if getattr(node, "by", ())}
    assert sorted(lanes) == sorted(roles)


@pytest.mark.parametrize("name", CHARTS)
def test_all_that_the_chart_says_can_be_read(name):
    """
    Each label, each outcome and each box number stands in the picture.
    """
    graph = chart(name)[1]
    root = read(drawn(name))
    text = " ".join(said(root).split())
    for node in graph.nodes:
        if isinstance(node, Step):
            assert all(number in text for number in node.covers)
            assert node.label.to("en") in text
    for edge in graph.edges:
        assert names().outcomes_of(edge) in text


def test_the_picture_says_what_it_is_to_whoever_cannot_see_it():
    """
    A screen reader finds the role of an image, the title and a sentence.
    """
    root = read(drawn("fees", progress=Progress(open={"demand"}, late={"demand"})))
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text == "Fees in arrears"
    assert root.find(f"{SVG}desc").text == (
        "9 steps in 3 lanes, read from top to bottom. "
        "The case stands at: Send a payment demand (LATE)."
    )


@pytest.mark.parametrize("name", CHARTS)
def test_the_picture_fits_its_frame(name):
    """
    The view box is as large as what is drawn: no word outside, no desert around it.
    """
    root = read(drawn(name))
    left, top, width, height = map(float, root.get("viewBox").split())
    assert (left, top) == (0, 0)
    assert (root.get("width"), root.get("height")) == (f"{width:g}", f"{height:g}")
    assert 300 < width < 2400
    assert 500 < height < 2600


def test_the_path_of_a_case_is_marked():
    """
    Steps passed are ticked, the open one says so, a late one says so in words, not in red alone.
    """
    progress = Progress(
        done={"remind", "first-wait"},
        open={"demand"},
        late={"demand"},
        taken={("start", "remind"), ("remind", "first-wait"), ("first-wait", "demand")},
    )
    root = read(drawn("fees", progress=progress))
    groups = {group.get("data-step"): group for group in root.iter(f"{SVG}g")}
    assert groups["remind"].get("class") == "task done"
    assert groups["remind"].find(f"{SVG}circle") is not None
    assert groups["demand"].get("class") == "task open late"
    assert said(groups["demand"]).split()[-2:] == ["NOW", "LATE"]
    assert groups["sue"].get("class") == "task"
    assert groups["sue"].find(f"{SVG}circle") is None
    taken = {
        (group.get("data-from"), group.get("data-to"))
        for group in root.iter(f"{SVG}g")
        if group.get("class") == "edge taken"
    }
    assert taken == progress.taken


def test_without_a_case_nothing_is_marked():
    """
    A picture of the procedure itself has no ticks and no words about lateness.
    """
    assert not re.search(r"<circle|LATE|NOW|passed", drawn("fire"))


def test_labels_stay_labels():
    """
    Tags, quotes, comments and control characters in a label are only words, or are left out.
    """
    graph, open_names = hostile()
    picture = draw_svg(graph, title=Text.of(en=HOSTILE), names=open_names)
    root = read(picture)
    assert "<script" not in picture
    assert not re.search("[\x00-\x08\x0b-\x1f\u202e\ufffe\ud800]", picture)
    kinds = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert kinds == {"svg", "title", "desc", "g", "rect", "path", "text", "tspan"}
    assert root.find(f"{SVG}title").text == "<script>alert('1')</script> & \"x\" ]]> <!-- -->"


@given(st.text(max_size=60))
@settings(max_examples=50)
def test_any_label_makes_a_picture(label):
    """
    Whatever a file says a step is called, the picture is XML that can be read again.
    """
    graph = graph_of(Procedure(id="any", body=task("only", by="clerk", label=Text.of(en=label))))
    picture = draw_svg(graph, title=Text.of(en=label), names=Names())
    read(picture.encode())


@pytest.mark.parametrize("name", CHARTS)
def test_the_picture_needs_nothing_but_itself(name):
    """
    No script, no foreign content, no style sheet, no address but that of SVG itself.
    """
    picture = drawn(name)
    assert not re.search(r"<(script|foreignObject|image|use|style|a)\b|href|url\(|@import", picture)
    assert re.findall(r"\w+://[^\"']+", picture) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"\son\w+=", picture)


@given(block_graphs)
@settings(max_examples=15)
def test_the_same_procedure_gives_the_same_picture(graph):
    """
    Drawn twice, byte for byte the same.
    """
    title = Text.of(en="Any")
    assert draw_svg(graph, title=title, names=names()) == draw_svg(
        graph, title=title, names=names()
    )


def test_a_procedure_without_roles_has_one_lane():
    """
    Where nobody does anything, everything stands in one lane that says so.
    """
    graph = graph_of(Procedure(id="any", body=tell("warn", to="guard")))
    root = read(draw_svg(graph, title=Text.of(en="Any"), names=Names()))
    lanes = [group for group in root.iter(f"{SVG}g") if group.get("class") == "lane"]
    assert [said(lane) for lane in lanes] == ["Everybody"]
