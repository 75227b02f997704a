"""
Two editions of a procedure side by side, what became of each step in colour.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from propflow.draw.measure import pixels
from propflow.draw.shapes import escape, num, tag, text
from propflow.draw.svg import FONTS, MARKS

_SIZE = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
_GAP, _HEAD = 24.0, 46.0


def draw_pair(left: str, right: str, *, heads: tuple[str, str], words: Mapping[str, str]) -> str:
    """
    Put two pictures side by side.

    Args:
        left: A picture as `propflow.draw.draw_svg` draws it.
        right: The other.
        heads: What stands above each.
        words: What each mark is called, for the line that explains the colours.

    Returns:
        One ``svg`` element.
    """
    sizes = [_size(picture) for picture in (left, right)]
    width = sizes[0][0] + _GAP + sizes[1][0]
    height = _HEAD + max(size[1] for size in sizes) + 34
    title = " | ".join(heads)
    lines = [
        tag(
            "svg", xmlns="http://www.w3.org/2000/svg", role="img",
            viewBox=f"0 0 {num(width)} {num(height)}", width=num(width), height=num(height),
            font_family=FONTS, aria_label=title, close="",
        ),
        f"<title>{escape(title)}</title>",
        tag("rect", width=num(width), height=num(height), fill="#ffffff"),
    ]  # fmt: skip
    x = 0.0
    for picture, head, size in zip((left, right), heads, sizes, strict=True):
        lines.append(text([head], x + 28, 32, 18.0, 20.0, weight="700", fill="#51606f"))
        lines.append(picture.replace("<svg ", f'<svg x="{num(x)}" y="{num(_HEAD)}" ', 1).rstrip())
        x += size[0] + _GAP
    middle = sizes[0][0] + _GAP / 2
    lines.append(tag("path", d=f"M{num(middle)} 12V{num(height - 40)}", stroke="#c3ced9"))
    x = 28.0
    for mark, colour in MARKS.items():
        y = height - 22
        lines += [
            tag(
                "rect", x=num(x), y=num(y), width="18", height="12", rx="3", fill=colour,
                fill_opacity="0.25", stroke=colour, stroke_width="2",
            ),
            text([words[mark]], x + 26, y + 11, 13.0, 16.0, fill="#34414e"),
        ]  # fmt: skip
        x += 26 + pixels(words[mark], 13.0) + 28
    lines.append("</svg>")
    return "\n".join(lines) + "\n"


def _size(picture: str) -> tuple[float, float]:
    found = _SIZE.search(picture)
    if found is None:
        raise ValueError("this is no picture of ours: it has no size")
    return float(found[1]), float(found[2])
