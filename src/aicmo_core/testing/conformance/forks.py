"""Child processes of a case: forked, heard through a pipe, and always waited for."""

from __future__ import annotations

import os
import signal
import traceback
import warnings
from collections.abc import Callable
from typing import TypeAlias

Say: TypeAlias = Callable[[str], None]
"""Called by a child: send one line to the case."""


class Child:
    """
    A process that was forked and does *work*, which may `say` lines.

    What *work* raises is raised in the parent by `join`; the child ends without running
    anything of the parent's: no exit handler, no fixture, no other test.
    """

    def __init__(self, work: Callable[[Say], None]) -> None:
        reads, writes = os.pipe()
        with warnings.catch_warnings():
            # Python warns of any other thread, and a test runner has some of its own.
            warnings.simplefilter("ignore", DeprecationWarning)
            self._pid = os.fork()
        if not self._pid:
            os.close(reads)
            _live(work, writes)
        os.close(writes)
        self._lines = os.fdopen(reads, encoding="utf-8")
        self._ended = False

    def hear(self) -> str:
        """Wait for the child's next line, and return it; empty when it has ended."""
        return self._lines.readline().rstrip("\n")

    def join(self) -> list[str]:
        """
        Wait for the child's end; return the lines that were not heard yet.

        Raises:
            AssertionError: The work raised, or the process died.
        """
        lines = self._lines.read().splitlines()
        status = self._wait()
        assert status == 0, f"the child ended with {status}:\n" + "\n".join(lines)
        return lines

    def kill(self) -> list[str]:
        """End the child where it is, with SIGKILL; return the lines that were not heard yet."""
        if not self._ended:
            os.kill(self._pid, signal.SIGKILL)
        lines = self._lines.read().splitlines()
        self._wait()
        return lines

    def close(self) -> None:
        """End the child if it has not ended. Nothing is left of it."""
        if not self._ended:
            self.kill()
        self._lines.close()

    def _wait(self) -> int:
        _, status = os.waitpid(self._pid, 0)
        self._ended = True
        return os.waitstatus_to_exitcode(status)


Fork: TypeAlias = Callable[[Callable[[Say], None]], Child]
"""What the fixtures `fork` and `other_process` give: it starts a child that does the work."""


def _live(work: Callable[[Say], None], writes: int) -> None:
    status = 1
    try:
        work(lambda line: _send(writes, line))
        status = 0
    except BaseException:  # noqa: BLE001 - the parent is told, and raises it
        _send(writes, traceback.format_exc())
    finally:
        os._exit(status)


def _send(writes: int, line: str) -> None:
    os.write(writes, f"{line}\n".encode())
