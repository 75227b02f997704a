"""
The staff handbook: what a reader finds in it, and what no page ever holds.
"""

from __future__ import annotations

import re
from posixpath import dirname, join, normpath

import attrs
import pytest

from propflow.pages import Book, articles, staff_handbook
from propflow.pages.words import _SAID, word
from propflow.procedures import Procedure, Work
from propflow.procedures.compose import ask, end, task
from propflow.sites import Order, Person, Post, Record, Role, Site
from propflow.text import Text
from tests.pages.reading import read

LANGUAGES = ("en", "zh")


@pytest.fixture(scope="session")
def pages(handbook):
    return {name: read(text) for name, text in handbook.items() if name.endswith(".html")}


def test_every_thing_of_the_handbook_has_its_page_in_both_languages(garden, handbook):
    """
    No procedure, decision, post or rulebook is left out, and nothing else is made up.
    """
    duties = {f"duty-{duty.id}" for duty in garden.duties}
    wanted = {f"procedure-{name}" for name in garden.procedures if name not in duties}
    wanted |= {f"decision-{name}" for name in garden.tables}
    wanted |= {f"post-{name}" for name in garden.posts}
    wanted |= {f"rulebook-{name}" for name in garden.rulebooks}
    lists = {"index", "offices", "roles", "duties", "records", "people", "settings", "whole"}
    for language in LANGUAGES:
        made = {
            name.removeprefix(f"{language}/").removesuffix(".html")
            for name in handbook
            if name.startswith(f"{language}/") and name.endswith(".html")
        }
        assert made == wanted | lists


def test_every_link_leads_somewhere(handbook, pages):
    """
    Each link is to a page of the handbook, and to a place that is on it; no place is there twice.
    """
    for name, page in pages.items():
        assert len(page.ids) == len(set(page.ids)), name
        for link in page.links:
            file, _, place = link.partition("#")
            target = normpath(join(dirname(name), file)) if file else name
            assert target in handbook, (name, link)
            if place:
                assert place in pages[target].ids, (name, link)


def test_no_page_needs_a_script_or_anything_from_outside(handbook, pages):
    """
    A page read from a stick, with no network and scripts forbidden, is whole.
    """
    for name, page in pages.items():
        tags = {tag for tag, _ in page.tags}
        assert not tags & {"script", "iframe", "object", "embed", "link", "img", "foreignobject"}
        handlers = [a for _, given in page.tags for a in given if a.startswith("on")]
        assert handlers == [], name
        assert not any(re.match(r"(?i)[a-z]+:|//", link) for link in page.links), name
    for name, text in handbook.items():
        assert not re.search(r"@import|url\(", text), name


def test_a_page_says_its_language(pages):
    """
    Programs that read aloud know how to pronounce it, and what is English on a Chinese page.
    """
    for name, page in pages.items():
        if "/" in name:
            assert page.tags[0] == ("html", {"lang": name.partition("/")[0]})


def test_each_step_is_there_with_who_by_when_and_on_which_form(garden, pages):
    """
    From the gravest complaint to the smallest: nothing of a step is lost on its way to paper.
    """
    for language in LANGUAGES:
        for name in ("complaint", "fire-control", "move-out", "parking"):
            said = pages[f"{language}/procedure-{name}.html"].words
            for step in garden.graph(name).steps:
                assert step.label.to(language) in said
                assert step.caution.to(language) in said
                assert all(box in said for box in step.covers)
                if isinstance(step, Work):
                    assert all(garden.role_name(role, language) in said for role in step.by)
                    if step.fills:
                        assert garden.records[step.fills].label.to(language) in said


def test_the_deadline_of_the_site_stands_and_not_that_of_the_handbook(pages):
    """
    The centre of Garden Estate looks at a complaint within one hour, not two.
    """
    assert "1 hour" in pages["en/procedure-complaint.html"].words
    assert "1小时内" in pages["zh/procedure-complaint.html"].words
    assert "2 hours" in pages["en/settings.html"].words  # the usual value, beside its own


def test_cautions_stand_at_the_top_and_at_their_step(pages):
    """
    Whoever frees people from a lift by the page does not open its door without being trained.
    """
    said = pages["en/procedure-power-failure.html"].words
    assert "The source errs here. Read the caution at No. 6." in said
    assert "Only who is trained and certified opens a lift door by hand." in said


def test_a_form_says_what_is_on_it_and_who_signs(garden, pages):
    """
    The clerk can draw the form from the page, down to the carrier's signature on goods that leave.
    """
    said = pages["en/records.html"].words
    for record in garden.records.values():
        assert record.label.to("en") in said
        assert all(field.label.to("en") in said for field in record.fields)
        for signer in record.signed_by:
            name = garden.parties[signer].to("en") if signer in garden.parties else ""
            assert (name or garden.role_name(signer, "en")) in said


