"""
`kill -9` before and after every statement of every migration, up and down.

Set AICMO_SOAK=1 to kill the migrations that are shipped at every statement, too.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import sqlalchemy as sa
from attrs import frozen

from aicmo_core.backends.sql.backend import SqlBackend
from aicmo_core.storage import DatabaseNewer, ModuleSchema, SchemaStatus
from aicmo_core.testing.databases import fresh_mariadb, fresh_postgres, fresh_sqlite
from forked import Forked
from migrations import killing
from migrations.rough import FIRST, ROWS, SEED, TAGGED, TAGS, UPGRADED, rough, rough_before
from migrations.shipped import Shipped, making
from migrations.test_builtin_migrations import SCHEMAS

pytestmark = pytest.mark.skipif(os.name == "nt", reason="this system does not kill by signal")

SOAK = os.environ.get("AICMO_SOAK") == "1"
KILLED = [s for s in SCHEMAS if SOAK or s.module in ("aicmo", "kit", "delivery")]
"""Whose migrations are killed: in the long run everybody's, else the widest three."""

Releases: TypeAlias = tuple[ModuleSchema, ModuleSchema]
Fresh: TypeAlias = Callable[[], AbstractContextManager[str]]


class Processes:
    """
    Migrates in a process for each call; see killing.py.

    Args:
        folder: Put on the path of their imports.
    """

    def __init__(self, schema: ModuleSchema, folder: Path | str = "") -> None:
        self._process = Forked(killing.__file__, schema.module, schema.migrations, folder)

    def migrate(
        self, url: str, target: str = "upgrade", at: int = 0, when: str = "before"
    ) -> list[str]:
        """Return the statements of a process that migrates, and is killed if *at* is given."""
        status, statements = self._run(url, target, at, when)
        assert status == (-signal.SIGKILL if at else 0)
        return statements

    def is_killed(self, url: str, target: str, at: int) -> bool:
        """Return whether a process had a statement of this number, and was killed after it."""
        status, _ = self._run(url, target, at, "after")
        assert status in (0, -signal.SIGKILL)
        return status != 0

    def _run(self, *wanted: Any) -> tuple[int, list[str]]:
        print(json.dumps(wanted), file=self._process.stdin, flush=True)
        status, statements = json.loads(self._process.stdout.readline())
        return status, statements

    def close(self) -> None:
        assert self._process.wait() == 0


@contextmanager
def processes(schema: ModuleSchema, folder: Path | str = "") -> Iterator[Processes]:
    started = Processes(schema, folder)
    try:
        yield started
    finally:
        started.close()


