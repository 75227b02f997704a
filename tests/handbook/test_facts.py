"""
What a case knows when a decision needs it, and that nothing is declared for nobody.
"""

from __future__ import annotations

import re

import pytest

from tests.handbook.shelf import FILES, SHARED, entries

PROCEDURES = {f["procedure"]: f for p, f in FILES.items() if p.startswith("procedures/")}
TABLES = {f["decision"]: f for p, f in FILES.items() if p.startswith("decisions/")}
POSTS = [f for p, f in FILES.items() if p.startswith("posts/")]


def words(value):
    return [value] if isinstance(value, str) else list(value)


def openings(name):
    """
    What a case of a procedure can begin with: a message, or a line of a book.
    """
    messages = words(PROCEDURES[name].get("opens-on", ()))
    messages += [r["on"] for post in POSTS for r in post["responses"] if r["opens"] == name]
    books = [
        step["over"]
        for file in PROCEDURES.values()
        for _, step in entries(file)
        if "each" in step and step["procedure"] == name
    ]
    return [SHARED["messages"][message]["facts"] for message in messages] + [
        SHARED["books"][book]["columns"] for book in books
    ]


def needed(step):
    """
    The facts that a deciding step looks at.
    """
    if "decide" in step:
        if "fact" in step:
            return {step["fact"]}
        return set(step.get("if") or TABLES[step.get("table", step["decide"])]["inputs"])
    return set(step.get("until", ()))


def used():
    """
    Every word of the files that could name something, keys and values alike.
    """
    found = set()
    for file in FILES.values():
        for _, entry in entries(file):
            for key, value in entry.items():
                if key == "en":
                    # A figure that people look up, and no step waits for, is named in the words.
                    found |= set(re.findall(r"setting ([a-z-]+)", value))
                if key in {"en", "zh", "office", "reports-to"}:
                    continue
                for word in [value] if isinstance(value, str) else value:
                    if isinstance(word, str) and isinstance(value, str | list):
                        found.add(word.removeprefix("setting "))
    return found


@pytest.mark.parametrize("name", PROCEDURES)
def test_what_a_decision_needs_is_known_by_then(name):
    """
    Somebody was asked, further up in the file, or whoever opened the case has brought it.
    """
    file = PROCEDURES[name]
    known = {fact for opening in openings(name) for fact in opening}
    unknown = []
    for _, step in entries(file["steps"]):
        # A loop asks inside before it tests outside: its `until` comes after its steps.
        inside = {fact for _, inner in entries(step) for fact in inner.get("asks", ())}
        known |= set(step.get("asks", ())) | set(step.get("takes", ()))
        ready = known | (inside if "until" in step else set())
        unknown += sorted(needed(step) - ready)
    assert unknown == []


@pytest.mark.parametrize("name", PROCEDURES)
def test_facts_mean_the_same_wherever_they_stand(name):
    """
    A fact has one type, one label and one list of words in procedure, table, message and book.
    """
    file = PROCEDURES[name]
    facts = file.get("facts", {})
    tables = [
        TABLES[step.get("table", step["decide"])]["inputs"]
        for _, step in entries(file)
        if "decide" in step and not {"fact", "if"} & step.keys()
    ]
    sources = openings(name) + tables
    found = [(fact, source[fact]) for source in sources for fact in source]
    # A column that only chooses the lines of a book is no fact of the case.
    chooses = {
        column
        for file in PROCEDURES.values()
        for _, step in entries(file)
        if "each" in step and step["procedure"] == name
        for column in step.get("where", ())
    }
    assert [
        fact
        for fact, said in found
        if said != facts.get(fact) and not (fact in chooses and fact not in facts)
    ] == []


@pytest.mark.parametrize("name", PROCEDURES)
def test_a_form_asks_for_a_fact_as_the_procedure_does(name):
    """
    What is on a form and known to the case under one name has one type, and one list of words.
    """
    facts = PROCEDURES[name].get("facts", {})
    forms = {step["fills"] for _, step in entries(PROCEDURES[name]) if "fills" in step}
    kept = ("type", "of", "unit", "min", "max")
    different = [
        (form, field)
        for form in forms
        for field, said in SHARED["records"][form]["fields"].items()
        if field in facts
        and [said.get(key) for key in kept] != [facts[field].get(key) for key in kept]
    ]
    assert different == []


@pytest.mark.parametrize("name", SHARED["records"])
def test_every_form_says_what_is_on_it_and_whose_it_is(name):
    """
    It has fields, those who fill it in, and none of either that nobody needs.
    """
    form = SHARED["records"][name]
    assert len(form["fields"]) >= 3
    doing = [
        (step.get("by") or step.get("role"), step)
        for file in FILES.values()
        for _, step in entries(file)
        if step.get("fills") == name
    ]
    posts = [
        post["role"]
        for post in POSTS
        for duty in post.get("duties", ())
        if duty.get("fills") == name and "by" not in duty
    ]
    filling = {role for by, _ in doing if by is not None for role in words(by)} | set(posts)
    assert set(words(form["filled-by"])) == filling


@pytest.mark.parametrize("kind", ["roles", "parties", "records", "messages", "settings", "offices"])
def test_nothing_is_declared_for_nobody(kind):
    """
    Each role acts, each form is filled in, each message, setting and office is used.
    """
    names = set(SHARED[kind])
    if kind == "offices":
        assert names == {role["office"] for role in SHARED["roles"].values()}
    else:
        assert sorted(names - used()) == []


@pytest.mark.parametrize("name", PROCEDURES)
def test_every_procedure_has_two_laws(name):
    """
    At least two sentences say what must hold on every path.
    """
    assert len(PROCEDURES[name]["laws"]) >= 2


@pytest.mark.parametrize("name", TABLES)
def test_every_outcome_has_a_row_and_a_way(name):
    """
    What a table can say is said by a row, and every procedure that asks has a branch for it.
    """
    table = TABLES[name]
    outcomes = set(next(iter(table["outputs"].values()))["of"])
    assert {row["then"] for row in table["rows"]} == outcomes
    for file in PROCEDURES.values():
        for _, step in entries(file):
            if "decide" in step and step.get("table") == name:
                branches = {o for key in step for o in re.split(r",\s*", key)}
                assert outcomes <= branches
