"""
The durable suite, again and again: everything that promises that nothing is lost.

Usage: repeated.py [COUNT [SEED]]. Each round runs it in a process of its own with another
hash seed, counted up from SEED. It prints each round that failed with the names of its
failures, and answers 1 if there was one.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
SUITE = (
    HERE / "test_crashes_explored.py",
    HERE / "test_events_durable.py",
    HERE / "test_recovery_heartbeat.py",
    HERE / "test_recovery_parked.py",
    HERE.parent / "unit" / "runtime" / "test_durable_retries.py",
    HERE.parent / "unit" / "runtime" / "test_committing.py",
)
"""What is repeated."""


def failures(seed: int) -> list[str]:
    """Run the suite once; return the names of the tests that failed."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rfE", "-p", "no:cacheprovider", *map(str, SUITE)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONHASHSEED": str(seed)},
        check=False,
    )
    named = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    if done.returncode and not named:
        named = [f"pytest ended with {done.returncode}: {done.stderr.strip()[-500:]}"]
    return named


def main(count: str = "200", first: str = "1") -> int:
    found: Counter[str] = Counter()
    for seed in range(int(first), int(first) + int(count)):
        for line in failures(seed):
            found[line.partition(" - ")[0]] += 1
            sys.stdout.write(f"seed {seed}: {line}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{count} rounds from seed {first}: {found.total()} failures\n")
    sys.stdout.writelines(f"{number:6} times {name}\n" for name, number in found.most_common())
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
