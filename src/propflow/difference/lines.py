"""
What is otherwise between two sites, line by line and in words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from difflib import SequenceMatcher
from typing import Any

import attrs

from propflow.durations import WorkLength, say_duration
from propflow.procedures import Step, StepGraph
from propflow.rules import Row
from propflow.sites import Site
from propflow.text import Text

#: What a key of a thing is called.
KEYS = {
    "label": ("its words", "文字"),
    "title": ("its title", "标题"),
    "by": ("who does it", "由谁办理"),
    "to": ("who is told", "通知谁"),
    "within": ("how long it may take", "时限"),
    "late_tells": ("who is told when it is late", "超时通知"),
    "not_by": ("who may not do it as well", "回避"),
    "fills": ("the record", "填写的表单"),
    "asks": ("what is asked", "须填写"),
    "optional": ("whether it may be left", "可否略过"),
    "late_answer": ("what stands when nobody answers", "逾期视为"),
    "messages": ("what is waited for", "等待的消息"),
    "same": ("what a message must agree on", "须一致的项"),
    "table": ("the decision table", "判定表"),
    "fact": ("the fact that decides", "判定依据"),
    "test": ("the condition", "条件"),
    "procedure": ("the other procedure", "调用的流程"),
    "over": ("the ledger", "台账"),
    "where": ("the condition", "条件"),
    "gives": ("what is handed down", "传入"),
    "takes": ("what is brought back", "带回"),
    "caution": ("the caution", "注意事项"),
    "covers": ("the boxes of the source", "对应原图的框"),
    "opens_on": ("what opens it", "由何启动"),
    "rhythm": ("when it comes round", "何时到期"),
    "days": ("on which days", "哪些日子"),
    "roll": ("on a day off", "遇休息日"),
    "grace": ("how late it may be", "宽限"),
    "early": ("how early it may begin", "可提前"),
    "missed": ("what is owed when it was missed", "错过之后"),
    "overlap": ("while the one before is open", "前一次未完时"),
    "opens": ("what it opens", "启动的流程"),
    "post": ("the post", "岗位"),
    "starts": ("from when", "起始日"),
    "ends": ("until when", "截止日"),
    "template": ("the kind of law", "规则类别"),
    "steps": ("the steps that it speaks of", "涉及的步骤"),
    "times": ("how often", "次数"),
    "hit": ("what several rows come to", "多行命中"),
    "default": ("the answer where no row fits", "默认结论"),
    "office": ("the office", "部门"),
    "reports_to": ("the role above it", "上级"),
    "role": ("the role", "角色"),
    "columns": ("the columns", "列"),
    "fields": ("what is written on it", "表单内容"),
    "facts": ("what it brings", "携带的信息"),
}  # fmt: skip
#: What a kind of thing is called.
KINDS = {
    "procedure": ("procedure", "流程"),
    "step": ("step", "步骤"),
    "law": ("law", "规则"),
    "decision": ("decision", "判定表"),
    "row": ("row", "行"),
    "rulebook": ("rulebook", "规则集"),
    "post": ("post", "岗位"),
    "order": ("standing order", "常规要求"),
    "duty": ("duty", "职责"),
    "setting": ("setting", "参数"),
    "role": ("role", "角色"),
    "record": ("record", "表单"),
    "message": ("message", "消息"),
    "person": ("person", "人员"),
}
_LISTS = ("by", "to", "late_tells")
#: Two steps as like as this, from 0 to 1, are one step under two names.
_LIKE = 0.6


@attrs.frozen(kw_only=True)
class Line:
    """
    One thing that is otherwise.

    Attributes:
        change: ``added``, ``dropped``, ``changed``, ``renamed`` or ``moved``.
        kind: What it is: ``step``, ``row``, ``duty`` …
        name: Its name.
        of: The procedure, decision or post that it belongs to, where it does.
        key: What of it changed, where that can be said.
        text: The line in both languages.
    """

    change: str
    kind: str
    name: str
    of: str = ""
    key: str = ""
    text: Text

    def as_dict(self) -> dict[str, Any]:
        """
        The line for JSON.
        """
        return {**attrs.asdict(self, recurse=False), "text": self.text.as_dict()}


def lines_of(before: Site, after: Site) -> list[Line]:
    """
    Everything that two sites have otherwise: steps, rows, duties, laws and what they are made of.
    """
    found = list(_settings(before, after))
    for name in dict.fromkeys((*before.procedures, *after.procedures)):
        if not name.startswith("duty-"):  # such a one belongs to its duty, which is told below
            found += _procedure(before, after, name)
    for name in dict.fromkeys((*before.tables, *after.tables)):
        found += _table(before, after, name)
    for kind, one, other in (
        ("rulebook", before.rulebooks, after.rulebooks),
        ("post", before.posts, after.posts),
        ("role", before.roles, after.roles),
        ("record", before.records, after.records),
        ("message", before.messages, after.messages),
    ):
        found += _things(kind, one, other, before, after)
    old, new = ({duty.id: duty for duty in site.duties} for site in (before, after))
    found += _things("duty", old, new, before, after)
    return found


# -- words ----------------------------------------------------------------------------------


def _line(change: str, kind: str, name: str, en: str, zh: str, of: str = "", key: str = "") -> Line:
    return Line(change=change, kind=kind, name=name, of=of, key=key, text=Text.of(en=en, zh=zh))


def _called(thing: object, name: str, language: str) -> str:
    for key in ("title", "label"):
        text = getattr(thing, key, None)
        if isinstance(text, Text) and text:
            return (
                f"{name} ({text.to(language)})"
                if language == "en"
                else f"{name}（{text.to('zh')}）"
            )
    return name


def _said(value: object, key: str, site: Site, language: str) -> str:
    nothing = "nothing" if language == "en" else "无"
    if value is None or value in ((), "", {}):
        return nothing
    if isinstance(value, Text):
        return value.to(language) or nothing
    if isinstance(value, timedelta):
        return say_duration(value) if value else nothing
    if isinstance(value, WorkLength):
        return str(value)
    if key in _LISTS and isinstance(value, tuple):
        return ("、" if language == "zh" else ", ").join(site.role_name(r, language) for r in value)
    if key == "rhythm" and hasattr(value, "say"):
        return str(value)
    if isinstance(value, tuple):
        parts = ["=".join(map(str, one)) if isinstance(one, tuple) else str(one) for one in value]
        return ", ".join(parts)
    return str(value)


def _keys(
    one: Any, other: Any, kind: str, name: str, of: str, before: Site, after: Site
) -> Iterator[Line]:
    """
    A line for each key in which two editions of a thing differ.
    """
    for field in attrs.fields(type(one)):
        key = field.name
        if key not in KEYS or not hasattr(other, key):
            continue
        was, now = getattr(one, key), getattr(other, key)
        if was == now:
            continue
        says = []
        for number, language in enumerate(("en", "zh")):
            said = [_said(v, key, s, language) for v, s in ((was, before), (now, after))]
            if said[0] == said[1]:
                said = [_other(v, language, s) for v, s in zip((was, now), said, strict=True)]
            who = _called(other, name, language)
            called = KINDS[kind][number]
            if language == "en":
                says.append(f"{called} {who}: {KEYS[key][0]}: {said[0]} -> {said[1]}")
            else:
                says.append(f"{called}{who}：{KEYS[key][1]}：{said[0]} → {said[1]}")
        yield _line("changed", kind, name, says[0], says[1], of, key)


def _other(value: object, language: str, said: str) -> str:
    """
    A label whose words in this language are the same: the words of the other.
    """
    return value.to("zh" if language == "en" else "en") if isinstance(value, Text) else said


def _come(
    kind: str, name: str, thing: object, of: str = "", where: tuple[str, str] = ("", "")
) -> Line:
    en, zh = KINDS[kind]
    return _line(
        "added", kind, name,
        f"{en} {_called(thing, name, 'en')} is new{where[0]}",
        f"新增{zh}{_called(thing, name, 'zh')}{where[1]}", of,
    )  # fmt: skip


def _gone(kind: str, name: str, thing: object, of: str = "") -> Line:
    en, zh = KINDS[kind]
    return _line(
        "dropped", kind, name,
        f"{en} {_called(thing, name, 'en')} is gone", f"取消{zh}{_called(thing, name, 'zh')}", of,
    )  # fmt: skip


def _things(
    kind: str,
    one: Mapping[str, Any],
    other: Mapping[str, Any],
    before: Site,
    after: Site,
    of: str = "",
) -> Iterator[Line]:
    for name in dict.fromkeys((*one, *other)):
        if name not in other:
            yield _gone(kind, name, one[name], of)
        elif name not in one:
            yield _come(kind, name, other[name], of)
        elif one[name] != other[name]:
            found = list(_keys(one[name], other[name], kind, name, of, before, after))
            if not found and kind == "rulebook":
                en, zh = (_called(other[name], name, code) for code in ("en", "zh"))
                found = [
                    _line("changed", kind, name, f"rulebook {en} is otherwise", f"规则集{zh}有变")
                ]
            if kind == "post":
                found = [line for line in found if line.key not in ("duties", "orders")]
                old, new = ({o.id: o for o in post.orders} for post in (one[name], other[name]))
                found += _things("order", old, new, before, after, name)
            yield from found


def _settings(before: Site, after: Site) -> Iterator[Line]:
    names = dict.fromkeys((*before.settings, *after.settings))
    for name in names:
        was, now = before.settings.get(name), after.settings.get(name)
        if was == now:
            continue
        label = (after.declared.get(name) or before.declared[name]).field.label
        said = [_said(value, "", before, "en") for value in (was, now)]
        zh = [_said(value, "", before, "zh") for value in (was, now)]
        yield _line(
            "added" if was is None else "dropped" if now is None else "changed",
            "setting", name,
            f"setting {name} ({label.to('en')}): {said[0]} -> {said[1]}",
            f"参数{name}（{label.to('zh')}）：{zh[0]} → {zh[1]}",
        )  # fmt: skip


# -- procedures -----------------------------------------------------------------------------


def _procedure(before: Site, after: Site, name: str) -> Iterator[Line]:
    one, other = before.procedures.get(name), after.procedures.get(name)
    if one is None or other is None:
        if other is not None:
            yield _come("procedure", name, other)
        elif one is not None:
            yield _gone("procedure", name, one)
        return
    if one == other:
        return
    yield from _keys(one, other, "procedure", name, "", before, after)
    yield from _steps(before, after, name)
    old, new = ({law.id: law for law in procedure.laws} for procedure in (one, other))
    yield from _things("law", old, new, before, after, name)


def _steps(before: Site, after: Site, name: str) -> Iterator[Line]:
    graphs = before.graph(name), after.graph(name)
    was, now = ({step.id: step for step in graph.steps} for graph in graphs)
    new = renamed(graphs[0], graphs[1])
    for old, fresh in new.items():
        en, zh = (_called(now[fresh], fresh, code) for code in ("en", "zh"))
        yield _line(
            "renamed", "step", fresh, f"step {old} is called {en} now", f"步骤{old}改称{zh}", name
        )
    for gone in was:
        if gone not in new and gone not in now:
            yield _gone("step", gone, was[gone], name)
    known = {new.get(one, one) for one in was}
    for step in graphs[1].steps:
        if step.id not in known:
            yield _come("step", step.id, step, name, _behind(graphs[1], step.id))
    for step in graphs[0].steps:
        there = now.get(new.get(step.id, step.id))
        if there is not None:
            yield from _keys(step, there, "step", there.id, name, before, after)
    yield from _order(graphs[0], graphs[1], new, name)


def renamed(before: StepGraph, after: StepGraph) -> dict[str, str]:
    """
    Steps that have another name and are the same otherwise, or nearly so.
    """
    gone = [step for step in before.steps if step.id not in after.by_id]
    come = [step for step in after.steps if step.id not in before.by_id]
    pairs = [
        (_likeness(one, other), one.id, other.id)
        for one in gone
        for other in come
        if type(other) is type(one)
    ]
    found: dict[str, str] = {}
    for like, old, fresh in sorted(pairs, key=lambda pair: -pair[0]):
        if like >= _LIKE and old not in found and fresh not in found.values():
            found[old] = fresh
    return found


def _likeness(one: Step, other: Step) -> float:
    """
    How much of what two steps say is the same, from 0 to 1; their words count twice.
    """
    if one.covers and one.covers == other.covers:
        return 1.0
    same = total = 0
    for field in attrs.fields(type(one)):
        values = [getattr(step, field.name) for step in (one, other)]
        if field.name in ("id", "place", "reading", "support") or not any(values):
            continue
        weight = 2 if field.name == "label" else 1
        total += weight
        same += weight * (values[0] == values[1])
    return same / total if total else 0.0


def _behind(graph: StepGraph, name: str) -> tuple[str, str]:
    """
    Behind which step another one comes.
    """
    seen = {name}
    queue = [name]
    while queue:
        for edge in graph.into.get(queue.pop(0), ()):
            node = graph.by_id[edge.source]
            if isinstance(node, Step):
                return f", behind {node.id}", f"，在{node.id}之后"
            if edge.source not in seen:
                seen.add(edge.source)
                queue.append(edge.source)
    return ", at the beginning", "，在开头"


def _order(
    before: StepGraph, after: StepGraph, new: Mapping[str, str], name: str
) -> Iterator[Line]:
    """
    Steps that both have and that go on otherwise, steps that only one has left out.
    """
    both = {new.get(step.id, step.id) for step in before.steps} & {s.id for s in after.steps}
    was = {
        new.get(one, one): {new.get(s, s) for s in _next(before, one, both, new)}
        for one in before.by_id
    }
    for step in after.steps:
        if step.id not in both:
            continue
        now = set(_next(after, step.id, both, {}))
        old = was.get(step.id, set())
        if now != old:
            said = [", ".join(sorted(steps)) or "-" for steps in (old, now)]
            yield _line(
                "moved", "step", step.id,
                f"after {step.id} comes {said[1]}, and not {said[0]}",
                f"{step.id}之后是{said[1]}，不再是{said[0]}", name,
            )  # fmt: skip


def _next(graph: StepGraph, name: str, both: set[str], new: Mapping[str, str]) -> Iterator[str]:
    out: dict[str, list[str]] = {}
    for edge in graph.edges:
        out.setdefault(edge.source, []).append(edge.target)
    seen = {name}
    queue = list(out.get(name, ()))
    while queue:
        one = queue.pop()
        if isinstance(graph.by_id[one], Step) and new.get(one, one) in both:
            yield one
        elif one not in seen:
            seen.add(one)
            queue += out.get(one, ())


# -- decisions ------------------------------------------------------------------------------


def _table(before: Site, after: Site, name: str) -> Iterator[Line]:
    one, other = before.tables.get(name), after.tables.get(name)
    if one is None or other is None:
        if other is not None:
            yield _come("decision", name, other)
        elif one is not None:
            yield _gone("decision", name, one)
        return
    if one == other:
        return
    yield from _keys(one, other, "decision", name, "", before, after)
    for label, was, now in (
        ("input", one.inputs, other.inputs),
        ("output", one.outputs, other.outputs),
    ):
        if was != now:
            zh = "输入" if label == "input" else "输出"
            yield _line(
                "changed", "decision", name,
                f"decision {_called(other, name, 'en')}: its {label}s are otherwise",
                f"判定表{_called(other, name, 'zh')}：{zh}有变", key=f"{label}s",
            )  # fmt: skip
    old, new = ([say_row(row) for row in table.rows] for table in (one, other))
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        for number in range(max(b - a, d - c)):
            left = old[a + number] if a + number < b else ""
            right = new[c + number] if c + number < d else ""
            yield _row(name, left, right, a + number + 1, c + number + 1)


def _row(name: str, left: str, right: str, old: int, new: int) -> Line:
    if left and right:
        change, en, zh = (
            "changed",
            f"row {old} {left} becomes {right}",
            f"第{old}行{left}改为{right}",
        )
    elif right:
        change, en, zh = "added", f"row {new} {right} is new", f"新增第{new}行{right}"
    else:
        change, en, zh = "dropped", f"row {old} {left} is gone", f"取消第{old}行{left}"
    return _line(
        change,
        "row",
        str(new if right else old),
        f"decision {name}: {en}",
        f"判定表{name}：{zh}",
        name,
    )


def say_row(row: Row) -> str:
    """
    A row as its file has it, on one line.
    """
    cells = [f"{name}: {cell}" for name, cell in row.cells]
    main = ", ".join(str(value) for _, value in row.outcome)
    return "{" + ", ".join([*cells, f"then: {main}"]) + "}"
