"""
What a picture of a procedure is made with: the names of things, and how far a case has come.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

import attrs

from propflow.draw.words import OUTCOMES, clean, humane, phrase, say
from propflow.procedures import (
    IN_TURN,
    Ask,
    Call,
    Each,
    Edge,
    End,
    Node,
    Notice,
    Start,
    Step,
    StepGraph,
    Wait,
    Work,
)
from propflow.text import Text


def _ids(names: Iterable[str]) -> frozenset[str]:
    return frozenset(names)


def _pairs(pairs: Iterable[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    return frozenset(pairs)


@attrs.frozen(kw_only=True)
class Progress:
    """
    The path of a case through its procedure so far, and where it stands.

    Attributes:
        done: Ids of the steps that were passed, once at least.
        open: Ids of the steps at which the case stands now.
        taken: Pairs of source and target of the edges that were travelled.
        late: Ids of the steps whose time has passed.
    """

    done: frozenset[str] = attrs.field(default=frozenset(), converter=_ids)
    open: frozenset[str] = attrs.field(default=frozenset(), converter=_ids)
    taken: frozenset[tuple[str, str]] = attrs.field(default=frozenset(), converter=_pairs)
    late: frozenset[str] = attrs.field(default=frozenset(), converter=_ids)


#: A case of which nothing is known.
NO_PROGRESS = Progress()


@attrs.frozen(kw_only=True)
class Names:
    """
    What the ids of a procedure are called, and in which language.

    Attributes:
        roles: Label of each role.
        language: Code of the language of the picture: ``en`` or ``zh``.
        outcomes: For a step, the label of each of its outcomes.
        things: Label of each other thing: records, procedures, messages, books.
        lanes: ``roles`` where each role has a lane of its own; ``none`` where who does a step
            stands in its box instead, which makes a picture narrower.

    A name that is not there is written as its id, hyphens read as spaces.
    """

    roles: Mapping[str, Text] = attrs.field(factory=dict)
    language: str = "en"
    outcomes: Mapping[str, Mapping[str, Text]] = attrs.field(factory=dict)
    things: Mapping[str, Text] = attrs.field(factory=dict)
    lanes: Literal["roles", "none"] = "roles"

    def text(self, text: Text) -> str:
        """
        The words of a label, on one line and safe to print.
        """
        return clean(text.to(self.language))

    def role(self, role: str) -> str:
        """
        What a role is called.
        """
        return self._of(self.roles, role)

    def thing(self, name: str) -> str:
        """
        What a record, a procedure, a message or a book is called.
        """
        return self._of(self.things, name)

    def outcomes_of(self, edge: Edge) -> str:
        """
        The outcomes that take an edge, as a phrase: ``serious or major``.
        """
        labels = self.outcomes.get(edge.source, {})
        return self.any_of(self._outcome(labels, word) for word in edge.outcomes)

    def outcome(self, step: str, word: str) -> str:
        """
        What an outcome of a step is called.
        """
        return self._outcome(self.outcomes.get(step, {}), word)

    def any_of(self, words: Iterable[str]) -> str:
        """
        ``a, b or c``.
        """
        return self._joined(words, "or")

    def all_of(self, words: Iterable[str]) -> str:
        """
        ``a, b and c``.
        """
        return self._joined(words, "and")

    def say(self, key: str, **values: object) -> str:
        """
        A stock phrase in the picture's language.
        """
        return phrase(self.language, key).format(**values)

    def _joined(self, words: Iterable[str], last_joint: str) -> str:
        *most, last = list(words) or [""]
        if not most:
            return last
        return phrase(self.language, "comma").join(most) + phrase(self.language, last_joint) + last

    def _of(self, labels: Mapping[str, Text], name: str) -> str:
        label = labels.get(name)
        return (self.text(label) if label is not None else "") or clean(humane(name))

    def _outcome(self, labels: Mapping[str, Text], word: str) -> str:
        if word not in labels and word not in self.things and word in OUTCOMES:
            return phrase(self.language, word)
        return self._of(labels if word in labels else self.things, word)


def label_of(node: Node, names: Names) -> str:
    """
    What stands in the box of a node; nothing for gateways.
    """
    if isinstance(node, Start):
        return names.say("start")
    if not isinstance(node, Step):
        return ""
    label = names.text(node.label)
    if not label and isinstance(node, End) and node.id == "done":
        return names.say("done")
    return label or clean(humane(node.id))


def notes_of(node: Node, names: Names) -> tuple[str, ...]:
    """
    What is said small below the label: who else, by when, with which form, and any caution.
    """
    notes = _notes_of(node, names)
    if isinstance(node, Step) and node.caution:
        notes += (names.say("caution"),)
    return notes


def in_turn(each: Each, names: Names) -> tuple[str, ...]:
    """
    In which order the lines of a book are gone through, and until when, where that is said.
    """
    turn = (names.say("in-turn"),) if each.order == IN_TURN else ()
    if not each.until:
        return turn
    return *turn, names.say("until-end", ends=names.any_of(map(names.thing, each.until)))


def _notes_of(node: Node, names: Names) -> tuple[str, ...]:
    match node:
        case Notice(to=to):
            return (names.say("to", who=names.all_of(map(names.role, to))),)
        case Call(procedure=procedure):
            called = names.thing(procedure)
            return () if called == label_of(node, names) else (names.say("calls", what=called),)
        case Each(procedure=procedure, over=over):
            said = names.say("each", what=names.thing(procedure), book=names.thing(over))
            return (said, *in_turn(node, names))
        case Wait(messages=messages, within=within):
            notes = []
            if messages:
                notes.append(names.say("waits", what=names.any_of(map(names.thing, messages))))
            if within is not None:
                key = "at-most" if messages else "lasts"
                notes.append(names.say(key, time=say(names.language, within)))
            return tuple(notes)
        case Work():
            return tuple(_notes_of_work(node, names))
    return ()


def _notes_of_work(work: Work, names: Names) -> Iterable[str]:
    if names.lanes == "none":
        yield names.say("by", who=names.any_of(map(names.role, work.by)))
    elif len(work.by) > 1:
        yield names.say("also", who=names.any_of(map(names.role, work.by[1:])))
    if work.fills:
        yield names.say("fills", what=names.thing(work.fills))
    if work.within is not None:
        time = say(names.language, work.within)
        if work.late_tells:
            who = names.all_of(map(names.role, work.late_tells))
            yield names.say("within-tells", time=time, who=who)
        else:
            yield names.say("within", time=time)
    if isinstance(work, Ask) and work.late_answer is not None:
        yield names.say("stands", answer=names.outcome(work.id, work.late_answer))


def role_of(node: Node) -> str | None:
    """
    The role in whose lane a step belongs, where it is a role's work.
    """
    return node.by[0] if isinstance(node, Work) and node.by else None


def lanes_of(graph: StepGraph, order: Iterable[str], back: frozenset[Edge]) -> dict[str, str]:
    """
    The lane of each node: its own role's, or that of the step before it.

    Args:
        graph: The procedure.
        order: All ids, every node after those before it but for loops.
        back: The edges that lead back.

    Returns:
        Role of each node; ``""`` where no step of the procedure is a role's work.

    What nobody does (a decision by table, a notice, a wait, a call) stays where the work before
    it is done. Where ways come together, the lane is that of the work that follows at once.
    """
    order = list(order)
    number = {name: index for index, name in enumerate(order)}
    lanes: dict[str, str] = {}
    for name in order:
        node = graph.by_id[name]
        role = role_of(node)
        if role is None and not isinstance(node, Step) and graph.out[name]:
            role = role_of(graph.by_id[graph.out[name][0].target])
        if role is None:
            before = [edge.source for edge in graph.into[name] if edge not in back]
            role = lanes[max(before, key=number.__getitem__)] if before else None
        lanes[name] = role or ""
    first = next((lanes[name] for name in order if lanes[name]), "")
    return {name: lane or first for name, lane in lanes.items()}
