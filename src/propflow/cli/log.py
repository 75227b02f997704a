"""
What happened, in the words of whoever reads the running log.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

import attrs

from propflow.draw import names_of
from propflow.engine import Case, Entry
from propflow.engine.amends import Moved, Redacted, Redone, Undone
from propflow.engine.events import (
    Assigned,
    Began,
    Called,
    Decided,
    Done,
    Ended,
    Halted,
    Interrupted,
    Late,
    Received,
    Resumed,
    Returned,
    Skipped,
    Suspended,
    Told,
    Withdrawn,
)
from propflow.fields import dump
from propflow.procedures import Ask, Step, Wait
from propflow.sites import Site

if TYPE_CHECKING:
    from propflow.draw import Names

#: For each kind of line, how it looks on a terminal.
STYLES = {
    "begin": "bold",
    "done": "green",
    "decided": "cyan",
    "told": "blue",
    "late": "bold red",
    "end": "bold",
    "refused": "yellow",
    "note": "dim",
}

WORDS = {
    "en": {
        "begin": "opened: {title}{because}{facts}",
        "because": " ({why})",
        "done": "{label}: done by {who}{answer}{facts}",
        "answer": ", answer {answer}",
        "decided": "{label} {outcome}{why}",
        "told": "{label}: told {who}",
        "halted": "{label}",
        "skipped": "{label}: skipped by {who}: {reason}",
        "assigned": "{label}: given to {to} by {who}",
        "suspended": "stands still, says {who}: {reason}",
        "resumed-case": "goes on, says {who}",
        "interrupted": "stands still: {message}",
        "withdrawn": "given up{who}: {reason}",
        "withdrawn-by": " by {who}",
        "undone": "{label}: undone by {who}: {reason}",
        "redone": "{label}: counts after all, says {who}: {reason}",
        "redacted": "personal data destroyed by {who}: {reason}",
        "moved": "goes over to another version, by {who}: {reason}",
        "called": "{label}: {count} x {title}",
        "returned": "{label}: {child} came to {end}",
        "received": "{label}: {message} came{facts}",
        "late": "LATE: {label}, due {due}{then}",
        "waited": "{label}: until {due}, and the time is up",
        "waited-for": "{label}: nothing came until {due}",
        "late-told": ", told {who}",
        "late-taken": ", taken as {outcome}",
        "end": "ended: {end}",
        "due": "duty {duty} fell due, until {until}",
        "refused": "refused {who}: {why}",
        "resumed": "going on after line {line}",
    },
    "zh": {
        "begin": "开始：{title}{because}{facts}",
        "because": "（{why}）",
        "done": "{label}：{who} 已完成{answer}{facts}",
        "answer": "，答复 {answer}",
        "decided": "{label} {outcome}{why}",
        "told": "{label}：已通知{who}",
        "halted": "{label}",
        "skipped": "{label}：{who} 跳过，原因：{reason}",
        "assigned": "{label}：{who} 指派给 {to}",
        "suspended": "{who} 暂停，原因：{reason}",
        "resumed-case": "{who} 恢复",
        "interrupted": "暂停：{message}",
        "withdrawn": "撤销{who}，原因：{reason}",
        "withdrawn-by": "（{who}）",
        "undone": "撤回“{label}”，由{who}决定，原因：{reason}",
        "redone": "恢复“{label}”，由{who}决定，原因：{reason}",
        "redacted": "已删除个人信息，由{who}决定，原因：{reason}",
        "moved": "改用新版本，由{who}决定：{reason}",
        "called": "{label}：{count} × {title}",
        "returned": "{label}：{child} 结束于 {end}",
        "received": "{label}：收到 {message}{facts}",
        "late": "超时：{label}，应于 {due} 前完成{then}",
        "waited": "{label}：至 {due}，时间已到",
        "waited-for": "{label}：至 {due} 未收到消息",
        "late-told": "，已通知{who}",
        "late-taken": "，按 {outcome} 处理",
        "end": "结束：{end}",
        "due": "职责 {duty} 到时，须于 {until} 前完成",
        "refused": "拒绝 {who}：{why}",
        "resumed": "从第 {line} 行之后继续",
    },
}


@attrs.frozen(kw_only=True)
class Said:
    """
    One line of the log.

    Attributes:
        kind: A key of `STYLES`.
        case: Id of the case.
        text: The line.
    """

    kind: str
    case: str
    text: str


def say_entries(site: Site, case: Case, entries: Sequence[Entry], language: str) -> Iterator[Said]:
    """
    The journal's new lines as lines of a log.
    """
    for entry in entries:
        kind, text = _Saying(site, case, language).say(entry)
        yield Said(kind=kind, case=case.id, text=text)


class _Saying:
    def __init__(self, site: Site, case: Case, language: str) -> None:
        self.site, self.case, self.language = site, case, language
        self.words = WORDS[language]

    def say(self, entry: Entry) -> tuple[str, str]:
        match entry.event:
            case Began() as event:
                why = event.because or (event.by and self.name(event.by))
                return "begin", self.words["begin"].format(
                    title=self.title(event.procedure),
                    because=self.words["because"].format(why=why) if why else "",
                    facts=_facts(event.facts),
                )
            case Done() as event:
                return "done", self.words["done"].format(
                    label=self.label(event.step),
                    who=self.name(event.by),
                    answer=self.answer(event),
                    facts=_facts(event.facts),
                )
            case Decided() as event:
                return "decided", self.words["decided"].format(
                    label=self.label(event.step),
                    outcome=self.outcome(event.step, event.outcome),
                    why=self.why(event),
                )
            case Told() as event:
                return "told", self.words["told"].format(
                    label=self.label(event.step), who=self.roles(event.to)
                )
            case Late() as event:
                return self.late(event)
            case Ended() as event:
                return "end", self.words["end"].format(end=event.end)
            case Called() | Halted() | Returned() | Received() as event:
                return self.others(event)
            case other:
                return "note", self.managed(other)

    def others(self, event: Called | Halted | Returned | Received) -> tuple[str, str]:
        """
        What reaches a case from other cases and from outside.
        """
        match event:
            case Called():
                return "note", self.words["called"].format(
                    label=self.label(event.step),
                    count=len(event.calls),
                    title=self.title(event.procedure),
                )
            case Halted():
                return "note", self.words["halted"].format(label=self.label(event.step))
            case Returned():
                return "note", self.words["returned"].format(
                    label=self.label(event.step), child=event.child, end=event.end
                )
            case Received():
                return "done", self.words["received"].format(
                    label=self.label(event.step),
                    message=event.message,
                    facts=_facts(event.facts),
                )

    def managed(
        self,
        event: Skipped
        | Assigned
        | Suspended
        | Resumed
        | Interrupted
        | Withdrawn
        | Moved
        | Undone
        | Redone
        | Redacted,
    ) -> str:
        """
        What somebody in charge has said, or what has come between.
        """
        match event:
            case Skipped():
                return self.words["skipped"].format(
                    label=self.label(event.step), who=self.name(event.by), reason=event.reason
                )
            case Assigned():
                return self.words["assigned"].format(
                    label=self.label(event.step), to=self.name(event.to), who=self.name(event.by)
                )
            case Suspended():
                return self.words["suspended"].format(who=self.name(event.by), reason=event.reason)
            case Resumed():
                return self.words["resumed-case"].format(who=self.name(event.by))
            case Interrupted():
                return self.words["interrupted"].format(message=event.message)
            case Withdrawn():
                who = self.words["withdrawn-by"].format(who=self.name(event.by)) if event.by else ""
                return self.words["withdrawn"].format(who=who, reason=event.reason)
            case Moved() | Undone() | Redone() | Redacted():
                label = "" if isinstance(event, Moved | Redacted) else self.label(event.step)
                words = self.words[type(event).__name__.lower()]
                person = self.site.people.get(event.by)
                name = (person.name.to(self.language) if person else "") or event.by
                return words.format(label=label, who=name, reason=event.reason)

    def late(self, event: Late) -> tuple[str, str]:
        due = f"{event.due.astimezone(self.site.zone):%m-%d %H:%M}"
        step = self.site.graph(self.case.procedure).by_id.get(event.step)
        if isinstance(step, Wait):
            # Nobody is late: the time that was to pass has passed.
            key = "waited-for" if step.messages else "waited"
            return "note", self.words[key].format(label=self.label(event.step), due=due)
        then = ""
        if event.tells:
            then += self.words["late-told"].format(who=self.roles(event.tells))
        if event.outcome and event.outcome != "late":
            outcome = self.outcome(event.step, event.outcome)
            then += self.words["late-taken"].format(outcome=outcome)
        return "late", self.words["late"].format(label=self.label(event.step), due=due, then=then)

    def why(self, event: Decided) -> str:
        if not event.table:
            return ""
        return f" ({self.site.decider(event.table).decide(event.facts).why(self.language)})"

    def answer(self, event: Done) -> str:
        # Work that is no question can have an outcome too: a duty is done or missed.
        asked = isinstance(self.site.graph(self.case.procedure).by_id.get(event.step), Ask)
        answer = self.outcome(event.step, event.answer)
        return self.words["answer"].format(answer=answer) if asked else ""

    def outcome(self, step: str, word: str) -> str:
        return _names(self.site, self.case.procedure, self.language).outcome(step, word)

    def name(self, person: str) -> str:
        return self.site.person(person).name.to(self.language) or person

    def title(self, procedure: str) -> str:
        return self.site.procedure(procedure).title.to(self.language) or procedure

    def label(self, step: str) -> str:
        # What came between is no step: it is called by what it was.
        node = self.site.graph(self.case.procedure).by_id.get(step)
        return (node.label.to(self.language) if isinstance(node, Step) else "") or step

    def roles(self, roles: Sequence[str]) -> str:
        return ", ".join(self.site.role_name(role, self.language) for role in roles)


@cache
def _names(site: Site, procedure: str, language: str) -> Names:
    return names_of(site, procedure, language=language)


def _facts(facts: object) -> str:
    if not isinstance(facts, dict) or not facts:
        return ""
    return " [" + ", ".join(f"{name} {dump(value)}" for name, value in facts.items()) + "]"
