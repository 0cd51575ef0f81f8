"""
A TCP proxy in front of a database server that cuts a connection at its next commit.

It understands just enough of each protocol to know a commit and its answer: the answer
is waited for, so that the commit is known to be done, and then swallowed.
"""

from __future__ import annotations

import select
import socket
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum

from attrs import define


class Cut(Enum):
    """Where a connection is cut."""

    BEFORE_COMMIT = "before the commit reaches the server"
    BEFORE_ANSWER = "after the commit is done, before its answer"


class Severed(Exception):
    """The connection is to be cut now."""


class Wire(ABC):
    """What is said on one connection, and what of it is passed on."""

    def __init__(self) -> None:
        self.cut: Cut | None = None

    @abstractmethod
    def asked(self, data: bytes) -> bytes:
        """Return what of the client's words is passed on; raise Severed to cut."""

    @abstractmethod
    def answered(self, data: bytes) -> bytes:
        """Return what of the server's words is passed on; raise Severed to cut."""


class PostgresWire(Wire):
    """
    A commit is what was executed when the server is ready again, outside of a transaction.

    A statement may have been prepared in a round of its own before; that one is passed on.
    """

    _EXECUTE, _DONE, _REFUSED, _READY = b"E", b"C", b"E", b"Z"

    def __init__(self) -> None:
        super().__init__()
        self._held = b""
        self._is_executing = False

    def asked(self, data: bytes) -> bytes:
        if self.cut is None or self._EXECUTE not in self._kinds(data):
            return data
        if self.cut is Cut.BEFORE_COMMIT:
            raise Severed  # the whole transaction, which is sent in one go
        self._is_executing = True
        return data

    def answered(self, data: bytes) -> bytes:
        if not self._is_executing:
            return data
        self._held += data
        kinds = self._kinds(self._held)
        if self._READY not in kinds:
            return b""
        if (self._DONE in kinds or self._REFUSED in kinds) and self._held.endswith(b"I"):
            raise Severed
        passed_on, self._held = self._held, b""
        return passed_on

    def _kinds(self, data: bytes) -> list[bytes]:
        """Return the kinds of the complete messages in *data*."""
        kinds, at = [], 0
        while at + 5 <= len(data):
            end = at + 1 + int.from_bytes(data[at + 1 : at + 5])
            if end <= len(data):
                kinds.append(data[at : at + 1])
            at = end
        return kinds


class MariaDbWire(Wire):
    """A commit is the statement COMMIT, in a packet of its own."""

    _COMMIT = b"\x07\x00\x00\x00\x03COMMIT"

    def __init__(self) -> None:
        super().__init__()
        self._is_committing = False

    def asked(self, data: bytes) -> bytes:
        if self.cut is None or data != self._COMMIT:
            return data
        if self.cut is Cut.BEFORE_COMMIT:
            raise Severed
        self._is_committing = True
        return data

    def answered(self, data: bytes) -> bytes:
        if self._is_committing:
            raise Severed
        return data


@define
class _Connection:
    client: socket.socket
    server: socket.socket
    wire: Wire

    def close(self) -> None:
        self.client.close()
        self.server.close()


class CuttingProxy:
    """
    Listens on a port of this machine, and passes on to a server.

    Attributes:
        port: Where it listens.
        cuts: How many connections it has cut.
    """

    def __init__(self, host: str, port: int, wire: type[Wire]) -> None:
        self._target = (host, port)
        self._wire = wire
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.cuts = 0
        self._armed: Cut | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="cutting-proxy")

    def cut_next(self, how: Cut | None) -> None:
        """Cut the connection on which the next commit is made; or cut none, if it is None."""
        self._armed = how

    def _serve(self) -> None:
        """Pass on, for all connections in one thread, until the proxy is closed."""
        open_now: list[_Connection] = []
        while not self._over.is_set():
            ends = {c.client: c for c in open_now} | {c.server: c for c in open_now}
            readable, _, _ = select.select([self._listener, *ends], [], [], 0.05)
            for end in readable:
                if end is self._listener:
                    open_now.append(self._accept())
                elif ends[end] in open_now and not self._pass_on(end, ends[end]):
                    ends[end].close()
                    open_now.remove(ends[end])
        for connection in open_now:
            connection.close()

    def _accept(self) -> _Connection:
        client, _ = self._listener.accept()
        for one in (client, server := socket.create_connection(self._target)):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return _Connection(client, server, self._wire())

    def _pass_on(self, end: socket.socket, connection: _Connection) -> bool:
        """Pass on what one end says; return whether the connection goes on."""
        try:
            data = end.recv(1 << 16)
            if not data:
                return False
            if end is connection.client:
                connection.wire.cut = self._armed
                connection.server.sendall(connection.wire.asked(data))
            else:
                connection.client.sendall(connection.wire.answered(data))
        except Severed:
            self.cuts += 1
            self._armed = None
            return False
        except OSError:  # one of them has hung up
            return False
        return True

    @contextmanager
    def serving(self) -> Iterator[CuttingProxy]:
        """Serve in a thread of its own until the block ends."""
        self._thread.start()
        try:
            yield self
        finally:
            self._over.set()
            self._thread.join()
            self._listener.close()
