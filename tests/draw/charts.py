"""
Three charts as they are drawn in these tests: a complaint, a fire, a fee.
"""

from __future__ import annotations

from datetime import timedelta

from propflow.draw import Names
from propflow.procedures import Procedure, graph_of
from propflow.procedures.compose import (
    NOTHING,
    ask,
    call,
    choose,
    climb,
    end,
    repeat,
    task,
    tell,
    together,
    wait,
)
from propflow.text import Text


def words(en, zh):
    return Text.of(en=en, zh=zh)


def do(name, by, box, en, zh, **more):
    return task(name, by=by, covers=(box,), label=words(en, zh), **more)


def note(name, to, box, en, zh):
    return tell(name, to=to, covers=(box,), label=words(en, zh))


ROLES = {
    "clerk": words("Complaints clerk", "投诉受理人"),
    "supervisor": words("Complaints supervisor", "投诉主管"),
    "manager": words("Centre manager", "服务中心经理"),
    "administration": words("Administration centre", "行政管理中心"),
    "control-room": words("Fire control room", "消防中控室"),
    "fire-officer": words("Fire-safety officer", "防火责任人"),
    "firefighter": words("House firefighters", "义务消防员"),
    "guard": words("Gate guard", "门岗保安"),
    "engineer": words("Engineer on duty", "值班工程师"),
    "agent": words("Customer-service agent", "客服员"),
    "cashier": words("Cashier", "收银员"),
    "lawyer": words("Company lawyer", "公司律师"),
}

OUTCOMES = {
    "severity": {
        "minor": words("minor", "轻微"),
        "serious": words("serious", "重要"),
        "major": words("major", "重大"),
    },
    "cause": {"real": words("real", "真火警"), "false": words("false", "误报")},
}
THINGS = {
    "complaint-form": words("Resident complaint form", "住户投诉意见表"),
    "payment-received": words("payment received", "收到付款"),
    "handle": words("take it on", "接手处理"),
    "up": words("pass it up", "继续上报"),
}


def names(language="en"):
    return Names(roles=ROLES, language=language, outcomes=OUTCOMES, things=THINGS)


def complaint():
    climbing = climb(
        "report",
        ["supervisor", "manager", "administration"],
        within=timedelta(minutes=30),
        label=words("Take the matter on?", "是否接手处理？"),
    )
    return Procedure(
        id="complaint",
        title=words("Customer complaint", "用户投诉"),
        chart="4",
        body=task(
            "record",
            by="clerk",
            fills="complaint-form",
            within=timedelta(minutes=30),
            late_tells=("supervisor",),
            covers=("4.01",),
            label=words(
                "Record the complaint on the complaint form", "把投诉情况详细记录在住户投诉意见表上"
            ),
        )
        >> choose(
            "severity",
            {
                "minor": note(
                    "notify", "engineer", "4.04", "Notify the department concerned", "通知相关部门"
                ),
                "serious, major": task(
                    "interview",
                    by=("clerk", "supervisor"),
                    covers=("4.05",),
                    label=words("Learn the matter in depth at the scene", "到现场向用户作深入了解"),
                )
                >> climbing,
            },
            label=words("How grave is it?", "投诉的严重程度？"),
        )
        >> repeat(
            do(
                "handle",
                "supervisor",
                "4.07",
                "Handle the complaint properly",
                "妥善处理投诉",
                within=timedelta(days=2),
            )
            >> do(
                "write-down",
                "clerk",
                "4.08",
                "Record the handling and its result",
                "记录处理过程和结果",
            )
            >> do("review", "supervisor", "4.09", "Review the cause", "检讨分析原因")
            >> do(
                "reply",
                "clerk",
                "4.10",
                "Answer the customer",
                "将处理结果回复用户",
                asks="satisfied",
            ),
            until={"satisfied": "yes"},
            name="satisfied",
        )
        >> do("sign", "clerk", "4.12", "Have the customer sign", "请用户签字认可")
        >> do("file", "clerk", "4.13", "File it", "归档保存")
        >> end("filed", label=words("Filed", "已归档")),
    )


