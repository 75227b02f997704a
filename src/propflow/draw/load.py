"""
How much work falls due when: a picture with a row a post and a column an hour.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from propflow.draw.measure import pixels
from propflow.draw.shapes import escape

_PALE, _DEEP = (0xE1, 0xEC, 0xF7), (0x1B, 0x4F, 0x8A)
_CELL, _ROW, _HEAD, _SIZE = 30, 26, 40, 12


def draw_load(
    load: Mapping[str, Sequence[int]], *, title: str, caption: str = "", unit: str = "calls"
) -> str:
    """
    The load by hour as SVG: the darker a field, the more calls; the number stands in it.

    Labels are escaped; there is no script and no reference from outside.

    Args:
        load: For each row's label 24 numbers.
        title: What stands above.
        caption: What stands below, such as the days that are counted.
        unit: What is counted, for whoever hears the picture read out.
    """
    left = 20 + max((pixels(name, _SIZE) for name in load), default=0)
    most = max((count for counts in load.values() for count in counts), default=0)
    wide, high = round(left + 24 * _CELL + 70), _HEAD + 24 + len(load) * _ROW + 30
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" '
            f'height="{high}" role="img" font-family="system-ui, sans-serif" font-size="{_SIZE}">'
        ),
        f"<title>{escape(title)}</title>",
        f"<desc>{escape(_said(load, unit))}</desc>",
        f'<rect width="{wide}" height="{high}" fill="#ffffff"/>',
        f'<text x="12" y="24" font-size="15" font-weight="600">{escape(title)}</text>',
    ]
    for hour in range(24):
        x = left + hour * _CELL + _CELL / 2
        parts.append(
            f'<text x="{x:g}" y="{_HEAD + 14}" text-anchor="middle" fill="#555">{hour:02d}</text>'
        )
    for row, (name, counts) in enumerate(load.items()):
        y = _HEAD + 24 + row * _ROW
        parts.append(f'<text x="12" y="{y + 17}">{escape(name)}</text>')
        for hour, count in enumerate(counts):
            parts.append(_field(left + hour * _CELL, y, count, most))
        parts.append(
            f'<text x="{left + 24 * _CELL + 10:g}" y="{y + 17}" font-weight="600">'
            f"{sum(counts)}</text>"
        )
    if caption:
        parts.append(f'<text x="12" y="{high - 10}" fill="#555">{escape(caption)}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _field(x: float, y: int, count: int, most: int) -> str:
    share = count / most if most else 0
    # From pale to deep blue. Written out in hexadecimal, which every reader of SVG knows.
    fill = "#f4f4f4"
    if count:
        fill = "#" + "".join(
            f"{round(pale + (deep - pale) * share):02x}"
            for pale, deep in zip(_PALE, _DEEP, strict=True)
        )
    box = (
        f'<rect x="{x + 1:g}" y="{y + 1}" width="{_CELL - 2}" height="{_ROW - 2}" rx="3" '
        f'fill="{fill}"/>'
    )
    if not count:
        return box
    ink = "#ffffff" if share > 0.55 else "#1a1a1a"
    return (
        f'{box}<text x="{x + _CELL / 2:g}" y="{y + 17}" text-anchor="middle" font-size="10" '
        f'fill="{ink}">{count}</text>'
    )


def _said(load: Mapping[str, Sequence[int]], unit: str) -> str:
    said = []
    for name, counts in load.items():
        top = max(range(24), key=lambda hour: counts[hour])
        said.append(f"{name}: {sum(counts)} {unit}, most from {top:02d}:00 ({counts[top]})")
    return "; ".join(said) + "."
