"""
Holds every name in a file against the things that there are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache
from typing import Any, get_args, get_origin

from propflow.errors import nearest
from propflow.sites.convert import kind_of, parts_of, without_none
from propflow.sites.faults import Faults
from propflow.sites.items import Item, Shape, Spot
from propflow.sites.kinds import Length, Limit
from propflow.sites.nodes import Word

#: The names that there are, by kind of thing.
Known = Mapping[str, Collection[str]]

_Found = Iterator[tuple[str, Word]]
_Finder = Callable[[Any], _Found]


def check_names(
    shape: Shape | Iterable[Shape], known: Known, faults: Faults, *, where: str = ""
) -> None:
    """
    Note every name that refers to a thing which is not there.

    Args:
        shape: What to look through, with all that it holds.
        known: Names by kind; kinds that it does not have are passed over.
        faults: Takes the names.
        where: In what steps and facts should be: ``in procedure 'fees'``.
    """
    for part in (shape,) if isinstance(shape, Shape) else shape:
        for kind, word in _names_in(part):
            names = known.get(kind)
            if names is not None and word not in names:
                inside = where if kind in ("step", "fact") else ""
                faults.add(word.place, missing(kind, word, names, inside))


def missing(kind: str, name: str, names: Iterable[str], where: str = "") -> str:
    """
    The sentence for a name that is not there.
    """
    tail = f" {where}" if where else ""
    return f"there is no {kind} {str(name)!r}{tail}.{nearest(name, names)}"


def _names_in(shape: Shape) -> _Found:
    kind: Any = type(shape)
    for attr, find in _finders(kind):
        yield from find(getattr(shape, attr))


@cache
def _finders(shape: Any) -> tuple[tuple[str, _Finder], ...]:
    found = ((part.attr, _finder(part.type)) for part in parts_of(shape))
    return tuple((attr, find) for attr, find in found if find is not None)


def _finder(type_: Any) -> _Finder | None:
    """
    How to find the names in a value of a type, or nothing where it never has any.
    """
    kind = kind_of(type_)
    if kind is not None:
        name = kind.name
        return (lambda word: _one(name, word)) if kind.refers else None
    if isinstance(type_, type) and issubclass(type_, Shape):
        one: Any = type_
        if type_ in (Item, Spot) or _finders(one):
            return _names_in
        return None
    if type_ in (Length, Limit):
        return _setting
    if get_origin(type_) is tuple:
        inner = _finder(get_args(type_)[0])
        return None if inner is None else (lambda values: _all(inner, values))
    if get_origin(type_) is dict:
        return _entries(*map(_finder, get_args(type_)))
    choices = without_none(type_)
    if len(choices) > 1:
        return _either({get_origin(one) or one: _finder(one) for one in choices})
    return None if choices[0] is type_ else _optional(_finder(choices[0]))


def _one(kind: str, word: Word | None) -> _Found:
    if word is not None:
        yield kind, word


def _setting(length: Length | Limit | None) -> _Found:
    if length is not None and length.setting is not None:
        yield "setting", length.setting


def _all(find: _Finder, values: Iterable[Any]) -> _Found:
    for value in values:
        yield from find(value)


def _entries(of_key: _Finder | None, of_value: _Finder | None) -> _Finder | None:
    if of_key is None and of_value is None:
        return None

    def find(values: Mapping[Word, Any]) -> _Found:
        for key, value in values.items():
            if of_key is not None:
                yield from of_key(key)
            if of_value is not None:
                yield from of_value(value)

    return find


def _optional(find: _Finder | None) -> _Finder | None:
    if find is None:
        return None
    return lambda value: iter(()) if value is None else find(value)


def _either(finders: Mapping[Any, _Finder | None]) -> _Finder | None:
    if not any(finders.values()):
        return None

    def find(value: Any) -> _Found:
        origin = type(value) if isinstance(value, tuple | dict) else None
        for kind, inner in finders.items():
            if (kind is origin or (origin is None and kind not in (tuple, dict))) and inner:
                yield from inner(value)
                return

    return find
