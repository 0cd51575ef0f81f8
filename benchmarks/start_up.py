"""
Question: what does starting cost, up to the first use?

    python -m benchmarks.start_up [--rounds 15]

Each measurement is a new interpreter with its bytecode already compiled, into a folder of
the benchmark's own: also where the environment says that none is to be written. The floors are
an interpreter that does nothing, and one that imports attrs and cattrs, without which
nothing here can be declared. `import aicmo_core` imports a name when it is first used, so
that it promises little by itself: the rows below it pay for that first use.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from functools import partial
from importlib.resources import files
from pathlib import Path

from attrs import frozen

from benchmarks.answers import Row, Table
from benchmarks.asking import Effort, ask
from benchmarks.measure import Figures, interleave

EMPTY, DECLARING = "an interpreter that does nothing", "`import attrs, cattrs`"
_SAMPLE = str(files("aicmo_core.samples") / "kayak_tours.json")
_FIRST_USE = "from aicmo_core import open_app; open_app('memory:').close()"


@frozen
class Start:
    """
    One way to start.

    Attributes:
        words: What the interpreter is called with.
        goal: Milliseconds of wall time that it is to stay within, if any were set.
        made: A file that the command has to leave in its empty folder.
    """

    words: tuple[str, ...]
    goal: int | None = None
    made: str | None = None


def _program(text: str, *without: str) -> tuple[str, ...]:
    """Return the words that run *text*, and fail if it loaded one of these packages."""
    left_out = f"; import sys; assert not {set(without)!r} & sys.modules.keys()" if without else ""
    return ("-c", text + left_out)


def _aicmo(*words: str) -> tuple[str, ...]:
    return ("-m", "aicmo_core.cli", "--documents", "none", *words)


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


def _environment(bytecode: str) -> dict[str, str]:
    kept = {name: v for name, v in os.environ.items() if not name.startswith("AICMO_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return {**kept, "PYTHONPYCACHEPREFIX": bytecode}


def _start(one: Start, bytecode: str) -> Figures:
    """Start once, in an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        before, began = _children(), time.perf_counter()
        subprocess.run(
            [sys.executable, *one.words],
            cwd=folder,
            env=_environment(bytecode),
            stdout=subprocess.DEVNULL,
            check=True,
        )
        wall, cpu = time.perf_counter() - began, _children() - before
        assert one.made is None or (Path(folder) / one.made).exists(), one.words
    return {"ms": wall * 1e3, "CPU ms": cpu * 1e3}


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def answer(effort: Effort) -> list[Table]:
    """Start each way once a round, after a round that is not counted."""
    chosen = {name: one for name, one in STARTS.items() if effort.only in name}
    with tempfile.TemporaryDirectory() as bytecode:
        ways = {name: partial(_start, one, bytecode) for name, one in chosen.items()}
        for way in ways.values():
            way()
        found = interleave(ways, effort.rounds)
    rows = []
    for name, figures in found.items():
        goal = STARTS[name].goal
        against = () if name in (EMPTY, DECLARING) else (EMPTY,)
        goals = {"ms": f"≤ {goal:,}"} if goal is not None else {}
        rows.append(Row(name, figures, against=against, goals=goals))
    return [Table("Starts", tuple(rows), less_is_better=True)]


if __name__ == "__main__":
    ask("start_up", __doc__, answer)
