"""
The rows, in the order in which they are measured and shown.
"""

from __future__ import annotations

from benchmarks import (
    agenda,
    coming,
    complaint,
    correlation,
    decision,
    durable,
    prove,
    room,
    startup,
    together,
)

ROWS = {
    row.id: row
    for row in (
        complaint.ROW,
        durable.ROW,
        startup.ROW,
        room.ROOM,
        room.FLAT,
        together.ROW,
        decision.ROW,
        decision.FRESH,
        decision.LARGE_ROW,
        correlation.ROW,
        agenda.ROW,
        coming.ROW,
        prove.SOUND,
        prove.SIDE_BY_SIDE,
        prove.HANDBOOK,
    )
}
