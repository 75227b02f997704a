"""
Lets a site's rulebooks listen to what happens, and does what they conclude.

What they hear is a stream of its own in the store, sealed line by line like a case; what they
remember is nothing but that stream played from a snapshot on. Whatever follows has an id made of
what led to it, so that after a crash it happens once and not twice.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, Protocol

import attrs

from propflow.engine.case import Case
from propflow.engine.events import Began, Done, Ended, Facts, Late
from propflow.engine.journal import NO_SEAL, Entry, seal
from propflow.engine.notices import Notice, Notifier
from propflow.engine.records import pack, unpack
from propflow.engine.store import Store
from propflow.errors import RefusedError, StoreError, UnknownNameError
from propflow.rules import Conclusion, Rulebook, RuleEngine
from propflow.sites import Site

#: The name of the stream, where a case has its id.
STREAM = "rules"
#: After so many lines what is remembered is saved, and only later lines are played again.
SAVED_EVERY = 200
#: After so many attempts in vain what should follow is left for a person to look at.
ATTEMPTS = 5

#: Makes the engine that runs one rulebook.
Makes = Callable[[Sequence[Rulebook]], RuleEngine]


class Host(Protocol):
    """
    What escalation asks of the engine.
    """

    site: Site
    store: Store
    notifiers: tuple[Notifier, ...]

    def now(self) -> datetime:
        """
        The moment, in UTC.
        """
        ...

    def begin(
        self, procedure: str, facts: Facts | None = None, *, because: str = "", key: str = ""
    ) -> Case:
        """
        Open a case.
        """
        ...

    def send(self, message: str, facts: Facts | None = None, *, key: str = "") -> tuple[Case, ...]:
        """
        Hand in a message.
        """
        ...


@attrs.frozen(kw_only=True)
class Following:
    """
    What a rulebook concluded and what became of it.

    Attributes:
        id: The same for the same conclusion from the same events.
        conclusion: What followed, and why.
    """

    id: str
    conclusion: Conclusion


class Escalations:
    """
    The rulebooks of a site at work.

    Args:
        host: The engine.
        makes: Makes what runs the rulebooks; what the site says unless a host brings another.
    """

    def __init__(self, host: Host, *, makes: Makes | None = None) -> None:
        self.host = host
        self.store = host.store
        makes = makes or host.site.rule_engine
        self._engines = {
            name: makes((one.book,)) for name, one in sorted(host.site.rulebooks.items())
        }
        self._feeds: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
        for name, one in sorted(host.site.rulebooks.items()):
            for feed in one.feeds:
                where = feed.on, feed.name, feed.step
                self._feeds.setdefault(where, []).append((name, feed.kind))
        self._todo: list[tuple[int, Following]] = []
        self._carrying = False
        self._number = 0
        self._saved = 0
        self._seq = 0
        self._head = NO_SEAL
        self._last = self.store.recall(f"{STREAM}:since") or host.now().isoformat()
        self.store.remember(f"{STREAM}:since", self._last)
        self._recover()
        self._catch_up()

    # -- what comes in ----------------------------------------------------------------------

    def hear(self, message: str, facts: Facts, *, key: str = "") -> bool:
        """
        Take a message that was handed in.

        Args:
            message: Name of the message.
            facts: What it brings.
            key: The same key again changes nothing.

        Returns:
            Whether any rulebook listens to it.
        """
        listening = self._feeds.get(("message", message, ""), ())
        for book, kind in listening:
            event = f"{message}:{key}" if key else ""
            self._tell(book, kind, facts, event)
        return bool(listening)

    def tell(self, rulebook: str, kind: str, facts: Facts, *, key: str = "") -> None:
        """
        Take an event that only the host program knows of.

        Args:
            rulebook: The rulebook that listens.
            kind: The event, as the rulebook calls it.
            facts: What it brings.
            key: The same key again changes nothing.

        Raises:
            UnknownNameError: There is no such rulebook, or it has no such event.
            ValueRefusedError: A fact is missing or does not fit.
        """
        if rulebook not in self._engines:
            raise UnknownNameError("rulebook", rulebook, tuple(self._engines))
        self._tell(rulebook, kind, facts, f"{kind}:{key}" if key else "")

    def __call__(self, case: Case, entries: Sequence[Entry]) -> None:
        """
        Look at a case as it stands now and at the journal's new lines.
        """
        for entry in entries:
            for where in _happenings(case, entry):
                for book, kind in self._feeds.get(where, ()):
                    known = self.host.site.rulebooks[book].book.kind(kind)
                    facts = {f.name: case.facts.get(f.name) for f in known.fields}
                    given = {name: value for name, value in facts.items() if value is not None}
                    if all(f.name in given or not f.required for f in known.fields):
                        event = f"{entry.case}:{entry.seq}:{kind}"
                        self._tell(book, kind, given, event, at=entry.moment)

    def advance(self) -> None:
        """
        Let the time pass that has passed.
        """
        now = self.host.now()
        for book, engine in self._engines.items():
            due = engine.next_due()
            if due is not None and due <= now:
                self._write({"do": "advance", "book": book, "at": now.isoformat()})

    def next_due(self) -> datetime | None:
        """
        When something follows next if nothing more comes.
        """
        found = (engine.next_due() for engine in self._engines.values())
        return min((due for due in found if due is not None), default=None)

    # -- what goes out ----------------------------------------------------------------------

    def carry(self) -> Iterator[str]:
        """
        Do what followed; yields what could not be done, a sentence each.
        """
        # A message that follows comes back here while it is being handed in.
        todo, self._carrying = self._todo if not self._carrying else [], True
        try:
            yield from self._carry(todo)
        finally:
            self._carrying = todo is not self._todo

    def _carry(self, todo: list[tuple[int, Following]]) -> Iterator[str]:
        while todo:
            number, following = todo[0]
            try:
                self._do(following)
            except StoreError:
                raise
            except (RefusedError, UnknownNameError) as error:
                # To try again would be refused again: it is said once, and noted.
                yield f"rule {following.conclusion.rules[-1]}: {error}"
                self.store.remember(f"{STREAM}:refused:{number}", str(error))
            except Exception as error:  # noqa: BLE001 a notifier may raise anything
                tried = int(self.store.recall(f"{STREAM}:tried:{number}") or 0) + 1
                self.store.remember(f"{STREAM}:tried:{number}", str(tried))
                yield f"rule {following.conclusion.rules[-1]}: {type(error).__name__}: {error}"
                if tried < ATTEMPTS:
                    return
            self.store.remember(f"{STREAM}:carried", str(number))
            todo.pop(0)
        self._save()

    @property
    def waiting(self) -> tuple[Following, ...]:
        """
        What followed and has still to be done.
        """
        return tuple(following for _, following in self._todo)

    def verify(self) -> tuple[str, ...]:
        """
        Check every seal of the stream; what is wrong, first find first.
        """
        head = NO_SEAL
        for seq, line in enumerate(self._lines(0)):
            said = json.loads(line)
            head = seal(head, STREAM, seq, said["at"], json.dumps(said["data"], sort_keys=True))
            if head != said["seal"]:
                return (f"{STREAM}: event {seq} is not what was sealed.",)
        return ()

    # -- inside -----------------------------------------------------------------------------

    def _tell(
        self, book: str, kind: str, facts: Facts, event: str, *, at: datetime | None = None
    ) -> None:
        if event and self.store.recall(f"{STREAM}:heard:{book}:{event}") is not None:
            return
        packed = {name: pack(value) for name, value in facts.items()}
        data = {"do": "feed", "book": book, "kind": kind, "facts": packed, "event": event}
        self._check(book, kind, facts)
        self._write({**data, "at": (at or self.host.now()).isoformat()})
        self._mark(data)

    def _mark(self, data: Mapping[str, Any]) -> None:
        if data.get("event"):
            self.store.remember(f"{STREAM}:heard:{data['book']}:{data['event']}", "yes")

    def _check(self, book: str, kind: str, facts: Facts) -> None:
        known = self.host.site.rulebooks[book].book
        kinds = [each.id for each in known.kinds if each.sort == "event"]
        if kind not in kinds:
            raise UnknownNameError(f"event of rulebook {book!r}", kind, tuple(kinds))
        for field in known.kind(kind).fields:
            if field.name in facts or field.required:
                field.check(facts.get(field.name))

    def _write(self, data: Mapping[str, Any]) -> None:
        text = json.dumps(data, sort_keys=True)
        head = seal(self._head, STREAM, self._seq, data["at"], text)
        line = json.dumps({"at": data["at"], "data": data, "seal": head}, ensure_ascii=False)
        # First the line, then what follows from it: a crash between the two plays it again.
        self.store.remember(f"{STREAM}:{self._seq:012d}", line)
        self._head, self._last = head, max(self._last, data["at"])
        self._seq += 1
        self._play(data)
        self._save()

    def _play(self, data: Mapping[str, Any]) -> None:
        engine = self._engines.get(data["book"])
        if engine is None:
            return
        at = datetime.fromisoformat(data["at"])
        if data["do"] == "advance":
            found = engine.advance(at)
        else:
            facts = {name: unpack(raw) for name, raw in data["facts"].items()}
            try:
                found = engine.feed(data["kind"], facts, at=at, event=data["event"])
            except UnknownNameError:
                return  # the rulebook has changed since and listens to it no more
        carried = int(self.store.recall(f"{STREAM}:carried") or 0)
        for conclusion in found:
            self._number += 1
            if self._number > carried and conclusion.then.does != "conclude":
                self._todo.append(
                    (self._number, Following(id=_id(conclusion), conclusion=conclusion))
                )

    def _save(self) -> None:
        # Not while something has still to be done: it would be forgotten.
        if self._todo or self._seq < self._saved + SAVED_EVERY:
            return
        self._saved = self._seq
        state = {
            "seq": self._seq,
            "head": self._head,
            "number": self._number,
            "engines": {name: engine.save() for name, engine in self._engines.items()},
        }
        self.store.remember(f"{STREAM}:saved", json.dumps(state))

    def _recover(self) -> None:
        saved = json.loads(self.store.recall(f"{STREAM}:saved") or "null")
        if saved is not None:
            self._seq, self._head, self._number = saved["seq"], saved["head"], saved["number"]
            self._saved = self._seq
            for name, engine in self._engines.items():
                if name in saved["engines"]:
                    engine.restore(saved["engines"][name])
        for line in self._lines(self._seq):
            said = json.loads(line)
            self._seq += 1
            self._head, self._last = said["seal"], max(self._last, said["at"])
            self._play(said["data"])
            self._mark(said["data"])

    def _catch_up(self) -> None:
        # A crash may have fallen between a line of the journal and its being heard.
        for entry in self.store.journal():
            if entry.at >= self._last:
                case = self.store.load(entry.case)
                if case is not None:
                    self(getattr(case, "case", case), (entry,))

    def _lines(self, start: int) -> Iterator[str]:
        seq = start
        while (line := self.store.recall(f"{STREAM}:{seq:012d}")) is not None:
            yield line
            seq += 1

    def _do(self, following: Following) -> None:
        conclusion = following.conclusion
        then, facts = conclusion.then, dict(conclusion.facts)
        because = f"rule {conclusion.rules[-1]}"
        if then.does == "start":
            self.host.begin(then.name, facts, because=because, key=following.id)
        elif then.does == "send":
            self.host.send(then.name, facts, key=following.id)
        else:
            notice = self._notice(following)
            for notifier in self.host.notifiers:
                notifier.deliver(notice)

    def _notice(self, following: Following) -> Notice:
        conclusion = following.conclusion
        roles = conclusion.then.to
        holders = self.host.site.holders
        people = {person: None for role in roles for person in holders(role, conclusion.at)}
        return Notice(
            id=following.id,
            case="",
            procedure=conclusion.rulebook,
            step=conclusion.rule,
            kind="rule",
            to=roles,
            people=tuple(people),
            at=conclusion.at,
            text=conclusion.then.label,
        )


def _happenings(case: Case, entry: Entry) -> Iterable[tuple[str, str, str]]:
    event = entry.event
    if isinstance(event, Began):
        return (("began", case.procedure, ""),)
    if isinstance(event, Ended):
        return (("ended", case.procedure, ""),)
    if isinstance(event, Done | Late):
        on = "done" if isinstance(event, Done) else "late"
        return ((on, case.procedure, event.step), (on, case.procedure, ""))
    return ()


def _id(conclusion: Conclusion) -> str:
    said = json.dumps(conclusion.as_dict(), sort_keys=True, ensure_ascii=False)
    return f"rule:{conclusion.rules[-1]}:{sha256(said.encode()).hexdigest()[:20]}"
