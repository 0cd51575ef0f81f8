"""Databases of a benchmark's own, on the server that AICMO_TEST_POSTGRES names."""

from __future__ import annotations

import os
import secrets


def postgres_url() -> str | None:
    """Return the server that AICMO_TEST_POSTGRES names, if it names one."""
    return os.environ.get("AICMO_TEST_POSTGRES")


def make_database(server: str) -> str:
    """Return the URL of a new, empty database on *server*; `drop_database` removes it."""
    import psycopg

    name = f"aicmo_bench_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"create database {name}".encode())
    return f"{server.rpartition('/')[0]}/{name}"


def drop_database(url: str) -> None:
    """Remove a database that `make_database` made, connections and all."""
    import psycopg

    server, _, name = url.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"drop database if exists {name} with (force)".encode())


def durability(url: str) -> str:
    """Return how the server waits for the disk."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        said = []
        for name in ("synchronous_commit", "fsync"):
            row = connection.execute(f"show {name}".encode()).fetchone()
            assert row is not None
            said.append(f"{name}={row[0]}")
    return ", ".join(said)
