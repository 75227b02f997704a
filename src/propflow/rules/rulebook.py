"""
Rulebooks: what follows when things come together, come too often, or do not come at all.

Three noise complaints from one flat in a week; an alarm that nobody answers; a relief who does
not appear. A rule looks at events and facts of declared kinds by cells, joins them where fields
are equal, counts them within a time, or waits for one that should come; what follows is a fact
that other rules may build on, a notice, a procedure, or a message to a case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

import attrs

from propflow.durations import say_duration
from propflow.errors import HandbookError, Place, ValueRefusedError, nearest
from propflow.fields import Field, Value, dump
from propflow.rules.condition import Condition
from propflow.rules.table import field_as_dict
from propflow.text import Text

#: What can follow from a rule.
DOES = ("conclude", "start", "send", "notify")


@attrs.define(slots=False)
class RulebookError(HandbookError):
    """
    Kinds and rules do not make a rulebook, or an event does not fit it.

    Attributes:
        rulebook: Name of the rulebook.
        what: What is wrong and what to do.
        rule: The rule at fault, ``""`` where it is the rulebook as a whole.
    """

    rulebook: str
    what: str
    rule: str = ""

    def __str__(self) -> str:
        where = f", rule {self.rule!r}" if self.rule else ""
        return f"rulebook {self.rulebook!r}{where}: {self.what}"


def _tuple(given: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(given)


def _pairs(given: Any) -> Any:
    return tuple(given.items() if isinstance(given, Mapping) else map(tuple, given))


@attrs.frozen(kw_only=True)
class Kind:
    """
    A kind of event or fact that a rulebook knows.

    Attributes:
        id: Name of the kind; events that come from outside are called by messages.
        fields: What one of them brings.
        sort: An ``event`` happens at a moment and is used up by each rule once. A ``fact`` holds
            on; the same fact again is no news.
        keeps: How long a fact holds; nothing means for ever.
        label: What people call it.
    """

    id: str
    fields: tuple[Field, ...] = attrs.field(default=(), converter=_tuple)
    sort: str = attrs.field(default="event", validator=attrs.validators.in_(("event", "fact")))
    keeps: timedelta | None = None
    label: Text = Text()


@attrs.frozen(kw_only=True)
class Pattern:
    """
    One thing that a rule looks for.

    Attributes:
        kind: Name of the kind.
        test: What must hold of its fields; nothing means any of the kind.
    """

    kind: str
    test: Condition | None = None


@attrs.frozen(kw_only=True)
class Then:
    """
    One thing that follows.

    Attributes:
        does: ``conclude`` a fact, ``start`` a procedure, ``send`` a message to cases that wait
            for it, or ``notify`` roles.
        name: The kind of fact, the procedure or the message; nothing for a notice.
        to: The roles that are told.
        facts: Pairs of a name and the field from which its value is taken: a field on which the
            rule joins, or of the only thing it looks for.
        sets: Pairs of a name and its value.
        label: What a notice says.
    """

    does: str = attrs.field(validator=attrs.validators.in_(DOES))
    name: str = ""
    to: tuple[str, ...] = attrs.field(default=(), converter=_tuple)
    facts: tuple[tuple[str, str], ...] = attrs.field(default=(), converter=_pairs)
    sets: tuple[tuple[str, Value], ...] = attrs.field(default=(), converter=_pairs)
    label: Text = Text()


@attrs.frozen(kw_only=True)
class Rule:
    """
    What follows from what.

    Attributes:
        id: Name of the rule.
        when: What it looks for: all of these. One event is used once by a rule, oldest first; it
            counts for the first pattern that it fits.
        same: Fields that must be equal in all that is found.
        count: How many of its one pattern have to come.
        within: In which time all of it has to come: less than so long from first to last.
        unless: What must not come; then the rule waits and fires at the end of *by*. While it
            waits, finding the same again changes nothing.
        by: How long it waits; what comes at the last moment has come.
        early: How long before it already counts as having come.
        then: What follows, in order.
        because: Why, for people.
        label: What people call the rule.
        covers: Boxes of the source charts that it stands for.
        place: Where it stands in a file. Not part of what it means.
    """

    id: str
    when: tuple[Pattern, ...] = attrs.field(converter=_tuple)
    same: tuple[str, ...] = attrs.field(default=(), converter=_tuple)
    count: int = 1
    within: timedelta | None = None
    unless: Pattern | None = None
    by: timedelta | None = None
    early: timedelta = timedelta()
    then: tuple[Then, ...] = attrs.field(converter=_tuple)
    because: Text = Text()
    label: Text = Text()
    covers: tuple[str, ...] = attrs.field(default=(), converter=_tuple)
    place: Place | None = attrs.field(default=None, eq=False)


@attrs.frozen(kw_only=True)
class Rulebook:
    """
    Rules that build on one another, with the kinds of event and fact that they know.

    Attributes:
        id: Name of the rulebook.
        title: What people call it.
        kinds: The kinds, those that come from outside and those that rules conclude.
        rules: The rules; of several that fire at once the upper comes first.
        chart: The chart that it belongs to.
        covers: Boxes of the source charts that it covers.
        reading: Where the source left a doubt, what was decided and why.
        support: What a rulebook that the source does not draw rests on.
        place: Where it stands in a file. Not part of what it means.

    Raises:
        RulebookError: A name that is not there or stands twice, a rule that could not fire, or
            facts that a conclusion lacks.
    """

    id: str
    title: Text = Text()
    kinds: tuple[Kind, ...] = attrs.field(converter=_tuple)
    rules: tuple[Rule, ...] = attrs.field(converter=_tuple)
    chart: str = ""
    covers: tuple[str, ...] = attrs.field(default=(), converter=_tuple)
    reading: str = ""
    support: str = ""
    place: Place | None = attrs.field(default=None, eq=False)

    def __attrs_post_init__(self) -> None:
        kinds = [kind.id for kind in self.kinds]
        rules = [rule.id for rule in self.rules]
        for what, names in (("kind", kinds), ("rule", rules)):
            for name in names:
                if names.count(name) > 1:
                    raise RulebookError(self.id, f"the {what} {name!r} stands twice.")
            if not names:
                raise RulebookError(self.id, f"it needs one {what} at least.")
        for rule in self.rules:
            fault = _fault(rule, {kind.id: kind for kind in self.kinds})
            if fault:
                raise RulebookError(self.id, fault, rule.id)

    def kind(self, name: str) -> Kind:
        """
        The kind of that name.
        """
        return next(kind for kind in self.kinds if kind.id == name)

    def as_dict(self) -> dict[str, Any]:
        """
        The whole rulebook for JSON, without its place.
        """
        return {
            "id": self.id,
            "kind": "rulebook",
            "title": self.title.as_dict(),
            "chart": self.chart,
            "drawn": False,
            "covers": list(self.covers),
            "reading": self.reading,
            "support": self.support,
            "kinds": [
                {
                    "id": kind.id,
                    "sort": kind.sort,
                    "keeps": None if kind.keeps is None else say_duration(kind.keeps),
                    "label": kind.label.as_dict(),
                    "fields": [field_as_dict(field) for field in kind.fields],
                }
                for kind in self.kinds
            ],
            "rules": [_rule_as_dict(rule) for rule in self.rules],
        }

    @property
    def digest(self) -> str:
        """
        SHA-256 of all that the rulebook says, as hexadecimal digits. Its place plays no part.
        """
        import hashlib
        import json

        said = json.dumps(self.as_dict(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(said.encode()).hexdigest()


def _rule_as_dict(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "label": rule.label.as_dict(),
        "when": [_pattern_as_dict(pattern) for pattern in rule.when],
        "same": list(rule.same),
        "count": rule.count,
        "within": None if rule.within is None else say_duration(rule.within),
        "unless": None if rule.unless is None else _pattern_as_dict(rule.unless),
        "by": None if rule.by is None else say_duration(rule.by),
        "early": say_duration(rule.early),
        "then": [
            {
                "does": then.does,
                "name": then.name,
                "to": list(then.to),
                "facts": dict(then.facts),
                "sets": {name: dump(value) for name, value in then.sets},
                "label": then.label.as_dict(),
            }
            for then in rule.then
        ],
        "because": rule.because.as_dict(),
        "covers": list(rule.covers),
    }


def _pattern_as_dict(pattern: Pattern) -> dict[str, Any]:
    tests = pattern.test.tests if pattern.test is not None else ()
    return {"kind": pattern.kind, "if": {field.name: str(cell) for field, cell in tests}}


def _fault(rule: Rule, kinds: Mapping[str, Kind]) -> str:
    patterns = (*rule.when, *([rule.unless] if rule.unless is not None else []))
    for pattern in patterns:
        if pattern.kind not in kinds:
            return f"there is no kind {pattern.kind!r}.{nearest(pattern.kind, kinds)}"
        names = [field.name for field in kinds[pattern.kind].fields]
        for name in rule.same:
            if name not in names:
                return f"it joins on {name!r}, and {pattern.kind!r} brings no such field."
            if not kinds[pattern.kind].fields[names.index(name)].required:
                return f"it joins on {name!r}, which {pattern.kind!r} need not bring."
    return _unequal(rule, patterns, kinds) or _timeless(rule, kinds) or _lacking(rule, kinds)


def _unequal(rule: Rule, patterns: Iterable[Pattern], kinds: Mapping[str, Kind]) -> str:
    for name in rule.same:
        types = {f.type for p in patterns for f in kinds[p.kind].fields if f.name == name}
        if len(types) > 1:
            return f"it joins on {name!r}, which is {' here and '.join(sorted(types))} there."
    return ""


def _timeless(rule: Rule, kinds: Mapping[str, Kind]) -> str:
    if not rule.when:
        return "it looks for nothing. Add what it looks for to 'when'."
    if not rule.then:
        return "nothing follows from it. Add what follows to 'then'."
    if rule.count < 1 or (rule.count > 1 and len(rule.when) > 1):
        return "it counts one kind of thing only, and one of it at least."
    if rule.count > 1 and kinds[rule.when[0].kind].sort == "fact":
        return "facts hold on and cannot be counted: count the events that lead to them."
    events = sum(kinds[pattern.kind].sort == "event" for pattern in rule.when)
    if rule.within is None and (rule.count > 1 or events > 1):
        return "it would wait for ever: say 'within' how long."
    return _absence(rule, kinds)


def _absence(rule: Rule, kinds: Mapping[str, Kind]) -> str:
    if (rule.unless is None) is not (rule.by is None):
        return "'unless' and 'by' go together: what must not come, and by when."
    if rule.unless is not None and kinds[rule.unless.kind].sort == "fact":
        return "what must not come is an event, not a fact."
    for name, length in (("within", rule.within), ("by", rule.by)):
        if length is not None and length <= timedelta():
            return f"{name!r} is longer than no time at all."
    return ""


def _lacking(rule: Rule, kinds: Mapping[str, Kind]) -> str:
    own = [field.name for field in kinds[rule.when[0].kind].fields]
    known = tuple(rule.same) if len(rule.when) > 1 else tuple(own)
    for then in rule.then:
        for name, source in then.facts:
            if source not in known:
                return f"no {source!r} is known when it fires.{nearest(source, known)}"
            field = next(f for f in kinds[rule.when[0].kind].fields if f.name == source)
            if then.does == "conclude" and not field.required:
                return f"{name!r} would not be known where no {source!r} is given."
        if then.does == "notify" and not then.to:
            return "a notice goes to nobody. Say to whom."
        kind = kinds.get(then.name)
        if then.does == "conclude" and (kind is None or kind.sort != "fact"):
            return f"it concludes {then.name!r}, which is no kind of fact of this rulebook."
        if then.does == "conclude" and kind is not None:
            fault = _misfit(then, kind, kinds[rule.when[0].kind])
            if fault:
                return fault
    return ""


def _misfit(then: Then, kind: Kind, source: Kind) -> str:
    wanted = {field.name: field for field in kind.fields}
    own = {field.name: field for field in source.fields}
    given = [name for name, _ in (*then.facts, *then.sets)]
    for name in given:
        if name not in wanted:
            return f"fact {kind.id!r} has no {name!r}.{nearest(name, wanted)}"
    for name in wanted:
        if given.count(name) != 1:
            return f"it concludes {kind.id!r} and has to say once what {name!r} is."
    for name, taken in then.facts:
        if own[taken].type != wanted[name].type:
            types = f"{own[taken].type} where it comes from and {wanted[name].type} where it goes"
            return f"{name!r} is of type {types}."
    try:
        for name, value in then.sets:
            wanted[name].check(value)
    except ValueRefusedError as error:
        return str(error)
    return ""
