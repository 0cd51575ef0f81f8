"""
Floors: the same work by hand, with nothing between it and the store.

The tables carry the same keys, unique constraints and indexes as the library's, and
a run writes the same rows in the same five commits.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

import attrs

from benchmarks.measure import Variant
from benchmarks.postgres import drop_database, durability, make_database
from benchmarks.work import STEPS

PARENTS = ("brief", "strategy", "draft", "qc_result", "package")
CHILDREN = (None, "pillar", "block", "issue", "artifact")
NAMES = ("normalize_brief", "generate_strategy", "generate_draft", "qc_evaluate", "create_package")

# table: (columns with their types, primary key, further constraints and indexes)
_T, _I, _F, _B = "text", "integer", "float", "boolean"
TABLES: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
    "brief": (
        {"id": _T, "run": _T, "client": _T, "goal": _T, "audience": _T, "tone": _T, "budget": _I},
        ("id",),
    ),
    "strategy": ({"id": _T, "run": _T, "brief_id": _T, "headline": _T}, ("id",)),
    "pillar": (
        {"parent_id": _T, "pos": _I, "title": _T, "message": _T, "weight": _F},
        ("parent_id", "pos"),
    ),
    "draft": ({"id": _T, "run": _T, "strategy_id": _T, "title": _T}, ("id",)),
    "block": ({"parent_id": _T, "pos": _I, "kind": _T, "text": _T}, ("parent_id", "pos")),
    "qc_result": (
        {"id": _T, "run": _T, "draft_id": _T, "score": _F, "passed": _B},
        ("id",),
    ),
    "issue": (
        {"parent_id": _T, "pos": _I, "code": _T, "severity": _T, "block": _I},
        ("parent_id", "pos"),
    ),
    "package": (
        {"id": _T, "run": _T, "draft_id": _T, "result_id": _T, "checksum": _T},
        ("id",),
    ),
    "artifact": (
        {"parent_id": _T, "pos": _I, "name": _T, "mime": _T, "size": _I},
        ("parent_id", "pos"),
    ),
    "run": (
        {"id": _T, "name": _T, "key": _T, "state": _T, "input": _T, "created_at": _F},
        ("id",),
    ),
    "journal": (
        {"run": _T, "seq": _I, "step": _T, "attempt": _I, "kind": _T, "result": _T, "at": _F},
        ("run", "seq"),
    ),
    "outbox": (
        {
            "aggregate": _T,
            "key": _T,
            "n": _I,
            "event_id": _T,
            "payload": _T,
            "at": _F,
            "relayed": _B,
        },
        ("aggregate", "key", "n"),
    ),
}
INDEXES = (
    "create unique index uq_run on run (name, key)",
    "create index ix_run on run (state)",
    "create unique index uq_journal on journal (run, step, attempt, kind)",
    "create index ix_outbox on outbox (relayed, event_id)",
)
_NATIVE = {
    "sqlite": {_T: "text", _I: "integer", _F: "real", _B: "boolean"},
    "postgres": {_T: 'text collate "C"', _I: "bigint", _F: "double precision", _B: "boolean"},
}


def ddl(dialect: str) -> list[str]:
    """Return the statements that make the tables."""
    types = _NATIVE[dialect]
    tables = []
    for name, (columns, key) in TABLES.items():
        lines = ", ".join(f"{c} {types[t]} not null" for c, t in columns.items())
        tables.append(f"create table {name} ({lines}, primary key ({', '.join(key)}))")
    return [*tables, *INDEXES]


def new_id() -> str:
    """Return a time-ordered id, as the library's are."""
    return f"{time.time_ns() >> 4:016x}{secrets.randbits(64):016x}"


def _json(document: Any) -> str:
    return json.dumps(attrs.asdict(document), ensure_ascii=False, separators=(",", ":"))


def step_rows(number: int, run: str, document: Any) -> list[tuple[str, list[tuple[Any, ...]]]]:
    """Return what step *number* writes: table and rows."""
    now = time.time()
    values = attrs.astuple(document, recurse=False)
    parent = tuple(v for v in values if not isinstance(v, tuple))
    children = next((v for v in values if isinstance(v, tuple)), ())
    entry = (run, number + 1, NAMES[number], 1, "completed", _json(document), now)
    payload = json.dumps({"key": values[0]})
    event = (PARENTS[number], values[0], 1, new_id(), payload, now, False)
    written = [(PARENTS[number], [parent])]
    child = CHILDREN[number]
    if child is not None:
        rows = [(values[0], i, *attrs.astuple(c, recurse=False)) for i, c in enumerate(children)]
        written.append((child, rows))
    written += [("journal", [entry]), ("outbox", [event])]
    if number == 0:
        written.append(("run", [(run, "five_steps", run, "running", '{"client":"x"}', now)]))
    return written


