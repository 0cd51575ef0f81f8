"""An upgrade happens once, wholly or not at all, however often and by whomever it is asked for."""

import itertools
import os
import shlex
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest
import sqlalchemy as sa

from aicmo_core.backends.sql.backend import SqlBackend
from aicmo_core.backends.sql.database import Database
from aicmo_core.runtime.records import SCHEMA
from aicmo_core.storage import DatabaseUnmigrated, SchemaStatus
from aicmo_core.testing.samples import KIT

OpenBackend: TypeAlias = Callable[[], SqlBackend]

OPENERS = {"sqlite": "open_sqlite", "postgresql": "open_postgres", "mysql": "open_mariadb"}


class PowerCut(Exception):
    """Stands for the end of the process in the middle of an upgrade."""


def _declare(backend: SqlBackend) -> SqlBackend:
    backend._schema.declare([SCHEMA, KIT])
    return backend


def _tables(database: Database) -> list[str]:
    with database.engine().connect() as connection:
        return sa.inspect(connection).get_table_names()


def _cut_after(monkeypatch: pytest.MonkeyPatch, database: Database, statements: int) -> list[str]:
    """Let the database fail after so many statements of an upgrade; return those it ran."""
    ran: list[str] = []
    engine = database.engine()

    def count(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        ran.append(statement)
        if len(ran) == statements:
            raise PowerCut

    sa.event.listen(engine, "after_cursor_execute", count)
    monkeypatch.setattr(database, "engine", lambda: engine)
    return ran


def test_second_upgrade_does_nothing(open_backend: OpenBackend) -> None:
    """Nothing is left to apply."""
    backend = _declare(open_backend())
    first = backend.upgrade()

    second = backend.upgrade()

    assert len(first) == 2
    assert second == []


def test_upgrade_cut_off_after_any_statement_can_be_run_again(
    open_backend: OpenBackend, database: Database
) -> None:
    """What was cut off left nothing behind, or passes over it, and the next upgrade completes."""
    backend = _declare(open_backend())

    for k in itertools.count(1):
        with pytest.MonkeyPatch.context() as patch:
            ran = _cut_after(patch, database, k)
            try:
                lines = backend.upgrade()
            except PowerCut:
                if database.undoes_migrations:
                    assert _tables(database) == [], f"after {ran[-1]}"
            else:
                break

    assert k > 20
    assert len(lines) == 2 or not database.undoes_migrations
    assert backend.schema().status is SchemaStatus.CURRENT
    assert backend.check() == []


def test_process_killed_in_an_upgrade_leaves_nothing(
    url: str, open_backend: OpenBackend, database: Database
) -> None:
    """A process that ends without a word is the same as an error."""
    script = f"""
import os
import sqlalchemy as sa
from aicmo_core.backends.sql import plugin
from aicmo_core.testing.samples import KIT

backend = plugin.{OPENERS[url.partition(":")[0]]}({url!r})
backend._schema.declare([KIT])
engine = backend._database.engine()
ran = []

def end(connection, cursor, statement, *rest):
    ran.append(statement)
    if len(ran) == 12:
        os.kill(os.getpid(), 9)

sa.event.listen(engine, "after_cursor_execute", end)
backend._database.engine = lambda: engine
backend.upgrade()
"""

    ended = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True)

    assert ended.returncode == -9, ended.stderr.decode()
    if database.undoes_migrations:
        assert _tables(database) == []
    backend = _declare(open_backend())
    backend.upgrade()
    assert backend.check() == []


def test_threads_upgrade_at_once(open_backend: OpenBackend) -> None:
    """One applies the migrations; the others wait for it and find nothing to do."""
    start = threading.Barrier(6)
    applied: list[int] = []
    errors: list[BaseException] = []

    def upgrade(backend: SqlBackend) -> None:
        start.wait()
        try:
            applied.append(len(backend.upgrade()))
        except BaseException as error:
            errors.append(error)
            raise

    threads = [threading.Thread(target=upgrade, args=[_declare(open_backend())]) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert sorted(applied) == [0, 0, 0, 0, 0, 2]
    assert _declare(open_backend()).check() == []


def test_processes_open_a_new_database_at_once(url: str, open_backend: OpenBackend) -> None:
    """Each finds it complete, whichever of them made it."""
    script = f"""
import sys
from aicmo_core.backends.sql import plugin
from aicmo_core.storage import DatabaseUnmigrated
from aicmo_core.testing.samples import KIT

backend = plugin.{OPENERS[url.partition(":")[0]]}({url!r})
sys.stdin.readline()
try:
    backend.prepare([KIT])
except DatabaseUnmigrated:
    backend.upgrade()
    backend.prepare([KIT])
print(backend.schema().status.value)
backend.close()
"""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=dict(os.environ),
        )
        for _ in range(4)
    ]

    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [process.communicate() for process in processes]

    assert [out.strip() for out, _ in answers] == ["current"] * 4, answers
    backend = open_backend()
    backend.prepare([KIT])
    assert backend.check() == []


def test_current_database_is_opened_without_alembic(url: str, open_backend: OpenBackend) -> None:
    """Finding out that there is nothing to do costs no import of it."""
    _declare(open_backend()).upgrade()
    script = f"""
import sys
from aicmo_core.backends.sql import plugin
assert "sqlalchemy" not in sys.modules, "importing the plugin"
from aicmo_core.runtime.records import SCHEMA
from aicmo_core.testing.samples import KIT
backend = plugin.{OPENERS[url.partition(":")[0]]}({url!r})
backend.prepare([SCHEMA, KIT])
assert backend.upgrade() == []
assert "alembic" not in sys.modules
backend.close()
"""

    ended = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True)

    assert ended.returncode == 0, ended.stderr.decode()


def test_server_is_never_altered_by_opening_it(
    url: str, open_backend: OpenBackend, database: Database
) -> None:
    """An embedded database is made ready; on a server somebody else decides."""
    backend = open_backend()

    if database.is_embedded:
        backend.prepare([KIT])
        assert backend.schema().status is SchemaStatus.CURRENT
    else:
        with pytest.raises(DatabaseUnmigrated) as caught:
            backend.prepare([KIT])
        assert caught.value.command == f"aicmo db upgrade --db {shlex.quote(database.name)}"
        assert _tables(database) == []
