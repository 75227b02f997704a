"""
The examples in the pages, found, run and, where asked, recorded anew.

``python -m tests.docs.pages PAGE ...`` runs the commands of each page and writes their present
output into it. Read the difference before you keep it.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
from markdown_it import MarkdownIt

from propflow.plugins import manager
from tests.docs.keys import refreshed

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
PAGES = [page for page in PAGES if "_build" not in page.parts]

#: A reader sees the mark beside the block's language, and so does whoever reviews the page.
NO_RUN = "{.no-run}"

#: A block so marked is a file: it is written to the page's folder before what follows is run.
FILE = re.compile(r"\{file=([\w./-]+)\}")

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
        file: The file that it is, where ``{file=NAME}`` follows the language.
        content: What stands between the fences, without the fences' own indentation.
        indent: That indentation.
    """

    page: Path
    line: int
    language: str
    runs: bool
    content: str
    indent: str
    file: str = ""

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
        file = FILE.fullmatch(mark.strip())
        block = Block(
            page=page,
            line=token.map[0] + 2,
            language=language,
            runs=mark.strip() != NO_RUN,
            content=token.content,
            indent=fence[: len(fence) - len(fence.lstrip())],
            file=file[1] if file else "",
        )
        if mark.strip() not in ("", NO_RUN) and not file:
            raise ValueError(
                f"{block.place}: {mark.strip()!r} is not a mark. Did you mean {NO_RUN!r}?"
            )
        found.append(block)
    return found


@contextlib.contextmanager
def desk() -> Iterator[None]:
    """
    A folder of its own with ``examples`` in it, for one page from top to bottom.

    Modules that the page writes can be imported there, and are forgotten afterwards.
    """
    modules = set(sys.modules)
    offered = manager.entry_points
    # A plugin that needs a compiler may be missing, and the pages do without it.
    manager.entry_points = lambda **group: [  # type: ignore[attr-defined]
        point for point in offered(**group) if point.name != "durable-rules"
    ]
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        if (ROOT / "examples").is_dir():
            shutil.copytree(ROOT / "examples", "examples")
        here = os.path.realpath(folder)
        sys.path.insert(0, here)
        try:
            yield
        finally:
            manager.entry_points = offered  # type: ignore[attr-defined]
            sys.path.remove(here)
            for name in set(sys.modules) - modules:
                if (getattr(sys.modules[name], "__file__", None) or "").startswith(here):
                    del sys.modules[name]


def write_file(block: Block) -> None:
    """
    Write a block that is a file, in the folder of the page.
    """
    target = Path(block.file)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(block.content, encoding="utf-8")


class _Listener(doctest.DocTestRunner):
    """
    Writes down what each line of an example answers, instead of comparing.
    """

    answers: dict[int, str]

    def report_failure(self, out: Any, test: Any, example: Any, got: str) -> None:
        """
        It answered otherwise.
        """
        got = re.sub(r"\A(Traceback .*\n)(?: .*\n)+", r"\1  ...\n", got.removesuffix("\n"))
        self.answers[example.lineno] = re.sub(r"(?m)^$", "<BLANKLINE>", got)

    def report_unexpected_exception(self, out: Any, test: Any, example: Any, exc_info: Any) -> None:
        """
        It was refused.
        """
        kind, error, _ = exc_info
        name = f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")
        said = f"Traceback (most recent call last):\n  ...\n{name}: {error}"
        self.answers[example.lineno] = said


def listen(block: Block, names: dict[str, Any]) -> str:
    """
    A ``>>>`` example as it should stand.
    """
    parser = doctest.DocTestParser()
    example = parser.get_doctest(block.content, names, block.place, str(block.page), block.line - 1)
    listener = _Listener()
    listener.answers = {}
    listener.run(example, out=lambda _: None, clear_globs=False)
    names.update(example.globs)
    shown = []
    for part in parser.parse(block.content):
        if isinstance(part, str):
            shown.append(part.rstrip(" "))
            continue
        first, *more = part.source.splitlines()
        answer = listener.answers.get(part.lineno, part.want.removesuffix("\n"))
        shown += [f">>> {first}\n", *(f"... {line}".rstrip() + "\n" for line in more)]
        shown += [f"{answer}\n"] if answer else []
    return "".join(shown)


def run_python(block: Block, names: dict[str, Any]) -> None:
    """
    Run a Python example among the *names* that the page has made so far.

    A block with ``>>>`` shows what each line answers, refusals with their message too. In any
    other a function called ``test_...`` is a test, and is carried out as pytest would.

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
        before = {name: names[name] for name in names if name.startswith("test_")}
        exec(compile(source, str(block.page), "exec"), names)  # noqa: S102 - our own page
        for name in [name for name in names if name.startswith("test_")]:
            if names[name] is not before.get(name):
                names[name]()


def replay(block: Block) -> str:
    """
    Run the commands of a console example, and write the block as it should stand.

    ``$ propflow ...`` is run, ``$ cat FILE`` shows what a command wrote, and ``$ echo $?`` tells
    its exit code. Long output may be cut by ``| head -n N``, ``| tail -n N`` or ``| grep WORD``.
    Nothing else is run, and no shell is.

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
    words, keep = _filtered(words)
    if words[:1] == ["cat"] and len(words) == 2:
        return 0, "\n".join(keep(Path(words[1]).read_text(encoding="utf-8").splitlines()))
    if words[:1] != ["propflow"] or {"|", ">", ">>", "<", "&&", "||", ";", "&"} & set(words):
        raise ValueError(
            f"{block.place}: '{command}' is not run here. An example may say '$ propflow ...',"
            " '$ cat FILE' or '$ echo $?', and '| head -n N', '| tail -n N' or '| grep WORD' after"
            f" it; mark anything else 'console {NO_RUN}'."
        )
    from propflow.cli import main

    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = main(words[1:])
    # A reader has propflow somewhere else than we have.
    shown = said.getvalue().replace(f"{ROOT / 'src'}{os.sep}", "")
    return code, "\n".join(keep(shown.splitlines()))


def _filtered(words: list[str]) -> tuple[list[str], Callable[[list[str]], list[str]]]:
    """
    A command without the filter that follows it, and what the filter keeps of the output.
    """
    match words:
        case [*before, "|", "head", "-n", count]:
            return before, lambda lines: lines[: int(count)]
        case [*before, "|", "tail", "-n", count]:
            return before, lambda lines: lines[-int(count) :]
        case [*before, "|", "grep", word]:
            return before, lambda lines: [line for line in lines if word in line]
    return words, lambda lines: lines


def _record(page: Path) -> None:
    lines = page.read_text(encoding="utf-8").splitlines()
    answers = []
    with desk():
        names: dict[str, Any] = {"__name__": "page"}
        for block in blocks(page):
            if block.file:
                write_file(block)
            elif block.runs and block.content.startswith(">>>"):
                answers.append((block, listen(block, names)))
            elif block.runs and block.language == "python":
                run_python(block, names)
            elif block.runs and block.language == "console":
                answers.append((block, replay(block)))
    for block, answer in reversed(answers):
        start = block.line - 1
        lines[start : start + len(block.content.splitlines())] = [
            (block.indent + line).rstrip() for line in answer.splitlines()
        ]
    page.write_text(refreshed("\n".join(lines) + "\n"), encoding="utf-8")


if __name__ == "__main__":
    os.environ.update(SCREEN)
    for name in sys.argv[1:]:
        _record(Path(name).resolve())
