"""A process of an older release and newer tables, and a newer one and older tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from migrations.processes import Process, Refused, first_release, running, second_release
from migrations.test_killed_migrations import Fresh, fresh, look, rows_of

__all__ = ["fresh"]

ADDED = (
    'op.add_column("shop_items", sa.Column("colour", sa.Text(), nullable=True))',
    'op.drop_column("shop_items", "colour")',
)
REQUIRED = (
    'op.add_column("shop_items", sa.Column("colour", sa.Text(), nullable=True))\n'
    "op.execute(\"UPDATE shop_items SET colour = 'none'\")\n"
    'with op.batch_alter_table("shop_items") as batch:\n'
    '    batch.alter_column("colour", existing_type=sa.Text(), nullable=False)',
    'op.drop_column("shop_items", "colour")',
)
UNIQUE = (
    'op.create_index("uq_shop_items_size", "shop_items", ["size"], unique=True)',
    'op.drop_index("uq_shop_items_size", "shop_items")',
)
REMOVED = (
    'op.drop_column("shop_items", "size")',
    'op.add_column("shop_items", sa.Column("size", sa.BigInteger(), server_default="0"))',
)
IDS = "SELECT id FROM shop_items ORDER BY id"


@contextmanager
def both(folder: Path, change: tuple[str, str], *fields: str) -> Iterator[tuple[Process, Process]]:
    """Yield a process of the first release, and one of the second, with these fields."""
    older = Process(first_release(folder), "id", "size")
    newer = Process(second_release(folder, *change), *(fields or ("id", "size", "colour")))
    with running(older, newer):
        yield older, newer


def migrated(url: str, process: Process) -> None:
    process.ask("reach", url)
    assert isinstance(process.ask("upgrade"), list)


def test_older_process_is_refused_newer_tables(fresh: Fresh, tmp_path: Path) -> None:
    """To open, to upgrade, to downgrade: both revisions are named, and nothing is written."""
    with both(tmp_path, ADDED) as (older, newer), fresh() as url:
        migrated(url, newer)
        before = look(url)

        refusals = [older.ask("open", url), older.ask("upgrade"), older.ask("downgrade", "base")]

        for refused in refusals:
            assert isinstance(refused, Refused)
            assert refused.error == "DatabaseNewer"
            assert "module shop is at shop_0002" in refused.words
            assert "its last is shop_0001" in refused.words
        assert look(url) == before


def test_newer_process_is_refused_older_tables(fresh: Fresh, tmp_path: Path) -> None:
    """Both revisions and the command are named; after the upgrade it finds the old rows."""
    with both(tmp_path, ADDED) as (older, newer), fresh() as url:
        migrated(url, older)
        older.ask("open", url)
        older.ask("insert", "a", 1)
        before = look(url)

        refused = newer.ask("open", url)

        assert isinstance(refused, Refused)
        assert refused.error == "DatabaseUnmigrated"
        assert "module shop is at shop_0001, the code at shop_0002" in refused.words
        assert "aicmo db upgrade --db" in refused.words
        assert look(url) == before
        assert newer.ask("upgrade") == ["applied shop_0002: Change 2 of shop."]
        assert newer.ask("open", url) is None
        assert newer.ask("get", "a") == ["a", 1, None]


def test_running_older_process_goes_on_when_a_column_is_added(fresh: Fresh, tmp_path: Path) -> None:
    """What it reads and writes is what it knows; the newer one reads its rows."""
    with both(tmp_path, ADDED) as (older, newer), fresh() as url:
        migrated(url, older)
        older.ask("open", url)
        older.ask("insert", "a", 1)
        migrated(url, newer)
        newer.ask("open", url)

        assert older.ask("insert", "b", 2) is None
        assert newer.ask("insert", "c", 3, "red") is None

        assert [older.ask("get", key) for key in "abc"] == [["a", 1], ["b", 2], ["c", 3]]
        assert newer.ask("get", "b") == ["b", 2, None]
        again = older.ask("open", url)
        assert isinstance(again, Refused)
        assert again.error == "DatabaseNewer"


@pytest.mark.parametrize(
    ("change", "fields"),
    [(REQUIRED, ("id", "size", "colour")), (UNIQUE, ("id", "size")), (REMOVED, ("id",))],
    ids=["required", "unique", "removed"],
)
def test_running_older_process_is_refused_when_its_writes_do_not_fit_any_more(
    change: tuple[str, str], fields: tuple[str, ...], fresh: Fresh, tmp_path: Path
) -> None:
    """The error says that the tables are newer, not that they want an upgrade."""
    with both(tmp_path, change, *fields) as (older, newer), fresh() as url:
        migrated(url, older)
        older.ask("open", url)
        older.ask("insert", "a", 1)
        migrated(url, newer)

        refused = older.ask("insert", "b", 1)

        assert isinstance(refused, Refused)
        assert refused.error == "DatabaseNewer"
        assert "module shop is at shop_0002" in refused.words
        assert "its last is shop_0001" in refused.words
        assert rows_of(url, IDS) == [("a",)]


def test_running_older_process_is_refused_to_read_a_column_that_is_gone(
    fresh: Fresh, tmp_path: Path
) -> None:
    """The same error as for its writes."""
    with both(tmp_path, REMOVED, "id") as (older, newer), fresh() as url:
        migrated(url, older)
        older.ask("open", url)
        older.ask("insert", "a", 1)
        migrated(url, newer)

        refused = older.ask("get", "a")

        assert isinstance(refused, Refused)
        assert refused.error == "DatabaseNewer"


def test_running_newer_process_is_refused_after_a_downgrade(fresh: Fresh, tmp_path: Path) -> None:
    """Nothing is written; the command that brings the tables up again is named."""
    with both(tmp_path, ADDED) as (older, newer), fresh() as url:
        migrated(url, newer)
        newer.ask("open", url)
        newer.ask("insert", "a", 1, "red")
        newer.ask("downgrade", "shop_0001")

        refused = newer.ask("insert", "b", 2, "blue")

        assert isinstance(refused, Refused)
        assert refused.error == "DatabaseUnmigrated"
        assert "aicmo db upgrade --db" in refused.words
        assert rows_of(url, IDS) == [("a",)]
        assert older.ask("open", url) is None
        assert older.ask("get", "a") == ["a", 1]


def test_downgrade_keeps_what_the_older_release_has_a_place_for(
    fresh: Fresh, tmp_path: Path
) -> None:
    """Rows stay; what the removed column held is lost, and comes up again as None."""
    with both(tmp_path, ADDED) as (older, newer), fresh() as url:
        migrated(url, newer)
        newer.ask("open", url)
        newer.ask("insert", "a", 1, "red")

        newer.ask("downgrade", "shop_0001")
        older.ask("open", url)
        older.ask("insert", "b", 2)
        newer.ask("upgrade")

        assert newer.ask("get", "a") == ["a", 1, None]
        assert newer.ask("get", "b") == ["b", 2, None]


def test_downgrade_to_base_loses_the_modules_rows(fresh: Fresh, tmp_path: Path) -> None:
    """Its tables are made again, and are empty."""
    with both(tmp_path, ADDED) as (_, newer), fresh() as url:
        migrated(url, newer)
        newer.ask("open", url)
        newer.ask("insert", "a", 1, "red")

        newer.ask("downgrade", "base")
        newer.ask("upgrade")

        assert newer.ask("get", "a") is None
        assert rows_of(url, IDS) == []


def test_downgrade_to_a_revision_that_was_not_reached_is_refused(
    fresh: Fresh, tmp_path: Path
) -> None:
    """The error names the revisions that there are to go down to; nothing is changed."""
    with both(tmp_path, ADDED) as (older, newer), fresh() as url:
        migrated(url, older)
        newer.ask("reach", url)
        before = look(url)

        refused = newer.ask("downgrade", "shop_0002")

        assert isinstance(refused, Refused)
        assert refused.error == "UnknownName"
        assert "shop_0001" in refused.words
        assert look(url) == before
