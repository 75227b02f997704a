"""
The handbook held against the list of every numbered box of the source charts.
"""

from __future__ import annotations

import copy

import pytest

from tests.handbook.shelf import BOXES, CHARTS, FILES, ROWS, entries

WANTED = {number for number in BOXES if number.partition(".")[0] in CHARTS}

#: Whatever covers a box: steps, laws, duties, standing orders, posts.
COVERING = [path for path, entry in entries(FILES) if "covers" in entry]


def covered(files):
    return {box for _, entry in entries(files) for box in entry.get("covers", ())}


def without(path):
    """
    The handbook without what stands at *path*.
    """
    files = copy.deepcopy(FILES)
    for found, entry in entries(files):
        if found == path:
            del entry["covers"]
    return files


def test_every_box_is_covered():
    """
    Nothing that the charts ask for is left out.
    """
    assert sorted(WANTED - covered(FILES)) == []


def test_every_number_is_a_box():
    """
    Nothing claims to be a box that the charts do not have.
    """
    assert sorted(covered(FILES) - BOXES.keys()) == []


@pytest.mark.parametrize("path", COVERING)
def test_nothing_that_covers_a_box_can_go(path):
    """
    Take away any one of them and a box is left uncovered.
    """
    assert WANTED - covered(without(path)) != set()


def test_each_path_names_one_thing():
    """
    Two things of one path would hide each other above.
    """
    assert len(COVERING) == len(set(COVERING))


def test_list_of_boxes_is_whole():
    """
    The source has 477 boxes; chart 19 repeats the 22 of chart 16.
    """
    repeated = {number for number in BOXES if number.startswith("19.")}
    assert len(ROWS) == len(BOXES)
    assert len(BOXES) - len(repeated) == 477
    assert {number: BOXES[f"16.{number[3:]}"] for number in repeated} == {
        number: BOXES[number] for number in repeated
    }


def test_boxes_of_a_chart_are_numbered_without_holes():
    """
    A chart of fifteen boxes has them from 01 to 15, in that order.
    """
    charts: dict[str, list[str]] = {}
    for number, _ in ROWS:
        chart, _, box = number.partition(".")
        charts.setdefault(chart, []).append(box)
    for boxes in charts.values():
        assert boxes == [f"{box:02}" for box in range(1, len(boxes) + 1)]


def test_every_box_has_a_gist():
    """
    A few English words say what each box is about.
    """
    for number, gist in ROWS:
        assert gist.isascii(), number
        assert 1 <= len(gist.split()) <= 8, number
