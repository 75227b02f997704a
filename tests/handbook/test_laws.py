"""
Each law of the handbook held against every path of its procedure.

The laws are read here straight from what they say, step by step, without the prover's automata.
"""

from __future__ import annotations

from functools import reduce

import pytest

from propflow.procedures import compile_graph
from propflow.sites import load_handbook
from tests.handbook.shelf import FOLDER

HANDBOOK = load_handbook(FOLDER)
LAWS = [(name, law) for name, file in HANDBOOK.procedures.items() for law in file.laws]

#: Of a law with the steps a and b, what remains to be known of a path: which of the two were
#: done, which came first, which came last, what the very first step was.
HOLDS = {
    "existence": lambda path, a: a in path.done,
    "absence": lambda path, a: a not in path.done,
    "init": lambda path, a: path.begin == a,
    "precedence": lambda path, a, b: b not in path.done or path.first == a,
    "response": lambda path, a, b: a not in path.done or path.last == b,
    "succession": lambda path, a, b: not path.done or (path.first == a and path.last == b),
    "responded-existence": lambda path, a, b: a not in path.done or b in path.done,
    "exclusive-choice": lambda path, *_: len(path.done) == 1,
    "not-succession": lambda path, *_: not path.crossed,
}


class Path:
    """
    What is known of a path so far, for one law.
    """

    def __init__(self, steps, done=frozenset(), begin="", first="", last="", *, crossed=False):
        self.steps = steps
        self.done, self.begin, self.first, self.last = done, begin, first, last
        self.crossed = crossed

    def key(self):
        return (self.done, self.begin, self.first, self.last, self.crossed)

    def then(self, step):
        begin = self.begin or step
        if step not in self.steps:
            return Path(self.steps, self.done, begin, self.first, self.last, crossed=self.crossed)
        # A step b that comes when a was done before: what not-succession forbids.
        crossed = self.crossed or (step == self.steps[-1] and self.steps[0] in self.done)
        return Path(
            self.steps, self.done | {step}, begin, self.first or step, step, crossed=crossed
        )


def breaches(graph, template, steps, *, instead=None):
    """
    The ways to an end on which the law is broken.

    A step named in *instead* is replaced by the steps that stand there: a seeded fault.
    """
    program = compile_graph(graph)
    todo = [(program.begin(), Path(steps), ())]
    seen = set()
    broken = []
    for marking, path, way in todo:
        if (marking, path.key()) in seen:
            continue
        seen.add((marking, path.key()))
        if program.end(marking) is not None:
            if not HOLDS[template](path, *steps):
                broken.append(way)
            continue
        for stop in program.open(marking):
            steps_done = (instead or {}).get(stop.id, (stop.id,))
            after = reduce(Path.then, steps_done, path)
            todo += [
                (program.fire(marking, stop, outcome), after, (*way, *steps_done))
                for outcome in stop.moves
            ]
    return broken


@pytest.mark.parametrize(("name", "law"), LAWS, ids=[f"{n}: {law.id}" for n, law in LAWS])
def test_law_holds_on_every_path(name, law):
    """
    Whatever people answer and whatever comes late, no path breaks the law.
    """
    assert breaches(HANDBOOK.graphs[name], law.template, law.steps) == []


@pytest.mark.parametrize(("name", "law"), LAWS, ids=[f"{n}: {law.id}" for n, law in LAWS])
def test_law_notices_a_fault(name, law):
    """
    Leave out the step that the law insists on, or add the one that it forbids, and it breaks.
    """
    graph = HANDBOOK.graphs[name]
    first, last = law.steps[0], law.steps[-1]
    if law.template == "not-succession":
        assert breaches(graph, law.template, law.steps, instead={first: (first, last)})
    else:
        wanted = last if law.template == "response" else first
        assert breaches(graph, law.template, law.steps, instead={wanted: ()})
