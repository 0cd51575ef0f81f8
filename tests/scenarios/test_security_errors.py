"""
What went wrong is told, and what was stored is not: in errors, their causes, and logs.

Every text that is stored here holds a marker, and every way in which a database refuses
is provoked. Keys of rows may be named: whoever has to look needs them.
"""

from __future__ import annotations

import logging
import socket
import sqlite3
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pymysql
import pytest
import sqlalchemy as sa
from attrs import frozen

from aicmo_core.app import open_backend
from aicmo_core.backends.sql.address import read_address
from aicmo_core.backends.sql.mariadb import MariaDb
from aicmo_core.kernel import AicmoError, InvalidValue
from aicmo_core.runtime.plugins import load_plugins
from aicmo_core.storage import (
    Backend,
    BackendUnavailable,
    Conflict,
    DatabaseLocked,
    DatabaseReadOnly,
    DatabaseUnmigrated,
    Insert,
    OutcomeUnknown,
)
from aicmo_core.testing.databases import fresh_mariadb, fresh_postgres, fresh_sqlite
from aicmo_core.testing.samples import ACCOUNTS, KIT, Account
from scenarios.command_line import aicmo

MARKER = "ann@example.org"
PASSWORD = "correct-horse"
PLUGINS = load_plugins(allow=[])


@frozen
class World:
    """A database with one account, as the library sees it, and as its administrator does."""

    kind: str
    url: str
    backend: Backend
    administer: Callable[[str], object]

    def opened(self, **options: str) -> Backend:
        """Return another backend on the database, with options of its driver."""
        url = read_address(self.url).update_query_dict(options)
        return open_backend(url.render_as_string(hide_password=False), PLUGINS)


