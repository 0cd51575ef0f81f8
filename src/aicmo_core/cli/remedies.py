"""The command that mends what is wrong with a database, or that shows who can."""

from __future__ import annotations

import shlex
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from aicmo_core.cli.options import DEFAULT_DB
from aicmo_core.storage import (
    BackendUnavailable,
    DatabaseFull,
    DatabaseLocked,
    DatabaseMissing,
    DatabaseNewer,
    DatabaseReadOnly,
    SchemaMismatch,
)

_UPDATE = "pip install --upgrade aicmo_core"


def remedy(error: Exception) -> str | None:
    """Return the command to run after *error*, or None where no command helps."""
    if not isinstance(error, BackendUnavailable):
        return None
    if isinstance(error, DatabaseNewer):
        return _UPDATE
    if isinstance(error, SchemaMismatch):
        return error.command
    path = database_file(error.store)
    return _of_file(error, path) if path is not None else _of_server(error)


def _of_file(error: BackendUnavailable, path: Path) -> str | None:
    file, folder = shlex.quote(str(path)), shlex.quote(str(path.parent))
    match error:
        case DatabaseMissing() if not path.parent.is_dir():
            return f"mkdir -p {folder}"
        case DatabaseMissing():
            return f"aicmo db upgrade --db {shlex.quote(error.store)}"
        case DatabaseLocked():
            return f"fuser -v {file}"
        case DatabaseReadOnly():
            return f"chmod u+w {file} {folder}"
        case DatabaseFull():
            return f"df -h {folder}"
    return f"ls -ld {file} {folder}"


def _of_server(error: BackendUnavailable) -> str | None:
    parts = urlsplit(error.store)
    scheme = parts.scheme.partition("+")[0]
    if scheme in ("mariadb", "mysql"):
        return _of_mariadb(error, parts)
    return _of_postgres(error, parts) if scheme.startswith("postgres") else None


def _of_postgres(error: BackendUnavailable, parts: SplitResult) -> str:
    login, database = _login(parts, "-h", "-p", "-U"), parts.path.lstrip("/")
    match error:
        case DatabaseMissing():
            return shlex.join(["createdb", *login, database])
        case DatabaseLocked():
            query = "select pid, state, query from pg_stat_activity"
            return shlex.join(["psql", *login, "-c", query, database])
        case DatabaseReadOnly():
            right = "grant usage, create on schema public to current_user"
            return shlex.join(["psql", *login, "-c", right, database])
    return shlex.join(["pg_isready", *login])


def _of_mariadb(error: BackendUnavailable, parts: SplitResult) -> str:
    login, database = _login(parts, "-h", "-P", "-u"), parts.path.lstrip("/")
    match error:
        case DatabaseMissing():
            return shlex.join(["mariadb-admin", *login, "create", database])
        case DatabaseLocked():
            return shlex.join(["mariadb-admin", *login, "processlist"])
        case DatabaseReadOnly():
            return shlex.join(["mariadb", *login, "-e", "show grants", database])
    return shlex.join(["mariadb-admin", *login, "ping"])


def _login(parts: SplitResult, host: str, port: str, user: str) -> list[str]:
    return [
        *([host, parts.hostname] if parts.hostname else []),
        *([port, str(parts.port)] if parts.port else []),
        *([user, parts.username] if parts.username else []),
    ]


def database_file(url: str) -> Path | None:
    """Return the file that a SQLite URL names; None for any other URL."""
    if not url.startswith("sqlite:///"):
        return None
    return Path(url.removeprefix("sqlite:///").partition("?")[0])


def require_database(url: str) -> None:
    """
    Refuse a SQLite file that is not there, where a command would only look into it.

    Raises:
        DatabaseMissing: Opening it would make an empty one.
    """
    path = database_file(url)
    if path is not None and (not path.exists() or (path.is_file() and path.stat().st_size == 0)):
        raise DatabaseMissing(url, f"there is no database file {str(path)!r}")


def option(url: str) -> str:
    """Return ` --db URL` where a command needs it to mean the same database."""
    return "" if url == DEFAULT_DB else f" --db {shlex.quote(url)}"
