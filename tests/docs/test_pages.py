"""
Nothing stands on a page that does not run.
"""

from pathlib import Path

import pytest

from tests.docs.pages import (
    PAGES,
    ROOT,
    SCREEN,
    Block,
    blocks,
    desk,
    listen,
    recorded,
    replay,
    run_python,
    write_file,
)


@pytest.fixture(autouse=True)
def _screen(monkeypatch):
    for name, value in SCREEN.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_example_of_the_page_runs(page):
    """
    From top to bottom: Python runs, and each command prints what the page records.
    """
    names = {"__name__": "page"}
    with desk():
        for block in blocks(page):
            if block.file:
                write_file(block)
            elif block.runs and block.language == "python":
                run_python(block, names)
            elif block.runs and block.language == "console":
                assert replay(block) == recorded(block), block.place


@pytest.fixture
def page(tmp_path):
    def write(text):
        file = tmp_path / "page.md"
        file.write_text(text, encoding="utf-8")
        return file

    return write


def test_examples_are_found_with_their_lines(page):
    """
    Each fence is found, in a list too, with the line it stands on and whether it runs.
    """
    found = blocks(
        page("# A\n\n```python\na = 1\n```\n\n- b\n\n  ```console {.no-run}\n  $ rm -r .\n  ```\n")
    )
    assert [(b.line, b.language, b.runs, b.content) for b in found] == [
        (4, "python", True, "a = 1\n"),
        (10, "console", False, "$ rm -r .\n"),
    ]


def test_a_misspelt_mark_is_refused(page):
    """
    A mark that nobody knows does not silence an example.
    """
    file = page("```console {.norun}\n$ propflow\n```\n")
    with pytest.raises(ValueError, match="mark") as refused:
        blocks(file)
    assert (
        str(refused.value) == f"{file}:2: '{{.norun}}' is not a mark. Did you mean '{{.no-run}}'?"
    )


def test_a_wrong_answer_on_a_page_is_noticed(page):
    """
    Names live on from one example to the next, and a line that answers otherwise fails.
    """
    first, second = blocks(page("```python\nflats = 2\n```\n\n```python\n>>> flats + 1\n4\n```\n"))
    names = {}
    run_python(first, names)
    with pytest.raises(AssertionError, match="Expected:\n    4\nGot:\n    3"):
        run_python(second, names)


def test_a_traceback_shows_the_line_of_the_page(page):
    """
    Whoever broke an example sees where it stands.
    """
    (broken,) = blocks(page("# A page\n\n```python\n\n1 / 0\n```\n"))
    with pytest.raises(ZeroDivisionError) as failed:
        run_python(broken, {})
    assert (str(failed.traceback[-1].path), failed.traceback[-1].lineno + 1) == (
        str(broken.page),
        5,
    )


def test_what_an_example_answers_is_written_down_anew(page):
    """
    Answers, empty lines and refusals are recorded; what is right already stays.
    """
    (block,) = blocks(
        page(
            "```python\n>>> 1 + 1\n3\n>>> for a in 'x', '':\n...     print(a)\n"
            ">>> 1 / 0\n>>> 2\n2\n```\n"
        )
    )
    assert listen(block, {}) == (
        ">>> 1 + 1\n2\n>>> for a in 'x', '':\n...     print(a)\nx\n<BLANKLINE>\n>>> 1 / 0\n"
        "Traceback (most recent call last):\n  ...\nZeroDivisionError: division by zero\n>>> 2\n2\n"
    )


def test_a_file_on_a_page_is_written_beside_its_examples(page):
    """
    What the reader is told to save is there for the commands that follow.
    """
    (block,) = blocks(page("```yaml {file=mine/site.yaml}\nsite: mine\n```\n"))
    with desk():
        write_file(block)
        assert Path("mine/site.yaml").read_text(encoding="utf-8") == "site: mine\n"


def test_a_test_on_a_page_is_carried_out(page):
    """
    A page that shows a test shows one that passes; one that fails is noticed, and once only.
    """
    first, second = blocks(
        page("```python\ndef test_sum():\n    assert 1 + 1 == 3\n```\n\n```python\na = 1\n```\n")
    )
    names = {}
    with pytest.raises(AssertionError):
        run_python(first, names)
    run_python(second, names)


def console(page, content):
    (block,) = blocks(page(f"```console\n{content}```\n"))
    assert isinstance(block, Block)
    return block


def test_a_file_that_a_command_wrote_can_be_shown(page):
    """
    ``cat`` and ``echo $?`` are answered without a shell; old output gives way to the new.
    """
    block = console(page, "$ cat a-file  # read it\nold\n$ echo $?\n7\n")
    with desk():
        Path("a-file").write_text("new  \n\nlines\n", encoding="utf-8")
        assert replay(block) == ("$ cat a-file  # read it\nnew\n\nlines\n$ echo $?\n0\n")


def test_long_output_can_be_cut(page):
    """
    A page shows the lines that it is about, the first, the last, or those with a word.
    """
    block = console(
        page, "$ cat a-file | head -n 1\n$ cat a-file | tail -n 1\n$ cat a-file | grep lift\n"
    )
    with desk():
        Path("a-file").write_text("gate\nlift\nyard\n", encoding="utf-8")
        assert replay(block) == (
            "$ cat a-file | head -n 1\ngate\n$ cat a-file | tail -n 1\nyard\n"
            "$ cat a-file | grep lift\nlift\n"
        )


@pytest.mark.parametrize("command", ["make demo", "propflow list | head", "cat a b"])
def test_a_command_that_is_not_ours_is_refused(page, command):
    """
    Nothing is passed over in silence: it runs, or the page says that it does not.
    """
    block = console(page, f"$ {command}\n")
    with pytest.raises(ValueError, match="not run here") as refused:
        replay(block)
    assert str(refused.value) == (
        f"{block.place}: '{command}' is not run here. An example may say '$ propflow ...',"
        " '$ cat FILE' or '$ echo $?', and '| head -n N', '| tail -n N' or '| grep WORD' after it;"
        " mark anything else 'console {.no-run}'."
    )


def test_a_console_example_without_a_command_is_refused(page):
    """
    Output that no command printed is not an example.
    """
    block = console(page, "filed\n")
    with pytest.raises(ValueError, match="begins") as refused:
        replay(block)
    assert str(refused.value) == (
        f"{block.place}: a console example begins with a command, '$ propflow'."
    )
