"""
Reasons in words: why a table decided so, why its other rows did not, what would have to change.
"""

from __future__ import annotations

from collections.abc import Mapping

from propflow.fields import Field, Value
from propflow.rules.decision import Decision, Miss
from propflow.rules.hits import Outcome
from propflow.rules.kinds import Anything
from propflow.rules.saying import say_name, say_table, say_value, spoken


def say_why(decision: Decision, language: str = "en") -> str:
    """
    The rows that decided, the cells that fitted, and the reasons that the rows give.
    """
    chinese = spoken(language) == "zh"
    table = decision.ruling.table
    so = say_outcomes(decision.outcomes, table.outputs, language)
    title = say_table(table.title, table.id, language)
    if not decision.rows:
        given = [
            say_name(field, language)
            + ("为" if chinese else " is ")
            + say_value(decision.facts[field.name], field, language)
            for field in table.inputs
            if field.name in decision.facts
        ]
        how = "" if not table.default else ("按默认" if chinese else "by default ")
        if chinese:
            return f"“{title}”没有符合的行：{'；'.join(given)}。因此{how}{so}。"
        return f"No row of '{title}' fits: {'; '.join(given)}. So {how}{so}."
    said = [_say_row(decision, number, language) for number in decision.rows]
    if len(said) == 1 or table.single:
        told, because = said[0]
        where = f"“{title}”第{decision.row}行" if chinese else f"Row {decision.row} of '{title}'"
    else:
        numbers = [str(number) for number in decision.rows]
        parts = zip(numbers, said, strict=True)
        if chinese:
            told = "；".join(f"第{number}行{facts}" for number, (facts, _) in parts)
            where = f"“{title}”第{'、'.join(numbers)}行"
        else:
            told = "; ".join(f"row {number}, {facts}" for number, (facts, _) in parts)
            where = f"Rows {', '.join(numbers[:-1])} and {numbers[-1]} of '{title}'"
        because = ("" if chinese else " ").join(dict.fromkeys(why for _, why in said if why))
    if chinese:
        return f"{where}：{told}。因此{so}。{because}"
    return f"{where}: {told}. So {so}. {because}".rstrip()


def say_outcomes(outcomes: Mapping[str, Outcome], outputs: tuple[Field, ...], language: str) -> str:
    """
    What a table gives, as a clause: ``Severity is serious, reply is 4 hours``.
    """
    chinese = spoken(language) == "zh"
    said = []
    for field in outputs:
        value = outcomes[field.name]
        if isinstance(value, tuple):
            words = [say_value(each, field, language) for each in value]
            what = ("、" if chinese else ", ").join(words) or ("无" if chinese else "nothing")
        else:
            what = say_value(value, field, language)
        said.append(say_name(field, language) + ("为" if chinese else " is ") + what)
    return ("，" if chinese else ", ").join(said)


def say_miss(decision: Decision, miss: Miss, language: str = "en") -> str:
    """
    Why a row did not decide.
    """
    chinese = spoken(language) == "zh"
    table = decision.ruling.table
    if miss.how == "not valid":
        row = table.rows[miss.row - 1]
        if chinese:
            days = "".join(
                f"{word}{day}"
                for word, day in (("自", row.valid_from), ("至", row.valid_until))
                if day
            )
            return f"第{miss.row}行当时无效：有效期{days}。"
        words = [("from", row.valid_from), ("until", row.valid_until)]
        days = " ".join(f"{word} {day}" for word, day in words if day)
        return f"Row {miss.row} does not count on that day: it is valid {days}."
    if miss.how == "outranked":
        before = "在前" if table.hit != "priority" else "优先"
        comes = "comes first" if table.hit != "priority" else "has priority"
        if chinese:
            return f"第{miss.row}行也符合，但第{decision.row}行{before}。"
        return f"Row {miss.row} fits too, but row {decision.row} {comes}."
    field = next(field for field in table.inputs if field.name == miss.input)
    name, asked = say_name(field, language), miss.cell.say(language)
    value = _value(miss.value, field, language)
    if chinese:
        return f"第{miss.row}行不符：{name}{value}，要求{asked}。"
    return f"Row {miss.row} does not fit: {name} {value}, it asks for {asked}."


def _say_row(decision: Decision, number: int, language: str) -> tuple[str, str]:
    # The facts that fitted a row with its cells, and the reason that the row gives.
    chinese = spoken(language) == "zh"
    table = decision.ruling.table
    row = table.rows[number - 1]
    said = []
    for field in table.inputs:
        cell = row.cell(field.name)
        if isinstance(cell, Anything):
            continue
        value = decision.facts.get(field.name)
        what = _value(value, field, language)
        asked = cell.say(language)
        told = say_name(field, language) + ("" if chinese else " ") + what
        if value is not None and say_value(value, field, language) != asked:
            told += f"（{asked}）" if chinese else f" ({asked})"
        said.append(told)
    none = "无论何种情况" if chinese else "whatever the facts"
    return ("；" if chinese else "; ").join(said) or none, row.because.to(language)


def _value(value: Value | None, field: Field, language: str) -> str:
    chinese = spoken(language) == "zh"
    if value is None:
        return "未提供" if chinese else "is not given"
    return ("为" if chinese else "is ") + say_value(value, field, language)
