"""
A procedure as an SVG picture: a lane for each role, time downward, arrows around the boxes.

The picture needs nothing but itself: no script, no style sheet, no font, no address.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby, pairwise

import attrs

from propflow.draw.geometry import WORD, WORD_LINE, Line, Placed, Plan, Rect, plan
from propflow.draw.measure import pixels, wrap
from propflow.draw.scene import NO_PROGRESS, Names, Progress, label_of
from propflow.draw.shapes import badges, contents, escape, legend, num, outline, tag, text
from propflow.procedures import Merge, Step, StepGraph
from propflow.text import Text

FONTS = (
    "'Noto Sans','Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',"
    "'Helvetica Neue',Arial,sans-serif"
)
_MARGIN, _TITLE, _HEAD_LINE = 28.0, 24.0, 19.0
_INK, _ARROW, _TAKEN = "#1d2b3a", "#51606f", "#0b5cad"
_LANES = ("#f4f7fa", "#fbfcfd")
_CORNER = 7.0
#: The colour of what became of a step.
MARKS = {"added": "#1a8a3c", "dropped": "#c62828", "changed": "#d18700"}


def draw_svg(
    graph: StepGraph,
    *,
    title: Text,
    names: Names,
    progress: Progress | None = None,
    marks: Mapping[str, str] | None = None,
) -> str:
    """
    Draw a procedure with swim lanes.

    Args:
        graph: The procedure's normal form.
        title: What stands above the picture.
        names: What roles and other things are called, and the language.
        progress: How far a case has come. Its path is drawn bold, the steps passed are ticked,
            the open ones marked, the late ones marked in red and with a word.
        marks: For steps by their ids what became of them: ``added``, ``dropped`` or ``changed``.
            A frame in a colour of its own is drawn around each.

    Returns:
        One ``svg`` element, the same for the same input.
    """
    size = frame(graph, title, names, progress)
    return draw_frame(graph, size, names, progress, marks=marks)


def draw_frame(
    graph: StepGraph,
    size: Frame,
    names: Names,
    progress: Progress | None = None,
    *,
    marks: Mapping[str, str] | None = None,
) -> str:
    """
    Draw a procedure whose picture is measured already.
    """
    return "\n".join(_picture(graph, size, names, progress, marks or {})) + "\n"


@attrs.frozen(kw_only=True)
class Frame:
    """
    A picture's measures, before anything is drawn.

    Attributes:
        drawn: What stands in the lanes, with coordinates of its own.
        heading: The title on one line.
        titles: The title in the lines that it takes.
        heads: For each lane the lines of its title.
        head: Height of the lanes' titles.
        top: How far down they begin.
        signs: The legend.
        low: Its height.
        width: Of the whole picture.
        height: Of the whole picture.
    """

    drawn: Plan
    heading: str
    titles: list[str]
    heads: list[list[str]]
    head: float
    top: float
    signs: list[str]
    low: float
    width: float
    height: float

    @property
    def corner(self) -> tuple[float, float]:
        """
        Where the corner of the lanes is in the whole picture.
        """
        return _MARGIN, self.top + self.head


def frame(graph: StepGraph, title: Text, names: Names, progress: Progress | None = None) -> Frame:
    """
    Measure a picture.
    """
    drawn = plan(graph, names)
    heading = names.text(title)
    heads = [
        wrap(names.role(role) if role else names.say("nobody"), right - left - 16, _bold)
        for role, left, right in drawn.lanes
    ]
    head = max(len(lines) for lines in heads) * _HEAD_LINE + 16
    if names.lanes == "none":
        heads, head = [[]], 0.0
    titles = wrap(heading, max(drawn.width, 240.0), lambda words: 1.08 * pixels(words, _TITLE))
    top = _MARGIN + len(titles) * _TITLE * 1.3 + 10
    signs, low = legend(drawn, names, max(drawn.width, 240.0), progress)
    return Frame(
        drawn=drawn,
        heading=heading,
        titles=titles,
        heads=heads,
        head=head,
        top=top,
        signs=signs,
        low=low,
        width=max(drawn.width, 240.0) + 2 * _MARGIN,
        height=top + head + drawn.height + low + _MARGIN + 14,
    )


def _picture(
    graph: StepGraph,
    size: Frame,
    names: Names,
    progress: Progress | None,
    marks: Mapping[str, str],
) -> Iterator[str]:
    case = progress or NO_PROGRESS
    drawn, heading, titles, heads, head = (
        size.drawn, size.heading, size.titles, size.heads, size.head,
    )  # fmt: skip
    top, signs, low, width, height = size.top, size.signs, size.low, size.width, size.height
    yield tag(
        "svg", xmlns="http://www.w3.org/2000/svg", role="img",
        viewBox=f"0 0 {num(width)} {num(height)}", width=num(width), height=num(height),
        font_family=FONTS, aria_label=heading, close="",
    )  # fmt: skip
    yield f"<title>{escape(heading)}</title>"
    yield f"<desc>{escape(_description(graph, drawn, names, progress))}</desc>"
    yield tag("rect", width=num(width), height=num(height), fill="#ffffff")
    yield text(
        titles, _MARGIN, _MARGIN + _TITLE * 0.8, _TITLE, _TITLE * 1.3, weight="700", fill=_INK
    )
    yield f'<g transform="translate({num(_MARGIN)} {num(top + head)})">'
    yield from _lanes(drawn, heads, head)
    yield '<g class="edges">'
    for line in sorted(drawn.lines, key=lambda line: _taken(line, case)):
        yield _edge(graph, line, case)
    yield "</g>"
    yield '<g class="words">'
    for line in drawn.lines:
        yield from _words(line, case)
    yield "</g>"
    yield '<g class="steps">'
    for placed in drawn.boxes:
        yield from _node(placed, names, case, marks.get(placed.node.id, ""))
    yield "</g>"
    yield "</g>"
    yield f'<g class="legend" transform="translate({num(_MARGIN)} {num(height - low - 10)})">'
    yield from signs
    yield "</g>"
    yield "</svg>"


def _bold(words: str) -> float:
    return 1.08 * pixels(words, 14.0)


def _description(graph: StepGraph, drawn: Plan, names: Names, progress: Progress | None) -> str:
    said = names.say("drawn", steps=len(graph.steps), lanes=len(drawn.lanes))
    if progress is None:
        return said
    at = names.say("comma").join(
        label_of(node, names) + (f" ({names.say('is-late')})" if node.id in progress.late else "")
        for node in graph.steps
        if node.id in progress.open
    )
    return f"{said} {names.say('stands-at', steps=at)}" if at else said


def _lanes(drawn: Plan, heads: list[list[str]], head: float) -> Iterator[str]:
    for number, ((role, left, right), lines) in enumerate(zip(drawn.lanes, heads, strict=True)):
        yield tag("g", class_="lane", data_role=role, close="")
        yield tag(
            "rect", x=num(left), y="0", width=num(right - left), height=num(drawn.height),
            fill=_LANES[number % 2],
        )  # fmt: skip
        yield tag(
            "rect", x=num(left), y=num(-head), width=num(right - left), height=num(head),
            fill="#dfe7ef",
        )  # fmt: skip
        first = -head / 2 - (len(lines) - 1) * _HEAD_LINE / 2 + 5
        yield text(
            lines, (left + right) / 2, first, 14.0, _HEAD_LINE, anchor="middle", weight="700",
            fill=_INK,
        )  # fmt: skip
        yield "</g>"
    sides = [left for _, left, _ in drawn.lanes] + [drawn.width]
    path = "".join(f"M{num(x)} {num(-head)}V{num(drawn.height)}" for x in sides)
    path += f"M0 {num(-head)}H{num(drawn.width)}M0 0H{num(drawn.width)}"
    path += f"M0 {num(drawn.height)}H{num(drawn.width)}"
    yield tag("path", d=path, fill="none", stroke="#c3ced9", stroke_width="1")


def _taken(line: Line, case: Progress) -> bool:
    return (line.edge.source, line.edge.target) in case.taken


def _edge(graph: StepGraph, line: Line, case: Progress) -> str:
    taken = _taken(line, case)
    colour, wide = (_TAKEN, "3.4") if taken else (_ARROW, "1.4")
    meets = isinstance(graph.by_id[line.edge.target], Merge)
    points = list(line.points)
    head = ""
    half = 5.5 if taken else 4.2
    if line.loop == "yes":
        head = _upward(points, colour, half)
    if not meets or line.loop == "yes":
        head += _head(points, colour, half)
    opened = tag(
        "g", class_="edge taken" if taken else "edge", data_from=line.edge.source,
        data_to=line.edge.target, close="",
    )  # fmt: skip
    path = tag(
        "path", d=_rounded(points), fill="none", stroke=colour, stroke_width=wide,
        stroke_linejoin="round",
    )  # fmt: skip
    return f"{opened}{path}{head}</g>"


def _head(points: list[tuple[float, float]], colour: str, half: float) -> str:
    """
    The point of an arrow; the line is shortened, so that it does not stick out.
    """
    (ax, ay), (bx, by) = points[-2], points[-1]
    dx, dy = (bx > ax) - (bx < ax), (by > ay) - (by < ay)
    long = 2.1 * half
    back = bx - dx * long, by - dy * long
    points[-1] = bx - dx * long * 0.7, by - dy * long * 0.7
    corners = ((bx, by), (back[0] - dy * half, back[1] + dx * half),
               (back[0] + dy * half, back[1] - dx * half))  # fmt: skip
    path = "L".join(f"{num(x)} {num(y)}" for x, y in corners)
    return tag("path", d=f"M{path}Z", fill=colour)


def _upward(points: list[tuple[float, float]], colour: str, half: float) -> str:
    """
    A point halfway up a loop, so that nobody reads it downward.
    """
    rises = [(a[1] - b[1], a, b) for a, b in pairwise(points) if a[0] == b[0]]
    long, a, b = max(rises, default=(0.0, points[0], points[0]))
    if long < 60:
        return ""
    middle = (a[1] + b[1]) / 2
    return _head([(a[0], middle + half), (a[0], middle - half)], colour, half)


def _rounded(points: Iterable[tuple[float, float]]) -> str:
    """
    A path through the points with its corners rounded.
    """
    points = [point for point, _ in groupby(points)]
    x, y = points[0]
    path = f"M{num(x)} {num(y)}"
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        reach = min(_CORNER, _far(before, here) / 2, _far(here, after) / 2)
        start, end = _towards(here, before, reach), _towards(here, after, reach)
        path += f"L{num(start[0])} {num(start[1])}"
        path += f"Q{num(here[0])} {num(here[1])} {num(end[0])} {num(end[1])}"
    x, y = points[-1]
    return f"{path}L{num(x)} {num(y)}"


def _far(one: tuple[float, float], two: tuple[float, float]) -> float:
    return abs(one[0] - two[0]) + abs(one[1] - two[1])


def _towards(
    one: tuple[float, float], two: tuple[float, float], reach: float
) -> tuple[float, float]:
    far = _far(one, two) or 1.0
    return one[0] + (two[0] - one[0]) * reach / far, one[1] + (two[1] - one[1]) * reach / far


def _words(line: Line, case: Progress) -> Iterator[str]:
    if line.frame is None:
        return
    frame: Rect = line.frame
    taken = _taken(line, case)
    yield tag(
        "rect", x=num(frame.left), y=num(frame.top), width=num(frame.right - frame.left),
        height=num(frame.bottom - frame.top), rx="3", fill="#ffffff", fill_opacity="0.85",
    )  # fmt: skip
    yield text(
        line.words, (frame.left + frame.right) / 2, frame.top + WORD_LINE * 0.78, WORD, WORD_LINE,
        anchor="middle", weight="700" if taken else "500", fill=_TAKEN if taken else "#34414e",
    )  # fmt: skip


def _node(placed: Placed, names: Names, case: Progress, mark: str) -> Iterator[str]:
    node = placed.node
    states = [
        state
        for state, ids in (("done", case.done), ("open", case.open), ("late", case.late))
        if node.id in ids
    ]
    name = {"data_step" if isinstance(node, Step) else "data_gateway": node.id}
    yield tag("g", close="", class_=" ".join([placed.box.kind, *states, *mark.split()]), **name)
    if mark:
        around = placed.frame.around(6)
        yield tag(
            "rect", x=num(around.left), y=num(around.top), width=num(around.right - around.left),
            height=num(around.bottom - around.top), rx="9", fill=MARKS[mark], fill_opacity="0.25",
            stroke=MARKS[mark], stroke_width="3",
        )  # fmt: skip
    yield from outline(placed, states)
    yield from contents(placed)
    yield from badges(placed, states, names)
    yield "</g>"
