"""
The reader of YAML: every scalar is text with a place, and what could mislead is refused.
"""

import os
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import propflow
from propflow.errors import HandbookError
from propflow.sites import yaml as reader
from propflow.sites.convert import structure
from propflow.sites.faults import Faults
from propflow.sites.files import KINDS
from propflow.sites.nodes import Entries, Items, Word
from propflow.sites.yaml import BYTES, DEPTH, FAULTS, NODES, head, parse, read, section

SHIPPED = sorted((Path(propflow.__file__).parent / "handbook").rglob("*.yaml"))


def parsed(text):
    faults = Faults()
    node = parse(text, "file.yaml", faults)
    faults.close()
    return node


def complaints(text):
    faults = Faults()
    parse(text, "f", faults)
    return [str(fault) for fault in faults]


def test_words_stay_words():
    """
    The charts answer yes and no, a flat may be 0x1F, and 1.0 is not 1: all of it is text.
    """
    words = ["yes", "no", "on", "off", "y", "true", "null", "~", "4", "1.0", "0x1F", "12:30"]
    node = parsed(f"[{', '.join(words)}]".join(["answers: ", ""]))
    assert node == {"answers": words}
    assert all(isinstance(word, Word) for word in node["answers"])


def test_everything_knows_its_place():
    """
    Words, lists, entries and keys each say where they stand.
    """
    node = parsed("a: one\nb:\n  - 'two'\n  - {c: three}\n")
    assert str(node.places["b"]) == "file.yaml:2:1"
    assert str(node["a"].place) == "file.yaml:1:4"
    items = node["b"]
    assert isinstance(items, Items)
    assert str(items.place) == "file.yaml:3:3"
    assert items[0].quoted
    assert not node["a"].quoted
    assert str(items[0].at(1)) == "file.yaml:3:7"
    assert isinstance(items[1], Entries)
    assert str(items[1]["c"].place) == "file.yaml:4:9"


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n...\n"])
def test_an_empty_file_is_told(text):
    """
    A file without anything in it is not taken for one that says nothing.
    """
    assert complaints(text) == ["f:1:1: the file is empty. Its first key says what it describes."]


def test_a_file_is_entries():
    """
    A list or a word alone is no file of ours.
    """
    told = "a file is a list of keys with their values, as in 'key: value'."
    assert complaints("- a\n- b\n") == [f"f:1:1: {told}"]
    assert complaints("hello") == [f"f:1:1: {told}"]


def test_an_alias_bomb_is_told_and_not_built():
    """
    Nine lists of nine aliases each: every alias is refused where it stands, up to a limit.
    """
    lines = ["a0: &a0 [lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    told = complaints("\n".join(lines))
    assert told[0] == "f:1:5: an anchor ('&a0') is not used here. Remove it."
    assert told[1] == "f:2:5: an anchor ('&a1') is not used here. Remove it."
    assert told[2] == "f:2:10: an alias ('*a0') is not used here. Write it out."
    assert told[-2] == f"f:6:45: {FAULTS} faults were found so far; the rest is not read."
    assert len(told) == FAULTS + 1


def test_depth_is_bounded():
    """
    A file may nest so deep and no deeper, however far it goes on.
    """
    assert parsed("a: " + "[" * (DEPTH - 1) + "]" * (DEPTH - 1)) is not None
    told = [f"f:1:{DEPTH + 3}: this is nested deeper than {DEPTH} levels."]
    assert complaints("a: " + "[" * DEPTH + "]" * DEPTH) == told
    assert complaints("a: " + "[" * 100_000) == told


def test_nodes_are_bounded():
    """
    A file that says too much is refused before it is built.
    """
    told = complaints("a: [" + "b," * NODES + "]")
    column = len("a: [") + 2 * (NODES - 3) + 1
    assert told == [
        f"f:1:{column}: the file says more than {NODES:,} things. Split it into several."
    ]


def test_a_file_of_100_megabytes_is_not_read(tmp_path, monkeypatch):
    """
    Its size is enough to refuse it, at once.
    """
    monkeypatch.chdir(tmp_path)
    path = Path("big.yaml")
    path.touch()
    os.truncate(path, 100_000_000)
    faults = Faults()
    begun = time.perf_counter()
    assert read(path, faults) is None
    assert time.perf_counter() - begun < 0.1
    assert [str(fault) for fault in faults] == [
        (
            f"big.yaml:1:1: the file has 100,000,000 bytes, and {BYTES:,} are the most that is "
            "read. Split it, or check that it is the right file."
        )
    ]


def test_a_file_without_an_honest_size_is_read_to_the_limit():
    """
    What gives no end of bytes is read one byte past the limit and refused.
    """
    faults = Faults()
    assert read(Path("/dev/zero"), faults) is None
    assert [str(fault) for fault in faults] == [
        (
            f"/dev/zero:1:1: the file has {BYTES + 1:,} bytes, and {BYTES:,} are the most that is "
            "read. Split it, or check that it is the right file."
        )
    ]


def test_other_encodings_are_told(tmp_path, monkeypatch):
    """
    A file from an old Chinese Windows is refused where its first strange byte stands.
    """
    monkeypatch.chdir(tmp_path)
    path = Path("gbk.yaml")
    path.write_bytes("procedure: x\ntitle: {zh: 投诉}\n".encode("gbk"))
    faults = Faults()
    assert read(path, faults) is None
    assert [str(fault) for fault in faults] == [
        "gbk.yaml:2:14: this is not UTF-8 text. Save the file as UTF-8."
    ]


def test_a_byte_order_mark_does_no_harm(tmp_path):
    """
    Notepad puts one before the text.
    """
    path = tmp_path / "bom.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: b\n")
    faults = Faults()
    assert read(path, faults) == {"a": "b"}
    assert not len(faults)


