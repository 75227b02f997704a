"""
The harness is held to what it promises with contenders that only pretend to work.
"""

from __future__ import annotations

import gc
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import attrs
import pytest

from benchmarks import decision, walk
from benchmarks.__main__ import main
from benchmarks.agenda import CALLS, END, START, by_hand
from benchmarks.harness import Contender, Result, Row, Score, UnequalError, Work, measure
from benchmarks.report import UNSTEADY, markdown, notes, write
from benchmarks.rows import ROWS
from benchmarks.startup import IMPORTS

AGAIN = "Measure again when it is quiet."
PROJECT = Path(__file__).parents[2]


class Workshop:
    """
    A clock that only work moves, and a book of who worked when.
    """

    def __init__(self) -> None:
        self.time = 0.0
        self.book: list[tuple[str, int]] = []
        self.put_away: list[str] = []
        self.collecting: set[bool] = set()

    def clock(self) -> float:
        return self.time

    def contender(
        self,
        name: str,
        seconds: float | Callable[[int], float],
        *,
        part: str = "peer",
        units: int = 1,
        fails: str = "",
    ) -> Contender:
        """
        Somebody who needs so many seconds for a task, or as many as the turn's number says.
        """
        turns = 0

        @contextmanager
        def prepare() -> Iterator[Work]:
            if fails:
                raise ModuleNotFoundError(fails)

            def work(times: int) -> int:
                nonlocal turns
                self.time += times * (seconds(turns) if callable(seconds) else seconds)
                turns += 1
                self.book.append((name, times))
                self.collecting.add(gc.isenabled())
                return times * units

            yield work
            self.put_away.append(name)

        return Contender(name=name, part=part, prepare=prepare, lacks="nothing.")

    def row(self, *contenders: Contender, **other: object) -> Row:
        settings = {"rounds": 3, "turn": 1.0} | other
        return Row(
            id="sweeping",
            title="Sweeping the yard",
            unit="yard",
            does="a yard is swept.",
            fair="yes.",
            contenders=contenders,
            **settings,
        )


@pytest.fixture
def shop() -> Workshop:
    """
    An empty workshop.
    """
    return Workshop()


def test_contenders_take_turns(shop: Workshop) -> None:
    """
    A B C A B C: nobody works twice in a row once the clock runs.
    """
    row = shop.row(*(shop.contender(name, 2.0) for name in "ABC"))
    measure(row, clock=shop.clock)
    assert "".join(name for name, _ in shop.book[-9:]) == "ABCABCABC"
    assert shop.put_away == ["C", "B", "A"]


def test_turn_lasts_as_long_as_the_row_says(shop: Workshop) -> None:
    """
    Who is quick repeats the task until a turn is long enough; who is slow does it once.
    """
    row = shop.row(shop.contender("quick", 0.003), shop.contender("slow", 5.0))
    measure(row, clock=shop.clock)
    times = dict(shop.book[-2:])
    assert 334 <= times["quick"] <= 400
    assert times["slow"] == 1


def test_figure_is_the_median_of_the_rounds(shop: Workshop) -> None:
    """
    One round in which the machine did something else changes neither figure nor ratio.
    """
    # The first two turns are the warm-up; in the third round the machine stumbles.
    stumbles = shop.contender(
        "A", lambda turn: 40.0 if turn == 4 else 2.0, part="propflow", units=4
    )
    steady = shop.contender("B", 1.0, part="limit", units=4)
    result = measure(shop.row(stumbles, steady, rounds=5), clock=shop.clock)
    mine, limit = result.scores
    assert mine.seconds == (0.5, 0.5, 10.0, 0.5, 0.5)
    assert mine.median == 0.5
    assert mine.spread == 0.0
    assert mine.beside(limit) == 2.0
    assert limit.beside(mine) == 0.5


def test_ratio_compares_within_a_round() -> None:
    """
    A machine that slows down for everybody leaves the ratio as it is.
    """
    someone = Workshop().contender("A", 1.0)
    mine = Score(contender=someone, seconds=(1.0, 9.0, 4.0))
    theirs = Score(contender=someone, seconds=(2.0, 18.0, 8.0))
    assert mine.beside(theirs) == 0.5
    assert mine.beside(Score(contender=someone, absent="gone")) is None


def test_collector_rests_during_a_turn(shop: Workshop) -> None:
    """
    Nobody's turn is charged for another's garbage, and the collector works again afterwards.
    """
    row = shop.row(shop.contender("A", 2.0))
    result = measure(row, clock=shop.clock)
    assert len(result.scores[0].seconds) == 3
    # The very first go is only there to count, with the collector as it was.
    assert shop.collecting == {True, False}
    assert gc.isenabled()


