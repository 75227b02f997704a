"""
A day played under a simulated clock: a feed, deadlines and duties, in the order of time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from propflow.cli.feed import Line, carry_out
from propflow.cli.log import STYLES, WORDS, Said, say_entries
from propflow.engine import (
    Case,
    Engine,
    Entry,
    Notifier,
    Observer,
    Occasion,
    SimulatedClock,
    Store,
)
from propflow.engine.personal import played_salt
from propflow.errors import HandbookError, RefusedError, UnknownNameError
from propflow.sites import Site

#: What the store remembers: how many lines of the feed have been handed in, and refused.
_LINES, _REFUSED = "feed:lines", "feed:refused"
#: A tick notes the moment just after it; a day goes on at the tick itself.
_INSTANT = timedelta(microseconds=1)


class Day:
    """
    One day of a site.

    Args:
        site: The site.
        store: Where the journal is kept. One that was interrupted is gone on with.
        lines: The feed; its first line says which day it is.
        language: Language of the log.
        notifiers: Who brings the notices.
        screen: Where the log is printed.
        observers: Who else is shown what happens.
    """

    def __init__(
        self,
        site: Site,
        store: Store,
        lines: list[Line],
        *,
        language: str,
        notifiers: Iterable[Notifier],
        screen: Console,
        observers: Iterable[Observer],
    ) -> None:
        begins = midnight(lines, site)
        following = datetime.combine(begins.date() + timedelta(days=1), time(), site.zone)
        self.begins = begins.astimezone(UTC)
        self.ends = following.astimezone(UTC)
        self.lines = lines
        self.language = language
        self.words = WORDS[language]
        self.screen = screen
        # A store that was interrupted remembers how far the day had come.
        ticked = store.recall("ticked")
        self.resumed = ticked is not None
        start = datetime.fromisoformat(ticked) - _INSTANT if ticked else self.begins
        self.clock = SimulatedClock(max(start, self.begins))
        self.engine = Engine(
            site,
            store,
            clock=self.clock,
            notifiers=notifiers,
            observers=[self._events, *observers],
            salt=played_salt,
        )
        self._refused = {int(number) for number in (store.recall(_REFUSED) or "").split()}
        self._progress: Progress | None = None
        self._task: TaskID | None = None

    @property
    def site(self) -> Site:
        """
        Whose day it is.
        """
        return self.engine.site

    @property
    def refused(self) -> int:
        """
        How many lines of the feed were refused.
        """
        return len(self._refused)

    def play(self) -> None:
        """
        Play the day to its end.

        Each line of the feed is handed in under a key of its own and then ticked off, so that a
        day that is killed at any point and begun again does nothing twice.
        """
        store = self.engine.store
        done = int(store.recall(_LINES) or 0)
        with self._bar(len(self.lines), done) as progress:
            self._progress = progress
            if self.resumed:
                self._say(Said(kind="note", case="", text=self.words["resumed"].format(line=done)))
            for number, line in enumerate(self.lines[done:], done + 1):
                if line.at is not None:
                    self._pass_time(line.at.astimezone(UTC))
                self._hand_in(line, number)
                store.remember(_LINES, str(number))
                progress.advance(progress.task_ids[0])
            self._pass_time(self.ends - timedelta(minutes=1))
            self._progress = None
        if self.engine.now() >= self.begins:
            self._tick()

    def _hand_in(self, line: Line, number: int) -> None:
        key = f"feed:{number}"
        try:
            # The key is taken where the day was interrupted just after the line was handed in.
            if not self.engine.store.taken(key):
                carry_out(self.engine, line, key=key)
        except (RefusedError, UnknownNameError) as error:
            # Kept by number: a line that is refused again after an interruption counts once.
            self._refused.add(number)
            self.engine.store.remember(_REFUSED, " ".join(map(str, sorted(self._refused))))
            text = self.words["refused"].format(who=line.by or line.name, why=error)
            self._say(Said(kind="refused", case="", text=text))
        self._tick()

    def _pass_time(self, moment: datetime) -> None:
        """
        Let time pass, stopping wherever a deadline passes or a duty falls due.
        """
        while (due := self.engine.next_due(moment)) is not None:
            self.clock.move_to(due)
            self._tick()
        self.clock.move_to(moment)

    def _tick(self) -> None:
        tick = self.engine.tick()
        for occasion in tick.due:
            self._fallen_due(occasion)
        for passed in tick.passed:
            self._say(Said(kind="note", case="", text=passed.why(self.language)))
        for problem in tick.problems:
            self._say(Said(kind="late", case="", text=problem))

    def _fallen_due(self, occasion: Occasion) -> None:
        until = occasion.until.astimezone(self.site.zone)
        text = self.words["due"].format(duty=occasion.duty, until=f"{until:%H:%M}")
        self._say(Said(kind="note", case=occasion.case, text=text))

    def _events(self, case: Case, entries: Sequence[Entry]) -> None:
        for said in say_entries(self.site, case, entries, self.language):
            self._say(said)

    def _say(self, said: Said) -> None:
        at = self.engine.now().astimezone(self.site.zone)
        style = STYLES[said.kind]
        text = f"{at:%H:%M}  [dim]{escape(f'{said.case:<26}')}[/] [{style}]{escape(said.text)}[/]"
        (self._progress.console if self._progress else self.screen).print(text, soft_wrap=True)

    def _bar(self, total: int, done: int) -> Progress:
        progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            console=self.screen,
            transient=True,
            disable=not self.screen.is_terminal,
        )
        progress.add_task(
            f"{self.begins.astimezone(self.site.zone):%Y-%m-%d}", total=total, completed=done
        )
        return progress


def midnight(lines: Iterable[Line], site: Site) -> datetime:
    """
    The midnight with which the day of a feed begins, in the site's time zone.

    Raises:
        NoDayError: No line of the feed says when it happens.
    """
    first = next((line.at for line in lines if line.at is not None), None)
    if first is None:
        raise NoDayError
    return datetime.combine(first.astimezone(site.zone).date(), time(), site.zone)


class NoDayError(HandbookError):
    """
    The feed does not say which day it is.
    """

    def __str__(self) -> str:
        return "the feed does not say when anything happens: its first line needs an 'at'."


def finished(target: Path) -> bool:
    """
    Whether the day in a folder was played to its end.
    """
    return (target / "played").exists()


def clear(target: Path) -> None:
    """
    Take away what an earlier day left in a folder; nothing else that is there.
    """
    for name in (
        "played",
        "notices.jsonl",
        "events.jsonl",
        "garden.db",
        "garden.db-wal",
        "garden.db-shm",
    ):
        (target / name).unlink(missing_ok=True)
