"""
How wide words are, where lines break, and what is safe to print.
"""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from propflow.draw.measure import columns, pixels, wrap
from propflow.draw.words import clean, say
from tests.tables import rows


@pytest.mark.parametrize(
    ("words", "width"),
    rows("""
    File it    | 7
    归档       | 4
    119报警    | 7
    ＯＫ       | 4
    cafe\u0301 | 4
"""),
)
def test_a_chinese_character_takes_two_columns(words, width):
    """
    Wide characters count twice, combining ones not at all.
    """
    assert columns(words) == int(width)


@pytest.mark.parametrize(
    ("words", "width", "lines"),
    [
        ("File it now", 7, ["File it", "now"]),
        ("一二三四五", 6, ["一二三", "四五"]),
        ("拨打119报警", 8, ["拨打119", "报警"]),
        ("是否满意？", 8, ["是否满", "意？"]),
        ("Rindfleisch", 4, ["Rind", "flei", "sch"]),
        ("", 4, [""]),
    ],
)
def test_lines_break_where_a_reader_expects_it(words, width, lines):
    """
    Latin breaks between words, Chinese between characters, and no line begins with a stop.
    """
    assert wrap(words, width, columns) == lines


@given(st.text(max_size=80), st.integers(2, 30))
def test_no_letter_is_lost_when_lines_break(words, width):
    """
    All lines together say what was there, and none is wider than it may be.
    """
    words = clean(words)
    lines = wrap(words, width, columns)
    assert "".join("".join(lines).split()) == "".join(words.split())
    assert all(columns(line) <= width for line in lines)


def test_width_in_a_picture_grows_with_the_letters():
    """
    An estimate: wide letters count more than narrow ones, Chinese ones most.
    """
    assert pixels("il", 10) < pixels("no", 10) < pixels("MW", 10) < pixels("归档", 10) == 20


@pytest.mark.parametrize(
    ("words", "safe"),
    [
        ("two\r\nlines\tand  more ", "two lines and more"),
        ("a\x00\x07\x1b[31mb", "a[31mb"),
        ("safe\u202egnp.exe", "safegnp.exe"),
        ("\ud800\ufffe\ufdd0\U0001ffff", ""),
        ("line\u2028end", "line end"),
    ],
)
def test_what_is_not_seen_is_left_out(words, safe):
    """
    Line breaks become spaces; control characters and tricks with direction go.
    """
    assert clean(words) == safe


@pytest.mark.parametrize(
    ("language", "said"),
    rows("""
    en | 1 day 12 hours
    zh | 1天12小时
    de | 1 day 12 hours
"""),
)
def test_durations_are_said_in_the_language(language, said):
    """
    A deadline reads naturally; a language that is not there is written in English.
    """
    assert say(language, timedelta(hours=36)) == said