def test_missing_peer_is_told_and_the_others_run(shop: Workshop) -> None:
    """
    A peer that cannot be imported is named with the reason; nobody waits for it.
    """
    row = shop.row(
        shop.contender("A", 2.0, part="propflow"),
        shop.contender("B", 1.0, fails="No module named 'sweeper'"),
    )
    result = measure(row, clock=shop.clock)
    assert [len(score.seconds) for score in result.scores] == [3, 0]
    assert result.scores[1].absent == "ModuleNotFoundError: No module named 'sweeper'"


def test_unequal_work_is_refused(shop: Workshop) -> None:
    """
    Contenders that count different amounts of work for one task cannot be compared.
    """
    row = shop.row(shop.contender("A", 1.0, units=11), shop.contender("B", 1.0, units=10))
    with pytest.raises(UnequalError) as refusal:
        measure(row, clock=shop.clock)
    assert str(refusal.value) == (
        "sweeping: the contenders count different amounts of work: A 11, B 10"
    )


def test_slacker_is_found_out(shop: Workshop) -> None:
    """
    Who does less once the clock runs is refused too.
    """
    turns = 0

    @contextmanager
    def prepare() -> Iterator[Work]:
        def work(times: int) -> int:
            nonlocal turns
            turns += 1
            shop.time += times
            return times if turns < 4 else 0

        yield work

    slacker = Contender(name="A", part="peer", prepare=prepare, lacks="")
    with pytest.raises(UnequalError, match="sweeping: A counted 0 units, not 1 each"):
        measure(shop.row(slacker), clock=shop.clock)


def test_watcher_sees_progress(shop: Workshop) -> None:
    """
    A progress bar is told who is at work and goes from 0 to 1.
    """
    seen: list[tuple[str, float]] = []
    row = shop.row(shop.contender("A", 2.0), shop.contender("B", 2.0), rounds=1)
    measure(row, clock=shop.clock, watch=lambda _, doing, done: seen.append((doing, done)))
    assert seen == [
        ("warm-up: A", 0.0),
        ("warm-up: B", 0.0),
        ("A", 0.0),
        ("B", 0.5),
        ("done", 1.0),
    ]


@pytest.mark.parametrize(
    ("goal", "said"),
    [
        (2.0, ["Goal: within 2 times the limit: reached."]),
        (1.9, ["Goal: within 1.9 times the limit: missed."]),
        (0.0, []),
    ],
)
def test_goal_is_told(shop: Workshop, goal: float, said: list[str]) -> None:
    """
    A goal is reached or missed; where nobody set one, nothing is said.
    """
    row = shop.row(
        shop.contender("A", 2.0, part="propflow"), shop.contender("B", 1.0, part="limit"), goal=goal
    )
    told = notes(measure(row, clock=shop.clock))
    assert [note for note in told if note.startswith("Goal")] == said


def doubts(shop: Workshop, *contenders: Contender) -> list[str]:
    told = notes(measure(shop.row(*contenders, rounds=4), clock=shop.clock))
    return [note for note in told if note.startswith("Not to be quoted")]


def test_unsteady_machine_is_told(shop: Workshop) -> None:
    """
    Rounds that differ widely are no figure, and the page says so itself.
    """
    wavers = shop.contender("A", lambda turn: 2.0 if turn % 2 else 6.0, part="propflow")
    assert doubts(shop, wavers, shop.contender("B", 1.0, part="limit")) == [
        f"Not to be quoted: the machine was unsteady (± {UNSTEADY:.0%} or more) for A. {AGAIN}"
    ]
    assert doubts(shop, shop.contender("A", 2.0), shop.contender("B", 1.0, part="limit")) == []


def test_nobody_beats_the_limit_unnoticed(shop: Workshop) -> None:
    """
    What costs less than the least it can cost was not measured rightly.
    """
    limit = shop.contender("B", 2.0, part="limit")
    scale = shop.contender("C", 1.0, part="scale")
    assert doubts(shop, shop.contender("A", 1.0, part="propflow"), limit, scale) == [
        "Not to be quoted: A was quicker than the limit. Measure again, or find a better limit."
    ]


def page(shop: Workshop) -> str:
    row = shop.row(
        shop.contender("ours", 0.002, part="propflow"),
        shop.contender("theirs", 0.5, fails="no\n  wheel"),
        shop.contender("by hand", 0.0005, part="limit"),
        goal=1.5,
    )
    results: list[Result] = [
        measure(row, clock=shop.clock),
        measure(attrs.evolve(row, told="time", goal=0.0), clock=shop.clock),
    ]
    return markdown(
        results, day=date(2026, 3, 31), machine="an abacus", versions={"sweeper": "2.1"}
    )


