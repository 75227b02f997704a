"""
A tailored site carried over to another edition of its handbook: what meets, and what to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import cast

import attrs

from propflow.errors import Place
from propflow.sites.faults import Faults
from propflow.sites.names import missing
from propflow.sites.nodes import Entries, Word
from propflow.sites.sources import tree_of
from propflow.sites.tailoring.homes import FOLDER, OWN
from propflow.sites.tailoring.layers import laid_on
from propflow.sites.tailoring.merge import Conflict, Merge, merge
from propflow.sites.tailoring.tree import HANDBOOK, Tree
from propflow.sites.tailoring.writing import rewritten
from propflow.sites.yaml import read, text_of


@attrs.frozen(kw_only=True)
class Upgrade:
    """
    What it takes to carry a site over.

    Attributes:
        handbook: Name of the handbook.
        old: The edition that the site keeps.
        new: The edition to which it is carried over.
        merge: What comes of its changes.
        files: The site's own files of changes, as they would be written.
    """

    handbook: str
    old: str
    new: str
    merge: Merge
    files: Mapping[Path, str] = attrs.field(factory=dict, repr=False)

    @property
    def open(self) -> tuple[Conflict, ...]:
        """
        The changes for which somebody has to decide: nothing can be proposed, or they stand in a
        layer that is not the site's to write.
        """
        return tuple(
            one
            for one in self.merge.conflicts
            if (one.kind == "gone" and one.proposal is None)
            or (one.kind != "both" and one.applied.layer != OWN)
        )


def upgrade(
    folder: Path,
    base: Path,
    new: Path,
    *,
    tailorings: Mapping[str, Path] | None = None,
) -> Upgrade:
    """
    Carry a site's changes over to another edition of its handbook. Nothing is written.

    Args:
        folder: The site's folder.
        base: Folder of the edition for which the changes were made.
        new: Folder of the edition to which they are carried over.
        tailorings: Folder of each layer that a site can name.

    Raises:
        FaultyFileError: A file cannot be read, or a change does not fit *base*.
    """
    faults = Faults()
    site = read(folder / "site.yaml", faults)
    names = None if site is None else site.get(cast("Word", "layers"))
    laid = laid_on(base, names, folder, tailorings or {}, faults)
    tree, _ = tree_of(new, faults)
    faults.close()
    one, other = _said(laid.base, "handbook"), _said(tree, "handbook")
    if one != other:
        place = _place(tree)
        faults.add(place, missing("edition of handbook", str(other), [str(one)]))
        faults.close()
    merged = merge(laid.base, tree, laid.applied)
    version = str(_said(tree, "version"))
    files = {}
    for path in sorted((folder / FOLDER).glob("*.yaml")):
        own = [c for c in merged.conflicts if c.applied.operation.place.file == str(path)]
        files[path] = rewritten(text_of(path, faults) or "", own, version)
    return Upgrade(
        handbook=str(one),
        old=str(_said(laid.base, "version")),
        new=version,
        merge=merged,
        files=files,
    )


def _said(tree: Tree, key: str) -> Word:
    value = tree.files.get(HANDBOOK, Entries()).get(cast("Word", key))
    return value if isinstance(value, Word) else Word("")


def _place(tree: Tree) -> Place:
    return tree.files.get(HANDBOOK, Entries()).place
