"""
A month to print and pin up: each day with what falls due, as one HTML page without script.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from html import escape

from propflow.calendar import Occurrence, WorkingDays
from propflow.calendar.words import MONTHS, clock, say_weekday

_ONE_DAY = timedelta(days=1)
#: A duty that comes oftener than this on one day is one line with how often.
_MANY = 3
_STYLE = """
@page { size: A4 landscape; margin: 10mm }
body { font: 9px/1.35 system-ui, "Noto Sans CJK SC", sans-serif; color: #1a1a1a; margin: 12px }
h1 { font-size: 16px; margin: 0 0 6px }
table { border-collapse: collapse; width: 100%; table-layout: fixed; page-break-after: always }
th { text-align: left; padding: 2px 4px; font-size: 10px }
td { border: 1px solid #bbb; vertical-align: top; height: 74px; padding: 2px 4px; overflow: hidden }
td.free { background: #f0f0f0 } td.out { border-color: #eee }
b { font-size: 11px } i { color: #8a2b12; font-style: normal } ul { margin: 2px 0 0; padding: 0 }
li { list-style: none; overflow-wrap: anywhere } small { color: #555 }
"""


def draw_month(
    occurrences: Iterable[Occurrence], *, title: str, working: WorkingDays, language: str = "en"
) -> str:
    """
    The months of an agenda as an HTML page: a sheet each, Monday first, free days shaded.

    Labels are escaped; there is no script, no style and no reference from outside.

    Args:
        occurrences: In the order of time.
        title: What stands above.
        working: Which days are worked, for shading and for holidays' names.
        language: ``en`` or ``zh``.
    """
    days: dict[date, list[Occurrence]] = {}
    for one in occurrences:
        days.setdefault(one.due.date(), []).append(one)
    months = sorted({(day.year, day.month) for day in days})
    sheets = "".join(_sheet(*month, days, title, working, language) for month in months)
    return (
        f'<!doctype html>\n<html lang="{escape(language)}"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>\n<body>{sheets}</body></html>\n"
    )


def _sheet(
    year: int,
    month: int,
    days: dict[date, list[Occurrence]],
    title: str,
    working: WorkingDays,
    language: str,
) -> str:
    name = f"{year}年{month}月" if language == "zh" else f"{MONTHS[month - 1]} {year}"
    heads = "".join(f"<th>{say_weekday(day, language)}</th>" for day in range(7))
    first = date(year, month, 1)
    day = first - first.weekday() * _ONE_DAY
    rows = []
    while day.month == month or day < first:
        cells = []
        for _ in range(7):
            inside = day.month == month
            cells.append(_cell(day, days.get(day, []), working, language) if inside else _OUT)
            day += _ONE_DAY
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return (
        f"<h1>{escape(title)} · {name}</h1>\n<table><thead><tr>{heads}</tr></thead>\n"
        f"<tbody>{''.join(rows)}</tbody></table>\n"
    )


_OUT = '<td class="out"></td>'


def _cell(day: date, calls: list[Occurrence], working: WorkingDays, language: str) -> str:
    holiday = working.holiday(day)
    name = "" if holiday is None else f" <i>{escape(holiday.to(language))}</i>"
    free = "" if working.is_working(day) else ' class="free"'
    lines = "".join(f"<li>{line}</li>" for line in _lines(calls, language))
    return f"<td{free}><b>{day.day}</b>{name}<ul>{lines}</ul></td>"


def _lines(calls: list[Occurrence], language: str) -> Iterator[str]:
    by_duty: dict[str, list[Occurrence]] = {}
    for one in calls:
        by_duty.setdefault(one.duty.id, []).append(one)
    for found in by_duty.values():
        label = escape(found[0].duty.label.to(language) or found[0].duty.id)
        minutes = [one.due.hour * 60 + one.due.minute for one in found]
        yield f"<small>{' '.join(_times(minutes))}</small> {label}"


def _times(minutes: list[int]) -> Iterator[str]:
    """
    A few times one by one; of many each stretch of equal steps, as its ends and how many they are.
    """
    rest = minutes if len(minutes) > _MANY else []
    while len(rest) > 1:
        step, count = rest[1] - rest[0], 2
        while count < len(rest) and rest[count] - rest[count - 1] == step:
            count += 1
        yield f"{clock(rest[0])}–{clock(rest[count - 1])} ×{count}"
        rest = rest[count:]
    yield from map(clock, rest or (minutes if len(minutes) <= _MANY else ()))
