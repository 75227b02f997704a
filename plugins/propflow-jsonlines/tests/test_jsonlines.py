"""
A file of notices that is never left broken.
"""

import errno
import io
import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import attrs
import pytest

from propflow.engine.notices import Notice
from propflow.errors import PluginError
from propflow.text import Text
from propflow_jsonlines import lines as module
from propflow_jsonlines import register_notifiers
from propflow_jsonlines.lines import JsonLinesNotifier, StreamNotifier, line_of


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


LINE = (
    '{"id": "n-1", "case": "complaint-7", "procedure": "complaint", "step": "record",'
    ' "kind": "work", "to": ["complaints-clerk"], "people": ["li-na"],'
    ' "at": "2026-03-02T08:05:00+00:00",'
    ' "text": {"en": "Record the complaint", "zh": "记录投诉"}}\n'
)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "notices.jsonl"


def deliver(file, *ids):
    notifier = JsonLinesNotifier(str(file))
    try:
        for identity in ids:
            notifier.deliver(notice(id=identity))
    finally:
        notifier.close()


def ids(file):
    return [json.loads(line)["id"] for line in file.read_text(encoding="utf-8").splitlines()]


def test_a_notice_is_one_line_of_json(file):
    """
    The whole notice, Chinese as Chinese, in one line.
    """
    deliver(file, "n-1")
    assert file.read_text(encoding="utf-8") == LINE


def test_a_line_break_in_the_words_does_not_break_the_line():
    """
    Line breaks are escaped, and so is half a character.
    """
    line = line_of(notice(text=Text.of(en="a\nb\u2028c")))
    assert line.count("\n") == 1
    assert json.loads(line)["text"]["en"] == "a\nb\u2028c"


def test_half_a_character_is_written_the_way_json_writes_it(file):
    """
    Words that cannot be encoded still reach the file, and read back as they were.
    """
    notifier = JsonLinesNotifier(str(file))
    notifier.deliver(notice(text=Text.of(en="\ud800")))
    notifier.close()
    assert json.loads(file.read_bytes())["text"]["en"] == "\ud800"


def test_a_notice_that_comes_again_is_written_once(file):
    """
    At least once becomes once, within a run and from one run to the next.
    """
    deliver(file, "a", "b", "a")
    deliver(file, "b", "c", "a")
    assert ids(file) == ["a", "b", "c"]


def test_a_line_cut_short_by_a_crash_is_taken_back_at_every_byte(file):
    """
    Wherever the crash fell, the next run leaves whole lines, each notice once.
    """
    deliver(file, "a", "b")
    whole = file.read_bytes()
    first = whole.index(b"\n") + 1
    for end in range(first, len(whole) + 1):
        file.write_bytes(whole[:end])
        deliver(file, "b")
        assert file.read_bytes() == whole


def test_zeros_that_a_file_system_left_are_taken_back(file):
    """
    A lost write may come back as zeros; they go, and the notice is written anew.
    """
    deliver(file, "a", "b")
    whole = file.read_bytes()
    first = whole.index(b"\n") + 1
    for begun in (whole[:first], whole[: first + 20]):
        file.write_bytes(begun + b"\0" * 30)
        deliver(file, "b")
        assert file.read_bytes() == whole


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from types import SimpleNamespace
from propflow.text import Text
from propflow_jsonlines.lines import JsonLinesNotifier

words = dict.fromkeys(["case", "procedure", "step", "kind"], "x")
notice = SimpleNamespace(id="a", to=(), people=(), text=Text(), at=datetime.now(UTC), **words)
JsonLinesNotifier(sys.argv[1]).deliver(notice)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is a word of POSIX")
def test_what_was_delivered_survives_a_kill(file):
    """
    Once ``deliver`` has returned, ``kill -9`` takes nothing back.
    """
    ended = subprocess.run([sys.executable, "-c", KILLED, file], check=False)
    assert ended.returncode == -signal.SIGKILL
    deliver(file, "a", "b")
    assert ids(file) == ["a", "b"]


