"""
Question: what does the library cost beside the same rows written by hand?

    python -m benchmarks.against_hand [--rounds 5] [--threads 1,8] [--json FILE]

PostgreSQL is measured where AICMO_TEST_POSTGRES names a server; its database
`aicmo_bench` is made anew.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from benchmarks.floors import MemoryFloor, PostgresFloor, SqliteFloor, postgres_url
from benchmarks.library import Library
from benchmarks.measure import Measured, Variant, machine, measure, save, table

ROWS_PER_RUN = 30
"""1 run, 5 parents, 14 children, 5 journal entries, 5 events."""


def variants(folder: Path) -> tuple[dict[str, Variant], dict[str, str]]:
    """Return what is measured, and what each is compared with."""
    found: dict[str, Variant] = {
        "memory by hand": MemoryFloor(),
        "memory": Library("memory:"),
    }
    base = {"memory": "memory by hand"}
    for level in ("NORMAL", "FULL"):
        hand, ours = f"SQLite {level} by hand", f"SQLite {level}"
        found[hand] = SqliteFloor(folder, level)
        found[ours] = Library("sqlite:///{file}?synchronous=" + level, fresh_file_in=folder)
        base[ours] = hand
    server = postgres_url()
    if server is not None:
        found["PostgreSQL by hand"] = PostgresFloor(server)
        found["PostgreSQL"] = Library(server)
        base["PostgreSQL"] = "PostgreSQL by hand"
    return found, base


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.6, help="per variant and round")
    parser.add_argument("--threads", default="1,8")
    parser.add_argument("--only", default="", help="variants whose name contains this")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    print(machine())
    results: dict[str, dict[str, Measured]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for threads in map(int, options.threads.split(",")):
            found, base = variants(Path(folder))
            chosen = {n: v for n, v in found.items() if options.only in n}
            title = f"{threads} thread" + "s" * (threads > 1)
            results[title] = measure(
                chosen,
                rows_per_run=ROWS_PER_RUN,
                threads=threads,
                rounds=options.rounds,
                seconds=options.seconds,
            )
            print(f"\n## {title}\n\n{table(results[title], base)}")
    if options.json is not None:
        save(options.json, results)


if __name__ == "__main__":
    main()
