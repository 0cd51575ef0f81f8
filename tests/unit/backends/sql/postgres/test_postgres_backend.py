"""What is particular about PostgreSQL: lost connections, its errors, clock and schemas."""

from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from aicmo_core.backends.sql.backend import SqlBackend
from aicmo_core.storage import (
    BackendUnavailable,
    DatabaseMissing,
    DatabaseReadOnly,
    DatabaseUnmigrated,
    Insert,
    OutcomeUnknown,
)
from aicmo_core.testing.samples import (
    KIT,
    TICKETS,
)
from unit.backends.sql.postgres.furnishing import (
    BATCHES,
    Trying,
    furnish,
    opened,
    ticket,
    wait_until_blocked,
)


def _end_other_sessions(other: psycopg.Connection[Any]) -> None:
    """Do to all other connections what a restart of the server does."""
    other.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )


def test_read_survives_a_restart_of_the_server(
    backend: SqlBackend, other: psycopg.Connection[Any]
) -> None:
    """A connection that was lost while idle is replaced without a word."""
    backend.commit([ticket(1)])
    _end_other_sessions(other)

    found = backend.get(TICKETS, (1,))

    assert found is not None


def test_commit_survives_a_restart_of_the_server(
    backend: SqlBackend, other: psycopg.Connection[Any]
) -> None:
    """The loss is noticed before anything is sent, so that nothing is in doubt."""
    backend.commit([ticket(1)])
    _end_other_sessions(other)

    backend.commit([ticket(2)])

    assert backend.count(TICKETS) == 2


@pytest.mark.parametrize("batch", ["many rows of a table", "children that are replaced"])
def test_connection_lost_during_a_commit_leaves_the_outcome_unknown(
    backend: SqlBackend, other: psycopg.Connection[Any], url: str, batch: str
) -> None:
    """The answer did not come; nobody can say from here what became of the batch."""
    furnish(backend)
    with psycopg.connect(url) as holder:
        holder.execute("SELECT 1 FROM kit_tickets FOR UPDATE")
        holder.execute("SELECT 1 FROM kit_baskets FOR UPDATE")
        commit = Trying(backend, BATCHES[batch])
        wait_until_blocked(other)
        other.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        commit.join()

    assert isinstance(commit.error, OutcomeUnknown)
    assert backend.count(TICKETS) == 9


def test_read_only_server_can_be_read(backend: SqlBackend, url: str) -> None:
    """A commit to it says so."""
    backend.commit([ticket(1)])

    with opened(url, options="-c default_transaction_read_only=on") as reader:
        reader.prepare([KIT])
        with pytest.raises(DatabaseReadOnly):
            reader.commit([ticket(2)])
        with pytest.raises(DatabaseReadOnly):
            reader.commit(BATCHES["children that are replaced"])

        assert reader.count(TICKETS) == 1


def test_missing_database_is_told(url: str) -> None:
    """It is named, and not made."""
    address = sa.make_url(url).set(database="no_such_database")

    with (
        opened(address.render_as_string(hide_password=False)) as backend,
        pytest.raises(DatabaseMissing, match="no_such_database"),
    ):
        backend.prepare([KIT])


def test_server_that_does_not_answer_is_told() -> None:
    """The address is named, and nothing was written."""
    with (
        opened("postgresql://127.0.0.1:1/agency") as backend,
        pytest.raises(BackendUnavailable, match=r"127\.0\.0\.1:1/agency is not available"),
    ):
        backend.commit([ticket(1)])


def test_table_that_went_missing_is_told_with_the_command(
    backend: SqlBackend, other: psycopg.Connection[Any]
) -> None:
    """Reads and commits both say that the database is not migrated."""
    other.execute("DROP TABLE kit_tickets")

    with pytest.raises(DatabaseUnmigrated, match="run: aicmo db upgrade --db"):
        backend.get(TICKETS, (1,))
    with pytest.raises(DatabaseUnmigrated):
        backend.commit([ticket(1)])


@pytest.mark.parametrize("wrong", [("a secret", ""), (1, "x" * 70)])
def test_error_shows_no_value(backend: SqlBackend, wrong: tuple[Any, str]) -> None:
    """A value that the server refuses is not repeated."""
    number, token = wrong
    row = ticket(1).row._replace(values=(number, "a secret"), token=token)

    with pytest.raises(BackendUnavailable, match="refused the statement") as caught:
        backend.commit([Insert(TICKETS, row)])

    assert "secret" not in str(caught.value)
    backend.commit([ticket(1)])


def test_clock_is_the_servers(backend: SqlBackend, other: psycopg.Connection[Any]) -> None:
    """In UTC and to the microsecond, whatever the session's time zone."""
    (before,), *_ = other.execute("SELECT clock_timestamp()").fetchall()

    now = backend.now()

    (after,), *_ = other.execute("SELECT clock_timestamp()").fetchall()
    assert before <= now <= after
    assert str(now.tzinfo) == "UTC"


def test_tables_may_lie_in_a_schema_of_their_own(url: str, other: psycopg.Connection[Any]) -> None:
    """The search path of the address decides, for migrations too."""
    other.execute("CREATE SCHEMA agency")

    with opened(url, options="-c search_path=agency") as backend:
        with pytest.raises(DatabaseUnmigrated):
            backend.prepare([KIT])
        backend.upgrade()
        backend.commit([ticket(1)])

        assert backend.check() == []
    assert other.execute("SELECT count(*) FROM agency.kit_tickets").fetchall() == [(1,)]


def test_encoding_that_the_environment_sets_is_not_taken(
    backend: SqlBackend, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Text of any script is stored, whatever the host's other programs speak."""
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    with opened(url) as other_host:
        other_host.commit([ticket(1, "журнал 日誌")])

    row = backend.get(TICKETS, (1,))
    assert row is not None
    assert TICKETS.decode(row).text == "журнал 日誌"
