"""
From files to a site: handbooks and sites as YAML, read with places, checked as a whole.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from propflow.sites.books import Book, Unit
    from propflow.sites.handbook import Entry, entries, load_handbook, site_entries
    from propflow.sites.load import load_site
    from propflow.sites.people import Person, Rostered, Shift
    from propflow.sites.site import Site
    from propflow.sites.things import (
        Escalation,
        Feed,
        Handbook,
        Message,
        Order,
        Post,
        Record,
        Response,
        Role,
        Setting,
    )

# A list of contents needs a small part of all this, and quickly: each name is imported when it
# is first asked for.
_HOMES = {
    "Book": "books",
    "Entry": "handbook",
    "Handbook": "things",
    "Escalation": "things",
    "Feed": "things",
    "Message": "things",
    "Order": "things",
    "Person": "people",
    "Post": "things",
    "Record": "things",
    "Response": "things",
    "Role": "things",
    "Rostered": "people",
    "Setting": "things",
    "Shift": "people",
    "Site": "site",
    "Unit": "books",
    "entries": "handbook",
    "load_handbook": "handbook",
    "load_site": "load",
    "site_entries": "handbook",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(_HOMES)


__all__ = [
    "Book",
    "Entry",
    "Escalation",
    "Feed",
    "Handbook",
    "Message",
    "Order",
    "Person",
    "Post",
    "Record",
    "Response",
    "Role",
    "Rostered",
    "Setting",
    "Shift",
    "Site",
    "Unit",
    "entries",
    "load_handbook",
    "load_site",
    "site_entries",
]
