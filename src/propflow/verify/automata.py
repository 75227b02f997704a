"""
The words of laws, each a small automaton that watches the steps of a case go by.

Source: Pesic, Schonenberg, van der Aalst, "DECLARE: Full Support for Loosely-Structured
Processes", EDOC 2007; De Giacomo, Vardi, "Linear Temporal Logic and Linear Dynamic Logic on
Finite Traces", IJCAI 2013.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import attrs

#: What an automaton is told: its first step was done, its second was, some other was, or the
#: time that it was given is over.
FIRST, SECOND, OTHER, TIME = "a", "b", "-", "x"

#: The steps of a word that speaks of as many as one likes.
EACH = 0

#: Nothing that follows can mend it.
BROKEN = -1
#: The count of an automaton whose time is over, so that it has nothing left to say.
PAST = -2


@attrs.frozen
class Automaton:
    """
    What one word of laws has seen so far, as a small number.

    Attributes:
        start: Where it begins.
        moves: From a state and a letter to the next state; where none is given it stays.
        accepts: The states in which the law has held if the case is over now.
        starts: Pairs of state and letter by which its clock begins anew.
        settled: The states that are never left any more.
    """

    start: int
    moves: Mapping[tuple[int, str], int]
    accepts: frozenset[int]
    starts: frozenset[tuple[int, str]]
    settled: frozenset[int]

    def after(self, state: int, letter: str) -> int:
        """
        The state after one more letter.
        """
        return self.moves.get((state, letter), state)


def _automaton(moves: str, accepts: str) -> Automaton:
    """
    An automaton from moves such as ``0a1``; ``*`` starts its clock, ``!`` is broken.

    Source: the tables below, each held to its formula on every trace of up to six steps.
    """
    found: dict[tuple[int, str], int] = {}
    starts = set()
    for move in moves.split():
        state, letter, after = int(move[0]), move[1], move[2]
        found[state, letter] = BROKEN if after == "!" else int(after)
        if move.endswith("*"):
            starts.add((state, letter))
    return _made(0, found, {int(state) for state in accepts}, starts)


def _made(
    start: int,
    moves: dict[tuple[int, str], int],
    accepts: set[int],
    starts: set[tuple[int, str]],
) -> Automaton:
    states = {start, *moves.values()}
    left = {state for (state, _), after in moves.items() if after != state}
    return Automaton(start, moves, frozenset(accepts), frozenset(starts), frozenset(states - left))


def _existence(times: int) -> Automaton:
    moves = {(n, FIRST): n + 1 for n in range(times)}
    moves |= {(n, TIME): BROKEN for n in range(times)}
    return _made(0, moves, {times}, set())


def _absence(times: int) -> Automaton:
    moves = {(n, FIRST): n + 1 for n in range(times - 1)}
    moves[times - 1, FIRST] = BROKEN
    moves |= {(n, TIME): PAST for n in range(times)}
    return _made(0, moves, {PAST, *range(times)}, set())


def _exactly(times: int) -> Automaton:
    moves = {(n, FIRST): n + 1 for n in range(times)}
    moves[times, FIRST] = BROKEN
    moves |= {(n, TIME): BROKEN for n in range(times)}
    return _made(0, moves, {times}, set())


_COUNTS: dict[str, Callable[[int], Automaton]] = {
    "existence": _existence,
    "absence": _absence,
    "exactly": _exactly,
}

_TABLES = {
    "init": ("0a1 0b! 0-!", "1"),
    "end": ("0a1 1b0 1-0", "1"),
    "choice": ("0a1 0b1 0x!", "1"),
    "exclusive-choice": ("0a1 0b2 1b! 2a! 0x!", "12"),
    "not-co-existence": ("0a1* 0b2* 1a1* 1b! 2b2* 2a! 1x0 2x0", "012"),
    "responded-existence": ("0a1* 0b2* 1b2* 2b2* 1x! 2x0", "02"),
    "response": ("0a1* 1b0 1x!", "0"),
    "alternate-response": ("0a1* 1a! 1b0 1x!", "0"),
    "chain-response": ("0a1* 1a! 1b0 1-! 1x!", "0"),
    "precedence": ("0b! 0a1* 1a1* 1x0", "01"),
    "alternate-precedence": ("0b! 0a1* 1a1* 1b0 1x0", "01"),
    "chain-precedence": ("0b! 0a1* 1a1* 1b0 1-0 1x0", "01"),
    "not-succession": ("0a1* 1a1* 1b! 1x0", "01"),
    "not-chain-succession": ("0a1 1b! 1-0", "01"),
}


@cache
def automaton(word: str, times: int = 1) -> Automaton:
    """
    The automaton of one word; *times* is for those that count.
    """
    if word == "at-most-once":
        return _absence(2)
    if word in _COUNTS:
        return _COUNTS[word](times)
    return _automaton(*_TABLES[word])


@attrs.frozen
class Part:
    """
    One automaton of a law: several together say ``succession`` and the like.

    Attributes:
        word: Which automaton.
        order: Which of the law's steps are its first and its second.
        where: Which of its letters count only where the law's condition holds.
    """

    word: str
    order: tuple[int, ...]
    where: str


@attrs.frozen
class Template:
    """
    A word of the vocabulary.

    Attributes:
        steps: How many steps it speaks of; `EACH` where as many as one likes.
        says: Its meaning, with ``{0}``, ``{1}`` for the steps and ``{times}`` for the count.
        parts: The automata that say it together.
        counts: ``yes`` where it takes a count.
        within: ``yes`` where it can be bound in time.
        next: ``yes`` where it matters what comes right before, right after, first or last.
        each: What it says of each of its steps, where it does: ``by`` whom, how ``long``; or
            ``apart`` where it says of its two steps that nobody does both.
    """

    steps: int
    says: str
    parts: tuple[Part, ...]
    counts: str = "no"
    within: str = "yes"
    next: str = "no"
    each: str = ""


def _one(word: str, where: str = "a") -> tuple[Part, ...]:
    return (Part(word, (0,), where),)


def _two(word: str, where: str) -> tuple[Part, ...]:
    return (Part(word, (0, 1), where),)


def _succession(manner: str) -> tuple[Part, ...]:
    return _two(f"{manner}response", "a") + _two(f"{manner}precedence", "b")


_BOTH_WAYS = (
    Part("responded-existence", (0, 1), "a"),
    Part("responded-existence", (1, 0), "a"),
)

#: Every word that a law can be, and what it means.
VOCABULARY: dict[str, Template] = {
    "existence": Template(1, "{0} happens{times}", _one("existence"), counts="yes"),
    "absence": Template(1, "{0} never happens{times}", _one("absence"), counts="yes"),
    "exactly": Template(1, "{0} happens exactly {count}", _one("exactly"), counts="yes"),
    "at-most-once": Template(1, "{0} happens once at the most", _one("at-most-once")),
    "init": Template(1, "{0} happens first", _one("init"), within="no", next="yes"),
    "end": Template(1, "{0} happens last", _one("end"), within="no", next="yes"),
    "choice": Template(2, "{0} or {1} happens", _two("choice", "ab")),
    "exclusive-choice": Template(
        2, "{0} or {1} happens, and not both", _two("exclusive-choice", "ab")
    ),
    "responded-existence": Template(
        2,
        "where {0} happens, {1} happens as well, before or after",
        _two("responded-existence", "a"),
    ),
    "co-existence": Template(2, "{0} and {1} happen both or neither", _BOTH_WAYS),
    "response": Template(2, "after {0}, {1} follows", _two("response", "a")),
    "precedence": Template(2, "{1} only after {0}", _two("precedence", "b")),
    "succession": Template(2, "{1} only after {0}, and after {0}, {1} follows", _succession("")),
    "alternate-response": Template(
        2, "after {0}, {1} follows before {0} happens again", _two("alternate-response", "a")
    ),
    "alternate-precedence": Template(
        2, "{1} only after {0}, and each time after a new one", _two("alternate-precedence", "b")
    ),
    "alternate-succession": Template(
        2, "{0} and {1} take turns, {0} first and {1} last", _succession("alternate-")
    ),
    "chain-response": Template(
        2, "right after {0}, {1} follows", _two("chain-response", "a"), next="yes"
    ),
    "chain-precedence": Template(
        2, "{1} only right after {0}", _two("chain-precedence", "b"), next="yes"
    ),
    "chain-succession": Template(
        2,
        "{1} only right after {0}, and right after {0}, {1} follows",
        _succession("chain-"),
        next="yes",
    ),
    "not-co-existence": Template(
        2, "{0} and {1} do not both happen", _two("not-co-existence", "ab")
    ),
    "not-succession": Template(2, "after {0}, {1} never follows", _two("not-succession", "a")),
    "not-chain-succession": Template(
        2,
        "right after {0}, {1} never follows",
        _two("not-chain-succession", "a"),
        within="no",
        next="yes",
    ),
    # Of these a step counts only where it is done by the wrong person, or takes the wrong time.
    "done-by": Template(
        EACH, "{0} is done by nobody but whom it names", _one("absence"), within="no", each="by"
    ),
    "at-most": Template(
        EACH, "{0} takes no longer than it says", _one("absence"), within="no", each="long"
    ),
    "at-least": Template(
        EACH, "{0} takes no less than it says", _one("absence"), within="no", each="long"
    ),
    "two-people": Template(
        2,
        "{0} and {1} are never done by the same person",
        _two("not-co-existence", "ab"),
        within="no",
        each="apart",
    ),
}
