"""
Where the layers of a site lie: beside it, with a plugin, or in its own folder.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from propflow.errors import nearest
from propflow.sites.faults import Faults
from propflow.sites.nodes import Items, Node, Word

#: The folder of a site's own tailoring.
FOLDER = "tailoring"
#: The name of that layer.
OWN = "site"


def named(node: Node | None) -> list[Word]:
    """
    What stands under ``layers``, one word or several, as a list.
    """
    if isinstance(node, Word):
        return [node]
    return [one for one in node if isinstance(one, Word)] if isinstance(node, Items) else []


def home_of(name: Word, folder: Path, offered: Mapping[str, Path], faults: Faults) -> Path | None:
    """
    The folder of a layer that a site names, or nothing where there is none.

    Args:
        name: What the site calls it.
        folder: The site's folder.
        offered: Folder of each layer that a plugin offers.
        faults: Takes what is wrong.
    """
    if "/" in name:
        home = folder / name
        if not home.is_dir():
            faults.add(name.place, f"there is no folder {str(name)!r} beside the site.")
            return None
        return home
    if name not in offered:
        hint = nearest(name, offered) or (
            f" There are: {', '.join(sorted(offered))}."
            if offered
            else " No plugin offers one; a folder is written with a slash, as in '../company'."
        )
        faults.add(name.place, f"there is no layer {str(name)!r}.{hint}")
        return None
    return offered[name]
