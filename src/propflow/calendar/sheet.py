"""
An agenda as a table for spreadsheets (CSV), where no cell can act as a formula.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from propflow.calendar.duty import Occurrence

COLUMNS = ("due", "until", "duty", "post", "by", "what", "certainty", "why")
#: A cell that begins so is a formula to a spreadsheet.
_ACTIVE = ("=", "+", "-", "@", "\t", "\r", "\n")


def to_csv(occurrences: Iterable[Occurrence], *, language: str = "en") -> str:
    """
    An agenda as CSV (RFC 4180), one line a call, the columns as in `COLUMNS`.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for one in occurrences:
        duty = one.duty
        writer.writerow(
            safe(cell)
            for cell in (
                one.due.isoformat(timespec="minutes"),
                one.until.isoformat(timespec="minutes"),
                duty.id,
                duty.post or "",
                " ".join(duty.by),
                duty.label.to(language),
                one.certainty,
                one.why(language),
            )
        )
    return text.getvalue()


def safe(cell: str) -> str:
    """
    A cell that a spreadsheet takes as text: one that would be a formula begins with an apostrophe.
    """
    return f"'{cell}" if cell.startswith(_ACTIVE) else cell