def test_every_box_of_the_source_is_found(garden, handbook):
    """
    Each numbered box that something stands for is named on a page of its chart.
    """
    whole = "".join(text for name, text in handbook.items() if name.startswith("en/"))
    missing = [box for box in garden.covers() if f">{box}<" not in whole]
    assert missing == []


def test_a_role_finds_all_that_it_has_to_do(garden, pages):
    """
    By role: who holds it, the procedures, the duties.
    """
    said = pages["en/roles.html"].words
    assert "Fire-safety officer" in said
    assert "Qin Tao" in said
    for duty in garden.duties:
        assert duty.label.to("en") in said


def test_duties_stand_under_how_often_they_come(pages):
    """
    The gate reports several times a day; the fire drill is not among the daily work.
    """
    said = pages["en/duties.html"].words
    order = ["Several times a day", "Every day", "Every week", "Every month", "Every quarter"]
    at = [said.index(heading) for heading in order]
    assert at == sorted(at)
    assert at[0] < said.index("Report to the shift leader how the post stands") < at[1]


def test_yes_and_no_are_chinese_on_a_chinese_page(pages):
    """
    Answers that have no label of their own are not left in English.
    """
    said = pages["zh/decision-complaint-severity.html"].words
    assert "公司是否有责任？是" in said
    assert "yes" not in said


def test_every_phrase_is_in_both_languages():
    """
    And with the same blanks to fill in.
    """
    for key, (english, chinese) in _SAID.items():
        assert english.strip(), key
        assert chinese.strip(), key
        blanks = [sorted(re.findall(r"\{(\w+)\}", said)) for said in (english, chinese)]
        assert blanks[0] == blanks[1], key
    assert word("fr", "daily") == "Every day"


EVIL = '"><script>alert(1)</script>\u202e<img src=x onerror=y>&amp;\x07'


def hostile():
    """
    A site whose every word tries to be more than a word.
    """
    text = Text.of(en=EVIL, zh=EVIL)
    answer = ask("safe", {"yes": end("in"), "no": end("out")}, by="guard", label=text)
    body = (
        task("look", by="guard", fills="log", label=text, caution=text, reading=EVIL, support=EVIL)
        >> answer
    )
    return Site(
        id="evil",
        title=text,
        procedures={"watch": Procedure(id="watch", title=text, chart=EVIL, body=body)},
        roles={"guard": Role(id="guard", label=text)},
        records={"log": Record(id="log", label=text)},
        people={"eve": Person(id="eve", name=text, roles=("guard",))},
        posts={
            "door": Post(
                id="door", title=text, role="guard", orders=(Order(id="keep", label=text),)
            )
        },
        boxes={"1.01": EVIL},
    )


def test_what_the_files_say_never_becomes_a_tag():
    """
    Every label, caution, reading, gist and name is escaped, and cannot turn the line around.
    """
    for name, text in staff_handbook(hostile()).items():
        page = read(text)
        assert not {tag for tag, _ in page.tags} & {"script", "img"}, name
        assert "\u202e" not in text, name
        assert "\x07" not in text, name
        if name.endswith(("procedure-watch.html", "post-door.html")):
            assert '"><script>alert(1)</script><img src=x onerror=y>&amp;' in page.words


def test_the_same_site_gives_the_same_pages_and_another_edition_otherwise():
    """
    Two printed copies are of one handbook where the letters at their foot are the same.
    """
    site = hostile()
    first = staff_handbook(site)
    assert staff_handbook(hostile()) == first
    other = attrs.evolve(site, boxes={}, people={})
    stamps = {
        re.search(r"edition (\w{8})", made["en/index.html"])[1]
        for made in (first, staff_handbook(other))
    }
    assert len(stamps) == 2


def test_one_language_alone_has_no_link_to_the_other(garden):
    """
    A handbook for a house where everybody reads Chinese.
    """
    site = attrs.evolve(garden, procedures={}, duties=(), posts={}, tables={}, rulebooks={})
    made = staff_handbook(site, languages=("zh",))
    assert {name.partition("/")[0] for name in made} == {"zh", "index.html"}
    assert "../en" not in "".join(made.values())


def test_laws_are_formulas_only_where_that_is_wanted(garden):
    """
    The staff reads sentences; whoever writes procedures also reads what is proved.
    """
    site = attrs.evolve(
        garden, procedures={"goods-out": garden.procedure("goods-out")}, duties=(), posts={}
    )
    said = {
        detail: next(
            iter(articles(Book(site=site, language="en", target=lambda *_: "", detail=detail)))
        ).body
        for detail in ("plain", "formal")
    }
    assert "<code>" in said["formal"]
    assert "<code>" not in said["plain"]
