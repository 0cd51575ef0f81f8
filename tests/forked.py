"""Programs of tests, each in a process of its own that is forked; see `forking_python`."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from functools import cache
from pathlib import Path

import forking_python


class Forked:
    """
    A program in a process of its own, forked from one that has the library imported.

    Args:
        program: A file of Python.

    Attributes:
        stdin: Its standard input; it ends when this is closed.
        stdout: Its standard output.
        pid: Its number.
    """

    def __init__(self, program: Path | str, *arguments: object) -> None:
        its_input, to_it = os.pipe()
        from_it, its_output = os.pipe()
        of_it, told = os.pipe()
        self.stdin = open(to_it, "w", encoding="utf-8")  # noqa: SIM115 - closed with the process
        self.stdout = open(from_it, encoding="utf-8")  # noqa: SIM115
        self._of_it = open(of_it, encoding="utf-8")  # noqa: SIM115
        order = {
            "program": str(program),
            "arguments": [str(argument) for argument in arguments],
            "environment": dict(os.environ),
            "folder": str(Path.cwd()),
        }
        files = [its_input, its_output, 2, told]
        socket.send_fds(_server().orders, [json.dumps(order).encode()], files)
        for number in (its_input, its_output, told):
            os.close(number)
        self.pid = int(self._of_it.readline())

    def wait_until_stopped(self) -> None:
        """Wait until it has been stopped by a signal."""
        status = int(self._of_it.readline())
        assert os.WIFSTOPPED(status), f"expected a stopped process, found status {status}"

    def signal(self, number: int) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    def wait(self) -> int:
        """Close its input, and wait for its end; return its exit code, or -signal."""
        self.stdin.close()
        *_, last = self._of_it
        for file in (self.stdout, self._of_it):
            file.close()
        return os.waitstatus_to_exitcode(int(last))


class _Server:
    """The process that forks, for as long as this one lives."""

    def __init__(self) -> None:
        self.orders, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        path = [str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]
        with there:
            self._popen = subprocess.Popen(
                [sys.executable, forking_python.__file__, str(there.fileno())],
                stdin=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, path))},
                pass_fds=[there.fileno()],
            )


@cache
def _server() -> _Server:
    return _Server()
