"""
What each verb of a tailoring does to the small house, and that it can be taken back.
"""

from pathlib import Path

import pytest

from propflow.errors import FaultyFileError
from propflow.sites import load_site, site_entries
from propflow.sites.tailoring.layers import VERBS, apply
from propflow.sites.tailoring.shapes import OPERATIONS
from propflow.sites.tailoring.tree import HANDBOOK, revert, same, steps_in
from tests.sites.house import build, load, refusals, report, spoil
from tests.sites.tailored import house, operations, tailor

# One operation of each verb and more: what is looked at afterwards, and what it says then.
DONE = {
    "set": (
        "- {set: patience, expects: 20 minutes, to: 15 minutes}",
        lambda tree: tree.get(HANDBOOK, ("settings", "patience", "value")),
        "15 minutes",
    ),
    "reword a step": (
        "- {reword: look, in: leak, expects: {en: Look at the leak}, en: Look at it closely}",
        lambda tree: tree.get(("procedure", "leak"), ("steps", 0, "en")),
        "Look at it closely",
    ),
    "reword a title": (
        "- {reword: {procedure: leak}, expects: {zh: 渗漏}, zh: 漏水}",
        lambda tree: tree.get(("procedure", "leak"), ("title", "zh")),
        "漏水",
    ),
    "insert after": (
        "- insert:\n    - {tell: inform, to: owner}\n  in: leak\n  after: look",
        lambda tree: names(tree, "leak")[:3],
        ["look", "inform", "size"],
    ),
    "insert before": (
        "- insert:\n    - {tell: inform, to: owner}\n  in: leak\n  before: close-valve",
        lambda tree: names(tree, "leak")[4:6],
        ["inform", "close-valve"],
    ),
    "insert between": (
        "- insert:\n    - {tell: inform, to: owner}\n  in: leak\n  between: [look, size]",
        lambda tree: names(tree, "leak")[:3],
        ["look", "inform", "size"],
    ),
    "insert into an empty branch": (
        "- insert:\n    - {tell: inform, to: owner}\n  in: leak\n  into: drip of size",
        lambda tree: names(tree, "leak")[:3],
        ["look", "size", "inform"],
    ),
    "insert into a branch with two outcomes": (
        "- insert:\n    - {tell: inform, to: owner}\n  in: leak\n  into: flood of size",
        lambda tree: names(tree, "leak")[2:4],
        ["report", "inform"],
    ),
    "remove": (
        "- {remove: warn, in: leak, expects: {to: [manager, owner]}}",
        lambda tree: "warn" in names(tree, "leak"),
        False,
    ),
    "replace": (
        "- replace: warn\n  in: leak\n  expects: {tell: warn}\n"
        "  with:\n    - {tell: ring, to: owner}",
        lambda tree: [one for one in names(tree, "leak") if one in ("warn", "ring")],
        ["ring"],
    ),
    "reorder": (
        "- {reorder: [until-dry, work], in: leak, expects: [work, until-dry]}",
        lambda tree: [one for one in names(tree, "leak") if one in ("work", "until-dry")],
        ["until-dry", "work"],
    ),
    "split": (
        "- split: look\n  in: leak\n  expects: {by: caretaker}\n  into:\n"
        "    - {do: go, by: caretaker}\n"
        "    - {do: look, by: caretaker, asks: [litres, weekend], covers: ['1.01']}",
        lambda tree: names(tree, "leak")[:2],
        ["go", "look"],
    ),
    "rename": (
        "- {rename: look, in: leak, to: inspect}",
        lambda tree: (
            [str(one) for one in tree.get(("procedure", "leak"), ("laws", 0, "precedence"))]
            + [str(tree.get(("procedure", "leak"), ("steps", 3, "steps", 0, "not-by")))]
        ),
        ["inspect", "mend", "inspect"],
    ),
    "rename an end": (
        "- {rename: owed, in: rent, to: unpaid}",
        lambda tree: [str(key) for key in tree.get(("procedure", "leak"), ("steps", 4, "no", 0))],
        ["call", "gives", "paid", "unpaid"],
    ),
    "rename a node of a graph": (
        "- {rename: report, in: rent-round, to: tell-owner}",
        lambda tree: [
            [str(edge["from"]), str(edge["to"])]
            for edge in tree.get(("procedure", "rent-round"), ("graph", "edges"))
        ],
        [["in-arrears", "tell-owner"], ["tell-owner", "reported"]],
    ),
    "change": (
        "- {change: look, in: leak, expects: {by: caretaker, within: setting patience}, "
        "to: {by: [caretaker, manager]}, without: within}",
        lambda tree: [
            [str(role) for role in tree.get(("procedure", "leak"), ("steps", 0, "by"))],
            tree.get(("procedure", "leak"), ("steps", 0, "within")),
        ],
        [["caretaker", "manager"], None],
    ),
    "change a duty": (
        "- {change: {duty: rents}, expects: {rhythm: monthly on day 1 at 09:00}, "
        "to: {rhythm: monthly on day 3 at 09:00}}",
        lambda tree: tree.get(("duties", "lodge"), ("list", 0, "rhythm")),
        "monthly on day 3 at 09:00",
    ),
    "change a duty to another post": (
        "- {change: {duty: rents}, expects: {of: lodge}, to: {on: door}}",
        lambda tree: [str(one["duty"]) for one in tree.get(("post", "door"), ("duties",))],
        ["night-round", "rents"],
    ),
    "change a ladder": (
        "- {change: {ladder: upward}, expects: {roles: [caretaker, manager, owner]}, "
        "to: {roles: [manager, owner]}}",
        lambda tree: [str(one) for one in tree.get(HANDBOOK, ("ladders", "upward"))],
        ["manager", "owner"],
    ),
    "add-row": (
        "- {add-row: leak-size, row: {litres: '>= 500', then: flood}, before: {then: flood}}",
        lambda tree: [
            str(row["litres"]) for row in tree.get(("decision", "leak-size"), ("rows",))[:2]
        ],
        [">= 500", ">= 100"],
    ),
    "edit-row": (
        "- {edit-row: leak-size, expects: {litres: '>= 100'}, to: {litres: '>= 80'}}",
        lambda tree: tree.get(("decision", "leak-size"), ("rows", 0, "litres")),
        ">= 80",
    ),
    "delete-row": (
        "- {delete-row: leak-size, expects: {then: stream}}",
        lambda tree: len(tree.get(("decision", "leak-size"), ("rows",))),
        2,
    ),
    "reorder-rows": (
        "- reorder-rows: leak-size\n  expects: [{then: flood}, {then: stream}]\n"
        "  to: [{then: stream}, {then: flood}]",
        lambda tree: [
            str(row["then"]) for row in tree.get(("decision", "leak-size"), ("rows",))[:2]
        ],
        ["stream", "flood"],
    ),
    "add a role": (
        "- add: {role: porter, en: Porter, zh: 门童}",
        lambda tree: tree.get(HANDBOOK, ("roles", "porter", "en")),
        "Porter",
    ),
    "add a ladder": (
        "- add: {ladder: short, roles: [caretaker, owner]}",
        lambda tree: len(tree.get(HANDBOOK, ("ladders", "short")) or ()),
        2,
    ),
    "add a law": (
        "- {add: {law: looked-at, existence: look, en: x, zh: x}, in: leak}",
        lambda tree: len(tree.get(("procedure", "leak"), ("laws",))),
        2,
    ),
    "add a law where there is none": (
        "- {add: {law: heard, existence: for-rent, en: x, zh: x}, in: rent}",
        lambda tree: len(tree.get(("procedure", "rent"), ("laws",)) or ()),
        1,
    ),
    "add a fact": (
        "- {add: {fact: floor, type: integer, en: Floor, zh: 楼层}, in: leak}",
        lambda tree: tree.get(("procedure", "leak"), ("facts", "floor", "type")),
        "integer",
    ),
    "add a duty": (
        "- {add: {duty: bins, rhythm: 'daily at 07:00', en: Bins, zh: 垃圾}, on: door}",
        lambda tree: len(tree.get(("post", "door"), ("duties",))),
        2,
    ),
    "add a response": (
        "- {add: {response: leak-reported, opens: leak}, on: door}",
        lambda tree: tree.get(("post", "door"), ("responses", 1, "on")),
        "leak-reported",
    ),
    "add a procedure": (
        "- add:\n    procedure: bins\n    title: {en: Bins, zh: 垃圾}\n"
        "    steps:\n      - {do: empty, by: caretaker}",
        lambda tree: ("procedure", "bins") in tree.files,
        True,
    ),
    "drop a law": (
        "- {drop: {law: seen-before-mended}, in: leak, expects: {precedence: [look, mend]}}",
        lambda tree: len(tree.get(("procedure", "leak"), ("laws",))),
        0,
    ),
    "drop a role": (
        "- {drop: {role: owner}, expects: {en: Owner}}",
        lambda tree: tree.get(HANDBOOK, ("roles", "owner")),
        None,
    ),
    "drop a decision": (
        "- {drop: {decision: leak-size}, expects: {hit: first}}",
        lambda tree: ("decision", "leak-size") in tree.files,
        False,
    ),
    "disable a procedure": (
        "- disable: {procedure: rent}",
        lambda tree: [
            len(tree.get(("post", "door"), ("responses",))),
            ("procedure", "rent") in tree.files,
        ],
        [0, True],
    ),
    "disable a duty": (
        "- disable: {duty: night-round}",
        lambda tree: len(tree.get(("post", "door"), ("duties",))),
        0,
    ),
}


