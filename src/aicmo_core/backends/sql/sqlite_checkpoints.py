"""Moving what SQLite's log holds into its file, beside those who write."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable

from aicmo_core.kernel.errors import AicmoError

_log = logging.getLogger("aicmo_core.storage")

_MOST_PAGES = 32_768
"""How many pages the log may hold before a commit moves them itself: 64 MB of the usual 2 kB."""

_MOST_WAITING = 2_000
"""The same, where commits wait for the disk: 4 MB, so that no commit has much to move."""

_OFTEN = 1_500
"""After how many changed rows the log is moved. A row is about three pages, with its indexes."""


class Checkpoints:
    """
    Moves the log while others write, in a thread that ends when it has.

    SQLite would have the commit that finds the log long do it, while all who write wait for
    the disk: 10 to 30 ms, where a commit takes less than one. Nothing is less durable by
    it: the log is where a commit is, until it is confirmed to be in the file.

    Where every commit waits for the disk, it would wait for this thread's writes to it as
    well, and all of them would be slower. There SQLite moves the log, a little at a time.

    Args:
        connect: Opens a connection.
        commits_wait_for_the_disk: Whether each commit does: `synchronous` FULL and EXTRA.

    Attributes:
        most_pages: How many pages the log may hold before a commit moves them itself.
    """

    def __init__(
        self, connect: Callable[[], sqlite3.Connection], *, commits_wait_for_the_disk: bool
    ) -> None:
        self._connect = connect
        self._has_thread = not commits_wait_for_the_disk
        self.most_pages = _MOST_WAITING if commits_wait_for_the_disk else _MOST_PAGES
        self._changed = 0
        self._thread: threading.Thread | None = None

    def note(self, rows: int) -> None:
        """Take note of committed changes. Never called by two threads at once."""
        self._changed += rows
        if not self._has_thread:
            return
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
