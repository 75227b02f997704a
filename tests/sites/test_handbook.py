"""
The list of contents, and how long it takes to open the handbook that propflow ships.
"""

from pathlib import Path

import pytest

import propflow
from propflow.errors import FaultyFileError
from propflow.sites import entries, load_handbook, site_entries
from tests.sites.house import HOUSE, build, spoil

SHIPPED = Path(propflow.__file__).parent / "handbook"


def contents(root, **more):
    return [(entry.kind, entry.id, entry.chart, entry.drawn) for entry in entries(root, **more)]


def test_the_contents_are_listed_kind_by_kind():
    """
    Procedures, decisions, posts, duties and laws, each with the chart that it comes from.
    """
    assert contents(HOUSE / "book") == [
        ("procedure", "leak", "1", "yes"),
        ("procedure", "rent", "2", "no"),
        ("procedure", "rent-round", "2", "yes"),
        ("decision", "leak-size", "1", "yes"),
        ("post", "door", "3", "yes"),
        ("duty", "night-round", "3", "yes"),
        ("duty", "rents", "2", "yes"),
        ("law", "seen-before-mended", "1", "yes"),
    ]


def test_entries_have_their_words_and_their_home():
    """
    A law is listed by its sentence, and with the procedure that it belongs to.
    """
    *_, law = entries(HOUSE / "book", kinds=["law"])
    assert law.title.as_dict() == {"en": "Nothing is mended unseen.", "zh": "未查看不得修复。"}
    assert law.of == "leak"
    assert str(law.place).endswith("leak.yaml:79:5")


def test_one_kind_can_be_asked_for():
    """
    Then nothing else is read.
    """
    assert contents(HOUSE / "book", kinds=["post"]) == [("post", "door", "3", "yes")]
    assert contents(HOUSE / "book", kinds=["rulebook"]) == []


def test_a_site_lists_its_handbook():
    """
    In its own language.
    """
    language, found = site_entries(HOUSE / "estate", {"house": HOUSE / "book"}, kinds=["post"])
    assert language == "zh"
    assert [entry.id for entry in found] == ["door"]


def test_a_list_of_contents_is_not_stopped_by_what_stands_further_down(tmp_path, monkeypatch):
    """
    A fault among the steps is for whoever opens the procedure.
    """
    build(tmp_path, monkeypatch)
    spoil("book/procedures/leak.yaml", "  - do: look", "  - do: [look")
    assert contents(Path("book"), kinds=["procedure"])[0] == ("procedure", "leak", "1", "yes")


def test_what_cannot_be_listed_is_told(tmp_path, monkeypatch):
    """
    A file of another kind, a handbook that is not there and a site without one.
    """
    build(tmp_path, monkeypatch)
    spoil("book/procedures/leak.yaml", "procedure: leak\n", "process: leak\n")
    with pytest.raises(FaultyFileError) as caught:
        entries(Path("book"))
    assert str(caught.value) == (
        "book/procedures/leak.yaml:1:1: this file begins with its kind and name, as in "
        "'procedure: NAME'."
    )
    with pytest.raises(FaultyFileError) as caught:
        site_entries(Path("estate"), {"hose": Path("book")})
    assert str(caught.value) == (
        "estate/site.yaml:3:11: there is no handbook 'house'. Did you mean 'hose'?"
    )
    with pytest.raises(FaultyFileError) as caught:
        entries(Path("estate"))
    assert str(caught.value) == (
        "estate/handbook.yaml:1:1: there is no such file, so this folder is no handbook."
    )


def test_the_contents_agree_with_the_handbook():
    """
    What is listed quickly is what is there when everything is read.
    """
    book = load_handbook(SHIPPED)
    listed = entries(SHIPPED)
    by_kind = {kind: {e.id for e in listed if e.kind == kind} for kind in {e.kind for e in listed}}
    made = {duty.opens for duty in book.duties if duty.opens == f"duty-{duty.id}"}
    assert by_kind["procedure"] == set(book.procedures) - made
    assert by_kind["decision"] == set(book.tables)
    assert by_kind["post"] == set(book.posts)
    assert by_kind["duty"] == {duty.id for duty in book.duties}
    assert by_kind["law"] == {law.id for p in book.procedures.values() for law in p.laws}
    titles = {entry.id: entry.title for entry in listed if entry.kind == "procedure"}
    assert titles == {name: book.procedures[name].title for name in titles}
