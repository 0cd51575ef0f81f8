"""The hooks of the SQL backends. SQLAlchemy is imported when one is opened."""

from __future__ import annotations

from collections.abc import Sequence

from aicmo_core.hooks import BackendProvider, hookimpl
from aicmo_core.storage import Backend, BackendUnavailable


def open_sqlite(url: str) -> Backend:
    """Open a SQLite file. Nothing is connected before `prepare`."""
    from aicmo_core.backends.sql.address import read_address
    from aicmo_core.backends.sql.backend import SqlBackend
    from aicmo_core.backends.sql.sqlite import Sqlite

    return SqlBackend(Sqlite(read_address(url)))


def open_postgres(url: str) -> Backend:
    """
    Open a PostgreSQL database. Nothing is connected before `prepare`.

    Raises:
        BackendUnavailable: Its driver is not installed.
    """
    from aicmo_core.backends.sql.address import read_address
    from aicmo_core.backends.sql.backend import SqlBackend

    try:
        from aicmo_core.backends.sql.postgres import Postgres
    except ImportError as error:
        raise _without_driver(url, "postgres") from error
    return SqlBackend(Postgres(read_address(url)))


def open_mariadb(url: str) -> Backend:
    """
    Open a MariaDB database. Nothing is connected before `prepare`.

    Raises:
        BackendUnavailable: Its driver is not installed.
    """
    from aicmo_core.backends.sql.address import read_address
    from aicmo_core.backends.sql.backend import SqlBackend

    try:
        from aicmo_core.backends.sql.mariadb import MariaDb
    except ImportError as error:
        raise _without_driver(url, "mariadb") from error
    return SqlBackend(MariaDb(read_address(url)))


def _without_driver(url: str, extra: str) -> BackendUnavailable:
    from aicmo_core.backends.sql.address import read_address, shown

    reason = f"its driver is not installed; run: pip install 'aicmo_core[{extra}]'"
    return BackendUnavailable(shown(read_address(url)), reason)


@hookimpl
def aicmo_backends() -> Sequence[BackendProvider]:
    return [
        BackendProvider("sqlite", open_sqlite, "an embedded file: sqlite:///agency.db"),
        BackendProvider("postgresql", open_postgres, "a server: postgresql://user@host/database"),
        BackendProvider("mariadb", open_mariadb, "a server: mariadb://user@host/database"),
        BackendProvider("mysql", open_mariadb, "the same: mysql://user@host/database"),
    ]
