"""Each state of a database names a command, and the command fits the database."""

from __future__ import annotations

from pathlib import Path

import pytest

from aicmo_core.cli.remedies import database_file, option, remedy, require_database
from aicmo_core.kernel.errors import NotFound
from aicmo_core.storage import (
    BackendUnavailable,
    DatabaseFull,
    DatabaseLocked,
    DatabaseMissing,
    DatabaseNewer,
    DatabaseReadOnly,
    DatabaseUnmigrated,
)

SERVER = "postgresql://anna@db.example:5433/agency"
MARIADB = "mariadb://anna@db.example/agency"


@pytest.mark.parametrize(
    ("error", "command"),
    [
        (DatabaseLocked("sqlite:///a b.db?timeout=1", "busy"), "fuser -v 'a b.db'"),
        (DatabaseReadOnly("sqlite:////srv/a.db", "no"), "chmod u+w /srv/a.db /srv"),
        (DatabaseFull("sqlite:////srv/a.db", "no"), "df -h /srv"),
        (DatabaseMissing("sqlite:////no/such/a.db", "no"), "mkdir -p /no/such"),
        (DatabaseMissing("sqlite:///a.db", "no"), "aicmo db upgrade --db sqlite:///a.db"),
        (BackendUnavailable("sqlite:///a.db", "not a database"), "ls -ld a.db ."),
        (DatabaseUnmigrated(SERVER, "old", "aicmo db upgrade"), "aicmo db upgrade"),
        (DatabaseNewer(SERVER, "new", "install"), "pip install --upgrade aicmo_core"),
        (DatabaseMissing(SERVER, "no"), "createdb -h db.example -p 5433 -U anna agency"),
        (
            DatabaseReadOnly(SERVER, "no"),
            "psql -h db.example -p 5433 -U anna -c "
            "'grant usage, create on schema public to current_user' agency",
        ),
        (
            DatabaseLocked(SERVER, "no"),
            "psql -h db.example -p 5433 -U anna -c "
            "'select pid, state, query from pg_stat_activity' agency",
        ),
        (BackendUnavailable(SERVER, "no"), "pg_isready -h db.example -p 5433 -U anna"),
        (DatabaseMissing(MARIADB, "no"), "mariadb-admin -h db.example -u anna create agency"),
        (DatabaseLocked(MARIADB, "no"), "mariadb-admin -h db.example -u anna processlist"),
        (DatabaseReadOnly(MARIADB, "no"), "mariadb -h db.example -u anna -e 'show grants' agency"),
        (BackendUnavailable(MARIADB, "no"), "mariadb-admin -h db.example -u anna ping"),
        (BackendUnavailable("theirs://x", "no"), None),
        (NotFound("run", "x"), None),
    ],
)
def test_the_command_after_an_error(error: Exception, command: str | None) -> None:
    """It names the file, or the server and the database, as a shell takes it."""
    assert remedy(error) == command


def test_only_sqlite_names_a_file() -> None:
    """Other addresses are their backends' business."""
    assert database_file("sqlite:////srv/a.db?timeout=1") == Path("/srv/a.db")
    assert database_file("memory:") is None
    assert database_file(SERVER) is None


def test_a_file_is_required_where_a_command_only_looks(tmp_path: Path) -> None:
    """One that is not there, or empty, is refused; nothing is made."""
    url = f"sqlite:///{tmp_path}/a.db"

    with pytest.raises(DatabaseMissing, match="no database file"):
        require_database(url)

    assert list(tmp_path.iterdir()) == []
    (tmp_path / "a.db").touch()
    with pytest.raises(DatabaseMissing):
        require_database(url)
    (tmp_path / "a.db").write_bytes(b"SQLite format 3")
    require_database(url)
    require_database("memory:")


def test_the_default_database_needs_no_option() -> None:
    """Any other does, quoted."""
    assert option("sqlite:///aicmo.db") == ""
    assert option("sqlite:///a b.db") == " --db 'sqlite:///a b.db'"
