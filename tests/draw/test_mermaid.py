"""
The picture as Mermaid.
"""

import re

import pytest

from propflow.draw import Progress, draw_mermaid
from propflow.draw.mermaid import quote
from propflow.text import Text
from tests.draw.charts import CHARTS, chart, names
from tests.draw.test_svg import HOSTILE, hostile
from tests.tables import rows

FEES = """\
---
title: "欠费催缴"
---
flowchart TD
  subgraph lane0["客服员"]
    n0(["开始"])
    n1["✓ 上门或电话催缴<br/>6.09"]
    n2{{"✓ 催缴后是否交款？<br/>等到：收到付款<br/>最长30天"}}
    n3["当前 逾期 发催款通知单<br/>6.11"]
    n4{{"发单后是否交款？<br/>等到：收到付款<br/>最长30天"}}
    n7((" "))
    n8[["收款<br/>流程：payment"]]
  end
  subgraph lane1["公司律师"]
    n5["提起诉讼<br/>6.12"]
    n6(["已起诉"])
  end
  subgraph lane2["收银员"]
    n9["登账<br/>6.05"]
    n10(["已交款"])
  end
  n0 --> n1
  n1 --> n2
  n2 -->|"逾期"| n3
  n2 -->|"收到付款"| n7
  n3 --> n4
  n7 --> n8
  n4 -->|"逾期"| n5
  n4 -->|"收到付款"| n7
  n8 --> n9
  n5 --> n6
  n9 --> n10
  classDef bar fill:#2b3a49,stroke:#2b3a49,color:#2b3a49
  classDef dot fill:#51606f,stroke:#51606f,color:#51606f
  classDef end_ fill:#2b3a49,stroke:#2b3a49,color:#ffffff
  classDef done stroke:#1b7f4b,stroke-width:3px
  classDef open fill:#ffd9a8,stroke:#c25a00,stroke-width:3px
  classDef late stroke:#b3122a,stroke-width:4px
  class n7 dot
  class n6,n10 end_
  class n1,n2 done
  class n3 open
  class n3 late
  linkStyle 0,1,2 stroke:#0b5cad,stroke-width:4px
"""


def test_a_case_in_arrears_is_drawn():
    """
    One subgraph for each role, and the path of the case in bold.
    """
    procedure, graph = chart("fees")
    progress = Progress(
        done={"remind", "first-wait"},
        open={"demand"},
        late={"demand"},
        taken={("start", "remind"), ("remind", "first-wait"), ("first-wait", "demand")},
    )
    picture = draw_mermaid(graph, title=procedure.title, names=names("zh"), progress=progress)
    assert picture == FEES


@pytest.mark.parametrize(
    ("words", "written"),
    [
        *rows("""
            Is it ok?        | Is it ok?
            say "no"         | say #34;no#34;
            A#1; [b] {c} (d) | A#35;1#59; #91;b#93; #123;c#125; #40;d#41;
            `**bold**`       | #96;#42;#42;bold#42;#42;#96;
            a & <b>          | a #38; #60;b#62;
            是否满意？       | 是否满意？
        """),
        ("two\nlines\x00", "two lines"),
        ("a|b %% c", "a#124;b #37;#37; c"),
    ],
)
def test_words_stay_words(words, written):
    """
    Whatever Mermaid would read as its own is written by its number.
    """
    assert quote(words) == written


def test_hostile_labels_stay_labels():
    """
    No label opens a tag, closes its quotes or begins a line of its own.
    """
    graph, open_names = hostile()
    picture = draw_mermaid(graph, title=Text.of(en=HOSTILE), names=open_names)
    body = picture.split("---\n", 2)[2]
    assert "<" not in body.replace("<br/>", "")
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e\ufffe\ud800]", picture)
    for line in body.splitlines():
        assert line.count('"') in (0, 2)


@pytest.mark.parametrize("name", CHARTS)
def test_every_node_and_every_way_is_drawn_once(name):
    """
    As many nodes and arrows as the procedure has.
    """
    procedure, graph = chart(name)
    picture = draw_mermaid(graph, title=procedure.title, names=names())
    assert len(re.findall(r"^    n\d+[\[({]", picture, re.MULTILINE)) == len(graph.nodes)
    assert len(re.findall(r"^  n\d+ -->", picture, re.MULTILINE)) == len(graph.edges)
