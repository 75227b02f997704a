"""
From the files of posts and duties to posts, and to duties that each open a procedure.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import attrs

from propflow.calendar import Duty, DutyError, RhythmError, parse_rhythm
from propflow.procedures import DONE, LATE, Block, Choose, End, Procedure, Task, sequence
from propflow.sites.check import Parts, check_form, clash
from propflow.sites.facts import fields_of
from propflow.sites.files import DutyShape, PostFile
from propflow.sites.items import Boxed
from propflow.sites.sources import Sources
from propflow.sites.steps import Surroundings
from propflow.sites.things import Order, Post, Response
from propflow.sites.timing import day_of, missed_of
from propflow.text import Text


class Charters:
    """
    Makes the posts and the duties of a handbook.
    """

    def __init__(
        self,
        sources: Sources,
        parts: Parts,
        around: Surroundings,
        *,
        made: Callable[[Procedure], None],
    ) -> None:
        self.sources = sources
        self.parts = parts
        self.around = around
        self.fault = parts.faults.add
        self.made = made

    def all(self, procedures: dict[str, Procedure]) -> tuple[dict[str, Post], tuple[Duty, ...]]:
        """
        All posts and all duties; the procedures of duties that open none are added.
        """
        posts = {}
        duties: list[Duty] = []
        seen: set[str] = set()
        for name, file in self.sources.posts.items():
            own = self._duties(file.duties, str(file.chart), file, procedures, seen)
            duties += own
            posts[name] = self._post(file, own)
        for listed in self.sources.duties.values():
            duties += self._duties(listed.list_, str(listed.chart), None, procedures, seen)
        return posts, tuple(duties)

    def _post(self, file: PostFile, duties: tuple[Duty, ...]) -> Post:
        for response in file.responses:
            message = self.parts.messages.get(str(response.on))
            procedure = self.parts.procedures.get(str(response.opens))
            if message is None or procedure is None:
                continue
            facts = {field.name: field for field in procedure.facts}
            for field in message.facts:
                why = clash(field, facts[field.name]) if field.name in facts else ""
                if why:
                    self.fault(
                        response.place,
                        f"message {message.id!r} brings {field.name!r} to procedure "
                        f"{procedure.id!r}, but {why}.",
                    )
        return Post(
            id=str(file.post),
            title=file.title,
            chart=str(file.chart),
            role=str(file.role),
            orders=tuple(Order(id=str(one.order), **boxed(one)) for one in file.orders),
            responses=tuple(
                Response(on=str(one.on), opens=str(one.opens), **boxed(one))
                for one in file.responses
            ),
            duties=duties,
            covers=tuple(map(str, file.covers)),
            reading=str(file.reading),
            place=file.place,
        )

    def _duties(
        self,
        shapes: tuple[DutyShape, ...],
        chart: str,
        post: PostFile | None,
        procedures: dict[str, Procedure],
        seen: set[str],
    ) -> tuple[Duty, ...]:
        found = []
        for shape in shapes:
            if shape.duty in seen:
                self.fault(
                    shape.duty.place, f"duty {str(shape.duty)!r} is given twice. Rename one."
                )
            seen.add(str(shape.duty))
            duty = self._duty(shape, chart, post)
            if duty is None:
                continue
            if shape.opens is None:
                duty = self._opened(duty, shape, procedures)
            found.append(duty)
        return tuple(found)

    def _duty(self, shape: DutyShape, chart: str, post: PostFile | None) -> Duty | None:
        by = tuple(map(str, shape.by))
        if not by and post is not None:
            by = (str(post.role),)
        name = str(shape.duty)
        if not by:
            self.fault(shape.place, f"duty {name!r} has no 'by'. Add the role that owes it.")
            return None
        if shape.opens is not None and (shape.facts or shape.fills or shape.asks):
            self.fault(
                shape.place,
                f"duty {name!r} opens a procedure, so its own facts and forms are asked of "
                "nobody. Move them to a step of the procedure.",
            )
        try:
            rhythm = parse_rhythm(shape.rhythm)
        except RhythmError as error:
            self.fault(shape.rhythm.place, str(error))
            return None
        try:
            return Duty(
                id=name,
                post=None if post is None else str(post.post),
                by=by,
                rhythm=rhythm,
                grace=self.around.time(shape.grace, self.parts.faults) or timedelta(),
                opens=None if shape.opens is None else str(shape.opens),
                fills=None if shape.fills is None else str(shape.fills),
                asks=tuple(map(str, shape.asks)),
                days=shape.days,
                roll=shape.roll,
                early=self.around.time(shape.early, self.parts.faults) or timedelta(),
                missed=missed_of(shape.missed, self.parts.faults),
                overlap=shape.overlap,
                starts=day_of(shape.from_, self.parts.faults),
                ends=day_of(shape.until, self.parts.faults),
                chart=chart or (shape.covers[0].split(".")[0] if shape.covers else ""),
                **boxed(shape),
            )
        except DutyError as error:
            self.fault(shape.place, str(error))
            return None

    def _opened(self, duty: Duty, shape: DutyShape, procedures: dict[str, Procedure]) -> Duty:
        """
        The duty with a procedure of one step, so that every duty is a case when it falls due.
        """
        name = f"duty-{duty.id}"
        if name in self.sources.names.get("procedure", ()):
            self.fault(
                shape.duty.place,
                f"the procedure of duty {duty.id!r} would be called {name!r}, and there is one. "
                "Rename one of them.",
            )
        work = Task(
            id=duty.id,
            label=duty.label,
            by=duty.by,
            fills=duty.fills,
            asks=duty.asks,
            within=duty.grace or None,
            reading=duty.reading,
            support=duty.support,
            caution=duty.caution,
            place=duty.place,
        )
        facts = fields_of(shape.facts, self.parts.faults)
        if shape.fills is not None:
            check_form(f"duty {duty.id!r}", shape.fills, duty.by, facts, self.parts)
        procedure = Procedure(
            id=name,
            title=duty.label,
            chart=duty.chart,
            facts=tuple(facts.values()),
            body=_kept_or_missed(work),
            place=duty.place,
        )
        self.made(procedure)
        procedures[name] = procedure
        return attrs.evolve(duty, opens=name)


def _kept_or_missed(work: Task) -> Block:
    """
    The work of a duty: done, or missed when its grace has passed.
    """
    if work.within is None:
        return sequence(work)
    missed = End(id="missed", label=Text.of(en="Missed", zh="未履行"))
    return Choose(step=work, branches=(((DONE,), sequence()), ((LATE,), missed)))


def boxed(shape: Boxed) -> dict[str, Any]:
    """
    What everything that stands for boxes of a chart says of itself.
    """
    return {
        "label": shape.label,
        "covers": tuple(map(str, shape.covers)),
        "reading": str(shape.reading),
        "support": str(shape.support),
        "caution": shape.caution,
        "place": shape.place,
    }
