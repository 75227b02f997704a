"""
Everything that is otherwise between two sites, put together.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

import attrs

from propflow.calendar import Duty
from propflow.calendar.compare import Change, compare, summary
from propflow.difference.lines import Line, lines_of
from propflow.difference.runs import only_in
from propflow.errors import UndecidedError
from propflow.rules import Shift, incomparable, shifts
from propflow.sites import Handbook, Site
from propflow.verify import Finding, check_procedure, check_table
from propflow.verify.explore import Passed

#: So many changed calls are told one by one.
CALLS = 5


@attrs.frozen(kw_only=True)
class Difference:
    """
    What is otherwise.

    Attributes:
        before: The first site.
        after: The second.
        lines: Steps, rows, duties, laws and so on, in words.
        lost: For each procedure a shortest run that is no longer possible.
        gained: For each procedure a shortest run that is possible now.
        decisions: For each decision examples of what is decided otherwise.
        calls: The calls of a year that appear, vanish or move.
        broken: What a check finds now and did not find before.
        mended: What it found before and finds no more.
    """

    before: Site
    after: Site
    lines: tuple[Line, ...] = ()
    lost: tuple[tuple[str, tuple[Passed, ...]], ...] = ()
    gained: tuple[tuple[str, tuple[Passed, ...]], ...] = ()
    decisions: tuple[tuple[str, tuple[Shift, ...]], ...] = ()
    calls: tuple[Change, ...] = ()
    broken: tuple[Finding, ...] = ()
    mended: tuple[Finding, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.lines or self.calls or self.broken or self.mended)

    def say(self, language: str = "en") -> list[str]:
        """
        The difference in lines, a heading before each part.
        """
        zh = language == "zh"
        said: list[str] = []
        _part(said, "有何不同" if zh else "What is otherwise", self.lines_in(language))
        runs = [(name, run, "不再可能" if zh else "no longer possible") for name, run in self.lost]
        runs += [(name, run, "新的走法" if zh else "possible now") for name, run in self.gained]
        _part(
            said,
            "能走的路" if zh else "What can happen",
            [f"{name}: {what}: {_run(run)}" for name, run, what in runs],
        )
        _part(
            said,
            "判定结论" if zh else "What is decided",
            [
                f"{name}: {shift.say(self.before.tables[name], self.after.tables[name], language)}"
                for name, found in self.decisions
                for shift in found
            ],
        )
        calls = summary(self.calls, language)
        calls += [f"  {change.say(language)}" for change in self.calls[:CALLS]]
        left = len(self.calls) - CALLS
        if left > 0:
            calls.append(f"  另有{left}项" if zh else f"  ... and {left} more")
        _part(said, "一年的职责" if zh else "What falls due in a year", calls)
        _part(said, "新违反的" if zh else "What no longer holds", [str(one) for one in self.broken])
        _part(said, "不再违反的" if zh else "What holds again", [str(one) for one in self.mended])
        return said or ["没有不同。" if zh else "Nothing is otherwise."]

    def lines_in(self, language: str) -> list[str]:
        """
        The lines, what belongs to one procedure together under its name.
        """
        found: list[str] = []
        last = ""
        for line in self.lines:
            if line.of != last and line.of and line.kind != "row":
                found.append(f"{line.of}:")
            last = line.of if line.kind != "row" else ""
            found.append(("  " if last else "") + line.text.to(language))
        return found

    def as_dict(self) -> dict[str, Any]:
        """
        The difference for JSON.
        """
        return {
            "lines": [line.as_dict() for line in self.lines],
            "lost": [{"procedure": name, "run": [list(p) for p in run]} for name, run in self.lost],
            "gained": [
                {"procedure": name, "run": [list(p) for p in run]} for name, run in self.gained
            ],
            "decisions": [
                {
                    "decision": name,
                    "text": {
                        code: shift.say(self.before.tables[name], self.after.tables[name], code)
                        for code in ("en", "zh")
                    },
                }
                for name, found in self.decisions
                for shift in found
            ],
            "calls": [
                {
                    "duty": change.duty,
                    "change": change.kind,
                    "before": change.before.due.isoformat() if change.before else None,
                    "after": change.after.due.isoformat() if change.after else None,
                }
                for change in self.calls
            ],
            "broken": [_finding(one) for one in self.broken],
            "mended": [_finding(one) for one in self.mended],
        }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "severity": finding.severity,
        "rule": finding.rule,
        "where": finding.where,
        "what": finding.what,
        "place": str(finding.place) if finding.place else None,
    }


def _part(said: list[str], heading: str, lines: Iterable[str]) -> None:
    found = list(lines)
    if found:
        said.extend([*([""] if said else []), heading, *(f"  {line}" for line in found)])


def _run(run: tuple[Passed, ...]) -> str:
    return " -> ".join(f"{step} ({by})" if by else step for step, by in run)


def bare(handbook: Handbook) -> Site:
    """
    A handbook as a site without people, so that it can be compared like one.
    """
    return Site(
        id=handbook.id,
        title=handbook.title,
        handbook=handbook.id,
        version=handbook.version,
        procedures=handbook.procedures,
        graphs=dict(handbook.graphs),
        tables=handbook.tables,
        rulebooks=handbook.rulebooks,
        duties=handbook.duties,
        posts=handbook.posts,
        roles=handbook.roles,
        offices=handbook.offices,
        ladders=handbook.ladders,
        records=handbook.records,
        messages=handbook.messages,
        settings=handbook.values,
        declared=handbook.settings,
        boxes=handbook.boxes,
    )


def compared(before: Site, after: Site, *, year: int) -> Difference:
    """
    Hold two sites against each other.

    Args:
        before: The first.
        after: The second.
        year: The year whose duties are compared, each site by its own calendar and clock.
    """
    changed = [
        name
        for name in after.procedures
        if name in before.procedures and before.procedures[name] != after.procedures[name]
    ]
    lost: list[tuple[str, tuple[Passed, ...]]] = []
    gained: list[tuple[str, tuple[Passed, ...]]] = []
    for name in changed:
        programs = before.program(name), after.program(name)
        for into, run in ((lost, only_in(*programs)), (gained, only_in(*programs[::-1]))):
            if isinstance(run, tuple):
                into.append((name, run))
    broken, mended = _proved(before, after)
    return Difference(
        before=before,
        after=after,
        lines=tuple(lines_of(before, after)),
        lost=tuple(lost),
        gained=tuple(gained),
        decisions=tuple(_decisions(before, after, date(year, 1, 1))),
        calls=tuple(_calls(before, after, year)),
        broken=broken,
        mended=mended,
    )


def _decisions(before: Site, after: Site, at: date) -> list[tuple[str, tuple[Shift, ...]]]:
    found = []
    for name, table in after.tables.items():
        old = before.tables.get(name)
        if old is None or old == table or incomparable(old, table):
            continue
        try:
            flips = shifts(before.decider(name), after.decider(name), at=at)
        except UndecidedError:
            continue  # one of them does not hold in that year
        if flips:
            found.append((name, flips))
    return found


def _calls(before: Site, after: Site, year: int) -> list[Change]:
    old, new = ({duty.id: duty for duty in site.duties} for site in (before, after))
    same_days = before.working == after.working and before.zone == after.zone
    names = [
        name
        for name in dict.fromkeys((*old, *new))
        if not same_days or _when(old.get(name)) != _when(new.get(name))
    ]
    return compare(_year(before, old, names, year), _year(after, new, names, year))


def _when(duty: Duty | None) -> object:
    if duty is None:
        return None
    return str(duty.rhythm), duty.days, duty.roll, duty.starts, duty.ends


def _year(site: Site, duties: dict[str, Duty], names: Iterable[str], year: int) -> Any:
    from propflow.calendar import agenda

    wanted = [duties[name] for name in names if name in duties]
    first = datetime.combine(date(year, 1, 1), time(), site.zone)
    last = datetime.combine(date(year, 12, 31) + timedelta(days=1), time(), site.zone)
    return agenda(
        wanted, first, last,
        zone=site.zone, working=site.working, ground=site.ground(), others=site.duties,
    )  # fmt: skip


def _proved(before: Site, after: Site) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """
    What a check of the changed procedures and decisions finds in one site and not in the other.
    """

    def found(site: Site, other: Site) -> list[Finding]:
        findings = []
        for name, procedure in site.procedures.items():
            if other.procedures.get(name) != procedure:
                findings += check_procedure(site, name)
        for name, table in site.tables.items():
            if other.tables.get(name) != table:
                findings += check_table(site, name)
        return [finding for finding in findings if finding.counts]

    def key(finding: Finding) -> tuple[str, ...]:
        return finding.severity, finding.rule, finding.where, finding.what

    was, now = found(before, after), found(after, before)
    known, kept = set(map(key, was)), set(map(key, now))
    return (
        tuple(one for one in now if key(one) not in known),
        tuple(one for one in was if key(one) not in kept),
    )
