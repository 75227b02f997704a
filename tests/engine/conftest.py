"""
One small estate, and each store that an engine can run it on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from propflow.engine import Engine, MemoryStore, Notice, SimulatedClock, Store
from propflow.engine.store.sqlite import SqliteStore
from propflow.sites import Site, load_site

HANDBOOK = {
    "handbook.yaml": """
handbook: small
title: {en: Small handbook, zh: 小手册}
version: "1"
offices: {desk: {en: Desk, zh: 服务台}}
roles:
  manager: {en: Manager, zh: 经理, office: desk}
  clerk: {en: Clerk, zh: 文员, office: desk, reports-to: manager}
  guard: {en: Guard, zh: 保安, office: desk, reports-to: manager}
ladders: {management: [clerk, manager]}
records: {form: {en: Form, zh: 表格}}
messages:
  complaint-made:
    en: A complaint
    zh: 投诉
    facts:
      unit: {type: text, en: Unit, zh: 房号}
      kind: {type: choice, of: [noise, leak], en: Kind, zh: 类别}
  paid:
    en: A payment
    zh: 付款
    facts:
      unit: {type: text, en: Unit, zh: 房号}
      amount: {type: money, unit: CNY, en: Amount, zh: 金额}
settings:
  patience: {type: duration, value: 30 days, en: Patience, zh: 期限}
books:
  dues:
    en: Dues
    zh: 应收
    columns:
      unit: {type: text, en: Unit, zh: 房号}
      due: {type: money, unit: CNY, en: Due, zh: 欠款}
      days: {type: integer, unit: day, min: 0, en: Days, zh: 天数}
""",
    "decisions/gravity.yaml": """
decision: gravity
chart: "1"
title: {en: How grave, zh: 多严重}
hit: unique
inputs:
  kind: {type: choice, of: [noise, leak], en: Kind, zh: 类别}
  floors: {type: integer, min: 0, en: Floors, zh: 楼层}
outputs:
  gravity: {type: choice, of: [minor, major], en: Gravity, zh: 程度}
rows:
  - {kind: noise, then: minor, because: {en: Noise passes., zh: 噪音会停。}}
  - {kind: leak, floors: "< 2", then: minor, because: {en: One floor., zh: 一层。}}
  - {kind: leak, floors: ">= 2", then: major, because: {en: Water spreads., zh: 水会蔓延。}}
""",
    "procedures/complaint.yaml": """
procedure: complaint
chart: "1"
title: {en: Complaint, zh: 投诉}
opens-on: complaint-made
facts:
  unit: {type: text, en: Unit, zh: 房号}
  kind: {type: choice, of: [noise, leak], en: Kind, zh: 类别}
  floors: {type: integer, min: 0, en: Floors, zh: 楼层}
  satisfied: {type: choice, of: [yes, no], en: Satisfied?, zh: 满意?}
steps:
  - do: record
    en: Record it
    zh: 记录
    by: clerk
    fills: form
    asks: floors
  - decide: gravity
    en: How grave?
    zh: 多严重?
    minor:
      - tell: notify
        en: Notify the guard
        zh: 通知保安
        to: guard
    major:
      - climb: report-up
        en: Report up
        zh: 上报
        ladder: management
        within: 30 minutes
  - repeat: until-satisfied
    en: Satisfied?
    zh: 满意?
    steps:
      - do: handle
        en: Handle it
        zh: 处理
        by: guard
        within: 2 hours
        late-tells: manager
      - do: reply
        en: Reply
        zh: 答复
        by: clerk
        asks: satisfied
    until: {satisfied: yes}
  - together: closing
    sign:
      - do: sign
        en: Sign
        zh: 签字
        by: [clerk, manager]
        not-by: reply
    file:
      - do: file
        en: File
        zh: 归档
        by: clerk
  - end: filed
laws:
  - law: answered
    en: Answered before filed.
    zh: 先答复后归档。
    precedence: [reply, file]
""",
    "procedures/dunning.yaml": """
procedure: dunning
chart: "2"
title: {en: Dunning, zh: 催缴}
facts:
  unit: {type: text, en: Unit, zh: 房号}
  due: {type: money, unit: CNY, en: Due, zh: 欠款}
  amount: {type: money, unit: CNY, en: Amount, zh: 金额}
steps:
  - do: remind
    en: Remind
    zh: 提醒
    by: clerk
  - wait: payment
    en: Wait for the payment
    zh: 等待付款
    for: paid
    same: unit
    within: setting patience
    paid:
      - end: settled
    late:
      - ask: sue
        en: Go to court?
        zh: 是否起诉?
        by: manager
        within: 1 day
        late-answer: no
        yes:
          - end: court
        no:
          - end: dropped
""",
    "procedures/review.yaml": """
procedure: review
chart: "2"
title: {en: Review of dues, zh: 欠费检查}
steps:
  - each: in-arrears
    en: Owners in arrears
    zh: 欠费业主
    over: dues
    where: {days: ">= 30"}
    procedure: dunning
  - end: reviewed
""",
    "procedures/visit.yaml": """
procedure: visit
chart: "3"
title: {en: Visit, zh: 来访}
facts:
  unit: {type: text, en: Unit, zh: 房号}
  happy: {type: choice, of: [yes, no], en: Happy?, zh: 满意?}
