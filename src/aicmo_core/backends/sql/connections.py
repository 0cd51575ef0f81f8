"""Kept connections: one for each thread, given back when the thread ends."""

from __future__ import annotations

import os
import threading
import weakref
from collections import deque
from typing import Any

from aicmo_core.backends.sql.database import Database
from aicmo_core.storage import BackendUnavailable

_INHERITED: list[object] = []
"""
Connections of a parent process, kept from being collected in its forked child: to
close one there would end the parent's session, or remove a log that it still needs.
"""


class _Lease:
    """A thread's hold on a connection. When the thread ends, this is collected."""

    __slots__ = ("__weakref__", "connection")

    def __init__(self, connection: Any) -> None:
        self.connection = connection


class Connections:
    """
    The open connections to one database.

    A thread gets the same connection each time, so that what the driver and the
    server prepared for it stays prepared. A connection of a thread that ended goes
    to the next new thread. A forked child starts with none.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._closed = False
        self._begin()

    def _begin(self) -> None:
        self._process = os.getpid()
        self._local = threading.local()
        # A lease may end at any moment, in any thread: single operations on a dict
        # and a deque are atomic, and need no lock that could be held just then.
        self._leased: dict[int, Any] = {}
        self._idle: deque[Any] = deque()

    def get(self) -> Any:
        """
        Return this thread's connection, opened or replaced if need be.

        Raises:
            BackendUnavailable: The database cannot be reached, or this is closed.
        """
        if self._process != os.getpid():
            _INHERITED.append((self._leased, self._idle, self._local))
            self._database.after_fork()
            self._begin()
        lease: _Lease | None = getattr(self._local, "lease", None)
        if lease is not None:
            if self._database.is_alive(lease.connection):
                return lease.connection
            self.discard()
        return self._lease()

    def _lease(self) -> Any:
        if self._closed:
            raise BackendUnavailable(self._database.name, "this backend was closed")
        connection = self._reused()
        if connection is None:
            connection = self._database.connect()
        self._leased[id(connection)] = connection
        lease = self._local.lease = _Lease(connection)
        give_back = weakref.finalize(lease, _give_back, connection, self._leased, self._idle)
        give_back.atexit = False
        return connection

    def _reused(self) -> Any:
        while self._idle:
            try:
                connection = self._idle.popleft()
            except IndexError:  # another thread took it
                break
            if self._database.is_alive(connection):
                return connection
            self._database.disconnect(connection)
        return None

    def discard(self) -> None:
        """Close this thread's connection, which is broken; the next `get` opens another."""
        lease: _Lease | None = getattr(self._local, "lease", None)
        if lease is None:  # closed meanwhile by another thread
            return
        self._leased.pop(id(lease.connection), None)
        del self._local.lease
        self._database.disconnect(lease.connection)

    def close(self) -> None:
        """Close all connections. Closing twice is harmless."""
        self._closed = True
        if self._process != os.getpid():
            return
        connections = [*self._leased.values(), *self._idle]
        self._leased.clear()
        self._idle.clear()
        self._local = threading.local()
        for connection in connections:
            self._database.disconnect(connection)


def _give_back(connection: Any, leased: dict[int, Any], idle: deque[Any]) -> None:
    if leased.pop(id(connection), None) is not None:  # else it was discarded or closed
        idle.append(connection)
