"""
Writes what was decided about a site's changes into their files, and leaves all else as it stands.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from propflow.errors import Place
from propflow.sites.nodes import Entries, Node, Word
from propflow.sites.tailoring.merge import Conflict
from propflow.sites.tailoring.said import flow
from propflow.sites.tailoring.tree import same
from propflow.sites.yaml import spans

#: A stretch of a text and what comes in its place.
Patch = tuple[int, int, str]


def rewritten(text: str, conflicts: Iterable[Conflict], version: str) -> str:
    """
    The text of a tailoring with the proposals for its changes and the edition that it now fits.

    Args:
        text: The file as it is.
        conflicts: Those of its changes; where somebody has to look, the change stays.
        version: The edition of the handbook.
    """
    found = spans(text)
    patches: list[Patch] = []
    for conflict in conflicts:
        operation = conflict.applied.operation
        if conflict.drops == "yes":
            patches.append(_line_of(text, found[_at(operation.place)]))
        elif conflict.proposal is not None:
            patches += _changed(operation, conflict.proposal, found)
    for begin, end, new in sorted(patches, reverse=True):
        text = text[:begin] + new + text[end:]
    return _emptied(_versioned(text, version))


def _at(place: Place) -> tuple[int, int]:
    return place.line, place.column


def _changed(
    before: Entries, after: Entries, found: dict[tuple[int, int], tuple[int, int]]
) -> Iterable[Patch]:
    for key, value in after.items():
        old: Node | None = before.get(key)
        if old is not None and not same(old, value):
            begin, end = found[_at(old.place)]
            yield begin, end, flow(value)


def _line_of(text: str, span: tuple[int, int]) -> Patch:
    """
    The whole lines of an item of a list, its dash and the comments right above it included.
    """
    begin = text.rfind("\n", 0, span[0]) + 1
    if text[begin : span[0]].strip() not in ("-", ""):
        return span[0], span[1], "{}"  # not on a line of its own: the loader will say so
    while True:
        above = text.rfind("\n", 0, begin - 1) + 1
        if begin == 0 or not text[above:begin].lstrip().startswith("#"):
            break
        begin = above
    end = text.find("\n", span[1])
    return begin, len(text) if end < 0 else end + 1, ""


def _versioned(text: str, version: str) -> str:
    from propflow.sites.faults import Faults
    from propflow.sites.yaml import parse

    node = parse(text, "", Faults())
    said = node.get(cast("Word", "version")) if node is not None else None
    quoted = f'"{version}"'
    if isinstance(said, Word):
        begin, end = spans(text)[_at(said.place)]
        return text[:begin] + quoted + text[end:]
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines):
        if line.startswith("tailoring:"):
            lines.insert(number + 1, f"version: {quoted}\n")
            break
    return "".join(lines)


def _emptied(text: str) -> str:
    """
    A list of changes of which none is left says so.
    """
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines):
        rest = [one for one in lines[number + 1 :] if one.strip()]
        if line.strip() == "changes:" and not (rest and rest[0][:1] in " -"):
            lines[number] = "changes: []\n"
    return "".join(lines)
