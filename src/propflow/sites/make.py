"""
Makes a handbook of its files: typed facts, compiled graphs, tables, posts and duties.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

import attrs

from propflow.durations import WorkLength
from propflow.errors import GraphError, Place
from propflow.fields import Field, Value
from propflow.procedures import (
    Interrupt,
    Procedure,
    StepGraph,
    compile_graph,
    graph_of,
    steps_of,
)
from propflow.rules import Table
from propflow.sites.check import Parts, check_procedure
from propflow.sites.decisions import table_of
from propflow.sites.facts import field_of, fields_of, value_of
from propflow.sites.faults import Faults
from propflow.sites.files import DutyShape, HandbookFile, ProcedureFile
from propflow.sites.forms import records_of
from propflow.sites.laws import law_of
from propflow.sites.names import check_names, missing
from propflow.sites.nodes import Word
from propflow.sites.posts import Charters, boxed
from propflow.sites.rulebooks import Rulebooks
from propflow.sites.sources import Sources
from propflow.sites.steps import Surroundings, block_of, plain_of
from propflow.sites.things import (
    Handbook,
    Message,
    Role,
    Setting,
)


def make(
    sources: Sources, faults: Faults, *, own: Mapping[Word, Word] | None = None
) -> Handbook | None:
    """
    The handbook that the files describe, or nothing, once noted why.

    Args:
        sources: The files.
        faults: Takes everything that is wrong.
        own: A site's own values for some of the settings.
    """
    if sources.file is None:
        return None
    maker = _Maker(sources, sources.file, faults)
    handbook = maker.handbook(own or {})
    return None if len(faults) else handbook


class _Maker:
    def __init__(self, sources: Sources, file: HandbookFile, faults: Faults) -> None:
        self.sources = sources
        self.file = file
        self.faults = faults
        self.parts = Parts(names=sources.names, faults=faults)
        self.around = Surroundings()
        self.graphs: dict[str, StepGraph] = {}

    def handbook(self, own: Mapping[Word, Word]) -> Handbook:
        file, sources = self.file, self.sources
        self.names()
        settings = self.settings()
        values = self.values(settings, own)
        messages = self.messages()
        records = records_of(file, self.faults)
        books = {
            str(name): fields_of(shape.columns, self.faults) for name, shape in file.books.items()
        }
        ladders = {str(name): tuple(map(str, roles)) for name, roles in file.ladders.items()}
        self.around = Surroundings(
            times={name: v for name, v in values.items() if isinstance(v, timedelta)},
            limits={n: v for n, v in values.items() if isinstance(v, timedelta | WorkLength)},
            others={str(n): s.type for n, s in file.settings.items() if s.type != "duration"},
            ladders=ladders,
            titles={
                **{("procedure", name): one.title for name, one in sources.procedures.items()},
                **{("decision", name): one.title for name, one in sources.decisions.items()},
            },
        )
        self.parts.messages = messages
        self.parts.records = records
        self.parts.books = books
        self.parts.tables = self.tables()
        procedures = self.procedures()
        posts, duties = Charters(sources, self.parts, self.around, made=self.graph).all(procedures)
        return Handbook(
            root=sources.root,
            id=str(file.handbook),
            title=file.title,
            version=str(file.version),
            offices={str(name): office.label for name, office in file.offices.items()},
            roles=self.roles(),
            ladders=ladders,
            parties={str(name): party.label for name, party in file.parties.items()},
            records=records,
            messages=messages,
            settings=settings,
            values=values,
            books={name: tuple(fields.values()) for name, fields in books.items()},
            labels={str(name): shape.label for name, shape in file.books.items()},
            procedures=procedures,
            graphs=self.graphs,
            tables=self.parts.tables,
            rulebooks=Rulebooks(sources, self.parts, self.around).all(procedures),
            posts=posts,
            duties=duties,
            boxes=sources.boxes,
        )

    # -- what all files share ---------------------------------------------------------------

    def names(self) -> None:
        """
        Hold the names in all files but the procedures against what there is.
        """
        known = self.sources.names
        check_names(self.file, known, self.faults)
        check_names(self.sources.decisions.values(), known, self.faults)
        check_names(self.sources.rulebooks.values(), known, self.faults)
        for post in self.sources.posts.values():
            check_names(attrs.evolve(post, duties=()), known, self.faults)
        for duty in self.duty_shapes():
            where = f"in duty {str(duty.duty)!r}"
            facts = {**known, "fact": [str(name) for name in duty.facts]}
            check_names(duty, facts, self.faults, where=where)

    def duty_shapes(self) -> Iterable[DutyShape]:
        for post in self.sources.posts.values():
            yield from post.duties
        for duties in self.sources.duties.values():
            yield from duties.list_

    def roles(self) -> dict[str, Role]:
        shapes = self.file.roles
        for name, shape in shapes.items():
            seen = [str(name)]
            above = shape.reports_to
            while above is not None and above in shapes and above not in seen:
                seen.append(str(above))
                above = shapes[above].reports_to
            if above == name == min(seen):
                chain = " -> ".join([*seen, str(name)])
                self.faults.add(name.place, f"role {str(name)!r} reports to itself: {chain}.")
        return {
            str(name): Role(
                id=str(name),
                label=shape.label,
                office=None if shape.office is None else str(shape.office),
                reports_to=None if shape.reports_to is None else str(shape.reports_to),
                place=name.place,
            )
            for name, shape in shapes.items()
        }

    def settings(self) -> dict[str, Setting]:
        found = {}
        for name, shape in self.file.settings.items():
            field = field_of(name, shape, self.faults)
            value = None if field is None else value_of(field, shape.value, self.faults)
            if field is not None and value is not None:
                found[str(name)] = Setting(
                    id=str(name),
                    field=field,
                    value=value,
                    support=str(shape.support),
                    place=name.place,
                )
        return found

    def values(self, settings: Mapping[str, Setting], own: Mapping[Word, Word]) -> dict[str, Value]:
        values = {name: setting.value for name, setting in settings.items()}
        for name, word in own.items():
            setting = settings.get(str(name))
            if name not in self.file.settings:
                self.faults.add(name.place, missing("setting", name, self.file.settings))
            elif setting is not None:
                value = value_of(setting.field, word, self.faults)
                if value is not None:
                    values[str(name)] = value
        return values

    def messages(self) -> dict[str, Message]:
        return {
            str(name): Message(
                id=str(name),
                label=shape.label,
                facts=tuple(fields_of(shape.facts, self.faults).values()),
                place=name.place,
            )
            for name, shape in self.file.messages.items()
        }

    # -- decisions --------------------------------------------------------------------------

    def tables(self) -> dict[str, Table]:
        made = {n: table_of(file, self.faults) for n, file in self.sources.decisions.items()}
        return {name: table for name, table in made.items() if table is not None}

    # -- procedures -------------------------------------------------------------------------

    def procedures(self) -> dict[str, Procedure]:
        made = {}
        ready = []
        for name, file in self.sources.procedures.items():
            before = len(self.faults)
            facts = fields_of(file.facts, self.faults)
            procedure = self.procedure(file, facts)
            # Facts that are wrong would be missed by all that look at them.
            if len(facts) == len(file.facts):
                ready.append((file, facts))
            if procedure is not None and len(self.faults) == before:
                made[name] = procedure
        self.parts.procedures = made
        self.parts.graphs = self.graphs
        for file, facts in ready:
            check_procedure(file, facts, self.parts)
        return made

    def procedure(self, file: ProcedureFile, facts: Mapping[str, Field]) -> Procedure | None:
        name = str(file.procedure)
        if (file.steps is None) == (file.graph is None):
            both = "not both" if file.steps is not None else "and this has neither"
            self.faults.add(file.place, f"procedure {name!r} has 'steps' or a 'graph', {both}.")
            return None
        before = len(self.faults)
        plain = None if file.graph is None else plain_of(file.graph, self.around, self.faults)
        procedure = Procedure(
            id=name,
            title=file.title,
            chart=str(file.chart),
            drawn=file.drawn,
            facts=tuple(facts.values()),
            opens_on=tuple(map(str, file.opens_on)),
            body=block_of(file.steps or (), self.around, self.faults),
            plain=plain,
            interrupts=tuple(
                Interrupt(
                    on=str(shape.on),
                    opens=str(shape.opens),
                    same=tuple(map(str, shape.same)),
                    **boxed(shape),
                )
                for shape in file.interrupts
            ),
            laws=tuple(law_of(law, facts, self.around, self.faults) for law in file.laws),
            covers=tuple(map(str, file.covers)),
            reading=str(file.reading),
            place=file.place,
        )
        steps = (
            [node.id for node in plain.nodes]
            if plain
            else [*(step.id for step in steps_of(procedure.body)), "done"]
        )
        known = {**self.sources.names, "fact": [str(fact) for fact in file.facts]}
        if len(self.faults) == before:
            known["step"] = steps
        check_names(file, known, self.faults, where=f"in procedure {name!r}")
        self.unique_laws(file)
        if len(self.faults) == before:
            self.graph(procedure)
        return procedure if name in self.graphs else None

    def graph(self, procedure: Procedure) -> None:
        try:
            graph = graph_of(procedure)
            compile_graph(graph)
        except GraphError as error:
            nodes = procedure.plain.nodes if procedure.plain else steps_of(procedure.body)
            places = {node.id: getattr(node, "place", None) for node in nodes}
            at = places.get(error.step or "") or procedure.place or Place("")
            self.faults.add(at, str(error))
        else:
            self.graphs[procedure.id] = graph

    def unique_laws(self, file: ProcedureFile) -> None:
        seen: set[str] = set()
        for law in file.laws:
            if law.law in seen:
                self.faults.add(law.law.place, f"law {str(law.law)!r} is given twice. Rename one.")
            seen.add(str(law.law))
