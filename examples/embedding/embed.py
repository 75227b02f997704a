"""
A property system with propflow inside: a hotline opens complaints, pagers bring the notices.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from propflow import Engine, MemoryStore, Plugins, RefusedError, SimulatedClock, hookimpl, load_site
from propflow.engine import Notice, Notifier

GARDEN = Path(__file__).parents[1] / "garden"
MORNING = datetime(2025, 10, 13, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


class Pager:
    """
    A notifier: brings each notice to the pagers of those whom it is for.
    """

    def deliver(self, notice: Notice) -> None:
        """
        Bring one notice.
        """
        print(f"  [pager] {', '.join(notice.people)}: {notice.text.to('en')} ({notice.kind})")

    def close(self) -> None:
        """
        Nothing to let go of.
        """


class House:
    """
    The property system's own plugin. It offers its pagers under the name ``pager``.
    """

    @hookimpl
    def register_notifiers(
        self, register: Callable[[str, Callable[[str], Notifier]], None]
    ) -> None:
        """
        Offer the pagers.
        """
        register("pager", lambda _: Pager())


def main() -> None:
    """
    One complaint, from the telephone to the centre manager.
    """
    plugins = Plugins(extra={"house": House()})
    site = load_site(GARDEN, plugins.handbooks)
    clock = SimulatedClock(MORNING)
    engine = Engine(
        site,
        MemoryStore(),
        clock=clock,
        notifiers=[plugins.notifier("pager")],
        duties=(),  # the calendar is kept by another process
    )

    print("The hotline takes a call.")
    case = engine.begin("complaint", {"unit": "3-0501"}, ref="call-4711", key="request-1")
    print(f"  {case.id} is open, and known here as {case.ref}")

    print("The network repeats the request.")
    again = engine.begin("complaint", {"unit": "3-0501"}, ref="call-4711", key="request-1")
    print(f"  {again.id} it still is; {len(list(engine.cases()))} case in all")

    print("Somebody answers in a hurry.")
    facts = {"category": "leak", "affected": 2, "company-fault": "yes", "injury": "none"}
    facts |= {"loss": "serious", "promise-broken": "no", "repeated": 0}
    try:
        engine.complete("call-4711", "record", by="li-na", facts=facts)
    except RefusedError as refused:
        print(f"  refused ({refused.code}): {refused}")
    case = engine.complete("call-4711", "record", by="li-na", facts={**facts, "days-open": 1})

    print("What is to be done now, and by whom?")
    for item in engine.worklist(case=case.id):
        due = item.due.astimezone(site.zone) if item.due else None
        print(f"  {item.label.to('en')}: {' or '.join(item.by)}, by {due:%H:%M}")

    print("Nobody goes. An hour and a half later:")
    clock.move_to(MORNING + timedelta(minutes=90))
    report = engine.tick()
    print(f"  {len(report.late)} deadline passed, {report.delivered} notice delivered")

    found = engine.verify()
    print(f"The journal holds {found.events} events and is {'whole' if found.whole else 'BROKEN'}.")
    engine.close()


if __name__ == "__main__":
    main()