def fire():
    real = (
        together(
            note(
                "call-officer",
                "fire-officer",
                "16.06",
                "Call the fire-safety officer",
                "紧急通知防火责任人",
            ),
            do("start-systems", "control-room", "16.07", "Start the fire systems", "启动消防系统"),
            do(
                "send",
                "control-room",
                "16.08",
                "Send firefighters to the scene",
                "派消防人员赶赴现场",
            )
            >> together(
                do(
                    "fight",
                    "firefighter",
                    "16.09",
                    "Fight it with what is at hand",
                    "就地用灭火器材灭火",
                ),
                do("order", "guard", "16.10", "Keep order at the scene", "维持现场秩序"),
            )
            >> do(
                "report",
                "firefighter",
                "16.11",
                "Report to the fire control room",
                "向消防中控室汇报",
            ),
        )
        >> do("command", "fire-officer", "16.12", "Form a command post", "成立救火指挥部")
        >> do("plan", "fire-officer", "16.13", "Fight the fire by the plan", "按预案灭火自救")
        >> ask(
            "controlled",
            by="fire-officer",
            within=timedelta(minutes=10),
            late_answer="no",
            label=words("Is the fire under control?", "火势能否控制？"),
            yes=do(
                "put-out",
                "firefighter",
                "16.15",
                "Put it out with the house's people",
                "组织人力扑灭",
            ),
            no=do(
                "call-119",
                "control-room",
                "16.16",
                "Call 119",
                "拨打119报警",
                within=timedelta(minutes=1),
            )
            >> do(
                "meet", "guard", "16.17", "Meet the fire brigade at the gate", "在出入口接应消防队"
            )
            >> do(
                "hand-over",
                "fire-officer",
                "16.18",
                "Report and hand over command",
                "汇报火情并移交指挥权",
            )
            >> do("help", "firefighter", "16.19", "Help the brigade", "协助消防队灭火"),
        )
        >> do(
            "analyse",
            "fire-officer",
            "16.20",
            "Write the analysis of cause and handling",
            "出具火灾原因分析和处理报告",
        )
    )
    return Procedure(
        id="fire",
        title=words("Fire control", "消防控制"),
        body=do(
            "alarm", "control-room", "16.01", "See an alarm and its place", "发现报警信号及位置"
        )
        >> ask(
            "cause",
            by="guard",
            within=timedelta(minutes=3),
            late_answer="real",
            label=words("A real fire?", "真假火警？"),
            branches={
                "false": do(
                    "feed-back", "guard", "16.04", "Report back to the control room", "反馈至中控室"
                )
                >> do("reset", "control-room", "16.05", "Reset the alarm", "复位报警系统"),
                "real": real,
            },
        )
        >> note(
            "to-centre", "manager", "16.21", "Report to the owner service centre", "报业主服务中心"
        )
        >> note(
            "to-administration",
            "administration",
            "16.22",
            "Report to the administration centre",
            "报行政管理中心",
        ),
    )


def fees():
    paid = call("pay", procedure="payment", label=words("Take the payment", "收款"))
    month = timedelta(days=30)
    return Procedure(
        id="fees",
        title=words("Fees in arrears", "欠费催缴"),
        body=do(
            "remind", "agent", "6.09", "Press for payment by visit or telephone", "上门或电话催缴"
        )
        >> wait(
            "first-wait",
            messages="payment-received",
            within=month,
            same="unit",
            label=words("Paid after the reminder?", "催缴后是否交款？"),
            branches={
                "payment-received": NOTHING,
                "late": do("demand", "agent", "6.11", "Send a payment demand", "发催款通知单")
                >> wait(
                    "second-wait",
                    messages="payment-received",
                    within=month,
                    same="unit",
                    label=words("Paid after the demand?", "发单后是否交款？"),
                    branches={
                        "payment-received": NOTHING,
                        "late": do("sue", "lawyer", "6.12", "File a lawsuit", "提起诉讼")
                        >> end("sued", label=words("Lawsuit filed", "已起诉")),
                    },
                ),
            },
        )
        >> paid
        >> do("book", "cashier", "6.05", "Enter it in the books", "登账")
        >> end("paid", label=words("Paid", "已交款")),
    )


CHARTS = {"complaint": complaint, "fire": fire, "fees": fees}


def chart(name):
    procedure = CHARTS[name]()
    return procedure, graph_of(procedure)
