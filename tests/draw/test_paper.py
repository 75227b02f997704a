"""
Pictures on paper: nothing is cut through, nothing is lost, and every sheet fits.
"""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from propflow.draw import Names, sheets
from propflow.draw.paper import SCALES, SIDEWAYS, UPRIGHT
from propflow.draw.svg import draw_frame, frame
from propflow.text import Text
from tests.draw.charts import CHARTS, chart, names
from tests.draw.graphs import block_graphs

TITLE = Text.of(en="A title", zh="标题")


def frames(graph, title, called):
    """
    Every box where it stands in the whole picture.
    """
    size = frame(graph, title, called)
    left, top = size.corner
    return size, {
        placed.node.id: (
            placed.frame.left + left,
            placed.frame.top + top,
            placed.frame.right + left,
            placed.frame.bottom + top,
        )
        for placed in size.drawn.boxes
        if placed.box.kind not in ("fork", "join")  # bars may be as wide as the picture
    }


def holds(part, box):
    return (
        part.left <= box[0] + 0.01
        and part.top <= box[1] + 0.01
        and part.right >= box[2] - 0.01
        and part.bottom >= box[3] - 0.01
    )


@settings(max_examples=40, deadline=None)
@given(graph=block_graphs, lanes=st.sampled_from(["roles", "none"]))
def test_every_sheet_fits_and_together_they_are_the_picture(graph, lanes):
    """
    No part is wider or higher than its sheet, and side by side they leave nothing out.
    """
    called = Names(lanes=lanes)
    size, _ = frames(graph, TITLE, called)
    found = sheets(graph, title=TITLE, names=called)
    area = 0.0
    for sheet in found:
        wide, high = SIDEWAYS if sheet.turned == "yes" else UPRIGHT
        assert sheet.scale in SCALES
        heights = [part.bottom - part.top for part in sheet.parts]
        widths = [part.right - part.left for part in sheet.parts]
        assert max(widths) * sheet.scale <= wide + 0.01
        assert sum(heights) * sheet.scale <= high + 0.01
        area += heights[-1] * widths[-1]
    assert area == pytest.approx(size.width * size.height)


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("lanes", ["roles", "none"])
def test_no_box_is_cut_through(name, lanes):
    """
    Each box of a chart stands whole on one sheet, so that nobody reads half of it.
    """
    procedure, graph = chart(name)
    called = attrs.evolve(names("en"), lanes=lanes)
    _, boxes = frames(graph, procedure.title, called)
    found = sheets(graph, title=procedure.title, names=called)
    for box, place in boxes.items():
        assert any(holds(sheet.parts[-1], place) for sheet in found), box


@pytest.mark.parametrize("name", CHARTS)
def test_without_lanes_who_does_it_stands_in_the_box(name):
    """
    A picture without lanes is no wider, and names every role that the one with lanes names.
    """
    procedure, graph = chart(name)
    wide = frame(graph, procedure.title, names("en"))
    narrow = attrs.evolve(names("en"), lanes="none")
    size = frame(graph, procedure.title, narrow)
    assert size.drawn.lanes[0][0] == ""
    assert len(size.drawn.lanes) == 1
    drawn = draw_frame(graph, size, narrow)
    assert "Everybody" not in drawn
    spoken = " ".join(drawn.replace("</text>", " ").replace("<", " <").split())
    for placed in size.drawn.boxes:
        assert all(note.partition(" ")[0] in spoken for note in placed.box.notes)
    assert len(wide.drawn.lanes) > 1


def test_a_later_sheet_begins_with_the_titles_of_the_lanes():
    """
    Whoever holds the second sheet still knows whose work it is.
    """
    procedure, graph = chart(max(CHARTS, key=lambda name: len(chart(name)[1].nodes)))
    tall = attrs.evolve(names("en"))
    size = frame(graph, procedure.title, tall)
    found = sheets(graph, title=procedure.title, names=tall)
    for sheet in found:
        if sheet.parts[-1].top > 0:
            heads, _ = sheet.parts
            assert (heads.top, heads.bottom) == (size.top, size.top + size.head)
    assert any(sheet.parts[-1].top > 0 for sheet in found)
