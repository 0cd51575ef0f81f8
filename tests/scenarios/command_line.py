"""The command line as a person meets it: a process of its own, in a folder of its own."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
import threading
from functools import cache
from pathlib import Path
from textwrap import dedent
from typing import Any

from attrs import frozen

from scenarios import forking_shell
from scenarios.stores import sample

ORDER = str(sample())
COMMAND = [sys.executable, "-m", "aicmo_core.cli"]

_PATIENCE = 120


@frozen
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """Standard output, which is exactly one JSON object."""
        found = json.loads(self.out)
        assert isinstance(found, dict)
        return found


def environment(**changes: str) -> dict[str, str]:
    """
    Return an environment in which only *changes* have a say about databases and folders.

    Packages have no PDF, which takes longer than all else, unless *changes* say so.
    A path of imports is added to that of the tests: the library is the one under test.
    """
    kept = {k: v for k, v in os.environ.items() if not k.startswith("AICMO_")}
    if "PYTHONPATH" in kept.keys() & changes.keys():
        changes["PYTHONPATH"] += os.pathsep + kept["PYTHONPATH"]
    return {**kept, "PYTHONWARNINGS": "error", "AICMO_DOCUMENTS": "none", **changes}


def aicmo(*words: str, folder: Path, stdin: bytes = b"", **changes: str) -> Done:
    """Run `aicmo` with *words* in *folder*."""
    # What Python or the C library reads when it starts, only a new process reads.
    if all(name.startswith("AICMO_") for name in changes) and hasattr(os, "fork"):
        return _shell().run(words, folder, stdin, environment(**changes))
    done = subprocess.run(
        [*COMMAND, *words],
        cwd=folder,
        env=environment(**changes),
        input=stdin,
        capture_output=True,
        timeout=_PATIENCE,
    )
    return Done(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode())


class _Shell:
    """A `forking_shell`, which does one command at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._popen = subprocess.Popen(
            [sys.executable, forking_shell.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(),
        )

    def run(self, words: tuple[str, ...], folder: Path, stdin: bytes, env: dict[str, str]) -> Done:
        with tempfile.TemporaryDirectory() as temporary, self._lock:
            streams = [Path(temporary) / name for name in ("in", "out", "err")]
            for stream in streams:
                stream.write_bytes(stdin if stream.name == "in" else b"")
            order = {
                "words": words,
                "folder": str(folder.absolute()),
                "environment": env,
                "streams": [str(stream) for stream in streams],
            }
            code = self._ask(json.dumps(order))
            _, out, err = (stream.read_bytes() for stream in streams)
        return Done(code, out.decode(errors="replace"), err.decode())

    def _ask(self, order: str) -> int:
        shell = self._popen
        assert shell.stdin is not None
        assert shell.stdout is not None
        shell.stdin.write(order.encode() + b"\n")
        shell.stdin.flush()
        if not select.select([shell.stdout], [], [], _PATIENCE)[0]:
            shell.kill()
            raise TimeoutError(f"nothing came of {order} in {_PATIENCE} s")
        return int(shell.stdout.readline())


@cache
def _shell() -> _Shell:
    return _Shell()


def run(*words: str, folder: Path, **options: Any) -> Done:
    """Run `aicmo run client_to_delivery` with *words*."""
    return aicmo("run", "client_to_delivery", *words, folder=folder, **options)


_PLUGIN = '''
    """Workflows that end in every way, for trying the command line."""

    import os

    from attrs import frozen

    from aicmo_core import RetryPolicy, StepContext, StepRejected, UndoContext, Workflow
    from aicmo_core import external_step, step
    from aicmo_core.hooks import hookimpl


    @frozen
    class Nothing:
        pass


    def cannot(context: UndoContext[Nothing, None]) -> None:
        raise ConnectionError("the way back is closed")


    @external_step(compensation=cannot, compensation_retry=RetryPolicy())
    def act(context: StepContext[Nothing]) -> None:
        pass


    @step
    def refuse(context: StepContext[Nothing]) -> None:
        raise StepRejected("on purpose \\x1b[2J")


    @step
    def first(context: StepContext[Nothing]) -> None:
        pass


    @step
    def gate(context: StepContext[Nothing]) -> None:
        if (path := os.environ.get("TRIAL_GATE")) is not None:
            with open(path, "w") as tell:
                tell.write("here")
            with open(path + ".open") as wait:
                wait.read()


    @step
    def last(context: StepContext[Nothing]) -> None:
        pass


    @hookimpl
    def aicmo_workflows():
        return [
            Workflow("goes_on", 1, Nothing, [first, gate, last]),
            Workflow("parks", 1, Nothing, [act, refuse]),
            Workflow("refuses", 1, Nothing, [first, refuse]),
            Workflow("waits", 1, Nothing, [first, gate]),
        ]
'''


def trial_plugin(folder: Path) -> str:
    """Install a plugin with workflows that end in every way; return its path."""
    place = folder / "site"
    metadata = place / "trial-1.2.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: trial\nVersion: 1.2\n")
    (metadata / "entry_points.txt").write_text("[aicmo_core]\ntrial = trial_plugin\n")
    (place / "trial_plugin.py").write_text(dedent(_PLUGIN))
    return str(place)
