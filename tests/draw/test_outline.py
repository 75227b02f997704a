"""
The picture as text to read aloud.
"""

import re

import pytest
from hypothesis import given, settings

from propflow.draw import Names, Progress, draw_text
from propflow.draw.measure import columns
from propflow.draw.outline import WIDTH
from propflow.procedures import Edge, End, Join, Plain, Procedure, Step, Task, graph_of
from propflow.procedures.model import Decide, Fork
from propflow.text import Text
from tests.draw.charts import CHARTS, chart, names
from tests.draw.graphs import block_graphs, plain_graphs
from tests.draw.test_svg import HOSTILE, hostile

COMPLAINT = """\
Customer complaint
==================

 1. Complaints clerk: Record the complaint on the complaint form (fills in: Resident complaint
    form; within 30 minutes, else tell Complaints supervisor) [4.01]
 2. How grave is it?
    minor:
       3. Tell Engineer on duty: Notify the department concerned [4.04]
    serious or major:
       4. Complaints clerk: Learn the matter in depth at the scene (or Complaints supervisor)
          [4.05]
       5. Complaints supervisor: Take the matter on? (within 30 minutes; no answer in time means
          pass it up)
        pass it up:
           6. Centre manager: Take the matter on? (within 30 minutes; no answer in time means
              pass it up)
            pass it up:
               7. Administration centre: Take the matter on? (within 30 minutes, else tell
                  Administration centre)
            take it on: go on with 8
        take it on: go on with 8
 8. Complaints supervisor: Handle the complaint properly (within 2 days) [4.07]
 9. Complaints clerk: Record the handling and its result [4.08]
10. Complaints supervisor: Review the cause [4.09]
11. Complaints clerk: Answer the customer [4.10]
12. Satisfied
    no: back to 8
    yes: go on with 13
13. Complaints clerk: Have the customer sign [4.12]
14. Complaints clerk: File it [4.13]
15. End: Filed
"""

FIRE = """\
消防控制
========

✓  1. 消防中控室：发现报警信号及位置 [16.01]
✓  2. 门岗保安：真假火警？（限3分钟；逾期未答视为“真火警”）
      误报：
         3. 门岗保安：反馈至中控室 [16.04]
         4. 消防中控室：复位报警系统 [16.05]
      真火警：
         5. 以下同时进行：
          分支a：
✓            6. 通知防火责任人：紧急通知防火责任人 [16.06]
          分支b：
→            7. 消防中控室：启动消防系统 [16.07] - 逾期
          分支c：
✓            8. 消防中控室：派消防人员赶赴现场 [16.08]
             9. 以下同时进行：
              分支a：
→               10. 义务消防员：就地用灭火器材灭火 [16.09]
              分支b：
→               11. 门岗保安：维持现场秩序 [16.10]
            12. 义务消防员：向消防中控室汇报 [16.11]
        13. 防火责任人：成立救火指挥部 [16.12]
        14. 防火责任人：按预案灭火自救 [16.13]
        15. 防火责任人：火势能否控制？（限10分钟；逾期未答视为“否”）
          是：
            16. 义务消防员：组织人力扑灭 [16.15]
          否：
            17. 消防中控室：拨打119报警（限1分钟） [16.16]
            18. 门岗保安：在出入口接应消防队 [16.17]
            19. 防火责任人：汇报火情并移交指挥权 [16.18]
            20. 义务消防员：协助消防队灭火 [16.19]
        21. 防火责任人：出具火灾原因分析和处理报告 [16.20]
  22. 通知服务中心经理：报业主服务中心 [16.21]
  23. 通知行政管理中心：报行政管理中心 [16.22]
  24. 结束：完成
"""

FEES = """\
Fees in arrears
===============

1. Customer-service agent: Press for payment by visit or telephone [6.09]
2. Wait: Paid after the reminder? (until: payment received; 30 days at most)
   late:
     3. Customer-service agent: Send a payment demand [6.11]
     4. Wait: Paid after the demand? (until: payment received; 30 days at most)
       late:
         5. Company lawyer: File a lawsuit [6.12]
         6. End: Lawsuit filed
       payment received: go on with 7
   payment received: go on with 7
7. Take the payment (procedure: payment)
8. Cashier: Enter it in the books [6.05]
9. End: Paid
"""


