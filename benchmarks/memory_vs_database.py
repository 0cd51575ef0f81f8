"""
Question: what does durability cost?

    python -m benchmarks.memory_vs_database [--rounds 5] [--seconds 0.6]

Of five empty steps, of five steps that do nothing but store, and of the workflow that
ships, which takes a sample brief to a package of files with its real adapters: there the
stores differ, the files do not. PostgreSQL is measured where AICMO_TEST_POSTGRES names a
server.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path
from secrets import token_hex

from aicmo_core import App, ClientToDeliveryInput, RunState, client_to_delivery, open_app, structure
from aicmo_core.cli.input_file import read_input
from aicmo_core.runtime.records import JOURNAL, OUTBOX, RUNS
from benchmarks.answers import Row, Table
from benchmarks.asking import Effort, ask
from benchmarks.library import Library, count, fresh, plugins, promised, remove
from benchmarks.measure import CPU, RATE, Variant, measure
from benchmarks.postgres import postgres_url
from benchmarks.work import empty_steps, five_steps

Goals = Mapping[str, Mapping[str, str]]
EMPTY: Goals = {"SQLite NORMAL": {"memory": "≤ 7"}}
STORING: Goals = {**EMPTY, "memory": {RATE: "≥ 12,000"}}
SHIPPED: Goals = {
    "SQLite NORMAL": {"memory": "≤ 1.15"},
    "SQLite FULL": {"memory": "≤ 1.15"},
    "PostgreSQL": {"memory": "≤ 1.4"},
}


class Shipped(Variant):
    """The workflow that ships, from a sample brief to a package of files."""

    def __init__(self, url: str, folder: Path) -> None:
        self._template = url
        self._folder = folder
        self._order = sample_order()
        self._app: App | None = None

    def open(self) -> None:
        self._url = fresh(self._template, self._folder)
        artifacts = self._folder / token_hex(8)
        self._app = open_app(self._url, artifacts=artifacts, plugins=plugins())
        self.durability = promised(self._app.backend, self._url)

    def one(self) -> None:
        assert self._app is not None
        run = self._app.run(client_to_delivery, self._order)
        assert run.state is RunState.COMPLETED, run.failure

    def counts(self) -> int:
        """Return how many rows there are of the modules, runs, journals and events."""
        assert self._app is not None
        collections = [c for module in plugins().module_list() for c in module.collections]
        return count(self._app.backend, self._url, [*collections, RUNS, JOURNAL, OUTBOX])

    def close(self) -> None:
        if self._app is not None:
            self._app.close()
            self._app = None
        remove(self._url)


def sample_order() -> ClientToDeliveryInput:
    """Return an order that the library ships as a sample."""
    sample = files("aicmo_core.samples") / "kayak_tours.json"
    return structure(read_input(str(sample)), ClientToDeliveryInput)


def stores() -> dict[str, str]:
    """Return the URLs of the stores that can be reached, by name; `{file}` is the file's path."""
    found = {
        "memory": "memory:",
        "SQLite NORMAL": "sqlite:///{file}?synchronous=NORMAL",
        "SQLite FULL": "sqlite:///{file}?synchronous=FULL",
    }
    server = postgres_url()
    if server is not None:
        found["PostgreSQL"] = server
    return found


def answer(effort: Effort) -> list[Table]:
    """Measure each kind of run on each store."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        return [
            _table(
                "Five empty steps: 6 rows a run",
                lambda url: Library(url, folder, empty_steps),
                effort,
                EMPTY,
            ),
            _table(
                "Five steps that store: 30 rows a run",
                lambda url: Library(url, folder, five_steps),
                effort,
                STORING,
            ),
            _table("`client_to_delivery`", lambda url: Shipped(url, folder), effort, SHIPPED, 4),
        ]


def _table(
    title: str,
    variant: Callable[[str], Variant],
    effort: Effort,
    goals: Goals,
    longer: int = 1,
) -> Table:
    chosen = {n: variant(url) for n, url in stores().items() if effort.only in n}
    figures = measure(
        chosen,
        rows=_rows(variant("memory:")),
        rounds=effort.rounds,
        seconds=effort.seconds * longer,
    )
    rows = []
    for name, one in chosen.items():
        against = ("memory",) if name != "memory" else ()
        times = {"ms/run": tuple(1e3 / rate for rate in figures[name][RATE])}
        shown = {**times, RATE: figures[name][RATE], CPU: figures[name][CPU]}
        rows.append(Row(name, shown, one.durability, against, goals.get(name, {})))
    return Table(title, tuple(rows), less_is_better=True)


def _rows(variant: Variant) -> int:
    """Return how many rows one run stores, in memory: every store has to say the same."""
    variant.open()
    try:
        variant.one()
        return variant.counts()
    finally:
        variant.close()


if __name__ == "__main__":
    ask("memory_vs_database", __doc__, answer)
