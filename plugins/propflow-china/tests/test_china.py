"""
China's calendar: what the notices say, and nothing that they do not say.
"""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import chinese_calendar
import pytest
import yaml

import propflow_china
from propflow import Engine, MemoryStore, check
from propflow.calendar import WorkingDaysError
from propflow.cli.desk import example_site
from propflow.engine import SimulatedClock
from propflow.errors import FaultyFileError
from propflow.plugins.manager import Plugins
from propflow.sites import load_site
from propflow_china.statute import NAMES, china

DAYS = [date(2004, 1, 1) + timedelta(days=n) for n in range(8400)]


def test_calendar_is_offered_by_name():
    """
    A site says ``from: china``.
    """
    assert Plugins().calendars["china"]("").is_working(date(2025, 10, 11))


def test_every_published_day_is_as_the_notices_have_it():
    """
    From 2004 to the last notice, day by day.
    """
    days = china()
    published = [day for day in DAYS if days.status(day) == "published"]
    assert published[0] == date(2004, 1, 1)
    assert len(published) > 8000
    assert [
        day for day in published if days.is_working(day) != chinese_calendar.is_workday(day)
    ] == []


def test_make_up_days_are_worked_and_holidays_have_names():
    """
    Around National Day 2025.
    """
    days = china()
    assert days.why(date(2025, 9, 28)).startswith(
        "2025-09-28 (Sunday) is a working day: it makes up for a day off; published (State Council"
    )
    assert days.why(date(2025, 10, 1), "zh").startswith("2025-10-01(周三)不是工作日,国庆节放假")
    assert {name.to("zh") for _, name in days.holidays} == {
        name.to("zh") for name in NAMES.values()
    }


def test_year_without_a_notice_is_never_passed_off_as_known():
    """
    It goes by the week, and says so, although 1 October will surely be free.
    """
    days = china()
    year = max(year for year, _ in days.published) + 1
    assert days.status(date(year, 6, 1)) == "projected"
    assert days.why(date(year, 10, 1)).endswith(
        "projected from the week; the year's holidays are not published."
    )
    assert all(day.year < year for day in days.working)


def test_region_is_refused():
    """
    The notices hold for the whole country.
    """
    with pytest.raises(WorkingDaysError) as caught:
        china("shanghai")
    assert str(caught.value) == (
        "working days: china has no regions: write 'from: china', not 'china:shanghai'."
    )


def test_what_the_law_asks_of_a_fire_cannot_be_loosened(tmp_path):
    """
    The layer lies on the handbook that propflow comes with, and its locks hold.
    """
    plugins = Plugins()
    estate = tmp_path / "estate"
    estate.mkdir()
    (estate / "site.yaml").write_text(
        "site: estate\ntitle: {en: Estate, zh: 小区}\nhandbook: property\n"
        "timezone: Asia/Shanghai\nlayers: china\n",
        encoding="utf-8",
    )
    assert load_site(estate, plugins.handbooks, tailorings=plugins.tailorings).id == "estate"
    (estate / "tailoring").mkdir()
    (estate / "tailoring" / "own.yaml").write_text(
        "tailoring: own\nchanges:\n"
        "  - drop: {law: cause-before-reset}\n    in: fire-control\n"
        "    expects: {precedence: [log-cause, reset]}\n"
        "  - {change: call-119, in: fire-control, expects: {within: 1 minute}, "
        "to: {within: 5 minutes}}\n",
        encoding="utf-8",
    )
    with pytest.raises(FaultyFileError) as caught:
        load_site(estate, plugins.handbooks, tailorings=plugins.tailorings)
    assert [fault.what.partition(" (")[0] for fault in caught.value.faults] == [
        "law 'cause-before-reset' of procedure 'fire-control' is locked by 'fire'",
        "step 'call-119' of procedure 'fire-control' is locked by 'fire'",
    ]


def estate(folder, layers="layers: china\n"):
    """
    An estate that keeps the handbook, with the law laid on it or without.
    """
    plugins = Plugins()
    folder.mkdir()
    (folder / "site.yaml").write_text(
        "site: estate\ntitle: {en: Estate, zh: 小区}\nhandbook: property\n"
        f"timezone: Asia/Shanghai\n{layers}"
        "people: [{person: cao, en: Cao, zh: 曹, roles: [control-room-operator]}]\n",
        encoding="utf-8",
    )
    return load_site(folder, plugins.handbooks, tailorings=plugins.tailorings)


#: Where the charts and the law part, by procedure and step.
CONFLICTS = {
    ("arrears", "demand"),
    ("fire-control", "call-119"),
    ("fire-control", "reset"),
    ("gate-trouble", "call-police"),
    ("move-out", "stop-supplies"),
    ("suspicious-person", "ask-person"),
    ("thief", "call-other-posts"),
}


def cautions(site):
    """
    The steps of which the check says that the source errs there.
    """
    return {(found.where, found.subject) for found in check(site) if found.rule == "source"}


def test_what_the_charts_have_against_the_law_is_put_right(tmp_path):
    """
    The check names it in the handbook as it is; with the layer it is gone, and nothing else is
    wrong.
    """
    source, lawful = estate(tmp_path / "source", ""), estate(tmp_path / "lawful")
    assert cautions(source) - cautions(lawful) == CONFLICTS
    assert cautions(lawful) < cautions(source)
    assert [found for found in check(lawful) if found.severity == "error"] == []


def test_every_change_says_what_it_goes_by():
    """
    A title of the law and its paragraph, in both languages.
    """
    for path in sorted((Path(propflow_china.__file__).parent / "layer").glob("*.yaml")):
        file = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506
        assert set(file["title"]) == {"en", "zh"}
        for change in file.get("changes", ()):
            verb = next(iter(change))
            if verb in ("remove", "replace"):
                assert set(change["because"]) == {"en", "zh"}, (path, change[verb])
            for step in change.get("with", ()) if verb == "replace" else ():
                assert step["support"], (path, step)


def test_the_brigade_is_called_while_the_systems_start(tmp_path):
    """
    As soon as the fire is confirmed both are open, and nobody forms a command post before.
    """
    clock = SimulatedClock(datetime(2025, 10, 11, 1, tzinfo=UTC))
    engine = Engine(estate(tmp_path / "lawful"), MemoryStore(), clock=clock, duties=())
    case = engine.begin("fire-control", {"place": "5-0802"})
    engine.complete(case.id, "locate", by="cao", facts={"place": "5-0802"})
    clock.move_to(engine.now() + timedelta(minutes=10))
    engine.tick()
    opened = {item.step for item in engine.worklist(case=case.id)}
    assert opened == {"call-119", "start-systems", "go-to-fire"}


def test_the_example_estate_keeps_the_same_law():
    """
    What lies in its folder is what this plugin offers, word for word.
    """
    own = example_site() / "law"
    offered = Path(propflow_china.__file__).parent / "layer"
    said = {path.name: path.read_text(encoding="utf-8") for path in offered.glob("*.yaml")}
    assert {path.name: path.read_text(encoding="utf-8") for path in own.glob("*.yaml")} == said