def test_a_complaint_is_read_aloud():
    """
    The loop is said in words: not satisfied, back to handling.
    """
    procedure, graph = chart("complaint")
    assert draw_text(graph, title=procedure.title, names=names()) == COMPLAINT


def test_a_fire_is_read_aloud_in_chinese_while_it_burns():
    """
    A tick before what is done, an arrow before what is open, a word behind what is late.
    """
    procedure, graph = chart("fire")
    progress = Progress(
        done={"alarm", "cause", "call-officer", "send"},
        open={"start-systems", "fight", "order"},
        late={"start-systems"},
    )
    assert draw_text(graph, title=procedure.title, names=names("zh"), progress=progress) == FIRE


def test_arrears_are_read_aloud():
    """
    A branch that ends by itself does not push the way of the others to the right.
    """
    procedure, graph = chart("fees")
    assert draw_text(graph, title=procedure.title, names=names()) == FEES


def test_a_foreign_model_is_read_aloud():
    """
    A branch that gives up is told to its end; the others go on below it.
    """
    plain = Plain(
        nodes=(
            Fork("both"),
            Task(id="a", by=("clerk",)),
            Decide(id="which", fact="way"),
            Task(id="b", by=("guard",)),
            Join("met"),
            End(id="done"),
            End(id="given-up"),
        ),
        edges=(
            Edge("both", "a"),
            Edge("both", "which"),
            Edge("a", "met"),
            Edge("which", "b", ("left",)),
            Edge("which", "given-up", ("right",)),
            Edge("b", "met"),
            Edge("met", "done"),
        ),
    )
    graph = graph_of(Procedure(id="any", plain=plain))
    assert draw_text(graph, title=Text.of(en="Any"), names=Names()) == (
        "Any\n"
        "===\n"
        "\n"
        "1. All of these side by side:\n"
        "   branch a:\n"
        "     2. clerk: a\n"
        "   branch b:\n"
        "     3. which\n"
        "       left: go on with 5\n"
        "       right:\n"
        "         4. End: given up\n"
        "     5. guard: b\n"
        "6. End: Done\n"
    )


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_lines_fit_a_terminal(name, language):
    """
    No line is wider than it should be, a Chinese character counted as two, nor ends in space.
    """
    procedure, graph = chart(name)
    text = draw_text(graph, title=procedure.title, names=names(language), progress=Progress())
    for line in text.splitlines():
        assert columns(line) <= WIDTH
        assert line == line.rstrip()


@given(block_graphs)
@settings(max_examples=40)
def test_every_step_is_told_once_and_in_order(graph):
    """
    As many numbers as steps and forks, counted from one without a gap.
    """
    told_once(graph)


@given(plain_graphs())
@settings(max_examples=40)
def test_every_step_of_a_foreign_model_is_told_once(graph):
    """
    Ways from anywhere to anywhere leave no step untold.
    """
    told_once(graph)


def told_once(graph):
    text = draw_text(graph, title=Text.of(en="Any"), names=names())
    numbers = [int(number) for number in re.findall(r"^ *(\d+)\. ", text, re.MULTILINE)]
    told = [node for node in graph.nodes if isinstance(node, Step | Fork)]
    assert numbers == list(range(1, len(told) + 1))
    for target in re.findall(r"(?:back to|go on with) (\d+)$", text, re.MULTILINE):
        assert int(target) in numbers


def test_hostile_labels_stay_on_their_line():
    """
    Neither a line break nor a control character in a label reaches the terminal.
    """
    graph, open_names = hostile()
    text = draw_text(graph, title=Text.of(en=HOSTILE), names=open_names)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\ufffe\ud800]", text)
    assert text.splitlines()[0] == "<script>alert('1')</script> & \"x\" ]]> <!-- -->"
