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
        "report", ["supervisor", "manager", "administration"], within=timedelta(minutes=30),
        label=words("Take the matter on?", "是否接手处理？"),
    )
    return Procedure(
        id="complaint",
        title=words("Customer complaint", "用户投诉"),
        chart="4",
        body=task(
            "record", by="clerk", fills="complaint-form", within=timedelta(minutes=30),
            late_tells=("supervisor",), covers=("4.01",),
            label=words("Record the complaint on the complaint form", "把投诉情况详细记录在住户投诉意见表上"),
        )
        >> choose(
            "severity",
            {
                "minor": tell(
                    "notify", to="engineer", covers=("4.04",),
                    label=words("Notify the department concerned", "通知相关部门"),
                ),
                "serious, major": task(
                    "interview", by=("clerk", "supervisor"), covers=("4.05",),
                    label=words("Learn the matter in depth at the scene", "到现场向用户作深入了解"),
                )
                >> climbing,
            },
            label=words("How grave is it?", "投诉的严重程度？"),
        )
        >> repeat(
            task(
                "handle", by="supervisor", covers=("4.07",), within=timedelta(days=2),
                label=words("Handle the complaint properly", "妥善处理投诉"),
            )
            >> task("write-down", by="clerk", covers=("4.08",), label=words("Record the handling and its result", "记录处理过程和结果"))
            >> task("review", by="supervisor", covers=("4.09",), label=words("Review the cause", "检讨分析原因"))
            >> task("reply", by="clerk", asks="satisfied", covers=("4.10",), label=words("Answer the customer", "将处理结果回复用户")),
            until={"satisfied": "yes"},
            name="satisfied",
        )
        >> task("sign", by="clerk", covers=("4.12",), label=words("Have the customer sign", "请用户签字认可"))
        >> task("file", by="clerk", covers=("4.13",), label=words("File it", "归档保存"))
        >> end("filed", label=words("Filed", "已归档")),
    )


def fire():
    real = (
        together(
            tell("call-officer", to="fire-officer", covers=("16.06",), label=words("Call the fire-safety officer", "紧急通知防火责任人")),
            task("start-systems", by="control-room", covers=("16.07",), label=words("Start the fire systems", "启动消防系统")),
            task("send", by="control-room", covers=("16.08",), label=words("Send firefighters to the scene", "派消防人员赶赴现场"))
            >> together(
                task("fight", by="firefighter", covers=("16.09",), label=words("Fight it with what is at hand", "就地用灭火器材灭火")),
                task("order", by="guard", covers=("16.10",), label=words("Keep order at the scene", "维持现场秩序")),
            )
            >> task("report", by="firefighter", covers=("16.11",), label=words("Report to the fire control room", "向消防中控室汇报")),
        )
        >> task("command", by="fire-officer", covers=("16.12",), label=words("Form a command post", "成立救火指挥部"))
        >> task("plan", by="fire-officer", covers=("16.13",), label=words("Fight the fire by the plan", "按预案灭火自救"))
        >> ask(
            "controlled", by="fire-officer", within=timedelta(minutes=10), late_answer="no",
            label=words("Is the fire under control?", "火势能否控制？"),
            yes=task("put-out", by="firefighter", covers=("16.15",), label=words("Put it out with the house's people", "组织人力扑灭")),
            no=task("call-119", by="control-room", covers=("16.16",), within=timedelta(minutes=1), label=words("Call 119", "拨打119报警"))
            >> task("meet", by="guard", covers=("16.17",), label=words("Meet the fire brigade at the gate", "在出入口接应消防队"))
            >> task("hand-over", by="fire-officer", covers=("16.18",), label=words("Report and hand over command", "汇报火情并移交指挥权"))
            >> task("help", by="firefighter", covers=("16.19",), label=words("Help the brigade", "协助消防队灭火")),
        )
        >> task("analyse", by="fire-officer", covers=("16.20",), label=words("Write the analysis of cause and handling", "出具火灾原因分析和处理报告"))
    )
    return Procedure(
        id="fire",
        title=words("Fire control", "消防控制"),
        body=task("alarm", by="control-room", covers=("16.01",), label=words("See an alarm and its place", "发现报警信号及位置"))
        >> ask(
            "cause", by="guard", within=timedelta(minutes=3), late_answer="real", label=words("A real fire?", "真假火警？"),
            branches={
                "false": task("feed-back", by="guard", covers=("16.04",), label=words("Report back to the control room", "反馈至中控室"))
                >> task("reset", by="control-room", covers=("16.05",), label=words("Reset the alarm", "复位报警系统")),
                "real": real,
            },
        )
        >> tell("to-centre", to="manager", covers=("16.21",), label=words("Report to the owner service centre", "报业主服务中心"))
        >> tell("to-administration", to="administration", covers=("16.22",), label=words("Report to the administration centre", "报行政管理中心")),
    )


def fees():
    paid = call("pay", procedure="payment", label=words("Take the payment", "收款"))
    month = timedelta(days=30)
    return Procedure(
        id="fees",
        title=words("Fees in arrears", "欠费催缴"),
        body=task("remind", by="agent", covers=("6.09",), label=words("Press for payment by visit or telephone", "上门或电话催缴"))
        >> wait(
            "first-wait", messages="payment-received", within=month, same="unit",
            label=words("Paid after the reminder?", "催缴后是否交款？"),
            branches={
                "payment-received": NOTHING,
                "late": task("demand", by="agent", covers=("6.11",), label=words("Send a payment demand", "发催款通知单"))
                >> wait(
                    "second-wait", messages="payment-received", within=month, same="unit",
                    label=words("Paid after the demand?", "发单后是否交款？"),
                    branches={
                        "payment-received": NOTHING,
                        "late": task("sue", by="lawyer", covers=("6.12",), label=words("File a lawsuit", "提起诉讼")) >> end("sued", label=words("Lawsuit filed", "已起诉")),
                    },
                ),
            },
        )
        >> paid
        >> task("book", by="cashier", covers=("6.05",), label=words("Enter it in the books", "登账"))
        >> end("paid", label=words("Paid", "已交款")),
    )


CHARTS = {"complaint": complaint, "fire": fire, "fees": fees}


def chart(name):
    procedure = CHARTS[name]()
    return procedure, graph_of(procedure)


