"""
A ferry's process of its own, which can be killed, stopped, and made to fork.

Usage: ferry_process.py URL LOG [PLACE]. It reads one command a line on its standard
input, as JSON, and answers each with a line. With PLACE it takes that name for its host
and 1 for its number, as processes of two containers do.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import threading
from pathlib import Path
from typing import Any

from aicmo_core import App
from aicmo_core.app import open_backend
from aicmo_core.kernel.errors import AicmoError
from aicmo_core.runtime.plugins import load_plugins
from aicmo_core.runtime.records import RunRecord
from aicmo_core.storage import Batch
from aicmo_core.testing.faulty import FaultyBackend
from scenarios.ferry import WORKFLOWS, Horn, Passenger, open_ferry, passage

Command = dict[str, Any]


class HaltingBackend(FaultyBackend):
    """
    Sends its own thread a signal before or after one commit.

    Attributes:
        halt: "before" or "after", the commit's number, and the signal.
    """

    halt: tuple[str, int, int] | None = None

    def commit(self, changes: Batch) -> None:
        halt, number = self.halt, self.commits + 1
        if halt is not None and halt[:2] == ("before", number):
            strike(halt[2])
        super().commit(changes)
        if halt is not None and halt[:2] == ("after", number):
            strike(halt[2])


def strike(number: int) -> None:
    """Stop or kill this process at once: not after another instruction of this thread."""
    signal.pthread_kill(threading.get_ident(), number)


class Process:
    """The commands; each returns its answer."""

    def __init__(self, url: str, log: str) -> None:
        self._url = url
        self._plugins = load_plugins()
        self.horn = Horn(Path(log))
        self.backend: HaltingBackend
        self.app: App | None = None
        self._ended: set[str] = set()

    def open(self, command: Command) -> Command:
        """Open the application; it stays open."""
        self.backend = HaltingBackend(open_backend(self._url, self._plugins))
        self.app = open_ferry(self.backend, self.horn)
        self.app.observe(self._note)
        return {}

    def _note(self, record: RunRecord, added: object) -> None:
        if record.state.ended:
            self._ended.add(record.run_id)

    def close(self, command: Command) -> Command:
        """Close the application."""
        self._app.close()
        self.app = None
        return {}

    def run(self, command: Command) -> Command:
        """Run a passenger's workflow, and be halted where the command says so."""
        self._halt(command.get("halt"))
        try:
            passenger = Passenger(command["name"], command.get("refused", False))
            workflow = WORKFLOWS[command["workflow"]]
            run = self._app.run(workflow, passenger, key=passenger.name)
        except AicmoError as error:
            return {"error": type(error).__name__, "says": str(error)}
        finally:
            self._halt(None)
        mine = run.id in self._ended
        return {"id": run.id, "state": run.state.value, "executor": self._me(), "mine": mine}

    def start_many(self, command: Command) -> Command:
        """Start a passage for each name, and be halted where the command says so."""
        self._halt(command.get("halt"))
        names = command["names"]
        started = self._app.start_many(
            passage, [Passenger(name) for name in names], keys=names, batch=command["batch"]
        )
        self._halt(None)
        return {
            "new": [one.run_id for one in started.new],
            "existing": [one.run_id for one in started.existing],
            "refused": [str(one.error) for one in started.refused],
        }

    def recover(self, command: Command) -> Command:
        """Recover without watching."""
        report = self._app.recover(now=True)
        left = [one.reason for one in report.left]
        return {"states": [run.state.value for run in report.runs], "left": left}

    def work(self, command: Command) -> Command:
        """Be a worker until nothing is due."""
        worked = self._app.worker(threads=1).run_until_idle()
        return {"advanced": worked.advanced, "failed": worked.failed}

    def child(self, command: Command) -> Command:
        """Do all of `commands` in a forked child; answer for it if it was killed."""
        pid = os.fork()
        if pid == 0:
            os._exit(self._live(command["commands"]))
        _, status = os.waitpid(pid, 0)
        return {"killed": -os.waitstatus_to_exitcode(status)}

    def _live(self, commands: list[Command]) -> int:
        """Be the child: answer each command, and return the exit code."""
        for command in commands:
            answer(self.do(command))
        return 0

    def do(self, command: Command) -> Command:
        """Return the answer to one command."""
        found: Command = getattr(self, command["do"])(command)
        return found

    @property
    def _app(self) -> App:
        assert self.app is not None
        return self.app

    def _me(self) -> str:
        return self._app._executor.ensure()

    def _halt(self, halt: list[Any] | None) -> None:
        self.backend.halt = None
        self.horn.while_sounding = lambda: None
        if halt is None:
            return
        when, number, kind = halt
        sent = getattr(signal, kind)
        if when == "sounding":
            self.horn.while_sounding = lambda: strike(sent)
        else:
            self.backend.halt = (when, self.backend.commits + number, sent)


def answer(found: Command) -> None:
    """Write one answer."""
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()


def main(url: str, log: str, place: str = "") -> None:
    if place:
        socket.gethostname = lambda: place
        os.getpid = lambda: 1
    process = Process(url, log)
    for line in sys.stdin:
        answer(process.do(json.loads(line)))


if __name__ == "__main__":
    main(*sys.argv[1:])
