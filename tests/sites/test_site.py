"""
A small house, loaded: what its files become, and what it answers.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from propflow.calendar import Every, Monthly
from propflow.errors import UnknownNameError
from propflow.fields import Field
from propflow.procedures import (
    Ask,
    Call,
    Decide,
    Each,
    Edge,
    Law,
    Procedure,
    Repeat,
    Task,
    Together,
    Wait,
    steps_of,
)
from propflow.sites import Person, Shift, Site, load_handbook, load_site
from propflow.text import Text
from tests.sites.house import HOUSE

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture(scope="module")
def house() -> Site:
    """
    The small house.
    """
    return load_site(HOUSE / "estate", {"house": HOUSE / "book"})


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def step(site, procedure, name):
    return site.graph(procedure).by_id[name]


def test_the_site_says_who_it_is(house):
    """
    Title, zone, language, handbook and its edition come from the files.
    """
    assert house.title == Text.of(en="Corner house", zh="街角小楼")
    assert house.zone == SHANGHAI
    assert (house.language, house.handbook, house.version) == ("zh", "house", "1")
    assert house.offices == {"lodge": Text.of(en="Lodge", zh="门房")}
    assert house.boxes["1.01"] == "look at the leak"


def test_work_becomes_a_task(house):
    """
    Role, form, facts, time and boxes of a step are those of its file, and so is its place.
    """
    look = step(house, "leak", "look")
    assert look == Task(
        id="look",
        label=Text.of(en="Look at the leak", zh="查看渗漏"),
        by=("caretaker",),
        fills="leak-form",
        asks=("litres", "weekend"),
        within=timedelta(minutes=30),
        late_tells=("manager",),
        covers=("1.01",),
    )
    assert str(look.place).endswith("leak.yaml:11:5")
    assert type(look.id) is str
    assert type(look.by[0]) is str


def test_a_setting_of_the_site_goes_before_the_handbook():
    """
    The handbook alone allows 20 minutes, this site 30.
    """
    book = load_handbook(HOUSE / "book")
    assert book.values == {"patience": timedelta(minutes=20)}
    assert book.graphs["leak"].by_id["look"].within == timedelta(minutes=20)
    site = load_site(HOUSE / "estate", {"house": HOUSE / "book"})
    assert site.settings == {"patience": timedelta(minutes=30)}
    assert site.declared["patience"].value == timedelta(minutes=20)


def test_branches_keep_their_outcomes(house):
    """
    Two outcomes on one line lead the same way, and an empty list leads straight on.
    """
    targets = {edge.outcomes: edge.target for edge in house.graph("leak").out["size"]}
    assert targets == {("stream", "flood"): "report-manager", ("drip",): "merge 1"}


def test_a_climb_begins_where_it_says(house):
    """
    From the manager up: the caretaker is not asked, and the box counts once.
    """
    manager, owner = step(house, "leak", "report-manager"), step(house, "leak", "report-owner")
    assert isinstance(manager, Ask)
    assert manager.by == ("manager",)
    assert manager.late_answer == "up"
    assert manager.covers == ("1.03",)
    assert isinstance(owner, Task)
    assert owner.covers == ()
    assert owner.place == manager.place
    assert "report-caretaker" not in house.graph("leak").by_id


def test_every_verb_becomes_its_block(house):
    """
    Side by side, again, wait, call and each: the blocks of the procedure are those written.
    """
    leak = house.procedure("leak")
    kinds = [type(block).__name__ for block in leak.body.blocks]
    assert kinds == ["Task", "Choose", "Together", "Repeat", "Choose", "End"]
    together, repeat = leak.body.blocks[2:4]
    assert isinstance(together, Together)
    assert [name for name, _ in together.branches] == ["water", "people"]
    assert isinstance(repeat, Repeat)
    assert repeat.test.test == (("dry", "yes"),)
    steps = {one.id: one for one in steps_of(leak.body)}
    assert steps["rest"] == Decide(id="rest", fact="weekend", label=Text.of(en="Rest"))
    assert steps["monday"] == Wait(
        id="monday", within=timedelta(days=2), label=Text.of(en="Monday")
    )
    assert steps["rent"] == Call(
        id="rent",
        procedure="rent",
        gives=(("unit", "unit"),),
        label=Text.of(en="Rent owed", zh="欠租"),
    )
    assert leak.laws == (
        Law(
            id="seen-before-mended",
            template="precedence",
            steps=("look", "mend"),
            label=Text.of(en="Nothing is mended unseen.", zh="未查看不得修复。"),
            covers=("1.04",),
        ),
    )


def test_a_plain_graph_is_taken_as_it_is(house):
    """
    Nodes and edges from elsewhere become the same normal form.
    """
    graph = house.graph("rent-round")
    assert [node.id for node in graph.nodes] == ["start", "in-arrears", "report", "reported"]
    assert graph.edges[1] == Edge("in-arrears", "report")
    assert graph.by_id["in-arrears"] == Each(
        id="in-arrears",
        over="rents",
        where=(("months", ">= 1"),),
        procedure="rent",
        label=Text.of(en="Rent owed", zh="欠租"),
    )


def test_tables_decide(house):
    """
    A table of the handbook is compiled once and gives its outcomes.
    """
    decider = house.decider("leak-size")
    assert [decider.decide({"litres": n}).outcome for n in (0, 5, 100)] == [
        "drip",
        "stream",
        "flood",
    ]
    assert house.decider("leak-size") is decider


def test_conditions_are_read_with_the_facts_of_their_procedure(house):
    """
    The test of a loop holds or not by the facts of a case.
    """
    condition = house.condition("leak", (("dry", "yes"),))
    assert condition.holds({"dry": "yes"})
    assert not condition.holds({"dry": "no"})


def test_a_duty_that_opens_nothing_gets_a_procedure_of_one_step(house):
    """
    So every duty is a case when it falls due: the post's role does it, within its grace.
    """
    night, rents = house.duties
    assert night.post == "door"
    assert night.by == ("caretaker",)
    assert night.opens == "duty-night-round"
    assert isinstance(night.rhythm, Every)
    assert night.chart == "3"
    made = house.procedure("duty-night-round")
    assert made.facts == (
        Field(
            name="quiet",
            type="choice",
            of=("yes", "no"),
            label=Text.of(en="Is all quiet?", zh="是否平静?"),
        ),
    )
    assert set(house.graph(made.id).ends) == {"done", "missed"}
    work = step(house, made.id, "night-round")
    assert (work.by, work.asks, work.within) == (
        ("caretaker",),
        ("quiet",),
        timedelta(minutes=30),
    )
    assert rents.opens == "rent-round"
    assert isinstance(rents.rhythm, Monthly)
    assert rents.days == "working"
    assert rents.chart == "2"


def test_a_post_has_its_charter(house):
    """
    Orders, responses and duties of a post stand under its name.
    """
    door = house.posts["door"]
    assert [order.id for order in door.orders] == ["be-polite"]
    assert [(one.on, one.opens) for one in door.responses] == [("rent-paid", "rent")]
    assert [duty.id for duty in door.duties] == ["night-round"]


def test_a_message_opens_what_says_so(house):
    """
    By the procedure itself or by the response of a post.
    """
    assert house.opens("leak-reported") == ("leak",)
    assert house.opens("rent-paid") == ("rent",)


@pytest.mark.parametrize(
    ("moment", "on"),
    [
        ("2025-05-01T19:59", False),
        ("2025-05-01T20:00", True),
        ("2025-05-02T00:00", True),
        ("2025-05-02T07:59", True),
        ("2025-05-02T08:00", False),
    ],
)
def test_a_night_shift_goes_over_midnight(house, moment, on):
    """
    Who is on the door at night is its caretaker from 20:00 until before 08:00.
    """
    assert house.roles_of("li", at(moment)) == (frozenset({"caretaker"}) if on else frozenset())
    assert house.holders("caretaker", at(moment)) == (("li",) if on else ())


def test_shifts_go_by_the_clock_on_the_sites_wall(house):
    """
    Noon in London is night in Shanghai.
    """
    noon = datetime(2025, 5, 1, 12, 30, tzinfo=UTC)
    assert house.roles_of("li", noon) == {"caretaker"}


def test_people_hold_their_own_roles_at_any_time(house):
    """
    In the order in which the site lists them.
    """
    assert house.holders("manager", at("2025-05-01T12:00")) == ("wang", "zhao")
    assert house.superior("caretaker") == "manager"
    assert house.superior("owner") is None
    assert house.role_name("owner") == "业主"
    assert house.role_name("owner", "en") == "Owner"
    assert house.staffed("door")


def test_working_days_are_the_sites_own(house):
    """
    A national day is free, the Saturday after it is worked.
    """
    assert not house.working.is_working(date(2025, 10, 1))
    assert house.working.is_working(date(2025, 10, 11))
    assert house.working.status(date(2025, 3, 3)) == "published"
    assert house.working.status(date(2026, 3, 3)) == "projected"


def test_ledgers_are_read_by_their_columns(house):
    """
    In any order of columns, quoted or not; every value is of its field's type.
    """
    assert house.book("rents").rows == ({"unit": "1A", "months": 0}, {"unit": "2A", "months": 3})
    assert house.lines()["rents"] is house.book("rents").rows
    assert [(unit.id, unit.owner) for unit in house.units] == [
        ("1A", "Chen"),
        ("2A", "Sun, senior"),
    ]


def test_boxes_know_what_stands_for_them(house):
    """
    Steps, laws, tables, orders, responses and duties: each box names them all.
    """
    assert house.covers() == {
        "1.01": [("procedure", "leak", "look")],
        "1.02": [("procedure", "leak", "size"), ("decision", "leak-size", "")],
        "1.03": [("procedure", "leak", "report-manager")],
        "1.04": [("procedure", "leak", "seen-before-mended")],
        "2.01": [("duty", "rents", "")],
        "3.01": [("post", "door", "be-polite")],
        "3.02": [("post", "door", "rent-paid")],
        "3.03": [("duty", "night-round", "")],
    }


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda s: s.procedure("leek"), "there is no procedure 'leek'. Did you mean 'leak'?"),
        (lambda s: s.program("rents"), "there is no procedure 'rents'. Did you mean 'rent'?"),
        (lambda s: s.decider("size"), "there is no decision 'size'. Did you mean 'leak-size'?"),
        (lambda s: s.person("wong"), "there is no person 'wong'. Did you mean 'wang'?"),
        (lambda s: s.role("keeper"), "there is no role 'keeper'."),
        (lambda s: s.message("rent"), "there is no message 'rent'. Did you mean 'rent-paid'?"),
        (lambda s: s.book("rent"), "there is no book 'rent'. Did you mean 'rents'?"),
        (lambda s: s.staffed("dor"), "there is no post 'dor'. Did you mean 'door'?"),
    ],
)
def test_an_unknown_name_is_told_with_the_nearest(house, ask, said):
    """
    Whoever asks a site for what it does not have hears what was probably meant.
    """
    with pytest.raises(UnknownNameError) as caught:
        ask(house)
    assert str(caught.value) == said


def test_a_site_can_be_made_without_files():
    """
    A host that keeps its own data makes a site of the same parts.
    """
    site = Site(
        id="bare",
        procedures={"p": Procedure(id="p", body=Task(id="work", by=("owner",)))},
        people={"kim": Person(id="kim", roles=("owner",))},
    )
    assert [stop.id for stop in site.program("p").stops] == ["work"]
    assert site.roles_of("kim", datetime(2025, 1, 1, tzinfo=UTC)) == {"owner"}
    assert dict(site.lines()) == {}
    assert site.units == ()


def test_a_day_shift_ends_before_its_end():
    """
    At 20:00 the day's people have gone and the night's are there.
    """
    day = Shift(id="day", start=time(8), end=time(20))
    hours = [hour for hour in range(24) if day.covers(datetime(2025, 1, 1, hour, tzinfo=UTC))]
    assert hours == list(range(8, 20))


def test_a_shift_of_equal_hours_is_the_whole_day():
    """
    From 08:00 to 08:00 somebody is always there.
    """
    shift = Shift(id="all", start=time(8), end=time(8))
    assert all(shift.covers(datetime(2025, 1, 1, hour, tzinfo=UTC)) for hour in range(24))
