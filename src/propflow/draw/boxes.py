"""
What stands in each box of a picture, and how large the box must be for it.
"""

from __future__ import annotations

import attrs

from propflow.draw.measure import pixels, wrap
from propflow.draw.scene import Names, label_of, notes_of
from propflow.draw.words import clean
from propflow.procedures import (
    Ask,
    Call,
    Decide,
    Each,
    End,
    Fork,
    Join,
    Merge,
    Node,
    Notice,
    Start,
    Step,
    Wait,
)

#: Sizes in the picture's own units, one to a CSS pixel.
LABEL, LABEL_LINE = 13.0, 17.0
NOTE, NOTE_LINE = 10.5, 13.5
TAG, TAG_LINE = 9.5, 12.0
WIDTH, RHOMB_WIDTH = 176.0, 212.0
SLANT = 12.0
BAR, DOT = 6.0, 4.0

_KINDS = {
    Ask: "ask", Decide: "decide", Notice: "notice", Wait: "wait", Call: "call", Each: "each",
    End: "end", Start: "start", Fork: "fork", Join: "join", Merge: "merge",
}  # fmt: skip

#: Kinds that carry a small sign in their corner.
SIGNED = ("notice", "wait", "call", "each", "decide", "ask")


@attrs.frozen(kw_only=True)
class Box:
    """
    One box, before it has a place.

    Attributes:
        kind: ``task``, ``ask``, ``decide``, ``notice``, ``wait``, ``call``, ``each``, ``end``,
            ``start``, ``fork``, ``join`` or ``merge``.
        width: From its left to its right. A bar gets its width from where it stands.
        above: From its top down to the middle line, where arrows leave it sideways.
        below: From the middle line to its bottom.
        label: Lines of the label.
        notes: Lines of what is said small.
        tags: Lines with the numbers of the covered boxes.
    """

    kind: str
    width: float
    above: float
    below: float
    label: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


def kind_of(node: Node) -> str:
    """
    The kind of a node, as a word: ``task``, ``ask``, ``fork`` and so on.
    """
    return _KINDS.get(type(node), "task")


def box_of(node: Node, names: Names) -> Box:
    """
    What stands in the box of a node, and how large it is.
    """
    kind = kind_of(node)
    if kind in ("fork", "join"):
        return Box(kind=kind, width=0, above=BAR / 2, below=BAR / 2)
    if kind == "merge":
        return Box(kind=kind, width=2 * DOT, above=DOT, below=DOT)
    text = label_of(node, names)
    tags = " ".join(map(clean, node.covers)) if isinstance(node, Step) else ""
    if kind in ("ask", "decide"):
        return _rhomb(kind, text, notes_of(node, names), tags)
    return _plate(kind, text, notes_of(node, names), tags)


def _lines(text: str, width: float, size: float) -> tuple[str, ...]:
    return tuple(wrap(text, width, lambda words: pixels(words, size)))


def _plate(kind: str, text: str, notes: tuple[str, ...], tags: str) -> Box:
    width = WIDTH
    inner = width - 24 - (2 * SLANT if kind in ("notice", "wait") else 0)
    if kind in ("start", "end"):
        inner = WIDTH - 40
    label = _lines(text, inner, LABEL)
    if kind in ("start", "end"):
        width = max(72.0, max(pixels(line, LABEL) for line in label) + 36)
    small = tuple(line for note in notes for line in _lines(note, inner, NOTE))
    tag = _lines(tags, width - 56, TAG) if tags else ()
    head = TAG_LINE * max(len(tag), int(kind in SIGNED))
    height = head + len(label) * LABEL_LINE + len(small) * NOTE_LINE + (5 if small else 0)
    height = max(height + 16, 32.0)
    return Box(
        kind=kind,
        width=width,
        above=height / 2,
        below=height / 2,
        label=label,
        notes=small,
        tags=tag,
    )


def _rhomb(kind: str, text: str, notes: tuple[str, ...], tags: str) -> Box:
    """
    A rhomb as flat as its question allows, its notes on a plate that hangs below.
    """
    tries = [_lines(text, float(width), LABEL) for width in range(70, 171, 10)]
    half, label = min(
        ((_half_rhomb(label), label) for label in tries), key=lambda one: (one[0], len(one[1]))
    )
    small = tuple(line for note in notes for line in _lines(note, WIDTH - 24, NOTE))
    hanging = len(small) * NOTE_LINE + 8 if small else 0.0
    tag = _lines(tags, RHOMB_WIDTH / 2 - 40, TAG) if tags else ()
    return Box(
        kind=kind,
        width=RHOMB_WIDTH,
        above=half,
        below=half + hanging,
        label=label,
        notes=small,
        tags=tag,
    )


def _half_rhomb(label: tuple[str, ...]) -> float:
    """
    Half the height of a rhomb between whose slanting sides all lines of a label fit.
    """
    half = 34.0
    for index, line in enumerate(label):
        far = abs(index + 0.5 - len(label) / 2) * LABEL_LINE + LABEL_LINE / 2
        half = max(half, far / max(0.06, 1 - (pixels(line, LABEL) + 10) / RHOMB_WIDTH))
    return half
