"""The questions can be asked: what changes in the library, changes in its benchmarks, too."""

import pytest
from benchmarks import against_hand, bulk_start, memory_vs_database
from benchmarks.asking import Answer, Effort


@pytest.mark.parametrize(
    ("answer", "names"),
    [
        (
            against_hand.answer,
            [
                ["memory by hand", "memory"],
                ["memory by hand", "memory"],
                ["memory, 1 thread", "memory, 8 threads"],
            ],
        ),
        (bulk_start.answer, [["memory"]]),
        (memory_vs_database.answer, [["memory"]] * 3),
    ],
    ids=["against_hand", "bulk_start", "memory_vs_database"],
)
def test_question_is_answered_in_memory(answer: Answer, names: list[list[str]]) -> None:
    """Briefly: the rows are there, have counted what they stored, and took time."""
    tables = answer(Effort(rounds=1, seconds=0.01, scale=0.01, only="memory"))

    assert [[row.name for row in table.rows] for table in tables] == names
    assert all(row.median > 0 for table in tables for row in table.rows)
