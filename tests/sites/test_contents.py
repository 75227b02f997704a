"""
The quick list of contents is the one that reading everything gives, whatever is laid on.
"""

from pathlib import Path

import pytest

from propflow.cli.desk import example_site, plugins
from propflow.errors import FaultyFileError
from propflow.sites import site_entries
from propflow.sites.tailoring import contents
from tests.sites.house import build, refusals
from tests.sites.tailored import tailor
from tests.sites.test_tailoring import DONE

BOOKS = {"house": Path("book")}


@pytest.fixture
def estate(tmp_path, monkeypatch):
    """
    A copy of the small house.
    """
    build(tmp_path, monkeypatch)


def listed(folder, handbooks=BOOKS, **more):
    """
    The list of contents, or what is wrong.
    """
    try:
        return site_entries(folder, handbooks, **more)
    except FaultyFileError as error:
        return str(error)


def by_reading_everything(monkeypatch, folder, handbooks=BOOKS, **more):
    """
    The same, and nothing is taken the quick way.
    """
    with monkeypatch.context() as patched:
        patched.setattr(contents, "touched", lambda *_: None)
        return listed(folder, handbooks, **more)


@pytest.mark.parametrize("name", ["garden", "old-town", "tower"])
def test_the_contents_of_each_example_are_found_both_ways(monkeypatch, name):
    """
    The same things in the same order with the same titles, laid on by a plugin or by a folder.
    """
    having = plugins()
    folder = example_site().parent / name
    more = {"tailorings": having.tailorings}
    quick = listed(folder, having.handbooks, **more)
    assert quick == by_reading_everything(monkeypatch, folder, having.handbooks, **more)
    assert len(quick[1]) > 300


MORE = [
    "- {reword: {record: leak-note}, expects: {en: Note of a leak}, en: Leak note}",
    "- add: {duties: cellar, title: {en: Cellar, zh: 地下室}, list: []}",
    "- add: {duty: pumps, en: Pump, zh: 泵, rhythm: daily at 09:00}\n  of: lodge",
    "- {drop: {post: door}, expects: {post: door}}",
    "- {drop: {procedure: rent}, expects: {procedure: rent}}\n"
    "- add: {procedure: rent, title: {en: Rents, zh: 租金}}",
    "- {disable: {duty: rents}}\n- {disable: {procedure: rent-round}}",
    "- add: {law: look-first, precedence: [look, mend], en: Look first, zh: 先看}\n  in: leak\n"
    "- {drop: {law: look-first}, in: leak, expects: {precedence: [look, mend]}}",
    "- {change: {procedure: leak}, to: {chart: '7'}}",
    "- {drop: {law: no-such-law}, in: leak, expects: {en: x}}",
    "- {dorp: {law: seen-before-mended}, in: leak}",
]


@pytest.mark.usefixtures("estate")
@pytest.mark.parametrize("changes", [*(text for text, *_ in DONE.values()), *MORE])
def test_what_each_change_does_to_the_contents_is_found_both_ways(monkeypatch, changes):
    """
    One change of each verb and kind, also some that do not fit: those are refused in full.
    """
    tailor(changes)
    quick = listed(Path("estate"))
    assert quick == by_reading_everything(monkeypatch, Path("estate"))


@pytest.mark.usefixtures("estate")
@pytest.mark.parametrize(
    "changes", [new for verb, _, new, _ in refusals("tailoring.txt") if verb in contents.VERBS]
)
def test_a_change_that_does_not_fit_never_makes_the_contents_otherwise(monkeypatch, changes):
    """
    Where both ways give a list, it is the same; a refusal has the whole report.
    """
    tailor(changes)
    quick = listed(Path("estate"))
    whole = by_reading_everything(monkeypatch, Path("estate"))
    if isinstance(quick, str) or not isinstance(whole, str):
        assert quick == whole


@pytest.mark.usefixtures("estate")
def test_changes_of_contents_are_told_without_reading_the_handbook_whole():
    """
    Only the file that the changes speak of is read, and a file's steps are left alone.
    """
    tailor(
        "- add: {law: look-first, precedence: [look, mend], en: Look first, zh: 先看}\n  in: leak\n"
        "- {remove: warn, in: leak, expects: {tell: warn}}"
    )
    few = contents.touched(Path("book"), None, Path("estate"), {})
    assert few is not None
    assert few.keys == {("procedure", "leak")} == {*few.files}


@pytest.mark.usefixtures("estate")
def test_what_is_locked_is_left_to_the_whole_way():
    """
    A locked law is not dropped from the list in silence.
    """
    tailor(
        "",
        name="rules",
        folder="rules",
        more="layer: statute\nlocked:\n  - {law: seen-before-mended, in: leak}\n",
    )
    tailor("- {drop: {law: seen-before-mended}, in: leak, expects: {law: seen-before-mended}}")
    path = Path("estate/site.yaml")
    path.write_text(path.read_text(encoding="utf-8") + "\nlayers: ../rules\n", encoding="utf-8")
    assert "can only be made stricter: this takes it away." in listed(Path("estate"))
