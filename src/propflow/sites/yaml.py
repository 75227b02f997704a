"""
Reads a YAML file into words, lists and entries that know where they stand in it.

Every scalar stays text: whether ``yes`` or ``4`` is a word or a number is for the field to say
that takes it. What could make a file mean something else than it looks like is refused:
aliases, merge keys, tags, a key given twice.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, Protocol, cast

from yaml import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    MarkedYAMLError,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    YAMLError,
)

from propflow.errors import Place
from propflow.sites.faults import Faults
from propflow.sites.nodes import Entries, Items, Node, Word

#: What a file may have at most: bytes, levels of nesting, nodes, and faults worth reading.
BYTES = 1 << 20
DEPTH = 32
NODES = 50_000
FAULTS = 50

# What YAML 1.2 does not let stand in a file, written or not.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WITHIN_WORD = re.compile(r"(?<=[^\s\[\]{},])\?")
_TOP_KEY = re.compile(r"^([a-z][a-z0-9-]*):", re.MULTILINE)


class _Parser(Protocol):
    def get_event(self) -> Any: ...


class Unreadable(Exception):  # noqa: N818  the fault is in the report already
    """
    Nothing more can be read from this file; why has been noted.
    """


def read(path: Path, faults: Faults) -> Entries | None:
    """
    Read a file whole.

    Args:
        path: The file; messages name it as it is given here.
        faults: Takes what is wrong with it.

    Returns:
        What the file says, as far as it could be read; nothing where it could not be.
    """
    text = _text(path, faults)
    return None if text is None else parse(text, str(path), faults)


def parse(text: str, file: str, faults: Faults, *, line: int = 1) -> Entries | None:
    """
    Read text as `read` does.

    Args:
        text: The YAML.
        file: What messages call it.
        faults: Takes what is wrong with it.
        line: Number of its first line.
    """
    build = _Build(file, line, faults)
    root: Node | None = None
    try:
        root = build.run(text)
    except Unreadable:
        return None
    except MarkedYAMLError as error:
        faults.add(*_said(error, text, file, line))
        return None
    except YAMLError:
        faults.add(Place(file, line), _NOT_YAML)
        return None
    if build.broken:
        return None  # what an alias stands for is missing, and would be missed all over
    if root is None or (isinstance(root, Word) and root.empty):
        faults.add(Place(file, line), "the file is empty. Its first key says what it describes.")
        return None
    if not isinstance(root, Entries):
        faults.add(root.place, "a file is a list of keys with their values, as in 'key: value'.")
        return None
    return root


def head(path: Path, keys: Collection[str]) -> Entries:
    """
    The first keys of a file, up to the first that is not one of *keys*: quick, and unchecked.

    Raises:
        FaultyFileError: The file cannot be read even so far.
    """
    faults = Faults()
    text = _text(path, faults)
    found = Entries(str(path))
    if text is not None:
        build = _Build(str(path), 1, faults, keys)
        try:
            build.run(text)
        except Unreadable:
            pass
        except MarkedYAMLError as error:
            faults.add(*_said(error, text, str(path), 1))
        except YAMLError:
            faults.add(Place(str(path)), _NOT_YAML)
        if isinstance(build.root, Entries):
            found = build.root
    faults.close()
    return found


def section(path: Path, key: str) -> Node | None:
    """
    The value of one key of a file's outermost level, without reading the rest: unchecked.

    Raises:
        FaultyFileError: The file or that part of it cannot be read.
    """
    faults = Faults()
    text = _text(path, faults) or ""
    found: Node | None = None
    if text.lstrip().startswith("{"):
        whole = parse(text, str(path), faults)
        found = None if whole is None else whole.get(cast("Word", key))
    else:
        tops = list(_TOP_KEY.finditer(text))
        for number, top in enumerate(tops):
            if top[1] == key:
                stop = tops[number + 1].start() if number + 1 < len(tops) else len(text)
                line = text.count("\n", 0, top.start()) + 1
                part = parse(text[top.start() : stop], str(path), faults, line=line)
                found = None if part is None else part.get(cast("Word", key))
                break
    faults.close()
    return found


def spans(text: str) -> dict[tuple[int, int], tuple[int, int]]:
    """
    Where each value of a file begins and ends in its text.

    Args:
        text: YAML that `parse` has taken.

    Returns:
        For the line and column of each word, list and entry the places of its first character
        and of the one behind its last. Where a list begins with a list, the outer one counts.
    """
    found: dict[tuple[int, int], tuple[int, int]] = {}
    opened: list[Any] = []
    # A mark knows how many characters come before it, or only its line and column.
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for event in _events(text):
        kind = type(event)
        if kind is ScalarEvent:
            begin, end = event.start_mark, event.end_mark
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            opened.append(event.start_mark)
            continue
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            begin, end = opened.pop(), event.end_mark
        else:
            continue
        first, last = starts[begin.line] + begin.column, starts[end.line] + end.column
        # A block ends where the next thing begins: blank lines and comments are not its own.
        body = text[first:last]
        lines = body.splitlines(keepends=True)
        while len(lines) > 1 and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
            lines.pop()
        length = len("".join(lines).rstrip())
        found[begin.line + 1, begin.column + 1] = (first, first + length)
    return found


def text_of(path: Path, faults: Faults, limit: int = BYTES) -> str | None:
    """
    The text of a file that is not larger than it may be, or nothing, once noted why.
    """
    file = str(path)
    try:
        size = path.stat().st_size
        if size > limit:
            faults.add(Place(file), _too_large(size, limit))
            return None
        with path.open("rb") as stream:
            # One byte more: a pipe or a growing file has no honest size.
            data = stream.read(limit + 1)
    except OSError as error:
        faults.add(Place(file), f"cannot be read: {(error.strerror or 'no reason given').lower()}.")
        return None
    if len(data) > limit:
        faults.add(Place(file), _too_large(len(data), limit))
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        good = error.object[: error.start].decode("utf-8")  # less the mark of its beginning
        faults.add(_after(good, file, 1), "this is not UTF-8 text. Save the file as UTF-8.")
        return None


def _text(path: Path, faults: Faults) -> str | None:
    return text_of(path, faults)


def _too_large(size: int, limit: int) -> str:
    return (
        f"the file has {size:,} bytes, and {limit:,} are the most that is read. "
        "Split it, or check that it is the right file."
    )


def _after(good: str, file: str, line: int) -> Place:
    """
    The place right behind the text *good*.
    """
    return Place(file, line + good.count("\n"), len(good) - good.rfind("\n"))


def _said(error: MarkedYAMLError, text: str, file: str, line: int) -> tuple[Place, str]:
    """
    A syntax error in our own words: the parser speaks of tokens and productions.
    """
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return Place(file, line), _NOT_YAML
    lines = text.splitlines() or [""]
    context, problem = error.context or "", error.problem or ""
    opened = error.context_mark
    if opened is not None and "quoted" in context and "end of stream" in problem:
        what = "the quotation mark is opened here and never closed."
        return _place(opened, lines, file, line), what
    if opened is not None and context.endswith(("flow sequence", "flow mapping")):
        bracket = "]" if "sequence" in context else "}"
        what = f"this bracket needs its {bracket!r}, and commas between what is in it."
        return _place(opened, lines, file, line), what
    if "flow node" in context:
        what = "a value is missing here, or the end of a bracket."
        return _place(mark, lines, file, line), what
    place = _place(mark, lines, file, line)
    here = lines[place.line - line][place.column - 1 : place.column]
    return place, _syntax(problem, here)


def _place(mark: Any, lines: list[str], file: str, line: int) -> Place:
    """
    Where a mark of the parser stands; what is found missing at the end is said of the last line.
    """
    if mark.line >= len(lines):
        return Place(file, line + len(lines) - 1, len(lines[-1]) + 1)
    return Place(file, line + mark.line, mark.column + 1)


def _syntax(problem: str, here: str) -> str:
    """
    What is wrong at one character.
    """
    if here == "\t" or "tab character" in problem:
        return "a tab stands where spaces belong. Indent with spaces."
    if "escape" in problem:
        return "a backslash means something special here. Use single quotes."
    if "mapping values" in problem:
        return (
            "this colon does not fit. Put text with a colon in quotes, and check that the line "
            "is indented like its neighbours."
        )
    if "cannot start any token" in problem and here:
        return f"a value cannot begin with {here!r}. Put it in quotes."
    return _TAG if "tag" in problem else _NOT_YAML


_NOT_YAML = (
    "this is not YAML: check the indentation, the colon after a key and the quotation marks."
)
_TAG = "a tag ('!...') is not used here. Write the value alone; put text with a '!' in quotes."


class _Build:
    """
    Turns the parser's events into nodes, with a stack of its own instead of recursion.
    """

    def __init__(
        self, file: str, line: int, faults: Faults, keys: Collection[str] | None = None
    ) -> None:
        self.file = file
        self.line = line
        self.faults = faults
        self.limit = len(faults) + FAULTS
        self.keys = keys
        self.root: Node | None = None
        self.stack: list[Items | Entries] = []
        self.pending: list[Word | None] = []
        self.skip = 0
        self.count = 0
        self.documents = 0
        self.broken = False

    def run(self, text: str) -> Node | None:
        bad = _UNPRINTABLE.search(text)
        if bad:
            self.fault(
                _after(text[: bad.start()], self.file, self.line),
                f"the character U+{ord(bad[0]):04X} cannot stand in a file. Remove it.",
            )
            raise Unreadable
        for event in _events(text):
            kind = type(event)
            if self.skip:
                self.skipped(kind)
            elif kind is ScalarEvent:
                self.scalar(event)
            elif kind is MappingStartEvent:
                self.open(event, Entries(*self.where(event)))
            elif kind is SequenceStartEvent:
                self.open(event, Items(*self.where(event)))
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                self.stack.pop()
                self.pending.pop()
            elif kind is AliasEvent:
                self.alias(event)
            elif kind is DocumentStartEvent:
                self.document(event)
        return self.root

    def where(self, event: Any) -> tuple[str, int, int]:
        mark = event.start_mark
        return self.file, mark.line + self.line, mark.column + 1

    def fault(self, place: Place, what: str) -> None:
        self.faults.add(place, what)
        if len(self.faults) >= self.limit:
            self.faults.add(place, f"{FAULTS} faults were found so far; the rest is not read.")
            raise Unreadable

    def document(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            self.fault(
                Place(*self.where(event)),
                "a second document begins with '---'. Put it in a file of its own.",
            )
            raise Unreadable
        if event.version or event.tags:
            self.fault(Place(self.file, self.line), "lines that begin with '%' are not used here.")

    def scalar(self, event: Any) -> None:
        mark = event.start_mark
        word = Word(event.value, self.file, mark.line + self.line, mark.column + 1)
        word.quoted = bool(event.style)  # libyaml says '' of a plain word, Python's parser None
        if event.anchor is not None or event.tag is not None:
            self.plain(event)
        self.put(word)

    def open(self, event: Any, node: Items | Entries) -> None:
        self.plain(event)
        if len(self.stack) >= DEPTH:
            self.fault(node.place, f"this is nested deeper than {DEPTH} levels.")
            raise Unreadable
        if self.waits_for_key():
            self.fault(node.place, "a key is a word, not a list or another set of keys.")
            self.pending[-1] = Word("", *self.where(event))
            self.skip = 1
            return
        self.put(node)
        self.stack.append(node)
        self.pending.append(None)

    def skipped(self, kind: type) -> None:
        if kind is MappingStartEvent or kind is SequenceStartEvent:
            self.skip += 1
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            self.skip -= 1

    def alias(self, event: Any) -> None:
        place = Place(*self.where(event))
        self.fault(place, f"an alias ('*{event.anchor}') is not used here. Write it out.")
        self.broken = True
        self.put(Word("", *self.where(event), quoted=True))

    def plain(self, event: Any) -> None:
        """
        Refuse what stands before a node and is no part of it.
        """
        if event.anchor is not None:
            self.fault(
                Place(*self.where(event)),
                f"an anchor ('&{event.anchor}') is not used here. Remove it.",
            )
        if event.tag is not None:
            self.fault(Place(*self.where(event)), _TAG)

    def waits_for_key(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1], Entries) and self.pending[-1] is None

    def put(self, node: Node) -> None:
        self.count += 1
        if self.count > NODES:
            self.fault(
                node.place, f"the file says more than {NODES:,} things. Split it into several."
            )
            raise Unreadable
        if not self.stack:
            self.root = node
            return
        into = self.stack[-1]
        if isinstance(into, Items):
            into.append(node)
            return
        key = self.pending[-1]
        if key is None:
            self.key(into, cast("Word", node))
            return
        self.pending[-1] = None
        # A key given twice: the first value stands, as the message says.
        into.setdefault(key, node)

    def key(self, into: Entries, word: Word) -> None:
        if self.keys is not None and len(self.stack) == 1 and word not in self.keys:
            raise Unreadable
        if word == "<<" and not word.quoted:
            self.fault(word.place, "a merge key ('<<') is not used here. Write the keys out.")
        elif word.empty:
            self.fault(word.place, "a key is missing before the colon.")
        elif word in into:
            first = next(key for key in into if key == word)
            self.fault(
                word.place, f"{str(word)!r} is given twice, first on line {first.line}. Keep one."
            )
        self.pending[-1] = word


def _events(text: str) -> Iterator[Any]:
    parser = _parser(text)
    while True:
        event = parser.get_event()
        if event is None or type(event) is StreamEndEvent:
            return
        yield event


def _parser(text: str) -> _Parser:
    try:
        from yaml.cyaml import CParser  # type: ignore[attr-defined]
    except ImportError:  # a PyYAML built without libyaml: slower, the same in meaning
        return _pure(text)
    return cast("_Parser", CParser(text))


def _pure(text: str) -> _Parser:
    from yaml.parser import Parser
    from yaml.reader import Reader
    from yaml.scanner import Scanner

    # Python's scanner ends a plain word in braces at any question mark, libyaml and YAML 1.2
    # only at one that stands alone: those within words are put aside while it scans.
    aside = next(chr(code) for code in range(0xE000, 0xF900) if chr(code) not in text)

    class Pure(Reader, Scanner, Parser):
        def __init__(self, stream: str) -> None:
            Reader.__init__(self, _WITHIN_WORD.sub(aside, stream))
            Scanner.__init__(self)
            Parser.__init__(self)

        def get_event(self) -> Any:
            event = super().get_event()  # type: ignore[no-untyped-call]
            if type(event) is ScalarEvent:
                event.value = event.value.replace(aside, "?")
            return event

    return cast("_Parser", Pure(text))
