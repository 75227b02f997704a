"""
The documentation has a page for each chart of the handbook, and says on it what the handbook says.
"""

from __future__ import annotations

import importlib.util
import re

import pytest

from propflow.text import LANGUAGES
from tests.docs.pages import ROOT


@pytest.fixture(scope="module")
def charts():
    """
    The script that the pages are built with.
    """
    spec = importlib.util.spec_from_file_location("charts", ROOT / "docs" / "charts.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def site(charts):
    """
    The shipped handbook.
    """
    return charts.shipped()


@pytest.fixture(scope="module")
def made(charts, site):
    """
    The English pages.
    """
    return dict(charts.pages(site, "en"))


def test_every_chart_has_one_page_with_all_that_is_of_it(charts, site, made):
    """
    What is drawn on chart 4 stands on the page of chart 4: procedures, decisions, posts, rules.
    """
    for procedure in site.procedures.values():
        if procedure.id.startswith("duty-"):
            continue
        page = made[charts.page_of(procedure.chart)]
        assert f'id="procedure-{procedure.id}"' in page
        for step in site.graph(procedure.id).steps:
            assert all(f">{box}<" in page for box in step.covers)
        assert page.count("<code>") >= 2  # at least two laws a procedure, and each as a formula
    for kind, things in (("decision", site.tables), ("post", site.posts)):
        for thing in things.values():
            assert f'id="{kind}-{thing.id}"' in made[charts.page_of(thing.chart)]
    for name, escalation in site.rulebooks.items():
        assert f'id="rulebook-{name}"' in made[charts.page_of(escalation.book.chart)]


def test_the_three_lists_and_the_contents_are_there(made):
    """
    By office, by role and by rhythm; and one page from which all of it can be reached.
    """
    assert {"offices", "roles", "duties", "records", "settings", "index"} <= set(made)
    linked = set(re.findall(r'href="([\w-]+)\.html', made["index"]))
    assert linked | {"index"} == set(made)


def test_every_link_of_a_page_leads_to_a_place_on_another(made):
    """
    No link is broken, and no page names a person.
    """
    for name, page in made.items():
        for file, place in re.findall(r'href="([^"#]*)#([^"]+)"', page):
            target = made[file.removesuffix(".html")] if file else page
            if not place.startswith("picture-"):
                assert f'id="{place}"' in target, (name, file, place)
    assert "people" not in made


def test_a_title_cannot_be_mistaken_for_a_command(charts):
    """
    What is a star or a back quote in a title is no markup in the page.
    """
    assert charts._title("a *b* `c`", "=")[1] == r"a \*b\* \`c\`"


def test_pages_are_written_once_and_again_when_something_changes(charts, tmp_path, monkeypatch):
    """
    Building the pages a second time costs next to nothing; what is out of date goes.
    """
    calls = []

    def few(_site, language):
        calls.append(language)
        yield "index", "one"

    monkeypatch.setattr(charts, "pages", few)
    charts.write(tmp_path / "docs")
    old = tmp_path / "docs" / "reference" / "charts" / "en" / "gone.rst"
    old.write_text("old", encoding="utf-8")
    charts.write(tmp_path / "docs")
    assert calls == [*LANGUAGES]
    (tmp_path / "src" / "propflow").mkdir(parents=True)
    (tmp_path / "src" / "propflow" / "a.yaml").write_text("new", encoding="utf-8")
    charts.write(tmp_path / "docs")
    assert calls == [*LANGUAGES, *LANGUAGES]
    assert not old.exists()
