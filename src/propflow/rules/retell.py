"""
A rule of a rulebook in plain words, in both languages.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from propflow.rules.rulebook import Pattern, Rule, Rulebook, Then
from propflow.rules.saying import say_value, spoken


def say_rule(book: Rulebook, rule: Rule, language: str = "en") -> Iterator[str]:
    """
    What a rule looks for and what follows, a line each.
    """
    chinese = spoken(language) == "zh"
    looks = ("；" if chinese else "; ").join(_pattern(book, p, language) for p in rule.when)
    if rule.count > 1:
        looks += f"，共{rule.count}次" if chinese else f", {rule.count} times"
    if rule.within is not None:
        length = _time(rule.within, language)
        looks += f"，{length}之内" if chinese else f", within {length}"
    if rule.same:
        same = ("、" if chinese else ", ").join(_label(book, rule, n, language) for n in rule.same)
        looks += f"（同一{same}）" if chinese else f" (the same {same})"
    yield ("当：" if chinese else "when ") + looks
    if rule.unless is not None and rule.by is not None:
        what, length = _pattern(book, rule.unless, language), _time(rule.by, language)
        yield f"而{length}内没有：{what}" if chinese else f"and not within {length}: {what}"
    for then in rule.then:
        yield ("则" if chinese else "then ") + _then(book, then, language)


def _pattern(book: Rulebook, pattern: Pattern, language: str) -> str:
    kind = book.kind(pattern.kind)
    said = kind.label.to(language) or kind.id
    if pattern.test is None:
        return said
    test = pattern.test.say(language)
    return f"{said}（{test}）" if spoken(language) == "zh" else f"{said} ({test})"


def _label(book: Rulebook, rule: Rule, name: str, language: str) -> str:
    fields = book.kind(rule.when[0].kind).fields
    field = next(field for field in fields if field.name == name)
    return field.label.to(language) or name


def _time(length: timedelta, language: str) -> str:
    return say_value(length, None, language)


def _then(book: Rulebook, then: Then, language: str) -> str:
    chinese = spoken(language) == "zh"
    if then.does == "notify":
        roles = ("、" if chinese else ", ").join(then.to)
        said = then.label.to(language)
        return f"通知{roles}：{said}" if chinese else f"tell {roles}: {said}"
    if then.does == "conclude":
        kind = book.kind(then.name)
        return kind.label.to(language) or kind.id
    words = {
        "start": ("启动", "start "),
        "send": ("发送", "send "),
    }[then.does]
    return (words[0] if chinese else words[1]) + then.name
