"""
From the list of steps in a procedure's file to the blocks of the procedure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any, Literal

import attrs

from propflow.durations import Deadline
from propflow.errors import nearest
from propflow.procedures import model
from propflow.procedures.compose import NOTHING, climb
from propflow.sites import items
from propflow.sites.faults import Faults
from propflow.sites.files import GraphShape
from propflow.sites.kinds import Length, Limit
from propflow.sites.nodes import Word
from propflow.text import Text


@attrs.frozen(kw_only=True)
class Surroundings:
    """
    What the steps of a procedure take from the handbook and the site.

    Attributes:
        times: Settings that are lengths of time, by name.
        limits: Settings that are lengths of time, on the clock or in working time, by name.
        ladders: Roles of each ladder, the lowest first.
        others: The type of each setting that is no length of time, by name.
        titles: What procedures and decisions are called, by kind and id.
    """

    times: Mapping[str, timedelta] = attrs.field(factory=dict)
    limits: Mapping[str, Deadline] = attrs.field(factory=dict)
    ladders: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
    others: Mapping[str, str] = attrs.field(factory=dict)
    titles: Mapping[tuple[str, str], Text] = attrs.field(factory=dict)

    def time(self, length: Length | None, faults: Faults) -> timedelta | None:
        """
        A length of time as it is, or as the site has set it.
        """
        if length is None or length.time is not None:
            return None if length is None else length.time
        name = length.setting or length.word
        self._timed(name, faults)
        # A setting that is not there or is wrong has been noted; some time has to stand in.
        return self.times.get(str(name), timedelta(days=1))

    def limit(self, length: Limit | None, faults: Faults) -> Deadline | None:
        """
        How long a step may take, as it is written or as the site has set it.
        """
        if length is None or length.time is not None:
            return None if length is None else length.time
        name = length.setting or length.word
        self._timed(name, faults, "deadline")
        return self.limits.get(str(name), timedelta(days=1))

    def _timed(self, name: Word, faults: Faults, also: str = "") -> None:
        kind = self.others.get(name, also)
        if kind != also:
            wanted = "a length of time" if also or kind != "deadline" else "time on the clock"
            faults.add(
                name.place, f"setting {str(name)!r} is of type {kind}, and {wanted} is wanted here."
            )


def block_of(steps: Iterable[items.Shape], around: Surroundings, faults: Faults) -> model.Sequence:
    """
    The steps of a list, one after another.

    Args:
        steps: As `propflow.sites.convert` read them.
        around: Where settings, ladders and titles come from.
        faults: Takes what is wrong; the block that comes back is then of no use.
    """
    return _Blocks(around, faults).sequence(steps)


def plain_of(graph: GraphShape, around: Surroundings, faults: Faults) -> model.Plain:
    """
    A procedure that is written as nodes and edges.
    """
    blocks = _Blocks(around, faults, ways="edges")
    nodes: list[model.Node] = []
    for spot in graph.nodes:
        name = str(items.name_of(spot))
        gateway = _GATEWAYS.get(type(spot))
        if gateway is not None:
            nodes.append(gateway(name))
            continue
        if getattr(spot, "branches", None):
            faults.add(
                next(iter(spot.branches)).place,  # type: ignore[attr-defined]
                f"node {name!r} of a graph has no branches of its own. Write them as edges.",
            )
        block = blocks.block(spot)
        step = block.step if isinstance(block, model.Choose) else block
        if isinstance(step, model.Step):
            nodes.append(step)
    edges = tuple(
        model.Edge(str(edge.from_), str(edge.to), tuple(map(str, edge.when)))
        for edge in graph.edges
    )
    return model.Plain(nodes=tuple(nodes), edges=edges)


_GATEWAYS: dict[type[items.Shape], Callable[[str], model.Gateway]] = {
    items.Fork: model.Fork,
    items.Join: model.Join,
    items.Merge: model.Merge,
    items.Start: model.Start,
}


def outcomes_of(key: Word, faults: Faults) -> tuple[Word, ...]:
    """
    The outcomes of a branch: ``serious, major`` are two.
    """
    found = []
    offset = 0
    for piece in key.split(","):
        name = piece.strip()
        if name:
            found.append(key.part(name, offset + len(piece) - len(piece.lstrip())))
        else:
            faults.add(key.at(offset), "an outcome is missing beside the comma.")
        offset += len(piece) + 1
    return tuple(found)


def levels_of(
    item: items.Climb, ladders: Mapping[str, tuple[str, ...]], faults: Faults
) -> tuple[str, ...]:
    """
    The roles that a climb goes through, the lowest first. None where something is wrong.
    """
    if isinstance(item.ladder, Word):
        roles = ladders.get(str(item.ladder), ())
    else:
        roles = tuple(map(str, item.ladder))
    if not roles:
        return ()
    for name in (item.from_, item.to):
        if name is not None and name not in roles:
            faults.add(
                name.place,
                f"{str(name)!r} is not on the ladder of {str(item.climb)!r}.{nearest(name, roles)}",
            )
            return ()
    first = roles.index(item.from_) if item.from_ is not None else 0
    last = roles.index(item.to) if item.to is not None else len(roles) - 1
    if first > last:
        faults.add(
            item.place,
            f"{str(item.climb)!r} climbs from {str(item.from_)!r} to {str(item.to)!r}, which is "
            "below it on the ladder.",
        )
        return ()
    return roles[first : last + 1]


def _strings(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(str, words))


def _pairs(words: Mapping[Word, Word]) -> tuple[tuple[str, str], ...]:
    return tuple((str(key), str(value)) for key, value in words.items())


class _Blocks:
    """
    Makes blocks of items. One method a verb.
    """

    def __init__(
        self,
        around: Surroundings,
        faults: Faults,
        *,
        ways: Literal["branches", "edges"] = "branches",
    ) -> None:
        self.ways = ways
        self.around = around
        self.faults = faults

    def sequence(self, steps: Iterable[items.Shape]) -> model.Sequence:
        return model.sequence(*map(self.block, steps))

    def block(self, item: items.Shape) -> model.Block:
        made: model.Block = getattr(self, items.verb_of(type(item)))(item)
        return made

    def basics(self, item: items.Item, kind: str = "", of: str = "") -> dict[str, Any]:
        name = str(items.name_of(item))
        label = item.label or self.around.titles.get((kind, of)) or _spoken(name)
        return {
            "id": name,
            "label": label,
            "covers": _strings(item.covers),
            "reading": str(item.reading),
            "support": str(item.support),
            "caution": item.caution,
            "place": item.place,
        }

    def work(self, item: items.Working) -> dict[str, Any]:
        return {
            **self.basics(item),
            "by": _strings(item.by),
            "fills": None if item.fills is None else str(item.fills),
            "asks": _strings(item.asks),
            "within": self.around.limit(item.within, self.faults),
            "late_tells": _strings(item.late_tells),
            "not_by": _strings(item.not_by),
            "optional": str(item.optional),
        }

    def branches(self, branches: items.Branches) -> tuple[tuple[tuple[str, ...], model.Block], ...]:
        return tuple(
            (_strings(outcomes_of(key, self.faults)), self.sequence(steps))
            for key, steps in branches.items()
        )

    def do(self, item: items.Do) -> model.Block:
        task = model.Task(**self.work(item))
        if item.late is None:
            return task
        if item.within is None:
            self.faults.add(
                item.place,
                f"{task.id!r} says what follows when it is late, but not what the time is. "
                "Add 'within'.",
            )
        late = self.sequence(item.late)
        return model.Choose(step=task, branches=(((model.DONE,), NOTHING), ((model.LATE,), late)))

    def tell(self, item: items.Tell) -> model.Block:
        return model.Notice(**self.basics(item), to=_strings(item.to))

    def ask(self, item: items.Ask) -> model.Block:
        late = None if item.late_answer is None else str(item.late_answer)
        answers = tuple((str(word), label) for word, label in item.answers.items())
        step = model.Ask(**self.work(item), late_answer=late, answers=answers)
        if late is not None and item.within is None:
            self.faults.add(
                item.late_answer.place,  # type: ignore[union-attr]
                f"{step.id!r} says what stands when nobody answers in time, but not what the "
                "time is. Add 'within'.",
            )
        return self.asked(step, item)

    def asked(self, step: model.Ask | model.Decide, item: items.Ask | items.Decide) -> model.Block:
        if not item.branches and self.ways == "branches":
            self.faults.add(
                item.place,
                f"nothing follows from {step.id!r}. Add a key for each outcome, with its steps.",
            )
        return model.Choose(step=step, branches=self.branches(item.branches))

    def decide(self, item: items.Decide) -> model.Block:
        given = [name for name in (item.table, item.fact, item.if_) if name]
        if len(given) > 1:
            self.faults.add(
                item.place,
                f"{str(item.decide)!r} goes by one of 'table', 'fact' and 'if'. Keep one.",
            )
        by: dict[str, Any] = {}
        if item.if_:
            by["test"] = _pairs(item.if_)
        elif item.fact is not None:
            by["fact"] = str(item.fact)
        else:
            by["table"] = str(item.table or item.decide)
        basics = self.basics(item, "decision", by.get("table", ""))
        return self.asked(model.Decide(**basics, **by), item)

    def together(self, item: items.Together) -> model.Block:
        return model.Together(
            branches=tuple((str(key), self.sequence(steps)) for key, steps in item.branches.items())
        )

    def beside(self, item: items.Beside) -> model.Block:
        return model.Beside(
            halt=model.Halt(**self.basics(item)),
            main=self.sequence(item.steps),
            meanwhile=self.sequence(item.meanwhile),
        )

    def repeat(self, item: items.Repeat) -> model.Block:
        if not item.until:
            self.faults.add(item.place, f"{str(item.repeat)!r} repeats until nothing. Say when.")
            return NOTHING
        return model.Repeat(
            body=self.sequence(item.steps),
            test=model.Decide(**self.basics(item), test=_pairs(item.until)),
            between=self.sequence(item.between),
        )

    def wait(self, item: items.Wait) -> model.Block:
        if not item.for_ and item.within is None:
            self.faults.add(
                item.place, f"{str(item.wait)!r} waits for nothing. Add 'for', 'within' or both."
            )
            return NOTHING
        within = self.around.limit(item.within, self.faults)
        step = model.Wait(
            **self.basics(item),
            messages=_strings(item.for_),
            same=_strings(item.same),
            within=within,
        )
        return self.chosen(step, item.branches)

    def call(self, item: items.Call) -> model.Block:
        procedure = str(item.procedure or item.call)
        step = model.Call(
            **self.basics(item, "procedure", procedure),
            procedure=procedure,
            gives=_pairs(item.gives),
            takes=_pairs(item.takes),
        )
        return self.chosen(step, item.branches)

    def chosen(self, step: model.Wait | model.Call, branches: items.Branches) -> model.Block:
        if not branches:
            return step
        return model.Choose(step=step, branches=self.branches(branches))

    def each(self, item: items.Each) -> model.Block:
        procedure = str(item.procedure)
        return model.Each(
            **self.basics(item, "procedure", procedure),
            over=str(item.over),
            where=_pairs(item.where),
            procedure=procedure,
            order=item.order,
            until=tuple(map(str, item.until)),
        )

    def climb(self, item: items.Climb) -> model.Block:
        levels = levels_of(item, self.around.ladders, self.faults)
        within = self.around.limit(item.within, self.faults)
        if not levels or within is None:
            return NOTHING
        basics = self.basics(item)
        del basics["id"]
        made = climb(str(item.climb), levels, within=within, label=basics["label"])
        # The boxes count once, on the first level; where it is written counts for all.
        lowest = f"{item.climb}-{levels[0]}"
        return _mapped(
            made,
            lambda step: attrs.evolve(
                step, **(basics if step.id == lowest else {"place": item.place})
            ),
        )

    def end(self, item: items.End) -> model.Block:
        return model.End(**self.basics(item))


def _spoken(name: str) -> Text:
    return Text.of(en=name.replace("-", " ").capitalize())


def _mapped(block: model.Block, change: Callable[[Any], Any]) -> model.Block:
    """
    The same blocks of a climb with each step changed.
    """
    if isinstance(block, model.Choose):
        return model.Choose(
            step=change(block.step),
            branches=tuple((names, _mapped(inner, change)) for names, inner in block.branches),
        )
    return change(block) if isinstance(block, model.Step) else block
