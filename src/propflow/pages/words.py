"""
What stands on every page of a handbook besides the handbook's own words, in both languages.
"""

from __future__ import annotations

_SUPPORT_EN = (
    "SRC: elsewhere in the source. GK: general knowledge of a law or standard. CP: common "
    "practice. Any other word: a published procedure, by the list in handbook.yaml."
)
_SUPPORT_ZH = (
    "SRC：原资料其他部分。GK：法规或标准的一般知识。CP：行业惯例。其余代号：公开的规程，"
    "见handbook.yaml中的清单。"
)

_SAID = {
    "handbook": ("Staff handbook", "员工手册"),
    "contents": ("Contents", "目录"),
    "whole": ("All on one page, to print", "全部内容（供打印）"),
    "other": ("中文", "English"),
    "edition": ("Handbook {version}, edition {stamp}", "手册第{version}版，编号{stamp}"),
    "procedures": ("Procedures", "工作流程"),
    "procedure": ("Procedure", "流程"),
    "decisions": ("Decision tables", "判定表"),
    "decision": ("Decision table", "判定表"),
    "posts": ("Posts", "岗位"),
    "post": ("Post", "岗位"),
    "rulebooks": ("Watch rules", "联动规则"),
    "rulebook": ("Watch rules", "联动规则"),
    "offices": ("By office", "按部门查"),
    "office": ("Office", "部门"),
    "roles": ("By role", "按岗位职务查"),
    "role": ("Role", "职务"),
    "duties": ("Duties by rhythm", "按周期查定期工作"),
    "records": ("Records", "记录表单"),
    "people": ("People and roster", "人员与排班"),
    "settings": ("Figures", "本项目参数"),
    "boxes": ("Boxes of the charts", "原图框号"),
    "chart": ("Chart", "原图"),
    "charts": ("Charts", "原图"),
    "not-drawn": ("named in the source, not drawn there", "原资料只提其名，未画流程"),
    "begins": ("Begins", "启动"),
    "on-message": ("when: {what}", "发生时：{what}"),
    "on-duty": ("by the calendar:", "按日程："),
    "on-call": ("from:", "由此转入："),
    "on-rule": ("by the watch rules:", "由联动规则启动："),
    "on-hand": ("when somebody opens it", "由人员启动"),
    "takes-part": ("Who takes part", "参与人员"),
    "ends": ("Ends", "结束"),
    "ends-as": ("Ends as", "结束状态"),
    "picture": ("Picture", "流程图"),
    "picture-alone": ("the picture by itself", "单独打开流程图"),
    "sheet": ("{title}, sheet {number} of {count}", "{title}，第{number}张，共{count}张"),
    "steps": ("Step by step", "步骤"),
    "no": ("No.", "序号"),
    "what": ("What is done", "工作内容"),
    "who": ("Who", "执行人"),
    "when": ("By when", "时限"),
    "record": ("Record", "记录"),
    "gives": ("Note down", "登记"),
    "told": ("tell:", "通知："),
    "by-table": ("goes by the table", "依据"),
    "by-facts": ("goes by what was noted down", "依据已登记的情况"),
    "not-by": ("not by whoever did step {steps}", "不得由办理第{steps}步的人办理"),
    "optional": ("may be left out, with a reason", "可说明理由后不办"),
    "in-time": ("{time}", "{time}内"),
    "late-tells": ("late: {who} is told", "逾期告知{who}"),
    "late-means": ("no answer in time means {answer}", "逾期未答视为“{answer}”"),
    "caution": ("Caution", "警示"),
    "cautions": (
        "The source errs here. Read the caution at No. {steps}.",
        "原图有不妥之处，请先看第{steps}步的警示。",
    ),
    "between": ("What may come between", "可能插入的事项"),
    "between-lead": (
        "Whatever step is open, the case waits until this is over.",
        "无论进行到哪一步，均先处理此事，再继续原流程。",
    ),
    "facts": ("What is noted down", "登记内容"),
    "fact": ("Fact", "项目"),
    "takes": ("What it can be", "取值"),
    "asked-at": ("At step", "登记步骤"),
    "at": ("Step", "步骤"),
    "laws": ("What always holds", "必须遵守"),
    "covers": ("Boxes covered", "对应原图"),
    "box": ("Box", "框号"),
    "gist": ("What the box says", "框内要点"),
    "here": ("Here", "对应内容"),
    "readings": ("How the source was read", "对原资料的处理"),
    "reading": ("Reading", "理解"),
    "support": ("Support", "依据"),
    "whole-procedure": ("as a whole", "整体"),
    "hit-unique": ("Exactly one row fits.", "只有一行符合。"),
    "hit-first": ("The first row that fits counts.", "自上而下，以最先符合的一行为准。"),
    "hit-other": ("How rows count: {hit}.", "取行方式：{hit}。"),
    "where": ("Where", "条件"),
    "then": ("Then", "结果"),
    "because": ("Because", "理由"),
    "else": ("whatever else", "其他情况"),
    "any": ("–", "–"),
    "used-by": ("Used by", "用于"),
    "inputs": ("What must be known", "需了解的情况"),
    "orders": ("Standing orders", "常规要求"),
    "owed": ("Duties", "定期工作"),
    "responses": ("When something happens", "遇事处理"),
    "event": ("What happens", "情况"),
    "follow": ("What is done", "处理"),
    "rhythm": ("When", "时间"),
    "duty": ("Duty", "工作"),
    "working-days": ("working days only", "仅工作日"),
    "grace": ("{time} later at most", "最迟延后{time}"),
    "fills": ("fills in {what}", "填写{what}"),
    "on-post": ("Whoever stands here is", "当班人员身份"),
    "staffed": ("Roster", "排班"),
    "unstaffed": ("The roster puts nobody here.", "排班表未安排人员。"),
    "rule-tells": ("Tell {who}: {what}", "通知{who}：{what}"),
    "rule-starts": ("Begin: {what}", "启动：{what}"),
    "rule-sends": ("Report: {what}", "发出：{what}"),
    "several": ("Several times a day", "一日多次"),
    "daily": ("Every day", "每日"),
    "weekly": ("Every week", "每周"),
    "monthly": ("Every month", "每月"),
    "yearly": ("Every quarter, half-year or year", "每季、每半年或每年"),
    "otherwise": ("Otherwise", "其他"),
    "reports-to": ("Reports to", "上级"),
    "held-by": ("Held by", "现任"),
    "by-roster": ("whoever is on the roster", "按排班"),
    "nobody": ("nobody on this site", "本项目暂无"),
    "name": ("Name", "姓名"),
    "shift": ("Shift", "班次"),
    "hours": ("Hours", "时间"),
    "days": ("Days", "日期"),
    "every-day": ("every day", "每天"),
    "turn": (
        "days {own} of every {length}, from {first}",
        "自{first}起每{length}天一轮，第{own}天",
    ),
    "days-off": ("Days off", "休息日"),
    "weekend": ("Free every week", "每周休息"),
    "worked": ("Worked all the same", "调休上班"),
    "setting": ("Figure", "参数"),
    "here-value": ("Here", "本项目"),
    "usual": ("Usual", "通常"),
    "fields": ("Fields", "栏目"),
    "filled-by": ("by", "填写人"),
    "signed-by": ("signed by", "签字"),
    "may-be-left": ("if there is any", "如有"),
    "filled-at": ("Filled in at", "填写时机"),
    "support-key": (_SUPPORT_EN, _SUPPORT_ZH),
    "nothing": ("Nothing.", "无。"),
    "and": (" and ", "和"),
    "dash": (": ", "："),
    "comma": (", ", "、"),
    "stop": (". ", "。"),
    "shift-day": ("day", "白班"),
    "shift-night": ("night", "夜班"),
    "semicolon": ("; ", "；"),
    "to": ("{low} to {high}", "{low}至{high}"),
    "yes": ("yes", "是"),
    "no-answer": ("no", "否"),
    "text": ("words", "文字"),
    "integer": ("a whole number", "整数"),
    "decimal": ("a number", "数字"),
    "money": ("an amount", "金额"),
    "boolean": ("yes or no", "是或否"),
    "date": ("a date", "日期"),
    "time": ("a time of day", "时刻"),
    "duration": ("a length of time", "时长"),
    "moment": ("date and time", "日期和时刻"),
    "choice": ("a choice", "选项"),
}

#: What a unit of a number is called in Chinese, where the handbook's own word is English.
_UNITS = {
    "household": "户", "day": "天", "time": "次", "minute": "分钟", "hour": "小时", "call": "次",
    "percent": "%", "check": "次", "checkpoint": "个巡更点", "cockroach": "只", "dB": "分贝",
    "key": "把钥匙", "knock": "下", "mark": "分", "stairwell": "个楼道", "unit": "户", "CNY": "元",
}  # fmt: skip


def word(language: str, key: str, **values: object) -> str:
    """
    A stock phrase in a language, English where the language has none.
    """
    english, chinese = _SAID[key]
    said = chinese if language == "zh" else english
    return said.format(**values) if values else said


def unit(language: str, name: str | None) -> str:
    """
    What a unit is called.
    """
    if not name:
        return ""
    return _UNITS.get(name, name) if language == "zh" else name
