"""
A house so small that one can see at a glance what must hold in it.
"""

from __future__ import annotations

from pathlib import Path

from propflow.sites import Site, load_site

FILES = {
    "book/handbook.yaml": """
handbook: small
title: {en: Small handbook}
version: "1"
offices: {desk: {en: Desk}}
roles:
  manager: {en: Manager, office: desk}
  clerk: {en: Clerk, office: desk, reports-to: manager}
""",
    "book/decisions/gravity.yaml": """
decision: gravity
chart: "1"
title: {en: How grave}
inputs:
  floors: {type: integer, min: 0, en: Floors}
outputs:
  gravity: {type: choice, of: [minor, serious], en: How grave}
rows:
  - {floors: "< 3", then: minor}
  - {floors: ">= 3", then: serious}
""",
    "book/procedures/leak.yaml": """
procedure: leak
chart: "1"
title: {en: A leak}
facts:
  floors: {type: integer, min: 0, en: Floors}
  dry: {type: choice, of: [yes, no], en: "Is it dry?"}
steps:
  - {do: look, en: Look, by: clerk, asks: floors, within: 1 hour, covers: ["1.01"]}
  - decide: gravity
    en: How grave?
    minor: []
    serious:
      - {do: report, en: Report it, by: clerk}
  - {do: mend, en: Mend it, by: clerk}
  - {ask: pay, en: Who pays?, by: manager, not-by: mend, owner: [], house: []}
laws:
  - {law: seen-first, precedence: [look, mend], en: Nothing is mended unseen.}
  - law: grave-is-told
    response: [look, report]
    where: {floors: ">= 3"}
    within: 30 minutes
    en: What is grave is reported.
  - {law: paid-for, existence: pay, en: Somebody pays.}
""",
    "book/boxes.csv": "number,gist\n1.01,Look\n",
    "site/site.yaml": """
site: small
title: {en: Small house}
handbook: small
timezone: UTC
people:
  - {person: ann, en: Ann, roles: [manager, clerk]}
  - {person: bob, en: Bob, roles: [clerk]}
""",
}


def lay_out(folder: Path, **changed: str) -> Site:
    """
    Write the house into a folder and load it.

    Args:
        folder: An empty folder.
        changed: Changes to the text of all files, each as ``old=>new``; their names say why.
    """
    for name, text in FILES.items():
        for change in changed.values():
            old, _, new = change.partition("=>")
            text = text.replace(old, new)  # noqa: PLW2901 the text as it is to be written
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return load_site(folder / "site", {"small": folder / "book"})
