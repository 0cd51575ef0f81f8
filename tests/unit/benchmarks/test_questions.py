"""The questions can be asked: what changes in the library, changes in its benchmarks, too."""

import gc
import os
import sys
import threading
from typing import Any

import pytest
from benchmarks import (
    against_hand,
    bulk_start,
    cores,
    growth,
    log_written,
    many_packages,
    memory_held,
    memory_vs_database,
    migrations,
    statements,
    where_time_goes,
)
from benchmarks.answers import Row, Table
from benchmarks.asking import Answer, Effort


@pytest.fixture(autouse=True)
def collects_only_its_own() -> None:
    """Each measurement collects garbage first: of what earlier tests left, it would all day."""
    gc.freeze()


@pytest.mark.parametrize(
    ("answer", "names"),
    [
        (
            against_hand.answer,
            [
                ["memory by hand", "memory"],
                ["memory by hand", "memory"],
                ["memory, 1 thread", "memory, 8 threads"],
                ["memory"],
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


def test_log_is_written_to_as_little_as_by_hand() -> None:
    """The library's rows take no more pages than the same rows without it."""
    (table,) = log_written.answer(Effort())
    hand, tuned, library = table.rows

    assert library.median <= 1.05 * tuned.median < hand.median
    assert library.figures["pages/run"][0] <= 1.05 * tuned.figures["pages/run"][0]


def test_what_the_library_adds_is_what_its_run_takes_more() -> None:
    """Of two rounds: 200 µs and 250 µs by hand, 500 µs and 450 µs by the library."""
    hand = Row("s by hand", {"runs/s": (5_000.0, 4_000.0)})
    own = Row("s", {"runs/s": (2_000.0, 1 / 450e-6)}, goals={"s by hand": "≥ 0.5"})

    (row,) = against_hand.added([Table("1 thread", (hand, own))]).rows

    assert row.figures["µs/run added"] == pytest.approx((300, 200))
    assert row.figures["µs/run that the goal leaves"] == pytest.approx((200, 250))


SQLITE = Effort(rounds=1, seconds=0.01, scale=0.0003, only="SQLite")


def test_growth_is_answered_on_sqlite() -> None:
    """Runs, pages and recovery: each beside little and beside what is little here, too."""
    runs, pages, recovery = growth.answer(SQLITE)

    assert [row.name for row in runs.rows] == ["SQLite, 30 rows", "SQLite, 300 rows"]
    assert [row.name for row in pages.rows][::2] == [
        f"SQLite, {what}, of 100"
        for what in (
            "the newest",
            "from the middle",
            "of one state",
            "of one workflow",
            "of a state that none is in",
        )
    ]
    assert [row.name for row in recovery.rows] == ["SQLite, 1 runs", "SQLite, 3 runs"]


def test_memory_is_answered_on_sqlite() -> None:
    """A few runs hold nothing that can be told from nothing."""
    in_flight, held = memory_held.answer(SQLITE)

    assert [0 < row.median < 100 for row in in_flight.rows] == [True]
    assert [row.name for row in held.rows] == ["after 1 runs", "after 3 runs", "after 30 runs"]


def test_orders_of_many_packages_are_all_delivered() -> None:
    """The samples, each changed: a refusal would take no memory."""
    (held,) = many_packages.answer(Effort(scale=0.002))

    assert [row.name for row in held.rows] == ["1 orders", "2 orders"]
    assert all(50 < row.median < 300 for row in held.rows)


def test_order_of_many_packages_is_nobody_else_s() -> None:
    """Client, name and numbers differ, and what the acceptance asks for is the new name."""
    sample = next(one for one in many_packages._samples() if "24,000" in str(one))

    first, second = (many_packages.varied(sample, number) for number in (1, 27))

    assert first["client_id"] != second["client_id"]
    assert "24,001" in first["responses"]["budget"]
    assert "24,027" in second["responses"]["budget"]
    assert second["responses"]["brand_name"] in second["acceptance"]["required_terms"]


def test_migrations_are_answered_on_sqlite() -> None:
    """Of no tables, and of a table that holds something."""
    making, changing = migrations.answer(SQLITE)

    assert [table.title for table in (making, changing)] == [
        "A database that has no tables",
        "A table of 300 rows",
    ]
    assert [row.name for row in (*making.rows, *changing.rows)] == ["SQLite", "SQLite"]


def test_statements_are_answered_on_sqlite() -> None:
    """Beside memory, where there are none."""
    tables = statements.answer(SQLITE)

    names = [[row.name for row in table.rows] for table in tables]
    assert names == [["memory", "SQLite"]] * len(statements.WORK)
    assert all(
        table.reached(table.rows[1], goal) for table in tables for goal in table.rows[1].goals
    )


@pytest.mark.skipif(not cores.can_choose(), reason="this system keeps no process to a core")
def test_cores_are_answered_and_given_back() -> None:
    """Each variant beside itself on one core; whatever ran before can use all of them again."""
    every = os.sched_getaffinity(0)

    (table,) = cores.answer(Effort(rounds=1, seconds=0.01, only="memory by hand"))

    assert [row.name for row in table.rows] == ["memory by hand", "memory by hand, one core"]
    assert table.rows[1].against == ("memory by hand",)
    assert os.sched_getaffinity(0) == every


@pytest.mark.skipif(not cores.can_choose(), reason="this system keeps no process to a core")
def test_threads_that_start_meanwhile_are_kept_to_the_same_core() -> None:
    """As those that a library starts for itself are."""
    found: list[set[int]] = []

    with cores.on_one_core():
        thread = threading.Thread(target=lambda: found.append(os.sched_getaffinity(0)))
        thread.start()
        thread.join()

    assert [len(one) for one in found] == [1]


def test_time_of_a_run_is_divided_among_parts() -> None:
    """Each tick is of one part, so that they come to the whole."""
    (table,) = where_time_goes.answer(Effort(rounds=1, seconds=0.3, only="memory"))

    figures = {row.name: row.median for row in table.rows}
    parts = [figures[name] for name in where_time_goes.PARTS]
    assert sum(parts) == pytest.approx(figures[where_time_goes.TOTAL])
    assert max(parts) < figures[where_time_goes.TOTAL]


@pytest.mark.parametrize(
    ("file", "part"),
    [
        ("/lib/aicmo_core/backends/sql/sqlite.py", "the store: its transaction, its driver"),
        ("C:\\lib\\aicmo_core\\runtime\\undo.py", "undo"),
        ("<generated>", "the coordinator's loop, and all else"),
    ],
)
def test_time_is_of_the_innermost_part(file: str, part: str) -> None:
    """What is of no part, such as generated code, counts for whoever calls it."""
    names: dict[str, Any] = {"part_of": where_time_goes.part_of, "sys": sys}
    exec(compile("found = part_of(sys._getframe())", file, "exec"), names)

    assert names["found"] == part
