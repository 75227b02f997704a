"""
Describes each kind of file to editors, as JSON Schema: keys, words to choose from, and what for.

Made from the classes in `propflow.sites.files` and `propflow.sites.items`, which the reader uses
as well, so that an editor underlines what the reader would refuse.

Source: JSON Schema 2020-12, json-schema.org/draft/2020-12.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from inspect import cleandoc
from typing import Any, Literal, get_args, get_origin

from propflow.errors import UnknownNameError
from propflow.sites.convert import kind_of, parts_of, without_none
from propflow.sites.files import KINDS
from propflow.sites.items import SPOTS, VERBS, Item, Raw, Shape, Spot
from propflow.sites.kinds import Kind, Length, Limit
from propflow.sites.lawshape import TEMPLATES, LawShape
from propflow.sites.tailoring.shapes import OPERATIONS, Operation
from propflow.text import LANGUAGES, Text

Schema = dict[str, Any]

#: What an unquoted word may be to an editor: 4, true and 2.5 are words of ours as well.
_ANY_WORD = ["string", "number", "boolean"]
_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def schema(kind: str) -> Schema:
    """
    The JSON Schema of a kind of file.

    Args:
        kind: ``procedure``, ``decision``, ``post``, ``duties``, ``handbook`` or ``site``.

    Raises:
        UnknownNameError: There is no such kind of file.
    """
    if kind not in KINDS:
        raise UnknownNameError("kind of file", kind, tuple(KINDS))
    made = _Made()
    top = made.shape(KINDS[kind])
    return {
        "$schema": _DRAFT,
        "title": f"propflow {kind} file",
        **top,
        "$defs": dict(sorted(made.defs.items())),
    }


class _Made:
    """
    One schema in the making, with the definitions that it refers to.
    """

    def __init__(self) -> None:
        self.defs: dict[str, Schema] = {}

    def refer(self, name: str, make: Any) -> Schema:
        if name not in self.defs:
            self.defs[name] = {}  # steps hold steps: the name has to be there first
            self.defs[name] = make()
        return {"$ref": f"#/$defs/{name}"}

    def shape(self, shape: type[Shape]) -> Schema:
        docs = docs_of(shape)
        properties = {}
        others: Any = False
        for part in parts_of(shape):
            if part.rest:
                others = self.of(get_args(part.type)[1])
            else:
                properties[part.key] = self.described(part.type, docs.get(part.attr, ""))
        said: Schema = {
            "type": "object",
            "description": _summary(shape),
            "properties": properties,
            "required": [part.key for part in parts_of(shape) if part.required],
            "additionalProperties": others,
        }
        if shape is LawShape:
            said["oneOf"] = [{"required": [name]} for name in TEMPLATES]
        if {"steps", "graph"} <= properties.keys():
            said["oneOf"] = [{"required": ["steps"]}, {"required": ["graph"]}]
        return said

    def described(self, type_: Any, text: str) -> Schema:
        found = self.of(type_)
        return {**found, "description": text} if text else found

    def of(self, type_: Any) -> Schema:
        kind = kind_of(type_)
        if kind is not None:
            return _word(kind)
        if type_ is Length:
            return {"type": "string", "examples": ["30 minutes", "2 days", "setting NAME"]}
        if type_ is Limit:
            return {
                "type": "string",
                "examples": ["30 minutes", "4 office hours", "2 working days", "setting NAME"],
            }
        if type_ is Text:
            return self.refer("text", _text)
        if type_ is Raw:
            return {}  # held to its form where it comes to stand
        if type_ in (Item, Spot, Operation):
            return self.verbs(type_)
        if isinstance(type_, type) and issubclass(type_, Shape):
            name = type_.__name__.removesuffix("Shape").lower()
            return self.refer(name, lambda: self.shape(type_))
        return self.composed(type_)

    def composed(self, type_: Any) -> Schema:
        origin, inner = get_origin(type_), get_args(type_)
        if origin is Literal:
            return _choice(inner)
        if origin is tuple:
            items = self.of(inner[0])
            listed = {"type": "array", "items": items}
            # Where words are listed, one word may stand alone.
            return {"anyOf": [items, listed]} if kind_of(inner[0]) is not None else listed
        if origin is dict:
            said: Schema = {"type": "object", "additionalProperties": self.of(inner[1])}
            key = kind_of(inner[0])
            if key is not None and key.pattern:
                said["propertyNames"] = {"pattern": key.pattern}
            return said
        choices = [self.of(one) for one in without_none(type_)]
        return choices[0] if len(choices) == 1 else {"anyOf": choices}

    def verbs(self, base: type[Shape]) -> Schema:
        """
        One of the steps, told apart by the verb that it has.
        """
        name, verbs = _VERBS[base]

        def make() -> Schema:
            return {
                "type": "object",
                "oneOf": [
                    self.refer(verb, lambda shape=shape: self.shape(shape))
                    for verb, shape in verbs.items()
                ],
            }

        return self.refer(name, make)


# What each family of entries is called, and its classes by their verbs.
_VERBS: dict[type[Shape], tuple[str, Mapping[str, type[Shape]]]] = {
    Item: ("step", VERBS),
    Spot: ("node", SPOTS),
    Operation: ("operation", OPERATIONS),
}


def _word(kind: Kind) -> Schema:
    if kind.pattern:
        said: Schema = {"type": "string", "pattern": kind.pattern}
        if kind.name == "year":
            said = {"anyOf": [said, {"type": "integer"}]}
        return said
    if kind.name == "sentence":
        return {"type": _ANY_WORD}
    if kind.refers:
        return {"type": "string", "minLength": 1}
    return {"type": _ANY_WORD}


def _choice(words: tuple[str, ...]) -> Schema:
    return {"enum": list(words)}


def _text() -> Schema:
    return {
        "type": "object",
        "properties": {code: {"type": _ANY_WORD} for code in LANGUAGES},
        "additionalProperties": False,
    }


def docs_of(shape: type) -> Mapping[str, str]:
    """
    What the docstrings of a class and of those above it say of each attribute.
    """
    found: dict[str, str] = {}
    for one in reversed(shape.__mro__):
        # Python 3.13 takes the indentation out of docstrings; cleaned, they are the same in all.
        _, _, listed = cleandoc(one.__doc__ or "").partition("Attributes:\n")
        for match in _ATTRIBUTE.finditer(listed):
            found[match[1]] = " ".join(match[2].split())
    return found


_ATTRIBUTE = re.compile(r"^ {4}(\w+): (.+(?:\n {8}.+)*)", re.MULTILINE)


def _summary(shape: type) -> str:
    return " ".join(cleandoc(shape.__doc__ or "").partition("\n\n")[0].split())
