"""
What a file may not say, and in what words it is refused: refusals.txt is a table of it.
"""

from pathlib import Path

import pytest

from propflow.errors import FaultyFileError, Place
from propflow.sites import books, load_handbook, load_site
from propflow.sites.faults import Faults
from tests.sites.house import build, load, refusals, report, spoil


@pytest.fixture(autouse=True)
def house(tmp_path, monkeypatch):
    """
    A copy of the small house to spoil.
    """
    build(tmp_path, monkeypatch)


def test_the_house_is_right_as_it_stands():
    """
    Unspoiled, the small house is refused nothing.
    """
    assert load().id == "corner-house"


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    refusals(),
    ids=[f"{number}: {Path(block[0]).stem}" for number, block in enumerate(refusals(), 1)],
)
def test_refusal_says_where_what_and_what_instead(file, old, new, said):
    """
    Each spoiled file gets its whole report, with places, and nothing else.
    """
    spoil(file, old, new)
    assert report() == said.splitlines()


def test_faults_of_all_files_are_in_one_report():
    """
    Whoever mends a site sees everything at once: the site, the handbook and every procedure.
    """
    spoil("estate/site.yaml", "language: zh", "language: ch")
    spoil("book/handbook.yaml", "reports-to: manager", "reports-to: manger")
    spoil("book/procedures/leak.yaml", "fills: leak-form", "fills: leek-form")
    spoil("book/procedures/leak.yaml", 'covers: ["1.02"]', 'coverz: ["1.02"]')
    spoil("book/procedures/rent.yaml", "  - wait: for-rent", "  - aks: for-rent")
    assert report() == [
        "book/handbook.yaml:7:66: there is no role 'manger'. Did you mean 'manager'?",
        (
            "book/procedures/leak.yaml:24:5: 'coverz' is not a key of step 'size', and as a branch "
            "of it would be a list of steps. Did you mean 'covers'?"
        ),
        (
            "book/procedures/rent.yaml:9:5: a step begins with its verb, and 'aks' is none. "
            "Did you mean 'ask'?"
        ),
        "estate/site.yaml:5:11: 'ch' is not one of en, zh. Did you mean 'zh'?",
    ]


def test_two_files_cannot_have_one_name():
    """
    A second file with the same procedure is refused by name.
    """
    text = Path("book/procedures/rent.yaml").read_text(encoding="utf-8")
    Path("book/procedures/tent.yaml").write_text(text, encoding="utf-8")
    assert report() == [
        "book/procedures/tent.yaml:1:12: another file has the procedure 'rent'. Keep one."
    ]


def test_a_duty_cannot_take_the_name_of_a_procedure():
    """
    The procedure made for a duty has a name of its own, which no other may have.
    """
    Path("book/procedures/duty-night-round.yaml").write_text(
        "procedure: duty-night-round\ntitle: {en: x, zh: x}\nsteps: []\n", encoding="utf-8"
    )
    assert report() == [
        (
            "book/posts/door.yaml:15:11: the procedure of duty 'night-round' would be called "
            "'duty-night-round', and there is one. Rename one of them."
        )
    ]


def test_yml_is_not_passed_over_in_silence():
    """
    A file that would not be read because of its ending is named.
    """
    path = Path("book/procedures/rent.yaml")
    path.with_name("pay.yml").write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    assert report() == ["book/procedures/pay.yml:1:1: this file is not read. Call it pay.yaml."]


def test_a_folder_that_is_no_handbook_and_one_that_is_no_site():
    """
    Pointed at the wrong folder, the loader says so and does not call it empty.
    """
    with pytest.raises(FaultyFileError) as caught:
        load_handbook(Path("estate"))
    assert str(caught.value) == (
        "estate/handbook.yaml:1:1: there is no such file, so this folder is no handbook."
    )
    with pytest.raises(FaultyFileError) as caught:
        load_site(Path("book"), {})
    assert str(caught.value) == (
        "book/site.yaml:1:1: there is no such file, so this folder is no site."
    )


def test_a_ledger_is_held_against_its_columns_when_it_is_read():
    """
    Wrong values, a unit that is not there and a torn line are told with line and column.
    """
    Path("estate/rents.csv").write_text(
        'unit,months\n1A,none\n3C,2\n"2A",1,9\n2A,"1\n', encoding="utf-8"
    )
    site = load()
    with pytest.raises(FaultyFileError) as caught:
        site.lines()["rents"]
    assert str(caught.value).splitlines() == [
        (
            "estate/rents.csv:2:4: 'months' cannot be 'none': it takes a whole number (month), "
            "0 or more."
        ),
        "estate/rents.csv:3:1: the site has no unit '3C'.",
        "estate/rents.csv:4:1: this line has 3 values, and there are 2 columns.",
        "estate/rents.csv:5:1: the quotation marks of this line do not pair. A value is one line.",
    ]


def test_a_ledger_has_the_columns_of_its_book_and_no_others():
    """
    A misspelt column is told with the one that was meant.
    """
    Path("estate/rents.csv").write_text("unit,month,unit\n1A,1,1\n", encoding="utf-8")
    with pytest.raises(FaultyFileError) as caught:
        _ = load().book("rents").rows
    assert str(caught.value).splitlines() == [
        "estate/rents.csv:1:1: column 'months' is missing. Add it.",
        "estate/rents.csv:1:6: the book has no column 'month'. Did you mean 'months'?",
        "estate/rents.csv:1:12: column 'unit' is given twice. Keep one.",
    ]


def test_units_have_one_line_each():
    """
    A unit given twice is refused.
    """
    Path("estate/units.csv").write_text(
        "unit,building,floor,owner\n1A,main,1,Chen\n1A,main,2,Sun\n", encoding="utf-8"
    )
    with pytest.raises(FaultyFileError) as caught:
        _ = load().units
    assert str(caught.value) == "estate/units.csv:3:1: unit '1A' is given twice. Keep one."


@pytest.mark.parametrize(
    ("line", "columns"),
    [
        ("1A,2", [1, 4]),
        ('"1,A",2', [1, 7]),
        ('"say ""1,A""",2', [1, 15]),
        ('1"A,B"', [1, 5]),
        (",,", [1, 2, 3]),
        ("", [1]),
    ],
)
def test_values_of_a_line_know_their_columns(line, columns):
    """
    A comma between quotation marks parts nothing; a mark within a value is a sign like any other.
    """
    faults = Faults()
    cells = books._cells(line, Place("f", 7), faults)
    assert [cell.place.column for cell in cells] == columns
