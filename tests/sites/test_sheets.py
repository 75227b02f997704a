"""
The rows of a decision in a spreadsheet: there and back without loss, and faults by their cell.
"""

import zipfile
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from propflow.cli import main
from propflow.errors import FaultyFileError
from propflow.fields import Field
from propflow.rules import Row, Table
from propflow.sites import load_handbook, sheets
from propflow.text import Text
from tests.rules.strategies import FIELDS, cells

HEAD = """decision: fee
title: {en: Fee, zh: 费用}
hit: first
inputs:
  area: {type: integer, min: 0}
  kind: {type: choice, of: [flat, shop]}
  since: {type: date}
outputs:
  fee: {type: money, unit: CNY}
  note: {type: text}
"""
BOOK = 'handbook: book\ntitle: {en: Book, zh: 手册}\nversion: "1"\n'


def book(folder: Path, rows: str) -> Path:
    """
    A handbook with one decision.
    """
    (folder / "decisions").mkdir(parents=True, exist_ok=True)
    (folder / "handbook.yaml").write_text(BOOK, encoding="utf-8")
    (folder / "decisions/fee.yaml").write_text(HEAD + rows, encoding="utf-8")
    return folder


def report(folder: Path) -> list[str]:
    """
    What is wrong with it, less the folder.
    """
    with pytest.raises(FaultyFileError) as refusal:
        load_handbook(folder)
    return [line.replace(f"{folder}/decisions/", "") for line in str(refusal.value).splitlines()]


ROWS = """rows:
  - {area: ">= 90", kind: shop, then: {fee: "12.50", note: "=1+1"}, because: {en: "Large, and a shop", zh: 大商铺}}
  - {area: "[10..90)", since: ">= 2026-01-01", then: {fee: "-3", note: "'@x"}, valid-from: 2026-01-01}
  - {then: {fee: "0", note: "- none"}}
"""  # noqa: E501


@pytest.mark.parametrize("name", ["fee.csv", "fee.xlsx"])
def test_rows_come_back_as_they_were(name, tmp_path):
    """
    Cells, outcomes, reasons in both languages and days, though some look like formulas.
    """
    yaml = load_handbook(book(tmp_path / "yaml", ROWS)).tables["fee"]
    folder = book(tmp_path / "sheet", f"rows: {name}\n")
    sheets.write(yaml, folder / "decisions" / name)
    sheet = load_handbook(folder).tables["fee"]
    assert sheet.as_dict() == yaml.as_dict()
    assert [row.place.line for row in sheet.rows] == [2, 3, 4]
    assert sheet.rows[0].place.file.endswith(name)


def test_what_a_spreadsheet_would_reckon_stands_behind_an_apostrophe(tmp_path):
    """
    Numbers and cells may begin with a sign, nothing else.
    """
    table = load_handbook(book(tmp_path, ROWS)).tables["fee"]
    sheets.write(table, tmp_path / "fee.csv")
    lines = (tmp_path / "fee.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "area,kind,since,then fee,then note,because en,because zh,valid-from"
    assert lines[1] == '>= 90,shop,-,12.50,\'=1+1,"Large, and a shop",大商铺,'
    assert lines[2] == "[10..90),-,>= 2026-01-01,-3,''@x,,,2026-01-01"
    assert lines[3] == "-,-,-,0,'- none,,,"


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_rows_come_back_from_csv_and_from_a_workbook(data, tmp_path_factory):
    """
    Whatever the cells, texts and types.
    """
    inputs = data.draw(st.lists(st.sampled_from(FIELDS), min_size=1, max_size=3, unique=True))
    note = Field(name="note", type="text")
    words = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), max_size=8)
    rows = data.draw(
        st.lists(
            st.builds(
                Row,
                cells=st.fixed_dictionaries({f.name: cells(f) for f in inputs}),
                outcome=st.fixed_dictionaries({"note": words.map(str.strip)}),
                because=st.builds(lambda en: Text.of(en=en), words.map(str.strip)),
            ),
            min_size=1,
            max_size=4,
        )
    )
    table = Table(id="t", inputs=inputs, outputs=[note], rows=rows, hit="first")
    folder = tmp_path_factory.mktemp("sheets")
    wanted = [[text.strip() for text in line] for line in sheets.lines_of(table)]
    for name in ("t.csv", "t.xlsx"):
        sheets.write(table, folder / name)
        read = sheets._from_csv if name == "t.csv" else sheets._from_xlsx
        faults = sheets.Faults()
        found = [[str(word) for word in line] for line in read(folder / name, faults)]
        assert not len(faults)
        assert [line[: len(wanted[0])] for line in found] == wanted


FAULTS = [
    (["area", "kind", "then fee", "then note"], [">= lots", "flat", "1", "x"],
     "cell A2, sign 4: cell '>= lots': 'area' cannot be 'lots': it takes a whole number."),
    (["area", "kind", "then fee", "then note"], ["1", "flt", "1", "x"],
     "cell B2: cell 'flt': 'kind' cannot be 'flt': it takes one of flat, shop. "
     "Did you mean 'flat'?"),
    (["area", "kin", "then fee", "then note"], ["1", "flat", "1", "x"],
     "cell B1: there is no input 'kin'. Did you mean 'kind'?"),
    (["area", "kind", "then fee", "then note"], ["1", "flat", "much", "x"],
     "cell C2: 'fee' cannot be 'much': it takes an amount of money (CNY)."),
]  # fmt: skip