def test_page_says_it_all(shop: Workshop) -> None:
    """
    Date, machine, versions, figures, ratios, fairness, the missing, the goal: nothing by hand.
    """
    said = page(shop)
    head, first, second = said.split("\n## ")
    assert "on 2026-03-31;" in head
    assert "- Machine: an abacus.\n- Versions: sweeper 2.1.\n" in head
    assert first == (
        "Sweeping the yard\n"
        "\n"
        "| contender | yards a second | ± | beside propflow | beside the limit |\n"
        "|---|--:|--:|--:|--:|\n"
        "| ours | 500 | 0% | 1.00 | 4.00 |\n"
        "| theirs | did not run |  |  |  |\n"
        "| by hand (limit) | 2,000 | 0% | 0.25 | 1.00 |\n"
        "\n"
        "- What is done: a yard is swept.\n"
        "- The same work? yes.\n"
        "- ours: nothing.\n"
        "- theirs: nothing.\n"
        "- by hand: nothing.\n"
        "- theirs did not run: ModuleNotFoundError: no wheel\n"
        "- Goal: within 1.5 times the limit: missed.\n"
    )
    assert "| contender | milliseconds a yard |" in second
    assert "| ours | 2.0 | 0% | 1.00 | 4.00 |\n" in second


def test_page_replaces_the_old_one(tmp_path: Path) -> None:
    """
    The page is written whole: nothing of the old one stays, and nothing lies about.
    """
    target = tmp_path / "RESULTS.md"
    target.write_text("old and longer", encoding="utf-8")
    write(target, "new")
    assert target.read_text(encoding="utf-8") == "new"
    assert list(tmp_path.iterdir()) == [target]


def test_a_row_can_be_looked_at_quickly() -> None:
    """
    The quick look has fewer and shorter rounds, and the same contenders.
    """
    for row in ROWS.values():
        quick = row.quick()
        assert 3 <= quick.rounds < row.rounds
        assert quick.turn <= row.turn
        assert quick.contenders == row.contenders


def test_every_row_has_propflow_and_a_limit() -> None:
    """
    Each row says what is done, whether it is fair, and what each contender lacks.
    """
    for name, row in ROWS.items():
        parts = [contender.part for contender in row.contenders]
        assert (row.id, parts.count("propflow"), parts.count("limit")) == (name, 1, 1)
        for sentence in (row.does, row.fair, *(c.lacks for c in row.contenders)):
            assert sentence.endswith(".")


def test_unknown_row_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """
    A row that there is not is named, with those that there are.
    """
    with pytest.raises(SystemExit) as stopped:
        main(["--only", "sweeping"], prog_name="benchmarks")
    assert stopped.value.code == 2
    assert "'sweeping' is not one of 'complaint', 'durable', 'startup'" in capsys.readouterr().err


def test_limit_of_the_start_imports_every_dependency() -> None:
    """
    A dependency added to propflow is added to what the limit imports.
    """
    with (PROJECT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    assert sorted(IMPORTS) == sorted(d.partition(">")[0] for d in project["dependencies"])


def test_severity_by_hand_is_the_handbooks() -> None:
    """
    Contenders without tables decide the walk's complaint as the handbook does: minor.
    """
    assert walk.severity(walk.FINDINGS) == "minor"
    assert walk.severity({**walk.FINDINGS, "company-fault": "yes"}) == "serious"
    assert walk.severity({**walk.FINDINGS, "promise-broken": "yes", "repeated": 1}) == "major"


def test_facts_of_the_table_reach_every_row() -> None:
    """
    The sets of facts are the same each time and exercise every outcome.
    """
    assert decision.facts() == decision.facts()
    assert {decision.by_hand(known) for known in decision.facts()} == {
        outcome for *_, outcome in decision.ROWS
    }


def test_plain_loops_stay_within_the_year() -> None:
    """
    The limit of the agenda is itself in order, within the year, and as long as it should be.
    """
    due = by_hand()
    assert len(CALLS) == 40
    assert [moment for moment, _ in due] == sorted(moment for moment, _ in due)
    assert START <= due[0][0] < due[-1][0] < END
    # 24 daily, 52 or 53 weeks of each weekly, 12 months of each monthly, 2 x 11 rounds.
    assert len(due) == 24 * 365 + 8 * 52 + 2 * (1 if CALLS[24].weekday == 3 else 0) + 6 * 12 + (
        22 * 365
    ) + sum(1 for call in CALLS if call.weekday == 3)
