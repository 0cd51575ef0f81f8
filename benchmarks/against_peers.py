"""
Question: how does the library compare with others that make work durable?

    python -m benchmarks.against_peers [--rounds 5] [--seconds 0.6]

With DBOS Transact, eventsourcing and python-saga-orchestrator, each in a process of its
own, as durable as the library; their rows are counted. What is not installed is named as
left out: they are the dependency group `bench`. AICMO_BENCH_PYTHON may list other Pythons,
separated like PATH, in which they are installed. PostgreSQL is measured where
AICMO_TEST_POSTGRES names a server.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from secrets import token_hex

from attrs import evolve, frozen

from benchmarks.against_hand import ROWS_PER_RUN, sqlite_url
from benchmarks.answers import Row, Table
from benchmarks.asking import Effort, ask
from benchmarks.floors import PostgresFloor, SqliteFloor
from benchmarks.library import Library, remove
from benchmarks.measure import Variant, measure
from benchmarks.peers.serving import Peer, interpreter
from benchmarks.postgres import drop_database, make_database, postgres_url

OURS = "aicmo_core"
DBOS = "DBOS Transact"
DBOS_APART = "DBOS Transact, plain steps"


@frozen
class Kind:
    """
    One peer.

    Attributes:
        words: Its file in `benchmarks.peers`, and what else it is told.
        imports: What has to be installed.
        rows: How many rows a run is.
        note: What is not alike, for readers.
    """

    words: tuple[str, ...]
    imports: str
    rows: int = ROWS_PER_RUN
    note: str = ""


PEERS = {
    DBOS: Kind(("dbos_transact",), "dbos"),
    DBOS_APART: Kind(
        ("dbos_transact", "apart"),
        "dbos",
        note="A plain step of DBOS commits its rows apart from DBOS's record of it.",
    ),
    "eventsourcing": Kind(
        ("event_sourced",),
        "eventsourcing",
        rows=ROWS_PER_RUN - 5,
        note="eventsourcing has its log of events for an outbox, so that a run is 25 rows.",
    ),
    "python-saga-orchestrator": Kind(
        ("saga_orchestrated",),
        "saga_orchestrator",
        note="python-saga-orchestrator commits a step's rows apart from its own record of it.",
    ),
}


def answer(effort: Effort) -> list[Table]:
    """Measure on each store the peers that can use it."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        tables = [
            _table("SQLite NORMAL", _sqlite(folder, "NORMAL", (DBOS, DBOS_APART)), "≥ 20", effort),
            _table("SQLite FULL", _sqlite(folder, "FULL", (DBOS, "eventsourcing")), "", effort),
        ]
        server = postgres_url()
        if server is not None:
            eight = _postgres(server, (DBOS,), 8)
            tables += [
                _table("PostgreSQL, 1 client", _postgres(server, tuple(PEERS), 1), "≥ 15", effort),
                _table("PostgreSQL, 8 threads", eight, "≥ 15", effort),
            ]
        missing = [name for name, peer in PEERS.items() if interpreter(peer.imports) is None]
        said = tuple(f"{name} was left out: it is not installed." for name in missing)
        return [*tables[:-1], evolve(tables[-1], notes=(*tables[-1].notes, *said))]


def _sqlite(folder: Path, level: str, peers: tuple[str, ...]) -> dict[str, Variant]:
    def make() -> str:
        return sqlite_url(level).format(file=folder / f"peer-{token_hex(8)}.db")

    return {
        "by hand": SqliteFloor(folder, level),
        OURS: Library(sqlite_url(level), folder),
        **_installed(peers, make, remove, 1),
    }


def _postgres(server: str, peers: tuple[str, ...], threads: int) -> dict[str, Variant]:
    make = partial(make_database, server)
    return {
        "by hand": PostgresFloor(server, threads),
        OURS: Library(server, threads=threads),
        **_installed(peers, make, drop_database, threads),
    }


def _installed(
    peers: Iterable[str], make: Callable[[], str], remove: Callable[[str], None], threads: int
) -> dict[str, Variant]:
    found: dict[str, Variant] = {}
    for name in peers:
        python = interpreter(PEERS[name].imports)
        if python is not None:
            module, *words = PEERS[name].words
            command = (python, "-m", f"benchmarks.peers.{module}", *words)
            found[name] = Peer(command, make, remove, threads)
    return found


def _table(title: str, variants: Mapping[str, Variant], goal: str, effort: Effort) -> Table:
    chosen = {name: v for name, v in variants.items() if effort.only in name}
    figures = measure(
        chosen,
        rows={name: PEERS[name].rows if name in PEERS else ROWS_PER_RUN for name in chosen},
        rounds=effort.rounds,
        seconds=effort.seconds,
    )
    goals = {DBOS: goal} if goal else {}
    rows = tuple(
        Row(name, figures[name], v.durability, _others(name, chosen), goals if name == OURS else {})
        for name, v in chosen.items()
    )
    notes = [PEERS[name].note for name in chosen if name in PEERS and PEERS[name].note]
    versions = dict.fromkeys(v.versions for v in chosen.values() if isinstance(v, Peer))
    notes += [f"Measured: {'; '.join(versions)}."] if versions else []
    return Table(title, rows, notes=tuple(notes))


def _others(name: str, chosen: Mapping[str, Variant]) -> tuple[str, ...]:
    return tuple(other for other in chosen if other != OURS) if name == OURS else ()


if __name__ == "__main__":
    ask("against_peers", __doc__, answer)
