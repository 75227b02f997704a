"""
A procedure as text that can be read aloud: numbered steps, indented like an outline.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from propflow.draw.layout import dominators, leading, reading
from propflow.draw.measure import columns, wrap
from propflow.draw.scene import NO_PROGRESS, Names, Progress, label_of, notes_of, role_of
from propflow.draw.words import clean
from propflow.procedures import Edge, End, Fork, Join, Notice, Step, StepGraph, Wait
from propflow.text import Text

#: Lines are no wider than this many columns of a terminal.
WIDTH = 96

#: The place that all ways lead to in the end; no step can be called so.
_OUT = " out"


def draw_text(
    graph: StepGraph, *, title: Text, names: Names, progress: Progress | None = None
) -> str:
    """
    Write a procedure as an outline.

    Args:
        graph: The procedure's normal form.
        title: What stands above it.
        names: What roles and other things are called, and the language.
        progress: How far a case has come: a tick stands before steps passed, an arrow before
            open ones, and a word behind late ones.

    Returns:
        Lines, each ended, none with space at its end.
    """
    heading = wrap(names.text(title), WIDTH, columns)
    rule = "=" * max(columns(line) for line in heading)
    entries = paragraphs(graph, names)
    wide = len(str(max((entry.number for entry in entries), default=0)))
    lines = [*heading, rule, ""]
    for entry in entries:
        lines.extend(_written(entry, names, wide, progress))
    return "\n".join(line.rstrip() for line in lines) + "\n"


def paragraphs(graph: StepGraph, names: Names) -> list[Entry]:
    """
    The paragraphs of a procedure's outline, from the first step on.
    """
    return _Reader(graph, names).entries()


@attrs.define(kw_only=True)
class Entry:
    """
    One paragraph of the outline.

    Attributes:
        depth: How far it is indented.
        number: Number of a step; 0 for the words that introduce a branch.
        id: Id of the node that it stands for.
        words: What it says.
        reference: The phrase that leads on, and the node it names.
    """

    depth: int
    words: str
    number: int = 0
    id: str = ""
    reference: tuple[str, str] | None = None


class _Reader:
    def __init__(self, graph: StepGraph, names: Names) -> None:
        self.graph = graph
        self.names = names
        self.order, self.back = reading(graph)
        self.after = _meetings(graph, self.order, self.back)
        self.numbers: dict[str, int] = {}
        self.met: set[str] = set()
        self.found: list[Entry] = []

    def entries(self) -> list[Entry]:
        """
        The whole outline, references filled in.
        """
        self.walk(None, self.order[0], 0, ())
        for entry in self.found:
            if entry.reference is not None:
                key, target = entry.reference
                said = self.names.say(key, number=self.number(target))
                gap = " " if entry.words.endswith(":") else ""
                entry.words += gap + said
        return self.found

    def number(self, name: str) -> int:
        """
        Number of the step to which a way through gateways leads.
        """
        seen = set()
        while name not in self.numbers and name not in seen:
            seen.add(name)
            name = self.graph.out[name][0].target
        return self.numbers.get(name, 0)

    def walk(self, edge: Edge | None, name: str, depth: int, stops: tuple[str, ...]) -> None:
        """
        Tell what follows from a node on, as far as the innermost of the places to stop at.
        """
        while name != _OUT:
            if name in stops or name in self.met:
                if not stops or name != stops[-1]:
                    key = "back" if edge in self.back else "on"
                    self.found.append(Entry(depth=depth, words="", reference=(key, name)))
                return
            self.met.add(name)
            self.tell(name, depth, stops)
            out = self.graph.out[name]
            if len(out) > 1 or any(edge.outcomes for edge in out):
                name = self.branches(name, depth, stops)
                edge = None
                continue
            if not out:
                return
            edge = out[0]
            name = edge.target

    def tell(self, name: str, depth: int, stops: tuple[str, ...]) -> None:
        node = self.graph.by_id[name]
        if isinstance(node, Fork):
            words = self.names.say("all")
        elif isinstance(node, Join):
            if name not in self.closed:
                self.found.append(Entry(depth=depth, words=self.names.say("alone"), id=name))
            return
        elif isinstance(node, Step):
            words = _sentence(node, self.names)
        else:
            return
        self.numbers[name] = len(self.numbers) + 1
        self.found.append(Entry(depth=depth, words=words, number=self.numbers[name], id=name))

    @property
    def closed(self) -> set[str]:
        """
        The joins that close a fork: nothing need be said of them.
        """
        return {
            self.after.get(node.id, _OUT) for node in self.graph.nodes if isinstance(node, Fork)
        }

    def branches(self, name: str, depth: int, stops: tuple[str, ...]) -> str:
        """
        Tell each branch, and return where they meet again.
        """
        meeting = self.after.get(name, _OUT)
        fork = isinstance(self.graph.by_id[name], Fork)
        for index, edge in enumerate(self.graph.out[name]):
            if fork:
                head = self.names.say("branch", letter=_letter(index))
            else:
                head = self.names.outcomes_of(edge) + self.names.say("colon").rstrip()
            first = len(self.found)
            self.found.append(Entry(depth=depth + 1, words=head))
            self.walk(edge, edge.target, depth + 2, (*stops, meeting))
            told = self.found[first + 1 :]
            if not told:
                self.found[first].reference = "on", meeting
            elif len(told) == 1 and told[0].reference is not None:
                self.found[first].reference = told[0].reference
                self.found.pop()
        return meeting


def _meetings(graph: StepGraph, order: Iterable[str], back: frozenset[Edge]) -> dict[str, str]:
    """
    For each node the nearest one that every way from it to the main end passes, loops apart.

    A branch that only leads to another end is told to its end and changes nothing in where the
    rest of them meet.
    """
    onward: dict[str, list[str]] = {_OUT: []}
    order = tuple(order)
    main = leading(graph, order, back)
    for name in reversed(order):
        if name in main:
            out = [edge.target for edge in graph.out[name] if edge not in back]
            onward[name] = [target for target in out if target in main] or [_OUT]
    return dominators(onward, onward, _OUT)


def _sentence(step: Step, names: Names) -> str:
    words = label_of(step, names)
    role = role_of(step)
    colon = names.say("colon")
    if role is not None:
        words = names.role(role) + colon + words
    elif isinstance(step, End):
        words = names.say("end") + colon + words
    elif isinstance(step, Wait):
        words = names.say("wait") + colon + words
    notes = notes_of(step, names)
    if isinstance(step, Notice):
        who = names.all_of(map(names.role, step.to))
        words, notes = names.say("tells", who=who) + colon + words, ()
    notes = tuple(note for note in notes if note != names.say("caution"))
    if notes:
        words += names.say("notes", notes=names.say("semicolon").join(notes))
    if step.caution:
        words += f" (! {names.text(step.caution)})"
    if step.covers:
        words += f" [{' '.join(map(clean, step.covers))}]"
    return words


def _letter(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters


def _written(entry: Entry, names: Names, wide: int, progress: Progress | None) -> Iterator[str]:
    case = progress or NO_PROGRESS
    mark = "→" if entry.id in case.open else "✓" if entry.id in case.done else " "
    margin = f"{mark} " if progress is not None else ""
    lead = f"{entry.number:>{wide}}. " if entry.number else ""
    indent = "  " * entry.depth
    if not entry.number:
        # A branch begins below the words of its question, not below the number.
        indent += " " * wide
    elif entry.depth:
        indent += " " * wide
    words = entry.words
    if entry.id in case.late:
        words += f" - {names.say('is-late')}"
    room = max(WIDTH - len(margin) - len(indent) - len(lead), 32)
    for index, line in enumerate(wrap(words, room, columns)):
        before = margin if index == 0 else " " * len(margin)
        yield before + indent + (lead if index == 0 else " " * len(lead)) + line
