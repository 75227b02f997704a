"""
A picture cut into sheets of paper: large enough to read, and never through the middle of a box.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import attrs

from propflow.draw.geometry import Rect
from propflow.draw.scene import Names
from propflow.draw.svg import Frame, frame
from propflow.procedures import StepGraph
from propflow.text import Text

#: Room for a picture on a sheet of A4 with margins and a line of text, in millimetres.
UPRIGHT, SIDEWAYS = (182.0, 256.0), (268.0, 168.0)
#: Millimetres to a unit of the picture: labels of 13 units are then 9 down to under 6 points high.
SCALES = (0.24, 0.22, 0.2, 0.18, 0.165, 0.155)


@attrs.frozen(kw_only=True)
class Sheet:
    """
    One sheet of paper with a part of a picture.

    Attributes:
        turned: ``yes`` where the sheet lies on its side, else ``no``.
        scale: Millimetres to a unit of the picture.
        parts: What is seen of the picture, from top to bottom. A later sheet begins with the
            titles of the lanes again.
    """

    turned: str
    scale: float
    parts: tuple[Rect, ...]


def sheets(graph: StepGraph, *, title: Text, names: Names) -> tuple[Sheet, ...]:
    """
    The sheets on which a procedure's picture is printed: as few as there can be, then as large.

    Args:
        graph: The procedure's normal form.
        title: What stands above the picture.
        names: What things are called, and the language: as with `draw_svg`.
    """
    return cut(frame(graph, title, names))


def cut(size: Frame) -> tuple[Sheet, ...]:
    """
    The sheets of a picture that is measured already.
    """
    found: list[tuple[int, int, tuple[Sheet, ...]]] = []
    for scale in SCALES:
        for turned, (wide, high) in (("no", UPRIGHT), ("yes", SIDEWAYS)):
            pile = tuple(_cut(size, wide / scale, high / scale, scale, turned))
            columns = len({sheet.parts[-1].left for sheet in pile})
            found.append((len(pile), columns, pile))
    # Of those with equally few sheets the first, which is the largest.
    return min(found, key=lambda one: one[:2])[2]


def _cut(size: Frame, wide: float, high: float, scale: float, turned: str) -> Iterable[Sheet]:
    left, top = size.corner
    solid = [_moved(placed.frame, left, top) for placed in size.drawn.boxes]
    solid += [_moved(line.frame, left, top) for line in size.drawn.lines if line.frame]
    columns = _split(
        0.0,
        size.width,
        wide,
        _between([(box.left - 4, box.right + 4) for box in solid], size.width),
    )
    free = _between([(box.top - 4, box.bottom + 4) for box in solid], size.height)
    # What stands above the boxes is not cut at all: every row begins with it or below it.
    above = [0.0, *_split(top, size.height, high - size.head, free, first=high - top)[1:]]
    for begin, end in pairwise(above):
        for start, stop in pairwise(columns):
            body = Rect(start, begin, stop, end)
            heads = Rect(start, size.top, stop, top)
            again = (heads,) if begin and size.head else ()
            yield Sheet(turned=turned, scale=scale, parts=(*again, body))


def _moved(spot: Rect, x: float, y: float) -> Rect:
    return Rect(spot.left + x, spot.top + y, spot.right + x, spot.bottom + y)


def _split(
    start: float, end: float, most: float, good: Sequence[float], *, first: float | None = None
) -> list[float]:
    """
    Where to cut a length so that no piece is longer than *most*, at good places if there are any.
    """
    cuts = [start]
    room = most if first is None else first
    while end - cuts[-1] > room:
        near = [spot for spot in good if cuts[-1] < spot <= cuts[-1] + room]
        cuts.append(max(near, default=cuts[-1] + room))
        room = most
    return [*cuts, end]


def _between(taken: Iterable[tuple[float, float]], end: float) -> list[float]:
    """
    The middle of each stretch that nothing takes up.
    """
    found = []
    at = 0.0
    for begin, stop in sorted(taken):
        if begin > at:
            found.append((at + begin) / 2)
        at = max(at, stop)
    if end > at:
        found.append((at + end) / 2)
    return found