def names(tree, procedure):
    return [spot.name for spot in steps_in(tree.files["procedure", procedure])]


@pytest.mark.parametrize(("changes", "look", "said"), DONE.values(), ids=DONE)
def test_each_verb_does_what_it_says_and_can_be_taken_back(changes, look, said):
    """
    The change is made, nothing that was read is touched, and undone it is as if it had not been.
    """
    before = house()
    (operation,) = operations(changes)
    after, edits = apply(before, operation)
    assert look(after) == said
    assert look(before) != said
    back = revert(after, edits)
    assert back.files.keys() == before.files.keys()
    assert all(same(back.files[key], before.files[key]) for key in before.files)


def test_every_verb_is_tried():
    """
    A new verb is not used before it has an example here.
    """
    assert {name.split()[0] for name in DONE} == set(OPERATIONS) == set(VERBS)


def test_what_was_changed_again_is_not_taken_back():
    """
    An edit is undone only where its own work still stands.
    """
    first, second = operations(
        "- {set: patience, expects: 20 minutes, to: 15 minutes}\n"
        "- {set: patience, expects: 15 minutes, to: 10 minutes}"
    )
    tree, edits = apply(house(), first)
    tree, _ = apply(tree, second)
    with pytest.raises(ValueError, match="changed again"):
        revert(tree, edits)


