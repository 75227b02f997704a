"""
Whatever becomes of a file, the loader either takes it or says why not.
"""

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from propflow.errors import FaultyFileError
from propflow.sites import entries, load_site
from tests.sites.house import HOUSE, build

FILES = sorted(str(path.relative_to(HOUSE)) for path in HOUSE.rglob("*.*") if path.is_file())
PIECES = st.sampled_from(
    [
        "", " ", "\n", "\n  ", "- ", ": ", "{", "}", "[", "]", ",", "'", '"', "#", "yes", "no", "x",
        "setting patience", "setting ", "0", "-", ">= 1", "not(", "\t", "*a", "&a ", "!t ", "look",
        "leak", "rent", "done", "end", "do", "99999999999999999999 weeks", "9999-99-99", "\0", "渗",
        "late", "caretaker", "[]", "{}", "steps", "graph", "null", "1e999999999", "nan",
    ]
)  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """
    A copy of the small house to spoil again and again.
    """
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("house")
        build(folder, patch)
        yield folder


@settings(max_examples=150)
@given(
    st.sampled_from(FILES),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 30), PIECES), min_size=1, max_size=4),
)
@example("book/handbook.yaml", [(0.9, 10**6, "")])
def test_a_spoiled_file_is_taken_or_refused_with_places(house, file, cuts):
    """
    Pieces cut out of any file and others put in: a site, or a report, and nothing else.
    """
    path = Path(file)
    right = path.read_text(encoding="utf-8")
    text = right
    for where, length, piece in cuts:
        at = int(where * len(text))
        text = text[:at] + piece + text[at + length :]
    path.write_text(text, encoding="utf-8")
    faults = ()
    try:
        site = load_site(Path("estate"), {"house": Path("book")})
        for name in site.procedures:
            site.program(name)
        for name in site.tables:
            site.decider(name)
        _ = [book.rows for book in site.books.values()], site.units
        entries(Path("book"))
    except FaultyFileError as error:
        faults = error.faults
    finally:
        path.write_text(right, encoding="utf-8")
    assert all(Path(fault.place.file).exists() for fault in faults)
    assert all(fault.what.endswith((".", "?")) for fault in faults), faults
