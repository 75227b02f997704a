"""
Loads a site from its folder, with everything that is wrong in one report.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import attrs

from propflow.calendar import Duty, WorkingDays, WorkingDaysError
from propflow.errors import Place, nearest
from propflow.rules import Correlator, Rulebook, RuleEngine
from propflow.sites.books import Book
from propflow.sites.estate import CalendarShape, SiteFile, Weekday
from propflow.sites.faults import Faults
from propflow.sites.make import make
from propflow.sites.names import check_names, missing
from propflow.sites.nodes import Entries, Word
from propflow.sites.people import Person, Rostered, Shift
from propflow.sites.site import Site
from propflow.sites.sources import Sources, gather, structured
from propflow.sites.tailoring.finding import decides, without
from propflow.sites.tailoring.tree import HANDBOOK, Tree
from propflow.sites.things import Handbook, Waiver
from propflow.sites.timing import check_office, office_of, own_duties, span_of, with_duties
from propflow.sites.yaml import read

if TYPE_CHECKING:
    from propflow.sites.tailoring.layers import Tailored

_WEEK = get_args(Weekday)
_SHORTEST_SEED, _LONGEST_SEED = 16, 1024


#: What a plugin offers: working days by what follows the colon.
Calendars = Mapping[str, Callable[[str], WorkingDays]]
#: What a plugin offers: rule engines by name.
RuleEngines = Mapping[str, Callable[[Sequence[Rulebook]], RuleEngine]]


def load_site(
    folder: Path,
    handbooks: Mapping[str, Path],
    *,
    calendars: Calendars | None = None,
    rule_engines: RuleEngines | None = None,
    tailorings: Mapping[str, Path] | None = None,
    tailored: Literal["yes", "no"] = "yes",
) -> Site:
    """
    Load a site with the handbook that it keeps, its layers and its own tailoring laid on.

    Args:
        folder: The folder with site.yaml.
        handbooks: Folder of each handbook that there is.
        calendars: Calendars of working days that a site can take.
        rule_engines: What can run its rulebooks, besides propflow itself.
        tailorings: Folder of each layer that a site can name.
        tailored: ``no`` for the handbook as it is, without layers, tailoring, and what the site
            sets otherwise in its own file.

    Raises:
        FaultyFileError: Everything that is wrong with the files of the site and its handbook.
            The lines of its ledgers are read later, when somebody asks for them.
    """
    faults = Faults()
    path = folder / "site.yaml"
    if not path.is_file():
        faults.add(Place(str(path)), "there is no such file, so this folder is no site.")
    faults.close()
    node = read(path, faults)
    file: SiteFile | None = None
    sources: Sources | None = None
    handbook: Handbook | None = None
    laid: _Laid | None = None
    if node is not None:
        file = structured(node, "site", path, faults)
        name = node.get(cast("Word", "handbook"))
        if isinstance(name, Word) and name:
            if name in handbooks:
                laid = _Laid(node, folder, tailorings or {}, faults, tailored)
                sources = gather(handbooks[name], faults, tailor=laid.on)
                if file is not None and tailored == "no":
                    file = _fitting(file, sources)
                handbook = make(sources, faults, own=None if file is None else file.settings)
            else:
                faults.add(name.place, missing("handbook", name, handbooks))
    parts = _parts(file, folder, calendars or {}, faults) if file is not None else {}
    if file is not None and file.rule_engine is not None:
        parts["rule_engine"] = _engine(file.rule_engine, rule_engines or {}, faults)
    if file is not None and sources is not None:
        _check(file, sources, faults)
    duties: tuple[Duty, ...] = ()
    if file is not None and handbook is not None:
        duties = own_duties(handbook.duties, file.duties, faults)
        check_office(handbook, parts["office"], faults)
    if len(faults) and laid is not None:
        laid.explain()
    faults.close()
    if file is None or handbook is None:
        raise AssertionError
    return Site(
        **parts,
        handbook=handbook.id,
        shelf=sources.root if sources is not None else None,
        version=handbook.version,
        procedures=handbook.procedures,
        graphs=dict(handbook.graphs),
        tables=handbook.tables,
        rulebooks=handbook.rulebooks,
        duties=duties,
        posts=with_duties(handbook.posts, duties),
        roles=handbook.roles,
        offices=handbook.offices,
        ladders=handbook.ladders,
        parties=handbook.parties,
        records=handbook.records,
        messages=handbook.messages,
        settings=handbook.values,
        declared=handbook.settings,
        books=_books(file, handbook, folder),
        boxes=handbook.boxes,
        changed=frozenset() if laid is None else laid.changed,
    )


class _Laid:
    """
    Lays a site's layers on its handbook, where it has any and the handbook can be read.
    """

    def __init__(
        self,
        site: Entries,
        folder: Path,
        offered: Mapping[str, Path],
        faults: Faults,
        tailored: str,
    ) -> None:
        self.site = site
        self.folder = folder
        self.offered = offered
        self.faults = faults
        self.tailored = tailored
        self.result: Tailored | None = None
        self.changed: frozenset[str] = frozenset()

    def explain(self) -> None:
        """
        Say of each name that is missing where a change has taken it away.
        """
        if self.result is not None and self.result.applied:
            from propflow.sites.tailoring.layers import missed

            self.faults.explain(missed(self.result))

    def on(self, tree: Tree) -> Tree:
        names = self.site.get(cast("Word", "layers"))
        own = (self.folder / "tailoring").is_dir()
        locked = "locked" in tree.files.get(HANDBOOK, ())
        if self.tailored == "no" or not (names or own or locked):
            return tree
        from propflow.sites.tailoring.homes import named
        from propflow.sites.tailoring.layers import hold, lay_on, layers_of

        layers = layers_of(named(names), self.folder, self.offered, self.faults)
        self.result = lay_on(tree, layers, self.faults)
        hold(self.site, self.result, self.faults)
        return self._untried(self.result)

    def _untried(self, laid: Tailored) -> Tree:
        """
        What the handbook tries out with a table or a procedure that was changed is its own affair.
        """
        tree = laid.tree
        changed = [key for key in tree.files if tree.files[key] is not laid.base.files.get(key)]
        tables = {name for kind, name in changed if kind == "decision"}
        self.changed = frozenset(
            name
            for (kind, name), file in tree.files.items()
            if kind == "procedure" and ((kind, name) in changed or tables & decides(file))
        )
        for key in changed:
            cases = tree.get(key, ("cases",))
            if key[0] == "decision" and cases is laid.base.get(key, ("cases",)) and cases:
                tree = tree.put(key, (), without(tree.files[key], "cases"))
        return tree


def _fitting(file: SiteFile, sources: Sources) -> SiteFile:
    """
    What a site says of its people and its days: for a look at the bare handbook with them.
    """
    names = sources.names
    return attrs.evolve(
        file,
        settings={},
        duties={},
        people=tuple(
            attrs.evolve(one, roles=tuple(r for r in one.roles if r in names.get("role", {})))
            for one in file.people
        ),
        roster=tuple(line for line in file.roster if line.post in names.get("post", {})),
        books={n: v for n, v in file.books.items() if n in names.get("book", {})},
    )


def _check(file: SiteFile, sources: Sources, faults: Faults) -> None:
    """
    Hold the names in a site's file against its handbook and against each other.
    """
    people = [str(person.person) for person in file.people]
    known = {**sources.names, "shift": list(file.shifts), "person": people}
    check_names(file, known, faults)
    books = sources.names.get("book")
    for name in file.books:
        if books is not None and name not in books:
            faults.add(name.place, missing("book", name, books))
    for number, person in enumerate(file.people):
        if person.person in people[:number]:
            faults.add(
                person.person.place, f"person {str(person.person)!r} is given twice. Rename one."
            )


def _parts(file: SiteFile, folder: Path, calendars: Calendars, faults: Faults) -> dict[str, Any]:
    zone = _zone(file.timezone, faults)
    working = _working(file.calendar, calendars, faults)
    for word in (*file.books.values(), file.units):
        if word is not None and not (folder / word).is_file():
            faults.add(word.place, f"there is no file {str(word)!r} in the site's folder.")
    return {
        "id": str(file.site),
        "title": file.title,
        "zone": zone,
        "language": file.language,
        "waivers": tuple(
            Waiver(
                rule=str(shape.waive),
                where=str(shape.where),
                subject=str(shape.subject or ""),
                because=str(shape.because),
                owner=str(shape.owner),
                place=shape.place,
            )
            for shape in file.waivers
        ),
        "folder": folder,
        "people": {
            str(person.person): Person(
                id=str(person.person),
                name=person.label,
                roles=tuple(map(str, person.roles)),
                place=person.place,
            )
            for person in file.people
        },
        "shifts": {
            str(name): shift
            for name, word in file.shifts.items()
            if (shift := _shift(name, word, faults)) is not None
        },
        "roster": tuple(
            Rostered(
                post=str(line.post),
                shift=str(line.shift),
                people=tuple(map(str, line.people)),
                days=tuple(_WEEK.index(day) for day in line.days),
                turn=None if line.turn is None else _turn(line.turn, faults),
                place=line.place,
            )
            for line in file.roster
        ),
        "units_file": None if file.units is None else folder / file.units,
        "seed": b"" if file.seed is None else _seed(file.seed, folder, faults),
        "working": working,
        "office": office_of(file.office_hours, zone, working, faults),
    }


def _seed(word: Word, folder: Path, faults: Faults) -> bytes:
    """
    The secret that irregular rounds are drawn from. Its text is never part of a message.
    """
    try:
        with (folder / word).open("rb") as file:
            seed = file.read(_LONGEST_SEED + 1).strip()
    except OSError:
        faults.add(word.place, f"there is no file {str(word)!r} in the site's folder.")
        return b""
    if not _SHORTEST_SEED <= len(seed) <= _LONGEST_SEED:
        faults.add(
            word.place,
            f"the seed in {str(word)!r} has {len(seed)} bytes: from {_SHORTEST_SEED}, so that "
            f"nobody guesses it, to {_LONGEST_SEED}.",
        )
    return seed


def _books(file: SiteFile, handbook: Handbook, folder: Path) -> dict[str, Book]:
    files = {str(name): folder / path for name, path in file.books.items()}
    return {
        name: Book(
            id=name,
            label=handbook.labels[name],
            columns=columns,
            path=files.get(name),
            units_file=None if file.units is None else folder / file.units,
        )
        for name, columns in handbook.books.items()
    }


def _zone(word: Word, faults: Faults) -> ZoneInfo:
    try:
        return ZoneInfo(word)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        hint = nearest(word, available_timezones()) or " Write it as in Asia/Shanghai."
        faults.add(word.place, f"there is no time zone {str(word)!r}.{hint}")
        return ZoneInfo("UTC")


def _shift(name: Word, word: Word, faults: Faults) -> Shift | None:
    span = span_of(word, faults)
    if span is None:
        return None
    return Shift(id=str(name), start=span[0], end=span[1], place=name.place)


def _turn(word: Word, faults: Faults) -> tuple[int, date, tuple[int, ...]] | None:
    days, _, rest = word.partition(" of ")
    length, _, first = rest.partition(" from ")
    low, _, high = days.partition("-")
    own = range(int(low), int(high or low) + 1)
    if not own or own[0] < 1 or own[-1] > int(length):
        faults.add(word.place, f"a cycle of {length} days has no days {days}.")
        return None
    return int(length), _date(Word(first, word.file, word.line, word.column), faults), tuple(own)


def _working(shape: CalendarShape, calendars: Calendars, faults: Faults) -> WorkingDays:
    before = len(faults)
    base = WorkingDays() if shape.from_ is None else _offered(shape.from_, calendars, faults)
    if shape.weekend:
        base = attrs.evolve(base, weekend=frozenset(_WEEK.index(day) for day in shape.weekend))
    days: dict[str, Any] = {
        "holidays": {_date(word, faults): name for word, name in shape.holidays.items()},
        "working": frozenset(_date(word, faults) for word in shape.working),
    }
    given = shape.published
    sources = given.items() if isinstance(given, dict) else [(year, "") for year in given]
    published = [(int(year), str(source)) for year, source in sources]
    if len(faults) > before:
        return WorkingDays()
    try:
        return base.amended(**days, published=published)
    except WorkingDaysError as error:
        faults.add(shape.place, str(error))
        return WorkingDays()


def _offered(word: Word, calendars: Calendars, faults: Faults) -> WorkingDays:
    name, _, rest = word.partition(":")
    if name not in calendars:
        hint = nearest(name, calendars) or (
            f" There are: {', '.join(sorted(calendars))}."
            if calendars
            else " No plugin offers one: install propflow-china or propflow-holidays."
        )
        faults.add(word.place, f"there is no calendar {str(name)!r}.{hint}")
        return WorkingDays()
    try:
        return calendars[name](rest)
    except WorkingDaysError as error:
        faults.add(word.place, str(error))
        return WorkingDays()


def _engine(
    word: Word, engines: RuleEngines, faults: Faults
) -> Callable[[Sequence[Rulebook]], RuleEngine]:
    known = {"propflow": Correlator, **engines}
    if word not in known:
        hint = nearest(word, known) or (
            f" There are: {', '.join(sorted(known))}. propflow-durable-rules offers another."
        )
        faults.add(word.place, f"there is no rule engine {str(word)!r}.{hint}")
        return Correlator
    return known[str(word)]


def _date(word: Word, faults: Faults) -> date:
    try:
        return date.fromisoformat(word)
    except ValueError:
        faults.add(word.place, f"there is no day {word!s}.")
        return date.min
