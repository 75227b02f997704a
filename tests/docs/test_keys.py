"""
The page on files says what the reader of files takes.
"""

import pytest

from tests.docs.keys import TABLE, refreshed, shapes
from tests.docs.pages import ROOT

PAGE = (ROOT / "docs/reference/files.md").read_text(encoding="utf-8")


def test_every_key_of_every_kind_of_file_is_on_the_page():
    """
    A key that the reader takes is on the page, and none that it does not take.
    """
    assert refreshed(PAGE) == PAGE, "say: python -m tests.docs.pages docs/reference/files.md"


def test_every_file_every_step_and_every_part_has_its_table():
    """
    A new verb is not to be used before it is explained.
    """
    assert sorted(name for _, name, _ in TABLE.findall(PAGE)) == sorted(shapes())


def test_a_table_of_nothing_is_refused():
    """
    A misspelt table does not stay as it was, unnoticed.
    """
    with pytest.raises(ValueError, match="'step dooo'"):
        refreshed("<!-- keys: step dooo -->\n<!-- end -->\n")
