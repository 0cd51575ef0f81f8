"""
Question: how long does a worker take to find a due run and to claim it, of a million?

    python -m benchmarks.claim [--rounds 5] [--seconds 0.6] [--scale 1]

Four workers, each with a connection and an executor of its own, ask for the run that is due
for the longest and claim it, as fast as they can. Of the runs that wait, half wait for a
moment and half for a signal; where many are due, all of them are. PostgreSQL and MariaDB
are measured where AICMO_TEST_POSTGRES and AICMO_TEST_MARIADB name a server.
"""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aicmo_core import App, RunState, open_app
from aicmo_core.engines.worker import Worker
from aicmo_core.kernel.values import datetime_to_text
from aicmo_core.runtime.records import RUNS
from benchmarks.answers import Row, Table
from benchmarks.asking import Effort, ask
from benchmarks.library import plugins
from benchmarks.measure import P99, Figures, interleave
from benchmarks.stores import POSTGRES, databases, migrated
from benchmarks.work import MODULE, Order, five_steps

WORKERS = 4
FEW, MANY = 1_000, 1_000_000
GOAL = {P99: "≤ 25"}

SOON = datetime(2000, 1, 1, tzinfo=UTC)
LATER = datetime(2100, 1, 1, tzinfo=UTC)


def opened(url: str) -> App:
    return open_app(url, modules=[MODULE], workflows=[five_steps], plugins=plugins())


def fill(url: str, waiting: int, due: int) -> None:
    """Store so many runs beside one that is stored already."""
    with opened(url) as app:
        run = app.start(five_steps, Order())
        stored = app.backend.get(RUNS, (run.id,))
    assert stored is not None
    names = [*(column.name for column in RUNS.columns), "_token"]
    load(url, names, _rows(dict(zip(names, stored.values, strict=False)), waiting, due))


def _rows(first: dict[str, Any], waiting: int, due: int) -> Iterator[tuple[Any, ...]]:
    for n in range(waiting + due):
        state, at = RunState.WAITING, LATER + timedelta(milliseconds=n)
        if n >= waiting:
            state, at = RunState.RUNNING, SOON + timedelta(milliseconds=n)
        moment = None if n < waiting and n % 2 else datetime_to_text(at)
        name = f"{n:012}"
        own = {"run_id": name, "key": name, "state": state.value, "next_at": moment}
        yield tuple({**first, **own, "_token": f"token {n}"}.values())


def load(url: str, names: list[str], rows: Iterator[tuple[Any, ...]]) -> None:
    """Write rows of runs by the driver, and let the database count them."""
    columns = ", ".join(f"`{name}`" if url.startswith("mysql") else f'"{name}"' for name in names)
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection, connection:
            places = ", ".join("?" * len(names))
            connection.executemany(f"INSERT INTO aicmo_runs ({columns}) VALUES ({places})", rows)
    elif url.startswith("postgres"):
        import psycopg

        with psycopg.connect(url) as server, server.cursor() as cursor:
            with cursor.copy(f"COPY aicmo_runs ({columns}) FROM STDIN".encode()) as copy:
                for row in rows:
                    copy.write_row(row)
            cursor.execute("ANALYZE aicmo_runs")
    else:
        _load_mariadb(url, columns, len(names), rows)


def _load_mariadb(url: str, columns: str, width: int, rows: Iterator[tuple[Any, ...]]) -> None:
    import pymysql

    parts = urlsplit(url)
    with pymysql.connect(
        host=parts.hostname or "",
        port=parts.port or 3306,
        user=parts.username,
        password=parts.password or "",
        database=parts.path.lstrip("/"),
    ) as server:
        with server.cursor() as cursor:
            places = ", ".join(["%s"] * width)
            statement = f"INSERT INTO aicmo_runs ({columns}) VALUES ({places})"
            while some := list(islice(rows, 10_000)):
                cursor.executemany(statement, some)
            cursor.execute("ANALYZE TABLE aicmo_runs")
        server.commit()


@contextmanager
def workers(url: str) -> Iterator[list[Worker]]:
    """Yield workers that share a store, each of an application of its own."""
    with ExitStack() as stack:
        yield [stack.enter_context(opened(url)).worker(threads=1) for _ in range(WORKERS)]


def claims(those: list[Worker], each: int) -> Figures:
    """Return how long each claim takes, of so many by each of the workers."""
    took: list[float] = []
    with ThreadPoolExecutor(len(those)) as pool:
        began = time.perf_counter()
        for one in [pool.submit(_claim, worker, each) for worker in those]:
            took += one.result()
        wall = time.perf_counter() - began
    took.sort()
    return {
        P99: took[int(0.99 * (len(took) - 1))] * 1e3,
        "median ms": took[len(took) // 2] * 1e3,
        "claims/s": len(took) / wall,
    }


def _claim(worker: Worker, times: int) -> list[float]:
    """Claim so many runs. One that another worker was first to claim is time lost."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        while True:
            record = worker._due.next()
            assert record is not None, "not enough runs are due"
            if worker._coordinator.claim(record.run_id, seen=record.executor) is not None:
                break
            worker._due.lost()
        took.append(time.perf_counter() - began)
    return took


def rows_of(database: str, folder: Path, effort: Effort) -> list[Row]:
    """Claim runs of a store that holds few, of one where many wait, and where many are due."""
    each = max(1, round(effort.seconds * 150))
    due = WORKERS * each * (effort.rounds + 1)
    few, many = effort.size(FEW), effort.size(MANY)
    stores = {
        f"{database}, {few:,} wait": (few, due),
        f"{database}, {many:,} wait": (many, due),
        f"{database}, {many:,} are due": (0, max(many, due)),
    }
    with ExitStack() as stack:
        ways = {}
        for name, (waiting, ready) in stores.items():
            url = stack.enter_context(migrated(database, folder, MODULE))
            fill(url, waiting, ready)
            ways[name] = partial(claims, stack.enter_context(workers(url)), each)
        for way in ways.values():
            way()  # a round that is not counted
        found = interleave(ways, effort.rounds)
    base, *_ = found
    return [
        Row(
            name,
            figures,
            against=() if name == base else (base,),
            goals=GOAL if database == POSTGRES and name != base else {},
        )
        for name, figures in found.items()
    ]


def answer(effort: Effort) -> list[Table]:
    """Ask each database that can be reached."""
    with tempfile.TemporaryDirectory() as folder:
        rows = [
            row for database in databases(effort) for row in rows_of(database, Path(folder), effort)
        ]
    title = f"A claim, of {WORKERS} workers that claim at once"
    return [Table(title, tuple(rows), less_is_better=True)]


if __name__ == "__main__":
    ask("claim", __doc__, answer)
