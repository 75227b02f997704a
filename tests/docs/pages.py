"""
The examples in the pages, found, run and, where asked, recorded anew.

``python -m tests.docs.pages PAGE ...`` runs the commands of each page and writes their present
output into it. Read the difference before you keep it.
"""

from __future__ import annotations

import contextlib
import doctest
import os
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
from click.testing import CliRunner
from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
PAGES = [page for page in PAGES if "_build" not in page.parts]

#: A reader sees the mark beside the block's language, and so does whoever reviews the page.
NO_RUN = "{.no-run}"

#: What a page is read with: 80 columns, no colour, nobody at the keyboard.
SCREEN = {"COLUMNS": "80", "NO_COLOR": "1", "TERM": "dumb", "LANG": "C.UTF-8"}


@attrs.frozen(kw_only=True)
class Block:
    """
    One fenced example.

    Attributes:
        page: The file.
        line: Line of its first line of content, counted from 1.
        language: ``python``, ``console`` or whatever the fence says.
        runs: Whether it is run; ``{.no-run}`` after the language says no.
        content: What stands between the fences, without the fences' own indentation.
        indent: That indentation.
    """

    page: Path
    line: int
    language: str
    runs: bool
    content: str
    indent: str

    @property
    def place(self) -> str:
        return (
            f"{self.page.relative_to(ROOT) if ROOT in self.page.parents else self.page}:{self.line}"
        )


def blocks(page: Path) -> list[Block]:
    """
    The fenced examples of a page, in its order.
    """
    text = page.read_text(encoding="utf-8")
    lines = text.splitlines()
    found = []
    for token in MarkdownIt().parse(text):
        if token.type != "fence" or token.map is None:
            continue
        language, _, mark = token.info.strip().partition(" ")
        fence = lines[token.map[0]]
        block = Block(
            page=page,
            line=token.map[0] + 2,
            language=language,
            runs=mark.strip() != NO_RUN,
            content=token.content,
            indent=fence[: len(fence) - len(fence.lstrip())],
        )
        if language in ("python", "console") and mark.strip() not in ("", NO_RUN):
            raise ValueError(
                f"{block.place}: {mark.strip()!r} is not a mark. Did you mean {NO_RUN!r}?"
            )
        found.append(block)
    return found


@contextlib.contextmanager
def desk() -> Iterator[None]:
    """
    A folder of its own with ``examples`` in it, for one page from top to bottom.
    """
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        if (ROOT / "examples").is_dir():
            shutil.copytree(ROOT / "examples", "examples")
        yield


def run_python(block: Block, names: dict[str, Any]) -> None:
    """
    Run a Python example among the *names* that the page has made so far.

    A block with ``>>>`` shows what each line answers, refusals with their message too.

    Raises:
        AssertionError: An answer differs from what the page shows.
    """
    if block.content.lstrip().startswith(">>>"):
        example = doctest.DocTestParser().get_doctest(
            block.content, names, block.place, str(block.page), block.line - 1
        )
        said: list[str] = []
        result = doctest.DocTestRunner().run(example, out=said.append, clear_globs=False)
        names.update(example.globs)
        assert not result.failed, "".join(said)
    else:
        # Empty lines before it, so that a traceback shows the line of the page.
        source = "\n" * (block.line - 1) + block.content
        exec(compile(source, str(block.page), "exec"), names)  # noqa: S102 - our own page


def replay(block: Block) -> str:
    """
    Run the commands of a console example, and write the block as it should stand.

    ``$ propflow ...`` is run, ``$ cat FILE`` shows what a command wrote, and ``$ echo $?`` tells
    its exit code. Nothing else is run, and no shell is.

    Raises:
        ValueError: The block has no command, or one that cannot be run.
    """
    shown: list[str] = []
    code = 0
    lines = iter(block.content.splitlines())
    for line in lines:
        if not line.startswith("$ "):
            if not shown:
                raise ValueError(
                    f"{block.place}: a console example begins with a command, '$ propflow'."
                )
            continue
        shown.append(line)
        command = line[2:]
        while command.endswith("\\"):
            more = next(lines)
            shown.append(more)
            command = command[:-1] + more
        code, output = _run(block, command, code)
        shown += [said.rstrip() for said in output.splitlines()]
    return "\n".join(shown).rstrip() + "\n"


def recorded(block: Block) -> str:
    """
    The block as the page has it, white space at the ends of lines aside.
    """
    return "\n".join(line.rstrip() for line in block.content.splitlines()).rstrip() + "\n"


def _run(block: Block, command: str, code: int) -> tuple[int, str]:
    if command.strip() == "echo $?":
        return 0, f"{code}\n"
    words = shlex.split(command, comments=True)
    if words[:1] == ["cat"] and len(words) == 2:
        return 0, Path(words[1]).read_text(encoding="utf-8")
    if words[:1] != ["propflow"] or {"|", ">", ">>", "<", "&&", "||", ";", "&"} & set(words):
        raise ValueError(
            f"{block.place}: '{command}' is not run here. An example may say '$ propflow ...',"
            f" '$ cat FILE' or '$ echo $?'; mark anything else 'console {NO_RUN}'."
        )
    from propflow.cli import main

    result = CliRunner().invoke(main, words[1:], prog_name="propflow", env=SCREEN)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def _record(page: Path) -> None:
    lines = page.read_text(encoding="utf-8").splitlines()
    answers = []
    with desk():
        names: dict[str, Any] = {"__name__": "page"}
        for block in blocks(page):
            if block.runs and block.language == "python":
                run_python(block, names)
            elif block.runs and block.language == "console":
                answers.append((block, replay(block)))
    for block, answer in reversed(answers):
        start = block.line - 1
        lines[start : start + len(block.content.splitlines())] = [
            (block.indent + line).rstrip() for line in answer.splitlines()
        ]
    page.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    os.environ.update(SCREEN)
    for name in sys.argv[1:]:
        _record(Path(name).resolve())