@pytest.fixture
def estate(tmp_path, monkeypatch):
    """
    A copy of the small house.
    """
    build(tmp_path, monkeypatch)


@pytest.mark.usefixtures("estate")
def test_a_site_keeps_the_handbook_with_its_own_changes():
    """
    The loaded site has them, and each says in which file it was written.
    """
    spoil("estate/site.yaml", "settings: {patience: 30 minutes}\n", "")
    tailor(
        "- insert:\n"
        "    - do: photograph\n"
        "      en: Take a photograph\n"
        "      zh: 拍照\n"
        "      by: caretaker\n"
        "  in: leak\n"
        "  after: look\n"
        "- {set: patience, expects: 20 minutes, to: 15 minutes}\n"
        "- {disable: {duty: night-round}}\n"
    )
    site = load()
    steps = site.graph("leak").by_id
    assert str(steps["photograph"].place) == "estate/tailoring/own.yaml:4:9"
    assert str(steps["look"].place) == "book/procedures/leak.yaml:11:5"
    assert str(site.settings["patience"]) == "0:15:00"
    assert [duty.id for duty in site.duties] == ["rents"]


@pytest.mark.usefixtures("estate")
def test_a_setting_has_one_value_of_the_site():
    """
    What the site's file and its tailoring both set is not left to whoever comes last.
    """
    tailor("- {set: patience, expects: 20 minutes, to: 15 minutes}")
    assert report() == [
        (
            "estate/site.yaml:6:12: the site's tailoring gives setting 'patience' a value as well "
            "(estate/tailoring/own.yaml:3:5). Keep one."
        )
    ]


