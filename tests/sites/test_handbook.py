"""
The list of contents, and how long it takes to open the handbook that propflow ships.
"""

from pathlib import Path

import pytest

import propflow
from propflow.errors import FaultyFileError
from propflow.sites import entries, load_handbook, site_entries
from tests.sites.house import HOUSE, build, report, spoil

SHIPPED = Path(propflow.__file__).parent / "handbook"


def contents(root, **more):
    return [(entry.kind, entry.id, entry.chart, entry.drawn) for entry in entries(root, **more)]


def test_the_contents_are_listed_kind_by_kind():
    """
    Procedures, decisions, posts, duties, records and laws, each with the chart it comes from.
    """
    assert contents(HOUSE / "book") == [
        ("procedure", "leak", "1", "yes"),
        ("procedure", "rent", "2", "no"),
        ("procedure", "rent-round", "2", "yes"),
        ("decision", "leak-size", "1", "yes"),
        ("post", "door", "3", "yes"),
        ("duty", "night-round", "3", "yes"),
        ("duty", "rents", "2", "yes"),
        ("record", "leak-form", "", "yes"),
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
    assert by_kind["record"] == set(book.records)
    assert by_kind["law"] == {law.id for p in book.procedures.values() for law in p.laws}
    titles = {entry.id: entry.title for entry in listed if entry.kind == "procedure"}
    assert titles == {name: book.procedures[name].title for name in titles}


def split():
    """
    Move the roles and the forms of the copy into files of their own.
    """
    path = Path("book/handbook.yaml")
    head, rest = path.read_text(encoding="utf-8").split("roles:\n")
    roles, rest = rest.split("ladders:\n")
    ladders, rest = rest.split("records:\n")
    records, rest = rest.split("parties:\n")
    path.write_text(f"{head}ladders:\n{ladders}parties:\n{rest}", encoding="utf-8")
    Path("book/shared").mkdir()
    for name, text in (("roles", roles), ("records", records)):
        Path(f"book/shared/{name}.yaml").write_text(
            f"shared: {name}\n{name}:\n{text}", encoding="utf-8"
        )


def test_what_all_files_share_may_be_in_files_of_their_own(tmp_path, monkeypatch):
    """
    The handbook is the same, the list of contents as well, and faults name the file they are in.
    """
    whole = load_handbook(HOUSE / "book")
    build(tmp_path, monkeypatch)
    split()
    parts = load_handbook(Path("book"))
    assert (parts.roles, parts.records) == (whole.roles, whole.records)
    assert contents(Path("book")) == contents(HOUSE / "book")
    spoil("book/shared/roles.yaml", "reports-to: manager", "reports-to: manger")
    assert report() == [
        "book/shared/roles.yaml:3:66: there is no role 'manger'. Did you mean 'manager'?"
    ]


def test_a_thing_that_all_share_is_given_once(tmp_path, monkeypatch):
    """
    The second place is at fault, and says where the first is.
    """
    build(tmp_path, monkeypatch)
    split()
    Path("book/shared/more.yaml").write_text(
        "shared: more\nroles:\n  owner: {en: Owner, zh: 业主}\n", encoding="utf-8"
    )
    assert report() == [
        "book/shared/roles.yaml:5:3: role 'owner' is given twice, first at "
        "book/shared/more.yaml:3:3. Keep one."
    ]


def test_a_shared_file_that_cannot_be_read_is_the_only_fault(tmp_path, monkeypatch):
    """
    Nobody is blamed for the names that would have been in it.
    """
    build(tmp_path, monkeypatch)
    split()
    spoil("book/shared/roles.yaml", "shared: roles", "shared: [roles")
    assert [line.partition(": ")[0] for line in report()] == ["book/shared/roles.yaml:1:9"]
