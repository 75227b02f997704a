"""
The shapes of boxes, their signs and marks, and the small print of SVG.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from propflow.draw.boxes import (
    LABEL,
    LABEL_LINE,
    NOTE,
    NOTE_LINE,
    SIGNED,
    SLANT,
    TAG,
    TAG_LINE,
)
from propflow.draw.geometry import Placed, Plan, Rect
from propflow.draw.measure import pixels
from propflow.draw.scene import Names, Progress
from propflow.draw.words import clean

_INK, _SMALL, _FAINT = "#16212c", "#46535f", "#66737f"
_DONE, _OPEN, _LATE = "#1b7f4b", "#c25a00", "#b3122a"

#: Fill and stroke of each kind of box.
COLOURS = {
    "task": ("#ffffff", "#3d5166"),
    "ask": ("#fff6da", "#a8780f"),
    "decide": ("#f1ecfb", "#6a50a7"),
    "notice": ("#e7f3fd", "#2a77b4"),
    "wait": ("#f1f0ea", "#716c58"),
    "call": ("#e8f5ee", "#2c7a58"),
    "each": ("#e8f5ee", "#2c7a58"),
    "end": ("#2b3a49", "#2b3a49"),
    "start": ("#ffffff", "#2b3a49"),
    "fork": ("#2b3a49", "#2b3a49"),
    "join": ("#2b3a49", "#2b3a49"),
    "merge": ("#51606f", "#51606f"),
}

_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}


def escape(words: str) -> str:
    """
    Words as they may stand between tags and in attributes.
    """
    return "".join(_ESCAPES.get(char, char) for char in clean(words))


def num(number: float) -> str:
    """
    A coordinate with one decimal at most.
    """
    said = f"{number:.1f}"
    return "0" if said in ("-0.0", "0.0") else said.removesuffix(".0")


def tag(tag_name: str, *, close: str = "/", **attributes: str) -> str:
    """
    An opening or an empty tag. ``_`` in an attribute's name is a hyphen, at its end nothing.
    """
    said = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for name, value in attributes.items()
    )
    return f"<{tag_name}{said}{close}>"


def text(
    lines: Sequence[str],
    x: float,
    y: float,
    size: float,
    line: float,
    *,
    anchor: str = "start",
    weight: str = "400",
    fill: str = _INK,
) -> str:
    """
    Lines of words, the first with its foot at *y*.
    """
    opened = tag(
        "text", x=num(x), y=num(y), font_size=num(size), text_anchor=anchor, font_weight=weight,
        fill=fill, close="",
    )  # fmt: skip
    if len(lines) == 1:
        return f"{opened}{escape(lines[0])}</text>"
    spans = "".join(
        f'<tspan x="{num(x)}" y="{num(y + index * line)}">{escape(words)}'
        # The space keeps words apart for whoever reads the text without seeing the lines.
        f"{' ' if index + 1 < len(lines) else ''}</tspan>"
        for index, words in enumerate(lines)
    )
    return f"{opened}{spans}</text>"


def outline(placed: Placed, states: Iterable[str]) -> Iterator[str]:
    """
    The shape of a box, thicker where the case has been, with a glow where it stands.
    """
    kind, frame = placed.box.kind, placed.frame
    fill, stroke = COLOURS[kind]
    wide = "1.5"
    if "done" in states:
        wide = "2.4"
    if "open" in states:
        glow = _shape(kind, frame.around(4), placed, 10)
        yield tag("path", d=glow, fill="#ffd9a8", stroke=_OPEN, stroke_width="2")
        wide = "2.4"
    if "late" in states:
        stroke, wide = _LATE, "2.6"
    if kind in ("ask", "decide") and placed.box.notes:
        foot = placed.y + placed.box.above
        wide_plate = max(pixels(line, NOTE) for line in placed.box.notes) + 18
        yield tag(
            "rect", x=num(placed.x - wide_plate / 2), y=num(foot - 4), rx="5",
            width=num(wide_plate), height=num(frame.bottom - foot + 4), fill="#ffffff",
            stroke=stroke, stroke_width="1",
        )  # fmt: skip
    if kind == "each":
        for shift in (6, 3):
            behind = Rect(
                frame.left + shift, frame.top - shift, frame.right + shift, frame.bottom - shift
            )
            yield tag("path", d=_box(behind, 3), fill=fill, stroke=stroke, stroke_width="1")
    yield tag("path", d=_shape(kind, frame, placed, 7), fill=fill, stroke=stroke, stroke_width=wide)
    if kind == "call":
        inner = Rect(frame.left + 4, frame.top + 4, frame.right - 4, frame.bottom - 4)
        yield tag("path", d=_box(inner, 2), fill="none", stroke=stroke, stroke_width="1")


def contents(placed: Placed) -> Iterator[str]:
    """
    What stands in a box: label, notes, numbers of the source's boxes, the sign of its kind.
    """
    box, frame = placed.box, placed.frame
    if not box.label:
        return
    if box.kind in ("ask", "decide"):
        first = placed.y - len(box.label) * LABEL_LINE / 2 + LABEL_LINE * 0.73
        foot = placed.y + box.above + NOTE_LINE
        yield _tags(placed, frame.right, frame.top + TAG)
        yield _sign(box.kind, frame.left + 28, frame.top + 10, COLOURS[box.kind][1])
    else:
        head = TAG_LINE * max(len(box.tags), int(box.kind in SIGNED))
        tall = len(box.label) * LABEL_LINE + len(box.notes) * NOTE_LINE + (5 if box.notes else 0)
        free = frame.bottom - frame.top - head - tall
        first = frame.top + head + free / 2 + LABEL_LINE * 0.73
        foot = first + len(box.label) * LABEL_LINE + 2.5
        slant = SLANT if box.kind in ("notice", "wait") else 0
        yield _tags(placed, frame.right - 7 - slant / 2, frame.top + TAG + 4)
        yield _sign(box.kind, frame.left + 14 + slant, frame.top + 11, COLOURS[box.kind][1])
    fill = "#ffffff" if box.kind == "end" else _INK
    weight = "700" if box.kind in ("start", "end") else "500"
    yield text(
        box.label, placed.x, first, LABEL, LABEL_LINE, anchor="middle", weight=weight, fill=fill
    )
    if box.notes:
        yield text(box.notes, placed.x, foot, NOTE, NOTE_LINE, anchor="middle", fill=_SMALL)


def badges(placed: Placed, states: Iterable[str], names: Names) -> Iterator[str]:
    """
    A tick where the case has been, a word where it stands and where it is late.
    """
    frame = placed.frame
    x, y = frame.left + 6, frame.top
    if placed.box.kind in ("ask", "decide"):
        x, y = placed.x - placed.box.width / 4, placed.y - placed.box.above / 2
    states = tuple(states)
    if "done" in states:
        yield tag("circle", cx=num(x), cy=num(y), r="8.5", fill=_DONE, stroke="#ffffff")
        yield tag(
            "path", d=f"M{num(x - 4)} {num(y)}l3 3.4l5.2-6.4", fill="none", stroke="#ffffff",
            stroke_width="2",
        )  # fmt: skip
        x += 14
    for state, key, colour in (("open", "is-open", _OPEN), ("late", "is-late", _LATE)):
        if state not in states:
            continue
        word = names.say(key)
        wide = pixels(word, 10.5) + 14
        yield tag(
            "rect", x=num(x - 5), y=num(y - 8.5), width=num(wide), height="17", rx="8.5",
            fill=colour, stroke="#ffffff",
        )  # fmt: skip
        yield text(
            [word], x - 5 + wide / 2, y + 3.8, 10.5, 12, anchor="middle", weight="700",
            fill="#ffffff",
        )  # fmt: skip
        x += wide + 2


def legend(
    plan: Plan, names: Names, width: float, progress: Progress | None
) -> tuple[list[str], float]:
    """
    What the shapes and marks of a picture mean, and how high that stands.
    """
    kinds = {placed.box.kind for placed in plan.boxes}
    shown = [
        (kind, key)
        for kind, key in (
            ("task", "task"), ("ask", "ask"), ("decide", "decide"), ("notice", "notice"),
            ("wait", "waiting"), ("call", "call"), ("each", "call"), ("fork", "together"),
            ("end", "ends"),
        )
        if kind in kinds and not (kind == "each" and "call" in kinds)
    ]  # fmt: skip
    if progress is not None:
        shown += [("done", "passed"), ("open", "now"), ("late", "overdue")]
    parts: list[str] = []
    x, y = 0.0, 12.0
    for kind, key in shown:
        words = names.say(key)
        wide = 36 + pixels(words, 11) + 20
        if x and x + wide > width:
            x, y = 0.0, y + 24
        parts.extend(_swatch(kind, x, y))
        parts.append(text([words], x + 36, y + 4, 11, 13, fill=_SMALL))
        x += wide
    return parts, y + 12


def _swatch(kind: str, x: float, y: float) -> Iterator[str]:
    frame = Rect(x, y - 8, x + 28, y + 8)
    marks = {"done": _DONE, "open": _OPEN, "late": _LATE}
    if kind in marks:
        yield tag("circle", cx=num(x + 14), cy=num(y), r="7", fill=marks[kind])
        path = {"done": "M{0} {1}l3 3.4l5.2-6.4", "open": "M{0} {1}h7m-3-3l3 3l-3 3"}.get(kind)
        if path:
            path = path.format(num(x + 10.4), num(y))
            yield tag("path", d=path, fill="none", stroke="#ffffff", stroke_width="1.8")
        else:
            yield text(["!"], x + 14, y + 4.5, 12, 12, anchor="middle", weight="700", fill="#fff")
        return
    fill, stroke = COLOURS[kind]
    if kind == "fork":
        frame = Rect(x, y - 2, x + 28, y + 2)
    yield tag("path", d=_outline(kind, frame, 4, 5), fill=fill, stroke=stroke, stroke_width="1.2")
    if kind == "call":
        inner = Rect(frame.left + 3, frame.top + 3, frame.right - 3, frame.bottom - 3)
        yield tag("path", d=_box(inner, 1), fill="none", stroke=stroke, stroke_width="0.8")
    if kind in ("notice", "wait"):
        yield _sign(kind, x + 14, y, stroke)


def _shape(kind: str, frame: Rect, placed: Placed, corner: float) -> str:
    if kind in ("ask", "decide"):
        grown = frame.right - placed.x - placed.box.width / 2
        foot = placed.y + placed.box.above + grown
        frame = Rect(frame.left, frame.top, frame.right, foot)
    return _outline(kind, frame, corner, SLANT)


def _outline(kind: str, frame: Rect, corner: float, slant: float) -> str:
    left, top, right, bottom = frame.left, frame.top, frame.right, frame.bottom
    x, y = (left + right) / 2, (top + bottom) / 2
    match kind:
        case "ask" | "decide":
            corners = [(x, top), (right, y), (x, bottom), (left, y)]
        case "notice":
            corners = [(left + slant, top), (right, top), (right - slant, bottom), (left, bottom)]
        case "wait":
            corners = [
                (left + slant, top), (right - slant, top), (right, y), (right - slant, bottom),
                (left + slant, bottom), (left, y),
            ]  # fmt: skip
        case "start" | "end" | "merge":
            return _box(frame, (bottom - top) / 2)
        case "fork" | "join":
            return _box(frame, 2)
        case "call" | "each":
            return _box(frame, 3)
        case _:
            return _box(frame, corner)
    return "M" + "L".join(f"{num(a)} {num(b)}" for a, b in corners) + "Z"


def _box(frame: Rect, corner: float) -> str:
    left, top, right, bottom = frame.left, frame.top, frame.right, frame.bottom
    round_ = f"{num(corner)} {num(corner)} 0 0 1 "
    return (
        f"M{num(left + corner)} {num(top)}H{num(right - corner)}"
        f"A{round_}{num(right)} {num(top + corner)}V{num(bottom - corner)}"
        f"A{round_}{num(right - corner)} {num(bottom)}H{num(left + corner)}"
        f"A{round_}{num(left)} {num(bottom - corner)}V{num(top + corner)}"
        f"A{round_}{num(left + corner)} {num(top)}Z"
    )


def _tags(placed: Placed, x: float, y: float) -> str:
    if not placed.box.tags:
        return ""
    fill = "#c9d3dc" if placed.box.kind == "end" else _FAINT
    return text(placed.box.tags, x, y, TAG, TAG_LINE, anchor="end", fill=fill)


def _sign(kind: str, x: float, y: float, colour: str) -> str:
    """
    The small sign of a kind around a point: a clock, an envelope, a person, a table.
    """
    paths = {
        "wait": "m-5.5 0a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0 -11 0m5.5-3.5v3.5h2.8",
        "notice": "m-6.5-4.5h13v9h-13zl6.5 5l6.5-5",
        "call": "m-5-4h10v8h-10zm2.5 2h5m-5 4h5",
        "each": "m-5-4h8v6h-8zm2.5 6v2.5h8v-6h-2.5",
        "decide": "m-5.5-4h11v8h-11zm0 2.7h11m-7.3-2.7v8",
        "ask": "m-2.3-3a2.3 2.3 0 1 0 4.6 0a2.3 2.3 0 1 0 -4.6 0m-2.2 8q0-5 4.5-5t4.5 5z",
    }
    path = paths.get(kind)
    if path is None:
        return ""
    return tag(
        "path", d=f"M{num(x)} {num(y)}{path}", fill="none", stroke=colour, stroke_width="1.2"
    )
