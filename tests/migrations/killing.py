"""
Processes that migrate a database and are killed, as by `kill -9`, at one statement.

Usage: killing.py MODULE PACKAGE [FOLDER]. Each line of its input asks for one process:
a JSON list of the database's URL, `upgrade` or a revision to go down to, the number of
the statement to be killed at, from 1, or 0 for none, and `before` or `after` it. It
answers with the process's exit status and the statements that it began.

Statements that only read are not counted. The drivers are wrapped, so that whatever
reaches the database counts, by whichever layer it was sent; COMMIT is one, too. What is
killed is forked from a process that has imported everything and opened nothing; see
`forking_python`.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import sys
import traceback
from collections.abc import Callable
from functools import partial
from typing import Any

import psycopg
import pymysql

from aicmo_core.backends.sql import plugin
from aicmo_core.storage import ModuleSchema

OPENERS = {
    "sqlite": plugin.open_sqlite,
    "postgresql": plugin.open_postgres,
    "mysql": plugin.open_mariadb,
}
READS = ("SELECT", "PRAGMA", "SHOW", "DESCRIBE", "WITH")


class Death:
    """
    Counts statements, and ends the process at one of them.

    Args:
        number: Which one, from 1; 0 for none.
        when: `before` or `after`.
        report: Where the statements are written, each before it is begun.
    """

    def __init__(self, number: int, when: str, report: int) -> None:
        self._number = number
        self._when = when
        self._report = report
        self._count = 0

    def around(self, send: Callable[[], Any], statement: str) -> Any:
        """Send *statement*, if that is survived."""
        if statement.lstrip().upper().startswith(READS):
            return send()
        self._count += 1
        os.write(self._report, json.dumps(statement).encode() + b"\n")
        self._strike("before")
        answer = send()
        self._strike("after")
        return answer

    def _strike(self, moment: str) -> None:
        if (self._count, self._when) == (self._number, moment):
            os.kill(os.getpid(), signal.SIGKILL)


def _text(statement: Any) -> str:
    return statement.decode() if isinstance(statement, bytes) else str(statement)


def wrap(owner: Any, name: str, death: Death) -> None:
    """Let *owner*'s method go through *death*: a cursor's that executes, or `commit`."""
    method = getattr(owner, name)

    def wrapped(self: Any, *arguments: Any, **options: Any) -> Any:
        statement = _text(arguments[0]) if arguments else name
        return death.around(partial(method, self, *arguments, **options), statement)

    setattr(owner, name, wrapped)


def wrap_drivers(death: Death) -> None:
    """Let every statement of all three drivers go through *death*."""
    cursor = type("Cursor", (sqlite3.Cursor,), {})
    connection = type(
        "Connection",
        (sqlite3.Connection,),
        {"cursor": lambda self, factory=cursor: sqlite3.Connection.cursor(self, factory)},
    )
    sqlite3.connect = partial(sqlite3.connect, factory=connection)  # type: ignore[assignment]
    for owner, names in (
        (cursor, ("execute", "executemany")),
        (connection, ("execute", "commit")),
        (psycopg.Cursor, ("execute", "executemany")),
        (psycopg.Connection, ("commit",)),
        (pymysql.cursors.Cursor, ("execute",)),  # which its executemany calls
        (pymysql.connections.Connection, ("commit",)),
    ):
        for name in names:
            wrap(owner, name, death)


def migrate_once(schema: ModuleSchema, url: str, target: str) -> None:
    """Do what `aicmo db upgrade` or `aicmo db downgrade` does, for one module."""
    backend = OPENERS[url.partition(":")[0]](url)
    backend._schema.declare([schema])  # type: ignore[attr-defined]
    if target == "upgrade":
        backend.upgrade()
    else:
        backend.downgrade(schema.module, target)


def in_a_process(schema: ModuleSchema, wanted: list[Any]) -> tuple[int, list[str]]:
    """Return the exit status of a process that does what is *wanted*, and its statements."""
    url, target, number, when = wanted
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            wrap_drivers(Death(number, when, writer))
            migrate_once(schema, url, target)
            status = 0
        except Exception:  # noqa: BLE001 - what it was is told; nothing of the parent's may run
            traceback.print_exc()
        finally:
            os._exit(status)
    os.close(writer)
    with open(reader, encoding="utf-8") as lines:
        statements = [json.loads(line) for line in lines]
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), statements


def main(module: str, package: str, folder: str = "") -> None:
    if folder:
        sys.path.insert(0, folder)
    schema = ModuleSchema(module, (), package)
    for line in sys.stdin:
        sys.stdout.write(json.dumps(in_a_process(schema, json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
