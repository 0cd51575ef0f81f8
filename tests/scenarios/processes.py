"""The other side of `ferry_process.py`: starts one, tells it what to do, and ends it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scenarios import ferry_process

TESTS = Path(__file__).parents[1]


class Process:
    """A process of a ferry."""

    def __init__(self, url: str, log: Path, place: str = "") -> None:
        found = [str(TESTS), os.environ.get("PYTHONPATH", "")]
        self._popen = subprocess.Popen(
            [sys.executable, ferry_process.__file__, url, str(log), *([place] if place else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, found))},
        )

    def tell(self, do: str, **command: Any) -> None:
        """Give a command, and do not wait for its answer."""
        assert self._popen.stdin is not None
        self._popen.stdin.write(json.dumps({"do": do, **command}) + "\n")
        self._popen.stdin.flush()

    def answer(self) -> dict[str, Any]:
        """Wait for the next answer."""
        assert self._popen.stdout is not None
        line = self._popen.stdout.readline()
        assert line, f"the process ended with {self._popen.wait()} instead of an answer"
        found: dict[str, Any] = json.loads(line)
        return found

    def ask(self, do: str, **command: Any) -> dict[str, Any]:
        """Give a command, and wait for its answer."""
        self.tell(do, **command)
        return self.answer()

    def in_child(self, *commands: dict[str, Any]) -> tuple[list[dict[str, Any]], int]:
        """Have a forked child do *commands*; return its answers, and the signal that killed it."""
        self.tell("child", commands=list(commands))
        answers = []
        while "killed" not in (found := self.answer()):
            answers.append(found)
        return answers, found["killed"]

    def wait_until_stopped(self) -> None:
        """Wait until it has been stopped by a signal."""
        _, status = os.waitpid(self._popen.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status), f"expected a stopped process, found status {status}"

    def resume(self) -> None:
        """Let a stopped process go on."""
        self._popen.send_signal(signal.SIGCONT)

    def end(self) -> None:
        """Close its input, which ends it."""
        assert self._popen.stdin is not None
        self._popen.stdin.close()
        self._popen.kill()
        self._popen.wait()
        assert self._popen.stdout is not None
        self._popen.stdout.close()


@contextmanager
def processes(url: str, log: Path, count: int, place: str = "") -> Iterator[list[Process]]:
    """Processes on one store, each with its application open; ended afterwards."""
    started = [Process(url, log, place) for _ in range(count)]
    try:
        for one in started:
            one.ask("open")
        yield started
    finally:
        for one in started:
            one.end()
