"""
What the things of a site are called in a picture of one of its procedures.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from propflow.draw.scene import Names
from propflow.fields import Field
from propflow.procedures import Ask, Call, Decide, End, Procedure
from propflow.text import Text

if TYPE_CHECKING:
    from propflow.sites import Site


def names_of(site: Site, procedure: str, *, language: str | None = None) -> Names:
    """
    The names for a picture of a procedure of a site.

    Args:
        site: The site.
        procedure: Id of the procedure.
        language: Code of the language; the site's own where nothing is said.

    Raises:
        UnknownNameError: The site has no such procedure.
    """
    things: dict[str, Text] = {}
    for kind in (site.procedures, site.records, site.messages, site.books):
        for name, thing in kind.items():
            label = getattr(thing, "label", None) or getattr(thing, "title", None)
            if isinstance(label, Text) and label:
                things[name] = label
    return Names(
        roles={role.id: role.label for role in site.roles.values() if role.label},
        language=language or site.language,
        outcomes=_outcomes(site, site.procedure(procedure)),
        things=things,
    )


def _outcomes(site: Site, procedure: Procedure) -> Mapping[str, Mapping[str, Text]]:
    """
    For each step the labels of its outcomes: words of a fact, of a table, or ends of a call.
    """
    facts = {field.name: field for field in procedure.facts}
    found: dict[str, dict[str, Text]] = {}
    for step in site.graph(procedure.id).steps:
        fields: list[Field] = []
        match step:
            case Decide(table=str(table)) if table in site.tables:
                fields = list(site.tables[table].outputs[:1])
            case Decide(fact=str(fact)) if fact in facts:
                fields = [facts[fact]]
            case Ask(answers=answers) if answers:
                found[step.id] = dict(answers)
            case Ask():
                fields = [facts[name] for name in (step.id, *step.asks) if name in facts]
            case Call(procedure=called) if called in site.procedures:
                ends = site.graph(called).steps
                found[step.id] = {end.id: end.label for end in ends if isinstance(end, End)}
        labels = {word: label for field in fields[::-1] for word, label in field.labels if label}
        if labels:
            found[step.id] = labels
    return found
