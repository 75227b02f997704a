"""
Notices on the terminal.
"""

import io
from datetime import UTC, datetime

import attrs
import pytest
from rich.console import Console

from propflow.engine.notices import Notice
from propflow.errors import PluginError
from propflow.text import Text
from propflow_terminal import register_notifiers
from propflow_terminal.notifier import KINDS, TerminalNotifier


def notice(**changes):
    plain = Notice(
        id="n-1",
        case="complaint-7",
        procedure="complaint",
        step="record",
        kind="work",
        to=("complaints-clerk",),
        people=("li-na",),
        at=datetime(2026, 3, 2, 8, 5, tzinfo=UTC),
        text=Text.of(en="Record the complaint", zh="记录投诉"),
    )
    return attrs.evolve(plain, **changes)


def written(told, *, language="en", **console):
    paper = io.StringIO()
    TerminalNotifier(language, console=Console(file=paper, **console)).deliver(told)
    return paper.getvalue()


def test_a_notice_is_one_line():
    """
    Moment, kind, role, person, words and case stand on one line.
    """
    assert written(notice()) == (
        "2026-03-02 08:05 work → complaints-clerk (li-na): Record the complaint"
        " [complaint-7 record]\n"
    )


def test_chinese_is_asked_for_by_name():
    """
    In Chinese the kind is Chinese too.
    """
    assert written(notice(kind="late"), language="zh") == (
        "2026-03-02 08:05 逾期 → complaints-clerk (li-na): 记录投诉 [complaint-7 record]\n"
    )


def test_a_role_that_nobody_holds_still_reads_well():
    """
    Without people there are no brackets, and without roles there is a dash.
    """
    assert "→ complaints-clerk: Record" in written(notice(people=()))
    assert "→ -: Record" in written(notice(people=(), to=()))


def test_a_long_notice_stays_on_its_line():
    """
    A narrow terminal folds the line by itself; a log can still be searched.
    """
    long = notice(text=Text.of(en="word " * 60 + "end"))
    assert written(long, width=20).count("\n") == 1


def test_words_from_a_file_cannot_repaint_the_terminal():
    """
    Line breaks and escape sequences lose their power, and square brackets are only brackets.
    """
    nasty = notice(text=Text.of(en="a\nb\x1b[2Jc\u202ed [bold]e[/bold] :smile:"))
    assert ": a b[2Jcd [bold]e[/bold] :smile: [complaint-7" in written(nasty)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_its_colour_on_a_terminal(kind):
    """
    On a terminal the kind is coloured.
    """
    assert "\x1b[" in written(notice(kind=kind), force_terminal=True, color_system="standard")


def test_no_color_is_respected(monkeypatch):
    """
    With NO_COLOR set no colour is written, terminal or not.
    """
    monkeypatch.setenv("NO_COLOR", "1")
    line = written(notice(kind="work"), force_terminal=True, color_system="standard")
    assert "\x1b[32m" not in line


def test_notices_leave_standard_output_alone(capsys):
    """
    Unless told otherwise the line goes to standard error, plain where nobody looks.
    """
    notifier = TerminalNotifier()
    notifier.deliver(notice())
    notifier.close()
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("2026-03-02 08:05 work → ")


def test_a_language_that_nobody_wrote_is_refused():
    """
    The refusal says which languages there are.
    """
    with pytest.raises(PluginError) as refused:
        TerminalNotifier("zg")
    assert str(refused.value) == (
        "plugin 'terminal': there is no language 'zg'; say 'terminal:en' or 'terminal:zh'."
        " Did you mean 'zh'?"
    )


def test_the_plugin_offers_its_notifier_by_name():
    """
    ``terminal`` alone speaks English, ``terminal:zh`` Chinese.
    """
    offered = {}
    register_notifiers(register=offered.__setitem__)
    assert list(offered) == ["terminal"]
    assert isinstance(offered["terminal"](""), TerminalNotifier)
    assert isinstance(offered["terminal"]("zh"), TerminalNotifier)
