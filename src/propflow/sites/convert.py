"""
Turns what stands in a file into the classes of `propflow.sites.files`, every fault at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from types import UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

import attrs
from cattrs import Converter

from propflow.durations import parse_deadline, parse_duration
from propflow.errors import FaultyFileError, nearest
from propflow.sites.faults import Faults, refuse
from propflow.sites.items import SPOTS, VERBS, Item, Raw, Shape, Spot
from propflow.sites.kinds import Kind, Length, Limit
from propflow.sites.nodes import Entries, Items, Node, Word
from propflow.sites.tailoring.shapes import OPERATIONS, Operation
from propflow.text import LANGUAGES, Text

T = TypeVar("T", bound=Shape)
Hook = Callable[[Any, Any], Any]

_SHAPES: dict[Any, str] = {Word: "a word", Items: "a list", Entries: "keys with their values"}


def structure(node: Node, shape: type[T], faults: Faults) -> T | None:
    """
    What a file says, as one of the classes of `propflow.sites.files`.

    Args:
        node: The file as `propflow.sites.yaml.read` gives it.
        shape: The class.
        faults: Takes everything that is wrong.

    Returns:
        The file, or nothing where something is wrong with it.
    """
    try:
        return converter().structure(node, shape)
    except FaultyFileError as error:
        faults.take(error)
        return None


@attrs.frozen
class Part:
    """
    One key of a class of shapes.

    Attributes:
        attr: Name of the attribute.
        key: The key in the file.
        type: What its value is.
        required: Whether it must be there.
        rest: What every other key is called, where this part takes those.
    """

    attr: str
    key: str
    type: Any
    required: bool
    rest: str


def parts_of(shape: type[Shape]) -> tuple[Part, ...]:
    """
    The keys that a shape has, its own first and those that it shares after them.
    """
    known: Any = shape
    return _parts_of(known)


@cache
def _parts_of(shape: Any) -> tuple[Part, ...]:
    hints = get_type_hints(shape, include_extras=True)
    fields = [field for field in attrs.fields(shape) if field.metadata.get("key") != ""]
    own = shape.__annotations__
    ordered = sorted(fields, key=lambda field: field.name not in own)
    return tuple(
        Part(
            attr=field.name,
            key=field.name.removesuffix("_").replace("_", "-"),
            type=hints[field.name],
            required=field.default is attrs.NOTHING,
            rest=field.metadata.get("rest", ""),
        )
        for field in ordered
    )


def kind_of(type_: Any) -> Kind | None:
    """
    The kind of word that a type is, where it is one.
    """
    if get_origin(type_) is Annotated:
        return next((part for part in get_args(type_) if isinstance(part, Kind)), None)
    return None


def without_none(type_: Any) -> tuple[Any, ...]:
    """
    The types of a union, ``None`` left out; of anything else, itself.
    """
    if get_origin(type_) in (Union, UnionType):
        return tuple(part for part in get_args(type_) if part is not type(None))
    return (type_,)


@cache
def converter() -> Converter:
    """
    The one converter. It reads shapes and writes nothing.
    """
    found = Converter(detailed_validation=True, prefer_attrib_converters=False)
    factories: list[tuple[Callable[[Any], bool], Callable[[Any, Converter], Hook]]] = [
        (lambda t: isinstance(t, type) and issubclass(t, Shape), _shape_hook),
        (lambda t: get_origin(t) is Literal, _literal_hook),
        (lambda t: get_origin(t) is tuple, _items_hook),
        (lambda t: get_origin(t) is dict, _entries_hook),
        (lambda t: get_origin(t) in (Union, UnionType), _union_hook),
        (lambda t: kind_of(t) is not None, _word_hook),
    ]
    for fits, factory in factories:
        found.register_structure_hook_factory(fits, factory)
    found.register_structure_hook(Text, _text)
    found.register_structure_hook(Length, _length)
    found.register_structure_hook(Limit, _limit)
    found.register_structure_hook(Raw, lambda node, _: node)
    # By predicate: a hook for the class itself would also be taken for the classes below it.
    found.register_structure_hook_func(lambda t: t is Item, _by_verb(VERBS, "step", found))
    found.register_structure_hook_func(lambda t: t is Spot, _by_verb(SPOTS, "node", found))
    found.register_structure_hook_func(
        lambda t: t is Operation, _by_verb(OPERATIONS, "change", found)
    )
    return found


def _wanted(node: Node, shape: type, what: str) -> None:
    if not isinstance(node, shape):
        raise refuse(
            node.place, f"{what} is written as {_SHAPES[shape]}, not as {_SHAPES[type(node)]}."
        )


# -- classes --------------------------------------------------------------------------------


def _shape_hook(shape: type[Shape], found: Converter) -> Hook:
    parts = parts_of(shape)
    rest = next((part for part in parts if part.rest), None)
    named = {part.key: part for part in parts if not part.rest}
    hooks = {part.key: found.get_structure_hook(part.type) for part in parts}
    required = [part.key for part in parts if part.required]

    def read(node: Node, _: Any) -> Shape:
        _wanted(node, Entries, f"a {shape.noun}")
        entries = cast("Entries", node)
        faults = Faults()
        values: dict[str, Any] = {"place": entries.place}
        others = Entries(entries.file, entries.line, entries.column)
        for key, value in entries.items():
            part = named.get(key)
            if part is None:
                if rest is None or _misspelt(key, value, rest, named):
                    if key and key != "<<":
                        what = _comma(key, value) or _unknown(key, shape, entries, named, rest)
                        faults.add(key.place, what)
                else:
                    others[key] = value
            elif isinstance(value, Word) and value.empty:
                faults.add(key.place, f"{str(key)!r} has no value. Write one or remove the key.")
            else:
                with _Noting(faults):
                    values[part.attr] = hooks[part.key](value, part.type)
        for name in required:
            if name not in entries:
                near = nearest(name, others).replace("Did you mean", "Or is it meant by")
                what = f"{called(shape, entries)} has no {name!r}. Add it.{near}"
                faults.add(entries.place, what)
        if rest is not None and others:
            with _Noting(faults):
                values[rest.attr] = hooks[rest.key](others, rest.type)
        faults.close()
        return shape(**values)

    return read


class _Noting:
    """
    Notes the faults of what is done inside and goes on.
    """

    def __init__(self, faults: Faults) -> None:
        self.faults = faults

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: object, trace: object) -> bool:
        if isinstance(error, FaultyFileError):
            self.faults.take(error)
            return True
        return False


def called(shape: type[Shape], entries: Mapping[Any, Any]) -> str:
    """
    What a message calls an entry: ``duty 'centre-daily'``, or ``this row`` where it has no name.
    """
    first = parts_of(shape)[0]
    kind = kind_of(first.type)
    name = entries.get(first.key)
    if kind is not None and kind.name == "name" and isinstance(name, Word):
        return f"{shape.noun} {str(name)!r}"
    return f"this {shape.noun}"


def _misspelt(key: Word, value: Node, rest: Part, named: Mapping[str, Part]) -> bool:
    """
    Whether a key that could be a branch or an input was more likely meant for another.
    """
    if rest.rest == "branch":
        if isinstance(value, Items):
            words = value and all(isinstance(item, Word) for item in value)
            return bool(words) and bool(nearest(key, named))
        return True
    return False


def _comma(key: Word, value: Node) -> str:
    """
    What to say of a key that is the rest of a text cut in two by its comma.
    """
    if isinstance(value, Word) and value.empty:
        return f"{_shown(key)} has no value. Between braces, put text with a comma in quotes."
    return ""


def _unknown(
    key: Word, shape: type[Shape], entries: Entries, named: Mapping[str, Part], rest: Part | None
) -> str:
    what = called(shape, entries)
    hint = nearest(key, [name for name in named if name not in entries]) or nearest(key, named)
    if rest is not None:
        return (
            f"{str(key)!r} is not a key of {what}, and as a branch of it would be a list of "
            f"steps.{hint}"
        )
    if not hint:
        hint = f" It takes {', '.join(named)}."
    return f"{str(key)!r} is not a key of {what}.{hint}"


# -- steps ----------------------------------------------------------------------------------


def _by_verb(verbs: Mapping[str, type[Shape]], what: str, found: Converter) -> Hook:
    def read(node: Node, _: Any) -> Shape:
        if not isinstance(node, Entries) or not node:
            raise refuse(
                node.place, f"a {what} begins with its verb and its name, as in 'do: record'."
            )
        verb = next(iter(node))
        shape = verbs.get(verb)
        if shape is None:
            hint = nearest(verb, verbs) or f" Verbs are {', '.join(verbs)}."
            later = next((key for key in node if key in verbs), None)
            if later is not None and not nearest(verb, verbs):
                hint = f" Put {str(later)!r} first."
            raise refuse(
                verb.place,
                f"a {what} begins with its verb, and {str(verb)!r} is none.{hint}",
            )
        return found.structure(node, shape)

    return read


# -- words, lists and entries ---------------------------------------------------------------


def _word_hook(type_: Any, _: Converter) -> Hook:
    kind = kind_of(type_)
    assert kind is not None  # noqa: S101  the dispatch has asked before
    fits = kind.fits
    plain = not kind.pattern

    def read(node: Node, _: Any) -> Word:
        if not isinstance(node, Word):
            raise refuse(
                node.place, f"a {kind.name} is written as a word, not as {_SHAPES[type(node)]}."
            )
        if plain:
            if not node:
                raise refuse(node.place, f"a {kind.name} is missing here.")
        elif not fits(node):
            raise refuse(node.place, f"{_shown(node)} is not {kind.wanted}.")
        return node

    return read


def _shown(word: Word) -> str:
    text = str(word)
    return repr(text if len(text) <= 40 else text[:37] + "...")


def _literal_hook(type_: Any, _: Converter) -> Hook:
    known = get_args(type_)

    def read(node: Node, _: Any) -> str:
        _wanted(node, Word, f"one of {', '.join(known)}")
        word = str(node)
        if word not in known:
            raise refuse(
                node.place,
                f"{_shown(cast('Word', node))} is not one of {', '.join(known)}."
                f"{nearest(word, known)}",
            )
        return word

    return read


def _items_hook(type_: Any, found: Converter) -> Hook:
    inner = get_args(type_)[0]
    hook = found.get_structure_hook(inner)
    kind = kind_of(inner)

    def read(node: Node, _: Any) -> tuple[Any, ...]:
        if kind is not None and isinstance(node, Word):
            return (hook(node, inner),)
        if kind is not None and isinstance(node, Entries):
            raise refuse(
                node.place, f"this takes a {kind.name} or a list of them, not keys with values."
            )
        _wanted(node, Items, "this")
        faults = Faults()
        values = []
        for item in cast("Items", node):
            with _Noting(faults):
                values.append(hook(item, inner))
        faults.close()
        return tuple(values)

    return read


def _entries_hook(type_: Any, found: Converter) -> Hook:
    key_type, inner = get_args(type_)
    key_hook = found.get_structure_hook(key_type)
    hook = found.get_structure_hook(inner)

    def read(node: Node, _: Any) -> dict[Word, Any]:
        _wanted(node, Entries, "this")
        faults = Faults()
        values = {}
        for key, value in cast("Entries", node).items():
            with _Noting(faults):
                key_hook(key, key_type)
            with _Noting(faults):
                if isinstance(value, Word) and value.empty:
                    raise refuse(
                        key.place, f"{str(key)!r} has no value. Write one or remove the key."
                    )
                values[key] = hook(value, inner)
        faults.close()
        return values

    return read


def _union_hook(type_: Any, found: Converter) -> Hook:
    """
    Which of several types is meant shows in whether a word, a list or entries stand there.
    """
    choices: dict[Any, tuple[Any, Hook]] = {}
    for part in without_none(type_):
        origin = get_origin(part)
        shape = Items if origin is tuple else Entries if origin is dict else Word
        choices[shape] = part, found.get_structure_hook(part)
    if len(choices) == 1:
        only, hook = next(iter(choices.values()))
        return lambda node, _: hook(node, only)
    said = " or ".join(_SHAPES[shape] for shape in choices)

    def read(node: Node, _: Any) -> Any:
        if type(node) not in choices:
            raise refuse(node.place, f"this is written as {said}, not as {_SHAPES[type(node)]}.")
        part, hook = choices[type(node)]
        return hook(node, part)

    return read


def _text(node: Node, _: Any) -> Text:
    if not isinstance(node, Entries):
        raise refuse(node.place, "a text is written in each language: {en: ..., zh: ...}.")
    faults = Faults()
    words = {}
    for key, value in node.items():
        if key not in LANGUAGES:
            faults.add(
                key.place,
                _comma(key, value)
                or f"{_shown(key)} is not a language of a text: {listed(LANGUAGES)} are.",
            )
        elif not isinstance(value, Word) or not value:
            faults.add(value.place, f"the text in {str(key)!r} is missing or is not words.")
        else:
            words[str(key)] = str(value)
    faults.close()
    return Text.of(words)


def _length(node: Node, _: Any) -> Length:
    _wanted(node, Word, "a length of time")
    word = cast("Word", node)
    setting = _named_setting(word)
    if setting is not None:
        return Length(word, setting=setting)
    try:
        time = parse_duration(word)
    except ValueError as error:
        raise refuse(word.place, f"{_shown(word)} is not a length of time: {error}") from None
    if not time:
        raise refuse(word.place, f"{_shown(word)} is no time at all. Leave it out, or say more.")
    return Length(word, time=time)


def _limit(node: Node, _: Any) -> Limit:
    _wanted(node, Word, "a length of time")
    word = cast("Word", node)
    setting = _named_setting(word)
    if setting is not None:
        return Limit(word, setting=setting)
    try:
        time = parse_deadline(word)
    except ValueError as error:
        raise refuse(word.place, f"{_shown(word)} is not a length of time: {error}") from None
    if not time:
        raise refuse(word.place, f"{_shown(word)} is no time at all. Leave it out, or say more.")
    return Limit(word, time=time)


def _named_setting(word: Word) -> Word | None:
    if word.split(" ")[0] != "setting":
        return None
    name = word[len("setting") :].strip()
    if not name:
        raise refuse(word.place, "which setting? Write 'setting' and its name.")
    return word.part(name, word.index(name, len("setting")))


def listed(words: Iterable[str]) -> str:
    """
    Words as a sentence has them: ``en and zh``.
    """
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
