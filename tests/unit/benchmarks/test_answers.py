"""What a benchmark found: its goals, its file, and how it differs from an earlier run."""

from pathlib import Path

import pytest
from benchmarks.answers import Answers, Row, Table, changes, load

BY_HAND = Row("by hand", {"runs/s": (100.0, 200.0, 400.0), "p99 ms": (3.0, 4.0, 5.0)})
OURS = Row(
    "ours",
    {"runs/s": (90.0, 100.0, 300.0), "p99 ms": (6.0, 7.0, 8.0)},
    durability="WAL",
    against=("by hand",),
    goals={"by hand": "≥ 0.75", "p99 ms": "≤ 6.5"},
)
TABLE = Table("1 thread", (BY_HAND, OURS), notes=("A peer is not installed.",))


def test_ratio_pairs_the_rounds() -> None:
    """Each round is compared with the same round of the other: 0.9, 0.5 and 0.75."""
    assert TABLE.ratio(OURS, "by hand") == 0.75


def test_goal_is_of_a_ratio_or_of_a_figure() -> None:
    """A goal that bears a row's name bounds the ratio to it; one with a figure's, its median."""
    assert TABLE.reached(OURS, "by hand") is True
    assert TABLE.reached(OURS, "p99 ms") is False


def test_goal_against_a_row_that_was_left_out_is_not_judged() -> None:
    """A benchmark may be asked for some variants only."""
    alone = Table("1 thread", (OURS,))

    assert alone.ratio(OURS, "by hand") is None
    assert alone.reached(OURS, "by hand") is None


def test_saved_answers_are_read_back(tmp_path: Path) -> None:
    """A file that was saved is what it was saved from."""
    answers = Answers("a machine", {"against_hand": (TABLE,)})

    answers.save(tmp_path / "found.json")

    assert load(tmp_path / "found.json") == answers


@pytest.mark.parametrize(
    ("before", "now", "less_is_better", "verdict"),
    [
        ((9.0, 10.0, 11.0), (7.0, 8.0, 8.9), False, "slower"),
        ((9.0, 10.0, 11.0), (12.0, 13.0, 14.0), False, "faster"),
        ((9.0, 10.0, 11.0), (12.0, 13.0, 14.0), True, "slower"),
        ((9.0, 10.0, 11.0), (7.0, 8.0, 8.9), True, "faster"),
        ((9.0, 10.0, 11.0), (7.0, 8.0, 9.0), False, ""),
        ((9.0, 10.0, 11.0), (11.0, 12.0, 13.0), True, ""),
    ],
)
def test_a_change_is_called_one_where_the_spreads_do_not_meet(
    before: tuple[float, ...], now: tuple[float, ...], less_is_better: bool, verdict: str
) -> None:
    """A median that moved within what the rounds scatter says nothing."""

    def table(values: tuple[float, ...]) -> Table:
        return Table("t", (Row("r", {"figure": values}),), less_is_better)

    (change,) = changes([table(before)], [table(now)])

    assert change.verdict == verdict
    assert change.ratio == now[1] / before[1]


def test_rows_that_one_of_two_runs_lacks_are_not_compared() -> None:
    """Variants come and go; a name in another table is another row."""
    before = [Table("a", (BY_HAND, OURS))]
    now = [Table("a", (BY_HAND,)), Table("b", (OURS,))]

    assert [(c.table, c.name) for c in changes(before, now)] == [("a", "by hand")]
