"""
Rehearsals: a case told beforehand, line by line: who does what, how it falls, where it ends.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import attrs

from propflow.durations import Deadline
from propflow.errors import Place
from propflow.sites.convert import converter
from propflow.sites.faults import Faults
from propflow.sites.files import RehearsalsFile, RehearsalShape
from propflow.sites.kinds import Limit
from propflow.sites.names import missing
from propflow.sites.nodes import Word
from propflow.sites.sources import structured
from propflow.sites.yaml import read

if TYPE_CHECKING:
    from propflow.sites.site import Site

#: The folder of a handbook in which its rehearsals are.
FOLDER = "rehearsals"

_LINE = re.compile(
    r"(?P<step>[^ ]+)"
    r"(?: is (?P<outcome>[^ ]+))?"
    r"(?P<late> too late)?"
    r"(?: telling (?P<telling>.+?))?"
    r"(?: by (?P<by>.+?))?"
    r"(?: but not who did (?P<not_by>.+?))?"
    r"(?: to (?P<to>.+?))?"
    r"(?: within (?P<within>.+?))?"
    r"(?: with (?P<facts>.+))?"
)


@attrs.frozen(kw_only=True)
class Turn:
    """
    One line of a rehearsal: one step that is left. What it does not say is not looked at.

    Attributes:
        said: The line as it is written.
        step: Id of the step.
        outcome: The way by which it is left, or ``""``.
        late: ``yes`` where its time passes.
        telling: The roles that are told that it is late.
        by: The roles that may do it.
        not_by: The steps whose doer may not do it.
        to: The roles that a notice goes to.
        within: How long it may take, as the site has it.
        facts: What is filled in, or brought by the message, as it is written.
        place: Where the line is written.
    """

    said: str
    step: str
    outcome: str = ""
    late: str = "no"
    telling: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    not_by: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    within: Deadline | None = None
    facts: Mapping[str, str] = attrs.field(factory=dict)
    place: Place | None = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen(kw_only=True)
class Rehearsal:
    """
    A case told beforehand.

    Attributes:
        id: Its name.
        procedure: Id of the procedure.
        opens: What is known when the case is opened, as it is written.
        books: Of each ledger that it goes over, the one line that it finds there.
        turns: The steps, in order.
        ends: The end that the case comes to.
        place: Where it is written.
    """

    #: What a waiver and a test call it.
    noun: ClassVar[str] = "rehearsal"

    id: str
    procedure: str
    opens: Mapping[str, str]
    books: Mapping[str, Mapping[str, str]]
    turns: tuple[Turn, ...]
    ends: str
    place: Place | None = attrs.field(default=None, eq=False, repr=False)


def rehearsals_of(site: Site, procedure: str) -> tuple[Rehearsal, ...]:
    """
    The rehearsals of a procedure, read from the handbook that the site keeps.

    A rehearsal tells of the procedure as the handbook has it. Where a layer or the site has it
    otherwise, none is told.

    Args:
        site: The site.
        procedure: Id of the procedure.

    Raises:
        FaultyFileError: Everything that is wrong with the file. Whether the case goes as it is
            told is another question: see `propflow.verify.rehearse`.
    """
    if site.shelf is None or procedure in site.changed:
        return ()
    path = site.shelf / FOLDER / f"{procedure}.yaml"
    if not path.is_file():
        return ()
    faults = Faults()
    node = read(path, faults)
    file: RehearsalsFile | None = None
    if node is not None:
        file = structured(node, "rehearsals", path, faults)
    found: list[Rehearsal] = []
    if file is not None:
        if str(file.rehearsals) != procedure:
            faults.add(
                file.rehearsals.place,
                f"this file is called {path.name}, and tells of {str(file.rehearsals)!r}.",
            )
        found = [_rehearsal(shape, procedure, site, faults) for shape in file.list_]
        for number, one in enumerate(found):
            if one.id in (other.id for other in found[:number]):
                place = one.place or Place(str(path))
                faults.add(place, f"rehearsal {one.id!r} is given twice. Rename one.")
    faults.close()
    return tuple(found)


def _rehearsal(shape: RehearsalShape, procedure: str, site: Site, faults: Faults) -> Rehearsal:
    return Rehearsal(
        id=str(shape.rehearsal),
        procedure=procedure,
        opens={str(name): str(value) for name, value in shape.opens.items()},
        books={
            str(book): {str(name): str(value) for name, value in line.items()}
            for book, line in shape.books.items()
        },
        turns=tuple(_turn(word, site, faults) for word in shape.goes),
        ends=str(shape.ends),
        place=shape.place,
    )


def _turn(word: Word, site: Site, faults: Faults) -> Turn:
    match = _LINE.fullmatch(word)
    if match is None:
        faults.add(
            word.place,
            f"{str(word)!r} is no line of a rehearsal. Write it as in 'reply by complaints-clerk "
            "within 1 hour with satisfied=yes', or 'severity is minor'.",
        )
        return Turn(said=str(word), step="")
    facts = {}
    for pair in (match["facts"] or "").split(", ") if match["facts"] else ():
        name, equals, value = pair.partition("=")
        if not equals:
            faults.add(word.place, f"{pair!r} fills in nothing. Write it as in satisfied=yes.")
        facts[name] = value
    return Turn(
        said=str(word),
        step=match["step"],
        outcome=match["outcome"] or "",
        late="yes" if match["late"] else "no",
        telling=_names(match["telling"], " and "),
        by=_names(match["by"], " or "),
        not_by=_names(match["not_by"], " or "),
        to=_names(match["to"], " and "),
        within=_within(word, match["within"], site, faults),
        facts=facts,
        place=word.place,
    )


def _names(text: str | None, between: str) -> tuple[str, ...]:
    return tuple(text.split(between)) if text else ()


def _within(word: Word, text: str | None, site: Site, faults: Faults) -> Deadline | None:
    if text is None:
        return None
    length: Any = converter().structure(word.part(text, word.index(text)), Limit)
    if length.setting is None:
        found: Deadline | None = length.time
        return found
    if length.setting not in site.settings:
        faults.add(word.place, missing("setting", length.setting, site.settings))
        return None
    value: Any = site.settings[str(length.setting)]
    return value  # type: ignore[no-any-return]  # a chart takes no other kind of setting here
