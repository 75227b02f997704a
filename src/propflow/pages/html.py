"""
Sets pages with Jinja: every word that goes in is escaped, and a name that is not there is an error.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

TEMPLATES = Path(__file__).parent / "templates"


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def fill(template: str, **values: object) -> Markup:
    """
    A template with its values.
    """
    return Markup(_environment().get_template(template).render(**values))  # noqa: S704 - escaped


def style(*names: str) -> Markup:
    """
    Style sheets of ours, one after the other.
    """
    return Markup("\n".join((TEMPLATES / name).read_text(encoding="utf-8") for name in names))  # noqa: S704 - our own