@pytest.fixture(params=["sqlite", "postgres", "mariadb"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    match request.param:
        case "sqlite":
            yield from _world("sqlite", fresh_sqlite(tmp_path))
        case "postgres":
            with fresh_postgres() as url:
                yield from _world("postgres", url)
        case _:
            with fresh_mariadb() as url:
                yield from _world("mariadb", url)


def _world(kind: str, url: str) -> Iterator[World]:
    with open_backend(url, PLUGINS) as backend:
        try:
            backend.prepare([KIT])
        except DatabaseUnmigrated:
            backend.upgrade()
            backend.prepare([KIT])
        backend.commit([account("first", MARKER)])
        connection = _connected(kind, url)
        yield World(kind, url, backend, lambda sql: connection.cursor().execute(sql))
        connection.close()


def _connected(kind: str, url: str) -> sqlite3.Connection | psycopg.Connection:
    match kind:
        case "sqlite":
            return sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        case "postgres":
            return psycopg.connect(url, autocommit=True)
    return MariaDb(read_address(url)).connect()  # type: ignore[no-any-return]


def account(key: str, owner: str) -> Insert:
    item = Account(key, owner, shelf=f"shelf of {owner}")
    return Insert(ACCOUNTS, ACCOUNTS.encode(item, f"token-{key}"))


def refusal(backend: Backend, kind: type[AicmoError], owner: str = f"other {MARKER}") -> str:
    """Commit an account that is refused; return all that a traceback prints of the error."""
    with pytest.raises(kind) as caught:
        backend.commit([account("second", owner)])
    assert caught.value.__cause__ is not None
    return said(caught.value)


def said(error: BaseException) -> str:
    """Return whatever is printed of an error: its forms, and its causes', without source lines."""
    chain = traceback.TracebackException.from_exception(error, lookup_lines=False)
    lines = [line for line in chain.format() if not line.startswith("  File")]
    return "\n".join([str(error), repr(error), *lines])


REFUSING = {
    "a check": {
        "sqlite": """
            CREATE TRIGGER refuse BEFORE INSERT ON kit_accounts
            BEGIN SELECT RAISE(ABORT, 'not this one'); END
        """,
        "postgres": "ALTER TABLE kit_accounts ADD CHECK (owner NOT LIKE 'other%')",
        "mariadb": "ALTER TABLE kit_accounts ADD CHECK (owner NOT LIKE 'other%')",
    },
    "a trigger": {
        "postgres": """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'not %', NEW.owner; END $$;
            CREATE TRIGGER refuse BEFORE INSERT ON kit_accounts
            FOR EACH ROW EXECUTE FUNCTION refuse()
        """,
        "mariadb": """
            CREATE TRIGGER refuse BEFORE INSERT ON kit_accounts FOR EACH ROW
            BEGIN
                SET @said = CONCAT('not ', CONVERT(NEW.owner USING utf8mb4));
                SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = @said;
            END
        """,
    },
    "a narrow column": {
        "postgres": "ALTER TABLE kit_accounts ALTER shelf TYPE varchar(25)",
        "mariadb": "ALTER TABLE kit_accounts MODIFY shelf varbinary(25)",
    },
    "a column of numbers": {
        "mariadb": """
            CREATE TRIGGER refuse BEFORE INSERT ON kit_accounts FOR EACH ROW
            SET NEW.slot = CAST(CONVERT(NEW.owner USING utf8mb4) AS INT)
        """,
        "postgres": """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN NEW.slot = NEW.owner::bigint; RETURN NEW; END $$;
            CREATE TRIGGER refuse BEFORE INSERT ON kit_accounts
            FOR EACH ROW EXECUTE FUNCTION refuse()
        """,
    },
}


def test_unique_value_that_is_taken(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """The conflict names the constraint and the row's key; the driver's cause nothing more."""
    caplog.set_level(logging.DEBUG)

    text = refusal(world.backend, Conflict, MARKER)

    assert "taken (owner)" in text
    assert "second" in text
    assert MARKER not in text + caplog.text


@pytest.mark.parametrize("by", list(REFUSING))
def test_row_that_the_database_refuses(
    world: World, caplog: pytest.LogCaptureFixture, by: str
) -> None:
    """By what its administrator added: the code is told, and nothing that the server quotes."""
    if world.kind not in REFUSING[by]:
        pytest.skip(f"{world.kind} has no {by} that would refuse this")
    world.administer(REFUSING[by][world.kind])
    caplog.set_level(logging.DEBUG)

    text = refusal(world.backend, BackendUnavailable)

    assert MARKER not in text + caplog.text


def test_table_that_is_gone(world: World) -> None:
    """Is named, with the command that mends it."""
    world.administer("DROP TABLE kit_accounts")

    text = refusal(world.backend, DatabaseUnmigrated)

    assert "kit_accounts" in text
    assert MARKER not in text


def test_database_that_is_read_only(world: World) -> None:
    """Is told in the server's words, which are about itself."""
    options = {
        "sqlite": {"mode": "ro"},
        "postgres": {"options": "-c default_transaction_read_only=on"},
        "mariadb": {"init_command": "SET SESSION TRANSACTION READ ONLY"},
    }

    with world.opened(**options[world.kind]) as reader:
        text = refusal(reader, DatabaseReadOnly)

    assert "read" in text
    assert MARKER not in text


def test_row_that_somebody_else_holds(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """The commit gives up after its time limit, and does not say what it would have written."""
    caplog.set_level(logging.DEBUG)
    holding = {
        "sqlite": "BEGIN IMMEDIATE",
        "postgres": "BEGIN; LOCK TABLE kit_accounts",
        "mariadb": "LOCK TABLES kit_accounts WRITE",
    }
    options = {
        "sqlite": {"timeout": "0"},
        "postgres": {"options": "-c lock_timeout=20ms"},
        "mariadb": {"init_command": "SET SESSION lock_wait_timeout = 0"},
    }
    world.administer(holding[world.kind])

    with world.opened(**options[world.kind]) as waiting:
        text = refusal(waiting, DatabaseLocked)

    assert MARKER not in text + caplog.text


def test_session_that_the_server_ends(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """While a commit waits: its outcome is unknown, or nothing was written; no value is told."""
    if world.kind == "sqlite":
        pytest.skip("SQLite has no sessions")
    caplog.set_level(logging.DEBUG)
    ending = {
        "postgres": "SELECT pg_stat_clear_snapshot(); "
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'",
        "mariadb": "BEGIN NOT ATOMIC DECLARE waiting BIGINT; "
        "SELECT max(id) INTO waiting FROM information_schema.processlist "
        "WHERE db = DATABASE() AND state LIKE 'Waiting for%'; "
        "IF waiting IS NOT NULL THEN KILL waiting; END IF; END",
    }
    held = {
        "postgres": "BEGIN; LOCK TABLE kit_accounts",
        "mariadb": "LOCK TABLES kit_accounts WRITE",
    }
    met: list[AicmoError] = []

    def commit() -> None:
        try:
            world.backend.commit([account("second", f"other {MARKER}")])
        except AicmoError as error:
            met.append(error)

    world.administer(held[world.kind])
    waiting = threading.Thread(target=commit)
    waiting.start()
    for _ in range(20_000):
        with suppress(pymysql.err.OperationalError):  # it ended between the look and the kill
            world.administer(ending[world.kind])
        if not waiting.is_alive():
            break
    world.administer("ROLLBACK" if world.kind == "postgres" else "UNLOCK TABLES")
    waiting.join()

    assert isinstance(met[0], OutcomeUnknown | BackendUnavailable)
    assert MARKER not in said(met[0]) + caplog.text


@pytest.mark.parametrize("text", ["\x00", "\ud800", "x" * 600])
def test_text_that_no_store_takes(text: str) -> None:
    """Too long for an index, or of characters that some store lacks: its place is told."""
    with pytest.raises(InvalidValue, match=r"\$\.owner: expected ") as caught:
        account("second", MARKER + text)

    assert MARKER not in said(caught.value)


def test_row_that_was_edited_by_hand(world: World) -> None:
    """What cannot be read back is named by its key and field."""
    world.backend.commit([account("third", "plain")])
    edited = {"sqlite": f"'{MARKER}'", "postgres": None, "mariadb": None}[world.kind]
    if edited is None:
        pytest.skip("the server's columns hold nothing else")
    world.administer(f"UPDATE kit_accounts SET balance = {edited} WHERE account_id = 'third'")
    row = world.backend.get(ACCOUNTS, ("third",))
    assert row is not None

    with pytest.raises(InvalidValue, match=r"row \('third',\): expected an int") as caught:
        ACCOUNTS.decode(row)

    assert MARKER not in said(caught.value)


# -- passwords ---------------------------------------------------------------------------------


class EchoingServer:
    """A PostgreSQL server that asks for the password in clear, and quotes it when it refuses."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.heard: list[bytes] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                self._refuse(connection)

    def _refuse(self, connection: socket.socket) -> None:
        begun = connection.recv(1024)
        while begun[4:8] in (b"\x04\xd2\x16\x2f", b"\x04\xd2\x16\x30"):  # asks for TLS, or GSS
            connection.sendall(b"N")
            begun = connection.recv(1024)
        connection.sendall(b"R\x00\x00\x00\x08\x00\x00\x00\x03")
        password = connection.recv(1024)[5:-1]
        self.heard.append(password)
        said = b"SFATAL\x00C28P01\x00Mno entry with " + password + b"\x00D" + password + b"\x00\x00"
        connection.sendall(b"E" + (len(said) + 4).to_bytes(4, "big") + said)

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def echoing() -> Iterator[EchoingServer]:
    server = EchoingServer()
    yield server
    server.close()


@pytest.fixture
def refused_logins(echoing: EchoingServer) -> Iterator[list[str]]:
    """URLs with a password that is wrong, or at which nobody answers."""
    with fresh_mariadb() as url:
        wrong = read_address(url).set(password=PASSWORD)
        yield [
            wrong.render_as_string(hide_password=False),
            f"postgresql://ann:{PASSWORD}@127.0.0.1:{echoing.port}/agency",
            f"postgresql://ann@127.0.0.1:{echoing.port}/agency?password={PASSWORD}",
            f"postgresql://ann:{PASSWORD}@127.0.0.1:1/agency?connect_timeout=1",
            f"mysql://ann:{PASSWORD}@127.0.0.1:1/agency?ssl_key_password={PASSWORD}",
        ]


def test_password_in_errors_and_logs(
    refused_logins: list[str], echoing: EchoingServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever the server says of it, and wherever in the URL it stood."""
    caplog.set_level(logging.DEBUG)
    texts = []
    for url in refused_logins:
        backend = open_backend(url, PLUGINS)
        with pytest.raises(BackendUnavailable) as caught:
            backend.prepare([KIT])
        texts += [said(caught.value), repr(backend)]

    assert echoing.heard == [PASSWORD.encode()] * 2
    assert PASSWORD not in "\n".join(texts) + caplog.text


def test_password_in_the_output_of_commands(refused_logins: list[str], tmp_path: Path) -> None:
    """Neither in the message, nor in the command that it suggests, nor as JSON."""
    for url in refused_logins[1:]:
        done = aicmo("runs", "list", "--json", "--db", url, folder=tmp_path)

        assert done.code == 1
        assert f"@{sa.make_url(url).host}" in done.err
        assert PASSWORD not in done.out + done.err
