"""
Cells and values in plain words: ``3 or more``, ``8点以前``; what people read in a reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from propflow.durations import say_duration
from propflow.fields import Field, Value, dump
from propflow.text import Text

_UNITS = {"day": "天", "hour": "小时", "minute": "分钟", "second": "秒"}

#: How one end of an interval is said: (language, end, open or closed, on the calendar or not).
_ENDS = {
    ("en", "low", "closed", "size"): "{} or more",
    ("en", "low", "open", "size"): "more than {}",
    ("en", "high", "closed", "size"): "{} or less",
    ("en", "high", "open", "size"): "less than {}",
    ("en", "low", "closed", "clock"): "{} or later",
    ("en", "low", "open", "clock"): "after {}",
    ("en", "high", "closed", "clock"): "{} or earlier",
    ("en", "high", "open", "clock"): "before {}",
    ("zh", "low", "closed", "size"): "{}及以上",
    ("zh", "low", "open", "size"): "大于{}",
    ("zh", "high", "closed", "size"): "{}及以下",
    ("zh", "high", "open", "size"): "小于{}",
    ("zh", "low", "closed", "clock"): "{}及以后",
    ("zh", "low", "open", "clock"): "晚于{}",
    ("zh", "high", "closed", "clock"): "{}及以前",
    ("zh", "high", "open", "clock"): "早于{}",
}


def spoken(language: str) -> str:
    """
    The language that is really used: Chinese where it was asked for, else English.
    """
    return "zh" if language.startswith("zh") else "en"


def say_table(title: Text, name: str, language: str) -> str:
    """
    What people call a table, or its name where nobody gave it a title.
    """
    return title.to(language) or name


def say_name(field: Field, language: str) -> str:
    """
    What people call the field, or its name where nobody gave it a label.
    """
    return field.label.to(language) or field.name


def say_value(value: Value, field: Field | None, language: str) -> str:
    """
    A value as people say it: a choice by its label, money with its currency.
    """
    chinese = spoken(language) == "zh"
    if isinstance(value, bool):
        return ("是" if value else "否") if chinese else ("yes" if value else "no")
    if isinstance(value, str):
        labels = dict(field.labels) if field is not None else {}
        return (labels[value].to(language) if value in labels else "") or value or '""'
    if isinstance(value, timedelta) and chinese:
        return _duration_in_chinese(value)
    said = str(dump(value))
    if isinstance(value, Decimal) and field is not None and field.type == "money" and field.unit:
        said += f" {field.unit}"
    return said


def say_list(words: Sequence[str], language: str) -> str:
    """
    Words joined by *or*: ``noise, leak or fees``.
    """
    *most, last = words
    if not most:
        return last
    if spoken(language) == "zh":
        return "、".join(most) + "或" + last
    return ", ".join(most) + " or " + last


def say_but(words: str, language: str) -> str:
    """
    All that these words leave out.
    """
    return f"除{words}以外" if spoken(language) == "zh" else f"anything but {words}"


def say_end(
    value: Value, which: str, how: str, *, field: Field | None = None, language: str = "en"
) -> str:
    """
    One end of an interval.

    Args:
        value: The end.
        which: ``low`` or ``high``.
        how: ``closed`` where the end itself belongs to it, else ``open``.
        field: Where labels and units come from.
        language: Code of a language.
    """
    kind = "clock" if isinstance(value, date | datetime | time) else "size"
    return _ENDS[spoken(language), which, how, kind].format(say_value(value, field, language))


def say_between(
    low: tuple[Value, str], high: tuple[Value, str], *, field: Field | None, language: str
) -> str:
    """
    Both ends of an interval, each a value and ``closed`` or ``open``.
    """
    chinese = spoken(language) == "zh"
    if (low[1], high[1]) == ("closed", "closed"):
        ends = [say_value(end[0], field, language) for end in (low, high)]
        return ("至" if chinese else " to ").join(ends)
    first = say_end(low[0], "low", low[1], field=field, language=language)
    second = say_end(high[0], "high", high[1], field=field, language=language)
    return f"{first}且{second}" if chinese else f"{first} and {second}"


def say_missing(missing: Sequence[Field]) -> str:
    """
    A sentence that names the facts that are missing and what each would take.
    """
    names = [repr(field.name) for field in missing]
    if len(missing) == 1:
        return f"it needs {names[0]}, which has no value yet: {missing[0].wanted()}."
    takes = "; ".join(f"{field.name}: {field.wanted()}" for field in missing)
    joined = f"{', '.join(names[:-1])} and {names[-1]}"
    return f"it needs {joined}, which have no values yet ({takes})."


def tell(facts: Iterable[tuple[str, Value | None]]) -> str:
    """
    Facts as one types them at the command line: ``category=noise, affected=3``.
    """
    said = []
    for name, value in facts:
        if value is not None:
            word = str(dump(value))
            said.append(f"{name}={word if len(word) <= 40 else word[:37] + '...'}")
    return ", ".join(said) or "these facts"


def say_period(first: date | None, last: date | None) -> str:
    """
    The end of a sentence for what is so between two days, or nothing where it always is.
    """
    said = [f", from {first}" if first else "", f", until {last}" if last else ""]
    return "".join(said)


def _duration_in_chinese(length: timedelta) -> str:
    words = say_duration(length).split()
    pairs = zip(words[::2], words[1::2], strict=True)
    return "".join(count + _UNITS[unit.removesuffix("s")] for count, unit in pairs)
