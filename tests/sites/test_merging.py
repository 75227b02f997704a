"""
What must hold of changes whatever they are: laws of applying, undoing and carrying over.
"""

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from propflow.sites import load_site
from propflow.sites.tailoring.atoms import atoms, changed
from propflow.sites.tailoring.layers import Applied, apply
from propflow.sites.tailoring.merge import merge
from propflow.sites.tailoring.tree import revert, same
from propflow.testing.tailoring import apart, operations, tailorings
from tests.sites.house import HOUSE
from tests.sites.tailored import house, tailor
from tests.sites.tailored import operations as written

BASE = house()
some = tailorings(BASE)


def equal(one, other):
    """
    Whether two handbooks say the same, key by key and in the same order.
    """
    return one.files.keys() == other.files.keys() and all(
        same(one.files[key], other.files[key]) for key in one.files
    )


def after(tree, changes):
    for change in changes:
        tree, _ = apply(tree, change)
    return tree


def applied(changes):
    return [Applied(layer="site", tailoring="own", operation=one, edits=()) for one in changes]


def test_the_empty_tailoring_changes_nothing(tmp_path, monkeypatch):
    """
    A site with a tailoring that says nothing is the site without it, to the last step.
    """
    plain = load_site(HOUSE / "estate", {"house": HOUSE / "book"})
    (tmp_path / "estate").mkdir()
    for path in (HOUSE / "estate").iterdir():
        (tmp_path / "estate" / path.name).write_bytes(path.read_bytes())
    monkeypatch.chdir(tmp_path)
    tailor("")
    site = load_site(tmp_path / "estate", {"house": HOUSE / "book"})
    assert site.procedures == plain.procedures
    assert site.tables == plain.tables
    assert site.duties == plain.duties
    assert site.settings == plain.settings
    assert merge(BASE, BASE, ()).tree is BASE


@given(some)
def test_apply_then_revert_is_the_identity(changes):
    """
    Undone from the last to the first, nothing is left of any changes.
    """
    tree, done = BASE, []
    for change in changes:
        tree, edits = apply(tree, change)
        done.append(edits)
    for edits in reversed(done):
        tree = revert(tree, edits)
    assert equal(tree, BASE)
    assert not changed(BASE, tree)


@settings(max_examples=150)
@given(operations(BASE), operations(BASE))
def test_changes_to_different_places_commute(one, other):
    """
    Whichever is made first, the same comes of it.
    """
    assume(apart(BASE, one, other))
    first, second = after(BASE, [one, other]), after(BASE, [other, one])
    assert atoms(first).keys() == atoms(second).keys()
    assert not changed(first, second)


@given(some)
def test_a_merge_with_an_unchanged_handbook_gives_the_changes(changes):
    """
    Where the handbook stays, all changes are kept as they are and none is in question.
    """
    merged = merge(BASE, BASE, applied(changes))
    assert merged.conflicts == ()
    assert [one.operation for one in merged.kept] == list(changes)
    assert equal(merged.tree, after(BASE, changes))


@given(some)
def test_a_merge_without_changes_gives_the_new_handbook(changes):
    """
    Where the site changes nothing, it has the new edition as that is.
    """
    new = after(BASE, changes)
    merged = merge(BASE, new, ())
    assert merged.tree is new
    assert merged.conflicts == ()


@settings(max_examples=150)
@given(operations(BASE), operations(BASE))
def test_a_merge_of_different_places_has_no_conflict(theirs, mine):
    """
    The new edition and the site changed different places: both changes are there.
    """
    assume(apart(BASE, theirs, mine))
    merged = merge(BASE, after(BASE, [theirs]), applied([mine]))
    assert merged.conflicts == ()
    assert not changed(merged.tree, after(BASE, [theirs, mine]))