@pytest.mark.usefixtures("estate")
def test_what_the_handbook_tries_out_is_told_of_the_handbook():
    """
    A table that a site changes is not held to the cases of the table as it was; others are.
    """
    count = len(load().tables["leak-size"].cases)
    assert count
    tailor("- {edit-row: leak-size, expects: {then: flood}, to: {because: {en: Danger.}}}")
    spoil(
        "estate/tailoring/own.yaml",
        "expects: {then: flood}",
        "expects: {then: flood, because: {en: The house is in danger., zh: 危及楼房。}}",
    )
    site = load()
    assert site.tables["leak-size"].cases == ()
    assert site.changed == {"leak"}
    tailor("- {insert: [{tell: inform, to: owner}], in: leak, after: look}")
    assert load().changed == {"leak"}
    assert len(load().tables["leak-size"].cases) == count


@pytest.mark.usefixtures("estate")
def test_the_bare_handbook_can_still_be_had():
    """
    Without its tailoring the site is as before, though its file speaks of what only that adds.
    """
    spoil("estate/site.yaml", "settings: {patience: 30 minutes}\n", "")
    plain = load().program("leak").graph
    tailor(
        "- add: {role: porter, en: Porter, zh: 门童}\n"
        "- {remove: warn, in: leak, expects: {tell: warn}}"
    )
    path = Path("estate/site.yaml")
    text = path.read_text(encoding="utf-8").replace("roles: [", "roles: [porter, ", 1)
    path.write_text(text, encoding="utf-8")
    site = load_site(Path("estate"), {"house": Path("book")}, tailored="no")
    assert site.program("leak").graph == plain
    assert "porter" not in site.roles


@pytest.mark.usefixtures("estate")
def test_the_list_of_contents_is_that_of_the_site():
    """
    What is added is listed and what is dropped is not, with the title that it has there.
    """
    tailor(
        "- {reword: {procedure: rent}, expects: {en: Rent owed}, en: Rent behind}\n"
        "- {drop: {decision: leak-size}, expects: {hit: first}}\n"
        "- {drop: {duty: night-round}, expects: {grace: setting patience}}"
    )
    _, plain = site_entries(Path("estate"), {"house": Path("book")}, kinds=["procedure"])
    assert [(one.id, one.title.to("en")) for one in plain] == [
        ("leak", "A leak"),
        ("rent", "Rent behind"),
        ("rent-round", "Round of the rents"),
    ]
    _, rest = site_entries(
        Path("estate"), {"house": Path("book")}, kinds=["decision", "duty", "law"]
    )
    assert [(one.kind, one.id, one.of) for one in rest] == [
        ("duty", "rents", "lodge"),
        ("law", "seen-before-mended", "leak"),
    ]


@pytest.mark.usefixtures("estate")
@pytest.mark.parametrize(
    ("verb", "old", "new", "said"),
    refusals("tailoring.txt"),
    ids=[f"{number}: {block[0]}" for number, block in enumerate(refusals("tailoring.txt"), 1)],
)
def test_a_change_that_does_not_fit_is_refused_with_its_place(verb, old, new, said):
    """
    Each gets its whole report: what was expected, what there is and where, and what was meant.
    """
    assert not old
    assert new.lstrip("- {").startswith(f"{verb}:")
    tailor(new)
    assert report() == said.splitlines()


@pytest.mark.usefixtures("estate")
def test_faults_of_several_changes_come_together():
    """
    A change that does not fit is left out, and the others are still looked at.
    """
    tailor(
        "- {set: patence, expects: 20 minutes, to: 15 minutes}\n"
        "- {remove: lok, in: leak, expects: {do: look}}\n"
        "- {reword: {roll: owner}, expects: {en: Owner}, en: Landlord}"
    )
    assert report() == [
        "estate/tailoring/own.yaml:3:11: there is no setting 'patence'. Did you mean 'patience'?",
        (
            "estate/tailoring/own.yaml:4:14: there is no step 'lok' in procedure 'leak'. "
            "Did you mean 'look'?"
        ),
        "estate/tailoring/own.yaml:5:15: there is no kind of thing 'roll'. Did you mean 'role'?",
    ]


