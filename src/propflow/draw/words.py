"""
The stock phrases of the pictures in each language, and what makes words safe to print.
"""

from __future__ import annotations

import unicodedata

from propflow.durations import Deadline, WorkLength, say_duration

_EN = {
    "start": "Start", "end": "End", "done": "Done", "yes": "yes", "no": "no", "late": "late",
    "handle": "take it on", "up": "pass it up",
    "or": " or ", "and": " and ", "comma": ", ", "colon": ": ", "stop": ". ",
    "nobody": "Everybody",
    "to": "to {who}", "also": "or {who}", "by": "{who}", "fills": "fills in: {what}",
    "caution": "! the source errs here: read the caution",
    "within": "within {time}", "within-tells": "within {time}, else tell {who}",
    "stands": "no answer in time means {answer!s}",
    "waits": "until: {what}", "at-most": "{time} at most", "lasts": "{time}",
    "calls": "procedure: {what}", "each": "{what}, for each line of: {book}",
    "in-turn": "one after another", "until-end": "until one comes to: {ends}",
    "tells": "Tell {who}", "wait": "Wait", "notes": " ({notes})", "semicolon": "; ",
    "all": "All of these side by side:", "branch": "branch {letter}:",
    "joined": "When all of these are done:", "alone": "When everything that leads here is done:",
    "back": "back to {number}", "on": "go on with {number}",
    "drawn": "{steps} steps in {lanes} lanes, read from top to bottom.",
    "stands-at": "The case stands at: {steps}.", "is-late": "LATE", "is-open": "NOW",
    "task": "work", "ask": "question", "decide": "decision", "notice": "notice", "waiting": "wait",
    "call": "procedure", "ends": "end", "together": "side by side",
    "passed": "passed", "now": "here now", "overdue": "late",
}  # fmt: skip

_ZH = {
    "start": "开始", "end": "结束", "done": "完成", "yes": "是", "no": "否", "late": "逾期",
    "handle": "接手", "up": "继续上报",
    "or": "或", "and": "和", "comma": "、", "colon": "：", "stop": "。", "nobody": "全体",
    "to": "通知：{who}", "also": "或{who}", "by": "{who}", "fills": "填写：{what}",
    "caution": "！原图此处不妥，请看警示",
    "within": "限{time}", "within-tells": "限{time}，逾期告知{who}",
    "stands": "逾期未答视为“{answer!s}”",
    "waits": "等到：{what}", "at-most": "最长{time}", "lasts": "{time}",
    "calls": "流程：{what}", "each": "{what}：逐条办理“{book}”",
    "in-turn": "依次办理", "until-end": "直到其中一件结果为：{ends}",
    "tells": "通知{who}", "wait": "等待", "notes": "（{notes}）", "semicolon": "；",
    "all": "以下同时进行：", "branch": "分支{letter}：",
    "joined": "以上全部完成后：", "alone": "前面各项全部完成后：",
    "back": "回到第{number}步", "on": "转第{number}步",
    "drawn": "共{steps}步、{lanes}条泳道，自上而下阅读。",
    "stands-at": "当前位置：{steps}。", "is-late": "逾期", "is-open": "当前",
    "task": "工作", "ask": "提问", "decide": "判定", "notice": "通知", "waiting": "等待",
    "call": "子流程", "ends": "结束", "together": "同时进行",
    "passed": "已完成", "now": "当前位置", "overdue": "逾期",
}  # fmt: skip

#: Outcomes that mean the same in every procedure.
OUTCOMES = ("yes", "no", "late", "handle", "up")

_PHRASES = {"en": _EN, "zh": _ZH}
_UNITS_ZH = {"day": "天", "hour": "小时", "minute": "分钟", "second": "秒"}


def phrase(language: str, key: str) -> str:
    """
    A stock phrase, in English where the language has none.
    """
    return _PHRASES.get(language, _EN)[key]


def say(language: str, length: Deadline) -> str:
    """
    A time in the words of the language: ``1 day 12 hours``, ``1天12小时``, ``2个工作日``.
    """
    if isinstance(length, WorkLength):
        if language != "zh":
            return str(length)
        if length.unit == "days":
            return f"{length.days}个工作日"
        return f"{say(language, length.time)}(工作时间)"
    said = say_duration(length)
    if language != "zh":
        return said
    words = said.split()
    pairs = zip(words[::2], words[1::2], strict=True)
    return "".join(count + _UNITS_ZH[unit.removesuffix("s")] for count, unit in pairs)


def humane(name: str) -> str:
    """
    An id as words: ``payment-received`` reads *payment received*.
    """
    return name.replace("-", " ").replace("_", " ")


def clean(text: str) -> str:
    """
    Words on one line, without anything that is not seen.

    Line breaks, tabs and rows of spaces become one space. Control characters, marks that turn
    the direction of writing, lone surrogates and what Unicode says is no character are left
    out: XML forbids most of them, and the rest can make a picture say what it does not.
    """
    return " ".join("".join(map(_clean, text)).split())


def _clean(char: str) -> str:
    if " " <= char <= "~":
        return char
    kind = unicodedata.category(char)
    if char in "\t\n\r\v\f\x85" or kind in ("Zl", "Zp"):
        return " "
    code = ord(char)
    if kind in ("Cc", "Cs", "Cf") or code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF:
        return ""
    return char
