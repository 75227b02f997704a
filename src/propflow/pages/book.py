"""
A site's handbook in one language: what things are called, and on which page each of them is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Literal
from urllib.parse import quote

import attrs
from markupsafe import Markup

from propflow.calendar import Duty
from propflow.draw import Names, Sheet, names_of
from propflow.draw.words import clean, humane
from propflow.draw.words import say as say_length
from propflow.durations import Deadline
from propflow.fields import Field, Value
from propflow.pages.words import unit, word
from propflow.procedures import Call, Each, Notice, Procedure, Step, Work
from propflow.rules.saying import say_value
from propflow.sites import Site
from propflow.text import Text

#: The answers that need no label of their own.
_ANSWERS = ("yes", "no")

#: Where the page of a thing is: kind and name to what stands in a link.
Target = Callable[[str, str], str]


def anchor(kind: str, name: str) -> str:
    """
    The word by which a thing is found on a page.
    """
    return quote(f"{kind}-{name}", safe="").replace("%", "_")


@attrs.frozen
class Link:
    """
    The name of a thing, and where more stands about it.

    Attributes:
        words: What it is called.
        href: Where it is, or ``""`` where it has no place of its own.
        more: What is said behind it.
    """

    words: str
    href: str = ""
    more: str = ""


@attrs.frozen(kw_only=True)
class Picture:
    """
    The picture of a procedure, for the screen and for paper.

    Attributes:
        name: The word by which its sheets refer to it.
        svg: The whole of it.
        width: Of the whole of it, in its own units.
        sheets: How it is cut for paper.
        paper: A narrower one without lanes, where that takes fewer sheets.
    """

    name: str
    svg: str
    paper: str = ""
    width: float
    sheets: tuple[Sheet, ...]

    @property
    def named(self) -> Markup:
        """
        The whole of it, with its name, to stand in a page. All its words are escaped already.
        """
        return Markup(self.svg.replace("<svg ", f'<svg id="{self.name}" ', 1))  # noqa: S704

    @property
    def printed(self) -> Markup:
        """
        The one for paper, likewise, where it is another.
        """
        name = f'<svg id="{self.name}-paper" '
        return Markup(self.paper.replace("<svg ", name, 1))  # noqa: S704


@attrs.frozen(kw_only=True, eq=False, slots=False)
class Book:
    """
    A site's handbook in one language.

    Attributes:
        site: The site.
        language: ``en`` or ``zh``.
        target: Where the page of each thing is.
        detail: ``formal`` where laws are also given as formulas, ``plain`` for the staff.
        pictures: Those that were made already: two books of one language can share them.
    """

    site: Site
    language: str
    target: Target
    detail: Literal["plain", "formal"] = "plain"
    pictures: dict[str, Picture] = attrs.field(factory=dict, repr=False)
    _names: dict[str, Names] = attrs.field(factory=dict, init=False, repr=False)

    def word(self, key: str, **values: object) -> str:
        """
        A stock phrase.
        """
        return word(self.language, key, **values)

    def text(self, text: Text) -> str:
        """
        A label in the book's language, on one line and safe to print.
        """
        return clean(text.to(self.language))

    def listed(self, words: Iterable[str]) -> str:
        """
        Several things in one breath.
        """
        *most, last = list(words) or [""]
        if not most:
            return last
        return self.word("comma").join(most) + self.word("and") + last

    def length(self, length: Deadline) -> str:
        """
        A duration.
        """
        return say_length(self.language, length)

    def role(self, name: str) -> str:
        """
        What a role is called.
        """
        return clean(self.site.role_name(name, self.language))

    def party(self, name: str) -> str:
        """
        What somebody outside the company is called who signs forms.
        """
        return self.text(self.site.parties.get(name, Text())) or clean(humane(name))

    def value(self, value: Value, field: Field | None = None) -> str:
        """
        A value, with its unit.
        """
        said = self.answer(clean(say_value(value, field, self.language)))
        if field is None or field.type not in ("integer", "decimal") or not field.unit:
            return said
        gap = "" if self.language == "zh" else " "
        return f"{said}{gap}{unit(self.language, field.unit)}"

    def answer(self, words: str) -> str:
        """
        The words of a file, but its plain *yes* and *no* as the language has them.
        """
        return self.word({"yes": "yes", "no": "no-answer"}[words]) if words in _ANSWERS else words

    def names(self, procedure: str) -> Names:
        """
        What the things of a procedure are called.
        """
        if procedure not in self._names:
            self._names[procedure] = names_of(self.site, procedure, language=self.language)
        return self._names[procedure]

    def link(self, kind: str, name: str, more: str = "") -> Link:
        """
        A link to a thing of the site.
        """
        site = self.site
        label = Text()
        match kind:
            case "procedure" if name in site.procedures:
                label = site.procedures[name].title
            case "decision" if name in site.tables:
                label = site.tables[name].title
            case "post" if name in site.posts:
                label = site.posts[name].title
            case "rulebook" if name in site.rulebooks:
                label = site.rulebooks[name].book.title
            case "record" if name in site.records:
                label = site.records[name].label
            case "role" if name in site.roles:
                label = site.roles[name].label
            case "office":
                label = site.offices.get(name, label)
            case "duty":
                label = next((duty.label for duty in site.duties if duty.id == name), label)
        return Link(self.text(label) or clean(humane(name)), self.target(kind, name), more)

    # -- what belongs together --------------------------------------------------------------

    @cached_property
    def procedures(self) -> tuple[Procedure, ...]:
        """
        The procedures that have a page: those that are no more than one duty have none.
        """
        own = {f"duty-{duty.id}" for duty in self.site.duties}
        found = [one for one in self.site.procedures.values() if one.id not in own]
        return tuple(sorted(found, key=lambda one: chart_order(one.chart)))

    @cached_property
    def duties_of(self) -> Mapping[str, tuple[Duty, ...]]:
        """
        For each procedure the duties that open it.
        """
        found: dict[str, list[Duty]] = defaultdict(list)
        for duty in self.site.duties:
            if duty.opens is not None:
                found[duty.opens].append(duty)
        return {name: tuple(duties) for name, duties in found.items()}

    @cached_property
    def callers(self) -> Mapping[str, tuple[str, ...]]:
        """
        For each procedure those that carry it out as a part of themselves.
        """
        found: dict[str, dict[str, None]] = defaultdict(dict)
        for procedure in self.procedures:
            for step in self.site.graph(procedure.id).steps:
                if isinstance(step, Call | Each):
                    found[step.procedure][procedure.id] = None
            for interrupt in procedure.interrupts:
                found[interrupt.opens][procedure.id] = None
        return {name: tuple(callers) for name, callers in found.items()}

    @cached_property
    def part_of(self) -> Mapping[str, tuple[str, ...]]:
        """
        For each role the procedures in which it has something to do.
        """
        found: dict[str, list[str]] = defaultdict(list)
        for procedure in self.procedures:
            for role in roles_in(self.site.graph(procedure.id).steps):
                found[role].append(procedure.id)
        return {name: tuple(part) for name, part in found.items()}

    @cached_property
    def covered(self) -> Mapping[str, tuple[str, ...]]:
        """
        For each box of the source the links to what stands for it, as kind and name.
        """
        return {
            box: tuple(dict.fromkeys(f"{kind}/{name}" for kind, name, _ in found))
            for box, found in self.site.covers().items()
        }


def roles_in(steps: Iterable[Step]) -> tuple[str, ...]:
    """
    The roles that have something to do in steps, in the order in which they come.
    """
    found: dict[str, None] = {}
    for step in steps:
        if isinstance(step, Work):
            found |= dict.fromkeys(step.by)
    for step in steps:
        if isinstance(step, Notice):
            found |= dict.fromkeys(step.to)
    return tuple(found)


def chart_order(chart: str) -> tuple[int, str, int, str]:
    """
    Where a chart stands among the others: 0a to 0g, 1 to 19, S1 to S13; what has none comes last.
    """
    letters = chart.rstrip("0123456789abcdefghijklmnopqrstuvwxyz")
    digits = "".join(char for char in chart if char.isdigit())
    rest = chart.removeprefix(letters).lstrip("0123456789")
    return (0 if chart else 1, letters, int(digits or 0), rest)