steps:
  - call: complain
    en: A complaint
    zh: 投诉
    procedure: complaint
    gives: {unit: unit}
    takes: {happy: satisfied}
    filed:
      - decide: happy
        fact: happy
        en: Happy?
        zh: 满意?
        yes: []
        no:
          - do: console
            en: Console
            zh: 安抚
            by: manager
  - end: left
""",
    "procedures/parking.yaml": """
procedure: parking
chart: "5"
title: {en: Parking, zh: 停车}
facts:
  unit: {type: text, en: Unit, zh: 房号}
  amount: {type: money, unit: CNY, en: Amount, zh: 金额}
steps:
  - beside: patrol-over
    en: The car has left
    zh: 车辆已离开
    steps:
      - wait: leaving
        en: Wait until it leaves
        zh: 等待离场
        for: paid
        same: unit
    meanwhile:
      - do: patrol
        en: Look at the car
        zh: 巡视
        by: guard
        within: 30 minutes
        late:
          - tell: missed
            en: Nobody looked
            zh: 无人巡视
            to: manager
      - call: report
        en: A complaint
        zh: 投诉
        procedure: complaint
  - do: wave
    en: Wave it through
    zh: 放行
    by: guard
  - end: gone
""",
    "procedures/round.yaml": """
procedure: round
chart: "6"
title: {en: Round, zh: 巡查}
facts:
  unit: {type: text, en: Unit, zh: 房号}
steps:
  - do: walk
    en: Walk the round
    zh: 巡查
    by: guard
    within: 30 minutes
    late-tells: manager
  - do: look-closer
    en: Look closer
    zh: 细看
    by: guard
    optional: yes
  - end: walked
interrupts:
  - on: paid
    opens: visit
    same: unit
    en: Somebody calls
    zh: 有人呼叫
    covers: ["6.01"]
""",
    "posts/gate.yaml": """
post: gate
chart: "4"
title: {en: Gate, zh: 门岗}
role: guard
duties:
  - duty: hourly
    en: Report
    zh: 汇报
    rhythm: every 1 hour from 20:00 to 06:00
    grace: 10 minutes
""",
    "duties/desk.yaml": """
duties: desk
list:
  - duty: review-day
    en: Look at the dues
    zh: 检查欠费
    rhythm: monthly on day 25 at 09:00
    by: clerk
    grace: 1 hour
    opens: review
""",
}

SITE = {
    "site.yaml": """
site: small
title: {en: Small estate, zh: 小区}
handbook: small
timezone: Asia/Shanghai
language: en
settings: {patience: 20 days}
shifts: {night: "20:00 to 08:00"}
people:
  - {person: ann, en: Ann, zh: 安, roles: [clerk]}
  - {person: ben, en: Ben, zh: 本, roles: [clerk]}
  - {person: max, en: Max, zh: 马, roles: [manager]}
  - {person: gus, en: Gus, zh: 古, roles: [guard]}
  - {person: nat, en: Nat, zh: 娜, roles: []}
roster:
  - {post: gate, shift: night, people: [nat]}
books: {dues: dues.csv}
""",
    "dues.csv": "unit,due,days\n1-101,300.00,45\n1-102,0.00,0\n1-201,120.50,30\n",
}

START = datetime(2025, 10, 11, 1, 0, tzinfo=UTC)  # nine in the morning in Shanghai


def lay_out(folder: Path, files: dict[str, str]) -> Path:
    """
    Write files into a folder.
    """
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.lstrip("\n"), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """
    A small estate with a complaint, dunning, a gate and a book of dues.
    """
    folder = tmp_path_factory.mktemp("estate")
    handbook = lay_out(folder / "handbook", HANDBOOK)
    return load_site(lay_out(folder / "site", SITE), {"small": handbook})


class Collected:
    """
    A notifier that keeps what it is handed, and fails as often as it is told to.
    """

    def __init__(self) -> None:
        self.notices: list[Notice] = []
        self.failures = 0

    def deliver(self, notice: Notice) -> None:
        """
        Keep a notice, or fail.
        """
        if self.failures:
            self.failures -= 1
            raise ConnectionError("the line is dead")
        self.notices.append(notice)

    def close(self) -> None:
        """
        Nothing to let go of.
        """


@pytest.fixture
def clock() -> SimulatedClock:
    """
    Nine in the morning on Saturday 11 October 2025, in Shanghai.
    """
    return SimulatedClock(START)


@pytest.fixture
def notices() -> Collected:
    """
    What was told to whom.
    """
    return Collected()


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """
    Each store in turn: the engine must not notice which.
    """
    made: Store = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "cases.db")
    yield made
    made.close()


@pytest.fixture
def engine(site: Site, store: Store, clock: SimulatedClock, notices: Collected) -> Engine:
    """
    An engine on the small estate.
    """
    return Engine(site, store, clock=clock, notifiers=[notices])


@pytest.fixture
def quiet(site: Site, store: Store, clock: SimulatedClock, notices: Collected) -> Engine:
    """
    An engine on the small estate that opens no duties.
    """
    return Engine(site, store, clock=clock, notifiers=[notices], duties=())


@pytest.fixture
def wait(engine: Engine, clock: SimulatedClock) -> Callable[..., None]:
    """
    Let time pass; the engine does at each moment what is due at it.
    """

    def wait(**length: float) -> None:
        until = engine.now() + timedelta(**length)
        while (due := engine.next_due(until)) is not None:
            clock.move_to(due)
            engine.tick()
        clock.move_to(until)

    return wait
