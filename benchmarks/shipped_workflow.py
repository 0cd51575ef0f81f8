"""
Question: what does durability cost the workflow that ships, with its real adapters?

    python -m benchmarks.shipped_workflow [--rounds 5] [--runs 20] [--json FILE]

Each run takes a sample brief to a package of files in a folder. The stores differ, the
files do not. PostgreSQL is measured where AICMO_TEST_POSTGRES names a server.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from importlib.resources import files
from pathlib import Path

from aicmo_core import ClientToDeliveryInput, RunState, client_to_delivery, open_app, structure
from aicmo_core.cli.input_file import read_input
from benchmarks.floors import new_id, postgres_url
from benchmarks.library import fresh_database
from benchmarks.measure import Measured, machine, save, table


def _order() -> ClientToDeliveryInput:
    sample = files("aicmo_core.samples") / "kayak_tours.json"
    return structure(read_input(str(sample)), ClientToDeliveryInput)


def _round(url: str, folder: Path, runs: int) -> tuple[float, float]:
    """Return the runs per second of one round, and the CPU microseconds of a run."""
    order = _order()
    with open_app(url, artifacts=folder / new_id()) as app:
        app.run(client_to_delivery, order)
        cpu, wall = time.process_time(), time.perf_counter()
        for _ in range(runs):
            run = app.run(client_to_delivery, order)
            assert run.state is RunState.COMPLETED, run.failure
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return runs / wall, cpu / runs * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--runs", type=int, default=20, help="per store and round")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    stores = ["memory", "SQLite NORMAL", "SQLite FULL"]
    server = postgres_url()
    if server is not None:
        stores.append("PostgreSQL")
    rates: dict[str, list[float]] = {store: [] for store in stores}
    cpus: dict[str, list[float]] = {store: [] for store in stores}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for _ in range(options.rounds):
            for store in stores:
                if store == "memory":
                    url = "memory:"
                elif store == "PostgreSQL":
                    assert server is not None
                    url = fresh_database(server)
                else:
                    url = f"sqlite:///{folder}/{new_id()}.db?synchronous={store.split()[1]}"
                rate, cpu = _round(url, folder, options.runs)
                rates[store].append(rate)
                cpus[store].append(cpu)
    measured = {s: Measured(tuple(rates[s]), sorted(cpus[s])[len(cpus[s]) // 2]) for s in stores}
    base = {store: "memory" for store in stores if store != "memory"}
    print(machine())
    print(f"\n{table(measured, base)}")
    if options.json is not None:
        save(options.json, {"shipped workflow": measured})


if __name__ == "__main__":
    main()