@pytest.mark.parametrize(("head", "line", "said"), FAULTS)
def test_a_fault_is_said_by_its_cell(head, line, said, tmp_path):
    """
    In a workbook with its sheet.
    """
    folder = book(tmp_path, "rows: fee.csv\n")
    text = "\n".join(",".join(each) for each in (head, line))
    (folder / "decisions/fee.csv").write_text(text, encoding="utf-8")
    cell = said.partition(":")[0].split(",")[0].removeprefix("cell ")
    place = f"{cell[1:]}:{ord(cell[0]) - 64}"
    assert report(folder) == [f"fee.csv:{place}: {said}"]
    made = openpyxl.Workbook()
    made.active.title = "rows"
    for each in (head, line):
        made.active.append(each)
    made.save(folder / "decisions/fee.xlsx")
    book(folder, "rows: fee.xlsx\n")
    assert report(folder) == [f"fee.xlsx:{place}: sheet 'rows', {said}"]


def test_what_people_type_into_a_workbook_is_understood(tmp_path):
    """
    Numbers, dates and ticks have types of their own there; formulas are refused.
    """
    folder = book(tmp_path, "rows: fee.xlsx\n")
    made = openpyxl.Workbook()
    made.active.append(["area", "since", "then fee", "then note"])
    made.active.append([90, datetime(2026, 1, 1), 12.5, True])  # noqa: DTZ001 a workbook has no zones
    made.active.append([3.0, None, 7, time(8)])
    made.save(folder / "decisions/fee.xlsx")
    rows = load_handbook(folder).tables["fee"].rows
    assert [str(row.cell("area")) for row in rows] == ["90", "3"]
    assert rows[0].cell("since").admits(date(2026, 1, 1))
    assert [dict(row.outcome)["note"] for row in rows] == ["yes", "08:00:00"]
    made.active.append(["=1+1", None, 1, "x"])
    made.save(folder / "decisions/fee.xlsx")
    assert report(folder) == [
        "fee.xlsx:4:1: sheet 'rows', cell A4: a formula or its error stands here. "
        "Put the value in its place."
    ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the first line names the columns, and it is empty."),
        (b"\xff\xfe", "this is not UTF-8 text. Save the file as UTF-8."),
        (b'area,"kind', "the quotation marks of this line do not pair."),
        (b"area\n" + b"1\n" * 20_000, "this is too large for a table"),
        (b"," * 500, "this is too large for a table"),
        (b"x" * (5 << 20), "the file has"),
    ],
)
def test_a_file_that_is_no_table_is_refused(data, said, tmp_path):
    """
    At once, and never half read.
    """
    folder = book(tmp_path, "rows: fee.csv\n")
    (folder / "decisions/fee.csv").write_bytes(data)
    assert said in "\n".join(report(folder))


def test_a_workbook_that_would_unpack_to_gigabytes_is_not_unpacked(tmp_path):
    """
    Its size is read from its list of contents.
    """
    folder = book(tmp_path, "rows: fee.xlsx\n")
    with zipfile.ZipFile(folder / "decisions/fee.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b" " * (65 << 20))
    assert report(folder)[0].startswith("fee.xlsx:1:1: this is too large for a table")


@settings(max_examples=60, deadline=None)
@given(piece=st.binary(max_size=60), at=st.integers(0, 4000), kind=st.sampled_from(["csv", "xlsx"]))
@example(piece=b"PK", at=0, kind="xlsx")
def test_whatever_is_in_a_file_it_is_taken_or_refused(piece, at, kind, tmp_path_factory):
    """
    Nothing but a refusal comes out of a spoiled file.
    """
    folder = book(tmp_path_factory.mktemp("spoiled"), ROWS)
    table = load_handbook(folder).tables["fee"]
    path = folder / f"decisions/fee.{kind}"
    sheets.write(table, path)
    right = path.read_bytes()
    path.write_bytes(right[: at % len(right)] + piece + right[at % len(right) + len(piece) :])
    book(folder, f"rows: fee.{kind}\n")
    faults = ()
    try:
        load_handbook(folder)
    except FaultyFileError as error:
        faults = error.faults
    assert all(fault.what.endswith((".", "?")) for fault in faults)


def test_a_file_that_is_not_there_and_a_name_that_is_none(tmp_path):
    """
    The place is that of the name.
    """
    folder = book(tmp_path, "rows: fees.csv\n")
    assert report(folder) == ["fee.yaml:11:7: there is no file 'fees.csv' beside this one."]


def test_the_command_line_writes_the_rows(tmp_path, capsys):
    """
    Of any decision of a site, to be sent round and brought back.
    """
    target = tmp_path / "rows.xlsx"
    assert main(["decide", "goods-release", "--rows", str(target)]) == 0
    sheet = openpyxl.load_workbook(target)["rows"]
    assert [cell.value for cell in sheet[1]][:3] == ["papers", "matches", "then release"]
    assert main(["decide", "goods-release", "--rows", str(tmp_path / "rows.ods")]) == 2
    assert "a table is written to a .csv or an .xlsx file." in capsys.readouterr().err