@pytest.mark.parametrize(
    "content", ["name,amount\n", "shopping list", '{"id": 7}\n', "[1]\n", "\n\n"]
)
def test_a_file_of_something_else_is_left_alone(file, content):
    """
    A file that is not ours is refused, with the line that says so, and not a byte of it changes.
    """
    file.write_text(content, encoding="utf-8")
    with pytest.raises(PluginError) as refused:
        JsonLinesNotifier(str(file))
    line = content.split("\n", maxsplit=1)[0]
    assert str(refused.value) == (
        f"plugin 'jsonlines': {str(file)!r} is not a file of notices: it has the line {line!r}."
        " Name another file."
    )
    assert file.read_text(encoding="utf-8") == content


def test_only_the_end_of_a_long_file_is_read(file, monkeypatch):
    """
    A file of years opens as quickly as a new one: what stands before its tail is forgotten.
    """
    deliver(file, *"abc")
    size = file.stat().st_size // 3
    monkeypatch.setattr(module, "TAIL", size + size // 2)
    deliver(file, "c")
    assert ids(file) == ["a", "b", "c"]
    deliver(file, "a")
    assert ids(file) == ["a", "b", "c", "a"]


def test_memory_does_not_grow_with_the_notices(file, monkeypatch):
    """
    The oldest notices are forgotten first.
    """
    monkeypatch.setattr(module, "REMEMBERED", 2)
    deliver(file, "a", "b", "c", "c", "b", "a")
    assert ids(file) == ["a", "b", "c", "a"]


def test_no_part_of_a_line_stays_on_a_full_disk(file, monkeypatch):
    """
    When the disk is full the file keeps its whole lines, and the notice can come again.
    """
    real = os.write
    notifier = JsonLinesNotifier(str(file))
    notifier.deliver(notice(id="a"))

    def full(handle, line):
        if len(line) < 10:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(handle, line[:-9])

    monkeypatch.setattr(module.os, "write", full)
    with pytest.raises(PluginError) as refused:
        notifier.deliver(notice(id="b"))
    assert str(refused.value) == (
        f"plugin 'jsonlines': cannot write to {str(file)!r}: no space left on device."
    )
    assert ids(file) == ["a"]
    monkeypatch.undo()
    notifier.deliver(notice(id="b"))
    notifier.close()
    assert ids(file) == ["a", "b"]


def test_a_folder_that_is_not_there_is_named(tmp_path):
    """
    The refusal names the file and says why.
    """
    file = str(tmp_path / "nowhere" / "notices.jsonl")
    with pytest.raises(PluginError) as refused:
        JsonLinesNotifier(file)
    assert str(refused.value) == (
        f"plugin 'jsonlines': cannot open {file!r}: no such file or directory."
    )


def test_a_notifier_without_a_file_is_refused():
    """
    The refusal says what to write.
    """
    with pytest.raises(PluginError) as refused:
        JsonLinesNotifier("")
    assert str(refused.value) == (
        "plugin 'jsonlines': no file is named: say 'jsonlines:notices.jsonl',"
        " or 'jsonlines:-' for standard output."
    )


def test_a_closed_file_takes_no_more(file):
    """
    After ``close`` a notice is refused, and a second ``close`` does no harm.
    """
    notifier = JsonLinesNotifier(str(file))
    notifier.close()
    notifier.close()
    with pytest.raises(PluginError) as refused:
        notifier.deliver(notice())
    assert str(refused.value) == (
        f"plugin 'jsonlines': {str(file)!r} was closed and takes no more notices."
    )


def test_a_stream_gets_the_same_lines():
    """
    On standard output the line is the same as in a file.
    """
    paper = io.StringIO()
    notifier = StreamNotifier(paper)
    notifier.deliver(notice())
    notifier.close()
    assert paper.getvalue() == LINE


def test_the_plugin_offers_its_notifier_by_name(file, capsys):
    """
    ``jsonlines:FILE`` writes to the file, ``jsonlines:-`` to standard output.
    """
    offered = {}
    register_notifiers(register=offered.__setitem__)
    assert list(offered) == ["jsonlines"]
    opened = offered["jsonlines"](str(file))
    opened.close()
    assert Path(file).exists()
    offered["jsonlines"]("-").deliver(notice())
    assert capsys.readouterr().out == LINE
