"""
Every refusal that a user can meet, and the place in a file where it belongs.

One base, `HandbookError`: whoever embeds propflow catches that and has caught everything
propflow says. A class of its own for each thing that a caller may want to catch alone.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs


@attrs.frozen(order=True)
class Place:
    """
    A point in a file.

    Attributes:
        file: Path as the reader of the message would type it.
        line: First line is 1.
        column: First column is 1.
    """

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


def nearest(name: str, known: Iterable[str]) -> str:
    """
    A closing sentence with the known name most like *name*, or nothing.

    Returns:
        ``" Did you mean 'handle'?"`` with its leading space, or ``""`` where nothing is near.
    """
    import difflib  # only where a name is wrong

    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f" Did you mean {near[0]!r}?" if near else ""


class HandbookError(Exception):
    """
    Something that propflow was given cannot be used as it is.
    """


@attrs.frozen(order=True)
class Fault:
    """
    One thing wrong at one place; a file's report is a list of them.

    Attributes:
        place: Where it stands.
        what: What is wrong and what to do, one or two sentences.
    """

    place: Place
    what: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


#: So many faults are written out; a file with more of them is no file of ours.
MOST_FAULTS = 200


@attrs.define(slots=False)
class FaultyFileError(HandbookError):
    """
    One or more files cannot be used. All their faults together, in file order.

    Attributes:
        faults: At least one.
    """

    faults: tuple[Fault, ...]

    def __str__(self) -> str:
        shown = [str(fault) for fault in sorted(self.faults)[:MOST_FAULTS]]
        left = len(self.faults) - len(shown)
        return "\n".join([*shown, f"... and {left} more."] if left else shown)


@attrs.define(slots=False)
class UnknownNameError(HandbookError):
    """
    A name was asked for that is not there.

    Attributes:
        kind: What was looked for: ``procedure``, ``decision``, ``person`` …
        name: The name as it was given.
        known: The names that there are.
    """

    kind: str
    name: str
    known: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"there is no {self.kind} {self.name!r}.{nearest(self.name, self.known)}"


@attrs.define(slots=False)
class ValueRefusedError(HandbookError):
    """
    A value does not fit the field that it is for.

    Attributes:
        field: Name of the field.
        value: The value as it was given.
        why: What the field takes instead.
    """

    field: str
    value: object
    why: str

    def __str__(self) -> str:
        shown = repr(self.value)
        if len(shown) > 60:
            shown = shown[:57] + "..."
        return f"{self.field!r} cannot be {shown}: {self.why}"


@attrs.define(slots=False)
class GraphError(HandbookError):
    """
    Steps and edges do not make a procedure.

    Attributes:
        procedure: Name of the procedure.
        what: What is wrong.
        step: The step at fault, where there is one: files turn it into a place.
    """

    procedure: str
    what: str
    step: str | None = None

    def __str__(self) -> str:
        return f"procedure {self.procedure!r}: {self.what}"


@attrs.define(slots=False)
class UndecidedError(HandbookError):
    """
    A decision table has no answer for these facts, or lacks a fact that it needs.

    Attributes:
        decision: Name of the table.
        what: Why nothing can be decided.
        missing: Facts that have no value yet.
    """

    decision: str
    what: str
    missing: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"decision {self.decision!r}: {self.what}"


@attrs.define(slots=False)
class RefusedError(HandbookError):
    """
    The engine did not accept a command; the case stays as it was.

    Attributes:
        code: A word for programs: ``not-open``, ``not-yours``, ``missing-fact`` …
        what: A sentence for people.
        case: Id of the case, where there is one.
        step: Id of the step, where there is one.
    """

    code: str
    what: str
    case: str | None = None
    step: str | None = None

    def __str__(self) -> str:
        return self.what


@attrs.define(slots=False)
class StoreError(HandbookError):
    """
    The store cannot be used: not ours, locked, read-only, full, or damaged.

    Attributes:
        store: Where it is.
        what: What is wrong and what to do.
    """

    store: str
    what: str

    def __str__(self) -> str:
        return f"{self.store}: {self.what}"


@attrs.define(slots=False)
class ConflictError(StoreError):
    """
    Somebody else wrote the same case first. Load it again and repeat the command.
    """


@attrs.define(slots=False)
class PluginError(HandbookError):
    """
    A plugin cannot be used, or two of them claim the same name.

    Attributes:
        plugin: Name of the plugin.
        what: What is wrong.
    """

    plugin: str
    what: str

    def __str__(self) -> str:
        return f"plugin {self.plugin!r}: {self.what}"