@given(some)
def test_what_the_new_handbook_does_itself_is_in_question_and_changes_nothing(changes):
    """
    Where both sides made the same changes, they are not made twice.
    """
    new = after(BASE, changes)
    merged = merge(BASE, new, applied(changes[:1]))
    assert all(conflict.kind in ("same", "gone", "both") for conflict in merged.conflicts)
    assert len(merged.conflicts) + len(merged.kept) == len(changes[:1])


@given(st.data())
def test_atoms_tell_every_difference(data):
    """
    A change that changes anything changes an atom: nothing is overlooked by a comparison.
    """
    change = data.draw(operations(BASE))
    new = after(BASE, [change])
    assert bool(changed(BASE, new)) == (not equal(BASE, new))


CONFLICTS = {
    "the handbook changed what the site expects": (
        "- {set: patience, expects: 20 minutes, to: 25 minutes}",
        "- {set: patience, expects: 20 minutes, to: 10 minutes}",
        "gone",
        {"expects": "25 minutes", "to": "10 minutes"},
    ),
    "the handbook says already what the site wants": (
        "- {set: patience, expects: 20 minutes, to: 10 minutes}",
        "- {set: patience, expects: 20 minutes, to: 10 minutes}",
        "same",
        None,
    ),
    "the handbook gave the step another name": (
        "- {rename: look, in: leak, to: inspect}",
        "- {change: look, in: leak, expects: {by: caretaker}, to: {by: manager}}",
        "gone",
        {"change": "inspect"},
    ),
    "the handbook gave the neighbour another name": (
        "- {rename: size, in: leak, to: how-large}",
        "- {insert: [{tell: ring, to: owner}], in: leak, between: [look, size]}",
        "gone",
        {"between": "[look, how-large]"},
    ),
    "the handbook changed the row": (
        "- {edit-row: leak-size, expects: {litres: '>= 100'}, to: {litres: '>= 90'}}",
        "- {edit-row: leak-size, expects: {litres: '>= 100'}, to: {litres: '>= 80'}}",
        "gone",
        {"expects": '{litres: ">= 90"}'},
    ),
    "the handbook changed the step that the site removes": (
        "- {change: warn, in: leak, expects: {to: [manager, owner]}, to: {to: owner}}",
        "- {remove: warn, in: leak, expects: {en: Warn the neighbours}}",
        "both",
        {"remove": "warn"},
    ),
    "the handbook put another step there": (
        "- {insert: [{tell: ring, to: owner}], in: leak, after: look}",
        "- {insert: [{tell: call, to: owner}], in: leak, after: look}",
        "both",
        {"after": "look"},
    ),
    "the handbook took the step away": (
        "- {remove: warn, in: leak, expects: {tell: warn}}",
        "- {change: warn, in: leak, expects: {to: [manager, owner]}, to: {to: manager}}",
        "gone",
        None,
    ),
}


def test_conflicts_are_told_with_a_proposal():
    """
    For each way in which both sides can meet: what kind it is, and what could be done.
    """
    from propflow.sites.tailoring.said import flow

    for name, (theirs, mine, kind, proposal) in CONFLICTS.items():
        merged = merge(BASE, after(BASE, written(theirs)), applied(written(mine)))
        (found,) = merged.conflicts
        assert found.kind == kind, name
        if proposal is None:
            assert found.proposal is None, name
            assert (found.drops == "yes") == (kind == "same"), name
        else:
            assert {key: flow(found.proposal[key]).strip('"') for key in proposal} == proposal, name


def test_a_law_of_the_site_follows_a_step_that_the_handbook_renamed():
    """
    The law could be added as it is, and would speak of a step that there is no more.
    """
    theirs = written("- {rename: look, in: leak, to: inspect}")
    mine = written("- {add: {law: seen, existence: [look], en: Seen., zh: 已看。}, in: leak}")
    (found,) = merge(BASE, after(BASE, theirs), applied(mine)).conflicts
    assert found.kind == "gone"
    assert str(found.proposal["add"]["existence"][0]) == "inspect"