@pytest.mark.usefixtures("estate")
def test_what_a_change_brings_is_checked_like_the_handbook():
    """
    A name that is not there is told at its place in the tailoring, one that is lost at its user.
    """
    tailor(
        "- {change: look, in: leak, expects: {by: caretaker}, to: {by: caretakr}}\n"
        "- {drop: {record: leak-form}, expects: {en: Leak form}}"
    )
    assert report() == [
        (
            "book/procedures/leak.yaml:15:12: there is no record 'leak-form'. "
            "It is taken away in estate/tailoring/own.yaml:4:5."
        ),
        "estate/tailoring/own.yaml:3:65: there is no role 'caretakr'. Did you mean 'caretaker'?",
    ]


@pytest.mark.usefixtures("estate")
def test_layers_lie_over_one_another():
    """
    What the company changed is what the site's own tailoring finds.
    """
    spoil("estate/site.yaml", "settings: {patience: 30 minutes}\n", "")
    tailor(
        "- {set: patience, expects: 20 minutes, to: 30 minutes}",
        name="acme",
        folder="company",
        more="layer: company\n",
    )
    tailor("- {set: patience, expects: 30 minutes, to: 15 minutes}")
    assert report() == [
        (
            "estate/tailoring/own.yaml:3:30: setting 'patience' is '20 minutes' "
            "(book/handbook.yaml:36:37), and this expects '30 minutes'. Look at both and write "
            "down what you expect now."
        )
    ]
    path = Path("estate/site.yaml")
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "layers: ../company\n", encoding="utf-8")
    assert str(load().settings["patience"]) == "0:15:00"
    path.write_text(text + "layers: acme\n", encoding="utf-8")
    site = load_site(Path("estate"), {"house": Path("book")}, tailorings={"acme": Path("company")})
    assert str(site.settings["patience"]) == "0:15:00"


LAYERED = {
    "unknown": (
        "layers: acne",
        "layer: company\n",
        "there is no layer 'acne'. Did you mean 'acme'?",
    ),
    "no folder": (
        "layers: ../nowhere",
        "layer: company\n",
        "there is no folder '../nowhere' beside the site.",
    ),
    "not its layer": (
        "layers: acme",
        "",
        "tailoring 'acme' is of layer 'site': a layer that a site names is the law's or the "
        "company's. Write 'layer: statute' or 'layer: company'.",
    ),
    "another handbook": (
        "layers: acme",
        "layer: company\nhandbook: hous\n",
        "tailoring 'acme' is for handbook 'hous', and the site keeps 'house'.",
    ),
}


@pytest.mark.usefixtures("estate")
@pytest.mark.parametrize(("line", "more", "said"), LAYERED.values(), ids=LAYERED)
def test_a_layer_that_cannot_be_laid_on_is_refused(line, more, said):
    """
    A misspelt name, a folder that is not there, a layer at the wrong height or for other charts.
    """
    tailor(
        "- {set: patience, expects: 20 minutes, to: 30 minutes}",
        name="acme",
        folder="company",
        more=more,
    )
    path = Path("estate/site.yaml")
    path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    with pytest.raises(FaultyFileError) as caught:
        load_site(Path("estate"), {"house": Path("book")}, tailorings={"acme": Path("company")})
    assert str(caught.value).split(": ", 1)[1] == said


@pytest.mark.usefixtures("estate")
def test_the_law_comes_before_the_company():
    """
    A company cannot lie under the law.
    """
    tailor("", name="acme", folder="company", more="layer: company\n")
    tailor("", name="code", folder="law", more="layer: statute\n")
    path = Path("estate/site.yaml")
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "layers: [../company, ../law]\n", encoding="utf-8")
    assert report() == [
        (
            "estate/../law/code.yaml:1:1: tailoring 'code' is the statute's and comes after one of "
            "the company. Name it before that in the site's 'layers'."
        )
    ]
    path.write_text(text + "layers: [../law, ../company]\n", encoding="utf-8")
    assert load().id == "corner-house"
