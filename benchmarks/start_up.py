"""
Question: what does starting cost, up to the first use?

    python -m benchmarks.start_up [--rounds 15] [--json FILE]

Each measurement is a new interpreter with its bytecode already compiled. The floors are
an interpreter that does nothing, and one that imports attrs and cattrs, without which
nothing here can be declared. `import aicmo_core` imports a name when it is first used, so
that it promises little by itself: the rows below it pay for that first use.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path

from attrs import field, frozen

from benchmarks.measure import machine

EMPTY, DECLARING = "an interpreter that does nothing", "`import attrs, cattrs`"
_SAMPLE = str(files("aicmo_core.samples") / "kayak_tours.json")
_FIRST_USE = "from aicmo_core import open_app; open_app('memory:').close()"


@frozen
class Start:
    """
    One way to start.

    Attributes:
        words: What the interpreter is called with.
        goal: Milliseconds of wall time that it is to stay within; None for a floor.
        made: A file that the command has to leave in its empty folder.
    """

    words: tuple[str, ...]
    goal: int | None = None
    made: str | None = None


@frozen
class Times:
    """Seconds of wall time and of CPU, a round each."""

    wall: list[float] = field(factory=list)
    cpu: list[float] = field(factory=list)


def _program(text: str, *without: str) -> tuple[str, ...]:
    """Return the words that run *text*, and fail if it loaded one of these packages."""
    left_out = f"; import sys; assert not {set(without)!r} & sys.modules.keys()" if without else ""
    return ("-c", text + left_out)


def _aicmo(*words: str) -> tuple[str, ...]:
    return ("-m", "aicmo_core.cli", *words)


STARTS = {
    EMPTY: Start(_program("pass")),
    DECLARING: Start(_program("import attrs, cattrs")),
    "`import aicmo_core`": Start(_program("import aicmo_core", "sqlalchemy", "cattrs"), 80),
    'first use: `open_app("memory:")`': Start(_program(_FIRST_USE, "sqlalchemy")),
    "`aicmo --help`": Start(_aicmo("--help"), 150),
    "`aicmo run` in memory": Start(
        _aicmo("run", "client_to_delivery", _SAMPLE, "--db", "memory:"), made="out"
    ),
    "`aicmo run` on a new SQLite file": Start(
        _aicmo("run", "client_to_delivery", _SAMPLE), 1500, made="aicmo.db"
    ),
}


def _environment() -> dict[str, str]:
    return {name: v for name, v in os.environ.items() if not name.startswith("AICMO_")}


def _start(one: Start) -> tuple[float, float]:
    """Start once, in an empty folder; return seconds of wall time and of CPU."""
    with tempfile.TemporaryDirectory() as folder:
        before, began = _children(), time.perf_counter()
        subprocess.run(
            [sys.executable, *one.words],
            cwd=folder,
            env=_environment(),
            stdout=subprocess.DEVNULL,
            check=True,
        )
        wall, cpu = time.perf_counter() - began, _children() - before
        assert one.made is None or (Path(folder) / one.made).exists(), one.words
    return wall, cpu


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(
    starts: Mapping[str, Start],
    rounds: int,
    start: Callable[[Start], tuple[float, float]] = _start,
) -> dict[str, Times]:
    """Start each way once a round, interleaved; the round before the first one is not counted."""
    times = {name: Times() for name in starts}
    for number in range(rounds + 1):
        for name, one in starts.items():
            wall, cpu = start(one)
            if number:
                times[name].wall.append(wall)
                times[name].cpu.append(cpu)
    return times


def table(times: Mapping[str, Times], starts: Mapping[str, Start]) -> str:
    """Return a table in Markdown, in milliseconds."""
    lines = [
        "| start | ms | lowest | highest | CPU ms | more than the empty interpreter | goal |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name, one in times.items():
        above = [a - b for a, b in zip(one.wall, times[EMPTY].wall, strict=True)]
        goal = starts[name].goal
        cells = [
            _ms(statistics.median(one.wall)),
            _ms(min(one.wall)),
            _ms(max(one.wall)),
            _ms(statistics.median(one.cpu)),
            "" if name == EMPTY else _ms(statistics.median(above)),
            "" if goal is None else f"≤ {goal:,}",
        ]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.0f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    times = measure(STARTS, options.rounds)
    print(machine())
    print(f"\n{table(times, STARTS)}")
    if options.json is not None:
        results = {name: {"wall_s": t.wall, "cpu_s": t.cpu} for name, t in times.items()}
        data = {"machine": machine(), "results": {"start": results}}
        options.json.write_text(json.dumps(data, indent=1) + "\n")


if __name__ == "__main__":
    main()
