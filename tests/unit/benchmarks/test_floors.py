"""The floors do the library's work: the same tables, the same rows."""

import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from benchmarks.floors import TABLES, MemoryFloor, SqliteFloor, ddl
from benchmarks.library import Library
from benchmarks.measure import Variant
from benchmarks.work import all_at_once


@pytest.fixture
def by_the_library(tmp_path: Path) -> Path:
    """A database in which the library did the work once."""
    path = tmp_path / "library.db"
    library = Library("sqlite:///{file}", tmp_path)
    library.open()
    library.one()
    (file,) = tmp_path.glob("library-*.db")
    with sqlite3.connect(file) as source, sqlite3.connect(path) as copy:
        source.backup(copy)
    library.close()
    return path


@pytest.fixture
def by_hand(tmp_path: Path) -> Path:
    """A database with the floor's tables."""
    path = tmp_path / "floor.db"
    with sqlite3.connect(path) as connection:
        for statement in ddl("sqlite"):
            connection.execute(statement)
    return path


@pytest.mark.parametrize("name", TABLES)
def test_floor_has_the_librarys_table(name: str, by_the_library: Path, by_hand: Path) -> None:
    """Columns in order, what may be null, keys, unique constraints, indexes: or it is no floor."""
    assert _described(by_hand, name) == _described(by_the_library, name)


def _described(path: Path, name: str) -> dict[str, Any]:
    inspector = sa.inspect(sa.create_engine(f"sqlite:///{path}"))
    return {
        "columns": [
            (c["name"], _kind(c["type"]), c["nullable"]) for c in inspector.get_columns(name)
        ],
        "key": inspector.get_pk_constraint(name)["constrained_columns"],
        "unique": sorted(u["column_names"] for u in inspector.get_unique_constraints(name)),
        "indexes": sorted(i["column_names"] for i in inspector.get_indexes(name)),
    }


def _kind(column_type: sa.types.TypeEngine[Any]) -> str:
    for kind, name in (
        (sa.Boolean, "boolean"),
        (sa.Integer, "integer"),
        (sa.Float, "float"),
        (sa.String, "text"),
    ):
        if isinstance(column_type, kind):
            return name
    raise AssertionError(column_type)


def test_floor_writes_the_librarys_rows(by_the_library: Path, tmp_path: Path) -> None:
    """As many in each table; where the library fills a column, so does the floor, at length."""
    floor = SqliteFloor(tmp_path, "NORMAL")
    floor.open()
    floor.one()
    (file,) = tmp_path.glob("floor-*.db")

    for name in TABLES:
        theirs, ours = _rows(by_the_library, name), _rows(file, name)
        assert len(ours) == len(theirs), name
        assert _filled(ours) == _filled(theirs), name
        assert 0.9 < _size(ours) / _size(theirs) < 1.1, name
    floor.close()


def _rows(path: Path, name: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(path) as connection:
        return connection.execute(f"select * from {name}").fetchall()


def _filled(rows: list[tuple[Any, ...]]) -> Counter[tuple[bool, ...]]:
    return Counter(tuple(value is not None for value in row) for row in rows)


def _size(rows: list[tuple[Any, ...]]) -> int:
    return sum(len(str(value)) for row in rows for value in row)


@pytest.mark.parametrize("kind", ["by hand", "by hand, at once", "library", "library, at once"])
def test_one_run_is_thirty_rows(kind: str, tmp_path: Path) -> None:
    """By whichever way, in memory and on SQLite."""
    variants: dict[str, list[Variant]] = {
        "by hand": [MemoryFloor(), SqliteFloor(tmp_path, "NORMAL")],
        "by hand, at once": [SqliteFloor(tmp_path, "FULL", at_once=True)],
        "library": [Library("memory:"), Library("sqlite:///{file}", tmp_path)],
        "library, at once": [Library("memory:", workflow=all_at_once)],
    }
    for variant in variants[kind]:
        variant.open()
        variant.one()
        variant.one()

        assert variant.counts() == 60

        variant.close()
