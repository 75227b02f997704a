"""
Nothing stands on a page that does not run.
"""

from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT, SCREEN, Block, blocks, desk, recorded, replay, run_python


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
            if block.runs and block.language == "python":
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
        " '$ cat FILE' or '$ echo $?'; mark anything else 'console {.no-run}'."
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