@pytest.fixture(params=["sqlite", "postgresql", "mysql"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Fresh:
    """Makes empty databases of one kind."""
    if request.param == "postgresql":
        return fresh_postgres
    if request.param == "mysql":
        return fresh_mariadb

    @contextmanager
    def file() -> Iterator[str]:
        yield fresh_sqlite(tmp_path)

    return file


@pytest.fixture
def releases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Releases:
    """The rough module as it was first released, and as it is now."""
    monkeypatch.syspath_prepend(tmp_path)
    return rough_before(tmp_path).schema, rough(tmp_path).schema


@frozen
class Looked:
    """A database as another process finds it."""

    tables: dict[str, Any]
    revisions: list[str]


def look(url: str) -> Looked:
    """Return all that the database says about its tables."""
    with opened(url)._database.engine().connect() as connection:
        inspector = sa.inspect(connection)
        tables: dict[str, Any] = {
            name: (
                [(c["name"], str(c["type"]), c["nullable"]) for c in inspector.get_columns(name)],
                inspector.get_pk_constraint(name)["constrained_columns"],
                sorted(str(u) for u in inspector.get_unique_constraints(name)),
                sorted((str(i["name"]), i["column_names"]) for i in inspector.get_indexes(name)),
            )
            for name in inspector.get_table_names()
        }
        if "alembic_version" not in tables:
            return Looked(tables, [])
        rows = connection.execute(sa.text("SELECT version_num FROM alembic_version"))
        return Looked(tables, sorted(rows.scalars()))


def opened(url: str) -> SqlBackend:
    backend = killing.OPENERS[url.partition(":")[0]](url)
    assert isinstance(backend, SqlBackend)
    return backend


def seed(url: str) -> None:
    with opened(url)._database.engine().begin() as connection:
        for statement in SEED:
            connection.exec_driver_sql(statement)


def rows_of(url: str, query: str) -> list[tuple[Any, ...]]:
    """Return what *query* selects; MariaDB keeps indexed text as bytes."""
    with opened(url)._database.engine().connect() as connection:
        found = connection.exec_driver_sql(query).all()
    return [tuple(v.decode() if isinstance(v, bytes) else v for v in row) for row in found]


def status_of(url: str, schema: ModuleSchema) -> SchemaStatus:
    backend = opened(url)
    backend._schema.declare([ModuleSchema(schema.module, (), schema.migrations)])
    try:
        return backend.schema().status
    finally:
        backend.close()


def moments(statements: list[str]) -> list[tuple[int, str]]:
    """Return every moment at which a process can be killed."""
    numbers = range(1, len(statements) + 1)
    return [(number, when) for number in numbers for when in ("before", "after")]


def chosen(statements: list[str]) -> list[tuple[int, str]]:
    """
    Return the moments to be tried: in the long run all.

    Else one in the middle, and those around the last statement, the COMMIT. What is killed
    again and again in one database is killed after each statement in every run.
    """
    found = moments(statements)
    return found if SOAK else [found[len(found) // 2 - 1], *found[-2:]]


@contextmanager
def with_rows(fresh: Fresh, older: Processes, newer: Processes, target: str) -> Iterator[str]:
    """Yield a database with rows that is to be migrated to *target* by the newer process."""
    with fresh() as url:
        older.migrate(url)
        seed(url)
        if target != "upgrade":
            newer.migrate(url)
        yield url


def undisturbed(started: Processes, fresh: Fresh, *targets: str) -> tuple[list[str], Looked]:
    """Return the statements of the last of *targets*, and the tables after an upgrade."""
    with fresh() as url:
        for target in targets:
            statements = started.migrate(url, target)
        started.migrate(url)
        return statements, look(url)


@pytest.mark.parametrize("schema", KILLED, ids=lambda schema: schema.module)
@pytest.mark.parametrize("targets", [["upgrade"], ["upgrade", "base"]], ids=["up", "down"])
def test_shipped_migration_killed_at_any_statement(
    schema: ModuleSchema, targets: list[str], fresh: Fresh
) -> None:
    """It is never taken for complete when it is not, and the next upgrade completes it."""
    *before, target = targets
    with processes(schema) as started:
        statements, complete = undisturbed(started, fresh, *targets)

        tried = chosen(statements)
        for number, when in tried:
            with fresh() as url:
                for each in before:
                    started.migrate(url, each)
                started.migrate(url, target, number, when)
                if status_of(url, schema) is SchemaStatus.CURRENT:
                    assert look(url) == complete, f"{when} {statements[number - 1]}"
                started.migrate(url)
                assert look(url) == complete, f"{when} {statements[number - 1]}"

    assert len(statements) > len(complete.tables)
    sys.stdout.write(f"{schema.module}: {len(statements)} statements, {len(tried)} kills\n")


@pytest.mark.parametrize("target", ["upgrade", FIRST])
def test_migration_that_moves_rows_killed_at_any_statement(
    target: str, fresh: Fresh, releases: Releases, tmp_path: Path
) -> None:
    """No statement of it is done twice, and none is left out: rows are as if undisturbed."""
    first, whole = releases
    with processes(first, tmp_path) as older, processes(whole, tmp_path) as newer:
        with with_rows(fresh, older, newer, target) as url:
            statements = newer.migrate(url, target)
            newer.migrate(url)
            complete = look(url)

        tried = chosen(statements)
        for number, when in tried:
            with with_rows(fresh, older, newer, target) as url:
                newer.migrate(url, target, number, when)
                words = f"{when} {statements[number - 1]}"
                if status_of(url, whole) is SchemaStatus.CURRENT:
                    assert look(url) == complete, words
                newer.migrate(url)
                assert look(url) == complete, words
                assert rows_of(url, ROWS) == UPGRADED, words
                assert rows_of(url, TAGS) == TAGGED, words

    assert len(statements) > 15
    sys.stdout.write(f"rough: {len(statements)} statements, {len(tried)} kills\n")


@pytest.mark.parametrize("target", ["upgrade", FIRST])
def test_migration_killed_again_and_again(
    target: str, fresh: Fresh, releases: Releases, tmp_path: Path
) -> None:
    """Each process is killed one statement further than the one before; the last completes it."""
    first, whole = releases
    with processes(first, tmp_path) as older, processes(whole, tmp_path) as newer:
        with with_rows(fresh, older, newer, target) as url:
            newer.migrate(url)
            complete = look(url)
        with with_rows(fresh, older, newer, target) as url:
            killed = 0
            while newer.is_killed(url, target, killed + 1):
                killed += 1
            newer.migrate(url)

            assert look(url) == complete
            assert rows_of(url, ROWS) == UPGRADED

    assert killed > 5


def test_half_made_tables_say_what_was_cut_off(releases: Releases, tmp_path: Path) -> None:
    """MariaDB commits each change: other code is refused, and older code still knows why."""
    first, whole = releases
    with processes(whole, tmp_path) as newer, processes(first, tmp_path) as older:
        with with_rows(fresh_mariadb, older, newer, "upgrade") as url:
            statements = newer.migrate(url, "upgrade")
        fourth = [i for i, s in enumerate(statements, 1) if s.startswith("ALTER")][1]
        with with_rows(fresh_mariadb, older, newer, "upgrade") as url:
            newer.migrate(url, "upgrade", fourth, "after")

            half, old = opened(url), opened(url)
            half._schema.declare([whole])
            old._schema.declare([first])

            assert half.schema().status is SchemaStatus.OLDER
            assert half.schema().detail == (
                "module rough: rough_0002 was being applied when that was cut off"
            )
            assert not half.revisions()[0].current
            assert old.schema().status is SchemaStatus.NEWER
            with pytest.raises(DatabaseNewer, match=r"rough is at rough_0002, .* rough_0001"):
                old.upgrade()
            half.close()
            old.close()


def test_migration_that_was_edited_since_it_was_cut_off_runs_from_its_begin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was passed over of another text may be anything: nothing is left out."""
    monkeypatch.syspath_prepend(tmp_path)
    module = Shipped(tmp_path, "edited")
    making_two = [making("edited_one")[0], making("edited_two")[0]]
    module.ship("\n".join(making_two), "pass")
    with fresh_mariadb() as url:
        with processes(module.schema, tmp_path) as started:
            statements = started.migrate(url)
            started.migrate(url, "base")
        second = next(i for i, s in enumerate(statements, 1) if "edited_two" in s)
    with fresh_mariadb() as url:
        with processes(module.schema, tmp_path) as started:
            started.migrate(url, "upgrade", second, "after")
        path = module.folder / "0001_change.py"
        text = path.read_text(encoding="utf-8").replace("edited_one", "edited_other")
        path.write_text(text, encoding="utf-8")

        with processes(module.schema, tmp_path) as started:
            started.migrate(url)

        assert {"edited_other", "edited_two"} <= look(url).tables.keys()
        assert look(url).revisions == ["edited_0001"]
