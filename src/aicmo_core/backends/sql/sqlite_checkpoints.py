"""Moving what SQLite's log holds into its file, beside those who write."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable

from aicmo_core.kernel.errors import AicmoError

_log = logging.getLogger("aicmo_core.storage")

MOST_PAGES = 32_768
"""How many pages the log may hold before a commit moves them itself: 64 MB of the usual 2 kB."""

_OFTEN = 1_500
"""After how many changed rows the log is moved. A row is about three pages, with its indexes."""


class Checkpoints:
    """
    Moves the log while others write, in a thread that ends when it has.

    SQLite would have the commit that finds the log long do it, while all who write wait for
    the disk: 10 to 30 ms, where a commit takes less than one. Nothing is less durable by
    it: the log is where a commit is, until it is confirmed to be in the file.

    Args:
        connect: Opens a connection.
    """

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._changed = 0
        self._thread: threading.Thread | None = None

    def note(self, rows: int) -> None:
        """Take note of committed changes. Never called by two threads at once."""
        self._changed += rows
        if self._changed < _OFTEN or (self._thread is not None and self._thread.is_alive()):
            return
        self._changed = 0
        thread = threading.Thread(target=self._move, name="aicmo checkpoint", daemon=True)
        try:
            thread.start()
        except RuntimeError as error:  # no more threads, or the interpreter is about to end
            _log.debug("the log waits for a commit that finds it too long: %s", error)
        else:
            self._thread = thread

    def finish(self) -> None:
        """Wait until nothing is being moved."""
        if self._thread is not None:
            self._thread.join()

    def _move(self) -> None:
        try:
            connection = self._connect()
            try:
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
            finally:
                connection.close()
        except (sqlite3.Error, AicmoError) as error:
            # What was committed stays in the log; a commit that finds it too long tries again.
            _log.warning("what is in the log could not be moved into the file: %s", error)