def test_characters_that_nobody_sees_are_told():
    """
    A control character is refused by its number.
    """
    assert complaints("a: b\nc: d\x00e\n") == [
        "f:2:5: the character U+0000 cannot stand in a file. Remove it."
    ]


def test_a_missing_file_is_told(tmp_path, monkeypatch):
    """
    So is one that cannot be opened.
    """
    monkeypatch.chdir(tmp_path)
    faults = Faults()
    assert read(Path("none.yaml"), faults) is None
    assert [str(fault) for fault in faults] == [
        "none.yaml:1:1: cannot be read: no such file or directory."
    ]


def test_the_head_of_a_file_is_read_alone(tmp_path):
    """
    The head ends at the first other key, and what is wrong behind it is not looked at.
    """
    path = tmp_path / "x.yaml"
    path.write_text("procedure: x\ntitle: {en: X}\nsteps: [}\n", encoding="utf-8")
    assert head(path, {"procedure", "title"}) == {"procedure": "x", "title": {"en": "X"}}


def test_one_section_of_a_file_is_read_alone(tmp_path):
    """
    Its places are those of the whole file, in whatever style the file is written.
    """
    path = tmp_path / "x.yaml"
    path.write_text("procedure: x\nsteps:\n  - do: y\nlaws:\n  - law: z\n", encoding="utf-8")
    found = section(path, "laws")
    assert found == [{"law": "z"}]
    assert str(found[0]["law"].place) == f"{path}:5:10"
    path.write_text("{procedure: x, laws: [{law: z}]}", encoding="utf-8")
    assert section(path, "laws") == [{"law": "z"}]
    assert section(path, "facts") is None


def test_both_parsers_say_the_same(monkeypatch):
    """
    Without libyaml the same files mean the same.
    """
    text = "a: [b?, 'c', \"d\"]\ne:\n  - f: g?\n    h: |\n      i\n  -\n"
    quick = parsed(text)
    monkeypatch.setattr(reader, "_parser", reader._pure)
    slow = parsed(text)
    assert quick == slow
    assert quick["a"][1].place == slow["a"][1].place
    assert [word.quoted for word in quick["a"]] == [word.quoted for word in slow["a"]]
    assert quick["e"][1].empty
    assert slow["e"][1].empty
    for path in SHIPPED:
        text = path.read_text(encoding="utf-8")
        monkeypatch.undo()
        quick = parsed(text)
        monkeypatch.setattr(reader, "_parser", reader._pure)
        assert parsed(text) == quick


# Pieces of YAML, so that many examples get past the first line.
PIECES = st.sampled_from(
    [
        "a",
        "do",
        ": ",
        "- ",
        "\n",
        "\n  ",
        "[",
        "]",
        "{",
        "}",
        ",",
        "'",
        '"',
        "|",
        ">",
        "&a",
        "*a",
        "!x",
        "<<",
        "---",
        "%",
        "\t",
        "#",
        "steps",
        "yes",
        "汉",
        "?",
        "@",
        "\r",
        "\x85",
        "setting ",
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES).map("".join)), st.sampled_from(sorted(KINDS)))
def test_any_text_is_read_or_refused_with_a_place(text, kind):
    """
    Nothing that anybody can type makes the reader fall over.
    """
    faults = Faults()
    node = parse(text, "f", faults)
    if node is not None:
        structure(node, KINDS[kind], faults)
    try:
        faults.close()
    except HandbookError as error:
        lines = text.count("\n") + text.count("\r") + text.count("\x85") + 1
        lines += text.count("\u2028") + text.count("\u2029")
        for fault in error.faults:
            assert 1 <= fault.place.line <= lines
            assert fault.place.column >= 1


@given(
    st.recursive(
        st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"])),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.from_regex("[a-z]+", fullmatch=True), inner, max_size=4)
        ),
        max_leaves=10,
    )
)
def test_what_is_written_is_read_back(value):
    """
    Whatever PyYAML writes of words, lists and entries, quoted, comes back the same.
    """
    text = yaml.safe_dump({"root": value}, default_style='"', allow_unicode=True)
    assert parsed(text.replace("!!binary", "")) == {"root": value}
