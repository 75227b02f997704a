"""
Makes rulebooks of their files, and holds them against messages and procedures.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import attrs

from propflow.fields import Field, Value
from propflow.procedures import Procedure
from propflow.rules import (
    CellError,
    Condition,
    Kind,
    Pattern,
    Rule,
    Rulebook,
    RulebookError,
    Then,
    parse_cell,
)
from propflow.sites.check import Parts, clash
from propflow.sites.facts import fields_of, value_of
from propflow.sites.faults import Faults
from propflow.sites.kinds import Length
from propflow.sites.names import missing
from propflow.sites.nodes import Word
from propflow.sites.ruleshapes import (
    EventShape,
    PatternShape,
    RulebookFile,
    RuleShape,
    ThenShape,
)
from propflow.sites.sources import Sources
from propflow.sites.steps import Surroundings
from propflow.sites.things import Escalation, Feed

_DOES = ("conclude", "start", "send", "notify")
_ON = ("message", "began", "ended", "done", "late")


@attrs.frozen
class Rulebooks:
    """
    The rulebooks of a handbook in the making.

    Attributes:
        sources: The files.
        parts: What they are held against; takes what is wrong.
        around: The settings.
    """

    sources: Sources
    parts: Parts
    around: Surroundings

    def all(self, procedures: Mapping[str, Procedure]) -> dict[str, Escalation]:
        """
        Each rulebook that is right, by name.
        """
        made = {
            name: _Maker(self.parts, self.around, procedures).escalation(file)
            for name, file in self.sources.rulebooks.items()
        }
        return {name: one for name, one in made.items() if one is not None}


class _Maker:
    def __init__(
        self, parts: Parts, around: Surroundings, procedures: Mapping[str, Procedure]
    ) -> None:
        self.parts = parts
        self.faults: Faults = parts.faults
        self.around = around
        self.procedures = procedures
        self.kinds: dict[str, Kind] = {}

    def escalation(self, file: RulebookFile) -> Escalation | None:
        before = len(self.faults)
        feeds = []
        for name, shape in file.events.items():
            feeds += self.event(name, shape)
        for name, fact in file.facts.items():
            if name in file.events:
                self.faults.add(name.place, f"{str(name)!r} is an event already. Rename one.")
            self.kinds[str(name)] = Kind(
                id=str(name),
                fields=fields_of(fact.facts, self.faults).values(),
                sort="fact",
                keeps=self.time(fact.keeps),
                label=fact.label,
            )
        if len(self.faults) > before:
            return None
        rules = [self.rule(shape) for shape in file.rules]
        if len(self.faults) > before:
            return None
        try:
            book = Rulebook(
                id=str(file.rulebook),
                title=file.title,
                kinds=self.kinds.values(),
                rules=rules,
                chart=str(file.chart),
                covers=map(str, file.covers),
                reading=str(file.reading),
                support=str(file.support),
                place=file.place,
            )
        except RulebookError as error:
            places = {str(shape.rule): shape.place for shape in file.rules}
            self.faults.add(places.get(error.rule, file.place), str(error))
            return None
        return Escalation(book=book, feeds=tuple(feeds))

    def event(self, name: Word, shape: EventShape) -> list[Feed]:
        given = [(on, word) for on in _ON if (word := getattr(shape, on)) is not None]
        if len(given) > 1:
            both = " and ".join(repr(on) for on, _ in given)
            self.faults.add(name.place, f"event {str(name)!r} comes from {both}. Keep one.")
        fields = fields_of(shape.facts, self.faults)
        if shape.message is not None:
            message = self.parts.messages.get(str(shape.message))
            fields = {field.name: field for field in message.facts} if message else {}
            if shape.facts:
                what = f"event {str(name)!r} brings what its message brings. Remove 'facts'."
                self.faults.add(name.place, what)
        for on, word in given:
            procedure = self.procedures.get(str(word))
            if on != "message" and procedure is not None:
                self.fit(name, fields, procedure.facts, f"procedure {procedure.id!r}")
        self.kinds[str(name)] = Kind(id=str(name), fields=fields.values(), label=shape.label)
        step = str(shape.step or "")
        if shape.step is not None:
            self.step(shape.step, given[0] if given else ("", shape.step))
        return [Feed(kind=str(name), on=on, name=str(word), step=step) for on, word in given]

    def step(self, step: Word, given: tuple[str, Word]) -> None:
        on, procedure = given
        if on not in ("done", "late"):
            self.faults.add(step.place, "a step goes with 'done' or 'late'. Remove it.")
        graph = self.parts.graphs.get(str(procedure))
        if graph is not None and str(step) not in graph.by_id:
            where = f"in procedure {str(procedure)!r}"
            self.faults.add(step.place, missing("step", step, graph.by_id, where))

    def fit(
        self, name: Word, fields: Mapping[str, Field], theirs: tuple[Field, ...], owner: str
    ) -> None:
        known = {field.name: field for field in theirs}
        for field in fields.values():
            own = known.get(field.name)
            if own is None:
                what = missing("fact", field.name, known, f"in {owner}")
                self.faults.add(name.place, what)
                continue
            why = clash(own, field, there=f"in {owner}")
            if why:
                self.faults.add(name.place, f"{field.name!r} cannot be taken: {why}.")

    def rule(self, shape: RuleShape) -> Rule:
        count = 1
        if shape.count is not None:
            field = Field(name="count", type="integer", min=1)
            count = int(str(value_of(field, shape.count, self.faults) or 1))
        parts: dict[str, Any] = {
            "when": [self.pattern(pattern) for pattern in shape.when],
            "unless": None if shape.unless is None else self.pattern(shape.unless),
            "then": [self.then(then, shape) for then in shape.then],
        }
        return Rule(
            id=str(shape.rule),
            **parts,
            same=map(str, shape.same),
            count=count,
            within=self.time(shape.within),
            by=self.time(shape.by),
            early=self.time(shape.early) or timedelta(),
            because=shape.because,
            label=shape.label,
            covers=map(str, shape.covers),
            place=shape.place,
        )

    def pattern(self, shape: PatternShape) -> Pattern:
        kind = self.kinds.get(str(shape.event))
        if kind is None:
            self.faults.add(shape.event.place, missing("event or fact", shape.event, self.kinds))
            return Pattern(kind=str(shape.event))
        fields = {field.name: field for field in kind.fields}
        tests = []
        for name, word in shape.if_.items():
            field = fields.get(str(name))
            if field is None:
                where = f"in {kind.id!r}"
                self.faults.add(name.place, missing("field", name, fields, where))
                continue
            try:
                tests.append((field, parse_cell(word, field)))
            except CellError as error:
                self.faults.add(word.at(error.column - 1), f"cell {error.cell!r}: {error.what}")
        return Pattern(kind=kind.id, test=Condition(tuple(tests)) if tests else None)

    def then(self, shape: ThenShape, rule: RuleShape) -> Then:
        given = [does for does in _DOES if getattr(shape, does)]
        if len(given) != 1:
            what = f"one thing follows at a time: one of {', '.join(_DOES)}, not {len(given)}."
            self.faults.add(shape.place, what)
            return Then(does="notify", to=("nobody",))
        does = given[0]
        name = "" if does == "notify" else str(getattr(shape, does))
        taken = {str(name): str(source) for name, source in shape.facts.items()}
        fields = self.taken(does, name)
        sets = self.sets(shape, fields)
        if fields is not None and does in ("start", "send"):
            self.match(shape, rule, fields)
        return Then(
            does=does,
            name=name,
            to=map(str, shape.notify),
            facts=taken,
            sets=sets,
            label=shape.label,
        )

    def taken(self, does: str, name: str) -> dict[str, Field] | None:
        # The facts that what follows can take, where that is known.
        if does == "start" and name in self.procedures:
            return {field.name: field for field in self.procedures[name].facts}
        if does == "send" and name in self.parts.messages:
            return {field.name: field for field in self.parts.messages[name].facts}
        if does == "conclude" and name in self.kinds:
            return {field.name: field for field in self.kinds[name].fields}
        return None

    def sets(self, shape: ThenShape, fields: Mapping[str, Field] | None) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for name, word in shape.sets.items():
            field = (fields or {}).get(str(name))
            if field is None:
                if fields is not None:
                    self.faults.add(name.place, missing("fact", name, fields))
                continue
            value = value_of(field, word, self.faults)
            if value is not None:
                found[str(name)] = value
        return found

    def match(self, shape: ThenShape, rule: RuleShape, fields: Mapping[str, Field]) -> None:
        kind = self.kinds.get(str(rule.when[0].event)) if rule.when else None
        own = {field.name: field for field in kind.fields} if kind is not None else {}
        for name, source in shape.facts.items():
            field = fields.get(str(name))
            if field is None:
                self.faults.add(name.place, missing("fact", name, fields))
                continue
            given = own.get(str(source))
            why = clash(given, field) if given is not None else ""
            if why:
                self.faults.add(name.place, f"{str(source)!r} cannot become {str(name)!r}: {why}.")

    def time(self, length: Length | None) -> timedelta | None:
        return self.around.time(length, self.faults)