class MemoryFloor(Variant):
    """Dicts, no copies, no locks."""

    def open(self) -> None:
        self.tables: dict[str, dict[Any, Any]] = {name: {} for name in TABLES}

    def one(self) -> None:
        run = new_id()
        made: list[Any] = []
        for number, make in enumerate(STEPS):
            document = make(new_id, run, made)
            made.append(document)
            for table, rows in step_rows(number, run, document):
                width = len(TABLES[table][1])
                self.tables[table].update({row[:width]: row for row in rows})
        self.tables["run"][(run,)] = (*self.tables["run"][(run,)][:3], "completed")

    def counts(self) -> int:
        return sum(len(rows) for rows in self.tables.values())

    def close(self) -> None:
        self.tables.clear()


class SqliteFloor(Variant):
    """sqlite3, one kept connection behind a lock, BEGIN IMMEDIATE to COMMIT five times a run."""

    def __init__(self, folder: Path, synchronous: str) -> None:
        self._folder = folder
        self._synchronous = synchronous
        self.durability = f"WAL, synchronous={synchronous}"
        self._lock = threading.Lock()

    def open(self) -> None:
        self._path = self._folder / f"floor-{new_id()}.db"
        self._connection = sqlite3.connect(
            self._path, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        execute = self._connection.execute
        execute("pragma journal_mode=wal")
        execute(f"pragma synchronous={self._synchronous}")
        for statement in ddl("sqlite"):
            execute(statement)
        self._sql = {
            name: f"insert into {name} values ({', '.join('?' * len(columns))})"
            for name, (columns, _) in TABLES.items()
        }

    def one(self) -> None:
        run = new_id()
        made: list[Any] = []
        execute, executemany = self._connection.execute, self._connection.executemany
        for number, make in enumerate(STEPS):
            document = make(new_id, run, made)
            made.append(document)
            written = step_rows(number, run, document)
            with self._lock:
                execute("begin immediate")
                for table, rows in written:
                    if len(rows) == 1:
                        execute(self._sql[table], rows[0])
                    else:
                        executemany(self._sql[table], rows)
                if number == len(STEPS) - 1:
                    execute("update run set state = 'completed' where id = ?", (run,))
                execute("commit")

    def counts(self) -> int:
        count = "select " + " + ".join(f"(select count(*) from {t})" for t in TABLES)
        return int(self._connection.execute(count).fetchone()[0])

    def close(self) -> None:
        self._connection.close()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self._path}{suffix}").unlink(missing_ok=True)


class PostgresFloor(Variant):
    """psycopg, one kept connection a thread, autocommit, one statement of CTEs a commit."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._kept = threading.local()
        self._connections: list[Any] = []
        self._statements: dict[tuple[Any, ...], str] = {}

    def open(self) -> None:
        import psycopg

        self._url = make_database(self._server)
        self.durability = durability(self._url)
        with psycopg.connect(self._url, autocommit=True) as connection:
            for statement in ddl("postgres"):
                connection.execute(statement.encode())

    def _connection(self) -> Any:
        import psycopg

        kept = getattr(self._kept, "connection", None)
        if kept is None or kept.closed:
            kept = psycopg.connect(self._url, autocommit=True, prepare_threshold=1)
            self._kept.connection = kept
            self._connections.append(kept)
        return kept

    def _statement(self, shape: tuple[Any, ...]) -> str:
        parts = []
        for table, many in shape[:-1]:
            types = [_NATIVE["postgres"][t].split(" collate")[0] for t in TABLES[table][0].values()]
            if many:
                arrays = ", ".join(f"%s::{t}[]" for t in types)
                parts.append(f"insert into {table} select * from unnest({arrays})")
            else:
                values = ", ".join(f"%s::{t}" for t in types)
                parts.append(f"insert into {table} values ({values})")
        if shape[-1]:
            parts.append("update run set state = 'completed' where id = %s")
        ctes = ", ".join(f"c{i} as ({part})" for i, part in enumerate(parts[:-1]))
        return f"with {ctes} {parts[-1]}"

    def one(self) -> None:
        connection = self._connection()
        run = new_id()
        made: list[Any] = []
        for number, make in enumerate(STEPS):
            document = make(new_id, run, made)
            made.append(document)
            written = step_rows(number, run, document)
            last = number == len(STEPS) - 1
            shape = (*((table, len(rows) > 1) for table, rows in written), last)
            if shape not in self._statements:
                self._statements[shape] = self._statement(shape)
            parameters: list[Any] = []
            for _, rows in written:
                if len(rows) > 1:
                    parameters += map(list, zip(*rows, strict=True))
                else:
                    parameters += rows[0]
            if last:
                parameters.append(run)
            connection.execute(self._statements[shape], parameters)

    def counts(self) -> int:
        count = "select " + " + ".join(f"(select count(*) from {t})" for t in TABLES)
        return int(self._connection().execute(count).fetchone()[0])

    def close(self) -> None:
        for connection in self._connections:
            connection.close()
        self._connections.clear()
        drop_database(self._url)
